/*
 * gate, within this room - what is remembered by name, and the numbers
 */
#ifndef FEDERATION_GATE_PRIV_H
#define FEDERATION_GATE_PRIV_H

#include "federation/gate.h"

/* ---- a table of what has a name ---------------------------------------------------------------
 */

/* The beginning of whatever is kept in one. */
struct gate_node {
	struct gate_node *next; /* of its bucket */
	uint64_t hash;
	size_t key_len;
	const char *key; /* behind the node */
};

/* True when nothing would be different without it. */
typedef bool (*gate_spent_fn)(const struct gate_node *n, int64_t now_ns);

struct gate_table {
	struct gate_node **buckets;
	size_t bucket_count; /* a power of two */
	size_t count, max;
	size_t node_bytes;
	size_t hand; /* which bucket is swept next */
	gate_spent_fn is_spent;
};

bool gate_table_init(struct gate_table *t, size_t bucket_count, size_t max, size_t node_bytes,
		     gate_spent_fn is_spent);
void gate_table_fini(struct gate_table *t);
/* NULL: there is none. */
struct gate_node *gate_table_find(const struct gate_table *t, struct text key);
/* As it is, or a new one, all zero but for its name. NULL: the table is full, or no memory. */
struct gate_node *gate_table_get(struct gate_table *t, struct text key, int64_t now_ns);

/* ---- the gate by another clock ----------------------------------------------------------------
 */

struct gate *gate_create_by(int64_t (*now_ns)(void));

#endif

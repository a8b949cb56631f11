/*
 * gate_table - accounts and hosts by name
 *
 * Each new name sweeps a few buckets of names that nothing is to be remembered of any more. So the
 * table is as large as what is under way, however many accounts there are, and no thread of its
 * own looks after it.
 */
#include "federation/gate_priv.h"

#include <stdlib.h>

enum { SWEPT_AT_ONCE = 4 };

bool gate_table_init(struct gate_table *t, size_t bucket_count, size_t max, size_t node_bytes,
		     gate_spent_fn is_spent)
{
	*t = (struct gate_table){
		.buckets = calloc(bucket_count, sizeof(struct gate_node *)),
		.bucket_count = bucket_count,
		.max = max,
		.node_bytes = node_bytes,
		.is_spent = is_spent,
	};
	return t->buckets != NULL;
}

void gate_table_fini(struct gate_table *t)
{
	for (size_t i = 0; t->buckets && i < t->bucket_count; i++) {
		while (t->buckets[i]) {
			struct gate_node *n = t->buckets[i];

			t->buckets[i] = n->next;
			free(n);
		}
	}
	free(t->buckets);
	t->buckets = NULL;
}

static struct gate_node *find(const struct gate_table *t, struct text key, uint64_t hash)
{
	struct gate_node *n = t->buckets[hash & (t->bucket_count - 1)];

	while (n && !(n->hash == hash && text_equal(text_of(n->key, n->key_len), key)))
		n = n->next;
	return n;
}

struct gate_node *gate_table_find(const struct gate_table *t, struct text key)
{
	return find(t, key, text_hash(key));
}

static void sweep(struct gate_table *t, size_t buckets, int64_t now_ns)
{
	for (size_t i = 0; i < buckets; i++) {
		struct gate_node **at = &t->buckets[t->hand++ & (t->bucket_count - 1)];

		while (*at) {
			struct gate_node *n = *at;

			if (!t->is_spent(n, now_ns)) {
				at = &n->next;
				continue;
			}
			*at = n->next;
			t->count--;
			free(n);
		}
	}
}

static struct gate_node *add(struct gate_table *t, struct text key, uint64_t hash)
{
	struct gate_node **bucket = &t->buckets[hash & (t->bucket_count - 1)];
	struct gate_node *n = calloc(1, t->node_bytes + key.len);
	char *name;

	if (!n)
		return NULL;
	name = (char *)n + t->node_bytes;
	memcpy(name, key.at, key.len);
	*n = (struct gate_node){*bucket, hash, key.len, name};
	*bucket = n;
	t->count++;
	return n;
}

struct gate_node *gate_table_get(struct gate_table *t, struct text key, int64_t now_ns)
{
	uint64_t hash = text_hash(key);
	struct gate_node *n = find(t, key, hash);

	if (n)
		return n;
	sweep(t, SWEPT_AT_ONCE, now_ns);
	if (t->count >= t->max)
		sweep(t, t->bucket_count, now_ns);
	return t->count < t->max ? add(t, key, hash) : NULL;
}

/*
 * waiting - who would take a place in a meeting that is full
 *
 * In the order in which they came; whoever is past goes when another one comes.
 */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include "store/db.h"

struct waiting {
	int64_t owner;
	struct text type; /* public id of the meeting type */
	int64_t start;	  /* of the slot */
	struct text id;	  /* public id */
	int32_t seats;
	struct text name, email, timezone;
	struct text answers; /* JSON object */
	int64_t created;
};

/* Of one slot, the longest there first. */
MUST_CHECK const struct fault *waiting_list(struct db *db, struct arena *a, int64_t owner,
					    struct text type, int64_t start, struct waiting **out,
					    size_t *count_out);
/* [tx] Those of the host whose slots have begun go. */
MUST_CHECK const struct fault *waiting_add(struct db *db, struct arena *a, const struct waiting *w);
/* [tx] */
MUST_CHECK const struct fault *waiting_delete(struct db *db, struct arena *a, int64_t owner,
					      struct text id, bool *deleted_out);

#endif

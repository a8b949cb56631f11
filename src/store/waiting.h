/*
 * waiting - who would take a place in a meeting that is full
 *
 * In the order in which they came. Each is told once of a place, and goes when the meeting begins.
 */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include "store/db.h"

struct waiting {
	int64_t owner;
	struct text type; /* public id of the meeting type */
	int64_t start;	  /* of the slot */
	struct text id;	  /* public id */
	int32_t duration_min, seats;
	struct text name, email;
	struct text mailbox; /* of the address, as limits count it */
	struct text timezone;
	struct text language; /* "de"; empty: not known */
	struct text answers;  /* JSON object */
	int64_t created;
	int64_t told_at; /* of a place; 0: not yet */
};

/* Of one slot, the longest there first. */
MUST_CHECK const struct fault *waiting_list(struct db *db, struct arena *a, int64_t owner,
					    struct text type, int64_t start, struct waiting **out,
					    size_t *count_out);
/* NULL in *out when nobody waits under this id. */
MUST_CHECK const struct fault *waiting_find(struct db *db, struct arena *a, int64_t owner,
					    struct text id, struct waiting **out);
/* Does anybody wait for this slot who has not been told of a place? */
MUST_CHECK const struct fault *waiting_exists(struct db *db, struct arena *a, int64_t owner,
					      struct text type, int64_t start, bool *out);
/* [tx] */
MUST_CHECK const struct fault *waiting_add(struct db *db, struct arena *a, const struct waiting *w);
/* [tx] *told_out is false: they were told before, or wait no more. */
MUST_CHECK const struct fault *waiting_tell(struct db *db, struct arena *a, int64_t owner,
					    struct text id, int64_t now, bool *told_out);
/* [tx] */
MUST_CHECK const struct fault *waiting_delete(struct db *db, struct arena *a, int64_t owner,
					      struct text id, bool *deleted_out);
/* [tx] Whoever has this mailbox has a place now. */
MUST_CHECK const struct fault *waiting_delete_mailbox(struct db *db, struct arena *a, int64_t owner,
						      struct text type, int64_t start,
						      struct text mailbox);
/* [tx] Those whose meetings have begun go, of every owner. */
MUST_CHECK const struct fault *waiting_expire(struct db *db, struct arena *a, int64_t now);

#endif

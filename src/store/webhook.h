/*
 * webhook - programs that are told what becomes of a host's bookings
 *
 * Kept is where, of what, and how it goes. The secret that signs what is sent follows from the
 * server's key, the id and how often it was renewed, so that it need not be kept (hooks_secret()
 * in calendar/hooks.h).
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_WEBHOOK_H
#define STORE_WEBHOOK_H

#include "store/db.h"

enum { WEBHOOKS_MAX = 20 }; /* of one owner */

struct webhook {
	int64_t owner;
	struct text id; /* public id */
	struct text url;
	unsigned events; /* bits 1 << enum booking_event */
	int64_t created;
	int64_t secret_no;     /* how often its secret was renewed */
	int64_t secret_since;  /* when; 0: never */
	int64_t failing_since; /* since when every attempt failed; 0: the last one did not */
	int64_t retry_at;      /* while it fails: no attempt before, whatever is to be told */
	bool disabled;	       /* until its host wants it again, nothing is told */
	struct text last_error;
};

/* NULL in *out when there is none. */
MUST_CHECK const struct fault *webhook_find(struct db *db, struct arena *a, int64_t owner,
					    struct text id, struct webhook **out);
/* The oldest first. */
MUST_CHECK const struct fault *webhook_list(struct db *db, struct arena *a, int64_t owner,
					    struct webhook **out, size_t *count_out);
/* [tx] STORE_FULL: the owner has WEBHOOKS_MAX of them. */
MUST_CHECK const struct fault *webhook_add(struct db *db, struct arena *a, const struct webhook *w);
/* [tx] What may change of it: all from secret_no on. */
MUST_CHECK const struct fault *webhook_update(struct db *db, struct arena *a,
					      const struct webhook *w);
/* [tx] What waits to be told is not told any more. */
MUST_CHECK const struct fault *webhook_delete(struct db *db, struct arena *a, int64_t owner,
					      struct text id, bool *deleted_out);

#endif

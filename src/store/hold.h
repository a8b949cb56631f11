/*
 * hold - time that belongs to one booking and to nothing else
 *
 * One row per host and event instance, [start, end) without buffers. The
 * database itself keeps the holds of one host from overlapping: a trigger in
 * SQLite, an exclusion constraint on each partition in PostgreSQL. A host who
 * drags one booking over another is obeyed: that hold moves to hold_forced, and
 * comes back once nothing is in its way.
 */
#ifndef STORE_HOLD_H
#define STORE_HOLD_H

#include "store/db.h"

enum hold_reason { HOLD_BOOKING, HOLD_PENDING, HOLD_RESERVE, HOLD_ROOM };

struct hold {
	int64_t owner, start, end; /* UTC, half-open */
	enum hold_reason reason;
	struct text booking; /* public id; of HOLD_ROOM "meeting/" and the UID */
	int64_t expires_at;  /* of HOLD_RESERVE; 0: never */
};

/*
 * [tx] Take the time. *taken_out is true, and nothing was written, when another
 * hold overlaps; an expired reservation in the way is deleted first.
 */
MUST_CHECK const struct fault *hold_take(struct db *db, struct arena *a, const struct hold *h,
					 int64_t now, bool *taken_out);
/* [tx] Give the time of a booking back, forced or not. */
MUST_CHECK const struct fault *hold_release(struct db *db, struct arena *a, int64_t owner,
					    struct text booking);

/*
 * [tx] These of one owner and booking, one at least, instead of all that the booking held; what is
 * in the way of some makes them forced ones, *forced_out of them: exempt from the rule, counted
 * apart.
 */
MUST_CHECK const struct fault *hold_replace(struct db *db, struct arena *a, const struct hold *all,
					    size_t count, int64_t now, size_t *forced_out);
/* [tx] Holds of the owner went: forced ones that fit now are holds as any. */
MUST_CHECK const struct fault *hold_return(struct db *db, struct arena *a, int64_t owner,
					   int64_t now);
/* [tx] Time that goes by another booking of the same event from now on, forced or not. */
MUST_CHECK const struct fault *hold_rename(struct db *db, struct arena *a, int64_t owner,
					   struct text booking, struct text to);

/* [tx] What was held until it is confirmed is held for good; *held_out is false: it held nothing.
 */
MUST_CHECK const struct fault *hold_confirm(struct db *db, struct arena *a, int64_t owner,
					    struct text booking, bool *held_out);

/* Does a booking hold any time? */
MUST_CHECK const struct fault *hold_exists(struct db *db, struct arena *a, int64_t owner,
					   struct text booking, bool *out);

/* What is reserved under a token, by one host or several, and may have expired. */
MUST_CHECK const struct fault *hold_list_reserved(struct db *db, struct arena *a, struct text token,
						  struct hold **out, size_t *count_out);

/* What a booking holds of an owner's time, ascending; not what was put over others. */
MUST_CHECK const struct fault *hold_list(struct db *db, struct arena *a, int64_t owner,
					 struct text booking, struct hold **out, size_t *count_out);

/* How many reservations of an owner have not expired. */
MUST_CHECK const struct fault *hold_count_reserved(struct db *db, struct arena *a, int64_t owner,
						   int64_t now, int64_t *out);

/* How many holds their hosts put over others, of every owner. */
MUST_CHECK const struct fault *hold_count_forced(struct db *db, struct arena *a, int64_t *out);

/* Holds that overlap [from, to) and have not expired, ascending by start. */
MUST_CHECK const struct fault *hold_range(struct db *db, struct arena *a, int64_t owner,
					  int64_t from, int64_t to, int64_t now, struct hold **out,
					  size_t *count_out);

#endif

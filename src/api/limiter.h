/*
 * limiter - how often something may happen, per key, in bounded memory
 *
 * Booking is open to strangers and sends mail, so it must be no mail relay
 * (decisions 25). Each key may have as many events at once as its kind has in an hour,
 * and so many per hour in the long run: for every key one number is kept, the time at which it will
 * be as if nothing had happened. The table is of fixed size; where it is full, the key that
 * would be forgotten soonest goes. It is per process: with several nodes the
 * caps hold for each of them.
 *
 * Times are monotonic milliseconds, given by the caller. Threads: all functions may be
 * called from any thread.
 */
#ifndef API_LIMITER_H
#define API_LIMITER_H

#include "base/text.h"

struct limiter;

/* What is counted, each with a cap of its own. */
enum limit_kind {
	LIMIT_INVITEE,
	LIMIT_SOURCE,
	LIMIT_HOST,
	LIMIT_HOLDS,
	LIMIT_QUESTIONS,
	LIMIT_KIND_COUNT
};

struct limit_caps {
	int64_t per_hour[LIMIT_KIND_COUNT]; /* at least 1 */
};

/* NULL when there is no memory. */
struct limiter *limiter_create(const struct limit_caps *caps);
void limiter_destroy(struct limiter *l);

/*
 * Count one event of a key. False when it is one too many: nothing is counted, and
 * *wait_ms_out says after how long it may be tried again.
 */
MUST_CHECK bool limiter_take(struct limiter *l, enum limit_kind kind, struct text key,
			     int64_t now_ms, int64_t *wait_ms_out);

/* Take one event back: it did not happen. */
void limiter_give_back(struct limiter *l, enum limit_kind kind, struct text key);

#endif

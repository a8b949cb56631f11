/*
 * booked - time that bookings have taken, with the buffers of their types
 *
 * A hold is bare time; how much room its booking wants before and after says the
 * type it was booked as (booking case D1). Kept in memory in pieces (freebusy/pieces.h), so ids
 * are hashes of this process; reservations that ran out are left to the reader, who knows `now`.
 */
#ifndef BOOKING_BOOKED_H
#define BOOKING_BOOKED_H

#include "booking/host.h"

struct booked {
	int64_t start, end;
	int64_t expires_at;	/* 0: never */
	uint64_t booking, type; /* booked_id() of their public ids */
	int32_t before_min, after_min;
	int32_t seats; /* taken in it */
	bool is_free;  /* it counts for limits (D6), and holds no time */
};

uint64_t booked_id(struct text public_id);

/*
 * From rows: all that overlap [from, to), ascending by start, without one booking (its public id;
 * empty: none): one that moves is not in its own way.
 */
MUST_CHECK const struct fault *booked_read(struct db *db, struct arena *a, const struct host *host,
					   int64_t from, int64_t to, struct text but,
					   struct booked **out, size_t *count_out);

/* All of them through the cache, at the version of the host. */
MUST_CHECK const struct fault *booked_cached(struct booking_desk *desk, struct db *db,
					     struct arena *a, const struct host *host, int64_t from,
					     int64_t to, const struct booked **out,
					     size_t *count_out);

#endif

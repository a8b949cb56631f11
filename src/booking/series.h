/*
 * series - a booking that is repeated, as one event
 *
 * Each instance has the same wall clock in the zone of the schedule, as its RRULE says (RFC 5545
 * §3.3.10): a month without that day has none. What is left out is an EXDATE.
 */
#ifndef BOOKING_SERIES_H
#define BOOKING_SERIES_H

#include "booking/book.h"

struct series {
	int64_t *starts; /* of the instances that take place; the first is where it begins */
	size_t count;
	struct text rule; /* RRULE and EXDATE lines; empty: it is no series */
};

/*
 * What was asked for. UNPROCESSABLE about "series": it is longer than the type allows, leaves its
 * first instance out, or one that it has not.
 */
MUST_CHECK const struct fault *series_make(struct arena *a, const struct book_request *rq,
					   struct series *out);

/*
 * What a booking becomes that begins at another time: a series all of whose instances are shifted
 * by as many days, at the new time of the day; one that is monthly takes place on that day of the
 * month. UNPROCESSABLE as above; of a booking that is no series, that time alone.
 */
MUST_CHECK const struct fault *series_move(struct arena *a, const struct host *host,
					   const struct booking_type *type, const struct booking *b,
					   int64_t start, struct series *out);

#endif

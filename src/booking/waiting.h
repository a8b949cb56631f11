/*
 * waiting - joining the list of a meeting that is full
 *
 * For types that have one. Who waits is told by nobody yet when a place is free: the host sees who
 * does, in the order in which they came.
 */
#ifndef BOOKING_WAITING_H
#define BOOKING_WAITING_H

#include "booking/book.h"
#include "store/waiting.h"

struct change;

enum { WAITING_MAX = 200 }; /* for one start */

/*
 * Of a request, what it would be booked with; *out is what stands in the list then, *place_out
 * where (1: next). UNPROCESSABLE: the type has no list; CONFLICT: there is a place, or they wait
 * already; NOT_OFFERED, SLOT_TAKEN: something else is against it; STORE_FULL: too many wait.
 */
MUST_CHECK const struct fault *waiting_prepare(struct booking_desk *desk, struct db *db,
					       struct arena *a, const struct book_request *rq,
					       struct change **change_out, struct waiting *out,
					       size_t *place_out);

#endif

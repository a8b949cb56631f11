/*
 * waiting - the list of a meeting that is full
 *
 * For types that have one. When a place is given back, whoever has waited longest for as many as
 * there are is told by mail, once. The place is not kept for them: it is open to all, and whoever
 * books first has it. If nobody has after two hours, the next one is told as well. Whoever books
 * waits no more.
 */
#ifndef BOOKING_WAITING_H
#define BOOKING_WAITING_H

#include "booking/book.h"
#include "store/waiting.h"

struct change;

enum {
	WAITING_MAX = 200,	    /* for one start */
	WAITING_OFFER_S = 2 * 3600, /* so long whoever was told may think it over */
};

/*
 * Of a request, what it would be booked with, and the language of the mail; *out is what stands in
 * the list then, *place_out where (1: next); both are written once more when the change runs.
 * UNPROCESSABLE: the type has no list; CONFLICT: there
 * is a place, or they wait already; NOT_OFFERED, SLOT_TAKEN: something else is against it;
 * STORE_FULL: too many wait.
 */
MUST_CHECK const struct fault *waiting_prepare(struct booking_desk *desk, struct db *db,
					       struct arena *a, const struct book_request *rq,
					       struct text language, struct change **change_out,
					       struct waiting *out, size_t *place_out);

/* Tell whoever of a slot is to be told now. *change_out NULL: nobody is. */
MUST_CHECK const struct fault *waiting_prepare_telling(struct booking_desk *desk, struct db *db,
						       struct arena *a, const struct waiting *slot,
						       int64_t now, struct change **change_out);

#endif

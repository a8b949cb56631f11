/*
 * book_priv - what booking, cancelling and moving share
 */
#ifndef BOOKING_BOOK_PRIV_H
#define BOOKING_BOOK_PRIV_H

#include "booking/book.h"
#include "calendar/change.h"

/* Names, address, zone, key: UNPROCESSABLE, UNKNOWN_ZONE. */
MUST_CHECK const struct fault *book_check_request(struct arena *a, const struct book_request *rq);

/*
 * The verdict inside the transaction, by the rules as they are there: a host
 * whose rules changed since is read anew (booking case E15).
 */
struct book_verdict {
	const struct host *host;
	const struct booking_type *type;
	int32_t duration_min;
	int64_t start, now;
	struct text ignore_booking;
	int64_t ignore_object;
};
MUST_CHECK const struct fault *book_require_open(struct change *c, const struct book_verdict *v);

#endif

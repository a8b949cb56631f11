/*
 * reserve - a time kept for as long as a form is being filled in (booking case E7)
 *
 * Whoever reserves is known by the token alone, "TYPE.SECRET"; with it the same hold is made
 * longer, moved, released, or booked. Others see the slot gone.
 */
#ifndef BOOKING_RESERVE_H
#define BOOKING_RESERVE_H

#include "booking/slots.h"

struct change;

enum { RESERVE_S = 5 * 60, RESERVE_MAX_OF_HOST = 64 };

struct reserve_request {
	const struct host *host;
	const struct booking_type *type;
	int32_t duration_min; /* 0: the type's only one */
	int64_t start;
	struct text token; /* of a hold that this one takes the place of, or empty */
	int64_t now;
};

/* The change to submit; the token, and when it expires. Faults as of book_prepare(), and
 * TOO_MANY_REQUESTS: strangers hold too many of this host's times. */
MUST_CHECK const struct fault *reserve_prepare(struct booking_desk *desk, struct arena *a,
					       const struct reserve_request *rq,
					       struct change **change_out, struct text *token_out,
					       int64_t *expires_out);

/* Does it look like a token, and of which type is it? */
MUST_CHECK bool reserve_type_of(struct text token, struct text *type_out);
/* Does it look like one of this type? */
bool reserve_is_of(struct text token, const struct booking_type *type);

#endif

/*
 * reserve - a time kept for as long as a form is being filled in (booking case E7)
 *
 * Whoever reserves is known by the token alone, "TYPE.SECRET"; with it the same hold is made
 * longer, moved, released, or booked. Others see the slot gone. Of a team, those hosts keep it
 * whose turn it is, and they come if it is booked.
 */
#ifndef BOOKING_RESERVE_H
#define BOOKING_RESERVE_H

#include "booking/slots.h"

struct change;
struct team_had;

enum { RESERVE_S = 5 * 60, RESERVE_MAX_OF_HOST = 64 };

struct reserve_request {
	const struct host *host;
	const struct booking_type *type;
	int32_t duration_min; /* 0: the type's only one */
	int64_t start;
	struct text token; /* of a hold that this one takes the place of, or empty */
	int64_t now;
};

struct reservation {
	struct text token;
	int64_t expires_at;
};

/*
 * The change to submit, and what it reserves. Faults as of book_prepare(), and
 * TOO_MANY_REQUESTS: strangers hold too many of this host's times.
 */
MUST_CHECK const struct fault *reserve_prepare(struct booking_desk *desk, struct db *db,
					       struct arena *a, const struct reserve_request *rq,
					       struct change **change_out, struct reservation *out);

/* Give it back; *change_out is NULL where nothing is reserved under this token. */
MUST_CHECK const struct fault *reserve_prepare_release(struct booking_desk *desk, struct db *db,
						       struct arena *a, struct text token,
						       int64_t now, struct change **change_out);

/* Whose time is reserved under a token, or was; nobody's for an empty one. */
MUST_CHECK const struct fault *reserve_find(struct db *db, struct arena *a, struct text token,
					    struct team_had *out);

/* Does it look like a token, and of which type is it? */
MUST_CHECK bool reserve_type_of(struct text token, struct text *type_out);
/* Does it look like one of this type? */
bool reserve_is_of(struct text token, const struct booking_type *type);

#endif

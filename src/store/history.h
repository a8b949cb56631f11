/*
 * history - what became of a booking, step by step, and by whom
 *
 * A step goes with the version of the booking that it made. Written wherever a booking
 * is (calendar/step_booking.c), and never changed.
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "store/db.h"

struct booking;

/* The numbers are stored. */
enum booking_event {
	BOOKING_WAS_MADE = 0,
	BOOKING_WAS_REQUESTED = 1, /* to be confirmed by the host */
	BOOKING_WAS_CONFIRMED = 2,
	BOOKING_WAS_DECLINED = 3,
	BOOKING_HAS_LAPSED = 4, /* nobody confirmed it in time */
	BOOKING_WAS_MOVED = 5,
	BOOKING_WAS_CANCELLED = 6,
	BOOKING_WAS_REASSIGNED = 7, /* to another host of its team */
	BOOKING_HOST_DECLINED = 8,  /* one whom it needs does not come; it stands all the same */
	/* No step of a history, which changes nothing: told by webhooks alone. */
	BOOKING_IS_REMINDED_OF = 9,
	/* Too late for the booking to be cancelled by that: it stands all the same. */
	BOOKING_INVITEE_DECLINED = 10,
	BOOKING_EVENT_COUNT
};

/* Likewise. */
enum booking_actor {
	BOOKING_BY_INVITEE = 0,
	BOOKING_BY_HOST = 1,
	BOOKING_BY_CALENDAR = 2, /* by its event, which the host's calendar app changed */
	BOOKING_BY_SERVER = 3,	 /* as its time had come */
	BOOKING_ACTOR_COUNT
};

/* What happened, and who did it. */
struct booking_deed {
	enum booking_event what;
	enum booking_actor who;
	int64_t host; /* of BOOKING_HOST_DECLINED: owner.id; else 0 */
	int64_t from; /* of BOOKING_WAS_MOVED: where it started before; not kept, as the step before
			 says so */
};

struct booking_step {
	int64_t owner;
	struct text booking; /* public id */
	int64_t n;	     /* version of the booking that it made */
	int64_t at;
	struct booking_deed deed;
	int64_t start, end; /* from then on */
	struct text reason;
};

/* [tx] The step that made this version of a booking. */
MUST_CHECK const struct fault *history_add(struct db *db, struct arena *a, const struct booking *b,
					   struct booking_deed deed);
/* The first one first; of more than HISTORY_LISTED the last ones. */
enum { HISTORY_LISTED = 500 };
MUST_CHECK const struct fault *history_list(struct db *db, struct arena *a, int64_t owner,
					    struct text booking, struct booking_step **out,
					    size_t *count_out);

#endif

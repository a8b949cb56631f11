/*
 * explain - why a time is not offered, and what stands in the way
 *
 * The verdict is slot_explain()'s, by rows as they are now; here the events and bookings are
 * named that it is due to. For the host alone: it tells what is in the calendar.
 */
#ifndef BOOKING_EXPLAIN_H
#define BOOKING_EXPLAIN_H

#include "booking/slots.h"

struct explain_obstacle {
	const char *kind;   /* "event", "booking", "reservation", "calendar": elsewhere, and old */
	struct text id;	    /* its UID, or the public id of the booking, reservation, connection */
	struct text title;  /* of an event or calendar; may be empty */
	int64_t start, end; /* UTC; since when nothing is known of a calendar, and now */
};

struct explanation {
	struct slot_why why;
	const struct explain_obstacle *obstacles; /* the first 50 */
	size_t count;
};

/* ask->to is ask->from + 1. */
MUST_CHECK const struct fault *explain_slot(struct db *db, struct arena *a,
					    const struct slot_ask *ask, struct explanation *out);

#endif

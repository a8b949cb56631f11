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
	const char *kind;   /* "event" or "booking" */
	struct text id;	    /* its UID, or the public id of the booking or reservation */
	struct text title;  /* of an event; may be empty */
	int64_t start, end; /* UTC */
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

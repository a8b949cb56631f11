/*
 * seats - one event, several invitees
 *
 * A type with more than one seat has one hold and one event for each instance, and one booking for
 * each invitee, all with the UID of that event. Who comes first makes it, who comes next joins, and
 * who leaves last takes it away. What each invitee is sent names no other one, unless the type
 * says so (booking case G7).
 */
#ifndef BOOKING_SEATS_H
#define BOOKING_SEATS_H

#include "booking/host.h"
#include "store/booking.h"

struct ical_object;

/* An instance that has been booked: whom its hold goes by, and how many places are taken. */
struct seats_event {
	struct booking first; /* of those that stand */
	int32_t taken;
};

/* What stands of this type from start to end; *found_out is false where nobody has booked. */
MUST_CHECK const struct fault *seats_find(struct db *db, struct arena *a, int64_t owner,
					  const struct booking_type *type, int64_t start,
					  int64_t end, struct seats_event *out, bool *found_out);

/* The event with one more invitee, or one less, and what they answered. */
struct text seats_join(struct arena *a, const struct ical_object *o,
		       const struct booking_type *type, const struct booking *b);
struct text seats_leave(struct arena *a, const struct ical_object *o,
			const struct booking_type *type, const struct booking *b);

/*
 * The event as one invitee may see it: without those who booked it as well, and without what
 * anybody answered. type NULL: it is gone, and nobody knows what it allowed.
 */
MUST_CHECK const struct fault *seats_event_for(struct db *db, struct arena *a,
					       const struct booking_type *type,
					       const struct booking *b, struct text event,
					       struct text *out);

#endif

/*
 * event - a booking as a calendar event
 *
 * One place says what the event of a booking looks like: the stored VEVENT of a
 * new booking and the CANCEL of one that is gone come from the same function.
 */
#ifndef BOOKING_EVENT_H
#define BOOKING_EVENT_H

#include "booking/host.h"
#include "store/booking.h"

/*
 * ORGANIZER is the host, ATTENDEE the invitee, times in the schedule's zone
 * (decisions 14, 16). type may be NULL when it no longer exists.
 */
MUST_CHECK const struct fault *booking_event_build(struct arena *a, const struct host *host,
						   const struct booking_type *type,
						   const struct booking *b, int64_t stamp,
						   struct text *out);

#endif

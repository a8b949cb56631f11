/*
 * event - a booking as a calendar event
 *
 * One place says what the event of a booking looks like: the stored VEVENT of a
 * new booking and the CANCEL of one that is gone come from the same function.
 */
#ifndef BOOKING_EVENT_H
#define BOOKING_EVENT_H

#include "booking/host.h"
#include "ical/build.h"
#include "store/booking.h"

struct ical_edit;
struct ical_object;

/* Hosts of a team; none: its owner alone is the host. */
struct event_people {
	const struct build_person *at;
	size_t count;
};

/*
 * ORGANIZER is the owner, ATTENDEEs the invitee and the hosts of a team, times in the schedule's
 * zone (decisions 14, 16). type may be NULL when it no longer exists. As anybody may see it; to be
 * stored for its host, with what the invitee answered.
 */
MUST_CHECK const struct fault *booking_event_build(struct arena *a, const struct host *host,
						   const struct booking_type *type,
						   const struct booking *b,
						   const struct event_people *hosts, int64_t stamp,
						   struct text *out);
MUST_CHECK const struct fault *booking_event_build_own(struct arena *a, const struct host *host,
						       const struct booking_type *type,
						       const struct booking *b,
						       const struct event_people *hosts,
						       int64_t stamp, struct text *out);

/*
 * What an invitee answered, in lines that its host reads (event_notes.c); they come to the
 * DESCRIPTION of the event, leave it, and are hidden from all others.
 */
bool booking_has_answers(const struct booking *b);
struct text booking_event_notes(struct arena *a, const struct booking_type *type,
				const struct booking *b);
void booking_event_note(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			struct text notes);
void booking_event_forget(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			  struct text notes);
void booking_event_hide(struct ical_edit *e, const struct ical_object *o);

/* ATTENDEE lines more in the master, and without those of some addresses (ical_address()). */
void booking_event_add(struct ical_edit *e, struct arena *a, const struct ical_object *o,
		       const struct event_people *people);
void booking_event_remove(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			  const struct text *addresses, size_t count);

#endif

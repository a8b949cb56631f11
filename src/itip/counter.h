/*
 * counter - another time, proposed (RFC 5546 §3.2.7, §3.2.8, §3.4.7, §3.4.8)
 *
 * A COUNTER describes the event as its sender would have it. Who organizes takes it for a proposal:
 * which instance, when and where instead, and why. It is answered by what becomes of the event, or
 * by a DECLINECOUNTER.
 *
 * Of what programs send (interop §7): the proposed time is in DTSTART and DTEND, also where
 * Outlook adds X-MS-OLK-ORIGINALSTART, the time as its user knew it; the component of the series
 * may be missing; a PARTSTAT that comes along is shown with the proposal and is no REPLY.
 *
 * Pure. Memory: results live in the arena and borrow the objects. Threads: no state.
 */
#ifndef ITIP_COUNTER_H
#define ITIP_COUNTER_H

#include "base/fault.h"
#include "itip/instance.h"
#include "itip/person.h"

/* When something takes place: instants, or local seconds where it floats or takes whole days. */
struct itip_span {
	bool present;	     /* a to-do need not have a time */
	enum time_form form; /* TIME_UTC, TIME_FLOATING or TIME_DATE */
	int64_t start, end;  /* of a to-do with DUE alone both are that */
};

struct itip_proposal {
	int64_t instance;     /* ITIP_MASTER: the whole */
	int64_t sequence;     /* of the revision that it was made of */
	struct itip_span was; /* as it stands at the organizer */
	struct itip_span is;
	struct text location; /* where that is another one; unescaped, may be empty */
	struct text comment;  /* unescaped; may be empty */
	struct text partstat; /* what the sender answers besides; may be empty */
	bool is_outdated;     /* it was made of an earlier revision (§2.1.5) */
};

/*
 * What a COUNTER by this user proposes for the organizer's object. Of several components, of which
 * the RFC has one, the first that moves something counts. False: it is about no instance of it, or
 * about a time that cannot be written.
 */
MUST_CHECK bool itip_counter_read(struct arena *a, const struct ical_object *stored,
				  const struct ical_object *message, const struct itip_user *sender,
				  struct itip_proposal *out);

/*
 * The organizer's object as proposed: that instance's times, its LOCATION where the message has
 * one, and of the whole its RRULE. All other bytes stay. Times are written in the object's own
 * zone, so that a series goes on by the clock that it went by.
 * NOT_FOUND: there is no such instance. CONFLICT: a series with instances of their own
 * (overrides, EXDATE, RDATE), which would not move along.
 */
MUST_CHECK const struct fault *itip_counter_take(struct arena *a, const struct ical_object *stored,
						 const struct ical_object *message,
						 int64_t instance, struct text *out);

/* A proposal of an attendee's. */
struct itip_counter {
	int64_t instance;    /* ITIP_MASTER: the whole */
	enum time_form form; /* of the times, which has to be the object's; see itip_span */
	int64_t start, end;
	bool has_end;	     /* else it is as long as it was */
	struct text comment; /* plain; may be empty */
	int64_t now;
};
/*
 * The COUNTER of the attendee's own object, to its organizer. NOT_FOUND: there is no such
 * instance. UNPROCESSABLE (about "start_time", "end_time"): nothing would change, it would end
 * before it begins, or the times are of another form. CONFLICT: the organizer takes no proposals
 * ([MS-OXCICAL] §2.1.3.1.1.20.23).
 */
MUST_CHECK const struct fault *itip_counter_write(struct arena *a, const struct ical_object *stored,
						  const struct itip_counter *c, struct text *out);

/* DECLINECOUNTER for a COUNTER that came from an attendee (as ical_address() makes it). */
struct text itip_counter_decline(struct arena *a, const struct ical_object *stored,
				 const struct ical_object *message, struct text attendee,
				 struct text comment, int64_t now);

/* Does the organizer want no proposals for this? */
bool itip_counter_is_unwanted(struct arena *a, const struct ical_object *stored);

/*
 * Has the organizer answered a proposal by saving `is` where `was` stood? That is when what it is
 * about was rescheduled (RFC 6638 §3.2.8), is no more, or no longer invites who made it. `c`
 * compares these two.
 */
bool itip_counter_is_settled(struct arena *a, struct itip_comparison *c,
			     const struct ical_object *was, const struct ical_object *is,
			     int64_t instance, struct text attendee);

#endif

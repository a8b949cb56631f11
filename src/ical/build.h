/*
 * build - calendar objects that the server itself makes
 *
 * Built and printed with libical from values that are ours, so nothing a
 * client wrote goes through its printer. Our VTIMEZONE comes from zone.h.
 *
 * Memory: results live in the arena. Threads: no shared state.
 */
#ifndef ICAL_BUILD_H
#define ICAL_BUILD_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct zone;

struct build_person {
	struct text name;     /* CN; may be empty */
	struct text address;  /* without mailto: */
	struct text cutype;   /* attendees: "ROOM", …; empty: "INDIVIDUAL" */
	struct text partstat; /* attendees: "NEEDS-ACTION", "ACCEPTED", … */
	bool rsvp;
};

struct build_event {
	struct text uid;
	struct text summary, description, location; /* plain text, escaped here; may be empty */
	int64_t start, end;			    /* UTC */
	const struct zone *zone; /* DTSTART's TZID; UTC form in the second pass of a fold */
	int64_t stamp;		 /* DTSTAMP, CREATED, LAST-MODIFIED */
	int32_t sequence;
	bool tentative, transparent;   /* STATUS and TRANSP; else CONFIRMED, OPAQUE */
	struct text recurrence;	       /* whole lines, RRULE and EXDATE; each ends with a newline */
	struct text conference;	       /* its URI (RFC 7986 §5.11); empty: none */
	struct build_person organizer; /* without an address: it is no meeting, and nobody attends
					  (RFC 5545 §3.8.4.3) */
	const struct build_person *attendees;
	size_t attendee_count;
};

/* A stored VEVENT (no METHOD), with its VTIMEZONE (decisions 14). */
MUST_CHECK const struct fault *ical_build_event(struct arena *a, const struct build_event *e,
						struct text *out);

#define ICAL_PRODID "-//Fasti//Fasti 1.0//EN"

#endif

/*
 * attendee_priv - between the parts of a save by an attendee
 *
 * attendee.c tells what the organizer hears; attendee_merge.c takes the components of both
 * revisions together, attendee_lines.c the lines of one; attendee_done.c reads to-dos.
 *
 * Memory: in the arena. Threads: no state.
 */
#ifndef ITIP_ATTENDEE_PRIV_H
#define ITIP_ATTENDEE_PRIV_H

#include "itip/attendee.h"
#include "itip/draft.h"

struct itip_before;

struct itip_merge {
	struct arena *arena;
	const struct itip_user *user;
	const struct ical_object *was, *is;
	struct itip_before *before; /* by component of `was`, read when it is first asked for */
	struct text spread; /* the new answer to the series, for overrides that wait for one */
};

/* ATTENDEE_CHANGE, about what only the organizer may do. */
const struct fault *itip_not_yours(struct arena *a, const char *what);

struct text itip_partstat_of(const struct ical_attendee *p);
bool itip_is_unanswered(const struct ical_attendee *p);

/* ---- attendee_merge.c ---------------------------------------------------------------------- */

/* The bytes to store: those of `is` where nothing had to be changed. */
MUST_CHECK const struct fault *itip_merge_attendee(struct arena *a, const struct itip_save *s,
						   struct text *out);

/* ---- attendee_lines.c ---------------------------------------------------------------------- */

/* For merges with this `was`. */
void itip_merge_begin(struct itip_merge *m);

/* A component of `was`, to be read; RRULE as it is written, or nothing. */
const struct itip_part *itip_merge_before(const struct itip_merge *m, const struct ical_item *was);
struct text itip_merge_rule(const struct itip_merge *m, const struct ical_item *was);

/*
 * One component of `is`, being edited, as a version of one of `was`: the organizer's properties
 * and people as they were. ATTENDEE_CHANGE.
 */
MUST_CHECK const struct fault *itip_merge_lines(const struct itip_merge *m, struct itip_part *p,
						const struct ical_item *was);
MUST_CHECK const struct fault *itip_merge_people(const struct itip_merge *m, struct itip_part *p,
						 const struct ical_item *was);
/* A component of `was` that the client left out: it waits for the answer as well. */
void itip_merge_answer(const struct itip_merge *m, struct itip_part *p);

/* ---- attendee_done.c ----------------------------------------------------------------------- */

/*
 * The answer where a program has left PARTSTAT at this: one that ticks a to-do off, or opens it
 * again, need not touch it (RFC 5546 §3.4.3). Of an event it stays.
 */
struct text itip_done_answer(const struct itip_part *was, const struct itip_part *is,
			     struct text answer);

#endif

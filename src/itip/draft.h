/*
 * draft - an object put together from components of two
 *
 * What a message makes of an object is for the most part bytes of the one and of the other: a
 * component is taken over as it stands, edited on its own, or made from its series. A part is one
 * component being edited; a draft is one of the two objects, in which components were
 * replaced, added and removed.
 *
 * Memory: in the arena. Threads: no state.
 */
#ifndef ITIP_DRAFT_H
#define ITIP_DRAFT_H

#include "ical/edit.h"
#include "ical/object.h"

/* ---- one component ------------------------------------------------------------------------- */

struct itip_part {
	struct arena *arena;
	const struct ical_object *object; /* where it comes from */
	const struct ical_item *item;
	struct text raw;	   /* its bytes alone */
	struct ical_blocks blocks; /* of these; 0 is the component */
	struct ical_edit *edit;	   /* on these */
};

void itip_part_begin(struct itip_part *p, struct arena *a, const struct ical_object *o,
		     const struct ical_item *item);
/* A line at the end of its properties, before what is inside it. */
void itip_part_insert(struct itip_part *p, struct text line);
/* Replaces the first line of that name, or adds one. */
void itip_part_set(struct itip_part *p, const char *name, struct text line);
/* The first line of that name; false, and an empty line: none. */
bool itip_part_find(const struct itip_part *p, const char *name, struct ical_line *out);
/* The line of one of its item's people, to be given new parameters. */
struct ical_line itip_part_person(const struct itip_part *p, const struct ical_attendee *person);
struct text itip_part_finish(struct itip_part *p);

/*
 * Make one instance of the series of its master, or of a THISANDFUTURE: what repeats goes,
 * RECURRENCE-ID comes, and DTSTART, DTEND and DUE are moved there. False: it has no DTSTART, or
 * the instance would lie outside of the years that can be written.
 */
MUST_CHECK bool itip_part_to_instance(struct itip_part *p, int64_t id);
/* The same for that instance and all that follow (RANGE=THISANDFUTURE). */
MUST_CHECK bool itip_part_to_range(struct itip_part *p, int64_t id);

/* A line with this name ("EXDATE", "RDATE") for an instance of its master, as DTSTART is written.
 */
struct text itip_part_instance_line(const struct itip_part *master, const char *name, int64_t id);
/* A line with this name for a time in the form of the component's own DTSTART, or else DUE. */
struct text itip_part_time_line(const struct itip_part *p, const char *name, int64_t instant);
/* Another line with the same value and the parameters that a date has: EXDATE of a RECURRENCE-ID.
 */
struct text itip_date_line(struct arena *a, const char *name, const struct ical_line *like);
/* Take these instances, in any order, out of the EXDATEs of a master. */
void itip_part_lift_exdates(struct itip_part *master, int64_t *ids, size_t count);

/* ---- an object ----------------------------------------------------------------------------- */

struct itip_draft {
	struct arena *arena;
	const struct ical_object *base;
	struct ical_edit *edit;
};

/* It begins as this one, without METHOD. */
void itip_draft_begin(struct itip_draft *d, struct arena *a, const struct ical_object *base);
void itip_draft_replace(struct itip_draft *d, const struct ical_item *item, struct text component);
void itip_draft_remove(struct itip_draft *d, const struct ical_item *item);
void itip_draft_add(struct itip_draft *d, struct text component);
/* The VTIMEZONEs of another, but for names that are known already. */
void itip_draft_add_zones(struct itip_draft *d, const struct ical_object *other);
struct text itip_draft_finish(struct itip_draft *d);

#endif

/*
 * instance_priv - between the files that compare
 *
 * instance.c lists instances and binds their ids; compare_times.c tells whether they were moved;
 * compare.c compares all else, line by line, and puts both together.
 */
#ifndef ITIP_INSTANCE_PRIV_H
#define ITIP_INSTANCE_PRIV_H

#include "itip/instance.h"

/* ---- instance.c ---------------------------------------------------------------------------- */

/* How the times of a series are counted: as its DTSTART (or DUE, or first RECURRENCE-ID) is. */
struct itip_clock {
	enum time_form form;
	const struct zone *zone; /* NULL: it floats, or nobody knows its TZID */
	int64_t local;		 /* its first start */
};

struct itip_clock itip_clock_of(const struct ical_object *o);
int64_t itip_clock_id(const struct itip_clock *c, const struct ical_time *t);
/* Local seconds of an id, and the id of local seconds. */
int64_t itip_clock_local(const struct itip_clock *c, int64_t id);
int64_t itip_clock_bind(const struct itip_clock *c, int64_t local);

/* What binds a time to the time line; NULL: nothing that is known. */
const struct zone *itip_zone_of(const struct ical_time *t);

/* ---- compare_times.c ----------------------------------------------------------------------- */

/* One component of a revision. */
struct itip_side {
	const struct itip_clock *clock;
	const struct ical_item *item;
	struct text rule; /* RRULE as written; empty: none */
};

/*
 * Where a component shows an instance: the master any, a THISANDFUTURE later ones. Bound as its
 * own times are; *end is its start where it has none.
 */
void itip_shown_at(const struct itip_clock *c, const struct ical_item *item, int64_t id,
		   int64_t *start, int64_t *end);

/*
 * Which of these instances the master of an object has, EXDATEs apart: DTSTART, and what RRULE and
 * RDATE name. What cannot be found out within the budget of one question it has.
 */
void itip_series_find(struct arena *a, const struct ical_object *o, const int64_t *ids,
		      size_t count, bool *has_out);

/* The instances from `from` to before `to`, EXDATEs apart. False: more than these, or unknown. */
bool itip_series_between(struct arena *a, const struct ical_object *o, int64_t from, int64_t to,
			 int64_t *ids, size_t most, size_t *count_out);

/* SAME, DETAILS or TIMES, by what both say of time (RFC 6638 §3.2.8). */
enum itip_change itip_compare_times(struct arena *a, const struct itip_side *was,
				    const struct itip_side *is);

#endif

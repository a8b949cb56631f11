/*
 * expand_priv - between the files of expansion
 *
 * expand_list.c keeps what was found; expand_place.c binds local seconds to the
 * time line; expand_busy.c says what a component means for free-busy;
 * expand_look.c makes an occurrence of one component and one place, and says
 * what RFC 4791 §9.9 counts; expand_series.c holds what belongs to a series and
 * its RDATEs; expand_rule.c walks the rule; expand.c puts it all together.
 */
#ifndef ICAL_EXPAND_PRIV_H
#define ICAL_EXPAND_PRIV_H

#include "ical/expand.h"
#include "ical/recur.h"

/* Local clocks run from 12 hours behind UTC to 14 ahead of it (case C3). */
enum { ZONE_AHEAD_SECONDS = 14 * 3600, ZONE_BEHIND_SECONDS = 12 * 3600 };

/* ---- expand_place.c ---------------------------------------------------------------------- */

/* How local seconds are bound to the time line. */
struct place {
	enum time_form form;
	const struct zone *zone; /* of TIME_ZONED; NULL: nobody knows it */
};

struct place place_of(const struct ical_time *t);

/* UTC, or in a known zone: what it says is one instant for every reader. */
bool place_is_fixed(const struct place *p);
bool place_is_floating(const struct place *p);

/* UTC seconds of a fixed place; otherwise local seconds stay as they are. */
int64_t place_bind(const struct place *p, int64_t local);
int64_t place_local(const struct place *p, int64_t utc);

/* Is this local time, which is bound to `bound`, left out by the clock? */
bool place_is_gap(const struct place *p, int64_t local, int64_t bound);

/* No local time before this is bound to `bound` or later. */
int64_t place_local_floor(const struct place *p, int64_t bound);
/* No local time from this on is bound before the result. */
int64_t place_bind_floor(const struct place *p, int64_t local);

/* Nominal days first, then exact seconds (RFC 5545 §3.3.6). */
struct length {
	int64_t days;
	int64_t seconds; /* negative for a VTODO that is due before it starts */
};

/* From one written time to another: exact (§3.8.5.3). */
struct length length_between(const struct ical_time *start, const struct ical_time *end);
struct length length_of_period(const struct ical_period *p);

/* ---- expand_list.c ------------------------------------------------------------------------- */

/* One question on its way. */
struct expand {
	struct arena *arena;
	const struct ical_object *object;
	const struct text *addresses; /* as ical_address() makes them */
	size_t address_count;
	int64_t from, to;
	struct recur_budget budget;
	size_t max;
	struct occurrence *at;
	size_t count, cap;
	bool complete;
	int64_t complete_until;
};

/* Keep an occurrence if it counts within the window. */
void expand_add(struct expand *x, struct occurrence o);

/* What starts at or after this instant is not all listed. */
void expand_stop(struct expand *x, int64_t complete_until);

/* In order, and no more than are asked for. */
void expand_sort(struct expand *x);

/* ---- expand_busy.c ------------------------------------------------------------------------- */

/* By type, TRANSP, STATUS, the owner's PARTSTAT and X-MICROSOFT-CDO-BUSYSTATUS. */
enum occurrence_busy busy_of_item(const struct expand *x, const struct ical_item *item);
/* By FBTYPE (RFC 5545 §3.2.9). */
enum occurrence_busy busy_of_period(const struct ical_period *p);

/* ---- expand_look.c ------------------------------------------------------------------------- */

/* Where an occurrence is put. */
struct spot {
	struct place place;
	int64_t local;
	struct length length;
};

/* What all instances made from one component have in common. */
struct look {
	const struct ical_item *item;
	uint32_t index;
	bool is_dated;	  /* has DTSTART, DUE or RECURRENCE-ID to stand at */
	struct spot spot; /* its own, as its dates say */
	enum occurrence_busy busy;
};

struct look look_read(const struct expand *x, size_t index);

struct occurrence look_at(const struct look *l, const struct spot *s, int64_t recurrence_local);

/* What counts of a component without dates; false: nothing does. */
bool look_undated(const struct look *l, struct occurrence *out);

/* How far before and after its bound local time what counts of a spot may reach at most. */
struct reach {
	int64_t before, after;
};
struct reach spot_reach(const struct spot *s);

/* ---- expand_series.c ----------------------------------------------------------------------- */

/* Instants, and local days of DATE values in a series of times; ascending. */
struct moments {
	int64_t *instants, *days;
	size_t instant_count, day_count;
};

bool moments_have(const struct moments *m, int64_t bound, int64_t local);

/* An override with RANGE=THISANDFUTURE: how it shows the instances after it. */
struct range {
	int64_t from; /* bound RECURRENCE-ID */
	struct look look;
	struct place place;
	int64_t shift; /* local seconds from the RECURRENCE-ID to its DTSTART */
};

struct instance {
	int64_t bound, local;
	bool is_gap;
	const struct ical_time *own;	  /* DTSTART or RDATE; NULL: made by the rule */
	const struct ical_period *period; /* RDATE;VALUE=PERIOD */
};

struct series {
	struct look master;
	bool has_master;     /* ... with dates */
	struct place place;  /* how DTSTART is bound, else a RECURRENCE-ID */
	int64_t local;	     /* DTSTART */
	struct moments gone; /* EXDATE and RECURRENCE-ID */
	struct moments told; /* these, and what series_add_dates() has given */
	struct range *ranges;
	size_t range_count;
	struct reach reach; /* of any instance, in whichever range */
};

void series_read(struct series *s, struct expand *x);

/* A time in a list of the series, as local seconds of DTSTART's form. */
int64_t series_local(const struct series *s, const struct ical_time *t);

/* The occurrence of one instance, by the range it is in. */
struct occurrence series_occurrence(const struct series *s, const struct instance *i);

/* DTSTART and RDATE. */
void series_add_dates(struct series *s, struct expand *x);

/* ---- expand_rule.c ------------------------------------------------------------------------- */

/* The instances that the rule makes within the window. */
void series_add_rule(const struct series *s, struct expand *x);

/*
 * Grow *last_end to what the rule's last instance reaches; to INT64_MAX when it
 * has none, or the budget does not suffice to find it.
 */
void series_rule_end(const struct series *s, struct expand *x, int64_t *last_end);

#endif

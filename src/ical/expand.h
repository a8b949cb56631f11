/*
 * expand - when a calendar object happens
 *
 * Turns an object into its occurrences within [from, to): the rule, RDATE with
 * PERIOD, EXDATE, overrides, RANGE=THISANDFUTURE (RFC 5545 §3.8.5, §3.2.13).
 * Overrides and EXDATE are matched by instant, not by text; a DATE means every
 * instance of that local day, and an override that names no instance is kept
 * where it says it is. A rule-made local time that does not exist is skipped
 * when BYHOUR or finer made it and shifted by the gap when it comes from
 * DTSTART's time of day (§3.3.5, §3.3.10); COUNT counts it either way, because
 * it is counted without a zone. DTSTART is always an instance (§3.8.5.3),
 * unless EXDATE or an override names it.
 *
 * Occurrences of floating and all-day items stay in local seconds (`floating`)
 * for the reader to resolve. One whose TZID nobody knows counts from 14 hours
 * before to 12 hours after what it says, in UTC, so that it covers its time in
 * whichever zone (case C3); without length it takes no time there either.
 *
 * What has no instance in RFC 4791 §9.9 is represented so that the one test of
 * occurrence rows (start < to, and end > from or start >= from) says what its
 * tables say: a VTODO without dates counts around COMPLETED and CREATED, or
 * always; a VFREEBUSY from DTSTART to DTEND, beside its busy periods; a VJOURNAL
 * without DTSTART never. VAVAILABILITY and VPOLL take no time; availability is
 * read from the property (decisions 12).
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ICAL_EXPAND_H
#define ICAL_EXPAND_H

#include "ical/object.h"

/* What an occurrence means for free-busy; stored as a number, so append only. */
enum occurrence_busy {
	OCC_FREE = 0, /* TRANSPARENT, CANCELLED, VTODO, VJOURNAL: matches time-range only */
	OCC_BUSY = 1,
	OCC_TENTATIVE = 2,
	OCC_UNAVAILABLE = 3,
	OCC_ELSEWHERE = 4, /* busy, at another place (X-MICROSOFT-CDO-BUSYSTATUS) */
};

struct occurrence {
	int64_t start, end; /* what counts; half-open; UTC, or local seconds when floating */
	/*
	 * DTSTART (or DUE alone) and DTEND, DUE or what DURATION makes, for whoever writes the
	 * instance out. UTC or local as above; local seconds where nobody knows the TZID.
	 */
	int64_t dtstart, dtend;
	int64_t recurrence_local; /* local (or UTC) seconds of its RECURRENCE-ID, as DTSTART's form
				   */
	bool floating;
	enum occurrence_busy busy;
	uint32_t item; /* index into object->items */
};

struct expansion {
	struct occurrence *at; /* ascending by start */
	size_t count;
	bool complete; /* false: out of budget or past max; what follows counts as busy (case C12)
			*/
	int64_t spent; /* steps that it took, one for each component among them */
	int64_t complete_until; /* every occurrence starting before this is listed; in [from, to] */
};

struct expand_limits {
	int64_t steps; /* recurrence budget, RECUR_BUDGET_DEFAULT */
	size_t max_occurrences;
};

/*
 * All occurrences that overlap [from, to), or touch it with no length, as
 * RFC 4791 §9.9 counts them. addresses are the owner's, for PARTSTAT
 * (case C6: DECLINED frees, DELEGATED frees); may be empty. Floating times are
 * compared with 14 hours of slack to both sides, so that the reader decides.
 * from at or before TIME_MIN and to at or past TIME_MAX mean without bound.
 */
MUST_CHECK const struct fault *ical_expand(struct arena *a, const struct ical_object *o,
					   int64_t from, int64_t to, const struct text *addresses,
					   size_t address_count, struct expand_limits limits,
					   struct expansion *out);

/*
 * Bounds of the first start and the last end of all occurrences, UTC or floating
 * local; what EXDATE takes away still counts, and what a range moves may not be as near.
 * *last_end_out is INT64_MAX for an endless object or when the budget ran out. Both are 0 for what
 * has no date to happen at.
 */
MUST_CHECK const struct fault *ical_extent(struct arena *a, const struct ical_object *o,
					   struct expand_limits limits, int64_t *first_start_out,
					   int64_t *last_end_out);

/* UTC seconds of a time; default_zone for DATE, floating, and a TZID nobody knows. */
int64_t ical_time_utc(const struct ical_time *t, const struct zone *default_zone);

#endif

/*
 * expand - when a calendar object happens
 *
 * Turns an object into its occurrences within [from, to): the rule, RDATE with
 * PERIOD, EXDATE, overrides, RANGE=THISANDFUTURE (RFC 5545 §3.8.5, §3.2.13).
 * Overrides are matched by instant, not by text; one that names no instance is
 * kept where it says it is. A rule-made local time that does not exist is
 * skipped when BYHOUR or finer made it and shifted by the gap when it comes
 * from DTSTART's time of day (§3.3.5, §3.3.10).
 *
 * Occurrences of floating and all-day items stay in local seconds (`floating`)
 * for the reader to resolve.
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
};

struct occurrence {
	int64_t start, end;	  /* half-open; UTC, or local seconds when floating */
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
	int64_t complete_until; /* every occurrence starting before this is listed */
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
 */
MUST_CHECK const struct fault *ical_expand(struct arena *a, const struct ical_object *o,
					   int64_t from, int64_t to, const struct text *addresses,
					   size_t address_count, struct expand_limits limits,
					   struct expansion *out);

/*
 * The first start and the last end of all occurrences, UTC or floating local;
 * *last_end_out is INT64_MAX for an endless object or when the budget ran out.
 */
MUST_CHECK const struct fault *ical_extent(struct arena *a, const struct ical_object *o,
					   struct expand_limits limits, int64_t *first_start_out,
					   int64_t *last_end_out);

/* UTC seconds of a time; default_zone for DATE and floating. */
int64_t ical_time_utc(const struct ical_time *t, const struct zone *default_zone);

#endif

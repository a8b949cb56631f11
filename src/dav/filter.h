/*
 * filter - what a calendar-query asks for (RFC 4791 §9.7)
 *
 * Reads C:filter into plain structs, finds all its faults beforehand, and
 * judges objects by it. A plan says what of the question the store's rows answer,
 * so that most queries parse nothing.
 *
 * Names are compared without case. Any X- name and any property or parameter may
 * be asked for; components are those of RFC 5545, RFC 7953 and RFC 9073. A property or
 * parameter with several values matches when one of them does; text-match with
 * negate-condition wants one that is there and does not match (§9.7.5).
 * Elements of other namespaces are passed over; what is CalDAV's must be where §9.7 has it.
 *
 * Pure: no store. Memory: a filter lives in the arena it was read into, and
 * borrows the tree. Threads: no state.
 */
#ifndef DAV_FILTER_H
#define DAV_FILTER_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct xml_node;
struct zone;

/* Half-open, UTC; an end that was left out is TIME_MIN or TIME_MAX. */
struct dav_range {
	int64_t from, to;
};

struct dav_text_match {
	struct text needle; /* of i;ascii-casemap in lower case */
	bool is_octet;	    /* i;octet, else i;ascii-casemap */
	bool is_negated;
};

struct dav_param_filter {
	struct dav_param_filter *next;
	const char *name;
	bool is_not_defined;
	const struct dav_text_match *match; /* NULL: it is enough that it is there */
};

struct dav_prop_filter {
	struct dav_prop_filter *next;
	struct text name;
	bool is_not_defined;
	const struct dav_range *range;
	const struct dav_text_match *match;
	struct dav_param_filter *params;
};

struct dav_comp_filter {
	struct dav_comp_filter *next;
	struct text name;
	bool is_not_defined;
	const struct dav_range *range;
	struct dav_prop_filter *props; /* at most DAV_FILTER_PROPS */
	struct dav_comp_filter *comps;
};

enum {
	DAV_FILTER_PROPS = 64,	    /* prop-filters within one comp-filter */
	DAV_FILTER_PARTS = 200,	    /* filters of all kinds in all */
	DAV_FILTER_STEPS = 1000000, /* of expansion, for all objects of one question */
};

/*
 * Read C:filter; *out is the comp-filter of VCALENDAR. BAD_FILTER: something is missing, has
 * no business where it stands, or is no UTC time. UNKNOWN_FILTER: a component
 * that is neither standard nor X-, which it is about. UNKNOWN_COLLATION. TOO_EARLY.
 */
MUST_CHECK const struct fault *dav_filter_read(struct arena *a, const struct xml_node *filter,
					       const struct dav_comp_filter **out);

/*
 * A time-range element, of a filter or a free-busy-query. BAD_FILTER: neither start nor end,
 * not UTC, or an end that is not after the start (§9.9). TOO_EARLY: before CALDAV:min-date-time.
 */
MUST_CHECK const struct fault *dav_range_read(struct arena *a, const struct xml_node *node,
					      struct dav_range *out);

/* What can be said of the objects that match without reading them. */
struct dav_filter_plan {
	unsigned components;		  /* enum ical_component bits that they may have */
	const struct dav_range *range;	  /* that an occurrence of theirs overlaps, or NULL */
	const struct dav_text_match *uid; /* that the UID has within it, or NULL */
	bool is_whole;			  /* components and range are all there is to it */
};

struct dav_filter_plan dav_filter_plan(const struct dav_comp_filter *f);

/*
 * Does the object match? Floating and all-day times are those of the zone (§7.3). An object that
 * cannot be read matches nothing; where a rule cannot be expanded to its end, it is
 * taken to match. *steps is what the whole question may still spend on expansion
 * (DAV_FILTER_STEPS at first); once it is spent, every time-range on what recurs is taken to match.
 * OUT_OF_MEMORY: past the ceiling of the arena.
 */
MUST_CHECK const struct fault *dav_filter_match(struct arena *a, const struct dav_comp_filter *f,
						struct text raw, const struct zone *floating,
						int64_t *steps, bool *match_out);

/* Does a text match, whatever negate-condition says? */
bool dav_text_contains(struct arena *a, const struct dav_text_match *m, struct text value);

/* Does an occurrence of this time overlap the range, or touch its start with no length (§9.9)? */
bool dav_range_overlaps(const struct dav_range *r, int64_t start, int64_t end, bool is_floating,
			const struct zone *floating);

#endif

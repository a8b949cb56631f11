/*
 * zone_priv - how a zone is held, for the files that make one
 *
 * A zone is a table of changes of offset. Where its rules go on for ever
 * (a TZif footer, a VTIMEZONE without end) the table reaches to the year 2500,
 * and what comes later is looked up 400 years earlier as often as needed: the
 * Gregorian calendar, weekdays included, repeats after 400 years, and by 2100
 * every zone is down to its last rules.
 */
#ifndef ICAL_ZONE_PRIV_H
#define ICAL_ZONE_PRIV_H

#include "ical/zone.h"

/* 2500-01-01T00:00:00Z, and one cycle of the calendar in seconds. */
enum { ZONE_TABLE_END_YEAR = 2500 };
#define ZONE_TABLE_END INT64_C(16725225600)
#define ZONE_CYCLE     (INT64_C(146097) * DAY_SECONDS)

enum { ZONE_CALL_MAX = 6 }; /* longer abbreviations are none (RFC 8536 §3.2 wants 3 to 6) */

struct zone_change {
	int64_t utc;	/* from this instant on */
	int64_t local;	/* ... and from this local time on (RFC 5545 §3.3.5) */
	int32_t offset; /* seconds east of UTC */
	bool is_dst;	/* only for writing: nothing is decided by it */
};

/* What people call the time with this offset: "EST"; empty: nothing. */
struct zone_call {
	int32_t offset;
	char word[ZONE_CALL_MAX + 1];
};

struct zone {
	struct text name;
	struct zone_call calls[2];   /* by the rules that go on for ever, standard and daylight */
	int32_t first_offset;	     /* before the first change */
	bool repeats;		     /* past ZONE_TABLE_END as 400 years before */
	struct zone_change *changes; /* ascending */
	size_t count;
	int refs; /* of a compiled VTIMEZONE, under the lock of its cache */
};

/* A table while it is built; malloc memory, moved into the zone at the end. */
struct zone_builder {
	struct zone_change *changes;
	size_t count, cap;
	struct zone_call calls[2];
	bool failed; /* out of memory, or more than is sane */
};

enum { ZONE_MAX_CHANGES = 8192 };

void zone_builder_add(struct zone_builder *b, int64_t utc, int32_t offset, bool is_dst);

/*
 * Sort, drop what changes nothing (of several changes at one instant the last
 * added holds), fill in local times, and make the zone; takes the builder's
 * memory in every case. NULL when it failed.
 */
struct zone *zone_builder_finish(struct zone_builder *b, struct text name, int32_t first_offset,
				 bool repeats);
void zone_destroy(struct zone *z);

/* Read the bytes of a TZif file (RFC 8536); NULL when they are none. */
struct zone *zone_tzif_parse(struct text file, struct text name);

/*
 * Add the changes of a POSIX TZ string, such as a TZif footer, after `from` and before
 * ZONE_TABLE_END. False: not such a string. *repeats_out: it has a yearly rule.
 */
MUST_CHECK bool zone_posix_add(struct zone_builder *b, struct text footer, int64_t from,
			       bool *repeats_out);

/* The offset in force at an instant, and whether it is DST. */
const struct zone_change *zone_change_at(const struct zone *z, int64_t utc);

#endif

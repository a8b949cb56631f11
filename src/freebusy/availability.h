/*
 * availability - when somebody may be asked for time (RFC 7953)
 *
 * Reads an iCalendar object of VAVAILABILITY components and says of each instant whether it is
 * open, closed and how, or whether nothing is said about it. A component closes the time that it
 * covers, all of it where it has no DTSTART or DTEND, with its BUSYTYPE, and its AVAILABLE open
 * parts of it (§3.1). One of higher PRIORITY says everything about the time it covers (§4); where
 * two of the same PRIORITY differ, the more closed one holds, so that neither opens what the other
 * closes.
 *
 * DTSTART and DTEND of AVAILABLE on the same or the next local day are wall clock, also on days
 * when the clocks change: an end is no exact duration after its start, other than §3.8.5.3 of
 * RFC 5545 has it (booking cases A3, A4, B2). A DURATION and an end further away are exact.
 * What could not be expanded within the budget is not open.
 *
 * Pure. Memory: all lives in the arena; what was read borrows the raw bytes. Threads: no state.
 */
#ifndef FREEBUSY_AVAILABILITY_H
#define FREEBUSY_AVAILABILITY_H

#include "freebusy/hours.h"

struct availability;
struct buf;
struct timeline;

enum {
	AVAILABILITY_BYTES_MAX = 60 * 1024,
	AVAILABILITY_PARTS_MAX = 200, /* VAVAILABILITY and AVAILABLE in all */
};

/* Ascending: among those of one priority the later one holds. */
enum availability_state {
	AVAILABILITY_SILENT, /* no component covers it */
	AVAILABILITY_OPEN,
	AVAILABILITY_TENTATIVE,	  /* BUSYTYPE=BUSY-TENTATIVE (§3.2) */
	AVAILABILITY_UNAVAILABLE, /* BUSY-UNAVAILABLE, and what is not known */
	AVAILABILITY_BUSY,
};

struct availability_span {
	int64_t start, end; /* UTC, half-open */
	enum availability_state state;
};

/*
 * BAD_DATA: no iCalendar, or a value that cannot be read. BAD_OBJECT: it holds something else than
 * VAVAILABILITY and VTIMEZONE, no VAVAILABILITY, or a time that is neither UTC nor in a known zone
 * (§3.1). OBJECT_TOO_LARGE, TOO_MANY_INSTANCES.
 */
MUST_CHECK const struct fault *availability_read(struct arena *a, struct text raw,
						 struct availability **out);

/* All of [from, to), from < to, in spans that follow one another; neighbours differ in state. */
MUST_CHECK const struct fault *availability_spans(struct arena *a, const struct availability *v,
						  int64_t from, int64_t to,
						  struct availability_span **out,
						  size_t *count_out);

/* Add what is closed within [from, to). */
MUST_CHECK const struct fault *availability_add(struct arena *a, const struct availability *v,
						int64_t from, int64_t to, struct timeline *t);

/*
 * The same as weekly hours in this zone, from `at` on: false when there is more to it than every
 * week alike. Only the weekly windows of *out are set.
 */
bool availability_weekly(struct arena *a, const struct availability *v, const struct zone *zone,
			 int64_t at, struct hours *out);

/* The weekly windows of h as an object of that kind; uid names it, `at` is its DTSTAMP. */
void availability_write(struct buf *out, const struct hours *h, struct text uid, int64_t at);

#endif

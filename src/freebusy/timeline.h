/*
 * timeline - the busy periods of one person, in order
 *
 * Collects what events, VFREEBUSY and VAVAILABILITY contribute; gives it back
 * as RFC 4791 §7.10 asks: ascending, clipped to the asked range, with
 * consecutive or overlapping periods of one type joined.
 *
 * Pure: no store, no clock, no input or output.
 * Memory:  a timeline and all it returns live in the arena it was made in.
 * Threads: one timeline belongs to one request.
 * Times:   seconds since the epoch, UTC; periods are half-open, [start, end).
 */
#ifndef FREEBUSY_TIMELINE_H
#define FREEBUSY_TIMELINE_H

#include "base/fault.h"

struct arena;
struct timeline;

/*
 * FBTYPE, RFC 5545 §3.2.9; periods of different type may overlap. Working elsewhere is told apart
 * for bookings alone: who asks for free-busy learns that it is BUSY.
 */
enum busy_type { BUSY_TENTATIVE, BUSY_BUSY, BUSY_UNAVAILABLE, BUSY_ELSEWHERE, BUSY_TYPE_COUNT };

struct busy_period {
	int64_t start, end;
	enum busy_type type;
};

/* An empty timeline that keeps what falls in [start, end); start < end. */
struct timeline *timeline_create(struct arena *a, int64_t start, int64_t end);

/* Add one period, in any order. What lies outside or has no length adds nothing. */
void timeline_add(struct timeline *t, struct busy_period p);

/* The joined periods, ascending by start, then by type; borrowed until the next add. */
const struct busy_period *timeline_periods(struct timeline *t, size_t *count_out);

/* The same time whatever the type: disjoint periods, ascending, each of type BUSY_BUSY. */
const struct busy_period *timeline_flatten(struct arena *a, const struct busy_period *at,
					   size_t count, size_t *count_out);
/* The same without what is of one of the types in `but`: bits 1 << enum busy_type. */
const struct busy_period *timeline_flatten_but(struct arena *a, const struct busy_period *at,
					       size_t count, unsigned but, size_t *count_out);

/* The first period of flat ones that overlaps [start, end), or NULL. Binary search. */
const struct busy_period *timeline_find(const struct busy_period *at, size_t count, int64_t start,
					int64_t end);
/* Is there one? */
bool timeline_overlaps(const struct busy_period *at, size_t count, int64_t start, int64_t end);

#endif

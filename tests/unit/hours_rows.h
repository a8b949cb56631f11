/*
 * hours_rows.h - rules in the words of a test's row
 *
 * A weekly rule is "mon 09:00-12:00, mon 13:00-17:00"; an override is
 * "2027-01-19 09:00-12:00", or the date alone where it is closed. An instant of
 * the year 2027 is "0118T0900", a stretch "0118T0900-0118T1000", in UTC.
 */
#ifndef TESTS_HOURS_ROWS_H
#define TESTS_HOURS_ROWS_H

#include "freebusy/hours.h"
#include "freebusy/timeline.h"

/* The same hours on each day of the week, as a literal. */
#define EVERY(hours)                                                                               \
	"mon " hours ", tue " hours ", wed " hours ", thu " hours ", fri " hours ", sat " hours    \
	", sun " hours

/* Ends the case when a row cannot be read. */
void hours_row(struct arena *a, const char *zone, const char *weekly, const char *overrides,
	       struct hours *out);

/* "0118T0900", or with the year, "2011-1229T1900"; seconds UTC. */
int64_t instant_row(struct text t);

/* "0118T0900-0118T1000 0118T1100-…" */
struct busy_period *busy_row(struct arena *a, const char *list, size_t *count_out);

/* Instants as a row writes them. */
struct buf;
void instant_put(struct buf *out, int64_t utc);

#endif

/*
 * recur_priv - between the files of recurrence
 *
 * recur_parse.c reads a rule; recur_days.c says which days a period names;
 * recur.c walks periods, keeps COUNT and UNTIL, and jumps.
 */
#ifndef ICAL_RECUR_PRIV_H
#define ICAL_RECUR_PRIV_H

#include "ical/recur.h"

/* Steps that a period costs, by its kind: about 100 ns each. */
enum { COST_YEAR = 16, COST_MONTH = 4, COST_WEEK = 2, COST_DAY = 1 };

enum { RECUR_MAX_DAYS = 400 }; /* of one period; a year and its odd weeks */

/* The days of one period, ascending. */
struct recur_days {
	int64_t at[RECUR_MAX_DAYS];
	size_t count;
};

/* Last day that a DATE can name, 9999-12-31. */
#define RECUR_LAST_DAY INT64_C(2932896)

static inline bool recur_far_bit(const uint64_t words[12], int n)
{
	int bit = n < 0 ? 384 - n : n;

	return words[bit / 64] >> (bit % 64) & 1;
}

/* Does a day pass BYMONTH, BYMONTHDAY, BYYEARDAY and (unnumbered) BYDAY? */
bool recur_day_matches(const struct recur *r, int64_t day);

/* The first day at or after this that may match; months that cannot are passed over whole. */
int64_t recur_next_day(const struct recur *r, int64_t day);

/* Days of a week, a month (counted from year 0) and a year; start_day is DTSTART's. */
void recur_week_days(const struct recur *r, int64_t first_day, int64_t start_day,
		     struct recur_days *out);
void recur_month_days(const struct recur *r, int64_t month, int64_t start_day,
		      struct recur_days *out);
void recur_year_days(const struct recur *r, int year, int64_t start_day, struct recur_days *out);

/* True if no date can ever match BYMONTH with BYMONTHDAY. */
bool recur_is_impossible(const struct recur *r);

#endif

/*
 * recur_priv - between the files of recurrence
 *
 * recur_parse.c reads a rule; recur_normal.c says it in the longest FREQ;
 * recur_days.c says which days a period names, recur_set.c which instances;
 * recur_possible.c whether there are any at all;
 * recur.c walks periods, keeps COUNT and UNTIL, and jumps.
 */
#ifndef ICAL_RECUR_PRIV_H
#define ICAL_RECUR_PRIV_H

#include "ical/recur.h"

/* Steps that a period costs, by its kind: about 100 ns each. */
enum { COST_YEAR = 32, COST_MONTH = 4, COST_WEEK = 2, COST_DAY = 1, COST_POSITIONS = 32 };

enum {
	RECUR_MAX_DAYS = 400, /* of one period; a year and its odd weeks */
	RECUR_FAR = 366,      /* what BYSETPOS and BYYEARDAY reach to */
};

/* The days of one period, ascending. */
struct recur_days {
	int64_t at[RECUR_MAX_DAYS];
	size_t count;
};

/* Times of day, ascending: every hour with every minute with every second. */
struct recur_times {
	uint8_t hour[24], minute[60], second[60];
	uint32_t hours, minutes, seconds; /* how many; a division of 64 bits costs twice as much */
};

/* The instances of one period: days with times, or what BYSETPOS picks among them. */
struct recur_set {
	struct recur_days days;
	struct recur_times times;
	size_t count;
	bool is_picked;
	uint32_t picked[2 * RECUR_FAR];
};

/* From bits; none of the three may be empty. */
void recur_times_fill(struct recur_times *t, uint64_t hours, uint64_t minutes, uint64_t seconds);

/* Days and times are in: count them and apply BYSETPOS. How many positions were looked at. */
size_t recur_set_close(struct recur_set *s, const struct recur *r);

/* Instance i, and the index of the first one at or after a local time. */
int64_t recur_set_at(const struct recur_set *s, size_t i);
size_t recur_set_find(const struct recur_set *s, int64_t local);

/* Restate a rule as one of days or longer where that is possible; false: it names nothing. */
bool recur_normalise(struct recur *r, int64_t start, bool date_only);

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

/*
 * True if the rule can never name anything, such as February 30th. Its times of day
 * are in the set, whose days are used meanwhile and left empty.
 */
bool recur_is_impossible(struct recur_set *s, const struct recur *r, int64_t start_day);

#endif

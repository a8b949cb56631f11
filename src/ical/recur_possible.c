/*
 * recur_possible - rules that never name anything
 *
 * February 30th, the first day of the year in December, the third of two days:
 * found out before the walk, which would else look for them until its budget is spent.
 */

#include "ical/recur_priv.h"

/* With its times in the set already: does it name anything on these days? */
static bool names_any(struct recur_set *s, const struct recur *r)
{
	recur_set_close(s, r);
	return s->count > 0;
}

static bool month_matches(struct recur_set *s, const struct recur *r, int year, int64_t start_day)
{
	for (int month = 0; month < 12; month++) {
		recur_month_days(r, (int64_t)year * 12 + month, start_day, &s->days);
		if (names_any(s, r))
			return true;
	}
	return false;
}

static bool week_matches(struct recur_set *s, const struct recur *r, int year, int64_t start_day)
{
	int64_t first = days_from_civil(year, 1, 1);
	int back = weekday_of_day(first) - r->week_start;

	first -= back < 0 ? back + 7 : back;
	for (int week = 0; week < 53; week++) {
		recur_week_days(r, first + 7 * week, start_day, &s->days);
		if (names_any(s, r))
			return true;
	}
	return false;
}

static bool day_matches(struct recur_set *s, const struct recur *r, int year)
{
	int64_t day = days_from_civil(year, 1, 1), end = days_from_civil(year + 1, 1, 1);

	while (day < end && !recur_day_matches(r, day))
		day = recur_next_day(r, day + 1);
	s->days.at[0] = day;
	s->days.count = day < end;
	return names_any(s, r);
}

/* Does a year hold an instance, INTERVAL and DTSTART left aside? */
static bool year_matches(struct recur_set *s, const struct recur *r, int year, int64_t start_day)
{
	switch (r->freq) {
	case FREQ_YEARLY: recur_year_days(r, year, start_day, &s->days); return names_any(s, r);
	case FREQ_MONTHLY: return month_matches(s, r, year, start_day);
	case FREQ_WEEKLY: return week_matches(s, r, year, start_day);
	default: return day_matches(s, r, year);
	}
}

bool recur_is_impossible(struct recur_set *s, const struct recur *r, int64_t start_day)
{
	bool found = false;

	/* Among 28 years without a skipped leap day is every kind of year. */
	for (int year = 2000; year < 2028 && !found; year++)
		found = year_matches(s, r, year, start_day);
	s->count = s->days.count = 0;
	return !found;
}

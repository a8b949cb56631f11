/* recur_days - which days a period of a rule names (RFC 5545 §3.3.10, the table of BY parts) */

#include "ical/recur_priv.h"

static bool month_listed(const struct recur *r, int month)
{
	return !r->by_month || r->by_month >> month & 1;
}

static bool month_day_listed(const struct recur *r, int day, int length)
{
	return r->by_month_day >> day & 1 || r->by_month_day_back >> (length - day + 1) & 1;
}

static bool has_month_day(const struct recur *r)
{
	return r->by_month_day || r->by_month_day_back;
}

static bool weekday_listed(const struct recur *r, int weekday)
{
	return r->by_day[weekday] || r->by_day_back[weekday];
}

static bool year_day_listed(const struct recur *r, int64_t day, int year)
{
	int64_t first = days_from_civil(year, 1, 1);
	int n = (int)(day - first) + 1, length = 365 + is_leap_year(year);

	return recur_far_bit(r->by_year_day, n) || recur_far_bit(r->by_year_day, n - length - 1);
}

/* Is this the nth weekday, counted from either end of the stretch [first, last]? */
static bool nth_listed(const struct recur *r, int64_t day, int64_t first, int64_t last)
{
	int weekday = weekday_of_day(day);
	int from_front = (int)((day - first) / 7) + 1, from_back = (int)((last - day) / 7) + 1;

	return (r->by_day[weekday] & (1 | UINT64_C(1) << from_front)) ||
	       r->by_day_back[weekday] >> from_back & 1;
}

static void add_day(struct recur_days *out, int64_t day)
{
	if (out->count < RECUR_MAX_DAYS && day <= RECUR_LAST_DAY)
		out->at[out->count++] = day;
}

/* ---- filters, for daily and shorter rules ---------------------------------------------------- */

bool recur_day_matches(const struct recur *r, int64_t day)
{
	int year, month, of_month;

	if (r->by_day_count && !weekday_listed(r, weekday_of_day(day)))
		return false;
	if (!r->by_month && !has_month_day(r) && !r->has_by_year_day)
		return true;
	civil_from_days(day, &year, &month, &of_month);
	return month_listed(r, month) &&
	       (!has_month_day(r) || month_day_listed(r, of_month, days_in_month(year, month))) &&
	       (!r->has_by_year_day || year_day_listed(r, day, year));
}

int64_t recur_next_day(const struct recur *r, int64_t day)
{
	int year, month, of_month;

	if (!r->by_month)
		return day;
	civil_from_days(day, &year, &month, &of_month);
	if (month_listed(r, month))
		return day;
	do {
		year += month == 12;
		month = month % 12 + 1;
	} while (!month_listed(r, month));
	return year > 9999 ? RECUR_LAST_DAY + 1 : days_from_civil(year, month, 1);
}

/* ---- weeks ---------------------------------------------------------------------------------- */

void recur_week_days(const struct recur *r, int64_t first_day, int64_t start_day,
		     struct recur_days *out)
{
	out->count = 0;
	for (int64_t day = first_day; day < first_day + 7; day++)
		if ((r->by_day_count || weekday_of_day(day) == weekday_of_day(start_day)) &&
		    recur_day_matches(r, day))
			add_day(out, day);
}

/* ---- months --------------------------------------------------------------------------------- */

/* Days of one month by BYMONTHDAY, BYYEARDAY and BYDAY, numbered within [first, last]. */
static void add_month_days(const struct recur *r, int year, int month, int64_t first, int64_t last,
			   struct recur_days *out)
{
	int64_t begin = days_from_civil(year, month, 1);
	int length = days_in_month(year, month);

	for (int64_t day = begin; day < begin + length; day++) {
		if (has_month_day(r) && !month_day_listed(r, (int)(day - begin) + 1, length))
			continue;
		if (r->has_by_year_day && !year_day_listed(r, day, year))
			continue;
		if (!r->by_day_count || nth_listed(r, day, first, last))
			add_day(out, day);
	}
}

/* Days of one month by BYMONTHDAY and BYDAY; neither: DTSTART's day of the month. */
static void days_of_month(const struct recur *r, int year, int month, int start_of_month,
			  struct recur_days *out)
{
	int length = days_in_month(year, month);
	int64_t first = days_from_civil(year, month, 1);

	if (!has_month_day(r) && !r->by_day_count) {
		if (start_of_month <= length)
			add_day(out, first + start_of_month - 1);
		return;
	}
	add_month_days(r, year, month, first, first + length - 1, out);
}

void recur_month_days(const struct recur *r, int64_t month, int64_t start_day,
		      struct recur_days *out)
{
	int year, of_year, start_of_month;

	out->count = 0;
	civil_from_days(start_day, &year, &of_year, &start_of_month);
	year = (int)(month / 12);
	of_year = (int)(month % 12) + 1;
	if (!month_listed(r, of_year))
		return;
	days_of_month(r, year, of_year, start_of_month, out);
	if (r->has_by_year_day) {
		size_t kept = 0;

		for (size_t i = 0; i < out->count; i++)
			if (year_day_listed(r, out->at[i], year))
				out->at[kept++] = out->at[i];
		out->count = kept;
	}
}

/* ---- years ---------------------------------------------------------------------------------- */

/* BYWEEKNO: whole weeks of the ISO year, which may begin or end in its neighbours. */
static void year_by_week(const struct recur *r, int year, int64_t start_day, struct recur_days *out)
{
	int weeks = weeks_in_year(year, r->week_start);
	int64_t fourth = days_from_civil(year, 1, 4);
	int back = weekday_of_day(fourth) - r->week_start;
	int64_t first = fourth - (back < 0 ? back + 7 : back);

	for (int week = 1; week <= weeks; week++) {
		if (!(r->by_week[0] >> week & 1) && !(r->by_week[1] >> (weeks - week + 1) & 1))
			continue;
		for (int64_t day = first + 7 * (week - 1); day < first + 7 * week; day++) {
			int of_year, month, of_month, weekday = weekday_of_day(day);

			civil_from_days(day, &of_year, &month, &of_month);
			if (!month_listed(r, month))
				continue;
			if (has_month_day(r) &&
			    !month_day_listed(r, of_month, days_in_month(of_year, month)))
				continue;
			if (r->has_by_year_day && !year_day_listed(r, day, of_year))
				continue;
			if (r->by_day_count ? !weekday_listed(r, weekday)
					    : !has_month_day(r) && !r->has_by_year_day &&
						      weekday != weekday_of_day(start_day))
				continue;
			add_day(out, day);
		}
	}
}

/* BYYEARDAY, or BYDAY, whose numbers count within the month beside BYMONTH, else the year. */
static void year_by_day(const struct recur *r, int year, struct recur_days *out)
{
	int64_t first = days_from_civil(year, 1, 1), last = days_from_civil(year, 12, 31);

	for (int month = 1; month <= 12; month++) {
		if (!month_listed(r, month))
			continue;
		if (r->by_month) {
			first = days_from_civil(year, month, 1);
			last = first + days_in_month(year, month) - 1;
		}
		add_month_days(r, year, month, first, last, out);
	}
}

void recur_year_days(const struct recur *r, int year, int64_t start_day, struct recur_days *out)
{
	int start_year, start_month, start_of_month;

	out->count = 0;
	civil_from_days(start_day, &start_year, &start_month, &start_of_month);
	if (r->by_week[0] || r->by_week[1]) {
		year_by_week(r, year, start_day, out);
	} else if (r->has_by_year_day || (r->by_day_count && !r->by_month)) {
		year_by_day(r, year, out);
	} else if (r->by_month || has_month_day(r)) {
		/* BYMONTHDAY alone names that day of every month. */
		for (int month = 1; month <= 12; month++)
			if (month_listed(r, month))
				days_of_month(r, year, month, start_of_month, out);
	} else if (start_of_month <= days_in_month(year, start_month)) {
		add_day(out, days_from_civil(year, start_month, start_of_month));
	}
}

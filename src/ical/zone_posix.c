/*
 * zone_posix - POSIX TZ strings, as TZif footers hold them (RFC 8536 §3.3)
 *
 * "CET-1CEST,M3.5.0,M10.5.0/3": a standard time, perhaps a daylight time, and
 * the days of the year on which they change. Hours reach from -167 to 167.
 */

#include "ical/zone_priv.h"

struct posix_day {
	char kind; /* 'M', 'J' (1..365, no leap day) or 0 (0..365) */
	int month, week, weekday, day;
	int time; /* seconds from local midnight */
};

struct posix_zone {
	int32_t standard, daylight;		  /* seconds east of UTC */
	struct text standard_name, daylight_name; /* empty where they are digits */
	bool has_daylight;
	struct posix_day begin, end; /* of daylight time */
};

static bool take(struct text *t, char c)
{
	if (t->len == 0 || t->at[0] != c)
		return false;
	*t = text_sub(*t, 1, t->len);
	return true;
}

static bool take_number(struct text *t, int max, int *out)
{
	size_t n = 0;

	*out = 0;
	while (n < t->len && n < 4 && t->at[n] >= '0' && t->at[n] <= '9')
		*out = *out * 10 + (t->at[n++] - '0');
	*t = text_sub(*t, n, t->len);
	return n > 0 && *out <= max;
}

/* "<+0330>", which nobody calls it, or at least three letters. */
static bool take_name(struct text *t, struct text *name_out)
{
	size_t n = 0;

	*name_out = TEXT_NONE;
	if (take(t, '<')) {
		while (n < t->len && t->at[n] != '>')
			n++;
		*t = text_sub(*t, n, t->len);
		return take(t, '>');
	}
	while (n < t->len && ((t->at[n] | 32) >= 'a' && (t->at[n] | 32) <= 'z'))
		n++;
	*name_out = text_sub(*t, 0, n);
	*t = text_sub(*t, n, t->len);
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(struct text *t, int *out)
{
	int hours, minutes = 0, seconds = 0;
	int sign = take(t, '-') ? -1 : 1;

	if (sign == 1)
		(void)take(t, '+');
	if (!take_number(t, 167, &hours))
		return false;
	if (take(t, ':') && !take_number(t, 59, &minutes))
		return false;
	if (take(t, ':') && !take_number(t, 59, &seconds))
		return false;
	*out = sign * (hours * 3600 + minutes * 60 + seconds);
	return true;
}

static bool take_day(struct text *t, struct posix_day *d)
{
	*d = (struct posix_day){.time = 2 * 3600};
	if (!take(t, ','))
		return false;
	if (take(t, 'M')) {
		d->kind = 'M';
		if (!take_number(t, 12, &d->month) || !take(t, '.') ||
		    !take_number(t, 5, &d->week) || !take(t, '.') ||
		    !take_number(t, 6, &d->weekday) || d->month < 1 || d->week < 1)
			return false;
	} else {
		d->kind = take(t, 'J') ? 'J' : 0;
		if (!take_number(t, 365, &d->day) || (d->kind == 'J' && d->day < 1))
			return false;
	}
	return !take(t, '/') || take_time(t, &d->time);
}

/* Less than a day, as in the types of a TZif file. */
static bool offset_is_sound(int32_t offset)
{
	return offset > -DAY_SECONDS && offset < DAY_SECONDS;
}

static bool posix_parse(struct text t, struct posix_zone *z)
{
	int west;

	*z = (struct posix_zone){0};
	if (!take_name(&t, &z->standard_name) || !take_time(&t, &west))
		return false;
	z->standard = -west;
	if (!offset_is_sound(z->standard))
		return false;
	if (t.len == 0)
		return true;
	z->has_daylight = true;
	if (!take_name(&t, &z->daylight_name))
		return false;
	z->daylight = z->standard + 3600;
	if (t.len > 0 && t.at[0] != ',') {
		if (!take_time(&t, &west))
			return false;
		z->daylight = -west;
	}
	return offset_is_sound(z->daylight) && take_day(&t, &z->begin) && take_day(&t, &z->end) &&
	       t.len == 0;
}

/* Local seconds of the rule's day and time in a year. */
static int64_t posix_local(const struct posix_day *d, int year)
{
	int64_t day;

	if (d->kind == 'M') {
		int wanted = (d->weekday + 6) % 7; /* POSIX counts from Sunday */
		int64_t first = days_from_civil(year, d->month, 1);
		int ahead = wanted - weekday_of_day(first);
		int of_month = (ahead < 0 ? ahead + 7 : ahead) + 7 * (d->week - 1);

		while (of_month >= days_in_month(year, d->month))
			of_month -= 7;
		day = first + of_month;
	} else {
		day = days_from_civil(year, 1, 1) + d->day;
		if (d->kind == 'J')
			day += (is_leap_year(year) && d->day >= 60) - 1;
	}
	return day * DAY_SECONDS + d->time;
}

static void note_call(struct zone_call *call, int32_t offset, struct text name)
{
	*call = (struct zone_call){.offset = offset};
	if (name.len > 0 && name.len <= ZONE_CALL_MAX)
		memcpy(call->word, name.at, name.len);
}

bool zone_posix_add(struct zone_builder *b, struct text footer, int64_t from, bool *repeats_out)
{
	struct posix_zone z;
	int year, month, day;

	*repeats_out = false;
	if (!posix_parse(footer, &z))
		return false;
	note_call(&b->calls[0], z.standard, z.standard_name);
	if (!z.has_daylight) {
		/* Says what holds after the last change; a file without any needs it said. */
		if (b->count == 0 || b->changes[b->count - 1].offset != z.standard)
			zone_builder_add(b, max64(from + 1, TIME_MIN), z.standard, false);
		return true;
	}
	note_call(&b->calls[1], z.daylight, z.daylight_name);
	*repeats_out = true;
	civil_from_days(floor_div(max64(from, TIME_MIN), DAY_SECONDS), &year, &month, &day);
	/* A change may lie in another year by local time, here and at the end. */
	year--;
	for (; year <= ZONE_TABLE_END_YEAR; year++) {
		int64_t begin = posix_local(&z.begin, year) - z.standard;
		int64_t end = posix_local(&z.end, year) - z.daylight;

		if (begin > from && begin < ZONE_TABLE_END)
			zone_builder_add(b, begin, z.daylight, true);
		if (end > from && end < ZONE_TABLE_END)
			zone_builder_add(b, end, z.standard, false);
	}
	return true;
}

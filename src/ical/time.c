/* time - calendar dates and times as numbers */

#include "ical/time.h"

#include "base/buf.h"

/* Days from 1970-01-01 by Howard Hinnant's method: years begin in March. */
int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void civil_from_days(int64_t days, int *year_out, int *month_out, int *day_out)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day_out = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month_out = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year_out = (int)(yoe + era * 400 + (*month_out <= 2));
}

int64_t local_from_civil(const struct civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * DAY_SECONDS + c->hour * 3600 +
	       c->minute * 60 + c->second;
}

void civil_from_local(int64_t local, struct civil *out)
{
	int64_t days = floor_div(local, DAY_SECONDS);
	int of_day = (int)(local - days * DAY_SECONDS);

	civil_from_days(days, &out->year, &out->month, &out->day);
	out->hour = of_day / 3600;
	out->minute = of_day / 60 % 60;
	out->second = of_day % 60;
}

int weekday_of_day(int64_t days)
{
	/* 1970-01-01 was a Thursday. */
	return (int)(days + 3 - floor_div(days + 3, 7) * 7);
}

bool is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month)
{
	static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap_year(year) ? 29 : lengths[month - 1];
}

/* The first day of week 1: the week that holds January 4th. */
static int64_t first_week(int year, int week_start)
{
	int64_t fourth = days_from_civil(year, 1, 4);
	int back = weekday_of_day(fourth) - week_start;

	return fourth - (back < 0 ? back + 7 : back);
}

int weeks_in_year(int year, int week_start)
{
	return (int)((first_week(year + 1, week_start) - first_week(year, week_start)) / 7);
}

/* ---- reading --------------------------------------------------------------------------- */

/* Exactly `count` digits at `from`, as a number; -1 when they are not all digits. */
static int digits(struct text t, size_t from, size_t count)
{
	int n = 0;

	if (from + count > t.len)
		return -1;
	for (size_t i = from; i < from + count; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return -1;
		n = n * 10 + (t.at[i] - '0');
	}
	return n;
}

static bool civil_is_valid(const struct civil *c)
{
	return c->year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
	       c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 60;
}

/* The form and its fields, which may be out of range. */
static bool read_civil(struct text value, struct civil *c, enum time_form *form_out)
{
	*c = (struct civil){digits(value, 0, 4), digits(value, 4, 2), digits(value, 6, 2), 0, 0, 0};
	*form_out = TIME_DATE;
	if (value.len != 8) {
		bool utc = value.len == 16 && value.at[15] == 'Z';

		if ((value.len != 15 && !utc) || value.at[8] != 'T')
			return false;
		c->hour = digits(value, 9, 2);
		c->minute = digits(value, 11, 2);
		c->second = digits(value, 13, 2);
		*form_out = utc ? TIME_UTC : TIME_FLOATING;
	}
	return true;
}

bool time_precedes_all(struct text value)
{
	enum time_form form;
	struct civil c;

	if (!read_civil(value, &c, &form) || c.year != 0)
		return false;
	c.year = 400; /* a year of the same days */
	return civil_is_valid(&c);
}

bool time_parse(struct text value, int64_t *seconds_out, enum time_form *form_out)
{
	struct civil c;

	if (!read_civil(value, &c, form_out) || !civil_is_valid(&c))
		return false;
	/* A leap second is read as the second before it (RFC 5545 §3.3.12). */
	if (c.second == 60)
		c.second = 59;
	*seconds_out = local_from_civil(&c);
	return true;
}

/* One "15M" of a duration; moves *at past it. */
static bool duration_part(struct text v, size_t *at, int64_t *number, char *unit)
{
	size_t begin = *at;

	*number = 0;
	while (*at < v.len && v.at[*at] >= '0' && v.at[*at] <= '9') {
		if (*at - begin > 12)
			return false;
		*number = *number * 10 + (v.at[(*at)++] - '0');
	}
	if (*at == begin || *at == v.len)
		return false;
	*unit = v.at[(*at)++];
	return true;
}

bool duration_parse(struct text value, struct duration *out)
{
	const int64_t max = INT64_C(10000) * 366 * DAY_SECONDS;
	size_t at = 0;
	int sign = 1;
	int64_t days = 0, seconds = 0, n;
	char unit;

	if (value.len > 0 && (value.at[0] == '+' || value.at[0] == '-'))
		sign = value.at[at++] == '-' ? -1 : 1;
	if (at >= value.len || value.at[at++] != 'P' || at == value.len)
		return false;
	while (at < value.len) {
		if (value.at[at] == 'T') {
			if (++at == value.len)
				return false;
			continue;
		}
		if (!duration_part(value, &at, &n, &unit) || n > max)
			return false;
		switch (unit) {
		case 'W': days += n * 7; break;
		case 'D': days += n; break;
		case 'H': seconds += n * 3600; break;
		case 'M': seconds += n * 60; break;
		case 'S': seconds += n; break;
		default: return false;
		}
		if (days > max / DAY_SECONDS || seconds > max)
			return false;
	}
	*out = (struct duration){sign * days, sign * seconds};
	return true;
}

bool utc_offset_parse(struct text value, int *seconds_out)
{
	int hours = digits(value, 1, 2), minutes = digits(value, 3, 2);
	int seconds = value.len == 7 ? digits(value, 5, 2) : 0;

	if ((value.len != 5 && value.len != 7) || (value.at[0] != '+' && value.at[0] != '-'))
		return false;
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
		return false;
	*seconds_out = (hours * 3600 + minutes * 60 + seconds) * (value.at[0] == '-' ? -1 : 1);
	return true;
}

/* ---- writing ---------------------------------------------------------------------------- */

void time_put_date(struct buf *b, int64_t local)
{
	struct civil c;

	civil_from_local(local, &c);
	buf_put_digits(b, c.year, 4);
	buf_put_digits(b, c.month, 2);
	buf_put_digits(b, c.day, 2);
}

void time_put_local(struct buf *b, int64_t local)
{
	struct civil c;
	char *at = buf_reserve(b, 15);

	if (!at)
		return;
	civil_from_local(local, &c);
	for (int i = 3, year = c.year; i >= 0; i--, year /= 10)
		at[i] = (char)('0' + year % 10);
#define PUT_TWO(place, n)                                                                          \
	(at[place] = (char)('0' + (n) / 10), at[(place) + 1] = (char)('0' + (n) % 10))
	PUT_TWO(4, c.month);
	PUT_TWO(6, c.day);
	at[8] = 'T';
	PUT_TWO(9, c.hour);
	PUT_TWO(11, c.minute);
	PUT_TWO(13, c.second);
#undef PUT_TWO
	b->len += 15;
	at[15] = 0;
}

void time_put_utc(struct buf *b, int64_t utc)
{
	time_put_local(b, utc);
	buf_put_char(b, 'Z');
}

/* ---- RFC 3339 ------------------------------------------------------------------------------ */

void time_put_rfc3339(struct buf *b, int64_t utc)
{
	struct civil c;

	civil_from_local(utc, &c);
	buf_put_digits(b, c.year, 4);
	buf_put_char(b, '-');
	buf_put_digits(b, c.month, 2);
	buf_put_char(b, '-');
	buf_put_digits(b, c.day, 2);
	buf_put_char(b, 'T');
	buf_put_digits(b, c.hour, 2);
	buf_put_char(b, ':');
	buf_put_digits(b, c.minute, 2);
	buf_put_char(b, ':');
	buf_put_digits(b, c.second, 2);
	buf_put_char(b, 'Z');
}

/* The offset at the end: "Z", "z", "+05:30". */
static bool rfc3339_offset(struct text t, int *seconds_out)
{
	int hours, minutes;

	*seconds_out = 0;
	if (t.len == 1)
		return t.at[0] == 'Z' || t.at[0] == 'z';
	hours = digits(t, 1, 2);
	minutes = digits(t, 4, 2);
	if (t.len != 6 || (t.at[0] != '+' && t.at[0] != '-') || t.at[3] != ':' || hours < 0 ||
	    hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*seconds_out = (hours * 3600 + minutes * 60) * (t.at[0] == '-' ? -1 : 1);
	return true;
}

bool time_parse_rfc3339(struct text v, int64_t *utc_out)
{
	struct civil c = {digits(v, 0, 4),  digits(v, 5, 2),  digits(v, 8, 2),
			  digits(v, 11, 2), digits(v, 14, 2), digits(v, 17, 2)};
	size_t end = 19;
	int offset;

	if (v.len < 20 || v.at[4] != '-' || v.at[7] != '-' ||
	    (v.at[10] != 'T' && v.at[10] != 't') || v.at[13] != ':' || v.at[16] != ':' ||
	    !civil_is_valid(&c))
		return false;
	/* A fraction is cut off: nothing here is finer than a second. */
	if (v.at[end] == '.') {
		do
			end++;
		while (end < v.len && v.at[end] >= '0' && v.at[end] <= '9');
		if (end == 20 || end == v.len)
			return false;
	}
	if (!rfc3339_offset(text_sub(v, end, v.len), &offset))
		return false;
	if (c.second == 60)
		c.second = 59;
	*utc_out = local_from_civil(&c) - offset;
	return true;
}

bool day_parse(struct text v, int64_t *day_out)
{
	struct civil c = {digits(v, 0, 4), digits(v, 5, 2), digits(v, 8, 2), 0, 0, 0};

	if (v.len != 10 || v.at[4] != '-' || v.at[7] != '-' || !civil_is_valid(&c))
		return false;
	*day_out = days_from_civil(c.year, c.month, c.day);
	return true;
}

void day_put(struct buf *b, int64_t day)
{
	int year, month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	buf_put_digits(b, year, 4);
	buf_put_char(b, '-');
	buf_put_digits(b, month, 2);
	buf_put_char(b, '-');
	buf_put_digits(b, of_month, 2);
}

/* vfreebusy - periods as text, with digits made by hand; see vfreebusy.h */
#include "freebusy/vfreebusy.h"

#include "ical/build.h"
#include "ical/line.h"
#include "ical/time.h"

enum {
	UTC_CHARS = 16, /* 20270118T090000Z */
	PERIOD_CHARS = 2 * UTC_CHARS + 1,
};

/* What stands before each period. With the period, less than 75 octets, so nothing is folded. */
static const struct text prefixes[BUSY_TYPE_COUNT] = {
	[BUSY_TENTATIVE] = TEXT_INIT("FREEBUSY;FBTYPE=BUSY-TENTATIVE:"),
	[BUSY_BUSY] = TEXT_INIT("FREEBUSY;FBTYPE=BUSY:"),
	[BUSY_UNAVAILABLE] = TEXT_INIT("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:"),
	[BUSY_ELSEWHERE] = TEXT_INIT("FREEBUSY;FBTYPE=BUSY:"),
};

/* The date last written: periods follow one another, and most share it. */
struct date_memo {
	int64_t day;
	char digits[8];
};

static char *put_two(char *to, int n)
{
	to[0] = (char)('0' + n / 10);
	to[1] = (char)('0' + n % 10);
	return to + 2;
}

static void memo_set(struct date_memo *m, int64_t day)
{
	int year, month, dom;
	char *to = m->digits;

	civil_from_days(day, &year, &month, &dom);
	to = put_two(to, year / 100);
	to = put_two(to, year % 100);
	to = put_two(to, month);
	put_two(to, dom);
	m->day = day;
}

static char *put_utc(char *to, int64_t utc, struct date_memo *m)
{
	int64_t day = floor_div(utc, DAY_SECONDS);
	int second = (int)(utc - day * DAY_SECONDS);

	if (day != m->day)
		memo_set(m, day);
	memcpy(to, m->digits, sizeof(m->digits));
	to[8] = 'T';
	to = put_two(to + 9, second / 3600);
	to = put_two(to, second / 60 % 60);
	to = put_two(to, second % 60);
	*to++ = 'Z';
	return to;
}

static void put_periods(struct buf *out, const struct vfreebusy *v)
{
	struct date_memo memo = {.day = INT64_MIN};

	for (size_t i = 0; i < v->count; i++) {
		const struct busy_period *p = &v->periods[i];
		struct text prefix = prefixes[p->type];
		size_t len = prefix.len + PERIOD_CHARS + 2;
		char *to = buf_reserve(out, len);

		if (!to)
			return;
		memcpy(to, prefix.at, prefix.len);
		to = put_utc(to + prefix.len, p->start, &memo);
		*to++ = '/';
		to = put_utc(to, p->end, &memo);
		*to++ = '\r';
		*to = '\n';
		out->len += len;
	}
}

static void put_time(struct buf *out, const char *name, int64_t utc)
{
	buf_put_str(out, name);
	time_put_utc(out, utc);
	buf_put_lit(out, "\r\n");
}

/* A line whose value comes from elsewhere: folded, and free of line ends. */
static void put_value(struct buf *out, const char *name, struct text value)
{
	struct buf line;

	if (value.len == 0)
		return;
	buf_init(&line, out->arena, value.len + 16, value.len + 64);
	buf_put_str(&line, name);
	buf_put_text(&line, value);
	ical_put_line(out, buf_text(&line));
}

void vfreebusy_write(struct buf *out, const struct vfreebusy *v)
{
	buf_put_lit(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	put_value(out, "METHOD:", v->method);
	buf_put_lit(out, "BEGIN:VFREEBUSY\r\n");
	put_value(out, "UID:", v->uid);
	put_time(out, "DTSTAMP:", v->stamp);
	put_time(out, "DTSTART:", v->start);
	put_time(out, "DTEND:", v->end);
	put_value(out, "ORGANIZER:", v->organizer);
	put_value(out, "ATTENDEE:", v->attendee);
	put_periods(out, v);
	buf_put_lit(out, "END:VFREEBUSY\r\nEND:VCALENDAR\r\n");
}

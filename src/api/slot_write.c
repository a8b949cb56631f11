/* slot_write - see slot_write.h */
#include "api/slot_write.h"

#include "ical/zone.h"

/* Where the figures stand in SLOT_FORM. */
enum {
	AT_START = sizeof("{\"start\":\"") - 1,
	AT_END = AT_START + sizeof("hh:mm\",\"end\":\"") - 1,
	AT_START_TIME = AT_END + sizeof("hh:mm\",\"start_time\":\"") - 1,
	AT_END_TIME = AT_START_TIME + sizeof("yyyy-mm-ddThh:mm:ssZ\",\"end_time\":\"") - 1,
	DATE_LEN = sizeof("yyyy-mm-dd") - 1,
};

void slot_writer_init(struct slot_writer *w, const struct zone *zone)
{
	*w = (struct slot_writer){.zone = zone, .day = INT64_MIN};
}

static void two(char *to, int64_t n)
{
	to[0] = (char)('0' + n / 10);
	to[1] = (char)('0' + n % 10);
}

static void write_clock(char *to, int64_t second_of_day)
{
	two(to, second_of_day / 3600);
	two(to + 3, second_of_day / 60 % 60);
}

static int64_t to_local(struct slot_writer *w, int64_t utc)
{
	if (utc < w->from || utc >= w->until) {
		w->offset = zone_offset(w->zone, utc);
		w->from = utc;
		if (!zone_next_change(w->zone, utc + 1, &w->until))
			w->until = TIME_MAX;
	}
	return utc + w->offset;
}

static void write_local(struct slot_writer *w, char *to, int64_t utc)
{
	int64_t local = to_local(w, utc);

	write_clock(to, local - floor_div(local, DAY_SECONDS) * DAY_SECONDS);
}

static void write_utc(struct slot_writer *w, char *to, int64_t utc)
{
	int64_t day = floor_div(utc, DAY_SECONDS), second = utc - day * DAY_SECONDS;

	if (day != w->day) {
		int year, month, of_month;

		civil_from_days(day, &year, &month, &of_month);
		two(w->date, year / 100);
		two(w->date + 2, year % 100);
		w->date[4] = w->date[7] = '-';
		two(w->date + 5, month);
		two(w->date + 8, of_month);
		w->day = day;
	}
	memcpy(to, w->date, DATE_LEN);
	write_clock(to + DATE_LEN + 1, second);
	two(to + DATE_LEN + 7, second % 60);
}

void slot_write(struct slot_writer *w, struct buf *b, const struct slot *s)
{
	char *to = buf_reserve(b, SLOT_BYTES);

	if (!to)
		return;
	memcpy(to, SLOT_FORM, SLOT_BYTES);
	write_local(w, to + AT_START, s->start);
	write_local(w, to + AT_END, s->end);
	write_utc(w, to + AT_START_TIME, s->start);
	write_utc(w, to + AT_END_TIME, s->end);
	b->len += SLOT_BYTES;
	if (!w->tells_seats)
		return;
	b->len--;
	buf_put_lit(b, ",\"seats_left\":");
	buf_put_int(b, s->seats_left);
	buf_put_char(b, '}');
}

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
	INSTANT_LEN = sizeof("yyyy-mm-ddThh:mm:ssZ") - 1,
	CLOCK_LEN = sizeof("hh:mm") - 1,
};

void slot_writer_init(struct slot_writer *w, const struct zone *zone)
{
	*w = (struct slot_writer){
		.zone = zone, .date = "yyyy-mm-dd", .day = INT64_MAX, .said = INT64_MIN};
}

static void two(char *to, uint32_t n)
{
	to[0] = (char)('0' + n / 10);
	to[1] = (char)('0' + n % 10);
}

static void write_clock(char *to, uint32_t second_of_day)
{
	uint32_t minute = second_of_day / 60;

	two(to, minute / 60);
	two(to + 3, minute % 60);
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

/* The local day is at most two away from the one of UTC. */
static uint32_t local_second(struct slot_writer *w, int64_t utc)
{
	int64_t second = to_local(w, utc) - w->day;

	while (second < 0)
		second += DAY_SECONDS;
	while (second >= DAY_SECONDS)
		second -= DAY_SECONDS;
	return (uint32_t)second;
}

static void write_date(struct slot_writer *w, int64_t utc)
{
	int64_t day = floor_div(utc, DAY_SECONDS);
	int year, month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	two(w->date, (uint32_t)year / 100);
	two(w->date + 2, (uint32_t)year % 100);
	two(w->date + 5, (uint32_t)month);
	two(w->date + 8, (uint32_t)of_month);
	w->day = day * DAY_SECONDS;
}

/* Both ways of saying an instant. */
static void say(struct slot_writer *w, int64_t instant, char *local, char *utc)
{
	uint32_t second;

	if (instant < w->day || instant - w->day >= DAY_SECONDS)
		write_date(w, instant);
	second = (uint32_t)(instant - w->day);
	memcpy(utc, w->date, DATE_LEN);
	write_clock(utc + DATE_LEN + 1, second);
	two(utc + DATE_LEN + 7, second % 60);
	write_clock(local, local_second(w, instant));
}

/* Where the slot before ended, this one begins. */
static void say_start(struct slot_writer *w, const struct buf *b, int64_t start, char *to)
{
	const char *before = b->at + w->last;

	if (start != w->said) {
		say(w, start, to + AT_START, to + AT_START_TIME);
		return;
	}
	memcpy(to + AT_START, before + AT_END, CLOCK_LEN);
	memcpy(to + AT_START_TIME, before + AT_END_TIME, INSTANT_LEN);
}

void slot_write(struct slot_writer *w, struct buf *b, const struct slot *s)
{
	char *to = buf_reserve(b, SLOT_BYTES);

	if (!to)
		return;
	memcpy(to, SLOT_FORM, SLOT_BYTES);
	say_start(w, b, s->start, to);
	say(w, s->end, to + AT_END, to + AT_END_TIME);
	w->said = s->end;
	w->last = b->len;
	b->len += SLOT_BYTES;
	if (!w->tells_seats)
		return;
	b->len--;
	buf_put_lit(b, ",\"seats_left\":");
	buf_put_int(b, s->seats_left);
	buf_put_char(b, '}');
}

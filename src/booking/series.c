/* series - which instances, and how the event says so; see series.h. Pure. */
#include "booking/series.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/line.h"
#include "ical/zone.h"

enum { SERIES_MAX_INTERVAL = 52 };

static const char *const every_words[] = {
	[SERIES_DAY] = "DAILY",
	[SERIES_WEEK] = "WEEKLY",
	[SERIES_MONTH] = "MONTHLY",
};

/* One series being counted out. */
struct counting {
	const struct book_series *asked;
	const struct zone *zone;
	int64_t local; /* of the first start */
	struct buf rule;
	struct series *out;
	size_t skipped;
};

static int32_t interval_of(const struct book_series *s)
{
	return s->interval > 0 ? s->interval : 1;
}

static const struct fault *wrong(struct arena *a, const char *sentence)
{
	return fault_make(a, FAULT_UNPROCESSABLE, "series", "%s", sentence);
}

static const struct fault *check(struct arena *a, const struct book_request *rq)
{
	const struct book_series *s = &rq->series;

	if (s->count > rq->type->series_max)
		return fault_make(a, FAULT_UNPROCESSABLE, "series",
				  "This meeting may be booked at most %d times in one series.",
				  (int)rq->type->series_max);
	if (s->count < 1 || interval_of(s) > SERIES_MAX_INTERVAL)
		return wrong(a, "A series has one instance at least, and at most 52 in between.");
	if (rq->type->seats > 1)
		return wrong(a, "A meeting of several places is booked one by one.");
	return NULL;
}

/* The day of the n-th instance; false: its month has no such day. */
static bool nth_day(const struct counting *c, int32_t n, int64_t *out)
{
	int64_t first = floor_div(c->local, DAY_SECONDS);
	int32_t step = n * interval_of(c->asked);
	int year, month, day;

	if (c->asked->every != SERIES_MONTH) {
		*out = first + (int64_t)step * (c->asked->every == SERIES_WEEK ? 7 : 1);
		return true;
	}
	civil_from_days(first, &year, &month, &day);
	month += step - 1;
	year += month / 12;
	month = month % 12 + 1;
	if (day > days_in_month(year, month))
		return false;
	*out = days_from_civil(year, month, day);
	return true;
}

static bool is_skipped(const struct book_series *s, int64_t day)
{
	for (size_t i = 0; i < s->skip_count; i++)
		if (s->skip[i] == day)
			return true;
	return false;
}

/* In the form that DTSTART has: local time, or UTC in the second pass of a fold. */
static void put_exdate(struct counting *c, int64_t local, int64_t start, bool zoned)
{
	buf_put_lit(&c->rule, "EXDATE");
	if (zoned) {
		buf_put_lit(&c->rule, ";TZID=");
		ical_put_param(&c->rule, zone_name(c->zone));
		buf_put_char(&c->rule, ':');
		time_put_local(&c->rule, local);
	} else {
		buf_put_char(&c->rule, ':');
		time_put_utc(&c->rule, start);
	}
	buf_put_char(&c->rule, '\n');
}

static void count_out(struct counting *c, bool zoned)
{
	int64_t of_day = c->local - floor_div(c->local, DAY_SECONDS) * DAY_SECONDS, day;

	for (int32_t n = 0, found = 0; found < c->asked->count; n++) {
		int64_t local, start;

		if (!nth_day(c, n, &day))
			continue;
		found++;
		local = day * DAY_SECONDS + of_day;
		start = zone_to_utc(c->zone, local);
		if (is_skipped(c->asked, day)) {
			c->skipped++;
			put_exdate(c, local, start, zoned);
		} else {
			c->out->starts[c->out->count++] = start;
		}
	}
}

const struct fault *series_make(struct arena *a, const struct book_request *rq, struct series *out)
{
	const struct booking_schedule *s = host_schedule(rq->host, rq->type->schedule);
	struct counting c = {
		.asked = &rq->series,
		.zone = s ? s->hours.zone : zone_utc(),
		.out = out,
	};
	int32_t most = rq->series.count > 0 ? rq->series.count : 1;
	const struct fault *f = rq->series.count != 0 ? check(a, rq) : NULL;

	*out = (struct series){.count = 0};
	if (f)
		return f;
	out->starts = arena_alloc_array(a, (size_t)most, sizeof(*out->starts));
	if (rq->series.count <= 1) {
		out->starts[out->count++] = rq->start;
		return NULL;
	}
	c.local = zone_to_local(c.zone, rq->start);
	if (zone_to_utc(c.zone, c.local) != rq->start)
		return wrong(a, "A series does not begin in an hour that comes twice.");
	buf_init(&c.rule, a, 128, 16 * 1024);
	buf_printf(&c.rule, "RRULE:FREQ=%s;", every_words[rq->series.every]);
	if (interval_of(c.asked) > 1)
		buf_printf(&c.rule, "INTERVAL=%d;", (int)interval_of(c.asked));
	buf_printf(&c.rule, "COUNT=%d\n", (int)rq->series.count);
	count_out(&c, !zone_is_same(c.zone, zone_utc()));
	if (out->count == 0 || out->starts[0] != rq->start)
		return wrong(a, "A series takes place at its first time.");
	if (c.skipped != rq->series.skip_count)
		return wrong(a, "A date to skip is none of the series, or is said twice.");
	out->rule = buf_text(&c.rule);
	return arena_check(a);
}

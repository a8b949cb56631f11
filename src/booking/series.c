/* series - which instances, and how the event says so; see series.h. Pure. */
#include "booking/series.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/line.h"
#include "ical/time.h"
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

/* ---- moved ------------------------------------------------------------------------------------
 */

/* One part of an RRULE that series_make() wrote. */
static void read_part(struct text part, struct book_series *out)
{
	ptrdiff_t equals = text_find_char(part, '=', 0);
	struct text name = text_sub(part, 0, (size_t)(equals + 1));
	struct text value = text_sub(part, (size_t)(equals + 1), part.len);
	int64_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(every_words); i++)
		if (text_equal(name, TEXT("FREQ=")) && text_equal(value, text_from(every_words[i])))
			out->every = (enum series_every)i;
	if (!text_to_int64(value, 1, INT32_MAX, &n))
		return;
	if (text_equal(name, TEXT("COUNT=")))
		out->count = (int32_t)n;
	else if (text_equal(name, TEXT("INTERVAL=")))
		out->interval = (int32_t)n;
}

/* What it was made of, with the days it leaves out so many days later. */
static void read_rule(struct arena *a, struct text rule, int64_t shift_days,
		      struct book_series *out)
{
	int64_t *skip = arena_alloc_array(a, RULES_MAX_SERIES, sizeof(*skip));
	struct text rest = rule, line, part;

	*out = (struct book_series){.skip = skip};
	while (text_next(&rest, '\n', &line)) {
		ptrdiff_t colon = text_find_char(line, ':', 0);
		struct text value = text_sub(line, (size_t)(colon + 1), line.len);
		enum time_form form;
		int64_t at;

		if (text_starts(line, TEXT("RRULE:")))
			while (text_next(&value, ';', &part))
				read_part(part, out);
		else if (out->skip_count < RULES_MAX_SERIES && time_parse(value, &at, &form))
			skip[out->skip_count++] = floor_div(at, DAY_SECONDS) + shift_days;
	}
}

const struct fault *series_move(struct arena *a, const struct host *host,
				const struct booking_type *type, const struct booking *b,
				int64_t start, struct series *out)
{
	const struct booking_schedule *s = host_schedule(host, type->schedule);
	const struct zone *zone = s ? s->hours.zone : zone_utc();
	int64_t shift_days = floor_div(zone_to_local(zone, start), DAY_SECONDS) -
			     floor_div(zone_to_local(zone, b->start), DAY_SECONDS);
	struct book_request rq = {.host = host, .type = type, .start = start};

	if (b->rule.len > 0)
		read_rule(a, b->rule, shift_days, &rq.series);
	return series_make(a, &rq, out);
}

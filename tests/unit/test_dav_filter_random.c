/*
 * test_dav_filter_random - RFC 4791 §9.9: a range matches what happens in it
 *
 * Random objects and ranges: what a filter finds by expanding just around the range must be what
 * an expansion of years shows. The dice fall the same way at each run.
 */
#include "base/buf.h"
#include "dice.h"
#include "filter_fixture.h"
#include "ical/expand.h"
#include "ical/zone.h"

enum {
	OBJECTS = 400,
	RANGES = 8, /* of each object */
	AROUND_S = 500 * DAY_SECONDS,
	ALARM_BEFORE_S = 900,
};

/* 2027-01-01 and three years later. */
#define FIRST_S INT64_C(1798761600)
#define LAST_S	(FIRST_S + 3 * 366 * (int64_t)DAY_SECONDS)

static const char *pick(struct dice *d, const char *const *list, size_t count)
{
	return list[dice_roll(d, 0, (int64_t)count - 1)];
}
#define PICK(d, list) pick(d, list, ARRAY_LEN(list))

/* ---- objects ------------------------------------------------------------------------------ */

/* How its times are bound: what stands before them, and behind. */
static const struct form {
	const char *params, *suffix;
	bool is_date;
} forms[] = {
	{":", "Z", false},
	{":", "", false},
	{";TZID=Europe/Berlin:", "", false},
	{";TZID=America/New_York:", "", false},
	{";TZID=Australia/Lord_Howe:", "", false},
	{";VALUE=DATE:", "", true},
};

static void put_line(struct buf *b, const char *name, const struct form *form, int64_t at)
{
	buf_put_str(b, name);
	buf_put_str(b, form->params);
	if (form->is_date)
		time_put_date(b, at);
	else
		time_put_local(b, at);
	buf_put_str(b, form->suffix);
	buf_put_lit(b, "\r\n");
}

static void put_length(struct buf *b, struct dice *d, bool is_date)
{
	static const char *const of_times[] = {"", "DURATION:PT0S\r\n", "DURATION:PT45M\r\n",
					       "DURATION:P1D\r\n", "DURATION:P2DT3H\r\n"};
	static const char *const of_days[] = {"", "DURATION:P1D\r\n", "DURATION:P3D\r\n"};

	buf_put_str(b, is_date ? PICK(d, of_days) : PICK(d, of_times));
}

static void put_rule(struct buf *b, struct dice *d, bool is_date)
{
	static const char *const rules[] = {
		"DAILY;INTERVAL=3",
		"WEEKLY",
		"WEEKLY;INTERVAL=2;BYDAY=MO,TH,SU",
		"MONTHLY;BYMONTHDAY=31",
		"MONTHLY;BYDAY=-1FR",
		"YEARLY",
		"YEARLY;BYMONTH=2;BYMONTHDAY=29",
		"DAILY;BYMONTH=3,10,11",
		"HOURLY;INTERVAL=17",
	};
	static const char *const ends[] = {"", ";COUNT=1", ";COUNT=7", ";COUNT=90",
					   ";UNTIL=20280601T000000Z"};

	buf_printf(b, "RRULE:FREQ=%s", pick(d, rules, ARRAY_LEN(rules) - is_date));
	buf_put_str(b, PICK(d, ends));
	buf_put_lit(b, "\r\n");
}

static void put_component(struct buf *b, struct dice *d, const char *comp, const struct form *form,
			  int64_t start)
{
	buf_printf(b, "BEGIN:%s\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n", comp);
	put_line(b, "DTSTART", form, start);
	put_length(b, d, form->is_date);
	buf_put_lit(b, "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n");
}

/* A series with something taken out, something added, and something moved by up to a month. */
static const char *make_object(struct dice *d, const char *comp)
{
	const struct form *form = &forms[dice_roll(d, 0, ARRAY_LEN(forms) - 1)];
	int64_t start = dice_roll(d, FIRST_S / 900, LAST_S / 900) * 900;
	int64_t moved = start + 7 * DAY_SECONDS;
	struct buf b;

	buf_init(&b, filter_arena, 1024, 65536);
	buf_put_lit(&b, HEAD);
	put_component(&b, d, comp, form, start);
	put_rule(&b, d, form->is_date);
	if (dice_roll(d, 0, 1))
		put_line(&b, "EXDATE", form, start + dice_roll(d, 0, 30) * DAY_SECONDS);
	if (dice_roll(d, 0, 1))
		put_line(&b, "RDATE", form, start + dice_roll(d, -400, 400) * DAY_SECONDS);
	buf_printf(&b, "END:%s\r\n", comp);
	if (dice_roll(d, 0, 1)) {
		put_component(&b, d, comp, form, moved + dice_roll(d, -30, 30) * DAY_SECONDS);
		put_line(&b, "RECURRENCE-ID", form, moved);
		buf_printf(&b, "END:%s\r\n", comp);
	}
	buf_put_lit(&b, TAIL);
	return b.at;
}

/* ---- what is true --------------------------------------------------------------------------- */

/* All that happens in the years of the ranges, and somewhat around. */
static struct expansion expand_years(const char *raw)
{
	struct expand_limits limits = {100 * RECUR_BUDGET_DEFAULT, 1000000};
	struct expansion x = {0};
	struct ical_object *o;

	if (CHECK_WELL(raw, ical_object_parse(filter_arena, text_from(raw), ICAL_FROM_STORE, &o)) &&
	    CHECK_WELL(raw, ical_expand(filter_arena, o, FIRST_S - AROUND_S, LAST_S + AROUND_S,
					NULL, 0, limits, &x)))
		CHECK_TRUE(raw, x.complete);
	return x;
}

static int64_t utc_of(const struct occurrence *o, int64_t at, const struct zone *zone)
{
	return o->floating ? zone_to_utc(zone, at) : at;
}

static bool rings_in(const struct dav_range *r, const struct occurrence *o, const struct zone *zone)
{
	int64_t at = utc_of(o, o->dtstart, zone) - ALARM_BEFORE_S;

	return r->from <= at && at < r->to;
}

static bool happens_in(const struct dav_range *r, const struct expansion *x,
		       const struct zone *zone, bool alarm)
{
	for (size_t i = 0; i < x->count; i++)
		if (alarm ? rings_in(r, &x->at[i], zone)
			  : dav_range_overlaps(r, x->at[i].start, x->at[i].end, x->at[i].floating,
					       zone))
			return true;
	return false;
}

/* ---- and what is found ------------------------------------------------------------------------
 */

static const char *make_filter(const char *comp, const struct dav_range *r, bool alarm)
{
	struct buf b;

	buf_init(&b, filter_arena, 256, 4096);
	buf_printf(&b, "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"%s\">", comp);
	if (alarm)
		buf_put_lit(&b, "<C:comp-filter name=\"VALARM\">");
	buf_put_lit(&b, "<C:time-range start=\"");
	time_put_utc(&b, r->from);
	buf_put_lit(&b, "\" end=\"");
	time_put_utc(&b, r->to);
	buf_put_lit(&b, "\"/>");
	if (alarm)
		buf_put_lit(&b, "</C:comp-filter>");
	buf_put_lit(&b, "</C:comp-filter></C:comp-filter>");
	return b.at;
}

/* Half of the ranges begin or end where something does, give or take a moment. */
static struct dav_range make_range(struct dice *d, const struct expansion *x,
				   const struct zone *zone)
{
	static const int64_t lengths[] = {1, 3600, 7 * DAY_SECONDS, 60 * DAY_SECONDS};
	static const int64_t shifts[] = {-1, 0, 1, -ALARM_BEFORE_S, 1 - ALARM_BEFORE_S};
	int64_t length = lengths[dice_roll(d, 0, ARRAY_LEN(lengths) - 1)];
	int64_t at = dice_roll(d, FIRST_S / 900, LAST_S / 900) * 900;

	if (x->count > 0 && dice_roll(d, 0, 1)) {
		const struct occurrence *o = &x->at[dice_roll(d, 0, (int64_t)x->count - 1)];

		at = utc_of(o, dice_roll(d, 0, 1) ? o->dtstart : o->dtend, zone) +
		     shifts[dice_roll(d, 0, ARRAY_LEN(shifts) - 1)] -
		     (dice_roll(d, 0, 1) ? length : 0);
	}
	at = max64(FIRST_S, min64(at, LAST_S - length));
	return (struct dav_range){at, at + length};
}

static int check_range(struct dice *d, const char *comp, const char *raw, const struct expansion *x)
{
	static const char *const zones[] = {"UTC", "Asia/Tokyo", "America/New_York"};
	const char *zone = PICK(d, zones);
	struct dav_range r = make_range(d, x, zone_find(text_from(zone)));
	bool alarm = dice_roll(d, 0, 2) == 0;
	bool is_true = happens_in(&r, x, zone_find(text_from(zone)), alarm);
	const char *filter = make_filter(comp, &r, alarm);
	const char *row = arena_printf(filter_arena, "%s in %s\n%s", filter, zone, raw);

	CHECK_INT(row, filter_matches(row, filter, raw, zone), is_true);
	return is_true;
}

static void test_random(void)
{
	static const char *const comps[] = {"VEVENT", "VTODO"};
	struct dice d = {4791};
	int hits = 0;

	for (int i = 0; i < OBJECTS; i++) {
		struct expansion x;
		const char *comp, *raw;

		filter_begin();
		comp = PICK(&d, comps);
		raw = make_object(&d, comp);
		x = expand_years(raw);
		for (int n = 0; n < RANGES; n++)
			hits += check_range(&d, comp, raw, &x);
		filter_end();
	}
	CHECK_TRUE("both answers come up",
		   hits > OBJECTS * RANGES / 4 && hits < OBJECTS * RANGES * 3 / 4);
}

UNIT_SUITE("dav_filter_random", {"what is found is what happens", test_random})

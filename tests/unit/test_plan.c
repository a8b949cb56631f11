/*
 * test_plan - what planning an object costs: nothing people write is cut short, nothing hostile
 * goes on
 *
 * The horizon is that of a store that began to serve in 2027: a year back, 800 days ahead.
 */
#include "expand_fixture.h"

#include "base/buf.h"
#include "calendar/change_priv.h"
#include "calendar/horizon.h"
#include "ical/recur.h"
#include "store/occurrence.h"

enum { STEPS_OF_ONE_PERIOD = 64, OBJECT_BYTES = 1024 * 1024 };

#define NOW "20270118T120000Z"

struct horizon {
	int64_t from, until;
};

static struct horizon horizon(void)
{
	int64_t now = expand_instant(NOW);

	return (struct horizon){now - HORIZON_BACK_DAYS * DAY_SECONDS,
				now + HORIZON_AHEAD_DAYS * DAY_SECONDS};
}

/* A minute from `start` on, in Berlin, with what belongs to the series behind it. */
static struct ical_object *series(const char *start, const char *rule, struct text more,
				  struct text overrides)
{
	struct buf b;

	buf_init(&b, expand_arena, 1024, OBJECT_BYTES);
	buf_put_lit(&b,
		    HEAD "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\nDURATION:PT1M\r\n");
	buf_printf(&b, "DTSTART" BERLIN "%s\r\nRRULE:%s\r\n", start, rule);
	buf_put_text(&b, more);
	buf_put_lit(&b, "END:VEVENT\r\n");
	buf_put_text(&b, overrides);
	buf_put_lit(&b, FOOT);
	return expand_parse(rule, b.at);
}

static void plan(const char *name, const struct ical_object *o, struct object_plan *p)
{
	struct horizon h = horizon();

	CHECK_WELL(name, object_plan_within(expand_arena, o, NULL, 0, h.from, h.until, p));
}

/* What stands for all that could not be expanded. */
static const struct occurrence_row *rest_of(const struct object_plan *p)
{
	const struct occurrence_row *last = p->row_count ? &p->rows[p->row_count - 1] : NULL;

	return last && last->end - last->start > 60 ? last : NULL;
}

static int64_t steps_of(const char *name, const struct ical_object *o)
{
	struct horizon h = horizon();
	struct expand_limits limits = {PLAN_STEPS, PLAN_MAX_ROWS};
	struct expansion x = {0};

	CHECK_WELL(name, ical_expand(expand_arena, o, h.from, h.until, NULL, 0, limits, &x));
	return x.spent;
}

/* ---- what people write ----------------------------------------------------------------------- */

static void test_honest(void)
{
	static const struct {
		const char *name, *start, *rule;
		int64_t rows;  /* between 2026-01-17 12:00Z and 2029-03-28 12:00Z */
		int64_t steps; /* at most */
		bool ends;     /* ... and the end was found */
	} rows[] = {
		{"daily since 1970", "19700101T090000", "FREQ=DAILY", 1166, 2400, false},
		{"weekly, 800 days ahead", "20270118T090000", "FREQ=WEEKLY", 115, 500, false},
		{"working days since 1601, counted", "16010101T090000",
		 "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=120000", 833, 3000, true},
		{"hourly, endless", "20200101T000000", "FREQ=HOURLY", 27981, 30000, false},
		{"every seven hours", "20200101T000000", "FREQ=HOURLY;INTERVAL=7", 3993, 9000,
		 false},
		{"quarters of office hours", "20200101T090000",
		 "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11,12,13,14,15,16;"
		 "BYMINUTE=0,15,30,45",
		 26644, 30000, false},
		{"every ninety minutes, until", "20200101T000000",
		 "FREQ=MINUTELY;INTERVAL=90;UNTIL=20300101T000000Z", 18657, 40000, true},
		{"a day of each month since 1970, counted", "19700105T090000",
		 "FREQ=DAILY;BYMONTHDAY=5;COUNT=1000", 38, 25000, false},
		{"last Friday since 1970, counted", "19700130T090000",
		 "FREQ=MONTHLY;BYDAY=-1FR;COUNT=1000", 38, 4000, true},
		{"every Monday of a yearly rule, counted", "19700105T090000",
		 "FREQ=YEARLY;BYDAY=MO;COUNT=5000", 167, 4000, true},
		{"last Sunday of March since 1900, always in the gap, shifted", "19000325T020000",
		 "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", 4, 500, false},
		{"the same, made by BYHOUR, skipped", "20200101T000000",
		 "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=2", 0, 500, false},
		{"Friday the 13th since 1970, counted", "19700213T090000",
		 "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=200", 5, 4000, true},
		{"29 February, until", "19720229T090000", "FREQ=YEARLY;UNTIL=21000101T000000Z", 1,
		 500, true},
		{"the last working day, until", "20000131T090000",
		 "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20991231T000000Z", 38, 500,
		 true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct object_plan p = {0};
		struct ical_object *o = series(rows[i].start, rows[i].rule, TEXT_NONE, TEXT_NONE);

		if (!o)
			continue;
		plan(rows[i].name, o, &p);
		CHECK_TRUE(rows[i].name, !rest_of(&p));
		CHECK_INT(rows[i].name, (int64_t)p.row_count, rows[i].rows);
		CHECK_INT(rows[i].name, p.last_end != INT64_MAX, rows[i].ends);
		CHECK_TRUE(rows[i].name, steps_of(rows[i].name, o) <= rows[i].steps);
	}
}

/* Daily since 1970; of the days from 2026-02-01 on 1,000 are taken out, and 100 moved by an hour.
 */
static void test_exceptions(void)
{
	int64_t day = days_from_civil(2026, 2, 1) * DAY_SECONDS + 9 * 3600;
	struct buf gone, moved;
	struct object_plan p = {0};
	struct ical_object *o;

	buf_init(&gone, expand_arena, 1024, OBJECT_BYTES);
	buf_init(&moved, expand_arena, 1024, OBJECT_BYTES);
	for (int i = 0; i < 1000; i++, day += DAY_SECONDS) {
		buf_put_lit(&gone, "EXDATE" BERLIN);
		time_put_local(&gone, day);
		buf_put_lit(&gone, "\r\n");
	}
	for (int i = 0; i < 100; i++, day += DAY_SECONDS) {
		buf_put_lit(&moved, "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\n"
				    "DURATION:PT1M\r\nRECURRENCE-ID" BERLIN);
		time_put_local(&moved, day);
		buf_put_lit(&moved, "\r\nDTSTART" BERLIN);
		time_put_local(&moved, day + 3600);
		buf_put_lit(&moved, "\r\nEND:VEVENT\r\n");
	}
	o = series("19700101T090000", "FREQ=DAILY;COUNT=40000", buf_text(&gone), buf_text(&moved));
	if (!o)
		return;
	plan("exceptions", o, &p);
	CHECK_TRUE("nothing is left over", !rest_of(&p));
	CHECK_TRUE("the end is found", p.last_end != INT64_MAX);
	CHECK_INT("days but for those taken out", (int64_t)p.row_count, 166);
	CHECK_TRUE("exceptions cost no steps of the rule",
		   steps_of("exceptions", o) < 4000 + (int64_t)o->item_count);
}

/* ---- what nobody means -------------------------------------------------------------------------
 */

static void test_hostile(void)
{
	static const struct {
		const char *start, *rule;
	} rows[] = {
		{"00010103T000000", "FREQ=HOURLY;INTERVAL=7;BYMONTHDAY=3;COUNT=100000000"},
		{"00010101T000000", "FREQ=HOURLY;INTERVAL=5;BYMONTHDAY=1;COUNT=2147483647"},
		{"00010101T000000", "FREQ=YEARLY;BYDAY=MO;COUNT=2147483647"},
		{"00010101T000000", "FREQ=YEARLY;BYYEARDAY=1,3,5,7,9,11,-1,-2,-3;COUNT=2147483647"},
		{"00010101T000000", "FREQ=MONTHLY;BYDAY=-1SU;COUNT=2147483647"},
		{"00010101T000000",
		 "FREQ=WEEKLY;BYMONTH=1,3;BYDAY=MO,TU;BYSETPOS=-1;COUNT=100000000"},
		{"00010103T000000", "FREQ=SECONDLY;INTERVAL=7;BYMONTHDAY=3,4,5;COUNT=100000000"},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=7;BYYEARDAY=-1"},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=120;BYMINUTE=1;BYSETPOS=1"},
		{"19700101T000000", "FREQ=SECONDLY;BYYEARDAY=-1"},
		{"19700101T000000", "FREQ=MINUTELY;INTERVAL=7"},
		{"20270101T000000", "FREQ=SECONDLY;COUNT=2000000000"},
		{"20270101T000000", "FREQ=MINUTELY"},
	};
	struct horizon h = horizon();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct occurrence_row *rest;
		struct object_plan p = {0};
		struct ical_object *o = series(rows[i].start, rows[i].rule, TEXT_NONE, TEXT_NONE);

		if (!o)
			continue;
		plan(rows[i].rule, o, &p);
		rest = rest_of(&p);
		CHECK_TRUE(rows[i].rule,
			   steps_of(rows[i].rule, o) <= PLAN_STEPS + STEPS_OF_ONE_PERIOD);
		CHECK_TRUE(rows[i].rule, p.row_count <= PLAN_MAX_ROWS + 1);
		/* Case C12. */
		if (CHECK_TRUE(rows[i].rule, rest != NULL)) {
			CHECK_INT(rows[i].rule, rest->busy, OCC_BUSY);
			CHECK_INT(rows[i].rule, rest->end, h.until);
		}
	}
}

static void run_honest(void)
{
	expand_run(test_honest);
}

static void run_exceptions(void)
{
	expand_run(test_exceptions);
}

static void run_hostile(void)
{
	expand_run(test_hostile);
}

UNIT_SUITE("plan", {"what people write is planned whole", run_honest},
	   {"a long series with many exceptions", run_exceptions},
	   {"what nobody means is cut short and counts as busy (C12)", run_hostile})

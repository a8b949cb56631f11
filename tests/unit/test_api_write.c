/* api: slots digit by digit, pages from templates, faults as problems (RFC 9457) */
#include "api/api.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/slot_write.h"
#include "base/arena.h"
#include "booking/booking.h"
#include "ical/zone.h"
#include "unit.h"

/* ---- slots --------------------------------------------------------------------------------- */

static int64_t at(const char *rfc3339)
{
	int64_t utc = 0;

	CHECK_TRUE(rfc3339, time_parse_rfc3339(text_from(rfc3339), &utc));
	return utc;
}

static void test_slots(void)
{
	static const struct {
		const char *name, *zone, *start, *end, *local_start, *local_end;
	} rows[] = {
		{"winter", "Europe/Berlin", "2027-01-18T08:00:00Z", "2027-01-18T08:30:00Z", "09:00",
		 "09:30"},
		{"summer", "Europe/Berlin", "2027-07-19T07:00:00Z", "2027-07-19T07:30:00Z", "09:00",
		 "09:30"},
		{"across the gap (A3)", "Europe/Berlin", "2027-03-28T00:30:00Z",
		 "2027-03-28T01:30:00Z", "01:30", "03:30"},
		{"first pass of the fold (A4)", "Europe/Berlin", "2027-10-31T00:00:00Z",
		 "2027-10-31T01:00:00Z", "02:00", "02:00"},
		{"second pass of the fold (A4)", "Europe/Berlin", "2027-10-31T01:00:00Z",
		 "2027-10-31T02:00:00Z", "02:00", "03:00"},
		{"to midnight (decisions 36)", "Europe/Berlin", "2027-01-18T22:30:00Z",
		 "2027-01-18T23:00:00Z", "23:30", "00:00"},
		{"45 minutes off", "Asia/Kathmandu", "2027-01-18T03:15:00Z", "2027-01-18T04:15:00Z",
		 "09:00", "10:00"},
		{"the day before UTC's", "America/New_York", "2027-01-01T02:00:00Z",
		 "2027-01-01T03:00:00Z", "21:00", "22:00"},
		{"across the year", "UTC", "2026-12-31T23:30:00Z", "2027-01-01T00:30:00Z", "23:30",
		 "00:30"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct slot slot = {at(rows[i].start), at(rows[i].end), 1};
		struct slot_writer w;
		struct buf got;

		buf_init(&got, a, 256, 4096);
		slot_writer_init(&w, zone_find(text_from(rows[i].zone)));
		slot_write(&w, &got, &slot);
		CHECK_STR(rows[i].name, got.at,
			  arena_printf(a,
				       "{\"start\":\"%s\",\"end\":\"%s\",\"start_time\":\"%s\","
				       "\"end_time\":\"%s\"}",
				       rows[i].local_start, rows[i].local_end, rows[i].start,
				       rows[i].end));
	}
	arena_destroy(a);
}

/* One writer over many slots keeps offset and date only as long as they hold, and repeats the end
 * of a slot where the next begins there, as every second does here. */
static void test_slots_in_order(void)
{
	struct arena *a = arena_create(16 << 20);
	const struct zone *z = zone_find(TEXT("Europe/Berlin"));
	struct slot_writer kept;
	struct buf all;

	slot_writer_init(&kept, z);
	buf_init(&all, a, 128, 4 << 20);
	/* 47 minutes are in step with no change of the clocks. */
	for (int64_t start = at("2027-03-01T00:00:00Z"); start < at("2027-12-01T00:00:00Z");
	     start += 47 * 60) {
		int64_t length_min = start / 60 % 2 == 0 ? 47 : 90;
		const struct slot slot = {start, start + length_min * 60, 1};
		struct slot_writer fresh;
		struct buf want;
		size_t before = all.len;

		buf_init(&want, a, 128, 256);
		slot_writer_init(&fresh, z);
		slot_write(&kept, &all, &slot);
		slot_write(&fresh, &want, &slot);
		if (!CHECK_TEXT("in order", text_sub(buf_text(&all), before, all.len),
				buf_text(&want)))
			break;
	}
	arena_destroy(a);
}

/* ---- templates ------------------------------------------------------------------------------ */

static void test_templates(void)
{
	static const struct page_value values[] = {
		{"a", TEXT_INIT("<b>\"&'")},
		{"empty", {NULL, 0}},
		{"mark", TEXT_INIT("{{a}}")},
	};
	static const struct {
		const char *name, *template, *want;
	} rows[] = {
		{"no mark", "x {y} }}", "x {y} }}"},
		{"escaped", "1{{a}}2", "1&lt;b&gt;&quot;&amp;&#39;2"},
		{"twice", "{{empty}}{{a}}{{a}}",
		 "&lt;b&gt;&quot;&amp;&#39;&lt;b&gt;&quot;&amp;&#39;"},
		{"unknown", "1{{b}}2", "12"},
		{"a value is no template", "{{mark}}", "{{a}}"},
		{"not closed", "1{{a", "1a"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf got;

		buf_init(&got, a, 0, 4096);
		page_fill(&got, text_from(rows[i].template), values, ARRAY_LEN(values));
		CHECK_TEXT(rows[i].name, buf_text(&got), text_from(rows[i].want));
	}
	arena_destroy(a);
}

/* ---- problems ---------------------------------------------------------------------------------
 */

/* A problem as it stands before it is sent. */
static struct api_problem problem(struct arena *a, const struct fault *f)
{
	struct booking_desk desk = {.url = TEXT_INIT("https://cal.example.org")};
	struct api_house house = {.desk = &desk};
	struct http_request rq = {.arena = a, .context = &house};
	struct api_problem p;

	api_problem_begin(&p, &rq, f);
	return p;
}

static void test_problems(void)
{
	struct arena *a = arena_create(1 << 20);
	struct api_problem p;

	p = problem(a, fault_make(a, FAULT_NOT_OFFERED, "past", "This time has \"passed\"."));
	CHECK_INT("status", p.status, 422);
	CHECK_TEXT("a verdict has a reason (decisions 37)", buf_text(&p.body),
		   TEXT("{\"type\":\"https://cal.example.org/problems/not-offered\","
			"\"title\":\"This time is not offered\",\"status\":422,"
			"\"detail\":\"This time has \\\"passed\\\".\",\"reason\":\"past\""));
	p = problem(a, fault_make(a, FAULT_BAD_REQUEST, "date", "No."));
	CHECK_TRUE("what is wrong in a request is a member",
		   text_find(buf_text(&p.body), TEXT("\"member\":\"date\"")) > 0);
	p = problem(a, fault_static(FAULT_UNAVAILABLE));
	CHECK_INT("status", p.status, 503);
	CHECK_TRUE("about nothing", text_find(buf_text(&p.body), TEXT("\"member\"")) < 0);
	p = problem(a, fault_static(FAULT_BAD_FILTER));
	CHECK_TRUE("one that JSON never sees has a type all the same",
		   text_find(buf_text(&p.body), TEXT("/problems/bad-request\"")) > 0);
	arena_destroy(a);
}

static void test_titles(void)
{
	for (int code = 0; code < FAULT_COUNT; code++) {
		const char *word = fault_row(code)->problem;

		if (word)
			CHECK_TRUE(word, problem_title(text_from(word)) != NULL);
	}
	CHECK_TRUE("no such word", !problem_title(TEXT("slot")));
	CHECK_TRUE("no word", !problem_title(TEXT_NONE));
}

UNIT_SUITE("api_write", {"a slot in its zone", test_slots}, {"many slots", test_slots_in_order},
	   {"templates", test_templates}, {"problems (RFC 9457)", test_problems},
	   {"every problem has a title", test_titles})

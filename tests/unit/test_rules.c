/*
 * test_rules - what a host offers, as JSON in and out
 *
 * Every bound with its neighbour that is allowed; what no rule knows is refused.
 */
#include "base/buf.h"
#include "booking/rules.h"
#include "pinned_zones.h"
#include "unit.h"
#include "json/read.h"
#include "json/write.h"

enum { ARENA_BYTES = 64 << 20 };

/* What a schedule says beside its hours, where nothing was set. */
#define REST ",\"holidays\":[],\"travel\":[],\"follow_host\":false,\"week_start\":\"mon\"}"

static const struct fault *read_type(struct arena *a, struct text rules, struct booking_type *out)
{
	struct meeting_type row = {
		.owner = 1,
		.id = TEXT("t1"),
		.slug = TEXT("intro"),
		.title = TEXT("Intro"),
		.rules = rules,
		.version = 3,
	};

	return booking_type_read(a, &row, out);
}

static const struct fault *read_schedule(struct arena *a, struct text rules, const char *zone,
					 struct booking_schedule *out)
{
	struct schedule row = {
		.owner = 1,
		.id = TEXT("default"),
		.name = TEXT("Hours"),
		.timezone = text_from(zone),
		.rules = rules,
		.version = 4,
	};

	return booking_schedule_read(a, &row, TEXT("UTC"), out);
}

static struct text write_type(struct arena *a, const struct booking_type *t)
{
	return booking_type_row(a, 1, t).rules;
}

static struct text write_schedule(struct arena *a, const struct booking_schedule *s)
{
	struct buf out;

	buf_init(&out, a, 256, RULES_MAX_BYTES);
	booking_schedule_write(&out, s);
	CHECK_TRUE("it fits", !out.overflow);
	return buf_text(&out);
}

/* ---- types ------------------------------------------------------------------------------- */

static void test_type_defaults(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_type t;

	CHECK_WELL("durations alone", read_type(a, TEXT("{\"durations\":[30]}"), &t));
	CHECK_TEXT("id", t.id, TEXT("t1"));
	CHECK_TEXT("slug", t.slug, TEXT("intro"));
	CHECK_TEXT("title", t.title, TEXT("Intro"));
	CHECK_INT("version", t.version, 3);
	CHECK_INT("one", t.duration_count, 1);
	CHECK_INT("of half an hour", t.durations_min[0], 30);
	CHECK_INT("decisions 34: step, by the duration", t.step_min, 0);
	CHECK_INT("decisions 34: notice", t.notice_min, 0);
	CHECK_INT("decisions 34: window", t.window_days, 60);
	CHECK_INT("decisions 34: before", t.before_min, 0);
	CHECK_INT("decisions 34: after", t.after_min, 0);
	CHECK_TRUE("decisions 34: shared", !t.shared_buffers);
	CHECK_TEXT("schedule", t.schedule, TEXT("default"));
	CHECK_TEXT("a day and an hour before", booking_type_reminders(a, &t),
		   TEXT("PT24H mail invitee\nPT1H mail invitee"));
	arena_destroy(a);
}

/* Every member, in the order in which they are written. */
static const char whole_type[] =
	"{\"durations\":[30,60],\"step_minutes\":15,\"notice_minutes\":120,\"notice_days\":1,"
	"\"window_days\":30,\"buffer_before_minutes\":5,\"buffer_after_minutes\":10,"
	"\"pending_hours\":24,\"seats\":1,\"cancel_until_minutes\":60,"
	"\"move_until_minutes\":90,\"window_from\":\"2027-01-01\","
	"\"window_to\":\"2027-12-31\",\"shared_buffers\":true,"
	"\"buffers_inside_hours\":true,\"align_to_clock\":true,\"tentative_blocks\":false,"
	"\"working_elsewhere_blocks\":false,\"hidden\":true,\"confirm\":true,"
	"\"confirm_address\":true,\"pending_blocks\":false,\"seats_show_others\":true,\"waiting_"
	"list\":true,"
	"\"limits\":{\"day\":1,\"week\":2,\"month\":3,\"minutes_day\":100,"
	"\"minutes_week\":200,\"minutes_month\":300,\"per_invitee\":4},"
	"\"series\":{\"max\":12},\"schedule\":\"s1\",\"description\":\"Two\\nlines\","
	"\"colour\":\"#1e88E5\",\"access\":\"link\","
	"\"location\":{\"kind\":\"conference\",\"value\":\"https://meet.example.org/{id}\"},"
	"\"questions\":[{\"id\":\"q1\",\"text\":\"Topic?\",\"type\":\"choice\","
	"\"required\":true,\"choices\":[\"a\",\"b\"]},{\"id\":\"q2\",\"text\":\"Number?\","
	"\"type\":\"phone\",\"required\":false}],"
	"\"reminders\":[{\"before\":\"P1D\",\"by\":\"mail\",\"to\":\"both\"},"
	"{\"before\":\"PT1H30M\",\"by\":\"webhook\"}],"
	"\"follow_up\":{\"after\":\"PT2H\",\"text\":\"Thank\\nyou.\"},"
	"\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"anna\",\"weight\":2,"
	"\"priority\":1,\"optional\":false},{\"name\":\"ben\",\"weight\":1,\"priority\":0,"
	"\"optional\":true}]}}";

static void test_type_whole(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_type t;

	CHECK_WELL("all members", read_type(a, text_from(whole_type), &t));
	CHECK_INT("second duration", t.durations_min[1], 60);
	CHECK_INT("step", t.step_min, 15);
	CHECK_INT("notice", t.notice_min, 120);
	CHECK_INT("B8: dates of notice", t.notice_days, 1);
	CHECK_INT("window", t.window_days, 30);
	CHECK_INT("from", t.window_from, days_from_civil(2027, 1, 1));
	CHECK_INT("to", t.window_to, days_from_civil(2027, 12, 31));
	CHECK_INT("before", t.before_min, 5);
	CHECK_INT("after", t.after_min, 10);
	CHECK_TRUE("shared", t.shared_buffers);
	CHECK_TRUE("C5", !t.tentative_blocks);
	CHECK_TRUE("C5b", !t.working_elsewhere_blocks);
	CHECK_INT("D6", t.limits.day, 1);
	CHECK_INT("D8", t.limits.per_invitee, 4);
	CHECK_INT("E14", t.series_max, 12);
	CHECK_TEXT("schedule", t.schedule, TEXT("s1"));
	CHECK_INT("access", t.access, BOOKING_BY_LINK);
	CHECK_INT("location", t.location.kind, PLACE_CONFERENCE);
	CHECK_INT("questions", (int64_t)t.question_count, 2);
	CHECK_TEXT("second choice", t.questions[0].choices[1], TEXT("b"));
	CHECK_INT("G6: two reminders", (int64_t)t.reminders.count, 2);
	CHECK_INT("a day of the calendar", t.reminders.at[0].days, 1);
	CHECK_INT("to both", t.reminders.at[0].to, REMINDER_TO_BOTH);
	CHECK_INT("so much time", t.reminders.at[1].minutes, 90);
	CHECK_INT("by webhook", t.reminders.at[1].by, REMINDER_BY_WEBHOOK);
	CHECK_INT("what follows", t.follow_up.when.minutes, 120);
	CHECK_TRUE("is after", t.follow_up.when.after);
	CHECK_INT("collective needs all who are not optional", t.team.pools[0].need, 1);
	CHECK_TEXT("and out again", write_type(a, &t), text_from(whole_type));
	arena_destroy(a);
}

/* A team in pools, and a round robin. */
static void test_type_teams(void)
{
#define ANNA "{\"name\":\"anna\",\"weight\":1,\"priority\":0,\"optional\":false}"
#define BEN  "{\"name\":\"ben\",\"weight\":1,\"priority\":0,\"optional\":false}"
	static const char pools[] =
		"\"team\":{\"mode\":\"pools\",\"pools\":[{\"need\":1,\"hosts\":[" ANNA
		"]},{\"need\":1,\"hosts\":[" BEN "]}]}}";
	static const char robin[] =
		"\"team\":{\"mode\":\"round_robin\",\"hosts\":[" ANNA "," BEN "]}}";
	const char *const rows[] = {pools, robin};
#undef ANNA
#undef BEN

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		const char *json = arena_printf(a, "{\"durations\":[30],%s", rows[i]);
		struct booking_type t;

		CHECK_WELL(rows[i], read_type(a, text_from(json), &t));
		CHECK_INT(rows[i], t.team.pools[0].need, 1);
		CHECK_TRUE(rows[i], text_ends(write_type(a, &t), text_from(rows[i])));
		arena_destroy(a);
	}
}

/* G6: what may stand in the list, and after a meeting. */
static void test_reminders(void)
{
	static const struct {
		const char *name, *member;
		bool well;
	} rows[] = {
		{"none", "\"reminders\":[]", true},
		{"five minutes", "\"reminders\":[{\"before\":\"PT5M\"}]", true},
		{"four minutes", "\"reminders\":[{\"before\":\"PT4M\"}]", false},
		{"a month", "\"reminders\":[{\"before\":\"P31D\"}]", true},
		{"more", "\"reminders\":[{\"before\":\"P32D\"}]", false},
		{"weeks", "\"reminders\":[{\"before\":\"P2W\"}]", true},
		{"days and hours", "\"reminders\":[{\"before\":\"P1DT1H\"}]", false},
		{"afterwards", "\"reminders\":[{\"before\":\"-PT1H\"}]", false},
		{"seconds", "\"reminders\":[{\"before\":\"PT10M30S\"}]", false},
		{"a number", "\"reminders\":[{\"before\":60}]", false},
		{"no time", "\"reminders\":[{\"by\":\"mail\"}]", false},
		{"to both", "\"reminders\":[{\"before\":\"P1D\",\"to\":\"both\"}]", true},
		{"to all", "\"reminders\":[{\"before\":\"P1D\",\"to\":\"all\"}]", false},
		{"by pigeon", "\"reminders\":[{\"before\":\"P1D\",\"by\":\"pigeon\"}]", false},
		{"a webhook", "\"reminders\":[{\"before\":\"P1D\",\"by\":\"webhook\"}]", true},
		{"a webhook to somebody",
		 "\"reminders\":[{\"before\":\"P1D\",\"by\":\"webhook\",\"to\":\"host\"}]", false},
		{"unknown", "\"reminders\":[{\"before\":\"P1D\",\"at\":\"9\"}]", false},
		{"no list", "\"reminders\":{}", false},
		{"six",
		 "\"reminders\":[{\"before\":\"P1D\"},{\"before\":\"P2D\"},{\"before\":\"P3D\"},"
		 "{\"before\":\"P4D\"},{\"before\":\"P5D\"},{\"before\":\"P6D\"}]",
		 false},
		{"nothing follows", "\"follow_up\":null", true},
		{"thanks", "\"follow_up\":{\"after\":\"P1D\",\"text\":\"Thanks.\"}", true},
		{"no words", "\"follow_up\":{\"after\":\"P1D\",\"text\":\" \"}", false},
		{"a bell", "\"follow_up\":{\"after\":\"P1D\",\"text\":\"a\\u0007\"}", false},
		{"no time", "\"follow_up\":{\"text\":\"Thanks.\"}", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		const char *json = arena_printf(a, "{\"durations\":[30],%s}", rows[i].member);
		struct booking_type t;
		const struct fault *f = read_type(a, text_from(json), &t);

		if (rows[i].well)
			CHECK_WELL(rows[i].name, f);
		else if (CHECK_FAULT(rows[i].name, f, FAULT_UNPROCESSABLE))
			CHECK_TRUE(rows[i].name, strstr(rows[i].member, f->about) != NULL);
		arena_destroy(a);
	}
}

/* What is made elsewhere, and not read from JSON: a command's, say. */
static void test_type_check(void)
{
	static const struct {
		const char *name;
		struct booking_type type;
		const char *about; /* NULL: it is well */
	} rows[] = {
#define HALF  .durations_min = {30}, .duration_count = 1, .window_days = 60
#define SLUG  .slug = TEXT_INIT("intro")
#define TITLE .title = TEXT_INIT("Intro")
#define LONG  "0123456789012345678901234567890123456789012345678901234567890123"
#define L400  LONG LONG LONG LONG LONG LONG "0123456789012345"
		{"well", {SLUG, TITLE, HALF}, NULL},
		{"63 of a slug", {.slug = {LONG, 63}, TITLE, HALF}, NULL},
		{"64 of a slug", {.slug = {LONG, 64}, TITLE, HALF}, "slug"},
		{"no slug", {TITLE, HALF}, "slug"},
		{"a dash in front", {.slug = TEXT_INIT("-a"), TITLE, HALF}, "slug"},
		{"another letter", {.slug = TEXT_INIT("A"), TITLE, HALF}, "slug"},
		{"400 of a title", {SLUG, .title = TEXT_INIT(L400), HALF}, NULL},
		{"401 of a title", {SLUG, .title = TEXT_INIT(L400 "x"), HALF}, "title"},
		{"no title", {SLUG, HALF}, "title"},
		{"a blank title", {SLUG, .title = TEXT_INIT(" "), HALF}, "title"},
		{"two lines", {SLUG, .title = TEXT_INIT("a\nb"), HALF}, "title"},
		{"turned around",
		 {SLUG,
		  .title = TEXT_INIT("a\xE2\x80\xAE"
				     "b"),
		  HALF},
		 "title"},
		{"no UTF-8", {SLUG, .title = TEXT_INIT("a\xff"), HALF}, "title"},
		{"no length", {SLUG, TITLE, .window_days = 60}, "durations"},
		{"a length twice",
		 {SLUG, TITLE, .durations_min = {30, 30}, .duration_count = 2, .window_days = 60},
		 "durations"},
		{"a length of nothing",
		 {SLUG, TITLE, .durations_min = {0}, .duration_count = 1, .window_days = 60},
		 "durations"},
		{"a day and a minute",
		 {SLUG, TITLE, .durations_min = {1441}, .duration_count = 1, .window_days = 60},
		 "durations"},
		{"a buffer past a day",
		 {SLUG, TITLE, HALF, .after_min = 1441},
		 "buffer_after_minutes"},
		{"a notice below nothing", {SLUG, TITLE, HALF, .notice_min = -1}, "notice_minutes"},
		{"no window",
		 {SLUG, TITLE, .durations_min = {30}, .duration_count = 1},
		 "window_days"},
#undef HALF
#undef SLUG
#undef TITLE
	};
	struct arena *a = arena_create(ARENA_BYTES);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct booking_type t = rows[i].type;
		const struct fault *f;

		/* What a row does not speak of, and may not be 0. */
		t.seats = t.series_max = t.pending_hours = 1;
		t.schedule = TEXT("default");
		f = booking_type_check(a, &t);
		if (!rows[i].about)
			CHECK_WELL(rows[i].name, f);
		else if (CHECK_FAULT(rows[i].name, f, FAULT_UNPROCESSABLE))
			CHECK_STR(rows[i].name, f->about, rows[i].about);
	}
	arena_destroy(a);
}

/* The row of a type is read as the type. */
static void test_type_row(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_type t = {
		.id = TEXT("t1"),
		.slug = TEXT("intro"),
		.title = TEXT("Intro"),
		.durations_min = {30, 45},
		.duration_count = 2,
		.window_days = 7,
		.after_min = 5,
		.pending_hours = 48,
		.seats = 1,
		.series_max = 1,
		.schedule = TEXT("s1"),
		.version = 9,
	};
	struct booking_type again;
	struct meeting_type row = booking_type_row(a, 4, &t);

	CHECK_INT("owner", row.owner, 4);
	CHECK_WELL("read", booking_type_read(a, &row, &again));
	CHECK_TEXT("id", again.id, t.id);
	CHECK_TEXT("slug", again.slug, t.slug);
	CHECK_TEXT("title", again.title, t.title);
	CHECK_INT("version", again.version, 9);
	CHECK_TEXT("rules", write_type(a, &again), write_type(a, &t));
	arena_destroy(a);
}

struct refusal {
	const char *json;
	const char *about; /* NULL: it is well */
};

#define WITH(member) "{\"durations\":[30]," member "}"

static const struct refusal type_rows[] = {
	{"{}", "durations"},
	{"{\"durations\":30}", "durations"},
	{"{\"durations\":[]}", "durations"},
	{"{\"durations\":[0]}", "durations"},
	{"{\"durations\":[1]}", NULL},
	{"{\"durations\":[1440]}", NULL},
	{"{\"durations\":[1441]}", "durations"},
	{"{\"durations\":[30,30]}", "durations"},
	{"{\"durations\":[30.5]}", "durations"},
	{"{\"durations\":[\"30\"]}", "durations"},
	{"{\"durations\":[1,2,3,4,5,6,7,8]}", NULL},
	{"{\"durations\":[1,2,3,4,5,6,7,8,9]}", "durations"},
	{WITH("\"step_minutes\":0"), NULL},
	{WITH("\"step_minutes\":-1"), "step_minutes"},
	{WITH("\"step_minutes\":1440"), NULL},
	{WITH("\"step_minutes\":1441"), "step_minutes"},
	{WITH("\"step_minutes\":15.0"), "step_minutes"},
	{WITH("\"step_minutes\":\"15\""), "step_minutes"},
	{WITH("\"step_minutes\":null"), "step_minutes"},
	{WITH("\"notice_minutes\":-1"), "notice_minutes"},
	{WITH("\"notice_minutes\":527040"), NULL},
	{WITH("\"notice_minutes\":527041"), "notice_minutes"},
	{WITH("\"window_days\":0"), "window_days"},
	{WITH("\"window_days\":1"), NULL},
	{WITH("\"window_days\":365"), NULL},
	{WITH("\"window_days\":366"), "window_days"},
	{WITH("\"window_days\":9223372036854775807"), "window_days"},
	{WITH("\"buffer_before_minutes\":-1"), "buffer_before_minutes"},
	{WITH("\"buffer_before_minutes\":1440"), NULL},
	{WITH("\"buffer_before_minutes\":1441"), "buffer_before_minutes"},
	{WITH("\"buffer_after_minutes\":-1"), "buffer_after_minutes"},
	{WITH("\"buffer_after_minutes\":1440"), NULL},
	{WITH("\"buffer_after_minutes\":1441"), "buffer_after_minutes"},
	{WITH("\"shared_buffers\":1"), "shared_buffers"},
	{WITH("\"shared_buffers\":false"), NULL},
	{WITH("\"schedule\":\"\""), "schedule"},
	{WITH("\"schedule\":7"), "schedule"},
	{WITH("\"schedule\":"
	      "\"0123456789012345678901234567890123456789012345678901234567890123\""),
	 NULL},
	{WITH("\"schedule\":"
	      "\"01234567890123456789012345678901234567890123456789012345678901234\""),
	 "schedule"},
	/* Dates, limits, words */
	{WITH("\"notice_days\":-1"), "notice_days"},
	{WITH("\"window_from\":\"2027-02-30\""), "window_from"},
	{WITH("\"window_to\":20270101"), "window_to"},
	{WITH("\"window_from\":\"2027-02-01\",\"window_to\":\"2027-02-01\""), NULL},
	{WITH("\"window_from\":\"2027-02-02\",\"window_to\":\"2027-02-01\""), "window_to"},
	{WITH("\"limits\":{}"), NULL},
	{WITH("\"limits\":[]"), "limits"},
	{WITH("\"limits\":{\"day\":1}"), NULL},
	{WITH("\"limits\":{\"day\":-1}"), "limits"},
	{WITH("\"limits\":{\"year\":1}"), "limits"},
	{WITH("\"limits\":{\"minutes_day\":29}"), "limits"},
	{WITH("\"limits\":{\"minutes_month\":30}"), NULL},
	{WITH("\"series\":{\"max\":0}"), "series"},
	{WITH("\"series\":{\"max\":61}"), "series"},
	{WITH("\"tentative_blocks\":\"no\""), "tentative_blocks"},
	{WITH("\"access\":\"nobody\""), "access"},
	{WITH("\"colour\":\"red\""), "colour"},
	{WITH("\"colour\":\"#12345g\""), "colour"},
	{WITH("\"description\":\"a\\u0007\""), "description"},
	{WITH("\"pending_hours\":0"), "pending_hours"},
	{WITH("\"seats\":0"), "seats"},
	{WITH("\"seats\":1000"), NULL},
	{WITH("\"seats\":1001"), "seats"},
	/* Where */
	{WITH("\"location\":{\"kind\":\"none\"}"), NULL},
	{WITH("\"location\":{\"kind\":\"none\",\"value\":\"x\"}"), "location"},
	{WITH("\"location\":{\"kind\":\"place\"}"), "location"},
	{WITH("\"location\":{\"kind\":\"place\",\"value\":\"Room 5\"}"), NULL},
	{WITH("\"location\":{\"kind\":\"phone\"}"), NULL},
	{WITH("\"location\":{\"kind\":\"link\",\"value\":\"javascript:alert(1)\"}"), "location"},
	{WITH("\"location\":{\"kind\":\"link\",\"value\":\"https://example.org/a b\"}"),
	 "location"},
	{WITH("\"location\":{\"kind\":\"link\",\"value\":\"https://example.org/\"}"), NULL},
	{WITH("\"location\":{\"kind\":\"conference\",\"value\":\"https://example.org/\"}"),
	 "location"},
	{WITH("\"location\":{\"kind\":\"moon\"}"), "location"},
	{WITH("\"location\":\"Room 5\""), "location"},
	/* Questions */
	{WITH("\"questions\":[]"), NULL},
	{WITH("\"questions\":{}"), "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\"}]"), NULL},
	{WITH("\"questions\":[{\"id\":\"a b\",\"text\":\"b\"}]"), "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"\"}]"), "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\",\"type\":\"colour\"}]"), "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\"},{\"id\":\"a\",\"text\":\"c\"}]"),
	 "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\"},{\"id\":\"c\",\"text\":\"b\"}]"),
	 "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\",\"type\":\"choice\"}]"), "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\",\"choices\":[\"x\",\"y\"]}]"),
	 "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\",\"type\":\"choice\","
	      "\"choices\":[\"x\",\"x\"]}]"),
	 "questions"},
	{WITH("\"questions\":[{\"id\":\"a\",\"text\":\"b\",\"type\":\"choice\","
	      "\"choices\":[\"x\",\"y\"]}]"),
	 NULL},
	/* Hosts */
	{WITH("\"team\":{\"mode\":\"round_robin\",\"hosts\":[]}"), "team"},
	{WITH("\"team\":{\"mode\":\"none\",\"hosts\":[]}"), "team"},
	{WITH("\"team\":{\"hosts\":[{\"name\":\"a\"}]}"), "team"},
	{WITH("\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"a\"}]}"), NULL},
	{WITH("\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"a\",\"optional\":true}]}"),
	 "team"},
	{WITH("\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"a\"},{\"name\":\"a\"}]}"),
	 "team"},
	{WITH("\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"A b\"}]}"), "team"},
	{WITH("\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"a\",\"weight\":0}]}"),
	 "team"},
	{WITH("\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"a\"}],\"pools\":[]}"),
	 "team"},
	{WITH("\"team\":{\"mode\":\"pools\",\"pools\":[]}"), "team"},
	{WITH("\"team\":{\"mode\":\"pools\",\"pools\":[{\"need\":2,\"hosts\":[{\"name\":\"a\"}]}]"
	      "}"),
	 "team"},
	{WITH("\"team\":{\"mode\":\"pools\",\"pools\":[{\"need\":1,\"hosts\":[{\"name\":\"a\"}]},"
	      "{\"need\":1,\"hosts\":[{\"name\":\"a\"}]}]}"),
	 "team"},
	/* What does not go together */
	{WITH("\"seats\":2,\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"a\"}]}"), NULL},
	{WITH("\"seats\":2,\"team\":{\"mode\":\"round_robin\",\"hosts\":[{\"name\":\"a\"}]}"),
	 "seats"},
	{WITH("\"seats\":2,\"confirm\":true"), "confirm"},
	{WITH("\"seats\":2,\"confirm_address\":true"), "confirm_address"},
	{WITH("\"confirm_address\":1"), "confirm_address"},
	{WITH("\"seats\":2,\"series\":{\"max\":2}"), "series"},
	{WITH("\"series\":{\"max\":2},\"team\":{\"mode\":\"round_robin\","
	      "\"hosts\":[{\"name\":\"a\"}]}"),
	 "series"},
	/* What nobody knows */
	{WITH("\"seat\":5"), "seat"},
	{WITH("\"Step_minutes\":15"), "Step_minutes"},
	{WITH("\"step\":15"), "step"},
	{WITH("\"\":15"), ""},
	{WITH("\" \":15"), " "},
	{WITH("\"notice_minutes window_days\":15"), "notice_minutes window_days"},
	{WITH("\"id\":\"x\""), "id"},
};

static void check_refusal(const struct refusal *r, const struct fault *f)
{
	if (!r->about) {
		CHECK_WELL(r->json, f);
	} else if (CHECK_FAULT(r->json, f, FAULT_UNPROCESSABLE)) {
		CHECK_STR(r->json, f->about, r->about);
	}
}

static void test_type_bounds(void)
{
	for (size_t i = 0; i < ARRAY_LEN(type_rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct booking_type t;

		check_refusal(&type_rows[i], read_type(a, text_from(type_rows[i].json), &t));
		arena_destroy(a);
	}
}

/* Members of the host API beside the rules are the caller's, who names them. */
static void test_others(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	const struct json *root;
	struct booking_type t;

	CHECK_WELL("JSON", json_parse(a, TEXT("{\"durations\":[30],\"slug\":\"x\"}"), 1000, &root));
	CHECK_WELL("known to the caller", booking_type_from_json(a, root, " id slug ", &t));
	CHECK_FAULT("and not", booking_type_from_json(a, root, " id title ", &t),
		    FAULT_UNPROCESSABLE);
	CHECK_FAULT("a part of a word is none", booking_type_from_json(a, root, " slugs ", &t),
		    FAULT_UNPROCESSABLE);
	arena_destroy(a);
}

static void test_no_json(void)
{
	static const char *const rows[] = {"", "{", "[]", "7", "null"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct booking_schedule s;
		struct booking_type t;

		CHECK_TRUE(rows[i], read_type(a, text_from(rows[i]), &t) != NULL);
		CHECK_TRUE(rows[i],
			   read_schedule(a, text_from(rows[i]), "Europe/Berlin", &s) != NULL);
		arena_destroy(a);
	}
}

/* ---- schedules ------------------------------------------------------------------------------- */

#define WINDOW(start, end) "{\"weekly\":[{\"day\":\"mon\",\"start\":" start ",\"end\":" end "}]}"
#define DATES(list)	   "{\"weekly\":[],\"overrides\":" list "}"

static const struct refusal schedule_rows[] = {
	{"{\"weekly\":[]}", NULL},
	{"{}", "weekly"},
	{"{\"weekly\":{}}", "weekly"},
	{"{\"weekly\":[7]}", "weekly"},
	{WINDOW("\"09:00\"", "\"17:00\""), NULL},
	{WINDOW("\"00:00\"", "\"24:00\""), NULL},
	{WINDOW("\"21:00\"", "\"02:00\""), NULL},
	{WINDOW("\"23:59\"", "\"00:00\""), NULL},
	{WINDOW("\"24:00\"", "\"02:00\""), "weekly"},
	{WINDOW("\"09:00\"", "\"24:01\""), "weekly"},
	{WINDOW("\"09:00\"", "\"25:00\""), "weekly"},
	{WINDOW("\"09:60\"", "\"17:00\""), "weekly"},
	{WINDOW("\"9:00\"", "\"17:00\""), "weekly"},
	{WINDOW("\"09:0\"", "\"17:00\""), "weekly"},
	{WINDOW("\"-9:00\"", "\"17:00\""), "weekly"},
	{WINDOW("\"09:-1\"", "\"17:00\""), "weekly"},
	{WINDOW("\"09.00\"", "\"17:00\""), "weekly"},
	{WINDOW("\"09:00:00\"", "\"17:00\""), "weekly"},
	{WINDOW("540", "\"17:00\""), "weekly"},
	{WINDOW("\"09:00\"", "null"), "weekly"},
	{"{\"weekly\":[{\"day\":\"Mon\",\"start\":\"09:00\",\"end\":\"17:00\"}]}", "weekly"},
	{"{\"weekly\":[{\"day\":1,\"start\":\"09:00\",\"end\":\"17:00\"}]}", "weekly"},
	{"{\"weekly\":[{\"start\":\"09:00\",\"end\":\"17:00\"}]}", "weekly"},
	{"{\"weekly\":[{\"day\":\"mon\",\"start\":\"09:00\",\"end\":\"17:00\",\"x\":1}]}",
	 "weekly"},
	{"{\"weekly\":[],\"holiday\":[]}", "holiday"},
	{"{\"weekly\":[],\"holidays\":[{\"date\":\"2027-05-01\",\"name\":\"May\"}]}", NULL},
	{"{\"weekly\":[],\"holidays\":[{\"date\":\"2027-05-32\",\"name\":\"May\"}]}", "holidays"},
	{"{\"weekly\":[],\"holidays\":[{\"date\":\"2027-05-01\"}]}", "holidays"},
	{"{\"weekly\":[],\"holidays\":7}", "holidays"},
	{"{\"weekly\":[],\"travel\":[{\"from\":\"2027-05-01\",\"to\":\"2027-05-01\","
	 "\"timezone\":\"America/New_York\"}]}",
	 NULL},
	{"{\"weekly\":[],\"travel\":[{\"from\":\"2027-05-02\",\"to\":\"2027-05-01\","
	 "\"timezone\":\"America/New_York\"}]}",
	 "travel"},
	{"{\"weekly\":[],\"travel\":[{\"from\":\"2027-05-01\",\"to\":\"2027-05-02\","
	 "\"timezone\":\"Nowhere\"}]}",
	 "travel"},
	{"{\"weekly\":[],\"travel\":[{\"from\":\"2027-05-01\",\"to\":\"2027-05-02\","
	 "\"timezone\":\"America/New_York\"},{\"from\":\"2027-05-02\",\"to\":\"2027-05-03\","
	 "\"timezone\":\"America/New_York\"}]}",
	 "travel"},
	{"{\"weekly\":[],\"follow_host\":true}", NULL},
	{"{\"weekly\":[],\"follow_host\":1}", "follow_host"},
	{"{\"weekly\":[],\"week_start\":\"sun\"}", NULL},
	{"{\"weekly\":[],\"week_start\":\"Sunday\"}", "week_start"},
	{DATES("[]"), NULL},
	{DATES("{}"), "overrides"},
	{DATES("null"), "overrides"},
	{DATES("[{\"date\":\"2027-01-19\",\"windows\":[]}]"), NULL},
	{DATES("[{\"date\":\"2028-02-29\",\"windows\":[]}]"), NULL},
	{DATES("[{\"date\":\"2027-02-29\",\"windows\":[]}]"), "overrides"},
	{DATES("[{\"date\":\"2027-1-19\",\"windows\":[]}]"), "overrides"},
	{DATES("[{\"date\":\"20270119\",\"windows\":[]}]"), "overrides"},
	{DATES("[{\"windows\":[]}]"), "overrides"},
	{DATES("[{\"date\":\"2027-01-19\"}]"), "overrides"},
	{DATES("[{\"date\":\"2027-01-19\",\"windows\":[],\"x\":1}]"), "overrides"},
	{DATES("[{\"date\":\"2027-01-19\",\"windows\":[{\"start\":\"09:00\"}]}]"), "overrides"},
	{DATES("[{\"date\":\"2027-01-19\",\"windows\":"
	       "[{\"start\":\"09:00\",\"end\":\"12:00\",\"day\":\"mon\"}]}]"),
	 "overrides"},
	{"{\"weekly\":[],\"holydays\":[]}", "holydays"},
	{"{\"weekly\":[],\"timezone\":\"Europe/Berlin\"}", "timezone"},
};

static void test_schedule_bounds(void)
{
	for (size_t i = 0; i < ARRAY_LEN(schedule_rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct booking_schedule s;

		check_refusal(&schedule_rows[i], read_schedule(a, text_from(schedule_rows[i].json),
							       "Europe/Berlin", &s));
		arena_destroy(a);
	}
}

/* A22: the given name is kept, an unknown one is refused. */
static void test_zone(void)
{
	struct text rules = booking_default_schedule();
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_schedule s;

	CHECK_WELL("an alias", read_schedule(a, rules, "Asia/Katmandu", &s));
	CHECK_TEXT("is kept", zone_name(s.hours.zone), TEXT("Asia/Katmandu"));
	CHECK_FAULT("unknown", read_schedule(a, rules, "Europe/Atlantis", &s), FAULT_UNKNOWN_ZONE);
	CHECK_FAULT("none", read_schedule(a, rules, "", &s), FAULT_UNKNOWN_ZONE);
	CHECK_FAULT("a path", read_schedule(a, rules, "../etc/passwd", &s), FAULT_UNKNOWN_ZONE);
	arena_destroy(a);
}

static void test_default_schedule(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_schedule s;

	CHECK_WELL("reads", read_schedule(a, booking_default_schedule(), "Europe/Berlin", &s));
	CHECK_TEXT("id", s.id, TEXT("default"));
	CHECK_TEXT("name", s.name, TEXT("Hours"));
	CHECK_INT("version", s.version, 4);
	for (int d = MONDAY; d <= SUNDAY; d++) {
		CHECK_INT("windows", (int64_t)s.hours.weekly_count[d], d < SATURDAY);
		CHECK_TRUE("nine to five",
			   d >= SATURDAY || (s.hours.weekly[d][0].start_min == 540 &&
					     s.hours.weekly[d][0].end_min == 1020));
	}
	CHECK_TEXT("writes the same", write_schedule(a, &s), booking_default_schedule());
	arena_destroy(a);
}

/* ---- lists that are long ------------------------------------------------------------------- */

static struct text many_windows(struct arena *a, int count)
{
	struct buf b;

	buf_init(&b, a, 1024, 1 << 20);
	buf_put_lit(&b, "{\"weekly\":[");
	for (int i = 0; i < count; i++)
		buf_printf(&b, "%s{\"day\":\"tue\",\"start\":\"%02d:%02d\",\"end\":\"24:00\"}",
			   i ? "," : "", i / 60 % 24, i % 60);
	buf_put_lit(&b, "]}");
	return buf_text(&b);
}

/* `dates` overrides with `windows` each; all of one date, or of one after the other. */
static struct text many_overrides(struct arena *a, int dates, int windows, bool one_date)
{
	struct buf b;

	buf_init(&b, a, 1024, 1 << 20);
	buf_put_lit(&b, "{\"weekly\":[],\"overrides\":[");
	for (int i = 0; i < dates; i++) {
		buf_put_str(&b, i ? ",{\"date\":\"" : "{\"date\":\"");
		day_put(&b, days_from_civil(2027, 1, 1) + (one_date ? 0 : i));
		buf_put_lit(&b, "\",\"windows\":[");
		for (int w = 0; w < windows; w++)
			buf_printf(&b, "%s{\"start\":\"00:%02d\",\"end\":\"01:%02d\"}",
				   w ? "," : "", w % 60, i % 60);
		buf_put_lit(&b, "]}");
	}
	buf_put_lit(&b, "]}");
	return buf_text(&b);
}

static void test_many(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_schedule s;

	CHECK_WELL("256 windows", read_schedule(a, many_windows(a, 256), "Etc/UTC", &s));
	CHECK_INT("all of them", (int64_t)s.hours.weekly_count[TUESDAY], 256);
	CHECK_FAULT("257 windows", read_schedule(a, many_windows(a, 257), "Etc/UTC", &s),
		    FAULT_UNPROCESSABLE);
	CHECK_WELL("2000 dates with two windows each",
		   read_schedule(a, many_overrides(a, 2000, 2, false), "Etc/UTC", &s));
	CHECK_INT("all of them", (int64_t)s.hours.override_count, 2000);
	CHECK_TRUE("and what is written can be read",
		   !read_schedule(a, write_schedule(a, &s), "Etc/UTC", &s));
	CHECK_FAULT("2001 dates",
		    read_schedule(a, many_overrides(a, 2001, 0, false), "Etc/UTC", &s),
		    FAULT_UNPROCESSABLE);
	CHECK_FAULT("4001 windows on them",
		    read_schedule(a, many_overrides(a, 1334, 3, false), "Etc/UTC", &s),
		    FAULT_UNPROCESSABLE);
	CHECK_WELL("256 windows on one",
		   read_schedule(a, many_overrides(a, 128, 2, true), "Etc/UTC", &s));
	CHECK_INT("B5: joined", (int64_t)s.hours.overrides[0].count, 256);
	CHECK_FAULT("257 windows on one",
		    read_schedule(a, many_overrides(a, 257, 1, true), "Etc/UTC", &s),
		    FAULT_UNPROCESSABLE);
	arena_destroy(a);
}

static void test_too_large(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_type t;
	struct buf b;

	buf_init(&b, a, 1024, 1 << 20);
	buf_put_lit(&b, "{\"durations\":[30]");
	while (b.len < RULES_MAX_BYTES)
		buf_put_lit(&b, "                ");
	buf_put_lit(&b, "}");
	CHECK_FAULT("more than a row may have", read_type(a, buf_text(&b), &t),
		    FAULT_BODY_TOO_LARGE);
	arena_destroy(a);
}

/* Days in any order, windows in any order, two overrides of one date (B5). */
static void test_order(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_schedule s;

	CHECK_WELL("in any order",
		   read_schedule(a,
				 TEXT("{\"overrides\":["
				      "{\"date\":\"2027-02-02\",\"windows\":[{\"start\":\"14:00\","
				      "\"end\":\"15:00\"}]},"
				      "{\"date\":\"2027-01-19\",\"windows\":[]},"
				      "{\"date\":\"2027-02-02\",\"windows\":[{\"start\":\"09:00\","
				      "\"end\":\"10:00\"}]}],"
				      "\"weekly\":["
				      "{\"day\":\"fri\",\"start\":\"13:00\",\"end\":\"17:00\"},"
				      "{\"day\":\"mon\",\"start\":\"09:00\",\"end\":\"12:00\"},"
				      "{\"day\":\"fri\",\"start\":\"09:00\",\"end\":\"12:00\"}]}"),
				 "Europe/Berlin", &s));
	CHECK_TEXT("sorted and joined", write_schedule(a, &s),
		   TEXT("{\"weekly\":["
			"{\"day\":\"mon\",\"start\":\"09:00\",\"end\":\"12:00\"},"
			"{\"day\":\"fri\",\"start\":\"09:00\",\"end\":\"12:00\"},"
			"{\"day\":\"fri\",\"start\":\"13:00\",\"end\":\"17:00\"}],"
			"\"overrides\":["
			"{\"date\":\"2027-01-19\",\"windows\":[]},"
			"{\"date\":\"2027-02-02\",\"windows\":["
			"{\"start\":\"09:00\",\"end\":\"10:00\"},"
			"{\"start\":\"14:00\",\"end\":\"15:00\"}]}]" REST));
	arena_destroy(a);
}

/* A21: ten times saved, nothing changed, the same bytes, in zones that change their clocks. */
static void test_saved_again(void)
{
	static const char *const zones[] = {"Europe/Berlin", "America/New_York",
					    "Africa/Casablanca", "Australia/Lord_Howe"};
	static const char json[] =
		"{\"weekly\":[{\"day\":\"mon\",\"start\":\"21:00\",\"end\":\"02:00\"},"
		"{\"day\":\"sun\",\"start\":\"00:00\",\"end\":\"24:00\"}],"
		"\"overrides\":[{\"date\":\"2027-03-28\",\"windows\":[{\"start\":\"02:00\","
		"\"end\":\"03:00\"}]},{\"date\":\"2027-10-31\",\"windows\":[]}]" REST;

	for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct text rules = text_from(json);

		for (int i = 0; i < 10; i++) {
			struct booking_schedule s;

			CHECK_WELL(zones[z], read_schedule(a, rules, zones[z], &s));
			rules = write_schedule(a, &s);
			CHECK_TEXT(zones[z], rules, text_from(json));
		}
		arena_destroy(a);
	}
}

/* What is kept of a row lives in the arena, the row and its document do not matter any more. */
static void test_lifetime(void)
{
	struct arena *a = arena_create(ARENA_BYTES), *row = arena_create(ARENA_BYTES);
	char *rules = arena_strdup(row, "{\"durations\":[30],\"schedule\":\"s1\"}");
	struct booking_type t;

	CHECK_WELL("reads", read_type(a, text_from(rules), &t));
	memset(rules, '#', strlen(rules));
	arena_destroy(row);
	CHECK_TEXT("kept", t.schedule, TEXT("s1"));
	arena_destroy(a);
}

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("rules", {"zones are pinned", test_pinned},
	   {"decisions 34: defaults of a type", test_type_defaults},
	   {"decisions 42: a whole type", test_type_whole}, {"types of teams", test_type_teams},
	   {"G6: reminders", test_reminders}, {"bounds of a type", test_type_bounds},
	   {"a type that was put together", test_type_check}, {"a row of a type", test_type_row},
	   {"members of others", test_others}, {"no JSON", test_no_json},
	   {"bounds of a schedule", test_schedule_bounds}, {"A22: zones", test_zone},
	   {"the default schedule", test_default_schedule}, {"many windows and dates", test_many},
	   {"too many bytes", test_too_large}, {"B5: order", test_order},
	   {"A21: saved ten times", test_saved_again}, {"lifetime", test_lifetime})

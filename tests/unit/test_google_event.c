/*
 * test_google_event - what an event of Google's becomes, rule by rule
 *
 * The numbers are sections of the facts on which this rests (federation/facts.md): 2 incremental
 * reading, 3 what is busy, 6 writing. Whatever comes out is shown to the reader of calendar
 * objects.
 */
#include "unit.h"

#include "base/buf.h"
#include "federation/google_priv.h"
#include "federation/mirror.h"
#include "ical/expand.h"
#include "ical/object.h"
#include "ical/zone.h"
#include "json/json.h"

enum { CEILING = 64 << 20, ANSWER_MAX = 1 << 20 };

#define NL "\r\n"

/* 2026-01-01T00:00:00Z: what ended before is of no account. */
#define SINCE INT64_C(1767225600)

static const struct json *parse(struct arena *a, const char *row, const char *json)
{
	const struct json *v = NULL;

	CHECK_WELL(row, json_parse_answer(a, text_from(json), ANSWER_MAX, &v));
	return v;
}

static bool read_event(struct arena *a, const char *row, const char *json, struct remote_event *out)
{
	struct google_place place = {zone_find(TEXT("Europe/Berlin")), SINCE, false};

	return google_event_read(a, parse(a, row, json), &place, out);
}

/* The object that lines become, as far as it must be readable. */
static void check_readable(struct arena *a, const char *row, const struct remote_event *e)
{
	struct ical_object *o;
	const char *start = e->kind == OUTSIDE_DROPPED ? "DTSTART:20260101T000000Z" NL : "";

	if (e->lines.len == 0)
		return;
	CHECK_WELL(row, ical_object_parse(
				a,
				text_from(arena_printf(a,
						       "BEGIN:VCALENDAR" NL "VERSION:2.0" NL
						       "PRODID:x" NL "BEGIN:VEVENT" NL "UID:x" NL
						       "DTSTAMP:20260101T000000Z" NL
						       "%s%.*sEND:VEVENT" NL "END:VCALENDAR" NL,
						       start, TEXT_ARG(e->lines))),
				ICAL_FROM_CLIENT, &o));
}

/* ---- singles: members of the event, and what becomes of them ---------------------------- */

#define ID	   "\"id\":\"e1\",\"status\":\"confirmed\","
#define TEN	   "\"start\":{\"dateTime\":\"2026-03-02T10:00:00+01:00\"},"
#define TO_ELEVEN  "\"end\":{\"dateTime\":\"2026-03-02T11:00:00+01:00\"}"
#define HOUR	   TEN TO_ELEVEN
#define HOUR_LINES "DTSTART:20260302T090000Z" NL "DTEND:20260302T100000Z" NL
#define FREE	   ""

static const struct {
	const char *name, *json, *lines;
} singles[] = {
	{"§3 a time is opaque where nothing is said", "{" ID HOUR "}", HOUR_LINES},
	{"§3 opaque", "{" ID HOUR ",\"transparency\":\"opaque\"}", HOUR_LINES},
	{"§3 transparent is free", "{" ID HOUR ",\"transparency\":\"transparent\"}", FREE},
	{"§3 tentative blocks", "{\"id\":\"e1\",\"status\":\"tentative\"," HOUR "}",
	 HOUR_LINES "STATUS:TENTATIVE" NL},
	{"§3 declined by oneself is free",
	 "{" ID HOUR ",\"attendees\":[{\"responseStatus\":\"accepted\"},"
	 "{\"self\":true,\"responseStatus\":\"declined\"}]}",
	 FREE},
	{"§3 declined by another blocks",
	 "{" ID HOUR ",\"attendees\":[{\"responseStatus\":\"declined\"},"
	 "{\"self\":true,\"responseStatus\":\"accepted\"}]}",
	 HOUR_LINES},
	{"§3 declined by one who is not oneself",
	 "{" ID HOUR ",\"attendees\":[{\"self\":false,\"responseStatus\":\"declined\"}]}",
	 HOUR_LINES},
	{"§3 not answered blocks",
	 "{" ID HOUR ",\"attendees\":[{\"self\":true,\"responseStatus\":\"needsAction\"}]}",
	 HOUR_LINES},
	{"§3 perhaps",
	 "{" ID HOUR ",\"attendees\":[{\"self\":true,\"responseStatus\":\"tentative\"}]}",
	 HOUR_LINES "STATUS:TENTATIVE" NL},
	{"§3 workingLocation is never busy", "{" ID HOUR ",\"eventType\":\"workingLocation\"}",
	 FREE},
	{"§3 birthday is never busy", "{" ID HOUR ",\"eventType\":\"birthday\"}", FREE},
	{"§3 outOfOffice is busy", "{" ID HOUR ",\"eventType\":\"outOfOffice\"}", HOUR_LINES},
	{"§3 focusTime is busy", "{" ID HOUR ",\"eventType\":\"focusTime\"}", HOUR_LINES},
	{"§3 fromGmail is by its transparency",
	 "{" ID HOUR ",\"eventType\":\"fromGmail\",\"transparency\":\"transparent\"}", FREE},
	{"§3 fromGmail, opaque", "{" ID HOUR ",\"eventType\":\"fromGmail\"}", HOUR_LINES},
	{"§3 an eventType of tomorrow", "{" ID HOUR ",\"eventType\":\"nap\"}", HOUR_LINES},
	{"§3 all day, end exclusive",
	 "{" ID "\"start\":{\"date\":\"2026-03-02\"},\"end\":{\"date\":\"2026-03-04\"}}",
	 "DTSTART;VALUE=DATE:20260302" NL "DTEND;VALUE=DATE:20260304" NL},
	{"§3 all day, without length",
	 "{" ID "\"start\":{\"date\":\"2026-03-02\"},\"end\":{\"date\":\"2026-03-02\"}}",
	 "DTSTART;VALUE=DATE:20260302" NL},
	{"§3 all day, dateTime null",
	 "{" ID "\"start\":{\"date\":\"2026-03-02\",\"dateTime\":null},"
	 "\"end\":{\"date\":\"2026-03-03\",\"dateTime\":null}}",
	 "DTSTART;VALUE=DATE:20260302" NL "DTEND;VALUE=DATE:20260303" NL},
	{"§2 a zone and no offset",
	 "{" ID "\"start\":{\"dateTime\":\"2026-03-02T10:00:00\",\"timeZone\":\"Europe/Berlin\"},"
	 "\"end\":{\"dateTime\":\"2026-03-02T11:00:00\",\"timeZone\":\"Europe/Berlin\"}}",
	 HOUR_LINES},
	{"§2 fractions",
	 "{" ID "\"start\":{\"dateTime\":\"2026-03-02T09:00:00.000Z\"},"
	 "\"end\":{\"dateTime\":\"2026-03-02T10:00:00.000Z\"}}",
	 HOUR_LINES},
	{"an end before the start is the start",
	 "{" ID TEN "\"end\":{\"dateTime\":\"2026-03-02T09:00:00+01:00\"}}",
	 "DTSTART:20260302T090000Z" NL "DTEND:20260302T090000Z" NL},
	{"no start: the day before its end", "{" ID TO_ELEVEN "}",
	 "DTSTART:20260301T100000Z" NL "DTEND:20260302T100000Z" NL},
	{"no end: the day from its start",
	 "{" ID "\"start\":{\"dateTime\":\"2026-03-02T10:00:00+01:00\"}}",
	 "DTSTART:20260302T090000Z" NL "DTEND:20260303T090000Z" NL},
	{"a start that is no time", "{" ID "\"start\":{\"dateTime\":\"tomorrow\"}," TO_ELEVEN "}",
	 "DTSTART:20260301T100000Z" NL "DTEND:20260302T100000Z" NL},
	{"neither offset nor zone: wherever it may be",
	 "{" ID "\"start\":{\"dateTime\":\"2026-03-02T10:00:00\"},"
	 "\"end\":{\"dateTime\":\"2026-03-02T11:00:00\",\"timeZone\":\"Nowhere\"}}",
	 "DTSTART:20260301T200000Z" NL "DTEND:20260303T010000Z" NL},
	{"a date to a time", "{" ID "\"start\":{\"date\":\"2026-03-02\"}," TO_ELEVEN "}",
	 "DTSTART:20260301T230000Z" NL "DTEND:20260302T100000Z" NL},
	{"before the calendar",
	 "{" ID "\"start\":{\"dateTime\":\"0001-01-01T00:00:00+14:00\"}," TO_ELEVEN "}",
	 "DTSTART:00010102T000000Z" NL "DTEND:20260302T100000Z" NL},
	{"§2 what ended before the reading's history",
	 "{" ID "\"start\":{\"dateTime\":\"2025-12-31T10:00:00Z\"},"
	 "\"end\":{\"dateTime\":\"2025-12-31T11:00:00Z\"}}",
	 FREE},
	{"§2 what reaches into it",
	 "{" ID "\"start\":{\"dateTime\":\"2025-12-31T10:00:00Z\"},"
	 "\"end\":{\"dateTime\":\"2026-01-01T00:00:01Z\"}}",
	 "DTSTART:20251231T100000Z" NL "DTEND:20260101T000001Z" NL},
	{"a title, escaped", "{" ID HOUR ",\"summary\":\"a, b; c\\\\d\\ne\"}",
	 HOUR_LINES "SUMMARY:a\\, b\\; c\\\\d\\ne" NL},
	{"a title that would be lines of its own",
	 "{" ID HOUR ",\"summary\":\"x\\r\\nTRANSP:TRANSPARENT\\r\\nEND:VEVENT\"}",
	 HOUR_LINES "SUMMARY:x\\nTRANSP:TRANSPARENT\\nEND:VEVENT" NL},
	{"a title with a NUL", "{" ID HOUR ",\"summary\":\"a\\u0000b\\\\u0000\"}",
	 HOUR_LINES "SUMMARY:a\xEF\xBF\xBD"
		    "b\\\\u0000" NL},
	{"an empty title", "{" ID HOUR ",\"summary\":\"\"}", HOUR_LINES},
	{"a title that is none", "{" ID HOUR ",\"summary\":7}", HOUR_LINES},
	{"private", "{" ID HOUR ",\"visibility\":\"private\"}", HOUR_LINES "CLASS:PRIVATE" NL},
	{"confidential", "{" ID HOUR ",\"visibility\":\"confidential\"}",
	 HOUR_LINES "CLASS:PRIVATE" NL},
	{"public", "{" ID HOUR ",\"visibility\":\"public\"}", HOUR_LINES},
};

static void test_singles(void)
{
	for (size_t i = 0; i < ARRAY_LEN(singles); i++) {
		struct arena *a = arena_create(CEILING);
		const char *row = singles[i].name;
		struct remote_event e;

		if (CHECK_TRUE(row, read_event(a, row, singles[i].json, &e))) {
			CHECK_STR(row, text_cstr(a, e.lines), singles[i].lines);
			CHECK_INT(row, e.kind, OUTSIDE_SINGLE);
			CHECK_INT(row, e.is_gone, false);
			CHECK_TEXT(row, e.series, TEXT("e1"));
			CHECK_TRUE(row, e.start != 0 && e.end >= e.start);
			check_readable(a, row, &e);
		}
		arena_destroy(a);
	}
}

/* ---- series and instances --------------------------------------------------------------- */

#define SERIES "\"id\":\"s1\","
#define BERLIN_TEN                                                                                 \
	"\"start\":{\"dateTime\":\"2026-03-02T10:00:00+01:00\",\"timeZone\":\"Europe/Berlin\"},"   \
	"\"end\":{\"dateTime\":\"2026-03-02T11:00:00+01:00\",\"timeZone\":\"Europe/Berlin\"},"
#define BERLIN_LINES                                                                               \
	"DTSTART;TZID=Europe/Berlin:20260302T100000" NL                                            \
	"DTEND;TZID=Europe/Berlin:20260302T110000" NL
#define DAILY "RRULE:FREQ=DAILY" NL

static const struct {
	const char *name, *json, *lines;
} series[] = {
	{"§2 a rule, in its zone",
	 "{" SERIES BERLIN_TEN "\"recurrence\":[\"RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z\"]}",
	 BERLIN_LINES "RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z" NL},
	{"§2 RRULE, EXDATE, RDATE, EXRULE",
	 "{" SERIES BERLIN_TEN
	 "\"recurrence\":[\"RRULE:FREQ=WEEKLY\",\"EXDATE;TZID=Europe/Berlin:20260309T100000\","
	 "\"RDATE;VALUE=PERIOD:20260310T090000Z/PT1H\",\"EXRULE:FREQ=MONTHLY\"]}",
	 BERLIN_LINES "RRULE:FREQ=WEEKLY" NL "EXDATE;TZID=Europe/Berlin:20260309T100000" NL
		      "RDATE;VALUE=PERIOD:20260310T090000Z/PT1H" NL "EXRULE:FREQ=MONTHLY" NL},
	{"§2 without a zone it is the calendar's",
	 "{" SERIES HOUR ",\"recurrence\":[\"RRULE:"
	 "FREQ=WEEKLY\"]}",
	 BERLIN_LINES "RRULE:FREQ=WEEKLY" NL},
	{"§2 UTC",
	 "{" SERIES "\"start\":{\"dateTime\":\"2026-03-02T09:00:00Z\",\"timeZone\":"
	 "\"UTC\"},\"end\":{\"dateTime\":\"2026-03-02T10:00:00Z\",\"timeZone\":\"UTC\"},"
	 "\"recurrence\":[\"RRULE:FREQ=WEEKLY\"]}",
	 HOUR_LINES "RRULE:FREQ=WEEKLY" NL},
	{"§2 a zone that nobody knows stays its name",
	 "{" SERIES "\"start\":{\"dateTime\":\"2026-03-02T10:00:00+01:00\",\"timeZone\":\"Mars/A:B"
	 "\"},\"end\":{\"dateTime\":\"2026-03-02T11:00:00+01:00\",\"timeZone\":\"Mars/A:B\"},"
	 "\"recurrence\":[\"RRULE:FREQ=WEEKLY\"]}",
	 "DTSTART;TZID=\"Mars/A:B\":20260302T100000" NL "DTEND;TZID=\"Mars/A:B\":20260302T110000" NL
	 "RRULE:FREQ=WEEKLY" NL},
	{"§2 the end in another zone",
	 "{" SERIES "\"start\":{\"dateTime\":\"2026-03-02T10:00:00+01:00\",\"timeZone\":"
	 "\"Europe/Berlin\"},\"end\":{\"dateTime\":\"2026-03-02T10:00:00Z\",\"timeZone\":"
	 "\"Europe/London\"},\"recurrence\":[\"RRULE:FREQ=WEEKLY\"]}",
	 BERLIN_LINES "RRULE:FREQ=WEEKLY" NL},
	{"§2 all day",
	 "{" SERIES "\"start\":{\"date\":\"2026-03-02\"},\"end\":{\"date\":\"2026-03-03\"},"
	 "\"recurrence\":[\"RRULE:FREQ=YEARLY\"]}",
	 "DTSTART;VALUE=DATE:20260302" NL "DTEND;VALUE=DATE:20260303" NL "RRULE:FREQ=YEARLY" NL},
	{"§3 a free series",
	 "{" SERIES BERLIN_TEN "\"transparency\":\"transparent\","
	 "\"recurrence\":[\"RRULE:FREQ=WEEKLY\"]}",
	 FREE},
	{"what is no recurrence is left out",
	 "{" SERIES BERLIN_TEN "\"recurrence\":[\"DTSTART:20260101T000000Z\",\"RRULE:FREQ=WEEKLY\","
	 "\"END:VEVENT\",\"x\"]}",
	 BERLIN_LINES "RRULE:FREQ=WEEKLY" NL},
	{"C12 a rule that would be lines of its own",
	 "{" SERIES BERLIN_TEN "\"recurrence\":[\"RRULE:FREQ=WEEKLY\\r\\nTRANSP:TRANSPARENT\"]}",
	 BERLIN_LINES DAILY},
	{"C12 a rule that is none", "{" SERIES BERLIN_TEN "\"recurrence\":[\"RRULE:FREQ=OFTEN\"]}",
	 BERLIN_LINES DAILY},
	{"C12 two rules",
	 "{" SERIES BERLIN_TEN "\"recurrence\":[\"RRULE:FREQ=WEEKLY\",\"RRULE:FREQ=DAILY\"]}",
	 BERLIN_LINES DAILY},
	{"C12 a date that is none",
	 "{" SERIES BERLIN_TEN
	 "\"recurrence\":[\"RRULE:FREQ=WEEKLY\",\"EXDATE:20261301T000000Z\"]}",
	 BERLIN_LINES DAILY},
	{"C12 a number among the lines", "{" SERIES BERLIN_TEN "\"recurrence\":[7]}",
	 BERLIN_LINES DAILY},
};

static void test_series(void)
{
	for (size_t i = 0; i < ARRAY_LEN(series); i++) {
		struct arena *a = arena_create(CEILING);
		const char *row = series[i].name;
		struct remote_event e;

		if (CHECK_TRUE(row, read_event(a, row, series[i].json, &e))) {
			CHECK_STR(row, text_cstr(a, e.lines), series[i].lines);
			CHECK_INT(row, e.kind, OUTSIDE_MASTER);
			CHECK_TEXT(row, e.series, TEXT("s1"));
			CHECK_INT(row, e.end, 0);
			check_readable(a, row, &e);
		}
		arena_destroy(a);
	}
}

#define INSTANCE "\"id\":\"s1_20260309T090000Z\",\"recurringEventId\":\"s1\","
#define ORIGINAL                                                                                   \
	"\"originalStartTime\":{\"dateTime\":\"2026-03-09T10:00:00+01:00\","                       \
	"\"timeZone\":\"Europe/Berlin\"}"
#define ORIGINAL_TIME ";TZID=Europe/Berlin:20260309T100000" NL

static const struct {
	const char *name, *json;
	enum outside_kind kind;
	const char *lines;
} instances[] = {
	{"§2 a changed instance, by what it was", "{" INSTANCE ORIGINAL "," HOUR "}",
	 OUTSIDE_INSTANCE, HOUR_LINES "RECURRENCE-ID" ORIGINAL_TIME},
	{"§2 a cancelled instance has its original time alone",
	 "{" INSTANCE "\"status\":\"cancelled\"," ORIGINAL "}", OUTSIDE_DROPPED,
	 "EXDATE" ORIGINAL_TIME},
	{"§3 a declined instance does not take place",
	 "{" INSTANCE ORIGINAL "," HOUR
	 ",\"attendees\":[{\"self\":true,\"responseStatus\":\"declined\"}]}",
	 OUTSIDE_DROPPED, "EXDATE" ORIGINAL_TIME},
	{"§3 a free instance of a busy series",
	 "{" INSTANCE ORIGINAL "," HOUR ",\"transparency\":\"transparent\"}", OUTSIDE_DROPPED,
	 "EXDATE" ORIGINAL_TIME},
	{"§2 of an all-day series",
	 "{" INSTANCE "\"status\":\"cancelled\",\"originalStartTime\":{\"date\":\"2026-03-09\"}}",
	 OUTSIDE_DROPPED, "EXDATE;VALUE=DATE:20260309" NL},
	{"§2 without a zone, by its instant",
	 "{" INSTANCE "\"status\":\"cancelled\","
	 "\"originalStartTime\":{\"dateTime\":\"2026-03-09T10:00:00+01:00\"}}",
	 OUTSIDE_DROPPED, "EXDATE:20260309T090000Z" NL},
	{"§2 in the second pass of a fold, by its instant",
	 "{" INSTANCE "\"status\":\"cancelled\",\"originalStartTime\":{\"dateTime\":"
	 "\"2026-10-25T02:30:00+01:00\",\"timeZone\":\"Europe/Berlin\"}}",
	 OUTSIDE_DROPPED, "EXDATE:20261025T013000Z" NL},
	{"of nobody knows which one, it stands alone", "{" INSTANCE HOUR "}", OUTSIDE_SINGLE,
	 HOUR_LINES},
	{"of nobody knows which one, free", "{" INSTANCE HOUR ",\"transparency\":\"transparent\"}",
	 OUTSIDE_SINGLE, FREE},
};

static void test_instances(void)
{
	for (size_t i = 0; i < ARRAY_LEN(instances); i++) {
		struct arena *a = arena_create(CEILING);
		const char *row = instances[i].name;
		struct remote_event e;

		if (CHECK_TRUE(row, read_event(a, row, instances[i].json, &e))) {
			CHECK_STR(row, text_cstr(a, e.lines), instances[i].lines);
			CHECK_INT(row, e.kind, instances[i].kind);
			CHECK_INT(row, e.is_gone, false);
			CHECK_TEXT(row, e.remote, TEXT("s1_20260309T090000Z"));
			CHECK_TEXT(row, e.series, e.kind == OUTSIDE_SINGLE ? e.remote : TEXT("s1"));
			check_readable(a, row, &e);
		}
		arena_destroy(a);
	}
}

#define OWN_ANSWER(word) ",\"attendees\":[{\"self\":true,\"responseStatus\":\"" word "\"}]"

/* Of one who has not answered, where they have chosen that it takes no time. */
static void test_unanswered(void)
{
	static const struct {
		const char *name, *json;
		enum outside_kind kind;
		const char *lines;
	} rows[] = {
		{"§3 not answered", "{" ID HOUR OWN_ANSWER("needsAction") "}", OUTSIDE_SINGLE, ""},
		{"§3 accepted", "{" ID HOUR OWN_ANSWER("accepted") "}", OUTSIDE_SINGLE, HOUR_LINES},
		{"§3 perhaps", "{" ID HOUR OWN_ANSWER("tentative") "}", OUTSIDE_SINGLE,
		 HOUR_LINES "STATUS:TENTATIVE" NL},
		{"§3 not asked", "{" ID HOUR "}", OUTSIDE_SINGLE, HOUR_LINES},
		{"§3 an instance", "{" INSTANCE ORIGINAL "," HOUR OWN_ANSWER("needsAction") "}",
		 OUTSIDE_DROPPED, "EXDATE" ORIGINAL_TIME},
	};
	const struct google_place place = {
		.zone = zone_find(TEXT("Europe/Berlin")), .since = SINCE, .skips_unanswered = true};
	struct arena *a = arena_create(CEILING);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct remote_event e;

		CHECK_TRUE(rows[i].name,
			   google_event_read(a, parse(a, rows[i].name, rows[i].json), &place, &e));
		CHECK_INT(rows[i].name, e.kind, rows[i].kind);
		CHECK_TEXT(rows[i].name, e.lines, text_from(rows[i].lines));
	}
	arena_destroy(a);
}

/* ---- together: what the mirror makes of them --------------------------------------------- */

/* A weekly series of four, of which one was moved, one called off and one declined. */
static void test_together(void)
{
	static const char *const told[] = {
		"{" SERIES BERLIN_TEN "\"recurrence\":[\"RRULE:FREQ=WEEKLY;COUNT=4\"]}",
		"{\"id\":\"s1_2\",\"recurringEventId\":\"s1\"," ORIGINAL
		",\"start\":{\"dateTime\":\"2026-03-10T12:00:00Z\"},"
		"\"end\":{\"dateTime\":\"2026-03-10T13:00:00Z\"}}",
		"{\"id\":\"s1_3\",\"recurringEventId\":\"s1\",\"status\":\"cancelled\","
		"\"originalStartTime\":{\"dateTime\":\"2026-03-16T10:00:00+01:00\"}}",
		"{\"id\":\"s1_4\",\"recurringEventId\":\"s1\","
		"\"originalStartTime\":{\"dateTime\":\"2026-03-23T10:00:00+01:00\","
		"\"timeZone\":\"Europe/Berlin\"}," HOUR
		",\"attendees\":[{\"self\":true,\"responseStatus\":\"declined\"}]}",
	};
	static const int64_t starts[] = {INT64_C(1772442000), INT64_C(1773144000)};
	const struct expand_limits limits = {RECUR_BUDGET_DEFAULT, 100};
	struct arena *a = arena_create(CEILING);
	struct outside_event rows[ARRAY_LEN(told)];
	struct expansion found = {0};
	struct ical_object *o;

	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		struct remote_event e;

		CHECK_TRUE(told[i], read_event(a, told[i], told[i], &e));
		rows[i] = (struct outside_event){
			.remote = e.remote, .series = e.series, .kind = e.kind, .lines = e.lines};
	}
	CHECK_WELL("object",
		   ical_object_parse(a, mirror_object(a, rows, ARRAY_LEN(rows), TEXT("u")),
				     ICAL_FROM_IMPORT, &o));
	CHECK_WELL("expanded", ical_expand(a, o, TIME_MIN, TIME_MAX, NULL, 0, limits, &found));
	CHECK_INT("§2 two of four take place", found.count, ARRAY_LEN(starts));
	for (size_t i = 0; i < found.count && i < ARRAY_LEN(starts); i++)
		CHECK_INT("§2 at", found.at[i].start, starts[i]);
	arena_destroy(a);
}

/* ---- what was deleted, what cannot be understood ----------------------------------------- */

static const struct {
	const char *name, *json;
	bool well, is_gone;
	const char *remote;
} others[] = {
	{"§2 a tombstone has its id alone", "{\"id\":\"e1\",\"status\":\"cancelled\"}", true, true,
	 "e1"},
	{"§2 a tombstone with all that it was",
	 "{\"id\":\"e1\",\"status\":\"cancelled\"," HOUR ",\"recurrence\":[\"RRULE:FREQ=DAILY\"]}",
	 true, true, "e1"},
	{"§2 a cancelled instance of nobody knows which one",
	 "{" INSTANCE "\"status\":\"cancelled\"}", true, true, "s1_20260309T090000Z"},
	{"no id", "{" HOUR "}", false, false, ""},
	{"an empty id", "{\"id\":\"\"," HOUR "}", false, false, ""},
	{"no event at all", "[]", false, false, ""},
	{"neither start nor end", "{" ID "\"start\":{\"dateTime\":\"tomorrow\"}}", false, false,
	 "e1"},
	{"no start of what is free", "{" ID "\"transparency\":\"transparent\"," TO_ELEVEN "}", true,
	 false, "e1"},
};

static void test_others(void)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct arena *a = arena_create(CEILING);
		const char *row = others[i].name;
		struct remote_event e;

		CHECK_INT(row, read_event(a, row, others[i].json, &e), others[i].well);
		CHECK_INT(row, e.is_gone, others[i].is_gone);
		CHECK_INT(row, e.lines.len, 0);
		CHECK_STR(row, text_cstr(a, e.remote), others[i].remote);
		arena_destroy(a);
	}
}

static void test_bounds(void)
{
	struct arena *a = arena_create(CEILING);
	char *id = arena_alloc(a, OUTSIDE_REMOTE_MAX + 2), *title = arena_alloc(a, 1 << 16);
	struct remote_event e;

	memset(id, 'a', OUTSIDE_REMOTE_MAX + 1);
	CHECK_TRUE("id", read_event(a, "id", arena_printf(a, "{\"id\":\"%s\"," HOUR "}", id), &e));
	CHECK_INT("an id too long to be kept is none", e.remote.len, 0);
	id[OUTSIDE_REMOTE_MAX] = '\0';
	CHECK_TRUE("id", read_event(a, "id", arena_printf(a, "{\"id\":\"%s\"," HOUR "}", id), &e));
	CHECK_INT("the longest id", e.remote.len, OUTSIDE_REMOTE_MAX);

	/* Each of these has three bytes: the cut must not fall into one. */
	for (size_t i = 0; i < 20000; i++)
		memcpy(title + 3 * i, "\xE2\x82\xAC", 3);
	CHECK_TRUE("title",
		   read_event(a, "title",
			      arena_printf(a, "{" ID HOUR ",\"summary\":\"%s\"}", title), &e));
	CHECK_TRUE("a long title is cut", e.lines.len < 1200 && e.lines.len > 900);
	CHECK_TRUE("between characters", text_is_utf8(e.lines));
	check_readable(a, "title", &e);
	arena_destroy(a);
}

/* ---- what it carries ---------------------------------------------------------------------- */

#define CONFERENCE(status, entries)                                                                \
	"{" ID HOUR ",\"conferenceData\":{\"createRequest\":{\"status\":{\"statusCode\":\"" status \
	"\"}}" entries "}}"
#define ENTRY(type, uri) "{\"entryPointType\":\"" type "\",\"uri\":\"" uri "\"}"

static const struct {
	const char *name, *json, *link;
	bool pending;
} links[] = {
	{"§6 none", "{" ID HOUR "}", "", false},
	{"§6 pending", CONFERENCE("pending", ""), "", true},
	{"§6 failure", CONFERENCE("failure", ""), "", false},
	{"§6 success: the entry by video",
	 CONFERENCE("success", ",\"entryPoints\":[" ENTRY("phone", "tel:+49") "," ENTRY(
				       "video", "https://meet.google.com/abc") "]"),
	 "https://meet.google.com/abc", false},
	{"§6 hangoutLink", "{" ID HOUR ",\"hangoutLink\":\"https://meet.google.com/def\"}",
	 "https://meet.google.com/def", false},
	{"not over https",
	 CONFERENCE("success", ",\"entryPoints\":[" ENTRY("video", "javascript:x") "]"), "", false},
	{"with a line end", "{" ID HOUR ",\"hangoutLink\":\"https://meet.google.com/\\r\\nX:y\"}",
	 "", false},
};

static void test_links(void)
{
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		struct arena *a = arena_create(CEILING);
		bool pending;
		struct text link =
			google_event_link(parse(a, links[i].name, links[i].json), &pending);

		CHECK_STR(links[i].name, text_cstr(a, link), links[i].link);
		CHECK_INT(links[i].name, pending, links[i].pending);
		arena_destroy(a);
	}
}

#define MARKED                                                                                     \
	"\"etag\":\"\\\"33\\\"\",\"extendedProperties\":{"                                         \
	"\"private\":{\"fasti\":\"foobar\",\"other\":\"x\"},\"shared\":{\"fasti\":\"m2\"}},"

static void test_mark(void)
{
	struct arena *a = arena_create(CEILING);
	struct remote_event e;

	CHECK_TRUE("mark",
		   read_event(a, "mark", "{\"id\":\"fasticpnmuoj1e8\"," MARKED HOUR "}", &e));
	CHECK_TEXT("§6 the mark of this copy alone", e.mark, TEXT("foobar"));
	CHECK_TEXT("etag", e.etag, TEXT("\"33\""));
	CHECK_INT("start", e.start, INT64_C(1772442000));
	CHECK_INT("end", e.end, INT64_C(1772445600));
	CHECK_TRUE("mark", read_event(a, "mark", "{" ID HOUR "}", &e));
	CHECK_INT("none", e.mark.len, 0);
	CHECK_TRUE("mark", read_event(a, "mark", "{" ID MARKED HOUR "}", &e));
	CHECK_INT("§6 a host's copy of one of ours has another id", e.mark.len, 0);
	CHECK_TRUE("day", read_event(a, "day",
				     "{" ID "\"start\":{\"date\":\"2026-03-02\"},"
				     "\"end\":{\"date\":\"2026-03-03\"}}",
				     &e));
	CHECK_INT("§3 a day begins in the calendar's zone", e.start, INT64_C(1772406000));
	arena_destroy(a);
}

UNIT_SUITE("google_event", {"single events", test_singles}, {"series", test_series},
	   {"instances", test_instances}, {"invitations that were not answered", test_unanswered},
	   {"together", test_together}, {"deleted, and not understood", test_others},
	   {"bounds", test_bounds}, {"links", test_links}, {"marks and times", test_mark})

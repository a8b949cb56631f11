/*
 * test_google_answers - what Google's answers say
 *
 * Those that were recorded of the live service (../shared/federation/google-wire-samples.json),
 * and, by the sections of federation/facts.md, those that no recording has: pages, cursors,
 * errors, channels.
 */
#include "unit.h"

#include "federation/google_priv.h"
#include "google_description.h"
#include "shared_files.h"
#include "json/json.h"

enum { CEILING = 64 << 20, SAMPLES_MAX = 1 << 20 };

#define NL  "\r\n"
#define NOW INT64_C(1420070400) /* 2015-01-01T00:00:00Z, after what was recorded */

static struct google here(struct arena *a)
{
	return (struct google){.arena = a,
			       .api = TEXT("https://x.org"),
			       .calendar = TEXT("c"),
			       .timezone = TEXT("Europe/London"),
			       .now = NOW};
}

static struct call answered(struct text answer)
{
	return (struct call){.method = "GET", .status = 200, .answer = answer};
}

/* ---- what was recorded ------------------------------------------------------------------- */

static void read_events(const struct google *g, const struct call *call)
{
	static const struct {
		const char *remote, *lines;
	} want[] = {
		{"dsk9v6avumdakmikagf6bso60c",
		 "DTSTART:20141220T221527Z" NL "DTEND:20141220T221528Z" NL
		 "SUMMARY:Test Event 1" NL},
		{"kp3h5adu1rivpi3cv1boi50u1s",
		 "DTSTART:20141220T220320Z" NL "DTEND:20141220T222000Z" NL
		 "SUMMARY:Test Event 2" NL},
		{"e6kep3e08m15gsbbilvp0a35fg",
		 "DTSTART;VALUE=DATE:20141220" NL "DTEND;VALUE=DATE:20141221" NL
		 "SUMMARY:Test Event 3" NL},
	};
	struct remote_page page;

	CHECK_INT("events", google_read_changes(g, TEXT_NONE, TEXT_NONE, call, &page), CALL_OK);
	CHECK_INT("events", page.count, ARRAY_LEN(want));
	CHECK_INT("the last page", page.next.len, 0);
	CHECK_TEXT("its cursor", page.cursor, TEXT("CMCjqpeJrsUCEMCjqpeJrsUCGAU="));
	for (size_t i = 0; i < page.count && i < ARRAY_LEN(want); i++) {
		CHECK_TEXT("id", page.events[i].remote, text_from(want[i].remote));
		CHECK_STR(want[i].remote, text_cstr(g->arena, page.events[i].lines), want[i].lines);
	}
}

static void read_calendars(const struct google *g, const struct call *call)
{
	struct google_calendars list = {
		.at = arena_alloc_array(g->arena, OUTSIDE_CALENDARS_MAX, sizeof(*list.at))};
	size_t writable = 0, primary = 0;

	CHECK_INT("calendars", google_read_calendars(g, call, &list), CALL_OK);
	CHECK_INT("calendars", list.count, 6);
	for (size_t i = 0; i < list.count; i++) {
		writable += list.at[i].may_write;
		primary += list.at[i].is_primary;
	}
	CHECK_INT("two are only read", writable, 4);
	CHECK_INT("one is primary", primary, 1);
	CHECK_TEXT("the first", list.at[0].remote, TEXT("libgdata.test@googlemail.com"));
	CHECK_TEXT("the first", list.at[0].title, TEXT("libgdata.test@gmail.com"));
	CHECK_TEXT("the first", list.at[0].timezone, TEXT("Europe/London"));
	CHECK_TEXT("one of holidays", list.at[5].remote,
		   TEXT("en.uk#holiday@group.v.calendar.google.com"));
}

static void read_written(const struct google *g, const struct call *call)
{
	struct remote_copy copy = {0};
	struct remote_event e;

	CHECK_INT("written", google_read_copy(g, call, &copy), CALL_OK);
	CHECK_INT("its id", copy.remote_out.len, 26);
	CHECK_TRUE("its etag", text_starts(copy.etag_out, TEXT("\"28618963")));
	CHECK_INT("no link", copy.link_out.len, 0);
	CHECK_TRUE("nor one to come", !copy.link_pending);
	CHECK_INT("read", google_read_event(g, call, &e), CALL_OK);
	CHECK_TEXT("one event", e.remote, copy.remote_out);
}

static void read_nothing(const struct google *g, const struct call *call)
{
	(void)g;
	(void)call;
}

static const struct {
	const char *trace, *resource, *method;
	void (*read)(const struct google *g, const struct call *call);
} traces[] = {
	{"event-insert", "events", "insert", read_written},
	{"query-events", "events", "list", read_events},
	{"query-all-calendars", "calendarList", "list", read_calendars},
	{"setup-temp-calendar", "calendars", "insert", read_nothing},
	{"setup-query-events", "events", "insert", read_written},
	{"teardown-insert-event", "events", "delete", read_nothing},
};

static void read_exchange(struct arena *a, const struct json *description,
			  const struct json *exchange)
{
	const struct json *res = json_get(exchange, "res");
	struct google g = here(a);
	struct call call = answered(google_description_text(a, res));
	struct text trace = TEXT_NONE, schema;
	int64_t status = 0;
	size_t i = 0;

	CHECK_TRUE("trace", json_text(json_get(exchange, "trace"), &trace));
	CHECK_TRUE("status", json_int(json_get(exchange, "status"), &status));
	call.status = (int)status;
	while (i < ARRAY_LEN(traces) && !text_equal(trace, text_from(traces[i].trace)))
		i++;
	if (!CHECK_TRUE(text_cstr(a, trace), i < ARRAY_LEN(traces)))
		return;
	CHECK_INT(traces[i].trace, google_judge(&call), CALL_OK);
	traces[i].read(&g, &call);
	if (!description)
		return;
	schema = google_description_answer(description, traces[i].resource, traces[i].method);
	if (schema.len == 0)
		CHECK_INT(traces[i].trace, json_kind(res), JSON_KIND_NULL);
	else
		CHECK_STR(traces[i].trace,
			  google_description_value(a, description, text_cstr(a, schema), res), "");
}

static void test_samples(void)
{
	struct arena *a = arena_create(CEILING);
	struct text file = shared_read(a, "federation/google-wire-samples.json");
	const struct json *description = google_description_load(a), *samples = NULL, *exchanges;

	if (!file.at) {
		unit_skip("the recorded answers are not at hand");
		arena_destroy(a);
		return;
	}
	CHECK_WELL("samples", json_parse(a, file, SAMPLES_MAX, &samples));
	exchanges = json_get(samples, "exchanges");
	CHECK_INT("exchanges", json_item_count(exchanges), 8);
	for (size_t i = 0; i < json_item_count(exchanges); i++)
		read_exchange(a, description, json_item(exchanges, i));
	arena_destroy(a);
}

/* ---- pages -------------------------------------------------------------------------------- */

#define ITEM(id)                                                                                   \
	"{\"id\":\"" id "\",\"start\":{\"date\":\"2015-03-02\"},\"end\":{\"date\":\"2015-03-03\"}" \
	"}"

static const struct {
	const char *name, *cursor, *next, *answer;
	enum call_end end;
	size_t count;
	const char *next_out, *cursor_out;
} pages[] = {
	{"§2 the first of several", "", "", "{\"items\":[" ITEM("a") "],\"nextPageToken\":\"p2\"}",
	 CALL_OK, 1, "2014-11-02T00:00:00Z p2", ""},
	{"§2 an empty page with a next one", "", "2014-10-01T00:00:00Z p2",
	 "{\"items\":[],\"nextPageToken\":\"p3\"}", CALL_OK, 0, "2014-10-01T00:00:00Z p3", ""},
	{"§2 a page of an incremental pass", "c1", "", "{\"nextPageToken\":\"p 2\"}", CALL_OK, 0,
	 " p 2", ""},
	{"§2 the page after it", "c1", " p 2", "{\"nextPageToken\":\"p3\"}", CALL_OK, 0, " p3", ""},
	{"§2 the last", "c1", " p3",
	 "{\"items\":[" ITEM("a") "," ITEM("b") "],\"nextSyncToken\":\"c2\"}", CALL_OK, 2, "",
	 "c2"},
	{"§2 a cursor counts with the last page only", "c1", "",
	 "{\"nextPageToken\":\"p2\",\"nextSyncToken\":\"c2\"}", CALL_OK, 0, " p2", ""},
	{"nothing new", "c1", "", "{\"nextSyncToken\":\"c1\"}", CALL_OK, 0, "", "c1"},
	{"no JSON", "c1", "", "<html>", CALL_BROKEN, 0, "", ""},
	{"cut", "c1", "", "{\"items\":[" ITEM("a"), CALL_BROKEN, 0, "", ""},
	{"no object", "c1", "", "[]", CALL_BROKEN, 0, "", ""},
	{"nothing", "c1", "", "", CALL_BROKEN, 0, "", ""},
	{"events that are no list", "c1", "", "{\"items\":5,\"nextSyncToken\":\"c2\"}", CALL_BROKEN,
	 0, "", "c2"},
	{"a cursor that is none", "c1", "", "{\"nextSyncToken\":7}", CALL_BROKEN, 0, "", ""},
	{"an empty cursor", "c1", "", "{\"nextSyncToken\":\"\"}", CALL_BROKEN, 0, "", ""},
	{"one event that cannot be understood", "c1", "",
	 "{\"items\":[{\"id\":\"a\"}," ITEM("b") "],\"nextSyncToken\":\"c2\"}", CALL_OK, 2, "",
	 "c2"},
	{"one without an id", "c1", "", "{\"items\":[{}],\"nextSyncToken\":\"c2\"}", CALL_BROKEN, 0,
	 "", "c2"},
};

static void test_pages(void)
{
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct arena *a = arena_create(CEILING);
		struct google g = here(a);
		struct call call = answered(text_from(pages[i].answer));
		struct remote_page page;

		CHECK_INT(pages[i].name,
			  google_read_changes(&g, text_from(pages[i].cursor),
					      text_from(pages[i].next), &call, &page),
			  pages[i].end);
		CHECK_INT(pages[i].name, page.count, pages[i].count);
		CHECK_STR(pages[i].name, text_cstr(a, page.next), pages[i].next_out);
		CHECK_STR(pages[i].name, text_cstr(a, page.cursor), pages[i].cursor_out);
		CHECK_INT(pages[i].name, page.window_end, 0);
		arena_destroy(a);
	}
}

static void test_calendars(void)
{
	struct arena *a = arena_create(CEILING);
	struct google g = here(a);
	struct remote_calendar room[OUTSIDE_CALENDARS_MAX];
	struct google_calendars list = {.at = room};
	struct call call = answered(
		TEXT("{\"nextPageToken\":\"p2\",\"items\":["
		     "{\"id\":\"a\",\"summary\":\"A\",\"summaryOverride\":\"Mine\",\"accessRole\":"
		     "\"writer\",\"timeZone\":\"Nowhere/At/All\"},"
		     "{\"id\":\"b\",\"summary\":\"B\",\"accessRole\":\"owner\",\"deleted\":true},"
		     "{\"id\":\"c\",\"summary\":\"C\",\"accessRole\":\"freeBusyReader\",\"hidden\":"
		     "true},"
		     "{\"id\":\"d\",\"accessRole\":\"none\"},{\"summary\":\"E\"},7]}"));

	CHECK_INT("a page", google_read_calendars(&g, &call, &list), CALL_OK);
	CHECK_INT("deleted, closed and nameless ones are left out", list.count, 2);
	CHECK_TEXT("the name that the user gave it", room[0].title, TEXT("Mine"));
	CHECK_INT("no zone that nobody knows", room[0].timezone.len, 0);
	CHECK_TRUE("may write", room[0].may_write);
	CHECK_TEXT("a hidden one is there", room[1].remote, TEXT("c"));
	CHECK_TRUE("may not write", !room[1].may_write);
	CHECK_TEXT("goes on", list.next, TEXT("p2"));

	list.count = OUTSIDE_CALENDARS_MAX;
	call.answer = TEXT("{\"items\":[{\"id\":\"x\",\"accessRole\":\"owner\"},"
			   "{\"id\":\"me\",\"accessRole\":\"owner\",\"primary\":true}]}");
	CHECK_INT("the last page", google_read_calendars(&g, &call, &list), CALL_OK);
	CHECK_INT("no more than there may be", list.count, OUTSIDE_CALENDARS_MAX);
	CHECK_TEXT("but the primary one", room[OUTSIDE_CALENDARS_MAX - 1].remote, TEXT("me"));
	CHECK_INT("the end", list.next.len, 0);
	call.answer = TEXT("{\"items\":{}}");
	CHECK_INT("no list", google_read_calendars(&g, &call, &list), CALL_BROKEN);
	arena_destroy(a);
}

/* ---- errors ------------------------------------------------------------------------------- */

#define ERROR(more) "{\"error\":{\"errors\":[{\"domain\":\"calendar\"," more "}]}}"
#define REASON(r)   ERROR("\"reason\":\"" r "\"")

static const struct {
	const char *name;
	int status;
	const char *answer;
	enum call_end end;
} errors[] = {
	{"200", 200, "{}", CALL_OK},
	{"204", 204, "", CALL_OK},
	{"302", 302, "", CALL_BROKEN},
	{"400", 400, REASON("invalid"), CALL_REFUSED},
	{"§5 401 authError", 401, REASON("authError"), CALL_LATER},
	{"§5 403 rateLimitExceeded", 403, REASON("rateLimitExceeded"), CALL_LATER},
	{"§5 403 userRateLimitExceeded", 403, REASON("userRateLimitExceeded"), CALL_LATER},
	{"§5 403 quotaExceeded", 403, REASON("quotaExceeded"), CALL_PAUSE},
	{"§5 403 insufficientPermissions", 403, REASON("insufficientPermissions"), CALL_REFUSED},
	{"§5 403 forbiddenForNonOrganizer", 403, REASON("forbiddenForNonOrganizer"), CALL_REFUSED},
	{"§5 403 without a reason", 403, "<html>", CALL_BROKEN},
	{"§5 404 notFound", 404, REASON("notFound"), CALL_NOT_FOUND},
	{"404 without a body", 404, "", CALL_NOT_FOUND},
	{"§5 409 duplicate", 409, REASON("duplicate"), CALL_EXISTS},
	{"409 another", 409, REASON("conflict"), CALL_LATER},
	{"§5 410 deleted", 410, REASON("deleted"), CALL_NOT_FOUND},
	{"§2 410 fullSyncRequired", 410,
	 ERROR("\"reason\":\"fullSyncRequired\",\"locationType\":\"parameter\","
	       "\"location\":\"syncToken\""),
	 CALL_GONE},
	{"410 without a body", 410, "", CALL_GONE},
	{"§5 412 conditionNotMet", 412, REASON("conditionNotMet"), CALL_CHANGED},
	{"§5 429", 429, REASON("rateLimitExceeded"), CALL_LATER},
	{"413", 413, "", CALL_REFUSED},
	{"§5 500 backendError", 500, REASON("backendError"), CALL_LATER},
	{"503", 503, "", CALL_LATER},
	{"no status of HTTP", 999, "", CALL_BROKEN},
};

static void test_errors(void)
{
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		struct call call = {.status = errors[i].status,
				    .answer = text_from(errors[i].answer)};

		CHECK_INT(errors[i].name, google_judge(&call), errors[i].end);
	}
}

/* ---- bookings and channels ------------------------------------------------------------------ */

static const struct {
	const char *name, *answer;
	enum call_end end;
	const char *link;
	bool pending;
} copies[] = {
	{"§6 no conference", "{\"id\":\"a\",\"etag\":\"\\\"1\\\"\"}", CALL_OK, "", false},
	{"§6 pending",
	 "{\"id\":\"a\",\"conferenceData\":{\"createRequest\":{\"status\":{\"statusCode\":"
	 "\"pending\"}}}}",
	 CALL_OK, "", true},
	{"§6 success",
	 "{\"id\":\"a\",\"conferenceData\":{\"createRequest\":{\"status\":{\"statusCode\":"
	 "\"success\"}},\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":"
	 "\"https://meet.google.com/a\"}]}}",
	 CALL_OK, "https://meet.google.com/a", false},
	{"§6 failure",
	 "{\"id\":\"a\",\"conferenceData\":{\"createRequest\":{\"status\":{\"statusCode\":"
	 "\"failure\"}}}}",
	 CALL_OK, "", false},
	{"§6 called off there", "{\"id\":\"a\",\"status\":\"cancelled\"}", CALL_NOT_FOUND, "",
	 false},
	{"no id", "{}", CALL_BROKEN, "", false},
	{"no JSON", "", CALL_BROKEN, "", false},
};

static void test_copies(void)
{
	for (size_t i = 0; i < ARRAY_LEN(copies); i++) {
		struct arena *a = arena_create(CEILING);
		struct google g = here(a);
		struct call call = answered(text_from(copies[i].answer));
		struct remote_copy copy = {0};

		CHECK_INT(copies[i].name, google_read_copy(&g, &call, &copy), copies[i].end);
		CHECK_STR(copies[i].name, text_cstr(a, copy.link_out), copies[i].link);
		CHECK_INT(copies[i].name, copy.link_pending, copies[i].pending);
		arena_destroy(a);
	}
}

static const struct {
	const char *name, *answer;
	enum call_end end;
	int64_t expires_at;
} channels[] = {
	{"§4 milliseconds, as text", "{\"resourceId\":\"r1\",\"expiration\":\"1426325213999\"}",
	 CALL_OK, 1426325213},
	{"no expiration", "{\"resourceId\":\"r1\"}", CALL_BROKEN, 1},
	{"an expiration that is none", "{\"resourceId\":\"r1\",\"expiration\":\"soon\"}",
	 CALL_BROKEN, 1},
	{"no resource", "{\"expiration\":\"1426325213000\"}", CALL_BROKEN, 1},
	{"no JSON", "", CALL_BROKEN, 1},
};

static void test_channels(void)
{
	for (size_t i = 0; i < ARRAY_LEN(channels); i++) {
		struct arena *a = arena_create(CEILING);
		struct google g = here(a);
		struct call call = answered(text_from(channels[i].answer));
		struct remote_watch w = {.id = TEXT("w1"), .expires_at = 1};

		CHECK_INT(channels[i].name, google_read_watch(&g, &call, &w), channels[i].end);
		CHECK_INT(channels[i].name, w.expires_at, channels[i].expires_at);
		if (channels[i].end == CALL_OK) {
			CHECK_TEXT(channels[i].name, w.resource, TEXT("r1"));
			CHECK_TEXT(channels[i].name, w.remote, TEXT("w1"));
		}
		arena_destroy(a);
	}
}

UNIT_SUITE("google_answers", {"what was recorded", test_samples}, {"pages", test_pages},
	   {"calendars", test_calendars}, {"errors", test_errors}, {"bookings", test_copies},
	   {"channels", test_channels})

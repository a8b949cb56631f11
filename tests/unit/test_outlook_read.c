/*
 * outlook_read: what is asked of Graph to read calendars, and what follows from its answers.
 * Sections are those of facts.md.
 */
#include "unit.h"

#include "base/buf.h"
#include "federation/outlook_priv.h"
#include "graph_wire.h"
#include "ical/time.h"

/* The window around now. */
#define WINDOW	"startDateTime=2026-09-27T00:00:00Z&endDateTime=2027-12-31T00:00:00Z"
#define WIN_END INT64_C(1830211200)

/* ---- calendars ----------------------------------------------------------------------------------
 */

#define CALENDARS "/me/calendars?$top=100&$select=id,name,canEdit,isDefaultCalendar"

static void test_calendars(void)
{
	BEGIN("calendars",
	      {"GET", "/me/mailboxSettings", 200, "{'timeZone':'W. Europe Standard Time'}"},
	      {"GET", CALENDARS, 200,
	       "{'value':[{'id':'a','name':'Calendar','canEdit':true,'isDefaultCalendar':true},"
	       "{'name':'no id'}],'@odata.nextLink':'" GRAPH_BASE "/me/calendars?$skip=2'}"},
	      {"GET", "/me/calendars?$skip=2", 200,
	       "{'value':[{'id':'b','name':'Holidays','canEdit':false}]}"});
	struct remote_calendar *c;
	size_t count;

	CHECK_INT("calendars", provider_outlook.calendars(&v, &c, &count), CALL_OK);
	graph_end();
	if (!CHECK_INT("those with an id", (int64_t)count, 2))
		return;
	CHECK_TEXT("id", c[0].remote, TEXT("a"));
	CHECK_TEXT("title", c[0].title, TEXT("Calendar"));
	CHECK_TEXT("zone of the mailbox, by its IANA name", c[0].timezone, TEXT("Europe/Berlin"));
	CHECK_TRUE("its own", c[0].is_primary && c[0].may_write);
	CHECK_TRUE("another's", !c[1].is_primary && !c[1].may_write);
}

static void test_calendars_without_settings(void)
{
	BEGIN("no right to read settings (§7)",
	      {"GET", "/me/mailboxSettings", 403, "{'error':{'code':'ErrorAccessDenied'}}"},
	      {"GET", CALENDARS, 200, "{'value':[{'id':'a','name':'Calendar'}]}"});
	struct remote_calendar *c;
	size_t count;

	CHECK_INT("calendars", provider_outlook.calendars(&v, &c, &count), CALL_OK);
	graph_end();
	CHECK_TRUE("one, in no zone", count == 1 && c[0].timezone.len == 0);
}

static void test_calendars_elsewhere(void)
{
	BEGIN("a list that goes on elsewhere (§8)", {"GET", "/me/mailboxSettings", 200, "{}"},
	      {"GET", CALENDARS, 200,
	       "{'value':[],'@odata.nextLink':'https://graph.test.evil/v1.0/me'}"});
	struct remote_calendar *c;
	size_t count;

	CHECK_INT("calendars", provider_outlook.calendars(&v, &c, &count), CALL_BROKEN);
	graph_end();
}

/* ---- reading ------------------------------------------------------------------------------------
 */

#define DELTA  "/me/calendars/Cal=/calendarView/delta"
#define SELECT OUTLOOK_SELECT
#define TIMES(day, from, to)                                                                       \
	"'start':{'dateTime':'2026-12-" day "T" from ":00.0000000','timeZone':'UTC'},"             \
	"'end':{'dateTime':'2026-12-" day "T" to ":00.0000000','timeZone':'UTC'}"
#define OCCURRENCE(id, day)                                                                        \
	"{'id':'" id "','type':'occurrence','seriesMasterId':'s'," TIMES(day, "08:00", "09:00") "}"
#define MASTER(more)                                                                               \
	"{'id':'s','type':'seriesMaster','subject':'Weekly','showAs':'busy'," more TIMES(          \
		"01", "08:00", "09:00") "}"

static const struct remote_event *find(const struct remote_page *page, const char *id)
{
	for (size_t i = 0; i < page->count; i++)
		if (text_equal(page->events[i].remote, text_from(id)))
			return &page->events[i];
	CHECK_TRUE(id, !"it is told of");
	return NULL;
}

/* Where a reading of changes stands. */
static struct text changes_at(const char *link)
{
	const struct outlook_place p = {
		.window_end = WIN_END,
		.url = graph_here(arena_printf(graph_wire.arena, GRAPH_BASE "%s", link))};

	return outlook_place_write(graph_wire.arena, &p);
}

static void test_first_page(void)
{
	BEGIN("from the beginning",
	      {"GET", DELTA "?" WINDOW, 200,
	       "{'value':[" MASTER("") "," OCCURRENCE("o1", "01") "," OCCURRENCE(
		       "o1", "08") ",{'id':'x','type':'occurrence','seriesMasterId':"
				   "'t'," TIMES("02", "10:00",
						"11:00") "},"
							 "{'id':'gone','@removed':{'"
							 "reason':'deleted'}}],"
							 "'@odata.nextLink':'" GRAPH_BASE DELTA
							 "?$skiptoken=1'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':[{'id':'0','status':200,'headers':{},'body':{'id':'t',"
	       "'type':'seriesMaster','subject':'Other','showAs':'tentative'}}]}"});
	struct outlook_place place;
	struct remote_page page;
	const struct remote_event *e;

	CHECK_INT("changes", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_OK);
	graph_end();
	CHECK_INT("window", page.window_end, WIN_END);
	CHECK_TRUE("not the last", page.cursor.len == 0);
	CHECK_TRUE("next", outlook_place_read(page.next, &place) && place.is_first);
	CHECK_TEXT("as it was given", place.url, graph_here(GRAPH_BASE DELTA "?$skiptoken=1"));
	CHECK_INT("of what comes twice the last (§8)", (int64_t)page.count, 3);
	e = find(&page, "s");
	CHECK_TRUE("a series takes no time", e && e->kind == OUTSIDE_MASTER && e->lines.len == 0);
	CHECK_TRUE("what is named is not all of it, in a reading from the beginning",
		   e && !e->is_whole);
	e = find(&page, "o1");
	CHECK_TEXT("an occurrence by its master of the page (§8)", e ? e->lines : TEXT_NONE,
		   TEXT("RECURRENCE-ID:20261208T080000Z\r\nDTSTART:20261208T080000Z\r\n"
			"DTEND:20261208T090000Z\r\nSTATUS:CONFIRMED\r\nSUMMARY:Weekly\r\n"));
	e = find(&page, "x");
	CHECK_TEXT("by one that was fetched (§8)", e ? e->lines : TEXT_NONE,
		   TEXT("RECURRENCE-ID:20261202T100000Z\r\nDTSTART:20261202T100000Z\r\n"
			"DTEND:20261202T110000Z\r\nSTATUS:TENTATIVE\r\nSUMMARY:Other\r\n"));
}

static void test_last_page(void)
{
	BEGIN("an empty page that is the last",
	      {"GET", DELTA "?$skiptoken=1", 200,
	       "{'value':[],'@odata.deltaLink':'" GRAPH_BASE DELTA "?$deltatoken=2'}"});
	const struct outlook_place p = {.is_first = true,
					.window_end = WIN_END,
					.url = graph_here(GRAPH_BASE DELTA "?$skiptoken=1")};
	struct outlook_place place;
	struct remote_page page;

	CHECK_INT("changes",
		  provider_outlook.changes(&v, &graph_wire.calendar,
					   outlook_place_write(graph_wire.arena, &p), &page),
		  CALL_OK);
	graph_end();
	CHECK_TRUE("the last", page.next.len == 0 && page.count == 0);
	CHECK_TRUE("changes from now on", outlook_place_read(page.cursor, &place) &&
						  !place.is_first && place.window_end == WIN_END);
	CHECK_INT("window", page.window_end, WIN_END);
}

static void test_series_touched(void)
{
	BEGIN("a series was touched (§8)",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" OCCURRENCE("o9", "29") "," MASTER(
		       "'transactionId':'m',") "],"
					       "'@odata.deltaLink':'" GRAPH_BASE DELTA
					       "?$deltatoken=3'}"},
	      {"GET", "/me/events/s/instances?" WINDOW "&" SELECT, 200,
	       "{'value':[" OCCURRENCE("o1", "01") "],'@odata.nextLink':'" GRAPH_BASE
						   "/me/events/s/instances?$skip=1'}"},
	      {"GET", "/me/events/s/instances?$skip=1", 200,
	       "{'value':[" OCCURRENCE("o3", "15") "]}"});
	struct remote_page page;
	const struct remote_event *e;

	graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_OK);
	graph_end();
	CHECK_INT("the series and its times, as they were read", (int64_t)page.count, 3);
	e = find(&page, "s");
	CHECK_TRUE("that is all of it", e && e->is_whole);
	e = find(&page, "o3");
	CHECK_TRUE("one of it", e && text_equal(e->series, TEXT("s")) && e->lines.len > 0);
	CHECK_TEXT("ours, if the series is", e ? e->mark : TEXT_NONE, TEXT("m"));
}

static void test_series_gone(void)
{
	BEGIN("a series that goes while it is read",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" MASTER("") "],'@odata.deltaLink':'" GRAPH_BASE DELTA
				       "?$deltatoken=3'}"},
	      {"GET", "/me/events/s/instances?" WINDOW "&" SELECT, 404,
	       "{'error':{'code':'ErrorItemNotFound','message':'no'}}"});
	struct remote_page page;

	graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_OK);
	graph_end();
	CHECK_TRUE("nothing of it is taken away yet", page.count == 1 && !page.events[0].is_whole);
}

static void test_bare_change(void)
{
	BEGIN("an occurrence without its series, whose master is not to be had",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" OCCURRENCE("o9", "29") "],'@odata.deltaLink':'" GRAPH_BASE DELTA
						   "?$deltatoken=3'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':[{'id':'0','status':404,'body':{'error':{'code':"
	       "'ErrorItemNotFound'}}}]}"});
	struct remote_page page;

	graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_OK);
	graph_end();
	CHECK_TRUE("takes its time", page.count == 1 && page.events[0].lines.len > 0 &&
					     page.events[0].kind == OUTSIDE_INSTANCE);
}

#define REMOVED(id) "{'id':'" id "','@removed':{'reason':'deleted'}}"

static void test_removed(void)
{
	BEGIN("what is said to be deleted (§8)",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" REMOVED("a") "," REMOVED("b") "," REMOVED("c") "," REMOVED(
		       "d") "," REMOVED("e") "],'@odata.deltaLink':'" GRAPH_BASE DELTA
					     "?$deltatoken=3'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':["
	       "{'id':'3','status':200,'body':{'id':'d','type':'seriesMaster'}},"
	       "{'id':'4','status':403,'body':{'error':{'code':'ErrorAccessDenied'}}},"
	       "{'id':'1','status':200,'body':{'id':'b','subject':'Later','start':{'dateTime':"
	       "'2029-01-01T10:00:00.0000000','timeZone':'UTC'},'end':{'dateTime':"
	       "'2029-01-01T11:00:00.0000000','timeZone':'UTC'}}},"
	       "{'id':'0','status':404,'body':{'error':{'code':'ErrorItemNotFound'}}},"
	       "{'id':'2','status':200,'body':{'id':'c'," TIMES("01", "08:00", "09:00") "}}]}"});
	struct remote_page page;
	const struct remote_event *e;

	graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_OK);
	graph_end();
	CHECK_INT("three are told of; of two it is not known", (int64_t)page.count, 3);
	e = find(&page, "a");
	CHECK_TRUE("one is gone, with what belongs to it", e && e->is_gone && e->is_whole);
	e = find(&page, "b");
	CHECK_TRUE("one was moved out of the window", e && !e->is_gone && e->lines.len > 0);
	e = find(&page, "c");
	CHECK_TRUE("one is in another calendar", e && e->is_gone);
}

static void test_batch_later(void)
{
	BEGIN("a part that is to wait (§12)",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" REMOVED("a") "," REMOVED("b") "],'@odata.deltaLink':'" GRAPH_BASE DELTA
							  "?$deltatoken=3'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':[{'id':'0','status':404},{'id':'1','status':429,'headers':"
	       "{'Retry-After':'90'},'body':{'error':{'code':'ApplicationThrottled'}}}]}"});
	struct remote_page page;

	graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_LATER);
	graph_end();
	CHECK_INT("until then", v.retry_at, GRAPH_NOW + 90);
}

static void test_gone_cursor(void)
{
	static const struct {
		const char *name;
		struct graph_exchange exchange;
	} rows[] = {
		{"410 (§8)", {"GET", DELTA "?$deltatoken=2", 410, NULL}},
		{"410 SyncStateNotFound (§8)",
		 {"GET", DELTA "?$deltatoken=2", 410, "{'error':{'code':'SyncStateNotFound'}}"}},
		{"400 syncStateNotFound (§8)",
		 {"GET", DELTA "?$deltatoken=2", 400, "{'error':{'code':'syncStateNotFound'}}"}},
		{"404 resyncRequired (§8)",
		 {"GET", DELTA "?$deltatoken=2", 404, "{'error':{'code':'RESYNCREQUIRED'}}"}},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct visit v = graph_begin(rows[i].name, &rows[i].exchange, 1);
		struct remote_page page;

		graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
		CHECK_INT(rows[i].name,
			  provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
			  CALL_GONE);
		graph_end();
	}
}

static void test_links(void)
{
	static const struct {
		const char *name, *answer;
		enum call_end end;
	} rows[] = {
		{"a link to another server (§8)",
		 "{'value':[],'@odata.nextLink':'https://evil.test/v1.0/me'}", CALL_BROKEN},
		{"no link", "{'value':[]}", CALL_BROKEN},
		{"no list", "{'@odata.deltaLink':'" GRAPH_BASE "/x'}", CALL_BROKEN},
		{"no object", "[]", CALL_BROKEN},
		{"no JSON", "<html>", CALL_BROKEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct graph_exchange x = {"GET", DELTA "?" WINDOW, 200, rows[i].answer};
		struct visit v = graph_begin(rows[i].name, &x, 1);
		struct remote_page page;

		CHECK_INT(rows[i].name,
			  provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
			  rows[i].end);
		CHECK_TRUE(rows[i].name, v.why.len > 0);
		graph_end();
	}
}

/* Delta lets nobody choose fields: bodies of events make a page as long as they like. */
static void test_long_page(void)
{
	enum { BODY_BYTES = 11 << 20 };
	static char answer[BODY_BYTES + 512];
	const struct graph_exchange x = {"GET", DELTA "?" WINDOW, 200, answer};
	struct remote_page page;
	struct visit v;
	size_t len;

	len = (size_t)snprintf(answer, sizeof(answer), "{'value':[],'about':'");
	memset(answer + len, 'x', BODY_BYTES);
	snprintf(answer + len + BODY_BYTES, sizeof(answer) - len - BODY_BYTES,
		 "','@odata.deltaLink':'" GRAPH_BASE DELTA "?$deltatoken=2'}");
	v = graph_begin("a long page", &x, 1);
	CHECK_INT("a long page",
		  provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page), CALL_OK);
	graph_end();
}

static void test_places(void)
{
	static const struct {
		const char *name, *cursor;
		enum call_end end;
	} rows[] = {
		{"the window no longer reaches as far as can be booked",
		 "C1827230399 " GRAPH_BASE DELTA "?$deltatoken=2", CALL_GONE},
		{"no place", "x", CALL_GONE},
		{"no number", "Cx " GRAPH_BASE, CALL_GONE},
		{"no word", "X1830211200 " GRAPH_BASE, CALL_GONE},
		{"another server", "C1830211200 https://evil.test/", CALL_BROKEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct visit v = graph_begin(rows[i].name, NULL, 0);
		struct remote_page page;

		graph_wire.calendar.cursor = graph_here(rows[i].cursor);
		CHECK_INT(rows[i].name,
			  provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
			  rows[i].end);
		CHECK_TRUE(rows[i].name, v.why.len > 0);
	}
}

/* A page with so many of something in a row. */
static const char *many(const char *format, int count)
{
	struct buf b;

	buf_init(&b, graph_wire.arena, 4096, 1 << 20);
	buf_put_lit(&b, "{'value':[");
	for (int i = 0; i < count; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%d", i);
		buf_printf(&b, "%s{'id':'%s',%s}", i ? "," : "", id, format);
	}
	buf_put_lit(&b, "],'@odata.deltaLink':'" GRAPH_BASE DELTA "?$deltatoken=3'}");
	return text_cstr(graph_wire.arena, buf_text(&b));
}

static void test_much(void)
{
	struct graph_exchange script[11] = {{"GET", DELTA "?$deltatoken=2", 200, NULL}};
	struct visit v = graph_begin("so much that the whole is read again", script, 1);
	struct remote_page page;

	graph_wire.calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	script[0].answer = many("'@removed':{'reason':'deleted'}", 101);
	CHECK_INT("deleted", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_GONE);
	script[0].answer = many("'type':'singleInstance'", 1001);
	graph_wire.at = 0;
	CHECK_INT("a page without an end",
		  provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_BROKEN);
	script[0].answer = many("'type':'seriesMaster'", 11);
	for (int i = 0; i < 10; i++)
		script[i + 1] = (struct graph_exchange){
			"GET",
			arena_printf(graph_wire.arena,
				     "/me/events/n%d/instances?" WINDOW "&" SELECT, i),
			200, "{'value':[]}"};
	graph_wire.at = 0;
	graph_wire.count = 11;
	CHECK_INT("series", provider_outlook.changes(&v, &graph_wire.calendar, TEXT_NONE, &page),
		  CALL_GONE);
	graph_end();
}

static void test_batches(void)
{
	struct outlook_part parts[3] = {{.id = TEXT("a")}, {.id = TEXT("b/c")}, {.id = TEXT("d")}};
	struct arena *a = arena_create(1 << 20);
	const struct json *json = NULL;
	int64_t retry_s;

	CHECK_WELL("body", json_parse(a, outlook_batch_body(a, parts, 3), 1 << 20, &json));
	CHECK_INT("parts", (int64_t)json_item_count(json_get(json, "requests")), 3);
	CHECK_TEXT("an id is escaped",
		   outlook_text(json_item(json_get(json, "requests"), 1), "url"),
		   TEXT("/me/events/b%2Fc?" SELECT));
	CHECK_WELL("one is not answered",
		   json_parse(a,
			      graph_quoted(a, "{'responses':[{'id':'0','status':200,'body':{}},"
					      "{'id':'7','status':200},{'id':2,'status':200},'x',"
					      "{'id':'1','status':404}]}"),
			      1 << 20, &json));
	CHECK_INT("one is not answered", outlook_batch_read(json, parts, 3, &retry_s), CALL_BROKEN);
	CHECK_TRUE("the others are",
		   parts[0].end == CALL_OK && parts[0].event && parts[1].end == CALL_NOT_FOUND);
	CHECK_INT("no object at all", outlook_batch_read(NULL, parts, 3, &retry_s), CALL_BROKEN);
	arena_destroy(a);
}

/* ---- errors -------------------------------------------------------------------------------------
 */

static void test_judged(void)
{
	static const struct {
		const char *name, *method;
		int status;
		const char *answer;
		enum call_end end;
	} rows[] = {
		{"400", "POST", 400, "{'error':{'code':'ErrorInvalidRequest'}}", CALL_REFUSED},
		{"403", "POST", 403, "{'error':{'code':'Forbidden'}}", CALL_REFUSED},
		{"403: what may not be seen is not gone", "GET", 403,
		 "{'error':{'code':'ErrorAccessDenied'}}", CALL_REFUSED},
		{"404", "GET", 404, NULL, CALL_NOT_FOUND},
		{"408", "GET", 408, NULL, CALL_LATER},
		{"409 of what is made", "POST", 409, NULL, CALL_EXISTS},
		{"409 of what is there (§10)", "PATCH", 409, NULL, CALL_CHANGED},
		{"412 (§10)", "PATCH", 412, NULL, CALL_CHANGED},
		{"429 (§12)", "GET", 429, "{'error':{'code':'TooManyRequests'}}", CALL_LATER},
		{"throttled in another word (§12)", "GET", 403,
		 "{'error':{'code':'ApplicationThrottled'}}", CALL_LATER},
		{"500", "GET", 500, "{'error':{'code':'ErrorInternalServerError'}}", CALL_LATER},
		{"502, a page of HTML", "GET", 502, "<html>", CALL_LATER},
		{"503 (§12)", "GET", 503, NULL, CALL_LATER},
		{"504 (§12)", "POST", 504, NULL, CALL_LATER},
		{"507", "POST", 507, NULL, CALL_PAUSE},
		{"a full mailbox", "POST", 403, "{'error':{'code':'ErrorQuotaExceeded'}}",
		 CALL_PAUSE},
		{"304, which nobody asked for", "GET", 304, NULL, CALL_BROKEN},
		{"hostile: an error that is none", "GET", 418, "{'error':'x'}", CALL_REFUSED},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct call call = {.method = rows[i].method,
				    .status = rows[i].status,
				    .answer = graph_quoted(a, rows[i].answer)};

		CHECK_INT(rows[i].name, provider_outlook.judge(&call), rows[i].end);
	}
	arena_destroy(a);
}

GRAPH_CASE(test_calendars)
GRAPH_CASE(test_calendars_without_settings)
GRAPH_CASE(test_calendars_elsewhere)
GRAPH_CASE(test_first_page)
GRAPH_CASE(test_last_page)
GRAPH_CASE(test_series_touched)
GRAPH_CASE(test_series_gone)
GRAPH_CASE(test_bare_change)
GRAPH_CASE(test_removed)
GRAPH_CASE(test_batch_later)
GRAPH_CASE(test_gone_cursor)
GRAPH_CASE(test_links)
GRAPH_CASE(test_places)
GRAPH_CASE(test_long_page)
GRAPH_CASE(test_much)
GRAPH_CASE(test_batches)
GRAPH_CASE(test_judged)

UNIT_SUITE("outlook_read", {"calendars", run_test_calendars},
	   {"calendars of one whose settings cannot be read", run_test_calendars_without_settings},
	   {"calendars that lead elsewhere", run_test_calendars_elsewhere},
	   {"the first page", run_test_first_page}, {"the last page", run_test_last_page},
	   {"a series that was touched", run_test_series_touched},
	   {"a series that goes meanwhile", run_test_series_gone},
	   {"an occurrence alone", run_test_bare_change},
	   {"what is said to be deleted", run_test_removed},
	   {"a part that is to wait", run_test_batch_later},
	   {"cursors that are gone", run_test_gone_cursor}, {"links", run_test_links},
	   {"a long page", run_test_long_page}, {"places", run_test_places},
	   {"too much at once", run_test_much}, {"batches", run_test_batches},
	   {"errors", run_test_judged})

/*
 * outlook: what is asked of Graph, and what follows from its answers. Each conversation is a script
 * that a server of the test's own plays; each request of it is checked against Graph's own
 * description. Sections are those of facts.md.
 */
#include "unit.h"

#include "answering.h"
#include "base/buf.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "federation/outlook_priv.h"
#include "graph_description.h"
#include "ical/time.h"
#include "net/net.h"
#include "shared_files.h"

/* Where Graph is, in scripts and rows; here() says where that is now. */
#define HOST "https://graph.test"
#define BASE HOST "/v1.0"
/* 2026-11-26T12:00:00Z, and the window around it. */
#define NOW	  INT64_C(1795694400)
#define WINDOW	  "startDateTime=2026-09-27T00:00:00Z&endDateTime=2027-12-31T00:00:00Z"
#define WIN_END	  INT64_C(1830211200)
#define MINUTE_NS INT64_C(60000000000)

/* ---- in the place of Graph ----------------------------------------------------------------------
 */

struct exchange {
	const char *method, *path; /* from the base on, the whole */
	int status;
	const char *answer; /* with single quotes; NULL: none */
};

static struct {
	struct arena *arena;
	struct graph *graph;
	struct answering server;
	struct text host; /* where it listens */
	struct calendar house;
	struct federation fed;
	struct connection connection;
	const struct exchange *script;
	size_t count, at;
	const char *name;
	struct text bodies[16];
	struct text if_match;
} wire;

static struct outside_calendar calendar = {.remote = TEXT_INIT("Cal=")};

/* With double quotes in the place of single ones. */
static struct text quoted(struct arena *a, const char *s)
{
	char *copy = s ? arena_strdup(a, s) : NULL;

	for (char *at = copy; at && *at; at++)
		if (*at == '\'')
			*at = '"';
	return text_from(copy);
}

/* With the host that it is. */
static struct text here(const char *s)
{
	struct text rest = text_from(s);
	struct buf b;
	ptrdiff_t at;

	buf_init(&b, wire.arena, 1024, 1 << 20);
	while ((at = text_find(rest, TEXT(HOST "/"))) >= 0) {
		buf_put(&b, rest.at, (size_t)at);
		buf_put_text(&b, wire.host);
		rest = text_sub(rest, (size_t)at + strlen(HOST), rest.len);
	}
	buf_put_text(&b, rest);
	return buf_text(&b);
}

static struct text header_of(struct text request, const char *name)
{
	struct text line;

	while (text_next(&request, '\n', &line) && text_trim(line).len > 0) {
		ptrdiff_t colon = text_find_char(line, ':', 0);

		if (colon > 0 &&
		    text_equal_nocase(text_sub(line, 0, (size_t)colon), text_from(name)))
			return text_trim(text_sub(line, (size_t)colon + 1, line.len));
	}
	return TEXT_NONE;
}

static void check_described(const struct exchange *x, const struct call *call)
{
	if (wire.graph)
		CHECK_TEXT(x->path, graph_check_request(wire.graph, call, TEXT(BASE)), TEXT(""));
	CHECK_TEXT("Prefer (§8)", call->headers[0].value,
		   TEXT("IdType=\"ImmutableId\", outlook.timezone=\"UTC\", "
			"odata.maxpagesize=200"));
}

static void check_request(const struct exchange *x, struct text request)
{
	ptrdiff_t end = text_find(request, TEXT("\r\n\r\n"));
	struct text rest = request, method, path;
	struct call_header headers[2] = {{"Prefer", header_of(request, "Prefer")},
					 {"If-Match", header_of(request, "If-Match")}};
	struct call call = {.headers = headers, .header_count = headers[1].value.len > 0 ? 2 : 1};

	text_next(&rest, ' ', &method);
	text_next(&rest, ' ', &path);
	path = text_sub(path, strlen("/v1.0"), path.len);
	CHECK_TEXT(wire.name, method, text_from(x->method));
	CHECK_TEXT(wire.name, path, text_from(x->path));
	call.method = text_cstr(wire.arena, method);
	call.url = text_from(arena_printf(wire.arena, BASE "%.*s", TEXT_ARG(path)));
	call.body = text_dup(wire.arena, text_sub(request, (size_t)end + 4, request.len));
	call.media_type = header_of(request, "Content-Type");
	check_described(x, &call);
	wire.if_match = text_dup(wire.arena, headers[1].value);
	wire.bodies[wire.at % ARRAY_LEN(wire.bodies)] = call.body;
}

static const char *play(void *ctx, struct text request)
{
	const struct exchange *x = &wire.script[wire.at];
	struct text body;

	(void)ctx;
	if (!CHECK_TRUE(wire.name, wire.at < wire.count))
		return NULL;
	check_request(x, request);
	wire.at++;
	body = quoted(wire.arena, text_cstr(wire.arena, here(x->answer)));
	return arena_printf(wire.arena, "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n\r\n%.*s",
			    x->status, body.len, TEXT_ARG(body));
}

static void set_up(void)
{
	const struct oauth_tokens tokens = {
		.access = TEXT("a"), .refresh = TEXT("r"), .expires_at = INT64_MAX / 2};

	wire.arena = arena_create(256 << 20);
	wire.graph = graph_load(wire.arena);
	CHECK_WELL("secrets", secret_init(wire.arena));
	answering_start(&wire.server, play, NULL);
	wire.host = text_from(arena_printf(wire.arena, "http://127.0.0.1:%d", wire.server.port));
	wire.fed = (struct federation){.calendar = &wire.house, .allow_private = true};
	wire.fed.apps[PROVIDER_OUTLOOK].api_url = here(BASE "/");
	wire.connection = (struct connection){.owner = 7,
					      .id = TEXT("abc"),
					      .provider = PROVIDER_OUTLOOK,
					      .expires_at = tokens.expires_at};
	wire.connection.secret = oauth_seal(&wire.fed, wire.arena, &wire.connection, &tokens);
}

static void tear_down(void)
{
	net_cleanup();
	answering_stop(&wire.server);
	gate_destroy(wire.fed.gate);
	arena_destroy(wire.arena);
	wire.arena = NULL;
}

/* ---- conversations ------------------------------------------------------------------------------
 */

static struct visit begin(const char *name, const struct exchange *script, size_t count)
{
	wire.script = script;
	wire.count = count;
	wire.at = 0;
	wire.name = name;
	/* What one row was told to wait for is nothing to the next. */
	gate_destroy(wire.fed.gate);
	wire.fed.gate = gate_create();
	calendar.cursor = TEXT_NONE;
	return (struct visit){.fed = &wire.fed,
			      .provider = &provider_outlook,
			      .connection = &wire.connection,
			      .arena = wire.arena,
			      .until_ns = clock_monotonic_ns() + MINUTE_NS,
			      .now = NOW};
}

#define BEGIN(name, ...)                                                                           \
	static const struct exchange script[] = {__VA_ARGS__};                                     \
	struct visit v = begin((name), script, ARRAY_LEN(script))

/* All that was to be asked was asked. */
static void end_of_script(void)
{
	CHECK_INT(wire.name, (int64_t)wire.at, (int64_t)wire.count);
}

static const struct json *body(size_t i)
{
	const struct json *json = NULL;

	CHECK_WELL("a body", json_parse(wire.arena, wire.bodies[i], 1 << 20, &json));
	return json;
}

/* ---- calendars ----------------------------------------------------------------------------------
 */

#define CALENDARS "/me/calendars?$top=100&$select=id,name,canEdit,isDefaultCalendar"

static void test_calendars(void)
{
	BEGIN("calendars",
	      {"GET", "/me/mailboxSettings", 200, "{'timeZone':'W. Europe Standard Time'}"},
	      {"GET", CALENDARS, 200,
	       "{'value':[{'id':'a','name':'Calendar','canEdit':true,'isDefaultCalendar':true},"
	       "{'name':'no id'}],'@odata.nextLink':'" BASE "/me/calendars?$skip=2'}"},
	      {"GET", "/me/calendars?$skip=2", 200,
	       "{'value':[{'id':'b','name':'Holidays','canEdit':false}]}"});
	struct remote_calendar *c;
	size_t count;

	CHECK_INT("calendars", provider_outlook.calendars(&v, &c, &count), CALL_OK);
	end_of_script();
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
	end_of_script();
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
	end_of_script();
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
	const struct outlook_place p = {.window_end = WIN_END,
					.url = here(arena_printf(wire.arena, BASE "%s", link))};

	return outlook_place_write(wire.arena, &p);
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
							 "'@odata.nextLink':'" BASE DELTA
							 "?$skiptoken=1'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':[{'id':'0','status':200,'headers':{},'body':{'id':'t',"
	       "'type':'seriesMaster','subject':'Other','showAs':'tentative'}}]}"});
	struct outlook_place place;
	struct remote_page page;
	const struct remote_event *e;

	CHECK_INT("changes", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_OK);
	end_of_script();
	CHECK_INT("window", page.window_end, WIN_END);
	CHECK_TRUE("not the last", page.cursor.len == 0);
	CHECK_TRUE("next", outlook_place_read(page.next, &place) && place.is_first);
	CHECK_TEXT("as it was given", place.url, here(BASE DELTA "?$skiptoken=1"));
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
	       "{'value':[],'@odata.deltaLink':'" BASE DELTA "?$deltatoken=2'}"});
	const struct outlook_place p = {
		.is_first = true, .window_end = WIN_END, .url = here(BASE DELTA "?$skiptoken=1")};
	struct outlook_place place;
	struct remote_page page;

	CHECK_INT("changes",
		  provider_outlook.changes(&v, &calendar, outlook_place_write(wire.arena, &p),
					   &page),
		  CALL_OK);
	end_of_script();
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
					       "'@odata.deltaLink':'" BASE DELTA
					       "?$deltatoken=3'}"},
	      {"GET", "/me/events/s/instances?" WINDOW "&" SELECT, 200,
	       "{'value':[" OCCURRENCE("o1", "01") "],'@odata.nextLink':'" BASE
						   "/me/events/s/instances?$skip=1'}"},
	      {"GET", "/me/events/s/instances?$skip=1", 200,
	       "{'value':[" OCCURRENCE("o3", "15") "]}"});
	struct remote_page page;
	const struct remote_event *e;

	calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_OK);
	end_of_script();
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
	       "{'value':[" MASTER("") "],'@odata.deltaLink':'" BASE DELTA "?$deltatoken=3'}"},
	      {"GET", "/me/events/s/instances?" WINDOW "&" SELECT, 404,
	       "{'error':{'code':'ErrorItemNotFound','message':'no'}}"});
	struct remote_page page;

	calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_OK);
	end_of_script();
	CHECK_TRUE("nothing of it is taken away yet", page.count == 1 && !page.events[0].is_whole);
}

static void test_bare_change(void)
{
	BEGIN("an occurrence without its series, whose master is not to be had",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" OCCURRENCE("o9", "29") "],'@odata.deltaLink':'" BASE DELTA
						   "?$deltatoken=3'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':[{'id':'0','status':404,'body':{'error':{'code':"
	       "'ErrorItemNotFound'}}}]}"});
	struct remote_page page;

	calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_OK);
	end_of_script();
	CHECK_TRUE("takes its time", page.count == 1 && page.events[0].lines.len > 0 &&
					     page.events[0].kind == OUTSIDE_INSTANCE);
}

#define REMOVED(id) "{'id':'" id "','@removed':{'reason':'deleted'}}"

static void test_removed(void)
{
	BEGIN("what is said to be deleted (§8)",
	      {"GET", DELTA "?$deltatoken=2", 200,
	       "{'value':[" REMOVED("a") "," REMOVED("b") "," REMOVED("c") "," REMOVED(
		       "d") "," REMOVED("e") "],'@odata.deltaLink':'" BASE DELTA
					     "?$deltatoken=3'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':["
	       "{'id':'3','status':200,'body':{'id':'d','type':'seriesMaster'}},"
	       "{'id':'4','status':403,'body':{'error':{'code':'Forbidden'}}},"
	       "{'id':'1','status':200,'body':{'id':'b','subject':'Later','start':{'dateTime':"
	       "'2029-01-01T10:00:00.0000000','timeZone':'UTC'},'end':{'dateTime':"
	       "'2029-01-01T11:00:00.0000000','timeZone':'UTC'}}},"
	       "{'id':'0','status':404,'body':{'error':{'code':'ErrorItemNotFound'}}},"
	       "{'id':'2','status':200,'body':{'id':'c'," TIMES("01", "08:00", "09:00") "}}]}"});
	struct remote_page page;
	const struct remote_event *e;

	calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_OK);
	end_of_script();
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
	       "{'value':[" REMOVED("a") "," REMOVED("b") "],'@odata.deltaLink':'" BASE DELTA
							  "?$deltatoken=3'}"},
	      {"POST", "/$batch", 200,
	       "{'responses':[{'id':'0','status':404},{'id':'1','status':429,'headers':"
	       "{'Retry-After':'90'},'body':{'error':{'code':'ApplicationThrottled'}}}]}"});
	struct remote_page page;

	calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	CHECK_INT("changes", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_LATER);
	end_of_script();
	CHECK_INT("until then", v.retry_at, NOW + 90);
}

static void test_gone_cursor(void)
{
	static const struct {
		const char *name;
		struct exchange exchange;
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
		struct visit v = begin(rows[i].name, &rows[i].exchange, 1);
		struct remote_page page;

		calendar.cursor = changes_at(DELTA "?$deltatoken=2");
		CHECK_INT(rows[i].name, provider_outlook.changes(&v, &calendar, TEXT_NONE, &page),
			  CALL_GONE);
		end_of_script();
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
		{"no list", "{'@odata.deltaLink':'" BASE "/x'}", CALL_BROKEN},
		{"no object", "[]", CALL_BROKEN},
		{"no JSON", "<html>", CALL_BROKEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct exchange x = {"GET", DELTA "?" WINDOW, 200, rows[i].answer};
		struct visit v = begin(rows[i].name, &x, 1);
		struct remote_page page;

		CHECK_INT(rows[i].name, provider_outlook.changes(&v, &calendar, TEXT_NONE, &page),
			  rows[i].end);
		CHECK_TRUE(rows[i].name, v.why.len > 0);
		end_of_script();
	}
}

static void test_places(void)
{
	static const struct {
		const char *name, *cursor;
		enum call_end end;
	} rows[] = {
		{"the window no longer reaches as far as can be booked",
		 "C1827230399 " BASE DELTA "?$deltatoken=2", CALL_GONE},
		{"no place", "x", CALL_GONE},
		{"no number", "Cx " BASE, CALL_GONE},
		{"no word", "X1830211200 " BASE, CALL_GONE},
		{"another server", "C1830211200 https://evil.test/", CALL_BROKEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct visit v = begin(rows[i].name, NULL, 0);
		struct remote_page page;

		calendar.cursor = here(rows[i].cursor);
		CHECK_INT(rows[i].name, provider_outlook.changes(&v, &calendar, TEXT_NONE, &page),
			  rows[i].end);
		CHECK_TRUE(rows[i].name, v.why.len > 0);
	}
}

/* A page with so many of something in a row. */
static const char *many(const char *format, int count)
{
	struct buf b;

	buf_init(&b, wire.arena, 4096, 1 << 20);
	buf_put_lit(&b, "{'value':[");
	for (int i = 0; i < count; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%d", i);
		buf_printf(&b, "%s{'id':'%s',%s}", i ? "," : "", id, format);
	}
	buf_put_lit(&b, "],'@odata.deltaLink':'" BASE DELTA "?$deltatoken=3'}");
	return text_cstr(wire.arena, buf_text(&b));
}

static void test_much(void)
{
	struct exchange script[11] = {{"GET", DELTA "?$deltatoken=2", 200, NULL}};
	struct visit v = begin("so much that the whole is read again", script, 1);
	struct remote_page page;

	calendar.cursor = changes_at(DELTA "?$deltatoken=2");
	script[0].answer = many("'@removed':{'reason':'deleted'}", 101);
	CHECK_INT("deleted", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_GONE);
	script[0].answer = many("'type':'singleInstance'", 1001);
	wire.at = 0;
	CHECK_INT("a page without an end",
		  provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_BROKEN);
	script[0].answer = many("'type':'seriesMaster'", 11);
	for (int i = 0; i < 10; i++)
		script[i + 1] = (struct exchange){
			"GET",
			arena_printf(wire.arena, "/me/events/n%d/instances?" WINDOW "&" SELECT, i),
			200, "{'value':[]}"};
	wire.at = 0;
	wire.count = 11;
	CHECK_INT("series", provider_outlook.changes(&v, &calendar, TEXT_NONE, &page), CALL_GONE);
	end_of_script();
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
			      quoted(a, "{'responses':[{'id':'0','status':200,'body':{}},"
					"{'id':'7','status':200},{'id':2,'status':200},'x',"
					"{'id':'1','status':404}]}"),
			      1 << 20, &json));
	CHECK_INT("one is not answered", outlook_batch_read(json, parts, 3, &retry_s), CALL_BROKEN);
	CHECK_TRUE("the others are",
		   parts[0].end == CALL_OK && parts[0].event && parts[1].end == CALL_NOT_FOUND);
	CHECK_INT("no object at all", outlook_batch_read(NULL, parts, 3, &retry_s), CALL_BROKEN);
	arena_destroy(a);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

#define EVENTS "/me/calendars/Cal=/events"

static const struct remote_copy booking = {
	.mark = TEXT_INIT("mark1"),
	.title = TEXT_INIT("Talk \"x\" with Ann"),
	.description = TEXT_INIT("Ann\nann@example.org"),
	.location = TEXT_INIT("Room 1"),
	.start = INT64_C(1796119200), /* 2026-12-01T10:00:00Z */
	.end = INT64_C(1796121000),
	.timezone = TEXT_INIT("Europe/Vienna"),
};

static void test_made(void)
{
	BEGIN("a booking is made",
	      {"POST", EVENTS, 201, "{'id':'new=','@odata.etag':'e1','subject':'x'}"});
	struct remote_copy copy = booking;
	const struct json *b, *list;

	CHECK_INT("put", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	end_of_script();
	CHECK_TEXT("id", copy.remote_out, TEXT("new="));
	CHECK_TEXT("etag", copy.etag_out, TEXT("e1"));
	CHECK_TRUE("no link", !copy.link_pending && copy.link_out.len == 0);
	b = body(0);
	CHECK_TEXT("title", outlook_text(b, "subject"), TEXT("Talk \"x\" with Ann"));
	CHECK_TEXT("in its zone, by Microsoft's name (§9)",
		   outlook_text(json_get(b, "start"), "timeZone"), TEXT("W. Europe Standard Time"));
	CHECK_TEXT("start", outlook_text(json_get(b, "start"), "dateTime"),
		   TEXT("2026-12-01T11:00:00"));
	CHECK_TEXT("end", outlook_text(json_get(b, "end"), "dateTime"),
		   TEXT("2026-12-01T11:30:00"));
	CHECK_TEXT("transactionId (§10)", outlook_text(b, "transactionId"), TEXT("mark1"));
	list = json_get(b, "singleValueExtendedProperties");
	CHECK_TEXT("mark (§10)", outlook_text(json_item(list, 0), "value"), TEXT("mark1"));
	CHECK_TEXT("busy", outlook_text(b, "showAs"), TEXT("busy"));
	CHECK_TRUE("nobody is invited (§10)", !json_get(b, "attendees"));
	CHECK_TRUE("no meeting", !json_get(b, "isOnlineMeeting"));
}

#define ALLOWED "/me/calendars/Cal=?$select=id,allowedOnlineMeetingProviders"

static void test_made_with_link(void)
{
	BEGIN("with a link (§10)",
	      {"GET", ALLOWED, 200,
	       "{'id':'Cal=','allowedOnlineMeetingProviders':['skypeForBusiness',"
	       "'teamsForBusiness']}"},
	      {"POST", EVENTS, 201, "{'id':'n','isOnlineMeeting':true,'onlineMeeting':null}"},
	      {"GET", ALLOWED, 200, "{'id':'Cal=','allowedOnlineMeetingProviders':[]}"},
	      {"POST", EVENTS, 201, "{'id':'n','isOnlineMeeting':false}"});
	struct remote_copy copy = booking;

	copy.wants_link = true;
	CHECK_INT("put", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	CHECK_TRUE("it is being made", copy.link_pending && copy.link_out.len == 0);
	CHECK_TEXT("Teams", outlook_text(body(1), "onlineMeetingProvider"),
		   TEXT("teamsForBusiness"));
	CHECK_INT("where there is no Teams", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	CHECK_TRUE("there is no link", !copy.link_pending);
	CHECK_TRUE("and none is asked for", !json_get(body(3), "isOnlineMeeting"));
	end_of_script();
}

#define FIND                                                                                       \
	EVENTS "?$top=1&$filter=singleValueExtendedProperties%2FAny%28ep%3A%20ep%2Fid%20eq%20"     \
	       "%27String%20%7B5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52%7D%20Name%20FastiBooking"      \
	       "%27%20and%20ep%2Fvalue%20eq%20%27mark1%27%29"

static void test_made_before(void)
{
	BEGIN("an earlier attempt made it (§10)",
	      {"POST", EVENTS, 409, "{'error':{'code':'ErrorDuplicateTransactionId'}}"},
	      {"GET", FIND, 200, "{'value':[{'id':'old','@odata.etag':'e1'}]}"},
	      {"PATCH", EVENTS "/old", 200, "{'id':'old','@odata.etag':'e2'}"},
	      {"POST", EVENTS, 409, "{'error':{'code':'ErrorDuplicateTransactionId'}}"},
	      {"GET", FIND, 200, "{'value':[]}"});
	struct remote_copy copy = booking;

	CHECK_INT("put", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	CHECK_TEXT("it is found", copy.remote_out, TEXT("old"));
	CHECK_TEXT("and brought up to date", copy.etag_out, TEXT("e2"));
	CHECK_INT("deleted since", provider_outlook.put(&v, &calendar, &copy), CALL_EXISTS);
	end_of_script();
}

static void test_updated(void)
{
	BEGIN("brought up to date (§10)",
	      {"PATCH", EVENTS "/a%2Fb", 200,
	       "{'id':'a/b','@odata.etag':'e2','isOnlineMeeting':true,'onlineMeeting':{'joinUrl':"
	       "'https://t/1'}}"},
	      {"PATCH", EVENTS "/a%2Fb", 412, "{'error':{'code':'ErrorIrresolvableConflict'}}"},
	      {"PATCH", EVENTS "/a%2Fb", 409, "{'error':{'code':'ErrorIrresolvableConflict'}}"},
	      {"PATCH", EVENTS "/a%2Fb", 404, "{'error':{'code':'ErrorItemNotFound'}}"});
	struct remote_copy copy = booking;
	const struct json *b;

	copy.remote = TEXT("a/b");
	copy.etag = TEXT("W/\"1\"");
	copy.wants_link = copy.is_tentative = true;
	CHECK_INT("put", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	CHECK_TEXT("If-Match", wire.if_match, TEXT("W/\"1\""));
	CHECK_TEXT("etag", copy.etag_out, TEXT("e2"));
	CHECK_TEXT("link", copy.link_out, TEXT("https://t/1"));
	b = body(0);
	CHECK_TEXT("tentative", outlook_text(b, "showAs"), TEXT("tentative"));
	CHECK_TRUE("transactionId cannot change", !json_get(b, "transactionId"));
	CHECK_TRUE("the provider is left out", !json_get(b, "onlineMeetingProvider"));
	CHECK_TRUE("what Graph wrote into the text stays", !json_get(b, "body"));
	CHECK_INT("412", provider_outlook.put(&v, &calendar, &copy), CALL_CHANGED);
	CHECK_INT("409", provider_outlook.put(&v, &calendar, &copy), CALL_CHANGED);
	CHECK_INT("404", provider_outlook.put(&v, &calendar, &copy), CALL_NOT_FOUND);
	end_of_script();
}

static void test_zones_written(void)
{
	static const struct {
		const char *name, *timezone;
		int64_t start;
		const char *dateTime, *windows;
	} rows[] = {
		{"a zone without a Windows name", "Antarctica/Troll", INT64_C(1796119200),
		 "2026-12-01T10:00:00", "UTC"},
		{"no zone", "", INT64_C(1796119200), "2026-12-01T10:00:00", "UTC"},
		{"the first of an hour that comes twice", "Europe/Berlin", INT64_C(1792888200),
		 "2026-10-25T02:30:00", "W. Europe Standard Time"},
		{"the second", "Europe/Berlin", INT64_C(1792891800), "2026-10-25T01:30:00", "UTC"},
		{"an alias", "Asia/Kolkata", INT64_C(1796119200), "2026-12-01T15:30:00",
		 "India Standard Time"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct remote_copy copy = booking;
		const struct json *json = NULL;
		struct text out;

		copy.timezone = text_from(rows[i].timezone);
		copy.start = rows[i].start;
		CHECK_TRUE(rows[i].name, outlook_copy_body(a, &copy, true, false, &out));
		CHECK_WELL(rows[i].name, json_parse(a, out, 1 << 20, &json));
		json = json_get(json, "start");
		CHECK_TEXT(rows[i].name, outlook_text(json, "dateTime"),
			   text_from(rows[i].dateTime));
		CHECK_TEXT(rows[i].name, outlook_text(json, "timeZone"),
			   text_from(rows[i].windows));
	}
	arena_destroy(a);
}

static void test_rules(void)
{
#define RANGE(count)                                                                               \
	"\"range\":{\"type\":\"numbered\",\"startDate\":\"2026-12-01\","                           \
	"\"numberOfOccurrences\":" count ",\"recurrenceTimeZone\":\"W. Europe Standard Time\"}}}"
	static const struct {
		const char *name, *rule, *want; /* NULL: it cannot be said */
	} rows[] = {
		{"daily", "RRULE:FREQ=DAILY;COUNT=3\n",
		 "{\"recurrence\":{\"pattern\":{\"type\":\"daily\",\"interval\":1}," RANGE("3")},
		{"weekly, dates left out",
		 "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4\n"
		 "EXDATE;TZID=Europe/Vienna:20261215T110000\n",
		 "{\"recurrence\":{\"pattern\":{\"type\":\"weekly\",\"interval\":2,\"daysOfWeek\":"
		 "[\"tuesday\"],\"firstDayOfWeek\":\"monday\"}," RANGE("4")},
		{"monthly, other line ends", "RRULE:FREQ=MONTHLY;COUNT=2\r\n",
		 "{\"recurrence\":{\"pattern\":{\"type\":\"absoluteMonthly\",\"interval\":1,"
		 "\"dayOfMonth\":1}," RANGE("2")},
		{"without an end", "RRULE:FREQ=DAILY\n", NULL},
		{"a part that is not known", "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO\n", NULL},
		{"another frequency", "RRULE:FREQ=YEARLY;COUNT=2\n", NULL},
		{"a date more", "RRULE:FREQ=DAILY;COUNT=2\nRDATE:20270101T100000Z\n", NULL},
		{"two rules", "RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=DAILY;COUNT=2\n", NULL},
		{"no rule", "EXDATE:20270101T100000Z\n", NULL},
		{"too many", "RRULE:FREQ=DAILY;COUNT=1000\n", NULL},
	};
	struct arena *a = arena_create(1 << 20);
	struct remote_copy copy = booking;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_writer w;
		struct buf b;
		bool said;

		buf_init(&b, a, 256, 4096);
		w = (struct json_writer){.out = &b};
		copy.rule = text_from(rows[i].rule);
		json_begin_object(&w);
		said = outlook_put_recurrence(&w, &copy);
		json_end_object(&w);
		CHECK_INT(rows[i].name, said, rows[i].want != NULL);
		if (said && rows[i].want)
			CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
	}
	arena_destroy(a);
}

static void test_rules_of_months(void)
{
	BEGIN("a month without that day", {"POST", EVENTS, 201, "{'id':'n'}"});
	struct remote_copy copy = booking;

	copy.rule = TEXT("RRULE:FREQ=MONTHLY;COUNT=3\n");
	copy.start += 27 * (int64_t)DAY_SECONDS;
	copy.end += 27 * (int64_t)DAY_SECONDS;
	CHECK_INT("the 28th", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	copy.start += 3 * (int64_t)DAY_SECONDS;
	copy.end += 3 * (int64_t)DAY_SECONDS;
	CHECK_INT("the 31st", provider_outlook.put(&v, &calendar, &copy), CALL_REFUSED);
	CHECK_TRUE("and why", v.why.len > 0);
	copy = booking;
	copy.timezone = TEXT("Antarctica/Troll");
	copy.rule = TEXT("RRULE:FREQ=DAILY;COUNT=3\n");
	CHECK_INT("a rule needs its zone", provider_outlook.put(&v, &calendar, &copy),
		  CALL_REFUSED);
	end_of_script();
}

static void test_left_out(void)
{
	BEGIN("dates that are left out of a series",
	      {"POST", EVENTS, 201, "{'id':'s','@odata.etag':'e1'}"},
	      {"GET",
	       EVENTS "/s/instances?startDateTime=2026-12-08T10:00:00Z&endDateTime="
		      "2026-12-16T10:00:00Z&$select=id,start",
	       200,
	       "{'value':[{'id':'s1'," TIMES("08", "10:00", "10:30") "},{'id':'s2'," TIMES(
		       "09", "10:00", "10:30") "},{'id':'s3'," TIMES("15", "10:00", "10:30") "}]}"},
	      {"DELETE", EVENTS "/s1", 204, NULL},
	      {"DELETE", EVENTS "/s3", 404, "{'error':{'code':'ErrorItemNotFound'}}"},
	      {"GET",
	       EVENTS "/s?$expand=singleValueExtendedProperties(%24filter%3Did%20eq%20%27String%20"
		      "%7B5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52%7D%20Name%20FastiBooking%27)",
	       200, "{'id':'s','@odata.etag':'e3'," TIMES("01", "10:00", "10:30") "}"});
	struct remote_copy copy = booking;

	copy.rule = TEXT("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Vienna:20261208T110000\n"
			 "EXDATE:20261215T100000Z\n");
	CHECK_INT("put", provider_outlook.put(&v, &calendar, &copy), CALL_OK);
	end_of_script();
	CHECK_TEXT("the etag after all of it", copy.etag_out, TEXT("e3"));
}

static void test_removal(void)
{
	static const struct {
		const char *name;
		int status;
		enum call_end end;
	} rows[] = {
		{"204", 204, CALL_OK},	     {"404 (§10)", 404, CALL_OK},
		{"410 (§10)", 410, CALL_OK}, {"412", 412, CALL_CHANGED},
		{"503", 503, CALL_LATER},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct exchange x = {"DELETE", EVENTS "/a", rows[i].status, NULL};
		struct visit v = begin(rows[i].name, &x, 1);
		struct remote_copy copy = booking;

		copy.remote = TEXT("a");
		copy.etag = TEXT("e1");
		CHECK_INT(rows[i].name, provider_outlook.remove(&v, &calendar, &copy), rows[i].end);
		CHECK_TEXT(rows[i].name, wire.if_match, TEXT("e1"));
		end_of_script();
	}
}

#define GET_A                                                                                      \
	EVENTS "/a?$expand=singleValueExtendedProperties(%24filter%3Did%20eq%20%27String%20"       \
	       "%7B5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52%7D%20Name%20FastiBooking%27)"

static void test_get(void)
{
	BEGIN("one thing",
	      {"GET", GET_A, 200,
	       "{'id':'a','transactionId':'m'," TIMES("01", "08:00", "09:00") "}"},
	      {"GET", GET_A, 404, "{'error':{'code':'ErrorItemNotFound'}}"},
	      {"GET", GET_A, 200, "{}"}, {"GET", GET_A, 503, NULL});
	struct remote_event e;

	CHECK_INT("get", provider_outlook.get(&v, &calendar, TEXT("a"), &e), CALL_OK);
	CHECK_TEXT("mark", e.mark, TEXT("m"));
	CHECK_INT("gone", provider_outlook.get(&v, &calendar, TEXT("a"), &e), CALL_OK);
	CHECK_TRUE("gone", e.is_gone && text_equal(e.remote, TEXT("a")));
	CHECK_INT("no event", provider_outlook.get(&v, &calendar, TEXT("a"), &e), CALL_BROKEN);
	CHECK_INT("503", provider_outlook.get(&v, &calendar, TEXT("a"), &e), CALL_LATER);
	end_of_script();
}

/* ---- being told ---------------------------------------------------------------------------------
 */

static struct remote_watch watch_of(int64_t expires_at)
{
	return (struct remote_watch){
		.id = TEXT("w1"),
		.token = TEXT("secret"),
		.url = TEXT("https://fasti.test/hooks/outlook"),
		.expires_at = expires_at,
	};
}

static void test_watch(void)
{
	BEGIN("a subscription (§11)",
	      {"POST", "/subscriptions", 201,
	       "{'id':'sub','expirationDateTime':'2026-12-03T10:00:00Z'}"},
	      {"POST", "/subscriptions", 403, "{'error':{'code':'ExtensionError'}}"},
	      {"POST", "/subscriptions", 404, "{'error':{'code':'ResourceNotFound'}}"},
	      {"POST", "/subscriptions", 201, "{'id':'sub'}"});
	struct remote_watch w = watch_of(NOW + 30 * (int64_t)DAY_SECONDS);
	const struct json *b;

	CHECK_INT("watch", provider_outlook.watch(&v, &calendar, &w), CALL_OK);
	CHECK_TEXT("id", w.remote, TEXT("sub"));
	CHECK_INT("until when it is told", w.expires_at, INT64_C(1796292000));
	b = body(0);
	CHECK_TEXT("changes", outlook_text(b, "changeType"), TEXT("created,updated,deleted"));
	CHECK_TEXT("of the calendar", outlook_text(b, "resource"),
		   TEXT("/me/calendars/Cal=/events"));
	CHECK_TEXT("secret", outlook_text(b, "clientState"), TEXT("w1.secret"));
	CHECK_TEXT("where", outlook_text(b, "notificationUrl"),
		   TEXT("https://fasti.test/hooks/outlook"));
	CHECK_TEXT("and of its life", outlook_text(b, "lifecycleNotificationUrl"),
		   TEXT("https://fasti.test/hooks/outlook"));
	CHECK_TEXT("for 10,000 minutes at most", outlook_text(b, "expirationDateTime"),
		   TEXT("2026-12-03T10:40:00Z"));
	CHECK_INT("an account that cannot be subscribed", provider_outlook.watch(&v, &calendar, &w),
		  CALL_REFUSED);
	CHECK_INT("nor this one", provider_outlook.watch(&v, &calendar, &w), CALL_REFUSED);
	CHECK_INT("no subscription", provider_outlook.watch(&v, &calendar, &w), CALL_BROKEN);
	end_of_script();
}

static void test_renew(void)
{
	BEGIN("renewed (§11)",
	      {"PATCH", "/subscriptions/sub", 200,
	       "{'id':'sub','expirationDateTime':'2026-11-27T12:00:00Z'}"},
	      {"PATCH", "/subscriptions/sub", 404, "{'error':{'code':'ResourceNotFound'}}"},
	      {"DELETE", "/subscriptions/sub", 204, NULL},
	      {"DELETE", "/subscriptions/sub", 404, NULL});
	struct remote_watch w = watch_of(NOW + DAY_SECONDS);

	w.remote = TEXT("sub");
	CHECK_INT("renew", provider_outlook.renew(&v, &calendar, &w), CALL_OK);
	CHECK_INT("until", w.expires_at, NOW + DAY_SECONDS);
	CHECK_TEXT("as wanted", outlook_text(body(0), "expirationDateTime"),
		   TEXT("2026-11-27T12:00:00Z"));
	CHECK_INT("gone", provider_outlook.renew(&v, &calendar, &w), CALL_NOT_FOUND);
	CHECK_INT("ended", provider_outlook.unwatch(&v, &calendar, &w), CALL_OK);
	CHECK_INT("ended already", provider_outlook.unwatch(&v, &calendar, &w), CALL_OK);
	end_of_script();
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
		{"401 (§7)", "GET", 401, "{'error':{'code':'InvalidAuthenticationToken'}}",
		 CALL_CONSENT},
		{"400", "POST", 400, "{'error':{'code':'ErrorInvalidRequest'}}", CALL_REFUSED},
		{"403", "POST", 403, "{'error':{'code':'Forbidden'}}", CALL_REFUSED},
		{"403, no access", "GET", 403, "{'error':{'code':'ErrorAccessDenied'}}",
		 CALL_NOT_FOUND},
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
		{"no answer", "GET", 0, NULL, CALL_LATER},
		{"304, which nobody asked for", "GET", 304, NULL, CALL_BROKEN},
		{"hostile: an error that is none", "GET", 418, "{'error':'x'}", CALL_REFUSED},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct call call = {.method = rows[i].method,
				    .status = rows[i].status,
				    .answer = quoted(a, rows[i].answer)};

		CHECK_INT(rows[i].name, provider_outlook.judge(&call), rows[i].end);
	}
	arena_destroy(a);
}

static void with_graph(void (*run)(void))
{
	set_up();
	run();
	tear_down();
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_graph(fn);                                                                    \
	}
CASE(test_calendars)
CASE(test_calendars_without_settings)
CASE(test_calendars_elsewhere)
CASE(test_first_page)
CASE(test_last_page)
CASE(test_series_touched)
CASE(test_series_gone)
CASE(test_bare_change)
CASE(test_removed)
CASE(test_batch_later)
CASE(test_gone_cursor)
CASE(test_links)
CASE(test_places)
CASE(test_much)
CASE(test_batches)
CASE(test_made)
CASE(test_made_with_link)
CASE(test_made_before)
CASE(test_updated)
CASE(test_zones_written)
CASE(test_rules)
CASE(test_rules_of_months)
CASE(test_left_out)
CASE(test_removal)
CASE(test_get)
CASE(test_watch)
CASE(test_renew)
CASE(test_judged)

UNIT_SUITE("outlook", {"calendars", run_test_calendars},
	   {"calendars of one whose settings cannot be read", run_test_calendars_without_settings},
	   {"calendars that lead elsewhere", run_test_calendars_elsewhere},
	   {"the first page", run_test_first_page}, {"the last page", run_test_last_page},
	   {"a series that was touched", run_test_series_touched},
	   {"a series that goes meanwhile", run_test_series_gone},
	   {"an occurrence alone", run_test_bare_change},
	   {"what is said to be deleted", run_test_removed},
	   {"a part that is to wait", run_test_batch_later},
	   {"cursors that are gone", run_test_gone_cursor}, {"links", run_test_links},
	   {"places", run_test_places}, {"too much at once", run_test_much},
	   {"batches", run_test_batches}, {"made", run_test_made},
	   {"made with a link", run_test_made_with_link}, {"made before", run_test_made_before},
	   {"brought up to date", run_test_updated}, {"zones", run_test_zones_written},
	   {"rules", run_test_rules}, {"rules of months", run_test_rules_of_months},
	   {"dates left out", run_test_left_out}, {"removed", run_test_removal},
	   {"one thing", run_test_get}, {"watched", run_test_watch}, {"renewed", run_test_renew},
	   {"errors", run_test_judged})

/*
 * test_google_calls - what is asked of Google one after the other
 *
 * A server of the test's own answers from a script, and looks at what it is sent.
 */
#include "unit.h"

#include "answering.h"
#include "base/buf.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/gate.h"
#include "federation/google_priv.h"
#include "federation/oauth.h"
#include "net/net.h"

enum { CEILING = 64 << 20 };

#define NOW	  INT64_C(1772442000) /* 2026-03-02T09:00:00Z */
#define MINUTE_NS INT64_C(60000000000)

/* One exchange: what is to be sent (verb and what the URL has in it), and the answer. */
struct step {
	const char *method, *url_has;
	const char *if_match; /* NULL: none */
	int status;
	const char *answer;
};

/* Somebody's account, and a calendar of it. */
struct desk {
	const char *name;
	const struct step *script; /* ends with an empty step */
	size_t sent;
	struct arena *said; /* what the server has answered */
	struct answering server;
	struct calendar house;
	struct federation fed;
	struct connection connection;
	struct outside_calendar calendar;
	struct visit visit;
};

static bool has(struct text request, const char *what)
{
	return text_find(request, text_from(what)) >= 0;
}

static const char *answer(void *ctx, struct text request)
{
	struct desk *d = ctx;
	const struct step *step = &d->script[d->sent];
	struct text line;

	if (!CHECK_TRUE(d->name, step->method))
		return NULL;
	d->sent++;
	text_next(&request, '\r', &line);
	CHECK_TRUE(d->name, text_starts(line, text_from(step->method)));
	if (!CHECK_TRUE(d->name, has(line, step->url_has)))
		printf("    %.*s has no %s\n", TEXT_ARG(line), step->url_has);
	CHECK_INT(d->name, has(request, "If-Match:"), step->if_match != NULL);
	if (step->if_match)
		CHECK_TRUE(d->name,
			   has(request, arena_printf(d->said, "\nIf-Match: %s\r", step->if_match)));
	return arena_printf(d->said, "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n\r\n%s", step->status,
			    strlen(step->answer), step->answer);
}

static void set_out(struct desk *d, const char *name, const struct step *script)
{
	const struct oauth_tokens tokens = {
		.access = TEXT("a"), .refresh = TEXT("r"), .expires_at = INT64_MAX / 2};
	struct arena *a = arena_create(CEILING);

	*d = (struct desk){.name = name,
			   .script = script,
			   .said = arena_create(CEILING),
			   .house = {.key = {{1, 2, 3}}},
			   .calendar = {.remote = TEXT("me")}};
	CHECK_WELL("secrets", secret_init(a));
	answering_start(&d->server, answer, d);
	d->fed = (struct federation){
		.calendar = &d->house, .gate = gate_create(), .allow_private = true};
	d->fed.apps[PROVIDER_GOOGLE].api_url =
		text_from(arena_printf(a, "http://127.0.0.1:%d/v3", d->server.port));
	d->connection = (struct connection){.owner = 7,
					    .id = TEXT("abc"),
					    .provider = PROVIDER_GOOGLE,
					    .timezone = TEXT("Europe/London"),
					    .expires_at = tokens.expires_at};
	d->connection.secret = oauth_seal(&d->fed, a, &d->connection, &tokens);
	d->visit = (struct visit){.fed = &d->fed,
				  .provider = &provider_google,
				  .connection = &d->connection,
				  .arena = a,
				  .until_ns = clock_monotonic_ns() + MINUTE_NS,
				  .now = NOW};
}

static void close_down(struct desk *d)
{
	net_cleanup();
	answering_stop(&d->server);
	CHECK_TRUE(d->name, !d->script[d->sent].method);
	gate_destroy(d->fed.gate);
	arena_destroy(d->said);
	arena_destroy(d->visit.arena);
}

/* ---- writing ------------------------------------------------------------------------------ */

#define ID	  "fastidlgn4qpd64"
#define REASON(r) "{\"error\":{\"errors\":[{\"reason\":\"" r "\"}]}}"
#define TIMES                                                                                      \
	",\"start\":{\"dateTime\":\"2026-03-02T09:00:00Z\"},"                                      \
	"\"end\":{\"dateTime\":\"2026-03-02T10:00:00Z\"}"
#define EVENT(id, etag) "{\"id\":\"" id "\",\"etag\":\"" etag "\"" TIMES "}"
#define DEAD(id)	"{\"id\":\"" id "\",\"status\":\"cancelled\"}"
#define INSERT(status, answer)                                                                     \
	{                                                                                          \
		"POST", "/calendars/me/events?", NULL, status, answer                              \
	}
#define GET(id, status, answer)                                                                    \
	{                                                                                          \
		"GET", "/events/" id "?", NULL, status, answer                                     \
	}
#define PATCH(id, etag, status, answer)                                                            \
	{                                                                                          \
		"PATCH", "/events/" id "?", etag, status, answer                                   \
	}

static const struct {
	const char *name, *remote, *etag;
	struct step steps[4];
	enum call_end end;
	const char *etag_out;
} writings[] = {
	{"made", "", "", {INSERT(200, EVENT(ID, "2"))}, CALL_OK, "2"},
	{"§6 made already: whoever asked looks at it first",
	 "",
	 "",
	 {INSERT(409, REASON("duplicate"))},
	 CALL_EXISTS,
	 ""},
	{"§5 not now", "", "", {INSERT(503, "")}, CALL_LATER, ""},
	{"§5 nothing is to be written for hours",
	 "",
	 "",
	 {INSERT(403, REASON("quotaExceeded"))},
	 CALL_PAUSE,
	 ""},
	{"answered with no event", "", "", {INSERT(200, "{}")}, CALL_BROKEN, ""},
	{"changed", "e1", "1", {PATCH("e1", "1", 200, EVENT("e1", "2"))}, CALL_OK, "2"},
	{"§6 changed by somebody else",
	 "e1",
	 "1",
	 {PATCH("e1", "1", 412, REASON("conditionNotMet"))},
	 CALL_CHANGED,
	 ""},
	{"changed, whatever it was",
	 "e1",
	 "",
	 {GET("e1", 200, EVENT("e1", "7")), PATCH("e1", "7", 200, EVENT("e1", "8"))},
	 CALL_OK,
	 "8"},
	{"one that was deleted is not brought back",
	 "e1",
	 "",
	 {GET("e1", 200, DEAD("e1"))},
	 CALL_NOT_FOUND,
	 ""},
	{"one that is not there", "e1", "1", {PATCH("e1", "1", 404, "")}, CALL_NOT_FOUND, ""},
};

static void test_put(void)
{
	for (size_t i = 0; i < ARRAY_LEN(writings); i++) {
		struct remote_copy copy = {.remote = text_from(writings[i].remote),
					   .mark = TEXT("mark-1"),
					   .etag = text_from(writings[i].etag),
					   .title = TEXT("Intro"),
					   .start = INT64_C(1772442000),
					   .end = INT64_C(1772445600)};
		struct desk d;
		enum call_end end;

		set_out(&d, writings[i].name, writings[i].steps);
		end = provider_google.put(&d.visit, &d.calendar, &copy);
		CHECK_INT(writings[i].name, end, writings[i].end);
		if (end == CALL_EXISTS)
			CHECK_TEXT(writings[i].name, copy.remote_out, TEXT(ID));
		CHECK_STR(writings[i].name, text_cstr(d.visit.arena, copy.etag_out),
			  writings[i].etag_out);
		close_down(&d);
	}
}

static const struct {
	const char *name;
	struct step steps[2];
	enum call_end end;
} removals[] = {
	{"deleted", {{"DELETE", "/events/e1?", NULL, 204, ""}}, CALL_OK},
	{"§5 a second time", {{"DELETE", "/events/e1?", NULL, 410, REASON("deleted")}}, CALL_OK},
	{"§5 410 without a body", {{"DELETE", "/events/e1?", NULL, 410, ""}}, CALL_OK},
	{"§5 not there", {{"DELETE", "/events/e1?", NULL, 404, REASON("notFound")}}, CALL_OK},
	{"not now", {{"DELETE", "/events/e1?", NULL, 500, ""}}, CALL_LATER},
};

static void test_remove(void)
{
	const struct remote_copy copy = {
		.remote = TEXT("e1"), .mark = TEXT("m"), .etag = TEXT("1")};

	for (size_t i = 0; i < ARRAY_LEN(removals); i++) {
		struct desk d;

		set_out(&d, removals[i].name, removals[i].steps);
		CHECK_INT(removals[i].name, provider_google.remove(&d.visit, &d.calendar, &copy),
			  removals[i].end);
		close_down(&d);
	}
}

static const struct {
	const char *name;
	struct step steps[2];
	enum call_end end;
	bool is_gone;
} readings[] = {
	{"there", {GET("e1", 200, EVENT("e1", "1"))}, CALL_OK, false},
	{"called off", {GET("e1", 200, DEAD("e1"))}, CALL_OK, true},
	{"not there", {GET("e1", 404, "")}, CALL_OK, true},
	{"deleted", {GET("e1", 410, REASON("deleted"))}, CALL_OK, true},
	{"not to be seen just now", {GET("e1", 503, "")}, CALL_LATER, false},
};

static void test_get(void)
{
	for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
		struct remote_event e = {0};
		struct desk d;

		set_out(&d, readings[i].name, readings[i].steps);
		CHECK_INT(readings[i].name,
			  provider_google.get(&d.visit, &d.calendar, TEXT("e1"), &e),
			  readings[i].end);
		CHECK_INT(readings[i].name, e.is_gone, readings[i].is_gone);
		if (readings[i].end == CALL_OK)
			CHECK_TEXT(readings[i].name, e.remote, TEXT("e1"));
		close_down(&d);
	}
}

/* ---- reading ------------------------------------------------------------------------------ */

#define LIST(has, answer)                                                                          \
	{                                                                                          \
		"GET", has, NULL, 200, answer                                                      \
	}

static void test_calendars(void)
{
	static const struct step two[] = {
		LIST("calendarList?", "{\"items\":[{\"id\":\"a\",\"accessRole\":\"owner\"}],"
				      "\"nextPageToken\":\"p\"}"),
		LIST("pageToken=p", "{\"items\":[{\"id\":\"b\",\"accessRole\":\"reader\"}]}"),
		{0}};
	static struct step endless[GOOGLE_CALENDAR_PAGES_MAX + 1];
	struct remote_calendar *calendars;
	size_t count;
	struct desk d;

	set_out(&d, "pages", two);
	CHECK_INT("pages", provider_google.calendars(&d.visit, &calendars, &count), CALL_OK);
	CHECK_INT("of both pages", count, 2);
	CHECK_TEXT("in order", calendars[1].remote, TEXT("b"));
	close_down(&d);

	for (size_t i = 0; i < GOOGLE_CALENDAR_PAGES_MAX; i++)
		endless[i] = (struct step)LIST("calendarList?", "{\"nextPageToken\":\"p\"}");
	set_out(&d, "endless", endless);
	CHECK_INT("a list without end", provider_google.calendars(&d.visit, &calendars, &count),
		  CALL_BROKEN);
	CHECK_TRUE("says why", d.visit.why.len > 0);
	close_down(&d);
}

static void test_changes(void)
{
	static const struct step first[] = {
		LIST("timeMin=2026-01-01T09%3A00%3A00Z",
		     "{\"timeZone\":\"Asia/Tokyo\",\"items\":["
		     "{\"id\":\"a\",\"start\":{\"date\":\"2026-03-02\"},"
		     "\"end\":{\"date\":\"2026-03-03\"}}],"
		     "\"nextSyncToken\":\"c1\"}"),
		{0}};
	static const struct step refused[] = {{"GET", "pageToken=p2", NULL, 400, REASON("invalid")},
					      {"GET", "events?", NULL, 400, REASON("invalid")},
					      {0}};
	static const struct step gone[] = {
		{"GET", "syncToken=c1", NULL, 410, REASON("fullSyncRequired")}, {0}};
	struct remote_page page;
	struct desk d;

	set_out(&d, "first", first);
	CHECK_INT("first", provider_google.changes(&d.visit, &d.calendar, TEXT_NONE, &page),
		  CALL_OK);
	CHECK_INT("one event", page.count, 1);
	CHECK_INT("§3 a day in the calendar's own zone", page.events[0].start, INT64_C(1772377200));
	CHECK_TEXT("cursor", page.cursor, TEXT("c1"));
	close_down(&d);

	set_out(&d, "refused", refused);
	CHECK_INT("§2 a page that is forgotten",
		  provider_google.changes(&d.visit, &d.calendar, TEXT("t p2"), &page), CALL_GONE);
	CHECK_INT("nothing that could be forgotten",
		  provider_google.changes(&d.visit, &d.calendar, TEXT_NONE, &page), CALL_REFUSED);
	close_down(&d);

	set_out(&d, "gone", gone);
	d.calendar.cursor = TEXT("c1");
	CHECK_INT("§2 410", provider_google.changes(&d.visit, &d.calendar, TEXT_NONE, &page),
		  CALL_GONE);
	close_down(&d);
}

/* ---- watching ----------------------------------------------------------------------------- */

static void test_watch(void)
{
	static const struct step made[] = {
		{"POST", "/calendars/me/events/watch?", NULL, 200,
		 "{\"resourceId\":\"r\",\"expiration\":\"1773000000000\"}"},
		{"POST", "/channels/stop", NULL, 204, ""},
		{"POST", "/channels/stop", NULL, 404, REASON("notFound")},
		{0}};
	struct remote_watch w = {.id = TEXT("w1"),
				 .token = TEXT("t"),
				 .url = TEXT("https://fasti.example.org/hooks/google"),
				 .expires_at = INT64_C(1773046800)};
	struct desk d;

	set_out(&d, "watch", made);
	CHECK_INT("made", provider_google.watch(&d.visit, &d.calendar, &w), CALL_OK);
	CHECK_INT("§4 it ends when the answer says so", w.expires_at, INT64_C(1773000000));
	CHECK_INT("stopped", provider_google.unwatch(&d.visit, &d.calendar, &w), CALL_OK);
	CHECK_INT("a second time", provider_google.unwatch(&d.visit, &d.calendar, &w), CALL_OK);
	CHECK_TRUE("§4 there is no renewal", !provider_google.renew);
	close_down(&d);
}

UNIT_SUITE("google_calls", {"put", test_put}, {"remove", test_remove}, {"get", test_get},
	   {"calendars", test_calendars}, {"changes", test_changes}, {"watch", test_watch})

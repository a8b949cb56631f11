/* caldav: finding, listing, reading and writing, against a server that plays what rows say */
#include "federation/caldav.h"

#include "answering.h"
#include "base/buf.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "net/net.h"
#include "unit.h"

/* An answer to requests that begin so, and hold `has` (NULL: whatever they hold). */
struct reply {
	const char *begins, *has;
	const char *status, *headers;
	const char *body;
};

#define MULTI(inside)                                                                              \
	"<d:multistatus xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\" "               \
	"xmlns:s=\"http://calendarserver.org/ns/\">" inside "</d:multistatus>"
#define PROPS(href, props)                                                                         \
	"<d:response><d:href>" href "</d:href><d:propstat><d:prop>" props                          \
	"</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
#define GONE(href)                                                                                 \
	"<d:response><d:href>" href                                                                \
	"</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
#define CUT(href)                                                                                  \
	"<d:response><d:href>" href "</d:href>"                                                    \
	"<d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>"
#define ETAG(href, etag) PROPS(href, "<d:getetag>\"" etag "\"</d:getetag>")
#define TOKEN(token)	 "<d:sync-token>" token "</d:sync-token>"
#define DATA(href, etag, ics)                                                                      \
	PROPS(href, "<d:getetag>\"" etag "\"</d:getetag><c:calendar-data>" ics "</"                \
		    "c:calendar-data>")
#define EVENT(uid, start, end, more)                                                               \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:" uid         \
	"\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" start "\r\nDTEND:" end "\r\n" more              \
	"END:VEVENT\r\nEND:VCALENDAR\r\n"
#define ONE EVENT("one", "20270118T080000Z", "20270118T090000Z", "")

struct scene {
	struct arena *arena, *of_server;
	struct calendar calendar;
	struct federation fed;
	struct connection connection;
	struct outside_calendar at;
	struct visit visit;
	struct answering server;
	const struct reply *replies;
	size_t reply_count;
	struct buf last; /* what was asked last */
};

static const char *answer_with(struct scene *s, const struct reply *r)
{
	return arena_printf(s->of_server, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
			    r->status ? r->status : "207 Multi-Status",
			    r->headers ? r->headers : "", r->body ? strlen(r->body) : 0,
			    r->body ? r->body : "");
}

static const char *answer(void *ctx, struct text request)
{
	struct scene *s = ctx;
	static const struct reply none = {NULL, NULL, "404 Not Found", NULL, ""};

	s->last.len = 0;
	buf_put_text(&s->last, request);
	for (size_t i = 0; i < s->reply_count; i++) {
		const struct reply *r = &s->replies[i];

		if (text_starts(request, text_from(r->begins)) &&
		    (!r->has || text_find(request, text_from(r->has)) >= 0))
			return answer_with(s, r);
	}
	return answer_with(s, &none);
}

static void open_scene(struct scene *s, const struct reply *replies, size_t count)
{
	const struct oauth_tokens tokens = {.access = TEXT("bob"), .refresh = TEXT("secret")};

	*s = (struct scene){
		.arena = arena_create(256 << 20),
		.of_server = arena_create(256 << 20),
		.calendar = {.key = {{1, 2, 3}}},
		.replies = replies,
		.reply_count = count,
	};
	buf_init(&s->last, s->of_server, 1024, 1 << 20);
	CHECK_WELL("secrets", secret_init(s->arena));
	answering_start(&s->server, answer, s);
	s->fed = (struct federation){
		.calendar = &s->calendar, .gate = gate_create(), .allow_private = true};
	s->connection = (struct connection){
		.owner = 7,
		.id = TEXT("abc"),
		.provider = PROVIDER_CALDAV,
		.account = TEXT("bob@example.org"),
		.url = text_from(
			arena_printf(s->arena, "http://127.0.0.1:%d/home/", s->server.port)),
	};
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	s->at = (struct outside_calendar){.owner = 7, .id = 3, .remote = TEXT("/home/work/")};
	s->visit = (struct visit){
		.fed = &s->fed,
		.provider = &provider_caldav,
		.connection = &s->connection,
		.arena = s->arena,
		.until_ns = clock_monotonic_ns() + INT64_C(60000000000),
		.now = INT64_C(1798761600),
	};
}

static void close_scene(struct scene *s)
{
	net_cleanup();
	answering_stop(&s->server);
	gate_destroy(s->fed.gate);
	arena_destroy(s->arena);
	arena_destroy(s->of_server);
}

static struct text url_at(struct scene *s, const char *path)
{
	return text_from(arena_printf(s->arena, "http://127.0.0.1:%d%s", s->server.port, path));
}

/* ---- finding (RFC 6764) ------------------------------------------------------------------------
 */

#define PRINCIPAL(at)                                                                              \
	MULTI(PROPS(at, "<d:current-user-principal><d:href>/p/bob/</d:href>"                       \
			"</d:current-user-principal>"))
#define HOME                                                                                       \
	{                                                                                          \
		"PROPFIND /p/bob/ ", "calendar-home-set", NULL, NULL,                              \
			MULTI(PROPS(                                                               \
				"/p/bob/",                                                         \
				"<c:calendar-home-set><d:href>/cal/bob/</d:href>"                  \
				"</c:calendar-home-set><c:calendar-user-address-set>"              \
				"<d:href>/p/bob/</d:href><d:href>mailto:bob@example.org</d:href>"  \
				"</c:calendar-user-address-set>"))                                 \
	}

static void test_find(void)
{
	static const struct {
		const char *name, *start;
		struct reply replies[3];
		enum call_end end;
	} rows[] = {
		{"what was given names it",
		 "/dav/",
		 {{"PROPFIND /dav/ ", "current-user-principal", NULL, NULL, PRINCIPAL("/dav/")},
		  HOME},
		 CALL_OK},
		{"the well-known URL leads there",
		 "/other",
		 {{"PROPFIND /.well-known/caldav ", NULL, "301 Moved Permanently",
		   "Location: /dav/\r\n", ""},
		  {"PROPFIND /dav/ ", NULL, NULL, NULL, PRINCIPAL("/dav/")},
		  HOME},
		 CALL_OK},
		{"the root names it",
		 "/other",
		 {{"PROPFIND / ", NULL, NULL, NULL, PRINCIPAL("/")}, HOME},
		 CALL_OK},
		{"nothing does",
		 "/dav/",
		 {{"PROPFIND /dav/ ", NULL, NULL, NULL, MULTI("")}},
		 CALL_REFUSED},
		{"it leads round and round",
		 "/dav/",
		 {{"PROPFIND /", NULL, "302 Found", "Location: /dav/\r\n", ""}},
		 CALL_REFUSED},
		{"it leads to no web",
		 "/dav/",
		 {{"PROPFIND /", NULL, "302 Found", "Location: file:///etc/passwd\r\n", ""}},
		 CALL_REFUSED},
		{"it says nothing that can be read",
		 "/dav/",
		 {{"PROPFIND /", NULL, NULL, NULL, "<a>"}},
		 CALL_REFUSED},
		{"it is not well",
		 "/dav/",
		 {{"PROPFIND /", NULL, "503 Service Unavailable", NULL, ""}},
		 CALL_LATER},
		{"no home is named",
		 "/dav/",
		 {{"PROPFIND /", NULL, NULL, NULL, PRINCIPAL("/dav/")}},
		 CALL_REFUSED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene s;
		struct caldav_place place;

		open_scene(&s, rows[i].replies, 0);
		while (s.reply_count < 3 && rows[i].replies[s.reply_count].begins)
			s.reply_count++;
		CHECK_INT(rows[i].name,
			  caldav_discover(&s.visit, url_at(&s, rows[i].start), &place),
			  rows[i].end);
		if (rows[i].end == CALL_OK) {
			CHECK_TEXT(rows[i].name, place.principal, url_at(&s, "/p/bob/"));
			CHECK_TEXT(rows[i].name, place.home, url_at(&s, "/cal/bob/"));
			CHECK_TEXT(rows[i].name, s.connection.url, url_at(&s, "/cal/bob/"));
			CHECK_STR(rows[i].name, text_cstr(s.arena, place.address),
				  "bob@example.org");
		} else {
			CHECK_TRUE(rows[i].name, s.visit.why.len > 0);
		}
		close_scene(&s);
	}
}

/* ---- calendars (RFC 4791) ----------------------------------------------------------------------
 */

#define CALENDAR "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
#define MAY(what)                                                                                  \
	"<d:current-user-privilege-set><d:privilege><d:" what "/></d:privilege>"                   \
	"</d:current-user-privilege-set>"
#define TAKES(comp)                                                                                \
	"<c:supported-calendar-component-set><c:comp name=\"" comp "\"/>"                          \
	"</c:supported-calendar-component-set>"

static void test_calendars(void)
{
	static const struct reply replies[] = {
		{"PROPFIND /home/ ", "\r\nDepth: 1\r\n", NULL, NULL,
		 MULTI(PROPS("/home/", "<d:resourcetype><d:collection/></d:resourcetype>") PROPS(
			 "read%20only/", CALENDAR MAY("read") TAKES("VEVENT"))
			       PROPS("/home/w%6frk/",
				     CALENDAR MAY("write") TAKES(
					     "VEVENT") "<d:displayname>My &amp; "
						       "work</d:displayname><c:calendar-timezone>"
						       "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:"
						       "Europe/Berlin\r\nEND:VTIMEZONE\r\n"
						       "END:VCALENDAR\r\n</c:calendar-timezone>")
				       PROPS("/home/tasks/", CALENDAR TAKES("VTODO"))
					       PROPS("/home/plain/", CALENDAR) PROPS(
						       "http://192.0.2.1/home/away/", CALENDAR)
						       PROPS("/home/inbox/",
							     "<d:resourcetype><d:collection/></"
							     "d:resourcetype>"))},
	};
	static const struct {
		const char *remote, *title, *timezone;
		bool may_write, is_primary;
	} want[] = {
		{"/home/read%20only/", "read%20only", "", false, false},
		{"/home/work/", "My & work", "Europe/Berlin", true, true},
		{"/home/plain/", "plain", "", true, false},
	};
	struct remote_calendar *got;
	struct scene s;
	size_t count;

	open_scene(&s, replies, ARRAY_LEN(replies));
	CHECK_INT("end", provider_caldav.calendars(&s.visit, &got, &count), CALL_OK);
	if (CHECK_INT("those that take events, here", (int64_t)count, ARRAY_LEN(want)))
		for (size_t i = 0; i < count; i++) {
			CHECK_TEXT(want[i].remote, got[i].remote, text_from(want[i].remote));
			CHECK_TEXT(want[i].remote, got[i].title, text_from(want[i].title));
			CHECK_STR(want[i].remote, text_cstr(s.arena, got[i].timezone),
				  want[i].timezone);
			CHECK_INT(want[i].remote, got[i].may_write, want[i].may_write);
			CHECK_INT(want[i].remote, got[i].is_primary, want[i].is_primary);
		}
	close_scene(&s);
}

/* ---- what changed ------------------------------------------------------------------------------
 */

#define SYNC "REPORT /home/work/ "
#define NO_SYNC                                                                                    \
	{                                                                                          \
		SYNC, "sync-collection", "403 Forbidden", NULL,                                    \
			"<d:error xmlns:d=\"DAV:\"><d:supported-report/></d:error>"                \
	}
#define LISTED(ctag)                                                                               \
	{                                                                                          \
		"PROPFIND /home/work/ ", NULL, NULL, NULL,                                         \
			MULTI(PROPS("/home/work/", "<s:getctag>" ctag "</s:getctag>")              \
				      ETAG("/home/work/a.ics", "1"))                               \
	}

static void test_changes(void)
{
	static const struct {
		const char *name, *cursor, *next;
		struct reply replies[3];
		enum call_end end;
		const char *told; /* paths, and "gone" of such */
		const char *next_out, *cursor_out;
	} rows[] = {
		{"the first reading (RFC 6578 §3.4)",
		 "",
		 "",
		 {{SYNC, "<D:sync-token></D:sync-token>", NULL, NULL,
		   MULTI(ETAG("/home/work/b%2e.ics", "2") ETAG("a.ics", "1")
				 PROPS("/home/work/", "") TOKEN("t1"))},
		  {SYNC, "/home/work/a.ics</D:href><D:href>/home/work/b..ics<", NULL, NULL,
		   MULTI(DATA("/home/work/a.ics", "1", ONE) DATA("/home/work/b..ics", "2", ONE))}},
		 CALL_OK,
		 "/home/work/a.ics \"1\", /home/work/b..ics \"2\", ",
		 "",
		 "st1"},
		{"what changed, and what is gone",
		 "st1",
		 "",
		 {{SYNC, "<D:sync-token>t1</D:sync-token>", NULL, NULL,
		   MULTI(GONE("/home/work/b.ics") ETAG("/home/work/a.ics", "3") TOKEN("t2"))},
		  {SYNC, "calendar-multiget", NULL, NULL,
		   MULTI(DATA("/home/work/a.ics", "3", ONE))}},
		 CALL_OK,
		 "/home/work/b.ics gone, /home/work/a.ics \"3\", ",
		 "",
		 "st2"},
		{"nothing changed",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL, MULTI(TOKEN("t1"))}},
		 CALL_OK,
		 "",
		 "",
		 "st1"},
		{"an old token (RFC 6578 §3.2)",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", "403 Forbidden", NULL,
		   "<error xmlns=\"DAV:\"><valid-sync-token/></error>"}},
		 CALL_GONE,
		 "",
		 "",
		 ""},
		{"there is more (RFC 6578 §3.6)",
		 "",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("/home/work/a.ics", "1") CUT("/home/work") TOKEN("t1"))},
		  {SYNC, "calendar-multiget", NULL, NULL,
		   MULTI(DATA("/home/work/a.ics", "1", ONE))}},
		 CALL_OK,
		 "/home/work/a.ics \"1\", ",
		 "st1\n\n",
		 ""},
		{"the page after",
		 "",
		 "st1\n\n",
		 {{SYNC, "<D:sync-token>t1<", NULL, NULL, MULTI(TOKEN("t2"))}},
		 CALL_OK,
		 "",
		 "",
		 "st2"},
		{"the same page for ever",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL, MULTI(CUT("/home/work/") TOKEN("t1"))}},
		 CALL_BROKEN,
		 "",
		 "",
		 ""},
		{"no token",
		 "",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL, MULTI("")}},
		 CALL_BROKEN,
		 "",
		 "",
		 ""},
		{"gone before it was fetched (RFC 4791 §7.9)",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("/home/work/a.ics", "3") TOKEN("t2"))},
		  {SYNC, "calendar-multiget", NULL, NULL, MULTI(GONE("/home/work/a.ics"))}},
		 CALL_OK,
		 "/home/work/a.ics gone, ",
		 "",
		 "st2"},
		{"left out of an answer, and asked for alone",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("/home/work/a.ics", "3") TOKEN("t2"))},
		  {SYNC, "calendar-multiget", NULL, NULL, MULTI("")},
		  {"GET /home/work/a.ics ", NULL, "200 OK", "ETag: \"4-gzip\"\r\n", ONE}},
		 CALL_OK,
		 "/home/work/a.ics \"4\", ",
		 "",
		 "st2"},
		{"of another host",
		 "",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("http://192.0.2.1/home/x/a.ics", "1") TOKEN("t1"))}},
		 CALL_BROKEN,
		 "",
		 "",
		 ""},
		{"of the host behind a proxy",
		 "",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("http://192.0.2.1/home/work/a.ics", "1")
				 PROPS("http://192.0.2.1/home/work", "") TOKEN("t1"))},
		  {SYNC, "/home/work/a.ics<", NULL, NULL,
		   MULTI(DATA("http://192.0.2.1/home/work/a.ics", "1", ONE))}},
		 CALL_OK,
		 "/home/work/a.ics \"1\", ",
		 "",
		 "st1"},
		{"a thing without a name",
		 "",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL, MULTI(ETAG("", "1") TOKEN("t1"))}},
		 CALL_BROKEN,
		 "",
		 "",
		 ""},
		{"told without its data, and asked for alone",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("/home/work/a.ics", "3") TOKEN("t2"))},
		  {SYNC, "calendar-multiget", NULL, NULL, MULTI(DATA("/home/work/a.ics", "3", ""))},
		  {"GET /home/work/a.ics ", NULL, "200 OK", "ETag: \"4\"\r\n", ONE}},
		 CALL_OK,
		 "/home/work/a.ics \"4\", ",
		 "",
		 "st2"},
		{"told without its data, and alone as well",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", NULL, NULL,
		   MULTI(ETAG("/home/work/a.ics", "3") TOKEN("t2"))},
		  {SYNC, "calendar-multiget", NULL, NULL, MULTI(DATA("/home/work/a.ics", "3", ""))},
		  {"GET /home/work/a.ics ", NULL, "200 OK", "ETag: \"4\"\r\n", "<html>"}},
		 CALL_BROKEN,
		 "",
		 "",
		 ""},
		{"no sync-collection: a listing",
		 "",
		 "",
		 {NO_SYNC,
		  LISTED("c1"),
		  {SYNC, "calendar-multiget", NULL, NULL,
		   MULTI(DATA("/home/work/a.ics", "1", ONE))}},
		 CALL_OK,
		 "/home/work/a.ics \"1\", ",
		 "",
		 "lc1"},
		{"a listing as it was", "lc1", "", {LISTED("c1")}, CALL_OK, "", "", "lc1"},
		{"a listing that changed", "lc1", "", {LISTED("c2")}, CALL_GONE, "", "", ""},
		{"a listing without CTag",
		 "l",
		 "",
		 {{"PROPFIND /home/work/ ", NULL, NULL, NULL, MULTI(PROPS("/home/work/", ""))}},
		 CALL_GONE,
		 "",
		 "",
		 ""},
		{"sync-collection is gone",
		 "st1",
		 "",
		 {NO_SYNC, LISTED("c1")},
		 CALL_GONE,
		 "",
		 "",
		 ""},
		{"an old token, in other words",
		 "st1",
		 "",
		 {{SYNC, "sync-collection", "400 Bad Request", NULL, ""}},
		 CALL_GONE,
		 "",
		 "",
		 ""},
		{"what is asked with an old token is not found",
		 "st1",
		 "",
		 {{"X", NULL, NULL, NULL, NULL}},
		 CALL_GONE,
		 "",
		 "",
		 ""},
		{"the calendar is gone",
		 "",
		 "",
		 {{"X", NULL, NULL, NULL, NULL}},
		 CALL_NOT_FOUND,
		 "",
		 "",
		 ""},
		{"a page that nobody wrote",
		 "",
		 "s",
		 {{"X", NULL, NULL, NULL, NULL}},
		 CALL_GONE,
		 "",
		 "",
		 ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct remote_page page;
		struct scene s;
		struct buf told;

		open_scene(&s, rows[i].replies, 0);
		while (s.reply_count < 3 && rows[i].replies[s.reply_count].begins)
			s.reply_count++;
		s.at.cursor = text_from(rows[i].cursor);
		CHECK_INT(rows[i].name,
			  provider_caldav.changes(&s.visit, &s.at, text_from(rows[i].next), &page),
			  rows[i].end);
		buf_init(&told, s.arena, 64, 1 << 16);
		for (size_t k = 0; rows[i].end == CALL_OK && k < page.count; k++)
			buf_printf(&told, "%.*s %.*s, ", TEXT_ARG(page.events[k].remote),
				   TEXT_ARG(page.events[k].is_gone ? TEXT("gone")
								   : page.events[k].etag));
		CHECK_STR(rows[i].name, text_cstr(s.arena, buf_text(&told)), rows[i].told);
		if (rows[i].end == CALL_OK) {
			CHECK_STR(rows[i].name, text_cstr(s.arena, page.next), rows[i].next_out);
			CHECK_STR(rows[i].name, text_cstr(s.arena, page.cursor),
				  rows[i].cursor_out);
		}
		close_scene(&s);
	}
}

/* A server that knows no limit tells of 1200 things at once: pages of 500, bodies of 50. */
static void test_pages(void)
{
	enum { THINGS = 1200 };
	struct reply replies[2] = {
		{SYNC, "sync-collection", NULL, NULL, NULL},
		{SYNC, "calendar-multiget", NULL, NULL, NULL},
	};
	struct buf list, bodies;
	struct text next = TEXT_NONE;
	struct scene s;
	size_t seen = 0, pages = 0;
	const char *open = MULTI("");

	open_scene(&s, replies, ARRAY_LEN(replies));
	buf_init(&list, s.arena, 1 << 16, 1 << 24);
	buf_init(&bodies, s.arena, 1 << 16, 1 << 24);
	buf_put(&list, open, strlen(open) - strlen("</d:multistatus>"));
	buf_put_text(&bodies, buf_text(&list));
	for (int i = 0; i < THINGS; i++) {
		buf_printf(&list, ETAG("/home/work/%04d.ics", "1"), i);
		buf_printf(&bodies, DATA("/home/work/%04d.ics", "1", ONE), i);
	}
	buf_put_lit(&list, TOKEN("t1") "</d:multistatus>");
	buf_put_lit(&bodies, "</d:multistatus>");
	replies[0].body = list.at;
	replies[1].body = bodies.at;
	do {
		struct remote_page page;

		CHECK_INT("end", provider_caldav.changes(&s.visit, &s.at, next, &page), CALL_OK);
		for (size_t i = 0; i < page.count; i++)
			CHECK_STR("in order", text_cstr(s.arena, page.events[i].remote),
				  arena_printf(s.arena, "/home/work/%04zu.ics", seen + i));
		seen += page.count;
		next = page.next;
		pages++;
		if (next.len == 0)
			CHECK_STR("the first token", text_cstr(s.arena, page.cursor), "st1");
	} while (next.len > 0 && pages < 10);
	CHECK_INT("all of them", (int64_t)seen, THINGS);
	CHECK_INT("in pages", (int64_t)pages, 3);
	close_scene(&s);
}

static void test_event(void)
{
	static const struct {
		const char *name, *body, *mark;
		bool takes_time, is_cancelled;
		int64_t start, end;
	} rows[] = {
		{"an event", ONE, "", true, false, 0, 0},
		{"a free one",
		 EVENT("x", "20270118T080000Z", "20270118T090000Z", "TRANSP:TRANSPARENT\r\n"), "",
		 false, false, 0, 0},
		{"one that was declined",
		 EVENT("x", "20270118T080000Z", "20270118T090000Z",
		       "ATTENDEE;PARTSTAT=DECLINED:mailto:Bob@Example.org\r\n"),
		 "", false, false, 0, 0},
		{"one that another declined",
		 EVENT("x", "20270118T080000Z", "20270118T090000Z",
		       "ATTENDEE;PARTSTAT=DECLINED:mailto:eve@example.org\r\n"),
		 "", true, false, 0, 0},
		{"a copy", EVENT("fasti-m1", "20270118T080000Z", "20270118T090000Z", ""), "m1",
		 true, false, 1800259200, 1800262800},
		{"a copy that was moved to another zone",
		 EVENT("fasti-m1", "20270118T100000", "20270118T110000", ""), "m1", true, false,
		 1800262800, 1800266400},
		{"a copy that was called off",
		 EVENT("fasti-m1", "20270118T080000Z", "20270118T090000Z", "STATUS:CANCELLED\r\n"),
		 "m1", false, true, 1800259200, 1800262800},
		{"a copy of a series",
		 EVENT("fasti-m1", "20270118T080000Z", "20270118T090000Z",
		       "RRULE:FREQ=WEEKLY;COUNT=3\r\n"),
		 "m1", true, false, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct reply reply = {"GET /home/work/a.ics ", NULL, "200 OK",
					    "ETag: \"1\"\r\n", rows[i].body};
		struct remote_event e;
		struct scene s;

		open_scene(&s, &reply, 1);
		s.at.timezone = TEXT("Europe/Berlin");
		CHECK_INT(rows[i].name,
			  provider_caldav.get(&s.visit, &s.at, TEXT("/home/work/a.ics"), &e),
			  CALL_OK);
		CHECK_TRUE(rows[i].name, !e.is_gone && e.kind == OUTSIDE_SINGLE);
		CHECK_STR(rows[i].name, text_cstr(s.arena, e.etag), "\"1\"");
		CHECK_STR(rows[i].name, text_cstr(s.arena, e.mark), rows[i].mark);
		CHECK_INT(rows[i].name, e.lines.len > 0, rows[i].takes_time);
		CHECK_INT(rows[i].name, e.is_cancelled, rows[i].is_cancelled);
		CHECK_INT(rows[i].name, e.start, rows[i].start);
		CHECK_INT(rows[i].name, e.end, rows[i].end);
		close_scene(&s);
	}
}

/* What is no whole object is not one that takes no time. */
static void test_no_event(void)
{
	static const struct {
		const char *name, *body;
	} rows[] = {
		{"nothing", ""},
		{"no calendar data", "hello"},
		{"a web page", "<html><body>Maintenance</body></html>"},
		{"a calendar that is cut in an event", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:"
						       "VEVENT\r\nUID:x\r\nDTSTART:20270118T0800"},
		{"a calendar that is cut after one",
		 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n"},
		{"an event without its calendar", "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n"},
		{"ends without begins", "END:VEVENT\r\nEND:VCALENDAR\r\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct reply reply = {"GET /home/work/a.ics ", NULL, "200 OK",
					    "ETag: \"1\"\r\n", rows[i].body};
		struct remote_event e;
		struct scene s;

		open_scene(&s, &reply, 1);
		CHECK_INT(rows[i].name,
			  provider_caldav.get(&s.visit, &s.at, TEXT("/home/work/a.ics"), &e),
			  CALL_BROKEN);
		CHECK_TRUE(rows[i].name, s.visit.why.len > 0);
		close_scene(&s);
	}
}

/* ---- writing -----------------------------------------------------------------------------------
 */

#define COPY_AT "/home/work/fasti-m%2F1.ics"

static void test_put(void)
{
	static const struct {
		const char *name, *remote, *etag;
		struct reply replies[2];
		enum call_end end;
		const char *has; /* the last request */
		const char *remote_out, *etag_out;
	} rows[] = {
		{"a new one",
		 "",
		 "",
		 {{"PUT " COPY_AT " ", "\r\nIf-None-Match: *\r\n", "201 Created", "ETag: \"1\"\r\n",
		   ""}},
		 CALL_OK,
		 "\r\nUID:fasti-m/1\r\n",
		 COPY_AT,
		 "\"1\""},
		{"the server stores it otherwise (RFC 4791 §5.3.4)",
		 "",
		 "",
		 {{"PUT ", NULL, "201 Created", NULL, ""},
		  {"PROPFIND " COPY_AT " ", "getetag", NULL, NULL, MULTI(ETAG(COPY_AT, "7"))}},
		 CALL_OK,
		 "getetag",
		 COPY_AT,
		 "\"7\""},
		{"it is there already",
		 "",
		 "",
		 {{"PUT ", NULL, "412 Precondition Failed", NULL, ""}},
		 CALL_EXISTS,
		 "If-None-Match",
		 COPY_AT,
		 ""},
		{"its UID is elsewhere",
		 "",
		 "",
		 {{"PUT ", NULL, "403 Forbidden", NULL,
		   "<D:error xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">"
		   "<C:no-uid-conflict/></D:error>"}},
		 CALL_EXISTS,
		 "If-None-Match",
		 COPY_AT,
		 ""},
		{"as it was",
		 "/home/work/x.ics",
		 "\"1\"",
		 {{"PUT /home/work/x.ics ", "\r\nIf-Match: \"1\"\r\n", "204 No Content",
		   "ETag: \"2\"\r\n", ""}},
		 CALL_OK,
		 "\r\nSTATUS:TENTATIVE\r\n",
		 "/home/work/x.ics",
		 "\"2\""},
		{"another than it was",
		 "/home/work/x.ics",
		 "\"1\"",
		 {{"PUT ", NULL, "412 Precondition Failed", NULL, ""}},
		 CALL_CHANGED,
		 "If-Match",
		 "/home/work/x.ics",
		 ""},
		{"whatever it is",
		 "/home/work/x.ics",
		 "",
		 {{"PUT ", "If-", "500 Internal Server Error", NULL, ""},
		  {"PUT ", NULL, "204 No Content", "ETag: \"2\"\r\n", ""}},
		 CALL_OK,
		 "\r\nDTSTART;TZID=Europe/Berlin:20270118T090000\r\n",
		 "/home/work/x.ics",
		 "\"2\""},
		{"it may not be written",
		 "",
		 "",
		 {{"PUT ", NULL, "403 Forbidden", NULL, ""}},
		 CALL_REFUSED,
		 "If-None-Match",
		 COPY_AT,
		 ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene s;
		struct remote_copy copy = {
			.remote = text_from(rows[i].remote),
			.mark = TEXT("m/1"),
			.etag = text_from(rows[i].etag),
			.title = TEXT("Intro"),
			.start = 1800259200,
			.end = 1800262800,
			.timezone = TEXT("Europe/Berlin"),
			.is_tentative = true,
		};

		open_scene(&s, rows[i].replies, rows[i].replies[1].begins ? 2 : 1);
		CHECK_INT(rows[i].name, provider_caldav.put(&s.visit, &s.at, &copy), rows[i].end);
		CHECK_TRUE(rows[i].name, text_find(buf_text(&s.last), text_from(rows[i].has)) >= 0);
		CHECK_TRUE("nobody is invited",
			   text_find(buf_text(&s.last), TEXT("ORGANIZER")) < 0);
		CHECK_STR(rows[i].name, text_cstr(s.arena, copy.remote_out), rows[i].remote_out);
		CHECK_STR(rows[i].name, text_cstr(s.arena, copy.etag_out), rows[i].etag_out);
		close_scene(&s);
	}
}

static void test_remove(void)
{
	static const struct {
		const char *name, *remote, *etag;
		struct reply reply;
		enum call_end end;
	} rows[] = {
		{"as it was",
		 "/home/work/x.ics",
		 "\"1\"",
		 {"DELETE /home/work/x.ics ", "\r\nIf-Match: \"1\"\r\n", "204 No Content", NULL,
		  ""},
		 CALL_OK},
		{"where its mark says",
		 "",
		 "",
		 {"DELETE " COPY_AT " ", NULL, "204 No Content", NULL, ""},
		 CALL_OK},
		{"it was gone",
		 "/home/work/x.ics",
		 "",
		 {"DELETE ", NULL, "404 Not Found", NULL, ""},
		 CALL_OK},
		{"it was gone for good",
		 "/home/work/x.ics",
		 "",
		 {"DELETE ", NULL, "410 Gone", NULL, ""},
		 CALL_OK},
		{"another than it was",
		 "/home/work/x.ics",
		 "\"1\"",
		 {"DELETE ", NULL, "412 Precondition Failed", NULL, ""},
		 CALL_CHANGED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene s;
		const struct remote_copy copy = {
			.remote = text_from(rows[i].remote),
			.mark = TEXT("m/1"),
			.etag = text_from(rows[i].etag),
		};

		open_scene(&s, &rows[i].reply, 1);
		CHECK_INT(rows[i].name, provider_caldav.remove(&s.visit, &s.at, &copy),
			  rows[i].end);
		close_scene(&s);
	}
}

UNIT_SUITE("caldav", {"finding an account (RFC 6764 §6)", test_find},
	   {"calendars of an account", test_calendars}, {"what changed", test_changes},
	   {"pages", test_pages}, {"what an object says", test_event},
	   {"what is no object", test_no_event}, {"writing a booking", test_put},
	   {"taking it away", test_remove})

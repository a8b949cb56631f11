/* test_caldav_read - what changed in a calendar of a CalDAV server, and what its objects say */
#include "caldav_scene.h"
#include "federation/caldav.h"
#include "unit.h"

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
		struct caldav_reply replies[3];
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
		struct caldav_scene s;
		struct buf told;

		caldav_scene_open(&s, rows[i].replies, 0);
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
		caldav_scene_close(&s);
	}
}

/* A server that knows no limit tells of 1200 things at once: pages of 500, bodies of 50. */
static void test_pages(void)
{
	enum { THINGS = 1200 };
	struct caldav_reply replies[2] = {
		{SYNC, "sync-collection", NULL, NULL, NULL},
		{SYNC, "calendar-multiget", NULL, NULL, NULL},
	};
	struct buf list, bodies;
	struct text next = TEXT_NONE;
	struct caldav_scene s;
	size_t seen = 0, pages = 0;
	const char *open = MULTI("");

	caldav_scene_open(&s, replies, ARRAY_LEN(replies));
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
	caldav_scene_close(&s);
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
		const struct caldav_reply reply = {"GET /home/work/a.ics ", NULL, "200 OK",
						   "ETag: \"1\"\r\n", rows[i].body};
		struct remote_event e;
		struct caldav_scene s;

		caldav_scene_open(&s, &reply, 1);
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
		caldav_scene_close(&s);
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
		const struct caldav_reply reply = {"GET /home/work/a.ics ", NULL, "200 OK",
						   "ETag: \"1\"\r\n", rows[i].body};
		struct remote_event e;
		struct caldav_scene s;

		caldav_scene_open(&s, &reply, 1);
		CHECK_INT(rows[i].name,
			  provider_caldav.get(&s.visit, &s.at, TEXT("/home/work/a.ics"), &e),
			  CALL_BROKEN);
		CHECK_TRUE(rows[i].name, s.visit.why.len > 0);
		caldav_scene_close(&s);
	}
}

UNIT_SUITE("caldav_read", {"what changed", test_changes}, {"pages", test_pages},
	   {"what an object says", test_event}, {"what is no object", test_no_event})

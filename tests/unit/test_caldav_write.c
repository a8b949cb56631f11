/* test_caldav_write - bookings as objects of a CalDAV server */
#include "caldav_scene.h"
#include "federation/caldav.h"
#include "unit.h"

/* What ONE is known by where there is no ETag. */
#define TEXT_OF_ONE "text JPqUAhV3fg1AkdNk59VGbE3CbZF8uKJMeOrdDIw24NY"
#define COPY_AT	    "/home/work/fasti-m%2F1.ics"

static void test_put(void)
{
	static const struct {
		const char *name, *remote, *etag;
		struct caldav_reply replies[3];
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
		  {"GET " COPY_AT " ", NULL, "200 OK", "ETag: \"7\"\r\n", ONE}},
		 CALL_OK,
		 "GET ",
		 COPY_AT,
		 "\"7\""},
		{"somebody has moved it before its ETag was asked for",
		 "",
		 "",
		 {{"PUT ", NULL, "201 Created", NULL, ""},
		  {"GET " COPY_AT " ", NULL, "200 OK", "ETag: \"7\"\r\n",
		   EVENT("one", "20270118T100000Z", "20270118T110000Z", "")}},
		 CALL_CHANGED,
		 "GET ",
		 COPY_AT,
		 ""},
		{"it is not shown yet: that it was deleted is not believed at once",
		 "/home/work/x.ics",
		 "\"1\"",
		 {{"PUT ", NULL, "204 No Content", NULL, ""}},
		 CALL_LATER,
		 "GET ",
		 "/home/work/x.ics",
		 ""},
		{"a weak ETag is no condition (RFC 9110 §13.1.1)",
		 "/home/work/x.ics",
		 "W/\"1\"",
		 {{"GET /home/work/x.ics ", NULL, "200 OK", "ETag: W/\"1\"\r\n", ONE},
		  {"PUT ", "If-", "412 Precondition Failed", NULL, ""},
		  {"PUT ", NULL, "204 No Content", "ETag: W/\"2\"\r\n", ""}},
		 CALL_OK,
		 "PUT ",
		 "/home/work/x.ics",
		 "W/\"2\""},
		{"a weak ETag that is another one by now",
		 "/home/work/x.ics",
		 "W/\"1\"",
		 {{"GET /home/work/x.ics ", NULL, "200 OK", "ETag: W/\"2\"\r\n", ONE},
		  {"PUT ", NULL, "204 No Content", NULL, ""}},
		 CALL_CHANGED,
		 "GET ",
		 "/home/work/x.ics",
		 ""},
		{"it is gone, and has a weak ETag",
		 "/home/work/x.ics",
		 "W/\"1\"",
		 {{"PUT ", NULL, "201 Created", NULL, ""}},
		 CALL_CHANGED,
		 "GET ",
		 "/home/work/x.ics",
		 ""},
		{"of a server without ETags its text is what it is known by",
		 "",
		 "",
		 {{"PUT ", NULL, "201 Created", NULL, ""},
		  {"GET " COPY_AT " ", NULL, "200 OK", NULL, ONE}},
		 CALL_OK,
		 "GET ",
		 COPY_AT,
		 TEXT_OF_ONE},
		{"and it is looked at before it is written over",
		 "/home/work/x.ics",
		 TEXT_OF_ONE,
		 {{"GET /home/work/x.ics ", NULL, "200 OK", NULL, ONE},
		  {"PUT ", "If-", "412 Precondition Failed", NULL, ""},
		  {"PUT ", NULL, "204 No Content", "ETag: \"2\"\r\n", ""}},
		 CALL_OK,
		 "PUT ",
		 "/home/work/x.ics",
		 "\"2\""},
		{"where its text is another by now, it is not",
		 "/home/work/x.ics",
		 TEXT_OF_ONE,
		 {{"GET /home/work/x.ics ", NULL, "200 OK", NULL,
		   EVENT("one", "20270118T080000Z", "20270118T090000Z", "SUMMARY:x\r\n")},
		  {"PUT ", NULL, "204 No Content", NULL, ""}},
		 CALL_CHANGED,
		 "GET ",
		 "/home/work/x.ics",
		 ""},
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
		struct caldav_scene s;
		size_t reply_count;
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

		for (reply_count = 1; reply_count < 3 && rows[i].replies[reply_count].begins;)
			reply_count++;
		caldav_scene_open(&s, rows[i].replies, reply_count);
		CHECK_INT(rows[i].name, provider_caldav.put(&s.visit, &s.at, &copy), rows[i].end);
		CHECK_TRUE(rows[i].name, text_find(buf_text(&s.last), text_from(rows[i].has)) >= 0);
		CHECK_TRUE("nobody is invited",
			   text_find(buf_text(&s.last), TEXT("ORGANIZER")) < 0);
		CHECK_STR(rows[i].name, text_cstr(s.arena, copy.remote_out), rows[i].remote_out);
		CHECK_STR(rows[i].name, text_cstr(s.arena, copy.etag_out), rows[i].etag_out);
		caldav_scene_close(&s);
	}
}

static void test_remove(void)
{
	static const struct {
		const char *name, *remote, *etag;
		struct caldav_reply reply;
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
		struct caldav_scene s;
		const struct remote_copy copy = {
			.remote = text_from(rows[i].remote),
			.mark = TEXT("m/1"),
			.etag = text_from(rows[i].etag),
		};

		caldav_scene_open(&s, &rows[i].reply, 1);
		CHECK_INT(rows[i].name, provider_caldav.remove(&s.visit, &s.at, &copy),
			  rows[i].end);
		caldav_scene_close(&s);
	}
}

UNIT_SUITE("caldav_write", {"writing a booking", test_put}, {"taking it away", test_remove})

/* test_caldav - an account is found, and its calendars */
#include "caldav_scene.h"
#include "federation/caldav.h"
#include "unit.h"

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
		struct caldav_reply replies[3];
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
		struct caldav_scene s;
		struct caldav_place place;

		caldav_scene_open(&s, rows[i].replies, 0);
		while (s.reply_count < 3 && rows[i].replies[s.reply_count].begins)
			s.reply_count++;
		CHECK_INT(rows[i].name,
			  caldav_discover(&s.visit, caldav_scene_url(&s, rows[i].start), &place),
			  rows[i].end);
		if (rows[i].end == CALL_OK) {
			CHECK_TEXT(rows[i].name, place.principal, caldav_scene_url(&s, "/p/bob/"));
			CHECK_TEXT(rows[i].name, place.home, caldav_scene_url(&s, "/cal/bob/"));
			CHECK_TEXT(rows[i].name, s.connection.url,
				   caldav_scene_url(&s, "/cal/bob/"));
			CHECK_STR(rows[i].name, text_cstr(s.arena, place.address),
				  "bob@example.org");
		} else {
			CHECK_TRUE(rows[i].name, s.visit.why.len > 0);
		}
		caldav_scene_close(&s);
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
	static const struct caldav_reply replies[] = {
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
	struct caldav_scene s;
	size_t count;

	caldav_scene_open(&s, replies, ARRAY_LEN(replies));
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
	caldav_scene_close(&s);
}

UNIT_SUITE("caldav", {"finding an account (RFC 6764 §6)", test_find},
	   {"calendars of an account", test_calendars})

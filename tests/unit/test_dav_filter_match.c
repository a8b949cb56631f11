/*
 * test_dav_filter_match - RFC 4791 §9.7: what matches a filter, by components, properties and texts
 */
#include "base/buf.h"
#include "filter_fixture.h"
#include "ical/zone.h"

/* ---- the examples of RFC 4791 -------------------------------------------------------------- */

#define EASTERN                                                                                    \
	"BEGIN:VTIMEZONE\r\nTZID:US/Eastern\r\n"                                                   \
	"BEGIN:DAYLIGHT\r\nDTSTART:20000404T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4\r\n"   \
	"TZNAME:EDT\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\n"                 \
	"BEGIN:STANDARD\r\nDTSTART:20001026T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n" \
	"TZNAME:EST\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:"             \
	"VTIMEZONE\r\n"

/* Appendix B, abcd1.ics to abcd8.ics; their alarms go off at DUE where they have no DTSTART. */
static const char *const appendix_b[] = {
	HEAD EASTERN
	"BEGIN:VEVENT\r\nDTSTAMP:20060206T001102Z\r\nDTSTART;TZID=US/Eastern:20060102T100000\r\n"
	"DURATION:PT1H\r\nSUMMARY:Event #1\r\nDescription:Go Steelers!\r\n"
	"UID:74855313FA803DA593CD579A@example.com\r\nEND:VEVENT\r\n" TAIL,
	HEAD EASTERN
	"BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART;TZID=US/Eastern:20060102T120000\r\n"
	"DURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Event #2\r\n"
	"UID:00959BC664CA650E933C892C@example.com\r\nEND:VEVENT\r\n"
	"BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART;TZID=US/Eastern:20060104T140000\r\n"
	"DURATION:PT1H\r\nRECURRENCE-ID;TZID=US/Eastern:20060104T120000\r\nSUMMARY:Event #2 bis\r\n"
	"UID:00959BC664CA650E933C892C@example.com\r\nEND:VEVENT\r\n" TAIL,
	HEAD EASTERN
	"BEGIN:VEVENT\r\nATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:cyrus@example.com\r\n"
	"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:lisa@example.com\r\nDTSTAMP:20060206T001220Z\r\n"
	"DTSTART;TZID=US/Eastern:20060104T100000\r\nDURATION:PT1H\r\n"
	"LAST-MODIFIED:20060206T001330Z\r\nORGANIZER:mailto:cyrus@example.com\r\nSEQUENCE:1\r\n"
	"STATUS:TENTATIVE\r\nSUMMARY:Event #3\r\nUID:DC6C50A017428C5216A2F1CD@example.com\r\n"
	"END:VEVENT\r\n" TAIL,
	HEAD
	"BEGIN:VTODO\r\nDTSTAMP:20060205T235335Z\r\nDUE;VALUE=DATE:20060104\r\n"
	"STATUS:NEEDS-ACTION\r\nSUMMARY:Task #1\r\nUID:DDDEEB7915FA61233B861457@example.com\r\n"
	"BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER;RELATED=START:-PT10M\r\nEND:VALARM\r\n"
	"END:VTODO\r\n" TAIL,
	HEAD
	"BEGIN:VTODO\r\nDTSTAMP:20060205T235300Z\r\nDUE;VALUE=DATE:20060106\r\n"
	"LAST-MODIFIED:20060205T235308Z\r\nSEQUENCE:1\r\nSTATUS:NEEDS-ACTION\r\nSUMMARY:Task #2\r\n"
	"UID:E10BA47467C5C69BB74E8720@example.com\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\n"
	"TRIGGER;RELATED=START:-PT10M\r\nEND:VALARM\r\nEND:VTODO\r\n" TAIL,
	HEAD "BEGIN:VTODO\r\nCOMPLETED:20051223T122322Z\r\nDTSTAMP:20060205T235400Z\r\n"
	     "DUE;VALUE=DATE:20051225\r\nLAST-MODIFIED:20060205T235308Z\r\nSEQUENCE:1\r\n"
	     "STATUS:COMPLETED\r\nSUMMARY:Task #3\r\nUID:E10BA47467C5C69BB74E8722@example.com\r\n"
	     "END:VTODO\r\n" TAIL,
	HEAD
	"BEGIN:VTODO\r\nDTSTAMP:20060205T235600Z\r\nDUE;VALUE=DATE:20060101\r\n"
	"LAST-MODIFIED:20060205T235308Z\r\nSEQUENCE:1\r\nSTATUS:CANCELLED\r\nSUMMARY:Task #4\r\n"
	"UID:E10BA47467C5C69BB74E8725@example.com\r\nEND:VTODO\r\n" TAIL,
	HEAD
	"BEGIN:VFREEBUSY\r\nORGANIZER;CN=\"Bernard Desruisseaux\":mailto:bernard@example.com\r\n"
	"UID:76ef34-54a3d2@example.com\r\nDTSTAMP:20050530T123421Z\r\nDTSTART:20060101T000000Z\r\n"
	"DTEND:20060108T000000Z\r\nFREEBUSY:20050531T230000Z/20050601T010000Z\r\n"
	"FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z\r\n"
	"FREEBUSY:20060103T100000Z/20060103T120000Z\r\nEND:VFREEBUSY\r\n" TAIL,
};

static const struct {
	const char *name, *filter, *found; /* numbers of the resources */
} example_rows[] = {
	{"§7.8 all components", "<C:comp-filter name=\"VCALENDAR\"/>", "12345678"},
	{"§7.8.1 a day", EVENT(RANGE("20060104T000000Z", "20060105T000000Z")), "23"},
	{"§7.8.2 two days", EVENT(RANGE("20060103T000000Z", "20060105T000000Z")), "23"},
	{"§7.8.4 free-busy",
	 CAL("<C:comp-filter name=\"VFREEBUSY\">" RANGE("20060102T000000Z",
							"20060103T000000Z") "</C:comp-filter>"),
	 "8"},
	{"§7.8.5 alarms, on the day before DUE",
	 TODO("<C:comp-filter name=\"VALARM\">" RANGE("20060105T100000Z",
						      "20060106T100000Z") "</C:comp-filter>"),
	 "5"},
	{"§7.8.6 UID", EVENT(PROP("UID", OCTET("DC6C50A017428C5216A2F1CD@example.com"))), "3"},
	{"§7.8.7 PARTSTAT",
	 EVENT(PROP("ATTENDEE",
		    MATCH("mailto:lisa@example.com") PARAM("PARTSTAT", MATCH("NEEDS-ACTION")))),
	 "3"},
	{"§7.8.7 another one's PARTSTAT",
	 EVENT(PROP("ATTENDEE",
		    MATCH("mailto:lisa@example.com") PARAM("PARTSTAT", MATCH("ACCEPTED")))),
	 ""},
	{"§7.8.8 events only", EVENT(""), "123"},
	{"§7.8.9 pending to-dos", TODO(PROP("COMPLETED", NONE) PROP("STATUS", NOT("CANCELLED"))),
	 "45"},
	{"§7.8.10 a private property", EVENT(PROP("X-ABC-GUID", MATCH("ABC"))), ""},
	{"§9.7.4 no events", CAL("<C:comp-filter name=\"VEVENT\">" NONE "</C:comp-filter>"),
	 "45678"},
	{"§9.7.4 no alarm", TODO("<C:comp-filter name=\"VALARM\">" NONE "</C:comp-filter>"), "67"},
	{"§9.7.1 a zone of their own", CAL("<C:comp-filter name=\"VTIMEZONE\"/>"), "123"},
	{"§9.7.1 what stands in a VCALENDAR", CAL(PROP("PRODID", MATCH("example corp"))),
	 "12345678"},
	{"§9.7.1 a zone's name",
	 CAL("<C:comp-filter name=\"VTIMEZONE\">" PROP("TZID", OCTET("US/")) "</C:comp-filter>"),
	 "123"},
};

static void test_examples(void)
{
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(example_rows); i++) {
		struct buf found;

		buf_init(&found, filter_arena, 16, 16);
		for (size_t n = 0; n < ARRAY_LEN(appendix_b); n++)
			if (filter_matches(example_rows[i].name, example_rows[i].filter,
					   appendix_b[n], NULL))
				buf_put_int(&found, (int64_t)n + 1);
		CHECK_TEXT(example_rows[i].name, buf_text(&found),
			   text_from(example_rows[i].found));
	}
	filter_end();
}

/* ---- texts ------------------------------------------------------------------------------------
 */

#define TEXTS                                                                                      \
	HEAD "BEGIN:VEVENT\r\nUID:u1@example.com\r\nDTSTAMP:20270101T000000Z\r\n"                  \
	     "DTSTART:20270104T090000Z\r\nSUMMARY:Caf\xc3\xa9\\, then\r\n  Work\r\n"               \
	     "CATEGORIES:HOME,Work\r\nCATEGORIES:Travel\r\nX-PLACE;X-P=\"a,b\",c:here\r\n"         \
	     "ATTENDEE;CN=\"O^'Hara, Jr.\";MEMBER=\"mailto:a@x\",\"mailto:b@x\":mailto:O@x\r\n"    \
	     "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:ring\r\nTRIGGER:-PT5M\r\n"             \
	     "END:VALARM\r\nEND:VEVENT\r\n" TAIL

static const struct {
	const char *name, *filter;
	bool match;
} text_rows[] = {
	{"§9.7.5 casemap", EVENT(PROP("CATEGORIES", MATCH("work"))), true},
	{"§7.5 octet", EVENT(PROP("CATEGORIES", OCTET("work"))), false},
	{"§7.5 octet, as written", EVENT(PROP("CATEGORIES", OCTET("Work"))), true},
	{"§7.5 casemap is of ASCII only", EVENT(PROP("SUMMARY", MATCH("CAF\xc3\x89"))), false},
	{"§7.5 beyond ASCII as it is", EVENT(PROP("SUMMARY", MATCH("CAF\xc3\xa9"))), true},
	{"§7.5 escapes resolved, folds gone", EVENT(PROP("SUMMARY", MATCH(", then work"))), true},
	{"§7.5 substrings", EVENT(PROP("UID", OCTET("1@ex"))), true},
	{"§9.7.5 the empty text", EVENT(PROP("UID", MATCH(""))), true},
	{"§9.7.5 negated, all have it", EVENT(PROP("UID", NOT("u1"))), false},
	{"§9.7.5 negated, one has it", EVENT(PROP("CATEGORIES", NOT("work"))), true},
	{"§9.7.5 negated, none has it", EVENT(PROP("CATEGORIES", NOT("none"))), true},
	{"§9.7.5 negated, not there", EVENT(PROP("STATUS", NOT("CANCELLED"))), false},
	{"§9.7.2 there", EVENT(PROP("categories", "")), true},
	{"§9.7.2 not there", EVENT(PROP("STATUS", "")), false},
	{"§9.7.4 not there", EVENT(PROP("STATUS", NONE)), true},
	{"§9.7.4 there", EVENT(PROP("UID", NONE)), false},
	{"§9.7.2 an alarm's is not the event's", EVENT(PROP("DESCRIPTION", "")), false},
	{"§9.7.2 an alarm's",
	 EVENT("<C:comp-filter name=\"VALARM\">" PROP("DESCRIPTION",
						      MATCH("RING")) "</C:comp-filter>"),
	 true},
	{"§9.7.1 all must match", EVENT(PROP("UID", MATCH("u1")) PROP("STATUS", "")), false},
	{"§9.7.3 there", EVENT(PROP("ATTENDEE", PARAM("cn", ""))), true},
	{"§9.7.3 not there", EVENT(PROP("ATTENDEE", PARAM("ROLE", ""))), false},
	{"§9.7.4 parameter not there", EVENT(PROP("ATTENDEE", PARAM("ROLE", NONE))), true},
	{"§9.7.4 parameter there", EVENT(PROP("ATTENDEE", PARAM("CN", NONE))), false},
	{"RFC 6868 carets", EVENT(PROP("ATTENDEE", PARAM("CN", MATCH("o\"hara, jr")))), true},
	{"§9.7.3 the second value", EVENT(PROP("ATTENDEE", PARAM("MEMBER", MATCH("b@x")))), true},
	{"§9.7.3 negated, one value has it", EVENT(PROP("ATTENDEE", PARAM("MEMBER", NOT("b@x")))),
	 false},
	{"§9.7.3 negated, none has it", EVENT(PROP("ATTENDEE", PARAM("MEMBER", NOT("c@x")))), true},
	{"§7.7 private names", EVENT(PROP("X-PLACE", MATCH("HERE") PARAM("X-P", OCTET("a,b")))),
	 true},
};

static void test_texts(void)
{
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(text_rows); i++)
		CHECK_INT(text_rows[i].name,
			  filter_matches(text_rows[i].name, text_rows[i].filter, TEXTS, NULL),
			  text_rows[i].match);
	filter_end();
}

/* ---- overrides, broken objects ---- */

/* §9.7.1: the range and the properties must be those of one and the same component. */
static void test_overrides(void)
{
	static const char wanted_day[] = RANGE("20060104T000000Z", "20060105T000000Z");
	char filter[1024];

	filter_begin();
	snprintf(filter, sizeof(filter), "%s%s%s",
		 "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">", wanted_day,
		 PROP("SUMMARY", MATCH("bis")) "</C:comp-filter></C:comp-filter>");
	CHECK_TRUE("the override of that day",
		   filter_matches("override", filter, appendix_b[1], NULL));
	snprintf(filter, sizeof(filter), "%s%s%s",
		 "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">", wanted_day,
		 PROP("RRULE", "") "</C:comp-filter></C:comp-filter>");
	CHECK_TRUE("the master has no instance that day",
		   !filter_matches("master", filter, appendix_b[1], NULL));
	CHECK_TRUE("an override without its master",
		   filter_matches("lone", filter_of_range("VEVENT", NULL, "#0900/#0901"),
				  filter_object("VEVENT",
						"RECURRENCE-ID:20270101T090000Z\nDTSTART:#0900"),
				  NULL));
	filter_end();
}

static void test_broken(void)
{
	static const char *const objects[] = {
		"", "BEGIN:VCALENDAR", "hello", "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
		HEAD "BEGIN:VEVENT\r\nDTSTART:never\r\nEND:VEVENT\r\n" TAIL};

	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(objects); i++)
		CHECK_TRUE(objects[i], !filter_matches("broken", EVENT(WEEK), objects[i], NULL));
	filter_end();
}

/* ---- the budget of a question ------------------------------------------------------------ */

#define RULE(summary, start, rule)                                                                 \
	HEAD "BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20270101T000000Z\r\nSUMMARY:" summary               \
	     "\r\nDTSTART:" start "\r\nDURATION:PT1H\r\nRRULE:" rule "\r\nEND:VEVENT\r\n" TAIL
#define WALKED                                                                                     \
	RULE("Walk", "00010101T000000Z", "FREQ=MINUTELY;INTERVAL=7;BYMONTHDAY=3;COUNT=99999999")
#define IN_2095 "<C:time-range start=\"20950104T100000Z\" end=\"20950104T110000Z\"/>"
#define EVENTS(inside)                                                                             \
	"<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">" inside                 \
	"</C:comp-filter></C:comp-filter>"
#define SUMMARY_IS(text)                                                                           \
	"<C:prop-filter name=\"SUMMARY\"><C:text-match>" text "</C:text-match></C:prop-filter>"

/* What hostile rules take is taken from all: each costs its walk, and all together no more. */
static void test_budget(void)
{
	const char *weekly = RULE("Week", "20270104T120000Z", "FREQ=WEEKLY");
	static const struct {
		const char *name, *filter;
		bool before, after;
	} rows[] = {
		{"a time-range", EVENTS(IN_2095), false, true},
		{"and a text that fits", EVENTS(IN_2095 SUMMARY_IS("week")), false, true},
		{"and one that does not", EVENTS(IN_2095 SUMMARY_IS("day")), false, false},
		{"no time-range", EVENTS(SUMMARY_IS("day")), false, false},
	};
	int64_t steps = DAV_FILTER_STEPS;
	const struct dav_comp_filter *f;
	int walked = 0;
	bool match;

	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name, filter_matches(rows[i].name, rows[i].filter, weekly, NULL),
			  rows[i].before);
	f = filter_read("walk", EVENTS(IN_2095));
	while (steps > 0 && walked < 100) {
		CHECK_WELL("walk", dav_filter_match(filter_arena, f, TEXT(WALKED), zone_utc(),
						    &steps, &match));
		CHECK_TRUE("C12: what is not known is taken to match", match);
		walked++;
	}
	CHECK_TRUE("an object does not take all", walked > 1);
	CHECK_TRUE("all take no more than there is", walked <= 11);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		f = filter_read(rows[i].name, rows[i].filter);
		CHECK_WELL(rows[i].name, dav_filter_match(filter_arena, f, text_from(weekly),
							  zone_utc(), &steps, &match));
		CHECK_INT(rows[i].name, match, rows[i].after);
	}
	filter_end();
}

UNIT_SUITE("dav_filter_match", {"examples of RFC 4791", test_examples}, {"texts", test_texts},
	   {"overrides", test_overrides}, {"broken objects", test_broken},
	   {"a budget for all objects (C12)", test_budget})

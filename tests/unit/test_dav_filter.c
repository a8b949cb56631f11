/*
 * test_dav_filter - RFC 4791 §9.7 and §9.9: which filters are read, and what matches them
 */
#include "base/buf.h"
#include "dav/filter.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "unit.h"
#include "xml/read.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example Corp.//CalDAV Client//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"

static struct arena *arena;

static struct xml_node *parse_filter(const char *inside)
{
	struct xml_node *root = NULL;
	struct buf b;

	buf_init(&b, arena, 1024, 65536);
	buf_put_lit(&b, "<C:filter xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\">");
	buf_put_str(&b, inside);
	buf_put_lit(&b, "</C:filter>");
	if (!CHECK_WELL(inside, xml_parse(arena, buf_text(&b), &root)))
		return NULL;
	return root;
}

static const struct dav_comp_filter *read_filter(const char *row, const char *inside)
{
	const struct dav_comp_filter *f = NULL;

	CHECK_WELL(row, dav_filter_read(arena, parse_filter(inside), &f));
	return f;
}

static bool matches(const char *row, const char *filter, const char *object, const char *zone)
{
	const struct dav_comp_filter *f = read_filter(row, filter);
	int64_t steps = DAV_FILTER_STEPS;
	bool match = false;

	if (f)
		CHECK_WELL(row, dav_filter_match(arena, f, text_from(object),
						 zone ? zone_find(text_from(zone)) : zone_utc(),
						 &steps, &match));
	return match;
}

static void begin(void)
{
	ical_init();
	arena = arena_create((size_t)1 << 26);
}

static void end(void)
{
	arena_destroy(arena);
}

/* ---- what is read ---------------------------------------------------------------------- */

#define CAL(x)	    "<C:comp-filter name=\"VCALENDAR\">" x "</C:comp-filter>"
#define EVENT(x)    CAL("<C:comp-filter name=\"VEVENT\">" x "</C:comp-filter>")
#define TODO(x)	    CAL("<C:comp-filter name=\"VTODO\">" x "</C:comp-filter>")
#define PROP(n, x)  "<C:prop-filter name=\"" n "\">" x "</C:prop-filter>"
#define PARAM(n, x) "<C:param-filter name=\"" n "\">" x "</C:param-filter>"
#define MATCH(x)    "<C:text-match>" x "</C:text-match>"
#define NOT(x)	    "<C:text-match negate-condition=\"yes\">" x "</C:text-match>"
#define OCTET(x)    "<C:text-match collation=\"i;octet\">" x "</C:text-match>"
#define NONE	    "<C:is-not-defined/>"
#define RANGE(s, e) "<C:time-range start=\"" s "\" end=\"" e "\"/>"
#define WEEK	    RANGE("20270104T000000Z", "20270111T000000Z")

static const struct {
	const char *name, *filter;
	int code; /* -1: well */
} read_rows[] = {
	{"§9.7.1 all components", "<C:comp-filter name=\"VCALENDAR\"/>", -1},
	{"§9.7.1 names have no case", "<C:comp-filter name=\"vcalendar\"/>", -1},
	{"§9.7 empty", "", FAULT_BAD_FILTER},
	{"§9.7 two comp-filters",
	 "<C:comp-filter name=\"VCALENDAR\"/><C:comp-filter name=\"VCALENDAR\"/>",
	 FAULT_BAD_FILTER},
	{"§9.7 no VCALENDAR", "<C:comp-filter name=\"VEVENT\"/>", FAULT_BAD_FILTER},
	{"§9.7 a prop-filter", PROP("UID", ""), FAULT_BAD_FILTER},
	{"§9.7 another namespace", "<D:comp-filter name=\"VCALENDAR\"/>", FAULT_BAD_FILTER},
	{"§9.7.1 no name", "<C:comp-filter/>", FAULT_BAD_FILTER},
	{"§9.7.1 VEVENT in VTODO", TODO("<C:comp-filter name=\"VEVENT\"/>"), FAULT_BAD_FILTER},
	{"§9.7.1 VCALENDAR in VCALENDAR", CAL(CAL("")), FAULT_BAD_FILTER},
	{"§9.7.1 VALARM in VCALENDAR", CAL("<C:comp-filter name=\"VALARM\"/>"), FAULT_BAD_FILTER},
	{"§9.7.1 VALARM in VEVENT", EVENT("<C:comp-filter name=\"VALARM\"/>"), -1},
	{"§9.7.1 STANDARD in VTIMEZONE",
	 CAL("<C:comp-filter name=\"VTIMEZONE\"><C:comp-filter "
	     "name=\"STANDARD\"/></C:comp-filter>"),
	 -1},
	{"§7.7 unknown component", CAL("<C:comp-filter name=\"VWISH\"/>"), FAULT_UNKNOWN_FILTER},
	{"§7.7 private component", CAL("<C:comp-filter name=\"X-WISH\"/>"), -1},
	{"§7.7 private property", EVENT(PROP("X-ABC-GUID", MATCH("a"))), -1},
	{"§9.7.1 is-not-defined and more", EVENT(NONE PROP("UID", "")), FAULT_BAD_FILTER},
	{"§9.7.1 no VCALENDAR at all", CAL(NONE), FAULT_BAD_FILTER},
	{"§9.7.1 time-range on VCALENDAR", CAL(WEEK), FAULT_BAD_FILTER},
	{"§9.9 time-range on VTIMEZONE",
	 CAL("<C:comp-filter name=\"VTIMEZONE\">" WEEK "</C:comp-filter>"), FAULT_BAD_FILTER},
	{"§9.7.1 text-match on a component", EVENT(MATCH("a")), FAULT_BAD_FILTER},
	{"§9.7.2 no name", EVENT("<C:prop-filter/>"), FAULT_BAD_FILTER},
	{"§9.7.2 no proper name", EVENT(PROP("a b", "")), FAULT_BAD_FILTER},
	{"§7.8 time-range on SUMMARY", EVENT(PROP("SUMMARY", WEEK)), FAULT_BAD_FILTER},
	{"§9.9 time-range on DTSTAMP", EVENT(PROP("DTSTAMP", WEEK)), -1},
	{"§9.7.2 time-range and text-match", EVENT(PROP("DTSTART", WEEK MATCH("a"))),
	 FAULT_BAD_FILTER},
	{"§9.7.2 two text-matches", EVENT(PROP("UID", MATCH("a") MATCH("b"))), FAULT_BAD_FILTER},
	{"§9.7.2 is-not-defined and more", EVENT(PROP("UID", NONE MATCH("a"))), FAULT_BAD_FILTER},
	{"§9.7.2 comp-filter inside", EVENT(PROP("UID", CAL(""))), FAULT_BAD_FILTER},
	{"§9.7.3 no name", EVENT(PROP("UID", "<C:param-filter/>")), FAULT_BAD_FILTER},
	{"§9.7.3 time-range", EVENT(PROP("UID", PARAM("X", WEEK))), FAULT_BAD_FILTER},
	{"§9.7.3 is-not-defined and more", EVENT(PROP("UID", PARAM("X", NONE MATCH("a")))),
	 FAULT_BAD_FILTER},
	{"§9.7.5 negate-condition",
	 EVENT(PROP("UID", "<C:text-match negate-condition=\"true\">a</C:text-match>")),
	 FAULT_BAD_FILTER},
	{"§9.7.5 elements inside", EVENT(PROP("UID", "<C:text-match>a<D:b/></C:text-match>")),
	 FAULT_BAD_FILTER},
	{"§7.5 collation unknown",
	 EVENT(PROP("UID", "<C:text-match collation=\"i;unicode-casemap\">a</C:text-match>")),
	 FAULT_UNKNOWN_COLLATION},
	{"§7.5 wildcard", EVENT(PROP("UID", "<C:text-match collation=\"i;*\">a</C:text-match>")),
	 FAULT_UNKNOWN_COLLATION},
	{"§7.5 default", EVENT(PROP("UID", "<C:text-match collation=\"default\">a</C:text-match>")),
	 -1},
	{"§9.9 neither start nor end", EVENT("<C:time-range/>"), FAULT_BAD_FILTER},
	{"§9.9 start only", EVENT("<C:time-range start=\"20270104T000000Z\"/>"), -1},
	{"§9.9 end only", EVENT("<C:time-range end=\"20270104T000000Z\"/>"), -1},
	{"§9.9 local time", EVENT("<C:time-range start=\"20270104T000000\"/>"), FAULT_BAD_FILTER},
	{"§9.9 a date", EVENT("<C:time-range start=\"20270104\"/>"), FAULT_BAD_FILTER},
	{"§9.9 no time", EVENT("<C:time-range start=\"monday\"/>"), FAULT_BAD_FILTER},
	{"§9.9 month 13", EVENT("<C:time-range start=\"20271304T000000Z\"/>"), FAULT_BAD_FILTER},
	{"§9.9 end at start", EVENT(RANGE("20270104T000000Z", "20270104T000000Z")),
	 FAULT_BAD_FILTER},
	{"§9.9 end before start", EVENT(RANGE("20270105T000000Z", "20270104T000000Z")),
	 FAULT_BAD_FILTER},
	{"§9.9 two ranges", EVENT(WEEK WEEK), FAULT_BAD_FILTER},
};

static void test_read(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(read_rows); i++) {
		const struct dav_comp_filter *f;
		const struct fault *fault =
			dav_filter_read(arena, parse_filter(read_rows[i].filter), &f);

		if (read_rows[i].code < 0)
			CHECK_WELL(read_rows[i].name, fault);
		else
			CHECK_FAULT(read_rows[i].name, fault, (enum fault_code)read_rows[i].code);
	}
	CHECK_FAULT("§9.5 no filter",
		    dav_filter_read(arena, NULL, &(const struct dav_comp_filter *){0}),
		    FAULT_BAD_FILTER);
	end();
}

/* As many parts as a filter may have, and one more. */
static void test_read_too_many(void)
{
	struct buf b;

	begin();
	for (int extra = 0; extra < 2; extra++) {
		const struct dav_comp_filter *f;
		const struct fault *fault;

		buf_init(&b, arena, 8192, 65536);
		buf_put_lit(&b, "<C:comp-filter name=\"VCALENDAR\">");
		for (int i = 0; i < DAV_FILTER_PROPS + extra; i++)
			buf_put_lit(&b, PROP("UID", ""));
		buf_put_lit(&b, "</C:comp-filter>");
		fault = dav_filter_read(arena, parse_filter(b.at), &f);
		if (extra)
			CHECK_FAULT("one prop-filter too many", fault, FAULT_BAD_FILTER);
		else
			CHECK_WELL("as many prop-filters as fit", fault);
	}
	end();
}

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
	begin();
	for (size_t i = 0; i < ARRAY_LEN(example_rows); i++) {
		struct buf found;

		buf_init(&found, arena, 16, 16);
		for (size_t n = 0; n < ARRAY_LEN(appendix_b); n++)
			if (matches(example_rows[i].name, example_rows[i].filter, appendix_b[n],
				    NULL))
				buf_put_int(&found, (int64_t)n + 1);
		CHECK_TEXT(example_rows[i].name, buf_text(&found),
			   text_from(example_rows[i].found));
	}
	end();
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
	begin();
	for (size_t i = 0; i < ARRAY_LEN(text_rows); i++)
		CHECK_INT(text_rows[i].name,
			  matches(text_rows[i].name, text_rows[i].filter, TEXTS, NULL),
			  text_rows[i].match);
	end();
}

/* ---- §9.9, row by row ---- */

/* The range is written "start/end"; either may be missing. All on 2027-01-04, in UTC. */
static const struct {
	const char *name, *comp, *lines, *range;
	bool match;
} time_rows[] = {
	/* VEVENT: start < DTEND and end > DTSTART */
	{"VEVENT DTEND, before", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "#0800/#0900", false},
	{"VEVENT DTEND, over its start", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "#0800/#0901",
	 true},
	{"VEVENT DTEND, over its end", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "#0959/#1100", true},
	{"VEVENT DTEND, after", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "#1000/#1100", false},
	{"VEVENT DTEND, start only", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "#0930/", true},
	{"VEVENT DTEND, start only, after", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "#1000/",
	 false},
	{"VEVENT DTEND, end only", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "/#0901", true},
	{"VEVENT DTEND, end only, before", "VEVENT", "DTSTART:#0900\nDTEND:#1000", "/#0900", false},
	{"VEVENT DURATION, over its end", "VEVENT", "DTSTART:#0900\nDURATION:PT1H", "#0959/#1100",
	 true},
	{"VEVENT DURATION, after", "VEVENT", "DTSTART:#0900\nDURATION:PT1H", "#1000/#1100", false},
	{"VEVENT DURATION 0, at its start", "VEVENT", "DTSTART:#0900\nDURATION:PT0S", "#0900/#1000",
	 true},
	{"VEVENT DURATION 0, before", "VEVENT", "DTSTART:#0900\nDURATION:PT0S", "#0800/#0900",
	 false},
	{"VEVENT no end, at its start", "VEVENT", "DTSTART:#0900", "#0900/#1000", true},
	{"VEVENT no end, a moment later", "VEVENT", "DTSTART:#0900", "#0901/#1000", false},
	{"VEVENT DATE, its last minute", "VEVENT", "DTSTART;VALUE=DATE:20270104", "#2359/+0100",
	 true},
	{"VEVENT DATE, the next day", "VEVENT", "DTSTART;VALUE=DATE:20270104", "+0000/+0100",
	 false},
	/* VTODO */
	{"VTODO DTSTART DURATION, at its end", "VTODO", "DTSTART:#0900\nDURATION:PT1H",
	 "#1000/#1100", true},
	{"VTODO DTSTART DURATION, after", "VTODO", "DTSTART:#0900\nDURATION:PT1H", "#1001/#1100",
	 false},
	{"VTODO DTSTART DURATION, before", "VTODO", "DTSTART:#0900\nDURATION:PT1H", "#0800/#0900",
	 false},
	{"VTODO DTSTART DUE, inside", "VTODO", "DTSTART:#0900\nDUE:#1000", "#0930/#0940", true},
	{"VTODO DTSTART DUE, at DUE", "VTODO", "DTSTART:#0900\nDUE:#1000", "#1000/#1100", false},
	{"VTODO DTSTART DUE, before", "VTODO", "DTSTART:#0900\nDUE:#1000", "#0800/#0900", false},
	{"VTODO DTSTART is DUE, from it", "VTODO", "DTSTART:#0900\nDUE:#0900", "#0900/#1000", true},
	{"VTODO DTSTART is DUE, until it", "VTODO", "DTSTART:#0900\nDUE:#0900", "#0800/#0900",
	 true},
	{"VTODO DTSTART, from it", "VTODO", "DTSTART:#0900", "#0900/#1000", true},
	{"VTODO DTSTART, until it", "VTODO", "DTSTART:#0900", "#0800/#0900", false},
	{"VTODO DTSTART, later", "VTODO", "DTSTART:#0900", "#0901/#1000", false},
	{"VTODO DUE, until it", "VTODO", "DUE:#0900", "#0800/#0900", true},
	{"VTODO DUE, from it", "VTODO", "DUE:#0900", "#0900/#1000", false},
	{"VTODO DUE, before", "VTODO", "DUE:#0900", "#0700/#0800", false},
	{"VTODO COMPLETED CREATED, between", "VTODO", "CREATED:#0900\nCOMPLETED:#1100",
	 "#0930/#1000", true},
	{"VTODO COMPLETED CREATED, until CREATED", "VTODO", "CREATED:#0900\nCOMPLETED:#1100",
	 "#0800/#0900", true},
	{"VTODO COMPLETED CREATED, from COMPLETED", "VTODO", "CREATED:#0900\nCOMPLETED:#1100",
	 "#1100/#1200", true},
	{"VTODO COMPLETED CREATED, after", "VTODO", "CREATED:#0900\nCOMPLETED:#1100", "#1101/#1200",
	 false},
	{"VTODO COMPLETED, until it", "VTODO", "COMPLETED:#0900", "#0800/#0900", true},
	{"VTODO COMPLETED, from it", "VTODO", "COMPLETED:#0900", "#0900/#1000", true},
	{"VTODO COMPLETED, after", "VTODO", "COMPLETED:#0900", "#0901/#1000", false},
	{"VTODO CREATED, after", "VTODO", "CREATED:#0900", "+0000/+0100", true},
	{"VTODO CREATED, until it", "VTODO", "CREATED:#0900", "#0800/#0900", false},
	{"VTODO nothing", "VTODO", "SUMMARY:some day", "#0800/#0900", true},
	/* VJOURNAL */
	{"VJOURNAL at its start", "VJOURNAL", "DTSTART:#0900", "#0900/#1000", true},
	{"VJOURNAL before", "VJOURNAL", "DTSTART:#0900", "#0800/#0900", false},
	{"VJOURNAL DATE, its last minute", "VJOURNAL", "DTSTART;VALUE=DATE:20270104", "#2359/+0100",
	 true},
	{"VJOURNAL DATE, the next day", "VJOURNAL", "DTSTART;VALUE=DATE:20270104", "+0000/+0100",
	 false},
	{"VJOURNAL no DTSTART", "VJOURNAL", "SUMMARY:thoughts", "#0000/+0000", false},
	/* VFREEBUSY */
	{"VFREEBUSY DTSTART DTEND, at its end", "VFREEBUSY", "DTSTART:#0900\nDTEND:#1000",
	 "#1000/#1100", true},
	{"VFREEBUSY DTSTART DTEND, after", "VFREEBUSY", "DTSTART:#0900\nDTEND:#1000", "#1001/#1100",
	 false},
	{"VFREEBUSY DTSTART DTEND, before", "VFREEBUSY", "DTSTART:#0900\nDTEND:#1000",
	 "#0800/#0900", false},
	{"VFREEBUSY FREEBUSY, over it", "VFREEBUSY", "FREEBUSY;FBTYPE=FREE:#0900/PT1H",
	 "#0930/#1100", true},
	{"VFREEBUSY FREEBUSY, after", "VFREEBUSY", "FREEBUSY:#0900/PT1H", "#1000/#1100", false},
	{"VFREEBUSY nothing", "VFREEBUSY", "COMMENT:none", "#0000/+0000", false},
	/* Recurrence */
	{"RRULE, a later instance", "VEVENT",
	 "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY", "#0930/#0940", true},
	{"RRULE, between instances", "VEVENT",
	 "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY", "#1030/#1040", false},
	{"RRULE endless, start only", "VEVENT", "DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY",
	 "#1030/", true},
	{"RRULE ended, start only", "VEVENT", "DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
	 "#1030/", false},
	{"EXDATE", "VEVENT",
	 "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nEXDATE:#0900", "#0800/#1100",
	 false},
};

/* "#0900" is 9:00 on the day, "+0100" 1:00 on the next one. */
static void put_day(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text != '#' && *text != '+') {
			if (*text == '\n')
				buf_put_char(b, '\r');
			buf_put_char(b, *text);
			continue;
		}
		buf_put_str(b, *text == '#' ? "20270104T" : "20270105T");
		buf_put(b, text + 1, 4);
		buf_put_lit(b, "00Z");
		text += 4;
	}
}

static const char *object_of(const char *comp, const char *lines)
{
	struct buf b;

	buf_init(&b, arena, 512, 65536);
	buf_printf(&b, HEAD "BEGIN:%s\r\nUID:u1\r\nDTSTAMP:20270101T000000Z\r\n", comp);
	put_day(&b, lines);
	buf_printf(&b, "\r\nEND:%s\r\n" TAIL, comp);
	return b.at;
}

static void put_range(struct buf *b, const char *range)
{
	struct text rest = text_from(range), start;

	(void)text_next(&rest, '/', &start);
	buf_put_lit(b, "<C:time-range");
	if (start.len > 0) {
		buf_put_lit(b, " start=\"");
		put_day(b, text_cstr(arena, start));
		buf_put_char(b, '"');
	}
	if (rest.len > 0) {
		buf_put_lit(b, " end=\"");
		put_day(b, text_cstr(arena, rest));
		buf_put_char(b, '"');
	}
	buf_put_lit(b, "/>");
}

static const char *range_filter(const char *comp, const char *inner, const char *range)
{
	struct buf b;

	buf_init(&b, arena, 512, 65536);
	buf_printf(&b, "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"%s\">", comp);
	if (inner)
		buf_printf(&b, "<C:%s>", inner);
	put_range(&b, range);
	if (inner)
		buf_printf(&b, "</C:%.11s>", inner); /* comp-filter or prop-filter */
	buf_put_lit(&b, "</C:comp-filter></C:comp-filter>");
	return b.at;
}

static void test_times(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(time_rows); i++) {
		const char *filter = range_filter(time_rows[i].comp, NULL, time_rows[i].range);
		const char *object = object_of(time_rows[i].comp, time_rows[i].lines);

		CHECK_INT(time_rows[i].name, matches(time_rows[i].name, filter, object, NULL),
			  time_rows[i].match);
	}
	end();
}

/* ---- alarms and properties ---- */

#define RING(lines) "\nBEGIN:VALARM\nACTION:DISPLAY\n" lines "\nEND:VALARM"
#define HOUR	    "DTSTART:#0900\nDTEND:#1000"
#define ALARM	    "comp-filter name=\"VALARM\""
#define OF(name)    "prop-filter name=\"" name "\""

static const struct {
	const char *name, *comp, *lines;
	const char *inner; /* the element that holds the range */
	const char *range;
	bool match;
} inner_rows[] = {
	{"§9.9 VALARM before start", "VEVENT", HOUR RING("TRIGGER:-PT10M"), ALARM, "#0850/#0851",
	 true},
	{"§9.9 VALARM, end is not in", "VEVENT", HOUR RING("TRIGGER:-PT10M"), ALARM, "#0800/#0850",
	 false},
	{"§9.9 VALARM, not the event", "VEVENT", HOUR RING("TRIGGER:-PT10M"), ALARM, "#0851/#1000",
	 false},
	{"§9.9 VALARM after end", "VEVENT", HOUR RING("TRIGGER;RELATED=END:PT5M"), ALARM,
	 "#1005/#1006", true},
	{"§9.9 VALARM after end, not start", "VEVENT", HOUR RING("TRIGGER;RELATED=END:PT5M"), ALARM,
	 "#0900/#1005", false},
	{"§9.9 VALARM absolute", "VEVENT", HOUR RING("TRIGGER;VALUE=DATE-TIME:#0700"), ALARM,
	 "#0700/#0701", true},
	{"§9.9 VALARM absolute, elsewhere", "VEVENT", HOUR RING("TRIGGER;VALUE=DATE-TIME:#0700"),
	 ALARM, "#0701/#1200", false},
	{"§9.9 VALARM repeats", "VEVENT", HOUR RING("TRIGGER:-PT10M\nREPEAT:2\nDURATION:PT5M"),
	 ALARM, "#0900/#0901", true},
	{"§9.9 VALARM between repeats", "VEVENT",
	 HOUR RING("TRIGGER:-PT10M\nREPEAT:2\nDURATION:PT5M"), ALARM, "#0856/#0900", false},
	{"§9.9 VALARM after its repeats", "VEVENT",
	 HOUR RING("TRIGGER:-PT10M\nREPEAT:2\nDURATION:PT5M"), ALARM, "#0901/#1200", false},
	{"§9.9 VALARM without end", "VEVENT", "DTSTART:#0900" RING("TRIGGER:-PT10M"), ALARM,
	 "#0850/#0851", true},
	{"§9.9 VALARM of a later instance", "VEVENT",
	 "DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY" RING("TRIGGER:-PT10M"), ALARM, "#0850/#0851",
	 true},
	{"§9.9 VALARM of no instance", "VEVENT",
	 "DTSTART:20260106T090000Z\nRRULE:FREQ=WEEKLY" RING("TRIGGER:-PT10M"), ALARM, "#0000/+0000",
	 false},
	{"§9.9 VALARM a week before", "VEVENT", "DTSTART:20270111T090000Z" RING("TRIGGER:-P1W"),
	 ALARM, "#0900/#0901", true},
	{"§9.9 VALARM of a to-do with DUE", "VTODO", "DUE:#0900" RING("TRIGGER:-PT10M"), ALARM,
	 "#0850/#0851", true},
	{"§9.9 VALARM of a to-do, at its end", "VTODO",
	 "DTSTART:#0700\nDUE:#0900" RING("TRIGGER;RELATED=END:PT0S"), ALARM, "#0900/#0901", true},
	{"§9.9 VALARM of an undated to-do", "VTODO", "SUMMARY:x" RING("TRIGGER:-PT10M"), ALARM,
	 "#0000/+0000", false},
	{"§9.9 VALARM, none there", "VEVENT", HOUR, ALARM, "#0000/+0000", false},
	{"§9.9 VALARM without TRIGGER", "VEVENT", HOUR RING("DESCRIPTION:x"), ALARM, "#0000/+0000",
	 false},
	{"§9.9 DTSTART, at it", "VEVENT", HOUR, OF("DTSTART"), "#0900/#0901", true},
	{"§9.9 DTSTART, until it", "VEVENT", HOUR, OF("DTSTART"), "#0800/#0900", false},
	{"§9.9 DTSTART, after it", "VEVENT", HOUR, OF("DTSTART"), "#0930/#1100", false},
	{"§9.9 DTSTART of a later instance", "VEVENT",
	 "DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY", OF("DTSTART"), "#0900/#0901", true},
	{"§9.9 DTEND, at it", "VEVENT", HOUR, OF("DTEND"), "#1000/#1001", true},
	{"§9.9 DTEND, until it", "VEVENT", HOUR, OF("DTEND"), "#0900/#1000", false},
	{"§9.9 DTEND by DURATION", "VEVENT", "DTSTART:#0900\nDURATION:PT1H", OF("DTEND"),
	 "#1000/#1001", true},
	{"§9.9 DTEND, not there", "VEVENT", "DTSTART:#0900", OF("DTEND"), "#0000/+0000", false},
	{"§9.9 DUE, at it", "VTODO", "DUE:#0900", OF("DUE"), "#0900/#0901", true},
	{"§9.9 DUE by DURATION", "VTODO", "DTSTART:#0900\nDURATION:PT1H", OF("DUE"), "#1000/#1001",
	 true},
	{"§9.9 DUE, not there", "VTODO", "DTSTART:#0900", OF("DUE"), "#0000/+0000", false},
	{"§9.9 COMPLETED", "VTODO", "COMPLETED:#0900", OF("COMPLETED"), "#0900/#0901", true},
	{"§9.9 COMPLETED, elsewhere", "VTODO", "COMPLETED:#0900", OF("COMPLETED"), "#0901/#1000",
	 false},
	{"§9.9 CREATED", "VEVENT", HOUR "\nCREATED:#0500", OF("CREATED"), "#0500/", true},
	{"§9.9 LAST-MODIFIED", "VEVENT", HOUR "\nLAST-MODIFIED:#0500", OF("LAST-MODIFIED"),
	 "/#0500", false},
	{"§9.9 DTSTAMP", "VEVENT", HOUR, OF("DTSTAMP"), "/#0000", true},
};

static void test_inner_times(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(inner_rows); i++) {
		const char *filter =
			range_filter(inner_rows[i].comp, inner_rows[i].inner, inner_rows[i].range);
		const char *object = object_of(inner_rows[i].comp, inner_rows[i].lines);

		CHECK_INT(inner_rows[i].name, matches(inner_rows[i].name, filter, object, NULL),
			  inner_rows[i].match);
	}
	end();
}

/* ---- zones, overrides, broken objects ---- */

static const struct {
	const char *name, *lines, *zone, *range;
	bool match;
} zone_rows[] = {
	{"§7.3 floating in Tokyo", "DTSTART:20270104T090000\nDURATION:PT1H", "Asia/Tokyo",
	 "#0000/#0100", true},
	{"§7.3 floating in New York", "DTSTART:20270104T090000\nDURATION:PT1H", "America/New_York",
	 "#0000/#0100", false},
	{"§7.3 floating, 14:00 UTC in New York", "DTSTART:20270104T090000\nDURATION:PT1H",
	 "America/New_York", "#1400/#1401", true},
	{"§7.3 a date in Tokyo", "DTSTART;VALUE=DATE:20270105", "Asia/Tokyo", "#1500/#1501", true},
	{"§7.3 a date in UTC", "DTSTART;VALUE=DATE:20270105", NULL, "#1500/#1501", false},
	{"§9.9 its own zone wins", "DTSTART;TZID=Europe/Berlin:20270104T100000\nDURATION:PT1H",
	 "Asia/Tokyo", "#0900/#0901", true},
};

static void test_zones(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(zone_rows); i++) {
		const char *filter = range_filter("VEVENT", NULL, zone_rows[i].range);
		const char *object = object_of("VEVENT", zone_rows[i].lines);

		CHECK_INT(zone_rows[i].name,
			  matches(zone_rows[i].name, filter, object, zone_rows[i].zone),
			  zone_rows[i].match);
	}
	end();
}

/* §9.7.1: the range and the properties must be those of one and the same component. */
static void test_overrides(void)
{
	static const char wanted_day[] = RANGE("20060104T000000Z", "20060105T000000Z");
	char filter[1024];

	begin();
	snprintf(filter, sizeof(filter), "%s%s%s",
		 "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">", wanted_day,
		 PROP("SUMMARY", MATCH("bis")) "</C:comp-filter></C:comp-filter>");
	CHECK_TRUE("the override of that day", matches("override", filter, appendix_b[1], NULL));
	snprintf(filter, sizeof(filter), "%s%s%s",
		 "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">", wanted_day,
		 PROP("RRULE", "") "</C:comp-filter></C:comp-filter>");
	CHECK_TRUE("the master has no instance that day",
		   !matches("master", filter, appendix_b[1], NULL));
	CHECK_TRUE("an override without its master",
		   matches("lone", range_filter("VEVENT", NULL, "#0900/#0901"),
			   object_of("VEVENT", "RECURRENCE-ID:20270101T090000Z\nDTSTART:#0900"),
			   NULL));
	end();
}

static void test_broken(void)
{
	static const char *const objects[] = {
		"", "BEGIN:VCALENDAR", "hello", "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
		HEAD "BEGIN:VEVENT\r\nDTSTART:never\r\nEND:VEVENT\r\n" TAIL};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(objects); i++)
		CHECK_TRUE(objects[i], !matches("broken", EVENT(WEEK), objects[i], NULL));
	end();
}

/* ---- the plan ---- */

static const struct {
	const char *name, *filter;
	bool is_whole, has_range, has_uid;
	unsigned components;
} plan_rows[] = {
	{"all", "<C:comp-filter name=\"VCALENDAR\"/>", true, false, false, ~0U},
	{"events", EVENT(""), true, false, false, COMP_VEVENT},
	{"events of a week", EVENT(WEEK), true, true, false, COMP_VEVENT},
	{"no events", CAL("<C:comp-filter name=\"VEVENT\">" NONE "</C:comp-filter>"), true, false,
	 false, ~(unsigned)COMP_VEVENT},
	{"events and to-dos at once",
	 CAL("<C:comp-filter name=\"VEVENT\"/><C:comp-filter name=\"VTODO\"/>"), true, false, false,
	 0},
	{"a property", EVENT(PROP("SUMMARY", "")), false, false, false, COMP_VEVENT},
	{"a UID", EVENT(PROP("UID", OCTET("u1"))), false, false, true, COMP_VEVENT},
	{"a UID that is escaped", EVENT(PROP("UID", OCTET("u,1"))), false, false, false,
	 COMP_VEVENT},
	{"not a UID", EVENT(PROP("UID", NOT("u1"))), false, false, false, COMP_VEVENT},
	{"a week and a property", EVENT(WEEK PROP("SUMMARY", "")), false, true, false, COMP_VEVENT},
	{"an alarm", EVENT("<C:comp-filter name=\"VALARM\"/>"), false, false, false, COMP_VEVENT},
	{"a zone", CAL("<C:comp-filter name=\"VTIMEZONE\"/>"), false, false, false, ~0U},
	{"a calendar's property", CAL(PROP("PRODID", "")), false, false, false, ~0U},
};

static void test_plan(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(plan_rows); i++) {
		const struct dav_comp_filter *f =
			read_filter(plan_rows[i].name, plan_rows[i].filter);
		struct dav_filter_plan plan = dav_filter_plan(f);

		CHECK_INT(plan_rows[i].name, plan.is_whole, plan_rows[i].is_whole);
		CHECK_INT(plan_rows[i].name, plan.range != NULL, plan_rows[i].has_range);
		CHECK_INT(plan_rows[i].name, plan.uid != NULL, plan_rows[i].has_uid);
		CHECK_INT(plan_rows[i].name, plan.components, plan_rows[i].components);
	}
	end();
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

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name, matches(rows[i].name, rows[i].filter, weekly, NULL),
			  rows[i].before);
	f = read_filter("walk", EVENTS(IN_2095));
	while (steps > 0 && walked < 100) {
		CHECK_WELL("walk",
			   dav_filter_match(arena, f, TEXT(WALKED), zone_utc(), &steps, &match));
		CHECK_TRUE("C12: what is not known is taken to match", match);
		walked++;
	}
	CHECK_TRUE("an object does not take all", walked > 1);
	CHECK_TRUE("all take no more than there is", walked <= 11);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		f = read_filter(rows[i].name, rows[i].filter);
		CHECK_WELL(rows[i].name, dav_filter_match(arena, f, text_from(weekly), zone_utc(),
							  &steps, &match));
		CHECK_INT(rows[i].name, match, rows[i].after);
	}
	end();
}

UNIT_SUITE("dav_filter", {"filters that are read, and not", test_read},
	   {"ceilings", test_read_too_many}, {"examples of RFC 4791", test_examples},
	   {"texts", test_texts}, {"times of components", test_times},
	   {"times of alarms and properties", test_inner_times}, {"zones", test_zones},
	   {"overrides", test_overrides}, {"broken objects", test_broken}, {"plans", test_plan},
	   {"a budget for all objects (C12)", test_budget})

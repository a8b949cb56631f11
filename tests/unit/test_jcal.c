/*
 * test_jcal - iCalendar as JSON, and back (RFC 7265)
 */
#include "unit.h"

#include "base/buf.h"
#include "ical/ical.h"
#include "ical/jcal.h"
#include "ical/object.h"
#include "shared_files.h"
#include "json/write.h"

enum { CEILING = 256 << 20, ROOM = 16 << 20, LONG_ROOM = 4 << 20 };

#define NL "\r\n"

static struct text to_jcal(struct arena *a, const char *row, struct text raw)
{
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, a, 1024, ROOM);
	CHECK_WELL(row, jcal_write(a, raw, &w));
	CHECK_TRUE(row, !b.overflow);
	return buf_text(&b);
}

static struct text wrap(struct arena *a, const char *line)
{
	return text_from(arena_printf(a,
				      "BEGIN:VCALENDAR" NL "BEGIN:VEVENT" NL "%s" NL "END:VEVENT" NL
				      "END:VCALENDAR" NL,
				      line));
}

static struct text wrap_json(struct arena *a, const char *property)
{
	return text_from(arena_printf(a, "[\"vcalendar\",[],[[\"vevent\",[%s],[]]]]", property));
}

/* ---- properties, both ways ------------------------------------------------------------- */

static const struct {
	const char *name, *line, *json;
	const char *back; /* NULL: the line again */
} both[] = {
	{"3.4 text", "SUMMARY:Meet", "[\"summary\",{},\"text\",\"Meet\"]", NULL},
	{"3.4 text with escapes", "DESCRIPTION:a\\, b\\;\\nc\\\\",
	 "[\"description\",{},\"text\",\"a, b;\\nc\\\\\"]", NULL},
	{"3.4 text that forgot to escape", "LOCATION:a, b;c",
	 "[\"location\",{},\"text\",\"a, b;c\"]", "LOCATION:a\\, b\\;c"},
	{"3.4.1.1 several values", "CATEGORIES:computers,camera\\, film",
	 "[\"categories\",{},\"text\",\"computers\",\"camera, film\"]", NULL},
	{"3.4.1.2 geo", "GEO:37.386013;-122.082932",
	 "[\"geo\",{},\"float\",[37.386013,-122.082932]]", NULL},
	{"3.4.1.3 request-status", "REQUEST-STATUS:2.0;Success",
	 "[\"request-status\",{},\"text\",[\"2.0\",\"Success\"]]", NULL},
	{"3.4.1.3 request-status with data", "REQUEST-STATUS:3.7;Invalid\\; user;ATTENDEE:x",
	 "[\"request-status\",{},\"text\",[\"3.7\",\"Invalid; user\",\"ATTENDEE:x\"]]", NULL},
	{"3.5 one parameter", "SUMMARY;LANGUAGE=de:Treffen",
	 "[\"summary\",{\"language\":\"de\"},\"text\",\"Treffen\"]", NULL},
	{"3.5 a list in a parameter",
	 "ATTENDEE;MEMBER=\"mailto:a@x.org\",\"mailto:b@x.org\":mailto:c@x.org",
	 "[\"attendee\",{\"member\":[\"mailto:a@x.org\",\"mailto:b@x.org\"]},\"cal-address\","
	 "\"mailto:c@x.org\"]",
	 NULL},
	{"3.5 a parameter that stands twice",
	 "ATTENDEE;MEMBER=\"mailto:a@x.org\";ROLE=CHAIR;MEMBER=\"mailto:b@x.org\":mailto:c@x.org",
	 "[\"attendee\",{\"member\":[\"mailto:a@x.org\",\"mailto:b@x.org\"],\"role\":\"CHAIR\"},"
	 "\"cal-address\",\"mailto:c@x.org\"]",
	 "ATTENDEE;MEMBER=\"mailto:a@x.org\",\"mailto:b@x.org\";ROLE=CHAIR:mailto:c@x.org"},
	{"3.5 RFC 6868", "ATTENDEE;CN=George ^'Babe^' Ruth ^^^n:mailto:b@x.org",
	 "[\"attendee\",{\"cn\":\"George \\\"Babe\\\" Ruth ^\\n\"},\"cal-address\","
	 "\"mailto:b@x.org\"]",
	 NULL},
	{"3.5.1 VALUE is the type", "DTSTART;VALUE=DATE:20110517",
	 "[\"dtstart\",{},\"date\",\"2011-05-17\"]", NULL},
	{"3.6.1 binary", "ATTACH;VALUE=BINARY;ENCODING=BASE64:SGVsbG8gV29ybGQh",
	 "[\"attach\",{},\"binary\",\"SGVsbG8gV29ybGQh\"]", NULL},
	{"3.6.2 boolean", "X-NON-SMOKING;VALUE=BOOLEAN:TRUE",
	 "[\"x-non-smoking\",{},\"boolean\",true]", NULL},
	{"3.6.3 cal-address", "ORGANIZER:mailto:a@x.org",
	 "[\"organizer\",{},\"cal-address\",\"mailto:a@x.org\"]", NULL},
	{"3.6.4 date without VALUE=DATE", "DTSTART:20110517",
	 "[\"dtstart\",{},\"date\",\"2011-05-17\"]", "DTSTART;VALUE=DATE:20110517"},
	{"3.6.5 date-time, UTC", "DTSTART:20121017T120000Z",
	 "[\"dtstart\",{},\"date-time\",\"2012-10-17T12:00:00Z\"]", NULL},
	{"3.6.5 date-time, floating", "DTSTART:20121017T120000",
	 "[\"dtstart\",{},\"date-time\",\"2012-10-17T12:00:00\"]", NULL},
	{"3.6.5 date-time in a zone", "DTSTART;TZID=Europe/Berlin:20121017T120000",
	 "[\"dtstart\",{\"tzid\":\"Europe/Berlin\"},\"date-time\",\"2012-10-17T12:00:00\"]", NULL},
	{"3.6.5 several", "EXDATE:20121017T120000Z,20121018T120000Z",
	 "[\"exdate\",{},\"date-time\",\"2012-10-17T12:00:00Z\",\"2012-10-18T12:00:00Z\"]", NULL},
	{"3.6.6 duration", "DURATION:P1D", "[\"duration\",{},\"duration\",\"P1D\"]", NULL},
	{"3.6.7 float", "X-LEVEL;VALUE=FLOAT:-3.1400", "[\"x-level\",{},\"float\",-3.1400]",
	 "X-LEVEL;VALUE=FLOAT:-3.14"},
	{"3.6.7 float with a sign and zeros", "X-LEVEL;VALUE=FLOAT:+007",
	 "[\"x-level\",{},\"float\",7]", "X-LEVEL;VALUE=FLOAT:7"},
	{"3.6.7 float that is none", "X-LEVEL;VALUE=FLOAT:1.", "[\"x-level\",{},\"float\",\"1.\"]",
	 NULL},
	{"3.6.8 integer", "PERCENT-COMPLETE:39", "[\"percent-complete\",{},\"integer\",39]", NULL},
	{"3.6.8 integer that is none", "PRIORITY:high", "[\"priority\",{},\"integer\",\"high\"]",
	 NULL},
	{"3.6.9 period",
	 "FREEBUSY;FBTYPE=FREE:19970308T160000Z/P3H,19970308T200000Z/19970308T210000Z",
	 "[\"freebusy\",{\"fbtype\":\"FREE\"},\"period\",[\"1997-03-08T16:00:00Z\",\"P3H\"],"
	 "[\"1997-03-08T20:00:00Z\",\"1997-03-08T21:00:00Z\"]]",
	 NULL},
	{"3.6.9 period of an RDATE", "RDATE;VALUE=PERIOD:19970308T160000Z/PT3H",
	 "[\"rdate\",{},\"period\",[\"1997-03-08T16:00:00Z\",\"PT3H\"]]", NULL},
	{"3.6.10 recur", "RRULE:FREQ=YEARLY;COUNT=5;BYDAY=-1SU,2MO;BYMONTH=10",
	 "[\"rrule\",{},\"recur\",{\"freq\":\"YEARLY\",\"count\":5,\"byday\":[\"-1SU\",\"2MO\"],"
	 "\"bymonth\":10}]",
	 NULL},
	{"3.6.10 recur until", "RRULE:FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15,-1;UNTIL=20141001",
	 "[\"rrule\",{},\"recur\",{\"freq\":\"MONTHLY\",\"interval\":2,\"bymonthday\":[1,15,-1],"
	 "\"until\":\"2014-10-01\"}]",
	 NULL},
	{"3.6.10 recur that no object can hold", "RRULE:FREQ=DAILY;COUNT=1;COUNT=2",
	 "[\"rrule\",{},\"recur\",\"FREQ=DAILY;COUNT=1;COUNT=2\"]", NULL},
	{"3.6.11 text of one's own", "X-A;VALUE=TEXT:a,b\\,c",
	 "[\"x-a\",{},\"text\",\"a\",\"b,c\"]", NULL},
	{"3.6.12 time", "X-TIME-ARRIVE;VALUE=TIME:123000,123000Z",
	 "[\"x-time-arrive\",{},\"time\",\"12:30:00\",\"12:30:00Z\"]", NULL},
	{"3.6.13 uri", "URL:http://x.org/a,b;c", "[\"url\",{},\"uri\",\"http://x.org/a,b;c\"]",
	 NULL},
	{"3.6.14 utc-offset", "TZOFFSETTO:-0500", "[\"tzoffsetto\",{},\"utc-offset\",\"-05:00\"]",
	 NULL},
	{"3.6.14 utc-offset with seconds", "TZOFFSETFROM:+005328",
	 "[\"tzoffsetfrom\",{},\"utc-offset\",\"+00:53:28\"]", NULL},
	{"5.1 unknown property", "X-COMPLAINT-DEADLINE:20110512T120000Z",
	 "[\"x-complaint-deadline\",{},\"unknown\",\"20110512T120000Z\"]", NULL},
	{"5.1 unknown property, escapes kept", "X-A:a\\,b\\nc;d",
	 "[\"x-a\",{},\"unknown\",\"a\\\\,b\\\\nc;d\"]", NULL},
	{"5.1 unknown parameter", "DURATION;X-SLACK=30.3;X-HINT=Should take half an hour:P10D",
	 "[\"duration\",{\"x-slack\":\"30.3\",\"x-hint\":\"Should take half an hour\"},"
	 "\"duration\",\"P10D\"]",
	 NULL},
	{"5.3 unknown property with VALUE", "X-COMPLAINT-DEADLINE;VALUE=DATE-TIME:20110512T120000Z",
	 "[\"x-complaint-deadline\",{},\"date-time\",\"2011-05-12T12:00:00Z\"]", NULL},
	{"5 unknown type", "X-A;VALUE=X-TYPE:a,b;c\\n", "[\"x-a\",{},\"x-type\",\"a,b;c\\\\n\"]",
	 NULL},
	{"RFC 7986 without a default type", "REFRESH-INTERVAL;VALUE=DURATION:P1W",
	 "[\"refresh-interval\",{},\"duration\",\"P1W\"]", NULL},
	{"UTF-8", "SUMMARY:Größe \xF0\x9F\x98\x80",
	 "[\"summary\",{},\"text\",\"Größe \xF0\x9F\x98\x80\"]", NULL},
	{"an empty value", "SUMMARY:", "[\"summary\",{},\"text\",\"\"]", NULL},
	{"an empty parameter", "SUMMARY;X-A=:a", "[\"summary\",{\"x-a\":\"\"},\"text\",\"a\"]",
	 NULL},
};

static void test_both_ways(void)
{
	for (size_t i = 0; i < ARRAY_LEN(both); i++) {
		struct arena *a = arena_create(CEILING);
		const char *line = both[i].back ? both[i].back : both[i].line;
		struct text json = wrap_json(a, both[i].json), raw, back, again;

		CHECK_TEXT(both[i].name, to_jcal(a, both[i].name, wrap(a, both[i].line)), json);
		if (CHECK_WELL(both[i].name, jcal_read(a, json, &back))) {
			raw = wrap(a, line);
			/* Folded as it is; what it says is the same. */
			again = to_jcal(a, both[i].name, back);
			CHECK_TEXT(both[i].name, again, to_jcal(a, both[i].name, raw));
			if (strlen(line) <= 75)
				CHECK_TEXT(both[i].name, back, raw);
		}
		arena_destroy(a);
	}
}

/* ---- components ---------------------------------------------------------------------------- */

static void test_components(void)
{
	static const char raw[] = "BEGIN:VCALENDAR" NL "VERSION:2.0" NL "BEGIN:VTIMEZONE" NL
				  "TZID:A" NL "BEGIN:STANDARD" NL "TZNAME:B" NL "END:STANDARD" NL
				  "TZURL:http://x" NL "END:VTIMEZONE" NL "PRODID:P" NL
				  "BEGIN:VEVENT" NL "UID:u" NL "END:VEVENT" NL "END:VCALENDAR" NL;
	static const char json[] =
		"[\"vcalendar\",[[\"version\",{},\"text\",\"2.0\"],[\"prodid\",{},\"text\",\"P\"]],"
		"[[\"vtimezone\",[[\"tzid\",{},\"text\",\"A\"],[\"tzurl\",{},\"uri\",\"http://"
		"x\"]],"
		"[[\"standard\",[[\"tzname\",{},\"text\",\"B\"]],[]]]],"
		"[\"vevent\",[[\"uid\",{},\"text\",\"u\"]],[]]]]";
	struct arena *a = arena_create(CEILING);

	CHECK_TEXT("§3.3", to_jcal(a, "§3.3", text_from(raw)), text_from(json));
	arena_destroy(a);
}

static void test_in_pieces(void)
{
	struct arena *a = arena_create(CEILING);
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, a, 256, ROOM);
	CHECK_WELL("begin",
		   jcal_write_begin(
			   a, TEXT("BEGIN:VCALENDAR" NL "VERSION:2.0" NL "END:VCALENDAR" NL), &w));
	CHECK_WELL("two", jcal_write(a,
				     TEXT("BEGIN:VEVENT" NL "END:VEVENT" NL "BEGIN:VTODO" NL
					  "END:VTODO" NL),
				     &w));
	CHECK_WELL("none", jcal_write(a, TEXT(""), &w));
	CHECK_WELL("one", jcal_write(a, TEXT("BEGIN:VEVENT" NL "END:VEVENT" NL), &w));
	jcal_write_end(&w);
	CHECK_STR("all", text_cstr(a, buf_text(&b)),
		  "[\"vcalendar\",[[\"version\",{},\"text\",\"2.0\"]],[[\"vevent\",[],[]],"
		  "[\"vtodo\",[],[]],[\"vevent\",[],[]]]]");
	CHECK_FAULT("nothing to begin with", jcal_write_begin(a, TEXT(""), &w), FAULT_BAD_DATA);
	arena_destroy(a);
}

/* ---- what is refused --------------------------------------------------------------------------
 */

static const struct {
	const char *name, *json;
} refused[] = {
	{"no JSON", "BEGIN:VCALENDAR"},
	{"an object", "{\"vcalendar\":[]}"},
	{"another component", "[\"vevent\",[],[]]"},
	{"a part is missing", "[\"vcalendar\",[]]"},
	{"a part too much", "[\"vcalendar\",[],[],[]]"},
	{"bytes behind it", "[\"vcalendar\",[],[]] []"},
	{"properties that are no list", "[\"vcalendar\",{},[]]"},
	{"a property that is no list", "[\"vcalendar\",[\"a\"],[]]"},
	{"a property without a value", "[\"vcalendar\",[[\"uid\",{},\"text\"]],[]]"},
	{"parameters that are a list", "[\"vcalendar\",[[\"uid\",[],\"text\",\"a\"]],[]]"},
	{"a parameter that is a number", "[\"vcalendar\",[[\"uid\",{\"a\":1},\"text\",\"a\"]],[]]"},
	{"a parameter of no value", "[\"vcalendar\",[[\"uid\",{\"a\":[]},\"text\",\"a\"]],[]]"},
	{"a parameter that stands twice",
	 "[\"vcalendar\",[[\"uid\",{\"a\":\"1\",\"a\":\"2\"},\"text\",\"a\"]],[]]"},
	{"3.5.1 VALUE as a parameter",
	 "[\"vcalendar\",[[\"uid\",{\"value\":\"text\"},\"text\",\"a\"]],[]]"},
	{"a parameter with more than a name",
	 "[\"vcalendar\",[[\"uid\",{\"a:b\":\"1\"},\"text\",\"a\"]],[]]"},
	{"a name with more than a name", "[\"vcalendar\",[[\"uid:a\",{},\"text\",\"a\"]],[]]"},
	{"a name with a line end", "[\"vcalendar\",[[\"a\\nb\",{},\"text\",\"a\"]],[]]"},
	{"an empty name", "[\"vcalendar\",[[\"\",{},\"text\",\"a\"]],[]]"},
	{"a frame as a property", "[\"vcalendar\",[[\"begin\",{},\"text\",\"vevent\"]],[]]"},
	{"an end as a property", "[\"vcalendar\",[[\"END\",{},\"text\",\"vcalendar\"]],[]]"},
	{"a type with more than a name", "[\"vcalendar\",[[\"uid\",{},\"a;b\",\"a\"]],[]]"},
	{"a component's name", "[\"vcalendar\",[],[[\"vevent\\r\\nx\",[],[]]]]"},
	{"two values of one", "[\"vcalendar\",[[\"uid\",{},\"text\",\"a\",\"b\"]],[]]"},
	{"a text that is a number", "[\"vcalendar\",[[\"uid\",{},\"text\",1]],[]]"},
	{"a text that is a list", "[\"vcalendar\",[[\"uid\",{},\"text\",[\"a\"]]],[]]"},
	{"a null", "[\"vcalendar\",[[\"uid\",{},\"text\",null]],[]]"},
	{"an integer with a fraction", "[\"vcalendar\",[[\"priority\",{},\"integer\",1.5]],[]]"},
	{"a float past all bounds", "[\"vcalendar\",[[\"x-a\",{},\"float\",1e300]],[]]"},
	{"geo without parts", "[\"vcalendar\",[[\"geo\",{},\"float\",[]]],[]]"},
	{"a period of three",
	 "[\"vcalendar\",[[\"freebusy\",{},\"period\",[\"a\",\"b\",\"c\"]]],[]]"},
	{"a period of one", "[\"vcalendar\",[[\"freebusy\",{},\"period\",[\"a\"]]],[]]"},
	{"a rule with a part in a part",
	 "[\"vcalendar\",[[\"rrule\",{},\"recur\",{\"freq\":\"DAILY;COUNT=1\"}]],[]]"},
	{"a rule of nothing", "[\"vcalendar\",[[\"rrule\",{},\"recur\",{}]],[]]"},
	{"a part of a rule of nothing",
	 "[\"vcalendar\",[[\"rrule\",{},\"recur\",{\"freq\":\"DAILY\",\"byday\":[]}]],[]]"},
	{"a part of a rule with a name of more",
	 "[\"vcalendar\",[[\"rrule\",{},\"recur\",{\"freq=daily;count\":1}]],[]]"},
};

static void test_refused(void)
{
	struct arena *a = arena_create(CEILING);
	struct text out;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		CHECK_FAULT(refused[i].name, jcal_read(a, text_from(refused[i].json), &out),
			    FAULT_BAD_DATA);
	arena_destroy(a);
}

/* A line end in a string never ends its line. */
static void test_line_ends(void)
{
	static const struct {
		const char *name, *property, *line;
	} rows[] = {
		{"text", "[\"summary\",{},\"text\",\"a\\r\\nEND:VEVENT\"]",
		 "SUMMARY:a\\nEND:VEVENT"},
		{"uri", "[\"url\",{},\"uri\",\"a\\r\\nEND:VEVENT\"]", "URL:aEND:VEVENT"},
		{"unknown", "[\"x-a\",{},\"unknown\",\"a\\nEND:VEVENT\"]", "X-A:aEND:VEVENT"},
		{"date", "[\"dtstart\",{},\"date\",\"a\\nEND:VEVENT\"]",
		 "DTSTART;VALUE=DATE:aEND:VEVENT"},
		{"parameter", "[\"x-a\",{\"x-b\":\"a\\r\\nEND:VEVENT\"},\"unknown\",\"c\"]",
		 "X-A;X-B=\"a^nEND:VEVENT\":c"},
		{"rule as a string", "[\"rrule\",{},\"recur\",\"FREQ=DAILY\\nEND:VEVENT\"]",
		 "RRULE:FREQ=DAILYEND:VEVENT"},
	};
	struct arena *a = arena_create(CEILING);
	struct text out;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (CHECK_WELL(rows[i].name, jcal_read(a, wrap_json(a, rows[i].property), &out)))
			CHECK_TEXT(rows[i].name, out, wrap(a, rows[i].line));
	arena_destroy(a);
}

/* ---- limits -----------------------------------------------------------------------------------
 */

static void nest(struct buf *b, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_put_lit(b, "[\"vcalendar\",[],[");
	for (int i = 0; i < depth; i++)
		buf_put_lit(b, "]]");
}

static void test_limits(void)
{
	struct arena *a = arena_create(CEILING);
	struct json_writer w;
	struct text out;
	struct buf b;

	buf_init(&b, a, 1024, LONG_ROOM);
	nest(&b, ICAL_MAX_DEPTH);
	CHECK_WELL("as deep as may be", jcal_read(a, buf_text(&b), &out));
	b.len = 0;
	nest(&b, ICAL_MAX_DEPTH + 1);
	CHECK_FAULT("deeper", jcal_read(a, buf_text(&b), &out), FAULT_BAD_DATA);

	b.len = 0;
	buf_put_lit(&b, "[\"vcalendar\",[[\"x-a\",{},\"unknown\",\"");
	memset(buf_reserve(&b, ICAL_MAX_LINE_BYTES), 'a', ICAL_MAX_LINE_BYTES);
	b.len += ICAL_MAX_LINE_BYTES;
	buf_put_lit(&b, "\"]],[]]");
	CHECK_FAULT("a line too long", jcal_read(a, buf_text(&b), &out), FAULT_BAD_DATA);

	b.len = 0;
	while (b.len <= JCAL_MAX_BYTES)
		buf_put_lit(&b, "          ");
	CHECK_FAULT("too long", jcal_read(a, buf_text(&b), &out), FAULT_OBJECT_TOO_LARGE);

	b.len = 0;
	buf_put_lit(&b, "BEGIN:A" NL "X");
	for (int i = 0; i < 100; i++)
		buf_printf(&b, ";P%d=1", i);
	buf_put_lit(&b, ":a" NL "END:A" NL);
	out = text_dup(a, buf_text(&b));
	b.len = 0;
	w = (struct json_writer){.out = &b};
	CHECK_FAULT("too many parameters", jcal_write(a, out, &w), FAULT_BAD_DATA);
	arena_destroy(a);
}

/* ---- the files of other projects ----------------------------------------------------------------
 */

/* There and back says the same as before, in as many components, and reads as well as before. */
static void there_and_back(const char *path, struct text bytes, void *ctx)
{
	struct arena *a = arena_create(CEILING);
	struct ical_object *before, *after;
	struct text json, back;
	size_t *seen = ctx;

	if (!ical_object_parse(a, bytes, ICAL_FROM_IMPORT, &before)) {
		json = to_jcal(a, path, bytes);
		if (CHECK_WELL(path, jcal_read(a, json, &back))) {
			CHECK_TEXT(path, to_jcal(a, path, back), json);
			CHECK_WELL(path, ical_object_parse(a, back, ICAL_FROM_IMPORT, &after));
		}
		++*seen;
	}
	arena_destroy(a);
}

static void test_shared_files(void)
{
	size_t seen = 0;

	if (shared_for_each_ics(there_and_back, &seen) == 0) {
		unit_skip("../shared/ics is not there");
		return;
	}
	CHECK_TRUE("some of them are single objects", seen > 100);
}

UNIT_SUITE("jcal", {"properties, both ways", test_both_ways},
	   {"RFC 7265 §3.3 components", test_components}, {"in pieces", test_in_pieces},
	   {"what is no jCal is refused", test_refused},
	   {"a string never ends its line", test_line_ends}, {"limits", test_limits},
	   {"real files there and back", test_shared_files})

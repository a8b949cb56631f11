/*
 * test_dav_caldata - RFC 4791 §9.6: what of an object C:calendar-data gives back
 */
#include "base/buf.h"
#include "dav/caldata.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "ical/zone.h"
#include "unit.h"
#include "xml/read.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example Corp.//CalDAV Client//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"

static struct arena *arena;

static void begin(void)
{
	ical_init();
	arena = arena_create((size_t)1 << 26);
}

static void end(void)
{
	arena_destroy(arena);
}

static struct xml_node *parse(const char *attributes, const char *inside)
{
	struct xml_node *root = NULL;
	struct buf b;

	buf_init(&b, arena, 1024, 65536);
	buf_printf(&b,
		   "<C:calendar-data xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\" "
		   "%s>%s</C:calendar-data>",
		   attributes, inside);
	CHECK_WELL(inside, xml_parse(arena, buf_text(&b), &root));
	return root;
}

/* ---- what is read -------------------------------------------------------------------------- */

#define COMP(name, x) "<C:comp name=\"" name "\">" x "</C:comp>"
#define PROP(name)    "<C:prop name=\"" name "\"/>"
#define DAYS	      " start=\"20060103T000000Z\" end=\"20060105T000000Z\"/>"
#define EXPAND	      "<C:expand" DAYS
#define LIMIT	      "<C:limit-recurrence-set" DAYS

static const struct {
	const char *name, *attributes, *inside;
	int code;      /* -1: well */
	bool is_whole; /* the object as it is */
} read_rows[] = {
	{"§9.6 empty", "", "", -1, true},
	{"§9.6 white space", "", "\n  ", -1, true},
	{"§9.6 text/calendar 2.0", "content-type=\"text/calendar\" version=\"2.0\"", "", -1, true},
	{"§9.6 with a charset", "content-type=\"Text/Calendar; charset=utf-8\"", "", -1, true},
	{"§7.8 another type", "content-type=\"text/plain\"", "", FAULT_BAD_MEDIA_DATA, true},
	{"§7.8 jCal", "content-type=\"Application/Calendar+JSON\"", "", -1, false},
	{"§7.8 another version of jCal",
	 "content-type=\"application/calendar+json\" version=\"3.0\"", "", FAULT_BAD_MEDIA_DATA,
	 true},
	{"§7.8 another version", "version=\"1.0\"", "", FAULT_BAD_MEDIA_DATA, true},
	{"§9.6.1 comp", "", COMP("VCALENDAR", "<C:allprop/>"), -1, false},
	{"§9.6.1 no VCALENDAR", "", COMP("VEVENT", ""), FAULT_BAD_REQUEST, true},
	{"§9.6.1 two", "", COMP("VCALENDAR", "") COMP("VCALENDAR", ""), FAULT_BAD_REQUEST, true},
	{"§9.6.1 no name", "", "<C:comp/>", FAULT_BAD_REQUEST, true},
	{"§9.6.4 no name", "", COMP("VCALENDAR", "<C:prop/>"), FAULT_BAD_REQUEST, true},
	{"§9.6.4 novalue", "", COMP("VCALENDAR", "<C:prop name=\"X\" novalue=\"1\"/>"),
	 FAULT_BAD_REQUEST, true},
	{"§9.6 unknown", "", "<C:what/>", FAULT_BAD_REQUEST, true},
	{"§9.6 expand", "", EXPAND, -1, false},
	{"§9.6 both", "", EXPAND LIMIT, FAULT_BAD_REQUEST, true},
	{"§9.6.5 no end", "", "<C:expand start=\"20060103T000000Z\"/>", FAULT_BAD_REQUEST, true},
	{"§9.6.5 not UTC", "", "<C:expand start=\"20060103T000000\" end=\"20060105T000000\"/>",
	 FAULT_BAD_REQUEST, true},
	{"§9.6.5 end before start", "",
	 "<C:expand start=\"20060105T000000Z\" end=\"20060103T000000Z\"/>", FAULT_BAD_REQUEST,
	 true},
	{"§9.6.6 twice", "", LIMIT LIMIT, FAULT_BAD_REQUEST, true},
};

static void test_read(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(read_rows); i++) {
		const struct dav_calendar_data *cd = NULL;
		const struct fault *f = dav_caldata_read(
			arena, parse(read_rows[i].attributes, read_rows[i].inside), false, &cd);

		if (read_rows[i].code < 0)
			CHECK_WELL(read_rows[i].name, f);
		else
			CHECK_FAULT(read_rows[i].name, f, (enum fault_code)read_rows[i].code);
		CHECK_INT(read_rows[i].name, cd == NULL, read_rows[i].is_whole);
	}
	end();
}

/* ---- what is cut ------------------------------------------------------------------------------
 */

#define ZONE                                                                                       \
	"BEGIN:VTIMEZONE\r\nTZID:US/Eastern\r\nBEGIN:STANDARD\r\nDTSTART:20001026T020000\r\n"      \
	"TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

#define MASTER                                                                                     \
	"BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART;TZID=US/Eastern:20060102T120000\r\n"  \
	"DURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Event "                              \
	"#2\r\nUID:u2\r\nEND:VEVENT\r\n"
/* The times of Appendix B's abcd2.ics: the 4th two hours later, the 6th as well. */
#define OVERRIDE(day, summary)                                                                     \
	"BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART;TZID=US/Eastern:" day "T140000\r\n"   \
	"DURATION:PT1H\r\nRECURRENCE-ID;TZID=US/Eastern:" day "T120000\r\nSUMMARY:" summary "\r\n" \
	"UID:u2\r\nEND:VEVENT\r\n"
#define SERIES HEAD ZONE MASTER OVERRIDE("20060104", "bis") OVERRIDE("20060106", "ter") TAIL
#define INSTANCE(start, id, summary)                                                               \
	"BEGIN:VEVENT\r\n" id "DTSTAMP:20060206T001121Z\r\nDTSTART:" start "\r\nDURATION:PT1H\r\n" \
	"SUMMARY:" summary "\r\nUID:u2\r\nEND:VEVENT\r\n"

#define EVENT(lines) HEAD "BEGIN:VEVENT\r\nUID:u1\r\n" lines "END:VEVENT\r\n" TAIL
#define ALARM	     "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
#define BUSY(lines)                                                                                \
	HEAD "BEGIN:VFREEBUSY\r\nUID:u1\r\nDTSTAMP:20060101T000000Z\r\n" lines                     \
	     "END:VFREEBUSY\r\n" TAIL

static const struct {
	const char *name, *inside, *object, *wanted;
} cut_rows[] = {
	/* §9.6.1, §9.6.4 */
	{"§9.6.1 all of it", COMP("VCALENDAR", "<C:allprop/><C:allcomp/>"), SERIES, SERIES},
	{"§9.6.1 an empty comp is all of it", COMP("VCALENDAR", ""), SERIES, SERIES},
	{"§7.8.1 some of it",
	 COMP("VCALENDAR",
	      PROP("VERSION") COMP("VEVENT", PROP("summary") PROP("UID")) COMP("VTIMEZONE", "")),
	 HEAD ZONE MASTER TAIL,
	 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" ZONE
	 "BEGIN:VEVENT\r\nSUMMARY:Event #2\r\nUID:u2\r\nEND:VEVENT\r\n" TAIL},
	{"§9.6.1 properties without components", COMP("VCALENDAR", "<C:allprop/>"), SERIES,
	 HEAD TAIL},
	{"§9.6.1 no alarms", COMP("VCALENDAR", "<C:allprop/>" COMP("VEVENT", "<C:allprop/>")),
	 EVENT("DTSTART:20060103T000000Z\r\n" ALARM), EVENT("DTSTART:20060103T000000Z\r\n")},
	{"§9.6.1 an alarm's properties are its own",
	 COMP("VCALENDAR", "<C:allprop/>" COMP("VEVENT", PROP("UID") PROP("ACTION"))),
	 EVENT("DTSTART:20060103T000000Z\r\n" ALARM), EVENT("")},
	{"§9.6.4 no value",
	 COMP("VCALENDAR", COMP("VEVENT", "<C:prop name=\"DTSTART\" novalue=\"yes\"/>")),
	 EVENT("DTSTART;TZID=US/Eastern:20060103T000000\r\n"),
	 "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=US/Eastern:\r\nEND:VEVENT\r\n" TAIL},
	{"§9.6.4 folds stay", COMP("VCALENDAR", COMP("VEVENT", PROP("SUMMARY"))),
	 EVENT("SUM\r\n MARY:a\r\n b\r\nDTSTART:20060103T000000Z\r\n"),
	 "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUM\r\n MARY:a\r\n b\r\nEND:VEVENT\r\n" TAIL},
	/* §9.6.5 */
	{"§7.8.3 instances", EXPAND, SERIES,
	 HEAD INSTANCE("20060103T170000Z", "RECURRENCE-ID:20060103T170000Z\r\n", "Event #2")
		 INSTANCE("20060104T190000Z", "RECURRENCE-ID:20060104T170000Z\r\n", "bis") TAIL},
	{"§9.6.5 the initial instance has no name",
	 "<C:expand start=\"20060102T000000Z\" end=\"20060103T000000Z\"/>", SERIES,
	 HEAD INSTANCE("20060102T170000Z", "", "Event #2") TAIL},
	{"§9.6.5 moved into the range",
	 "<C:expand start=\"20060104T183000Z\" end=\"20060104T200000Z\"/>", SERIES,
	 HEAD INSTANCE("20060104T190000Z", "RECURRENCE-ID:20060104T170000Z\r\n", "bis") TAIL},
	{"§9.6.5 moved out of the range",
	 "<C:expand start=\"20060104T170000Z\" end=\"20060104T180000Z\"/>", SERIES, HEAD TAIL},
	{"§9.6.5 not recurring, in UTC", EXPAND,
	 HEAD ZONE "BEGIN:VEVENT\r\nUID:u1\r\nDTSTART;TZID=US/Eastern:20060103T100000\r\n"
		   "DTEND;TZID=US/Eastern:20060103T110000\r\n" ALARM "END:VEVENT\r\n" TAIL,
	 EVENT("DTSTART:20060103T150000Z\r\nDTEND:20060103T160000Z\r\n" ALARM)},
	{"§9.6.5 dates stay", EXPAND,
	 EVENT("DTSTART;VALUE=DATE:20060101\r\nDTEND;VALUE=DATE:20060102\r\nRRULE:FREQ=DAILY;COUNT="
	       "3\r\n"),
	 HEAD "BEGIN:VEVENT\r\nRECURRENCE-ID;VALUE=DATE:20060103\r\nUID:u1\r\n"
	      "DTSTART;VALUE=DATE:20060103\r\nDTEND;VALUE=DATE:20060104\r\nEND:VEVENT\r\n" TAIL},
	{"§9.6.5 floating stays", EXPAND,
	 EVENT("DTSTART:20060103T100000\r\nEXDATE:20060104T100000\r\n"),
	 EVENT("DTSTART:20060103T100000\r\n")},
	{"§9.6.5 days of a zone become an end",
	 "<C:expand start=\"20060401T000000Z\" end=\"20060402T000000Z\"/>",
	 EVENT("DTSTART;TZID=America/New_York:20060401T120000\r\nDURATION:P1D\r\n"),
	 EVENT("DTSTART:20060401T170000Z\r\nDTEND:20060402T160000Z\r\n")},
	{"§9.6.5 a to-do", EXPAND,
	 HEAD "BEGIN:VTODO\r\nUID:u1\r\nDTSTART:20060102T100000Z\r\nDUE:20060102T110000Z\r\n"
	      "RRULE:FREQ=DAILY;COUNT=2\r\nEND:VTODO\r\n" TAIL,
	 HEAD "BEGIN:VTODO\r\nRECURRENCE-ID:20060103T100000Z\r\nUID:u1\r\n"
	      "DTSTART:20060103T100000Z\r\nDUE:20060103T110000Z\r\nEND:VTODO\r\n" TAIL},
	{"§9.6.5 and §9.6.1", EXPAND COMP("VCALENDAR", COMP("VEVENT", PROP("DTSTART"))),
	 EVENT("DTSTART:20060103T100000Z\r\n"),
	 "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20060103T100000Z\r\nEND:VEVENT\r\n" TAIL},
	{"§9.6.5 nothing there", EXPAND, EVENT("DTSTART:20070103T100000Z\r\n"), HEAD TAIL},
	{"§9.6.5 free-busy as it is", EXPAND, BUSY("FREEBUSY:20060103T100000Z/PT1H\r\n"),
	 BUSY("FREEBUSY:20060103T100000Z/PT1H\r\n")},
	/* §9.6.6 */
	{"§7.8.2 overrides of the range", LIMIT, SERIES,
	 HEAD ZONE MASTER OVERRIDE("20060104", "bis") TAIL},
	{"§9.6.6 moved into it",
	 "<C:limit-recurrence-set start=\"20060106T183000Z\" end=\"20060106T190100Z\"/>", SERIES,
	 HEAD ZONE MASTER OVERRIDE("20060106", "ter") TAIL},
	{"§9.6.6 moved out of it",
	 "<C:limit-recurrence-set start=\"20060106T170000Z\" end=\"20060106T173000Z\"/>", SERIES,
	 HEAD ZONE MASTER OVERRIDE("20060106", "ter") TAIL},
	{"§9.6.6 neither",
	 "<C:limit-recurrence-set start=\"20060110T000000Z\" end=\"20060111T000000Z\"/>", SERIES,
	 HEAD ZONE MASTER TAIL},
	{"§9.6.6 this and future",
	 "<C:limit-recurrence-set start=\"20060106T000000Z\" end=\"20060107T000000Z\"/>",
	 EVENT("DTSTART:20060102T100000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n"
	       "UID:u1\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20060104T100000Z\r\n"
	       "DTSTART:20060104T110000Z\r\n"),
	 EVENT("DTSTART:20060102T100000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n"
	       "UID:u1\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20060104T100000Z\r\n"
	       "DTSTART:20060104T110000Z\r\n")},
	{"§9.6.6 not recurring", LIMIT, EVENT("DTSTART:20070103T100000Z\r\n"),
	 EVENT("DTSTART:20070103T100000Z\r\n")},
	/* §9.6.7 */
	{"§7.8.4 periods of the range", "<C:limit-freebusy-set" DAYS,
	 BUSY("FREEBUSY:20060101T100000Z/PT1H\r\n"
	      "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/PT1H,20060103T100000Z/PT1H,\r\n"
	      " 20060104T100000Z/20060104T110000Z\r\nFREEBUSY:20060104T230000Z/PT3H\r\n"),
	 BUSY("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060103T100000Z/PT1H,20060104T100000Z/20060\r\n"
	      " 104T110000Z\r\nFREEBUSY:20060104T230000Z/PT3H\r\n")},
	{"§9.6.7 an event as it is", "<C:limit-freebusy-set" DAYS,
	 EVENT("DTSTART:20070103T100000Z\r\n"), EVENT("DTSTART:20070103T100000Z\r\n")},
	/* What is no object is given as it is. */
	{"no object", EXPAND, "hello", "hello"},
	{"no object, by name", COMP("VCALENDAR", "<C:allprop/>"), "", ""},
};

static struct text cut(const char *row, const char *inside, const char *object, const char *zone)
{
	const struct dav_calendar_data *cd = NULL;
	struct text out = TEXT_NONE;

	CHECK_WELL(row, dav_caldata_read(arena, parse("", inside), false, &cd));
	if (cd)
		CHECK_WELL(row,
			   dav_caldata_cut(arena, cd, text_from(object),
					   zone ? zone_find(text_from(zone)) : zone_utc(), &out));
	return out;
}

static void test_cut(void)
{
	begin();
	for (size_t i = 0; i < ARRAY_LEN(cut_rows); i++)
		CHECK_TEXT(cut_rows[i].name,
			   cut(cut_rows[i].name, cut_rows[i].inside, cut_rows[i].object, NULL),
			   text_from(cut_rows[i].wanted));
	end();
}

/* §7.3: which floating instances are in the range, a zone decides; they stay floating. */
static void test_zone(void)
{
	static const char object[] = EVENT("DTSTART:20060102T200000\r\n");

	begin();
	CHECK_TEXT("New York", cut("New York", EXPAND, object, "America/New_York"),
		   text_from(object));
	CHECK_TEXT("Tokyo", cut("Tokyo", EXPAND, object, "Asia/Tokyo"), TEXT(HEAD TAIL));
	end();
}

/* A rule by the second is no answer. */
static void test_too_many(void)
{
	static const char object[] =
		EVENT("DTSTART:20060103T000000Z\r\nRRULE:FREQ=SECONDLY;COUNT=90000\r\n");
	const struct dav_calendar_data *cd = NULL;
	struct text out;

	begin();
	CHECK_WELL("read", dav_caldata_read(arena, parse("", EXPAND), false, &cd));
	CHECK_FAULT("§11 too many instances",
		    dav_caldata_cut(arena, cd, text_from(object), zone_utc(), &out),
		    FAULT_TOO_MANY_MATCHES);
	end();
}

/* What was cut can be read again. */
static void test_readable(void)
{
	struct ical_object *o = NULL;

	begin();
	if (CHECK_WELL("expanded", ical_object_parse(arena, cut("expanded", EXPAND, SERIES, NULL),
						     ICAL_FROM_CLIENT, &o)))
		CHECK_INT("instances", (int64_t)o->item_count, 2);
	if (CHECK_WELL("limited", ical_object_parse(arena, cut("limited", LIMIT, SERIES, NULL),
						    ICAL_FROM_CLIENT, &o)))
		CHECK_INT("components", (int64_t)o->item_count, 2);
	end();
}

UNIT_SUITE("dav_caldata", {"what is asked", test_read}, {"what is cut", test_cut},
	   {"floating times", test_zone}, {"too many instances", test_too_many},
	   {"what is cut is iCalendar", test_readable})

/*
 * test_object - what a calendar object says, and what is refused (RFC 5545, RFC 4791 §4.1)
 */
#include "unit.h"

#include <time.h>

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "ical/zone.h"

static struct arena *arena;

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
#define FOOT "END:VCALENDAR\r\n"
/* A VEVENT with UID and DTSTAMP around the lines of a row. */
#define EVENT(lines)                                                                               \
	HEAD "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20270101T000000Z\r\n" lines "END:VEVENT\r\n" FOOT
#define START	    "DTSTART:20270118T090000Z\r\n"
#define TODO(lines) HEAD "BEGIN:VTODO\r\nUID:u1\r\n" lines "END:VTODO\r\n" FOOT
#define OVERRIDE(id, lines)                                                                        \
	"BEGIN:VEVENT\r\nUID:u1\r\nRECURRENCE-ID" id "\r\nDTSTART:20270119T100000Z\r\n" lines      \
	"END:VEVENT\r\n"
#define SERIES(more)                                                                               \
	HEAD "BEGIN:VEVENT\r\nUID:u1\r\n" START "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\n" more FOOT

struct row {
	const char *name, *raw;
	enum fault_code code;
};

static void check_refused(const struct row *rows, size_t count, enum ical_source source)
{
	for (size_t i = 0; i < count; i++) {
		struct ical_object *o;

		CHECK_FAULT(rows[i].name,
			    ical_object_parse(arena, text_from(rows[i].raw), source, &o),
			    rows[i].code);
	}
}

static void test_bad_data(void)
{
	static const struct row rows[] = {
		{"empty", "", FAULT_BAD_DATA},
		{"HTML", "<html></html>", FAULT_BAD_DATA},
		{"bare VEVENT", "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", FAULT_BAD_DATA},
		{"two VCALENDARs", EVENT(START) EVENT(START), FAULT_BAD_DATA},
		{"a line after the end", EVENT(START) "X:y\r\n", FAULT_BAD_DATA},
		{"truncated", HEAD "BEGIN:VEVENT\r\nUID:1\r\n", FAULT_BAD_DATA},
		{"no VERSION (RFC 5545 §3.6)",
		 "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_DATA},
		{"VERSION:1.0",
		 "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nUID:1\r\n" START
		 "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_DATA},
		{"CALSCALE:HEBREW",
		 HEAD "CALSCALE:HEBREW\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_DATA},
		{"month 13", EVENT("DTSTART:20271318T090000Z\r\n"), FAULT_BAD_DATA},
		{"day 30 of February", EVENT("DTSTART;VALUE=DATE:20270230\r\n"), FAULT_BAD_DATA},
		{"hour 25", EVENT("DTSTART:20270118T250000\r\n"), FAULT_BAD_DATA},
		{"no seconds", EVENT("DTSTART:20270118T0900Z\r\n"), FAULT_BAD_DATA},
		{"VALUE=DATE with a time", EVENT("DTSTART;VALUE=DATE:20270118T090000\r\n"),
		 FAULT_BAD_DATA},
		{"VALUE=PERIOD for DTSTART", EVENT("DTSTART;VALUE=PERIOD:20270118T090000/PT1H\r\n"),
		 FAULT_BAD_DATA},
		{"month 13 in DTSTAMP",
		 HEAD "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20271301T000000Z\r\n" START
		      "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_DATA},
		{"month 13 in an alarm's TRIGGER",
		 EVENT(START "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:"
			     "20271301T000000Z\r\nEND:VALARM\r\n"),
		 FAULT_BAD_DATA},
		{"month 13 in a VTIMEZONE",
		 HEAD "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19701301T000000\r\n"
		      "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
		      "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_DATA},
		{"a bad EXDATE among good ones",
		 EVENT(START "EXDATE:20270118T090000Z,20270118T99\r\n"), FAULT_BAD_DATA},
		{"a bad RDATE period", EVENT(START "RDATE;VALUE=PERIOD:20270118T090000Z\r\n"),
		 FAULT_BAD_DATA},
		{"a negative period", EVENT(START "RDATE;VALUE=PERIOD:20270118T090000Z/-PT1H\r\n"),
		 FAULT_BAD_DATA},
		{"no duration", EVENT(START "DURATION:1H\r\n"), FAULT_BAD_DATA},
		{"no number", EVENT(START "SEQUENCE:1.5\r\n"), FAULT_BAD_DATA},
		{"a number past 32 bits", EVENT(START "PRIORITY:134645983456666098345\r\n"),
		 FAULT_BAD_DATA},
		{"no offset",
		 HEAD "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
		      "TZOFFSETFROM:+01\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
		      "BEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_DATA},
		{"an invalid RRULE (pitfall 4)", EVENT(START "RRULE:FREQ=SOMETIMES\r\n"),
		 FAULT_BAD_DATA},
		{"an empty RRULE", EVENT(START "RRULE:\r\n"), FAULT_BAD_DATA},
		{"COUNT with UNTIL (decisions 23)",
		 EVENT(START "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270120T090000Z\r\n"),
		 FAULT_BAD_DATA},
		{"RFC 7529 §9: RSCALE", EVENT(START "RRULE:RSCALE=CHINESE;FREQ=YEARLY\r\n"),
		 FAULT_UNKNOWN_RSCALE},
		{"a path as TZID", EVENT("DTSTART;TZID=../../../etc/passwd:20270118T090000\r\n"),
		 FAULT_BAD_DATA},
		{"a path as quoted TZID", EVENT("DTSTART;TZID=\"Europe/..\":20270118T090000\r\n"),
		 FAULT_BAD_DATA},
		{"Latin-1", EVENT(START "SUMMARY:\xE4\r\n"), FAULT_BAD_DATA},
		{"a line that is none", EVENT(START "Telephone Conference\r\n"), FAULT_BAD_DATA},
	};

	check_refused(rows, ARRAY_LEN(rows), ICAL_FROM_CLIENT);
}

static void test_bad_object(void)
{
	static const struct row rows[] = {
		{"METHOD (RFC 4791 §4.1, pitfall 2)",
		 HEAD "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"an empty METHOD is one too",
		 HEAD "METHOD:\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"no component", HEAD FOOT, FAULT_BAD_OBJECT},
		{"only a zone", HEAD "BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"only a private component", HEAD "BEGIN:X-A\r\nEND:X-A\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"two types (pitfall 2)",
		 HEAD "BEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\nBEGIN:VTODO\r\nUID:1\r\n"
		      "END:VTODO\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"two UIDs (pitfall 2)",
		 SERIES("BEGIN:VEVENT\r\nUID:u2\r\nRECURRENCE-ID:20270119T090000Z\r\n" START
			"END:VEVENT\r\n"),
		 FAULT_BAD_OBJECT},
		{"UIDs differ by case",
		 SERIES("BEGIN:VEVENT\r\nUID:U1\r\nRECURRENCE-ID:20270119T090000Z\r\n" START
			"END:VEVENT\r\n"),
		 FAULT_BAD_OBJECT},
		{"two masters",
		 HEAD "BEGIN:VEVENT\r\nUID:1\r\n" START
		      "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"no UID", HEAD "BEGIN:VEVENT\r\n" START "END:VEVENT\r\n" FOOT, FAULT_BAD_OBJECT},
		{"an empty UID", HEAD "BEGIN:VEVENT\r\nUID:\r\n" START "END:VEVENT\r\n" FOOT,
		 FAULT_BAD_OBJECT},
		{"two UID lines", EVENT(START "UID:u1\r\n"), FAULT_BAD_OBJECT},
		{"no DTSTART (§3.6.1)", EVENT("SUMMARY:x\r\n"), FAULT_BAD_OBJECT},
		{"two DTSTART", EVENT(START START), FAULT_BAD_OBJECT},
		{"two ORGANIZER", EVENT(START "ORGANIZER:mailto:a@b\r\nORGANIZER:mailto:c@d\r\n"),
		 FAULT_BAD_OBJECT},
		{"two RRULE", EVENT(START "RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY\r\n"),
		 FAULT_BAD_OBJECT},
		{"DTEND before DTSTART", EVENT(START "DTEND:20270118T085959Z\r\n"),
		 FAULT_BAD_OBJECT},
		{"DTEND before DTSTART, in zones",
		 EVENT("DTSTART;TZID=Europe/Berlin:20270118T090000\r\n"
		       "DTEND:20270118T075900Z\r\n"),
		 FAULT_BAD_OBJECT},
		{"DTEND before DTSTART, dates",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\nDTEND;VALUE=DATE:20270117\r\n"),
		 FAULT_BAD_OBJECT},
		{"DATE and DATE-TIME mixed (pitfall 11)",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\nDTEND:20270119T090000Z\r\n"),
		 FAULT_BAD_OBJECT},
		{"DTEND and DURATION", EVENT(START "DTEND:20270118T100000Z\r\nDURATION:PT1H\r\n"),
		 FAULT_BAD_OBJECT},
		{"DUE and DURATION", TODO(START "DUE:20270118T100000Z\r\nDURATION:PT1H\r\n"),
		 FAULT_BAD_OBJECT},
		{"a negative DURATION", EVENT(START "DURATION:-PT1H\r\n"), FAULT_BAD_OBJECT},
		{"two overrides of one instance (pitfall 4)",
		 SERIES(OVERRIDE(":20270119T090000Z", "") OVERRIDE(":20270119T090000Z", "")),
		 FAULT_BAD_OBJECT},
		{"the same instant, another zone",
		 SERIES(OVERRIDE(":20270119T090000Z", "")
				OVERRIDE(";TZID=Europe/Berlin:20270119T100000", "")),
		 FAULT_BAD_OBJECT},
	};

	check_refused(rows, ARRAY_LEN(rows), ICAL_FROM_CLIENT);
}

/* Notes tell what was read leniently; a row says how many it wants. */
static void test_accepted(void)
{
	static const struct {
		const char *name, *raw;
		size_t notes;
	} rows[] = {
		{"plain", EVENT(START), 0},
		{"bare LF, lower case",
		 "begin:vcalendar\nversion:2.0\nprodid:x\nbegin:vevent\nuid:1\n"
		 "dtstart;value=date:20270118\nend:vevent\nend:vcalendar\n",
		 0},
		{"no PRODID",
		 "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\n" START "END:VEVENT\n" FOOT,
		 1},
		{"no DTSTAMP", HEAD "BEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT, 0},
		{"no end (pitfall 8)", EVENT(START), 0},
		{"DTEND is DTSTART", EVENT(START "DTEND:20270118T090000Z\r\n"), 0},
		{"an override alone (pitfall 6)", HEAD OVERRIDE(":20270119T090000Z", "") FOOT, 0},
		{"RECURRENCE-ID as a date", SERIES(OVERRIDE(";VALUE=DATE:20270119", "")), 1},
		{"EXDATE as a date (pitfall 11)",
		 EVENT(START "RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20270119\r\n"), 1},
		{"a date without VALUE=DATE", EVENT("DTSTART;TZID=Europe/Berlin:20270118\r\n"), 1},
		{"UNTIL as a date", EVENT(START "RRULE:FREQ=DAILY;UNTIL=20270120\r\n"), 1},
		{"UNTIL floating with a zone",
		 EVENT("DTSTART;TZID=Europe/Berlin:20270118T090000\r\n"
		       "RRULE:FREQ=DAILY;UNTIL=20270120T090000\r\n"),
		 1},
		{"UNTIL as it should be",
		 EVENT("DTSTART;TZID=Europe/Berlin:20270118T090000\r\n"
		       "RRULE:FREQ=DAILY;UNTIL=20270120T080000Z\r\n"),
		 0},
		{"§5.2.8 as many instances as may be",
		 EVENT(START "RRULE:FREQ=DAILY;COUNT=100000\r\n"), 0},
		{"§5.2.8 an end as good as none",
		 EVENT(START "RRULE:FREQ=HOURLY;UNTIL=99991231T235959Z\r\n"), 0},
		{"§5.2.6 the first second", EVENT("DTSTART:00010101T000000Z\r\n"), 0},
		{"§5.2.7 the last second", EVENT("DTSTART:99991231T235959Z\r\n"), 0},
		{"SECONDLY with a near end", EVENT(START "RRULE:FREQ=SECONDLY;COUNT=10\r\n"), 0},
		{"MINUTELY until tomorrow",
		 EVENT(START "RRULE:FREQ=MINUTELY;UNTIL=20270119T090000Z\r\n"), 0},
		{"an unknown zone (case C3)", EVENT("DTSTART;TZID=Nowhere:20270118T090000\r\n"), 1},
		{"a Windows name",
		 EVENT("DTSTART;TZID=W. Europe Standard Time:20270118T090000\r\n"), 0},
		{"RFC 6868, X- with any VALUE (pitfall 10)",
		 EVENT(START "X-A;VALUE=DATE;P=^n^':no date\r\nATTENDEE;CN=^'J^':mailto:a@b\r\n"),
		 0},
		{"RFC 9073 properties libical does not know",
		 EVENT(START "STYLED-DESCRIPTION;VALUE=TEXT:<b>\r\nBEGIN:PARTICIPANT\r\n"
			     "UID:p\r\nPARTICIPANT-TYPE:ACTIVE\r\nEND:PARTICIPANT\r\n"),
		 0},
		{"its own X-LIC-ERROR lines",
		 EVENT(START "X-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:Can't parse\r\n"), 0},
		{"a private component with private dates",
		 EVENT(START "BEGIN:X-A\r\nDTSTART:never\r\nEND:X-A\r\n"), 0},
		{"empty properties", EVENT(START "LOCATION:\r\nX-A:\r\nPRIORITY:\r\n"), 1},
		{"COMPLETED in a zone", TODO("COMPLETED;TZID=Europe/Paris:20270118T090000\r\n"), 1},
		{"DUE alone with a rule (pitfall 12)",
		 TODO("DUE;VALUE=DATE:20270118\r\nRRULE:FREQ=WEEKLY\r\n"), 0},
		{"a rule and no date (pitfall 12)", TODO("RRULE:FREQ=WEEKLY\r\n"), 1},
		{"a task without dates", TODO(""), 0},
		{"DUE before DTSTART", TODO(START "DUE:20270117T090000Z\r\n"), 1},
		{"a task's date and time mixed", TODO(START "DUE;VALUE=DATE:20270119\r\n"), 1},
		{"a VFREEBUSY (pitfall 7)",
		 HEAD
		 "BEGIN:VFREEBUSY\r\nUID:1\r\nDTSTART:20270118T090000Z\r\nDTEND:20270119T090000Z"
		 "\r\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20270118T100000Z/PT1H,"
		 "20270118T120000Z/20270118T130000Z\r\nEND:VFREEBUSY\r\n" FOOT,
		 0},
		{"a journal entry",
		 HEAD "BEGIN:VJOURNAL\r\nUID:1\r\nSUMMARY:x\r\nEND:VJOURNAL\r\n" FOOT, 0},
		{"Android's duration", EVENT("DTSTART;VALUE=DATE:20270118\r\nDURATION:PT2D\r\n"),
		 1},
		{"a period of no length",
		 EVENT(START "RDATE;VALUE=PERIOD:20270118T090000Z/PT0S\r\n"), 0},
		{"Greenwich as -0000",
		 HEAD "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
		      "TZOFFSETFROM:-0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\n"
		      "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\n" START "END:VEVENT\r\n" FOOT,
		 1},
		{"EXRULE", EVENT(START "RRULE:FREQ=DAILY\r\nEXRULE:FREQ=WEEKLY\r\n"), 1},
		{"two SUMMARY", EVENT(START "SUMMARY:a\r\nSUMMARY:b\r\n"), 1},
		{"GEO with a comma", EVENT(START "GEO:48,2;11,5\r\n"), 1},
		{"GEO", EVENT(START "GEO:48.2;-11.5\r\n"), 0},
		{"a fold inside DTSTART", EVENT("DTST\r\n ART:2027\r\n\t0118T090000Z\r\n"), 0},
		{"year 1 and the end of 9999",
		 EVENT("DTSTART:00010101T000000\r\nDTEND:99991231T235959\r\n"), 0},
		{"a leap second", EVENT("DTSTART:20270118T235960Z\r\n"), 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_object *o;
		const struct fault *f =
			ical_object_parse(arena, text_from(rows[i].raw), ICAL_FROM_CLIENT, &o);

		if (CHECK_WELL(rows[i].name, f) &&
		    !CHECK_INT(rows[i].name, (int64_t)o->note_count, (int64_t)rows[i].notes))
			for (size_t n = 0; n < o->note_count; n++)
				printf("\tnote: %.*s\n", TEXT_ARG(o->notes[n]));
	}
}

/* RFC 4791 §5.2.6 to §5.2.8: each bound has a name of its own. */
static void test_bounds(void)
{
	static const struct row rows[] = {
		{"§5.2.6 the year 0", EVENT("DTSTART:00001231T235959Z\r\n"), FAULT_TOO_EARLY},
		{"§5.2.6 a date", EVENT("DTSTART;VALUE=DATE:00000229\r\n"), FAULT_TOO_EARLY},
		{"§5.2.6 in an EXDATE", EVENT(START "EXDATE:00000101T000000Z\r\n"),
		 FAULT_TOO_EARLY},
		{"§5.2.6 in UTC", EVENT("DTSTART;TZID=Asia/Tokyo:00010101T000000\r\n"),
		 FAULT_TOO_EARLY},
		{"§5.2.6 no date of any year", EVENT("DTSTART:00000230T000000Z\r\n"),
		 FAULT_BAD_DATA},
		{"§5.2.7 in UTC", EVENT("DTSTART;TZID=America/New_York:99991231T235959\r\n"),
		 FAULT_TOO_LATE},
		{"§5.2.7 a year of five digits", EVENT("DTSTART:100000101T000000Z\r\n"),
		 FAULT_BAD_DATA},
		{"§5.2.8 one instance too many", EVENT(START "RRULE:FREQ=DAILY;COUNT=100001\r\n"),
		 FAULT_TOO_MANY_INSTANCES},
		{"SECONDLY without end", EVENT(START "RRULE:FREQ=SECONDLY\r\n"),
		 FAULT_TOO_MANY_INSTANCES},
		{"MINUTELY without end", EVENT(START "RRULE:FREQ=MINUTELY;INTERVAL=5\r\n"),
		 FAULT_TOO_MANY_INSTANCES},
		{"SECONDLY with a far end",
		 EVENT(START "RRULE:FREQ=SECONDLY;UNTIL=20280118T090000Z\r\n"),
		 FAULT_TOO_MANY_INSTANCES},
		{"SECONDLY;COUNT=2000000000",
		 EVENT(START "RRULE:FREQ=SECONDLY;COUNT=2000000000\r\n"), FAULT_TOO_MANY_INSTANCES},
	};
	struct ical_object *o;

	check_refused(rows, ARRAY_LEN(rows), ICAL_FROM_CLIENT);
	CHECK_FAULT("from others it is no date",
		    ical_object_parse(arena, text_from(rows[0].raw), ICAL_FROM_IMPORT, &o),
		    FAULT_BAD_DATA);
	CHECK_WELL("an import counts nothing",
		   ical_object_parse(arena, text_from(rows[7].raw), ICAL_FROM_IMPORT, &o));
}

static void test_sources(void)
{
	struct text with =
		TEXT(HEAD "METHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n" FOOT);
	struct text dense = TEXT(EVENT(START "RRULE:FREQ=SECONDLY\r\n"));
	struct text both = TEXT(EVENT(START "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270120T090000Z\r\n"));
	struct ical_object *o;

	CHECK_WELL("a message needs no DTSTART",
		   ical_object_parse(arena, with, ICAL_FROM_MESSAGE, &o));
	CHECK_TEXT("its METHOD", o->method, TEXT("CANCEL"));
	CHECK_FAULT("an import does", ical_object_parse(arena, with, ICAL_FROM_IMPORT, &o),
		    FAULT_BAD_OBJECT);
	CHECK_FAULT("a message without METHOD",
		    ical_object_parse(arena, TEXT(EVENT(START)), ICAL_FROM_MESSAGE, &o),
		    FAULT_BAD_OBJECT);
	CHECK_WELL("case C12: imported SECONDLY",
		   ical_object_parse(arena, dense, ICAL_FROM_IMPORT, &o));
	CHECK_WELL("imported COUNT and UNTIL",
		   ical_object_parse(arena, both, ICAL_FROM_IMPORT, &o));
}

#define FULL                                                                                       \
	HEAD "BEGIN:VEVENT\r\nUID:u1\r\nRECURRENCE-ID;TZID=Europe/Berlin;RANGE=THISANDFUTURE:"     \
	     "20270119T090000\r\nDTSTART;TZID=Europe/Berlin:20270119T130000\r\n"                   \
	     "END:VEVENT\r\n"                                                                      \
	     "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20270101T000000Z\r\nSEQUENCE:3\r\n"                \
	     "DTSTART;TZID=Europe/Berlin:20270118T090000\r\nDURATION:P1DT2H\r\n"                   \
	     "RRULE:FREQ=DAILY;COUNT=5\r\nRDATE:20270201T080000Z,20270202T080000Z\r\n"             \
	     "RDATE;VALUE=PERIOD:20270203T080000Z/PT2H\r\n"                                        \
	     "EXDATE;TZID=Europe/Berlin:20270120T090000\r\nSTATUS:TENTATIVE\r\n"                   \
	     "TRANSP:TRANSPARENT\r\nSUMMARY:a\\, b\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n"          \
	     "ORGANIZER;CN=\"Doe, Al\":mailto:al@example.org\r\n"                                  \
	     "ATTENDEE;PARTSTAT=DECLINED;RSVP=TRUE;SCHEDULE-AGENT=CLIENT:MAILTO:Bo@example."       \
	     "org\r\n"                                                                             \
	     "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nSUMMARY:alarm\r\nATTENDEE:mailto:x@y\r\n"           \
	     "END:VALARM\r\nEND:VEVENT\r\n" FOOT

static void test_values(void)
{
	struct text raw = TEXT(FULL);
	const struct ical_block *b;
	struct ical_object *o;
	struct ical_item *m;

	if (!CHECK_WELL("reads", ical_object_parse(arena, raw, ICAL_FROM_CLIENT, &o)))
		return;
	m = &o->items[0];
	b = &o->blocks.at[o->items[1].block];
	CHECK_TRUE("the master comes first", o->has_master && !m->recurrence_id.present);
	CHECK_INT("two items", (int64_t)o->item_count, 2);
	CHECK_TEXT("uid", o->uid, TEXT("u1"));
	CHECK_INT("type", o->type, COMP_VEVENT);
	CHECK_INT("dtstart, local seconds", m->dtstart.seconds, INT64_C(1800262800));
	CHECK_INT("zoned", m->dtstart.form, TIME_ZONED);
	CHECK_TRUE("zone found", m->dtstart.zone == zone_find(TEXT("Europe/Berlin")));
	CHECK_TRUE("duration",
		   m->has_duration && m->duration.days == 1 && m->duration.seconds == 7200);
	CHECK_TRUE("rule", m->has_rule && m->rule.count == 5);
	CHECK_INT("rdates", (int64_t)m->rdates.count, 2);
	CHECK_INT("periods", (int64_t)m->period_count, 1);
	CHECK_INT("exdates", (int64_t)m->exdates.count, 1);
	CHECK_INT("status", m->status, STATUS_TENTATIVE);
	CHECK_TRUE("transparent", m->transparent);
	CHECK_INT("sequence", m->sequence, 3);
	CHECK_TEXT("summary, escaped, not the alarm's", m->summary, TEXT("a\\, b"));
	CHECK_TEXT("busy status", m->busy_status, TEXT("OOF"));
	CHECK_TEXT("organizer's name", m->organizer.cn, TEXT("Doe, Al"));
	CHECK_INT("one attendee, not the alarm's", (int64_t)m->attendee_count, 1);
	CHECK_TEXT("address as written", m->attendees[0].address, TEXT("MAILTO:Bo@example.org"));
	CHECK_TEXT("partstat", m->attendees[0].partstat, TEXT("DECLINED"));
	CHECK_TRUE("rsvp", m->attendees[0].rsvp);
	CHECK_TRUE("range", o->items[1].this_and_future);
	CHECK_TRUE("item's raw range",
		   text_starts(text_sub(raw, b->begin, 100), TEXT("BEGIN:VEVENT")) &&
			   text_ends(text_sub(raw, 0, b->end), TEXT("END:VEVENT\r\n")));
}

/* A VTIMEZONE five hours off under a known name is not followed; under another one it is. */
static void test_zones(void)
{
#define VTIMEZONE(tzid)                                                                            \
	"BEGIN:VTIMEZONE\r\nTZID:" tzid "\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"        \
	"TZOFFSETFROM:+0600\r\nTZOFFSETTO:+0600\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	struct ical_object *o;

	if (CHECK_WELL("contradicting",
		       ical_object_parse(arena,
					 TEXT(HEAD
					      "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/"
					      "Berlin:20270118T090000\r\nEND:VEVENT\r\n" VTIMEZONE(
						      "Europe/Berlin") FOOT),
					 ICAL_FROM_CLIENT, &o))) {
		CHECK_INT("the database is followed",
			  zone_to_utc(o->items[0].dtstart.zone, o->items[0].dtstart.seconds),
			  INT64_C(1800259200));
		CHECK_INT("and a note says so", (int64_t)o->note_count, 1);
	}
	if (CHECK_WELL("its own name",
		       ical_object_parse(arena,
					 TEXT(HEAD "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Mine:"
						   "20270118T090000\r\nEND:VEVENT\r\n" VTIMEZONE(
							   "Mine") FOOT),
					 ICAL_FROM_CLIENT, &o)) &&
	    CHECK_TRUE("compiled", o->items[0].dtstart.zone != NULL))
		CHECK_INT("its own rules",
			  zone_to_utc(o->items[0].dtstart.zone, o->items[0].dtstart.seconds),
			  INT64_C(1800241200));
}

/* SEQUENCE in milliseconds (Google): as far as numbers go (RFC 5545 §3.3.8), but from clients. */
static void test_sequence(void)
{
#define COUNTED(method)                                                                            \
	TEXT(HEAD method "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270118T090000Z\r\n"                   \
			 "SEQUENCE:1407317367304\r\nEND:VEVENT\r\n" FOOT)
	struct text message = COUNTED("METHOD:REQUEST\r\n"), object = COUNTED("");
	struct ical_object *o;

	if (CHECK_WELL("of a message", ical_object_parse(arena, message, ICAL_FROM_MESSAGE, &o)))
		CHECK_INT("the greatest", o->items[0].sequence, INT32_MAX);
	CHECK_WELL("as it is stored", ical_object_parse(arena, object, ICAL_FROM_STORE, &o));
	CHECK_FAULT("of a client", ical_object_parse(arena, object, ICAL_FROM_CLIENT, &o),
		    FAULT_BAD_DATA);
}

/* Each side of a name may be escaped or not: RFC 5545 §3.8.3.1 and §3.2.19, and what is written. */
static void test_zone_names(void)
{
	static const struct {
		const char *row, *zone, *named;
	} rows[] = {
		{"escaped and quoted (Outlook 2007)", "Here\\, There", "\"Here, There\""},
		{"unescaped and quoted (Outlook 2003)", "Here, There", "\"Here, There\""},
		{"escaped both", "Here\\, There", "\"Here\\, There\""},
		{"quoted both", "\"Here There\"", "\"Here There\""},
		{"plain", "Here", "Here"},
	};
	struct ical_object *o;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *raw = arena_printf(
			arena,
			HEAD VTIMEZONE("%s") "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=%s:"
					     "20270118T090000\r\nEND:VEVENT\r\n" FOOT,
			rows[i].zone, rows[i].named);

		if (CHECK_WELL(rows[i].row,
			       ical_object_parse(arena, text_from(raw), ICAL_FROM_CLIENT, &o)))
			CHECK_TRUE(rows[i].row, o->items[0].dtstart.zone != NULL);
	}
}

/* head, then `count` times the format with its # replaced by an instant a minute later, tail. */
static struct text many(const char *head, const char *format, int count, const char *tail)
{
	struct buf b;

	buf_init(&b, arena, 1 << 16, 8 << 20);
	buf_put_str(&b, head);
	for (int i = 0; i < count; i++) {
		const char *rest = format;

		for (const char *at; (at = strchr(rest, '#')); rest = at + 1) {
			buf_put(&b, rest, (size_t)(at - rest));
			time_put_utc(&b, INT64_C(1800262800) + (int64_t)i * 60);
		}
		buf_put_str(&b, rest);
	}
	buf_put_str(&b, tail);
	return buf_text(&b);
}

#define OPEN  HEAD "BEGIN:VEVENT\r\nUID:1\r\n" START
#define CLOSE "END:VEVENT\r\n" FOOT

static void test_limits(void)
{
	const struct {
		const char *name;
		struct text raw;
		enum fault_code code;
	} rows[] = {
		{"1,001 attendees (pitfall 5)", many(OPEN, "ATTENDEE:mailto:a#@b\r\n", 1001, CLOSE),
		 FAULT_TOO_MANY_ATTENDEES},
		{"10,001 EXDATEs (pitfall 5)", many(OPEN, "EXDATE:#\r\n", 10001, CLOSE),
		 FAULT_TOO_MANY_INSTANCES},
		{"10,001 dates in few lines", many(OPEN, "RDATE:#,#,#,#\r\n", 2501, CLOSE),
		 FAULT_TOO_MANY_INSTANCES},
		{"65 zones", many(OPEN, "EXDATE;TZID=Z#:20270118T090000\r\n", 65, CLOSE),
		 FAULT_BAD_DATA},
		{"more than a megabyte", many(OPEN, "X-A:#################\r\n", 4000, CLOSE),
		 FAULT_OBJECT_TOO_LARGE},
	};
	struct ical_object *o;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_FAULT(rows[i].name,
			    ical_object_parse(arena, rows[i].raw, ICAL_FROM_CLIENT, &o),
			    rows[i].code);
}

/* libical cuts lists at 500 values: a cancelled instance would come back. */
static void test_long_lists(void)
{
	struct text raw = many(OPEN "EXDATE:20270118T090000Z", ",\r\n #", 2000, "\r\n" CLOSE);
	struct ical_object *o;

	if (!CHECK_WELL("2,001 values in one line",
			ical_object_parse(arena, raw, ICAL_FROM_CLIENT, &o)))
		return;
	CHECK_INT("all are there", (int64_t)o->items[0].exdates.count, 2001);
	CHECK_INT("the last one", o->items[0].exdates.at[2000].seconds,
		  INT64_C(1800262800) + 1999 * 60);
}

/* Pitfall 52; the bound is generous, so that a busy machine does not fail it. */
static void test_hostile_sizes(void)
{
	const struct {
		const char *name;
		struct text raw;
		int64_t items;
	} rows[] = {
		{"9,000 overrides",
		 many(HEAD, "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:#\nDTSTART:#\nEND:VEVENT\n", 9000,
		      FOOT),
		 9000},
		{"100,000 empty private lines", many(OPEN, "X-A:\r\n", 100000, CLOSE), 1},
		{"16,000 folds in one line", many(OPEN "X-A:", "a\r\n ", 16000, "\r\n" CLOSE), 1},
		{"20,000 alarms",
		 many(OPEN, "BEGIN:VALARM\nTRIGGER:PT0S\nEND:VALARM\n", 20000, CLOSE), 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		clock_t start = clock(); /* of this program's own time: others run as well */
		int64_t ms;
		struct ical_object *o;

		if (!CHECK_WELL(rows[i].name,
				ical_object_parse(arena, rows[i].raw, ICAL_FROM_CLIENT, &o)))
			continue;
		ms = (int64_t)(clock() - start) * 1000 / CLOCKS_PER_SEC;
		CHECK_INT(rows[i].name, (int64_t)o->item_count, rows[i].items);
		if (!CHECK_TRUE(rows[i].name, ms < 2000))
			printf("\t%lld ms\n", (long long)ms);
	}
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 28);
	CHECK_WELL("secrets", secret_init(arena));
	ical_init();
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_bad_data)
CASE(test_bad_object)
CASE(test_accepted)
CASE(test_sources)
CASE(test_values)
CASE(test_zones)
CASE(test_zone_names)
CASE(test_sequence)
CASE(test_bounds)
CASE(test_limits)
CASE(test_long_lists)
CASE(test_hostile_sizes)

UNIT_SUITE("object", {"unreadable values", run_test_bad_data},
	   {"wrong combinations", run_test_bad_object}, {"accepted, with notes", run_test_accepted},
	   {"by source", run_test_sources}, {"values", run_test_values},
	   {"whose zone rules", run_test_zones}, {"names of zones", run_test_zone_names},
	   {"SEQUENCE", run_test_sequence}, {"limits", run_test_limits},
	   {"bounds that clients are told", run_test_bounds}, {"long lists", run_test_long_lists},
	   {"hostile sizes", run_test_hostile_sizes})

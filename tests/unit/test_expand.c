/*
 * test_expand - when one component happens, and what that means (RFC 4791 §9.9, §7.10)
 */
#include "expand_fixture.h"

#include "ical/zone.h"

/* ---- one component ------------------------------------------------------------------------- */

static void test_length(void)
{
	static const struct expand_row rows[] = {
		{"C1 an hour", EVENT(NINE_UTC), "20270118T093000Z", "20270118T094000Z",
		 "20270118T090000Z/20270118T100000Z"},
		{"half-open: what ends at the window's start is out", EVENT(NINE_UTC),
		 "20270118T100000Z", "20270118T110000Z", ""},
		{"half-open: what starts at its end is out", EVENT(NINE_UTC), "20270118T080000Z",
		 "20270118T090000Z", ""},
		{"C1 no length, at the window's start (RFC 4791 §9.9)",
		 EVENT("DTSTART:20270118T090000Z\r\n"), "20270118T090000Z", "20270118T100000Z",
		 "20270118T090000Z/20270118T090000Z"},
		{"no length, at its end", EVENT("DTSTART:20270118T090000Z\r\n"), "20270118T080000Z",
		 "20270118T090000Z", ""},
		{"C1 DTEND = DTSTART",
		 EVENT("DTSTART:20270118T090000Z\r\nDTEND:20270118T090000Z\r\n"),
		 "20270118T080000Z", "20270118T100000Z", "20270118T090000Z/20270118T090000Z"},
		{"DURATION of hours", EVENT("DTSTART:20270118T090000Z\r\nDURATION:PT90M\r\n"),
		 "20270118T080000Z", "20270118T100000Z", "20270118T090000Z/20270118T103000Z"},
		{"DURATION of a day is nominal: 23 hours over the gap (RFC 5545 §3.3.6)",
		 EVENT("DTSTART" BERLIN "20270327T120000\r\nDURATION:P1D\r\n"), "20270327T000000Z",
		 "20270330T000000Z", "20270327T110000Z/20270328T100000Z"},
		{"days first, then exact time",
		 EVENT("DTSTART" BERLIN "20270327T013000\r\nDURATION:P1DT1H\r\n"),
		 "20270327T000000Z", "20270330T000000Z", "20270327T003000Z/20270328T013000Z"},
		{"DTEND in another zone",
		 EVENT("DTSTART" BERLIN "20270118T090000\r\n"
		       "DTEND;TZID=America/New_York:20270118T060000\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T080000Z/20270118T110000Z"},
		{"DTEND before DTSTART on the time line only (across the gap)",
		 EVENT("DTSTART" BERLIN "20270328T023000\r\nDTEND" BERLIN "20270328T030000\r\n"),
		 "20270328T000000Z", "20270329T000000Z", "20270328T013000Z/20270328T013000Z"},
		{"an explicit time in a gap takes the offset before it (§3.3.5)",
		 EVENT("DTSTART" BERLIN "20270328T023000\r\nDURATION:PT1H\r\n"), "20270328T000000Z",
		 "20270329T000000Z", "20270328T013000Z/20270328T023000Z"},
		{"C4 all-day, DTEND exclusive",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\nDTEND;VALUE=DATE:20270119\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T000000/20270119T000000"},
		{"C4 all-day, DTSTART only", EVENT("DTSTART;VALUE=DATE:20270118\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T000000/20270119T000000"},
		{"C4 all-day, P1D", EVENT("DTSTART;VALUE=DATE:20270118\r\nDURATION:P1D\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T000000/20270119T000000"},
		{"all-day, P0D has no length (RFC 4791 §9.9)",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\nDURATION:P0D\r\n"), "20270118T000000Z",
		 "20270119T000000Z", "20270118T000000/20270118T000000"},
		{"all-day, DTEND = DTSTART means the day",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\nDTEND;VALUE=DATE:20270118\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T000000/20270119T000000"},
		{"floating: 14 hours of slack before", EVENT("DTSTART:20270118T090000\r\n"),
		 "20270118T230000Z", "20270119T000000Z", "20270118T090000/20270118T090000"},
		{"floating: and no more", EVENT("DTSTART:20270118T090000\r\n"), "20270118T230001Z",
		 "20270119T000000Z", ""},
		{"floating: 14 hours of slack after", EVENT("DTSTART:20270118T090000\r\n"),
		 "20270117T000000Z", "20270117T190001Z", "20270118T090000/20270118T090000"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

static void test_zones(void)
{
	static const struct expand_row rows[] = {
		{"C2 zoned", EVENT(NINE_BERLIN), "20270118T000000Z", "20270119T000000Z",
		 "20270118T080000Z/20270118T090000Z"},
		{"C2 a Windows name",
		 EVENT("DTSTART;TZID=W. Europe Standard Time:20270118T090000\r\nDURATION:PT1H\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T080000Z/20270118T090000Z"},
		{"C2 its own VTIMEZONE",
		 SERIES("DTSTART;TZID=Customized Time Zone:20270118T090000\r\nDURATION:PT1H\r\n",
			"BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\n"
			"DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
			"END:STANDARD\r\nEND:VTIMEZONE\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T080000Z/20270118T090000Z"},
		{"a clock that leaps 46 hours makes no negative day",
		 SERIES("DTSTART;TZID=Wild:20270119T200000\r\nDURATION:P1D\r\n",
			"BEGIN:VTIMEZONE\r\nTZID:Wild\r\nBEGIN:STANDARD\r\n"
			"DTSTART:20270118T000000\r\nTZOFFSETFROM:-2300\r\nTZOFFSETTO:+2300\r\n"
			"END:STANDARD\r\nEND:VTIMEZONE\r\n"),
		 "20270118T000000Z", "20270122T000000Z", "20270120T190000Z/20270120T190000Z"},
		{"C3 a zone nobody knows: start - 14 h to end + 12 h",
		 EVENT("DTSTART;TZID=Nowhere:20270118T090000\r\n"
		       "DTEND;TZID=Nowhere:20270118T100000\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270117T190000Z/20270118T220000Z"},
		{"C3 is found at its far end",
		 EVENT("DTSTART;TZID=Nowhere:20270118T090000\r\nDURATION:PT1H\r\n"),
		 "20270118T215959Z", "20270119T000000Z", "20270117T190000Z/20270118T220000Z"},
		{"C3 what has no length takes no time there either",
		 EVENT("DTSTART;TZID=Nowhere:20270118T090000\r\n"), "20270118T000000Z",
		 "20270119T000000Z", "20270117T190000Z/20270118T210000Z=free"},
		{"C3 an end that nobody knows, of a known start",
		 EVENT("DTSTART:20270118T090000Z\r\nDTEND;TZID=Nowhere:20270118T100000\r\n"),
		 "20270118T000000Z", "20270119T000000Z", "20270118T090000Z/20270118T220000Z"},
		{"C3 in a series",
		 EVENT("DTSTART;TZID=Nowhere:20270101T090000\r\nDURATION:PT1H\r\n"
		       "RRULE:FREQ=WEEKLY\r\n"),
		 "20270122T213000Z", "20270123T000000Z", "20270121T190000Z/20270122T220000Z"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

static void test_busy(void)
{
#define MEETING(lines)	  EVENT(NINE_UTC lines)
#define INVITED(partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:Alice@Example.com\r\n"
#define IS(busy)	  "20270118T090000Z/20270118T100000Z" busy
#define DAY		  "20270118T000000Z", "20270119T000000Z"
	static const struct expand_row rows[] = {
		{"C5 TRANSPARENT", MEETING("TRANSP:TRANSPARENT\r\n"), DAY, IS("=free")},
		{"C5 CANCELLED", MEETING("STATUS:CANCELLED\r\n"), DAY, IS("=free")},
		{"C5 TENTATIVE", MEETING("STATUS:TENTATIVE\r\n"), DAY, IS("=tentative")},
		{"TENTATIVE and TRANSPARENT (RFC 4791 §7.10)",
		 MEETING("STATUS:TENTATIVE\r\nTRANSP:TRANSPARENT\r\n"), DAY, IS("=free")},
		{"an unknown STATUS is BUSY", MEETING("STATUS:X-MAYBE\r\n"), DAY, IS("")},
		{"C5b FREE", MEETING("X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"), DAY, IS("=free")},
		{"C5b TENTATIVE", MEETING("X-MICROSOFT-CDO-BUSYSTATUS:tentative\r\n"), DAY,
		 IS("=tentative")},
		{"C5b OOF", MEETING("X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n"), DAY, IS("")},
		{"C5b WORKINGELSEWHERE", MEETING("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n"),
		 DAY, IS("=elsewhere")},
		{"C5b BUSY does not overrule TRANSP",
		 MEETING("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"), DAY,
		 IS("=free")},
		{"C6 DECLINED", MEETING(INVITED("DECLINED")), DAY, IS("=free")},
		{"C6 DELEGATED", MEETING(INVITED("DELEGATED")), DAY, IS("=free")},
		{"C6 ACCEPTED", MEETING(INVITED("ACCEPTED")), DAY, IS("")},
		{"C6 NEEDS-ACTION", MEETING(INVITED("NEEDS-ACTION")), DAY, IS("")},
		{"C6 TENTATIVE", MEETING(INVITED("TENTATIVE")), DAY, IS("=tentative")},
		{"C6 another one declined",
		 MEETING("ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com\r\n"), DAY, IS("")},
		{"C6 the other address, without mailto:",
		 MEETING("ATTENDEE;PARTSTAT=DECLINED:A.Liddell@example.org\r\n"), DAY, IS("=free")},
		{"C6 the same address, encoded (RFC 6068 §2)",
		 MEETING("ATTENDEE;PARTSTAT=DECLINED:mailto:alic%65@example.com?x=y\r\n"), DAY,
		 IS("=free")},
		{"C6 invited twice, declined once",
		 MEETING(INVITED("DECLINED") "ATTENDEE:mailto:a.liddell@example.org\r\n"), DAY,
		 IS("")},
		{"C6 invited twice, declined the second",
		 MEETING("ATTENDEE:mailto:a.liddell@example.org\r\n" INVITED("DECLINED")), DAY,
		 IS("")},
		{"C13 answered free-busy",
		 FREEBUSY("DTSTART:20270118T000000Z\r\nDTEND:20270119T000000Z\r\n"
			  "FREEBUSY;FBTYPE=FREE:20270118T080000Z/PT1H\r\n"
			  "FREEBUSY:20270118T090000Z/PT1H\r\n"
			  "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270118T100000Z/20270118T110000Z\r\n"
			  "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270118T110000Z/PT1H\r\n"
			  "FREEBUSY;FBTYPE=X-LUNCH:20270118T120000Z/PT1H\r\n"),
		 DAY,
		 "20270118T000000Z/20270119T000001Z=free 20270118T090000Z/20270118T100000Z "
		 "20270118T100000Z/20270118T110000Z=unavailable "
		 "20270118T110000Z/20270118T120000Z=tentative 20270118T120000Z/20270118T130000Z"},
		{"VFREEBUSY without DTSTART and DTEND: its periods, free ones too (RFC 4791 §9.9)",
		 FREEBUSY("FREEBUSY;FBTYPE=FREE:20270118T080000Z/PT1H\r\n"
			  "FREEBUSY:20270118T090000Z/PT1H\r\n"),
		 DAY, "20270118T080000Z/20270118T090000Z=free 20270118T090000Z/20270118T100000Z"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

/* ---- RFC 4791 §9.9, the tables of VTODO and VJOURNAL ---- */

static void test_todo_table(void)
{
	/* Whether [from, to) meets the component, as the table's condition says. */
	static const struct {
		const char *name, *raw, *from, *to;
		bool want;
	} rows[] = {
#define START_AND_LENGTH "DTSTART:20270118T090000Z\r\nDURATION:PT1H\r\n"
#define START_AND_DUE	 "DTSTART:20270118T090000Z\r\nDUE:20270118T100000Z\r\n"
#define DUE_AT_START	 "DTSTART:20270118T090000Z\r\nDUE:20270118T090000Z\r\n"
#define NINE		 "20270118T090000Z"
#define TEN		 "20270118T100000Z"
#define BEFORE_NINE	 "20270118T085959Z"
#define AFTER_NINE	 "20270118T090001Z"
#define AFTER_TEN	 "20270118T100001Z"
#define MORNING		 "20270118T060000Z"
#define EVENING		 "20270118T180000Z"
		{"YYN: start <= DTSTART+DURATION", TODO(START_AND_LENGTH), TEN, EVENING, true},
		{"YYN: past it", TODO(START_AND_LENGTH), AFTER_TEN, EVENING, false},
		{"YYN: end > DTSTART", TODO(START_AND_LENGTH), MORNING, AFTER_NINE, true},
		{"YYN: end = DTSTART", TODO(START_AND_LENGTH), MORNING, NINE, false},
		{"YNY: start < DUE", TODO(START_AND_DUE), "20270118T095959Z", EVENING, true},
		{"YNY: start = DUE", TODO(START_AND_DUE), TEN, EVENING, false},
		{"YNY: end = DTSTART", TODO(START_AND_DUE), MORNING, NINE, false},
		{"YNY: DUE = DTSTART, start there", TODO(DUE_AT_START), NINE, EVENING, true},
		{"YNY: DUE = DTSTART, end there", TODO(DUE_AT_START), MORNING, NINE, true},
		{"YNY: DUE = DTSTART, past it", TODO(DUE_AT_START), AFTER_NINE, EVENING, false},
		{"YNY: DUE before DTSTART",
		 TODO("DTSTART:20270118T100000Z\r\nDUE:20270118T090000Z\r\n"), MORNING, NINE, true},
		{"YNN: start = DTSTART", TODO("DTSTART:" NINE "\r\n"), NINE, EVENING, true},
		{"YNN: end = DTSTART", TODO("DTSTART:" NINE "\r\n"), MORNING, NINE, false},
		{"NNY: end = DUE", TODO("DUE:" NINE "\r\n"), MORNING, NINE, true},
		{"NNY: end before DUE", TODO("DUE:" NINE "\r\n"), MORNING, BEFORE_NINE, false},
		{"NNY: start = DUE", TODO("DUE:" NINE "\r\n"), NINE, EVENING, false},
		{"NNNYY: between CREATED and COMPLETED",
		 TODO("CREATED:" NINE "\r\nCOMPLETED:" EVENING "\r\n"), TEN, AFTER_TEN, true},
		{"NNNYY: end = CREATED", TODO("CREATED:" NINE "\r\nCOMPLETED:" EVENING "\r\n"),
		 MORNING, NINE, true},
		{"NNNYY: end before CREATED", TODO("CREATED:" NINE "\r\nCOMPLETED:" EVENING "\r\n"),
		 MORNING, BEFORE_NINE, false},
		{"NNNYN: start = COMPLETED", TODO("COMPLETED:" NINE "\r\n"), NINE, EVENING, true},
		{"NNNYN: end = COMPLETED", TODO("COMPLETED:" NINE "\r\n"), MORNING, NINE, true},
		{"NNNYN: past it", TODO("COMPLETED:" NINE "\r\n"), AFTER_NINE, EVENING, false},
		{"NNNNY: end > CREATED", TODO("CREATED:" NINE "\r\n"), MORNING, AFTER_NINE, true},
		{"NNNNY: long after", TODO("CREATED:" NINE "\r\n"), "25000101T000000Z",
		 "25000102T000000Z", true},
		{"NNNNY: end = CREATED", TODO("CREATED:" NINE "\r\n"), MORNING, NINE, false},
		{"NNNNN: always", TODO(""), MORNING, EVENING, true},
		{"VJOURNAL at a time", JOURNAL("DTSTART:" NINE "\r\n"), NINE, EVENING, true},
		{"VJOURNAL, end = DTSTART", JOURNAL("DTSTART:" NINE "\r\n"), MORNING, NINE, false},
		{"VJOURNAL of a day", JOURNAL("DTSTART;VALUE=DATE:20270118\r\n"), NINE, EVENING,
		 true},
		{"VJOURNAL without DTSTART: never", JOURNAL(""), MORNING, EVENING, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_object *o = expand_parse(rows[i].name, rows[i].raw);
		struct expansion e;

		if (!o ||
		    !CHECK_WELL(rows[i].name,
				ical_expand(expand_arena, o, expand_instant(rows[i].from),
					    expand_instant(rows[i].to), NULL, 0, expand_usual, &e)))
			continue;
		CHECK_INT(rows[i].name, (int64_t)e.count, rows[i].want);
		if (e.count > 0)
			CHECK_INT(rows[i].name, e.at[0].busy, OCC_FREE);
	}
}

static void test_time_utc(void)
{
	const struct zone *berlin = zone_find(TEXT("Europe/Berlin"));
	const struct zone *tokyo = zone_find(TEXT("Asia/Tokyo"));
	struct ical_time t = {.present = true, .seconds = 1800000000};
	static const struct {
		const char *name;
		enum time_form form;
		bool is_known;
		int64_t ahead;
	} rows[] = {
		{"UTC", TIME_UTC, false, 0},
		{"floating: the default", TIME_FLOATING, false, 3600},
		{"DATE: the default", TIME_DATE, false, 3600},
		{"its own zone", TIME_ZONED, true, 9 * 3600},
		{"a zone nobody knows: the default", TIME_ZONED, false, 3600},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		t.form = rows[i].form;
		t.zone = rows[i].is_known ? tokyo : NULL;
		CHECK_INT(rows[i].name, t.seconds - ical_time_utc(&t, berlin), rows[i].ahead);
	}
}

#define CASE(name)                                                                                 \
	static void run_##name(void)                                                               \
	{                                                                                          \
		expand_run(test_##name);                                                           \
	}
CASE(length)
CASE(zones)
CASE(busy)
CASE(todo_table)
CASE(time_utc)

UNIT_SUITE("expand", {"start and length", run_length}, {"zones (C2, C3)", run_zones},
	   {"what it means (C5, C6, C13)", run_busy},
	   {"VTODO and VJOURNAL (RFC 4791 §9.9)", run_todo_table}, {"a time in UTC", run_time_utc})

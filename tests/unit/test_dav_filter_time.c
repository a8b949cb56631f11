/*
 * test_dav_filter_time - RFC 4791 §9.9: what a time-range matches, row by row of its tables
 */
#include "filter_fixture.h"

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
	{"VFREEBUSY DTSTART DTEND, a period outside", "VFREEBUSY",
	 "DTSTART:#0900\nDTEND:#1000\nFREEBUSY:#1200/PT1H", "#1200/#1300", false},
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

/* What lies in an inbox; of the rest of the message nothing says when it is. */
static void test_messages(void)
{
	static const struct {
		const char *name, *lines;
		bool match;
	} rows[] = {
		{"no DTSTART", "", true},
		{"an instance without one", "RECURRENCE-ID:20260105T090000Z\r\n", true},
		{"DTSTART within", "DTSTART:20270104T090000Z\r\n", true},
		{"DTSTART elsewhere", "DTSTART:20270106T090000Z\r\n", false},
	};

	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *object = arena_printf(
			filter_arena,
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nMETHOD:REPLY\r\n"
			"BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20270101T000000Z\r\n%s"
			"ORGANIZER:mailto:a@example.org\r\n"
			"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.org\r\n"
			"END:VEVENT\r\nEND:VCALENDAR\r\n",
			rows[i].lines);

		CHECK_INT(rows[i].name,
			  filter_matches(rows[i].name,
					 filter_of_range("VEVENT", NULL, "#0800/#1000"), object,
					 NULL),
			  rows[i].match);
	}
	filter_end();
}

static void test_times(void)
{
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(time_rows); i++) {
		const char *filter = filter_of_range(time_rows[i].comp, NULL, time_rows[i].range);
		const char *object = filter_object(time_rows[i].comp, time_rows[i].lines);

		CHECK_INT(time_rows[i].name,
			  filter_matches(time_rows[i].name, filter, object, NULL),
			  time_rows[i].match);
	}
	filter_end();
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
	{"§9.9 DTSTART of a VFREEBUSY", "VFREEBUSY", HOUR "\nFREEBUSY:#0930/PT5M", OF("DTSTART"),
	 "#0900/#0901", true},
	{"§9.9 DTSTART of a VFREEBUSY, not of its periods", "VFREEBUSY",
	 HOUR "\nFREEBUSY:#0930/PT5M", OF("DTSTART"), "#0930/#0931", false},
	{"§9.9 DTSTART of a VFREEBUSY without end", "VFREEBUSY", "DTSTART:#0900", OF("DTSTART"),
	 "#0900/#0901", true},
};

static void test_inner_times(void)
{
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(inner_rows); i++) {
		const char *filter = filter_of_range(inner_rows[i].comp, inner_rows[i].inner,
						     inner_rows[i].range);
		const char *object = filter_object(inner_rows[i].comp, inner_rows[i].lines);

		CHECK_INT(inner_rows[i].name,
			  filter_matches(inner_rows[i].name, filter, object, NULL),
			  inner_rows[i].match);
	}
	filter_end();
}

/* ---- zones ---- */

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
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(zone_rows); i++) {
		const char *filter = filter_of_range("VEVENT", NULL, zone_rows[i].range);
		const char *object = filter_object("VEVENT", zone_rows[i].lines);

		CHECK_INT(zone_rows[i].name,
			  filter_matches(zone_rows[i].name, filter, object, zone_rows[i].zone),
			  zone_rows[i].match);
	}
	filter_end();
}

UNIT_SUITE("dav_filter_time", {"times of components", test_times},
	   {"RFC 6638 §2.3: messages", test_messages},
	   {"times of alarms and properties", test_inner_times}, {"zones", test_zones})

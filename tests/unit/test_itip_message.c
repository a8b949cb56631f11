/*
 * test_itip_message - what a message holds (RFC 5546)
 */
#include "unit.h"

#include "base/secret.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "itip/itip.h"

static struct arena *arena;

enum { STAMP = 1800000000 }; /* 2027-01-15T08:00:00Z */

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
#define ZONE                                                                                       \
	"BEGIN:VTIMEZONE\r\nTZID:Mine\r\nX-LIC-LOCATION:Mine\r\nBEGIN:STANDARD\r\n"                \
	"DTSTART:19700101T000000\r\nTZOFFSETFROM:+0600\r\nTZOFFSETTO:+0600\r\nEND:STANDARD\r\n"    \
	"END:VTIMEZONE\r\n"
#define STORED                                                                                     \
	HEAD "X-WR-CALNAME:private\r\n" ZONE                                                       \
	     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSEQUENCE:3\r\n"                 \
	     "DTSTART;TZID=Mine:20270118T090000\r\nRRULE:FREQ=DAILY\r\nSUMMARY:S\r\n"              \
	     "COLOR:red\r\nX-PRIVATE:1\r\n"                                                        \
	     "ORGANIZER;SCHEDULE-AGENT=SERVER;CN=Al:mailto:al@x.y\r\n"                             \
	     "ATTENDEE;CN=\"B;SCHEDULE-STATUS=1\";SCHEDULE-STATUS=\"1.2\";X-A=b:mailto:bo@x.y\r\n" \
	     "ATTENDEE:mailto:cy@x.y\r\n"                                                          \
	     "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n"     \
	     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"                               \
	     "RECURRENCE-ID;TZID=Mine:20270120T090000\r\nDTSTART;TZID=Mine:20270120T100000\r\n"    \
	     "SUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\nATTENDEE:mailto:cy@x.y\r\n"                  \
	     "ATTENDEE:mailto:di@x.y\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static struct text written(const char *name, const char *object, const char *method,
			   const char *recipient)
{
	struct text out = TEXT("");
	struct ical_object *o;

	if (CHECK_WELL(name, itip_message_write(arena, text_from(object), text_from(method),
						text_from(recipient), STAMP, &out)) &&
	    CHECK_WELL(name, ical_object_parse(arena, out, ICAL_FROM_MESSAGE, &o)))
		CHECK_TEXT(name, o->method, text_from(method));
	return out;
}

static void test_request(void)
{
	CHECK_TEXT("in the series, but not in the override (RFC 6638 §3.2.6)",
		   written("bo", STORED, "REQUEST", "MAILTO:Bo@X.y"),
		   TEXT("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nPRODID:-//T//T//"
			"EN\r\n" ZONE
			"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270115T080000Z\r\nSEQUENCE:3\r\n"
			"DTSTART;TZID=Mine:20270118T090000\r\nRRULE:FREQ=DAILY\r\nSUMMARY:S\r\n"
			"ORGANIZER;CN=Al:mailto:al@x.y\r\n"
			"ATTENDEE;CN=\"B;SCHEDULE-STATUS=1\":mailto:bo@x.y\r\n"
			"ATTENDEE:mailto:cy@x.y\r\n"
			"EXDATE;TZID=Mine:20270120T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	CHECK_TEXT("only in the override", written("di", STORED, "REQUEST", "di@x.y"),
		   TEXT("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nPRODID:-//T//T//"
			"EN\r\n" ZONE "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270115T080000Z\r\n"
			"RECURRENCE-ID;TZID=Mine:20270120T090000\r\n"
			"DTSTART;TZID=Mine:20270120T100000\r\n"
			"SUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\nATTENDEE:mailto:cy@x.y\r\n"
			"ATTENDEE:mailto:di@x.y\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	CHECK_TRUE("in both", text_find(written("cy", STORED, "REQUEST", "mailto:cy@x.y"),
					TEXT("RECURRENCE-ID")) > 0);
}

static void test_cancel(void)
{
	static const char stored[] =
		HEAD "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\nDTSTART:20270118T090000Z\n"
		     "STATUS:CONFIRMED\nORGANIZER:mailto:al@x.y\nATTENDEE:mailto:bo@x.y\n"
		     "END:VEVENT\nEND:VCALENDAR\n";
	struct text got = written("cancel", stored, "CANCEL", "bo@x.y");

	CHECK_TEXT(
		"STATUS, SEQUENCE, CRLF (RFC 5546 §3.2.5)", got,
		TEXT("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
		     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270115T080000Z\r\n"
		     "DTSTART:20270118T090000Z\r\nSTATUS:CANCELLED\r\nORGANIZER:mailto:al@x.y\r\n"
		     "ATTENDEE:mailto:bo@x.y\r\nSEQUENCE:0\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	got = written("cancel with SEQUENCE", STORED, "CANCEL", "cy@x.y");
	CHECK_TRUE("SEQUENCE as stored", text_find(got, TEXT("SEQUENCE:3\r\n")) > 0);
}

static void test_refused(void)
{
	struct text out;

	CHECK_FAULT("a stranger",
		    itip_message_write(arena, TEXT(STORED), TEXT("REQUEST"), TEXT("z@x.y"), STAMP,
				       &out),
		    FAULT_NOT_FOUND);
	CHECK_FAULT("no METHOD of iTIP",
		    itip_message_write(arena, TEXT(STORED), TEXT("REQUEST\r\nX:y"), TEXT("cy@x.y"),
				       STAMP, &out),
		    FAULT_BAD_REQUEST);
	CHECK_FAULT("a METHOD that is not sent",
		    itip_message_write(arena, TEXT(STORED), TEXT("REPLY"), TEXT("cy@x.y"), STAMP,
				       &out),
		    FAULT_BAD_REQUEST);
	CHECK_FAULT("no calendar",
		    itip_message_write(arena, TEXT("x"), TEXT("REQUEST"), TEXT("cy@x.y"), STAMP,
				       &out),
		    FAULT_BAD_DATA);
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 24);
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
CASE(test_request)
CASE(test_cancel)
CASE(test_refused)

UNIT_SUITE("itip_message", {"REQUEST", run_test_request}, {"CANCEL", run_test_cancel},
	   {"refused", run_test_refused})

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

/* RFC 5546 §3.2.2, §3.4.2: SUMMARY "can be null", but is there; so is PRIORITY of a to-do. */
static void test_unsaid(void)
{
	static const struct {
		const char *name, *component, *want;
	} rows[] = {
		{"§3.2.2 a meeting without a word", "VEVENT", "SUMMARY:\r\nEND:VEVENT"},
		{"§3.4.2 a to-do without a word", "VTODO", "SUMMARY:\r\nPRIORITY:0\r\nEND:VTODO"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = written(
			rows[i].name,
			arena_printf(arena,
				     HEAD "BEGIN:%s\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
					  "DTSTART:20270118T090000Z\r\nORGANIZER:mailto:al@x.y\r\n"
					  "ATTENDEE:mailto:bo@x.y\r\nEND:%s\r\nEND:VCALENDAR\r\n",
				     rows[i].component, rows[i].component),
			"REQUEST", "bo@x.y");
		struct ical_object *o;

		CHECK_TRUE(rows[i].name, text_find(got, text_from(rows[i].want)) > 0);
		if (CHECK_WELL(rows[i].name, ical_object_parse(arena, got, ICAL_FROM_MESSAGE, &o)))
			CHECK_WELL(rows[i].name, itip_check_sent(arena, o));
	}
}

/* To who is left out by a THISANDFUTURE the series ends (RFC 5545 §3.2.13, RFC 6638 §3.2.6). */
static void test_left_out(void)
{
	static const char stored[] =
		HEAD "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
		     "DTSTART;VALUE=DATE:20270118\r\nRRULE:COUNT=9;FREQ=DAILY\r\nSUMMARY:S\r\n"
		     "ORGANIZER:mailto:al@x.y\r\nATTENDEE:mailto:bo@x.y\r\n"
		     "ATTENDEE:mailto:cy@x.y\r\nEND:VEVENT\r\n"
		     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:S\r\n"
		     "RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20270120\r\n"
		     "DTSTART;VALUE=DATE:20270120\r\nORGANIZER:mailto:al@x.y\r\n"
		     "ATTENDEE:mailto:cy@x.y\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
	struct text got = written("bo", stored, "REQUEST", "bo@x.y");

	CHECK_TRUE("the rule ends",
		   text_find(got, TEXT("RRULE:FREQ=DAILY;UNTIL=20270119\r\n")) > 0);
	CHECK_TRUE("no EXDATE of one day", text_find(got, TEXT("EXDATE")) < 0);
	CHECK_TRUE("nothing of the others'", text_find(got, TEXT("RECURRENCE-ID")) < 0);
	got = written("cy", stored, "REQUEST", "cy@x.y");
	CHECK_TRUE("cy has all", text_find(got, TEXT("RRULE:COUNT=9;FREQ=DAILY\r\n")) > 0 &&
					 text_find(got, TEXT("RANGE=THISANDFUTURE:20270120")) > 0);
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

/* ---- of some instances ---- */

#define SERIES                                                                                     \
	HEAD "BEGIN:VTIMEZONE\r\nTZID:Unused\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"     \
	     "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" ZONE    \
	     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSEQUENCE:3\r\n"                 \
	     "DTSTART;TZID=Mine:20270118T090000\r\nDTEND;TZID=Mine:20270118T100000\r\n"            \
	     "RRULE:FREQ=DAILY\r\nEXDATE;TZID=Mine:20270125T090000\r\nSUMMARY:S\r\nCOLOR:red\r\n"  \
	     "ORGANIZER;SCHEDULE-STATUS=1.2:mailto:al@x.y\r\n"                                     \
	     "ATTENDEE;CN=Bo;RSVP=TRUE;PARTSTAT=ACCEPTED;SENT-BY=\"mailto:di@x.y\":mailto:bo@x."   \
	     "y\r\n"                                                                               \
	     "ATTENDEE:mailto:cy@x.y\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:D\r\n"       \
	     "TRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n"                                       \
	     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"                               \
	     "RECURRENCE-ID:20270120T030000Z\r\nDTSTART;TZID=Mine:20270120T120000\r\n"             \
	     "SUMMARY:T\r\nORGANIZER:mailto:al@x.y\r\n"                                            \
	     "ATTENDEE;DELEGATED-TO=\"mailto:cy@x.y\";PARTSTAT=DELEGATED:mailto:bo@x.y\r\n"        \
	     "END:VEVENT\r\nEND:VCALENDAR\r\n"

/* 09:00 in the zone Mine, six hours east, on days of January 2027. */
#define JANUARY(day) (INT64_C(1798772400) + ((day)-1) * INT64_C(86400))

#define OPENS(method)                                                                              \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti 1.0//EN\r\nMETHOD:" method "\r"  \
	"\n"
#define EVENT	"BEGIN:VEVENT\r\nDTSTAMP:20270115T080000Z\r\nUID:1\r\n"
#define SUCCESS "REQUEST-STATUS:2.0;Success\r\nEND:VEVENT\r\n"

static const struct part_row {
	const char *name;
	const char *recipient; /* of a CANCEL; NULL: a REPLY of bo */
	int64_t ids[2];
	size_t count; /* 0: the whole object */
	const char *partstat;
	const char *want;
} part_rows[] = {
	{"REPLY for the whole object (§3.2.3)",
	 NULL,
	 {0},
	 0,
	 "",
	 OPENS("REPLY") ZONE EVENT
	 "SEQUENCE:3\r\nSUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\n"
	 "DTSTART;TZID=Mine:20270118T090000\r\nDTEND;TZID=Mine:20270118T100000\r\n"
	 "ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED;SENT-BY=\"mailto:di@x.y\":mailto:bo@x.y\r\n" SUCCESS
		 EVENT "SUMMARY:T\r\nORGANIZER:mailto:al@x.y\r\nRECURRENCE-ID:20270120T030000Z\r\n"
	 "DTSTART;TZID=Mine:20270120T120000\r\n"
	 "ATTENDEE;DELEGATED-TO=\"mailto:cy@x.y\";PARTSTAT=DELEGATED:mailto:bo@x.y\r\n"
	 "SEQUENCE:0\r\n" SUCCESS "END:VCALENDAR\r\n"},
	{"REPLY for an instance that the rule names (interop §6)",
	 NULL,
	 {JANUARY(22)},
	 1,
	 "DECLINED",
	 OPENS("REPLY") ZONE EVENT
	 "SEQUENCE:3\r\nSUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\n"
	 "DTSTART;TZID=Mine:20270122T090000\r\nDTEND;TZID=Mine:20270122T100000\r\n"
	 "RECURRENCE-ID;TZID=Mine:20270122T090000\r\n"
	 "ATTENDEE;PARTSTAT=DECLINED;CN=Bo;SENT-BY=\"mailto:di@x.y\":mailto:bo@x.y\r\n" SUCCESS
	 "END:VCALENDAR\r\n"},
	{"REPLY for the series alone",
	 NULL,
	 {ITIP_MASTER},
	 1,
	 "TENTATIVE",
	 OPENS("REPLY") ZONE EVENT
	 "SEQUENCE:3\r\nSUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\n"
	 "DTSTART;TZID=Mine:20270118T090000\r\nDTEND;TZID=Mine:20270118T100000\r\n"
	 "ATTENDEE;PARTSTAT=TENTATIVE;CN=Bo;SENT-BY=\"mailto:di@x.y\":mailto:bo@x.y\r\n" SUCCESS
	 "END:VCALENDAR\r\n"},
	{"CANCEL of an override and of what an EXDATE cut out (§3.2.5)",
	 "Mailto:CY@x.y",
	 {JANUARY(20), JANUARY(25)},
	 2,
	 "",
	 OPENS("CANCEL") ZONE EVENT
	 "SUMMARY:T\r\nORGANIZER:mailto:al@x.y\r\nRECURRENCE-ID:20270120T030000Z\r\n"
	 "DTSTART;TZID=Mine:20270120T120000\r\nATTENDEE:mailto:cy@x.y\r\nSEQUENCE:0\r\n"
	 "STATUS:CANCELLED\r\nEND:VEVENT\r\n" EVENT
	 "SEQUENCE:3\r\nSUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\n"
	 "DTSTART;TZID=Mine:20270125T090000\r\nDTEND;TZID=Mine:20270125T100000\r\n"
	 "RECURRENCE-ID;TZID=Mine:20270125T090000\r\nATTENDEE:mailto:cy@x.y\r\n"
	 "STATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"},
	{"CANCEL for whom the object no longer names",
	 "ed@x.y",
	 {JANUARY(22)},
	 1,
	 "",
	 OPENS("CANCEL") ZONE EVENT
	 "SEQUENCE:3\r\nSUMMARY:S\r\nORGANIZER:mailto:al@x.y\r\n"
	 "DTSTART;TZID=Mine:20270122T090000\r\nDTEND;TZID=Mine:20270122T100000\r\n"
	 "RECURRENCE-ID;TZID=Mine:20270122T090000\r\nATTENDEE:mailto:ed@x.y\r\n"
	 "STATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"},
};

static void test_parts(void)
{
	static const struct text bo[] = {TEXT_INIT("bo@z.y"), TEXT_INIT("bo@x.y")};
	const struct itip_user user = {bo, 2};
	struct ical_object *o;

	if (!CHECK_WELL("series", ical_object_parse(arena, TEXT(SERIES), ICAL_FROM_STORE, &o)))
		return;
	for (size_t i = 0; i < ARRAY_LEN(part_rows); i++) {
		const struct part_row *row = &part_rows[i];
		struct itip_which which = {.ids = row->ids, .count = row->count};
		struct text out = TEXT("");
		const struct fault *f;

		if (row->recipient)
			f = itip_message_cancel_instances(arena, o, text_from(row->recipient),
							  &which, STAMP, &out);
		else
			f = itip_message_reply(
				arena, o, &user,
				&(struct itip_answered){.ids = row->count ? row->ids : NULL,
							.count = row->count,
							.partstat = text_from(row->partstat)},
				STAMP, &out);
		if (CHECK_WELL(row->name, f))
			CHECK_TEXT(row->name, out, text_from(row->want));
	}
}

static void test_parts_refused(void)
{
	static const struct text ed = TEXT_INIT("ed@x.y");
	const struct itip_user user = {&ed, 1};
	static const struct itip_which none = {.count = 0};
	struct ical_object *o;
	struct text out;

	if (!CHECK_WELL("series", ical_object_parse(arena, TEXT(SERIES), ICAL_FROM_STORE, &o)))
		return;
	CHECK_FAULT("a REPLY of nobody who was asked",
		    itip_message_reply(arena, o, &user,
				       &(struct itip_answered){.partstat = TEXT("ACCEPTED")}, STAMP,
				       &out),
		    FAULT_NOT_FOUND);
	CHECK_FAULT("no instance", itip_message_cancel_instances(arena, o, ed, &none, STAMP, &out),
		    FAULT_NOT_FOUND);
}

#define ESCAPED                                                                                    \
	HEAD "BEGIN:VTIMEZONE\r\nTZID:Here\\, "                                                    \
	     "There\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"                              \
	     "TZOFFSETFROM:+0123\r\nTZOFFSETTO:+0123\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"         \
	     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:S\r\n"                  \
	     "DTSTART;TZID=\"Here, There\":20270118T090000\r\nORGANIZER:mailto:al@x.y\r\n"         \
	     "ATTENDEE:mailto:bo@x.y\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

/* A series in a zone that the object names and does not bring (RFC 7809). */
static void test_zones(void)
{
	static const char stored[] =
		HEAD "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:S\r\n"
		     "DTSTART;TZID=Europe/Berlin:20270118T090000\r\nORGANIZER:mailto:al@x.y\r\n"
		     "ATTENDEE:mailto:bo@x.y\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
	struct text got = written("by reference", stored, "REQUEST", "bo@x.y");

	CHECK_TRUE("a zone is added (RFC 5546 §3.1.2)",
		   text_find(got, TEXT("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n")) > 0);
	CHECK_TRUE("before the event",
		   text_find(got, TEXT("END:VTIMEZONE")) < text_find(got, TEXT("BEGIN:VEVENT")));
	got = written("unused", SERIES, "REQUEST", "bo@x.y");
	CHECK_INT("what no time names is left out", text_find(got, TEXT("TZID:Unused")), -1);
	CHECK_TRUE("what one names stays", text_find(got, TEXT("TZID:Mine")) > 0);
	got = written("escaped", ESCAPED, "REQUEST", "bo@x.y");
	CHECK_TRUE("under an escaped name as well", text_find(got, TEXT("+0123")) > 0);
}

static void test_views(void)
{
	struct text got = written("PUBLISH", SERIES, "PUBLISH", "anybody@x.y");

	CHECK_INT("PUBLISH names no ATTENDEE (§3.2.1)", text_find(got, TEXT("ATTENDEE")), -1);
	CHECK_INT("nor alarms", text_find(got, TEXT("VALARM")), -1);
	got = written("CANCEL", SERIES, "CANCEL", "cy@x.y");
	CHECK_INT("CANCEL names nobody else (interop §6)", text_find(got, TEXT("bo@x.y")), -1);
	CHECK_TRUE("but the recipient", text_find(got, TEXT("ATTENDEE:mailto:cy@x.y")) > 0);
	got = written("DECLINECOUNTER", SERIES, "DECLINECOUNTER", "bo@x.y");
	CHECK_TRUE("DECLINECOUNTER has all ATTENDEEs (§3.2.8)", text_find(got, TEXT("cy@x.y")) > 0);
	got = written("COUNTER", SERIES, "COUNTER", "al@x.y");
	CHECK_TRUE("COUNTER has SEQUENCE (§3.2.7)", text_find(got, TEXT("SEQUENCE:3")) > 0);
	CHECK_TRUE("SENT-BY stays", text_find(got, TEXT("SENT-BY")) > 0);
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
CASE(test_unsaid)
CASE(test_left_out)
CASE(test_cancel)
CASE(test_refused)
CASE(test_parts)
CASE(test_parts_refused)
CASE(test_zones)
CASE(test_views)

UNIT_SUITE("itip_message", {"REQUEST", run_test_request}, {"what nobody said", run_test_unsaid},
	   {"left out from one instance on", run_test_left_out}, {"CANCEL", run_test_cancel},
	   {"refused", run_test_refused}, {"of some instances", run_test_parts},
	   {"of no instance", run_test_parts_refused}, {"time zones", run_test_zones},
	   {"views", run_test_views})

/*
 * test_itip_message_mail - what of a message mail programs find in it (interop §6)
 */
#include "unit.h"

#include "base/secret.h"
#include "ical/ical.h"
#include "itip/message.h"

static struct arena *arena;

#define TEN   "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN
#define OPENS(method)                                                                              \
	"BEGIN:VCALENDAR\r\nMETHOD:" method "\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
#define UID    "UID:1\r\nDTSTAMP:20270115T080000Z\r\n"
#define PEOPLE "ORGANIZER:mailto:al@x.y\r\nATTENDEE:mailto:bo@x.y\r\n"
#define CLOSES "END:VEVENT\r\nEND:VCALENDAR\r\n"

/* An event that starts in this zone, after the VTIMEZONE of the organizer's program. */
#define EVENT_IN(tzid, zone, start, more)                                                          \
	OPENS("CANCEL")                                                                            \
	"BEGIN:VTIMEZONE\r\nTZID:" tzid "\r\n" zone "END:VTIMEZONE\r\nBEGIN:VEVENT\r\n" UID        \
	"DTSTART;TZID=" tzid ":" start "\r\n" more PEOPLE CLOSES

#define EUROPE                                                                                     \
	"BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"  \
	"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"                               \
	"BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"  \
	"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
#define NEW_YORK                                                                                   \
	"BEGIN:DAYLIGHT\r\nDTSTART:19700308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n"  \
	"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nEND:DAYLIGHT\r\n"                                \
	"BEGIN:STANDARD\r\nDTSTART:19701101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n"  \
	"RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

/* As programs of clients write them. */
#define RDATES                                                                                     \
	"BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"  \
	"RDATE:20261025T030000\r\nEND:STANDARD\r\n"                                                \
	"BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"  \
	"RDATE:20270328T020000\r\nEND:DAYLIGHT\r\n"
#define TRUNCATED                                                                                  \
	"BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"  \
	"END:STANDARD\r\n"
#define SINCE_1601                                                                                 \
	"BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"  \
	"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"                              \
	"BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"  \
	"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n"
#define SIX_EAST                                                                                   \
	"BEGIN:STANDARD\r\nDTSTART:20260101T000000\r\nTZOFFSETFROM:+0600\r\nTZOFFSETTO:+0600\r\n"  \
	"RDATE:20260101T000000\r\nEND:STANDARD\r\n"

static struct text mailed(const char *name, const char *message, const char *recipient)
{
	struct text out = TEXT("");
	enum ical_component type = COMP_VEVENT;

	CHECK_WELL(name, itip_message_for_mail(arena, text_from(message), text_from(recipient),
					       &out, &type));
	return out;
}

static void test_zones(void)
{
	static const struct {
		const char *name, *message, *want; /* want: of the zone, after TZID */
	} rows[] = {
		{"RDATEs alone", EVENT_IN("Europe/Berlin", RDATES, "20270118T090000", ""), EUROPE},
		{"cut short", EVENT_IN("Europe/Berlin", TRUNCATED, "20270118T090000", ""), EUROPE},
		{"since 1601", EVENT_IN("Europe/Berlin", SINCE_1601, "20270118T090000", ""),
		 EUROPE},
		{"a Windows name",
		 EVENT_IN("W. Europe Standard Time", SINCE_1601, "20270118T090000", ""), EUROPE},
		{"a path that ends in a name",
		 EVENT_IN("/softwarestudio.org/Olson/Europe/Berlin", RDATES, "20270118T090000", ""),
		 EUROPE},
		{"one that contradicts its name (RFC 5545 §3.6.5)",
		 EVENT_IN("Europe/Berlin", SIX_EAST, "20270118T090000", ""), EUROPE},
		{"a series from before today's rules",
		 EVENT_IN("America/New_York", TRUNCATED, "20050110T090000",
			  "RRULE:FREQ=WEEKLY\r\n"),
		 NEW_YORK},
		{"a zone without summer", EVENT_IN("Asia/Tokyo", TRUNCATED, "20270118T090000", ""),
		 "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\n"
		 "TZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"},
		{"one that nobody else knows stays its own",
		 EVENT_IN("Customized Time Zone", SIX_EAST, "20270118T090000", ""),
		 SIX_EAST "END:VTIMEZONE\r\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = mailed(rows[i].name, rows[i].message, "bo@x.y");
		ptrdiff_t at = text_find(got, TEXT("TZID:")), begin;

		if (!CHECK_TRUE(rows[i].name, at > 0))
			continue;
		begin = text_find_char(got, '\n', (size_t)at) + 1;
		CHECK_TEXT(rows[i].name, text_sub(got, (size_t)begin, strlen(rows[i].want)),
			   text_from(rows[i].want));
		CHECK_TRUE(rows[i].name,
			   text_starts(text_sub(got, (size_t)begin + strlen(rows[i].want), got.len),
				       TEXT("BEGIN:VEVENT\r\n")));
	}
}

static void test_asked(void)
{
	static const struct {
		const char *name, *method, *line, *want;
	} rows[] = {
		{"nothing said", "REQUEST", "ATTENDEE:mailto:bo@x.y",
		 "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y"},
		{"in another case", "REQUEST", "ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:Bo@X.y",
		 "ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:MAILTO:Bo@X.y"},
		{"an own role", "REQUEST", "ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:bo@x.y",
		 "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y"},
		{"not to be asked", "REQUEST", "ATTENDEE;RSVP=FALSE:mailto:bo@x.y",
		 "ATTENDEE;RSVP=FALSE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:bo@x.y"},
		{"told, not asked (RFC 5545 §3.2.16)", "REQUEST",
		 "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:bo@x.y",
		 "ATTENDEE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:bo@x.y"},
		{"who has answered is not asked", "REQUEST",
		 "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@x.y",
		 "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:bo@x.y"},
		{"somebody else", "REQUEST", "ATTENDEE:mailto:cy@x.y", "ATTENDEE:mailto:cy@x.y"},
		{"a cancellation asks nobody", "CANCEL", "ATTENDEE:mailto:bo@x.y",
		 "ATTENDEE:mailto:bo@x.y"},
		{"an answer is as it was given", "REPLY",
		 "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.y",
		 "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.y"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *message = arena_printf(
			arena,
			"BEGIN:VCALENDAR\r\nMETHOD:%s\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
			"BEGIN:VEVENT\r\n" UID "DTSTART:20270118T090000Z\r\n%s\r\n" CLOSES,
			rows[i].method, rows[i].line);
		struct text got = mailed(rows[i].name, message, "bo@x.y");
		struct text found = TEXT_NONE;
		size_t pos = 0;
		struct ical_line l;

		while (ical_line_next(arena, got, &pos, &l))
			if (ical_line_is(&l, "ATTENDEE"))
				found = text_from(arena_printf(arena, "%.*s%.*s:%.*s",
							       TEXT_ARG(l.name), TEXT_ARG(l.params),
							       TEXT_ARG(l.value)));
		CHECK_TEXT(rows[i].name, found, text_from(rows[i].want));
	}
}

/* RFC 5545 §3.1: no line of more than 75 octets, no fold inside a character, CRLF alone. */
static void test_lines(void)
{
	static const struct {
		const char *name, *summary, *want;
	} rows[] = {
		{"a short line stays", "SUMMARY:S\r\n", "SUMMARY:S\r\n"},
		{"a long line is folded", "SUMMARY:" FIFTY FIFTY "\r\n",
		 "SUMMARY:" FIFTY TEN "abcdefg\r\n hij" TEN TEN TEN "\r\n"},
		{"no fold inside a character", "SUMMARY:" FIFTY TEN "abcdef\xC3\xA4z\r\n",
		 "SUMMARY:" FIFTY TEN "abcdef\r\n \xC3\xA4z\r\n"},
		{"LF alone", "SUMMARY:S\n", "SUMMARY:S\r\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *message =
			arena_printf(arena,
				     OPENS("CANCEL") "BEGIN:VEVENT\r\n" UID
						     "DTSTART:20270118T090000Z\r\n%s" PEOPLE CLOSES,
				     rows[i].summary);
		struct text got = mailed(rows[i].name, message, "bo@x.y"), line, rest = got;
		ptrdiff_t at = text_find(got, TEXT("SUMMARY"));

		CHECK_TEXT(rows[i].name,
			   text_sub(got, (size_t)at,
				    (size_t)(text_find(got, TEXT("ORGANIZER")) - at)),
			   text_from(rows[i].want));
		while (text_next(&rest, '\n', &line))
			CHECK_TRUE(rows[i].name, line.len <= 76);
	}
}

/* All else is as it was written, twice is as once, and what is a task is told to be one. */
static void test_whole(void)
{
	static const char task[] = OPENS(
		"REQUEST") "BEGIN:VTODO\r\n" UID "SUMMARY:S\r\nDUE:20270118T090000Z\r\n"
			   "ORGANIZER;CN=Al:mailto:al@x.y\r\n"
			   "ATTENDEE;ROLE=CHAIR;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y\r\n"
			   "X-ALT-DESC;FMTTYPE=text/html:<p>\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
	enum ical_component type = COMP_VEVENT;
	struct text out = TEXT(""), again;

	CHECK_WELL("a task",
		   itip_message_for_mail(arena, text_from(task), TEXT("bo@x.y"), &out, &type));
	CHECK_INT("its component (RFC 6047 §2.4)", type, COMP_VTODO);
	CHECK_TEXT("its octets", out, text_from(task));
	out = mailed("once",
		     EVENT_IN("Europe/Berlin", RDATES, "20270118T090000", "RRULE:FREQ=DAILY\r\n"),
		     "bo@x.y");
	again = mailed("twice", arena_printf(arena, "%.*s", TEXT_ARG(out)), "bo@x.y");
	CHECK_TEXT("twice is as once", again, out);
	CHECK_FAULT("no calendar",
		    itip_message_for_mail(arena, TEXT("x"), TEXT("bo@x.y"), &out, &type),
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
CASE(test_zones)
CASE(test_asked)
CASE(test_lines)
CASE(test_whole)

UNIT_SUITE("itip_message_mail", {"zones in the two-rule form", run_test_zones},
	   {"who is asked finds it said", run_test_asked},
	   {"lines (RFC 5545 §3.1)", run_test_lines}, {"and nothing else", run_test_whole})

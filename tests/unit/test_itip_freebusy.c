/*
 * test_itip_freebusy - questions for free time, as clients post them
 */
#include "ical/ical.h"
#include "itip/freebusy.h"
#include "unit.h"

static struct arena *arena;

enum { FROM = 1807488000, DAY = 24 * 60 * 60 }; /* 2027-04-12T00:00:00Z */

#define CALENDAR(method, lines)                                                                    \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n" method lines "END:VCALENDAR\r\n"
#define ASK(lines)  CALENDAR("METHOD:REQUEST\r\n", "BEGIN:VFREEBUSY\r\n" lines "END:VFREEBUSY\r\n")
#define HEAD	    "UID:u\r\nDTSTAMP:20270101T000000Z\r\n"
#define FROM_ALICE  "ORGANIZER;CN=Alice:mailto:alice@example.org\r\n"
#define OF_BOB	    "ATTENDEE;CN=Bob:MAILTO:bob@example.org\r\n"
#define TIMES	    "DTSTART:20270412T000000Z\r\nDTEND:20270413T000000Z\r\n"
#define QUESTION    HEAD FROM_ALICE OF_BOB TIMES
#define EVENT(more) "BEGIN:VEVENT\r\n" QUESTION "SUMMARY:x\r\n" more "END:VEVENT\r\n"

static void test_well(void)
{
	static const struct {
		const char *name, *body;
		size_t attendees;
		const char *mask;
	} rows[] = {
		{"one", ASK(QUESTION), 1, ""},
		{"several", ASK(QUESTION "ATTENDEE:mailto:carol@example.org\r\n"), 2, ""},
		{"what is moved", ASK(QUESTION "X-CALENDARSERVER-MASK-UID:a\\,b\r\n"), 1, "a,b"},
		{"METHOD in lower case",
		 CALENDAR("METHOD:request\r\n", "BEGIN:VFREEBUSY\r\n" QUESTION "END:VFREEBUSY\r\n"),
		 1, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct itip_freebusy_request r;

		if (!CHECK_WELL(rows[i].name,
				itip_freebusy_read(arena, text_from(rows[i].body), &r)))
			continue;
		CHECK_TEXT(rows[i].name, r.uid, TEXT("u"));
		CHECK_TEXT(rows[i].name, r.organizer, TEXT("mailto:alice@example.org"));
		CHECK_INT(rows[i].name, r.from, FROM);
		CHECK_INT(rows[i].name, r.to, FROM + DAY);
		CHECK_INT(rows[i].name, r.attendee_count, rows[i].attendees);
		CHECK_TEXT(rows[i].name, r.attendees[0], TEXT("MAILTO:bob@example.org"));
		CHECK_TEXT(rows[i].name, r.mask_uid, text_from(rows[i].mask));
	}
}

static void test_refused(void)
{
	static const struct {
		const char *name, *body;
		enum fault_code want;
	} rows[] = {
		{"no iCalendar", "hello", FAULT_BAD_DATA},
		{"nothing", "", FAULT_BAD_DATA},
		{"no METHOD", CALENDAR("", "BEGIN:VFREEBUSY\r\n" QUESTION "END:VFREEBUSY\r\n"),
		 FAULT_BAD_MESSAGE},
		{"a REPLY",
		 CALENDAR("METHOD:REPLY\r\n", "BEGIN:VFREEBUSY\r\n" QUESTION "END:VFREEBUSY\r\n"),
		 FAULT_BAD_MESSAGE},
		{"nobody is asked", ASK(HEAD FROM_ALICE TIMES), FAULT_BAD_MESSAGE},
		{"nobody asks", ASK(HEAD OF_BOB TIMES), FAULT_BAD_MESSAGE},
		{"no UID", ASK("DTSTAMP:20270101T000000Z\r\n" FROM_ALICE OF_BOB TIMES),
		 FAULT_BAD_MESSAGE},
		{"no end", ASK(HEAD FROM_ALICE OF_BOB "DTSTART:20270412T000000Z\r\n"),
		 FAULT_BAD_MESSAGE},
		{"no start", ASK(HEAD FROM_ALICE OF_BOB "DTEND:20270412T000000Z\r\n"),
		 FAULT_BAD_MESSAGE},
		{"no time between",
		 ASK(HEAD FROM_ALICE OF_BOB
		     "DTSTART:20270412T000000Z\r\nDTEND:20270412T000000Z\r\n"),
		 FAULT_BAD_MESSAGE},
		{"local times",
		 ASK(HEAD FROM_ALICE OF_BOB "DTSTART:20270412T000000\r\nDTEND:20270413T000000\r\n"),
		 FAULT_BAD_MESSAGE},
		{"an answer in the question", ASK(QUESTION "FREEBUSY:20270412T090000Z/PT1H\r\n"),
		 FAULT_BAD_MESSAGE},
		{"two questions",
		 CALENDAR("METHOD:REQUEST\r\n",
			  "BEGIN:VFREEBUSY\r\n" QUESTION
			  "END:VFREEBUSY\r\nBEGIN:VFREEBUSY\r\n" QUESTION "END:VFREEBUSY\r\n"),
		 FAULT_BAD_MESSAGE},
		{"an invitation (RFC 6638 §3)", CALENDAR("METHOD:REQUEST\r\n", EVENT("")),
		 FAULT_BAD_COMPONENT},
		{"an answer to one", CALENDAR("METHOD:REPLY\r\n", EVENT("")), FAULT_BAD_COMPONENT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct itip_freebusy_request r;

		CHECK_FAULT(rows[i].name, itip_freebusy_read(arena, text_from(rows[i].body), &r),
			    rows[i].want);
	}
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 24);
	ical_init();
	run();
	arena_destroy(arena);
}

static void run_well(void)
{
	with_arena(test_well);
}

static void run_refused(void)
{
	with_arena(test_refused);
}

UNIT_SUITE("itip_freebusy", {"RFC 5546 §3.3.2: what is asked", run_well},
	   {"RFC 5546 §3.3.2: what is no question", run_refused})

/*
 * test_itip_message - whose address, and what a message holds (RFC 5546, RFC 6638)
 */
#include "unit.h"

#include "base/secret.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "itip/itip.h"

static struct arena *arena;

enum { STAMP = 1800000000 }; /* 2027-01-15T08:00:00Z */

static void test_address(void)
{
	static const struct {
		const char *name, *written, *canonical, *mail;
	} rows[] = {
		{"mailto", "mailto:a@b.c", "a@b.c", "a@b.c"},
		{"case (interop)", "MAILTO:Jane@Example.COM", "jane@example.com",
		 "Jane@Example.COM"},
		{"blanks", " mailto: a@b.c ", "a@b.c", "a@b.c"},
		{"percent-encoded", "mailto:a%40b.c", "a@b.c", "a@b.c"},
		{"encoded plus", "mailto:a%2Bx@b.c", "a+x@b.c", "a+x@b.c"},
		{"header fields (RFC 6068)", "mailto:a@b.c?subject=x", "a@b.c", "a@b.c"},
		{"no scheme", "a@B.c", "a@b.c", "a@B.c"},
		{"a UUID", "URN:UUID:ABC-1", "urn:uuid:abc-1", NULL},
		{"a principal's path", "/dav/principals/users/alice/",
		 "/dav/principals/users/alice", NULL},
		{"a principal's URL", "HTTPS://h/dav/principals/users/al%69ce/",
		 "https://h/dav/principals/users/alice", NULL},
		{"a path with @", "/dav/principals/users/a@b/", "/dav/principals/users/a@b", NULL},
		{"nothing", "", "", NULL},
		{"only the scheme", "mailto:", "", NULL},
		{"an encoded line end (pitfall 49)", "mailto:a@b.c%0D%0ARCPT", "a@b.c\r\nrcpt",
		 NULL},
		{"two addresses", "mailto:a@b.c,d@e.f", "a@b.c,d@e.f", NULL},
		{"broken escape stays", "mailto:a%4@b.c", "a%4@b.c", "a%4@b.c"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text written = text_from(rows[i].written);
		struct text mail = itip_address_mail(arena, written);

		CHECK_TEXT(rows[i].name, itip_address(arena, written),
			   text_from(rows[i].canonical));
		CHECK_TRUE(rows[i].name, !mail.at == !rows[i].mail);
		CHECK_TEXT(rows[i].name, mail, text_from(rows[i].mail));
	}
	CHECK_TRUE("same", itip_address_is_same(arena, TEXT("mailto:A@b"), TEXT("a@B")));
	CHECK_TRUE("not same", !itip_address_is_same(arena, TEXT("mailto:a@b"), TEXT("a@c")));
	CHECK_TRUE("nothing is nobody", !itip_address_is_same(arena, TEXT(""), TEXT("")));
}

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
	    CHECK_WELL(name, ical_object_parse(arena, out, ICAL_FROM_MESSAGE, &o))) {
		CHECK_TEXT(name, o->method, text_from(method));
		CHECK_WELL(name, itip_message_check(arena, o, o->method));
	}
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
	CHECK_FAULT("no calendar",
		    itip_message_write(arena, TEXT("x"), TEXT("REQUEST"), TEXT("cy@x.y"), STAMP,
				       &out),
		    FAULT_BAD_DATA);
}

#define UID	  "UID:1\r\n"
#define DTSTAMP	  "DTSTAMP:20260101T000000Z\r\n"
#define DTSTART	  "DTSTART:20270118T090000Z\r\n"
#define DTEND	  "DTEND:20270118T100000Z\r\n"
#define ORGANIZER "ORGANIZER:mailto:a@x.y\r\n"
#define ATTENDEE  "ATTENDEE:mailto:b@x.y\r\n"

static void test_check(void)
{
	static const struct {
		const char *name, *method, *component, *lines;
		enum fault_code code; /* FAULT_COUNT: well */
		const char *about;
	} rows[] = {
		{"REQUEST (§3.2.2)", "REQUEST", "VEVENT", UID DTSTAMP DTSTART ORGANIZER ATTENDEE,
		 FAULT_COUNT, NULL},
		{"in lower case", "request", "VEVENT", UID DTSTAMP DTSTART ORGANIZER ATTENDEE,
		 FAULT_COUNT, NULL},
		{"without ATTENDEE", "REQUEST", "VEVENT", UID DTSTAMP DTSTART ORGANIZER,
		 FAULT_BAD_OBJECT, "ATTENDEE"},
		{"without ORGANIZER", "REQUEST", "VEVENT", UID DTSTAMP DTSTART ATTENDEE,
		 FAULT_BAD_OBJECT, "ORGANIZER"},
		{"without DTSTART", "REQUEST", "VEVENT", UID DTSTAMP ORGANIZER ATTENDEE,
		 FAULT_BAD_OBJECT, "DTSTART"},
		{"without DTSTAMP", "REQUEST", "VEVENT", UID DTSTART ORGANIZER ATTENDEE,
		 FAULT_BAD_OBJECT, "DTSTAMP"},
		{"PUBLISH with ATTENDEE (§3.2.1)", "PUBLISH", "VEVENT",
		 UID DTSTAMP DTSTART ORGANIZER ATTENDEE, FAULT_BAD_OBJECT, "ATTENDEE"},
		{"REPLY (§3.2.3)", "REPLY", "VEVENT", UID DTSTAMP ORGANIZER ATTENDEE, FAULT_COUNT,
		 NULL},
		{"REPLY as Exchange writes it", "REPLY", "VEVENT", UID DTSTAMP ATTENDEE,
		 FAULT_COUNT, NULL},
		{"REPLY of nobody", "REPLY", "VEVENT", UID DTSTAMP ORGANIZER, FAULT_BAD_OBJECT,
		 "ATTENDEE"},
		{"ADD with a rule (§3.2.4)", "ADD", "VEVENT",
		 UID DTSTAMP DTSTART ORGANIZER "RRULE:FREQ=DAILY\r\n", FAULT_BAD_OBJECT, "RRULE"},
		{"CANCEL (§3.2.5)", "CANCEL", "VEVENT", UID DTSTAMP ORGANIZER, FAULT_COUNT, NULL},
		{"CANCEL without ORGANIZER", "CANCEL", "VEVENT", UID DTSTAMP ATTENDEE,
		 FAULT_BAD_OBJECT, "ORGANIZER"},
		{"REFRESH (§3.2.6)", "REFRESH", "VEVENT", UID DTSTAMP ORGANIZER ATTENDEE,
		 FAULT_COUNT, NULL},
		{"COUNTER (§3.2.7)", "COUNTER", "VEVENT", UID DTSTAMP DTSTART ORGANIZER,
		 FAULT_COUNT, NULL},
		{"a task (§3.4.2)", "REQUEST", "VTODO", UID DTSTAMP ORGANIZER ATTENDEE, FAULT_COUNT,
		 NULL},
		{"free-busy (§3.3.2)", "REQUEST", "VFREEBUSY",
		 UID DTSTAMP DTSTART DTEND ORGANIZER ATTENDEE, FAULT_COUNT, NULL},
		{"free-busy without end", "REQUEST", "VFREEBUSY",
		 UID DTSTAMP DTSTART ORGANIZER ATTENDEE, FAULT_BAD_OBJECT, "DTEND"},
		{"no such METHOD", "CREATE", "VEVENT", UID DTSTAMP DTSTART ORGANIZER ATTENDEE,
		 FAULT_BAD_REQUEST, "METHOD"},
		{"REQUEST of a journal", "REQUEST", "VJOURNAL", UID DTSTAMP ORGANIZER ATTENDEE,
		 FAULT_BAD_REQUEST, "METHOD"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *raw = arena_printf(
			arena, HEAD "METHOD:%s\r\nBEGIN:%s\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
			rows[i].method, rows[i].component, rows[i].lines, rows[i].component);
		struct ical_object *o;
		const struct fault *f;

		if (!CHECK_WELL(rows[i].name,
				ical_object_parse(arena, text_from(raw), ICAL_FROM_MESSAGE, &o)))
			continue;
		f = itip_message_check(arena, o, o->method);
		if (rows[i].code == FAULT_COUNT)
			CHECK_WELL(rows[i].name, f);
		else if (CHECK_FAULT(rows[i].name, f, rows[i].code))
			CHECK_STR(rows[i].name, f->about, rows[i].about);
	}
}

static void test_find(void)
{
	const struct text mine[] = {TEXT("other@x.y"), TEXT("CY@x.y")};
	struct ical_object *o;

	if (!CHECK_WELL("reads", ical_object_parse(arena, TEXT(STORED), ICAL_FROM_IMPORT, &o)))
		return;
	CHECK_INT("by any address", itip_find_attendee(arena, &o->items[0], mine, 2), 1);
	CHECK_INT("not there", itip_find_attendee(arena, &o->items[0], mine, 1), -1);
	CHECK_TRUE("not the organizer", !itip_is_organizer(arena, &o->items[0], mine, 2));
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
CASE(test_address)
CASE(test_request)
CASE(test_cancel)
CASE(test_refused)
CASE(test_check)
CASE(test_find)

UNIT_SUITE("itip_message", {"addresses", run_test_address}, {"REQUEST", run_test_request},
	   {"CANCEL", run_test_cancel}, {"refused", run_test_refused},
	   {"what each METHOD needs", run_test_check}, {"whose line is it", run_test_find})

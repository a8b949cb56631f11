/*
 * test_itip_process - what a message makes of an object (RFC 5546 §3, RFC 6638 §4)
 */
#include "itip_fixture.h"

#include "base/secret.h"
#include "ical/ical.h"

static struct arena *arena;

#define AL	      "ORGANIZER:mailto:al@x.y\nATTENDEE;PARTSTAT=ACCEPTED:mailto:al@x.y\n"
#define CY	      "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:cy@x.y\n"
#define BO(partstat)  "ATTENDEE;PARTSTAT=" partstat ";RSVP=TRUE:mailto:bo@x.y\n"
#define DTSTAMP(hour) "DTSTAMP:20270110T" hour "0000Z\n"
#define EVENT(inner)  "BEGIN:VEVENT\nUID:1\n" inner "END:VEVENT\n"
#define ALARM	      "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:D\nTRIGGER:-PT5M\nEND:VALARM\n"
#define TIMES	      "DTSTART:20270201T090000Z\nDTEND:20270201T100000Z\nSUMMARY:S\n"
#define LATER	      "DTSTART:20270201T110000Z\nDTEND:20270201T120000Z\nSUMMARY:S\n"
#define DAILY	      TIMES "RRULE:FREQ=DAILY;COUNT=10\n"
#define ON(day, hour)                                                                              \
	"RECURRENCE-ID:202702" day "T090000Z\nDTSTART:202702" day "T" hour                         \
	"0000Z\nDTEND:202702" day "T" hour "3000Z\nSUMMARY:S\n"
#define AS_IS(day)                                                                                 \
	"RECURRENCE-ID:202702" day "T090000Z\nDTSTART:202702" day "T090000Z\nDTEND:202702" day     \
	"T100000Z\nSUMMARY:S\n"

/* One message to bo from al. */
struct row {
	const char *name, *stored, *method, *message;
	enum itip_action action;
	bool keeps_tag, to_inbox;
	const char *status, *want; /* want NULL: as stored, or nothing */
};

static void check_row(const struct row *r, const char *user, const char *sender)
{
	struct itip_try t = {.stored = r->stored,
			     .method = r->method,
			     .message = r->message,
			     .user = user,
			     .sender = sender};
	struct itip_outcome out;

	if (!itip_run(arena, r->name, &t, &out))
		return;
	if (!CHECK_INT(r->name, out.action, r->action))
		printf("      %s\n", out.why);
	CHECK_INT(r->name, out.keeps_tag, r->keeps_tag);
	CHECK_INT(r->name, out.to_inbox, r->to_inbox);
	CHECK_STR(r->name, out.status, r->status);
	if (r->want && out.action == ITIP_STORE)
		itip_same(arena, r->name, out.object, r->want);
	arena_reset(arena);
}

static const struct row requests[] = {
	{"new: without METHOD, alarms and notes of others (RFC 6638 §4.1)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:al@x.y\n"
				   "ATTENDEE;SCHEDULE-STATUS=1.2;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:"
				   "mailto:bo@x.y\nCOLOR:red\n" ALARM),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n" BO("NEEDS-ACTION"))},
	{"new, but bo is not in it (RFC 5546 §3.2.2.6)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES AL CY), ITIP_IGNORE, false, false, "3.7", NULL},
	{"declined and removed: not brought back (RFC 6638 §3.2.2.4)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES AL BO("DECLINED")), ITIP_IGNORE, false, false, "1.2", NULL},
	{"rescheduled: asked anew, alarms and TRANSP stay (RFC 5546 §3.2.2.1)",
	 EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED") "TRANSP:TRANSPARENT\nX-MINE:1\n" ALARM),
	 "REQUEST", EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER AL BO("NEEDS-ACTION")), ITIP_STORE,
	 false, true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER AL BO("NEEDS-ACTION") "TRANSP:TRANSPARENT\n"
									"X-MINE:1\n" ALARM)},
	{"updated: the answer that is on its way stays (RFC 5546 §3.2.2.2)",
	 EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("09") TIMES "LOCATION:L\n" AL BO("NEEDS-ACTION")), ITIP_STORE, false, true,
	 "1.2", EVENT(DTSTAMP("09") TIMES "LOCATION:L\n" AL BO("ACCEPTED"))},
	{"only cy's answer: keeps the tag, no notice (RFC 6638 §3.2.10)",
	 EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED") CY), "REQUEST",
	 EVENT(DTSTAMP("09") TIMES AL BO("ACCEPTED") "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@x.y\n"),
	 ITIP_STORE, true, false, "1.2",
	 EVENT(DTSTAMP("09") TIMES AL BO("ACCEPTED") "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@x.y\n")},
	{"twice (RFC 5546 §2.1.5)", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED") ALARM), "REQUEST",
	 EVENT(DTSTAMP("08") TIMES AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false, "1.2", NULL},
	{"older SEQUENCE (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:2\n" TIMES AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
	{"older DTSTAMP (RFC 5546 §2.1.5)", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("07") LATER AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false, "1.2", NULL},
	{"one override changes one instance (interop: receiving iMIP)",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED") ALARM), "REQUEST",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO("NEEDS-ACTION")), ITIP_STORE,
	 false, true, "1.2",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED") ALARM)
		 EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO("NEEDS-ACTION") ALARM)},
	{"an override first, the series later (interop: receiving iMIP)",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION")), ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO("ACCEPTED"))},
	{"an override that the whole leaves out goes",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("08") ON("03", "12") AL BO("ACCEPTED")),
	 "REQUEST", EVENT(DTSTAMP("09") DAILY AL BO("ACCEPTED")), ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") DAILY AL BO("ACCEPTED"))},
	{"an answer for one instance stays",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("08") AS_IS("03") AL BO("DECLINED")),
	 "REQUEST", EVENT(DTSTAMP("09") DAILY "LOCATION:L\n" AL BO("ACCEPTED")), ITIP_STORE, false,
	 true, "1.2",
	 EVENT(DTSTAMP("09") DAILY "LOCATION:L\n" AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("09") AS_IS("03") "LOCATION:L\n" AL BO("DECLINED"))},
	{"an instance that bo deleted stays deleted (pitfall 41)",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("09") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("09") AS_IS("03") AL BO("DECLINED")),
	 ITIP_STORE, true, false, "1.2",
	 EVENT(DTSTAMP("09") DAILY "EXDATE:20270203T090000Z\n" AL BO("ACCEPTED"))},
	{"invited again after EXDATE (pitfall 41)",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z,20270204T090000Z\n" AL BO("ACCEPTED")),
	 "REQUEST", EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270204T090000Z\n" AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO("NEEDS-ACTION"))},
	{"left out of one instance (RFC 6638 §3.2.6)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION")) EVENT(DTSTAMP("08") ON("03", "12") AL CY),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" AL BO("NEEDS-ACTION"))},
	{"in one instance only", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL CY) EVENT(DTSTAMP("08") ON("03", "12") AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2", EVENT(DTSTAMP("08") ON("03", "12") AL BO("NEEDS-ACTION"))},
};

static void test_requests(void)
{
	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		check_row(&requests[i], "bo@x.y", "al@x.y");
}

static void begin(void)
{
	if (!arena) {
		arena = arena_create((size_t)1 << 27);
		CHECK_WELL("start", secret_init(arena));
		ical_init();
	}
}

static void test_start(void)
{
	begin();
}

UNIT_SUITE("itip_process", {"starts", test_start},
	   {"REQUEST (RFC 5546 §3.2.2, RFC 6638 §4.1)", test_requests})

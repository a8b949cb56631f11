/*
 * test_itip_process - what a message makes of an object (RFC 5546 §3, RFC 6638 §4)
 */
#include "itip_fixture.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"

static struct arena *arena;

#define ORGANIZER     "ORGANIZER:mailto:al@x.y\n"
#define BARE_BO	      "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y\n"
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
	{"delegated, but the delegate declined: asked anew (RFC 5546 §4.2.7)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\":mailto:bo@x.y\n"),
	 "REQUEST",
	 EVENT(DTSTAMP("09") TIMES ORGANIZER BARE_BO
	       "ATTENDEE;PARTSTAT=DECLINED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:cy@x.y\n"),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") TIMES ORGANIZER BARE_BO
	       "ATTENDEE;PARTSTAT=DECLINED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:cy@x.y\n")},
	{"a day is back in a series: the answer to the series stays",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("09") DAILY AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("09") ON("03", "12") AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("09") ON("03", "12") AL BO("NEEDS-ACTION"))},
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

static const struct row cancels[] = {
	{"the whole is kept as cancelled (RFC 5546 §3.2.5)",
	 EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED") "STATUS:CONFIRMED\n" ALARM), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" TIMES AL BO("ACCEPTED")), ITIP_STORE,
	 false, true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED") "STATUS:CANCELLED\n" ALARM)},
	{"all of a series, its overrides too",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("08") ON("03", "12") AL BO("ACCEPTED")),
	 "CANCEL", EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED")), ITIP_STORE, false,
	 true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" DAILY AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" ON("03", "12") AL BO("ACCEPTED"))},
	{"also what was declined, as an older REQUEST may come again",
	 EVENT(DTSTAMP("08") TIMES AL BO("DECLINED")), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("DECLINED")), ITIP_STORE, false, true,
	 "1.2", EVENT(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" TIMES AL BO("DECLINED"))},
	{"nothing is known of it (RFC 5546 §5.2.1)", NULL, "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
	{"an older SEQUENCE (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:2\n" TIMES AL BO("ACCEPTED")), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
	{"twice (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" TIMES AL BO("ACCEPTED")), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
	{"others are removed (RFC 5546 §4.2.10)", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED") CY),
	 "CANCEL", EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES "ORGANIZER:mailto:al@x.y\n" CY),
	 ITIP_IGNORE, false, false, "1.2", NULL},
	{"one instance, never named before (interop: Google)",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" AS_IS("03") AL BO("ACCEPTED")), ITIP_STORE, false, true,
	 "1.2",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" AS_IS("03") AL BO("ACCEPTED"))},
	{"one instance that was moved",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("08") ON("03", "12") AL BO("ACCEPTED")),
	 "CANCEL", EVENT(DTSTAMP("09") "SEQUENCE:1\n" AS_IS("03") AL BO("ACCEPTED")), ITIP_STORE,
	 false, true, "1.2",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" ON("03", "12") AL BO("ACCEPTED"))},
	{"an instance that there is not is held (RFC 5546 §5.2.1)",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" AS_IS("20") AL BO("ACCEPTED")), ITIP_STORE, false, true,
	 "1.2",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" AS_IS("20") AL BO("ACCEPTED"))},
	{"and stays cancelled when the series comes that has it",
	 EVENT(DTSTAMP("07") DAILY AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" AS_IS("20") AL BO("ACCEPTED")),
	 "REQUEST", EVENT(DTSTAMP("08") TIMES "RRULE:FREQ=DAILY\n" AL BO("ACCEPTED")), ITIP_STORE,
	 false, true, "1.2",
	 EVENT(DTSTAMP("08") TIMES "RRULE:FREQ=DAILY\n" AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" AS_IS("20") AL BO("ACCEPTED"))},
	{"an instance that bo deleted",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" AL BO("ACCEPTED")), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" AS_IS("03") AL BO("ACCEPTED")), ITIP_IGNORE, false,
	 false, "1.2", NULL},
	{"this and all that follow (RFC 5546 §3.2.5 a)",
	 EVENT(DTSTAMP("08") DAILY "RDATE:20270301T090000Z\n" AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("08") ON("05", "12") AL BO("ACCEPTED")),
	 "CANCEL",
	 EVENT(DTSTAMP(
		 "09") "SEQUENCE:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270204T090000Z\n" TIMES AL
		       BO("ACCEPTED")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES "RRULE:FREQ=DAILY;UNTIL=20270204T085959Z\n"
			     "RDATE:20270301T090000Z\nEXDATE:20270301T090000Z\n" AL BO(
				     "ACCEPTED"))},
	{"the first and all that follow are the whole",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "CANCEL",
	 EVENT(DTSTAMP(
		 "09") "SEQUENCE:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270201T090000Z\n" TIMES AL
		       BO("ACCEPTED")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" DAILY AL BO("ACCEPTED"))},
};

static void test_cancels(void)
{
	for (size_t i = 0; i < ARRAY_LEN(cancels); i++)
		check_row(&cancels[i], "bo@x.y", "al@x.y");
}

static const struct row adds[] = {
	{"an instance comes to the series (RFC 5546 §3.2.4)",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED") ALARM), "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nDTSTART:20270301T150000Z\nDTEND:20270301T160000Z\n"
			     "SUMMARY:T\n" AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" DAILY "RDATE:20270301T150000Z\n" AL BO("ACCEPTED")
		       ALARM)
		 EVENT(DTSTAMP("09") "SEQUENCE:1\nRECURRENCE-ID:20270301T150000Z\n"
				     "DTSTART:20270301T150000Z\nDTEND:20270301T160000Z\n"
				     "SUMMARY:T\n" AL BO("NEEDS-ACTION") ALARM)},
	{"twice (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" DAILY "RDATE:20270301T150000Z\n" AL BO("ACCEPTED")),
	 "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nDTSTART:20270301T150000Z\nDTEND:20270301T160000Z\n"
			     "SUMMARY:T\n" AL BO("NEEDS-ACTION")),
	 ITIP_IGNORE, false, false, "1.2", NULL},
};

/* Where something is missing the organizer is asked (RFC 5546 §3.2.4). */
static const struct row asks[] = {
	{"nothing is known of the series", NULL, "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
	{"a revision was missed", EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:2\n" LATER AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
	{"a series is added", EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER "RRULE:FREQ=DAILY\n" AL BO("NEEDS-ACTION")),
	 ITIP_IGNORE, false, false, "1.2", NULL},
};

/* The one answer that is sent back, as it is checked like any other. */
static void check_answer(const char *name, const struct itip_outcome *out, enum itip_method method,
			 const char *recipient, const char *want)
{
	struct ical_object *o;
	enum itip_method found;

	if (!CHECK_INT(name, (int64_t)out->answer_count, 1))
		return;
	CHECK_INT(name, out->answers[0].method, method);
	CHECK_TEXT(name, out->answers[0].recipient, text_from(recipient));
	if (CHECK_WELL(name, ical_object_parse(arena, out->answers[0].text, ICAL_FROM_MESSAGE, &o)))
		CHECK_WELL(name, itip_check(arena, o, &found));
	if (want)
		CHECK_TEXT(name, itip_listed(arena, out->answers[0].text),
			   itip_listed(arena, text_from(want)));
}

/* One instance in two forms, which no reader of the message alone can know to be one. */
#define TWICE(partstat)                                                                            \
	EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO(partstat))                         \
	EVENT(DTSTAMP("09") "SEQUENCE:1\nRECURRENCE-ID;VALUE=DATE:20270203\n"                      \
			    "DTSTART:20270203T150000Z\nDTEND:20270203T160000Z\nSUMMARY:S\n" AL BO( \
				    partstat))

static void test_repeated(void)
{
	static const char series[] = EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"));
	static const char both[] = EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"))
		EVENT(DTSTAMP("08") ON("03", "13") AL BO("NEEDS-ACTION"));
	const struct itip_try tries[] = {
		{series, "REQUEST", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{both, "REQUEST", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{series, "CANCEL", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{both, "CANCEL", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{series, "REPLY", TWICE("ACCEPTED"), "al@x.y", "bo@x.y", false},
		{both, "REPLY", TWICE("ACCEPTED"), "al@x.y", "bo@x.y", false},
	};
	struct itip_outcome out;

	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		struct ical_object *o;

		if (itip_run(arena, "twice in one message", &tries[i], &out) &&
		    CHECK_INT(tries[i].method, out.action, ITIP_STORE) &&
		    CHECK_WELL(tries[i].method,
			       ical_object_parse(arena, out.object, ICAL_FROM_STORE, &o)))
			CHECK_INT(tries[i].method, (int64_t)o->item_count, 2);
	}
	arena_reset(arena);
}

static void test_lost(void)
{
	static const char name[] = "an instance that the series does not have (RFC 5546 §4.7.2)";
	struct itip_try t = {EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")),
			     "REQUEST",
			     EVENT(DTSTAMP("09") "SEQUENCE:3\n" ON("20", "12")
					   AL BO("NEEDS-ACTION")),
			     "bo@x.y",
			     "al@x.y",
			     false};
	struct itip_outcome out;

	if (!itip_run(arena, name, &t, &out))
		return;
	CHECK_INT(name, out.action, ITIP_STORE);
	check_answer(name, &out, ITIP_REFRESH, "al@x.y", NULL);
	itip_same(arena, name, out.object,
		  EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
			  EVENT(DTSTAMP("09") "SEQUENCE:3\n" ON("20", "12") AL BO("NEEDS-ACTION")));
}

static void test_adds(void)
{
	for (size_t i = 0; i < ARRAY_LEN(adds); i++)
		check_row(&adds[i], "bo@x.y", "al@x.y");
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		struct itip_try t = {.stored = asks[i].stored,
				     .method = "ADD",
				     .message = asks[i].message,
				     .user = "bo@x.y",
				     .sender = "al@x.y"};
		struct itip_outcome out;

		check_row(&asks[i], "bo@x.y", "al@x.y");
		if (itip_run(arena, asks[i].name, &t, &out))
			check_answer(asks[i].name, &out, ITIP_REFRESH, "al@x.y",
				     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
				     "PRODID:-//Fasti//Fasti 1.0//EN\r\nMETHOD:REFRESH\r\n"
				     "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270115T080000Z\r\n"
				     "ORGANIZER:mailto:al@x.y\r\nATTENDEE:mailto:bo@x.y\r\n"
				     "END:VEVENT\r\nEND:VCALENDAR\r\n");
	}
}

static const struct row publishes[] = {
	{"stored", NULL, "PUBLISH", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n" ALARM),
	 ITIP_STORE, false, true, "1.2", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n")},
	{"replaced", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n" ALARM), "PUBLISH",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:al@x.y\n"), ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:al@x.y\n" ALARM)},
	{"older", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n"), "PUBLISH",
	 EVENT(DTSTAMP("07") LATER "ORGANIZER:mailto:al@x.y\n"), ITIP_IGNORE, false, false, "1.2",
	 NULL},
	{"who is invited is told by REQUEST", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED")),
	 "PUBLISH", EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:al@x.y\n"), ITIP_IGNORE, false,
	 false, "1.2", NULL},
	{"what was published is cancelled", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n"),
	 "CANCEL", EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES "ORGANIZER:mailto:al@x.y\n"),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" TIMES "ORGANIZER:mailto:al@x.y\n")},
};

static void test_publishes(void)
{
	for (size_t i = 0; i < ARRAY_LEN(publishes); i++)
		check_row(&publishes[i], "bo@x.y", "al@x.y");
}

/* ---- REPLY ------------------------------------------------------------------------------- */

#define REPLIED(partstat, sequence, hour)                                                          \
	"ATTENDEE;PARTSTAT=" partstat ";SCHEDULE-STATUS=2.0;X-FASTI-REPLIED=" sequence             \
	"-20270110T" hour "0000Z:mailto:bo@x.y\n"
#define ASKED(sequence)                                                                            \
	"ATTENDEE;PARTSTAT=NEEDS-ACTION;X-FASTI-REPLIED=" sequence                                 \
	"-19691231T235959Z:mailto:bo@x.y\n"
#define FOLLOWS(partstat) "ATTENDEE;PARTSTAT=" partstat ";SCHEDULE-STATUS=2.0:mailto:bo@x.y\n"
#define SAYS(partstat)	  "ATTENDEE;PARTSTAT=" partstat ":mailto:bo@x.y\n"

/* A message from bo to al. */
struct reply_row {
	const char *name, *stored, *message;
	enum itip_action action;
	bool keeps_tag, tell_others, crashers;
	const char *status, *sender, *want;
};

static const struct reply_row replies[] = {
	{"ACCEPTED (RFC 6638 §4.2)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO CY),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_STORE, true, true, false,
	 "1.2", "bo@x.y", EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10") CY)},
	{"REQUEST-STATUS becomes SCHEDULE-STATUS (RFC 6638 §4.2)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED") "REQUEST-STATUS:2.0;Success\n"
							      "REQUEST-STATUS:2.8;Once;RRULE\n"),
	 ITIP_STORE, true, true, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=\"2.0,2.8\";"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:bo@x.y\n")},
	{"the whole event, everybody in it, no ORGANIZER (interop: receiving iMIP)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO CY),
	 EVENT(DTSTAMP("10") LATER "LOCATION:Elsewhere\n" SAYS(
		 "TENTATIVE") "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@x.y\n" ALARM),
	 ITIP_STORE, true, true, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("TENTATIVE", "0", "10") CY)},
	{"twice: nobody is told twice (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10")),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_IGNORE, false, false, false,
	 "1.2", "bo@x.y", NULL},
	{"another one within the second that DTSTAMP counts: what comes later (RFC 5545 §3.8.7.2)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10")),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("DECLINED")), ITIP_STORE, true, true, true, "1.2",
	 "bo@x.y", EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("DECLINED", "0", "10"))},
	{"an older answer comes late (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10")),
	 EVENT(DTSTAMP("09") TIMES ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false, false,
	 "1.2", "bo@x.y", NULL},
	{"an answer to times that are no more (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:1\n" TIMES ORGANIZER ASKED("1")),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_IGNORE, false, false, false,
	 "1.2", "bo@x.y", NULL},
	{"an answer to an older SEQUENCE of the same times",
	 EVENT(DTSTAMP("08") "SEQUENCE:2\n" TIMES ORGANIZER ASKED("1")),
	 EVENT(DTSTAMP("10") "SEQUENCE:1\n" TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_STORE, true,
	 true, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") "SEQUENCE:2\n" TIMES ORGANIZER REPLIED("ACCEPTED", "1", "10"))},
	{"a newer SEQUENCE counts before DTSTAMP (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:1\n" TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10")),
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES ORGANIZER SAYS("DECLINED")), ITIP_STORE, true,
	 true, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") "SEQUENCE:1\n" TIMES ORGANIZER REPLIED("DECLINED", "1", "09"))},
	{"a newer answer that says the same: noted, nobody is told",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10")),
	 EVENT(DTSTAMP("11") TIMES ORGANIZER SAYS("ACCEPTED") "COMMENT:Gladly\n"), ITIP_STORE, true,
	 false, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED(
		 "ACCEPTED", "0",
		 "11") "X-CALENDARSERVER-ATTENDEE-COMMENT;X-CALENDARSERVER-ATTENDEE-REF=\"mailto:"
		       "bo@x.y\":Gladly\n")},
	{"for one instance: an override of the series (pitfall 42)",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") AS_IS("03") ORGANIZER SAYS("DECLINED")), ITIP_STORE, true, true, false,
	 "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO)
		 EVENT(DTSTAMP("08") AS_IS("03") ORGANIZER REPLIED("DECLINED", "0", "10"))},
	{"for an override; the series stays",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO)
		 EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") ON("03", "12") ORGANIZER SAYS("DECLINED")), ITIP_STORE, true, true,
	 false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO)
		 EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER REPLIED("DECLINED", "0", "10"))},
	{"for the series: overrides that wait are answered too (interop: Thunderbird)",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO) EVENT(DTSTAMP("08") ON("03", "12")
								    ORGANIZER BARE_BO)
		 EVENT(DTSTAMP("08") ON("04", "12") ORGANIZER REPLIED("DECLINED", "0", "09"))
			 EVENT(DTSTAMP("08") "SEQUENCE:1\n" ON("05", "12") ORGANIZER ASKED("1")),
	 EVENT(DTSTAMP("10") DAILY ORGANIZER SAYS("ACCEPTED")), ITIP_STORE, true, true, false,
	 "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER REPLIED("ACCEPTED", "0", "10"))
		 EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER FOLLOWS("ACCEPTED")) EVENT(
			 DTSTAMP("08") ON("04", "12") ORGANIZER REPLIED("DECLINED", "0", "09"))
			 EVENT(DTSTAMP("08") "SEQUENCE:1\n" ON("05", "12") ORGANIZER ASKED("1"))},
	{"for the series, once more: what followed it follows again",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER REPLIED("ACCEPTED", "0", "09"))
		 EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER FOLLOWS("ACCEPTED")),
	 EVENT(DTSTAMP("10") DAILY ORGANIZER SAYS("DECLINED")), ITIP_STORE, true, true, false,
	 "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER REPLIED("DECLINED", "0", "10"))
		 EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER FOLLOWS("DECLINED"))},
	{"for the series, but late: nothing follows",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER REPLIED("ACCEPTED", "0", "10"))
		 EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("09") DAILY ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false, false,
	 "1.2", "bo@x.y", NULL},
	{"for an instance that there is not (RFC 5546 §4.7.2)",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") AS_IS("20") ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false,
	 false, "1.2", "bo@x.y", NULL},
	{"for an instance that was taken out",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") AS_IS("03") ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false,
	 false, "1.2", "bo@x.y", NULL},
	{"delegated (RFC 5546 §3.2.2.3)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"
	       "ATTENDEE;CN=Di;SCHEDULE-AGENT=NONE:mailto:di@x.y\n"),
	 ITIP_STORE, false, true, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\";SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:bo@x.y\n"
	       "ATTENDEE;CN=Di;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;DELEGATED-FROM=\"mailto:bo@x.y\":"
	       "mailto:di@x.y\n")},
	{"a delegate whom bo named comes in (RFC 5546 §4.2.6)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
	 ITIP_STORE, false, true, false, "1.2", "di@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"
	       "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:bo@x.y\";SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z;X-FASTI-UNINVITED=TRUE:mailto:di@x.y\n")},
	{"the delegate declines: bo is asked again (RFC 5546 §4.2.7)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"
	       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DECLINED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
	 ITIP_STORE, true, true, false, "1.2", "di@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO
	       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\";PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:di@x.y\n")},
	{"a delegate whom nobody named (RFC 5546 §5.2.2)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
	 ITIP_IGNORE, false, false, false, "3.8", "di@x.y", NULL},
	{"uninvited, and not let in (pitfall 38)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER CY), ITIP_IGNORE, false, false, false, "3.8", "cy@x.y",
	 NULL},
	{"uninvited, and let in by policy (RFC 5546 §3.2.2.6)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER "ATTENDEE;PARTSTAT=ACCEPTED:mailto:cy@x.y\n"),
	 ITIP_STORE, false, true, true, "1.2", "cy@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO
	       "ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0;X-FASTI-REPLIED=0-20270110T100000Z;"
	       "X-FASTI-UNINVITED=TRUE:mailto:cy@x.y\n")},
	{"cy answers for bo (RFC 5546 §6.1.2)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO CY),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false, true,
	 "3.8", "cy@x.y", NULL},
	{"cy says that bo sent him (RFC 5546 §6.1.2)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO CY),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DECLINED;SENT-BY=\"mailto:cy@x.y\":mailto:bo@x.y\n"),
	 ITIP_IGNORE, false, false, false, "3.8", "cy@x.y", NULL},
	{"cy is known to answer for bo (RFC 5546 §3.2.2.5)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;SENT-BY=\"mailto:cy@x.y\";PARTSTAT=NEEDS-ACTION:mailto:bo@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DECLINED;SENT-BY=\"mailto:cy@x.y\":mailto:bo@x.y\n"),
	 ITIP_STORE, true, true, false, "1.2", "cy@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;SENT-BY=\"mailto:cy@x.y\";PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:bo@x.y\n")},
	{"no such UID (RFC 6638 §4.2)", NULL, EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")),
	 ITIP_IGNORE, false, false, false, "5.1", "bo@x.y", NULL},
	{"a word that nobody knows is NEEDS-ACTION (RFC 5545 §3.2.12)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "09")),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("PERHAPS")), ITIP_STORE, true, true, false, "1.2",
	 "bo@x.y", EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("NEEDS-ACTION", "0", "10"))},
};

static void check_reply(const struct reply_row *r)
{
	struct itip_try t = {.stored = r->stored,
			     .method = "REPLY",
			     .message = r->message,
			     .user = "al@x.y",
			     .sender = r->sender,
			     .take_crashers = r->crashers};
	struct itip_outcome out;

	if (!itip_run(arena, r->name, &t, &out))
		return;
	if (!CHECK_INT(r->name, out.action, r->action))
		printf("      %s\n", out.why);
	CHECK_INT(r->name, out.keeps_tag, r->keeps_tag);
	CHECK_INT(r->name, out.tell_others, r->tell_others);
	CHECK_INT(r->name, out.to_inbox, r->action == ITIP_STORE);
	CHECK_STR(r->name, out.status, r->status);
	if (r->want && out.action == ITIP_STORE)
		itip_same(arena, r->name, out.object, r->want);
	arena_reset(arena);
}

static void test_replies(void)
{
	for (size_t i = 0; i < ARRAY_LEN(replies); i++)
		check_reply(&replies[i]);
}

/* ---- to-dos ------------------------------------------------------------------------------ */

#define TODO(inner)	"BEGIN:VTODO\nUID:1\n" inner "END:VTODO\n"
#define TASK		"DTSTART:20270201T090000Z\nDUE:20270202T090000Z\nSUMMARY:S\n"
#define AT(partstat)	"ATTENDEE;PARTSTAT=" partstat ":mailto:bo@x.y\n"
#define CY_AT(partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:cy@x.y\n"

static const struct reply_row todo_replies[] = {
	{"in process, by the only one (RFC 5546 §4.5.4)",
	 TODO(DTSTAMP("08") TASK ORGANIZER BARE_BO),
	 TODO(DTSTAMP("10") TASK ORGANIZER AT("IN-PROCESS") "PERCENT-COMPLETE:75\n"), ITIP_STORE,
	 true, true, false, "1.2", "bo@x.y",
	 TODO(DTSTAMP("08") TASK ORGANIZER REPLIED(
		 "IN-PROCESS", "0", "10") "PERCENT-COMPLETE:75\nSTATUS:IN-PROCESS\n")},
	{"completed, by the only one (RFC 5546 §4.5.5)",
	 TODO(DTSTAMP("08") TASK ORGANIZER AT("IN-PROCESS") "PERCENT-COMPLETE:75\n"),
	 TODO(DTSTAMP("10") TASK ORGANIZER AT("COMPLETED") "PERCENT-COMPLETE:100\n"
							   "COMPLETED:20270110T093000Z\n"),
	 ITIP_STORE, true, true, false, "1.2", "bo@x.y",
	 TODO(DTSTAMP("08") TASK ORGANIZER REPLIED(
		 "COMPLETED", "0",
		 "10") "PERCENT-COMPLETE:100\nCOMPLETED:20270110T093000Z\nSTATUS:COMPLETED\n")},
	{"completed by one of two: the whole is not (pitfall 45)",
	 TODO(DTSTAMP("08") TASK ORGANIZER BARE_BO CY_AT("IN-PROCESS")),
	 TODO(DTSTAMP("10") TASK ORGANIZER AT("COMPLETED") "PERCENT-COMPLETE:100\n"), ITIP_STORE,
	 true, true, false, "1.2", "bo@x.y",
	 TODO(DTSTAMP("08") TASK ORGANIZER REPLIED("COMPLETED", "0", "10") CY_AT("IN-PROCESS"))},
	{"completed by the last of two (pitfall 45)",
	 TODO(DTSTAMP("08") TASK ORGANIZER BARE_BO CY_AT("COMPLETED")),
	 TODO(DTSTAMP("10") TASK ORGANIZER AT("COMPLETED") "PERCENT-COMPLETE:100\n"), ITIP_STORE,
	 true, true, false, "1.2", "bo@x.y",
	 TODO(DTSTAMP("08") TASK ORGANIZER REPLIED("COMPLETED", "0", "10")
		      CY_AT("COMPLETED") "PERCENT-COMPLETE:100\nSTATUS:COMPLETED\n")},
};

static const struct row todo_requests[] = {
	{"assigned (RFC 5546 §3.4.2)", NULL, "REQUEST", TODO(DTSTAMP("08") TASK ORGANIZER BARE_BO),
	 ITIP_STORE, false, true, "1.2", TODO(DTSTAMP("08") TASK ORGANIZER BARE_BO)},
	{"updated: what was done of it stays (RFC 6638 §3.2.2.1)",
	 TODO(DTSTAMP("08") TASK ORGANIZER AT("IN-PROCESS") "PERCENT-COMPLETE:50\n"
							    "STATUS:IN-PROCESS\n"),
	 "REQUEST",
	 TODO(DTSTAMP("09") TASK "LOCATION:L\nSTATUS:NEEDS-ACTION\n" ORGANIZER AT("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 TODO(DTSTAMP("09") TASK "LOCATION:L\n" ORGANIZER AT("IN-PROCESS") "PERCENT-COMPLETE:50\n"
									   "STATUS:IN-PROCESS\n")},
	{"called off (RFC 5546 §3.4.5)", TODO(DTSTAMP("08") TASK ORGANIZER AT("IN-PROCESS")),
	 "CANCEL", TODO(DTSTAMP("09") "SEQUENCE:1\n" TASK ORGANIZER AT("IN-PROCESS")), ITIP_STORE,
	 false, true, "1.2",
	 TODO(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n" TASK ORGANIZER AT("IN-PROCESS"))},
};

static void test_todos(void)
{
	for (size_t i = 0; i < ARRAY_LEN(todo_replies); i++)
		check_reply(&todo_replies[i]);
	for (size_t i = 0; i < ARRAY_LEN(todo_requests); i++)
		check_row(&todo_requests[i], "bo@x.y", "al@x.y");
}

/* ---- REFRESH, COUNTER, DECLINECOUNTER ---------------------------------------------------- */

#define SHORT(inner) EVENT(DTSTAMP("10") ORGANIZER inner)
#define PROPOSAL(sequence)                                                                         \
	EVENT(DTSTAMP("10") sequence LATER ORGANIZER BARE_BO                                       \
	      "X-MS-OLK-ORIGINALSTART:20270201T090000Z\n")

static const struct row to_organizer[] = {
	{"a proposal (RFC 5546 §3.2.7)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO), "COUNTER",
	 PROPOSAL(""), ITIP_NOTE, false, true, "1.2", NULL},
	{"a proposal for what was rescheduled since (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:1\n" TIMES ORGANIZER BARE_BO), "COUNTER", PROPOSAL(""),
	 ITIP_IGNORE, false, false, "1.2", NULL},
	{"a proposal by who is not invited", EVENT(DTSTAMP("08") TIMES ORGANIZER CY), "COUNTER",
	 PROPOSAL(""), ITIP_IGNORE, false, false, "3.8", NULL},
	{"a proposal for nothing (RFC 6638 §4.2)", NULL, "COUNTER", PROPOSAL(""), ITIP_IGNORE,
	 false, false, "5.1", NULL},
	{"REFRESH by who is not invited (RFC 5546 §6.1.6)", EVENT(DTSTAMP("08") TIMES ORGANIZER CY),
	 "REFRESH", SHORT(BARE_BO), ITIP_IGNORE, false, false, "3.8", NULL},
	{"REFRESH of nothing (RFC 6638 §4.2)", NULL, "REFRESH", SHORT(BARE_BO), ITIP_IGNORE, false,
	 false, "5.1", NULL},
};

static void test_to_organizer(void)
{
	struct itip_try refresh = {
		EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "09") ALARM),
		"REFRESH",
		SHORT(BARE_BO),
		"al@x.y",
		"bo@x.y",
		false};
	struct itip_try counter = {EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO
					 "X-MICROSOFT-DISALLOW-COUNTER:TRUE\n"),
				   "COUNTER",
				   PROPOSAL(""),
				   "al@x.y",
				   "bo@x.y",
				   false};
	struct itip_outcome out;

	for (size_t i = 0; i < ARRAY_LEN(to_organizer); i++)
		check_row(&to_organizer[i], "al@x.y", "bo@x.y");
	if (itip_run(arena, "REFRESH (RFC 5546 §3.2.6)", &refresh, &out))
		check_answer("REFRESH (RFC 5546 §3.2.6)", &out, ITIP_REQUEST, "bo@x.y", NULL);
	if (itip_run(arena, "no proposals wanted", &counter, &out))
		check_answer("no proposals wanted", &out, ITIP_DECLINECOUNTER, "bo@x.y", NULL);
	CHECK_INT("no proposals wanted", out.to_inbox, 0);
}

static const struct row to_attendee[] = {
	{"stays as planned (RFC 5546 §3.2.8)", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED")),
	 "DECLINECOUNTER", EVENT(DTSTAMP("10") "SEQUENCE:0\n" TIMES AL BO("ACCEPTED")), ITIP_NOTE,
	 false, true, "1.2", NULL},
	{"of nothing", NULL, "DECLINECOUNTER",
	 EVENT(DTSTAMP("10") "SEQUENCE:0\n" TIMES AL BO("ACCEPTED")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
};

static void test_to_attendee(void)
{
	for (size_t i = 0; i < ARRAY_LEN(to_attendee); i++)
		check_row(&to_attendee[i], "bo@x.y", "al@x.y");
}

/* ---- who may send it --------------------------------------------------------------------- */

#define EVE  "ORGANIZER:mailto:eve@x.y\n"
#define MINE EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED"))

static const struct forgery {
	const char *name, *stored, *method, *message, *sender;
} ignored[] = {
	{"eve updates al's event", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") LATER AL BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve cancels al's event", MINE, "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED")), "eve@x.y"},
	{"eve cancels as the organizer that she is not", MINE, "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES EVE BO("ACCEPTED")), "eve@x.y"},
	{"eve says that al sent her", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") LATER
	       "ORGANIZER;SENT-BY=\"mailto:eve@x.y\":mailto:al@x.y\n" BO("NEEDS-ACTION")),
	 "eve@x.y"},
	{"an attendee updates the event", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") LATER AL BO("NEEDS-ACTION") CY), "cy@x.y"},
	{"eve cancels what is bo's own (pitfall 50)", EVENT(DTSTAMP("08") TIMES), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES EVE BO("ACCEPTED")), "eve@x.y"},
	{"eve tells bo of bo's own meeting",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:bo@x.y\n" CY), "REQUEST",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:bo@x.y\n" BO("NEEDS-ACTION")), "eve@x.y"},
	{"bo answers himself as attendee", MINE, "REPLY", EVENT(DTSTAMP("09") TIMES AL CY),
	 "cy@x.y"},
	{"a new one in al's name", NULL, "REQUEST",
	 EVENT(DTSTAMP("09") LATER AL BO("NEEDS-ACTION") CY), "cy@x.y"},
	{"DECLINECOUNTER from eve", MINE, "DECLINECOUNTER",
	 EVENT(DTSTAMP("09") "SEQUENCE:0\n" TIMES AL BO("ACCEPTED")), "eve@x.y"},
};

/* decisions 16: a UID that is known under another organizer. */
static const struct forgery refused[] = {
	{"eve takes al's event over (pitfall 38)", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve takes bo's own over (pitfall 50)", EVENT(DTSTAMP("08") TIMES), "REQUEST",
	 EVENT(DTSTAMP("09") LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve takes bo's meeting over", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:bo@x.y\n" CY),
	 "REQUEST", EVENT(DTSTAMP("09") LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve publishes over it", EVENT(DTSTAMP("08") TIMES ORGANIZER), "PUBLISH",
	 EVENT(DTSTAMP("09") LATER EVE), "eve@x.y"},
	{"eve adds to it", EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
};

static void test_forgeries(void)
{
	struct itip_outcome out;

	for (size_t i = 0; i < ARRAY_LEN(ignored); i++) {
		const struct forgery *f = &ignored[i];
		struct itip_try t = {f->stored, f->method, f->message, "bo@x.y", f->sender, true};

		if (!itip_run(arena, f->name, &t, &out))
			continue;
		CHECK_INT(f->name, out.action, ITIP_IGNORE);
		CHECK_STR(f->name, out.status, "3.8");
		CHECK_INT(f->name, out.to_inbox, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const struct forgery *f = &refused[i];
		struct itip_try t = {f->stored, f->method, f->message, "bo@x.y", f->sender, true};

		CHECK_FAULT(f->name, itip_run_fault(arena, f->name, &t, &out),
			    FAULT_ORGANIZER_CHANGE);
	}
	arena_reset(arena);
}

static const struct row speaks[] = {
	{"delegated by cy (RFC 5546 §3.2.2.3)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:bo@x.y\":mailto:cy@x.y\n"
	       "ATTENDEE;RSVP=TRUE;DELEGATED-FROM=\"mailto:cy@x.y\":mailto:bo@x.y\n"),
	 ITIP_STORE, false, true, "1.2", NULL},
	{"by al's secretary, the first time (RFC 5546 §3.2.2.5)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER;SENT-BY=\"mailto:cy@x.y\":mailto:al@x.y\n" BARE_BO),
	 ITIP_STORE, false, true, "1.2", NULL},
	{"by al's secretary, who is known (RFC 5546 §3.2.2.5)",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER;SENT-BY=\"mailto:cy@x.y\":mailto:al@x.y\n" BARE_BO),
	 "REQUEST",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER;SENT-BY=\"mailto:cy@x.y\":mailto:al@x.y\n" BARE_BO),
	 ITIP_STORE, false, true, "1.2", NULL},
};

static void test_speaks(void)
{
	for (size_t i = 0; i < ARRAY_LEN(speaks); i++)
		check_row(&speaks[i], "bo@x.y", "cy@x.y");
}

/* ---- docs/itip.md ------------------------------------------------------------------------ */

#define DOCS "docs/itip.md"

static struct text read_docs(void)
{
	FILE *f = fopen(DOCS, "rb");
	struct buf b;
	char *at;

	buf_init(&b, arena, 1 << 16, 1 << 20);
	while (f && (at = buf_reserve(&b, 4096))) {
		size_t n = fread(at, 1, 4096, f);

		if (n == 0)
			break;
		b.len += n;
	}
	if (f)
		fclose(f);
	return buf_text(&b);
}

static void write_docs(struct text before, struct text rows, struct text after)
{
	FILE *f = fopen(DOCS, "wb");

	if (!CHECK_TRUE(DOCS, f != NULL))
		return;
	fprintf(f, "%.*s%.*s%.*s", TEXT_ARG(before), TEXT_ARG(rows), TEXT_ARG(after));
	fclose(f);
}

/* The page has the rows of the table; with FASTI_WRITE_DOCS it gets them. */
static void test_docs(void)
{
	struct text docs = read_docs(), begins = TEXT("-->\n"), ends = TEXT("\n<!-- end of rows");
	ptrdiff_t from = text_find(docs, begins), to = text_find(docs, ends);
	struct buf rows;

	if (!CHECK_TRUE("the page has a place for the rows", from > 0 && to >= from + 3))
		return;
	from += (ptrdiff_t)begins.len;
	to++;
	buf_init(&rows, arena, 1 << 13, 1 << 16);
	buf_put_lit(&rows, "\n| METHOD | Component | Role | What happens | Section |\n"
			   "|---|---|---|---|---|\n");
	itip_process_describe(&rows);
	buf_put_char(&rows, '\n');
	if (getenv("FASTI_WRITE_DOCS"))
		write_docs(text_sub(docs, 0, (size_t)from), buf_text(&rows),
			   text_sub(docs, (size_t)to, docs.len));
	else
		CHECK_TEXT(DOCS, text_sub(docs, (size_t)from, (size_t)(to - from)),
			   buf_text(&rows));
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
	   {"REQUEST (RFC 5546 §3.2.2, RFC 6638 §4.1)", test_requests},
	   {"CANCEL (RFC 5546 §3.2.5)", test_cancels}, {"ADD (RFC 5546 §3.2.4)", test_adds},
	   {"an instance of a revision that was missed", test_lost},
	   {"an instance twice in one message", test_repeated},
	   {"PUBLISH (RFC 5546 §3.2.1)", test_publishes},
	   {"REPLY (RFC 5546 §3.2.3, RFC 6638 §4.2)", test_replies},
	   {"to-dos (RFC 5546 §3.4)", test_todos},
	   {"REFRESH, COUNTER (RFC 5546 §3.2.6, §3.2.7)", test_to_organizer},
	   {"DECLINECOUNTER (RFC 5546 §3.2.8)", test_to_attendee},
	   {"forged messages (RFC 5546 §6.1)", test_forgeries},
	   {"docs/itip.md has the table", test_docs},
	   {"senders for others (RFC 5546 §3.2.2.3, §3.2.2.5)", test_speaks})

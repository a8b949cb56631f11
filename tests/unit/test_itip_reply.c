/*
 * test_itip_reply - REPLY, as the organizer gets it (RFC 5546 §3.2.3, §3.4.3, RFC 6638 §4.2)
 */
#include "itip_rows.h"

static const struct itip_reply_row replies[] = {
	{"ACCEPTED (RFC 6638 §4.2)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO CY),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_STORE, true, true, false,
	 "1.2", "bo@x.y", EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10") CY)},
	{"somebody whom a program lists twice has answered in both lines",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO CY "ATTENDEE;CN=Bo:mailto:BO@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_STORE, true, true, false,
	 "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "10") CY
	       "ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:BO@x.y\n")},
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
	 "5.1", "bo@x.y", NULL},
	{"an answer to times that are no more (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:1\n" TIMES ORGANIZER ASKED("1")),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER SAYS("ACCEPTED")), ITIP_IGNORE, false, false, false,
	 "5.1", "bo@x.y", NULL},
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
	{"for one instance and all that follow (RFC 5545 §3.2.13)",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") ONWARD("03", "09") ORGANIZER SAYS("DECLINED")), ITIP_STORE, true, true,
	 false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO) EVENT(DTSTAMP(
		 "08") "RECURRENCE-ID;RANGE=THISANDFUTURE:20270203T090000Z\n"
		       "DTSTART:20270203T090000Z\nDTEND:20270203T100000Z\nSUMMARY:S\n" ORGANIZER
								    REPLIED("DECLINED", "0",
									    "10"))},
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
	 "5.1", "bo@x.y", NULL},
	{"for an instance that there is not (RFC 5546 §4.7.2)",
	 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") AS_IS("20") ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false,
	 false, "5.1", "bo@x.y", NULL},
	{"for an instance that was taken out",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") AS_IS("03") ORGANIZER SAYS("DECLINED")), ITIP_IGNORE, false, false,
	 false, "5.1", "bo@x.y", NULL},
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
	{"delegated to themselves and the organizer", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:bo@x.y\",\"mailto:al@x.y\":"
	       "mailto:bo@x.y\n"),
	 ITIP_IGNORE, false, false, false, "5.1", "bo@x.y", NULL},
	{"delegated to two (RFC 5545 §3.2.5)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\",\"mailto:ed@x.y\":"
	       "mailto:bo@x.y\n"),
	 ITIP_STORE, false, true, false, "1.2", "bo@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\",\"mailto:ed@x.y\";"
	       "SCHEDULE-STATUS=2.0;X-FASTI-REPLIED=0-20270110T100000Z:mailto:bo@x.y\n"
	       "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;DELEGATED-FROM=\"mailto:bo@x.y\":"
	       "mailto:di@x.y\n"
	       "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;DELEGATED-FROM=\"mailto:bo@x.y\":"
	       "mailto:ed@x.y\n")},
	{"the second of two delegates comes in (RFC 5545 §3.2.5)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\",\"mailto:ed@x.y\":"
	       "mailto:bo@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:ed@x.y\n"),
	 ITIP_STORE, false, true, false, "1.2", "ed@x.y", NULL},
	{"one of two delegates declines: the other still comes (RFC 5546 §4.2.7)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\",\"mailto:ed@x.y\":"
	       "mailto:bo@x.y\n"
	       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"
	       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:ed@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DECLINED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
	 ITIP_STORE, true, true, false, "1.2", "di@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\",\"mailto:ed@x.y\":"
	       "mailto:bo@x.y\n"
	       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\";PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:di@x.y\n"
	       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:ed@x.y\n")},
	{"a delegate whom bo named comes in (RFC 5546 §4.2.6)",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"),
	 EVENT(DTSTAMP("10") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
	 ITIP_STORE, false, true, false, "1.2", "di@x.y",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"
	       "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:bo@x.y\";SCHEDULE-STATUS=2.0;"
	       "X-FASTI-REPLIED=0-20270110T100000Z:mailto:di@x.y\n")},
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
	       "ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0;X-FASTI-REPLIED=0-20270110T100000Z:"
	       "mailto:cy@x.y\n")},
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

static void test_replies(void)
{
	itip_check_replies(replies, ARRAY_LEN(replies));
}

/* Whoever is brought in is sent the object by the organizer, each of them once. */
static void test_delegates(void)
{
	static const char name[] = "delegates are invited (RFC 5546 §3.2.2.3)";
	static const char both[] =
		"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\",\"mailto:ed@x.y\":"
		"mailto:bo@x.y\n";
	struct itip_try t = {EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO)
				     EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER BARE_BO),
			     "REPLY",
			     arena_printf(itip_rows_arena(),
					  EVENT(DTSTAMP("10") DAILY ORGANIZER "%s") EVENT(
						  DTSTAMP("10") ON("03", "12") ORGANIZER "%s"),
					  both, both),
			     "al@x.y",
			     "bo@x.y",
			     false};
	static const char *const who[] = {"di@x.y", "ed@x.y"};
	struct itip_outcome out;

	if (!itip_run(itip_rows_arena(), name, &t, &out) ||
	    !CHECK_INT(name, (int64_t)out.answer_count, ARRAY_LEN(who)))
		return;
	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		struct ical_object *o;
		struct text address = text_from(who[i]);
		struct itip_user user = {&address, 1};

		CHECK_INT(who[i], out.answers[i].method, ITIP_REQUEST);
		CHECK_TEXT(who[i], out.answers[i].recipient, address);
		if (CHECK_WELL(who[i], ical_object_parse(itip_rows_arena(), out.answers[i].text,
							 ICAL_FROM_MESSAGE, &o)) &&
		    CHECK_INT(who[i], (int64_t)o->item_count, 2))
			CHECK_TRUE(who[i],
				   itip_attendee_in(itip_rows_arena(), &o->items[1], &user));
	}
}

/* A REPLY is no way to write to everybody. */
static void test_many_delegates(void)
{
	static const char name[] = "delegates are few";
	struct arena *a = itip_rows_arena();
	const char *list = "";
	struct itip_try t = {EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO),
			     "REPLY",
			     NULL,
			     "al@x.y",
			     "bo@x.y",
			     false};
	struct itip_outcome out;

	for (int i = 0; i < 50; i++)
		list = arena_printf(a, "%s%s\"mailto:d%d@x.y\"", list, i ? "," : "", i);
	t.message =
		arena_printf(a,
			     EVENT(DTSTAMP("10") TIMES ORGANIZER
				   "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=%s:mailto:bo@x.y\n"),
			     list);
	if (itip_run(a, name, &t, &out))
		CHECK_INT(name, (int64_t)out.answer_count, ITIP_DELEGATES_MAX);
}

UNIT_SUITE("itip_reply", {"REPLY (RFC 5546 §3.2.3, RFC 6638 §4.2)", test_replies},
	   {"delegates are invited (RFC 5546 §3.2.2.3)", test_delegates},
	   {"delegates are few", test_many_delegates})

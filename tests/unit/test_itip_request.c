/*
 * test_itip_request - REQUEST and PUBLISH, as an attendee gets them (RFC 5546 §3.2.1, §3.2.2)
 */
#include "itip_rows.h"

static const struct itip_row requests[] = {
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
	 "5.1", NULL},
	{"older DTSTAMP (RFC 5546 §2.1.5)", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("07") LATER AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false, "5.1", NULL},
	{"planned anew after the CANCEL, and counted from 0 (interop: undo of a removal)",
	 EVENT(DTSTAMP("08") "SEQUENCE:3\nSTATUS:CANCELLED\n" TIMES AL BO("ACCEPTED") ALARM),
	 "REQUEST", EVENT(DTSTAMP("09") TIMES AL BO("NEEDS-ACTION")), ITIP_STORE, false, true,
	 "1.2", EVENT(DTSTAMP("09") TIMES AL BO("NEEDS-ACTION") ALARM)},
	{"of before the CANCEL: that stands (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:3\nSTATUS:CANCELLED\n" TIMES AL BO("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("07") TIMES AL BO("NEEDS-ACTION")), ITIP_IGNORE, false, false, "5.1", NULL},
	{"one instance planned anew, the others stay",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")) EVENT(
		 DTSTAMP("08") "SEQUENCE:3\nSTATUS:CANCELLED\n" AS_IS("03") AL BO("ACCEPTED")),
	 "REQUEST", EVENT(DTSTAMP("09") ON("03", "12") AL BO("NEEDS-ACTION")), ITIP_STORE, false,
	 true, "1.2",
	 EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
		 EVENT(DTSTAMP("09") ON("03", "12") AL BO("NEEDS-ACTION"))},
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
	{"left out from one instance on (RFC 5545 §3.2.13)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY "RDATE:20270301T090000Z\n" AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("08") ONWARD("04", "12") AL CY),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") TIMES
	       "RRULE:FREQ=DAILY;UNTIL=20270204T085959Z\n"
	       "RDATE:20270301T090000Z\nEXDATE:20270301T090000Z\n" AL BO("NEEDS-ACTION"))},
	{"left out from one on, but for one of these", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("08") ONWARD("04", "12") AL CY)
			 EVENT(DTSTAMP("08") ON("06", "14") AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") TIMES "RRULE:FREQ=DAILY;UNTIL=20270204T085959Z\n"
				   "RDATE:20270206T090000Z\n" AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("08") ON("06", "14") AL BO("NEEDS-ACTION"))},
	{"left out from one on, and in again later", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("08") ONWARD("04", "12") AL CY)
			 EVENT(DTSTAMP("08") ONWARD("06", "14") AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("08") DAILY "EXDATE:20270204T090000Z\nEXDATE:20270205T090000Z\n" AL BO(
		 "NEEDS-ACTION")) EVENT(DTSTAMP("08") ONWARD("06", "14") AL BO("NEEDS-ACTION"))},
	{"left out from the first on", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"))
		 EVENT(DTSTAMP("08") ONWARD("01", "12") AL CY),
	 ITIP_IGNORE, false, false, "3.7", NULL},
	{"in one instance only", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") DAILY AL CY) EVENT(DTSTAMP("08") ON("03", "12") AL BO("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2", EVENT(DTSTAMP("08") ON("03", "12") AL BO("NEEDS-ACTION"))},
};

static void test_requests(void)
{
	itip_check_rows(requests, ARRAY_LEN(requests), "bo@x.y", "al@x.y");
}

static void test_lost(void)
{
	struct arena *arena = itip_rows_arena();
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
	itip_check_answer(name, &out, ITIP_REFRESH, "al@x.y", NULL);
	itip_same(arena, name, out.object,
		  EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED"))
			  EVENT(DTSTAMP("09") "SEQUENCE:3\n" ON("20", "12") AL BO("NEEDS-ACTION")));
}

static const struct itip_row publishes[] = {
	{"stored", NULL, "PUBLISH", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n" ALARM),
	 ITIP_STORE, false, true, "1.2", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n")},
	{"replaced", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n" ALARM), "PUBLISH",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:al@x.y\n"), ITIP_STORE, false, true, "1.2",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:al@x.y\n" ALARM)},
	{"older", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:al@x.y\n"), "PUBLISH",
	 EVENT(DTSTAMP("07") LATER "ORGANIZER:mailto:al@x.y\n"), ITIP_IGNORE, false, false, "5.1",
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
	itip_check_rows(publishes, ARRAY_LEN(publishes), "bo@x.y", "al@x.y");
}

UNIT_SUITE("itip_request", {"REQUEST (RFC 5546 §3.2.2, RFC 6638 §4.1)", test_requests},
	   {"an instance of a revision that was missed", test_lost},
	   {"PUBLISH (RFC 5546 §3.2.1)", test_publishes})

/*
 * test_itip_todo - messages about to-dos (RFC 5546 §3.4)
 */
#include "itip_rows.h"

#define AT(partstat)	"ATTENDEE;PARTSTAT=" partstat ":mailto:bo@x.y\n"
#define CY_AT(partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:cy@x.y\n"

static const struct itip_reply_row todo_replies[] = {
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

static const struct itip_row todo_requests[] = {
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

static const struct itip_row todo_changes[] = {
	{"an instance is added (RFC 5546 §3.4.4)",
	 TODO(DTSTAMP("08") TASK "RRULE:FREQ=WEEKLY;COUNT=2\n" ORGANIZER AT("ACCEPTED")), "ADD",
	 TODO(DTSTAMP("09") "SEQUENCE:1\nDTSTART:20270301T090000Z\nDUE:20270302T090000Z\n"
			    "SUMMARY:T\n" ORGANIZER AT("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 TODO(DTSTAMP("09") "SEQUENCE:1\n" TASK "RRULE:FREQ=WEEKLY;COUNT=2\n"
			    "RDATE:20270301T090000Z\n" ORGANIZER AT("ACCEPTED"))
		 TODO(DTSTAMP("09") "SEQUENCE:1\nRECURRENCE-ID:20270301T090000Z\n"
				    "DTSTART:20270301T090000Z\nDUE:20270302T090000Z\n"
				    "SUMMARY:T\n" ORGANIZER AT("NEEDS-ACTION"))},
	{"one instance is called off (RFC 5546 §3.4.5)",
	 TODO(DTSTAMP("08") TASK "RRULE:FREQ=WEEKLY;COUNT=2\n" ORGANIZER AT("ACCEPTED")), "CANCEL",
	 TODO(DTSTAMP("09") "SEQUENCE:1\nRECURRENCE-ID:20270208T090000Z\n"
			    "DTSTART:20270208T090000Z\n" ORGANIZER AT("ACCEPTED")),
	 ITIP_STORE, false, true, "1.2",
	 TODO(DTSTAMP("08") TASK "RRULE:FREQ=WEEKLY;COUNT=2\n" ORGANIZER AT("ACCEPTED"))
		 TODO(DTSTAMP("09") "SEQUENCE:1\nSTATUS:CANCELLED\n"
				    "RECURRENCE-ID:20270208T090000Z\nDTSTART:20270208T090000Z\n"
				    "DUE:20270209T090000Z\nSUMMARY:S\n" ORGANIZER AT("ACCEPTED"))},
	{"rescheduled: asked anew (RFC 5546 §3.4.2)",
	 TODO(DTSTAMP("08") TASK ORGANIZER AT("ACCEPTED")), "REQUEST",
	 TODO(DTSTAMP("09") "SEQUENCE:1\nDTSTART:20270201T090000Z\nDUE:20270212T090000Z\n"
			    "SUMMARY:S\n" ORGANIZER AT("NEEDS-ACTION")),
	 ITIP_STORE, false, true, "1.2",
	 TODO(DTSTAMP("09") "SEQUENCE:1\nDTSTART:20270201T090000Z\nDUE:20270212T090000Z\n"
			    "SUMMARY:S\n" ORGANIZER AT("NEEDS-ACTION"))},
	{"published (RFC 5546 §3.4.1)", NULL, "PUBLISH", TODO(DTSTAMP("08") TASK ORGANIZER),
	 ITIP_STORE, false, true, "1.2", TODO(DTSTAMP("08") TASK ORGANIZER)},
	{"a proposal is declined (RFC 5546 §3.4.8)",
	 TODO(DTSTAMP("08") TASK ORGANIZER AT("ACCEPTED")), "DECLINECOUNTER",
	 TODO(DTSTAMP("10") "SEQUENCE:0\n" ORGANIZER AT("ACCEPTED")), ITIP_NOTE, false, true, "1.2",
	 NULL},
	{"an event of the same UID (RFC 5546 §3)",
	 TODO(DTSTAMP("08") TASK ORGANIZER AT("ACCEPTED")), "REQUEST",
	 EVENT(DTSTAMP("09") TIMES ORGANIZER BARE_BO), ITIP_IGNORE, false, false, "3.14", NULL},
};

#define BUSY                                                                                       \
	"BEGIN:VFREEBUSY\nUID:9\nDTSTAMP:20270110T090000Z\nDTSTART:20270201T000000Z\n"             \
	"DTEND:20270202T000000Z\n" ORGANIZER AT("NEEDS-ACTION") "END:VFREEBUSY\n"

/* Asked for at the outbox, and nowhere else (RFC 6638 §5). */
static const struct itip_row busy_times[] = {
	{"busy time is asked for (RFC 5546 §3.3.2)", NULL, "REQUEST", BUSY, ITIP_IGNORE, false,
	 false, "3.14", NULL},
	{"busy time comes (RFC 5546 §3.3.3)", NULL, "REPLY", BUSY, ITIP_IGNORE, false, false,
	 "3.14", NULL},
};

static void test_todos(void)
{
	itip_check_replies(todo_replies, ARRAY_LEN(todo_replies));
	itip_check_rows(todo_requests, ARRAY_LEN(todo_requests), "bo@x.y", "al@x.y");
	itip_check_rows(todo_changes, ARRAY_LEN(todo_changes), "bo@x.y", "al@x.y");
	itip_check_rows(busy_times, ARRAY_LEN(busy_times), "bo@x.y", "al@x.y");
}

UNIT_SUITE("itip_todo", {"to-dos (RFC 5546 §3.4)", test_todos})

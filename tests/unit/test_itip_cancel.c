/*
 * test_itip_cancel - CANCEL and ADD, as an attendee gets them (RFC 5546 §3.2.4, §3.2.5)
 */
#include "itip_rows.h"

static const struct itip_row cancels[] = {
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
	 "5.1", NULL},
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
	itip_check_rows(cancels, ARRAY_LEN(cancels), "bo@x.y", "al@x.y");
}

static const struct itip_row adds[] = {
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
static const struct itip_row asks[] = {
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

static void test_adds(void)
{
	struct arena *arena = itip_rows_arena();
	itip_check_rows(adds, ARRAY_LEN(adds), "bo@x.y", "al@x.y");
	itip_check_rows(asks, ARRAY_LEN(asks), "bo@x.y", "al@x.y");
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		struct itip_try t = {.stored = asks[i].stored,
				     .method = "ADD",
				     .message = asks[i].message,
				     .user = "bo@x.y",
				     .sender = "al@x.y"};
		struct itip_outcome out;

		if (itip_run(arena, asks[i].name, &t, &out))
			itip_check_answer(asks[i].name, &out, ITIP_REFRESH, "al@x.y",
					  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
					  "PRODID:-//Fasti//Fasti 1.0//EN\r\nMETHOD:REFRESH\r\n"
					  "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270115T080000Z\r\n"
					  "ORGANIZER:mailto:al@x.y\r\nATTENDEE:mailto:bo@x.y\r\n"
					  "END:VEVENT\r\nEND:VCALENDAR\r\n");
	}
}

UNIT_SUITE("itip_cancel", {"CANCEL (RFC 5546 §3.2.5)", test_cancels},
	   {"ADD (RFC 5546 §3.2.4)", test_adds})

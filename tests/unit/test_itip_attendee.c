/*
 * test_itip_attendee - a save by an attendee: what is theirs, and what the organizer hears
 * (RFC 6638 §3.2.2)
 */
#include "saves_fixture.h"

#include "itip/attendee.h"

#define DECLINED(who)  "ATTENDEE;PARTSTAT=DECLINED:mailto:" who "@x.y\n"
#define PEOPLE	       ORGANIZED INVITED("bo") INVITED("cy")
#define SERIES	       EVENT(DAILY PEOPLE "SUMMARY:S\n")
#define SINGLE	       EVENT(NINE PEOPLE "SUMMARY:S\n")
#define IN(day, lines) EVENT(ON(day) ORGANIZED lines)
#define TODO(lines)                                                                                \
	"BEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nDUE:20270118T090000Z\n" lines "END:VTODO\n"
#define ALARM "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nDESCRIPTION:x\nEND:VALARM\n"

static void check_rows(const struct saves_row *rows, size_t count)
{
	saves_fixture_rows(rows, count, "bo", itip_plan_attendee, false);
}

static void test_allowed(void)
{
	static const struct saves_row rows[] = {
		{"§3.2.2.1 no. 1: PARTSTAT", SINGLE,
		 EVENT(NINE ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n"),
		 "REPLY al series=ACCEPTED", NULL},
		{"no. 2: TRANSP", SINGLE, EVENT(NINE PEOPLE "SUMMARY:S\nTRANSP:TRANSPARENT\n"), "",
		 NULL},
		{"RFC 5546 §3.2.3: COMMENT goes with the answer; the organizer's does not",
		 EVENT(NINE PEOPLE "SUMMARY:S\nCOMMENT:Bring cake\n"),
		 EVENT(NINE ORGANIZED ACCEPTED("bo")
			       INVITED("cy") "SUMMARY:S\nCOMMENT:Bring cake\nCOMMENT:Gladly\n"),
		 "REPLY al series=ACCEPTED (Gladly)", NULL},
		{"no. 5: VALARM", SINGLE, EVENT(NINE PEOPLE "SUMMARY:S\n" ALARM), "", NULL},
		{"no. 8: EXDATE declines the instance (§3.2.2.3)", SERIES,
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" PEOPLE "SUMMARY:S\n"),
		 "REPLY al 20T09=DECLINED", NULL},
		{"no. 8: EXDATE in place of an override",
		 SERIES IN("20", INVITED("bo") "SEQUENCE:2\n"),
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" PEOPLE "SUMMARY:S\n"),
		 "REPLY al 20T09=DECLINED#2", NULL},
		{"no. 8: what was declined is not declined again", SERIES IN("20", DECLINED("bo")),
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" PEOPLE "SUMMARY:S\n"), "", NULL},
		{"no. 9: CREATED, LAST-MODIFIED; DTSTAMP is the organizer's (RFC 5546 §2.1.5)",
		 SINGLE,
		 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260202T000000Z\nCREATED:20260202T000000Z\n"
		 "LAST-MODIFIED:20260202T000000Z\n" NINE PEOPLE "SUMMARY:S\nEND:VEVENT\n",
		 "",
		 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\nCREATED:20260202T000000Z\n"
		 "LAST-MODIFIED:20260202T000000Z\n" NINE PEOPLE "SUMMARY:S\nEND:VEVENT\n"},
		{"no. 10: SCHEDULE-STATUS of whom the client looks after",
		 EVENT(NINE ORGANIZED INVITED(
			 "bo") "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:cy@x.y\n"),
		 EVENT(NINE ORGANIZED INVITED("bo") "ATTENDEE;SCHEDULE-AGENT=CLIENT;SCHEDULE-"
						    "STATUS=2.0:mailto:cy@x.y\n"),
		 "", NULL},
		{"no. 11: a new override with another answer", SERIES,
		 SERIES EVENT(ON("20") ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n"),
		 "REPLY al 20T09=ACCEPTED", NULL},
		{"no. 11: a new override with an alarm", SERIES,
		 SERIES EVENT(ON("20") PEOPLE "SUMMARY:S\n" ALARM), "", NULL},
		{"the series, an override and an EXDATE in one save",
		 SERIES IN("20", INVITED("bo")),
		 EVENT(DAILY "EXDATE:20270121T090000Z\n" ORGANIZED ACCEPTED("bo")
			       INVITED("cy") "SUMMARY:S\n") IN("20", DECLINED("bo")),
		 "REPLY al series=ACCEPTED 20T09=DECLINED; REPLY al 21T09=DECLINED", NULL},
		{"CATEGORIES, COLOR and X- are one's own", SINGLE,
		 EVENT(NINE PEOPLE "SUMMARY:S\nCATEGORIES:X\nCOLOR:red\nX-MINE:1\n"), "", NULL},
		{"pitfall 45: how far a to-do is",
		 "BEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nDUE:20270118T090000Z\n" PEOPLE
		 "END:VTODO\n",
		 "BEGIN:VTODO\nUID:1\nDTSTAMP:20260101T000000Z\nDUE:20270118T090000Z\n"
		 "STATUS:IN-PROCESS\nPERCENT-COMPLETE:50\n" ORGANIZED
		 "ATTENDEE;PARTSTAT=IN-PROCESS:mailto:bo@x.y\n" INVITED("cy") "END:VTODO\n",
		 "REPLY al series=IN-PROCESS", NULL},
		{"RFC 5546 §3.4.3: ticked off, and PARTSTAT left as it was (interop: Reminders)",
		 TODO(PEOPLE), TODO("STATUS:COMPLETED\nPERCENT-COMPLETE:100\n" PEOPLE),
		 "REPLY al series=COMPLETED",
		 TODO("STATUS:COMPLETED\nPERCENT-COMPLETE:100\n" ORGANIZED
		      "ATTENDEE;PARTSTAT=COMPLETED:mailto:bo@x.y\n" INVITED("cy"))},
		{"RFC 5546 §3.4.3: begun, by its percentage", TODO(ORGANIZED ACCEPTED("bo")),
		 TODO("PERCENT-COMPLETE:30\n" ORGANIZED ACCEPTED("bo")),
		 "REPLY al series=IN-PROCESS",
		 TODO("PERCENT-COMPLETE:30\n" ORGANIZED
		      "ATTENDEE;PARTSTAT=IN-PROCESS:mailto:bo@x.y\n")},
		{"RFC 5546 §3.4.3: opened again",
		 TODO("STATUS:COMPLETED\n" ORGANIZED "ATTENDEE;PARTSTAT=COMPLETED:mailto:bo@x.y\n"),
		 TODO("STATUS:NEEDS-ACTION\n" ORGANIZED
		      "ATTENDEE;PARTSTAT=COMPLETED:mailto:bo@x.y\n"),
		 "REPLY al series=ACCEPTED",
		 TODO("STATUS:NEEDS-ACTION\n" ORGANIZED ACCEPTED("bo"))},
		{"RFC 5546 §3.4.3: what was declined stays so, however far it is",
		 TODO(ORGANIZED DECLINED("bo")),
		 TODO("STATUS:COMPLETED\n" ORGANIZED DECLINED("bo")), "REPLY al series=DECLINED",
		 NULL},
		{"§3.2.7 SCHEDULE-FORCE-SEND=REPLY, and §7.2 it goes",
		 EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 EVENT(NINE "ORGANIZER;SCHEDULE-FORCE-SEND=REPLY:mailto:al@x.y\n" ACCEPTED("bo")),
		 "REPLY al series=ACCEPTED", EVENT(NINE ORGANIZED ACCEPTED("bo"))},
		{"interop §1: RSVP goes with the answer",
		 EVENT(NINE ORGANIZED "ATTENDEE;RSVP=TRUE:mailto:bo@x.y\n"),
		 EVENT(NINE ORGANIZED "ATTENDEE;RSVP=TRUE;PARTSTAT=TENTATIVE:mailto:bo@x.y\n"),
		 "REPLY al series=TENTATIVE",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=TENTATIVE:mailto:bo@x.y\n")},
		{"delegated (RFC 5546 §3.2.2.3)", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\":mailto:bo@x.y\n"
		       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"),
		 "REPLY al series=DELEGATED", NULL},
		{"delegated to two (RFC 5545 §3.2.5)", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:di@x.y\","
				      "\"mailto:ed@x.y\":"
				      "mailto:bo@x.y\n"
				      "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n"
				      "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:ed@x.y\n"),
		 "REPLY al series=DELEGATED", NULL},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

static void test_damaged(void)
{
	static const struct saves_row rows[] = {
		{"pitfall 43: dropped overrides", SERIES IN("20", INVITED("bo") "SUMMARY:X\n"),
		 EVENT(DAILY PEOPLE "SUMMARY:S\n" ALARM), "",
		 EVENT(DAILY PEOPLE "SUMMARY:S\n" ALARM) IN("20", INVITED("bo") "SUMMARY:X\n")},
		{"pitfall 43: the dropped master", SERIES IN("20", INVITED("bo")),
		 IN("20", ACCEPTED("bo")), "REPLY al 20T09=ACCEPTED",
		 IN("20", ACCEPTED("bo")) SERIES},
		{"interop §1: a master made of an override", IN("20", INVITED("bo") "SUMMARY:X\n"),
		 EVENT("DTSTART:20270120T090000Z\nDTEND:20270120T100000Z\n" ORGANIZED ACCEPTED(
			 "bo") "SUMMARY:X\n"),
		 "REPLY al 20T09=ACCEPTED",
		 EVENT("DTSTART:20270120T090000Z\nDTEND:20270120T100000Z\n" ORGANIZED ACCEPTED(
			 "bo") "SUMMARY:X\nRECURRENCE-ID:20270120T090000Z\n")},
		{"interop §1: a master made of an instance", SERIES,
		 EVENT("DTSTART:20270120T090000Z\nDTEND:20270120T100000Z\n" ORGANIZED ACCEPTED("bo")
			       INVITED("cy") "SUMMARY:S\n"),
		 "REPLY al 20T09=ACCEPTED",
		 EVENT("DTSTART:20270120T090000Z\nDTEND:20270120T100000Z\n" ORGANIZED ACCEPTED("bo")
			       INVITED("cy") "SUMMARY:S\nRECURRENCE-ID:20270120T090000Z\n") SERIES},
		{"interop §1: dropped properties", EVENT(NINE PEOPLE "SUMMARY:S\nLOCATION:L\n"),
		 EVENT(NINE ORGANIZED ACCEPTED("bo")), "REPLY al series=ACCEPTED",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "LOCATION:L\nSUMMARY:S\n" INVITED("cy"))},
		{"interop §1: STATUS:CANCELLED", SINGLE,
		 EVENT(NINE ORGANIZED DECLINED("bo") INVITED("cy") "SUMMARY:S\nSTATUS:CANCELLED\n"),
		 "REPLY al series=DECLINED",
		 EVENT(NINE ORGANIZED DECLINED("bo") INVITED("cy") "SUMMARY:S\n")},
		{"ORGANIZER dropped", SINGLE,
		 EVENT(NINE ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n"), "REPLY al series=ACCEPTED",
		 EVENT(NINE ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n" ORGANIZED)},
		{"EXDATE of the organizer dropped", EVENT(DAILY "EXDATE:20270120T090000Z\n" PEOPLE),
		 EVENT(DAILY PEOPLE), "", EVENT(DAILY PEOPLE "EXDATE:20270120T090000Z\n")},
		{"another's answer", SINGLE,
		 EVENT(NINE ORGANIZED INVITED("bo") ACCEPTED("cy") "SUMMARY:S\n"), "", SINGLE},
		{"interop §6: SEQUENCE is not the attendee's", SINGLE,
		 EVENT(NINE ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\nSEQUENCE:5\n"),
		 "REPLY al series=ACCEPTED",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n")},
		{"ROLE is not the attendee's",
		 EVENT(NINE ORGANIZED "ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:bo@x.y\n"),
		 EVENT(NINE ORGANIZED ACCEPTED("bo")), "REPLY al series=ACCEPTED",
		 EVENT(NINE ORGANIZED
		       "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:bo@x.y\n")},
		{"interop §2: an answer under another address of theirs", SINGLE,
		 EVENT(NINE PEOPLE "ATTENDEE;PARTSTAT=ACCEPTED:/principals/bo/\nSUMMARY:S\n"),
		 "REPLY al series=ACCEPTED",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n")},
		{"interop §2: an answer to the series goes for overrides that wait, and others are "
		 "said again",
		 SERIES IN("20", INVITED("bo")) IN("21", DECLINED("bo")),
		 EVENT(DAILY ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n")
			 IN("20", INVITED("bo")) IN("21", DECLINED("bo")),
		 "REPLY al series=ACCEPTED 20T09=ACCEPTED 21T09=DECLINED",
		 EVENT(DAILY ORGANIZED ACCEPTED("bo") INVITED("cy") "SUMMARY:S\n")
			 IN("20", ACCEPTED("bo")) IN("21", DECLINED("bo"))},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

static void test_created_and_removed(void)
{
	static const struct saves_row rows[] = {
		{"§3.2.2.2 created by a clock that is fast: earlier than now", NULL,
		 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20290101T000000Z\n" NINE ORGANIZED INVITED(
			 "bo") "END:VEVENT\n",
		 "",
		 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270115T075959Z\n" NINE ORGANIZED INVITED(
			 "bo") "END:VEVENT\n"},
		{"§3.2.2.2 created, answered", NULL, EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 "REPLY al series=ACCEPTED", NULL},
		{"§3.2.2.2 created, not answered", NULL, SINGLE, "", NULL},
		{"§3.2.2.2 SCHEDULE-AGENT=CLIENT is stored untouched", NULL,
		 EVENT(NINE "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:al@x.y\n" ACCEPTED("bo")), "",
		 NULL},
		{"§3.2.2.3 SCHEDULE-AGENT=NONE: nothing is compared",
		 EVENT(NINE "ORGANIZER;SCHEDULE-AGENT=NONE:mailto:al@x.y\n" INVITED("bo")),
		 EVENT(TEN "ORGANIZER;SCHEDULE-AGENT=NONE:mailto:al@x.y\n" ACCEPTED("bo")), "",
		 NULL},
		{"interop §5: an ORGANIZER whom nobody knows, and no ATTENDEE of theirs", NULL,
		 EVENT(NINE ORGANIZED ACCEPTED("cy")), "", NULL},
		{"§3.2.2.4 removed", SINGLE, NULL, "REPLY al series=DECLINED", NULL},
		{"§3.2.2.4 removed, declined before", EVENT(NINE ORGANIZED DECLINED("bo")), NULL,
		 "", NULL},
		{"§3.2.2.4 removed, called off before",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "STATUS:CANCELLED\n"), NULL, "", NULL},
		{"§3.2.2.4 removed, over long ago",
		 EVENT("DTSTART:20200118T090000Z\n" ORGANIZED ACCEPTED("bo")), NULL, "", NULL},
		{"§3.2.2.4 a series, of which some are declined",
		 EVENT(DAILY ORGANIZED DECLINED("bo")) IN("20", ACCEPTED("bo"))
			 IN("21", DECLINED("bo")),
		 NULL, "REPLY al 20T09=DECLINED", NULL},
	};
	struct itip_save s = {.no_reply = true, .now = SAVES_NOW};
	struct itip_plan plan;

	check_rows(rows, ARRAY_LEN(rows));
	saves_fixture_begin();
	s.user = saves_fixture_user("bo");
	s.was = saves_fixture_object("removed", SINGLE);
	CHECK_WELL("removed", itip_plan_attendee(saves_fixture_arena(), &s, &plan));
	CHECK_INT("§8.1 Schedule-Reply: F", plan.count, 0);
	saves_fixture_end();
}

#define TO(who)                                                                                    \
	EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" who              \
			     "@x.y\":mailto:bo@x.y\n" INVITED("cy") "SUMMARY:S\n")

static void test_refused(void)
{
	static const struct {
		const char *name, *was, *is;
	} rows[] = {
		{"DTSTART", SINGLE, EVENT(TEN PEOPLE "SUMMARY:S\n")},
		{"DTEND", SINGLE,
		 EVENT("DTSTART:20270118T090000Z\nDTEND:20270118T110000Z\n" PEOPLE "SUMMARY:S\n")},
		{"RRULE", SERIES, EVENT(NINE "RRULE:FREQ=DAILY;COUNT=5\n" PEOPLE "SUMMARY:S\n")},
		{"RDATE", SERIES, EVENT(DAILY "RDATE:20270301T090000Z\n" PEOPLE "SUMMARY:S\n")},
		{"one instance moved", SERIES,
		 SERIES EVENT("RECURRENCE-ID:20270120T090000Z\nDTSTART:20270120T100000Z\n"
			      "DTEND:20270120T110000Z\n" PEOPLE "SUMMARY:S\n")},
		{"an instance that there is none of", SERIES,
		 SERIES EVENT("RECURRENCE-ID:20270120T120000Z\nDTSTART:20270120T120000Z\n"
			      "DTEND:20270120T130000Z\n" PEOPLE "SUMMARY:S\n")},
		{"SUMMARY", SINGLE, EVENT(NINE PEOPLE "SUMMARY:T\n")},
		{"SUMMARY of a new override", SERIES, SERIES EVENT(ON("20") PEOPLE "SUMMARY:T\n")},
		{"a LOCATION that there was none of", SINGLE,
		 EVENT(NINE PEOPLE "SUMMARY:S\nLOCATION:L\n")},
		{"pitfall 39: their own ATTENDEE taken away", SINGLE,
		 EVENT(NINE ORGANIZED INVITED("cy") "SUMMARY:S\n")},
		{"pitfall 39: ORGANIZER and ATTENDEEs taken away", SINGLE,
		 EVENT(NINE "SUMMARY:S\n")},
		{"somebody invited", SINGLE, EVENT(NINE PEOPLE INVITED("di") "SUMMARY:S\n")},
		{"sent by bo, who stays (RFC 5546 §3.2.2.3)", SINGLE,
		 EVENT(NINE ORGANIZED ACCEPTED("bo") INVITED(
			 "cy") "SUMMARY:S\n"
			       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n")},
		{"sent by bo, who sends another (RFC 5546 §3.2.2.3)", SINGLE,
		 EVENT(NINE ORGANIZED INVITED(
			 "cy") "SUMMARY:S\n"
			       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:ed@x.y\":mailto:"
			       "bo@x.y\n"
			       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:ed@x.y\n"
			       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:di@x.y\n")},
		{"handed on to themselves (RFC 5546 §3.2.2.3)", SINGLE, TO("bo")},
		{"handed on to the organizer (RFC 5546 §3.2.2.3)", SINGLE, TO("al")},
		{"handed back to who handed it on (RFC 5546 §3.2.2.3)",
		 EVENT(NINE ORGANIZED
		       "ATTENDEE;DELEGATED-FROM=\"mailto:cy@x.y\":mailto:bo@x.y\n" INVITED(
			       "cy") "SUMMARY:S\n"),
		 TO("cy")},
		{"another ORGANIZER", SINGLE,
		 EVENT(NINE "ORGANIZER:mailto:di@x.y\n" INVITED("bo") INVITED("cy") "SUMMARY:S\n")},
		{"pitfall 39: SCHEDULE-AGENT of ORGANIZER", SINGLE,
		 EVENT(NINE "ORGANIZER;SCHEDULE-AGENT=CLIENT:mailto:al@x.y\n" INVITED("bo")
			       INVITED("cy") "SUMMARY:S\n")},
	};
	struct itip_save s = {.now = SAVES_NOW};
	struct itip_plan plan;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		saves_fixture_begin();
		s.user = saves_fixture_user("bo");
		s.was = saves_fixture_object(rows[i].name, rows[i].was);
		s.is = saves_fixture_object(rows[i].name, rows[i].is);
		CHECK_FAULT(rows[i].name, itip_plan_attendee(saves_fixture_arena(), &s, &plan),
			    FAULT_ATTENDEE_CHANGE);
		saves_fixture_end();
	}
}

/* The series of B.7 and B.8, of Cyrus (al) and Bernard (bo). */
#define MONTREAL                                                                                   \
	"BEGIN:VTIMEZONE\nTZID:America/Montreal\nBEGIN:STANDARD\nDTSTART:20071104T020000\n"        \
	"RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZNAME:EST\nTZOFFSETFROM:-0400\n"                 \
	"TZOFFSETTO:-0500\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20070311T020000\n"                \
	"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nTZNAME:EDT\nTZOFFSETFROM:-0500\n"                  \
	"TZOFFSETTO:-0400\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
#define REVIEW(exdate)                                                                             \
	"BEGIN:VEVENT\nUID:9263504FD3AD\nSEQUENCE:0\nDTSTAMP:20090602T185254Z\n"                   \
	"DTSTART;TZID=America/Montreal:20090601T150000\n"                                          \
	"DTEND;TZID=America/Montreal:20090601T160000\n"                                            \
	"RRULE:FREQ=DAILY;INTERVAL=1;COUNT=5\n" exdate "TRANSP:OPAQUE\n"                           \
	"SUMMARY:Review Internet-Draft\nORGANIZER;CN=\"Cyrus Daboo\":mailto:al@x.y\n"              \
	"ATTENDEE;CN=\"Cyrus Daboo\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:al@x.y\n"          \
	"ATTENDEE;CN=\"Bernard Desruisseaux\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;"                \
	"ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:bo@x.y\nEND:VEVENT\n"
#define SECOND(stamp, rsvp)                                                                        \
	"BEGIN:VEVENT\nUID:9263504FD3AD\nSEQUENCE:0\nDTSTAMP:" stamp "Z\n"                         \
	"RECURRENCE-ID;TZID=America/Montreal:20090602T150000\n"                                    \
	"DTSTART;TZID=America/Montreal:20090602T150000\n"                                          \
	"DTEND;TZID=America/Montreal:20090602T160000\nTRANSP:TRANSPARENT\n"                        \
	"SUMMARY:Review Internet-Draft\nORGANIZER;CN=\"Cyrus Daboo\":mailto:al@x.y\n"              \
	"ATTENDEE;CN=\"Cyrus Daboo\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:al@x.y\n"          \
	"ATTENDEE;CN=\"Bernard Desruisseaux\";CUTYPE=INDIVIDUAL;PARTSTAT=DECLINED;"                \
	"ROLE=REQ-PARTICIPANT" rsvp ":mailto:bo@x.y\nEND:VEVENT\n"

/*
 * Where the RFC keeps RSVP=TRUE at an answer, it goes here (interop §1). DTSTAMP of the override in
 * B.7 is the client's there, and here that of the revision it answers (RFC 5546 §2.1.5).
 */
static void test_appendix_b(void)
{
	static const struct saves_row rows[] = {
		{"B.3 replying to an invitation",
		 EVENT(NINE ORGANIZED ACCEPTED("al") "ATTENDEE;RSVP=TRUE:mailto:bo@x.y\n"),
		 EVENT(NINE ORGANIZED ACCEPTED(
			 "al") "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:bo@x.y\n" ALARM),
		 "REPLY al series=ACCEPTED",
		 EVENT(NINE ORGANIZED ACCEPTED(
			 "al") "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@x.y\n" ALARM)},
		{"B.7 declining an instance", MONTREAL REVIEW(""),
		 MONTREAL REVIEW("") SECOND("20090603T183823", ";RSVP=TRUE"),
		 "REPLY al 02T15=DECLINED", MONTREAL REVIEW("") SECOND("20090602T185254", "")},
		{"B.8 removing an instance", MONTREAL REVIEW("") SECOND("20090603T183823", ""),
		 MONTREAL REVIEW("EXDATE;TZID=America/Montreal:20090603T150000\n")
			 SECOND("20090603T183823", ""),
		 "REPLY al 03T15=DECLINED", NULL},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

UNIT_SUITE("itip attendee", {"what is theirs (RFC 6638 §3.2.2.1)", test_allowed},
	   {"what clients damage is put back", test_damaged},
	   {"created, and removed", test_created_and_removed},
	   {"the examples of RFC 6638 appendix B", test_appendix_b},
	   {"what is refused (RFC 6638 §3.2.4.4)", test_refused})

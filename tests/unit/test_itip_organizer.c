/*
 * test_itip_organizer - what a save by the organizer makes of messages (RFC 6638 §3.2.1)
 */
#include "saves_fixture.h"

#include "ical/ical.h"
#include "itip/organizer.h"

#define SERIES EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy"))

static void check_rows(const struct saves_row *rows, size_t count, bool saw_answers)
{
	saves_fixture_rows(rows, count, "al", itip_plan_organizer, saw_answers);
}

#define SENT_CY		  "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\":mailto:bo@x.y\n"
#define DELEGATE_CY	  "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:cy@x.y\n"
#define AGENT(who, agent) "ATTENDEE;SCHEDULE-AGENT=" agent ":mailto:" who "@x.y\n"

static void test_tables(void)
{
	static const struct saves_row rows[] = {
		{"§3.2.1.1 create: SERVER", NULL, SERIES, "REQUEST bo series; REQUEST cy series",
		 NULL},
		{"§3.2.1.1 create: CLIENT, NONE, unknown", NULL,
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") AGENT("cy", "NONE") AGENT("di", "X-ME")
			       AGENT("ed", "SERVER")),
		 "REQUEST ed series", NULL},
		{"§3.2.1 the organizer as attendee is sent nothing", NULL,
		 EVENT(NINE ORGANIZED ACCEPTED("al") INVITED("bo")), "REQUEST bo series", NULL},
		{"appendix B.1: inviting three", NULL,
		 EVENT(NINE ORGANIZED ACCEPTED("al") INVITED("bo") INVITED("cy") INVITED("di")),
		 "REQUEST bo series; REQUEST cy series; REQUEST di series", NULL},
		{"§3.2.1.2 absent, SERVER", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")),
		 "REQUEST bo series; REQUEST cy series", NULL},
		{"§3.2.1.2 absent, CLIENT", EVENT(NINE ORGANIZED),
		 EVENT(NINE ORGANIZED AGENT("cy", "CLIENT")), "", NULL},
		{"§3.2.1.2 SERVER, removed", EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")),
		 EVENT(NINE ORGANIZED INVITED("bo")), "REQUEST bo series#1; CANCEL cy series#1",
		 EVENT(NINE ORGANIZED INVITED("bo") "SEQUENCE:1\n")},
		{"RFC 5545 §3.2.19 the same instant in another zone is told, and asks nobody again",
		 EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 EVENT("DTSTART;TZID=Europe/Berlin:20270118T100000\n"
		       "DTEND;TZID=Europe/Berlin:20270118T110000\n" ORGANIZED ACCEPTED("bo")),
		 "REQUEST bo series", NULL},
		{"RFC 5546 §3.2.2.3 delegated, and the delegate invited: one is asked", NULL,
		 EVENT(NINE ORGANIZED SENT_CY DELEGATE_CY), "REQUEST bo series; REQUEST cy series",
		 NULL},
		{"RFC 5546 §3.2.2.3 rescheduled: the delegate is asked again",
		 EVENT(NINE ORGANIZED SENT_CY "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:"
					      "bo@x.y\":mailto:cy@x.y\n"),
		 EVENT(TEN ORGANIZED SENT_CY DELEGATE_CY),
		 "REQUEST bo series#1; REQUEST cy series#1",
		 EVENT(TEN ORGANIZED
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\";"
		       "X-FASTI-REPLIED=1-19691231T235959Z:mailto:bo@x.y\n"
		       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\";"
		       "X-FASTI-REPLIED=1-19691231T235959Z:mailto:cy@x.y\nSEQUENCE:1\n")},
		{"RFC 5546 §3.2.2.3 rescheduled by who asks both: the delegate alone is asked",
		 EVENT(NINE ORGANIZED SENT_CY DELEGATE_CY),
		 EVENT(TEN ORGANIZED "ATTENDEE;PARTSTAT=NEEDS-ACTION;DELEGATED-TO=\"mailto:"
				     "cy@x.y\":mailto:bo@x.y\n" DELEGATE_CY),
		 "REQUEST bo series#1; REQUEST cy series#1",
		 EVENT(TEN ORGANIZED
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\";"
		       "X-FASTI-REPLIED=1-19691231T235959Z:mailto:bo@x.y\n"
		       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\";"
		       "X-FASTI-REPLIED=1-19691231T235959Z:mailto:cy@x.y\nSEQUENCE:1\n")},
		{"RFC 5546 §3.2.2.3 delegated to nobody who is invited is no answer", NULL,
		 EVENT(NINE ORGANIZED SENT_CY), "REQUEST bo series",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=NEEDS-ACTION;DELEGATED-TO=\"mailto:"
				      "cy@x.y\";RSVP=TRUE:mailto:bo@x.y\n")},
		{"§3.2.1.2 SERVER, CLIENT", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT")), "CANCEL bo series#1",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") "SEQUENCE:1\n")},
		{"§3.2.1.2 SERVER, NONE", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED AGENT("bo", "NONE")), "CANCEL bo series#1",
		 EVENT(NINE ORGANIZED AGENT("bo", "NONE") "SEQUENCE:1\n")},
		{"§3.2.1.2 CLIENT, SERVER", EVENT(NINE ORGANIZED AGENT("bo", "CLIENT")),
		 EVENT(NINE ORGANIZED AGENT("bo", "SERVER")), "REQUEST bo series", NULL},
		{"§3.2.1.2 NONE, SERVER", EVENT(NINE ORGANIZED AGENT("bo", "NONE")),
		 EVENT(NINE ORGANIZED INVITED("bo")), "REQUEST bo series", NULL},
		{"§3.2.1.2 CLIENT, removed",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") AGENT("cy", "NONE")),
		 EVENT(NINE ORGANIZED), "", NULL},
		{"§3.2.1.3 remove", SERIES, NULL, "CANCEL bo series#1; CANCEL cy series#1", NULL},
		{"§3.2.1.3 remove: CLIENT, NONE",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") AGENT("cy", "NONE") INVITED("di")),
		 NULL, "CANCEL di series#1", NULL},
		{"interop §1 the last attendee goes, and ORGANIZER with them; SEQUENCE is as told",
		 SERIES, EVENT(DAILY), "CANCEL bo series#1; CANCEL cy series#1",
		 EVENT(DAILY "SEQUENCE:1\n")},
		{"RFC 5546 §2.1.4 who is invited again hears of a later SEQUENCE",
		 EVENT(DAILY "SEQUENCE:1\n"), EVENT(DAILY ORGANIZED INVITED("bo")),
		 "REQUEST bo series#2", EVENT(DAILY ORGANIZED INVITED("bo") "SEQUENCE:2\n")},
	};

	check_rows(rows, ARRAY_LEN(rows), true);
}

#define ONWARD(day, lines)                                                                         \
	EVENT("RECURRENCE-ID;RANGE=THISANDFUTURE:202701" day "T090000Z\nDTSTART:202701" day        \
	      "T090000Z\nDTEND:202701" day "T100000Z\n" ORGANIZED lines)
#define IN(day, lines) EVENT(ON(day) ORGANIZED lines)

static void test_instances(void)
{
	static const struct saves_row rows[] = {
		{"§3.2.6 invited to one instance only", SERIES,
		 SERIES IN("20", INVITED("bo") INVITED("cy") INVITED("di")),
		 "REQUEST bo series 20T09; REQUEST cy series 20T09; REQUEST di 20T09", NULL},
		{"§3.2.6 removed from one instance", SERIES, SERIES IN("20", INVITED("cy")),
		 "CANCEL bo 20T09#1; REQUEST cy series#1 20T09#1",
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy") "SEQUENCE:1\n")
			 EVENT(ON("20") ORGANIZED INVITED("cy") "SEQUENCE:1\n")},
		{"removed from one instance on (RFC 5545 §3.2.13)", SERIES,
		 SERIES ONWARD("20", INVITED("cy")),
		 "CANCEL bo 20T09+#1; REQUEST cy series#1 20T09+#1",
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy") "SEQUENCE:1\n")
			 ONWARD("20", INVITED("cy") "SEQUENCE:1\n")},
		{"removed from one on, and from one after it",
		 SERIES IN("22", INVITED("bo") INVITED("cy")),
		 SERIES ONWARD("20", INVITED("cy")) IN("22", INVITED("cy")),
		 "CANCEL bo 20T09+#1 22T09#1; REQUEST cy series#1 20T09+#1 22T09#1",
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy") "SEQUENCE:1\n")
			 ONWARD("20", INVITED("cy") "SEQUENCE:1\n")
				 IN("22", INVITED("cy") "SEQUENCE:1\n")},
		{"removed from the first instance on", SERIES, SERIES ONWARD("18", INVITED("cy")),
		 "CANCEL bo 18T09+#1; REQUEST cy series#1 18T09+#1",
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy") "SEQUENCE:1\n")
			 ONWARD("18", INVITED("cy") "SEQUENCE:1\n")},
		{"from one instance on with who was left out", SERIES ONWARD("20", INVITED("cy")),
		 SERIES ONWARD("20", INVITED("bo") INVITED("cy")),
		 "REQUEST bo series 20T09+; REQUEST cy series 20T09+", NULL},
		{"what else changes is told of the rest", SERIES ONWARD("20", INVITED("cy")),
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy") "SUMMARY:X\n")
			 ONWARD("20", INVITED("cy")),
		 "REQUEST bo series; REQUEST cy series 20T09+", NULL},
		{"an override for others is told to nobody else",
		 SERIES IN("20", INVITED("cy")) IN("21", INVITED("cy")),
		 SERIES IN("20", INVITED("cy") "SUMMARY:X\n") IN("21", INVITED("cy")),
		 "REQUEST cy series 20T09 21T09", NULL},
		{"pitfall 41: added to the series after one instance",
		 EVENT(DAILY ORGANIZED INVITED("cy")) IN("20", INVITED("bo") INVITED("cy")),
		 SERIES IN("20", INVITED("bo") INVITED("cy")),
		 "REQUEST bo series 20T09; REQUEST cy series 20T09", NULL},
		{"taken off the series, kept in one instance",
		 SERIES IN("20", INVITED("bo") INVITED("cy")),
		 EVENT(DAILY ORGANIZED INVITED("cy")) IN("20", INVITED("bo") INVITED("cy")),
		 "REQUEST cy series#1 20T09; CANCEL bo series#1; REQUEST bo 20T09",
		 EVENT(DAILY ORGANIZED INVITED("cy") "SEQUENCE:1\n")
			 IN("20", INVITED("bo") INVITED("cy"))},
		{"EXDATE cancels the instance (RFC 5546 §3.2.5)", SERIES,
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" ORGANIZED INVITED("bo") INVITED("cy")),
		 "CANCEL bo 20T09#1; CANCEL cy 20T09#1",
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" ORGANIZED INVITED("bo")
			       INVITED("cy") "SEQUENCE:1\n")},
		{"EXDATE, and the client counted", SERIES,
		 EVENT(DAILY "EXDATE:20270120T090000Z\nSEQUENCE:4\n" ORGANIZED INVITED("bo")
			       INVITED("cy")),
		 "CANCEL bo 20T09#1; CANCEL cy 20T09#1", NULL},
		{"EXDATE and another title", SERIES,
		 EVENT(DAILY "EXDATE:20270120T090000Z\nSEQUENCE:4\nSUMMARY:X\n" ORGANIZED INVITED(
			 "bo") INVITED("cy")),
		 "CANCEL bo 20T09#1; REQUEST bo series#4 -20T09; CANCEL cy 20T09#1; "
		 "REQUEST cy series#4 -20T09",
		 NULL},
		{"EXDATE of an instance that had an override",
		 SERIES IN("20", INVITED("bo") "SEQUENCE:5\n"),
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" ORGANIZED INVITED("bo") INVITED("cy")),
		 "CANCEL bo 20T09#6",
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" ORGANIZED INVITED("bo")
			       INVITED("cy") "SEQUENCE:6\n")},
		{"pitfall 41: two EXDATEs in another order",
		 EVENT(DAILY "EXDATE:20270120T090000Z\nEXDATE:20270121T090000Z\n" ORGANIZED INVITED(
			 "bo")),
		 EVENT(DAILY "EXDATE:20270121T090000Z,20270120T090000Z\n" ORGANIZED INVITED("bo")),
		 "", NULL},
		{"an EXDATE that names no instance", SERIES,
		 EVENT(DAILY "EXDATE:20270120T120000Z\n" ORGANIZED INVITED("bo") INVITED("cy")), "",
		 NULL},
		{"STATUS:CANCELLED of one instance is a CANCEL", SERIES,
		 SERIES IN("20", INVITED("bo") INVITED("cy") "STATUS:CANCELLED\n"),
		 "CANCEL bo 20T09#1; CANCEL cy 20T09#1",
		 SERIES IN("20", INVITED("bo") INVITED("cy") "STATUS:CANCELLED\nSEQUENCE:1\n")},
		{"STATUS:CANCELLED of all is a CANCEL", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED INVITED("bo") "STATUS:CANCELLED\n"), "CANCEL bo series#1",
		 EVENT(NINE ORGANIZED INVITED("bo") "STATUS:CANCELLED\nSEQUENCE:1\n")},
		{"what was cancelled is not cancelled again",
		 EVENT(NINE ORGANIZED INVITED("bo") "STATUS:CANCELLED\nSEQUENCE:1\n"), NULL, "",
		 NULL},
		{"cancelled, and on again",
		 EVENT(NINE ORGANIZED INVITED("bo") "STATUS:CANCELLED\nSEQUENCE:1\n"),
		 EVENT(NINE ORGANIZED INVITED("bo") "STATUS:CONFIRMED\nSEQUENCE:2\n"),
		 "REQUEST bo series#2", NULL},
		{"removed who was invited to one instance only",
		 EVENT(DAILY ORGANIZED INVITED("cy")) IN("20", INVITED("bo")), NULL,
		 "CANCEL cy series#1; CANCEL bo 20T09#1", NULL},
	};

	check_rows(rows, ARRAY_LEN(rows), true);
}

static void test_unchanged(void)
{
	static const struct saves_row rows[] = {
		{"interop §4: alarms alone", SERIES,
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED(
			 "cy") "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nDESCRIPTION:x\n"
			       "END:VALARM\n"),
		 "", NULL},
		{"TRANSP, private X-, COLOR, DTSTAMP", SERIES,
		 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260202T000000Z\nX-MINE:1\nCOLOR:red\n"
		 "LAST-MODIFIED:20260202T000000Z\nTRANSP:TRANSPARENT\n" DAILY ORGANIZED INVITED(
			 "bo") INVITED("cy") "END:VEVENT\n",
		 "", NULL},
		{"an alarm of one instance", SERIES,
		 SERIES IN("20",
			   INVITED("bo") INVITED("cy") "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-"
						       "PT5M\nDESCRIPTION:x\n"
						       "END:VALARM\n"),
		 "", NULL},
		{"the order of lines, folds and case", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT("ATTENDEE:MAILTO:Bo@X.y\norganizer:mailto:\n al@x.y\n" NINE), "", NULL},
		{"the client counts on", SERIES,
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy") "SEQUENCE:3\n"), "", NULL},
		{"§3.2.7 SCHEDULE-FORCE-SEND=REQUEST, and §7.2 it goes", SERIES,
		 EVENT(DAILY ORGANIZED
		       "ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:mailto:bo@x.y\n" INVITED("cy")),
		 "REQUEST bo series", SERIES},
		{"§7.2 SCHEDULE-FORCE-SEND of no METHOD is 2.3", SERIES,
		 EVENT(DAILY ORGANIZED
		       "ATTENDEE;SCHEDULE-FORCE-SEND=X-NO:mailto:bo@x.y\n" INVITED("cy")),
		 "",
		 EVENT(DAILY ORGANIZED
		       "ATTENDEE;SCHEDULE-STATUS=2.3:mailto:bo@x.y\n" INVITED("cy"))},
		{"§7.2 SCHEDULE-FORCE-SEND where the client sends",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT")),
		 EVENT(NINE ORGANIZED "ATTENDEE;SCHEDULE-AGENT=CLIENT;SCHEDULE-FORCE-SEND=REQUEST:"
				      "mailto:bo@x.y\n"),
		 "", EVENT(NINE ORGANIZED AGENT("bo", "CLIENT"))},
		{"§7.3 what the server noted stays",
		 EVENT(NINE ORGANIZED "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:bo@x.y\n"),
		 EVENT(NINE ORGANIZED INVITED("bo")), "",
		 EVENT(NINE ORGANIZED "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:bo@x.y\n")},
	};

	check_rows(rows, ARRAY_LEN(rows), true);
}

#define ASKED(who, sequence)                                                                       \
	"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-FASTI-REPLIED=" sequence                       \
	"-19691231T235959Z:mailto:" who "@x.y\n"

static void test_rescheduled(void)
{
	static const struct saves_row rows[] = {
		{"§3.2.8 DTSTART: PARTSTAT is reset, SEQUENCE rises (RFC 5546 §2.1.4)",
		 EVENT(NINE ORGANIZED ACCEPTED("al") ACCEPTED("bo")),
		 EVENT(TEN ORGANIZED ACCEPTED("al") ACCEPTED("bo")), "REQUEST bo series#1",
		 EVENT(TEN ORGANIZED ACCEPTED("al") ASKED("bo", "1") "SEQUENCE:1\n")},
		{"§3.2.8 DTSTART, and the client counted",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "SEQUENCE:2\n"),
		 EVENT(TEN ORGANIZED ACCEPTED("bo") "SEQUENCE:7\n"), "REQUEST bo series#7",
		 EVENT(TEN ORGANIZED ASKED("bo", "7") "SEQUENCE:7\n")},
		{"SEQUENCE never falls behind what was sent",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "SEQUENCE:4\n"),
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "SUMMARY:X\n"), "REQUEST bo series#4",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "SUMMARY:X\nSEQUENCE:4\n")},
		{"§3.2.8 another place is no reschedule", EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "LOCATION:X\n"), "REQUEST bo series", NULL},
		{"§3.2.8 RRULE with more instances", EVENT(DAILY ORGANIZED ACCEPTED("bo")),
		 EVENT(NINE "RRULE:FREQ=DAILY;COUNT=20\n" ORGANIZED ACCEPTED("bo")),
		 "REQUEST bo series#1",
		 EVENT(NINE
		       "RRULE:FREQ=DAILY;COUNT=20\n" ORGANIZED ASKED("bo", "1") "SEQUENCE:1\n")},
		{"§3.2.8 RRULE with fewer", EVENT(DAILY ORGANIZED ACCEPTED("bo")),
		 EVENT(NINE "RRULE:FREQ=DAILY;COUNT=5\n" ORGANIZED ACCEPTED("bo")),
		 "REQUEST bo series#1",
		 EVENT(NINE "RRULE:FREQ=DAILY;COUNT=5\n" ORGANIZED ACCEPTED("bo") "SEQUENCE:1\n")},
		{"§3.2.8 EXDATE taken back: invited again",
		 EVENT(DAILY "EXDATE:20270120T090000Z\n" ORGANIZED ACCEPTED("bo")),
		 EVENT(DAILY ORGANIZED ACCEPTED("bo")), "REQUEST bo series#1",
		 EVENT(DAILY ORGANIZED ASKED("bo", "1") "SEQUENCE:1\n")},
		{"§3.2.8 one instance moved: asked for that one",
		 EVENT(DAILY ORGANIZED ACCEPTED("bo")),
		 EVENT(DAILY ORGANIZED ACCEPTED("bo"))
			 EVENT("RECURRENCE-ID:20270120T090000Z\nDTSTART:20270120T140000Z\n"
			       "DTEND:20270120T150000Z\n" ORGANIZED ACCEPTED("bo")),
		 "REQUEST bo series 20T09#1",
		 EVENT(DAILY ORGANIZED ACCEPTED("bo")) EVENT(
			 "RECURRENCE-ID:20270120T090000Z\nDTSTART:20270120T140000Z\n"
			 "DTEND:20270120T150000Z\n" ORGANIZED ASKED("bo", "1") "SEQUENCE:1\n")},
		{"§3.2.8 whom the client schedules is left alone",
		 EVENT(NINE ORGANIZED "ATTENDEE;SCHEDULE-AGENT=CLIENT;PARTSTAT=ACCEPTED:mailto:"
				      "bo@x.y\n"),
		 EVENT(TEN ORGANIZED "ATTENDEE;SCHEDULE-AGENT=CLIENT;PARTSTAT=ACCEPTED:mailto:"
				     "bo@x.y\n"),
		 "",
		 EVENT(TEN ORGANIZED "ATTENDEE;SCHEDULE-AGENT=CLIENT;PARTSTAT=ACCEPTED:mailto:"
				     "bo@x.y\nSEQUENCE:1\n")},
	};

	check_rows(rows, ARRAY_LEN(rows), true);
}

static void test_answers(void)
{
	static const struct saves_row seen[] = {
		{"§3.2.1 PARTSTAT of a new attendee is theirs to say", NULL,
		 EVENT(NINE ORGANIZED ACCEPTED("bo")), "REQUEST bo series",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y\n")},
		{"§3.2.1 an answer that nobody gave", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED ACCEPTED("bo")), "",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y\n")},
		{"§3.2.8 asked again", EVENT(NINE ORGANIZED ACCEPTED("bo") ACCEPTED("cy")),
		 EVENT(NINE ORGANIZED INVITED("bo") ACCEPTED("cy")),
		 "REQUEST bo series; REQUEST cy series (quiet)", NULL},
		{"the organizer's own answer", EVENT(NINE ORGANIZED INVITED("al") INVITED("bo")),
		 EVENT(NINE ORGANIZED ACCEPTED("al") INVITED("bo")), "REQUEST bo series (quiet)",
		 NULL},
	};
	static const struct saves_row not_seen[] = {
		{"§3.2.10.1 an answer that came meanwhile stays",
		 EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 EVENT(NINE ORGANIZED INVITED("bo") "SUMMARY:X\n"), "REQUEST bo series",
		 EVENT(NINE ORGANIZED ACCEPTED("bo") "SUMMARY:X\n")},
		{"§3.2.10.1 unless the time is another", EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 EVENT(TEN ORGANIZED INVITED("bo")), "REQUEST bo series#1",
		 EVENT(TEN ORGANIZED "ATTENDEE;X-FASTI-REPLIED=1-19691231T235959Z:mailto:bo@x.y\n"
				     "SEQUENCE:1\n")},
		{"an override that an answer made stays",
		 SERIES IN("20", "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.y\n" INVITED("cy")),
		 SERIES, "",
		 SERIES IN("20", "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.y\n" INVITED("cy"))},
		{"an override that the organizer made goes",
		 SERIES IN("20", "SUMMARY:X\n" INVITED("bo") INVITED("cy")), SERIES,
		 "REQUEST bo series; REQUEST cy series", NULL},
		{"a delegate whom the client did not know stays (RFC 5546 §3.2.2.3)",
		 EVENT(NINE ORGANIZED
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\":mailto:bo@x.y\n"
		       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:cy@x.y\n"),
		 EVENT(NINE ORGANIZED INVITED("bo")), "",
		 EVENT(NINE ORGANIZED
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\":mailto:bo@x.y\n"
		       "ATTENDEE;DELEGATED-FROM=\"mailto:bo@x.y\":mailto:cy@x.y\n")},
		{"what orders the answers stays (RFC 5546 §2.1.5)",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=ACCEPTED;X-FASTI-REPLIED=0-"
				      "20270101T000000Z:mailto:bo@x.y\n"),
		 EVENT(NINE ORGANIZED ACCEPTED("bo")), "",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=ACCEPTED;X-FASTI-REPLIED=0-"
				      "20270101T000000Z:mailto:bo@x.y\n")},
	};

	check_rows(seen, ARRAY_LEN(seen), true);
	check_rows(not_seen, ARRAY_LEN(not_seen), false);
}

static void test_organizer(void)
{
	static const struct saves_row rows[] = {
		{"decisions 16: recipients see one address of the organizer",
		 EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE "ORGANIZER:/principals/al/\n" INVITED("bo")), "",
		 EVENT(NINE ORGANIZED INVITED("bo"))},
		{"interop §1 ORGANIZER by the path of a principal", NULL,
		 EVENT(NINE "ORGANIZER;CN=Al:/principals/al/\n" INVITED("bo")), "REQUEST bo series",
		 EVENT(NINE "ORGANIZER;CN=Al:mailto:al@x.y\n" INVITED("bo"))},
	};
	struct itip_save s = {.saw_answers = true, .now = SAVES_NOW};
	struct itip_plan plan;

	check_rows(rows, ARRAY_LEN(rows), true);
	saves_fixture_begin();
	s.user = saves_fixture_user("al");
	s.was = saves_fixture_object("was", EVENT(NINE ORGANIZED INVITED("bo")));
	s.is = saves_fixture_object("is", EVENT(NINE "ORGANIZER:mailto:di@x.y\n" INVITED("bo")));
	CHECK_FAULT("§3.2.4.3 another organizer",
		    itip_plan_organizer(saves_fixture_arena(), &s, &plan), FAULT_ORGANIZER_CHANGE);
	s.was = NULL;
	s.is = saves_fixture_object(
		"two", EVENT(DAILY ORGANIZED INVITED("bo"))
			       EVENT(ON("20") "ORGANIZER:mailto:di@x.y\n" INVITED("bo")));
	CHECK_FAULT("§3.2.4.2 two organizers",
		    itip_plan_organizer(saves_fixture_arena(), &s, &plan), FAULT_SAME_ORGANIZER);
	saves_fixture_end();
}

/* bo and cy are two addresses of one user. */
static const struct fault *plan_with_known(struct arena *a, const struct itip_save *s,
					   struct itip_plan *out)
{
	static const struct itip_known known[] = {
		{TEXT_INIT("di@x.y"), 7}, {TEXT_INIT("cy@x.y"), 4}, {TEXT_INIT("bo@x.y"), 4}};
	struct itip_save save = *s;

	save.known = known;
	save.known_count = ARRAY_LEN(known);
	return itip_plan_organizer(a, &save, out);
}

static void test_known(void)
{
	static const struct saves_row rows[] = {
		{"invited by two", NULL, EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")),
		 "REQUEST bo series", NULL},
		{"by another one", EVENT(NINE ORGANIZED INVITED("bo") INVITED("di")),
		 EVENT(NINE ORGANIZED INVITED("cy") INVITED("di")),
		 "REQUEST cy series; REQUEST di series", NULL},
		{"by one of two", EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")),
		 EVENT(NINE ORGANIZED INVITED("cy")), "REQUEST cy series", NULL},
		{"an answer stays", EVENT(NINE ORGANIZED ACCEPTED("bo")),
		 EVENT(NINE ORGANIZED INVITED("cy") "SUMMARY:s\n"), "REQUEST cy series",
		 EVENT(NINE ORGANIZED "ATTENDEE;PARTSTAT=ACCEPTED:mailto:cy@x.y\nSUMMARY:s\n")},
		{"instances by either", NULL,
		 EVENT(DAILY ORGANIZED INVITED("bo")) IN("20", INVITED("cy")),
		 "REQUEST bo series 20T09", NULL},
		{"taken off both", EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy") INVITED("di")),
		 EVENT(NINE ORGANIZED INVITED("di")), "REQUEST di series#1; CANCEL bo series#1",
		 EVENT(NINE ORGANIZED INVITED("di") "SEQUENCE:1\n")},
		{"removed", EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")), NULL,
		 "CANCEL bo series#1", NULL},
	};

	saves_fixture_rows(rows, ARRAY_LEN(rows), "al", plan_with_known, false);
}

UNIT_SUITE("itip organizer", {"the tables of RFC 6638 §3.2.1", test_tables},
	   {"one instance and another", test_instances}, {"what nobody is told", test_unchanged},
	   {"rescheduled", test_rescheduled}, {"answers", test_answers},
	   {"who organizes", test_organizer},
	   {"RFC 6638 §2.4.1: who has several addresses", test_known})

/*
 * test_itip_examples - the examples of RFC 5546 §4, from message to object
 *
 * Each story is told as the RFC tells it: what A has, what comes to whom, and what they have
 * then. Corrected, because the RFC's own grammar or tables say otherwise:
 *
 *	§4.1.4	SCALE: is no property; DTSTART is a day after DTEND
 *	§4.2.1	DTEND has seven digits of time; the room's address has no scheme
 *	§4.2.4	the accepting REQUEST has another UID than the COUNTER
 *	§4.2.9	";mailto:" for ":mailto:"
 *	§4.2.11	STATUS= for PARTSTAT=
 *	§4.4.1	addresses have no scheme
 *	§4.4.5	RECURRENCE-ID;THISANDFUTURE: for ;RANGE=THISANDFUTURE:
 *	§4.4.6	another UID than the series
 *	§4.4.8	of the answer to REFRESH: an RDATE is missing; RECURRENCE-ID and its RDATE name the
 *		new time for the original one; DTEND is a week before DTSTART; the override has no
 *		ORGANIZER; DTSTAMP is before that of the revision it describes (§2.1.5)
 *	§4.5.7.2 RECURRENCE-ID names no instance; no ORGANIZER (kept so: it is what Exchange does)
 *	§4.7.2	RRULE and RDATE beside RECURRENCE-ID; DTSTAMP without Z
 */
#include "itip_fixture.h"

#include "base/secret.h"
#include "ical/ical.h"

static struct arena *arena;

enum who { A, B, C, D, E, PEOPLE };
static const char *const people[PEOPLE] = {"a@example.com", "b@example.com", "c@example.com",
					   "d@example.com", "e@example.com"};

/* One message that comes to one of them. */
struct step {
	const char *name;
	enum who to, from;
	const char *method, *message;
	enum itip_action action;
	const char *object;	 /* what they have then; NULL: is not looked at */
	enum itip_method answer; /* ITIP_METHODS: none is sent back */
};

#define NO_ANSWER ITIP_METHODS

/* Who organizes has this to begin with. */
static void tell(const char *story, const char *organized, const struct step *steps, size_t count)
{
	const char *has[PEOPLE] = {[A] = organized};

	for (size_t i = 0; i < count; i++) {
		const struct step *s = &steps[i];
		struct itip_try t = {has[s->to],    s->method,	     s->message,
				     people[s->to], people[s->from], false};
		struct itip_outcome out;

		if (!itip_run(arena, s->name, &t, &out))
			break;
		if (!CHECK_INT(s->name, out.action, s->action))
			printf("      %s: %s\n", story, out.why);
		if (out.action == ITIP_STORE && s->object)
			itip_same(arena, s->name, out.object, s->object);
		if (out.action == ITIP_STORE && s->object)
			has[s->to] = s->object;
		if (s->answer == NO_ANSWER)
			CHECK_INT(s->name, (int64_t)out.answer_count, 0);
		else if (CHECK_INT(s->name, (int64_t)out.answer_count, 1))
			CHECK_INT(s->name, out.answers[0].method, s->answer);
	}
	arena_reset(arena);
}

#define TELL(story, organized, steps) tell(story, organized, steps, ARRAY_LEN(steps))

#define EVENT(inner)	    "BEGIN:VEVENT\n" inner "END:VEVENT\n"
#define TODO(inner)	    "BEGIN:VTODO\n" inner "END:VTODO\n"
#define STAMP(at)	    "DTSTAMP:" at "Z\n"
#define SEQ(n)		    "SEQUENCE:" n "\n"
#define ORG		    "ORGANIZER:mailto:a@example.com\n"
#define CHAIR		    "ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:a@example.com\n"
#define ASKED(who)	    "ATTENDEE;RSVP=TRUE:mailto:" who "@example.com\n"
#define PLAIN(who)	    "ATTENDEE:mailto:" who "@example.com\n"
#define SAYS(who, partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:" who "@example.com\n"
/* As it stands at the organizer's once it was answered. */
#define SAID(who, partstat, status, sequence, at)                                                  \
	"ATTENDEE;PARTSTAT=" partstat ";SCHEDULE-STATUS=" status ";X-FASTI-REPLIED=" sequence      \
	"-" at "Z:mailto:" who "@example.com\n"

/* ---- §4.1: a published event ------------------------------------------------------------- */

#define GAME  "UID:0981234-1234234-23@example.com\nORGANIZER:mailto:a@example.com\n"
#define DUKES "SUMMARY:ST. PAUL SAINTS -VS- DULUTH-SUPERIOR DUKES\n"
#define CHICAGO                                                                                    \
	"BEGIN:VTIMEZONE\nTZID:America-Chicago\nTZURL:http://example.com/tz/America-Chicago\n"     \
	"BEGIN:STANDARD\nDTSTART:19671029T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n"       \
	"TZOFFSETFROM:-0500\nTZOFFSETTO:-0600\nTZNAME:CST\nEND:STANDARD\n"                         \
	"BEGIN:DAYLIGHT\nDTSTART:19870405T020000\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4\n"         \
	"TZOFFSETFROM:-0600\nTZOFFSETTO:-0500\nTZNAME:CDT\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
#define MINIMAL	   EVENT(GAME "DTSTART:19970701T200000Z\n" STAMP("19970611T190000") DUKES)
#define CHANGED_AT GAME "DTSTART:19970701T210000Z\nDTEND:19970701T230000Z\n" DUKES
#define CHANGED	   EVENT(CHANGED_AT STAMP("19970612T190000") SEQ("1"))
/* Alarms and categories are the reader's own: an update brings none. */
#define RICH(categories, alarms)                                                                   \
	CHICAGO EVENT(GAME                                                                         \
		      "ATTACH:http://www.example.com/\n" categories                                \
		      "CLASS:PRIVATE\nDESCRIPTION:MIDWAY STADIUM\\nBig time game.  MUST see.\\n"   \
		      "Expected duration:2 hours\\n\nDTEND;TZID=America-Chicago:19970701T180000\n" \
		      "DTSTART;TZID=America-Chicago:19970701T160000\n" STAMP(                      \
			      "19970614T190000") "STATUS:CONFIRMED\nLOCATION;VALUE=URI:http://"    \
						 "stadium.example.com/\n"                          \
						 "PRIORITY:2\nRESOURCES:SCOREBOARD\n" SEQ("3")     \
							 DUKES                                     \
		      "RELATED-TO:0981234-1234234-14@example.com\n" alarms)
#define SPORTS "CATEGORIES:SPORTS EVENT,ENTERTAINMENT\n"
#define TWO_ALARMS                                                                                 \
	"BEGIN:VALARM\nTRIGGER:-PT2H\nACTION:DISPLAY\n"                                            \
	"DESCRIPTION:You should be leaving for the game now.\nEND:VALARM\n"                        \
	"BEGIN:VALARM\nTRIGGER:-PT30M\nACTION:AUDIO\nEND:VALARM\n"
#define BASTILLE                                                                                   \
	EVENT(GAME "DTSTART;VALUE=DATE:19970714\nRRULE:FREQ=YEARLY;INTERVAL=1\n"                   \
		   "SUMMARY: Bastille Day\n" STAMP("19970614T190000"))

static void test_published(void)
{
	static const struct step steps[] = {
		{"§4.1.1 a minimal event", B, A, "PUBLISH", MINIMAL, ITIP_STORE, MINIMAL,
		 NO_ANSWER},
		{"§4.1.2 is changed", B, A, "PUBLISH", CHANGED, ITIP_STORE, CHANGED, NO_ANSWER},
		{"§4.1.2 an earlier SEQUENCE is not", B, A, "PUBLISH", MINIMAL, ITIP_IGNORE, NULL,
		 NO_ANSWER},
		{"§4.1.3 is cancelled", B, A, "CANCEL",
		 EVENT(GAME "COMMENT:DUKES forfeit the game\n" SEQ("2") STAMP("19970613T190000")),
		 ITIP_STORE,
		 EVENT(CHANGED_AT SEQ("2") STAMP("19970613T190000") "STATUS:CANCELLED\n"),
		 NO_ANSWER},
		{"§4.1.4 supersedes versions 0, 1 and 2", B, A, "PUBLISH", RICH(SPORTS, TWO_ALARMS),
		 ITIP_STORE, RICH("", ""), NO_ANSWER},
	};
	static const struct step days[] = {
		{"§4.1.5 an entire day", B, A, "PUBLISH", BASTILLE, ITIP_STORE, BASTILLE,
		 NO_ANSWER},
	};

	TELL("§4.1", NULL, steps);
	TELL("§4.1.5", NULL, days);
}

/* ---- §4.2: a group event ----------------------------------------------------------------- */

#define UID1 "UID:calsrv.example.com-873970198738777@example.com\n"
#define CONFERENCE                                                                                 \
	UID1 "DTSTART:19970701T200000Z\nDTEND:19970701T210000Z\nSUMMARY:Conference\n"              \
	     "STATUS:CONFIRMED\n"
#define PHONE                                                                                      \
	UID1 "DTSTART:19970701T180000Z\nDTEND:19970701T190000Z\nSUMMARY:Phone Conference\n"        \
	     "STATUS:CONFIRMED\n"
#define OTHERS                                                                                     \
	ASKED("c")                                                                                 \
	"ATTENDEE;RSVP=TRUE;CN=Hal:mailto:d@example.com\n"                                         \
	"ATTENDEE;RSVP=FALSE;CUTYPE=ROOM:mailto:conf_big@example.com\n"                            \
	"ATTENDEE;ROLE=NON-PARTICIPANT;RSVP=FALSE:mailto:e@example.com\n"

#define FIRST(b)  EVENT(CONFERENCE STAMP("19970611T190000") SEQ("0") ORG CHAIR b OTHERS)
#define SECOND(b) EVENT(PHONE STAMP("19970613T190000") SEQ("1") ORG CHAIR b OTHERS)

static void test_group_event(void)
{
	static const struct step steps[] = {
		{"§4.2.1 A invites B", B, A, "REQUEST", FIRST(ASKED("b")), ITIP_STORE,
		 FIRST(ASKED("b")), NO_ANSWER},
		{"§4.2.1 and E, for information", E, A, "REQUEST", FIRST(ASKED("b")), ITIP_STORE,
		 FIRST(ASKED("b")), NO_ANSWER},
		{"§4.2.2 B accepts", A, B, "REPLY",
		 EVENT(UID1 STAMP("19970612T190000") SEQ("0")
			       ORG SAYS("b", "ACCEPTED") "REQUEST-STATUS:2.0;Success\n"),
		 ITIP_STORE, FIRST(SAID("b", "ACCEPTED", "2.0", "0", "19970612T190000")),
		 NO_ANSWER},
		{"§4.2.3 A moves it", B, A, "REQUEST", SECOND(ASKED("b")), ITIP_STORE,
		 SECOND(ASKED("b")), NO_ANSWER},
		{"§4.2.9 A cancels", B, A, "CANCEL",
		 EVENT(UID1 STAMP("19970613T200000") SEQ("2") ORG PLAIN("a") PLAIN("b") PLAIN("c")
			       PLAIN("d") "COMMENT:Mr. B cannot attend.  It's raining.  Lets "
					  "cancel.\n"
					  "STATUS:CANCELLED\n"),
		 ITIP_STORE,
		 EVENT(UID1 "DTSTART:19970701T180000Z\nDTEND:19970701T190000Z\n"
			    "SUMMARY:Phone Conference\nSTATUS:CANCELLED\n" STAMP("19970613T200000")
				    SEQ("2") ORG CHAIR ASKED("b") OTHERS),
		 NO_ANSWER},
		{"§4.2.9 what belongs to what was cancelled is ignored", B, A, "REQUEST",
		 SECOND(ASKED("b")), ITIP_IGNORE, NULL, NO_ANSWER},
	};

	TELL("§4.2", FIRST(ASKED("b")), steps);
}

#define UID2   "UID:calsrv.example.com-873970198738777a@example.com\n"
#define MERITS UID2 "SUMMARY:Discuss the Merits of the election results\n"
#define GREEN                                                                                      \
	EVENT(MERITS "DTSTART:19970701T190000Z\nDTEND:19970701T200000Z\n"                          \
		     "LOCATION:Green Conference Room\nSTATUS:CONFIRMED\n" STAMP("19970611T190000") \
			     SEQ("0") ORG CHAIR ASKED("b") ASKED("c"))
#define BLUE                                                                                       \
	EVENT(UID2 "SUMMARY:Discuss the Merits of the election results - changed to meet B's "     \
		   "schedule\nDTSTART:19970701T160000Z\nDTEND:19970701T170000Z\n"                  \
		   "LOCATION:Blue Conference Room\nSTATUS:CONFIRMED\n" STAMP("19970613T190000")    \
			   SEQ("1") ORG CHAIR ASKED("b") ASKED("c"))

static void test_counter(void)
{
	static const struct step steps[] = {
		{"§4.2.4 A invites B", B, A, "REQUEST", GREEN, ITIP_STORE, GREEN, NO_ANSWER},
		{"§4.2.4 B proposes another time and place", A, B, "COUNTER",
		 EVENT(MERITS "DTSTART:19970701T160000Z\nDTEND:19970701T170000Z\n"
			      "LOCATION:Blue Conference Room\n"
			      "COMMENT:This time works much better\n" STAMP("19970612T190000")
				      SEQ("0") ORG CHAIR ASKED("b") ASKED("c")),
		 ITIP_NOTE, NULL, NO_ANSWER},
		{"§4.2.4 instead, A declines", B, A, "DECLINECOUNTER",
		 EVENT(UID2 STAMP("19970614T190000") SEQ("0")
			       ORG ASKED("b") "COMMENT:Sorry, I cannot change this meeting time\n"),
		 ITIP_NOTE, NULL, NO_ANSWER},
		{"§4.2.4 A accepts by rescheduling", B, A, "REQUEST", BLUE, ITIP_STORE, BLUE,
		 NO_ANSWER},
	};

	TELL("§4.2.4", GREEN, steps);
}

#define LONG                                                                                       \
	UID1 "DTSTART:19970701T180000Z\nDTEND:19970701T200000Z\nSUMMARY:Phone Conference\n"        \
	     "STATUS:CONFIRMED\n" STAMP("19970611T180000") SEQ("0") ORG CHAIR ASKED("b")
#define TO_E(status, at)                                                                           \
	"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:e@example.com\"" status at              \
	":mailto:c@example.com\n"
#define FROM_C(partstat, more)                                                                     \
	"ATTENDEE;PARTSTAT=" partstat ";DELEGATED-FROM=\"mailto:c@example.com\"" more              \
	":mailto:e@example.com\n"
#define OK	";SCHEDULE-STATUS=2.0"
#define AT(at)	";X-FASTI-REPLIED=0-" at "Z"
#define SUCCESS "REQUEST-STATUS:2.0;Success\n"

static void test_delegation(void)
{
	static const struct step steps[] = {
		{"§4.2.5 A invites C", C, A, "REQUEST", EVENT(LONG ASKED("c")), ITIP_STORE,
		 EVENT(LONG ASKED("c")), NO_ANSWER},
		{"§4.2.5 C tells A that E comes, and A invites E", A, C, "REPLY",
		 EVENT(UID1 STAMP("19970611T190000") SEQ("0") ORG TO_E("", "") SUCCESS), ITIP_STORE,
		 EVENT(LONG TO_E(OK, AT("19970611T190000")) FROM_C("NEEDS-ACTION", ";RSVP=TRUE")),
		 ITIP_REQUEST},
		/* In the RFC this is E's invitation. Anybody could write it, so E is shown it, and
		 * has the meeting from A. */
		{"§4.2.5 C hands the invitation to E", E, C, "REQUEST",
		 EVENT(UID1 "DTSTART:19970701T180000Z\nDTEND:19970701T200000Z\n"
			    "SUMMARY:Phone Conference\nSTATUS:CONFIRMED\n" STAMP("19970611T190000")
				    SEQ("0") ORG TO_E("", "") FROM_C("NEEDS-ACTION", ";RSVP=TRUE")),
		 ITIP_NOTE, NULL, NO_ANSWER},
		{"§4.2.6 E accepts", A, E, "REPLY",
		 EVENT(UID1 STAMP("19970614T190000") SEQ("0") ORG FROM_C("ACCEPTED", "")
			       TO_E("", "") SUCCESS),
		 ITIP_STORE,
		 EVENT(LONG TO_E(OK, AT("19970611T190000"))
			       FROM_C("ACCEPTED", OK AT("19970614T190000"))),
		 NO_ANSWER},
		{"§4.2.7 or, an hour later, declines: C is asked again", A, E, "REPLY",
		 EVENT(UID1 STAMP("19970614T200000") SEQ("0") ORG TO_E("", "")
			       FROM_C("DECLINED", "") SUCCESS),
		 ITIP_STORE,
		 EVENT(LONG "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;SCHEDULE-STATUS=2.0;"
			    "X-FASTI-REPLIED=0-19970611T190000Z:mailto:c@example.com\n" FROM_C(
				    "DECLINED", OK AT("19970614T200000"))),
		 ITIP_REQUEST},
	};
	static const struct step again[] = {
		{"§4.2.7 C, who had delegated, hears of it", C, A, "REQUEST",
		 EVENT(UID1 "SUMMARY:Phone Conference\nDTSTART:19970701T180000Z\n"
			    "DTEND:19970701T200000Z\n" STAMP("19970614T200000") SEQ("0")
				    ORG FROM_C("DECLINED", "") ASKED("c")),
		 ITIP_STORE,
		 EVENT(UID1 "SUMMARY:Phone Conference\nDTSTART:19970701T180000Z\n"
			    "DTEND:19970701T200000Z\n" STAMP("19970614T200000") SEQ("0")
				    ORG FROM_C("DECLINED", "") ASKED("c")),
		 NO_ANSWER},
	};

	TELL("§4.2.5", EVENT(LONG ASKED("c")), steps);
	TELL("§4.2.7", NULL, again);
}

static void test_removed(void)
{
	static const struct step steps[] = {
		{"§4.2.10 B was invited", B, A, "REQUEST", FIRST(ASKED("b")), ITIP_STORE,
		 FIRST(ASKED("b")), NO_ANSWER},
		{"§4.2.10 B is taken off", B, A, "CANCEL",
		 EVENT(UID1 STAMP("19970613T193000") SEQ("1")
			       ORG PLAIN("b") "COMMENT:You're off the hook for this meeting\n"),
		 ITIP_STORE,
		 EVENT(UID1 "DTSTART:19970701T200000Z\nDTEND:19970701T210000Z\nSUMMARY:Conference\n"
			    "STATUS:CANCELLED\n" STAMP("19970613T193000") SEQ("1")
				    ORG CHAIR ASKED("b") OTHERS),
		 NO_ANSWER},
	};

	TELL("§4.2.10", NULL, steps);
}

/* §4.2.11: the new organizer is refused, as every UID that comes from another (decision 16). */
static void test_replaced_organizer(void)
{
	static const char name[] = "§4.2.11 B takes over";
	struct itip_try t = {
		EVENT("UID:123456@example.com\nDTSTART:19970701T200000Z\nDTEND:19970701T203000Z\n"
		      "RRULE:FREQ=WEEKLY\nSUMMARY:Phone Conference\n" STAMP("19970610T190000")
			      SEQ("0") ORG CHAIR ASKED("b") ASKED("c") ASKED("d")),
		"REQUEST",
		EVENT("UID:123456@example.com\nDTSTART:19970701T200000Z\nDTEND:19970701T203000Z\n"
		      "RRULE:FREQ=WEEKLY\nSUMMARY:Phone Conference\n" STAMP("19970611T190000")
			      SEQ("1") "ORGANIZER:mailto:b@example.com\n" SAYS("b", "ACCEPTED")
				      PLAIN("c") PLAIN("d")),
		"c@example.com",
		"b@example.com",
		false};
	struct itip_outcome out;

	CHECK_FAULT(name, itip_run_fault(arena, name, &t, &out), FAULT_ORGANIZER_CHANGE);
	arena_reset(arena);
}

/* ---- §4.4: recurring events -------------------------------------------------------------- */

#define ZONE                                                                                       \
	"BEGIN:VTIMEZONE\nTZID:America-SanJose\nTZURL:http://example.com/tz/America-SanJose\n"     \
	"BEGIN:STANDARD\nDTSTART:19671029T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n"       \
	"TZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nTZNAME:PST\nEND:STANDARD\n"                         \
	"BEGIN:DAYLIGHT\nDTSTART:19870405T020000\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4\n"         \
	"TZOFFSETFROM:-0800\nTZOFFSETTO:-0700\nTZNAME:PDT\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
#define WEEKLY                                                                                     \
	UID1 STAMP("19970613T190030") "DTSTART;TZID=America-SanJose:19970701T140000\n"             \
				      "DTEND;TZID=America-SanJose:19970701T150000\n"               \
				      "RRULE:FREQ=WEEKLY;COUNT=20;WKST=SU;BYDAY=TU\n"              \
				      "RDATE;TZID=America-SanJose:19970910T140000\n"               \
				      "EXDATE;TZID=America-SanJose:19970909T140000\n"              \
				      "EXDATE;TZID=America-SanJose:19971028T140000\n"              \
				      "SUMMARY:Weekly Phone Conference\nSTATUS:CONFIRMED\n" SEQ(   \
					      "0") ORG CHAIR ASKED("c")

static void test_zones(void)
{
	static const struct step steps[] = {
		{"§4.4.1 a series in another zone", B, A, "REQUEST", ZONE EVENT(WEEKLY ASKED("b")),
		 ITIP_STORE, ZONE EVENT(WEEKLY ASKED("b")), NO_ANSWER},
		{"§4.4.1 B declines the RDATE, in UTC (interop: Google)", A, B, "REPLY",
		 EVENT(UID1 STAMP("19970614T190000") SEQ(
			 "0") "RECURRENCE-ID:19970910T210000Z\n" ORG SAYS("b", "DECLINED")),
		 ITIP_STORE,
		 ZONE EVENT(WEEKLY ASKED("b")) EVENT(UID1 STAMP(
			 "19970613T190030") "RECURRENCE-ID;TZID=America-SanJose:19970910T140000\n"
					    "DTSTART;TZID=America-SanJose:19970910T140000\n"
					    "DTEND;TZID=America-SanJose:19970910T150000\n"
					    "SUMMARY:Weekly Phone "
					    "Conference\nSTATUS:CONFIRMED\n" SEQ("0")
							     ORG CHAIR ASKED("c")
								     SAID("b", "DECLINED", "2.0",
									  "0", "19970614T190000")),
		 NO_ANSWER},
		{"§4.4.1 and the EXDATE, which is no instance", A, B, "REPLY",
		 EVENT(UID1 STAMP("19970614T190000") SEQ(
			 "0") "RECURRENCE-ID:19970909T210000Z\n" ORG SAYS("b", "DECLINED")),
		 ITIP_IGNORE, NULL, NO_ANSWER},
	};

	TELL("§4.4.1", ZONE EVENT(WEEKLY ASKED("b")), steps);
}

#define ALL	PLAIN("b") PLAIN("c") PLAIN("d")
#define ALL_ASK ASKED("b") ASKED("c") ASKED("d")
#define IETF(id, sequence, stamp, start, end, where, status, all)                                  \
	"UID:guid-1@example.com\n" id SEQ(sequence)                                                \
	ORG CHAIR all                                                                              \
		"CLASS:PUBLIC\nSUMMARY:IETF Calendaring Working Group Meeting\nDTSTART:" start     \
		"Z\nDTEND:" end "Z\nLOCATION:" where "\nSTATUS:" status "\n" STAMP(stamp)
#define CALL "Conference Call"
#define MONTHLY(status, sequence, stamp, more)                                                     \
	EVENT(IETF("RRULE:FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=19980901T210000Z\n" more, sequence,      \
		   stamp, "19970601T210000", "19970601T220000", CALL, status, ALL))
#define JULY(status, sequence, stamp)                                                              \
	EVENT(IETF("RECURRENCE-ID:19970701T210000Z\n", sequence, stamp, "19970703T210000",         \
		   "19970703T220000", CALL, status, ALL))
#define AUGUST(status, sequence, stamp)                                                            \
	EVENT(IETF("RECURRENCE-ID:19970801T210000Z\n", sequence, stamp, "19970801T210000",         \
		   "19970801T220000", CALL, status, ALL))
#define SEATTLE                                                                                    \
	EVENT(IETF("RECURRENCE-ID;RANGE=THISANDFUTURE:19970901T210000Z\n", "3", "19970526T083000", \
		   "19970901T210000", "19970901T220000",                                           \
		   "Building 32\\, Microsoft\\, Seattle\\, WA", "CONFIRMED", ALL_ASK))
#define SECOND_JULY(id)                                                                            \
	EVENT(IETF(id, "4", "19970629T093000", "19970715T210000", "19970715T220000", CALL,         \
		   "CONFIRMED", ALL_ASK))

static void test_instances(void)
{
	static const struct step steps[] = {
		{"§4.4.2 the series", B, A, "REQUEST",
		 MONTHLY("CONFIRMED", "0", "19970526T083000", ""), ITIP_STORE,
		 MONTHLY("CONFIRMED", "0", "19970526T083000", ""), NO_ANSWER},
		{"§4.4.2 July is moved", B, A, "REQUEST", JULY("CONFIRMED", "1", "19970626T093000"),
		 ITIP_STORE,
		 MONTHLY("CONFIRMED", "0", "19970526T083000", "")
			 JULY("CONFIRMED", "1", "19970626T093000"),
		 NO_ANSWER},
		{"§4.4.3 August is cancelled", B, A, "CANCEL",
		 EVENT("UID:guid-1@example.com\n" ORG CHAIR ALL
		       "RECURRENCE-ID:19970801T210000Z\nSTATUS:CANCELLED\n" SEQ("2")
			       STAMP("19970721T093000")),
		 ITIP_STORE,
		 MONTHLY("CONFIRMED", "0", "19970526T083000", "")
			 JULY("CONFIRMED", "1", "19970626T093000")
				 AUGUST("CANCELLED", "2", "19970721T093000"),
		 NO_ANSWER},
		{"§4.4.5 from September on in Seattle", B, A, "REQUEST", SEATTLE, ITIP_STORE,
		 MONTHLY("CONFIRMED", "0", "19970526T083000", "")
			 JULY("CONFIRMED", "1", "19970626T093000")
				 AUGUST("CANCELLED", "2", "19970721T093000") SEATTLE,
		 NO_ANSWER},
		{"§4.4.6 a second one in July", B, A, "ADD", SECOND_JULY(""), ITIP_STORE,
		 MONTHLY("CONFIRMED", "4", "19970629T093000", "RDATE:19970715T210000Z\n")
			 JULY("CONFIRMED", "1", "19970626T093000")
				 AUGUST("CANCELLED", "2", "19970721T093000")
					 SEATTLE SECOND_JULY("RECURRENCE-ID:19970715T210000Z\n"),
		 NO_ANSWER},
	};
	static const struct step all_over[] = {
		{"§4.4.4 the series", B, A, "REQUEST",
		 MONTHLY("CONFIRMED", "0", "19970526T083000", "")
			 JULY("CONFIRMED", "1", "19970626T093000"),
		 ITIP_STORE,
		 MONTHLY("CONFIRMED", "0", "19970526T083000", "")
			 JULY("CONFIRMED", "1", "19970626T093000"),
		 NO_ANSWER},
		{"§4.4.4 all is cancelled, and all exceptions", B, A, "CANCEL",
		 EVENT("UID:guid-1@example.com\n" ORG CHAIR ALL "STATUS:CANCELLED\n" SEQ("3")
			       STAMP("19970721T103000")),
		 ITIP_STORE,
		 MONTHLY("CANCELLED", "3", "19970721T103000", "")
			 JULY("CANCELLED", "3", "19970721T103000"),
		 NO_ANSWER},
	};
	static const struct step counter[] = {
		{"§4.4.9 one instance countered", A, B, "COUNTER",
		 EVENT(IETF("RECURRENCE-ID:19970715T210000Z\n"
			    "COMMENT:May we bump this by an hour? I have a conflict\n",
			    "4", "19970629T094000", "19970715T220000", "19970715T230000", CALL,
			    "CONFIRMED", ALL_ASK)),
		 ITIP_NOTE, NULL, NO_ANSWER},
	};

	TELL("§4.4.2", NULL, steps);
	TELL("§4.4.4", NULL, all_over);
	TELL("§4.4.9",
	     MONTHLY("CONFIRMED", "4", "19970629T093000", "RDATE:19970715T210000Z\n")
		     SECOND_JULY("RECURRENCE-ID:19970715T210000Z\n"),
	     counter);
}

#define ACCOUNTS(rule, sequence, start, end, stamp, where)                                         \
	EVENT("UID:123456789@example.com\n" SEQ(sequence)                                          \
		      rule ORG CHAIR ASKED("b") "SUMMARY:"                                         \
						"Review Accounts\nDTSTART:" start "Z\nDTEND:" end  \
						"Z\nLOCATION:" where                               \
						"\nSTATUS:CONFIRMED\n" STAMP(stamp))
#define TUESDAYS(rule, sequence, stamp)                                                            \
	ACCOUNTS("RRULE:WKST=SU;BYDAY=" rule ";FREQ=WEEKLY\n", sequence, "19980303T210000",        \
		 "19980303T220000", stamp, "The White Room")

static void test_more_days(void)
{
	static const struct step steps[] = {
		{"§4.4.7 on Tuesdays", B, A, "REQUEST", TUESDAYS("TU", "0", "19980301T093000"),
		 ITIP_STORE, TUESDAYS("TU", "0", "19980301T093000"), NO_ANSWER},
		{"§4.4.7 and Thursdays", B, A, "REQUEST", TUESDAYS("TU,TH", "7", "19980303T193000"),
		 ITIP_STORE, TUESDAYS("TU,TH", "7", "19980303T193000"), NO_ANSWER},
	};

	TELL("§4.4.7", NULL, steps);
}

#define ROOM_A(rdates, sequence, stamp)                                                            \
	ACCOUNTS(rdates, sequence, "19980304T180000", "19980304T200000", stamp, "Conference Room A")
#define RDATES "RDATE:19980304T180000Z\nRDATE:19980311T180000Z\nRDATE:19980318T180000Z\n"
#define SMALL(sequence, stamp)                                                                     \
	ACCOUNTS("RECURRENCE-ID:19980311T180000Z\n", sequence, "19980311T160000",                  \
		 "19980311T180000", stamp, "The Small conference room")
#define FOURTH(id)                                                                                 \
	ACCOUNTS(id, "2", "19980315T180000", "19980315T200000", "19980307T193000",                 \
		 "Conference Room A")
#define NOW_ALL                                                                                    \
	ROOM_A(RDATES "RDATE:19980315T180000Z\n", "2", "19980308T193000")                          \
	SMALL("2", "19980308T193000")

static void test_refreshed(void)
{
	static const struct step steps[] = {
		{"§4.4.8 the series", B, A, "REQUEST", ROOM_A(RDATES, "0", "19980303T193000"),
		 ITIP_STORE, ROOM_A(RDATES, "0", "19980303T193000"), NO_ANSWER},
		{"§4.4.8 the second is changed", B, A, "REQUEST", SMALL("1", "19980306T193000"),
		 ITIP_STORE, ROOM_A(RDATES, "0", "19980303T193000") SMALL("1", "19980306T193000"),
		 NO_ANSWER},
		{"§4.4.8 a fourth is added", B, A, "ADD", FOURTH(""), ITIP_STORE,
		 ROOM_A(RDATES "RDATE:19980315T180000Z\n", "2", "19980307T193000")
			 SMALL("1", "19980306T193000") FOURTH("RECURRENCE-ID:19980315T180000Z\n"),
		 NO_ANSWER},
		{"§4.4.8 B asks for all of it", A, B, "REFRESH",
		 EVENT("UID:123456789@example.com\n" ORG PLAIN("b") STAMP("19980308T190000")),
		 ITIP_IGNORE, NULL, ITIP_REQUEST},
		{"§4.4.8 and gets it", B, A, "REQUEST", NOW_ALL, ITIP_STORE, NOW_ALL, NO_ANSWER},
	};

	TELL("§4.4.8", NOW_ALL, steps);
}

#define FOO(b)                                                                                     \
	EVENT("UID:guid-1@example.com\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1\n" SEQ("0")                 \
		      ORG CHAIR b ASKED(                                                           \
			      "c") "SUMMARY:IETF Calendaring Working Group Meeting\n"              \
				   "DTSTART:19970601T210000Z\nDTEND:19970601T220000Z\n" STAMP(     \
					   "19970602T094000"))

static void test_error_reply(void)
{
	static const struct step steps[] = {
		{"§4.4.10 B could not read it", A, B, "REPLY",
		 EVENT("UID:guid-1@example.com\n" SEQ("0") ORG PLAIN("b")
			       STAMP("19970603T094000") "REQUEST-STATUS:3.0;Invalid Property "
							"Name;FOO\n"),
		 ITIP_STORE, FOO(SAID("b", "NEEDS-ACTION", "3.0", "0", "19970603T094000")),
		 NO_ANSWER},
	};

	TELL("§4.4.10", FOO(ASKED("b")), steps);
}

/* ---- §4.5: a group to-do ----------------------------------------------------------------- */

#define UID3 "UID:calsrv.example.com-873970198738777-00@example.com\n"
#define REQUIREMENTS                                                                               \
	UID3 "DTSTART:19970701T170000Z\nPRIORITY:1\nSUMMARY:Create the requirements document\n"
#define TASK(b, d, more)                                                                           \
	TODO(REQUIREMENTS "DUE:19970722T170000Z\n" STAMP("19970717T200000") SEQ("0") ORG           \
	     "ATTENDEE;ROLE=CHAIR:mailto:a@example.com\n" b ASKED("c") d "STATUS:NEEDS-ACTION"     \
									 "\n" more)
#define COMMENT_B                                                                                  \
	"X-CALENDARSERVER-ATTENDEE-COMMENT;X-CALENDARSERVER-ATTENDEE-REF=\"mailto:b@example.com\"" \
	":I'll send you my input by email\n"
#define WORK(b, done)                                                                              \
	TODO(REQUIREMENTS STAMP("19970717T230000") SEQ("0") ORG                                    \
	     "ATTENDEE;ROLE=CHAIR:mailto:a@example.com\n" b ASKED("d") done)
#define FORTY                                                                                      \
	TODO(REQUIREMENTS "DUE:19970722T170000Z\n" STAMP("19970718T100000") SEQ("1")               \
		     ORG CHAIR SAYS("b", "ACCEPTED")                                               \
			     SAYS("d", "COMPLETED") "STATUS:IN-PROCESS\nPERCENT-COMPLETE:40\n")

static void test_todo(void)
{
	static const struct step steps[] = {
		{"§4.5.1 A assigns it to B", B, A, "REQUEST", TASK(ASKED("b"), ASKED("d"), ""),
		 ITIP_STORE, TASK(ASKED("b"), ASKED("d"), ""), NO_ANSWER},
		{"§4.5.2 B accepts", A, B, "REPLY",
		 TODO(UID3 STAMP("19970717T203000") SEQ("0") ORG SAYS(
			 "b", "ACCEPTED") "COMMENT:I'll send you my input by email\n" SUCCESS),
		 ITIP_STORE,
		 TASK(SAID("b", "ACCEPTED", "2.0", "0", "19970717T203000"), ASKED("d"), COMMENT_B),
		 NO_ANSWER},
		{"§4.5.3 A asks how far they are", B, A, "REQUEST",
		 WORK(ASKED("b"), "STATUS:IN-PROCESS\n"), ITIP_STORE,
		 WORK(ASKED("b"), "STATUS:IN-PROCESS\n"), NO_ANSWER},
		{"§4.5.4 B has done 75 %, of his part", A, B, "REPLY",
		 TODO(UID3 STAMP("19970717T233000") SEQ("0")
			      ORG SAYS("b", "IN-PROCESS") "PERCENT-COMPLETE:75\n"),
		 ITIP_STORE,
		 TASK(SAID("b", "IN-PROCESS", "2.0", "0", "19970717T233000"), ASKED("d"),
		      COMMENT_B),
		 NO_ANSWER},
		{"§4.5.5 D has completed his", A, D, "REPLY",
		 TODO(UID3 STAMP("19970717T233000") SEQ("0") ORG SAYS("d", "COMPLETED")),
		 ITIP_STORE,
		 TASK(SAID("b", "IN-PROCESS", "2.0", "0", "19970717T233000"),
		      SAID("d", "COMPLETED", "2.0", "0", "19970717T233000"), COMMENT_B),
		 NO_ANSWER},
		{"§4.5.6 A sets the whole at 40 %", D, A, "REQUEST", FORTY, ITIP_STORE, FORTY,
		 NO_ANSWER},
	};

	TELL("§4.5", TASK(ASKED("b"), ASKED("d"), ""), steps);
}

#define REPORTS(id, start, due, rule, b, more)                                                     \
	TODO(UID3 id "DTSTART:" start "\nDUE:" due "\n" rule                                       \
		     "SUMMARY:Send Status Reports to Area Managers\nPRIORITY:1\n" SEQ("0")         \
			     STAMP("19970717T200000") ORG b more)
#define REPORT_RULE "RRULE:FREQ=MONTHLY;COUNT=10;BYDAY=1FR\n"

static void test_recurring_todo(void)
{
	static const struct step steps[] = {
		{"§4.5.7.1 B is to report each month", B, A, "REQUEST",
		 REPORTS("", "19980101T100000Z", "19980103T100000Z", REPORT_RULE, ASKED("b"),
			 "STATUS:NEEDS-ACTION\n"),
		 ITIP_STORE, NULL, NO_ANSWER},
		{"§4.5.7.2 B is at 75 % of one of them", A, B, "REPLY",
		 TODO(UID3 STAMP("19970717T233000")
			      SEQ("1") "RECURRENCE-ID:19980101T100000Z\n"
				       "PERCENT-COMPLETE:75\n" SAYS("b", "IN-PROCESS")),
		 ITIP_STORE,
		 REPORTS("", "19980101T100000Z", "19980103T100000Z", REPORT_RULE, ASKED("b"),
			 "STATUS:NEEDS-ACTION\n")
			 REPORTS("RECURRENCE-ID:19980101T100000Z\n", "19980101T100000Z",
				 "19980103T100000Z", "",
				 SAID("b", "IN-PROCESS", "2.0", "1", "19970717T233000"),
				 "STATUS:IN-PROCESS\nPERCENT-COMPLETE:75\n"),
		 NO_ANSWER},
	};

	TELL("§4.5.7",
	     REPORTS("", "19980101T100000Z", "19980103T100000Z", REPORT_RULE, ASKED("b"),
		     "STATUS:NEEDS-ACTION\n"),
	     steps);
}

/* ---- §4.6, §4.7 -------------------------------------------------------------------------- */

#define MINUTES                                                                                    \
	"BEGIN:VJOURNAL\nDTSTART:19971002T200000Z\n" STAMP("19970717T233100") ORG                  \
		"SUMMARY:Phone conference minutes\n"                                               \
		"DESCRIPTION:The editors meeting was held on October 1\\, 1997.\n"                 \
		"UID:0981234-1234234-2410@example.com\n"                                           \
		"RELATED-TO:0981234-1234234-2402-35@example.com\nEND:VJOURNAL\n"

#define FRIDAYS(sequence)                                                                          \
	EVENT("UID:example-12345@example.com\n" SEQ(sequence) "RRULE:FREQ=WEEKLY\n" ORG CHAIR      \
		      PLAIN("b") "SUMMARY:IETF Calendaring Working Group Meeting\n"                \
				 "DTSTART:19970801T210000Z\nDTEND:19970801T220000Z\n" STAMP(       \
					 "19970725T083000"))
#define SATURDAY                                                                                   \
	EVENT("UID:example-12345@example.com\n" SEQ("3") ORG CHAIR PLAIN(                          \
		"b") "RECURRENCE-ID:19970809T210000Z\n"                                            \
		     "SUMMARY:IETF Calendaring Working Group Meeting\n"                            \
		     "DTSTART:19970801T210000Z\nDTEND:19970801T220000Z\n" STAMP(                   \
			     "19970726T083000"))

static void test_others(void)
{
	static const struct step journal[] = {
		{"§4.6 minutes are published", B, A, "PUBLISH", MINUTES, ITIP_STORE, MINUTES,
		 NO_ANSWER},
	};
	static const struct step refresh[] = {
		{"§4.7.1 B asks for what stands", A, B, "REFRESH",
		 EVENT("UID:calsrv.example.com-873970198738777@example.com\n" ORG PLAIN("b")
			       STAMP("19970603T094000")),
		 ITIP_IGNORE, NULL, ITIP_REQUEST},
	};
	static const struct step bad_id[] = {
		{"§4.7.2 what B has", B, A, "REQUEST", FRIDAYS("1"), ITIP_STORE, FRIDAYS("1"),
		 NO_ANSWER},
		{"§4.7.2 an instance that B's series does not have", B, A, "REQUEST", SATURDAY,
		 ITIP_STORE, FRIDAYS("1") SATURDAY, ITIP_REFRESH},
	};

	TELL("§4.6", NULL, journal);
	TELL("§4.7.1", FIRST(ASKED("b")), refresh);
	TELL("§4.7.2", NULL, bad_id);
}

static void test_start(void)
{
	arena = arena_create((size_t)1 << 27);
	CHECK_WELL("start", secret_init(arena));
	ical_init();
}

UNIT_SUITE("itip_examples", {"starts", test_start},
	   {"RFC 5546 §4.1 a published event", test_published},
	   {"RFC 5546 §4.2.1-§4.2.3, §4.2.9 a group event", test_group_event},
	   {"RFC 5546 §4.2.4 a proposal", test_counter},
	   {"RFC 5546 §4.2.5-§4.2.7 delegation", test_delegation},
	   {"RFC 5546 §4.2.10 an attendee removed", test_removed},
	   {"RFC 5546 §4.2.11 the organizer replaced", test_replaced_organizer},
	   {"RFC 5546 §4.4.1 zones", test_zones},
	   {"RFC 5546 §4.4.2-§4.4.6, §4.4.9 instances", test_instances},
	   {"RFC 5546 §4.4.7 more days", test_more_days},
	   {"RFC 5546 §4.4.8 a series refreshed", test_refreshed},
	   {"RFC 5546 §4.4.10 an error reply", test_error_reply},
	   {"RFC 5546 §4.5 a group to-do", test_todo},
	   {"RFC 5546 §4.5.7 a recurring to-do", test_recurring_todo},
	   {"RFC 5546 §4.6, §4.7 others", test_others})

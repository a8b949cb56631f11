/*
 * test_schedule_reply - what answers from outside leave behind, and whom they bring in
 */
#include "people.h"

#include "calendar/schedule.h"
#include "itip/params.h"
#include "unit.h"

#define FROM_EVE(stamp, attendee)                                                                  \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\nMETHOD:REPLY\r\n"                    \
	"BEGIN:VEVENT\r\nUID:m@x\r\nDTSTAMP:" stamp "\r\nDTSTART:" EIGHT                           \
	"\r\nORGANIZER:mailto:alice@example.org\r\n" attendee "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define EVE_SAYS(partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:eve@example.com\r\n"

/* What alice's side makes of it; "" where it failed. */
static const char *comes(struct people *p, const char *message)
{
	struct schedule_incoming in = {.owner = p->t.alice,
				       .sender = TEXT("eve@example.com"),
				       .message = text_from(message)};
	struct change *c = change_open(&p->t.h.calendar, p->t.a, CHANGE_ITIP, HOUSE_NOW);

	if (CHECK_WELL("plan", schedule_incoming(c, &in)) && CHECK_WELL("run", change_run(c)))
		return in.status;
	return "";
}

static bool says_tentative(struct people *p)
{
	return says(p, p->t.alice, "ATTENDEE", "PARTSTAT=TENTATIVE", "eve@example.com");
}

/* The last answer is remembered (RFC 5546 §2.1.5), and not in what clients are shown. */
static void remembers(struct store_fixture *x)
{
	struct people p;
	struct stored_object *o;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB EVE)));
	CHECK_STR("answered", comes(&p, FROM_EVE("20270102T000000Z", EVE_SAYS("TENTATIVE"))),
		  "1.2");
	o = copy_of(&p, p.t.alice);
	CHECK_TRUE("not in the bytes", text_find(o->data, TEXT("X-FASTI")) < 0);
	CHECK_TRUE("but beside them", text_find(o->answers, TEXT("0-20270102T000000Z")) > 0);
	CHECK_STR("older", comes(&p, FROM_EVE("20270101T000000Z", EVE_SAYS("DECLINED"))), "5.1");
	CHECK_WELL("saved again",
		   alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB EVE "LOCATION:L\r\n")));
	CHECK_STR("still older", comes(&p, FROM_EVE("20270101T000000Z", EVE_SAYS("DECLINED"))),
		  "5.1");
	CHECK_TRUE("it stands", says_tentative(&p));
	CHECK_STR("newer", comes(&p, FROM_EVE("20270103T000000Z", EVE_SAYS("DECLINED"))), "1.2");
	CHECK_TRUE("it does not", !says_tentative(&p));
	people_close(&p);
}
STORE_CASE(remembers)

/* Of another meeting: a program copied the people, and what was noted with them. */
static void pasted(struct store_fixture *x)
{
	static const char eve[] =
		"ATTENDEE;" ITIP_PARAM_REPLIED "=9-20280101T000000Z:mailto:eve@example.com\r\n";
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE,
						   arena_printf(p.t.a, ORGANIZER BOB "%s", eve))));
	CHECK_TRUE("it is taken out", text_find(copy_of(&p, p.t.alice)->data, TEXT("X-FASTI")) < 0);
	CHECK_INT("and forgotten", (int64_t)copy_of(&p, p.t.alice)->answers.len, 0);
	CHECK_STR("so an answer counts",
		  comes(&p, FROM_EVE("20270102T000000Z", EVE_SAYS("TENTATIVE"))), "1.2");
	CHECK_TRUE("and is seen", says_tentative(&p));
	people_close(&p);
}
STORE_CASE(pasted)

/* RFC 5546 §3.2.2.3: whom an attendee sends instead is invited, here and outside. */
static void delegates(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER EVE)));
	CHECK_INT("eve has a mail", count_of(&p.t, "SELECT count(*) FROM job"), 1);
	CHECK_STR("handed on",
		  comes(&p, FROM_EVE("20270102T000000Z",
				     "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:"
				     "carol@example.org\",\"mailto:zoe@example.com\":"
				     "mailto:eve@example.com\r\n")),
		  "1.2");
	CHECK_INT("zoe has one too", count_of(&p.t, "SELECT count(*) FROM job"), 2);
	CHECK_INT("carol has the message", in_inbox(&p, p.carol, "REQUEST"), 1);
	CHECK_TRUE("and the meeting", copy_of(&p, p.carol) != NULL);
	CHECK_TRUE("alice sees both",
		   says(&p, p.t.alice, "ATTENDEE", "DELEGATED-FROM", "carol@example.org") &&
			   says(&p, p.t.alice, "ATTENDEE", "DELEGATED-FROM", "zoe@example.com"));
	CHECK_TRUE("and how they were told (RFC 6638 §3.2.9)",
		   says(&p, p.t.alice, "ATTENDEE", "SCHEDULE-STATUS=1.2", "carol@example.org") &&
			   says(&p, p.t.alice, "ATTENDEE", "SCHEDULE-STATUS=1.1",
				"zoe@example.com"));
	people_close(&p);
}
STORE_CASE(delegates)

/* RFC 6638 §3.2.2.2: bob brings what alice does not have, and then what she has without him. */
static void brought(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("bob's own", house_put(&p.t.h, p.bob, "calendar", "n.ics",
					  meeting(&p, EIGHT, NINE, ORGANIZER BOB CAROL)));
	CHECK_TRUE("there is none",
		   says(&p, p.bob, "ORGANIZER", "SCHEDULE-STATUS=5.1", "alice@example.org"));
	CHECK_WELL("alice invites carol",
		   alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER CAROL)));
	CHECK_TRUE("the same of another's",
		   house_remove(&p.t.h, p.bob, "calendar", "n.ics") == NULL &&
			   house_put(&p.t.h, p.bob, "calendar", "o.ics",
				     meeting(&p, EIGHT, NINE, ORGANIZER BOB CAROL)) == NULL);
	CHECK_TRUE("he is not in it",
		   says(&p, p.bob, "ORGANIZER", "SCHEDULE-STATUS=3.8", "alice@example.org"));
	CHECK_WELL("alice invites bob as well",
		   alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB CAROL)));
	CHECK_TRUE("that is the meeting then",
		   !says(&p, p.bob, "ORGANIZER", "SCHEDULE-STATUS", "alice@example.org"));
	people_close(&p);
}
STORE_CASE(brought)

UNIT_SUITE("schedule_reply",
	   STORE_ROWS("RFC 5546 §2.1.5: the last answer is remembered", remembers),
	   STORE_ROWS("what was remembered elsewhere is nothing here", pasted),
	   STORE_ROWS("RFC 5546 §3.2.2.3: delegates are invited", delegates),
	   STORE_ROWS("RFC 6638 §3.2.2.2: what an attendee brings", brought))

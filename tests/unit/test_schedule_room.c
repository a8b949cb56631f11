/* Rooms and resources answer for themselves, and hold what they have accepted. */

#include "calendar/schedule.h"
#include "place.h"
#include "store/schedule.h"
#include "unit.h"

/* ---- free, and not --------------------------------------------------------------------------- */

static void accepts_as(struct store_fixture *x, enum owner_kind kind)
{
	struct place p;
	const struct stored_object *o;

	place_open(&p, x, kind);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM BOB));
	CHECK_STR("it has it", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_STR("the organizer reads so", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("and so do the others", place_answer(&p, p.bob, "m@x"), "ACCEPTED");
	o = place_find(&p, p.t.alice, "m@x");
	CHECK_TRUE("RFC 6638 §3.2.9: by itself", text_find(o->data, TEXT("STATUS=2.0")) >= 0 ||
							 text_find(o->data, TEXT("\"2.0\"")) >= 0);
	CHECK_INT("its time is held", place_holds_at(&p, MONDAY_8), 1);
	CHECK_INT("and none else", place_holds(&p), 1);
	CHECK_INT("nothing is in its inbox",
		  count_of(&p.t,
			   arena_printf(p.t.a, "SELECT count(*) FROM object WHERE owner = %lld",
					(long long)p.room)),
		  1);
	place_close(&p);
}

static void accepts(struct store_fixture *x)
{
	accepts_as(x, OWNER_ROOM);
}
STORE_CASE(accepts)

static void accepts_resource(struct store_fixture *x)
{
	accepts_as(x, OWNER_RESOURCE);
}
STORE_CASE(accepts_resource)

/* Two who follow each other do not meet, and two at one time do. */
static void declines(struct store_fixture *x)
{
	struct place p;
	struct schedule_note *notes;
	size_t count;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("first", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("at the same time", place_save(&p, p.bob, "n@x", EIGHT, TEN, BY_BOB ROOM));
	CHECK_WELL("next", place_save(&p, p.bob, "o@x", NINE, TEN, BY_BOB ROOM));
	CHECK_STR("the organizer reads so", place_answer(&p, p.bob, "n@x"), "DECLINED");
	CHECK_STR("nothing is stored", place_answer(&p, p.room, "n@x"), "-");
	CHECK_STR("the first one stands", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_STR("the next one as well", place_answer(&p, p.room, "o@x"), "ACCEPTED");
	CHECK_INT("held", place_holds(&p), 2);
	CHECK_WELL("notes",
		   schedule_note_list(p.t.h.db, p.t.a, p.room, TEXT("n@x"), &notes, &count));
	CHECK_TRUE("it is explained", count > 0 && text_find(notes[0].why, TEXT("not free")) >= 0);
	place_close(&p);
}
STORE_CASE(declines)

#define SENDS_ROOM                                                                                 \
	"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:room@example.org\":"                    \
	"mailto:bob@example.org\r\n"                                                               \
	"ATTENDEE;DELEGATED-FROM=\"mailto:bob@example.org\":mailto:room@example.org\r\n"

/* RFC 5546 §3.2.2.3, §4.2.7: whoever is asked in another's place answers, or it goes back. */
static void stands_in(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("free", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE BOB));
	CHECK_WELL("handed on", place_save(&p, p.bob, "m@x", EIGHT, NINE, BY_ALICE SENDS_ROOM));
	CHECK_STR("it has it", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_STR("the organizer reads so", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("bob stays away", place_answer_of(&p, p.t.alice, "m@x", "bob@example.org"),
		  "DELEGATED");
	CHECK_WELL("not free", place_save(&p, p.t.alice, "n@x", EIGHT, NINE, BY_ALICE BOB));
	CHECK_WELL("handed on", place_save(&p, p.bob, "n@x", EIGHT, NINE, BY_ALICE SENDS_ROOM));
	CHECK_STR("nothing is stored", place_answer(&p, p.room, "n@x"), "-");
	CHECK_STR("the organizer reads so", place_answer(&p, p.t.alice, "n@x"), "DECLINED");
	CHECK_STR("it is bob's again", place_answer_of(&p, p.t.alice, "n@x", "bob@example.org"),
		  "NEEDS-ACTION");
	CHECK_STR("and he is asked", place_answer_of(&p, p.bob, "n@x", "bob@example.org"),
		  "NEEDS-ACTION");
	place_close(&p);
}
STORE_CASE(stands_in)

/* What stands in its calendar without a hold, and what is held without an event. */
static void declines_unheld(struct store_fixture *x)
{
	struct place p;
	struct change *c;
	struct hold other = {.start = MONDAY_8 + 3600,
			     .end = MONDAY_8 + 7200,
			     .reason = HOLD_RESERVE,
			     .booking = TEXT("intro.b"),
			     .expires_at = HOUSE_NOW + 300};

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("by its manager", place_save(&p, p.room, "own@x", EIGHT, NINE, ""));
	other.owner = p.room;
	c = change_of(&p.t);
	CHECK_WELL("hold", change_take_hold(c, &other));
	CHECK_WELL("hold", change_run(c));
	CHECK_WELL("over an event", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("over a hold", place_save(&p, p.t.alice, "n@x", NINE, TEN, BY_ALICE ROOM));
	CHECK_STR("over an event", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_STR("over a hold", place_answer(&p, p.t.alice, "n@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(declines_unheld)

#define FREE "TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"

/* RFC 5545 §3.8.2.7: whose time it takes says each for themselves, and a room is taken. */
static void takes_time(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("free for alice",
		   place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM BOB FREE));
	CHECK_STR("the room has it", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_INT("and holds the time", place_holds_at(&p, MONDAY_8), 1);
	CHECK_TRUE("its copy takes time",
		   text_find(place_find(&p, p.room, "m@x")->data, TEXT("TRANSP")) < 0);
	CHECK_TRUE("the others' do not",
		   text_find(place_find(&p, p.bob, "m@x")->data, TEXT("TRANSP")) >= 0);
	CHECK_WELL("the same time", place_save(&p, p.bob, "n@x", EIGHT, NINE, BY_BOB ROOM FREE));
	CHECK_STR("is taken", place_answer(&p, p.bob, "n@x"), "DECLINED");
	CHECK_WELL("now it is free", place_save(&p, p.t.alice, "o@x", NINE, TEN, BY_ALICE ROOM));
	CHECK_WELL("for alice", place_save(&p, p.t.alice, "o@x", NINE, TEN, BY_ALICE ROOM FREE));
	CHECK_WELL("the same time", place_save(&p, p.bob, "q@x", NINE, TEN, BY_BOB ROOM));
	CHECK_STR("is taken", place_answer(&p, p.bob, "q@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(takes_time)

/* An instance that comes later takes time, too. */
static void takes_time_later(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("each day", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_WELL("one moves",
		   place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
			      BY_ALICE ROOM DAILY
			      "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:m@x\r\n"
			      "DTSTAMP:20270102T000000Z\r\nDTSTART:20270120T120000Z\r\n"
			      "DTEND:20270120T130000Z\r\n"
			      "RECURRENCE-ID:" THIRD_EIGHT "\r\n" BY_ALICE ROOM FREE));
	CHECK_INT("five days", place_holds(&p), 5);
	CHECK_WELL("over it", place_save(&p, p.bob, "n@x", "20270120T120000Z", "20270120T130000Z",
					 BY_BOB ROOM));
	CHECK_STR("is taken", place_answer(&p, p.bob, "n@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(takes_time_later)

/* Both were planned while it was free: one of them is planned again. */
static void races(struct store_fixture *x)
{
	struct place p;
	struct change *first, *second;
	struct change_put *a, *b;

	place_open(&p, x, OWNER_ROOM);
	first = change_of(&p.t);
	second = change_of(&p.t);
	a = put_of(&p.t, "m.ics", house_event(p.t.a, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	b = put_of(&p.t, "n.ics", house_event(p.t.a, "n@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("plan", change_put(first, a));
	CHECK_WELL("plan", change_put(second, b));
	CHECK_WELL("run", change_run(second));
	CHECK_WELL("run", change_run(first));
	CHECK_STR("who was first", place_answer(&p, p.t.alice, "n@x"), "ACCEPTED");
	CHECK_STR("who was second", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("held once", place_holds(&p), 1);
	place_close(&p);
}
STORE_CASE(races)

/* ---- series ---------------------------------------------------------------------------------- */

static void series(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("one day", place_save(&p, p.bob, "n@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_WELL("each day", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_STR("one clash declines all", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("no day of it is held", place_holds(&p), 1);
	CHECK_WELL("the one goes", house_remove(&p.t.h, p.bob, "calendar", "n@x.ics"));
	CHECK_WELL("another, later",
		   place_save(&p, p.t.alice, "s@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_STR("free each day", place_answer(&p, p.t.alice, "s@x"), "ACCEPTED");
	CHECK_INT("each day is held", place_holds(&p), 5);
	CHECK_WELL("one day", place_save(&p, p.bob, "o@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_STR("which is not free", place_answer(&p, p.bob, "o@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(series)

/* So many times of a series are held, and its calendar keeps the rest. */
static void endless(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("each other hour", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
						 BY_ALICE ROOM "RRULE:FREQ=HOURLY;INTERVAL=2\r\n"));
	CHECK_INT("bounded", place_holds(&p), 800);
	CHECK_WELL("past the holds", place_save(&p, p.bob, "n@x", "20280518T083000Z",
						"20280518T090000Z", BY_BOB ROOM));
	CHECK_STR("not free", place_answer(&p, p.bob, "n@x"), "DECLINED");
	CHECK_WELL("past the horizon", place_save(&p, p.bob, "o@x", "20330518T083000Z",
						  "20330518T090000Z", BY_BOB ROOM));
	CHECK_STR("not free", place_answer(&p, p.bob, "o@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(endless)

static int64_t held_by(struct place *p, const char *condition)
{
	return count_of(&p->t,
			arena_printf(p->t.a, "SELECT count(*) FROM hold WHERE reason = 3 AND %s",
				     condition));
}

static void more_rooms(struct place *p, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct change_owner room = {
			.owner = {.name = text_from(arena_printf(p->t.a, "room%zu", i)),
				  .kind = OWNER_ROOM,
				  .display_name = TEXT("Room"),
				  .timezone = TEXT("UTC")},
			.schedule = {.id = TEXT("default"),
				     .timezone = TEXT("UTC"),
				     .rules = TEXT("{}")},
		};
		struct change *c = change_of(&p->t);

		room.owner.email = text_from(arena_printf(p->t.a, "room%zu@example.org", i));
		CHECK_WELL("a room", change_add_owner(c, &room));
		CHECK_WELL("a room", change_run(c));
	}
}

static const char *of_rooms(struct place *p, size_t count, const char *more)
{
	const char *who = arena_printf(p->t.a, BY_ALICE "%s", more);

	for (size_t i = 0; i < count; i++)
		who = arena_printf(p->t.a, "%sATTENDEE:mailto:room%zu@example.org\r\n", who, i);
	return who;
}

/* One save writes so many holds; what is not held is kept by the calendars. */
static void many_hold(struct store_fixture *x)
{
	struct place p;
	const char *who;

	place_open(&p, x, OWNER_ROOM);
	more_rooms(&p, 8);
	who = of_rooms(&p, 8, "RRULE:FREQ=DAILY\r\n");
	CHECK_WELL("each day, in eight", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, who));
	CHECK_INT("bounded", held_by(&p, "1 = 1"), 4000);
	CHECK_WELL("past the holds",
		   place_save(&p, p.bob, "n@x", "20290118T083000Z", "20290118T090000Z",
			      BY_BOB "ATTENDEE:mailto:room3@example.org\r\n"));
	CHECK_STR("not free", place_answer_of(&p, p.bob, "n@x", "room3@example.org"), "DECLINED");
	CHECK_WELL("moved", place_save(&p, p.t.alice, "m@x", TEN, "20270118T110000Z", who));
	CHECK_INT("bounded", held_by(&p, "1 = 1"), 4000);
	CHECK_STR("accepted", place_answer_of(&p, p.t.alice, "m@x", "room3@example.org"),
		  "ACCEPTED");
	CHECK_WELL("delete", house_remove(&p.t.h, p.t.alice, "calendar", "m@x.ics"));
	CHECK_INT("given back", held_by(&p, "1 = 1"), 0);
	place_close(&p);
}
STORE_CASE(many_hold)

/* Each that answers at once has a copy of its own, and an answer that is entered. */
static void many_answer(struct store_fixture *x)
{
	enum { ROOMS = 200 };
	struct place p;
	const char *last = arena_printf(x->arena, "room%d@example.org", ROOMS - 1);

	place_open(&p, x, OWNER_ROOM);
	more_rooms(&p, ROOMS);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, of_rooms(&p, ROOMS, "")));
	CHECK_STR("accepted", place_answer_of(&p, p.t.alice, "m@x", last), "ACCEPTED");
	CHECK_INT("held", held_by(&p, "1 = 1"), ROOMS);
	CHECK_WELL("moved", place_save(&p, p.t.alice, "m@x", NINE, TEN, of_rooms(&p, ROOMS, "")));
	CHECK_INT("held",
		  held_by(&p, arena_printf(p.t.a, "starts = %lld", (long long)MONDAY_8 + 3600)),
		  ROOMS);
	place_close(&p);
}
STORE_CASE(many_answer)

#define FAR_EIGHT "20330518T080000Z"
#define FAR_NINE  "20330518T090000Z"

/* Past the horizon no rows stand, so it is looked at on the spot. */
static void far_series(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("five days",
		   place_save(&p, p.t.alice, "m@x", FAR_EIGHT, FAR_NINE, BY_ALICE ROOM DAILY));
	CHECK_STR("free", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_INT("held", place_holds(&p), 5);
	CHECK_WELL("the same days",
		   place_save(&p, p.bob, "n@x", FAR_EIGHT, FAR_NINE, BY_BOB ROOM DAILY));
	CHECK_STR("are taken", place_answer(&p, p.bob, "n@x"), "DECLINED");
	CHECK_WELL("another title", place_save(&p, p.t.alice, "m@x", FAR_EIGHT, FAR_NINE,
					       BY_ALICE ROOM DAILY "COMMENT:C\r\n"));
	CHECK_STR("costs nothing", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_WELL("without end",
		   place_save(&p, p.bob, "o@x", "20330518T100000Z", "20330518T110000Z",
			      BY_BOB ROOM "RRULE:FREQ=MONTHLY\r\n"));
	CHECK_STR("free", place_answer(&p, p.bob, "o@x"), "ACCEPTED");
	CHECK_INT("its first years are held", place_holds(&p), 5 + 27);
	CHECK_WELL("no day",
		   place_save(&p, p.bob, "q@x", FAR_EIGHT, FAR_NINE,
			      BY_BOB ROOM "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"));
	CHECK_STR("it begins, at least", place_answer(&p, p.bob, "q@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(far_series)

/* Its own instances may meet each other. */
static void overlaps_itself(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("30 hours each day", place_save(&p, p.t.alice, "m@x", EIGHT, "20270119T140000Z",
						   BY_ALICE ROOM DAILY));
	CHECK_STR("accepted", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_INT("as one", place_holds(&p), 1);
	place_close(&p);
}
STORE_CASE(overlaps_itself)

/* ---- changed --------------------------------------------------------------------------------- */

static void moves(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("longer", place_save(&p, p.t.alice, "m@x", EIGHT, TEN, BY_ALICE ROOM));
	CHECK_STR("it is not in its own way", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_INT("held anew", place_holds(&p), 1);
	CHECK_WELL("another", place_save(&p, p.bob, "n@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_WELL("onto that",
		   place_save(&p, p.t.alice, "m@x", THIRD_EIGHT, THIRD_NINE, BY_ALICE ROOM));
	CHECK_STR("declined", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_STR("and out of its calendar", place_answer(&p, p.room, "m@x"), "-");
	CHECK_INT("its old time is given back", place_holds_at(&p, MONDAY_8), 0);
	CHECK_INT("the other's is kept", place_holds(&p), 1);
	CHECK_WELL("back", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_STR("accepted", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("it has it again", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	place_close(&p);
}
STORE_CASE(moves)

static void cancels(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("delete", house_remove(&p.t.h, p.t.alice, "calendar", "m@x.ics"));
	CHECK_INT("given back", place_holds(&p), 0);
	CHECK_WELL("save", place_save(&p, p.bob, "n@x", EIGHT, NINE, BY_BOB BOB ROOM));
	CHECK_STR("free again", place_answer(&p, p.bob, "n@x"), "ACCEPTED");
	CHECK_WELL("uninvited", place_save(&p, p.bob, "n@x", EIGHT, NINE,
					   BY_BOB BOB "ATTENDEE:mailto:eve@example.com\r\n"));
	CHECK_INT("given back", place_holds(&p), 0);
	place_close(&p);
}
STORE_CASE(cancels)

/* One day of a series is called off: that day is free again. */
static void cancels_one(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("each day", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_WELL("but one", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
					 BY_ALICE ROOM DAILY "EXDATE:" THIRD_EIGHT "\r\n"));
	CHECK_INT("four days", place_holds(&p), 4);
	CHECK_WELL("that day", place_save(&p, p.bob, "n@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_STR("is free", place_answer(&p, p.bob, "n@x"), "ACCEPTED");
	place_close(&p);
}
STORE_CASE(cancels_one)

/* Who manages the room has the last word, said a minute later. */
static void is_thrown_out(struct store_fixture *x)
{
	struct place p;
	struct change_remove r = {0};
	struct change *c;
	const struct stored_object *o;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	o = place_find(&p, p.room, "m@x");
	r = (struct change_remove){.owner = p.room, .collection = o->collection, .name = o->name};
	c = change_open(&p.t.h.calendar, p.t.a, CHANGE_CLIENT, HOUSE_NOW + 60);
	CHECK_WELL("delete", change_remove(c, &r));
	CHECK_WELL("delete", change_run(c));
	CHECK_STR("the organizer hears of it", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("given back", place_holds(&p), 0);
	place_close(&p);
}
STORE_CASE(is_thrown_out)

/* ---- from outside ---------------------------------------------------------------------------- */

static void comes_in(struct store_fixture *x)
{
	struct place p;
	struct schedule_incoming in = {
		.sender = TEXT("eve@example.com"),
		.message = TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\n"
				"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m@x\r\n"
				"DTSTAMP:20270102T000000Z\r\nDTSTART:" EIGHT "\r\nDTEND:" NINE
				"\r\nORGANIZER:mailto:eve@example.com\r\n" ROOM
				"SUMMARY:S\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")};
	struct change *c;

	place_open(&p, x, OWNER_ROOM);
	in.owner = p.room;
	c = change_open(&p.t.h.calendar, p.t.a, CHANGE_ITIP, HOUSE_NOW);
	CHECK_WELL("plan", schedule_incoming(c, &in));
	CHECK_WELL("run", change_run(c));
	CHECK_STR("accepted", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_INT("held", place_holds_at(&p, MONDAY_8), 1);
	CHECK_INT("the answer goes back",
		  count_of(&p.t, "SELECT count(*) FROM job WHERE kind = 'imip' AND name LIKE"
				 " '%/REPLY/eve@example.com'"),
		  1);
	place_close(&p);
}
STORE_CASE(comes_in)

UNIT_SUITE("schedule_room", STORE_ROWS("what is free is accepted, and held", accepts),
	   STORE_ROWS("a resource does as a room", accepts_resource),
	   STORE_ROWS("what is not free is declined", declines),
	   STORE_ROWS("in an attendee's place (RFC 5546 §3.2.2.3)", stands_in),
	   STORE_ROWS("by events and by holds", declines_unheld),
	   STORE_ROWS("what is free for who invites (RFC 5545 §3.8.2.7)", takes_time),
	   STORE_ROWS("an instance that is", takes_time_later), STORE_ROWS("two at once", races),
	   STORE_ROWS("one clash declines a series", series),
	   STORE_ROWS("a series without end", endless),
	   STORE_ROWS("many who hold a series", many_hold),
	   STORE_ROWS("many who answer at once", many_answer),
	   STORE_ROWS("a series past the horizon", far_series),
	   STORE_ROWS("a series that meets itself", overlaps_itself),
	   STORE_ROWS("rescheduled, it is judged anew", moves),
	   STORE_ROWS("cancelled, its time is given back", cancels),
	   STORE_ROWS("of one instance, too", cancels_one),
	   STORE_ROWS("taken out by its manager", is_thrown_out),
	   STORE_ROWS("from outside", comes_in))

/* Rooms and resources answer for themselves, and hold what they have accepted. */

#include "booking/rules.h"
#include "calendar/schedule.h"
#include "store/schedule.h"
#include "town.h"
#include "unit.h"

#define BY_ALICE "ORGANIZER:mailto:alice@example.org\r\n"
#define BY_BOB	 "ORGANIZER:mailto:bob@example.org\r\n"
#define ROOM	 "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:room@example.org\r\n"
#define BOB	 "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"
#define DAILY	 "RRULE:FREQ=DAILY;COUNT=5\r\n"
/* The third day of a series that begins at EIGHT. */
#define THIRD_EIGHT "20270120T080000Z"
#define THIRD_NINE  "20270120T090000Z"

struct place {
	struct town t;
	int64_t bob, room;
};

static void place_open(struct place *p, struct store_fixture *x, enum owner_kind kind)
{
	struct change_owner room = {
		.owner = {.name = TEXT("room"),
			  .kind = kind,
			  .display_name = TEXT("Room"),
			  .email = TEXT("room@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c;

	town_open(&p->t, x);
	p->bob = house_user(&p->t.h, "bob");
	c = change_of(&p->t);
	CHECK_WELL("a room", change_add_owner(c, &room));
	CHECK_WELL("a room", change_run(c));
	p->room = room.id;
}

static void place_close(struct place *p)
{
	town_close(&p->t);
}

static const struct fault *saves(struct place *p, int64_t owner, const char *uid, const char *start,
				 const char *end, const char *who)
{
	return house_put(&p->t.h, owner, "calendar", arena_printf(p->t.a, "%s.ics", uid),
			 house_event(p->t.a, uid, start, end, who));
}

/* What an owner has with a UID; NULL: nothing. */
static struct stored_object *find(struct place *p, int64_t owner, const char *uid)
{
	struct stored_object *o = NULL, *whole = NULL;

	CHECK_WELL("look",
		   object_find_uid_anywhere(p->t.h.db, p->t.a, owner, text_from(uid), 0, &o));
	if (o)
		CHECK_WELL("read", object_get(p->t.h.db, p->t.a, owner, o->id, &whole));
	return whole;
}

/* What stands as the answer of the room in somebody's object: "-": they have none. */
static const char *answer_in(struct place *p, int64_t owner, const char *uid)
{
	struct text room = TEXT("room@example.org");
	const struct itip_user user = {.addresses = &room, .count = 1};
	const struct stored_object *o = find(p, owner, uid);
	const struct ical_attendee *said;
	struct ical_object *read;

	if (!o)
		return "-";
	CHECK_WELL("parse", ical_object_parse(p->t.a, o->data, ICAL_FROM_STORE, &read));
	said = itip_attendee_in(p->t.a, &read->items[0], &user);
	return said ? text_cstr(p->t.a, said->partstat) : "uninvited";
}

static int64_t holds(struct place *p)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM hold WHERE owner = %lld AND"
					    " reason = 3",
					    (long long)p->room));
}

static int64_t holds_at(struct place *p, int64_t start)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM hold WHERE owner = %lld AND"
					    " starts = %lld",
					    (long long)p->room, (long long)start));
}

/* ---- free, and not --------------------------------------------------------------------------- */

static void accepts_as(struct store_fixture *x, enum owner_kind kind)
{
	struct place p;
	const struct stored_object *o;

	place_open(&p, x, kind);
	CHECK_WELL("save", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM BOB));
	CHECK_STR("it has it", answer_in(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_STR("the organizer reads so", answer_in(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("and so do the others", answer_in(&p, p.bob, "m@x"), "ACCEPTED");
	o = find(&p, p.t.alice, "m@x");
	CHECK_TRUE("RFC 6638 §3.2.9: by itself", text_find(o->data, TEXT("STATUS=2.0")) >= 0 ||
							 text_find(o->data, TEXT("\"2.0\"")) >= 0);
	CHECK_INT("its time is held", holds_at(&p, MONDAY_8), 1);
	CHECK_INT("and none else", holds(&p), 1);
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
	CHECK_WELL("first", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("at the same time", saves(&p, p.bob, "n@x", EIGHT, TEN, BY_BOB ROOM));
	CHECK_WELL("next", saves(&p, p.bob, "o@x", NINE, TEN, BY_BOB ROOM));
	CHECK_STR("the organizer reads so", answer_in(&p, p.bob, "n@x"), "DECLINED");
	CHECK_STR("nothing is stored", answer_in(&p, p.room, "n@x"), "-");
	CHECK_STR("the first one stands", answer_in(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_STR("the next one as well", answer_in(&p, p.room, "o@x"), "ACCEPTED");
	CHECK_INT("held", holds(&p), 2);
	CHECK_WELL("notes",
		   schedule_note_list(p.t.h.db, p.t.a, p.room, TEXT("n@x"), &notes, &count));
	CHECK_TRUE("it is explained", count > 0 && text_find(notes[0].why, TEXT("not free")) >= 0);
	place_close(&p);
}
STORE_CASE(declines)

/* What stands in its calendar without a hold, and what is held without an event. */
static void declines_unheld(struct store_fixture *x)
{
	struct place p;
	struct change *c;
	struct hold other = {.start = MONDAY_8 + 3600,
			     .end = MONDAY_8 + 7200,
			     .reason = HOLD_PENDING,
			     .booking = TEXT("b")};

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("by its manager", saves(&p, p.room, "own@x", EIGHT, NINE, ""));
	other.owner = p.room;
	c = change_of(&p.t);
	CHECK_WELL("hold", change_take_hold(c, &other));
	CHECK_WELL("hold", change_run(c));
	CHECK_WELL("over an event", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("over a hold", saves(&p, p.t.alice, "n@x", NINE, TEN, BY_ALICE ROOM));
	CHECK_WELL("free",
		   saves(&p, p.t.alice, "o@x", NINE, TEN, BY_ALICE ROOM "TRANSP:TRANSPARENT\r\n"));
	CHECK_STR("over an event", answer_in(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_STR("over a hold", answer_in(&p, p.t.alice, "n@x"), "DECLINED");
	CHECK_STR("what takes no time", answer_in(&p, p.t.alice, "o@x"), "ACCEPTED");
	place_close(&p);
}
STORE_CASE(declines_unheld)

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
	CHECK_STR("who was first", answer_in(&p, p.t.alice, "n@x"), "ACCEPTED");
	CHECK_STR("who was second", answer_in(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("held once", holds(&p), 1);
	place_close(&p);
}
STORE_CASE(races)

/* ---- series ---------------------------------------------------------------------------------- */

static void series(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("one day", saves(&p, p.bob, "n@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_WELL("each day", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_STR("one clash declines all", answer_in(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("no day of it is held", holds(&p), 1);
	CHECK_WELL("the one goes", house_remove(&p.t.h, p.bob, "calendar", "n@x.ics"));
	CHECK_WELL("another, later", saves(&p, p.t.alice, "s@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_STR("free each day", answer_in(&p, p.t.alice, "s@x"), "ACCEPTED");
	CHECK_INT("each day is held", holds(&p), 5);
	CHECK_WELL("one day", saves(&p, p.bob, "o@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_STR("which is not free", answer_in(&p, p.bob, "o@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(series)

/* So many times of a series are held, and its calendar keeps the rest. */
static void endless(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("each other hour", saves(&p, p.t.alice, "m@x", EIGHT, NINE,
					    BY_ALICE ROOM "RRULE:FREQ=HOURLY;INTERVAL=2\r\n"));
	CHECK_INT("bounded", holds(&p), 800);
	CHECK_WELL("past the holds",
		   saves(&p, p.bob, "n@x", "20280518T083000Z", "20280518T090000Z", BY_BOB ROOM));
	CHECK_STR("not free", answer_in(&p, p.bob, "n@x"), "DECLINED");
	CHECK_WELL("past the horizon",
		   saves(&p, p.bob, "o@x", "20330518T083000Z", "20330518T090000Z", BY_BOB ROOM));
	CHECK_STR("not free", answer_in(&p, p.bob, "o@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(endless)

/* Its own instances may meet each other. */
static void overlaps_itself(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("30 hours each day",
		   saves(&p, p.t.alice, "m@x", EIGHT, "20270119T140000Z", BY_ALICE ROOM DAILY));
	CHECK_STR("accepted", answer_in(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_INT("as one", holds(&p), 1);
	place_close(&p);
}
STORE_CASE(overlaps_itself)

/* ---- changed --------------------------------------------------------------------------------- */

static void moves(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("longer", saves(&p, p.t.alice, "m@x", EIGHT, TEN, BY_ALICE ROOM));
	CHECK_STR("it is not in its own way", answer_in(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_INT("held anew", holds(&p), 1);
	CHECK_WELL("another", saves(&p, p.bob, "n@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_WELL("onto that",
		   saves(&p, p.t.alice, "m@x", THIRD_EIGHT, THIRD_NINE, BY_ALICE ROOM));
	CHECK_STR("declined", answer_in(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_STR("and out of its calendar", answer_in(&p, p.room, "m@x"), "-");
	CHECK_INT("its old time is given back", holds_at(&p, MONDAY_8), 0);
	CHECK_INT("the other's is kept", holds(&p), 1);
	CHECK_WELL("back", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_STR("accepted", answer_in(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("it has it again", answer_in(&p, p.room, "m@x"), "ACCEPTED");
	place_close(&p);
}
STORE_CASE(moves)

static void cancels(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("delete", house_remove(&p.t.h, p.t.alice, "calendar", "m@x.ics"));
	CHECK_INT("given back", holds(&p), 0);
	CHECK_WELL("save", saves(&p, p.bob, "n@x", EIGHT, NINE, BY_BOB BOB ROOM));
	CHECK_STR("free again", answer_in(&p, p.bob, "n@x"), "ACCEPTED");
	CHECK_WELL("uninvited", saves(&p, p.bob, "n@x", EIGHT, NINE,
				      BY_BOB BOB "ATTENDEE:mailto:eve@example.com\r\n"));
	CHECK_INT("given back", holds(&p), 0);
	place_close(&p);
}
STORE_CASE(cancels)

/* One day of a series is called off: that day is free again. */
static void cancels_one(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("each day", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_WELL("but one", saves(&p, p.t.alice, "m@x", EIGHT, NINE,
				    BY_ALICE ROOM DAILY "EXDATE:" THIRD_EIGHT "\r\n"));
	CHECK_INT("four days", holds(&p), 4);
	CHECK_WELL("that day", saves(&p, p.bob, "n@x", THIRD_EIGHT, THIRD_NINE, BY_BOB ROOM));
	CHECK_STR("is free", answer_in(&p, p.bob, "n@x"), "ACCEPTED");
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
	CHECK_WELL("save", saves(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	o = find(&p, p.room, "m@x");
	r = (struct change_remove){.owner = p.room, .collection = o->collection, .name = o->name};
	c = change_open(&p.t.h.calendar, p.t.a, CHANGE_CLIENT, HOUSE_NOW + 60);
	CHECK_WELL("delete", change_remove(c, &r));
	CHECK_WELL("delete", change_run(c));
	CHECK_STR("the organizer hears of it", answer_in(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("given back", holds(&p), 0);
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
	CHECK_STR("accepted", answer_in(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_INT("held", holds_at(&p, MONDAY_8), 1);
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
	   STORE_ROWS("by events and by holds", declines_unheld), STORE_ROWS("two at once", races),
	   STORE_ROWS("one clash declines a series", series),
	   STORE_ROWS("a series without end", endless),
	   STORE_ROWS("a series that meets itself", overlaps_itself),
	   STORE_ROWS("rescheduled, it is judged anew", moves),
	   STORE_ROWS("cancelled, its time is given back", cancels),
	   STORE_ROWS("of one instance, too", cancels_one),
	   STORE_ROWS("taken out by its manager", is_thrown_out),
	   STORE_ROWS("from outside", comes_in))

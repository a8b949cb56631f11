/* The time that a meeting holds moves and goes with its object, by whatever way that does. */

#include "calendar/horizon.h"
#include "calendar/schedule.h"
#include "place.h"
#include "store/occurrence.h"
#include "unit.h"

/* A minute later, so that what is done there is newer than the invitation. */
static struct change *later(struct place *p, enum change_origin origin)
{
	return change_open(&p->t.h.calendar, p->t.a, origin, HOUSE_NOW + 60);
}

static int64_t calendar_of(struct place *p, int64_t owner, const char *name)
{
	return house_calendar(&p->t.h, owner, name);
}

/* The room's own copy. */
static struct change_place copy_of(struct place *p)
{
	return (struct change_place){p->room, calendar_of(p, p->room, "calendar"), TEXT("m@x.ics")};
}

static void make(struct place *p, const char *name, enum collection_kind kind)
{
	struct change_collection mk = {
		.owner = p->room, .name = text_from(name), .kind = kind, .components = COMP_VEVENT};
	struct change *c = later(p, CHANGE_CLIENT);

	CHECK_WELL(name, change_make_collection(c, &mk));
	CHECK_WELL(name, change_run(c));
}

/* ---- ways ------------------------------------------------------------------------------------ */

static void removes(struct place *p)
{
	struct change_remove r = {.owner = p->room,
				  .collection = calendar_of(p, p->room, "calendar"),
				  .name = TEXT("m@x.ics")};
	struct change *c = later(p, CHANGE_CLIENT);

	CHECK_WELL("remove", change_remove(c, &r));
	CHECK_WELL("remove", change_run(c));
}

static void removes_silently(struct place *p)
{
	struct change_remove r = {.owner = p->room,
				  .collection = calendar_of(p, p->room, "calendar"),
				  .name = TEXT("m@x.ics"),
				  .no_reply = true};
	struct change *c = later(p, CHANGE_CLIENT);

	CHECK_WELL("remove", change_remove(c, &r));
	CHECK_WELL("remove", change_run(c));
}

static void removes_as_import(struct place *p)
{
	struct change_remove r = {.owner = p->room,
				  .collection = calendar_of(p, p->room, "calendar"),
				  .name = TEXT("m@x.ics")};
	struct change *c = later(p, CHANGE_IMPORT);

	CHECK_WELL("remove", change_remove(c, &r));
	CHECK_WELL("remove", change_run(c));
}

static void removes_calendar(struct place *p)
{
	struct change_purge purge = {
		.owner = p->room, .collection = calendar_of(p, p->room, "calendar"), .max = 10};
	struct change_properties inbox = {.owner = p->room,
					  .collection = calendar_of(p, p->room, "inbox"),
					  .set_default_calendar = true,
					  .default_calendar = TEXT("other")};
	struct change *c;

	make(p, "other", COLLECTION_CALENDAR);
	c = later(p, CHANGE_CLIENT);
	CHECK_WELL("another takes its place", change_set_properties(c, &inbox));
	CHECK_WELL("bury", change_remove_collection(c, p->room, purge.collection));
	CHECK_WELL("bury", change_run(c));
	c = later(p, CHANGE_CLIENT);
	CHECK_WELL("purge", change_purge_collection(c, &purge));
	CHECK_WELL("purge", change_run(c));
}

static void removes_room(struct place *p)
{
	struct change *c = later(p, CHANGE_CLIENT);

	CHECK_WELL("delete", change_remove_owner(c, p->room));
	CHECK_WELL("delete", change_run(c));
}

static void moves(struct place *p, struct change_place to)
{
	struct change_transfer t = {
		.from = copy_of(p), .to = to, .is_move = true, .overwrite = true};
	struct change *c = later(p, CHANGE_CLIENT);

	CHECK_WELL("move", change_transfer(c, &t));
	CHECK_WELL("move", change_run(c));
}

static void moves_to_calendar(struct place *p)
{
	make(p, "other", COLLECTION_CALENDAR);
	moves(p, (struct change_place){p->room, calendar_of(p, p->room, "other"), TEXT("n.ics")});
}

static void moves_to_folder(struct place *p)
{
	make(p, "folder", COLLECTION_FOLDER);
	moves(p, (struct change_place){p->room, calendar_of(p, p->room, "folder"), TEXT("n.ics")});
}

static void moves_to_bob(struct place *p)
{
	moves(p, (struct change_place){p->bob, calendar_of(p, p->bob, "calendar"), TEXT("n.ics")});
}

/* The same again takes its place. */
static void is_covered(struct place *p)
{
	struct change_transfer t = {.from = copy_of(p), .overwrite = true};
	struct change *c;

	make(p, "folder", COLLECTION_FOLDER);
	t.to = (struct change_place){p->room, calendar_of(p, p->room, "folder"), TEXT("n.ics")};
	c = later(p, CHANGE_CLIENT);
	CHECK_WELL("copy", change_transfer(c, &t));
	CHECK_WELL("copy", change_run(c));
	t = (struct change_transfer){.from = t.to, .to = t.from, .overwrite = true};
	c = later(p, CHANGE_CLIENT);
	CHECK_WELL("and back", change_transfer(c, &t));
	CHECK_WELL("and back", change_run(c));
}

/* Who manages the room answers for it. */
static void answers(struct place *p, const char *partstat, const char *more)
{
	const char *who =
		arena_printf(p->t.a, BY_ALICE "ATTENDEE;PARTSTAT=%s:mailto:room@example.org\r\n%s",
			     partstat, more);

	CHECK_WELL("answer", house_put(&p->t.h, p->room, "calendar", "m@x.ics",
				       house_event(p->t.a, "m@x", EIGHT, NINE, who)));
}

static void declines(struct place *p)
{
	answers(p, "DECLINED", DAILY);
}

static void touches(struct place *p)
{
	answers(p, "ACCEPTED", DAILY "X-NOTE:n\r\n");
}

static void declines_one(struct place *p)
{
	answers(p, "ACCEPTED",
		DAILY "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:m@x\r\nDTSTAMP:20270101T000000Z\r\n"
		      "RECURRENCE-ID:" THIRD_EIGHT "\r\nDTSTART:" THIRD_EIGHT
		      "\r\nDTEND:" THIRD_NINE "\r\n" BY_ALICE
		      "ATTENDEE;PARTSTAT=DECLINED:mailto:room@example.org\r\n");
}

static void is_moved(struct place *p)
{
	CHECK_WELL("move", place_save(p, p->t.alice, "m@x", NINE, TEN, BY_ALICE ROOM DAILY));
}

static void is_cancelled(struct place *p)
{
	CHECK_WELL("delete", house_remove(&p->t.h, p->t.alice, "calendar", "m@x.ics"));
}

static void is_shortened(struct place *p)
{
	CHECK_WELL("shorter", place_save(p, p->t.alice, "m@x", EIGHT, NINE,
					 BY_ALICE ROOM "RRULE:FREQ=DAILY;COUNT=3\r\n"));
}

/* From now on nobody answers for it, but what it holds follows all the same. */
static void is_by_hand(struct place *p)
{
	place_set(p, p->room, &(struct answer_limits){.answers = ANSWERS_BY_HAND});
}

static void by_hand_is_moved(struct place *p)
{
	is_by_hand(p);
	is_moved(p);
}

static void by_hand_is_cancelled(struct place *p)
{
	is_by_hand(p);
	is_cancelled(p);
}

static void by_hand_is_shortened(struct place *p)
{
	is_by_hand(p);
	is_shortened(p);
}

/* The meeting holds five days, and is at EIGHT on the first of them. */
static void follow(struct store_fixture *x, void (*go)(struct place *p), int64_t held,
		   int64_t held_at_eight)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_INT("each day", place_holds(&p), 5);
	go(&p);
	CHECK_INT("what is held", place_holds(&p), held);
	CHECK_INT("at its first time", place_holds_at(&p, MONDAY_8), held_at_eight);
	place_close(&p);
}

/* What is held after each of these, and whether at EIGHT. */
#define WAY(go, held, held_at_eight)                                                               \
	static void follows_##go(struct store_fixture *x)                                          \
	{                                                                                          \
		follow(x, go, held, held_at_eight);                                                \
	}                                                                                          \
	STORE_CASE(follows_##go)

/* clang-format off */
WAY(removes, 0, 0)
WAY(removes_silently, 0, 0)
WAY(removes_as_import, 0, 0)
WAY(removes_calendar, 0, 0)
WAY(removes_room, 0, 0)
WAY(moves_to_calendar, 5, 1)
WAY(moves_to_folder, 0, 0)
WAY(moves_to_bob, 0, 0)
WAY(is_covered, 5, 1)
WAY(declines, 0, 0)
WAY(touches, 5, 1)
WAY(declines_one, 4, 1)
WAY(is_moved, 5, 0)
WAY(is_cancelled, 0, 0)
WAY(is_shortened, 3, 1)
WAY(by_hand_is_moved, 0, 0)
WAY(by_hand_is_cancelled, 0, 0)
WAY(by_hand_is_shortened, 3, 1)
/* clang-format on */

/* ---- series ---------------------------------------------------------------------------------- */

static int64_t last_hold(struct place *p)
{
	return count_of(&p->t,
			arena_printf(p->t.a, "SELECT max(starts) FROM hold WHERE owner = %lld",
				     (long long)p->room));
}

/* It holds what is within the horizon, and more when that moves. */
static void goes_on(struct store_fixture *x)
{
	int64_t then = HOUSE_NOW + 200 * DAY_SECONDS, before;
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("weekly", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
					BY_ALICE ROOM "RRULE:FREQ=WEEKLY\r\n"));
	before = last_hold(&p);
	CHECK_TRUE("as far as rows stand", before > HOUSE_NOW + 790 * DAY_SECONDS);
	CHECK_WELL("move", horizon_move(&p.t.h.calendar, p.t.a, then));
	CHECK_TRUE("and so again", last_hold(&p) > then + 790 * DAY_SECONDS);
	CHECK_INT("without those that are over", place_holds_at(&p, MONDAY_8), 0);
	CHECK_WELL("the next to the last one", place_save(&p, p.bob, "n@x", "20290806T083000Z",
							  "20290806T093000Z", BY_BOB ROOM));
	CHECK_STR("is not free", place_answer(&p, p.bob, "n@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(goes_on)

/* What was not accepted holds nothing by that either. */
static void goes_on_unheld(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	is_by_hand(&p);
	CHECK_WELL("weekly", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
					BY_ALICE ROOM "RRULE:FREQ=WEEKLY\r\n"));
	CHECK_WELL("move", horizon_move(&p.t.h.calendar, p.t.a, HOUSE_NOW + 200 * DAY_SECONDS));
	CHECK_INT("nothing", place_holds(&p), 0);
	place_close(&p);
}
STORE_CASE(goes_on_unheld)

/*
 * Past the last hold no constraint of the store keeps two apart, but the room's version does: both
 * are planned while it is free, and who commits second is judged anew.
 */
static void races_at(struct store_fixture *x, const char *start, const char *end)
{
	struct place p;
	struct change *first, *second;
	struct change_put *a, *b;

	place_open(&p, x, OWNER_ROOM);
	first = change_of(&p.t);
	second = change_of(&p.t);
	a = put_of(&p.t, "m.ics",
		   house_event(p.t.a, "m@x", EIGHT, NINE,
			       BY_ALICE ROOM "RRULE:FREQ=HOURLY;INTERVAL=2\r\n"));
	b = put_of(&p.t, "n.ics", house_event(p.t.a, "n@x", start, end, BY_ALICE ROOM));
	CHECK_WELL("plan", change_put(first, a));
	CHECK_WELL("plan", change_put(second, b));
	CHECK_WELL("run", change_run(first));
	CHECK_TRUE("nothing is held there", last_hold(&p) < HOUSE_NOW + 100 * DAY_SECONDS);
	CHECK_WELL("run", change_run(second));
	CHECK_STR("who was first", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("who was second", place_answer(&p, p.t.alice, "n@x"), "DECLINED");
	place_close(&p);
}

static void races_past_holds(struct store_fixture *x)
{
	races_at(x, "20280518T083000Z", "20280518T090000Z");
}
STORE_CASE(races_past_holds)

static void races_past_horizon(struct store_fixture *x)
{
	races_at(x, "20330518T083000Z", "20330518T090000Z");
}
STORE_CASE(races_past_horizon)

/* The other way round: what is endless meets one instance past its holds. */
static void endless_meets_one(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("one", place_save(&p, p.bob, "n@x", "20280518T083000Z", "20280518T090000Z",
				     BY_BOB ROOM));
	CHECK_WELL("endless", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
					 BY_ALICE ROOM "RRULE:FREQ=HOURLY;INTERVAL=2\r\n"));
	CHECK_STR("is declined", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(endless_meets_one)

/* clang-format off */
UNIT_SUITE("schedule_hold",
	STORE_ROWS("taken out by its manager", follows_removes),
	STORE_ROWS("RFC 6638 §8.1: without a reply", follows_removes_silently),
	STORE_ROWS("by an import", follows_removes_as_import),
	STORE_ROWS("with its calendar", follows_removes_calendar),
	STORE_ROWS("with the room", follows_removes_room),
	STORE_ROWS("moved to another calendar of the room", follows_moves_to_calendar),
	STORE_ROWS("moved out of its calendars", follows_moves_to_folder),
	STORE_ROWS("moved to somebody else", follows_moves_to_bob),
	STORE_ROWS("a copy of it is put back", follows_is_covered),
	STORE_ROWS("declined by its manager", follows_declines),
	STORE_ROWS("touched by its manager", follows_touches),
	STORE_ROWS("one instance declined", follows_declines_one),
	STORE_ROWS("rescheduled", follows_is_moved),
	STORE_ROWS("cancelled", follows_is_cancelled),
	STORE_ROWS("a shorter series", follows_is_shortened),
	STORE_ROWS("rescheduled, and nobody answers", follows_by_hand_is_moved),
	STORE_ROWS("cancelled, and nobody answers", follows_by_hand_is_cancelled),
	STORE_ROWS("shorter, and nobody answers", follows_by_hand_is_shortened),
	STORE_ROWS("a series holds on with the horizon", goes_on),
	STORE_ROWS("but not what was not accepted", goes_on_unheld),
	STORE_ROWS("two at once past the holds", races_past_holds),
	STORE_ROWS("two at once past the horizon", races_past_horizon),
	STORE_ROWS("an endless series meets one past its holds", endless_meets_one))

/*
 * test_follow - bookings follow their events
 *
 * What a host does to the event of a booking in a calendar app (booking case
 * G5), and what becomes of bookings when their calendar goes.
 */
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600 };

/* ---- bookings and their events ------------------------------------------------------------- */

/* A booking of alice's with its event and hold, as book.h makes it. */
static void book(struct town *t, const char *id, const char *start, const char *end, int64_t from,
		 int64_t to)
{
	struct booking b = {.owner = t->alice,
			    .id = text_from(id),
			    .type = TEXT("intro"),
			    .uid = text_from(arena_printf(t->a, "%s@x", id)),
			    .collection = t->calendar,
			    .object_name = text_from(arena_printf(t->a, "%s.ics", id)),
			    .status = BOOKING_IS_CONFIRMED,
			    .start = from,
			    .end = to,
			    .version = 1,
			    .invitee_email = TEXT("bob@example.org"),
			    .answers = TEXT("{}")};
	struct hold hold = {.owner = t->alice, .start = from, .end = to, .booking = b.id};
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_BOOKING, HOUSE_NOW);

	CHECK_WELL(id, change_take_hold(c, &hold));
	CHECK_WELL(id, change_put(c, put_of(t, b.object_name.at,
					    house_event(t->a, b.uid.at, start, end, ""))));
	CHECK_WELL(id, change_add_booking(c, &b));
	CHECK_WELL(id, change_run(c));
}

static struct booking *booking_of(struct town *t, const char *id)
{
	static struct booking none;
	struct booking *b = NULL;

	CHECK_WELL(id, booking_find(t->h.db, t->a, t->alice, text_from(id), &b));
	CHECK_TRUE(id, b != NULL);
	return b ? b : &none;
}

/* The keys of all jobs, in their order. */
static const char *jobs(struct town *t)
{
	struct text rest = house_dump(&t->h, t->a), line;
	const char *said = "";

	while (text_next(&rest, '\n', &line)) {
		struct text field, fields = line;

		if (!text_starts(line, TEXT("job|")))
			continue;
		for (int i = 0; i < 4; i++)
			if (!text_next(&fields, '|', &field))
				break;
		said = arena_printf(t->a, "%s%s%.*s", said, said[0] ? " " : "", TEXT_ARG(field));
	}
	return said;
}

/* G5: the host moves the event, and the booking, its hold and the invitee follow. */
static void host_moves(struct store_fixture *x)
{
	struct booking *b;
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	CHECK_WELL("another title",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     house_event(t.a, "b1@x", EIGHT, NINE, "SUMMARY:New title\r\n")));
	CHECK_INT("moves nothing", booking_of(&t, "b1")->version, 1);
	CHECK_STR("and tells nobody", jobs(&t), "");
	CHECK_WELL("an hour on", house_put(&t.h, t.alice, "calendar", "b1.ics",
					   house_event(t.a, "b1@x", NINE, TEN, "")));
	b = booking_of(&t, "b1");
	CHECK_INT("start", b->start, MONDAY_8 + HOUR);
	CHECK_INT("end", b->end, MONDAY_8 + 2 * HOUR);
	CHECK_INT("version", b->version, 2);
	CHECK_INT("SEQUENCE", b->sequence, 1);
	CHECK_INT("the hold", count_of(&t, "SELECT starts FROM hold"), MONDAY_8 + HOUR);
	CHECK_STR("the invitee is told", jobs(&t), "b1/1/REQUEST");
	CHECK_INT("and woken for", t.h.woken, 1);
	CHECK_WELL("a program that counts",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     house_event(t.a, "b1@x", EIGHT, TEN, "SEQUENCE:7\r\n")));
	CHECK_INT("SEQUENCE is the event's", booking_of(&t, "b1")->sequence, 7);
	CHECK_INT("never past its end", booking_next_sequence(booking_of(&t, "b1"), INT32_MAX),
		  INT32_MAX);
	CHECK_WELL("an end by DURATION",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
			     "UID:b1@x\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:" EIGHT "\r\n"
			     "DURATION:PT45M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	CHECK_INT("45 minutes", booking_of(&t, "b1")->end, MONDAY_8 + 45 * 60);
	CHECK_WELL("all day",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
			     "UID:b1@x\r\nDTSTAMP:20270101T000000Z\r\n"
			     "DTSTART;VALUE=DATE:20270118\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	b = booking_of(&t, "b1");
	CHECK_INT("decisions 43: Berlin's midnight", b->start, MONDAY_8 - 9 * HOUR);
	CHECK_INT("a day", b->end, MONDAY_8 + 15 * HOUR);
	CHECK_WELL("a day by DURATION, over the change of clocks (§3.3.6: nominal)",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
			     "UID:b1@x\r\nDTSTAMP:20270101T000000Z\r\n"
			     "DTSTART;TZID=Europe/Berlin:20270327T120000\r\n"
			     "DURATION:P1D\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	b = booking_of(&t, "b1");
	CHECK_INT("23 hours", b->end - b->start, 23 * HOUR);
	town_close(&t);
}
STORE_CASE(host_moves)

/* G5: gone with the event, or cancelled in it; once. */
static void host_deletes(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	book(&t, "b2", NINE, TEN, MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_WELL("deleted", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("told", jobs(&t), "b1/1/CANCEL");
	CHECK_WELL("STATUS:CANCELLED",
		   house_put(&t.h, t.alice, "calendar", "b2.ics",
			     house_event(t.a, "b2@x", NINE, TEN, "STATUS:CANCELLED\r\n")));
	CHECK_INT("cancelled", booking_of(&t, "b2")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("told", jobs(&t), "b1/1/CANCEL b2/1/CANCEL");
	CHECK_WELL("deleted as well", house_remove(&t.h, t.alice, "calendar", "b2.ics"));
	CHECK_STR("once", jobs(&t), "b1/1/CANCEL b2/1/CANCEL");
	CHECK_INT("no hold", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_WELL("put back", house_put(&t.h, t.alice, "calendar", "b1.ics",
					 house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_INT("is an event, no booking", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	town_close(&t);
}
STORE_CASE(host_deletes)

/* A meeting that is over is history: whoever tidies up their calendar tells nobody. */
static void host_tidies(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book(&t, "b1", "20261218T080000Z", "20261218T090000Z", MONDAY_8 - 31 * DAY_SECONDS,
	     MONDAY_8 - 31 * DAY_SECONDS + HOUR);
	CHECK_WELL("deleted", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("and nobody told", jobs(&t), "");
	town_close(&t);
}
STORE_CASE(host_tidies)

/* decisions 8: dragged over another booking, the host is obeyed; the hold is a forced one. */
static void host_forces(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	book(&t, "b2", NINE, TEN, MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_WELL("over b2", house_put(&t.h, t.alice, "calendar", "b1.ics",
					house_event(t.a, "b1@x", NINE, TEN, "")));
	CHECK_INT("b1 is moved", booking_of(&t, "b1")->start, MONDAY_8 + HOUR);
	CHECK_INT("one hold", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_INT("one forced", count_of(&t, "SELECT count(*) FROM hold_forced"), 1);
	CHECK_WELL("and back", house_put(&t.h, t.alice, "calendar", "b1.ics",
					 house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_INT("two holds", count_of(&t, "SELECT count(*) FROM hold"), 2);
	CHECK_INT("none forced", count_of(&t, "SELECT count(*) FROM hold_forced"), 0);
	town_close(&t);
}
STORE_CASE(host_forces)

/* A program moves an event to another calendar: PUT there, DELETE here. */
static void host_relocates(struct store_fixture *x)
{
	struct booking *b;
	struct town t;

	town_open(&t, x);
	make_work(&t);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	CHECK_WELL("a copy", house_put(&t.h, t.alice, "work", "moved.ics",
				       house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_WELL("an edit of the copy", house_put(&t.h, t.alice, "work", "moved.ics",
						    house_event(t.a, "b1@x", NINE, TEN, "")));
	CHECK_INT("moves nothing", booking_of(&t, "b1")->start, MONDAY_8);
	CHECK_WELL("the first goes", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	b = booking_of(&t, "b1");
	CHECK_INT("still confirmed", b->status, BOOKING_IS_CONFIRMED);
	CHECK_INT("in the other calendar", b->collection, house_calendar(&t.h, t.alice, "work"));
	CHECK_TEXT("under its name", b->object_name, TEXT("moved.ics"));
	CHECK_INT("at its time", b->start, MONDAY_8 + HOUR);
	CHECK_STR("the invitee is told of that", jobs(&t), "b1/1/REQUEST");
	CHECK_WELL("and gone for good", house_remove(&t.h, t.alice, "work", "moved.ics"));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	town_close(&t);
}
STORE_CASE(host_relocates)

/* ---- removed calendars --------------------------------------------------------------------- */

static bool purge(struct town *t, int max)
{
	struct change_purge p = {.owner = t->alice, .collection = t->calendar, .max = max};
	struct change *c = change_of(t);

	CHECK_WELL("purge", change_purge_collection(c, &p));
	CHECK_WELL("purge", change_run(c));
	return p.done;
}

static void removed_calendar(struct store_fixture *x)
{
	struct collection *gone;
	struct change *c;
	struct town t;
	int portions = 1;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	for (int i = 0; i < 5; i++) {
		const char *uid = arena_printf(t.a, "e%d", i);

		CHECK_WELL(uid,
			   house_put(&t.h, t.alice, "calendar", arena_printf(t.a, "%s.ics", uid),
				     house_event(t.a, uid, NINE, TEN, "")));
	}
	CHECK_WELL("gone later", house_remove(&t.h, t.alice, "calendar", "e4.ics"));
	c = change_of(&t);
	CHECK_WELL("bury", change_remove_collection(c, t.alice, TEXT("calendar")));
	CHECK_WELL("bury", change_run(c));
	CHECK_WELL("out of sight", collection_find(t.h.db, t.a, t.alice, TEXT("calendar"), &gone));
	CHECK_TRUE("at once", !gone);
	CHECK_INT("a job", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'purge'"), 1);
	CHECK_INT("woken for", t.h.woken, 1);
	CHECK_INT("the name is free", house_calendar(&t.h, t.alice, "calendar"), 0);
	make_work(&t);
	while (!purge(&t, 2))
		portions++;
	CHECK_INT("in portions", portions, 3);
	CHECK_TRUE("again is no harm", purge(&t, 2));
	CHECK_INT("objects", count_of(&t, "SELECT count(*) FROM object"), 0);
	CHECK_INT("data", count_of(&t, "SELECT count(*) FROM object_data"), 0);
	CHECK_INT("occurrences", count_of(&t, "SELECT count(*) FROM occurrence"), 0);
	CHECK_INT("tombstones", count_of(&t, "SELECT count(*) FROM tombstone"), 0);
	CHECK_INT("holds", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_INT("the booking is cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_INT("its invitee is told",
		  count_of(&t, "SELECT count(*) FROM job WHERE name = 'b1/1/CANCEL'"), 1);
	town_close(&t);
}
STORE_CASE(removed_calendar)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("follow", {"zones are pinned", test_pinned},
	   STORE_ROWS("G5: the host moves a booking", host_moves),
	   STORE_ROWS("G5: the host deletes a booking", host_deletes),
	   STORE_ROWS("the host tidies up", host_tidies),
	   STORE_ROWS("decisions 8: forced holds", host_forces),
	   STORE_ROWS("to another calendar", host_relocates),
	   STORE_ROWS("a removed calendar", removed_calendar))

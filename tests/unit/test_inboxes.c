/* test_inboxes - what nobody takes out of a scheduling inbox goes when it is old */
#include "calendar/inboxes.h"

#include "ical/time.h"
#include "town.h"
#include "unit.h"

#define BOTH                                                                                       \
	"ORGANIZER:mailto:alice@example.org\r\n"                                                   \
	"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"                                \
	"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:carol@example.org\r\n"

enum { DAYS = 60, ITEMS = 10, NOTE_DAYS = 90 };

struct people {
	struct town t;
	int64_t bob, carol;
};

static void invites(struct people *p, int from, int to)
{
	for (int i = from; i < to; i++) {
		const char *uid = arena_printf(p->t.a, "m%d", i);

		CHECK_WELL(uid, house_put(&p->t.h, p->t.alice, "calendar",
					  arena_printf(p->t.a, "%s.ics", uid),
					  house_event(p->t.a, uid, EIGHT, NINE, BOTH)));
	}
}

static void people_open(struct people *p, struct store_fixture *x)
{
	town_open(&p->t, x);
	p->bob = house_user(&p->t.h, "bob");
	p->carol = house_user(&p->t.h, "carol");
	p->t.h.calendar.keep = (struct calendar_keep){DAYS, ITEMS, NOTE_DAYS};
}

static int64_t in_inbox(struct people *p, int64_t owner, const char *table)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM %s WHERE owner = %d AND"
					    " collection = %d",
					    table, (int)owner,
					    (int)house_calendar(&p->t.h, owner, "inbox")));
}

static void thin(struct people *p, int64_t now)
{
	CHECK_WELL("thin", inboxes_thin(&p->t.h.calendar, p->t.a, now));
}

static void ages(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	invites(&p, 0, 3);
	thin(&p, HOUSE_NOW + DAYS * DAY_SECONDS);
	CHECK_INT("to the day", in_inbox(&p, p.bob, "object"), 3);
	for (int turn = 0; turn < 2; turn++) {
		thin(&p, HOUSE_NOW + DAYS * DAY_SECONDS + 1);
		CHECK_INT("and no longer", in_inbox(&p, p.bob, "object"), 0);
		CHECK_INT("of all", in_inbox(&p, p.carol, "object"), 0);
		CHECK_INT("RFC 6578 §3.5.2: who syncs is told", in_inbox(&p, p.bob, "tombstone"),
			  3);
	}
	CHECK_INT("invitations stay in the calendar",
		  count_of(&p.t, arena_printf(p.t.a, "SELECT count(*) FROM object WHERE owner = %d",
					      (int)p.bob)),
		  3);
	town_close(&p.t);
}
STORE_CASE(ages)

static void ceiling(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	invites(&p, 0, ITEMS);
	thin(&p, HOUSE_NOW);
	CHECK_INT("so many", in_inbox(&p, p.bob, "object"), ITEMS);
	invites(&p, ITEMS, 250);
	for (int turn = 0; turn < 2; turn++) {
		thin(&p, HOUSE_NOW);
		CHECK_INT("no more, in portions", in_inbox(&p, p.bob, "object"), ITEMS);
		CHECK_INT("the others are told of", in_inbox(&p, p.bob, "tombstone"), 250 - ITEMS);
	}
	CHECK_INT("the newest",
		  count_of(&p.t,
			   arena_printf(p.t.a,
					"SELECT min(seq) FROM object WHERE owner = %d AND"
					" collection = %d",
					(int)p.bob, (int)house_calendar(&p.t.h, p.bob, "inbox"))),
		  250 - ITEMS + 1);
	town_close(&p.t);
}
STORE_CASE(ceiling)

static int64_t notes(struct people *p)
{
	return count_of(&p->t, "SELECT count(*) FROM schedule_note");
}

static void forgets(struct store_fixture *x)
{
	struct people p;
	int64_t all;

	people_open(&p, x);
	invites(&p, 0, 3);
	all = notes(&p);
	CHECK_TRUE("of both sides", all >= 6);
	CHECK_WELL("young", inboxes_forget_notes(&p.t.h.calendar, p.t.a,
						 HOUSE_NOW + NOTE_DAYS * DAY_SECONDS));
	CHECK_INT("stay", notes(&p), all);
	CHECK_WELL("old", inboxes_forget_notes(&p.t.h.calendar, p.t.a,
					       HOUSE_NOW + NOTE_DAYS * DAY_SECONDS + 1));
	CHECK_INT("go", notes(&p), 0);
	town_close(&p.t);
}
STORE_CASE(forgets)

UNIT_SUITE("inboxes", STORE_ROWS("by their age", ages), STORE_ROWS("by their number", ceiling),
	   STORE_ROWS("what was decided", forgets))

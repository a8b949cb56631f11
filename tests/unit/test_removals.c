/*
 * test_removals - how long a calendar remembers what was removed from it
 */
#include "calendar/removals.h"

#include "ical/time.h"
#include "town.h"
#include "unit.h"

#define OLD   (HOUSE_NOW - (int64_t)REMOVALS_KEEP_DAYS * DAY_SECONDS - 1)
#define YOUNG (OLD + 1)

/* So many removals from a calendar, each with the next number of its sequence. */
struct removals {
	int64_t owner, collection;
	int count;
	int64_t removed;
};

static const struct sql sql_removal = {"INSERT INTO tombstone (owner, collection, name, seq, "
				       "removed) VALUES ($1, $2, $3, $4, $5)"};

static const struct fault *remove_tx(struct db *db, struct arena *a, void *ctx)
{
	struct removals *r = ctx;
	const struct fault *f = NULL;

	for (int i = 0; i < r->count && !f; i++) {
		struct collection_mark mark;

		f = collection_next_seq(db, a, r->owner, r->collection, &mark);
		if (!f)
			f = db_exec(
				db, a, &sql_removal,
				DB_ARGS(DB_INT(r->owner), DB_INT(r->collection),
					DB_TEXT(text_from(arena_printf(a, "%d", (int)mark.seq))),
					DB_INT(mark.seq), DB_INT(r->removed)),
				NULL);
	}
	return f;
}

static void removed(struct town *t, int64_t owner, int64_t collection, int count, int64_t when)
{
	struct removals r = {owner, collection, count, when};

	CHECK_WELL("removals", store_fixture_tx(t->h.x, remove_tx, &r));
}

static int64_t remembered(struct town *t, int64_t owner)
{
	return count_of(t, arena_printf(t->a, "SELECT count(*) FROM tombstone WHERE owner = %d",
					(int)owner));
}

static int64_t floors(struct town *t, int64_t owner)
{
	return count_of(t,
			arena_printf(t->a, "SELECT max(seq_floor) FROM collection WHERE owner = %d",
				     (int)owner));
}

/* Old ones go, in portions; what is young stays, and so do the newest of each calendar. */
static void forget(struct store_fixture *x)
{
	int64_t work, bob, his;
	struct town t;

	town_open(&t, x);
	make_work(&t);
	work = house_calendar(&t.h, t.alice, "work");
	bob = house_user(&t.h, "bob");
	his = house_calendar(&t.h, bob, "calendar");
	removed(&t, t.alice, t.calendar, 1200, OLD);
	removed(&t, t.alice, t.calendar, REMOVALS_KEEP_NEWEST - 100, YOUNG);
	removed(&t, t.alice, work, REMOVALS_KEEP_NEWEST, OLD);
	removed(&t, bob, his, 10, OLD);
	removed(&t, bob, his, REMOVALS_KEEP_NEWEST + 5, YOUNG);
	for (int turn = 0; turn < 2; turn++) {
		CHECK_WELL("forget", removals_forget(&t.h.calendar, t.a, HOUSE_NOW));
		CHECK_INT("the newest stay", remembered(&t, t.alice), 2 * REMOVALS_KEEP_NEWEST);
		CHECK_INT("and what is young", remembered(&t, bob), REMOVALS_KEEP_NEWEST + 5);
		CHECK_INT("tokens below are too old", floors(&t, t.alice), 1100);
		CHECK_INT("of each calendar its own", floors(&t, bob), 10);
	}
	town_close(&t);
}
STORE_CASE(forget)

/* A removal bears the time of its change. */
static void timed(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	CHECK_WELL("put", house_put(&t.h, t.alice, "calendar", "a.ics",
				    house_event(t.a, "a", EIGHT, NINE, "")));
	CHECK_WELL("remove", house_remove(&t.h, t.alice, "calendar", "a.ics"));
	CHECK_INT("when", count_of(&t, "SELECT removed FROM tombstone"), HOUSE_NOW);
	town_close(&t);
}
STORE_CASE(timed)

UNIT_SUITE("removals", STORE_ROWS("bear their time", timed),
	   STORE_ROWS("are forgotten (RFC 6578 §3.2)", forget))

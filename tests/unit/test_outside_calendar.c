/*
 * test_outside_calendar - calendars elsewhere: which are due, who reads them, how old they are
 */
#include "outside_rows.h"
#include "store/owner.h"
#include "unit.h"

static const struct fault *take(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_calendar_take(db, a, r->now, r->until, r->limit, &r->calendars, &r->count);
}

static void taken(struct rows *r, int64_t now, int limit)
{
	r->now = now;
	r->until = now + 100;
	r->limit = limit;
	CHECK_WELL("take", store_fixture_tx(r->x, take, r));
}

static const struct fault *settle(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_calendar_settle(db, a, &r->calendar, r->flag);
}

static const struct fault *settled(struct rows *r, const struct outside_calendar *c, bool ends)
{
	r->calendar = *c;
	r->flag = ends;
	return store_fixture_tx(r->x, settle, r);
}

static const struct fault *ask(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_calendar_ask(db, a, r->calendar.owner, r->calendar.id, r->now);
}

static void asked(struct rows *r, int64_t id, int64_t now)
{
	r->calendar = (struct outside_calendar){.owner = r->owner, .id = id};
	r->now = now;
	CHECK_WELL("ask", store_fixture_tx(r->x, ask, r));
}

static int64_t next_due(struct rows *r)
{
	int64_t due = 0;

	CHECK_WELL("next", outside_calendar_next_due(reader(r), r->x->arena, &due));
	return due;
}

static void test_take(struct store_fixture *x)
{
	struct rows r;
	int64_t second, third;

	open_rows(&r, x);
	CHECK_TRUE("none at all", next_due(&r) == INT64_MAX);
	third = calendar(&r, "third", 30);
	(void)calendar(&r, "first", 10);
	second = calendar(&r, "second", 20);
	(void)calendar(&r, "not yet", NOW + 1);
	CHECK_INT("next", next_due(&r), 10);
	taken(&r, NOW, 2);
	CHECK_INT("limit", (int64_t)r.count, 2);
	CHECK_TEXT("the longest due first", r.calendars[0].remote, TEXT("first"));
	CHECK_INT("the next", r.calendars[1].id, second);
	CHECK_INT("lease", r.calendars[0].lease, 1);
	CHECK_INT("until", r.calendars[0].lease_until, NOW + 100);
	taken(&r, NOW, 9);
	CHECK_INT("the rest", (int64_t)r.count, 1);
	CHECK_INT("the rest", r.calendars[0].id, third);
	taken(&r, NOW, 9);
	CHECK_INT("all are being read", (int64_t)r.count, 0);
	CHECK_INT("the next that becomes due", next_due(&r), NOW + 1);
	taken(&r, NOW + 100, 9);
	CHECK_INT("leases are over", (int64_t)r.count, 4);
}

static void test_not_to_be_asked(struct store_fixture *x)
{
	struct rows r;
	struct connection bobs;

	open_rows(&r, x);
	bobs = connection_of(r.other, "k9", "subject");
	CHECK_WELL("bob's", store_fixture_tx(x, add_connection, &bobs));
	(void)calendar(&r, "hers", 10);
	(void)calendar_at(&r, r.other, "k9", "his", 20);
	account_is(&r, CONNECTION_RECONNECT, NOW, "");
	CHECK_INT("passed over", next_due(&r), 20);
	taken(&r, NOW, 9);
	CHECK_INT("one", (int64_t)r.count, 1);
	CHECK_INT("his", r.calendars[0].owner, r.other);
	account_is(&r, CONNECTION_WORKS, NOW + 5, "");
	CHECK_INT("at once", next_due(&r), NOW + 5);
	taken(&r, NOW + 5, 9);
	CHECK_INT("again", (int64_t)r.count, 1);
	account_is(&r, CONNECTION_RECONNECT, NOW + 6, "");
	CHECK_WELL("settle", settled(&r, &r.calendars[0], true));
	CHECK_TRUE("consent went amid a reading", row(&r, r.calendars[0].id)->due_at == INT64_MAX);
	asked(&r, r.calendars[0].id, NOW + 7);
	CHECK_TRUE("told of, all the same", row(&r, r.calendars[0].id)->due_at == INT64_MAX);
}

static const struct fault *take_one(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;
	struct outside_calendar *c;
	const struct fault *f =
		outside_calendar_take_one(db, a, r->owner, r->calendar.id, r->now, r->until, &c);

	r->flag = !f && c;
	if (r->flag)
		r->calendar = *c;
	return f;
}

static bool took_one(struct rows *r, int64_t id, int64_t now)
{
	r->calendar.id = id;
	r->now = now;
	r->until = now + 100;
	CHECK_WELL("take one", store_fixture_tx(r->x, take_one, r));
	return r->flag;
}

static void test_take_one(struct store_fixture *x)
{
	struct rows r;
	int64_t id;

	open_rows(&r, x);
	id = calendar(&r, "only", LATER);
	CHECK_TRUE("though not due", took_one(&r, id, NOW));
	CHECK_INT("lease", r.calendar.lease, 1);
	CHECK_TRUE("another holds it", !took_one(&r, id, NOW + 99));
	CHECK_TRUE("no more", took_one(&r, id, NOW + 100));
	CHECK_TRUE("no such", !took_one(&r, id + 1, NOW));
}

static void test_settle(struct store_fixture *x)
{
	struct rows r;
	struct outside_calendar c, *is;
	int64_t id;

	open_rows(&r, x);
	id = calendar(&r, "only", NOW);
	taken(&r, NOW, 1);
	c = r.calendars[0];
	c.page = TEXT("page 2");
	c.lease_until = NOW + 300;
	CHECK_WELL("a page", settled(&r, &c, false));
	is = row(&r, id);
	CHECK_TEXT("a page", is->page, TEXT("page 2"));
	CHECK_INT("the lease goes on", is->lease_until, NOW + 300);
	CHECK_INT("and it is not due", is->due_at, NOW + 300);
	c.page = TEXT("");
	c.cursor = TEXT("cursor");
	c.window_end = 5;
	c.round = 6;
	c.synced_at = NOW;
	c.due_at = LATER;
	c.failures = 7;
	c.last_error = TEXT("why");
	CHECK_WELL("the end", settled(&r, &c, true));
	is = row(&r, id);
	CHECK_TEXT("cursor", is->cursor, TEXT("cursor"));
	CHECK_INT("window", is->window_end, 5);
	CHECK_INT("round", is->round, 6);
	CHECK_INT("synced", is->synced_at, NOW);
	CHECK_INT("due", is->due_at, LATER);
	CHECK_INT("failures", is->failures, 7);
	CHECK_TEXT("error", is->last_error, TEXT("why"));
	CHECK_INT("the lease is over", is->lease_until, 0);
	taken(&r, LATER, 1);
	CHECK_FAULT("another holds it by now", settled(&r, &c, true), FAULT_CONFLICT);
}

static void test_ask(struct store_fixture *x)
{
	struct rows r;
	struct outside_calendar c;
	int64_t id;

	open_rows(&r, x);
	id = calendar(&r, "only", LATER);
	asked(&r, id, NOW);
	CHECK_INT("at once", row(&r, id)->due_at, NOW);
	asked(&r, id, NOW + 9);
	CHECK_INT("no later", row(&r, id)->due_at, NOW);
	taken(&r, NOW + 10, 1);
	CHECK_INT("taken", (int64_t)r.count, 1);
	c = r.calendars[0];
	asked(&r, id, NOW + 20);
	CHECK_TRUE("while it is read", row(&r, id)->asked);
	taken(&r, NOW + 20, 1);
	CHECK_INT("nobody else reads it", (int64_t)r.count, 0);
	c.due_at = LATER;
	CHECK_WELL("settle", settled(&r, &c, true));
	CHECK_TRUE("once more", row(&r, id)->due_at <= NOW);
	taken(&r, NOW + 30, 1);
	CHECK_INT("taken", (int64_t)r.count, 1);
	CHECK_TRUE("and that was all", !r.calendars[0].asked && !row(&r, id)->asked);
}

static const struct fault *choose(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_calendar_choose(db, a, &r->calendar);
}

static void test_choose(struct store_fixture *x)
{
	struct rows r;
	int64_t one, two;
	struct outside_calendar *takes, *list;
	size_t count;

	open_rows(&r, x);
	one = calendar(&r, "b", NOW);
	two = calendar(&r, "a", NOW);
	CHECK_WELL("none takes", outside_calendar_taking(reader(&r), x->arena, r.owner, &takes));
	CHECK_TRUE("none takes", !takes);
	for (int i = 0; i < 2; i++) {
		r.calendar = *row(&r, i ? two : one);
		r.calendar.takes = true;
		r.calendar.is_primary = i == 0;
		CHECK_WELL("choose", store_fixture_tx(x, choose, &r));
	}
	CHECK_WELL("one takes", outside_calendar_taking(reader(&r), x->arena, r.owner, &takes));
	CHECK_INT("the last", takes ? takes->id : 0, two);
	CHECK_TRUE("and no other", !row(&r, one)->takes);
	CHECK_WELL("list",
		   outside_calendar_list(reader(&r), x->arena, r.owner, TEXT("k1"), &list, &count));
	CHECK_INT("list", (int64_t)count, 2);
	CHECK_INT("the account's own first", list[0].id, one);
	CHECK_WELL("list",
		   outside_calendar_list(reader(&r), x->arena, r.owner, TEXT("k2"), &list, &count));
	CHECK_INT("of another account", (int64_t)count, 0);
}

static const struct fault *note_age(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_note_age(db, a, r->owner);
}

static const struct fault *trust(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_set_trust(db, a, r->owner, r->flag);
}

static bool is_trusted(struct rows *r)
{
	struct owner_version one, many[1];

	CHECK_WELL("version", owner_version(reader(r), r->x->arena, r->owner, &one));
	CHECK_WELL("versions", owner_versions(reader(r), r->x->arena, &r->owner, 1, many));
	CHECK_TRUE("both say the same", many[0].outside_trust == one.outside_trust);
	return one.outside_trust;
}

static int64_t age(struct rows *r)
{
	struct owner_version one, both[2];
	int64_t ids[] = {r->owner, r->other};

	CHECK_WELL("note", store_fixture_tx(r->x, note_age, r));
	CHECK_WELL("version", owner_version(reader(r), r->x->arena, r->owner, &one));
	CHECK_WELL("versions", owner_versions(reader(r), r->x->arena, ids, 2, both));
	CHECK_TRUE("both say the same",
		   both[0].outside_at == one.outside_at && both[0].version == one.version);
	CHECK_TRUE("nobody else's", both[1].outside_at == INT64_MAX);
	return one.outside_at;
}

static void test_age(struct store_fixture *x)
{
	struct rows r;
	struct outside_calendar c, older;

	open_rows(&r, x);
	CHECK_TRUE("no calendars", age(&r) == INT64_MAX);
	(void)calendar(&r, "one", NOW);
	(void)calendar(&r, "two", NOW + 1);
	CHECK_INT("never read", age(&r), 0);
	for (int i = 0; i < 2; i++) {
		taken(&r, NOW + 1, 1);
		c = r.calendars[0];
		c.synced_at = NOW + i;
		c.due_at = LATER;
		CHECK_WELL("settle", settled(&r, &c, true));
		if (i == 0)
			older = c;
	}
	CHECK_INT("the oldest", age(&r), NOW);
	r.flag = true;
	CHECK_WELL("trust", store_fixture_tx(x, trust, &r));
	CHECK_INT("as old as it is", age(&r), NOW);
	CHECK_TRUE("and trusted", is_trusted(&r));
	r.flag = false;
	CHECK_WELL("trust", store_fixture_tx(x, trust, &r));
	CHECK_TRUE("no more", !is_trusted(&r));
	older.counts = false;
	r.calendar = older;
	CHECK_WELL("choose", store_fixture_tx(x, choose, &r));
	CHECK_INT("of those that count", age(&r), NOW + 1);
}
STORE_CASE(test_take)
STORE_CASE(test_not_to_be_asked)
STORE_CASE(test_take_one)
STORE_CASE(test_settle)
STORE_CASE(test_ask)
STORE_CASE(test_choose)
STORE_CASE(test_age)

UNIT_SUITE("outside_calendar", STORE_ROWS("those due are taken in their order", test_take),
	   STORE_ROWS("an account without consent is passed over", test_not_to_be_asked),
	   STORE_ROWS("one is taken before it is due", test_take_one),
	   STORE_ROWS("only who holds the lease settles", test_settle),
	   STORE_ROWS("asked for while it is read: once more", test_ask),
	   STORE_ROWS("one calendar takes bookings", test_choose),
	   STORE_ROWS("the oldest copy is the owner's age, unless trusted", test_age))

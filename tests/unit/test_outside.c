/*
 * test_outside - accounts elsewhere, and events, copies and watches of theirs: the rows
 */
#include "outside_rows.h"
#include "store/booking.h"
#include "unit.h"

/* ---- accounts ----------------------------------------------------------------------------------
 */

static void test_connection(struct store_fixture *x)
{
	struct rows r;
	struct connection *k, *list;
	size_t count;
	struct connection again;

	open_rows(&r, x);
	CHECK_WELL("get", connection_get(reader(&r), x->arena, r.owner, TEXT("k1"), &k));
	CHECK_TEXT("account", k->account, r.connection.account);
	CHECK_TEXT("a secret is bytes", k->secret, r.connection.secret);
	CHECK_TEXT("zone", k->timezone, r.connection.timezone);
	CHECK_WELL("of another", connection_get(reader(&r), x->arena, r.other, TEXT("k1"), &k));
	CHECK_TRUE("of another", !k);
	again = connection_of(r.owner, "k2", "subject");
	CHECK_FAULT("the same account twice", store_fixture_tx(x, add_connection, &again),
		    FAULT_CONFLICT);
	again = connection_of(r.owner, "k2", "another");
	again.created = NOW - 1;
	CHECK_WELL("another account", store_fixture_tx(x, add_connection, &again));
	CHECK_WELL("list", connection_list(reader(&r), x->arena, r.owner, &list, &count));
	CHECK_INT("list", (int64_t)count, 2);
	CHECK_TEXT("the oldest first", list[0].id, TEXT("k2"));
}

static void test_connections_max(struct store_fixture *x)
{
	struct rows r;

	open_rows(&r, x);
	for (int i = 1; i < CONNECTIONS_MAX; i++) {
		const char *id = arena_printf(x->arena, "more%d", i);
		struct connection k = connection_of(r.owner, id, id);

		CHECK_WELL(id, store_fixture_tx(x, add_connection, &k));
	}
	struct connection k = connection_of(r.owner, "last", "last");

	CHECK_FAULT("one too many", store_fixture_tx(x, add_connection, &k), FAULT_STORE_FULL);
	k.owner = r.other;
	CHECK_WELL("of another", store_fixture_tx(x, add_connection, &k));
}

struct leasing {
	struct connection k;
	struct text holder;
	int64_t now, until;
	bool done;
};

static const struct fault *lease(struct db *db, struct arena *a, void *ctx)
{
	struct leasing *l = ctx;

	return connection_lease(db, a, &l->k, l->holder, l->now, l->until, &l->done);
}

static const struct fault *set_secret(struct db *db, struct arena *a, void *ctx)
{
	struct leasing *l = ctx;

	return connection_set_secret(db, a, &l->k, &l->done);
}

static bool leases(struct rows *r, const struct connection *k, const char *holder, int64_t now)
{
	struct leasing l = {*k, text_from(holder), now, now + 60, false};

	CHECK_WELL(holder, store_fixture_tx(r->x, lease, &l));
	return l.done;
}

static bool sets(struct rows *r, const struct connection *k)
{
	struct leasing l = {.k = *k};

	CHECK_WELL("set", store_fixture_tx(r->x, set_secret, &l));
	return l.done;
}

/* Two that renew a token: one asks, and one new token is kept. */
static void test_secret(struct store_fixture *x)
{
	struct rows r;
	struct connection *k, old;

	open_rows(&r, x);
	old = r.connection;
	CHECK_TRUE("nobody holds it", leases(&r, &old, "one", NOW));
	CHECK_TRUE("another waits", !leases(&r, &old, "two", NOW + 59));
	CHECK_TRUE("a thread of the same process, too", !leases(&r, &old, "one", NOW + 59));
	CHECK_TRUE("the lease is over", leases(&r, &old, "two", NOW + 60));
	old.secret = TEXT("new");
	old.expires_at = 77;
	CHECK_TRUE("from the stored one", sets(&r, &old));
	CHECK_TRUE("from what it is no more", !sets(&r, &old));
	CHECK_TRUE("a lease for what it is no more", !leases(&r, &old, "one", NOW + 1000));
	CHECK_WELL("get", connection_get(reader(&r), x->arena, r.owner, TEXT("k1"), &k));
	CHECK_TEXT("secret", k->secret, TEXT("new"));
	CHECK_INT("number", k->secret_no, 1);
	CHECK_INT("until", k->expires_at, 77);
	CHECK_INT("the lease has ended", k->lease_until, 0);
}

static void test_state(struct store_fixture *x)
{
	struct rows r;
	struct connection *k;

	open_rows(&r, x);
	CHECK_TRUE("lease", leases(&r, &r.connection, "one", NOW));
	account_is(&r, CONNECTION_FAILS, NOW, "two");
	CHECK_WELL("get", connection_get(reader(&r), x->arena, r.owner, TEXT("k1"), &k));
	CHECK_INT("state", k->state, CONNECTION_FAILS);
	CHECK_TEXT("another's lease stays", k->lease_holder, TEXT("one"));
	account_is(&r, CONNECTION_WORKS, NOW, "one");
	CHECK_WELL("get", connection_get(reader(&r), x->arena, r.owner, TEXT("k1"), &k));
	CHECK_INT("one's own ends", k->lease_until, 0);
}
/* ---- events, copies, watches -------------------------------------------------------------------
 */

static const struct fault *put_events(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;
	struct outside_event e[] = {
		{r->owner, 7, TEXT("z\"\\1"), TEXT("s"), OUTSIDE_INSTANCE, TEXT(""), TEXT("i"), 1},
		{r->owner, 7, TEXT("s"), TEXT("s"), OUTSIDE_MASTER, TEXT(""), TEXT("m"), 2},
		{r->owner, 7, TEXT("a"), TEXT("s"), OUTSIDE_DROPPED, TEXT(""), TEXT("d"), 1},
		{r->owner, 7, TEXT("t"), TEXT("t"), OUTSIDE_SINGLE, TEXT("1"), TEXT("x"), 1},
		{r->owner, 7, TEXT("t"), TEXT("t"), OUTSIDE_SINGLE, TEXT("2"), TEXT("y"), 2},
		{r->owner, 8, TEXT("t"), TEXT("t"), OUTSIDE_SINGLE, TEXT("3"), TEXT("z"), 1},
	};
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(e) && !f; i++)
		f = outside_event_put(db, a, &e[i]);
	return f;
}

static const struct fault *delete_event(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_event_delete(db, a, r->owner, 7, TEXT("t"));
}

static void test_events(struct store_fixture *x)
{
	struct rows r;
	struct outside_event *e;
	size_t count;
	struct text series[] = {TEXT("t"), TEXT("s"), TEXT("\xff"), TEXT("none")};
	struct text remotes[] = {TEXT("z\"\\1"), TEXT("t"), TEXT("none")};

	open_rows(&r, x);
	CHECK_WELL("put", store_fixture_tx(x, put_events, &r));
	CHECK_WELL("series", outside_event_of_series(reader(&r), x->arena, r.owner, 7, series, 4,
						     &e, &count));
	CHECK_INT("series", (int64_t)count, 4);
	CHECK_TEXT("the master first", e[0].remote, TEXT("s"));
	CHECK_TEXT("its lines", e[0].lines, TEXT("m"));
	CHECK_TEXT("then the next series", e[3].series, TEXT("t"));
	CHECK_TEXT("put twice, the last stands", e[3].etag, TEXT("2"));
	CHECK_WELL("find",
		   outside_event_find(reader(&r), x->arena, r.owner, 7, remotes, 3, &e, &count));
	CHECK_INT("find", (int64_t)count, 2);
	CHECK_WELL("none",
		   outside_event_find(reader(&r), x->arena, r.owner, 7, remotes, 0, &e, &count));
	CHECK_INT("none", (int64_t)count, 0);
	CHECK_WELL("unseen", outside_event_unseen(reader(&r), x->arena, r.owner, 7, 2, TEXT(""), 1,
						  &e, &count));
	CHECK_INT("limit", (int64_t)count, 1);
	CHECK_TEXT("by id", e[0].remote, TEXT("a"));
	CHECK_WELL("unseen", outside_event_unseen(reader(&r), x->arena, r.owner, 7, 2, TEXT("a"), 9,
						  &e, &count));
	CHECK_INT("past the first", (int64_t)count, 1);
	CHECK_WELL("delete", store_fixture_tx(x, delete_event, &r));
	CHECK_WELL("find",
		   outside_event_find(reader(&r), x->arena, r.owner, 7, remotes, 3, &e, &count));
	CHECK_INT("deleted", (int64_t)count, 1);
	CHECK_WELL("find",
		   outside_event_find(reader(&r), x->arena, r.owner, 8, remotes, 3, &e, &count));
	CHECK_INT("another calendar's stays", (int64_t)count, 1);
}

static const struct fault *put_copies(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;
	struct outside_copy c = {
		.owner = r->owner,
		.booking = TEXT("b1"),
		.booking_owner = r->other,
		.connection = TEXT("k1"),
		.calendar = 7,
		.mark = TEXT("m1"),
		.remote = TEXT(""),
		.etag = TEXT(""),
		.link = TEXT(""),
		.state = COPY_WANTED,
	};
	const struct fault *f = outside_copy_put(db, a, &c);

	c.remote = TEXT("r1");
	c.state = COPY_STANDS;
	c.start = 1;
	c.end = 2;
	c.version = 3;
	c.generation = 4;
	if (!f)
		f = outside_copy_put(db, a, &c);
	c.booking = TEXT("b2");
	c.mark = TEXT("m2");
	c.remote = TEXT("");
	return f ? f : outside_copy_put(db, a, &c);
}

static void test_copies(struct store_fixture *x)
{
	struct rows r;
	struct outside_copy *c, *list;
	size_t count;
	struct text names[] = {TEXT("r1"), TEXT("m1"), TEXT("m2"), TEXT("other")};

	open_rows(&r, x);
	CHECK_WELL("put", store_fixture_tx(x, put_copies, &r));
	CHECK_WELL("get", outside_copy_get(reader(&r), x->arena, r.owner, TEXT("b1"), &c));
	CHECK_TEXT("id", c->remote, TEXT("r1"));
	CHECK_INT("whose", c->booking_owner, r.other);
	CHECK_INT("state", c->state, COPY_STANDS);
	CHECK_INT("end", c->end, 2);
	CHECK_INT("version", c->version, 3);
	CHECK_INT("generation", c->generation, 4);
	CHECK_WELL("match",
		   outside_copy_match(reader(&r), x->arena, r.owner, names, 4, &list, &count));
	CHECK_INT("by id or mark, each once", (int64_t)count, 2);
	CHECK_WELL("match",
		   outside_copy_match(reader(&r), x->arena, r.other, names, 4, &list, &count));
	CHECK_INT("of another owner", (int64_t)count, 0);
}

enum { DAY_S = 86400, LACK_NOW = 10 * 366 * DAY_S };

/* Copies that are not as they should be, by what is known of them. */
static const struct {
	const char *booking;
	int64_t calendar;
	enum copy_state state;
	int64_t ends;
	const char *why, *rule;
} lacking[] = {
	{"waits", 7, COPY_WANTED, 0, "away", ""},
	{"refused", 7, COPY_REFUSED, LACK_NOW + DAY_S, "away", ""},
	{"series", 7, COPY_REFUSED, LACK_NOW - DAY_S, "away", "FREQ=WEEKLY"},
	{"over", 7, COPY_REFUSED, LACK_NOW - DAY_S, "away", ""},
	{"long over", 7, COPY_REFUSED, LACK_NOW - OUTSIDE_SERIES_S - DAY_S, "away", "FREQ=DAILY"},
	{"no reason", 7, COPY_WANTED, 0, "", ""},
	{"stands", 7, COPY_STANDS, LACK_NOW + DAY_S, "away", ""},
	{"elsewhere", 8, COPY_WANTED, 0, "full", ""},
};

static const struct fault *put_lacking(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(lacking) && !f; i++) {
		struct outside_copy c = {
			.owner = r->owner,
			.booking = text_from(lacking[i].booking),
			.booking_owner = r->other,
			.connection = TEXT("k1"),
			.calendar = lacking[i].calendar,
			.mark = text_from(lacking[i].booking),
			.state = lacking[i].state,
			.start = lacking[i].ends,
			.end = lacking[i].ends,
			.why = text_from(lacking[i].why),
		};
		struct booking b = {
			.owner = r->other,
			.id = c.booking,
			.uid = c.booking,
			.start = c.start,
			.end = c.end,
			.rule = text_from(lacking[i].rule),
		};

		f = booking_add(db, a, &b);
		if (!f)
			f = outside_copy_put(db, a, &c);
	}
	return f;
}

static void test_lacking(struct store_fixture *x)
{
	static const struct {
		int64_t calendar, count;
		const char *why;
	} rows[] = {{7, 3, "away"}, {8, 1, "full"}, {9, 0, ""}};
	struct rows r;

	open_rows(&r, x);
	CHECK_WELL("put", store_fixture_tx(x, put_lacking, &r));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text why;
		int64_t count;

		CHECK_WELL("ask", outside_copy_lacking(reader(&r), x->arena, r.owner,
						       rows[i].calendar, LACK_NOW, &count, &why));
		CHECK_INT("to come, a series also past its first time", count, rows[i].count);
		CHECK_TEXT("why", why, text_from(rows[i].why));
	}
}

static const struct fault *put_watches(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;
	static const int64_t renewals[] = {30, 10, 20, INT64_MAX};
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(renewals) && !f; i++) {
		struct outside_watch w = {
			.owner = r->owner,
			.id = text_from(arena_printf(a, "w%zu", i)),
			.calendar = i < 3 ? 7 : 8,
			.connection = TEXT("k1"),
			.remote = TEXT(""),
			.resource = TEXT("res"),
			.expires_at = 100 + renewals[i] % 100,
			.renew_at = renewals[i],
		};

		f = outside_watch_put(db, a, &w);
	}
	return f;
}

static const struct fault *delete_watch(struct db *db, struct arena *a, void *ctx)
{
	struct rows *r = ctx;

	return outside_watch_delete(db, a, r->owner, TEXT("w1"));
}

/* Taken for a minute. */
struct taken_watches {
	int64_t now;
	int limit;
	struct outside_watch *list;
	size_t count;
};

static const struct fault *take_watches_run(struct db *db, struct arena *a, void *ctx)
{
	struct taken_watches *t = ctx;

	return outside_watch_take(db, a, t->now, t->now + 60, t->limit, &t->list, &t->count);
}

static void take_watches(struct store_fixture *x, struct taken_watches *t, int64_t now, int limit)
{
	*t = (struct taken_watches){.now = now, .limit = limit};
	CHECK_WELL("take", store_fixture_tx(x, take_watches_run, t));
}

static void test_watches(struct store_fixture *x)
{
	struct rows r;
	struct taken_watches t;
	struct outside_watch *w, *list;
	size_t count;
	int64_t due;

	open_rows(&r, x);
	CHECK_WELL("put", store_fixture_tx(x, put_watches, &r));
	CHECK_WELL("next", outside_watch_next_due(reader(&r), x->arena, &due));
	CHECK_INT("the longest due", due, 10);
	take_watches(x, &t, 20, 9);
	CHECK_INT("due", (int64_t)t.count, 2);
	CHECK_TEXT("the longest due first", t.list[0].id, TEXT("w1"));
	take_watches(x, &t, 20, 9);
	CHECK_INT("they have been taken", (int64_t)t.count, 0);
	take_watches(x, &t, 90, 1);
	CHECK_INT("limit", (int64_t)t.count, 1);
	CHECK_WELL("of a calendar",
		   outside_watch_list(reader(&r), x->arena, r.owner, TEXT("k1"), 7, &list, &count));
	CHECK_INT("of a calendar", (int64_t)count, 3);
	CHECK_WELL("of an account",
		   outside_watch_list(reader(&r), x->arena, r.owner, TEXT("k1"), 0, &list, &count));
	CHECK_INT("of an account", (int64_t)count, 4);
	CHECK_WELL("delete", store_fixture_tx(x, delete_watch, &r));
	CHECK_WELL("get", outside_watch_get(reader(&r), x->arena, r.owner, TEXT("w1"), &w));
	CHECK_TRUE("deleted", !w);
	CHECK_WELL("get", outside_watch_get(reader(&r), x->arena, r.owner, TEXT("w2"), &w));
	CHECK_TEXT("another stays", w->resource, TEXT("res"));
}
STORE_CASE(test_connection)
STORE_CASE(test_connections_max)
STORE_CASE(test_secret)
STORE_CASE(test_state)
STORE_CASE(test_events)
STORE_CASE(test_copies)
STORE_CASE(test_lacking)
STORE_CASE(test_watches)

UNIT_SUITE("outside", STORE_ROWS("an account is connected once", test_connection),
	   STORE_ROWS("so many accounts, and no more", test_connections_max),
	   STORE_ROWS("one renews a token, and one new one is kept", test_secret),
	   STORE_ROWS("an account's state, and whose lease ends with it", test_state),
	   STORE_ROWS("events by series, by id, and unseen ones", test_events),
	   STORE_ROWS("copies by id or mark", test_copies),
	   STORE_ROWS("copies that are not as they should be", test_lacking),
	   STORE_ROWS("watches that are due", test_watches))

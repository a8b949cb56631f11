/*
 * test_outside - accounts elsewhere, their calendars, events, copies and watches: the rows
 */
#include "store/outside.h"

#include "store/owner.h"
#include "store_fixture.h"
#include "unit.h"

enum { NOW = 1000, LATER = 2000 };

struct rows {
	struct store_fixture *x;
	int64_t owner, other;
	struct connection connection;
	/* What a transaction is about. */
	struct outside_calendar *calendars;
	size_t count;
	struct outside_calendar calendar;
	struct connection leased;
	int64_t now, until;
	int limit;
	bool flag;
};

static struct db *reader(struct rows *r)
{
	struct db *db = NULL;

	CHECK_WELL("reader", store_reader(r->x->store, r->x->arena, &db));
	return db;
}

static const struct fault *add_connection(struct db *db, struct arena *a, void *ctx)
{
	return connection_add(db, a, ctx);
}

static struct connection connection_of(int64_t owner, const char *id, const char *subject)
{
	return (struct connection){
		.owner = owner,
		.id = text_from(id),
		.provider = PROVIDER_GOOGLE,
		.account = TEXT("alice@example.org"),
		.subject = text_from(subject),
		.url = TEXT(""),
		.timezone = TEXT("Europe/Berlin"),
		.secret = text_of("a\0b", 3),
		.last_error = TEXT(""),
		.created = NOW,
	};
}

static void open_rows(struct rows *r, struct store_fixture *x)
{
	*r = (struct rows){.x = x};
	r->owner = store_fixture_home(x, "alice").owner;
	r->other = store_fixture_home(x, "bob").owner;
	r->connection = connection_of(r->owner, "k1", "subject");
	CHECK_WELL("connection", store_fixture_tx(x, add_connection, &r->connection));
}

static const struct fault *add_calendar(struct db *db, struct arena *a, void *ctx)
{
	struct outside_calendar *c = ctx;
	const struct fault *f = owner_take_ids(db, a, &c->owner, 1, 1, &c->id);

	return f ? f : outside_calendar_add(db, a, c);
}

static int64_t calendar_at(struct rows *r, int64_t owner, const char *connection,
			   const char *remote, int64_t due_at)
{
	struct outside_calendar c = {
		.owner = owner,
		.connection = text_from(connection),
		.remote = text_from(remote),
		.title = text_from(remote),
		.timezone = TEXT(""),
		.counts = true,
		.due_at = due_at,
	};

	CHECK_WELL(remote, store_fixture_tx(r->x, add_calendar, &c));
	return c.id;
}

static int64_t calendar(struct rows *r, const char *remote, int64_t due_at)
{
	return calendar_at(r, r->owner, "k1", remote, due_at);
}

static struct outside_calendar *row(struct rows *r, int64_t id)
{
	struct outside_calendar *c = NULL;

	CHECK_WELL("get", outside_calendar_get(reader(r), r->x->arena, r->owner, id, &c));
	return c;
}

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

struct stating {
	struct connection k;
	struct text holder;
};

static const struct fault *set_state(struct db *db, struct arena *a, void *ctx)
{
	struct stating *s = ctx;

	return connection_set_state(db, a, &s->k, s->holder);
}

static void say(struct rows *r, enum connection_state state, int64_t since, const char *holder)
{
	struct stating s = {r->connection, text_from(holder)};

	s.k.state = state;
	s.k.state_since = since;
	CHECK_WELL("state", store_fixture_tx(r->x, set_state, &s));
}

static void test_state(struct store_fixture *x)
{
	struct rows r;
	struct connection *k;

	open_rows(&r, x);
	CHECK_TRUE("lease", leases(&r, &r.connection, "one", NOW));
	say(&r, CONNECTION_FAILS, NOW, "two");
	CHECK_WELL("get", connection_get(reader(&r), x->arena, r.owner, TEXT("k1"), &k));
	CHECK_INT("state", k->state, CONNECTION_FAILS);
	CHECK_TEXT("another's lease stays", k->lease_holder, TEXT("one"));
	say(&r, CONNECTION_WORKS, NOW, "one");
	CHECK_WELL("get", connection_get(reader(&r), x->arena, r.owner, TEXT("k1"), &k));
	CHECK_INT("one's own ends", k->lease_until, 0);
}

/* ---- calendars ---------------------------------------------------------------------------------
 */

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
	say(&r, CONNECTION_RECONNECT, NOW, "");
	CHECK_INT("passed over", next_due(&r), 20);
	taken(&r, NOW, 9);
	CHECK_INT("one", (int64_t)r.count, 1);
	CHECK_INT("his", r.calendars[0].owner, r.other);
	say(&r, CONNECTION_WORKS, NOW + 5, "");
	CHECK_INT("at once", next_due(&r), NOW + 5);
	taken(&r, NOW + 5, 9);
	CHECK_INT("again", (int64_t)r.count, 1);
	say(&r, CONNECTION_RECONNECT, NOW + 6, "");
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

static void test_watches(struct store_fixture *x)
{
	struct rows r;
	struct outside_watch *w, *list;
	size_t count;

	open_rows(&r, x);
	CHECK_WELL("put", store_fixture_tx(x, put_watches, &r));
	CHECK_WELL("due", outside_watch_due(reader(&r), x->arena, 20, 9, &list, &count));
	CHECK_INT("due", (int64_t)count, 2);
	CHECK_TEXT("the longest due first", list[0].id, TEXT("w1"));
	CHECK_WELL("due", outside_watch_due(reader(&r), x->arena, 90, 1, &list, &count));
	CHECK_INT("limit", (int64_t)count, 1);
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
STORE_CASE(test_take)
STORE_CASE(test_not_to_be_asked)
STORE_CASE(test_take_one)
STORE_CASE(test_settle)
STORE_CASE(test_ask)
STORE_CASE(test_choose)
STORE_CASE(test_age)
STORE_CASE(test_events)
STORE_CASE(test_copies)
STORE_CASE(test_watches)

UNIT_SUITE("outside", STORE_ROWS("an account is connected once", test_connection),
	   STORE_ROWS("so many accounts, and no more", test_connections_max),
	   STORE_ROWS("one renews a token, and one new one is kept", test_secret),
	   STORE_ROWS("an account's state, and whose lease ends with it", test_state),
	   STORE_ROWS("those due are taken in their order", test_take),
	   STORE_ROWS("an account without consent is passed over", test_not_to_be_asked),
	   STORE_ROWS("one is taken before it is due", test_take_one),
	   STORE_ROWS("only who holds the lease settles", test_settle),
	   STORE_ROWS("asked for while it is read: once more", test_ask),
	   STORE_ROWS("one calendar takes bookings", test_choose),
	   STORE_ROWS("the oldest copy is the owner's age, unless trusted", test_age),
	   STORE_ROWS("events by series, by id, and unseen ones", test_events),
	   STORE_ROWS("copies by id or mark", test_copies),
	   STORE_ROWS("watches that are due", test_watches))

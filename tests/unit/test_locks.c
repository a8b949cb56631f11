/*
 * test_locks - write locks as steps of a change (RFC 4918 §6, §7)
 */
#include "calendar/locks.h"
#include "town.h"
#include "unit.h"

enum { ME = 1, BOB = 1000 }; /* who asks, as rows name them: alice and somebody else */

/* ---- few words ------------------------------------------------------------------------------- */

static int64_t user_of(const struct town *t, int who)
{
	return who == ME ? t->alice : who;
}

/* Take a lock at a time; its token, or NULL-text where another one stands in the way. */
static struct text take_at(struct town *t, const char *path, int who, bool shared, bool infinite,
			   int64_t now)
{
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_CLIENT, now);
	struct change_lock *l = arena_alloc(t->a, sizeof(*l));
	const struct fault *f;

	l->lock = (struct lock){
		.owner = t->alice,
		.path = text_from(path),
		.creator = user_of(t, who),
		.shared = shared,
		.infinite = infinite,
		.holder = TEXT("<D:owner xmlns:D=\"DAV:\">me</D:owner>"),
		.seconds = 60,
	};
	CHECK_WELL(path, change_take_lock(c, l));
	f = change_run(c);
	if (f) {
		CHECK_FAULT(path, f, FAULT_LOCK_CONFLICT);
		CHECK_TRUE(path, l->blocked_by != NULL);
		return TEXT_NONE;
	}
	return l->granted.token;
}

static struct text take(struct town *t, const char *path, bool shared, bool infinite)
{
	return take_at(t, path, ME, shared, infinite, HOUSE_NOW);
}

static const struct fault *touch(struct town *t, const char *path, unsigned touches, int who,
				 const struct text *tokens, size_t count, const char **blocked_out)
{
	struct change *c = change_of(t);
	struct change_guard *g = arena_alloc(t->a, sizeof(*g));
	const struct fault *f;

	*g = (struct change_guard){
		.owner = t->alice,
		.path = text_from(path),
		.touches = touches,
		.collection = t->calendar,
		.collection_name = TEXT("calendar"),
		.user = user_of(t, who),
		.tokens = tokens,
		.token_count = count,
	};
	CHECK_WELL(path, change_guard(c, g));
	f = change_run(c);
	if (blocked_out)
		*blocked_out = g->blocked_by ? text_cstr(t->a, g->blocked_by->path) : NULL;
	return f;
}

static int64_t locks_at(struct town *t, int64_t now)
{
	struct lock *list;
	size_t count = 0;

	CHECK_WELL("list", lock_list(t->h.db, t->a, t->alice, now, &list, &count));
	return (int64_t)count;
}

/* ---- paths ------------------------------------------------------------------------------------
 */

static void test_scope(void)
{
	static const struct {
		const char *root, *path;
		bool infinite, covered, below;
	} rows[] = {
		{"work", "work", false, true, false},
		{"work", "work", true, true, false},
		{"work", "work/a.ics", false, false, true},
		{"work", "work/a.ics", true, true, true},
		{"work", "workshop", true, false, false},
		{"work", "work2/a.ics", true, false, false},
		{"work/a.ics", "work", true, false, false},
		{"work/a.ics", "work/a.icss", true, false, false},
		{"a", "a/b/c/d", true, true, true},
		{"a/b", "a/c", true, false, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lock l = {.path = text_from(rows[i].root), .infinite = rows[i].infinite};
		struct text path = text_from(rows[i].path);

		CHECK_INT(rows[i].path, lock_covers(&l, path), rows[i].covered);
		CHECK_INT(rows[i].path, path_is_below(path, l.path), rows[i].below);
	}
}

/* ---- taken
 * ---------------------------------------------------------------------------------------
 */

static void compatible(struct store_fixture *x)
{
	static const struct {
		const char *name, *held;
		bool held_shared, held_infinite;
		const char *wanted;
		bool shared, infinite, may;
	} rows[] = {
		{"exclusive on exclusive (§9.10.5)", "a", false, false, "a", false, false, false},
		{"shared on exclusive", "b", false, false, "b", true, false, false},
		{"exclusive on shared", "c", true, false, "c", false, false, false},
		{"shared on shared", "d", true, false, "d", true, false, true},
		{"a member of what is locked whole", "e", false, true, "e/x", false, false, false},
		{"a shared member of it", "f", true, true, "f/x", true, false, true},
		{"a member of a depth 0 lock (§7.4)", "g", false, false, "g/x", false, false, true},
		{"whole, with a locked member (§7.4)", "h/x", false, false, "h", false, true,
		 false},
		{"whole, shared, with a shared member", "i/x", true, false, "i", true, true, true},
		{"depth 0 above a locked member", "j/x", false, false, "j", false, false, true},
		{"a neighbour", "k/x", false, true, "k/y", false, true, true},
		{"a name that begins alike", "l", false, true, "l2", false, true, true},
		{"deep inside", "m", false, true, "m/a/b/c", false, false, false},
	};
	struct town t;

	town_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text token;

		take(&t, rows[i].held, rows[i].held_shared, rows[i].held_infinite);
		token = take(&t, rows[i].wanted, rows[i].shared, rows[i].infinite);
		CHECK_INT(rows[i].name, token.at != NULL, rows[i].may);
	}
	town_close(&t);
}

static void token_and_row(struct store_fixture *x)
{
	struct town t;
	struct lock *list;
	struct text one, two;
	size_t count = 0;

	town_open(&t, x);
	one = take(&t, "calendar/a.ics", true, false);
	two = take(&t, "calendar/a.ics", true, true);
	CHECK_TRUE("a URN", text_starts(one, TEXT("urn:uuid:")));
	CHECK_INT("as long as one", (int64_t)one.len, 45);
	CHECK_TRUE("version 4 (RFC 9562 §5.4)", one.at[23] == '4');
	CHECK_TRUE("never the same (§6.5)", !text_equal(one, two));
	CHECK_WELL("list", lock_list(t.h.db, t.a, t.alice, HOUSE_NOW, &list, &count));
	CHECK_INT("two", (int64_t)count, 2);
	for (size_t i = 0; i < count; i++) {
		CHECK_INT("infinite", list[i].infinite, text_equal(list[i].token, two));
		CHECK_INT("shared", list[i].shared, true);
		CHECK_INT("creator", list[i].creator, t.alice);
		CHECK_INT("expires", list[i].expires, HOUSE_NOW + 60);
		CHECK_TEXT("holder as it came (§9.10.1)", list[i].holder,
			   TEXT("<D:owner xmlns:D=\"DAV:\">me</D:owner>"));
	}
	town_close(&t);
}

static const struct fault *fill_tx(struct db *db, struct arena *a, void *ctx)
{
	const struct fault *f = NULL;

	for (int i = 0; !f && i < LOCKS_MAX; i++) {
		struct lock l = {
			.owner = *(int64_t *)ctx,
			.creator = *(int64_t *)ctx,
			.path = TEXT("calendar/a"),
			.token = text_from(arena_printf(a, "urn:x:%d", i)),
			.expires = HOUSE_NOW + (i > 0),
		};

		f = lock_add(db, a, &l);
	}
	return f;
}

/* The first one has expired just now, and makes room for one. */
static void too_many(struct store_fixture *x)
{
	struct town t;
	struct change *c;
	struct change_lock more = {.lock = {.path = TEXT("calendar/z"), .seconds = 60}};

	town_open(&t, x);
	CHECK_WELL("fill", store_fixture_tx(x, fill_tx, &t.alice));
	CHECK_TRUE("the last one", take(&t, "calendar/y", false, false).at != NULL);
	c = change_of(&t);
	more.lock.owner = more.lock.creator = t.alice;
	CHECK_WELL("one more", change_take_lock(c, &more));
	CHECK_FAULT("is too much", change_run(c), FAULT_STORE_FULL);
	c = change_of(&t);
	more.lock.creator = t.alice + 1;
	CHECK_WELL("somebody else's", change_take_lock(c, &more));
	CHECK_WELL("is the first", change_run(c));
	town_close(&t);
}

/* ---- respected ---------------------------------------------------------------------------------
 */

static void guarded(struct store_fixture *x)
{
	static const struct {
		const char *name, *path;
		unsigned touches;
		int who;
		const char *tokens; /* letters of locks whose tokens are submitted */
		const char *blocked;
	} rows[] = {
		/* x: calendar, depth 0. o: calendar/old.ics. w: work, infinite. s: shared/s.ics */
		{"a locked object (§7)", "calendar/old.ics", TOUCH_CONTENT, ME, "",
		 "calendar/old.ics"},
		{"with its token", "calendar/old.ics", TOUCH_CONTENT, ME, "o", NULL},
		{"with another token", "calendar/old.ics", TOUCH_CONTENT, ME, "x",
		 "calendar/old.ics"},
		{"with the token of somebody else (§6.4)", "calendar/old.ics", TOUCH_CONTENT, BOB,
		 "o", "calendar/old.ics"},
		{"an object in a depth 0 lock (§7.4)", "calendar/free.ics", TOUCH_CONTENT, ME, "",
		 NULL},
		{"a new name in one", "calendar/new.ics", TOUCH_CONTENT | TOUCH_NEW, ME, "",
		 "calendar"},
		{"with its token", "calendar/new.ics", TOUCH_CONTENT | TOUCH_NEW, ME, "x", NULL},
		{"a name that is there", "calendar/free.ics", TOUCH_CONTENT | TOUCH_NEW, ME, "",
		 NULL},
		{"... and goes", "calendar/free.ics", TOUCH_REMOVAL, ME, "", "calendar"},
		{"a locked one goes: both (§7.4)", "calendar/old.ics", TOUCH_REMOVAL, ME, "o",
		 "calendar"},
		{"... the other", "calendar/old.ics", TOUCH_REMOVAL, ME, "x", "calendar/old.ics"},
		{"properties of the calendar", "calendar", TOUCH_CONTENT, ME, "", "calendar"},
		{"the calendar whole: each below", "calendar", TOUCH_REMOVAL, ME, "x",
		 "calendar/old.ics"},
		{"a member of what is locked whole", "work/a.ics", TOUCH_CONTENT, ME, "", "work"},
		{"with the token of the collection (§7.5.2)", "work/a.ics",
		 TOUCH_CONTENT | TOUCH_NEW, ME, "w", NULL},
		{"a shared one", "shared/s.ics", TOUCH_CONTENT, ME, "", "shared/s.ics"},
		{"one of the shared tokens (§6.2)", "shared/s.ics", TOUCH_CONTENT, ME, "s", NULL},
		{"for him another one", "shared/s.ics", TOUCH_CONTENT, BOB, "s", "shared/s.ics"},
		{"his own", "shared/s.ics", TOUCH_CONTENT, BOB, "b", NULL},
		{"elsewhere", "other/a.ics", TOUCH_REMOVAL, ME, "", NULL},
		{"nothing is touched", "calendar/old.ics", 0, ME, "", NULL},
	};
	struct text tokens[5];
	struct town t;

	town_open(&t, x);
	CHECK_WELL("free",
		   run_put(&t, put_of(&t, "free.ics", house_event(t.a, "u1", EIGHT, NINE, ""))));
	tokens[0] = take(&t, "calendar", false, false);
	tokens[1] = take(&t, "calendar/old.ics", false, false);
	tokens[2] = take(&t, "work", false, true);
	tokens[3] = take(&t, "shared/s.ics", true, false);
	tokens[4] = take_at(&t, "shared/s.ics", BOB, true, false, HOUSE_NOW);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text sent[5];
		size_t count = 0;
		const char *blocked;
		const struct fault *f;

		for (const char *s = rows[i].tokens; *s; s++)
			sent[count++] = tokens[strchr("xowsb", *s) - "xowsb"];
		/* What would make locks vanish is only asked about. */
		f = touch(&t, rows[i].path, rows[i].touches & ~(unsigned)TOUCH_GOES, rows[i].who,
			  sent, count, &blocked);
		CHECK_STR(rows[i].name, blocked, rows[i].blocked);
		if (rows[i].blocked)
			CHECK_FAULT(rows[i].name, f, FAULT_LOCKED);
		else
			CHECK_WELL(rows[i].name, f);
	}
	town_close(&t);
}

static void vanish(struct store_fixture *x)
{
	struct text tokens[3];
	struct town t;

	town_open(&t, x);
	tokens[0] = take(&t, "work", false, false);
	tokens[1] = take(&t, "work/a.ics", false, false);
	tokens[2] = take(&t, "work/b.ics", false, false);
	take(&t, "work2", false, false);
	CHECK_WELL("the object goes", touch(&t, "work/a.ics", TOUCH_REMOVAL, ME, tokens, 2, NULL));
	CHECK_INT("its lock with it (§6.1)", locks_at(&t, HOUSE_NOW), 3);
	CHECK_WELL("the calendar goes", touch(&t, "work", TOUCH_REMOVAL, ME, tokens, 3, NULL));
	CHECK_INT("and all locks in it", locks_at(&t, HOUSE_NOW), 1);
	town_close(&t);
}

/* Bookings and imports go past locks; what they remove takes its locks along. */
static void other_origins(struct store_fixture *x)
{
	struct change_remove r = {.name = TEXT("a.ics")};
	struct change *c;
	struct town t;

	town_open(&t, x);
	CHECK_WELL("put",
		   run_put(&t, put_of(&t, "a.ics", house_event(t.a, "u1", EIGHT, NINE, ""))));
	take(&t, "calendar/a.ics", false, false);
	take(&t, "calendar", false, false);
	r.owner = t.alice;
	r.collection = t.calendar;
	c = change_open(&t.h.calendar, t.a, CHANGE_BOOKING, HOUSE_NOW);
	CHECK_WELL("remove", change_remove(c, &r));
	CHECK_WELL("goes past the locks", change_run(c));
	CHECK_INT("one has no root any more", locks_at(&t, HOUSE_NOW), 1);
	town_close(&t);
}

/* ---- refreshed, released, expired ---------------------------------------------------------------
 */

static void used(struct store_fixture *x)
{
	static const struct {
		const char *name, *path;
		bool refresh;
		int who;
		bool unknown, may_release;
		enum fault_code want; /* 0: well */
	} rows[] = {
		{"refreshed (§9.10.2)", "work", true, ME, false, false, 0},
		{"by a member", "work/a.ics", true, ME, false, false, 0},
		{"elsewhere", "work2", true, ME, false, false, FAULT_LOCK_NOT_REFRESHED},
		{"an unknown token", "work", true, ME, true, false, FAULT_LOCK_NOT_REFRESHED},
		{"by somebody else", "work", true, BOB, false, true, FAULT_LOCK_NOT_REFRESHED},
		{"released elsewhere (§9.11.1)", "work2", false, ME, false, true,
		 FAULT_LOCK_ELSEWHERE},
		{"above its root", "", false, ME, false, true, FAULT_LOCK_ELSEWHERE},
		{"an unknown token", "work", false, ME, true, true, FAULT_LOCK_ELSEWHERE},
		{"by somebody else (RFC 3744 §3.5)", "work", false, BOB, false, false,
		 FAULT_FORBIDDEN},
		{"by who may", "work", false, BOB, false, true, 0},
		{"once", "work", false, BOB, false, true, FAULT_LOCK_ELSEWHERE},
	};
	struct text token;
	struct town t;

	town_open(&t, x);
	token = take(&t, "work", false, true);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct change_lock_use u = {
			.owner = t.alice,
			.path = text_from(rows[i].path),
			.token = rows[i].unknown ? TEXT("urn:uuid:0") : token,
			.user = user_of(&t, rows[i].who),
			.seconds = 90,
			.may_release = rows[i].may_release,
		};
		struct change *c = change_of(&t);
		const struct fault *f;

		CHECK_WELL(rows[i].name, rows[i].refresh ? change_refresh_lock(c, &u)
							 : change_release_lock(c, &u));
		f = change_run(c);
		if (rows[i].want)
			CHECK_FAULT(rows[i].name, f, rows[i].want);
		else
			CHECK_WELL(rows[i].name, f);
		if (rows[i].refresh && !rows[i].want)
			CHECK_INT(rows[i].name, u.granted.expires, HOUSE_NOW + 90);
	}
	CHECK_INT("it is gone", locks_at(&t, HOUSE_NOW), 0);
	town_close(&t);
}

static void expired(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	take_at(&t, "work", ME, false, false, HOUSE_NOW - 60);
	CHECK_INT("no lock any more (§6.6)", locks_at(&t, HOUSE_NOW), 0);
	CHECK_INT("a second ago it was one", locks_at(&t, HOUSE_NOW - 1), 1);
	CHECK_WELL("it locks nothing", touch(&t, "work", TOUCH_CONTENT, ME, NULL, 0, NULL));
	CHECK_TRUE("it is in nobody's way", take(&t, "work", false, false).at != NULL);
	CHECK_INT("and dropped then", count_of(&t, "SELECT count(*) FROM write_lock"), 1);
	CHECK_WELL("too early", locks_expire(&t.h.calendar, t.a, HOUSE_NOW + 59));
	CHECK_INT("stays", count_of(&t, "SELECT count(*) FROM write_lock"), 1);
	CHECK_WELL("the chore", locks_expire(&t.h.calendar, t.a, HOUSE_NOW + 60));
	CHECK_INT("goes", count_of(&t, "SELECT count(*) FROM write_lock"), 0);
	town_close(&t);
}

/* ---- the table ----------------------------------------------------------------------------------
 */

STORE_CASE(compatible)

/* A lock is found by the path, and the change is made by the number: they are to be of one. */
static void renamed(struct store_fixture *x)
{
	struct change_tree tree = {.from = TEXT("calendar"), .to = TEXT("moved"), .is_move = true};
	struct change *c;
	struct town t;

	town_open(&t, x);
	tree.owner = t.alice;
	tree.collection = t.calendar;
	CHECK_WELL("as it was", touch(&t, "calendar/a.ics", TOUCH_CONTENT, ME, NULL, 0, NULL));
	c = change_of(&t);
	CHECK_WELL("moved", change_transfer_tree(c, &tree));
	CHECK_WELL("moved", change_run(c));
	CHECK_FAULT("under its old name",
		    touch(&t, "calendar/a.ics", TOUCH_CONTENT, ME, NULL, 0, NULL), FAULT_CONFLICT);
	CHECK_FAULT("even if nothing is touched", touch(&t, "calendar/a.ics", 0, ME, NULL, 0, NULL),
		    FAULT_CONFLICT);
	town_close(&t);
}
STORE_CASE(renamed)
STORE_CASE(token_and_row)
STORE_CASE(too_many)
STORE_CASE(guarded)
STORE_CASE(vanish)
STORE_CASE(other_origins)
STORE_CASE(used)
STORE_CASE(expired)

UNIT_SUITE("locks", {"scopes are told by paths", test_scope},
	   STORE_ROWS("which locks go together (RFC 4918 §9.10.5)", compatible),
	   STORE_ROWS("a collection that was moved meanwhile", renamed),
	   STORE_ROWS("a token and what is kept", token_and_row),
	   STORE_ROWS("a home has a bound of locks", too_many),
	   STORE_ROWS("what is guarded (RFC 4918 §7)", guarded),
	   STORE_ROWS("locks vanish with their root (RFC 4918 §6.1)", vanish),
	   STORE_ROWS("bookings go past locks", other_origins),
	   STORE_ROWS("refreshed and released (RFC 4918 §9.10.2, §9.11)", used),
	   STORE_ROWS("expired (RFC 4918 §6.6)", expired))

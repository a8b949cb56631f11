/*
 * test_rounds - which calendar elsewhere is read when, and who waits for it
 */
#include "unit.h"

#include <assert.h>
#include <pthread.h>
#include <unistd.h>

#include "elsewhere.h"

#include "base/clock.h"
#include "calendar/change_outside.h"
#include "federation/rounds.h"
#include "federation/watch.h"

/* Soon is less than the minute after which watches are looked at by the machine's own time. */
enum { SOON_MS = 40000, LOOK_MS = 10, ASKS = 20 };

/* Readings of an owner's calendars, and renewals of its watches, stop at a door while it is shut
 * for that owner. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t owner; /* 0: it is open */
	int inside, most;
	char passed[16]; /* of each that came: 'r' a reading, 'w' a renewal */
	size_t passed_count;
} door = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};

static struct provider behind_door;

static void pass_door(int64_t owner, char what)
{
	pthread_mutex_lock(&door.lock);
	if (door.passed_count < sizeof(door.passed))
		door.passed[door.passed_count++] = what;
	if (door.owner == owner) {
		door.inside++;
		door.most = door.inside > door.most ? door.inside : door.most;
		pthread_cond_broadcast(&door.moved);
		while (door.owner == owner)
			pthread_cond_wait(&door.moved, &door.lock);
		door.inside--;
	}
	pthread_mutex_unlock(&door.lock);
}

static enum call_end changes(struct visit *v, const struct outside_calendar *c, struct text next,
			     struct remote_page *out)
{
	pass_door(c->owner, 'r');
	return elsewhere_provider()->changes(v, c, next, out);
}

static enum call_end renew(struct visit *v, const struct outside_calendar *c,
			   struct remote_watch *w)
{
	pass_door(c->owner, 'w');
	return elsewhere_provider()->renew(v, c, w);
}

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return &behind_door;
}

static void door_shut(int64_t owner)
{
	pthread_mutex_lock(&door.lock);
	door.owner = owner;
	door.most = 0;
	door.passed_count = 0;
	pthread_cond_broadcast(&door.moved);
	pthread_mutex_unlock(&door.lock);
}

static void door_wait(int inside)
{
	pthread_mutex_lock(&door.lock);
	while (door.inside < inside)
		pthread_cond_wait(&door.moved, &door.lock);
	pthread_mutex_unlock(&door.lock);
}

static int door_most(void)
{
	int most;

	pthread_mutex_lock(&door.lock);
	most = door.most;
	pthread_mutex_unlock(&door.lock);
	return most;
}

static struct text door_passed(void)
{
	size_t count;

	pthread_mutex_lock(&door.lock);
	count = door.passed_count;
	pthread_mutex_unlock(&door.lock);
	return text_of(door.passed, count);
}

/* A house with alice's account. */
static void open_house(struct elsewhere *e, struct store_fixture *x)
{
	elsewhere_open(e, x);
	behind_door = *elsewhere_provider();
	behind_door.changes = changes;
}

static void start(struct elsewhere *e, int threads)
{
	e->fed.rounds = rounds_create(&e->fed);
	CHECK_TRUE("started", rounds_start(e->fed.rounds, threads));
}

/* Another account, with calendars that are due one after the other. */
static int64_t connect_more(struct elsewhere *e, int64_t owner, const char *name, size_t count,
			    int64_t due_at)
{
	struct outside_calendar list[8] = {0};
	struct change_connection x = {
		.connection = {.owner = owner,
			       .provider = PROVIDER_GOOGLE,
			       .account = text_from(name),
			       .subject = text_from(name),
			       .created = HOUSE_NOW},
		.is_new = true,
		.calendars = list,
		.calendar_count = count,
	};
	struct change *c = change_open(&e->h.calendar, e->a, CHANGE_CLIENT, HOUSE_NOW);

	assert(count <= ARRAY_LEN(list));
	x.connection.id = secret_id_make(e->a, &e->h.calendar.key, x.connection.owner);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct outside_calendar){
			.remote = text_from(arena_printf(e->a, "c%d", (int)i)),
			.title = text_from(name),
			.counts = true,
			.due_at = due_at + (int64_t)i,
		};
	CHECK_WELL("connect", change_run_unless(c, change_connect(c, &x)));
	return x.connection.owner;
}

/* When the one that was read longest ago was. */
static int64_t read_at(struct elsewhere *e, int64_t owner)
{
	struct outside_calendar *list;
	size_t count;
	int64_t at = INT64_MAX;

	CHECK_WELL("list", outside_calendar_list(e->h.db, e->a, owner, TEXT_NONE, &list, &count));
	for (size_t i = 0; i < count; i++)
		at = min64(at, list[i].lease_until == 0 ? list[i].synced_at : 0);
	return at;
}

static int64_t ns_from_now(int ms)
{
	return clock_monotonic_ns() + (int64_t)ms * 1000000;
}

/* Until it is so, or much too long. */
static bool comes_true(bool (*is)(struct elsewhere *e), struct elsewhere *e)
{
	int64_t until = ns_from_now(SOON_MS);

	while (!is(e)) {
		if (clock_monotonic_ns() > until)
			return false;
		usleep(LOOK_MS * 1000);
	}
	return true;
}

/* Calls elsewhere are not answered before the test says so. */
struct gate {
	atomic_bool is_reached, is_open;
};

static void pass_gate(void *ctx, int call)
{
	struct gate *g = ctx;

	(void)call;
	atomic_store(&g->is_reached, true);
	for (int64_t until = ns_from_now(SOON_MS);
	     !atomic_load(&g->is_open) && clock_monotonic_ns() < until;)
		usleep(LOOK_MS * 1000);
}

static bool is_read(struct elsewhere *e)
{
	return elsewhere_row(e).synced_at > 0 && elsewhere_row(e).lease_until == 0;
}

static bool has_both(struct elsewhere *e)
{
	return elsewhere_objects(e) == 2;
}

static void due(struct store_fixture *x)
{
	struct elsewhere e;

	open_house(&e, x);
	elsewhere_put("a", "a", OUTSIDE_SINGLE, ELSEWHERE_NINE);
	start(&e, 2);
	CHECK_TRUE("what is due is read", comes_true(is_read, &e));
	CHECK_INT("once", elsewhere_calls(), 1);
	elsewhere_put("b", "b", OUTSIDE_SINGLE, ELSEWHERE_NINE);
	rounds_wake(e.fed.rounds);
	usleep(200 * 1000);
	CHECK_INT("what is not due is not", elsewhere_calls(), 0);
	elsewhere_clock(&e, elsewhere_row(&e).due_at);
	CHECK_TRUE("when its time comes, it is", comes_true(has_both, &e));
	rounds_stop(e.fed.rounds);
	CHECK_INT("no lease is left", elsewhere_row(&e).lease_until, 0);
	elsewhere_close(&e);
}
STORE_CASE(due)

/* One whose provider tells. */
static void open_watched(struct elsewhere *e, struct store_fixture *x)
{
	open_house(e, x);
	elsewhere_kind(PROVIDER_OUTLOOK, true);
	behind_door = *elsewhere_provider();
	behind_door.changes = changes;
	e->fed.hears = true;
}

static bool is_renewed(struct elsewhere *e)
{
	(void)e;
	return elsewhere_watched().renewed > 0;
}

/* By its own time, which may leap: nobody has to wake who looks. */
static void renewed(struct store_fixture *x)
{
	struct outside_calendar c;
	struct elsewhere e;

	open_watched(&e, x);
	CHECK_INT("read", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("watched", elsewhere_watched().made, 1);
	start(&e, 2);
	usleep(300 * 1000);
	CHECK_INT("not before its time", elsewhere_watched().renewed, 0);
	elsewhere_clock(&e, HOUSE_NOW + 5 * 86400);
	CHECK_TRUE("when it ends soon, it is renewed", comes_true(is_renewed, &e));
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(renewed)

/* ---- those who wait ----------------------------------------------------------------------------
 */

struct waited {
	atomic_int told;
	int64_t at_ns;
};

static void note_told(void *ctx)
{
	struct waited *w = ctx;

	w->at_ns = clock_monotonic_ns();
	atomic_fetch_add(&w->told, 1);
}

static bool wait_for(struct waited *w, int count)
{
	int64_t until = ns_from_now(SOON_MS);

	while (atomic_load(&w->told) < count && clock_monotonic_ns() < until)
		usleep(LOOK_MS * 1000);
	return atomic_load(&w->told) == count;
}

/* Read a while ago, and not due for long. */
static void read_before(struct elsewhere *e)
{
	struct outside_calendar c;

	CHECK_INT("read", elsewhere_read(e, &c), CALL_OK);
	elsewhere_clock(e, c.synced_at + 300);
	elsewhere_calls();
	start(e, 2);
}

static void many_ask(struct store_fixture *x)
{
	struct waited w = {.told = 0};
	struct elsewhere e;

	open_house(&e, x);
	read_before(&e);
	door_shut(e.owner);
	for (int i = 0; i < ASKS; i++)
		rounds_ask(e.fed.rounds, &e.owner, 1, 60, ns_from_now(SOON_MS), note_told, &w);
	door_wait(1);
	door_shut(0);
	CHECK_TRUE("all are told", wait_for(&w, ASKS));
	CHECK_INT("of one reading", elsewhere_calls(), 1);
	rounds_ask(e.fed.rounds, &e.owner, 1, 3600, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("young enough", wait_for(&w, ASKS + 1));
	CHECK_INT("is not read", elsewhere_calls(), 0);
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("always", wait_for(&w, ASKS + 2));
	CHECK_INT("is read", elsewhere_calls(), 1);
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(many_ask)

static void deadline(struct store_fixture *x)
{
	struct waited w = {.told = 0};
	struct gate g = {.is_open = false};
	struct elsewhere e;
	int64_t until, synced_at;

	open_house(&e, x);
	read_before(&e);
	synced_at = elsewhere_row(&e).synced_at;
	elsewhere_during(pass_gate, &g);
	until = ns_from_now(100);
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, until, note_told, &w);
	CHECK_TRUE("told", wait_for(&w, 1));
	CHECK_TRUE("not before its time", w.at_ns >= until);
	CHECK_INT("while the provider is silent", elsewhere_row(&e).synced_at, synced_at);
	atomic_store(&g.is_open, true);
	rounds_stop(e.fed.rounds);
	CHECK_INT("once", atomic_load(&w.told), 1);
	elsewhere_close(&e);
}
STORE_CASE(deadline)

static void several_owners(struct store_fixture *x)
{
	struct waited w = {.told = 0};
	struct elsewhere e;
	int64_t owners[2];

	open_house(&e, x);
	read_before(&e);
	owners[0] = house_user(&e.h, "bob");
	owners[1] = e.owner;
	rounds_ask(e.fed.rounds, owners, 2, 0, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("one has nothing elsewhere", wait_for(&w, 1));
	CHECK_INT("the other was read", elsewhere_calls(), 1);
	rounds_ask(e.fed.rounds, owners, 0, 0, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("nobody", wait_for(&w, 2));
	rounds_ask(NULL, owners, 2, 0, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("no rounds", wait_for(&w, 3));
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(several_owners)

/* Another process reads it, for longer than anybody waits; or its account is to be connected anew.
 */
static void not_ours_to_read(struct store_fixture *x)
{
	static const struct sql held = {
		"UPDATE outside_calendar SET lease = lease + 1, lease_until = 9000000000"};
	static const struct sql none = {"UPDATE outside_calendar SET lease_until = 0"};
	static const struct sql consent = {"UPDATE connection SET state = 2"};
	struct waited w = {.told = 0};
	struct elsewhere e;

	open_house(&e, x);
	read_before(&e);
	CHECK_WELL("held", store_fixture_sql(x, &held));
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(200), note_told, &w);
	CHECK_TRUE("told in time", wait_for(&w, 1));
	CHECK_WELL("let go", store_fixture_sql(x, &none));
	CHECK_WELL("no consent", store_fixture_sql(x, &consent));
	/* Told by the clock alone it would be too late. */
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(10 * SOON_MS), note_told, &w);
	CHECK_TRUE("at once", wait_for(&w, 2));
	CHECK_INT("neither is read", elsewhere_calls(), 0);
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(not_ours_to_read)

/* Another reads it when somebody asks, and has begun before that: it is read after all. */
static void read_after_another(struct store_fixture *x)
{
	static const struct sql held = {
		"UPDATE outside_calendar SET lease = lease + 1, lease_until = 9000000000"};
	static const struct sql none = {"UPDATE outside_calendar SET lease_until = 0"};
	struct waited w = {.told = 0};
	struct elsewhere e;

	open_house(&e, x);
	read_before(&e);
	CHECK_WELL("held", store_fixture_sql(x, &held));
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(SOON_MS), note_told, &w);
	/* Some looks long; were it none, it would be read all the same. */
	usleep(150 * 1000);
	CHECK_WELL("let go", store_fixture_sql(x, &none));
	CHECK_TRUE("told", wait_for(&w, 1));
	CHECK_INT("read", elsewhere_calls(), 1);
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(read_after_another)

/* ---- many owners -------------------------------------------------------------------------------
 */

static int64_t bob;

static bool bob_is_read(struct elsewhere *e)
{
	return read_at(e, bob) > 0;
}

static bool all_are_read(struct elsewhere *e)
{
	elsewhere_clock(e, clock_now() + 1);
	return read_at(e, e->owner) > 0;
}

/* Whose provider takes its time holds some of the threads, and others are read. */
static void slow_owner(struct store_fixture *x)
{
	struct elsewhere e;

	open_house(&e, x);
	(void)connect_more(&e, e.owner, "more", 8, HOUSE_NOW - 100);
	bob = connect_more(&e, house_user(&e.h, "bob"), "bob", 1, HOUSE_NOW);
	door_shut(e.owner);
	start(&e, 4);
	door_wait(2);
	CHECK_TRUE("another is read", comes_true(bob_is_read, &e));
	CHECK_INT("by the half that is left", door_most(), 2);
	door_shut(0);
	CHECK_TRUE("and then all are", comes_true(all_are_read, &e));
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(slow_owner)

/* Who asks again and again is served by one thread. */
static void asks_again(struct store_fixture *x)
{
	struct waited mine = {.told = 0}, other = {.told = 0};
	struct elsewhere e;

	open_house(&e, x);
	read_before(&e);
	bob = connect_more(&e, house_user(&e.h, "bob"), "bob", 1, INT64_MAX / 2);
	door_shut(e.owner);
	for (int i = 0; i < 6; i++) {
		rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(SOON_MS), note_told, &mine);
		door_wait(1);
		usleep(LOOK_MS * 1000);
	}
	rounds_ask(e.fed.rounds, &bob, 1, 0, ns_from_now(SOON_MS), note_told, &other);
	CHECK_TRUE("another has its turn", wait_for(&other, 1));
	CHECK_TRUE("and is read", bob_is_read(&e));
	door_shut(0);
	CHECK_TRUE("all are told", wait_for(&mine, 6));
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(asks_again)

/* What waits behind a slow one is read at once for who asks, and not at all if another did. */
static void waits_in_batch(struct store_fixture *x)
{
	static const struct sql taken = {
		"UPDATE outside_calendar SET lease = lease + 1, lease_until = 9000000000 "
		"WHERE title = 'carol'"};
	struct waited w = {.told = 0};
	struct elsewhere e;
	int64_t now;

	open_house(&e, x);
	/* Of the tests before, the clock does not go back. */
	now = clock_now();
	(void)connect_more(&e, house_user(&e.h, "carol"), "carol", 1, now + 1);
	bob = connect_more(&e, house_user(&e.h, "bob"), "bob", 1, now + 2);
	elsewhere_clock(&e, now + 3);
	door_shut(e.owner);
	start(&e, 1);
	door_wait(1);
	rounds_ask(e.fed.rounds, &bob, 1, 0, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("told", wait_for(&w, 1));
	CHECK_TRUE("read", bob_is_read(&e));
	CHECK_INT("once", elsewhere_calls(), 1);
	CHECK_WELL("another takes it", store_fixture_sql(x, &taken));
	elsewhere_clock(&e, now + 200);
	bob = connect_more(&e, house_user(&e.h, "dave"), "dave", 1, now + 100);
	door_shut(0);
	rounds_wake(e.fed.rounds);
	CHECK_TRUE("the next one is read", comes_true(bob_is_read, &e));
	CHECK_INT("the one between is not", elsewhere_calls(), 2);
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(waits_in_batch)

static void renew_at(struct elsewhere *e, int64_t now)
{
	elsewhere_clock(e, now);
	(void)elsewhere_renew(e, now);
}

/* What nobody tells of is asked to be told before the day is over. */
static void watched_later(struct store_fixture *x)
{
	static const struct sql over = {"UPDATE outside_watch SET expires_at = 1, renew_at = 1"};
	struct outside_calendar c;
	struct outside_watch *list;
	struct elsewhere e;
	size_t count;

	open_watched(&e, x);
	CHECK_INT("read, and watched", elsewhere_read(&e, &c), CALL_OK);
	CHECK_WELL("it is over", store_fixture_sql(x, &over));
	elsewhere_watch_ends(CALL_LATER);
	renew_at(&e, HOUSE_NOW + 60);
	renew_at(&e, HOUSE_NOW + 660);
	CHECK_INT("it cannot be made yet", elsewhere_watched().made, 1);
	elsewhere_watch_ends(CALL_OK);
	renew_at(&e, HOUSE_NOW + 1259);
	CHECK_INT("some minutes later", elsewhere_watched().made, 1);
	renew_at(&e, HOUSE_NOW + 1260);
	CHECK_INT("it is", elsewhere_watched().made, 2);
	CHECK_WELL("it is over", store_fixture_sql(x, &over));
	elsewhere_watch_ends(CALL_REFUSED);
	renew_at(&e, HOUSE_NOW + 2000);
	CHECK_WELL("list", outside_watch_list(e.h.db, e.a, e.owner, e.connection, e.calendar, &list,
					      &count));
	CHECK_INT("what is refused is not tried again", (int64_t)count, 0);
	elsewhere_close(&e);
}
STORE_CASE(watched_later)

/* Watches are renewed however much is to be read. */
static void watches_first(struct store_fixture *x)
{
	static const struct sql due = {"UPDATE outside_watch SET renew_at = 1"};
	struct outside_calendar c;
	struct elsewhere e;

	open_watched(&e, x);
	CHECK_INT("read, and watched", elsewhere_read(&e, &c), CALL_OK);
	CHECK_WELL("to be renewed", store_fixture_sql(x, &due));
	elsewhere_clock(&e, c.due_at);
	door_shut(e.owner);
	start(&e, 1);
	CHECK_TRUE("renewed", comes_true(is_renewed, &e));
	door_shut(0);
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(watches_first)

/* Of two that are due together for one calendar, the one that lives longer is kept. */
static void watched_twice(struct store_fixture *x)
{
	static const struct sql another = {
		"INSERT INTO outside_watch SELECT owner, 'w2', calendar, connection, 'r', '',"
		" expires_at - 3600, 1 FROM outside_watch"};
	static const struct sql due = {"UPDATE outside_watch SET renew_at = 1"};
	struct outside_calendar c;
	struct elsewhere e;

	open_watched(&e, x);
	CHECK_INT("read, and watched", elsewhere_read(&e, &c), CALL_OK);
	CHECK_WELL("another", store_fixture_sql(x, &another));
	CHECK_WELL("both are due", store_fixture_sql(x, &due));
	CHECK_INT("taken together", elsewhere_renew(&e, clock_now()), 2);
	CHECK_INT("one is renewed", elsewhere_watched().renewed, 1);
	CHECK_INT("one is taken back", elsewhere_watched().stopped, 1);
	elsewhere_close(&e);
}
STORE_CASE(watched_twice)

static bool all_are_renewed(struct elsewhere *e)
{
	(void)e;
	return elsewhere_watched().renewed == 9;
}

/* Half of the threads renew, each watch once, and the other half goes on reading. */
static void watches_shared(struct store_fixture *x)
{
	static const struct sql due = {
		"INSERT INTO outside_watch SELECT owner, 'w' || id, id, connection, 'r', '',"
		" 9000000000, 1 FROM outside_calendar"};
	static const struct sql late = {"UPDATE outside_calendar SET due_at = 9000000000"};
	struct outside_watch *list;
	struct elsewhere e;
	size_t count;

	open_watched(&e, x);
	behind_door.renew = renew;
	(void)connect_more(&e, e.owner, "more", 8, INT64_MAX / 2);
	CHECK_WELL("to be renewed", store_fixture_sql(x, &due));
	CHECK_WELL("not to be read", store_fixture_sql(x, &late));
	bob = connect_more(&e, house_user(&e.h, "bob"), "bob", 1, HOUSE_NOW);
	door_shut(e.owner);
	start(&e, 4);
	door_wait(2);
	/* Whoever looks after that is another server, say. */
	CHECK_WELL("take", watch_take_due(&e.fed, e.a, clock_now(), 60, 50, &list, &count));
	CHECK_INT("the one that was not taken yet", (int64_t)count, 1);
	CHECK_TRUE("meanwhile another is read", comes_true(bob_is_read, &e));
	CHECK_INT("by the half that is left", door_most(), 2);
	door_shut(0);
	CHECK_WELL("renewal", watch_renew(&e.fed, &list[0], clock_now()));
	CHECK_TRUE("and then all are renewed", comes_true(all_are_renewed, &e));
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(watches_shared)

static bool six_have_passed(struct elsewhere *e)
{
	(void)e;
	return door_passed().len >= 6;
}

/* While there is more and more to be read, watches are renewed all the same, by turns. */
static void by_turns(struct store_fixture *x)
{
	static const struct sql due = {
		"INSERT INTO outside_watch SELECT owner, 'w' || id, id, connection, 'r', '',"
		" 9000000000, 1 FROM outside_calendar"};
	static const struct sql late = {"UPDATE outside_calendar SET due_at = 9000000000"};
	struct elsewhere e;

	open_watched(&e, x);
	behind_door.renew = renew;
	(void)connect_more(&e, e.owner, "more", 2, INT64_MAX / 2);
	CHECK_WELL("three are to be renewed", store_fixture_sql(x, &due));
	CHECK_WELL("and not to be read", store_fixture_sql(x, &late));
	(void)connect_more(&e, house_user(&e.h, "bob"), "bob", 3, HOUSE_NOW - 10);
	door_shut(0);
	start(&e, 1);
	CHECK_TRUE("all are done", comes_true(six_have_passed, &e));
	CHECK_TEXT("by turns", door_passed(), TEXT("wrwrwr"));
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(by_turns)

/* The end comes while it is read, and others wait. */
static void stopped(struct store_fixture *x)
{
	struct waited w = {.told = 0};
	struct gate g = {.is_open = false};
	struct elsewhere e;
	char remote[16];

	open_house(&e, x);
	elsewhere_reset(1);
	for (int i = 0; i < 50; i++) {
		snprintf(remote, sizeof(remote), "a%d", i);
		elsewhere_put(remote, remote, OUTSIDE_SINGLE, ELSEWHERE_NINE);
	}
	elsewhere_during(pass_gate, &g);
	start(&e, 1);
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(SOON_MS), note_told, &w);
	for (int64_t until = ns_from_now(SOON_MS);
	     !atomic_load(&g.is_reached) && clock_monotonic_ns() < until;)
		usleep(LOOK_MS * 1000);
	atomic_store(&e.h.calendar.stopping, true);
	atomic_store(&g.is_open, true);
	rounds_stop(e.fed.rounds);
	CHECK_INT("who waits is told", atomic_load(&w.told), 1);
	CHECK_INT("not all was read", elsewhere_calls(), 1);
	CHECK_INT("that is no failure", elsewhere_row(&e).failures, 0);
	CHECK_TRUE("and goes on at once", elsewhere_row(&e).due_at <= clock_now());
	atomic_store(&e.h.calendar.stopping, false);
	elsewhere_close(&e);
}
STORE_CASE(stopped)

UNIT_SUITE("rounds", STORE_ROWS("what is due", due), STORE_ROWS("a watch that ends soon", renewed),
	   STORE_ROWS("a watch that cannot be made yet", watched_later),
	   STORE_ROWS("many ask for one owner", many_ask), STORE_ROWS("a deadline holds", deadline),
	   STORE_ROWS("several owners at once", several_owners),
	   STORE_ROWS("what another reads, or nobody may", not_ours_to_read),
	   STORE_ROWS("what another has read before", read_after_another),
	   STORE_ROWS("an owner whose provider is slow", slow_owner),
	   STORE_ROWS("an owner who asks again and again", asks_again),
	   STORE_ROWS("what waits in a batch", waits_in_batch),
	   STORE_ROWS("watches before what is due", watches_first),
	   STORE_ROWS("two watches of one calendar", watched_twice),
	   STORE_ROWS("watches by half of the threads", watches_shared),
	   STORE_ROWS("watches and readings by turns", by_turns),
	   STORE_ROWS("an end amid a reading", stopped))

/*
 * test_rounds - which calendar elsewhere is read when, and who waits for it
 */
#include "unit.h"

#include <pthread.h>
#include <unistd.h>

#include "elsewhere.h"

#include "base/clock.h"
#include "federation/rounds.h"

/* Soon is less than the minute after which watches are looked at by the machine's own time. */
enum { SOON_MS = 40000, LOOK_MS = 10, ASKS = 20 };

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
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

	elsewhere_open(&e, x);
	elsewhere_put("a", "a", OUTSIDE_SINGLE, ELSEWHERE_NINE);
	e.fed.rounds = rounds_create(&e.fed);
	CHECK_TRUE("started", rounds_start(e.fed.rounds, 2));
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

	elsewhere_open(&e, x);
	elsewhere_kind(PROVIDER_OUTLOOK, true);
	e.fed.hears = true;
	CHECK_INT("read", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("watched", elsewhere_watched().made, 1);
	e.fed.rounds = rounds_create(&e.fed);
	CHECK_TRUE("started", rounds_start(e.fed.rounds, 2));
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
	e->fed.rounds = rounds_create(&e->fed);
	CHECK_TRUE("started", rounds_start(e->fed.rounds, 2));
}

static void many_ask(struct store_fixture *x)
{
	struct waited w = {.told = 0};
	struct elsewhere e;

	elsewhere_open(&e, x);
	read_before(&e);
	elsewhere_slow(100);
	for (int i = 0; i < ASKS; i++)
		rounds_ask(e.fed.rounds, &e.owner, 1, 60, ns_from_now(SOON_MS), note_told, &w);
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

	elsewhere_open(&e, x);
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

	elsewhere_open(&e, x);
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

	elsewhere_open(&e, x);
	read_before(&e);
	CHECK_WELL("held", store_fixture_sql(x, &held));
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(200), note_told, &w);
	CHECK_TRUE("told in time", wait_for(&w, 1));
	CHECK_WELL("let go", store_fixture_sql(x, &none));
	CHECK_WELL("no consent", store_fixture_sql(x, &consent));
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(SOON_MS), note_told, &w);
	CHECK_TRUE("at once", wait_for(&w, 2));
	CHECK_INT("neither is read", elsewhere_calls(), 0);
	rounds_stop(e.fed.rounds);
	elsewhere_close(&e);
}
STORE_CASE(not_ours_to_read)

/* The end comes while it is read, and others wait. */
static void stopped(struct store_fixture *x)
{
	struct waited w = {.told = 0};
	struct gate g = {.is_open = false};
	struct elsewhere e;
	char remote[16];

	elsewhere_open(&e, x);
	elsewhere_reset(1);
	for (int i = 0; i < 50; i++) {
		snprintf(remote, sizeof(remote), "a%d", i);
		elsewhere_put(remote, remote, OUTSIDE_SINGLE, ELSEWHERE_NINE);
	}
	elsewhere_during(pass_gate, &g);
	e.fed.rounds = rounds_create(&e.fed);
	CHECK_TRUE("started", rounds_start(e.fed.rounds, 1));
	rounds_ask(e.fed.rounds, &e.owner, 1, 0, ns_from_now(SOON_MS), note_told, &w);
	for (int64_t until = ns_from_now(SOON_MS);
	     !atomic_load(&g.is_reached) && clock_monotonic_ns() < until;)
		usleep(LOOK_MS * 1000);
	atomic_store(&e.h.calendar.stopping, true);
	atomic_store(&g.is_open, true);
	rounds_stop(e.fed.rounds);
	CHECK_INT("who waits is told", atomic_load(&w.told), 1);
	CHECK_TRUE("not all was read", elsewhere_calls() < 50);
	CHECK_INT("that is no failure", elsewhere_row(&e).failures, 0);
	CHECK_TRUE("and goes on at once", elsewhere_row(&e).due_at <= HOUSE_NOW + 3 * 3600);
	atomic_store(&e.h.calendar.stopping, false);
	elsewhere_close(&e);
}
STORE_CASE(stopped)

UNIT_SUITE("rounds", STORE_ROWS("what is due", due), STORE_ROWS("a watch that ends soon", renewed),
	   STORE_ROWS("many ask for one owner", many_ask), STORE_ROWS("a deadline holds", deadline),
	   STORE_ROWS("several owners at once", several_owners),
	   STORE_ROWS("what another reads, or nobody may", not_ours_to_read),
	   STORE_ROWS("an end amid a reading", stopped))

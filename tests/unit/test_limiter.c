/* limiter: so many an hour, in bounded memory (decisions 25) */
#include "api/limiter.h"
#include "base/arena.h"
#include "unit.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static struct limiter *limiter_of(int64_t per_hour)
{
	const struct limit_caps caps = {.per_hour = {[LIMIT_INVITEE] = per_hour,
						     [LIMIT_SOURCE] = 2,
						     [LIMIT_HOST] = 1000,
						     [LIMIT_HOLDS] = 1000,
						     [LIMIT_QUESTIONS] = 1000}};

	return limiter_create(&caps);
}

/* How many of `tries` at this time are let through. */
static int take(struct limiter *l, enum limit_kind kind, const char *key, int64_t now, int tries)
{
	int64_t wait_ms;
	int taken = 0;

	for (int i = 0; i < tries; i++)
		taken += limiter_take(l, kind, text_from(key), now, &wait_ms);
	return taken;
}

static void test_burst_and_refill(void)
{
	static const struct {
		const char *name;
		int64_t now;
		int tries, taken;
	} rows[] = {
		{"all at once", 5 * HOUR, 20, 10},
		{"no time has passed", 5 * HOUR, 3, 0},
		{"a moment too early", 5 * HOUR + 6 * MINUTE - 1, 1, 0},
		{"a tenth of an hour later", 5 * HOUR + 6 * MINUTE, 3, 1},
		{"two more tenths", 5 * HOUR + 18 * MINUTE, 5, 2},
		{"much later it is as new", 9 * HOUR, 20, 10},
	};
	struct limiter *l = limiter_of(10);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name,
			  take(l, LIMIT_INVITEE, "ivy@example.net", rows[i].now, rows[i].tries),
			  rows[i].taken);
	limiter_destroy(l);
}

static void test_apart(void)
{
	struct limiter *l = limiter_of(1);

	CHECK_INT("one address", take(l, LIMIT_INVITEE, "a@example.net", HOUR, 2), 1);
	CHECK_INT("another address", take(l, LIMIT_INVITEE, "b@example.net", HOUR, 2), 1);
	CHECK_INT("the same text as a source", take(l, LIMIT_SOURCE, "a@example.net", HOUR, 3), 2);
	limiter_destroy(l);
}

static void test_wait(void)
{
	struct limiter *l = limiter_of(10);
	int64_t wait_ms = -1;

	CHECK_INT("ten", take(l, LIMIT_INVITEE, "a", HOUR, 10), 10);
	CHECK_TRUE("one too many", !limiter_take(l, LIMIT_INVITEE, TEXT("a"), HOUR, &wait_ms));
	CHECK_INT("how long", wait_ms, 6 * MINUTE);
	CHECK_TRUE("then it may",
		   limiter_take(l, LIMIT_INVITEE, TEXT("a"), HOUR + wait_ms, &wait_ms));
	CHECK_INT("no wait", wait_ms, 0);
	limiter_destroy(l);
}

static void test_give_back(void)
{
	struct limiter *l = limiter_of(10);

	CHECK_INT("ten", take(l, LIMIT_INVITEE, "a", HOUR, 10), 10);
	limiter_give_back(l, LIMIT_INVITEE, TEXT("a"));
	CHECK_INT("one came back", take(l, LIMIT_INVITEE, "a", HOUR, 3), 1);
	limiter_give_back(l, LIMIT_INVITEE, TEXT("never seen"));
	CHECK_INT("nothing came of that", take(l, LIMIT_INVITEE, "never seen", HOUR, 20), 10);
	limiter_destroy(l);
}

/* A flood of other keys drops those that owe least first: who is at the cap stays there. */
static void test_flood(void)
{
	struct limiter *l = limiter_of(10);
	struct arena *a = arena_create(64 << 20);

	CHECK_INT("ten", take(l, LIMIT_INVITEE, "a", HOUR, 10), 10);
	for (int i = 0; i < 200000; i++)
		take(l, LIMIT_INVITEE, arena_printf(a, "%d", i), HOUR, 1);
	CHECK_INT("still at the cap", take(l, LIMIT_INVITEE, "a", HOUR, 1), 0);
	limiter_destroy(l);
	arena_destroy(a);
}

UNIT_SUITE("limiter", {"a burst, then one at a time", test_burst_and_refill},
	   {"keys and kinds are apart", test_apart}, {"how long to wait", test_wait},
	   {"what did not happen comes back", test_give_back},
	   {"a flood of keys frees nobody", test_flood})

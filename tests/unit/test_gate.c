/* gate: budgets, places, slowed accounts and breakers, by a clock of the test's own */
#include "federation/gate_priv.h"

#include <pthread.h>

#include "base/secret.h"
#include "unit.h"

#define SECOND INT64_C(1000000000)

static int64_t clock_ns = 1000 * SECOND;

static int64_t by_hand(void)
{
	return clock_ns;
}

static const struct gate_visitor google = {PROVIDER_GOOGLE, 7, TEXT_INIT("abc"), {NULL, 0}};

static struct gate *begin(void)
{
	struct gate *g = gate_create_by(by_hand);
	struct arena *a = arena_create(1 << 16);

	CHECK_WELL("randomness", secret_init(a));
	arena_destroy(a);
	return g;
}

static enum gate_word enter(struct gate *g, const struct gate_visitor *who)
{
	int64_t retry_ns;

	return gate_enter(g, who, clock_ns, &retry_ns);
}

/* How many pass at this instant, each leaving at once. */
static int pass(struct gate *g, const struct gate_visitor *who, int tries)
{
	int passed = 0;

	while (tries-- && enter(g, who) == GATE_OPEN) {
		gate_leave(g, who, GATE_WELL, 0);
		passed++;
	}
	return passed;
}

/* In no window are there more than the limit, however one asks. */
static void test_budget(void)
{
	static const struct {
		const char *name;
		struct gate_visitor who;
		int limit, window_s;
	} rows[] = {
		{"Google, a user", {PROVIDER_GOOGLE, 1, TEXT_INIT("a"), {NULL, 0}}, 600, 60},
		{"Graph, a mailbox", {PROVIDER_OUTLOOK, 1, TEXT_INIT("a"), {NULL, 0}}, 10000, 600},
		{"CalDAV", {PROVIDER_CALDAV, 1, TEXT_INIT("a"), TEXT_INIT("h")}, 1200, 60},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gate *g = begin();
		int passed = 0;

		CHECK_INT(rows[i].name, pass(g, &rows[i].who, rows[i].limit), rows[i].limit / 5);
		for (int s = 1; s <= rows[i].window_s; s++) {
			clock_ns += SECOND;
			passed += pass(g, &rows[i].who, rows[i].limit);
		}
		CHECK_INT(rows[i].name, passed, rows[i].limit * 4 / 5);
		clock_ns += rows[i].window_s * SECOND;
		CHECK_INT(rows[i].name, pass(g, &rows[i].who, rows[i].limit), rows[i].limit / 5);
		gate_destroy(g);
	}
}

static void test_retry(void)
{
	struct gate *g = begin();
	int64_t retry_ns = 0;

	pass(g, &google, 600);
	CHECK_INT("full", gate_enter(g, &google, clock_ns, &retry_ns), GATE_FULL);
	CHECK_INT("in an eighth of a second", retry_ns - clock_ns, SECOND / 8);
	clock_ns = retry_ns - 1;
	CHECK_INT("not before", enter(g, &google), GATE_FULL);
	clock_ns = retry_ns;
	CHECK_INT("but then", enter(g, &google), GATE_OPEN);
	gate_leave(g, &google, GATE_WELL, 0);
	gate_destroy(g);
}

static void test_application(void)
{
	struct gate *g = begin();
	struct gate_visitor who = google;
	int passed = 0;

	CHECK_INT("all are left", gate_left(g, PROVIDER_GOOGLE), 2000);
	for (who.owner = 1; who.owner <= 100; who.owner++)
		passed += pass(g, &who, 30);
	CHECK_INT("of all accounts together", passed, 2000);
	CHECK_INT("none is left", gate_left(g, PROVIDER_GOOGLE), 0);
	CHECK_INT("of others all are", gate_left(g, PROVIDER_OUTLOOK), 26000);
	CHECK_INT("CalDAV has no such limit", gate_left(g, PROVIDER_CALDAV), -1);
	clock_ns += 60 * SECOND;
	CHECK_INT("they come back", gate_left(g, PROVIDER_GOOGLE), 2000);
	gate_destroy(g);
}

static void test_at_once(void)
{
	static const struct {
		const char *name;
		struct gate_visitor who;
		int places;
	} rows[] = {
		{"Google", {PROVIDER_GOOGLE, 1, TEXT_INIT("a"), {NULL, 0}}, 4},
		{"Graph", {PROVIDER_OUTLOOK, 1, TEXT_INIT("a"), {NULL, 0}}, 2},
		{"CalDAV", {PROVIDER_CALDAV, 1, TEXT_INIT("a"), TEXT_INIT("h")}, 2},
	};
	struct gate *g = begin();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gate_visitor other = rows[i].who, account = rows[i].who;

		other.owner = 2;
		account.connection = TEXT("b");
		for (int n = 0; n < rows[i].places; n++)
			CHECK_INT(rows[i].name, enter(g, &rows[i].who), GATE_OPEN);
		CHECK_INT(rows[i].name, enter(g, &rows[i].who), GATE_FULL);
		CHECK_INT("another owner", pass(g, &other, 1), 1);
		CHECK_INT("another account", pass(g, &account, 1), 1);
		gate_leave(g, &rows[i].who, GATE_WELL, 0);
		CHECK_INT("a place is free", pass(g, &rows[i].who, 1), 1);
	}
	gate_destroy(g);
}

static void *enter_and_leave(void *ctx)
{
	struct gate *g = ctx;
	int64_t retry_ns;

	/* For ever, as far as the test goes: only who leaves lets it in. */
	if (gate_enter(g, &google, INT64_MAX / 2, &retry_ns) != GATE_OPEN)
		return NULL;
	gate_leave(g, &google, GATE_WELL, 0);
	return ctx;
}

static void test_waiting(void)
{
	struct gate *g = begin();
	pthread_t threads[8];
	void *well;

	for (int i = 0; i < 4; i++)
		CHECK_INT("enters", enter(g, &google), GATE_OPEN);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_create(&threads[i], NULL, enter_and_leave, g);
	for (int i = 0; i < 4; i++)
		gate_leave(g, &google, GATE_WELL, 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &well);
		CHECK_TRUE("had its turn", well != NULL);
	}
	gate_destroy(g);
}

/* Nobody who waits has a turn any more, be it before or after. */
static void test_stop(void)
{
	struct gate *g = begin();
	pthread_t threads[8];
	void *well;

	for (int i = 0; i < 4; i++)
		CHECK_INT("enters", enter(g, &google), GATE_OPEN);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_create(&threads[i], NULL, enter_and_leave, g);
	gate_stop(g);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], &well);
		CHECK_TRUE("had no turn", well == NULL);
	}
	gate_leave(g, &google, GATE_WELL, 0);
	gate_destroy(g);
}

static void test_slowed(void)
{
	struct gate *g = begin();
	struct gate_visitor other = google;
	int64_t retry_ns;

	other.owner = 8;
	CHECK_INT("enters", enter(g, &google), GATE_OPEN);
	CHECK_INT("as it was told", gate_leave(g, &google, GATE_SLOWED, clock_ns + 30 * SECOND),
		  clock_ns + 30 * SECOND);
	CHECK_INT("is kept out", gate_enter(g, &google, clock_ns, &retry_ns), GATE_FULL);
	CHECK_INT("until then", retry_ns, clock_ns + 30 * SECOND);
	CHECK_INT("though it would wait a little",
		  gate_enter(g, &google, clock_ns + 10 * SECOND, &retry_ns), GATE_FULL);
	CHECK_INT("others are not", pass(g, &other, 1), 1);
	clock_ns += 30 * SECOND;
	CHECK_INT("then it enters", pass(g, &google, 1), 1);
	gate_destroy(g);
}

/* Exponential, full jitter, never more than 64 s; and a success begins it anew. */
static void test_pauses(void)
{
	static const int most_s[] = {2, 4, 8, 16, 32, 64, 64, 64};
	struct gate *g = begin();

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(most_s); i++) {
			int64_t retry_ns;

			CHECK_INT("enters", enter(g, &google), GATE_OPEN);
			retry_ns = gate_leave(g, &google, GATE_SLOWED, 0);
			CHECK_TRUE("later", retry_ns > clock_ns);
			CHECK_TRUE("but not too late", retry_ns <= clock_ns + most_s[i] * SECOND);
			clock_ns = retry_ns;
		}
		CHECK_INT("well again", pass(g, &google, 1), 1);
	}
	gate_destroy(g);
}

static void fail(struct gate *g, const struct gate_visitor *who, int times)
{
	while (times--) {
		CHECK_INT("enters", enter(g, who), GATE_OPEN);
		gate_leave(g, who, GATE_FAILED, 0);
	}
}

static void test_breaker(void)
{
	struct gate *g = begin();
	struct gate_visitor other = google;
	int64_t retry_ns;

	other.owner = 8;
	fail(g, &google, 19);
	CHECK_INT("one answer counts for all before", pass(g, &other, 1), 1);
	fail(g, &google, 20);
	CHECK_INT("shut", gate_enter(g, &other, clock_ns + 100 * SECOND, &retry_ns), GATE_SHUT);
	CHECK_INT("for ten seconds", retry_ns - clock_ns, 10 * SECOND);
	clock_ns = retry_ns;
	CHECK_INT("one tries", enter(g, &google), GATE_OPEN);
	CHECK_INT("and no other", enter(g, &other), GATE_SHUT);
	gate_leave(g, &google, GATE_FAILED, 0);
	CHECK_INT("it is not well", gate_enter(g, &other, clock_ns, &retry_ns), GATE_SHUT);
	CHECK_INT("for twice as long", retry_ns - clock_ns, 20 * SECOND);
	clock_ns = retry_ns;
	CHECK_INT("one tries again", enter(g, &other), GATE_OPEN);
	gate_leave(g, &other, GATE_WELL, 0);
	CHECK_INT("it is well", pass(g, &google, 1), 1);
	fail(g, &google, 19);
	CHECK_INT("and counted from nothing", pass(g, &google, 1), 1);
	gate_destroy(g);
}

/* At most five minutes, and what left before it was shut does not make it longer. */
static void test_breaker_bounds(void)
{
	struct gate *g = begin();
	int64_t retry_ns;

	for (int i = 0; i < 4; i++)
		CHECK_INT("enters", enter(g, &google), GATE_OPEN);
	for (struct gate_visitor who = google; who.owner < 27; who.owner++) {
		who.connection = TEXT("other");
		fail(g, &who, 1);
	}
	CHECK_INT("shut", gate_enter(g, &google, clock_ns, &retry_ns), GATE_SHUT);
	for (int i = 0; i < 4; i++)
		gate_leave(g, &google, GATE_FAILED, 0);
	CHECK_INT("still", gate_enter(g, &google, clock_ns, &retry_ns), GATE_SHUT);
	CHECK_INT("no longer than before", retry_ns - clock_ns, 10 * SECOND);
	for (int i = 0; i < 8; i++) {
		clock_ns = retry_ns;
		fail(g, &google, 1);
		CHECK_INT("shut again", gate_enter(g, &google, clock_ns, &retry_ns), GATE_SHUT);
	}
	CHECK_INT("five minutes", retry_ns - clock_ns, 300 * SECOND);
	gate_destroy(g);
}

static void test_hosts(void)
{
	struct gate *g = begin();
	struct gate_visitor broken = {PROVIDER_CALDAV, 1, TEXT_INIT("a"), TEXT_INIT("one:443")};
	struct gate_visitor well = {PROVIDER_CALDAV, 2, TEXT_INIT("b"), TEXT_INIT("two:443")};

	fail(g, &broken, 5);
	CHECK_INT("shut", enter(g, &broken), GATE_SHUT);
	CHECK_INT("another host is not", pass(g, &well, 1), 1);
	CHECK_INT("nor is Google", pass(g, &google, 1), 1);
	clock_ns += 10 * SECOND;
	CHECK_INT("well again", pass(g, &broken, 1), 1);
	fail(g, &broken, 4);
	CHECK_INT("and counted from nothing", pass(g, &broken, 1), 1);
	gate_destroy(g);
}

static bool odd_is_spent(const struct gate_node *n, int64_t now_ns)
{
	return n->key_len % 2 && now_ns;
}

static void test_table(void)
{
	struct gate_table t;
	struct arena *a = arena_create(1 << 20);
	int kept = 0, added = 0;

	CHECK_TRUE("made", gate_table_init(&t, 8, 100, sizeof(struct gate_node), odd_is_spent));
	for (int i = 0; i < 1000; i++) {
		struct text key = text_from(arena_printf(a, "%0*d", 4 + i % 2, i));

		added += gate_table_get(&t, key, 1) != NULL;
	}
	CHECK_TRUE("never more than it may hold", t.count <= 100);
	CHECK_TRUE("what is spent makes room", added > 100);
	for (int i = 0; i < 1000; i += 2)
		kept += gate_table_find(&t, text_from(arena_printf(a, "%04d", i))) != NULL;
	CHECK_TRUE("and nothing else", kept >= 90);
	CHECK_TRUE("found again",
		   gate_table_get(&t, TEXT("0000"), 1) == gate_table_find(&t, TEXT("0000")));
	gate_table_fini(&t);
	arena_destroy(a);
}

/* That it failed is remembered, however many others come meanwhile, and not for ever. */
static void test_pauses_last(void)
{
	struct gate *g = begin();
	struct gate_visitor who = {PROVIDER_OUTLOOK, 1, TEXT_INIT("abc"), {NULL, 0}};
	int64_t longest = 0;

	for (int i = 0; i < 12; i++) {
		CHECK_INT("enters", enter(g, &google), GATE_OPEN);
		longest = max64(longest, gate_leave(g, &google, GATE_FAILED, 0) - clock_ns);
		for (int n = 0; n < 20000; n++, who.owner++)
			pass(g, &who, 1);
		clock_ns += 10 * SECOND;
	}
	CHECK_TRUE("pauses have grown past the first ones", longest > 4 * SECOND);
	for (int round = 0; round < 20; round++) {
		clock_ns += 900 * SECOND;
		for (int n = 0; n < 20000; n++, who.owner++)
			pass(g, &who, 1);
		CHECK_INT("enters", enter(g, &google), GATE_OPEN);
		CHECK_TRUE("begins anew",
			   gate_leave(g, &google, GATE_FAILED, 0) <= clock_ns + 2 * SECOND);
	}
	gate_destroy(g);
}

/* Accounts that come and go leave nothing behind. */
static void test_many(void)
{
	struct gate *g = begin();
	struct gate_visitor who = {PROVIDER_OUTLOOK, 1, TEXT_INIT("abc"), {NULL, 0}};
	int passed = 0;

	for (; who.owner <= 400000; who.owner++) {
		passed += pass(g, &who, 1);
		clock_ns += SECOND / 1000;
	}
	CHECK_INT("twice as many as are minded at a time", passed, 400000);
	gate_destroy(g);
}

UNIT_SUITE("gate", {"limits of an account", test_budget}, {"when to come again", test_retry},
	   {"limits of the application", test_application}, {"at once", test_at_once},
	   {"waiting for a place", test_waiting}, {"a stop", test_stop},
	   {"told to wait", test_slowed}, {"pauses grow", test_pauses},
	   {"a provider that fails", test_breaker}, {"bounds of that", test_breaker_bounds},
	   {"hosts of CalDAV", test_hosts}, {"what is remembered", test_table},
	   {"how long failures are remembered", test_pauses_last}, {"many accounts", test_many})

/* auth: passwords are hashed once in a while, and never twice at the same time */
#include "http/auth.h"

#include <crypt.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/codec.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "http/http_priv.h"
#include "unit.h"

#define SECOND_NS 1000000000LL

enum { THREADS = 8 };

/* The one user there is, and what is stored for him. */
static struct {
	char hash[CRYPT_OUTPUT_SIZE];
	bool fails;
	atomic_int asked;
} users;

static const struct fault *find(void *ctx, struct arena *a, struct text name,
				struct http_user *user, struct text *hash, bool *found)
{
	(void)ctx;
	atomic_fetch_add(&users.asked, 1);
	if (users.fails)
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "The store does not answer.");
	*found = text_equal(name, TEXT("alice"));
	*user = (struct http_user){.owner = *found ? 7 : 0, .name = name};
	*hash = text_from(*found ? users.hash : NULL);
	return NULL;
}

static void set_password(const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash = crypt_r(password, "$6$rounds=1000$salt", data);

	snprintf(users.hash, sizeof(users.hash), "%s", hash ? hash : "");
	free(data);
}

/* ---- requests -------------------------------------------------------------------------- */

struct asked {
	struct arena *arena;
	struct http_field field;
	struct http_exchange exchange;
};

static struct http_request *request(struct asked *q, const char *user, const char *password,
				    int64_t at_ns)
{
	struct http_request *rq = &q->exchange.rq;
	struct buf b;

	memset(q, 0, sizeof(*q));
	q->arena = arena_create(1 << 20);
	buf_init(&b, q->arena, 0, 4096);
	buf_put_lit(&b, "Basic ");
	codec_put_base64(&b, arena_printf(q->arena, "%s:%s", user, password),
			 strlen(user) + 1 + strlen(password));
	q->field = (struct http_field){TEXT("Authorization"), buf_text(&b)};
	q->exchange.fields = &q->field;
	q->exchange.field_count = 1;
	rq->exchange = &q->exchange;
	rq->arena = q->arena;
	rq->begun_ns = at_ns;
	rq->peer = TEXT("192.0.2.1");
	return rq;
}

/* As the server does: the quick check, and the slow one where it does not know. */
static enum http_auth_result ask_whole(struct http_auth *auth, struct http_request *rq, bool *slow)
{
	enum http_auth_result got = AUTH_NO;

	CHECK_WELL("check", http_auth_check(auth, rq, &got));
	*slow = got == AUTH_UNKNOWN_YET;
	if (*slow)
		CHECK_WELL("slow check", http_auth_check_slow(auth, rq, &got));
	return got;
}

static void check_ask(const char *row, struct http_auth *auth, const char *password, int64_t at_ns,
		      enum http_auth_result want, bool want_slow)
{
	struct asked q;
	struct http_request *rq = request(&q, "alice", password, at_ns);
	bool slow;

	CHECK_INT(row, ask_whole(auth, rq, &slow), want);
	CHECK_INT(row, slow, want_slow);
	CHECK_INT(row, rq->user.owner, want == AUTH_YES ? 7 : 0);
	CHECK_TEXT(row, rq->user.name, want == AUTH_YES ? TEXT("alice") : TEXT_NONE);
	arena_destroy(q.arena);
}

static struct http_auth *begin(void)
{
	struct arena *a = arena_create(1 << 20);
	struct http_auth *auth;

	CHECK_WELL("randomness", secret_init(a));
	arena_destroy(a);
	users.fails = false;
	set_password("one");
	auth = http_auth_create(&(struct http_doors){.user = find});
	CHECK_TRUE("made", auth);
	return auth;
}

/* ---- cases --------------------------------------------------------------------------------- */

static void test_remembered(void)
{
	struct http_auth *auth = begin();
	int64_t cached = metrics_get(METRIC_AUTH, AUTH_CACHED);

	check_ask("the first time", auth, "one", 0, AUTH_YES, true);
	check_ask("the second", auth, "one", 1, AUTH_YES, false);
	CHECK_INT("counted", metrics_get(METRIC_AUTH, AUTH_CACHED), cached + 1);
	check_ask("another password", auth, "two", 2, AUTH_NO, true);
	check_ask("wrong ones are not remembered", auth, "two", 3, AUTH_NO, true);
	check_ask("the right one still is", auth, "one", 4, AUTH_YES, false);
	http_auth_destroy(auth);
}

static void test_changed(void)
{
	struct http_auth *auth = begin();

	check_ask("before", auth, "one", 0, AUTH_YES, true);
	set_password("two");
	check_ask("the old one is wrong at once", auth, "one", 1, AUTH_NO, true);
	check_ask("the new one is right", auth, "two", 2, AUTH_YES, true);
	check_ask("and remembered", auth, "two", 3, AUTH_YES, false);
	http_auth_destroy(auth);
}

/* Names are in lower case; passwords are what they are. */
static void test_case_of_names(void)
{
	struct http_auth *auth = begin();
	static const struct {
		const char *user, *password;
		enum http_auth_result want;
		bool want_slow;
	} rows[] = {
		{"Alice", "one", AUTH_YES, true},
		{"alice", "one", AUTH_YES, false},
		{"ALICE", "one", AUTH_YES, false},
		{"alice", "One", AUTH_NO, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asked q;
		struct http_request *rq = request(&q, rows[i].user, rows[i].password, (int64_t)i);
		bool slow;

		CHECK_INT(rows[i].user, ask_whole(auth, rq, &slow), rows[i].want);
		CHECK_INT(rows[i].user, slow, rows[i].want_slow);
		CHECK_TEXT(rows[i].user, rq->user.name,
			   rows[i].want == AUTH_YES ? TEXT("alice") : TEXT_NONE);
		arena_destroy(q.arena);
	}
	http_auth_destroy(auth);
}

static void test_ages(void)
{
	struct http_auth *auth = begin();

	check_ask("the first time", auth, "one", 0, AUTH_YES, true);
	check_ask("after 5 minutes", auth, "one", 300 * SECOND_NS, AUTH_YES, false);
	check_ask("and 5 more", auth, "one", 600 * SECOND_NS, AUTH_YES, false);
	check_ask("longer idle", auth, "one", 901 * SECOND_NS, AUTH_YES, true);
	for (int64_t at = 1200; at <= 901 + 3600; at += 300)
		check_ask("in use for an hour", auth, "one", at * SECOND_NS, AUTH_YES, false);
	check_ask("and then no longer", auth, "one", 4502 * SECOND_NS, AUTH_YES, true);
	http_auth_destroy(auth);
}

static void test_unknown(void)
{
	struct http_auth *auth = begin();
	struct asked q;
	bool slow;
	int64_t refused = metrics_get(METRIC_AUTH, AUTH_REFUSED);

	CHECK_INT("an unknown user", ask_whole(auth, request(&q, "bob", "one", 0), &slow), AUTH_NO);
	CHECK_TRUE("costs a hash too", slow);
	CHECK_INT("counted", metrics_get(METRIC_AUTH, AUTH_REFUSED), refused + 1);
	arena_destroy(q.arena);
	http_auth_destroy(auth);
}

static void test_not_looked_up(void)
{
	static const struct {
		const char *value;
		enum http_auth_result want;
	} rows[] = {
		{"Bearer abc", AUTH_NONE_GIVEN},
		{"Basic !", AUTH_NO},
		{"Basic YWxpY2U6b25lAA==", AUTH_NO}, /* "alice:one\0" */
	};
	struct http_auth *auth = begin();
	int before = atomic_load(&users.asked);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asked q;
		struct http_request *rq = request(&q, "", "", 0);
		bool slow;

		q.field.value = text_from(rows[i].value);
		CHECK_INT(rows[i].value, ask_whole(auth, rq, &slow), rows[i].want);
		CHECK_TRUE(rows[i].value, !slow);
		q.exchange.field_count = 0;
		CHECK_INT("no header", ask_whole(auth, rq, &slow), AUTH_NONE_GIVEN);
		arena_destroy(q.arena);
	}
	CHECK_INT("nobody was looked up", atomic_load(&users.asked), before);
	http_auth_destroy(auth);
}

static void test_store_fails(void)
{
	struct http_auth *auth = begin();
	enum http_auth_result got;
	struct asked q;
	struct http_request *rq = request(&q, "alice", "one", 0);

	users.fails = true;
	CHECK_FAULT("quick", http_auth_check(auth, rq, &got), FAULT_UNAVAILABLE);
	CHECK_FAULT("slow", http_auth_check_slow(auth, rq, &got), FAULT_UNAVAILABLE);
	arena_destroy(q.arena);
	http_auth_destroy(auth);
}

static unsigned fail(struct http_auth *auth, const char *user, const char *peer, int64_t at_ns)
{
	struct asked q;
	struct http_request *rq = request(&q, user, "wrong", at_ns);
	unsigned ms;
	bool slow;

	rq->peer = text_from(peer);
	CHECK_INT("wrong", ask_whole(auth, rq, &slow), AUTH_NO);
	ms = http_auth_delay_ms(auth, rq);
	rq->from_loopback = true;
	CHECK_INT("never on loopback", http_auth_delay_ms(auth, rq), 0);
	arena_destroy(q.arena);
	return ms;
}

static void test_slowed_down(void)
{
	static const unsigned delays[] = {0, 0, 0, 250, 500, 1000, 2000, 4000, 4000};
	struct http_auth *auth = begin();

	for (size_t i = 0; i < ARRAY_LEN(delays); i++)
		CHECK_INT("one after the other", fail(auth, "alice", "192.0.2.1", 0), delays[i]);
	CHECK_INT("the same user in capitals", fail(auth, "ALICE", "192.0.2.1", 0), 4000);
	CHECK_INT("another address", fail(auth, "alice", "192.0.2.2", 0), 0);
	CHECK_INT("another user", fail(auth, "bob", "192.0.2.1", 0), 0);
	check_ask("a right password is not held back", auth, "one", 1, AUTH_YES, true);
	CHECK_INT("and makes good", fail(auth, "alice", "192.0.2.1", 2), 0);
	for (int i = 0; i < 5; i++)
		fail(auth, "alice", "192.0.2.1", 3);
	CHECK_INT("as does a quarter of an hour",
		  fail(auth, "alice", "192.0.2.1", 1000 * SECOND_NS), 0);
	http_auth_destroy(auth);
}

/* ---- many at once ------------------------------------------------------------------------------
 */

static struct {
	struct http_auth *auth;
	const char *password;
	pthread_barrier_t gate;
	atomic_int right;
} crowd;

static void *ask_in_crowd(void *unused)
{
	enum http_auth_result got = AUTH_NO;
	struct asked q;
	struct http_request *rq = request(&q, "alice", crowd.password, 0);

	(void)unused;
	pthread_barrier_wait(&crowd.gate);
	for (int i = 0; i < 20; i++) {
		const struct fault *f = http_auth_check(crowd.auth, rq, &got);

		if (!f && got == AUTH_UNKNOWN_YET)
			f = http_auth_check_slow(crowd.auth, rq, &got);
		if (!f && got == AUTH_YES)
			atomic_fetch_add(&crowd.right, 1);
	}
	arena_destroy(q.arena);
	return NULL;
}

static int count_right(const char *password)
{
	pthread_t threads[THREADS];

	crowd.auth = begin();
	crowd.password = password;
	atomic_store(&crowd.right, 0);
	pthread_barrier_init(&crowd.gate, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, ask_in_crowd, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&crowd.gate);
	http_auth_destroy(crowd.auth);
	return atomic_load(&crowd.right);
}

static void test_crowd(void)
{
	CHECK_INT("the right password, from all", count_right("one"), THREADS * 20);
	CHECK_INT("a wrong one", count_right("two"), 0);
}

UNIT_SUITE("http_auth", {"a right password is remembered", test_remembered},
	   {"a changed password counts at once", test_changed},
	   {"names are looked up in lower case", test_case_of_names},
	   {"what is remembered ages", test_ages}, {"an unknown user costs as much", test_unknown},
	   {"no credentials, and none that may be looked up", test_not_looked_up},
	   {"a store that fails", test_store_fails},
	   {"failures slow down a user from an address", test_slowed_down},
	   {"the same password from many threads", test_crowd})

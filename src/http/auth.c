/*
 * auth - passwords against hashes, each pair once in a while
 *
 * What is remembered of a right password is a keyed digest over user, password and
 * stored hash. The stored hash is looked up every time, so a changed password finds
 * nothing, whoever changed it; neither password nor hash stays in memory.
 */
#include "http/auth.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/lru.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "http/check.h"
#include "http/route.h"
#include "http/session.h"

#define SECOND_NS 1000000000LL

enum {
	REMEMBERED_MAX = 16 * 1024, /* credentials */
	FAILURES_MAX = 16 * 1024,   /* pairs of user and address */
	FREE_FAILURES = 3,	    /* so many may be typing errors */
	FIRST_DELAY_MS = 250,
	LAST_DELAY_MS = 4000,
};

static const int64_t idle_ns = 300 * SECOND_NS, oldest_ns = 3600 * SECOND_NS;
static const int64_t forgiven_ns = 900 * SECOND_NS;

/* Credentials whose password was right. */
struct remembered {
	struct lru_item item;
	int64_t made_ns;
	_Atomic int64_t used_ns;
};

/* Failed attempts of one user from one address. */
struct failures {
	struct lru_item item;
	atomic_uint count;
	_Atomic int64_t last_ns;
};

/* A password being hashed; whoever brings the same one waits for the verdict. */
struct flight {
	struct flight *next;
	unsigned char digest[SECRET_DIGEST_BYTES];
	unsigned waiting;
	bool done;
	enum secret_verdict verdict;
};

struct http_auth {
	struct http_doors doors;
	struct secret_key key;
	struct lru *remembered, *failures;
	pthread_mutex_t lock; /* guards flights */
	pthread_cond_t landed;
	struct flight *flights;
};

/* What a request brings, and what is stored for the user it names. */
struct claim {
	struct text user, password, hash;
	bool is_known;
	unsigned char digest[SECRET_DIGEST_BYTES];
	char room[HTTP_BASIC_MAX];
};

struct http_auth *http_auth_create(const struct http_doors *doors)
{
	struct http_auth *auth = calloc(1, sizeof(*auth));

	if (!auth)
		return NULL;
	auth->doors = *doors;
	secret_random(&auth->key, sizeof(auth->key));
	pthread_mutex_init(&auth->lock, NULL);
	pthread_cond_init(&auth->landed, NULL);
	auth->remembered = lru_create(REMEMBERED_MAX);
	auth->failures = lru_create(FAILURES_MAX);
	if (!auth->remembered || !auth->failures) {
		http_auth_destroy(auth);
		return NULL;
	}
	return auth;
}

void http_auth_destroy(struct http_auth *auth)
{
	if (!auth)
		return;
	lru_destroy(auth->remembered);
	lru_destroy(auth->failures);
	pthread_cond_destroy(&auth->landed);
	pthread_mutex_destroy(&auth->lock);
	explicit_bzero(&auth->key, sizeof(auth->key));
	free(auth);
}

/* ---- the claim ---- */

static void put_part(struct buf *b, struct text t)
{
	uint64_t len = t.len;

	buf_put(b, &len, sizeof(len));
	buf_put_text(b, t);
}

static void digest_claim(const struct http_auth *auth, struct arena *a, struct claim *c)
{
	struct buf b;

	buf_init(&b, a, c->user.len + c->password.len + c->hash.len + 64, SIZE_MAX);
	put_part(&b, c->user);
	put_part(&b, c->password);
	put_part(&b, c->hash);
	secret_digest(&auth->key, buf_text(&b), c->digest);
	explicit_bzero(b.at, b.len);
}

/* Names of users are in lower case (http/auth.h); the password is as it was typed. */
static enum http_basic read_basic(const struct http_request *rq, char room[HTTP_BASIC_MAX],
				  struct text *user_out, struct text *password_out)
{
	struct text value = http_header(rq, "Authorization");
	enum http_basic got = HTTP_NOT_BASIC;

	if (value.at)
		got = http_check_basic(value, room, user_out, password_out);
	if (got == HTTP_BASIC)
		*user_out = text_lower(rq->arena, *user_out);
	return got;
}

/*
 * The user that find() names is known, but not yet believed: rq->user is filled by
 * those who found the password right.
 */
static const struct fault *look_up(struct http_auth *auth, struct http_request *rq, struct claim *c,
				   struct http_user *user, enum http_auth_result *out)
{
	const struct fault *f;

	c->hash = TEXT_NONE;
	c->is_known = false;
	f = auth->doors.user(auth->doors.ctx, rq->arena, c->user, user, &c->hash, &c->is_known);
	if (f)
		return f;
	if (!c->is_known)
		c->hash = TEXT_NONE;
	digest_claim(auth, rq->arena, c);
	*out = AUTH_UNKNOWN_YET;
	return NULL;
}

static const struct fault *read_claim(struct http_auth *auth, struct http_request *rq,
				      struct claim *c, struct http_user *user,
				      enum http_auth_result *out)
{
	*out = AUTH_NONE_GIVEN;
	switch (read_basic(rq, c->room, &c->user, &c->password)) {
	case HTTP_NOT_BASIC: return NULL;
	case HTTP_BAD_BASIC: *out = AUTH_NO; return NULL;
	case HTTP_BASIC: break;
	}
	return look_up(auth, rq, c, user, out);
}

static struct text digest_text(const unsigned char digest[SECRET_DIGEST_BYTES])
{
	return text_of((const char *)digest, SECRET_DIGEST_BYTES);
}

/* The name outlives the room it was decoded into. */
static void believe(struct http_request *rq, const struct claim *c, const struct http_user *user)
{
	rq->user = *user;
	rq->user.name = text_dup(rq->arena, user->name.at ? user->name : c->user);
}

/* ---- what is remembered ---- */

static void free_item(struct lru_item *item)
{
	free(item);
}

static bool recall(struct http_auth *auth, const struct claim *c, int64_t now_ns)
{
	struct lru_item *item = lru_find(auth->remembered, digest_text(c->digest));
	struct remembered *r = (struct remembered *)item;
	bool fresh;

	if (!r)
		return false;
	fresh = now_ns - r->made_ns <= oldest_ns &&
		now_ns - atomic_load_explicit(&r->used_ns, memory_order_relaxed) <= idle_ns;
	if (fresh)
		atomic_store_explicit(&r->used_ns, now_ns, memory_order_relaxed);
	lru_release(item);
	return fresh;
}

static void remember(struct http_auth *auth, const struct claim *c, int64_t now_ns)
{
	struct remembered *r = calloc(1, sizeof(*r));

	if (!r)
		return; /* it will be hashed again */
	lru_item_init(&r->item, 1, free_item);
	r->made_ns = now_ns;
	atomic_init(&r->used_ns, now_ns);
	lru_put(auth->remembered, digest_text(c->digest), &r->item);
	lru_release(&r->item);
}

/* ---- failures ---- */

static void pair_digest(const struct http_auth *auth, const struct http_request *rq,
			struct text user, unsigned char digest[SECRET_DIGEST_BYTES])
{
	struct buf b;

	buf_init(&b, rq->arena, user.len + rq->peer.len + 16, SIZE_MAX);
	put_part(&b, user);
	put_part(&b, rq->peer);
	secret_digest(&auth->key, buf_text(&b), digest);
}

static struct failures *failures_of(struct http_auth *auth, const struct http_request *rq,
				    struct text user, bool make)
{
	unsigned char digest[SECRET_DIGEST_BYTES];
	struct failures *fs;

	pair_digest(auth, rq, user, digest);
	fs = (struct failures *)lru_find(auth->failures, digest_text(digest));
	if (fs || !make)
		return fs;
	fs = calloc(1, sizeof(*fs));
	if (!fs)
		return NULL;
	lru_item_init(&fs->item, 1, free_item);
	lru_put(auth->failures, digest_text(digest), &fs->item);
	return fs;
}

static void note_failure(struct http_auth *auth, const struct http_request *rq, struct text user)
{
	struct failures *fs = failures_of(auth, rq, user, true);

	if (!fs)
		return;
	if (rq->begun_ns - atomic_exchange(&fs->last_ns, rq->begun_ns) > forgiven_ns)
		atomic_store(&fs->count, 0);
	atomic_fetch_add(&fs->count, 1);
	lru_release(&fs->item);
}

static void forgive(struct http_auth *auth, const struct http_request *rq, struct text user)
{
	struct failures *fs = failures_of(auth, rq, user, false);

	if (!fs)
		return;
	atomic_store(&fs->count, 0);
	lru_release(&fs->item);
}

unsigned http_auth_delay_ms(struct http_auth *auth, const struct http_request *rq)
{
	char room[HTTP_BASIC_MAX];
	struct text user, password;

	if (read_basic(rq, room, &user, &password) != HTTP_BASIC)
		return 0;
	explicit_bzero(room + (password.at - room), password.len);
	return http_auth_login_delay_ms(auth, rq, user);
}

unsigned http_auth_login_delay_ms(struct http_auth *auth, const struct http_request *rq,
				  struct text user)
{
	struct failures *fs;
	unsigned count, ms = FIRST_DELAY_MS;

	if (rq->from_loopback)
		return 0;
	fs = failures_of(auth, rq, user, false);
	if (!fs)
		return 0;
	count = atomic_load(&fs->count);
	lru_release(&fs->item);
	if (count <= FREE_FAILURES)
		return 0;
	for (unsigned i = FREE_FAILURES + 1; i < count && ms < LAST_DELAY_MS; i++)
		ms *= 2;
	return ms;
}

/* ---- hashing ---- */

static struct flight *find_flight(struct http_auth *auth, const struct claim *c)
{
	struct flight *f = auth->flights;

	while (f && memcmp(f->digest, c->digest, sizeof(f->digest)) != 0)
		f = f->next;
	return f;
}

/* Another thread hashes the same: its verdict is ours. The lock is held. */
static enum secret_verdict wait_for_flight(struct http_auth *auth, struct flight *f)
{
	enum secret_verdict verdict;

	f->waiting++;
	while (!f->done)
		pthread_cond_wait(&auth->landed, &auth->lock);
	verdict = f->verdict;
	if (--f->waiting == 0)
		pthread_cond_broadcast(&auth->landed);
	return verdict;
}

/* It lives on the stack of the thread that hashes, so that leaves last. The lock is held. */
static void end_flight(struct http_auth *auth, struct flight *f)
{
	struct flight **at = &auth->flights;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	f->done = true;
	pthread_cond_broadcast(&auth->landed);
	while (f->waiting > 0)
		pthread_cond_wait(&auth->landed, &auth->lock);
}

static enum secret_verdict hash_once(struct http_auth *auth, const struct claim *c, int64_t now_ns)
{
	struct flight mine = {.next = NULL}, *other;

	pthread_mutex_lock(&auth->lock);
	other = find_flight(auth, c);
	if (other) {
		mine.verdict = wait_for_flight(auth, other);
	} else if (recall(auth, c, now_ns)) {
		mine.verdict = SECRET_FITS;
	} else {
		memcpy(mine.digest, c->digest, sizeof(mine.digest));
		mine.next = auth->flights;
		/* cppcheck-suppress autoVariables ; end_flight() takes it out again */
		auth->flights = &mine;
		pthread_mutex_unlock(&auth->lock);
		mine.verdict = secret_password_check(c->password, c->hash);
		if (mine.verdict == SECRET_FITS)
			remember(auth, c, now_ns);
		pthread_mutex_lock(&auth->lock);
		end_flight(auth, &mine);
	}
	pthread_mutex_unlock(&auth->lock);
	return mine.verdict;
}

/* ---- tokens ---- */

static struct text bearer_of(const struct http_request *rq)
{
	struct text value = http_header(rq, "Authorization");
	struct text scheme = TEXT("Bearer ");

	return text_starts_nocase(value, scheme) ? text_trim(text_sub(value, scheme.len, value.len))
						 : TEXT_NONE;
}

/* Told by its digest in the store, so that it costs no hash and no guess is told sooner. */
static const struct fault *check_token(struct http_auth *auth, struct http_request *rq)
{
	char room[HTTP_BASIC_MAX];
	struct text user, secret = bearer_of(rq);
	const struct fault *f = NULL;

	if (secret.len == 0 && read_basic(rq, room, &user, &secret) != HTTP_BASIC)
		secret = TEXT_NONE;
	if (secret.len > 0)
		f = auth->doors.token(auth->doors.ctx, rq->arena, secret, &rq->token_of);
	explicit_bzero(room, sizeof(room));
	return f;
}

/* ---- passwords of programs ---- */

static const struct fault *check_app(struct http_auth *auth, struct http_request *rq,
				     const struct claim *c, enum http_auth_result *out)
{
	struct http_user *user = arena_alloc(rq->arena, sizeof(*user));
	const struct fault *f;

	if (!auth->doors.app || !rq->route || !(rq->route->flags & HTTP_APP_PASSWORDS) ||
	    c->password.len != HTTP_APP_PASSWORD_BYTES)
		return NULL;
	f = auth->doors.app(auth->doors.ctx, rq->arena, c->user, c->password, user);
	if (f || user->owner == 0)
		return f;
	believe(rq, c, user);
	*out = AUTH_YES;
	return NULL;
}

/* ---- tokens of programs ---- */

static bool may_be_bearer(const struct http_auth *auth, const struct http_request *rq)
{
	return auth->doors.bearer && rq->route && (rq->route->flags & HTTP_BEARER) &&
	       bearer_of(rq).len > 0;
}

/* Found by its digest, as other tokens are. */
static const struct fault *check_bearer(struct http_auth *auth, struct http_request *rq,
					enum http_auth_result *out)
{
	struct http_user *user = arena_alloc(rq->arena, sizeof(*user));
	const struct fault *f;

	*out = AUTH_NO;
	f = auth->doors.bearer(auth->doors.ctx, rq->arena, bearer_of(rq), user);
	if (f || user->owner == 0)
		return f;
	rq->user = *user;
	rq->by_token = true;
	*out = AUTH_YES;
	return NULL;
}

static bool may_have_session(const struct http_auth *auth, const struct http_request *rq)
{
	return auth->doors.session && rq->route && (rq->route->flags & HTTP_SESSION) &&
	       !http_header(rq, "Authorization").at;
}

/* ---- the checks ---- */

const struct fault *http_auth_check(struct http_auth *auth, struct http_request *rq,
				    enum http_auth_result *out)
{
	struct http_user user = {0};
	struct claim c;
	const struct fault *f = NULL;

	if (auth->doors.token && rq->route && (rq->route->flags & HTTP_TOKENS))
		f = check_token(auth, rq);
	*out = AUTH_NONE_GIVEN;
	if (f || rq->token_of)
		return f;
	if (may_be_bearer(auth, rq))
		return check_bearer(auth, rq, out);
	if (may_have_session(auth, rq))
		return http_session_check(&auth->doors, rq, out);
	f = read_claim(auth, rq, &c, &user, out);
	if (!f && *out == AUTH_UNKNOWN_YET && c.is_known && recall(auth, &c, rq->begun_ns)) {
		believe(rq, &c, &user);
		metrics_add(METRIC_AUTH, AUTH_CACHED, 1);
		*out = AUTH_YES;
	}
	if (!f && *out == AUTH_UNKNOWN_YET)
		f = check_app(auth, rq, &c, out);
	explicit_bzero(c.room, sizeof(c.room));
	return f;
}

/* An unknown user costs a hash as well, and is told nothing sooner. */
static const struct fault *judge(struct http_auth *auth, struct http_request *rq,
				 const struct claim *c, const struct http_user *user,
				 enum http_auth_result *out)
{
	enum secret_verdict verdict = hash_once(auth, c, rq->begun_ns);

	if (verdict == SECRET_NO_MEMORY)
		return fault_make(rq->arena, FAULT_UNAVAILABLE, NULL,
				  "There is no memory to check a password just now.");
	*out = verdict == SECRET_FITS && c->is_known ? AUTH_YES : AUTH_NO;
	metrics_add(METRIC_AUTH, *out == AUTH_YES ? AUTH_ACCEPTED : AUTH_REFUSED, 1);
	if (*out == AUTH_YES) {
		believe(rq, c, user);
		forgive(auth, rq, c->user);
	} else {
		note_failure(auth, rq, c->user);
	}
	return NULL;
}

const struct fault *http_auth_check_slow(struct http_auth *auth, struct http_request *rq,
					 enum http_auth_result *out)
{
	struct http_user user = {0};
	struct claim c;
	const struct fault *f = read_claim(auth, rq, &c, &user, out);

	if (!f && *out == AUTH_UNKNOWN_YET)
		f = judge(auth, rq, &c, &user, out);
	explicit_bzero(c.room, sizeof(c.room));
	return f;
}

const struct fault *http_auth_login(struct http_auth *auth, struct http_request *rq,
				    const struct http_login *login, enum http_auth_result *out)
{
	struct http_user user = {0};
	struct claim c = {.user = login->user, .password = login->password};
	const struct fault *f = look_up(auth, rq, &c, &user, out);

	return f ? f : judge(auth, rq, &c, &user, out);
}

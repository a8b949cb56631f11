/*
 * session: what a cookie lets a request do, with its word and without; and passwords of programs
 */
#include "http/session.h"

#include "base/codec.h"
#include "base/secret.h"
#include "http/http_priv.h"
#include "unit.h"

#define SECRET "q7w8e9r0t1z2u3i4o5p6a7s8d9f0g1h2"

enum {
	PLAIN = HTTP_AUTH | HTTP_SESSION,
	SCRIPTS = PLAIN | HTTP_SESSION_SCRIPTS,
	BEGINS = HTTP_AUTH_OPTIONAL | HTTP_SESSION | HTTP_SESSION_BEGINS,
	NO_FAULT = -1,
};

static const struct fault *find_user(void *ctx, struct arena *a, struct text name,
				     struct http_user *user, struct text *hash, bool *found)
{
	(void)ctx;
	(void)a;
	*found = text_equal(name, TEXT("alice"));
	*user = (struct http_user){.owner = *found ? 7 : 0, .name = name};
	*hash = TEXT("$6$none");
	return NULL;
}

static const struct fault *find_session(void *ctx, struct arena *a, struct text secret, int64_t now,
					struct http_user *user)
{
	(void)ctx;
	(void)a;
	if (text_equal(secret, TEXT(SECRET)) && now < 100)
		*user = (struct http_user){7, TEXT("alice")};
	return NULL;
}

static const struct fault *find_app(void *ctx, struct arena *a, struct text name,
				    struct text secret, struct http_user *user)
{
	(void)ctx;
	(void)a;
	if (text_equal(name, TEXT("alice")) && text_equal(secret, TEXT(SECRET)))
		*user = (struct http_user){7, TEXT("alice")};
	return NULL;
}

static const struct fault *find_bearer(void *ctx, struct arena *a, struct text secret,
				       struct http_user *user)
{
	(void)ctx;
	(void)a;
	if (text_equal(secret, TEXT(SECRET)))
		*user = (struct http_user){7, TEXT("alice")};
	return NULL;
}

static const struct http_doors doors = {
	.user = find_user, .session = find_session, .app = find_app, .bearer = find_bearer};

struct asked {
	struct arena *arena;
	struct http_server server;
	struct http_route route;
	struct http_field fields[4];
	struct http_exchange exchange;
};

static struct http_request *begin(struct asked *q, const char *method, unsigned flags)
{
	struct http_request *rq = &q->exchange.rq;

	memset(q, 0, sizeof(*q));
	q->arena = arena_create(1 << 20);
	q->route.flags = flags;
	q->exchange.fields = q->fields;
	*rq = (struct http_request){
		.arena = q->arena,
		.server = &q->server,
		.route = &q->route,
		.method = text_from(method),
		.exchange = &q->exchange,
	};
	return rq;
}

static void say(struct asked *q, const char *name, const char *value)
{
	if (value)
		q->fields[q->exchange.field_count++] =
			(struct http_field){text_from(name), text_from(value)};
}

static void check_asked(const char *row, struct asked *q, enum http_auth_result want,
			int want_fault)
{
	struct http_auth *auth = http_auth_create(&doors);
	enum http_auth_result got = AUTH_NO;
	const struct fault *f = http_auth_check(auth, &q->exchange.rq, &got);

	CHECK_INT(row, f ? (int)f->code : NO_FAULT, want_fault);
	if (!f)
		CHECK_INT(row, got, want);
	CHECK_INT(row, q->exchange.rq.user.owner, !f && want == AUTH_YES ? 7 : 0);
	http_auth_destroy(auth);
	arena_destroy(q->arena);
}

/* ---- cases --------------------------------------------------------------------------------- */

/* word: "*" is the right one. */
static void test_sessions(void)
{
	static const struct {
		const char *name, *method, *cookie, *word;
		unsigned flags;
		int64_t now;
		enum http_auth_result want;
		int want_fault;
	} rows[] = {
		{"reads", "GET", "fasti=" SECRET, NULL, PLAIN, 0, AUTH_YES, NO_FAULT},
		{"writes with its word", "PUT", "fasti=" SECRET, "*", PLAIN, 0, AUTH_YES, NO_FAULT},
		{"writes without", "PUT", "fasti=" SECRET, NULL, PLAIN, 0, AUTH_NO,
		 FAULT_FORBIDDEN},
		{"with another word", "DELETE", "fasti=" SECRET, "none", PLAIN, 0, AUTH_NO,
		 FAULT_FORBIDDEN},
		{"with its secret as word", "POST", "fasti=" SECRET, SECRET, PLAIN, 0, AUTH_NO,
		 FAULT_FORBIDDEN},
		{"scripts alone, without", "GET", "fasti=" SECRET, NULL, SCRIPTS, 0,
		 AUTH_NONE_GIVEN, NO_FAULT},
		{"scripts alone, with it", "REPORT", "fasti=" SECRET, "*", SCRIPTS, 0, AUTH_YES,
		 NO_FAULT},
		{"where one begins", "POST", "fasti=" SECRET, NULL, BEGINS, 0, AUTH_NONE_GIVEN,
		 NO_FAULT},
		{"elsewhere", "GET", "fasti=" SECRET, "*", HTTP_AUTH, 0, AUTH_NONE_GIVEN, NO_FAULT},
		{"when it is over", "PUT", "fasti=" SECRET, NULL, PLAIN, 100, AUTH_NONE_GIVEN,
		 NO_FAULT},
		{"among others", "GET", "a=b; fasti=" SECRET "; c=d", NULL, PLAIN, 0, AUTH_YES,
		 NO_FAULT},
		{"another's name", "GET", "xfasti=" SECRET, NULL, PLAIN, 0, AUTH_NONE_GIVEN,
		 NO_FAULT},
		{"a longer name", "GET", "fasti2=" SECRET, NULL, PLAIN, 0, AUTH_NONE_GIVEN,
		 NO_FAULT},
		{"empty", "GET", "fasti=", NULL, PLAIN, 0, AUTH_NONE_GIVEN, NO_FAULT},
		{"no value", "GET", "fasti", NULL, PLAIN, 0, AUTH_NONE_GIVEN, NO_FAULT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asked q;
		struct http_request *rq = begin(&q, rows[i].method, rows[i].flags);
		const char *word = rows[i].word;

		rq->now = rows[i].now;
		if (word && strcmp(word, "*") == 0)
			word = text_cstr(q.arena, http_session_word(q.arena, TEXT(SECRET)));
		say(&q, "Cookie", rows[i].cookie);
		say(&q, HTTP_CSRF_HEADER, word);
		check_asked(rows[i].name, &q, rows[i].want, rows[i].want_fault);
	}
}

static void test_https(void)
{
	static const struct {
		const char *name, *cookie;
		bool is_https;
		enum http_auth_result want;
	} rows[] = {
		{"its own kind", "__Host-fasti=" SECRET, true, AUTH_YES},
		{"without the prefix", "fasti=" SECRET, true, AUTH_NONE_GIVEN},
		{"with it by http", "__Host-fasti=" SECRET, false, AUTH_NONE_GIVEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asked q;

		(void)begin(&q, "GET", PLAIN);
		q.server.options.is_https = rows[i].is_https;
		say(&q, "Cookie", rows[i].cookie);
		check_asked(rows[i].name, &q, rows[i].want, NO_FAULT);
	}
}

static const char *basic(struct asked *q, const char *credentials)
{
	struct buf b;

	buf_init(&b, q->arena, 64, 4096);
	buf_put_lit(&b, "Basic ");
	codec_put_base64(&b, credentials, strlen(credentials));
	return text_cstr(q->arena, buf_text(&b));
}

static void test_apps(void)
{
	static const struct {
		const char *name, *credentials;
		unsigned flags;
		enum http_auth_result want;
	} rows[] = {
		{"of its owner", "alice:" SECRET, HTTP_AUTH | HTTP_APP_PASSWORDS, AUTH_YES},
		{"of another", "bob:" SECRET, HTTP_AUTH | HTTP_APP_PASSWORDS, AUTH_UNKNOWN_YET},
		{"where none is taken", "alice:" SECRET, HTTP_AUTH, AUTH_UNKNOWN_YET},
		{"shorter", "alice:q7w8", HTTP_AUTH | HTTP_APP_PASSWORDS, AUTH_UNKNOWN_YET},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asked q;

		(void)begin(&q, "GET", rows[i].flags);
		say(&q, "Authorization", basic(&q, rows[i].credentials));
		check_asked(rows[i].name, &q, rows[i].want, NO_FAULT);
	}
}

static void test_bearers(void)
{
	static const struct {
		const char *name, *credentials;
		unsigned flags;
		enum http_auth_result want;
	} rows[] = {
		{"a token", "Bearer " SECRET, HTTP_AUTH | HTTP_BEARER, AUTH_YES},
		{"the scheme has no case", "bearer " SECRET, HTTP_AUTH | HTTP_BEARER, AUTH_YES},
		{"where nobody need be", "Bearer " SECRET, HTTP_AUTH_OPTIONAL | HTTP_BEARER,
		 AUTH_YES},
		{"another", "Bearer x", HTTP_AUTH_OPTIONAL | HTTP_BEARER, AUTH_NO},
		{"longer", "Bearer " SECRET "x", HTTP_AUTH | HTTP_BEARER, AUTH_NO},
		{"none", "Bearer ", HTTP_AUTH | HTTP_BEARER, AUTH_NONE_GIVEN},
		{"where none is taken", "Bearer " SECRET, HTTP_AUTH | HTTP_APP_PASSWORDS,
		 AUTH_NONE_GIVEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asked q;

		(void)begin(&q, "PUT", rows[i].flags);
		say(&q, "Authorization", rows[i].credentials);
		check_asked(rows[i].name, &q, rows[i].want, NO_FAULT);
	}
}

/* The word is not what the store keeps, nor the secret, nor that of another. */
static void test_word(void)
{
	struct arena *a = arena_create(1 << 16);
	struct text word = http_session_word(a, TEXT(SECRET));

	CHECK_TRUE("the digest", !text_equal(word, secret_digest_hex(a, TEXT(SECRET))));
	CHECK_TRUE("of another", !text_equal(word, http_session_word(a, TEXT("x"))));
	CHECK_TRUE("always the same", text_equal(word, http_session_word(a, TEXT(SECRET))));
	arena_destroy(a);
}

UNIT_SUITE("http session", {"a session, by method and word", test_sessions},
	   {"over https the cookie is of the __Host- kind (RFC 6265bis §4.1.3.2)", test_https},
	   {"the password of a program", test_apps},
	   {"the token of a program (RFC 6750 §2.1)", test_bearers}, {"the word", test_word})

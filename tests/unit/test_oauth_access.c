/* test_oauth_access - a token that is good, and one renewal at a time */
#include "federation/oauth.h"

#include <pthread.h>

#include "base/clock.h"
#include "oauth_scene.h"
#include "unit.h"

#define NOW INT64_C(1800000000)

static const struct fault *add(struct db *db, struct arena *a, void *ctx)
{
	return connection_add(db, a, ctx);
}

static void live(struct oauth_scene *s, struct store_fixture *x, enum provider_kind provider)
{
	const struct oauth_tokens tokens = {TEXT("old"), TEXT("refresh"), NOW + 30, TEXT("s")};

	oauth_scene_open(s);
	s->x = x;
	house_open(&s->house, x);
	s->fed.calendar = &s->house.calendar;
	s->connection = (struct connection){
		.owner = house_user(&s->house, "alice"),
		.id = TEXT("conn"),
		.provider = provider,
		.account = TEXT("alice@example.com"),
		.subject = TEXT("alice@example.com"),
		.state_since = NOW,
		.expires_at = tokens.expires_at,
		.created = NOW,
	};
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	CHECK_WELL("connected", store_fixture_tx(x, add, &s->connection));
}

static void die(struct oauth_scene *s)
{
	house_close(&s->house);
	oauth_scene_close(s);
}

static struct visit visit(struct oauth_scene *s)
{
	struct connection *c = NULL;

	CHECK_WELL("read", connection_get(s->house.db, s->arena, s->connection.owner,
					  s->connection.id, &c));
	return (struct visit){
		.fed = &s->fed,
		.connection = c,
		.arena = s->arena,
		.until_ns = clock_monotonic_ns() + INT64_C(20000000000),
		.now = NOW,
	};
}

static int64_t letters(struct oauth_scene *s)
{
	static const struct sql count = {
		"SELECT count(*) FROM job WHERE payload LIKE '%host-reconnect%'"};

	return store_fixture_int(s->x, &count);
}

static void case_sound(struct store_fixture *x)
{
	struct text token;
	struct oauth_scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	v.now = NOW - 30;
	CHECK_INT("it lives a minute yet", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_TEXT("as it is", token, TEXT("old"));
	CHECK_INT("nobody is asked", atomic_load(&s.asked), 0);
	die(&s);
}
STORE_CASE(case_sound)

/* What the store has now. */
static struct oauth_tokens stored(struct oauth_scene *s, struct connection **out)
{
	struct oauth_tokens t = {.expires_at = 0};
	struct visit v = visit(s);

	CHECK_WELL("opens", oauth_open(&s->fed, s->arena, v.connection, &t));
	*out = v.connection;
	return t;
}

static void renews(struct store_fixture *x, enum provider_kind provider, const char *says_what,
		   const char *refresh)
{
	struct connection *c;
	struct oauth_tokens t;
	struct text token;
	struct oauth_scene s;
	struct visit v;

	live(&s, x, provider);
	v = visit(&s);
	oauth_scene_says(&s, "200 OK", says_what);
	CHECK_INT("renewed", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_TEXT("the new one", token, TEXT("new"));
	CHECK_TRUE("RFC 6749 §6",
		   oauth_scene_heard(&s, "grant_type=refresh_token&refresh_token=refresh"));
	t = stored(&s, &c);
	CHECK_TEXT("stored", t.access, TEXT("new"));
	CHECK_TEXT("refresh token", t.refresh, text_from(refresh));
	CHECK_INT("its time", c->expires_at, NOW + 3600);
	CHECK_INT("another number", c->secret_no, s.connection.secret_no + 1);
	CHECK_INT("the lease is over", c->lease_until, 0);
	CHECK_INT("the visit goes on with it", v.connection->secret_no, c->secret_no);
	CHECK_INT("once is enough", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_INT("asked once", atomic_load(&s.asked), 1);
	die(&s);
}

static void case_keeps_refresh(struct store_fixture *x)
{
	renews(x, PROVIDER_GOOGLE, "{\"access_token\":\"new\",\"expires_in\":3600}", "refresh");
}
STORE_CASE(case_keeps_refresh)

static void case_takes_refresh(struct store_fixture *x)
{
	renews(x, PROVIDER_OUTLOOK,
	       "{\"access_token\":\"new\",\"expires_in\":3600,\"refresh_token\":\"next\"}", "next");
}
STORE_CASE(case_takes_refresh)

static void case_refused_token(struct store_fixture *x)
{
	struct text token;
	struct oauth_scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	v.now = NOW - 3000;
	oauth_scene_says(&s, "200 OK", "{\"access_token\":\"new\",\"expires_in\":5}");
	CHECK_INT("renewed", oauth_access(&v, TEXT("old"), &token), CALL_OK);
	CHECK_TEXT("used, however short it lives", token, TEXT("new"));
	CHECK_INT("asked once", atomic_load(&s.asked), 1);
	die(&s);
}
STORE_CASE(case_refused_token)

/* One that was good when the visit began, and is over by now. */
static void case_long_visit(struct store_fixture *x)
{
	const struct oauth_tokens over = {TEXT("old"), TEXT("refresh"), clock_now() - 10,
					  TEXT("s")};
	struct text token;
	struct oauth_scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	v.now = over.expires_at - 3600;
	v.by_clock = true;
	v.connection->secret = oauth_seal(&s.fed, s.arena, v.connection, &over);
	oauth_scene_says(&s, "200 OK", "{\"access_token\":\"new\"}");
	CHECK_INT("renewed", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_TEXT("the new one", token, TEXT("new"));
	CHECK_TRUE("it is later by now", v.now > over.expires_at);
	die(&s);
}
STORE_CASE(case_long_visit)

static void case_revoked(struct store_fixture *x)
{
	struct text token;
	struct oauth_scene s;
	struct visit v, other;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	other = visit(&s);
	oauth_scene_says(&s, "400 Bad Request",
			 "{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\","
			 "\"error_description\":\"Token of alice\"}");
	CHECK_INT("consent is gone", oauth_access(&v, TEXT_NONE, &token), CALL_CONSENT);
	CHECK_TEXT("why, in the provider's word alone", v.why,
		   TEXT("The provider gave no token: invalid_grant, invalid_rapt."));
	CHECK_INT("marked", visit(&s).connection->state, CONNECTION_RECONNECT);
	CHECK_INT("since", visit(&s).connection->state_since, NOW);
	CHECK_INT("one letter", letters(&s), 1);
	CHECK_INT("who did not know yet", oauth_access(&other, TEXT_NONE, &token), CALL_CONSENT);
	CHECK_INT("nor is it told again", letters(&s), 1);
	v = visit(&s);
	CHECK_INT("nor asked again", oauth_access(&v, TEXT_NONE, &token), CALL_CONSENT);
	CHECK_INT("but by who did not know", atomic_load(&s.asked) <= 2, 1);
	die(&s);
}
STORE_CASE(case_revoked)

/* Another process, whose token was good, is through before the refusal is heard. */
static const struct fault *set(struct db *db, struct arena *a, void *ctx)
{
	bool done;

	return connection_set_secret(db, a, ctx, &done);
}

static void another_was_quicker(struct oauth_scene *s)
{
	const struct oauth_tokens theirs = {TEXT("theirs"), TEXT("r2"), NOW + 3600, TEXT("s")};
	struct connection c = s->connection;

	c.secret = oauth_seal(&s->fed, s->arena, &c, &theirs);
	c.expires_at = theirs.expires_at;
	CHECK_WELL("another process", store_fixture_tx(s->x, set, &c));
}

static void case_race(struct store_fixture *x)
{
	struct text token;
	struct oauth_scene s;
	struct visit v;

	live(&s, x, PROVIDER_OUTLOOK);
	v = visit(&s);
	s.meanwhile = another_was_quicker;
	oauth_scene_says(&s, "400 Bad Request", "{\"error\":\"invalid_grant\"}");
	CHECK_INT("well", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_TEXT("theirs is used", token, TEXT("theirs"));
	CHECK_INT("nobody is marked", visit(&s).connection->state, CONNECTION_WORKS);
	CHECK_INT("nor told", letters(&s), 0);
	die(&s);
}
STORE_CASE(case_race)

static void case_left_alone(struct store_fixture *x)
{
	static const struct {
		const char *row, *status, *says;
		enum call_end end;
	} rows[] = {
		{"our configuration", "401 Unauthorized", "{\"error\":\"invalid_client\"}",
		 CALL_LATER},
		{"not well", "503 Service Unavailable", "", CALL_LATER},
		{"a word that nobody knows", "400 Bad Request", "{\"error\":\"something_new\"}",
		 CALL_LATER},
		{"a page of a proxy", "403 Forbidden", "<html>", CALL_LATER},
		{"no token", "200 OK", "{}", CALL_BROKEN},
	};
	struct text token;
	struct oauth_scene s;

	live(&s, x, PROVIDER_GOOGLE);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct visit v = visit(&s);

		oauth_scene_says(&s, rows[i].status, rows[i].says);
		oauth_scene_forget_pauses(&s);
		CHECK_INT(rows[i].row, oauth_access(&v, TEXT_NONE, &token), rows[i].end);
		CHECK_TRUE(rows[i].row, v.retry_at > NOW && v.why.len > 0);
		CHECK_INT(rows[i].row, visit(&s).connection->state, CONNECTION_WORKS);
		CHECK_INT(rows[i].row, visit(&s).connection->lease_until, 0);
	}
	CHECK_INT("nobody is told", letters(&s), 0);
	die(&s);
}
STORE_CASE(case_left_alone)

static const struct fault *lease(struct db *db, struct arena *a, void *ctx)
{
	bool got;

	return connection_lease(db, a, ctx, TEXT("elsewhere"), NOW, NOW + 60, &got);
}

static void case_leased(struct store_fixture *x)
{
	struct text token;
	struct oauth_scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	CHECK_WELL("another has it", store_fixture_tx(x, lease, &s.connection));
	v = visit(&s);
	v.until_ns = 0;
	CHECK_INT("no time to wait", oauth_access(&v, TEXT_NONE, &token), CALL_LATER);
	CHECK_INT("one at a time", atomic_load(&s.asked), 0);
	v = visit(&s);
	v.now = NOW + 61;
	oauth_scene_says(&s, "200 OK", "{\"access_token\":\"new\"}");
	CHECK_INT("who never came back", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	die(&s);
}
STORE_CASE(case_leased)

enum { CROWD = 8 };

struct one {
	struct oauth_scene *s;
	struct arena *arena;
	struct visit v;
	struct text token;
	enum call_end end;
	pthread_t thread;
};

static void *ask(void *ctx)
{
	struct one *o = ctx;

	o->end = oauth_access(&o->v, TEXT_NONE, &o->token);
	return NULL;
}

/* None of them burns a refresh token that another needs. */
static void case_crowd(struct store_fixture *x)
{
	struct one all[CROWD];
	struct oauth_scene s;

	live(&s, x, PROVIDER_OUTLOOK);
	oauth_scene_says(
		&s, "200 OK",
		"{\"access_token\":\"new\",\"expires_in\":3600,\"refresh_token\":\"next\"}");
	for (size_t i = 0; i < CROWD; i++) {
		all[i] = (struct one){.s = &s, .arena = arena_create(8 << 20), .v = visit(&s)};
		all[i].v.arena = all[i].arena;
	}
	for (size_t i = 0; i < CROWD; i++)
		CHECK_INT("thread", pthread_create(&all[i].thread, NULL, ask, &all[i]), 0);
	for (size_t i = 0; i < CROWD; i++)
		pthread_join(all[i].thread, NULL);
	for (size_t i = 0; i < CROWD; i++) {
		CHECK_INT("well", all[i].end, CALL_OK);
		CHECK_TEXT("one token for all", all[i].token, TEXT("new"));
		arena_destroy(all[i].arena);
	}
	CHECK_INT("asked once", atomic_load(&s.asked), 1);
	die(&s);
}
STORE_CASE(case_crowd)

static void case_revoke(struct store_fixture *x)
{
	struct oauth_scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	oauth_scene_says(&s, "200 OK", "{}");
	CHECK_INT("given back", oauth_revoke(&v), CALL_OK);
	CHECK_TRUE("RFC 7009 §2.1", oauth_scene_heard(&s, "POST /revoke ") &&
					    oauth_scene_heard(&s, "token=refresh"));
	CHECK_TRUE("and nothing of ours", !oauth_scene_heard(&s, "client_secret"));
	oauth_scene_says(&s, "400 Bad Request", "{\"error\":\"invalid_token\"}");
	CHECK_INT("it was already", oauth_revoke(&v), CALL_OK);
	oauth_scene_says(&s, "503 Service Unavailable", "");
	CHECK_INT("not heard", oauth_revoke(&v), CALL_LATER);
	v.connection->provider = PROVIDER_OUTLOOK;
	CHECK_INT("Outlook has no word for it", oauth_revoke(&v), CALL_OK);
	CHECK_INT("asked three times", atomic_load(&s.asked), 3);
	die(&s);
}
STORE_CASE(case_revoke)

UNIT_SUITE("oauth_access", STORE_ROWS("a sound token is used", case_sound),
	   STORE_ROWS("Google's refresh token stays", case_keeps_refresh),
	   STORE_ROWS("Microsoft's is another each time", case_takes_refresh),
	   STORE_ROWS("a token that was refused is renewed once", case_refused_token),
	   STORE_ROWS("a visit may be longer than a token lives", case_long_visit),
	   STORE_ROWS("consent that is gone is marked, and told once", case_revoked),
	   STORE_ROWS("a refusal of what is no longer the secret marks nobody", case_race),
	   STORE_ROWS("any other trouble leaves the account as it is", case_left_alone),
	   STORE_ROWS("a lease holds, and has an end", case_leased),
	   STORE_ROWS("many at once ask once", case_crowd),
	   STORE_ROWS("a token is given back", case_revoke))

/* oauth: where browsers are sent, what tokens are traded for, and one renewal at a time */
#include "federation/oauth.h"

#include <pthread.h>
#include <stdatomic.h>

#include "answering.h"
#include "base/clock.h"
#include "base/codec.h"
#include "federation/gate.h"
#include "house_fixture.h"
#include "net/net.h"
#include "unit.h"

#define NOW INT64_C(1800000000)
#define GOOGLE_ALL                                                                                 \
	"https://www.googleapis.com/auth/calendar.events "                                         \
	"https://www.googleapis.com/auth/calendar.calendarlist.readonly"

/* A provider's token endpoint that says what the case wants. */
struct scene {
	struct arena *arena;
	struct calendar calendar;
	struct federation fed;
	struct answering server;
	const char *status, *says;
	void (*meanwhile)(struct scene *s); /* before it answers; or NULL */
	atomic_int asked;
	char last[16 * 1024];
	char answer[64 * 1024];
	/* of cases with a store */
	struct house_fixture house;
	struct connection connection;
	struct store_fixture *x;
};

static const char *answer(void *ctx, struct text request)
{
	struct scene *s = ctx;

	CHECK_TRUE("the request fits", request.len < sizeof(s->last));
	memcpy(s->last, request.at, request.len);
	s->last[request.len] = '\0';
	if (s->meanwhile)
		s->meanwhile(s);
	snprintf(s->answer, sizeof(s->answer), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s",
		 s->status, strlen(s->says), s->says);
	atomic_fetch_add(&s->asked, 1);
	return s->answer;
}

static void begin(struct scene *s)
{
	struct text base;

	*s = (struct scene){.arena = arena_create(64 << 20), .calendar = {.key = {{1, 2, 3}}}};
	CHECK_WELL("secrets", secret_init(s->arena));
	answering_start(&s->server, answer, s);
	base = text_from(arena_printf(s->arena, "http://127.0.0.1:%d", s->server.port));
	s->fed = (struct federation){
		.calendar = &s->calendar,
		.gate = gate_create(),
		.url = TEXT("https://cal.example.org"),
		.holder = TEXT("here"),
		.allow_private = true,
	};
	for (int i = 0; i < PROVIDER_CALDAV; i++)
		s->fed.apps[i] = (struct federation_app){
			.client_id = TEXT("our client"),
			.secret = TEXT("hush&hush"),
			.auth_url = TEXT("https://accounts.example.com/auth"),
			.token_url =
				text_from(arena_printf(s->arena, "%.*s/token", TEXT_ARG(base))),
			.api_url = base,
		};
	s->fed.apps[PROVIDER_GOOGLE].revoke_url =
		text_from(arena_printf(s->arena, "%.*s/revoke", TEXT_ARG(base)));
}

static void end(struct scene *s)
{
	net_cleanup();
	answering_stop(&s->server);
	gate_destroy(s->fed.gate);
	arena_destroy(s->arena);
}

static void says(struct scene *s, const char *status, const char *what)
{
	s->status = status;
	s->says = what;
}

/* Each row is the first that the gate sees. */
static void forget_pauses(struct scene *s)
{
	gate_destroy(s->fed.gate);
	s->fed.gate = gate_create();
}

static bool was_said(const struct scene *s, const char *field)
{
	return text_find(text_from(s->last), text_from(field)) >= 0;
}

/* ---- consent ----------------------------------------------------------------------------------
 */

/* A parameter of a URL, decoded; NULL-text: there is none. */
static struct text param(struct arena *a, struct text url, const char *name)
{
	struct text rest = text_sub(url, (size_t)text_find_char(url, '?', 0) + 1, url.len), part;
	struct text begins = text_from(arena_printf(a, "%s=", name)), value;

	while (text_next(&rest, '&', &part))
		if (text_starts(part, begins) &&
		    codec_percent_decode(a, text_sub(part, begins.len, part.len), false, &value))
			return value;
	return TEXT_NONE;
}

static void test_url(void)
{
	static const struct {
		const char *row;
		enum provider_kind provider;
		const char *name, *value;
	} rows[] = {
		{"Google: code flow", PROVIDER_GOOGLE, "response_type", "code"},
		{"Google: as whom", PROVIDER_GOOGLE, "client_id", "our client"},
		{"Google: back to here", PROVIDER_GOOGLE, "redirect_uri",
		 "https://cal.example.org/oauth/google/callback"},
		{"Google: a refresh token", PROVIDER_GOOGLE, "access_type", "offline"},
		{"Google: each time", PROVIDER_GOOGLE, "prompt", "consent"},
		{"Google: scopes", PROVIDER_GOOGLE, "scope", GOOGLE_ALL},
		{"RFC 7636 §4.3", PROVIDER_GOOGLE, "code_challenge_method", "S256"},
		{"Outlook: scopes", PROVIDER_OUTLOOK, "scope",
		 "offline_access openid email User.Read MailboxSettings.Read "
		 "Calendars.ReadWrite"},
		{"Outlook: back to here", PROVIDER_OUTLOOK, "redirect_uri",
		 "https://cal.example.org/oauth/outlook/callback"},
		{"Outlook: no access_type", PROVIDER_OUTLOOK, "access_type", NULL},
		{"RFC 7636 §4.3, Outlook", PROVIDER_OUTLOOK, "code_challenge_method", "S256"},
	};
	struct scene s;

	begin(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct oauth_start start = {.owner = 7, .provider = rows[i].provider};
		struct text url = TEXT_NONE;

		CHECK_WELL(rows[i].row, oauth_url(&s.fed, s.arena, &start, NOW, &url));
		CHECK_TEXT(rows[i].row, param(s.arena, url, rows[i].name),
			   text_from(rows[i].value));
	}
	end(&s);
}

/* RFC 6749 §3.1: the endpoint may have a query of its own. */
static void test_url_with_query(void)
{
	const struct oauth_start start = {.owner = 7, .provider = PROVIDER_OUTLOOK};
	struct text url = TEXT_NONE;
	struct scene s;

	begin(&s);
	s.fed.apps[PROVIDER_OUTLOOK].auth_url = TEXT("https://login.example.com/?p=policy");
	CHECK_WELL("url", oauth_url(&s.fed, s.arena, &start, NOW, &url));
	CHECK_TRUE("goes on",
		   text_starts(url, TEXT("https://login.example.com/?p=policy&response_type=")));
	s.fed.apps[PROVIDER_OUTLOOK].client_id = TEXT_NONE;
	CHECK_FAULT("not set up", oauth_url(&s.fed, s.arena, &start, NOW, &url), FAULT_NOT_FOUND);
	end(&s);
}

static void test_state(void)
{
	const struct oauth_start start = {
		.owner = 7,
		.provider = PROVIDER_OUTLOOK,
		.by_command = true,
		.connection = TEXT("an id"),
	};
	struct text url = TEXT_NONE, state, verifier = TEXT_NONE;
	struct oauth_start back;
	struct scene s;
	char *bent;

	begin(&s);
	CHECK_WELL("url", oauth_url(&s.fed, s.arena, &start, NOW, &url));
	state = param(s.arena, url, "state");
	CHECK_WELL("comes back",
		   oauth_state_read(&s.fed, s.arena, state, NOW + OAUTH_STATE_S, &back, &verifier));
	CHECK_INT("owner", back.owner, 7);
	CHECK_INT("provider", back.provider, PROVIDER_OUTLOOK);
	CHECK_TRUE("by command", back.by_command);
	CHECK_TEXT("connection", back.connection, TEXT("an id"));
	CHECK_TEXT("RFC 7636 §4.2: the challenge is the verifier's",
		   param(s.arena, url, "code_challenge"), secret_sha256(s.arena, verifier));
	CHECK_TRUE("the verifier is not told", text_find(url, verifier) < 0);

	CHECK_FAULT("too late",
		    oauth_state_read(&s.fed, s.arena, state, NOW + OAUTH_STATE_S + 1, &back,
				     &verifier),
		    FAULT_FORBIDDEN);
	bent = text_cstr(s.arena, state);
	bent[state.len / 2] = bent[state.len / 2] == 'A' ? 'B' : 'A';
	CHECK_FAULT("bent",
		    oauth_state_read(&s.fed, s.arena, text_from(bent), NOW, &back, &verifier),
		    FAULT_FORBIDDEN);
	CHECK_FAULT("none at all",
		    oauth_state_read(&s.fed, s.arena, TEXT_NONE, NOW, &back, &verifier),
		    FAULT_FORBIDDEN);
	s.calendar.key.bytes[0]++;
	CHECK_FAULT("of another server",
		    oauth_state_read(&s.fed, s.arena, state, NOW, &back, &verifier),
		    FAULT_FORBIDDEN);
	end(&s);
}

/* ---- a code is traded ------------------------------------------------------------------------
 */

static void test_redeem(void)
{
	static const struct {
		const char *row;
		enum provider_kind provider;
		const char *status, *says;
		int fault; /* -1: none */
	} rows[] = {
		{"Google", PROVIDER_GOOGLE, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":3599,"
		 "\"token_type\":\"Bearer\",\"scope\":\"" GOOGLE_ALL "\"}",
		 -1},
		{"RFC 6749 §5.1: no scope is the one that was asked for", PROVIDER_GOOGLE, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\"}", -1},
		{"Outlook names scopes in full", PROVIDER_OUTLOOK, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":\"3599\","
		 "\"scope\":\"openid https://graph.microsoft.com/user.read "
		 "https://graph.microsoft.com/Calendars.ReadWrite\"}",
		 -1},
		{"a box was not ticked", PROVIDER_GOOGLE, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\","
		 "\"scope\":\"https://www.googleapis.com/auth/calendar.events\"}",
		 FAULT_UNPROCESSABLE},
		{"a scope that only ends alike", PROVIDER_OUTLOOK, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\","
		 "\"scope\":\"User.Read NoCalendars.ReadWrite\"}",
		 FAULT_UNPROCESSABLE},
		{"nothing was granted at all", PROVIDER_GOOGLE, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"scope\":\"\"}",
		 FAULT_UNPROCESSABLE},
		{"no refresh token", PROVIDER_GOOGLE, "200 OK", "{\"access_token\":\"a\"}",
		 FAULT_UNPROCESSABLE},
		{"the code was used", PROVIDER_GOOGLE, "400 Bad Request",
		 "{\"error\":\"invalid_grant\"}", FAULT_FORBIDDEN},
		{"we are not known", PROVIDER_GOOGLE, "401 Unauthorized",
		 "{\"error\":\"invalid_client\"}", FAULT_UNAVAILABLE},
		{"not well", PROVIDER_GOOGLE, "503 Service Unavailable", "busy", FAULT_UNAVAILABLE},
		{"too often", PROVIDER_GOOGLE, "429 Too Many Requests", "{}", FAULT_UNAVAILABLE},
		{"no JSON", PROVIDER_GOOGLE, "200 OK", "<html>", FAULT_UNAVAILABLE},
		{"no token", PROVIDER_GOOGLE, "200 OK", "{}", FAULT_UNAVAILABLE},
		{"a token that would be two header lines", PROVIDER_GOOGLE, "200 OK",
		 "{\"access_token\":\"a\\r\\nX: y\",\"refresh_token\":\"r\"}", FAULT_UNAVAILABLE},
		{"a token of another kind", PROVIDER_GOOGLE, "200 OK",
		 "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"token_type\":\"mac\"}",
		 FAULT_UNAVAILABLE},
	};
	struct scene s;

	begin(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oauth_tokens t;
		const struct fault *f;

		says(&s, rows[i].status, rows[i].says);
		forget_pauses(&s);
		f = oauth_redeem(&s.fed, s.arena, rows[i].provider, TEXT("the code"),
				 TEXT("the-verifier"), NOW, &t);
		if (rows[i].fault < 0)
			CHECK_WELL(rows[i].row, f);
		else
			CHECK_FAULT(rows[i].row, f, (enum fault_code)rows[i].fault);
	}
	CHECK_TRUE("as a form",
		   was_said(&s, "\r\nContent-Type: application/x-www-form-urlencoded"));
	CHECK_TRUE("RFC 6749 §4.1.3",
		   was_said(&s, "grant_type=authorization_code&code=the%20code"));
	CHECK_TRUE("RFC 7636 §4.5", was_said(&s, "&code_verifier=the-verifier"));
	CHECK_TRUE("RFC 6749 §2.3.1", was_said(&s, "&client_secret=hush%26hush"));
	end(&s);
}

static void test_redeem_times(void)
{
	struct oauth_tokens t;
	struct scene s;

	begin(&s);
	says(&s, "200 OK", "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":3599}");
	CHECK_WELL("well",
		   oauth_redeem(&s.fed, s.arena, PROVIDER_GOOGLE, TEXT("c"), TEXT("v"), NOW, &t));
	CHECK_INT("lives so long", t.expires_at, NOW + 3599);
	says(&s, "200 OK", "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":-5}");
	CHECK_WELL("well",
		   oauth_redeem(&s.fed, s.arena, PROVIDER_GOOGLE, TEXT("c"), TEXT("v"), NOW, &t));
	CHECK_INT("never before now", t.expires_at, NOW);
	CHECK_FAULT("no code",
		    oauth_redeem(&s.fed, s.arena, PROVIDER_GOOGLE, TEXT_NONE, TEXT("v"), NOW, &t),
		    FAULT_FORBIDDEN);
	CHECK_INT("asked for none", atomic_load(&s.asked), 2);
	s.fed.allow_private = false;
	CHECK_FAULT("secrets go over https alone",
		    oauth_redeem(&s.fed, s.arena, PROVIDER_GOOGLE, TEXT("c"), TEXT("v"), NOW, &t),
		    FAULT_UNAVAILABLE);
	CHECK_INT("nobody was asked", atomic_load(&s.asked), 2);
	end(&s);
}

/* ---- as it is kept ---------------------------------------------------------------------------
 */

static void test_seal(void)
{
	const struct oauth_tokens tokens = {TEXT("a"), TEXT("zo\xc3\xab\"\\"), 42, TEXT("s")};
	struct connection c = {.owner = 7, .id = TEXT("one")};
	struct oauth_tokens back;
	struct scene s;

	begin(&s);
	c.secret = oauth_seal(&s.fed, s.arena, &c, &tokens);
	CHECK_TRUE("not to be read", text_find(c.secret, TEXT("zo")) < 0);
	CHECK_WELL("opens", oauth_open(&s.fed, s.arena, &c, &back));
	CHECK_TEXT("access", back.access, tokens.access);
	CHECK_TEXT("refresh", back.refresh, tokens.refresh);
	CHECK_INT("expires", back.expires_at, 42);
	CHECK_TEXT("scope", back.scope, tokens.scope);
	c.owner = 8;
	CHECK_FAULT("of another owner", oauth_open(&s.fed, s.arena, &c, &back), FAULT_INTERNAL);
	c.owner = 7;
	c.id = TEXT("two");
	CHECK_FAULT("of another account", oauth_open(&s.fed, s.arena, &c, &back), FAULT_INTERNAL);
	end(&s);
}

/* ---- a token that is good --------------------------------------------------------------------
 */

static const struct fault *add(struct db *db, struct arena *a, void *ctx)
{
	return connection_add(db, a, ctx);
}

static void live(struct scene *s, struct store_fixture *x, enum provider_kind provider)
{
	const struct oauth_tokens tokens = {TEXT("old"), TEXT("refresh"), NOW + 30, TEXT("s")};

	begin(s);
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

static void die(struct scene *s)
{
	house_close(&s->house);
	end(s);
}

static struct visit visit(struct scene *s)
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

static int64_t letters(struct scene *s)
{
	static const struct sql count = {
		"SELECT count(*) FROM job WHERE payload LIKE '%host-reconnect%'"};

	return store_fixture_int(s->x, &count);
}

static void case_sound(struct store_fixture *x)
{
	struct text token;
	struct scene s;
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
static struct oauth_tokens stored(struct scene *s, struct connection **out)
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
	struct scene s;
	struct visit v;

	live(&s, x, provider);
	v = visit(&s);
	says(&s, "200 OK", says_what);
	CHECK_INT("renewed", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_TEXT("the new one", token, TEXT("new"));
	CHECK_TRUE("RFC 6749 §6", was_said(&s, "grant_type=refresh_token&refresh_token=refresh"));
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
	struct scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	v.now = NOW - 3000;
	says(&s, "200 OK", "{\"access_token\":\"new\",\"expires_in\":5}");
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
	struct scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	v.now = over.expires_at - 3600;
	v.by_clock = true;
	v.connection->secret = oauth_seal(&s.fed, s.arena, v.connection, &over);
	says(&s, "200 OK", "{\"access_token\":\"new\"}");
	CHECK_INT("renewed", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	CHECK_TEXT("the new one", token, TEXT("new"));
	CHECK_TRUE("it is later by now", v.now > over.expires_at);
	die(&s);
}
STORE_CASE(case_long_visit)

static void case_revoked(struct store_fixture *x)
{
	struct text token;
	struct scene s;
	struct visit v, other;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	other = visit(&s);
	says(&s, "400 Bad Request",
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

static void another_was_quicker(struct scene *s)
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
	struct scene s;
	struct visit v;

	live(&s, x, PROVIDER_OUTLOOK);
	v = visit(&s);
	s.meanwhile = another_was_quicker;
	says(&s, "400 Bad Request", "{\"error\":\"invalid_grant\"}");
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
	struct scene s;

	live(&s, x, PROVIDER_GOOGLE);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct visit v = visit(&s);

		says(&s, rows[i].status, rows[i].says);
		forget_pauses(&s);
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
	struct scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	CHECK_WELL("another has it", store_fixture_tx(x, lease, &s.connection));
	v = visit(&s);
	v.until_ns = 0;
	CHECK_INT("no time to wait", oauth_access(&v, TEXT_NONE, &token), CALL_LATER);
	CHECK_INT("one at a time", atomic_load(&s.asked), 0);
	v = visit(&s);
	v.now = NOW + 61;
	says(&s, "200 OK", "{\"access_token\":\"new\"}");
	CHECK_INT("who never came back", oauth_access(&v, TEXT_NONE, &token), CALL_OK);
	die(&s);
}
STORE_CASE(case_leased)

enum { CROWD = 8 };

struct one {
	struct scene *s;
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
	struct scene s;

	live(&s, x, PROVIDER_OUTLOOK);
	says(&s, "200 OK",
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
	struct scene s;
	struct visit v;

	live(&s, x, PROVIDER_GOOGLE);
	v = visit(&s);
	says(&s, "200 OK", "{}");
	CHECK_INT("given back", oauth_revoke(&v), CALL_OK);
	CHECK_TRUE("RFC 7009 §2.1", was_said(&s, "POST /revoke ") && was_said(&s, "token=refresh"));
	CHECK_TRUE("and nothing of ours", !was_said(&s, "client_secret"));
	says(&s, "400 Bad Request", "{\"error\":\"invalid_token\"}");
	CHECK_INT("it was already", oauth_revoke(&v), CALL_OK);
	says(&s, "503 Service Unavailable", "");
	CHECK_INT("not heard", oauth_revoke(&v), CALL_LATER);
	v.connection->provider = PROVIDER_OUTLOOK;
	CHECK_INT("Outlook has no word for it", oauth_revoke(&v), CALL_OK);
	CHECK_INT("asked three times", atomic_load(&s.asked), 3);
	die(&s);
}
STORE_CASE(case_revoke)

/* clang-format off */
UNIT_SUITE("oauth",
	   {"where a browser is sent", test_url},
	   {"an endpoint with a query; a provider that is not offered", test_url_with_query},
	   {"the state is ours, and has an end", test_state},
	   {"what a code is traded for", test_redeem},
	   {"how long a token lives, and whom it is told", test_redeem_times},
	   {"sealed for one account", test_seal},
	   STORE_ROWS("a sound token is used", case_sound),
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
/* clang-format on */

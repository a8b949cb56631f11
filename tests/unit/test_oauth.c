/* test_oauth - where browsers are sent, what a code is traded for, and how tokens are kept */
#include "federation/oauth.h"

#include "base/codec.h"
#include "oauth_scene.h"
#include "unit.h"

#define NOW INT64_C(1800000000)
#define GOOGLE_ALL                                                                                 \
	"https://www.googleapis.com/auth/calendar.events "                                         \
	"https://www.googleapis.com/auth/calendar.calendarlist.readonly"

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
	struct oauth_scene s;

	oauth_scene_open(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct oauth_start start = {.owner = 7, .provider = rows[i].provider};
		struct text url = TEXT_NONE;

		CHECK_WELL(rows[i].row, oauth_url(&s.fed, s.arena, &start, NOW, &url));
		CHECK_TEXT(rows[i].row, param(s.arena, url, rows[i].name),
			   text_from(rows[i].value));
	}
	oauth_scene_close(&s);
}

/* RFC 6749 §3.1: the endpoint may have a query of its own. */
static void test_url_with_query(void)
{
	const struct oauth_start start = {.owner = 7, .provider = PROVIDER_OUTLOOK};
	struct text url = TEXT_NONE;
	struct oauth_scene s;

	oauth_scene_open(&s);
	s.fed.apps[PROVIDER_OUTLOOK].auth_url = TEXT("https://login.example.com/?p=policy");
	CHECK_WELL("url", oauth_url(&s.fed, s.arena, &start, NOW, &url));
	CHECK_TRUE("goes on",
		   text_starts(url, TEXT("https://login.example.com/?p=policy&response_type=")));
	s.fed.apps[PROVIDER_OUTLOOK].client_id = TEXT_NONE;
	CHECK_FAULT("not set up", oauth_url(&s.fed, s.arena, &start, NOW, &url), FAULT_NOT_FOUND);
	oauth_scene_close(&s);
}

/* What a provider has said that it wants goes back to it, and nothing else does. */
static void test_claims(void)
{
#define CHALLENGE(claims)                                                                          \
	"Bearer realm=\"\", authorization_uri=\"https://login.example.com/a?b=c\", "               \
	"error=\"insufficient_claims\", claims=" claims
#define NBF "{\"access_token\":{\"nbf\":{\"essential\":true}}}"
	static const struct {
		const char *row, *challenge;
		bool is_asked;
		const char *claims;
	} rows[] = {
		{"as Microsoft prints it",
		 CHALLENGE("\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==\""),
		 true, NBF},
		{"RFC 9110 §11.2: not quoted, the only one",
		 "Bearer Claims=eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==", true,
		 NBF},
		{"no base64", CHALLENGE("\"?\""), true, ""},
		{"no JSON", CHALLENGE("\"aGVsbG8=\""), true, ""},
		{"no object", CHALLENGE("\"WzFd\""), true, ""},
		{"nothing", CHALLENGE("\"\""), false, ""},
		{"a name that only begins so", "Bearer claims_supported=\"e30=\"", false, ""},
		{"none", "Bearer error=\"invalid_token\"", false, ""},
		{"no header", "", false, ""},
	};
	struct oauth_start start = {.owner = 7, .provider = PROVIDER_OUTLOOK};
	struct text url = TEXT_NONE, long_one;
	struct oauth_scene s;
	struct buf b;

	oauth_scene_open(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_INT(rows[i].row,
			  oauth_claims_asked(s.arena, text_from(rows[i].challenge), &start.claims),
			  rows[i].is_asked);
		CHECK_TEXT(rows[i].row, start.claims, text_from(rows[i].claims));
		CHECK_WELL(rows[i].row, oauth_url(&s.fed, s.arena, &start, NOW, &url));
		CHECK_TEXT(rows[i].row, param(s.arena, url, "claims"),
			   rows[i].claims[0] ? text_from(rows[i].claims) : text_from(NULL));
	}
	buf_init(&b, s.arena, 8192, 8192);
	buf_put_lit(&b, "Bearer claims=");
	for (int i = 0; i < 1000; i++)
		buf_put_lit(&b, "ICAg");
	CHECK_TRUE("too long", oauth_claims_asked(s.arena, buf_text(&b), &long_one));
	CHECK_TEXT("is left out", long_one, TEXT_NONE);
	oauth_scene_close(&s);
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
	struct oauth_scene s;
	char *bent;

	oauth_scene_open(&s);
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
	oauth_scene_close(&s);
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
	struct oauth_scene s;

	oauth_scene_open(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct oauth_tokens t;
		const struct fault *f;

		oauth_scene_says(&s, rows[i].status, rows[i].says);
		oauth_scene_forget_pauses(&s);
		f = oauth_redeem(&s.fed, s.arena, rows[i].provider, TEXT("the code"),
				 TEXT("the-verifier"), NOW, &t);
		if (rows[i].fault < 0)
			CHECK_WELL(rows[i].row, f);
		else
			CHECK_FAULT(rows[i].row, f, (enum fault_code)rows[i].fault);
	}
	CHECK_TRUE("as a form",
		   oauth_scene_heard(&s, "\r\nContent-Type: application/x-www-form-urlencoded"));
	CHECK_TRUE("RFC 6749 §4.1.3",
		   oauth_scene_heard(&s, "grant_type=authorization_code&code=the%20code"));
	CHECK_TRUE("RFC 7636 §4.5", oauth_scene_heard(&s, "&code_verifier=the-verifier"));
	CHECK_TRUE("RFC 6749 §2.3.1", oauth_scene_heard(&s, "&client_secret=hush%26hush"));
	oauth_scene_close(&s);
}

static void test_redeem_times(void)
{
	struct oauth_tokens t;
	struct oauth_scene s;

	oauth_scene_open(&s);
	oauth_scene_says(&s, "200 OK",
			 "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":3599}");
	CHECK_WELL("well",
		   oauth_redeem(&s.fed, s.arena, PROVIDER_GOOGLE, TEXT("c"), TEXT("v"), NOW, &t));
	CHECK_INT("lives so long", t.expires_at, NOW + 3599);
	oauth_scene_says(&s, "200 OK",
			 "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":-5}");
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
	oauth_scene_close(&s);
}

/* ---- as it is kept ---------------------------------------------------------------------------
 */

static void test_seal(void)
{
	const struct oauth_tokens tokens = {TEXT("a"), TEXT("zo\xc3\xab\"\\"), 42, TEXT("s")};
	struct connection c = {.owner = 7, .id = TEXT("one")};
	struct oauth_tokens back;
	struct oauth_scene s;

	oauth_scene_open(&s);
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
	oauth_scene_close(&s);
}

UNIT_SUITE("oauth", {"where a browser is sent", test_url},
	   {"an endpoint with a query; a provider that is not offered", test_url_with_query},
	   {"what the next consent has to bring", test_claims},
	   {"the state is ours, and has an end", test_state},
	   {"what a code is traded for", test_redeem},
	   {"how long a token lives, and whom it is told", test_redeem_times},
	   {"sealed for one account", test_seal})

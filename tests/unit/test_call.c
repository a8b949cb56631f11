/* call: what an answer means, who is shown to whom, and when to come again */
#include "federation/call.h"

#include "answering.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "federation/provider.h"
#include "house_fixture.h"
#include "net/net.h"
#include "unit.h"

#define HEAD(status, more) "HTTP/1.1 " status "\r\n" more "Content-Length: 2\r\n\r\n{}"

static enum call_end judge(struct call *call)
{
	return call_judge(call);
}

static const struct provider plain = {.kind = PROVIDER_CALDAV, .judge = judge};

/* A visit to a server of the test's own, as an account that is not stored. */
struct scene {
	struct arena *arena;
	struct calendar calendar;
	struct federation fed;
	struct connection connection;
	struct visit visit;
	struct answering server;
	const char *answer, *token_answer;
	char last[64 * 1024];
	int asked;
};

static const char *answer(void *ctx, struct text request)
{
	struct scene *s = ctx;

	CHECK_TRUE("fits", request.len < sizeof(s->last));
	memcpy(s->last, request.at, request.len);
	s->last[request.len] = '\0';
	s->asked++;
	return s->answer;
}

static void scene_open(struct scene *s, answering_fn fn, void *ctx)
{
	const struct oauth_tokens tokens = {.access = TEXT("zo\xc3\xab"), .refresh = TEXT("a:b")};

	*s = (struct scene){.arena = arena_create(64 << 20), .calendar = {.key = {{1, 2, 3}}}};
	answering_start(&s->server, fn, ctx);
	CHECK_WELL("secrets", secret_init(s->arena));
	s->fed = (struct federation){
		.calendar = &s->calendar, .gate = gate_create(), .allow_private = true};
	s->connection = (struct connection){
		.owner = 7,
		.id = TEXT("abc"),
		.provider = PROVIDER_CALDAV,
		.url = text_from(
			arena_printf(s->arena, "http://127.0.0.1:%d/home/", s->server.port)),
	};
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	s->visit = (struct visit){
		.fed = &s->fed,
		.provider = &plain,
		.connection = &s->connection,
		.arena = s->arena,
		.until_ns = clock_monotonic_ns() + INT64_C(20000000000),
		.now = 1000,
	};
}

static void scene_close(struct scene *s)
{
	net_cleanup();
	answering_stop(&s->server);
	gate_destroy(s->fed.gate);
	arena_destroy(s->arena);
}

static struct text at(struct scene *s, const char *path)
{
	return text_from(arena_printf(s->arena, "http://127.0.0.1:%d%s", s->server.port, path));
}

static enum call_end run(struct scene *s, struct call *call)
{
	*call = (struct call){.method = "REPORT", .url = at(s, "/home/a"), .what = "changes"};
	return call_run(&s->visit, call);
}

static void test_sent(void)
{
	static const struct call_header headers[] = {{"Depth", TEXT_INIT("1")}};
	static const char *const want[] = {
		"PROPFIND /home/a?b HTTP/1.1\r\n",
		"\r\nAuthorization: Basic em/DqzphOmI=\r\n",
		"\r\nContent-Type: text/xml\r\n",
		"\r\nDepth: 1\r\n",
		"\r\nAccept-Encoding: gzip, deflate\r\n",
		"\r\nUser-Agent: Fasti (gzip)\r\n",
		"\r\n\r\n<a/>",
	};
	struct scene s;
	struct call call;
	int once = metrics_triple(PROVIDER_CALDAV, ASKED_FOR_CALENDARS, ASKED_OK);
	int kind = metrics_pair(PROVIDER_CALDAV, ASKED_FOR_CALENDARS);
	int64_t before = metrics_get(METRIC_PROVIDER, metrics_pair(PROVIDER_CALDAV, ASKED_OK));
	int64_t calls = metrics_get(METRIC_PROVIDER_CALLS, once);
	int64_t timed = metrics_get(METRIC_PROVIDER_SECONDS, kind);

	scene_open(&s, answer, &s);
	s.answer = "HTTP/1.1 207 Multi-Status\r\nETag: \"e\"\r\nContent-Type: a/b\r\n"
		   "Location: /c\r\nContent-Length: 4\r\n\r\n<b/>";
	call = (struct call){
		.method = "PROPFIND",
		.url = at(&s, "/home/a?b"),
		.what = "calendars",
		.body = TEXT("<a/>"),
		.media_type = TEXT("text/xml"),
		.headers = headers,
		.header_count = 1,
	};
	CHECK_INT("end", call_run(&s.visit, &call), CALL_OK);
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		CHECK_TRUE(want[i], strstr(s.last, want[i]) != NULL);
	CHECK_INT("status", call.status, 207);
	CHECK_STR("answer", text_cstr(s.arena, call.answer), "<b/>");
	CHECK_STR("etag", text_cstr(s.arena, call.etag), "\"e\"");
	CHECK_STR("type", text_cstr(s.arena, call.answer_type), "a/b");
	CHECK_STR("location", text_cstr(s.arena, call.location), "/c");
	CHECK_TEXT("by", call.answered_by, at(&s, "/home/a?b"));
	CHECK_INT("counted", metrics_get(METRIC_PROVIDER, metrics_pair(PROVIDER_CALDAV, ASKED_OK)),
		  before + 1);
	CHECK_INT("by what it was", metrics_get(METRIC_PROVIDER_CALLS, once), calls + 1);
	CHECK_INT("and timed", metrics_get(METRIC_PROVIDER_SECONDS, kind), timed + 1);
	scene_close(&s);
}

static void test_ends(void)
{
	static const struct {
		const char *name, *answer;
		enum call_end end;
		int64_t from, to; /* seconds until it may be tried again */
	} rows[] = {
		{"2xx", HEAD("204 No Content", ""), CALL_OK, 0, 0},
		{"404", HEAD("404 Not Found", ""), CALL_NOT_FOUND, 0, 0},
		{"410", HEAD("410 Gone", ""), CALL_NOT_FOUND, 0, 0},
		{"412", HEAD("412 Precondition Failed", ""), CALL_CHANGED, 0, 0},
		{"403", HEAD("403 Forbidden", ""), CALL_REFUSED, 0, 0},
		{"501", HEAD("501 Not Implemented", ""), CALL_REFUSED, 0, 0},
		{"a redirect is not followed",
		 HEAD("301 Moved Permanently", "Location: http://192.0.2.1/\r\n"), CALL_BROKEN, 0,
		 0},
		{"429", HEAD("429 Too Many Requests", ""), CALL_LATER, 1, 2},
		{"429 with seconds", HEAD("429 Too Many Requests", "Retry-After: 17\r\n"),
		 CALL_LATER, 17, 17},
		{"429 with a date",
		 HEAD("429 Too Many Requests", "Retry-After: Sun, 06 Nov 1994 08:50:00 GMT\r\n"
					       "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
		 CALL_LATER, 23, 23},
		{"429 for a year", HEAD("429 Too Many Requests", "Retry-After: 31536000\r\n"),
		 CALL_LATER, 86400, 86400},
		{"500", HEAD("500 Internal Server Error", ""), CALL_LATER, 1, 2},
		{"503 with seconds", HEAD("503 Service Unavailable", "Retry-After: 120\r\n"),
		 CALL_LATER, 120, 120},
		{"507", HEAD("507 Insufficient Storage", ""), CALL_PAUSE, 3600, 3600},
		{"507 with seconds", HEAD("507 Insufficient Storage", "Retry-After: 7200\r\n"),
		 CALL_PAUSE, 7200, 7200},
		{"no answer", NULL, CALL_LATER, 1, 2},
		{"no HTTP", "SMTP ready\r\n", CALL_LATER, 1, 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene s;
		struct call call;
		enum call_end end;

		scene_open(&s, answer, &s);
		s.answer = rows[i].answer;
		end = run(&s, &call);
		CHECK_INT(rows[i].name, end, rows[i].end);
		CHECK_INT(rows[i].name, call_fault(&s.visit, end) != NULL, end != CALL_OK);
		CHECK_INT(rows[i].name, s.visit.why.len > 0, end != CALL_OK);
		if (rows[i].to) {
			CHECK_TRUE(rows[i].name, s.visit.retry_at >= s.visit.now + rows[i].from);
			CHECK_TRUE(rows[i].name, s.visit.retry_at <= s.visit.now + rows[i].to);
		}
		scene_close(&s);
	}
}

/* What was told to wait waits, and nothing is sent meanwhile. */
static void test_held(void)
{
	struct scene s;
	struct call call;
	int64_t held = metrics_get(METRIC_PROVIDER, metrics_pair(PROVIDER_CALDAV, ASKED_HELD));

	scene_open(&s, answer, &s);
	s.answer = HEAD("429 Too Many Requests", "Retry-After: 600\r\n");
	CHECK_INT("told to wait", run(&s, &call), CALL_LATER);
	CHECK_INT("waits", run(&s, &call), CALL_LATER);
	CHECK_INT("nothing was sent", s.asked, 1);
	CHECK_INT("nothing came", call.status, 0);
	CHECK_TRUE("until then", s.visit.retry_at > s.visit.now + 590);
	CHECK_INT("counted",
		  metrics_get(METRIC_PROVIDER, metrics_pair(PROVIDER_CALDAV, ASKED_HELD)),
		  held + 1);
	scene_close(&s);
}

/* Nor does a thread sleep for as long as its visit may last: who may not go yet is told when. */
static void test_held_for_less(void)
{
	struct scene s;
	struct call call;

	scene_open(&s, answer, &s);
	s.answer = HEAD("429 Too Many Requests", "Retry-After: 10\r\n");
	CHECK_INT("told to wait", run(&s, &call), CALL_LATER);
	CHECK_TRUE("by the provider", !s.visit.is_held);
	CHECK_INT("waits, though there is time", run(&s, &call), CALL_LATER);
	CHECK_INT("nothing was sent", s.asked, 1);
	CHECK_TRUE("it was held", s.visit.is_held);
	CHECK_TRUE("until then", s.visit.retry_at <= s.visit.now + 10);
	scene_close(&s);
}

static void test_time_is_up(void)
{
	struct scene s;
	struct call call;

	scene_open(&s, answer, &s);
	s.answer = HEAD("200 OK", "");
	s.visit.until_ns = clock_monotonic_ns();
	CHECK_INT("end", run(&s, &call), CALL_LATER);
	CHECK_INT("nothing was sent", s.asked, 0);
	scene_close(&s);
}

static void test_ours(void)
{
	static const struct {
		const char *name, *base, *url;
		bool private, ours;
	} rows[] = {
		{"its path", "https://dav.example/x/", "https://dav.example/y?z", false, true},
		{"its port", "https://dav.example/x/", "https://dav.example:443/y", false, true},
		{"another port", "https://dav.example/x/", "https://dav.example:444/y", false,
		 false},
		{"another host", "https://dav.example/x/", "https://dav.example.evil.net/", false,
		 false},
		{"behind a user", "https://dav.example/x/", "https://dav.example@evil.net/", false,
		 false},
		{"another scheme", "https://dav.example/x/", "http://dav.example/", false, false},
		{"no scheme", "https://dav.example/x/", "//dav.example/", false, false},
		{"nothing", "https://dav.example/x/", "", false, false},
		{"http where it is allowed", "http://127.0.0.1:1/", "http://127.0.0.1:1/a", true,
		 true},
		{"and where it is not", "http://127.0.0.1:1/", "http://127.0.0.1:1/a", false,
		 false},
	};
	struct scene s;

	scene_open(&s, answer, &s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct call call = {.method = "GET", .what = "get", .url = text_from(rows[i].url)};

		s.connection.url = text_from(rows[i].base);
		s.fed.allow_private = rows[i].private;
		CHECK_INT(rows[i].name, call_url_is_ours(&s.visit, call.url), rows[i].ours);
		if (!rows[i].ours)
			CHECK_INT(rows[i].name, call_run(&s.visit, &call), CALL_BROKEN);
	}
	CHECK_INT("nothing was sent", s.asked, 0);
	s.connection.provider = PROVIDER_GOOGLE;
	s.fed.apps[PROVIDER_GOOGLE].api_url = TEXT("https://www.googleapis.com/calendar/v3");
	CHECK_TRUE("Google's own",
		   call_url_is_ours(&s.visit, TEXT("https://www.googleapis.com/batch")));
	CHECK_TRUE("Google's other",
		   !call_url_is_ours(&s.visit, TEXT("https://mail.googleapis.com/calendar/v3")));
	scene_close(&s);
}

/* ---- accounts that are stored ------------------------------------------------------------------
 */

static const struct fault *add(struct db *db, struct arena *a, void *ctx)
{
	return connection_add(db, a, ctx);
}

static struct connection *stored(struct scene *s, struct house_fixture *h)
{
	struct connection *c = NULL;

	CHECK_WELL("read",
		   connection_get(h->db, s->arena, s->connection.owner, s->connection.id, &c));
	return c;
}

/* The scene's account, with a user's number, in the store of a house. */
static void settle_in(struct scene *s, struct house_fixture *h, const char *name,
		      enum provider_kind provider, struct oauth_tokens tokens)
{
	s->fed.calendar = &h->calendar;
	s->fed.holder = TEXT("test");
	s->connection.owner = house_user(h, name);
	s->connection.id = secret_id_make(s->arena, &h->calendar.key, s->connection.owner);
	s->connection.provider = provider;
	s->connection.account = s->connection.subject = TEXT("alice@example.org");
	s->connection.expires_at = tokens.expires_at;
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	s->fed.apps[provider].api_url = at(s, "/api");
	s->fed.apps[provider].token_url = at(s, "/token");
	s->visit.now = HOUSE_NOW;
	CHECK_WELL("connected", store_fixture_tx(h->x, add, &s->connection));
	s->connection = *stored(s, h);
}

static const char *renew_and_answer(void *ctx, struct text request)
{
	struct scene *s = ctx;

	s->asked++;
	if (text_starts(request, TEXT("POST /token ")))
		return s->token_answer;
	if (text_find(request, TEXT("\r\nAuthorization: Bearer new\r\n")) < 0)
		return HEAD("401 Unauthorized", "");
	return s->answer;
}

#define NEW_TOKEN                                                                                  \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 62\r\n\r\n"          \
	"{\"access_token\":\"new\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"
#define NO_TOKEN                                                                                   \
	"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n" \
	"{\"error\":\"invalid_grant\"}"

#define NO_TOKEN_YET                                                                               \
	"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 53\r\n\r\n" \
	"{\"error\":\"interaction_required\",\"claims\":\"{\\\"a\\\":1}\"}"

/* A token that is refused is renewed once, and the request sent once more. */
static void check_renewal(struct store_fixture *x)
{
	static const struct {
		const char *name, *user, *token_answer, *answer;
		enum call_end end;
		int asked;
		const char *claims;
	} rows[] = {
		{"it was old", "alice", NEW_TOKEN, HEAD("200 OK", ""), CALL_OK, 3, ""},
		{"the new one is refused", "bob", NEW_TOKEN, HEAD("401 Unauthorized", ""),
		 CALL_LATER, 3, ""},
		{"more consent is wanted", "carol", NEW_TOKEN,
		 HEAD("401 Unauthorized", "WWW-Authenticate: Bearer claims=\"e30=\"\r\n"),
		 CALL_CONSENT, 3, "{}"},
		{"there is no new one", "dave", NO_TOKEN, HEAD("200 OK", ""), CALL_CONSENT, 2, ""},
		{"there is none without more", "erin", NO_TOKEN_YET, HEAD("200 OK", ""),
		 CALL_CONSENT, 2, "{\"a\":1}"},
	};
	struct house_fixture h;
	struct scene s;
	struct call call;
	const struct oauth_tokens old = {
		.access = TEXT("old"), .refresh = TEXT("r"), .expires_at = HOUSE_NOW + 3000};

	house_open(&h, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		scene_open(&s, renew_and_answer, &s);
		s.answer = rows[i].answer;
		s.token_answer = rows[i].token_answer;
		settle_in(&s, &h, rows[i].user, PROVIDER_GOOGLE, old);
		call = (struct call){.method = "GET", .url = at(&s, "/api/a"), .what = "get"};
		CHECK_INT(rows[i].name, call_run(&s.visit, &call), rows[i].end);
		CHECK_INT(rows[i].name, s.asked, rows[i].asked);
		CHECK_INT(rows[i].name, stored(&s, &h)->state,
			  rows[i].end == CALL_CONSENT ? CONNECTION_RECONNECT : CONNECTION_WORKS);
		CHECK_TEXT(rows[i].name, stored(&s, &h)->claims, text_from(rows[i].claims));
		scene_close(&s);
	}
	house_close(&h);
}

/* A password that is refused is the end, until its owner gives another. */
static void check_password(struct store_fixture *x)
{
	struct house_fixture h;
	struct scene s;
	struct call call;
	const struct oauth_tokens kept = {.access = TEXT("alice"), .refresh = TEXT("wrong")};

	house_open(&h, x);
	scene_open(&s, answer, &s);
	s.answer = HEAD("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n");
	settle_in(&s, &h, "alice", PROVIDER_CALDAV, kept);
	CHECK_INT("end", run(&s, &call), CALL_CONSENT);
	CHECK_INT("tried once", s.asked, 1);
	CHECK_INT("marked", stored(&s, &h)->state, CONNECTION_RECONNECT);
	CHECK_INT("is not tried again", run(&s, &call), CALL_CONSENT);
	CHECK_INT("by anybody", s.asked, 1);
	scene_close(&s);
	house_close(&h);
}

STORE_CASE(check_renewal)
STORE_CASE(check_password)

UNIT_SUITE("call", {"what is sent", test_sent}, {"what an answer means", test_ends},
	   {"held at the gate", test_held}, {"and for less than there is time", test_held_for_less},
	   {"no time left", test_time_is_up}, {"whose a link is", test_ours},
	   STORE_ROWS("a token is renewed", check_renewal),
	   STORE_ROWS("a password is not", check_password))

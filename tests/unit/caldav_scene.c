/* caldav_scene - see caldav_scene.h */
#include "caldav_scene.h"

#include "base/clock.h"
#include "federation/caldav.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "net/net.h"
#include "unit.h"

static const char *answer_with(struct caldav_scene *s, const struct caldav_reply *r)
{
	return arena_printf(s->of_server, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
			    r->status ? r->status : "207 Multi-Status",
			    r->headers ? r->headers : "", r->body ? strlen(r->body) : 0,
			    r->body ? r->body : "");
}

static const char *answer(void *ctx, struct text request)
{
	struct caldav_scene *s = ctx;
	static const struct caldav_reply none = {NULL, NULL, "404 Not Found", NULL, ""};

	s->last.len = 0;
	buf_put_text(&s->last, request);
	for (size_t i = 0; i < s->reply_count; i++) {
		const struct caldav_reply *r = &s->replies[i];

		if (text_starts(request, text_from(r->begins)) &&
		    (!r->has || text_find(request, text_from(r->has)) >= 0))
			return answer_with(s, r);
	}
	return answer_with(s, &none);
}

void caldav_scene_open(struct caldav_scene *s, const struct caldav_reply *replies, size_t count)
{
	const struct oauth_tokens tokens = {.access = TEXT("bob"), .refresh = TEXT("secret")};

	*s = (struct caldav_scene){
		.arena = arena_create(256 << 20),
		.of_server = arena_create(256 << 20),
		.calendar = {.key = {{1, 2, 3}}},
		.replies = replies,
		.reply_count = count,
	};
	buf_init(&s->last, s->of_server, 1024, 1 << 20);
	CHECK_WELL("secrets", secret_init(s->arena));
	answering_start(&s->server, answer, s);
	s->fed = (struct federation){
		.calendar = &s->calendar, .gate = gate_create(), .allow_private = true};
	s->connection = (struct connection){
		.owner = 7,
		.id = TEXT("abc"),
		.provider = PROVIDER_CALDAV,
		.account = TEXT("bob@example.org"),
		.url = text_from(
			arena_printf(s->arena, "http://127.0.0.1:%d/home/", s->server.port)),
	};
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	s->at = (struct outside_calendar){.owner = 7, .id = 3, .remote = TEXT("/home/work/")};
	s->visit = (struct visit){
		.fed = &s->fed,
		.provider = &provider_caldav,
		.connection = &s->connection,
		.arena = s->arena,
		.until_ns = clock_monotonic_ns() + INT64_C(60000000000),
		.now = INT64_C(1798761600),
	};
}

void caldav_scene_close(struct caldav_scene *s)
{
	net_cleanup();
	answering_stop(&s->server);
	gate_destroy(s->fed.gate);
	arena_destroy(s->arena);
	arena_destroy(s->of_server);
}

struct text caldav_scene_url(struct caldav_scene *s, const char *path)
{
	return text_from(arena_printf(s->arena, "http://127.0.0.1:%d%s", s->server.port, path));
}

/* oauth_scene - see oauth_scene.h */
#include "oauth_scene.h"

#include "federation/gate.h"
#include "net/net.h"
#include "unit.h"

static const char *answer(void *ctx, struct text request)
{
	struct oauth_scene *s = ctx;

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

void oauth_scene_open(struct oauth_scene *s)
{
	struct text base;

	*s = (struct oauth_scene){.arena = arena_create(64 << 20),
				  .calendar = {.key = {{1, 2, 3}}}};
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

void oauth_scene_close(struct oauth_scene *s)
{
	net_cleanup();
	answering_stop(&s->server);
	gate_destroy(s->fed.gate);
	arena_destroy(s->arena);
}

void oauth_scene_says(struct oauth_scene *s, const char *status, const char *what)
{
	s->status = status;
	s->says = what;
}

void oauth_scene_forget_pauses(struct oauth_scene *s)
{
	gate_destroy(s->fed.gate);
	s->fed.gate = gate_create();
}

bool oauth_scene_heard(const struct oauth_scene *s, const char *field)
{
	return text_find(text_from(s->last), text_from(field)) >= 0;
}

/* authenticate - who asks, before the body is read; and how a wrong password is answered */
#include "base/arena.h"
#include "http/http_priv.h"
#include "http/session.h"

static void refuse(struct http_request *rq)
{
	exchange_refuse(rq->exchange, fault_make(rq->arena, FAULT_UNAUTHENTICATED, NULL,
						 "A user name and the right password are needed."));
}

static bool may_go_on(const struct http_request *rq, enum http_auth_result result)
{
	return result == AUTH_YES || (result == AUTH_NONE_GIVEN && !(rq->route->flags & HTTP_AUTH));
}

/* A wrong password is told when it has cost enough. */
static void refuse_later(struct http_request *rq, unsigned delay_ms)
{
	if (delay_ms == 0) {
		refuse(rq);
		return;
	}
	http_wait(rq, refuse);
	delay_wake(rq->exchange, delay_ms);
}

/* On a thread that hashes. */
static void check_slow(struct http_request *rq)
{
	struct http_auth *auth = rq->server->options.auth;
	enum http_auth_result result = AUTH_NO;
	const struct fault *f = http_auth_check_slow(auth, rq, &result);

	if (f)
		exchange_refuse(rq->exchange, f);
	else if (!may_go_on(rq, result))
		refuse_later(rq, http_auth_delay_ms(auth, rq));
}

void exchange_authenticate(struct http_request *rq)
{
	enum http_auth_result result = AUTH_NO;
	const struct fault *f = http_auth_check(rq->server->options.auth, rq, &result);

	if (f)
		exchange_refuse(rq->exchange, f);
	else if (result == AUTH_UNKNOWN_YET)
		exchange_go_to_pool(rq->exchange, rq->server->hashers, check_slow);
	else if (!may_go_on(rq, result))
		refuse(rq);
}

/* ---- signing in ---- */

struct sign_in {
	struct http_login login;
	void (*then)(void *who);
	void *who;
};

/* On a thread that hashes. */
static void check_sign_in(struct http_request *rq)
{
	struct http_auth *auth = rq->server->options.auth;
	const struct sign_in *s = rq->handler_state;
	enum http_auth_result result = AUTH_NO;
	const struct fault *f = http_auth_login(auth, rq, &s->login, &result);

	if (f)
		exchange_refuse(rq->exchange, f);
	else if (result == AUTH_YES)
		s->then(s->who);
	else
		refuse_later(rq, http_auth_login_delay_ms(auth, rq, s->login.user));
}

void http_sign_in(struct http_request *rq, struct text name, struct text password,
		  void (*then)(void *who), void *who)
{
	struct sign_in *s = arena_alloc(rq->arena, sizeof(*s));

	*s = (struct sign_in){{text_lower(rq->arena, name), password}, then, who};
	rq->handler_state = s;
	exchange_go_to_pool(rq->exchange, rq->server->hashers, check_sign_in);
}

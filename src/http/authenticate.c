/* authenticate - who asks, before the body is read; and how a wrong password is answered */
#include "base/arena.h"
#include "http/http_priv.h"

static void refuse(struct http_request *rq)
{
	exchange_refuse(rq->exchange, fault_make(rq->arena, FAULT_UNAUTHENTICATED, NULL,
						 "A user name and the right password are needed."));
}

static bool may_go_on(const struct http_request *rq, enum http_auth_result result)
{
	return result == AUTH_YES || (result == AUTH_NONE_GIVEN && !(rq->route->flags & HTTP_AUTH));
}

/* On a thread that hashes. */
static void check_slow(struct http_request *rq)
{
	struct http_auth *auth = rq->server->options.auth;
	enum http_auth_result result = AUTH_NO;
	const struct fault *f = http_auth_check_slow(auth, rq, &result);
	unsigned delay_ms;

	if (f) {
		exchange_refuse(rq->exchange, f);
		return;
	}
	if (may_go_on(rq, result))
		return;
	delay_ms = http_auth_delay_ms(auth, rq);
	if (delay_ms == 0) {
		refuse(rq);
		return;
	}
	http_wait(rq, refuse);
	reaper_wake_later(rq->exchange, delay_ms);
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

/* await - to go on with more than the request, and to answer the fault that comes of it */

#include "http/http_priv.h"

struct http_waiting {
	struct http_request *rq;
	http_go_on_fn go_on;
	void *who, *state;
	const struct fault *outcome;
};

static struct http_waiting *remember(struct http_request *rq, http_go_on_fn go_on, void *who,
				     void *state)
{
	struct http_waiting *w = arena_alloc(rq->arena, sizeof(*w));

	*w = (struct http_waiting){.rq = rq, .go_on = go_on, .who = who, .state = state};
	rq->handler_state = w;
	return w;
}

static void go_on(struct http_request *rq)
{
	const struct http_waiting *w = rq->handler_state;
	const struct fault *f = w->go_on(w->who, w->state, w->outcome);

	if (f)
		exchange_refuse(rq->exchange, f);
}

struct http_waiting *http_await(struct http_request *rq, http_go_on_fn fn, void *who, void *state)
{
	struct http_waiting *w = remember(rq, fn, who, state);

	http_wait(rq, go_on);
	return w;
}

void http_settle(void *waiting, const struct fault *f)
{
	struct http_waiting *w = waiting;

	w->outcome = f;
	http_wake(w->rq);
}

void http_go_slow_with(struct http_request *rq, http_go_on_fn fn, void *who, void *state)
{
	remember(rq, fn, who, state);
	http_go_slow(rq, go_on);
}

/*
 * run - the functions of an exchange, one after the other, on one thread or another
 *
 * What runs next is in ex->next. Before it returns, a function may ask to go on in a
 * pool or to wait; then the connection is suspended, and the exchange is handed over. It
 * belongs to one thread at a time, and is not touched after it was given away.
 */
#include <time.h>

#include "base/pool.h"
#include "http/http_priv.h"

static void step(struct http_exchange *ex)
{
	http_handler_fn fn = ex->next;

	ex->next = NULL;
	fn(&ex->rq);
}

bool exchange_is_slow(const struct http_exchange *ex)
{
	const struct http_route *route = ex->rq.route;

	return ex->rq.server->options.always_slow || ex->went_slow ||
	       (route && (route->flags & HTTP_SLOW));
}

/*
 * Is there something to run on this kind of thread, or a way to go to another? The
 * handler comes once the request is whole and nobody has answered it yet.
 */
static bool has_next(struct http_exchange *ex)
{
	struct pool *workers = ex->rq.server->options.workers;

	if (ex->next || ex->go != GO_NOWHERE)
		return true;
	if (ex->phase != PHASE_RUN || exchange_is_answered(ex) || ex->is_handled)
		return false;
	if (ex->pool_now && !exchange_is_slow(ex))
		return false;
	ex->is_handled = true;
	ex->next = ex->rq.route->handler;
	if (exchange_is_slow(ex) && ex->pool_now != workers)
		exchange_go_to_pool(ex, workers, ex->next);
	return true;
}

/* One of the two that must come has come; true for the last, who goes on. */
static bool comes_last(struct http_exchange *ex)
{
	if (atomic_fetch_sub_explicit(&ex->missing, 1, memory_order_acq_rel) != 1)
		return false;
	ex->go = GO_NOWHERE;
	return true;
}

/* Everything done here is seen by the event thread, which asks for this number first. */
static void give_back(struct http_exchange *ex)
{
	struct MHD_Connection *mhd = ex->mhd;

	atomic_store_explicit(&ex->missing, 0, memory_order_release);
	MHD_resume_connection(mhd);
}

static void refuse_busy(struct http_request *rq)
{
	exchange_refuse(rq->exchange, fault_make(rq->arena, FAULT_UNAVAILABLE, NULL,
						 "The server is busy; please try again."));
}

static void run_in_pool(void *arg);

/* From here on the exchange is the pool's; false when its queue is full, and it is refused. */
static bool submit(struct http_exchange *ex)
{
	ex->go = GO_NOWHERE;
	if (pool_submit(ex->pool_wanted, run_in_pool, ex))
		return true;
	ex->next = refuse_busy;
	return false;
}

static void run_in_pool(void *arg)
{
	struct http_exchange *ex = arg;

	ex->pool_now = ex->pool_wanted;
	while (has_next(ex)) {
		if (ex->go == GO_NOWHERE)
			step(ex);
		if (ex->go == GO_WAIT && !comes_last(ex))
			return;
		if (ex->go == GO_SLOW && ex->pool_wanted != ex->pool_now && submit(ex))
			return;
		ex->go = GO_NOWHERE;
	}
	give_back(ex);
}

/* The connection is suspended first: a worker may be done before pool_submit() returns. */
static void leave_to_pool(struct http_exchange *ex)
{
	atomic_store_explicit(&ex->connection->state, CONNECTION_HELD, memory_order_relaxed);
	MHD_suspend_connection(ex->mhd);
	if (!submit(ex))
		give_back(ex);
}

/* True when http_wake() was called already, and there is nothing to wait for. */
static bool leave_to_waker(struct http_exchange *ex)
{
	struct MHD_Connection *mhd = ex->mhd;

	if (atomic_load_explicit(&ex->missing, memory_order_acquire) == 1) {
		ex->go = GO_NOWHERE;
		return true;
	}
	atomic_store_explicit(&ex->connection->state, CONNECTION_HELD, memory_order_relaxed);
	MHD_suspend_connection(mhd);
	/* From here on the exchange is the waker's, unless it came in between. */
	if (comes_last(ex))
		MHD_resume_connection(mhd);
	return false;
}

/*
 * libmicrohttpd reads from a resumed connection before it asks for the answer, and where
 * it finds the end of the stream it forgets the request. It does not, once it has seen that
 * there is no answer yet: so the first time it is told just that, and calls again at once.
 */
static bool must_show_no_answer(struct http_exchange *ex)
{
	bool must = ex->phase == PHASE_RUN && !ex->is_shown;

	ex->is_shown = true;
	return must;
}

bool exchange_run(struct http_exchange *ex)
{
	while (has_next(ex)) {
		if (ex->go == GO_NOWHERE)
			step(ex);
		if (ex->go == GO_NOWHERE)
			continue;
		if (must_show_no_answer(ex))
			return false;
		if (ex->go == GO_SLOW) {
			leave_to_pool(ex);
			return false;
		}
		if (!leave_to_waker(ex))
			return false;
	}
	return true;
}

/*
 * The client has gone, perhaps before the connection could be suspended, and whoever was asked to
 * wake the exchange is still at work in its memory: until the next commit, as handlers that wait
 * for more than that run on workers, where the connection is suspended before.
 */
void exchange_await_waker(struct http_exchange *ex)
{
	static const struct timespec moment = {.tv_nsec = 100000};

	while (ex->go == GO_WAIT && atomic_load_explicit(&ex->missing, memory_order_acquire) == 2)
		nanosleep(&moment, NULL);
}

/* ---- what handlers ask for ---------------------------------------------------------------------
 */

void exchange_go_to_pool(struct http_exchange *ex, struct pool *pool, http_handler_fn then)
{
	ex->next = then;
	ex->go = GO_SLOW;
	ex->pool_wanted = pool;
}

void http_go_slow(struct http_request *rq, http_handler_fn then)
{
	rq->exchange->went_slow = true;
	exchange_go_to_pool(rq->exchange, rq->server->options.workers, then);
}

void http_wait(struct http_request *rq, http_handler_fn then)
{
	struct http_exchange *ex = rq->exchange;

	ex->next = then;
	ex->go = GO_WAIT;
	ex->pool_wanted = exchange_is_slow(ex) ? rq->server->options.workers : NULL;
	atomic_store_explicit(&ex->missing, 2, memory_order_release);
}

void http_wake(struct http_request *rq)
{
	struct http_exchange *ex = rq->exchange;

	if (!comes_last(ex))
		return;
	/* With a full queue it goes on where it can: what was woken has happened, and is told. */
	if (ex->pool_wanted && pool_submit(ex->pool_wanted, run_in_pool, ex))
		return;
	give_back(ex);
}

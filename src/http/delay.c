/* delay - answers held back until their time has come; see http_priv.h */
#include "base/clock.h"
#include "http/http_priv.h"

void delay_wake(struct http_exchange *ex, unsigned ms)
{
	struct reaper *r = &ex->connection->server->reaper;

	ex->wake_ns = clock_monotonic_ns() + (int64_t)ms * 1000000;
	pthread_mutex_lock(&r->lock);
	ex->next_delayed = r->delayed;
	r->delayed = ex;
	pthread_mutex_unlock(&r->lock);
}

/* Take out those whose time has come; when stopping, all. */
static struct http_exchange *take_due(struct reaper *r, int64_t now_ns)
{
	struct http_exchange *due = NULL, **at = &r->delayed;

	while (*at) {
		struct http_exchange *ex = *at;

		if (ex->wake_ns > now_ns) {
			at = &ex->next_delayed;
			continue;
		}
		*at = ex->next_delayed;
		ex->next_delayed = due;
		due = ex;
	}
	return due;
}

void delay_wake_due(struct http_server *s, int64_t now_ns)
{
	struct http_exchange *due;

	if (atomic_load(&s->is_stopping))
		now_ns = INT64_MAX;
	pthread_mutex_lock(&s->reaper.lock);
	due = take_due(&s->reaper, now_ns);
	pthread_mutex_unlock(&s->reaper.lock);
	while (due) {
		struct http_exchange *ex = due;

		/* Awake, it may be gone at once. */
		due = ex->next_delayed;
		http_wake(&ex->rq);
	}
}

/*
 * reaper - the thread that looks at the clock
 *
 * libmicrohttpd's own timeout begins anew at every byte, so a client that sends
 * one now and then would stay for ever. Each connection has a deadline for
 * what it is in the middle of, and past it the reaper shuts its socket down,
 * which wakes the event thread to clean up.
 */
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/http_priv.h"

enum { TICK_MS = 100 };

/* False when it is time to end. */
static bool wait_a_tick(struct reaper *r)
{
	struct timespec until;
	bool stop;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&r->lock);
	if (!r->stop)
		pthread_cond_timedwait(&r->work, &r->lock, &until);
	stop = r->stop;
	pthread_mutex_unlock(&r->lock);
	return !stop;
}

static void *reap(void *arg)
{
	struct http_server *s = arg;

	do {
		int64_t now_ns = clock_monotonic_ns();
		size_t cut;

		atomic_store_explicit(&s->reaper.tick_ns, now_ns, memory_order_relaxed);
		delay_wake_due(s, now_ns);
		linger_end(&s->reaper, now_ns);
		cut = connections_cut_late(s, now_ns);
		if (cut > 0)
			log_event(LOG_INFO, "slow-clients-cut", LOG_INT("count", (int64_t)cut));
	} while (wait_a_tick(&s->reaper));
	return NULL;
}

bool reaper_start(struct http_server *s)
{
	struct reaper *r = &s->reaper;

	atomic_store(&r->tick_ns, clock_monotonic_ns());
	r->is_running = thread_start(&r->thread, "reaper", reap, s);
	return r->is_running;
}

void reaper_stop(struct http_server *s)
{
	struct reaper *r = &s->reaper;

	if (!r->is_running)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_mutex_unlock(&r->lock);
	pthread_cond_signal(&r->work);
	pthread_join(r->thread, NULL);
	for (size_t i = 0; i < r->linger_count; i++)
		close(r->lingering[i].fd);
	r->linger_count = 0;
}

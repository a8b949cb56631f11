/*
 * reaper - the thread that looks at the clock
 *
 * libmicrohttpd's own timeout begins anew at every byte, so a client that sends
 * one now and then would stay for ever. Each connection has a deadline for
 * what it is in the middle of, and past it the reaper shuts its socket down,
 * which wakes the event thread to clean up.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/http_priv.h"

enum {
	TICK_MS = 100,
	LINGER_MS = 2000,
	LINGER_BYTES = 8 * 1024 * 1024,
};

/* ---- answers held back -------------------------------------------------------------------------
 */

void reaper_wake_later(struct http_exchange *ex, unsigned ms)
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

static void wake_due(struct http_server *s, int64_t now_ns)
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

/* ---- refused clients that are still sending ---- */

/*
 * A socket closed with unread bytes resets the connection, and the client may never
 * see why it was refused (RFC 9112 §9.6). A second descriptor keeps it open meanwhile.
 */
void reaper_linger(struct http_server *s, int fd)
{
	struct reaper *r = &s->reaper;
	int64_t until = clock_monotonic_ns() + LINGER_MS * 1000000LL;

	if (atomic_load(&s->is_stopping))
		return;
	pthread_mutex_lock(&r->lock);
	if (r->linger_count < LINGER_MAX) {
		int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

		if (copy >= 0)
			r->lingering[r->linger_count++] =
				(struct late_socket){copy, until, LINGER_BYTES};
	}
	pthread_mutex_unlock(&r->lock);
}

/* Forget what is there, without copying it; false at the end of the stream, or of patience. */
static bool swallow(struct late_socket *l)
{
	while (l->left > 0) {
		ssize_t n = recv(l->fd, NULL, l->left, MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		l->left -= (size_t)n;
	}
	return false;
}

static void end_lingering(struct reaper *r, int64_t now_ns)
{
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->linger_count;) {
		struct late_socket *l = &r->lingering[i];

		if (swallow(l) && now_ns < l->until_ns) {
			i++;
			continue;
		}
		close(l->fd);
		*l = r->lingering[--r->linger_count];
	}
	pthread_mutex_unlock(&r->lock);
}

/* ---- the thread ---- */

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
		wake_due(s, now_ns);
		end_lingering(&s->reaper, now_ns);
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

/* linger - refused clients that are still sending; see http_priv.h */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/http_priv.h"

enum { LINGER_MS = 2000, LINGER_BYTES = 8 * 1024 * 1024 };

/*
 * A socket closed with unread bytes resets the connection, and the client may never
 * see why it was refused (RFC 9112 §9.6). A second descriptor keeps it open meanwhile.
 */
void linger_on(struct http_server *s, int fd)
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

void linger_end(struct reaper *r, int64_t now_ns)
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

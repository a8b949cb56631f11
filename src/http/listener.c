/*
 * listener - the listening socket and the thread that accepts
 *
 * Connections are accepted here and then given to libmicrohttpd: its own way of
 * ceasing to listen races with its event threads and may abort the process. Here, too,
 * one is refused before it costs anything.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "http/http_priv.h"

/* How long to look away when there is no room; the backlog waits. */
enum { FULL_MS = 50 };

/* ---- the socket ---- */

/* A number, and one that fits: getaddrinfo() cuts what is larger to 16 bits. */
static bool is_port(struct text t)
{
	uint64_t n;

	return http_check_length(t, &n) && n <= UINT16_MAX;
}

/* "127.0.0.1:8008", "[::1]:0", "localhost:8008" into host and port. */
static bool split_listen(struct arena *a, const char *listen, char **host, char **port)
{
	struct text t = text_from(listen);
	size_t colon = t.len;

	while (colon > 0 && t.at[colon - 1] != ':')
		colon--;
	if (colon <= 1 || !is_port(text_sub(t, colon, t.len)))
		return false;
	*port = text_cstr(a, text_sub(t, colon, t.len));
	t.len = colon - 1;
	if (t.len > 2 && t.at[0] == '[' && t.at[t.len - 1] == ']')
		t = text_sub(t, 1, t.len - 2);
	else if (text_find_char(t, ':', 0) >= 0)
		return false;
	*host = text_cstr(a, t);
	return true;
}

static int open_socket(const struct addrinfo *at)
{
	int on = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
		int why = errno;

		close(fd);
		errno = why;
		return -1;
	}
	return fd;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	/* The port is at the same place in both families. */
	return ntohs(((const struct sockaddr_in *)&at)->sin_port);
}

const struct fault *listener_open(struct arena *a, struct listener *l, const char *listen)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_PASSIVE | AI_NUMERICSERV},
			*found;
	char *host, *port;
	int wrong;

	if (!split_listen(a, listen, &host, &port))
		return fault_make(a, FAULT_UNAVAILABLE, listen,
				  "\"%s\" is no address to listen on, such as 127.0.0.1:8008.",
				  listen);
	wrong = getaddrinfo(host, port, &hints, &found);
	if (wrong)
		return fault_make(a, FAULT_UNAVAILABLE, listen, "Cannot listen on %s: %s.", listen,
				  gai_strerror(wrong));
	l->fd = open_socket(found);
	freeaddrinfo(found);
	if (l->fd < 0)
		return fault_make(a, FAULT_UNAVAILABLE, listen, "Cannot listen on %s: %s.", listen,
				  strerror(errno));
	l->port = port_of(l->fd);
	l->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (l->stop_fd < 0)
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "No files can be opened.");
	return NULL;
}

/* ---- accepting ---- */

static void admit(struct http_server *s, int fd, const struct sockaddr *from, socklen_t len)
{
	if (!connections_enter(s, from)) {
		close(fd);
		return;
	}
	/* Whatever comes of it, the socket is libmicrohttpd's from here on. */
	if (MHD_add_connection(s->daemon, fd, from, len) != MHD_YES)
		connections_leave(s);
}

static bool is_somebody_waiting(const struct listener *l)
{
	struct pollfd fd = {.fd = l->fd, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

/* All that wait; false when there is no room, or no file, for more. */
static bool accept_waiting(struct http_server *s)
{
	while (connections_have_room(s)) {
		struct sockaddr_storage from = {0};
		socklen_t len = sizeof(from);
		int fd = accept4(s->listener.fd, (struct sockaddr *)&from, &len,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			admit(s, fd, (const struct sockaddr *)&from, len);
		else if (errno == EAGAIN)
			return true;
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			break;
	}
	if (is_somebody_waiting(&s->listener))
		connections_make_room(s);
	return false;
}

static void *listen_on(void *arg)
{
	struct http_server *s = arg;
	struct pollfd fds[] = {{.fd = s->listener.stop_fd, .events = POLLIN},
			       {.fd = s->listener.fd, .events = POLLIN}};
	bool room = true;

	for (;;) {
		fds[1].revents = 0;
		if (poll(fds, room ? 2 : 1, room ? -1 : FULL_MS) < 0)
			continue;
		if (fds[0].revents)
			break;
		room = accept_waiting(s);
	}
	/* Who is in the backlog has been told that the connection stands, and may have sent. */
	accept_waiting(s);
	return NULL;
}

bool listener_start(struct http_server *s)
{
	s->listener.is_running = thread_start(&s->listener.thread, "listener", listen_on, s);
	return s->listener.is_running;
}

void listener_stop(struct http_server *s)
{
	struct listener *l = &s->listener;

	if (l->is_running) {
		uint64_t one = 1;

		while (write(l->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
			continue;
		pthread_join(l->thread, NULL);
		l->is_running = false;
	}
	if (l->fd >= 0)
		close(l->fd);
	if (l->stop_fd >= 0)
		close(l->stop_fd);
	l->fd = l->stop_fd = -1;
}

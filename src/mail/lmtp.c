/* lmtp - the socket, and a thread for each conversation */
#include "mail/lmtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "mail/lmtp_priv.h"

enum { CONVERSATIONS_MAX = 20, BACKLOG = 64, FULL_MS = 50 };

enum visit_state { VISIT_NONE, VISIT_TALKS, VISIT_IS_OVER };

struct visit {
	struct lmtp *lmtp;
	pthread_t thread;
	int fd;
	atomic_int state; /* enum visit_state; the accepting thread alone leaves VISIT_IS_OVER */
};

struct lmtp {
	struct lmtp_doors doors;
	int fd, stop_fd;
	char *path; /* of a socket in the file system; NULL: none */
	unsigned port;
	pthread_t thread;
	struct visit visits[CONVERSATIONS_MAX];
};

/* ---- where ------------------------------------------------------------------------------- */

struct place {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un path;
	} at;
	socklen_t len;
};

/* "127.0.0.1" to "127.255.255.255", "[::1]", "localhost", and nothing that others can reach. */
static bool read_loopback(struct arena *a, struct text host, struct place *out)
{
	memset(out, 0, sizeof(*out));
	if (text_equal_nocase(host, TEXT("localhost")))
		host = TEXT("127.0.0.1");
	if (inet_pton(AF_INET, text_cstr(a, host), &out->at.v4.sin_addr) == 1) {
		out->at.v4.sin_family = AF_INET;
		out->len = sizeof(out->at.v4);
		return ntohl(out->at.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	out->at.v6.sin6_family = AF_INET6;
	out->at.v6.sin6_addr = in6addr_loopback;
	out->len = sizeof(out->at.v6);
	return text_equal(host, TEXT("[::1]"));
}

static const struct fault *read_port(struct arena *a, const char *listen, struct place *out)
{
	struct text t = text_from(listen);
	size_t colon = t.len;
	int64_t port;

	while (colon > 0 && t.at[colon - 1] != ':')
		colon--;
	if (colon == 0 || !text_to_int64(text_sub(t, colon, t.len), 0, UINT16_MAX, &port))
		return fault_make(a, FAULT_BAD_REQUEST, "mail.lmtp",
				  "mail.lmtp is \"%s\", and neither ADDRESS:PORT nor unix:/PATH.",
				  listen);
	if (!read_loopback(a, text_sub(t, 0, colon - 1), out))
		return fault_make(a, FAULT_BAD_REQUEST, "mail.lmtp",
				  "mail.lmtp is %s: LMTP asks nobody who they are, so it listens "
				  "on 127.0.0.1, [::1] or unix:/PATH only.",
				  listen);
	/* The port is at the same place in both families. */
	out->at.v4.sin_port = htons((uint16_t)port);
	return NULL;
}

static const struct fault *read_path(struct arena *a, const char *path, struct place *out)
{
	memset(out, 0, sizeof(*out));
	out->at.path.sun_family = AF_UNIX;
	out->len = sizeof(out->at.path);
	if (path[0] != '/' || strlen(path) >= sizeof(out->at.path.sun_path))
		return fault_make(a, FAULT_BAD_REQUEST, "mail.lmtp",
				  "mail.lmtp is unix:%s, which is no path of a socket: it begins "
				  "with a slash and has at most %zu octets.",
				  path, sizeof(out->at.path.sun_path) - 1);
	memcpy(out->at.path.sun_path, path, strlen(path));
	return NULL;
}

/* ---- listening --------------------------------------------------------------------------- */

static const struct fault *fail_to_listen(struct arena *a, const char *listen)
{
	return fault_make(a, FAULT_UNAVAILABLE, "mail.lmtp", "Cannot listen on %s: %s.", listen,
			  strerror(errno));
}

/* What a server that was killed has left behind: a socket that nobody answers. */
static void remove_abandoned(const struct place *p)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat is;

	if (fd < 0)
		return;
	if (lstat(p->at.path.sun_path, &is) == 0 && S_ISSOCK(is.st_mode) &&
	    connect(fd, &p->at.any, p->len) != 0 && errno == ECONNREFUSED)
		unlink(p->at.path.sun_path);
	close(fd);
}

static unsigned port_of(int fd)
{
	struct place p = {.len = sizeof(p.at)};

	if (getsockname(fd, &p.at.any, &p.len) != 0 || p.at.any.sa_family == AF_UNIX)
		return 0;
	return ntohs(p.at.v4.sin_port);
}

static const struct fault *open_socket(struct lmtp *l, struct arena *a, const char *listen_on,
				       const struct place *p)
{
	bool is_path = p->at.any.sa_family == AF_UNIX;
	int on = 1;

	if (is_path)
		remove_abandoned(p);
	l->fd = socket(p->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return fail_to_listen(a, listen_on);
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(l->fd, &p->at.any, p->len) != 0)
		return fail_to_listen(a, listen_on);
	/* For the group, in which the mail server then has to be; the folder may say less. */
	if (is_path) {
		l->path = strdup(p->at.path.sun_path);
		if (!l->path || chmod(l->path, 0660) != 0)
			return fail_to_listen(a, listen_on);
	}
	if (listen(l->fd, BACKLOG) != 0)
		return fail_to_listen(a, listen_on);
	l->port = port_of(l->fd);
	return NULL;
}

/* ---- conversations ------------------------------------------------------------------------ */

static void *talk_thread(void *ctx)
{
	struct visit *v = ctx;

	lmtp_talk(&v->lmtp->doors, v->fd, v->lmtp->stop_fd);
	close(v->fd);
	atomic_store(&v->state, VISIT_IS_OVER);
	return NULL;
}

/* A place for one more; NULL: all are talking. */
static struct visit *find_place(struct lmtp *l)
{
	for (size_t i = 0; i < CONVERSATIONS_MAX; i++) {
		struct visit *v = &l->visits[i];
		int state = atomic_load(&v->state);

		if (state == VISIT_IS_OVER)
			pthread_join(v->thread, NULL);
		if (state != VISIT_TALKS) {
			atomic_store(&v->state, VISIT_NONE);
			return v;
		}
	}
	return NULL;
}

static void admit(struct lmtp *l, int fd)
{
	static const char full[] = "421 4.3.2 Too many are talking.\r\n";
	struct visit *v = find_place(l);

	if (v) {
		*v = (struct visit){.lmtp = l, .fd = fd, .state = VISIT_TALKS};
		if (pthread_create(&v->thread, NULL, talk_thread, v) == 0) {
			pthread_setname_np(v->thread, "lmtp");
			return;
		}
		atomic_store(&v->state, VISIT_NONE);
	}
	/* Said or not, the mail server comes again. */
	if (send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL) < 0)
		errno = 0;
	close(fd);
}

static void *accept_thread(void *ctx)
{
	struct lmtp *l = ctx;
	struct pollfd p[] = {{.fd = l->fd, .events = POLLIN}, {.fd = l->stop_fd, .events = POLLIN}};

	while (poll(p, ARRAY_LEN(p), -1) < 0 || !p[1].revents) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			admit(l, fd);
		else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			/* No files are left: whoever waits can wait a little. */
			poll(&p[1], 1, FULL_MS);
	}
	for (size_t i = 0; i < CONVERSATIONS_MAX; i++)
		if (atomic_load(&l->visits[i].state) != VISIT_NONE)
			pthread_join(l->visits[i].thread, NULL);
	return NULL;
}

/* ---- life --------------------------------------------------------------------------------- */

static void lmtp_free(struct lmtp *l)
{
	if (l->fd >= 0)
		close(l->fd);
	if (l->stop_fd >= 0)
		close(l->stop_fd);
	if (l->path)
		unlink(l->path);
	free(l->path);
	free(l);
}

/* Signals belong to the thread that waits for them. */
static int start_thread(struct lmtp *l)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&l->thread, NULL, accept_thread, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		pthread_setname_np(l->thread, "lmtp-accept");
	return error;
}

const struct fault *lmtp_start(struct arena *a, const char *listen, const struct lmtp_doors *doors,
			       struct lmtp **out)
{
	bool is_path = text_starts(text_from(listen), TEXT("unix:"));
	struct place place;
	const struct fault *f = is_path ? read_path(a, listen + strlen("unix:"), &place)
					: read_port(a, listen, &place);
	struct lmtp *l = f ? NULL : calloc(1, sizeof(*l));

	if (!l)
		return f ? f : fault_static(FAULT_OUT_OF_MEMORY);
	l->doors = *doors;
	l->fd = -1;
	l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->stop_fd < 0)
		f = fail_to_listen(a, listen);
	if (!f)
		f = open_socket(l, a, listen, &place);
	if (!f && start_thread(l) != 0)
		f = fault_make(a, FAULT_UNAVAILABLE, NULL, "No threads can be made.");
	if (f)
		lmtp_free(l);
	else
		*out = l;
	return f;
}

void lmtp_stop(struct lmtp *l)
{
	if (!l)
		return;
	eventfd_write(l->stop_fd, 1);
	pthread_join(l->thread, NULL);
	lmtp_free(l);
}

unsigned lmtp_port(const struct lmtp *l)
{
	return l->port;
}

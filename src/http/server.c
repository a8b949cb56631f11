/* server - start and stop; see server.h */
#include "http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/secret.h"
#include "http/http_priv.h"

enum {
	SERVER_ARENA_MAX = 16 * 1024 * 1024,
	/* Header blocks end at half of it (HTTP_HEADER_MAX); the rest is for our own. */
	CONNECTION_BYTES = 32 * 1024,
	HASH_QUEUE = 256,
	PEM_MAX = 1024 * 1024,
};

/* ---- what libmicrohttpd calls ---- */

/* Targets come as they were sent: each segment is decoded by itself, and strictly. */
static size_t unescape_nothing(void *ctx, struct MHD_Connection *mhd, char *s)
{
	(void)ctx, (void)mhd;
	return strlen(s);
}

static void note_connection(void *ctx, struct MHD_Connection *mhd, void **connection,
			    enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*connection = connections_add(ctx, mhd);
	} else {
		connections_remove(ctx, *connection);
		*connection = NULL;
	}
}

/* It complains of every client that goes away. */
static void log_library(void *ctx, const char *format, va_list args) PRINTF_LIKE(2, 0);
static void log_library(void *ctx, const char *format, va_list args)
{
	char line[256];

	vsnprintf(line, sizeof(line), format, args);
	trouble_look_for(ctx, line);
	log_event(LOG_DEBUG, "libmicrohttpd", LOG_TEXT("says", text_trim(text_from(line))));
}

/* ---- start ---- */

static const struct fault *read_pem(struct http_server *s, struct arena *a, const char *path,
				    char **out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size <= PEM_MAX) {
		*out = arena_alloc(s->arena, (size_t)st.st_size + 1);
		n = read(fd, *out, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
	if (n > 0)
		return NULL;
	return fault_make(a, FAULT_UNAVAILABLE, path, "%s cannot be read: %s.", path,
			  errno ? strerror(errno) : "it is empty or too large");
}

static size_t processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (size_t)n : 1;
}

/* In front of the options that every daemon has, those of this one; the list ends by itself. */
struct daemon_options {
	struct MHD_OptionItem at[8];
	size_t count;
	unsigned flags;
};

static void daemon_option(struct daemon_options *o, enum MHD_OPTION option, intptr_t value,
			  const void *pointer)
{
	o->at[o->count++] = (struct MHD_OptionItem){option, value, (void *)(uintptr_t)pointer};
}

static const struct fault *choose_options(struct http_server *s, struct arena *a,
					  struct daemon_options *o)
{
	size_t threads = s->options.event_threads ? s->options.event_threads : processors();
	const struct fault *f;
	char *cert, *key;

	o->flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME |
		   MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG;
	if (threads > 1)
		daemon_option(o, MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL);
	if (!s->options.tls_cert)
		return NULL;
	f = read_pem(s, a, s->options.tls_cert, &cert);
	if (!f)
		f = read_pem(s, a, s->options.tls_key, &key);
	if (f)
		return f;
	o->flags |= MHD_USE_TLS;
	daemon_option(o, MHD_OPTION_HTTPS_MEM_CERT, 0, cert);
	daemon_option(o, MHD_OPTION_HTTPS_MEM_KEY, 0, key);
	daemon_option(o, MHD_OPTION_HTTPS_PRIORITIES, 0,
		      "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
	return NULL;
}

static const struct fault *start_daemon(struct http_server *s, struct arena *a)
{
	struct daemon_options o = {.count = 0};
	const struct fault *f = choose_options(s, a, &o);

	if (f)
		return f;
	daemon_option(&o, MHD_OPTION_END, 0, NULL);
	/* How many connections there may be is decided where they are accepted. */
	s->daemon = MHD_start_daemon(o.flags, 0, NULL, NULL, exchange_go_on, s,
				     MHD_OPTION_EXTERNAL_LOGGER, log_library, s,
				     MHD_OPTION_CONNECTION_LIMIT, (unsigned)INT_MAX,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
				     MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, NULL,
				     MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, s,
				     MHD_OPTION_NOTIFY_COMPLETED, exchange_end, s,
				     MHD_OPTION_NOTIFY_CONNECTION, note_connection, s,
				     MHD_OPTION_ARRAY, o.at, MHD_OPTION_END);
	if (s->daemon)
		return NULL;
	return fault_make(a, FAULT_UNAVAILABLE, s->options.tls_cert,
			  s->options.tls_cert ? "The certificate and its key cannot be used."
					      : "The server's threads cannot be started.");
}

static void init_locks(struct http_server *s)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->connections.lock, NULL);
	pthread_cond_init(&s->connections.change, &monotonic);
	pthread_mutex_init(&s->reaper.lock, NULL);
	pthread_cond_init(&s->reaper.work, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static struct http_server *create(const struct http_options *o)
{
	struct http_server *s = calloc(1, sizeof(*s));
	struct text prefix;

	if (!s)
		return NULL;
	s->options = *o;
	s->arena = arena_create(SERVER_ARENA_MAX);
	s->listener.fd = s->listener.stop_fd = -1;
	s->connections.max = connections_ceiling(o);
	s->connections.counts = peer_counts_create();
	init_locks(s);
	routes_init(&s->routes, s->arena, o->mounts);
	prefix = secret_token(s->arena, 6);
	snprintf(s->id_prefix, sizeof(s->id_prefix), "%.*s-", TEXT_ARG(prefix));
	return s;
}

static void destroy(struct http_server *s)
{
	pool_destroy(s->hashers);
	peer_counts_destroy(s->connections.counts);
	pthread_cond_destroy(&s->reaper.work);
	pthread_mutex_destroy(&s->reaper.lock);
	pthread_cond_destroy(&s->connections.change);
	pthread_mutex_destroy(&s->connections.lock);
	arena_destroy(s->arena);
	free(s);
}

const struct fault *http_server_open(struct arena *a, const struct http_options *o,
				     struct http_server **out)
{
	struct http_server *s = create(o);
	const struct fault *f;

	*out = NULL;
	if (!s)
		return fault_static(FAULT_OUT_OF_MEMORY);
	f = fault_copy(a, peer_list_read(s->arena, s->options.trusted_proxies, &s->proxies));
	if (!f)
		f = listener_open(a, &s->listener, s->options.listen);
	if (f)
		http_server_stop(s, 0);
	else
		*out = s;
	return f;
}

const struct fault *http_server_start(struct http_server *s, struct arena *a)
{
	const struct fault *f;

	s->hashers = pool_create("hasher", processors(), HASH_QUEUE);
	if (!s->hashers || !s->connections.counts || !reaper_start(s))
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "No threads can be made.");
	f = start_daemon(s, a);
	if (!f && !listener_start(s))
		f = fault_make(a, FAULT_UNAVAILABLE, NULL, "No threads can be made.");
	return f;
}

unsigned http_server_port(const struct http_server *s)
{
	return s->listener.port;
}

/* ---- stop ---- */

/*
 * What was accepted is finished. Past the grace, clients are cut, but not what a
 * handler still holds: its memory is in use, and what it is doing may be half done.
 */
static void finish(struct http_server *s, unsigned grace_ms)
{
	enum { TURN_MS = 100 };

	connections_close_idle(s);
	if (connections_wait_for_none(s, grace_ms))
		return;
	log_event(LOG_WARN, "stop-past-grace", LOG_INT("grace_ms", grace_ms));
	do
		connections_cut(s);
	while (!connections_wait_for_none(s, TURN_MS));
}

void http_server_stop(struct http_server *s, unsigned grace_ms)
{
	atomic_store(&s->is_stopping, true);
	listener_stop(s);
	if (s->daemon) {
		finish(s, grace_ms);
		MHD_stop_daemon(s->daemon);
	}
	reaper_stop(s);
	destroy(s);
}

/* connection - the open ones, how many each address has, and their deadlines */
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/metrics.h"
#include "http/http_priv.h"

/* ---- coming and going ---- */

static void list_add(struct connections *l, struct http_connection *c)
{
	c->next = l->first;
	if (l->first)
		l->first->prev = c;
	l->first = c;
	l->count++;
	l->entering--;
	peer_counts_add(l->counts, &c->peer, 1);
}

static void list_remove(struct connections *l, struct http_connection *c)
{
	*(c->prev ? &c->prev->next : &l->first) = c->next;
	if (c->next)
		c->next->prev = c->prev;
	l->count--;
	peer_counts_add(l->counts, &c->peer, -1);
}

/* A new one, also when stopping: what it has sent already is still read. */
struct http_connection *connections_add(struct http_server *s, struct MHD_Connection *mhd)
{
	struct http_connection *c = calloc(1, sizeof(*c));
	const union MHD_ConnectionInfo *info;

	if (!c)
		return NULL;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	peer_init(&c->peer, info->client_addr, &s->proxies);
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = info->connect_fd;
	c->thread = pthread_self();
	c->server = s;
	c->arena = arena_create(s->options.arena_max);
	connection_expect(c, s->options.header_timeout_ms);
	pthread_mutex_lock(&s->connections.lock);
	list_add(&s->connections, c);
	pthread_mutex_unlock(&s->connections.lock);
	metrics_add(METRIC_HTTP_OPEN, 0, 1);
	if (atomic_load(&s->is_stopping))
		shutdown(c->fd, SHUT_RD);
	return c;
}

void connections_remove(struct http_server *s, struct http_connection *c)
{
	if (!c)
		return;
	if (c->has_unread)
		linger_on(s, c->fd);
	pthread_mutex_lock(&s->connections.lock);
	list_remove(&s->connections, c);
	pthread_cond_broadcast(&s->connections.change);
	pthread_mutex_unlock(&s->connections.lock);
	metrics_add(METRIC_HTTP_OPEN, 0, -1);
	arena_destroy(c->arena);
	free(c);
}

/* ---- limits ---- */

/* Whatever was configured, files are left for the store. */
size_t connections_ceiling(const struct http_options *o)
{
	enum { FILES_FOR_OTHERS = 128 };
	size_t max = o->connections_max > 0 ? o->connections_max : SIZE_MAX;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
		size_t most = files.rlim_cur > 2 * FILES_FOR_OTHERS
				      ? (size_t)files.rlim_cur - FILES_FOR_OTHERS
				      : FILES_FOR_OTHERS;

		if (max > most)
			max = most;
	}
	return max;
}

bool connections_have_room(struct http_server *s)
{
	struct connections *l = &s->connections;
	bool room;

	pthread_mutex_lock(&l->lock);
	room = l->count + l->entering < l->max;
	pthread_mutex_unlock(&l->lock);
	return room;
}

/* The eldest of those idle since the same turn. NULL when none is, or one is leaving already. */
static struct http_connection *find_idlest(const struct connections *l)
{
	struct http_connection *idlest = NULL;
	int64_t first = INT64_MAX;

	for (struct http_connection *c = l->first; c; c = c->next) {
		int64_t deadline = atomic_load(&c->deadline_ns);

		if (c->is_leaving)
			return NULL;
		if (atomic_load(&c->state) == CONNECTION_IDLE && deadline <= first) {
			idlest = c;
			first = deadline;
		}
	}
	return idlest;
}

void connections_make_room(struct http_server *s)
{
	struct http_connection *c;

	pthread_mutex_lock(&s->connections.lock);
	c = find_idlest(&s->connections);
	if (c) {
		c->is_leaving = true;
		shutdown(c->fd, SHUT_RD);
	}
	pthread_mutex_unlock(&s->connections.lock);
}

bool connections_enter(struct http_server *s, const struct sockaddr *from)
{
	unsigned max = s->options.connections_per_address_max;
	struct connections *l = &s->connections;
	struct peer p;
	bool may;

	peer_init(&p, from, &s->proxies);
	if (p.is_trusted || (p.is_loopback && !s->options.limit_loopback))
		max = 0;
	pthread_mutex_lock(&l->lock);
	may = max == 0 || peer_counts_get(l->counts, &p) < max;
	l->entering += may;
	pthread_mutex_unlock(&l->lock);
	return may;
}

void connections_leave(struct http_server *s)
{
	pthread_mutex_lock(&s->connections.lock);
	s->connections.entering--;
	pthread_cond_broadcast(&s->connections.change);
	pthread_mutex_unlock(&s->connections.lock);
}

/* ---- deadlines ---- */

void connection_expect(struct http_connection *c, unsigned ms)
{
	int64_t at = 0;

	if (ms > 0)
		at = atomic_load_explicit(&c->server->reaper.tick_ns, memory_order_relaxed) +
		     (int64_t)ms * 1000000;
	atomic_store_explicit(&c->deadline_ns, at, memory_order_relaxed);
}

bool connection_go_on(struct http_connection *c)
{
	if (atomic_exchange(&c->state, CONNECTION_BUSY) != CONNECTION_TOO_LATE)
		return true;
	atomic_store(&c->state, CONNECTION_TOO_LATE);
	return false;
}

/* RFC 9110 §15.5.9: while a body is awaited nobody else is about to answer. */
static bool be_too_late(struct http_connection *c)
{
	int awaiting = CONNECTION_AWAITS_BODY;

	return atomic_compare_exchange_strong(&c->state, &awaiting, CONNECTION_TOO_LATE);
}

size_t connections_cut_late(struct http_server *s, int64_t now_ns)
{
	size_t cut = 0;

	pthread_mutex_lock(&s->connections.lock);
	for (struct http_connection *c = s->connections.first; c; c = c->next) {
		int64_t deadline = atomic_load_explicit(&c->deadline_ns, memory_order_relaxed);

		if (deadline == 0 || deadline > now_ns)
			continue;
		if (be_too_late(c))
			raw_answer(c, RAW_TOO_LATE);
		/* Never close(): the number may be another file's by the time MHD closes it. */
		shutdown(c->fd, SHUT_RDWR);
		atomic_store(&c->deadline_ns, 0);
		cut += atomic_load(&c->state) != CONNECTION_IDLE;
	}
	pthread_mutex_unlock(&s->connections.lock);
	return cut;
}

/* ---- trouble ---- */

/* Of others' threads nothing is looked at but whose they are. */
static bool is_endless(const struct http_connection *c)
{
	const struct http_exchange *ex = &c->exchange;

	return pthread_equal(c->thread, pthread_self()) && ex->phase == PHASE_BODY &&
	       ex->framing.is_chunked && http_is_endless_chunk(ex->body_at);
}

struct http_exchange *connections_find_endless(struct http_server *s)
{
	struct http_connection *c;

	pthread_mutex_lock(&s->connections.lock);
	c = s->connections.first;
	while (c && !is_endless(c))
		c = c->next;
	pthread_mutex_unlock(&s->connections.lock);
	return c ? &c->exchange : NULL;
}

/* ---- the end ---- */

/*
 * Half a shutdown: what has arrived can still be read, and then comes the end of the
 * stream. So a request that crosses the stop is answered, and an idle client is let go.
 */
void connections_close_idle(struct http_server *s)
{
	pthread_mutex_lock(&s->connections.lock);
	for (struct http_connection *c = s->connections.first; c; c = c->next)
		if (atomic_load(&c->state) == CONNECTION_IDLE)
			shutdown(c->fd, SHUT_RD);
	pthread_mutex_unlock(&s->connections.lock);
}

void connections_cut(struct http_server *s)
{
	pthread_mutex_lock(&s->connections.lock);
	for (struct http_connection *c = s->connections.first; c; c = c->next)
		if (atomic_load(&c->state) != CONNECTION_HELD)
			shutdown(c->fd, SHUT_RDWR);
	pthread_mutex_unlock(&s->connections.lock);
}

bool connections_wait_for_none(struct http_server *s, unsigned ms)
{
	struct connections *l = &s->connections;
	struct timespec until;
	bool none;
	int late = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&l->lock);
	while (l->count + l->entering > 0 && late == 0)
		late = pthread_cond_timedwait(&l->change, &l->lock, &until);
	none = l->count + l->entering == 0;
	pthread_mutex_unlock(&l->lock);
	return none;
}

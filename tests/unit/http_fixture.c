/* http_fixture - routes, and a client that does as it is told; see http_fixture.h */
#include "http_fixture.h"

#include <arpa/inet.h>
#include <crypt.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/pool.h"
#include "base/secret.h"
#include "unit.h"

/* A test that hangs this long has failed. */
enum { GIVE_UP_SECONDS = 60 };

/* A quick hash, so that hundreds of checks take no time. */
static char stored_hash[CRYPT_OUTPUT_SIZE];

static void hash_password(void)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash = crypt_r(FIXTURE_PASSWORD, "$6$rounds=1000$salt", data);

	snprintf(stored_hash, sizeof(stored_hash), "%s", hash ? hash : "");
	free(data);
}

/* ---- routes ------------------------------------------------------------------------------- */

static struct http_fixture *begun(struct http_request *rq)
{
	struct http_fixture *x = rq->context;

	atomic_fetch_add(&x->handled, 1);
	return x;
}

static void answer_text(struct http_request *rq, struct text t)
{
	http_answer(rq, 200, "text/plain", t);
}

static void hello(struct http_request *rq)
{
	begun(rq);
	answer_text(rq, TEXT("hello"));
}

static void echo(struct http_request *rq)
{
	struct buf b;

	begun(rq);
	buf_init(&b, rq->arena, 0, 2 * FIXTURE_ECHO_MAX);
	buf_put_text(&b, rq->method);
	buf_put_char(&b, '|');
	buf_put_text(&b, rq->query);
	buf_put_char(&b, '|');
	buf_put_text(&b, http_header(rq, "x-say"));
	buf_put_char(&b, '|');
	buf_put_text(&b, rq->body);
	answer_text(rq, buf_text(&b));
}

static void secret(struct http_request *rq)
{
	begun(rq);
	answer_text(rq, rq->user.owner ? rq->user.name : TEXT("nobody"));
}

static void path(struct http_request *rq)
{
	struct buf b;

	begun(rq);
	buf_init(&b, rq->arena, 0, 1 << 16);
	for (size_t i = 0; i < rq->segment_count; i++) {
		buf_put_char(&b, '[');
		buf_put_text(&b, rq->segments[i]);
		buf_put_char(&b, ']');
	}
	answer_text(rq, buf_text(&b));
}

static void peer(struct http_request *rq)
{
	begun(rq);
	answer_text(rq, text_from(arena_printf(rq->arena, "%.*s %d", TEXT_ARG(rq->peer),
					       rq->from_loopback)));
}

struct counter {
	struct http_fixture *x;
	int given;
};

static bool next_piece(void *ctx, struct buf *out)
{
	struct counter *c = ctx;

	char thread[32];

	pthread_getname_np(pthread_self(), thread, sizeof(thread));
	if (text_starts(text_from(thread), TEXT("worker")))
		atomic_fetch_add(&c->x->pieces_of_workers, 1);
	memset(buf_reserve(out, FIXTURE_PIECE), 'a' + c->given, FIXTURE_PIECE);
	out->len += FIXTURE_PIECE;
	return ++c->given < FIXTURE_PIECES;
}

static void pieces(struct http_request *rq)
{
	struct counter *c = arena_alloc(rq->arena, sizeof(*c));

	c->x = begun(rq);
	http_answer_pieces(rq, 200, "text/plain", next_piece, c);
}

static void go_to_pieces(struct http_request *rq)
{
	http_go_slow(rq, pieces);
}

static void woken(struct http_request *rq)
{
	answer_text(rq, text_from(rq->handler_state));
}

static void wake(void *rq)
{
	http_wake(rq);
}

static void wait_for_other(struct http_request *rq)
{
	struct http_fixture *x = begun(rq);

	rq->handler_state = arena_strdup(rq->arena, "woken");
	http_wait(rq, woken);
	if (!pool_submit(x->wakers, wake, rq))
		http_wake(rq);
}

static void wait_for_nothing(struct http_request *rq)
{
	begun(rq);
	rq->handler_state = arena_strdup(rq->arena, "early");
	http_wait(rq, woken);
	http_wake(rq);
}

static void wait_again(struct http_request *rq)
{
	wait_for_other(rq);
}

static void wait_twice(struct http_request *rq)
{
	struct http_fixture *x = rq->context;

	http_wait(rq, wait_again);
	if (!pool_submit(x->wakers, wake, rq))
		http_wake(rq);
}

static void gone_slow(struct http_request *rq)
{
	answer_text(rq, TEXT("slow"));
}

static void go(struct http_request *rq)
{
	begun(rq);
	http_go_slow(rq, gone_slow);
}

static void hold_in_waker(void *arg)
{
	struct http_request *rq = arg;
	struct http_fixture *x = rq->context;

	while (sem_wait(&x->release) != 0 && errno == EINTR)
		continue;
	http_wake(rq);
}

static void hold(struct http_request *rq)
{
	struct http_fixture *x = begun(rq);

	rq->handler_state = arena_strdup(rq->arena, "held");
	http_wait(rq, woken);
	atomic_fetch_add(&x->holding, 1);
	if (!pool_submit(x->wakers, hold_in_waker, rq))
		http_wake(rq);
}

static void fail(struct http_request *rq)
{
	char message[300];

	begun(rq);
	memset(message, 'a', sizeof(message));
	http_note_fault(rq, fault_make(rq->arena, FAULT_BAD_OBJECT, NULL, "%.*s",
				       (int)sizeof(message), message));
	http_answer(rq, 403, NULL, TEXT_NONE);
}

static void forge(struct http_request *rq)
{
	begun(rq);
	http_set_header(rq, "X-Bad", TEXT("a\r\nSet-Cookie: b"));
	http_set_header(rq, "X-Good", TEXT("c"));
	http_answer(rq, 204, NULL, TEXT_NONE);
}

static void broken(struct http_request *rq, const struct fault *f)
{
	http_answer(rq, fault_row(f->code)->http_status, "text/x-fault",
		    text_from(fault_row(f->code)->name));
}

/* clang-format off */
static const struct http_route routes[] = {
	{ "/hello",     "GET, HEAD", HTTP_EXACT,                     1024,             hello,            NULL },
	{ "/echo",      NULL,        0,                              FIXTURE_ECHO_MAX, echo,             NULL },
	{ "/secret",    NULL,        HTTP_AUTH,                      FIXTURE_ECHO_MAX, secret,           broken },
	{ "/open",      NULL,        HTTP_AUTH | HTTP_OPEN_OPTIONS,  1024,             secret,           NULL },
	{ "/maybe",     NULL,        HTTP_AUTH_OPTIONAL,             1024,             secret,           NULL },
	{ "/path",      NULL,        0,                              1024,             path,             NULL },
	{ "/peer",      NULL,        0,                              1024,             peer,             NULL },
	{ "/pieces",    NULL,        0,                              1024,             pieces,           NULL },
	{ "/go/pieces", NULL,        0,                              1024,             go_to_pieces,     NULL },
	{ "/slow/wait", NULL,        HTTP_SLOW,                      1024,             wait_twice,       NULL },
	{ "/slow/go",   NULL,        HTTP_SLOW,                      1024,             go,               NULL },
	{ "/slow",      NULL,        HTTP_SLOW,                      1024,             echo,             NULL },
	{ "/wait",      NULL,        0,                              1024,             wait_for_other,   NULL },
	{ "/twice",     NULL,        0,                              1024,             wait_twice,       NULL },
	{ "/early",     NULL,        0,                              1024,             wait_for_nothing, NULL },
	{ "/go",        NULL,        0,                              1024,             go,               NULL },
	{ "/hold",      NULL,        0,                              1024,             hold,             NULL },
	{ "/fault",     NULL,        0,                              1024,             fail,             NULL },
	{ "/forge",     NULL,        0,                              1024,             forge,            NULL },
	{ "/token",     NULL,        0,                              1024,             hello,            NULL },
	{ 0 }
};
/* clang-format on */

static const struct fault *find_user(void *ctx, struct arena *a, struct text name,
				     struct http_user *user, struct text *hash, bool *found)
{
	(void)ctx, (void)a;
	*found = text_equal(name, TEXT(FIXTURE_USER));
	*user = (struct http_user){.owner = *found, .name = name};
	*hash = text_from(*found ? stored_hash : NULL);
	return NULL;
}

/* ---- the server ------------------------------------------------------------------------------ */

void fixture_init(struct http_fixture *x)
{
	memset(x, 0, sizeof(*x));
	x->arena = arena_create(1 << 28);
	CHECK_WELL("randomness", secret_init(x->arena));
	if (!stored_hash[0])
		hash_password();
	sem_init(&x->release, 0, 0);
	x->workers = pool_create("worker", 3, 4096);
	x->wakers = pool_create("waker", 2, 4096);
	x->mounts[0] = (struct http_mount){.routes = routes, .context = x};
	x->options = (struct http_options){
		.listen = "127.0.0.1:0",
		.event_threads = 2,
		.workers = x->workers,
		.header_timeout_ms = GIVE_UP_SECONDS * 1000,
		.body_timeout_ms = GIVE_UP_SECONDS * 1000,
		.idle_timeout_ms = GIVE_UP_SECONDS * 1000,
		.bodies_max = 1 << 28,
		.arena_max = 1 << 26,
		.trusted_proxies = TEXT(""),
		.mounts = x->mounts,
		.auth = http_auth_create(&(struct http_doors){.user = find_user}),
	};
}

const struct fault *fixture_try_start(struct http_fixture *x)
{
	const struct fault *f = http_server_open(x->arena, &x->options, &x->server);

	return f ? f : http_server_start(x->server, x->arena);
}

void fixture_start(struct http_fixture *x)
{
	CHECK_WELL("start", fixture_try_start(x));
	x->port = x->server ? http_server_port(x->server) : 0;
}

void fixture_stop(struct http_fixture *x, unsigned grace_ms)
{
	if (x->server)
		http_server_stop(x->server, grace_ms);
	x->server = NULL;
}

void fixture_end(struct http_fixture *x)
{
	fixture_stop(x, GIVE_UP_SECONDS * 1000);
	pool_destroy(x->workers);
	pool_destroy(x->wakers);
	http_auth_destroy(x->options.auth);
	sem_destroy(&x->release);
	arena_destroy(x->arena);
}

void fixture_await_held(struct http_fixture *x, int n)
{
	while (atomic_load(&x->holding) < n)
		usleep(1000);
}

/* ---- the client ---------------------------------------------------------------------------------
 */

void client_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

struct client *client_open(struct arena *a, unsigned port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct timeval limit = {.tv_sec = GIVE_UP_SECONDS};
	struct client *c = arena_alloc(a, sizeof(*c));

	c->arena = a;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		client_close(c);
	return c;
}

bool client_send(struct client *c, struct text bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(c->fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes = text_sub(bytes, (size_t)n, bytes.len);
	}
	return true;
}

bool client_say(struct client *c, const char *bytes)
{
	return client_send(c, text_from(bytes));
}

/* More bytes into the buffer; false at the end, or after a silence that is none of a server's. */
static bool fill(struct client *c)
{
	ssize_t n = recv(c->fd, c->buffer + c->filled, sizeof(c->buffer) - c->filled, 0);

	if (n < 0 && errno == EAGAIN)
		CHECK_TRUE("the server says nothing", false);
	if (n <= 0)
		return false;
	c->filled += (size_t)n;
	return true;
}

static void take(struct client *c, size_t len)
{
	c->filled -= len;
	memmove(c->buffer, c->buffer + len, c->filled);
}

static bool read_bytes(struct client *c, struct buf *out, size_t len)
{
	while (len > 0) {
		size_t part;

		if (c->filled == 0 && !fill(c))
			return false;
		part = len < c->filled ? len : c->filled;
		buf_put(out, c->buffer, part);
		take(c, part);
		len -= part;
	}
	return true;
}

/* Up to and with the next occurrence of end. */
static bool read_until(struct client *c, struct text end, struct text *out)
{
	ptrdiff_t at;

	while ((at = text_find(text_of(c->buffer, c->filled), end)) < 0)
		if (!fill(c))
			return false;
	at += (ptrdiff_t)end.len;
	*out = text_of(arena_copy(c->arena, c->buffer, (size_t)at), (size_t)at);
	take(c, (size_t)at);
	return true;
}

static bool read_chunks(struct client *c, struct buf *out)
{
	struct text line;
	size_t len;

	do {
		if (!read_until(c, TEXT("\r\n"), &line))
			return false;
		len = strtoul(line.at, NULL, 16);
		if (!read_bytes(c, out, len) || !read_until(c, TEXT("\r\n"), &line))
			return false;
	} while (len > 0);
	return true;
}

struct text reply_header(const struct reply *r, const char *name, int *count_out)
{
	struct text rest = r->header, line, found = TEXT_NONE;
	size_t len = strlen(name);
	int count = 0;

	while (text_next(&rest, '\n', &line)) {
		if (!text_starts_nocase(line, text_from(name)) || line.len <= len ||
		    line.at[len] != ':')
			continue;
		found = text_trim(text_sub(line, len + 1, line.len));
		count++;
	}
	if (count_out)
		*count_out = count;
	return found;
}

struct reply client_read(struct client *c, bool no_body)
{
	struct reply r = {0};
	struct text length;
	struct buf body;
	bool whole = true;

	if (!read_until(c, TEXT("\r\n\r\n"), &r.header))
		return r;
	r.status = (int)strtol(r.header.at + strlen("HTTP/1.1 "), NULL, 10);
	buf_init(&body, c->arena, 0, 1 << 26);
	length = reply_header(&r, "Content-Length", NULL);
	if (no_body || r.status < 200 || r.status == 204 || r.status == 304)
		return r;
	if (text_equal(reply_header(&r, "Transfer-Encoding", NULL), TEXT("chunked")))
		whole = read_chunks(c, &body);
	else if (length.at)
		whole = read_bytes(c, &body, strtoul(length.at, NULL, 10));
	else
		while (read_bytes(c, &body, 1))
			continue;
	CHECK_TRUE("the answer is whole", whole);
	r.body = buf_text(&body);
	return r;
}

struct reply client_ask(struct client *c, const char *bytes)
{
	client_say(c, bytes);
	return client_read(c, false);
}

bool client_is_closed(struct client *c)
{
	return c->filled == 0 && !fill(c);
}

/* http: threads, slow clients, limits, TLS, and a stop that loses nothing */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/pool.h"
#include "http_fixture.h"
#include "unit.h"

static struct http_fixture x;

static void begin(void)
{
	fixture_init(&x);
	fixture_start(&x);
}

static void end(void)
{
	fixture_end(&x);
}

#define GET_(path)  "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define HELLO	    GET_("/hello")
#define UNFINISHED_ "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"

/* ---- waiting and waking --------------------------------------------------------------------- */

enum { CLIENTS = 8, TURNS = 150 };

static atomic_int wrong;

static void *ask_all_ways(void *arg)
{
	static const struct {
		const char *path, *body;
	} ways[] = {
		{"/wait", "woken"},  {"/early", "early"},     {"/twice", "woken"},
		{"/go", "slow"},     {"/slow/wait", "woken"}, {"/slow/go", "slow"},
		{"/hello", "hello"}, {"/slow", "GET|||"},
	};
	struct arena *a = arena_create(1 << 26);
	struct client *c = client_open(a, x.port);
	size_t first = (size_t)(uintptr_t)arg;

	for (size_t i = 0; i < TURNS; i++) {
		size_t way = (first + i) % ARRAY_LEN(ways);
		struct reply r = client_ask(c, arena_printf(a, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
							    ways[way].path));

		if (r.status != 200 || !text_equal(r.body, text_from(ways[way].body)))
			atomic_fetch_add(&wrong, 1);
	}
	client_close(c);
	arena_destroy(a);
	return NULL;
}

static void check_all_ways(bool always_slow)
{
	pthread_t threads[CLIENTS];

	fixture_init(&x);
	x.options.always_slow = always_slow;
	fixture_start(&x);
	atomic_store(&wrong, 0);
	for (size_t i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, ask_all_ways, (void *)(uintptr_t)i);
	for (size_t i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT("wrong answers", atomic_load(&wrong), 0);
	end();
}

static void test_waiting(void)
{
	check_all_ways(false);
}

static void test_waiting_on_workers(void)
{
	check_all_ways(true);
}

/* With a pool of one job, most are told to come again; none is lost, and none hangs. */
static void test_busy(void)
{
	struct pool *small = pool_create("small", 1, 1);
	struct client *clients[CLIENTS];
	int answered = 0;

	fixture_init(&x);
	x.options.workers = small;
	fixture_start(&x);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = client_open(x.arena, x.port);
		client_say(clients[i], GET_("/slow"));
	}
	for (int i = 0; i < CLIENTS; i++) {
		struct reply r = client_read(clients[i], false);

		answered += r.status == 200 || r.status == 503;
		client_close(clients[i]);
	}
	CHECK_INT("all are answered", answered, CLIENTS);
	fixture_stop(&x, 1000);
	pool_destroy(small);
	end();
}

static void test_users_on_workers(void)
{
	struct client *c;

	fixture_init(&x);
	x.options.always_slow = true;
	fixture_start(&x);
	c = client_open(x.arena, x.port);
	for (int i = 0; i < 3; i++) {
		struct reply r = client_ask(c, "PUT /secret HTTP/1.1\r\nHost: x\r\n" FIXTURE_BASIC
					       "Content-Length: 3\r\n\r\nabc");

		CHECK_TEXT("right", r.body, TEXT("alice"));
		r = client_ask(c, "GET /secret HTTP/1.1\r\nHost: x\r\n" FIXTURE_WRONG "\r\n");
		CHECK_INT("wrong", r.status, 401);
	}
	client_close(c);
	end();
}

/* The fourth failure from one address is held back, by the thread that looks at the clock. */
static void test_held_back(void)
{
	struct client *c;

	fixture_init(&x);
	x.options.limit_loopback = true;
	fixture_start(&x);
	c = client_open(x.arena, x.port);
	for (int i = 0; i < 5; i++)
		CHECK_INT("wrong",
			  client_ask(c, "GET /secret HTTP/1.1\r\nHost: x\r\n" FIXTURE_WRONG "\r\n")
				  .status,
			  401);
	CHECK_INT("right",
		  client_ask(c, "GET /secret HTTP/1.1\r\nHost: x\r\n" FIXTURE_BASIC "\r\n").status,
		  200);
	client_close(c);
	end();
}

/* ---- pieces ------------------------------------------------------------------------------------
 */

static void check_pieces(const char *row, bool always_slow, const char *request, bool on_workers)
{
	size_t wrong_bytes = 0;
	struct client *c;
	struct reply r;

	fixture_init(&x);
	x.options.always_slow = always_slow;
	fixture_start(&x);
	c = client_open(x.arena, x.port);
	r = client_ask(c, request);
	CHECK_INT(row, r.status, 200);
	CHECK_INT(row, (int64_t)r.body.len, FIXTURE_PIECE * FIXTURE_PIECES);
	for (size_t i = 0; i < r.body.len; i++)
		wrong_bytes += r.body.at[i] != (char)('a' + i / FIXTURE_PIECE);
	CHECK_INT(row, (int64_t)wrong_bytes, 0);
	CHECK_INT(row, atomic_load(&x.pieces_of_workers), on_workers ? FIXTURE_PIECES : 0);
	client_close(c);
	end();
}

static void test_pieces(void)
{
	check_pieces("RFC 9112 §7.1: in chunks", false, GET_("/pieces"), false);
	check_pieces("made on workers", true, GET_("/pieces"), true);
	check_pieces("of a request that went there", false, GET_("/go/pieces"), true);
	check_pieces("until the end of the connection", false, "GET /pieces HTTP/1.0\r\n\r\n",
		     false);
	check_pieces("and from workers", true, "GET /pieces HTTP/1.0\r\n\r\n", true);
}

/* ---- slow clients -------------------------------------------------------------------------- */

/* One byte after the other until the server has had enough of it. */
static bool drips_until_cut(const char *start, const char *drop)
{
	struct client *c = client_open(x.arena, x.port);
	bool cut = false;

	client_say(c, start);
	for (int i = 0; i < 20000 && !cut; i++) {
		char room[512];

		cut = !client_say(c, drop) || recv(c->fd, room, sizeof(room), MSG_DONTWAIT) == 0;
		usleep(2000);
	}
	client_close(c);
	return cut;
}

static void test_drip(void)
{
	fixture_init(&x);
	x.options.header_timeout_ms = 200;
	fixture_start(&x);
	CHECK_TRUE("a request line", drips_until_cut("GET /", "a"));
	CHECK_TRUE("a header", drips_until_cut("GET / HTTP/1.1\r\nHost: x\r\nA: ", "a"));
	CHECK_TRUE("nothing at all", drips_until_cut("", ""));
	end();

	fixture_init(&x);
	x.options.body_timeout_ms = 200;
	fixture_start(&x);
	CHECK_TRUE("a body", drips_until_cut("PUT /echo HTTP/1.1\r\nHost: x\r\n"
					     "Content-Length: 1000000\r\n\r\n",
					     "a"));
	CHECK_TRUE("chunks", drips_until_cut("PUT /echo HTTP/1.1\r\nHost: x\r\n"
					     "Transfer-Encoding: chunked\r\n\r\n",
					     "1\r\na\r\n"));
	CHECK_INT("none was handled", atomic_load(&x.handled), 0);
	end();
}

/* RFC 9110 §15.5.9: a body that does not come is told so. */
static void test_too_late(void)
{
	static const char *const rows[] = {
		"PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
		"PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
		"PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na",
		"PUT /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
	};

	fixture_init(&x);
	x.options.body_timeout_ms = 200;
	fixture_start(&x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client *c = client_open(x.arena, x.port);
		struct reply r = client_ask(c, rows[i]);

		CHECK_INT(rows[i], r.status, 408);
		CHECK_TEXT(rows[i], reply_header(&r, "Connection", NULL), TEXT("close"));
		CHECK_TRUE(rows[i], client_is_closed(c));
		client_close(c);
	}
	CHECK_INT("none was handled", atomic_load(&x.handled), 0);
	end();
}

static void test_idle(void)
{
	struct client *c;

	fixture_init(&x);
	x.options.idle_timeout_ms = 1000;
	fixture_start(&x);
	c = client_open(x.arena, x.port);
	CHECK_INT("one request", client_ask(c, HELLO).status, 200);
	CHECK_TRUE("and then silence", client_is_closed(c));
	client_close(c);
	end();
}

/* A handler takes its time; no deadline runs meanwhile. */
static void test_patient(void)
{
	struct client *c;

	fixture_init(&x);
	x.options.header_timeout_ms = x.options.body_timeout_ms = x.options.idle_timeout_ms = 1000;
	fixture_start(&x);
	c = client_open(x.arena, x.port);
	client_say(c, GET_("/hold"));
	fixture_await_held(&x, 1);
	usleep(2000 * 1000);
	sem_post(&x.release);
	CHECK_TEXT("the answer", client_read(c, false).body, TEXT("held"));
	client_close(c);
	end();
}

/* ---- how many may come --------------------------------------------------------------------- */

static void test_per_address(void)
{
	struct client *c[3];

	fixture_init(&x);
	x.options.connections_per_address_max = 2;
	x.options.limit_loopback = true;
	fixture_start(&x);
	for (int i = 0; i < 2; i++) {
		c[i] = client_open(x.arena, x.port);
		CHECK_INT("two may", client_ask(c[i], HELLO).status, 200);
	}
	c[2] = client_open(x.arena, x.port);
	client_say(c[2], HELLO);
	CHECK_TRUE("a third may not", client_is_closed(c[2]));
	client_close(c[2]);
	client_close(c[0]);
	/* The server may see the first one go a little later. */
	do {
		c[2] = client_open(x.arena, x.port);
		client_say(c[2], HELLO);
		c[0] = c[2];
	} while (client_read(c[2], false).status != 200);
	client_close(c[1]);
	client_close(c[2]);
	end();
}

static void test_loopback_unlimited(void)
{
	struct client *c[3];

	fixture_init(&x);
	x.options.connections_per_address_max = 2;
	fixture_start(&x);
	for (int i = 0; i < 3; i++) {
		c[i] = client_open(x.arena, x.port);
		CHECK_INT("loopback", client_ask(c[i], HELLO).status, 200);
	}
	for (int i = 0; i < 3; i++)
		client_close(c[i]);
	end();
}

static void test_all_connections(void)
{
	struct client *c[3];

	fixture_init(&x);
	x.options.connections_max = 2;
	fixture_start(&x);
	for (int i = 0; i < 2; i++) {
		c[i] = client_open(x.arena, x.port);
		CHECK_INT("two", client_ask(c[i], HELLO).status, 200);
	}
	c[2] = client_open(x.arena, x.port);
	CHECK_INT("a third makes the idlest go", client_ask(c[2], HELLO).status, 200);
	CHECK_TRUE("which is the first", client_is_closed(c[0]));
	CHECK_INT("not the second", client_ask(c[1], HELLO).status, 200);
	for (int i = 0; i < 3; i++)
		client_close(c[i]);
	end();
}

/* After as many events as were asked for, the next question does not wait (http/epoll.c). */
static void test_full_batch(void)
{
	struct epoll_event events[2], wanted = {.events = EPOLLIN | EPOLLET};
	int fd[4], all = epoll_create1(EPOLL_CLOEXEC);

	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = eventfd(1, EFD_CLOEXEC);
		CHECK_INT("added", epoll_ctl(all, EPOLL_CTL_ADD, fd[i], &wanted), 0);
	}
	alarm(60);
	CHECK_INT("as many as there is room for", epoll_wait(all, events, 2, -1), 2);
	CHECK_INT("the others", epoll_wait(all, events, 2, -1), 2);
	CHECK_INT("and no waiting for more", epoll_wait(all, events, 2, -1), 0);
	alarm(0);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		close(fd[i]);
	close(all);
}

/* ---- the stop ------------------------------------------------------------------------------ */

static atomic_int answered;

/* Requests, one after the other, until there is no server any more. */
static void *ask_until_stopped(void *path)
{
	struct arena *a = arena_create(1 << 28);
	const char *request = arena_printf(a, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", (char *)path);
	bool goes_on = true;

	while (goes_on) {
		struct client *c = client_open(a, x.port);

		goes_on = c->fd >= 0;
		for (int i = 0; i < 10 && goes_on; i++) {
			struct reply r;

			goes_on = client_say(c, request);
			r = client_read(c, false);
			atomic_fetch_add(&answered, r.status == 200);
			goes_on = goes_on && r.status == 200 &&
				  !reply_header(&r, "Connection", NULL).at;
		}
		client_close(c);
		arena_reset(a);
		request = arena_printf(a, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", (char *)path);
	}
	arena_destroy(a);
	return NULL;
}

static void test_stop_under_load(void)
{
	static char paths[][16] = {"/hello", "/wait", "/slow", "/slow/wait"};
	pthread_t threads[CLIENTS];

	for (int turn = 0; turn < 5; turn++) {
		begin();
		atomic_store(&answered, 0);
		for (size_t i = 0; i < CLIENTS; i++)
			pthread_create(&threads[i], NULL, ask_until_stopped,
				       paths[i % ARRAY_LEN(paths)]);
		while (atomic_load(&answered) < 200)
			usleep(100);
		fixture_stop(&x, 60000);
		for (size_t i = 0; i < CLIENTS; i++)
			pthread_join(threads[i], NULL);
		CHECK_INT("whatever was handled was answered", atomic_load(&answered),
			  atomic_load(&x.handled));
		end();
	}
}

/* What has arrived when the stop comes is answered, whether or not it was read. */
static void test_stop_answers_what_arrived(void)
{
	enum { KNOWN = 8, NEW = 8 };

	for (int turn = 0; turn < 20; turn++) {
		struct client *c[KNOWN + NEW];

		begin();
		for (int i = 0; i < KNOWN; i++) {
			c[i] = client_open(x.arena, x.port);
			CHECK_INT("known", client_ask(c[i], HELLO).status, 200);
		}
		for (int i = KNOWN; i < KNOWN + NEW; i++)
			c[i] = client_open(x.arena, x.port);
		for (int i = 0; i < KNOWN + NEW; i++)
			client_say(c[i], HELLO);
		fixture_stop(&x, 60000);
		for (int i = 0; i < KNOWN + NEW; i++) {
			CHECK_INT(i < KNOWN ? "on a known connection" : "on a new one",
				  client_read(c[i], false).status, 200);
			CHECK_TRUE("and closed", client_is_closed(c[i]));
			client_close(c[i]);
		}
		end();
	}
}

static void *stop_patiently(void *unused)
{
	(void)unused;
	fixture_stop(&x, 60000);
	return NULL;
}

static void *stop_at_once(void *unused)
{
	(void)unused;
	fixture_stop(&x, 0);
	return NULL;
}

/* Stops while a handler holds a request, an idle client stays and another one never ends. */
static void check_stop_held(const char *row, void *(*stop)(void *), bool with_unfinished)
{
	struct client *held, *idle, *unfinished;
	pthread_t stopper;
	struct reply r;

	begin();
	held = client_open(x.arena, x.port);
	idle = client_open(x.arena, x.port);
	unfinished = client_open(x.arena, x.port);
	CHECK_INT(row, client_ask(idle, HELLO).status, 200);
	client_say(held, GET_("/hold"));
	fixture_await_held(&x, 1);
	if (with_unfinished) {
		CHECK_INT(row, client_ask(unfinished, HELLO).status, 200);
		client_say(unfinished, UNFINISHED_);
	}
	pthread_create(&stopper, NULL, stop, NULL);
	CHECK_TRUE("an idle client is let go", client_is_closed(idle));
	CHECK_TRUE("one that never ends is cut", client_is_closed(unfinished));
	sem_post(&x.release);
	r = client_read(held, false);
	CHECK_TEXT(row, r.body, TEXT("held"));
	CHECK_TEXT(row, reply_header(&r, "Connection", NULL), TEXT("close"));
	pthread_join(stopper, NULL);
	client_close(held);
	client_close(idle);
	client_close(unfinished);
	end();
}

static void test_stop_held(void)
{
	check_stop_held("within the grace", stop_patiently, false);
	check_stop_held("past the grace", stop_at_once, true);
}

/* ---- starting ------------------------------------------------------------------------------ */

static void test_start_fails(void)
{
	static const struct {
		const char *name, *listen, *trusted, *cert;
		enum fault_code want;
	} rows[] = {
		{"no port", "127.0.0.1", "", NULL, FAULT_UNAVAILABLE},
		{"no host", ":80", "", NULL, FAULT_UNAVAILABLE},
		{"not ours", "192.0.2.1:0", "", NULL, FAULT_UNAVAILABLE},
		{"no such port", "127.0.0.1:http-x", "", NULL, FAULT_UNAVAILABLE},
		{"a service by name", "127.0.0.1:http", "", NULL, FAULT_UNAVAILABLE},
		{"a port of 17 bits", "127.0.0.1:99999", "", NULL, FAULT_UNAVAILABLE},
		{"a negative port", "127.0.0.1:-1", "", NULL, FAULT_UNAVAILABLE},
		{"a port and more", "127.0.0.1:80x", "", NULL, FAULT_UNAVAILABLE},
		{"IPv6 without brackets", "::1:80", "", NULL, FAULT_UNAVAILABLE},
		{"a proxy that is none", "127.0.0.1:0", "127.0.0.1, x", NULL, FAULT_BAD_REQUEST},
		{"no certificate", "127.0.0.1:0", "", "/nonexistent", FAULT_UNAVAILABLE},
		{"a bad certificate", "127.0.0.1:0", "", "/etc/hostname", FAULT_UNAVAILABLE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		fixture_init(&x);
		x.options.listen = rows[i].listen;
		x.options.trusted_proxies = text_from(rows[i].trusted);
		x.options.tls_cert = x.options.tls_key = rows[i].cert;
		CHECK_FAULT(rows[i].name, fixture_try_start(&x), rows[i].want);
		end();
	}
}

static void test_taken_port(void)
{
	struct http_server *second;

	begin();
	x.options.listen = arena_printf(x.arena, "127.0.0.1:%u", x.port);
	CHECK_FAULT("taken", http_server_open(x.arena, &x.options, &second), FAULT_UNAVAILABLE);
	end();
}

static void test_ipv6(void)
{
	fixture_init(&x);
	x.options.listen = "[::1]:0";
	if (fixture_try_start(&x))
		unit_skip("there is no IPv6 here");
	else
		CHECK_TRUE("a port", http_server_port(x.server) > 0);
	end();
}

/* ---- TLS ---- */

static bool make_certificate(char *dir)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		if (chdir(dir) == 0 && freopen("/dev/null", "w", stderr))
			execlp("openssl", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
			       "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem",
			       "-out", "cert.pem", "-subj", "/CN=localhost", "-days", "2", NULL);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return status == 0;
}

static void remove_certificate(char *dir)
{
	unlink(arena_printf(x.arena, "%s/key.pem", dir));
	unlink(arena_printf(x.arena, "%s/cert.pem", dir));
	rmdir(dir);
}

/* Ask over TLS with these priorities; the whole answer until the end of the connection. */
static struct text ask_tls(const char *priorities)
{
	gnutls_certificate_credentials_t credentials;
	struct client *c = client_open(x.arena, x.port);
	gnutls_session_t session;
	struct buf b;
	char room[4096];
	ssize_t n;
	int shaken;

	gnutls_certificate_allocate_credentials(&credentials);
	gnutls_init(&session, GNUTLS_CLIENT);
	gnutls_priority_set_direct(session, priorities, NULL);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_transport_set_int(session, c->fd);
	buf_init(&b, x.arena, 0, 1 << 20);
	do
		shaken = gnutls_handshake(session);
	while (shaken < 0 && !gnutls_error_is_fatal(shaken));
	if (shaken == 0) {
		static const char ask[] =
			"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

		gnutls_record_send(session, ask, sizeof(ask) - 1);
		while ((n = gnutls_record_recv(session, room, sizeof(room))) > 0 ||
		       n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
			buf_put(&b, room, n > 0 ? (size_t)n : 0);
	}
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(credentials);
	client_close(c);
	return buf_text(&b);
}

static void test_tls(void)
{
	char dir[] = "/tmp/fasti-tls-XXXXXX";

	if (!mkdtemp(dir) || !make_certificate(dir)) {
		unit_skip("openssl makes no certificate");
		return;
	}
	fixture_init(&x);
	x.options.tls_cert = arena_printf(x.arena, "%s/cert.pem", dir);
	x.options.tls_key = arena_printf(x.arena, "%s/key.pem", dir);
	fixture_start(&x);
	CHECK_TRUE("TLS 1.3", text_ends(ask_tls("NORMAL:-VERS-ALL:+VERS-TLS1.3"), TEXT("hello")));
	CHECK_TRUE("TLS 1.2", text_ends(ask_tls("NORMAL:-VERS-ALL:+VERS-TLS1.2"), TEXT("hello")));
	CHECK_TEXT("not TLS 1.1", ask_tls("NORMAL:-VERS-ALL:+VERS-TLS1.1"), TEXT(""));
	fixture_stop(&x, 60000);
	remove_certificate(dir);
	end();
}

UNIT_SUITE("http_server", {"waiting and waking, in every order", test_waiting},
	   {"the same on workers only", test_waiting_on_workers},
	   {"too much for the workers", test_busy}, {"users on workers", test_users_on_workers},
	   {"failed logins are held back", test_held_back}, {"answers in pieces", test_pieces},
	   {"slow drip is cut", test_drip},
	   {"a body that comes too late (RFC 9110 §15.5.9)", test_too_late},
	   {"idle connections are cut", test_idle}, {"a handler may take its time", test_patient},
	   {"connections of one address", test_per_address},
	   {"loopback is unlimited", test_loopback_unlimited},
	   {"connections in all", test_all_connections},
	   {"as many events as are taken at once", test_full_batch},
	   {"a stop under load loses nothing", test_stop_under_load},
	   {"a stop answers what has arrived", test_stop_answers_what_arrived},
	   {"a stop finishes what is held", test_stop_held},
	   {"a start that fails", test_start_fails}, {"a port that is taken", test_taken_port},
	   {"IPv6", test_ipv6}, {"TLS", test_tls})

/*
 * http_fixture - a server on loopback with routes for tests, and a raw client
 *
 * The client writes bytes and reads bytes, so that a row shows what is on the wire.
 */
#ifndef TESTS_HTTP_FIXTURE_H
#define TESTS_HTTP_FIXTURE_H

#include <semaphore.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "http/server.h"

#define FIXTURE_USER	 "alice"
#define FIXTURE_PASSWORD "correct horse"
/* "alice:correct horse" in base64 */
#define FIXTURE_BASIC "Authorization: Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==\r\n"
#define FIXTURE_WRONG "Authorization: Basic YWxpY2U6d3Jvbmc=\r\n"

enum { FIXTURE_ECHO_MAX = 1 << 20, FIXTURE_PIECE = 50000, FIXTURE_PIECES = 20 };

struct http_fixture {
	struct arena *arena;
	struct http_mount mounts[2]; /* the second ends them */
	struct http_options options; /* filled by fixture_init(); change, then fixture_start() */
	struct http_server *server;
	struct pool *workers, *wakers;
	unsigned port;
	atomic_int handled; /* how often a handler began */
	atomic_int holding; /* requests in /hold */
	atomic_int pieces_of_workers;
	sem_t release; /* one of them goes on for each post */
};

/*
 * Routes: /hello answers "hello" to GET and HEAD, and wants no body. /echo answers method, body and
 * ?q. /secret needs a user and answers its name; /maybe takes one. /open is as /secret but for
 * OPTIONS. /path answers the segments. /peer answers the peer. /pieces answers
 * FIXTURE_PIECES times FIXTURE_PIECE bytes, /go/pieces the same from a worker. /slow runs on a
 * worker. /wait and /slow/wait are woken by another thread; /early wakes itself before it returns.
 * /go goes to a worker. /hold waits for release. /forge sets a header with a line end. /fault notes
 * a long one. /token needs nobody.
 */
void fixture_init(struct http_fixture *x);
const struct fault *fixture_try_start(struct http_fixture *x);
void fixture_start(struct http_fixture *x);
void fixture_stop(struct http_fixture *x, unsigned grace_ms);
void fixture_end(struct http_fixture *x);

/* Wait until n requests are in /hold. */
void fixture_await_held(struct http_fixture *x, int n);

/* ---- the client ---- */

struct reply {
	int status;	    /* 0: the connection ended without an answer */
	struct text header; /* with the status line */
	struct text body;   /* without chunks */
};

struct client {
	int fd;
	struct arena *arena;
	char buffer[64 * 1024]; /* read, not yet taken */
	size_t filled;
};

/* fd is negative when nobody listens. */
struct client *client_open(struct arena *a, unsigned port);
void client_close(struct client *c);
/* False when the server has hung up. */
bool client_send(struct client *c, struct text bytes);
bool client_say(struct client *c, const char *bytes);
/* The next answer, also a 100; no_body for answers to HEAD. */
struct reply client_read(struct client *c, bool no_body);
/* Say and read. */
struct reply client_ask(struct client *c, const char *bytes);
/* Wait for the server to hang up; false when bytes came instead. */
bool client_is_closed(struct client *c);
/* The value of a header field of the answer; NULL-text without it. count_out may be NULL. */
struct text reply_header(const struct reply *r, const char *name, int *count_out);

#endif

/*
 * http_priv - a server from inside: its connections, and the exchange on each
 *
 * One connection carries one exchange after the other, so the exchange, its
 * arena and the text of its peer belong to the connection and are used again.
 *
 * Threads: a connection belongs to its event thread, but for what is atomic,
 * what the lock of the list guards, and what an exchange hands to a worker.
 */
#ifndef HTTP_HTTP_PRIV_H
#define HTTP_HTTP_PRIV_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/check.h"
#include "http/peer_priv.h"
#include "http/server.h"

struct http_connection;

/* ---- an exchange: one request and its answer ---------------------------------------------------
 */

/* Where an exchange stands with libmicrohttpd, which calls the same function at each of these. */
enum phase {
	PHASE_LINE, /* the request line is there */
	PHASE_HEAD, /* the header block is being judged */
	PHASE_BODY, /* the body is coming in */
	PHASE_RUN,  /* the handler is at it, or has answered */
};

/* What a handler asked for before it returned. */
enum go { GO_NOWHERE, GO_WAIT, GO_SLOW };

struct answer_header {
	struct answer_header *next;
	const char *name, *value;
};

struct answer {
	int status; /* 0: none yet */
	const char *content_type;
	struct text body;
	http_piece_fn next_piece; /* NULL: the body is whole */
	void *piece_ctx;
	struct answer_header *headers;
	/* Of an answer in pieces. */
	struct buf piece;
	size_t piece_sent;
	bool last_piece;
};

struct http_exchange {
	struct http_request rq;
	struct http_connection *connection;
	struct MHD_Connection *mhd;
	enum phase phase;

	const char *target_at; /* where the target lay, for http_check_head() */
	struct http_field *fields;
	size_t field_count, field_cap;
	struct http_framing framing;
	bool is_doubtful; /* where the next request would begin is unknown */

	const char *body_at; /* where libmicrohttpd keeps what it has read of the body */
	struct buf body;
	bool ignores_body;	    /* it means nothing here */
	size_t reserved, discarded; /* bytes; reserved ones count towards bodies_max */

	http_handler_fn next; /* what runs when the exchange goes on */
	enum go go;
	bool is_handled; /* the handler has begun */
	bool went_slow;	 /* http_go_slow() was asked for: workers do the rest, too */
	bool is_shown;	 /* libmicrohttpd has seen that there is no answer yet */
	struct pool *pool_wanted, *pool_now; /* pool_now: NULL on an event thread */
	/*
	 * After http_wait() two must come, in any order: the handler must have returned,
	 * and http_wake() been called. Whoever comes last goes on. The release and
	 * acquire of this number also hand the exchange from thread to thread.
	 */
	atomic_int missing;
	struct http_exchange *next_delayed; /* in the reaper's list */
	int64_t wake_ns;

	struct answer answer;
	int64_t answered_ns;
	char id[32];
};

/* libmicrohttpd's callbacks. */
void *exchange_begin(void *server, const char *target, struct MHD_Connection *mhd);
enum MHD_Result exchange_go_on(void *server, struct MHD_Connection *mhd, const char *url,
			       const char *method, const char *version, const char *upload,
			       size_t *upload_size, void **exchange);
void exchange_end(void *server, struct MHD_Connection *mhd, void **exchange,
		  enum MHD_RequestTerminationCode how);

static inline bool exchange_is_answered(const struct http_exchange *ex)
{
	return ex->answer.status != 0;
}

/* run.c: run what there is to run; false when the exchange has gone elsewhere meanwhile. */
bool exchange_run(struct http_exchange *ex);
/* Wait until nobody works for it any more; it is about to end without an answer. */
void exchange_await_waker(struct http_exchange *ex);

/* Does it run on workers: by its server, its route, or its own wish? */
bool exchange_is_slow(const struct http_exchange *ex);

/* request.c: refuse with the route's writer of faults. */
void exchange_refuse(struct http_exchange *ex, const struct fault *f);

/* Go on with then(rq) on a thread of this pool. */
void exchange_go_to_pool(struct http_exchange *ex, struct pool *pool, http_handler_fn then);

/* authenticate.c: judge the credentials, then return, refuse, wait, or go to a worker. */
void exchange_authenticate(struct http_request *rq);

/* answer.c: hand the answer to libmicrohttpd. */
enum MHD_Result answer_send(struct http_exchange *ex);

/* raw.c: answers written past libmicrohttpd, where it cannot or does not answer well. */
enum raw_answer { RAW_BAD_REQUEST, RAW_TOO_LATE, RAW_TOO_LARGE };
void raw_answer(const struct http_connection *c, enum raw_answer which);

/*
 * trouble.c: trouble_expect() says which exchange this event thread is at, before libmicrohttpd
 * has judged its header; trouble_look_for() is called when it complains of something.
 */
void trouble_expect(struct http_exchange *ex);
void trouble_look_for(struct http_server *s, const char *complaint);

/* access.c: one line in the log, and the metrics. status 0: there was no answer. */
void access_note(const struct http_exchange *ex, int status, bool was_whole);

/* ---- connections ---- */

/*
 * IDLE: between requests. BUSY: reading a header, or sending an answer. AWAITS_BODY: of a request
 * that has no answer yet. TOO_LATE: it had to wait too long, and was told. HELD: suspended for a
 * handler.
 */
enum connection_phase {
	CONNECTION_IDLE,
	CONNECTION_BUSY,
	CONNECTION_AWAITS_BODY,
	CONNECTION_TOO_LATE,
	CONNECTION_HELD,
};

struct http_connection {
	struct http_connection *next, *prev; /* in the server's list */
	struct http_server *server;
	int fd;
	pthread_t thread; /* its event thread */
	struct peer peer;
	_Atomic int64_t deadline_ns; /* past it the reaper cuts the connection; 0: none */
	atomic_int state;	     /* enum connection_phase */
	bool has_unread;	     /* closed by us while the client may still be sending */
	bool is_leaving;	     /* asked to make room; under the lock of the list */
	struct arena *arena;
	struct http_exchange exchange;
};

struct connections {
	pthread_mutex_t lock;  /* guards the rest, and keeps every fd in the list open */
	pthread_cond_t change; /* there are fewer */
	struct http_connection *first;
	size_t count, entering, max; /* entering: accepted, not yet in the list */
	struct peer_counts *counts;
};

/* NULL when there is no memory. */
struct http_connection *connections_add(struct http_server *s, struct MHD_Connection *mhd);
void connections_remove(struct http_server *s, struct http_connection *c);

/* How many may be open. */
size_t connections_ceiling(const struct http_options *o);
bool connections_have_room(struct http_server *s);
/* Ask the connection that has been idle longest to go. */
void connections_make_room(struct http_server *s);
/* Count one that was accepted; false when its address has as many as it may. */
bool connections_enter(struct http_server *s, const struct sockaddr *from);
/* It came to nothing. */
void connections_leave(struct http_server *s);

/* Set the deadline; ms 0: none. */
void connection_expect(struct http_connection *c, unsigned ms);
/* True unless the client was told that it is too late. */
bool connection_go_on(struct http_connection *c);
/* The exchange that this thread reads, and whose chunk begins with a line without end; or NULL. */
struct http_exchange *connections_find_endless(struct http_server *s);
/* Cut those past it; how many of them were in the middle of a request. */
size_t connections_cut_late(struct http_server *s, int64_t now_ns);

/* When stopping: no further request is awaited; what has arrived is still read and answered. */
void connections_close_idle(struct http_server *s);
/* Cut all but those that a handler holds. */
void connections_cut(struct http_server *s);
/* Wait until none is left, at most so long; true if none is left. */
bool connections_wait_for_none(struct http_server *s, unsigned ms);

/* ---- the reaper ---- */

struct late_socket {
	int fd;
	int64_t until_ns;
	size_t left; /* bytes that are still taken */
};

enum { LINGER_MAX = 256 };

struct reaper {
	pthread_t thread;
	bool is_running;
	_Atomic int64_t tick_ns; /* monotonic time at its last turn: near enough for deadlines */
	pthread_mutex_t lock;	 /* guards the rest */
	pthread_cond_t work;
	bool stop;
	struct http_exchange *delayed;
	struct late_socket lingering[LINGER_MAX];
	size_t linger_count;
};

MUST_CHECK bool reaper_start(struct http_server *s);
void reaper_stop(struct http_server *s);

/* delay.c: call http_wake() after so long; at once when the server stops. */
void delay_wake(struct http_exchange *ex, unsigned ms);
void delay_wake_due(struct http_server *s, int64_t now_ns);

/*
 * linger.c: keep reading for a while what a refused client still sends, so that it reads our
 * answer.
 */
void linger_on(struct http_server *s, int fd);
void linger_end(struct reaper *r, int64_t now_ns);

/* ---- the listener ---- */

struct listener {
	pthread_t thread;
	bool is_running;
	int fd, stop_fd;
	unsigned port;
};

/* UNAVAILABLE: no such address, or it is taken. */
MUST_CHECK const struct fault *listener_open(struct arena *a, struct listener *l,
					     const char *listen);
MUST_CHECK bool listener_start(struct http_server *s);
/* Accept what waits already, then close. */
void listener_stop(struct http_server *s);

/* ---- routes ---- */

struct route_path {
	const struct http_route *route;
	void *context; /* of its table */
	size_t (*body_max)(const struct http_request *rq);
	struct text segments[8];
	size_t segment_count;
};

struct routes {
	struct route_path *paths;
	size_t count;
};

void routes_init(struct routes *r, struct arena *a, const struct http_mount *mounts);
/* Set route and context of the request; false: none answers this path. */
MUST_CHECK bool routes_find(const struct routes *r, struct http_request *rq);
bool route_allows(const struct http_route *route, struct text method);

/* thread.c: a thread that takes no signals: they belong to the one that waits for them. */
MUST_CHECK bool thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *arg);

/* ---- the server ---- */

struct http_server {
	struct http_options options;
	struct arena *arena; /* what is made at the start and lives as long */
	struct MHD_Daemon *daemon;
	struct pool *hashers; /* passwords only, so that guessing them holds up nobody else */
	struct listener listener;
	struct connections connections;
	struct reaper reaper;
	struct routes routes;
	struct peer_list proxies;
	atomic_bool is_stopping;
	_Atomic size_t body_bytes; /* of all bodies in memory */
	_Atomic uint64_t requests;
	char id_prefix[16];
};

#endif

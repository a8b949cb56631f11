/*
 * request - one request and its answer
 *
 * A handler reads the request, calls http_answer() once, and returns. Where it
 * must wait (the writer, PostgreSQL, a password hash) it calls http_wait() with
 * the function that goes on, hands the request to whoever will call
 * http_wake(), and returns: the connection is suspended and holds no thread.
 *
 * Handlers run on an event thread; routes marked HTTP_SLOW, and all routes of
 * a store that waits for a network, run on a worker thread.
 *
 * Memory: a request and all that hangs on it live in its arena, which ends when
 * the answer has left. Threads: a request belongs to one thread at a time;
 * http_wake() may be called from any.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

struct http_server;
struct http_route;

/* Who is asking, once the password was found right. */
struct http_user {
	int64_t owner; /* number of the principal; 0: nobody */
	struct text name;
};

struct http_request {
	struct arena *arena;
	struct http_server *server;
	const struct http_route *route;
	struct text id;	       /* of this request, for log and answers */
	struct text method;    /* as sent: methods are case-sensitive */
	struct text target;    /* raw path with query */
	struct text path;      /* raw path, still percent-encoded, without query */
	struct text *segments; /* decoded path segments, none empty */
	size_t segment_count;
	bool path_ends_slash;
	struct text query; /* raw, after '?' */
	size_t body_max;   /* bytes that its body may have (route.h) */
	struct text body;
	struct http_user user;
	bool by_token;	    /* user is known by a program's token, not by password or session */
	int64_t token_of;   /* who gave the token that it brings instead of a password; 0: none */
	int64_t now;	    /* wall clock, read once, when the request was complete */
	int64_t begun_ns;   /* the same in monotonic time */
	bool from_loopback; /* a loopback peer itself (none forwarded): limits do not hold for it */
	struct text peer;   /* client address as text, forwarded one behind a trusted proxy */
	void *context;	    /* of the route's table; NULL before one is found */
	void *handler_state;	   /* the handler's own between http_wait() and its function */
	const struct fault *fault; /* what the answer is about, for the log; NULL: none was noted */
	struct http_exchange *exchange; /* http's own */
};

typedef void (*http_handler_fn)(struct http_request *rq);

/*
 * A request header by name, without case; NULL-text when absent. Blanks trimmed. Several lines of
 * one name are one list, joined by ", " (RFC 9110 §5.3).
 */
struct text http_header(const struct http_request *rq, const char *name);

/*
 * Add a header to the answer. A value with CR, LF or NUL is dropped and logged
 * as our own fault: nothing from outside may get here unescaped (pitfall 49).
 */
void http_set_header(struct http_request *rq, const char *name, struct text value);
/* Add to a header that is a list (RFC 9110 §5.3): it stays one line, whoever else adds to it. */
void http_add_header(struct http_request *rq, const char *name, struct text item);

/*
 * Answer with a body that lives at least as long as the arena; content_type may
 * be NULL for an empty body. HEAD sends the headers only. Exactly once. A 401 gets its
 * challenge here, the same for all, and a 503 its Retry-After.
 */
void http_answer(struct http_request *rq, int status, const char *content_type, struct text body);

/*
 * Answer in pieces: next() appends the next piece to out (which is emptied
 * before each call) and returns false after the last. Runs while the arena lives, on the kind of
 * thread that the request ran on last; for answers too large to hold (multistatus, export).
 */
typedef bool (*http_piece_fn)(void *ctx, struct buf *out);
void http_answer_pieces(struct http_request *rq, int status, const char *content_type,
			http_piece_fn next, void *ctx);

/*
 * What is being answered went wrong because of this: the log tells the operator, also where
 * the answer has no room for a sentence (RFC 4918 §16). Whoever turns a fault into an answer
 * calls this; the fault is copied, and the last one counts. A message never holds a token, a
 * password or a query.
 */
void http_note_fault(struct http_request *rq, const struct fault *f);

/* Answer with a plain one-line text for a fault: for routes that speak neither XML nor JSON. */
void http_answer_fault(struct http_request *rq, const struct fault *f);

/* Suspend; then(rq) runs after http_wake(rq), on the kind of thread that the request runs on. */
void http_wait(struct http_request *rq, http_handler_fn then);
void http_wake(struct http_request *rq);

/*
 * Go on in a worker thread, with all that follows: for work that is slow on the processor or
 * blocks. On a worker already, then() is simply what comes next.
 */
void http_go_slow(struct http_request *rq, http_handler_fn then);

/*
 * Both again for rooms that know more of a request: go_on(who, state, f) runs where then(rq) would,
 * and a fault that it returns is answered in the way of the route. Memory: the request's.
 */
typedef const struct fault *(*http_go_on_fn)(void *who, void *state, const struct fault *f);
struct http_waiting;

/* Suspend until http_settle() is called with the outcome f, from any thread and only then. */
struct http_waiting *http_await(struct http_request *rq, http_go_on_fn go_on, void *who,
				void *state);
void http_settle(void *waiting, const struct fault *f);

/* f is NULL. */
void http_go_slow_with(struct http_request *rq, http_go_on_fn go_on, void *who, void *state);

#endif

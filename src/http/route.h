/*
 * route - which function answers which path
 *
 * A route table is const rows; tables are searched in the order they are mounted, rows in
 * theirs: the first path prefix that fits on a segment boundary wins. Methods are the handler's
 * concern where `methods` is NULL (DAV has its own table); otherwise others get 405 with Allow.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "http/request.h"

enum {
	HTTP_AUTH = 1 << 0,	     /* 401 unless a valid user asks; always with the same realm */
	HTTP_AUTH_OPTIONAL = 1 << 1, /* credentials are checked if present, 401 if wrong */
	HTTP_SLOW = 1 << 2,	     /* always on a worker thread */
	HTTP_EXACT = 1 << 3,	     /* the path itself, nothing below it */
	HTTP_OPEN_OPTIONS = 1 << 4,  /* OPTIONS needs no user */
	HTTP_TOKENS = 1 << 5,	     /* with HTTP_AUTH_OPTIONAL: a token does, too (auth.h) */
	HTTP_SESSION = 1 << 6, /* who is signed in with a browser is a user, too (session.h) */
	HTTP_SESSION_SCRIPTS = 1 << 7, /* with HTTP_SESSION: only with its word, also to read */
	HTTP_SESSION_BEGINS = 1 << 8,  /* with HTTP_SESSION: without its word it is as none */
	HTTP_APP_PASSWORDS = 1 << 9,   /* the password of one program does as well (auth.h) */
	HTTP_BEARER = 1 << 10,	       /* so does a program's token, as Bearer (auth.h) */
};

struct http_route {
	const char *prefix;  /* "/dav", "/api/bookings"; without a slash at the end but for "/" */
	const char *methods; /* "GET, HEAD, POST" or NULL */
	unsigned flags;
	size_t body_max; /* bytes; a longer body is 413 before it is read; 0: none is asked for,
			    and a small one is read and forgotten */
	http_handler_fn handler;
	/* Writes the answer for a fault found before the handler ran (401, 404, 405, 413, 503);
	 * NULL: http_answer_fault. */
	void (*answer_fault)(struct http_request *rq, const struct fault *f);
};

/* A table, ended by a row with a NULL prefix, and what its handlers find in rq->context. */
struct http_mount {
	const struct http_route *routes;
	void *context;
	/* The length of body that one request may have; NULL: what its route says. */
	size_t (*body_max)(const struct http_request *rq);
};

#endif

/*
 * net/fetch - one outgoing HTTP request, and its answer
 *
 * The guards, always on: only http and https; TLS verified; a limit for the
 * connection and one for the whole; a ceiling for the answer (decoded) and its
 * header; at most so many redirects, never from https to http; no address of
 * this machine or a private network unless allow_private. The address is
 * judged where the connection is made, so no name and no redirect gets around
 * it. Proxies of the environment are not used: they would be what is judged.
 *
 * Where it is wanted, a connection is kept for the next request to the same place under the same
 * guards. One that turns out to be closed is made anew, and the request sent once more; so one that
 * must not arrive twice (POST, PATCH: RFC 9110 §9.2.2) begins a connection of its own.
 *
 * Blocks until the answer is there or the time is up: never on an event
 * thread, and never while a change is open. Threads: any number at once.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <stdatomic.h>

#include "base/fault.h"
#include "base/text.h"

struct arena;

enum {
	NET_CONNECT_MS = 5 * 1000,
	NET_TOTAL_MS = 30 * 1000,
	NET_REDIRECTS_MAX = 5,
	NET_HEADER_MAX = 64 * 1024,
	NET_HEADERS_MAX = 100, /* of an answer; further ones are not told */
	NET_BODY_MAX = 10 * 1024 * 1024,
};

struct net_header {
	struct text name, value;
};

/* What is 0 takes the limit above. */
struct net_request {
	const char *method; /* any of HTTP or its extensions; NULL: GET */
	struct text url;
	const struct net_header *headers;
	size_t header_count;
	struct text body; /* its type is one of the headers */
	int64_t connect_ms, total_ms;
	size_t body_max;	 /* bytes of the answer's body */
	const atomic_bool *stop; /* set, it ends within a second; NULL: it goes on */
	bool no_redirects;	 /* only GET and HEAD follow any */
	bool keeps;		 /* the connection, for later requests */
	bool allow_private;	 /* loopback, private and link-local addresses too */
	const char *ca_file;	 /* trust these instead of the system's; NULL: the system's */
};

struct net_response {
	int status;
	struct text body;
	struct text url;		  /* where the answer came from, after redirects */
	const struct net_header *headers; /* as they came, of that answer alone */
	size_t header_count;
};

/* The first header of this name; TEXT_NONE: there is none. */
struct text net_response_header(const struct net_response *r, struct text name);

/*
 * For how many seconds it asks to be left alone: Retry-After, a number or a date (RFC 9110
 * §10.2.3), which counts from the answer's own Date where it has one, as clocks differ. -1: it does
 * not say.
 */
int64_t net_response_retry_s(struct arena *a, const struct net_response *r, int64_t now);

/*
 * Ask. Any status is an answer. BAD_REQUEST: the URL, method or a header is
 * not sound. FORBIDDEN: the address is not one to speak to. BODY_TOO_LARGE:
 * the answer is. UNAVAILABLE: no answer, with the reason in the sentence. INTERNAL: libcurl
 * cannot start.
 */
MUST_CHECK const struct fault *net_fetch(struct arena *a, const struct net_request *request,
					 struct net_response *out);

/* At the end of the process: close what is kept. */
void net_cleanup(void);

#endif

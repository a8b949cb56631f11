/*
 * server - listening, limits, and a stop that loses nothing
 *
 * http_server_open() takes everything by value in struct http_options and binds the address;
 * http_server_start() serves; http_server_stop() closes the listener, lets accepted requests
 * finish within grace_ms, and ends.
 *
 * Slow clients: every connection has a deadline for its header block and body
 * (libmicrohttpd's own timeout restarts at every byte), and a reaper shuts down
 * those past it. All bodies in memory together have a ceiling (503 past it), and
 * so have connections in all and per address.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/fault.h"
#include "http/auth.h"
#include "http/route.h"

struct pool;
struct http_server;

struct http_options {
	const char *listen; /* "127.0.0.1:8008", "[::1]:0"; port 0: any, see http_server_port */
	const char *tls_cert, *tls_key; /* PEM files, or NULL both */
	size_t event_threads;		/* 0: one per processor */
	struct pool *workers;		/* for slow routes; not owned */
	bool always_slow; /* the store waits for a network: no handler on event threads */
	unsigned connections_max, connections_per_address_max; /* 0: no limit */
	unsigned header_timeout_ms, body_timeout_ms, idle_timeout_ms;
	size_t bodies_max;	     /* bytes of all bodies in memory together */
	size_t arena_max;	     /* ceiling of one request's arena */
	bool limit_loopback;	     /* apply per-address limits to loopback peers too */
	struct text trusted_proxies; /* comma-separated addresses whose X-Forwarded-For counts */
	const struct http_mount *mounts; /* ended by one without routes; not copied */
	struct http_auth *auth;		 /* not owned */
	bool is_https; /* browsers come by https, also where a proxy speaks it for this server */
};

/*
 * The address is bound and its port known; who connects waits until the start. UNAVAILABLE: it
 * cannot be had.
 */
MUST_CHECK const struct fault *http_server_open(struct arena *a, const struct http_options *o,
						struct http_server **out);

/* Ready to accept when it returns. UNAVAILABLE: bad certificates, or no threads; stop it then. */
MUST_CHECK const struct fault *http_server_start(struct http_server *s, struct arena *a);

unsigned http_server_port(const struct http_server *s);

/*
 * Close the listener, finish what was accepted, free all. After grace_ms clients
 * are cut; only what a handler still holds is waited for, since its memory is in use.
 */
void http_server_stop(struct http_server *s, unsigned grace_ms);

#endif

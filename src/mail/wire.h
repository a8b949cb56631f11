/*
 * wire - a connection to a mail server, below libetpan
 *
 * libetpan speaks SMTP, but not through sockets of its own: they wait with select(), which
 * ends the process once a descriptor is past 1023; its TLS proves nothing, names no
 * server and takes versions of the nineties; and it reads lines without end. A wire is the
 * stream it is given instead: each step has a deadline and a ceiling of octets, whatever
 * trickles in meanwhile, and with TLS the other side is who it should be or nothing is sent.
 *
 * A wire that has failed once stays failed, and wire_why() says for what reason. Wires that
 * share a stop end together with it, whatever they wait for; only the look-up of a name takes the
 * time that the system gives it.
 *
 * Threads: a wire belongs to one thread at a time, a trust and a stop to any number.
 */
#ifndef MAIL_WIRE_H
#define MAIL_WIRE_H

#include "base/fault.h"

struct _mailstream; /* libetpan's */
struct arena;
struct wire;
struct wire_stop;
struct wire_trust;

enum { WIRE_STEP_OCTETS = 64 * 1024 }; /* that the server may say in one step */

enum wire_security { WIRE_PLAIN, WIRE_STARTTLS, WIRE_TLS };

/* A server, and who is there to it; outlives its connections. */
struct wire_target {
	enum wire_security security;
	const char *host; /* a name or a literal address, which the certificate must hold */
	int port;
	const char *user, *password;	/* NULL: nobody */
	const struct wire_trust *trust; /* NULL for WIRE_PLAIN */
	const struct wire_stop *stop;
	int timeout_s; /* of each step of a dialogue */
};

/* The certificates of ca_file, or the system's for NULL. BAD_REQUEST: the file cannot be read. */
MUST_CHECK const struct fault *wire_trust_create(struct arena *a, const char *ca_file,
						 struct wire_trust **out);
void wire_trust_destroy(struct wire_trust *trust);

/* NULL when there is no memory or no file. */
struct wire_stop *wire_stop_create(void);
/* Accepts NULL. */
void wire_stop_destroy(struct wire_stop *stop);
/* No wire has more than so many seconds left from now on, for all its steps together. */
void wire_stop_in(struct wire_stop *stop, int seconds);

/* Not yet connected; NULL when there is no memory. The stop outlives it. */
struct wire *wire_create(const struct wire_stop *stop);
/* Closes it as well. */
void wire_destroy(struct wire *w);

/* From now on the next step has so many seconds. */
void wire_begin_step(struct wire *w, int seconds);
/* It may bring so many octets more than any other. */
void wire_allow(struct wire *w, size_t octets);

/*
 * Is there something to read, or does something come within so many seconds? False as well once
 * the wire has failed, and when all stops.
 */
bool wire_wait(struct wire *w, int seconds);

/* By TCP, to the first address of the host that answers in its share of the step's time. */
MUST_CHECK bool wire_connect(struct wire *w, const char *host, int port);

/* TLS from here on, 1.2 or later, with a server that proves to be host; host outlives the wire. */
MUST_CHECK bool wire_secure(struct wire *w, const struct wire_trust *trust, const char *host);

/*
 * A stream for libetpan, which closes it; NULL when there is no memory. The wire outlives it.
 * For libetpan's reader of EHLO, which never gets past a tab, blanks can stand for them.
 */
struct _mailstream *wire_stream(struct wire *w, bool blanks_for_tabs);

/* Why it failed: one sentence; NULL while all is well. */
const char *wire_why(const struct wire *w);

#endif

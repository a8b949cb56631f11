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

/* By TCP, to the first address of the host that answers in its share of the step's time. */
MUST_CHECK bool wire_connect(struct wire *w, const char *host, int port);

/* TLS from here on, 1.2 or later, with a server that proves to be host; host outlives the wire. */
MUST_CHECK bool wire_secure(struct wire *w, const struct wire_trust *trust, const char *host);

/*
 * A stream for libetpan, which closes it; NULL when there is no memory. The wire outlives it.
 * Blanks are what tabs become in it: libetpan's reader of EHLO never gets past one.
 */
struct _mailstream *wire_stream(struct wire *w);

/* Why it failed: one sentence; NULL while all is well. */
const char *wire_why(const struct wire *w);

#endif

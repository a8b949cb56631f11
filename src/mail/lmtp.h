/*
 * lmtp - mail that a mail server hands over (RFC 2033)
 *
 * Listens for the operator's own mail server, and speaks LMTP alone: after DATA each recipient has
 * an answer of its own, which tells the server whether it may forget the message. It proves nobody
 * who they are, so it listens on loopback or on a socket of the file system, and nowhere else.
 *
 * A line ends with CR LF and a message with CR LF "." CR LF, nothing else: who reads an end where
 * the server in front saw none takes in messages that nobody sent (RFC 5321 §2.3.8, §4.1.1.4).
 * Lines, recipients, messages, mistakes, conversations and the time of each are bounded.
 *
 * Files: lmtp.c (listening, threads) · lmtp_talk.c (one conversation).
 *
 * Threads: one accepts, one more for each conversation; the doors are used by several at once.
 */
#ifndef MAIL_LMTP_H
#define MAIL_LMTP_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct lmtp;

enum lmtp_answer {
	LMTP_YES,
	LMTP_NO,    /* for good: the sender is told */
	LMTP_LATER, /* nothing is known, nothing was settled: to be brought again */
};

/* Who decides. What is given to them is borrowed. */
struct lmtp_doors {
	enum lmtp_answer (*knows)(void *ctx, struct text to);
	/* from is empty for <>. */
	enum lmtp_answer (*take)(void *ctx, struct text from, struct text to, struct text message);
	void *ctx;
	const char *name;   /* of this server, in its greeting */
	size_t message_max; /* octets */
};

/*
 * Listen on "127.0.0.1:2424", "[::1]:2424", "localhost:2424" or "unix:/path" and serve until
 * lmtp_stop(); doors are copied. BAD_REQUEST: no such place, or one that others can reach;
 * UNAVAILABLE: it is taken.
 */
MUST_CHECK const struct fault *lmtp_start(struct arena *a, const char *listen,
					  const struct lmtp_doors *doors, struct lmtp **out);

/* What is being taken is answered, everybody else told to come again. Accepts NULL. */
void lmtp_stop(struct lmtp *l);

/* The port that is listened on; 0 for a socket of the file system. */
unsigned lmtp_port(const struct lmtp *l);

#endif

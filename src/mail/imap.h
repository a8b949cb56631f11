/*
 * imap - a mailbox of a mail server, for a program that empties it (RFC 3501)
 *
 * Messages by UID, new ones announced by IDLE (RFC 2177) or looked for now and then, and filed to
 * another folder by MOVE (RFC 6851), or COPY and UID EXPUNGE (RFC 4315).
 *
 * The dialogue is led here, on libetpan's stream over our own wire. libetpan's reader of IMAP is
 * left out: it follows nested lists as deep as a server cares to open them, and twenty
 * thousand parentheses end the process. The few answers that are asked for are lines of
 * known words and one literal, whose length is known to be bearable before it is read.
 *
 * Faults: UNAVAILABLE, the connection is of no more use, and why; CONFLICT, the server says no.
 *
 * Files: imap.c (signing in, waiting) · imap_fetch.c · imap_file.c · imap_talk.c (lines, literals,
 * answers).
 *
 * Threads: a connection belongs to one thread at a time.
 */
#ifndef MAIL_IMAP_H
#define MAIL_IMAP_H

#include "base/fault.h"
#include "base/text.h"
#include "mail/wire.h"

struct arena;
struct imap;

enum {
	IMAP_BATCH_MAX = 100,	     /* messages that are listed at once */
	IMAP_IDLE_SECONDS = 25 * 60, /* a server may hang up after 30 minutes (RFC 2177 §3) */
};

struct imap_target {
	struct wire_target server;
	const char *mailbox; /* as the server names it */
	int poll_s;	     /* how often it is asked, where it has no IDLE */
};

struct imap_message {
	uint32_t uid;
	int64_t size; /* octets, as far as the server knows */
};

/* Connect, sign in, and select the mailbox for writing. */
MUST_CHECK const struct fault *imap_open(const struct imap_target *target, struct arena *a,
					 struct imap **out);
/* Accepts NULL. */
void imap_close(struct imap *c);

/* UIDs mean nothing once this is another (RFC 3501 §2.3.1.1). */
int64_t imap_uidvalidity(const struct imap *c);

/* The first IMAP_BATCH_MAX messages beyond this UID, ascending. */
MUST_CHECK const struct fault *imap_list(struct imap *c, struct arena *a, uint32_t after,
					 const struct imap_message **out, size_t *count_out);

/* One message, with at == NULL: it is not there any more. BODY_TOO_LARGE: longer than max. */
MUST_CHECK const struct fault *imap_fetch(struct imap *c, struct arena *a, uint32_t uid, size_t max,
					  struct text *message_out);

/*
 * Mark them as seen and move them to this folder, of which a slash parts the levels whatever the
 * server does; it is made when it is missing. At most IMAP_BATCH_MAX.
 */
MUST_CHECK const struct fault *imap_file(struct imap *c, struct arena *a, const uint32_t *uids,
					 size_t count, const char *folder);

/* Wait for at most so many seconds; *news_out: it is time to list again. */
MUST_CHECK const struct fault *imap_wait(struct imap *c, struct arena *a, int seconds,
					 bool *news_out);

#endif

/*
 * compose - an iMIP message as mail programs want it
 *
 * multipart/mixed { multipart/alternative { text/plain, text/html, text/calendar; method=… },
 * application/ics attachment } (interop: Gmail, Outlook and Apple Mail show the
 * card for exactly this shape). Header values are encoded by one function (RFC 2047)
 * that lets no line end through; lines stay under 998 octets, line ends are CRLF.
 *
 * Memory: results live in the arena. Pure: no clock, no randomness.
 */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

struct mail_address {
	struct text name;    /* any UTF-8; may be empty */
	struct text address; /* addr-spec */
};

struct mail_message {
	struct mail_address from, to, reply_to; /* reply_to.address may be empty */
	struct text subject, text, html;	/* plain UTF-8; html may be empty */
	struct text calendar;			/* the iTIP message */
	struct text method;			/* "REQUEST", equal to METHOD in it */
	struct text message_id;	 /* without angle brackets: constant per (UID, recipient, sequence,
				    method) */
	struct text in_reply_to; /* may be empty: the first message of this UID */
	int64_t date;		 /* UTC seconds */
};

/* UNPROCESSABLE: an address that is no addr-spec (blanks, line ends, several). */
MUST_CHECK const struct fault *mail_compose(struct arena *a, const struct mail_message *m,
					    struct text *out);

/* True for one plain addr-spec (RFC 5321 §4.1.2) of at most 254 octets: LOCAL@DOMAIN. */
bool mail_address_is_valid(struct text address);

#endif

/*
 * compose - an iMIP message as mail programs want it, and a mail of plain text
 *
 * multipart/mixed { multipart/alternative { text/plain, text/html, text/calendar; method=…;
 * charset=UTF-8; component=… }, application/ics attachment } (interop: Gmail, Outlook and Apple
 * Mail show the card for exactly this shape; RFC 6047 §2.4, §4.2). Header values are encoded by one
 * function (RFC 2047) that lets no line end through; lines stay under 998 octets, line ends are
 * CRLF.
 *
 * Memory: results live in the arena. Pure: no clock, no randomness.
 */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

enum { MAIL_MESSAGE_MAX = 8 * 1024 * 1024 }; /* octets */

struct mail_address {
	struct text name;    /* any UTF-8; may be empty */
	struct text address; /* addr-spec */
};

struct mail_message {
	struct mail_address from, to, reply_to; /* reply_to.address may be empty */
	struct text subject, text, html;	/* plain UTF-8; html may be empty */
	struct text calendar;			/* the iTIP message; empty: there is none, and
						   neither method nor component */
	struct text method;			/* "REQUEST", equal to METHOD in it */
	struct text component;			/* "VEVENT", what it is about (RFC 6047 §2.4) */
	struct text message_id;	 /* without angle brackets, shaped as an addr-spec: constant per
				    (UID, recipient, sequence, method) */
	struct text in_reply_to; /* may be empty: the first message of this UID */
	struct text unsubscribe; /* an https address that takes one-click POSTs (RFC 8058); may be
				    empty */
	int64_t date;		 /* UTC seconds */
};

/*
 * UNPROCESSABLE: an address or message id that is no addr-spec (blanks, line ends, several), or a
 * method or component that is no word. BODY_TOO_LARGE: more than MAIL_MESSAGE_MAX.
 */
MUST_CHECK const struct fault *mail_compose(struct arena *a, const struct mail_message *m,
					    struct text *out);

#endif

/*
 * header - the fields of a message's header (RFC 5322 §2.2, RFC 2047)
 *
 * Every value passes one function that lets no line end through: what is invalid, a
 * control character, or turns the text around becomes a blank, and blanks are
 * one. What ASCII cannot say goes into encoded words of at most 75 octets, which never cut a
 * character in two. Lines have at most 76 columns wherever there is a place to fold.
 *
 * Threads: no state.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "base/buf.h"

/* A field of free text, as Subject (RFC 5322 §3.6.5). */
void header_put_text(struct buf *out, const char *field, struct text value);

/* A field with one address, which is valid; the name may be empty (RFC 5322 §3.4). */
void header_put_address(struct buf *out, const char *field, struct text name, struct text address);

/* A field with one message id, given without angle brackets (RFC 5322 §3.6.4). */
void header_put_id(struct buf *out, const char *field, struct text id);

/* "Tue, 19 Jan 2027 08:00:00 +0000" (RFC 5322 §3.3). */
void header_put_date(struct buf *out, const char *field, int64_t utc);

#endif

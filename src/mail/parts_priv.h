/*
 * parts - a body cut into its leaves (RFC 2046 §5)
 *
 * Bounded before it is built: depth, count, and the sum of decoded octets. Each multipart is
 * cut within the bounds of the one around it, so an inner part that is never closed ends with the
 * outer.
 *
 * Pure. Memory: results live in the arena, and borrow the message. Threads: no state.
 */
#ifndef MAIL_PARTS_PRIV_H
#define MAIL_PARTS_PRIV_H

#include "mail/read.h"

/* Fills parts, signatures and is_report. */
MUST_CHECK const struct fault *parts_read(struct arena *a, struct text header, struct text body,
					  struct mail_read *out);

#endif

/*
 * content - a field's value with parameters (RFC 2045 §5.1, RFC 2183, RFC 2231)
 *
 * Lenient: values without quotes that need them, a semicolon at the end, parameters without a
 * value. A parameter that comes in pieces or with a charset is put together; one in encoded
 * words, which RFC 2047 §5 forbids and many send, is decoded.
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef MAIL_CONTENT_PRIV_H
#define MAIL_CONTENT_PRIV_H

#include "base/text.h"

struct arena;

/* What stands before the parameters, in lower case; empty for Content-Type: no type/subtype. */
struct text content_value(struct arena *a, struct text unfolded);

/* In UTF-8 without controls; empty: none. */
struct text content_param(struct arena *a, struct text unfolded, const char *name);

/*
 * Without comments outside of quotes, which may stand anywhere (RFC 822 §3.4.3). False where one
 * never ends: then it is all as it was, for whoever reads on.
 */
bool content_strip_comments(struct arena *a, struct text unfolded, struct text *out);

#endif

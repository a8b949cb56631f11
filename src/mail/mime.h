/*
 * mime - bodies as lines that every mail server carries (RFC 2045 §6)
 *
 * What is written has lines of at most 76 columns, in ASCII, ended by CR LF, and none
 * after the last. No line can hold "=_", so a boundary that begins with it occurs in
 * no part (RFC 2045 §6.7).
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/buf.h"

typedef void (*mime_put_fn)(struct buf *out, struct text canonical);

/* Every line end as CR LF, the canonical form of text (RFC 2046 §4.1.1). */
struct text mime_canonical(struct arena *a, struct text t);

/* RFC 2045 §6.7: stays readable where the text is mostly ASCII. */
void mime_put_quoted_printable(struct buf *out, struct text canonical);

/* RFC 2045 §6.8: every octet comes back. */
void mime_put_base64(struct buf *out, struct text canonical);

#endif

/*
 * codec - bytes as text: hex, base64, percent
 *
 * Decoding is strict: a character outside the alphabet, wrong padding or a
 * wrong length is refused. Threads: no state.
 */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H

#include "base/buf.h"

/* Lower-case hex. */
void codec_put_hex(struct buf *out, const void *at, size_t len);
MUST_CHECK bool codec_hex_decode(struct text hex, void *out, size_t len);

/* Base64 (RFC 4648 §4, padded) and base64url (§5, without padding). */
void codec_put_base64(struct buf *out, const void *at, size_t len);
void codec_put_base64url(struct buf *out, const void *at, size_t len);
/* At most *len_inout bytes into out; *len_inout becomes the decoded length. */
MUST_CHECK bool codec_base64_decode(struct text in, void *out, size_t *len_inout);
MUST_CHECK bool codec_base64url_decode(struct text in, void *out, size_t *len_inout);

/*
 * Percent-encode one path segment: unreserved characters, sub-delims, ':' and
 * '@' stay as they are (RFC 3986 §3.3), all others become %XX in upper case.
 */
void codec_put_segment(struct buf *out, struct text raw);

/*
 * Percent-encode a name or value of a query, or of a form (RFC 3986 §3.4): unreserved characters
 * alone stay as they are, so that nothing in it separates.
 */
void codec_put_query(struct buf *out, struct text raw);

/*
 * Undo percent-encoding. False for a broken escape, for %00, and for a result
 * that is not UTF-8. plus_is_blank is for query strings.
 */
MUST_CHECK bool codec_percent_decode(struct arena *a, struct text in, bool plus_is_blank,
				     struct text *out);

/* Text inside HTML: & < > " ' escaped. The one place that does it. */
void codec_put_html(struct buf *out, struct text t);

#endif

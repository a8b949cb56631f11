/*
 * check - what is refused before anything else
 *
 * Pure: no connection, no clock. A request whose framing two readers could
 * understand differently hides a second one (RFC 9112 §11.2), so whatever is
 * doubtful is refused here, before anybody looks at what it means.
 *
 * libmicrohttpd forgives much (a bare LF, a folded line, a NUL that ends a value) and
 * does not say so. But it leaves the header block where it was read, so each byte
 * must belong to a part that it reported, with two bytes of line end between the parts: if
 * not, something was forgiven, and the request is refused. (Line ends are overwritten with
 * NULs; where somebody sends NULs and a bare LF, nobody can tell.)
 *
 * Threads: no state.
 */
#ifndef HTTP_CHECK_H
#define HTTP_CHECK_H

#include "base/fault.h"
#include "base/text.h"

enum {
	HTTP_HEADER_MAX = 16 * 1024, /* bytes of a header block, with the request line */
	HTTP_FIELDS_MAX = 100,
	HTTP_SEGMENTS_MAX = 64,
	HTTP_CHUNK_LINE_MAX = 1024, /* bytes of a chunk's size and extensions */
};

struct http_field {
	struct text name, value; /* value: without blanks in front */
};

/* A header block as it was taken apart; all texts point into the block. */
struct http_head {
	struct text block; /* from the method to the empty line */
	struct text method, target, version;
	const struct http_field *fields; /* in the order they came */
	size_t field_count;
};

/* How the body is delimited. */
struct http_framing {
	bool has_body;
	bool is_chunked;
	bool expects_continue;
	uint64_t length; /* of the body, unless chunked */
};

/* BAD_REQUEST: doubtful. HEADERS_TOO_LARGE: more than the limits above. */
MUST_CHECK const struct fault *http_check_head(struct arena *a, const struct http_head *head,
					       struct http_framing *out);

/* Digits only: "+5", "5a", "5, 5" and the empty value are refused (RFC 9112 §6.3). */
MUST_CHECK bool http_check_length(struct text value, uint64_t *out);

/*
 * The line in front of a chunk's data (RFC 9112 §7.1), and the line end of the chunk before it.
 * `seen` ends where the data begins, and begins where it may, also in the middle of other data:
 * no more than its last two lines count. BAD_REQUEST: a bare LF, a CR or another control in an
 * extension. BODY_TOO_LARGE: a line without end (§7.1.1).
 */
MUST_CHECK const struct fault *http_check_chunk(struct arena *a, struct text seen,
						uint64_t *size_out);

/* Is what begins here the line of a chunk, and does it not end within its limit? */
bool http_is_endless_chunk(const char line[HTTP_CHUNK_LINE_MAX]);

struct http_target {
	struct text path, query; /* raw */
	struct text *segments;	 /* decoded, none empty */
	size_t segment_count;
	bool ends_slash;
};

/*
 * Take a request target apart: origin-form, absolute-form, or "*" for OPTIONS
 * (RFC 9112 §3.2). Each segment is decoded by itself, so an encoded slash stays inside
 * it; "." and ".." are names like others and never walk. BAD_REQUEST: a broken
 * escape, %00, not UTF-8, controls, or another form.
 */
MUST_CHECK const struct fault *http_check_target(struct arena *a, struct text method,
						 struct text target, struct http_target *out);

/*
 * Basic credentials (RFC 7617 §2) out of the value of Authorization, decoded into room.
 * HTTP_NOT_BASIC: another scheme. HTTP_BAD_BASIC: not base64, no colon, a
 * control character (a NUL would cut the password), not UTF-8, or too long.
 */
enum http_basic { HTTP_NOT_BASIC, HTTP_BAD_BASIC, HTTP_BASIC };
enum { HTTP_BASIC_MAX = 1280 };

enum http_basic http_check_basic(struct text value, char room[HTTP_BASIC_MAX],
				 struct text *user_out, struct text *password_out);

#endif

/*
 * json/read - a JSON document from a client
 *
 * Memory: values are borrowed from their document, which the arena releases.
 * Every function here accepts NULL as "no such value", so that what is missing
 * and what is of another kind meet the same answer.
 * Threads: a document belongs to one request.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct json;

enum { JSON_NESTING_MAX = 32, JSON_BODY_MAX = 64 * 1024 };

enum json_kind {
	JSON_KIND_NONE, /* no such value */
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INT,
	JSON_KIND_REAL,
	JSON_KIND_TEXT,
	JSON_KIND_LIST,
	JSON_KIND_OBJECT,
};

/*
 * Parse a document: an object or a list. BAD_REQUEST with line and column:
 * not JSON, a key twice, deeper than JSON_NESTING_MAX, a NUL in a string, a
 * number out of range. BODY_TOO_LARGE: more than max_bytes.
 */
MUST_CHECK const struct fault *json_parse(struct arena *a, struct text body, size_t max_bytes,
					  const struct json **out);

/*
 * The same of an answer of a server that we have asked. A NUL in a string, and half a surrogate
 * pair, become U+FFFD: whoever can put one into a text of theirs would else make all that stands
 * beside it unreadable.
 */
MUST_CHECK const struct fault *json_parse_answer(struct arena *a, struct text body,
						 size_t max_bytes, const struct json **out);

enum json_kind json_kind(const struct json *v);

/* The member of an object, or NULL. */
const struct json *json_get(const struct json *object, const char *key);

/* True and *out set if v is of this kind. A real number is no integer. */
MUST_CHECK bool json_text(const struct json *v, struct text *out);
MUST_CHECK bool json_int(const struct json *v, int64_t *out);
/* Of either kind of number. */
MUST_CHECK bool json_number(const struct json *v, double *out);
MUST_CHECK bool json_bool(const struct json *v, bool *out);

/* The items of a list; 0 and NULL for anything else. */
size_t json_item_count(const struct json *list);
const struct json *json_item(const struct json *list, size_t i);

/* Each member of an object in the order of the text, until fn returns false. */
typedef bool (*json_member_fn)(struct text key, const struct json *value, void *ctx);
void json_for_each(const struct json *object, json_member_fn fn, void *ctx);

#endif

/*
 * read - jansson behind its doors
 *
 * `struct json` is jansson's json_t under another name, so that no header of
 * ours names jansson.
 */
#include "json/read.h"

#include <jansson.h>

#include "base/arena.h"
#include "base/codec.h"

static const json_t *inner(const struct json *v)
{
	return (const json_t *)(const void *)v;
}

static const struct json *outer(const json_t *v)
{
	return (const struct json *)(const void *)v;
}

static void release(void *document)
{
	json_decref(document);
}

/* jansson recurses for each level; brackets inside strings do not count. */
static bool is_nested_too_deep(struct text t)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_NESTING_MAX)
				return true;
		} else if (c == ']' || c == '}') {
			depth--;
		}
	}
	return false;
}

/*
 * jansson's sentences quote the input, which may hold a token, and this one is logged; what they
 * say of its flags is nobody's business.
 */
static const struct fault *broken(struct arena *a, const json_error_t *error)
{
	struct text reason = text_from(error->text);
	ptrdiff_t quote = text_find(reason, TEXT(" near "));

	if (quote >= 0)
		reason.len = (size_t)quote;
	if (text_find(reason, TEXT("JSON_")) >= 0)
		reason = TEXT("a text holds a NUL");
	if (!text_is_plain(reason, ""))
		reason = TEXT("a character is out of place");
	return fault_make(a, FAULT_BAD_REQUEST, NULL,
			  "The JSON is broken in line %d, column %d: %.*s.", error->line,
			  error->column, TEXT_ARG(reason));
}

const struct fault *json_parse(struct arena *a, struct text body, size_t max_bytes,
			       const struct json **out)
{
	json_error_t error;
	json_t *document;

	if (body.len > max_bytes)
		return fault_make(a, FAULT_BODY_TOO_LARGE, NULL,
				  "The JSON is longer than the %zu bytes taken here.", max_bytes);
	if (is_nested_too_deep(body))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The JSON is nested more than %d levels deep.", JSON_NESTING_MAX);
	document = json_loadb(body.at ? body.at : "", body.len, JSON_REJECT_DUPLICATES, &error);
	if (!document)
		return broken(a, &error);
	arena_defer(a, release, document);
	*out = outer(document);
	return NULL;
}

/* The code of an escape \uXXXX that begins here (RFC 8259 §7); -1: there is none. */
static int escaped(struct text body, size_t at)
{
	struct text escape = text_sub(body, at, 6);
	unsigned char code[2];

	if (!text_starts(escape, TEXT("\\u")) ||
	    !codec_hex_decode(text_sub(escape, 2, 4), code, sizeof(code)))
		return -1;
	return code[0] << 8 | code[1];
}

static bool is_surrogate(int code, int half)
{
	return (code & 0xFC00) == half;
}

/* Backslashes stand in strings alone, so each begins an escape, or is the second of its own. */
static struct text mended(struct arena *a, struct text body)
{
	enum { HIGH = 0xD800, LOW = 0xDC00 };
	char *copy = arena_copy(a, body.at, body.len);

	for (size_t i = 0; i < body.len; i++) {
		int code = escaped(body, i);

		if (is_surrogate(code, HIGH) && is_surrogate(escaped(body, i + 6), LOW))
			i += 11;
		else if (code == 0 || is_surrogate(code, HIGH) || is_surrogate(code, LOW))
			memcpy(copy + i + 2, "fffd", 4);
		else if (body.at[i] == '\\')
			i++;
	}
	return text_of(copy, body.len);
}

const struct fault *json_parse_answer(struct arena *a, struct text body, size_t max_bytes,
				      const struct json **out)
{
	if (body.len <= max_bytes && text_find(body, TEXT("\\u")) >= 0)
		body = mended(a, body);
	return json_parse(a, body, max_bytes, out);
}

enum json_kind json_kind(const struct json *v)
{
	if (!v)
		return JSON_KIND_NONE;
	switch (json_typeof(inner(v))) {
	case JSON_OBJECT: return JSON_KIND_OBJECT;
	case JSON_ARRAY: return JSON_KIND_LIST;
	case JSON_STRING: return JSON_KIND_TEXT;
	case JSON_INTEGER: return JSON_KIND_INT;
	case JSON_REAL: return JSON_KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE: return JSON_KIND_BOOL;
	case JSON_NULL: return JSON_KIND_NULL;
	}
	return JSON_KIND_NONE;
}

const struct json *json_get(const struct json *object, const char *key)
{
	return outer(json_object_get(inner(object), key));
}

bool json_text(const struct json *v, struct text *out)
{
	if (json_kind(v) != JSON_KIND_TEXT)
		return false;
	*out = text_of(json_string_value(inner(v)), json_string_length(inner(v)));
	return true;
}

bool json_int(const struct json *v, int64_t *out)
{
	if (json_kind(v) != JSON_KIND_INT)
		return false;
	*out = json_integer_value(inner(v));
	return true;
}

bool json_number(const struct json *v, double *out)
{
	if (!json_is_number(inner(v)))
		return false;
	*out = json_number_value(inner(v));
	return true;
}

bool json_bool(const struct json *v, bool *out)
{
	if (json_kind(v) != JSON_KIND_BOOL)
		return false;
	*out = json_is_true(inner(v));
	return true;
}

size_t json_item_count(const struct json *list)
{
	return json_array_size(inner(list));
}

const struct json *json_item(const struct json *list, size_t i)
{
	return outer(json_array_get(inner(list), i));
}

void json_for_each(const struct json *object, json_member_fn fn, void *ctx)
{
	/* Iterating changes nothing; jansson only never learned to say so. */
	json_t *o = (json_t *)(uintptr_t)object;

	for (void *at = json_object_iter(o); at; at = json_object_iter_next(o, at)) {
		struct text key = text_of(json_object_iter_key(at), json_object_iter_key_len(at));

		if (!fn(key, outer(json_object_iter_value(at)), ctx))
			return;
	}
}

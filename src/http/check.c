/* check - framing, fields and targets, judged by what RFC 9110 and RFC 9112 allow; see check.h */
#include "http/check.h"

#include <ctype.h>

#include "base/arena.h"
#include "base/codec.h"

/* ---- characters ---------------------------------------------------------------------------- */

enum { IS_TOKEN = 1, IS_VALUE = 2, IS_TARGET = 4 };

#define T (IS_TOKEN | IS_VALUE | IS_TARGET)
#define P (IS_VALUE | IS_TARGET)
#define V IS_VALUE
#define N (IS_TOKEN | IS_VALUE)

/* tchar (RFC 9110 §5.6.2); field-vchar, SP and HTAB (§5.5); what a target may hold, or UTF-8. */
/* clang-format off */
static const unsigned char kinds[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, V, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	V, T, P, N, T, T, T, T, P, P, T, T, P, T, T, P, /* SP to / */
	T, T, T, T, T, T, T, T, T, T, P, P, P, P, P, P, /* 0 to ? */
	P, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, /* @ to O */
	T, T, T, T, T, T, T, T, T, T, T, P, P, P, T, T, /* P to _ */
	T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, /* ` to o */
	T, T, T, T, T, T, T, T, T, T, T, P, T, P, T, 0, /* p to DEL */
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
};
/* clang-format on */

#undef T
#undef P
#undef V
#undef N

static bool is_all(struct text t, int kind)
{
	int all = kind;

	for (size_t i = 0; i < t.len; i++)
		all &= kinds[(unsigned char)t.at[i]];
	return all != 0;
}

static const struct fault *refuse(struct arena *a, const char *why)
{
	return fault_make(a, FAULT_BAD_REQUEST, NULL, "%s", why);
}

/* ---- each byte belongs to a part --------------------------------------------------------------
 */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool touches(const char *end, struct text next)
{
	return end + 1 == next.at;
}

/* The library overwrites a line end, CR LF or what it takes for one, with NULs. */
static bool is_line_end(const char *at)
{
	return at[0] == '\0' && at[1] == '\0';
}

/* Between a name and its value lie the colon and blanks, nothing else. */
static bool colon_is_plain(const struct http_field *f)
{
	const char *at = f->name.at + f->name.len + 1;

	while (at < f->value.at && is_blank(*at))
		at++;
	return at == f->value.at;
}

static bool parts_fill_block(const struct http_head *h)
{
	const char *end;

	if (h->block.at != h->method.at || !touches(h->method.at + h->method.len, h->target) ||
	    !touches(h->target.at + h->target.len, h->version))
		return false;
	end = h->version.at + h->version.len;
	for (size_t i = 0; i < h->field_count; i++) {
		const struct http_field *f = &h->fields[i];

		if (end + 2 != f->name.at || !is_line_end(end) || !colon_is_plain(f))
			return false;
		end = f->value.at + f->value.len;
	}
	return end + 4 == h->block.at + h->block.len && is_line_end(end) && is_line_end(end + 2);
}

/* ---- fields ------------------------------------------------------------------------------------
 */

enum single { HOST, CONTENT_LENGTH, TRANSFER_ENCODING, AUTHORIZATION, CONTENT_TYPE, SINGLES };

/* Fields that may come once; a second one is another meaning (RFC 9110 §5.3). */
static const struct text single_names[SINGLES] = {
	[HOST] = TEXT_INIT("Host"),
	[CONTENT_LENGTH] = TEXT_INIT("Content-Length"),
	[TRANSFER_ENCODING] = TEXT_INIT("Transfer-Encoding"),
	[AUTHORIZATION] = TEXT_INIT("Authorization"),
	[CONTENT_TYPE] = TEXT_INIT("Content-Type"),
};

static enum single single_of(struct text name)
{
	enum single s = HOST;

	while (s < SINGLES &&
	       (name.len != single_names[s].len || !text_equal_nocase(name, single_names[s])))
		s++;
	return s;
}

static const struct fault *check_fields(struct arena *a, const struct http_head *h,
					const struct http_field *singles[SINGLES])
{
	for (size_t i = 0; i < h->field_count; i++) {
		const struct http_field *f = &h->fields[i];
		enum single s;

		/* Also a blank before the colon, which is part of the name here (RFC 9112 §5.1). */
		if (f->name.len == 0 || !is_all(f->name, IS_TOKEN))
			return refuse(a, "A header field has a name that is none.");
		if (!is_all(f->value, IS_VALUE))
			return refuse(a, "A header field has control characters in its value.");
		s = single_of(f->name);
		if (s == SINGLES)
			continue;
		if (singles[s])
			return refuse(a, "A header field comes twice that may come once.");
		singles[s] = f;
	}
	return NULL;
}

/* ---- the length of the body ---------------------------------------------------------------------
 */

bool http_check_length(struct text t, uint64_t *out)
{
	uint64_t n = 0;

	if (t.len == 0 || t.len > 18)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(t.at[i] - '0');
	}
	*out = n;
	return true;
}

static const struct fault *check_framing(struct arena *a, const struct http_head *h,
					 const struct http_field *const singles[SINGLES],
					 struct http_framing *out)
{
	const struct http_field *length = singles[CONTENT_LENGTH];
	const struct http_field *coding = singles[TRANSFER_ENCODING];

	if (length && coding)
		return refuse(a, "A body has either a length or a transfer coding.");
	if (length && !http_check_length(length->value, &out->length))
		return refuse(a, "Content-Length is not a number.");
	if (coding && !text_equal_nocase(coding->value, TEXT("chunked")))
		return refuse(a, "The only transfer coding is chunked.");
	/* RFC 9112 §6.1: in HTTP/1.0 it is a fault, or somebody in between who does not know it. */
	if (coding && text_equal(h->version, TEXT("HTTP/1.0")))
		return refuse(a, "There are no transfer codings in HTTP/1.0.");
	out->is_chunked = coding != NULL;
	out->has_body = coding || out->length > 0;
	return NULL;
}

/* RFC 9112 §3.2: exactly one, except in HTTP/1.0; empty where the target has no authority. */
static const struct fault *check_host(struct arena *a, const struct http_head *h,
				      const struct http_field *host)
{
	if (!host)
		return text_equal(h->version, TEXT("HTTP/1.0"))
			       ? NULL
			       : refuse(a, "There is no Host header field.");
	for (size_t i = 0; i < host->value.len; i++)
		if (strchr(" \t,/@?#\\", host->value.at[i]))
			return refuse(a, "The Host header field names no host.");
	return NULL;
}

static bool expects_continue(const struct http_head *h)
{
	for (size_t i = 0; i < h->field_count; i++)
		if (h->fields[i].name.len == strlen("Expect") &&
		    text_equal_nocase(h->fields[i].name, TEXT("Expect")))
			return text_equal_nocase(h->fields[i].value, TEXT("100-continue"));
	return false;
}

const struct fault *http_check_head(struct arena *a, const struct http_head *head,
				    struct http_framing *out)
{
	const struct http_field *singles[SINGLES] = {NULL};
	const struct fault *f;

	*out = (struct http_framing){0};
	if (head->block.len > HTTP_HEADER_MAX || head->field_count > HTTP_FIELDS_MAX)
		return fault_make(a, FAULT_HEADERS_TOO_LARGE, NULL, "The header is too large.");
	if (!parts_fill_block(head))
		return refuse(a, "The header block is not written as HTTP asks.");
	if (head->method.len == 0 || !is_all(head->method, IS_TOKEN))
		return refuse(a, "The method is no token.");
	if (head->version.len != strlen("HTTP/1.1") || !text_starts(head->version, TEXT("HTTP/1.")))
		return refuse(a, "The version is none that is known here.");
	f = check_fields(a, head, singles);
	if (!f)
		f = check_host(a, head, singles[HOST]);
	if (!f)
		f = check_framing(a, head, singles, out);
	if (!f && out->has_body)
		out->expects_continue = expects_continue(head);
	return f;
}

/* ---- chunks ---- */

/* The digits at the beginning; UINT64_MAX for a number that needs more than 64 bits. */
static size_t read_hex(struct text t, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	for (; i < t.len && isxdigit((unsigned char)t.at[i]); i++) {
		char c = t.at[i];
		uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);

		*out = *out >> 60 ? UINT64_MAX : *out << 4 | digit;
	}
	return i;
}

static const struct fault *endless(struct arena *a)
{
	return fault_make(a, FAULT_BODY_TOO_LARGE, NULL, "A chunk has too long an extension.");
}

const struct fault *http_check_chunk(struct arena *a, struct text seen, uint64_t *size_out)
{
	size_t end = seen.len, start, digits;
	struct text line;

	*size_out = 0;
	if (end < 2 || seen.at[end - 1] != '\n' || seen.at[end - 2] != '\r')
		return refuse(a, "The line of a chunk does not end with CR LF.");
	start = end -= 2;
	while (start > 0 && seen.at[start - 1] != '\n')
		start--;
	if (start > 0 && (start == 1 || seen.at[start - 2] != '\r'))
		return refuse(a, "A chunk does not end with CR LF.");
	line = text_sub(seen, start, end - start);
	if (line.len > HTTP_CHUNK_LINE_MAX)
		return endless(a);
	digits = read_hex(line, size_out);
	if (digits == 0 || (digits < line.len && line.at[digits] != ';'))
		return refuse(a, "The size of a chunk is not a number.");
	if (!is_all(line, IS_VALUE))
		return refuse(a, "The line of a chunk has control characters in it.");
	return NULL;
}

bool http_is_endless_chunk(const char line[HTTP_CHUNK_LINE_MAX])
{
	struct text t = text_of(line, HTTP_CHUNK_LINE_MAX);
	uint64_t size;
	size_t digits = read_hex(t, &size);

	return digits > 0 && (digits == t.len || t.at[digits] == ';') &&
	       !memchr(line, '\n', HTTP_CHUNK_LINE_MAX);
}

/* ---- the target ---- */

/* absolute-form (RFC 9112 §3.2.2): the authority is ours, or the request would not be here. */
static struct text without_authority(struct text target)
{
	static const struct text schemes[] = {TEXT_INIT("http://"), TEXT_INIT("https://")};

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t at = schemes[i].len;

		if (!text_starts_nocase(target, schemes[i]))
			continue;
		while (at < target.len && target.at[at] != '/' && target.at[at] != '?')
			at++;
		return at < target.len ? text_sub(target, at, target.len) : TEXT("/");
	}
	return target;
}

static const struct fault *split_path(struct arena *a, struct http_target *t)
{
	struct text rest = t->path, part;
	size_t slashes = 0;

	for (size_t i = 0; i < t->path.len; i++)
		slashes += t->path.at[i] == '/';
	if (slashes > HTTP_SEGMENTS_MAX)
		return refuse(a, "The path has too many segments.");
	t->segments = arena_alloc_array(a, slashes + 1, sizeof(*t->segments));
	while (text_next(&rest, '/', &part)) {
		if (part.len == 0)
			continue;
		if (memchr(part.at, '%', part.len) == NULL)
			t->segments[t->segment_count] = part;
		else if (!codec_percent_decode(a, part, false, &t->segments[t->segment_count]))
			return refuse(a, "The path has a broken escape, a NUL, or is not UTF-8.");
		t->segment_count++;
	}
	t->ends_slash = t->path.len > 0 && t->path.at[t->path.len - 1] == '/';
	return NULL;
}

const struct fault *http_check_target(struct arena *a, struct text method, struct text target,
				      struct http_target *out)
{
	ptrdiff_t mark;

	*out = (struct http_target){.path = target};
	if (text_equal(target, TEXT("*")) && text_equal(method, TEXT("OPTIONS")))
		return NULL;
	if (!is_all(target, IS_TARGET))
		return refuse(a, "The request target has characters that must be encoded.");
	target = without_authority(target);
	mark = text_find_char(target, '?', 0);
	out->path = mark < 0 ? target : text_sub(target, 0, (size_t)mark);
	if (mark >= 0)
		out->query = text_sub(target, (size_t)mark + 1, target.len);
	if (mark == 0)
		out->path = TEXT("/");
	if (out->path.len == 0 || out->path.at[0] != '/')
		return refuse(a, "The request target is no path.");
	if (!text_is_utf8(out->path))
		return refuse(a, "The path is not UTF-8.");
	return split_path(a, out);
}

/* ---- credentials ---- */

enum http_basic http_check_basic(struct text value, char room[HTTP_BASIC_MAX],
				 struct text *user_out, struct text *password_out)
{
	static const struct text scheme = TEXT_INIT("Basic");
	size_t len = HTTP_BASIC_MAX;
	ptrdiff_t colon;

	if (!text_starts_nocase(value, scheme) ||
	    (value.len > scheme.len && !is_blank(value.at[scheme.len])))
		return HTTP_NOT_BASIC;
	value = text_trim(text_sub(value, scheme.len, value.len));
	if (value.len == 0 || !codec_base64_decode(value, room, &len))
		return HTTP_BAD_BASIC;
	colon = text_find_char(text_of(room, len), ':', 0);
	if (colon <= 0 || text_has_control(text_of(room, len)) || !text_is_utf8(text_of(room, len)))
		return HTTP_BAD_BASIC;
	*user_out = text_of(room, (size_t)colon);
	*password_out = text_of(room + colon + 1, len - (size_t)colon - 1);
	return HTTP_BASIC;
}

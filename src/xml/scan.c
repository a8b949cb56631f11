/*
 * scan - encoding, document type and start tags, in one pass over the bytes
 */
#include "base/arena.h"
#include "base/buf.h"
#include "xml/read.h"
#include "xml/scan_priv.h"

static const struct fault *bad(struct arena *a, const char *sentence)
{
	return fault_make(a, FAULT_BAD_XML, NULL, "%s", sentence);
}

/* UTF-16 becomes UTF-8, so that all that follows knows one encoding. */

enum byte_order { ORDER_NONE, ORDER_BIG, ORDER_LITTLE };

/* By the byte order mark, or by "<?" without one (XML 1.0 appendix F). */
static enum byte_order utf16_order(struct text body)
{
	if (text_starts(body, TEXT("\xFE\xFF")) || text_starts(body, TEXT("\0<\0?")))
		return ORDER_BIG;
	if (text_starts(body, TEXT("\xFF\xFE")) || text_starts(body, TEXT("<\0?\0")))
		return ORDER_LITTLE;
	return ORDER_NONE;
}

static uint32_t unit_at(struct text body, size_t i, enum byte_order order)
{
	unsigned char one = (unsigned char)body.at[i], two = (unsigned char)body.at[i + 1];

	return order == ORDER_BIG ? (uint32_t)(one << 8 | two) : (uint32_t)(two << 8 | one);
}

static const struct fault *from_utf16(struct arena *a, struct text body, enum byte_order order,
				      struct text *out)
{
	struct buf b;

	buf_init(&b, a, body.len, body.len / 2 * 3 + 4);
	for (size_t i = 0; i + 1 < body.len; i += 2) {
		uint32_t c = unit_at(body, i, order);

		if (i == 0 && c == 0xFEFF)
			continue;
		if (c >= 0xD800 && c <= 0xDFFF) {
			uint32_t low = i + 3 < body.len ? unit_at(body, i + 2, order) : 0;

			if (c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
				return bad(a, "The XML has half of a surrogate pair.");
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			i += 2;
		}
		buf_put_utf8(&b, c);
	}
	if (body.len % 2)
		return bad(a, "The XML ends in the middle of a UTF-16 character.");
	*out = buf_text(&b);
	return NULL;
}

/* The encoding that the XML declaration names; empty when it names none. */
static struct text declared_encoding(struct text t)
{
	ptrdiff_t end = text_find(t, TEXT("?>")), at;
	struct text rest;
	char quote;

	if (!text_starts(t, TEXT("<?xml")) || end < 0)
		return TEXT("");
	rest = text_sub(t, 0, (size_t)end);
	at = text_find(rest, TEXT("encoding"));
	if (at < 0)
		return TEXT("");
	rest = text_trim(text_sub(rest, (size_t)at + strlen("encoding"), rest.len));
	if (!text_starts(rest, TEXT("=")))
		return TEXT("");
	rest = text_trim(text_sub(rest, 1, rest.len));
	quote = rest.len ? rest.at[0] : '\0';
	at = quote == '"' || quote == '\'' ? text_find_char(rest, quote, 1) : -1;
	return at < 0 ? TEXT("") : text_sub(rest, 1, (size_t)at - 1);
}

static bool is_one_of(struct text t, const struct text *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(t, names[i]))
			return true;
	return t.len == 0;
}

static const struct fault *to_utf8(struct arena *a, struct text body, struct text *out)
{
	static const struct text wide[] = {TEXT_INIT("UTF-16"), TEXT_INIT("UTF-16BE"),
					   TEXT_INIT("UTF-16LE")};
	static const struct text narrow[] = {TEXT_INIT("UTF-8"), TEXT_INIT("US-ASCII")};
	enum byte_order order = utf16_order(body);
	const struct fault *f;
	bool agrees;

	if (order != ORDER_NONE) {
		f = from_utf16(a, body, order, out);
		if (f)
			return f;
		agrees = is_one_of(declared_encoding(*out), wide, ARRAY_LEN(wide));
	} else {
		if (text_starts(body, TEXT("\xEF\xBB\xBF")))
			body = text_sub(body, 3, body.len);
		if (!text_is_utf8(body))
			return bad(a, "The XML is neither UTF-8 nor UTF-16.");
		*out = body;
		agrees = is_one_of(declared_encoding(body), narrow, ARRAY_LEN(narrow));
	}
	return agrees ? NULL : bad(a, "The XML declares an encoding other than the one it has.");
}

/* Past what ends the construct at `from`; t.len if it never ends, which libxml2 will say. */
static size_t skip(struct text t, size_t from, struct text end)
{
	ptrdiff_t at = text_find(text_sub(t, from, t.len), end);

	return at < 0 ? t.len : from + (size_t)at + end.len;
}

/* Past the '>' of the tag whose '<' is at `from`; XML_START_TAG_MAX bytes at most. */
static size_t skip_tag(struct text t, size_t from)
{
	size_t end = t.len - from > XML_START_TAG_MAX ? from + XML_START_TAG_MAX : t.len;
	char quote = '\0';

	for (size_t i = from + 1; i < end; i++) {
		char c = t.at[i];

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return end;
}

static const struct fault *check_tags(struct arena *a, struct text t)
{
	size_t at = 0;

	for (;;) {
		ptrdiff_t open = text_find_char(t, '<', at);
		struct text rest;
		size_t from;

		if (open < 0)
			return NULL;
		from = (size_t)open;
		rest = text_sub(t, from, 9);
		if (text_starts(rest, TEXT("<!--"))) {
			at = skip(t, from + 4, TEXT("-->"));
		} else if (text_starts(rest, TEXT("<![CDATA["))) {
			at = skip(t, from + 9, TEXT("]]>"));
		} else if (text_starts(rest, TEXT("<?"))) {
			at = skip(t, from + 2, TEXT("?>"));
		} else if (text_starts(rest, TEXT("<!"))) {
			return bad(a, "The XML has a document type, which is not allowed here.");
		} else {
			at = skip_tag(t, from);
			if (at - from >= XML_START_TAG_MAX && t.at[at - 1] != '>')
				return bad(a, "The XML has an element with too many attributes.");
		}
	}
}

const struct fault *xml_scan(struct arena *a, struct text body, struct text *utf8_out)
{
	const struct fault *f = to_utf8(a, body, utf8_out);

	if (f)
		return f;
	if (text_trim(*utf8_out).len == 0)
		return bad(a, "The body is empty where XML is needed.");
	return check_tags(a, *utf8_out);
}

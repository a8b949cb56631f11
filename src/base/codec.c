/*
 * codec - bytes as text and back
 */
#include "base/codec.h"

#include "base/arena.h"

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void codec_put_hex(struct buf *out, const void *at, size_t len)
{
	const unsigned char *in = at;
	char *to = buf_reserve(out, len * 2);

	if (!to || !len)
		return;
	for (size_t i = 0; i < len; i++) {
		to[2 * i] = hex_lower[in[i] >> 4];
		to[2 * i + 1] = hex_lower[in[i] & 15];
	}
	out->len += len * 2;
}

bool codec_hex_decode(struct text hex, void *out, size_t len)
{
	unsigned char *to = out;

	if (hex.len != len * 2)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(hex.at[2 * i]), low = hex_value(hex.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* Base64: RFC 4648 §4, and §5 for URLs. */

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void put_base64(struct buf *out, const void *at, size_t len, const char *alphabet, bool pad)
{
	const unsigned char *in = at;
	size_t tail = len % 3;
	size_t need = len / 3 * 4 + (tail == 0 ? 0 : pad ? 4 : tail + 1);
	char *to = buf_reserve(out, need);

	if (!to || !need)
		return;
	for (; len >= 3; len -= 3, in += 3) {
		*to++ = alphabet[in[0] >> 2];
		*to++ = alphabet[(in[0] & 3) << 4 | in[1] >> 4];
		*to++ = alphabet[(in[1] & 15) << 2 | in[2] >> 6];
		*to++ = alphabet[in[2] & 63];
	}
	if (tail) {
		unsigned char second = tail == 2 ? in[1] : 0;

		*to++ = alphabet[in[0] >> 2];
		*to++ = alphabet[(in[0] & 3) << 4 | second >> 4];
		if (tail == 2)
			*to++ = alphabet[(second & 15) << 2];
		else if (pad)
			*to++ = '=';
		if (pad)
			*to++ = '=';
	}
	out->len += need;
}

void codec_put_base64(struct buf *out, const void *at, size_t len)
{
	put_base64(out, at, len, standard, true);
}

void codec_put_base64url(struct buf *out, const void *at, size_t len)
{
	put_base64(out, at, len, for_urls, false);
}

static int base64_value(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == alphabet[62])
		return 62;
	if (c == alphabet[63])
		return 63;
	return -1;
}

/* in without padding. Bits left over must be zero, so that one text has one meaning (§3.5). */
static bool base64_decode(struct text in, const char *alphabet, void *out, size_t *len_inout)
{
	size_t len = in.len / 4 * 3 + in.len % 4 * 3 / 4;
	unsigned char *to = out;
	uint32_t bits = 0;
	int held = 0;

	if (in.len % 4 == 1 || len > *len_inout)
		return false;
	for (size_t i = 0; i < in.len; i++) {
		int value = base64_value(in.at[i], alphabet);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*to++ = (unsigned char)(bits >> held);
			bits &= (UINT32_C(1) << held) - 1;
		}
	}
	*len_inout = len;
	return bits == 0;
}

bool codec_base64_decode(struct text in, void *out, size_t *len_inout)
{
	if (in.len % 4 != 0)
		return false;
	for (int i = 0; i < 2 && in.len && in.at[in.len - 1] == '='; i++)
		in.len--;
	return base64_decode(in, standard, out, len_inout);
}

bool codec_base64url_decode(struct text in, void *out, size_t *len_inout)
{
	return base64_decode(in, for_urls, out, len_inout);
}

/* pchar (RFC 3986 §3.3) */
static const bool stays_in_segment[256] = {
	['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
	['.'] = true,	      ['_'] = true,	    ['~'] = true,	  ['!'] = true,
	['$'] = true,	      ['&'] = true,	    ['\''] = true,	  ['('] = true,
	[')'] = true,	      ['*'] = true,	    ['+'] = true,	  [','] = true,
	[';'] = true,	      ['='] = true,	    [':'] = true,	  ['@'] = true,
};

/* unreserved (RFC 3986 §2.3) */
static const bool stays_in_query[256] = {
	['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
	['.'] = true,	      ['_'] = true,	    ['~'] = true,
};

static void put_percent(struct buf *out, struct text raw, const bool stays[256])
{
	size_t from = 0;

	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.at[i];

		if (stays[c])
			continue;
		buf_put(out, raw.at + from, i - from);
		buf_put(out, (const char[]){'%', hex_upper[c >> 4], hex_upper[c & 15]}, 3);
		from = i + 1;
	}
	if (from < raw.len)
		buf_put(out, raw.at + from, raw.len - from);
}

void codec_put_segment(struct buf *out, struct text raw)
{
	put_percent(out, raw, stays_in_segment);
}

void codec_put_query(struct buf *out, struct text raw)
{
	put_percent(out, raw, stays_in_query);
}

bool codec_percent_decode(struct arena *a, struct text in, bool plus_is_blank, struct text *out)
{
	char *to = arena_copy(a, in.at, in.len);
	size_t len = 0;

	for (size_t i = 0; i < in.len; i++) {
		char c = in.at[i];

		if (c == '%') {
			int high, low;

			if (in.len - i < 3)
				return false;
			high = hex_value(in.at[i + 1]);
			low = hex_value(in.at[i + 2]);
			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus_is_blank) {
			c = ' ';
		}
		/* A NUL would cut the name for everybody who takes it as a C string. */
		if (c == '\0')
			return false;
		to[len++] = c;
	}
	to[len] = '\0';
	*out = text_of(to, len);
	return text_is_utf8(*out);
}

static const char *html_escape(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void codec_put_html(struct buf *out, struct text t)
{
	size_t from = 0;

	for (size_t i = 0; i < t.len; i++) {
		const char *escape = html_escape(t.at[i]);

		if (!escape)
			continue;
		buf_put(out, t.at + from, i - from);
		buf_put_str(out, escape);
		from = i + 1;
	}
	if (from < t.len)
		buf_put(out, t.at + from, t.len - from);
}

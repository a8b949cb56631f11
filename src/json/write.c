/*
 * write - JSON by appending
 */
#include "json/write.h"

static const char hex[] = "0123456789abcdef";

/* The character after the backslash (RFC 8259 §7); 'u' for those without a short form. */
static const char escapes[256] = {
	[0x00] = 'u', [0x01] = 'u', [0x02] = 'u', [0x03] = 'u',	 [0x04] = 'u', [0x05] = 'u',
	[0x06] = 'u', [0x07] = 'u', ['\b'] = 'b', ['\t'] = 't',	 ['\n'] = 'n', [0x0B] = 'u',
	['\f'] = 'f', ['\r'] = 'r', [0x0E] = 'u', [0x0F] = 'u',	 [0x10] = 'u', [0x11] = 'u',
	[0x12] = 'u', [0x13] = 'u', [0x14] = 'u', [0x15] = 'u',	 [0x16] = 'u', [0x17] = 'u',
	[0x18] = 'u', [0x19] = 'u', [0x1A] = 'u', [0x1B] = 'u',	 [0x1C] = 'u', [0x1D] = 'u',
	[0x1E] = 'u', [0x1F] = 'u', ['"'] = '"',  ['\\'] = '\\', [0x7F] = 'u',
};

static void put_escaped(struct buf *b, struct text t)
{
	const char *at = t.at ? t.at : "", *end = at + t.len, *run = at;

	for (; at < end; at++) {
		unsigned char c = (unsigned char)*at;

		if (!escapes[c])
			continue;
		buf_put(b, run, (size_t)(at - run));
		if (escapes[c] == 'u')
			buf_put(b, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]},
				6);
		else
			buf_put(b, (const char[]){'\\', escapes[c]}, 2);
		run = at + 1;
	}
	if (run < end)
		buf_put(b, run, (size_t)(end - run));
}

/* Longest valid piece first; then one byte that belongs to none. */
static void put_broken(struct buf *b, struct text t)
{
	while (t.len) {
		size_t len = 0;

		for (size_t step = 1; len + step <= t.len && step <= 4;) {
			if (text_is_utf8(text_of(t.at + len, step))) {
				len += step;
				step = 1;
			} else {
				step++;
			}
		}
		put_escaped(b, text_sub(t, 0, len));
		if (len < t.len) {
			buf_put_lit(b, "\xEF\xBF\xBD");
			len++;
		}
		t = text_sub(t, len, t.len);
	}
}

static void put_string(struct buf *b, struct text t)
{
	buf_put_char(b, '"');
	if (text_is_utf8(t))
		put_escaped(b, t);
	else
		put_broken(b, t);
	buf_put_char(b, '"');
}

static void next(struct json_writer *w)
{
	if (w->comma)
		buf_put_char(w->out, ',');
	w->comma = true;
}

static void begin(struct json_writer *w, char bracket)
{
	next(w);
	buf_put_char(w->out, bracket);
	w->comma = false;
}

static void end(struct json_writer *w, char bracket)
{
	buf_put_char(w->out, bracket);
	w->comma = true;
}

void json_begin_object(struct json_writer *w)
{
	begin(w, '{');
}

void json_end_object(struct json_writer *w)
{
	end(w, '}');
}

void json_begin_list(struct json_writer *w)
{
	begin(w, '[');
}

void json_end_list(struct json_writer *w)
{
	end(w, ']');
}

void json_key(struct json_writer *w, const char *key)
{
	size_t len = strlen(key);
	char *to = buf_reserve(w->out, len + 4);

	if (!to)
		return;
	if (w->comma)
		*to++ = ',';
	*to++ = '"';
	to = mempcpy(to, key, len);
	*to++ = '"';
	*to = ':';
	w->out->len += len + 3 + w->comma;
	w->comma = false;
}

void json_key_text(struct json_writer *w, struct text key)
{
	next(w);
	put_string(w->out, key);
	buf_put_char(w->out, ':');
	w->comma = false;
}

void json_add_text(struct json_writer *w, struct text t)
{
	next(w);
	put_string(w->out, t);
}

void json_add_plain(struct json_writer *w, struct text t)
{
	char *to = buf_reserve(w->out, t.len + 3);

	if (!to)
		return;
	if (w->comma)
		*to++ = ',';
	*to++ = '"';
	if (t.len)
		to = mempcpy(to, t.at, t.len);
	*to = '"';
	w->out->len += t.len + 2 + w->comma;
	w->comma = true;
}

void json_add_str(struct json_writer *w, const char *s)
{
	if (s)
		json_add_text(w, text_from(s));
	else
		json_add_null(w);
}

void json_add_int(struct json_writer *w, int64_t n)
{
	next(w);
	buf_put_int(w->out, n);
}

void json_add_bool(struct json_writer *w, bool value)
{
	next(w);
	buf_put_str(w->out, value ? "true" : "false");
}

void json_add_null(struct json_writer *w)
{
	next(w);
	buf_put_lit(w->out, "null");
}

void json_add_raw(struct json_writer *w, struct text json)
{
	next(w);
	buf_put_text(w->out, json);
}

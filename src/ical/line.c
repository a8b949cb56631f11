/*
 * line - content lines, found without touching a byte; see line.h
 */
#include "ical/line.h"

#include "base/arena.h"
#include "base/buf.h"

/* RFC 5545 §3.1: at most 75 octets without the line end. */
enum { FOLD_OCTETS = 75 };

/* Where the line that starts at `at` ends in the raw bytes, folds and line end included. */
static size_t raw_end(struct text raw, size_t at, bool *folded_out)
{
	*folded_out = false;
	for (;;) {
		const char *nl = memchr(raw.at + at, '\n', raw.len - at);

		if (!nl)
			return raw.len;
		at = (size_t)(nl - raw.at) + 1;
		if (at >= raw.len || (raw.at[at] != ' ' && raw.at[at] != '\t'))
			return at;
		*folded_out = true;
	}
}

/* Without the line end; "\r\r\n" is what some mailers make of "\r\n". */
static struct text without_line_end(struct text t)
{
	if (t.len > 0 && t.at[t.len - 1] == '\n')
		t.len--;
	while (t.len > 0 && t.at[t.len - 1] == '\r')
		t.len--;
	return t;
}

/* The bytes of a folded line without its folds. */
static struct text unfold(struct arena *a, struct text folded)
{
	char *out = arena_alloc(a, folded.len + 1);
	size_t len = 0, at = 0;

	while (at < folded.len) {
		const char *nl = memchr(folded.at + at, '\n', folded.len - at);
		size_t end = nl ? (size_t)(nl - folded.at) : folded.len;
		size_t keep = end;

		while (nl && keep > at && folded.at[keep - 1] == '\r')
			keep--;
		memcpy(out + len, folded.at + at, keep - at);
		len += keep - at;
		at = end + 2; /* past the newline and the blank that marks the fold */
	}
	return text_of(out, len);
}

/* The first c outside of quotes at or after `from`, or t.len. */
static size_t find_unquoted(struct text t, size_t from, char c)
{
	bool quoted = false;

	for (size_t i = from; i < t.len; i++) {
		if (t.at[i] == '"')
			quoted = !quoted;
		else if (t.at[i] == c && !quoted)
			return i;
	}
	return t.len;
}

/* Cut an unfolded line into name, parameters and value. */
static void cut(struct text line, struct ical_line *out)
{
	size_t name = 0, colon;

	while (name < line.len && line.at[name] != ';' && line.at[name] != ':')
		name++;
	colon = find_unquoted(line, name, ':');
	out->name = text_of(line.at, name);
	out->params = text_of(line.at + name, colon - name);
	out->value =
		colon < line.len ? text_of(line.at + colon + 1, line.len - colon - 1) : TEXT_NONE;
}

bool ical_line_next(struct arena *a, struct text raw, size_t *pos, struct ical_line *out)
{
	/* A byte order mark is no part of the first name. */
	if (*pos == 0 && text_starts(raw, TEXT("\xEF\xBB\xBF")))
		*pos = 3;
	while (*pos < raw.len) {
		bool folded;
		struct text line;

		out->begin = *pos;
		out->end = *pos = raw_end(raw, *pos, &folded);
		line = without_line_end(text_of(raw.at + out->begin, out->end - out->begin));
		if (folded)
			line = unfold(a, line);
		if (line.len == 0)
			continue;
		cut(line, out);
		return true;
	}
	return false;
}

bool ical_line_is(const struct ical_line *l, const char *name)
{
	return text_equal_nocase(l->name, text_from(name));
}

/* The next parameter at *pos: its name, and its values as written. */
static bool next_param(struct text params, size_t *pos, struct text *name_out,
		       struct text *values_out)
{
	size_t start, end, equals;

	if (*pos >= params.len)
		return false;
	start = *pos + 1; /* past the ';' */
	end = find_unquoted(params, start, ';');
	equals = start;
	while (equals < end && params.at[equals] != '=')
		equals++;
	*name_out = text_of(params.at + start, equals - start);
	*values_out = equals < end ? text_of(params.at + equals + 1, end - equals - 1)
				   : text_of(params.at + end, 0);
	*pos = end;
	return true;
}

/* The next of comma-separated values at *pos; *pos passes the length after the last. */
static bool next_value(struct text values, size_t *pos, struct text *out)
{
	size_t end;

	if (*pos > values.len)
		return false;
	end = find_unquoted(values, *pos, ',');
	*out = text_of(values.at + *pos, end - *pos);
	*pos = end + 1;
	return true;
}

/* Quotes removed, ^n ^^ ^' resolved (RFC 6868 §3); other carets stay. */
static struct text param_plain(struct arena *a, struct text value)
{
	char *out;
	size_t len = 0;

	if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
		value = text_of(value.at + 1, value.len - 2);
	if (value.len == 0 || !memchr(value.at, '^', value.len))
		return value;
	out = arena_alloc(a, value.len);
	for (size_t i = 0; i < value.len; i++) {
		char next = i + 1 < value.len ? value.at[i + 1] : '\0';

		if (value.at[i] == '^' && (next == 'n' || next == '^' || next == '\'')) {
			out[len++] = next == 'n' ? '\n' : next == '^' ? '^' : '"';
			i++;
		} else {
			out[len++] = value.at[i];
		}
	}
	return text_of(out, len);
}

struct text ical_line_param(struct arena *a, const struct ical_line *l, const char *name)
{
	struct text wanted = text_from(name), param, values, value;
	size_t pos = 0, first = 0;

	while (next_param(l->params, &pos, &param, &values)) {
		if (!text_equal_nocase(param, wanted))
			continue;
		if (!next_value(values, &first, &value))
			return TEXT_NONE;
		value = param_plain(a, value);
		return value.at ? value : TEXT("");
	}
	return TEXT_NONE;
}

void ical_line_param_each(struct arena *a, const struct ical_line *l, const char *name,
			  ical_param_fn fn, void *ctx)
{
	struct text wanted = text_from(name), param, values, value;
	size_t pos = 0;

	while (next_param(l->params, &pos, &param, &values)) {
		size_t at = 0;

		if (!text_equal_nocase(param, wanted))
			continue;
		while (next_value(values, &at, &value))
			fn(param_plain(a, value), ctx);
	}
}

void ical_line_params_each(struct arena *a, const struct ical_line *l, ical_any_param_fn fn,
			   void *ctx)
{
	struct text param, values, value;
	size_t pos = 0;

	while (next_param(l->params, &pos, &param, &values))
		for (size_t at = 0; next_value(values, &at, &value);)
			fn(param, param_plain(a, value), ctx);
}

struct text ical_text_unescape(struct arena *a, struct text value)
{
	char *out;
	size_t len = 0;

	if (value.len == 0 || !memchr(value.at, '\\', value.len))
		return value;
	out = arena_alloc(a, value.len);
	for (size_t i = 0; i < value.len; i++) {
		char next = i + 1 < value.len ? value.at[i + 1] : '\0';

		if (value.at[i] != '\\' || !next || !strchr("nN\\;,", next)) {
			out[len++] = value.at[i];
			continue;
		}
		out[len++] = next == 'n' || next == 'N' ? '\n' : next;
		i++;
	}
	return text_of(out, len);
}

struct text ical_tzid(struct arena *a, struct text written)
{
	struct text t = text_trim(written);

	if (t.len > 2 && t.at[0] == '"' && t.at[t.len - 1] == '"')
		t = text_sub(t, 1, t.len - 2);
	return ical_text_unescape(a, t);
}

void ical_put_text(struct buf *b, struct text plain)
{
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.at[i];

		if (c == '\r' && i + 1 < plain.len && plain.at[i + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r') {
			buf_put_lit(b, "\\n");
			continue;
		}
		if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7F)
			continue;
		if (c == '\\' || c == ';' || c == ',')
			buf_put_char(b, '\\');
		buf_put_char(b, c);
	}
}

void ical_put_param(struct buf *b, struct text value)
{
	bool quoted = false;

	for (size_t i = 0; i < value.len && !quoted; i++)
		quoted = value.at[i] == ':' || value.at[i] == ';' || value.at[i] == ',';
	if (quoted)
		buf_put_char(b, '"');
	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];

		if (c == '^')
			buf_put_lit(b, "^^");
		else if (c == '\n')
			buf_put_lit(b, "^n");
		else if (c == '"')
			buf_put_lit(b, "^'");
		else if (((unsigned char)c >= 0x20 && c != 0x7F) || c == '\t')
			buf_put_char(b, c);
	}
	if (quoted)
		buf_put_char(b, '"');
}

static bool is_kept_in_line(char c)
{
	return ((unsigned char)c >= 0x20 && c != 0x7F) || c == '\t';
}

/* How many octets of t may stand on one physical line of `room`, no UTF-8 sequence cut. */
static size_t fold_at(struct text t, size_t room)
{
	size_t n = room;

	if (t.len <= room)
		return t.len;
	while (n > room - 3 && ((unsigned char)t.at[n] & 0xC0) == 0x80)
		n--;
	return n;
}

void ical_put_line(struct buf *b, struct text unfolded)
{
	struct text rest = unfolded;
	size_t room = FOLD_OCTETS;

	for (size_t i = 0; i < unfolded.len; i++) {
		if (is_kept_in_line(unfolded.at[i]))
			continue;
		/* Rare: a copy without the characters that may not stand in a line. */
		char *clean = arena_alloc(b->arena, unfolded.len);
		size_t len = 0;

		for (size_t k = 0; k < unfolded.len; k++)
			if (is_kept_in_line(unfolded.at[k]))
				clean[len++] = unfolded.at[k];
		rest = text_of(clean, len);
		break;
	}
	while (rest.len > 0) {
		size_t n = fold_at(rest, room);

		if (room < FOLD_OCTETS)
			buf_put_char(b, ' ');
		buf_put(b, rest.at, n);
		buf_put_lit(b, "\r\n");
		rest = text_of(rest.at + n, rest.len - n);
		room = FOLD_OCTETS - 1;
	}
}

/*
 * content - parameters, whole, in pieces, or with a charset
 */
#include "mail/content_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/coding_priv.h"

enum { PIECES_MAX = 100, PARAMS_MAX = 200 };

struct param {
	struct text name;
	struct text value; /* without quotes */
};

bool content_strip_comments(struct arena *a, struct text unfolded, struct text *out)
{
	char *to = arena_alloc(a, unfolded.len + 1);
	size_t len = 0, depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < unfolded.len; i++) {
		char c = unfolded.at[i];

		if (c == '\\' && i + 1 < unfolded.len && (quoted || depth > 0)) {
			if (depth == 0)
				to[len++] = c;
			i++;
			if (depth == 0)
				to[len++] = unfolded.at[i];
			continue;
		}
		if (c == '"' && depth == 0)
			quoted = !quoted;
		if (!quoted && c == '(')
			depth++;
		if (depth == 0)
			to[len++] = c;
		if (!quoted && c == ')' && depth > 0)
			depth--;
	}
	*out = depth > 0 ? unfolded : text_of(to, len);
	return depth == 0;
}

struct text content_value(struct arena *a, struct text unfolded)
{
	struct text t;
	size_t len = 0;

	content_strip_comments(a, unfolded, &t);
	while (len < t.len && !strchr("; \t\"", t.at[len]))
		len++;
	return coding_to_utf8(a, TEXT_NONE, text_lower(a, text_sub(t, 0, len)));
}

/* ---- one parameter after the other -------------------------------------------------------- */

/* Where the quoted string that begins t ends: at its closing quote, or with t. */
static size_t quoted_end(struct text t)
{
	size_t i = 1;

	while (i < t.len && t.at[i] != '"')
		i += t.at[i] == '\\' ? 2 : 1;
	return i < t.len ? i : t.len;
}

static struct text cut_quoted(struct arena *a, struct text *rest)
{
	size_t end = quoted_end(*rest), len = 0;
	char *to = arena_alloc(a, end + 1);

	for (size_t i = 1; i < end; i++) {
		if (rest->at[i] == '\\' && i + 1 < end)
			i++;
		to[len++] = rest->at[i];
	}
	*rest = text_sub(*rest, end + 1, rest->len);
	return text_of(to, len);
}

static struct text cut_until(struct text *rest, const char *stops)
{
	size_t len = 0;
	struct text part;

	while (len < rest->len && rest->at[len] != '\0' && !strchr(stops, rest->at[len]))
		len++;
	part = text_trim(text_sub(*rest, 0, len));
	*rest = text_sub(*rest, len, rest->len);
	return part;
}

static bool param_next(struct arena *a, struct text *rest, struct param *out)
{
	while (rest->len > 0) {
		cut_until(rest, ";");
		*rest = text_trim(text_sub(*rest, 1, rest->len));
		out->name = cut_until(rest, "=;");
		if (rest->len == 0 || rest->at[0] != '=')
			continue;
		*rest = text_trim(text_sub(*rest, 1, rest->len));
		if (rest->len > 0 && rest->at[0] == '"')
			out->value = cut_quoted(a, rest);
		else
			out->value = cut_until(rest, ";");
		if (out->name.len > 0)
			return true;
	}
	return false;
}

/* ---- RFC 2231 ----------------------------------------------------------------------------- */

/* §4: percent signs; §3: only pieces that say so have them. */
static void put_percent(struct buf *out, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		int high = i + 2 < t.len ? coding_hex(t.at[i + 1]) : -1;
		int low = i + 2 < t.len ? coding_hex(t.at[i + 2]) : -1;

		if (t.at[i] == '%' && high >= 0 && low >= 0) {
			buf_put_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_put_char(out, t.at[i]);
		}
	}
}

/* "charset'language'" before the first piece. */
static struct text cut_charset(struct text *value)
{
	ptrdiff_t first = text_find_char(*value, '\'', 0);
	ptrdiff_t second = first < 0 ? -1 : text_find_char(*value, '\'', (size_t)first + 1);
	struct text charset = TEXT_NONE;

	if (second >= 0) {
		charset = text_sub(*value, 0, (size_t)first);
		*value = text_sub(*value, (size_t)second + 1, value->len);
	}
	return charset;
}

static const struct param *find(const struct param *params, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(params[i].name, text_from(name)))
			return &params[i];
	return NULL;
}

/* NAME*, or NAME*0, NAME*0*, NAME*1 …; TEXT_NONE: neither. */
static struct text put_together(struct arena *a, const struct param *params, size_t count,
				const char *name)
{
	const struct param *p = find(params, count, arena_printf(a, "%s*", name));
	struct text charset = TEXT_NONE, value;
	struct buf out;

	buf_init(&out, a, 64, (size_t)1 << 17);
	if (p) {
		value = p->value;
		charset = cut_charset(&value);
		put_percent(&out, value);
		return coding_to_utf8(a, charset, buf_text(&out));
	}
	for (int i = 0; i < PIECES_MAX; i++) {
		const struct param *coded = find(params, count, arena_printf(a, "%s*%d*", name, i));

		p = coded ? coded : find(params, count, arena_printf(a, "%s*%d", name, i));
		if (!p)
			break;
		value = p->value;
		if (coded && i == 0)
			charset = cut_charset(&value);
		if (coded)
			put_percent(&out, value);
		else
			buf_put_text(&out, value);
	}
	return out.len > 0 ? coding_to_utf8(a, charset, buf_text(&out)) : TEXT_NONE;
}

struct text content_param(struct arena *a, struct text unfolded, const char *name)
{
	struct text rest, whole;
	struct param *params = arena_alloc_array(a, PARAMS_MAX, sizeof(*params));
	const struct param *p;
	size_t count = 0;

	content_strip_comments(a, unfolded, &rest);
	while (count < PARAMS_MAX && param_next(a, &rest, &params[count]))
		count++;
	whole = put_together(a, params, count, name);
	p = find(params, count, name);
	if (whole.len == 0 && p)
		whole = p->value;
	return coding_words(a, whole);
}

/*
 * header - folding, quoting, and RFC 2047 in one place
 */
#include "mail/header.h"

#include "base/arena.h"
#include "base/codec.h"
#include "base/email.h"
#include "base/names.h"
#include "ical/time.h"

enum {
	LINE_COLUMNS = 76,  /* RFC 2047 §2: lines with encoded words */
	WORD_COLUMNS = 66,  /* a longer word is encoded, so that it can be cut */
	QUOTED_COLUMNS = 60 /* a longer quoted name is encoded for the same reason */
};

/* A field under way. */
struct field {
	struct buf *out;
	size_t column;
};

/* ---- cleaning ---------------------------------------------------------------------------- */

static struct text only_utf8(struct arena *a, struct text value)
{
	char *copy;

	if (text_is_utf8(value))
		return value;
	copy = arena_copy(a, value.at, value.len);
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	return text_of(copy, value.len);
}

/* The one door for values: valid UTF-8, nothing unsafe, single blanks, none at the ends. */
static struct text clean(struct arena *a, struct text value)
{
	struct text rest = only_utf8(a, value);
	char *to = arena_alloc(a, rest.len + 1);
	bool blank = false;
	size_t len = 0;

	while (rest.len > 0) {
		const char *from = rest.at;
		uint32_t c = text_cut_char(&rest);

		if (c == ' ' || !text_char_is_plain(c)) {
			blank = len > 0;
			continue;
		}
		if (blank)
			to[len++] = ' ';
		blank = false;
		memcpy(to + len, from, (size_t)(rest.at - from));
		len += (size_t)(rest.at - from);
	}
	return text_of(to, len);
}

/* ---- writing ----------------------------------------------------------------------------- */

static struct field begin(struct buf *out, const char *name)
{
	buf_printf(out, "%s:", name);
	return (struct field){.out = out, .column = strlen(name) + 1};
}

static void end(const struct field *f)
{
	buf_put_lit(f->out, "\r\n");
}

/* A blank, or a fold when `columns` more would not fit. */
static void put_space(struct field *f, size_t columns)
{
	if (f->column + 1 + columns > LINE_COLUMNS) {
		buf_put_lit(f->out, "\r\n");
		f->column = 0;
	}
	buf_put_char(f->out, ' ');
	f->column++;
}

static void put_unit(struct field *f, struct text unit)
{
	put_space(f, unit.len);
	buf_put_text(f->out, unit);
	f->column += unit.len;
}

static void put_words(struct field *f, struct text value)
{
	struct text word;

	while (value.len > 0 && text_next(&value, ' ', &word))
		put_unit(f, word);
}

/* The longest beginning of at most max octets that ends with a whole character. */
static struct text whole_characters(struct text t, size_t max)
{
	size_t len = t.len < max ? t.len : max;

	while (len < t.len && ((unsigned char)t.at[len] & 0xC0) == 0x80)
		len--;
	return text_sub(t, 0, len);
}

/*
 * RFC 2047 §4.1. Base64 also where quoted-printable would be shorter: it is the one form whose
 * characters are allowed in names as well as in free text (§5).
 */
static void put_encoded(struct field *f, struct text value)
{
	static const char open[] = "=?UTF-8?B?", close[] = "?=";
	const size_t frame = sizeof(open) - 1 + sizeof(close) - 1;

	while (value.len > 0) {
		/* At least one character of four octets in each word. */
		struct text part;
		size_t from;

		put_space(f, frame + 8);
		from = f->out->len;
		part = whole_characters(value, (LINE_COLUMNS - f->column - frame) / 4 * 3);
		buf_put_lit(f->out, "=?UTF-8?B?");
		codec_put_base64(f->out, part.at, part.len);
		buf_put_lit(f->out, "?=");
		f->column += f->out->len - from;
		value = text_sub(value, part.len, value.len);
		if (f->out->overflow)
			return;
	}
}

static bool has_long_word(struct text t)
{
	struct text word;

	while (t.len > 0 && text_next(&t, ' ', &word))
		if (word.len > WORD_COLUMNS)
			return true;
	return false;
}

/* "=?" would be read as the beginning of an encoded word, even where the RFC forbids it. */
static bool must_be_encoded(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.at[i] >= 0x80)
			return true;
	return text_find(t, TEXT("=?")) >= 0 || has_long_word(t);
}

void header_put_text(struct buf *out, const char *field, struct text value)
{
	struct text t = clean(out->arena, value);
	struct field f = begin(out, field);

	if (must_be_encoded(t))
		put_encoded(&f, t);
	else
		put_words(&f, t);
	end(&f);
}

static bool is_atoms(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] != ' ' && !email_is_atext((unsigned char)t.at[i]))
			return false;
	return true;
}

static void put_quoted(struct field *f, struct text t)
{
	struct buf quoted;

	buf_init(&quoted, f->out->arena, 2 * t.len + 3, 2 * t.len + 3);
	buf_put_char(&quoted, '"');
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] == '"' || t.at[i] == '\\')
			buf_put_char(&quoted, '\\');
		buf_put_char(&quoted, t.at[i]);
	}
	buf_put_char(&quoted, '"');
	put_unit(f, buf_text(&quoted));
}

static void put_phrase(struct field *f, struct text t)
{
	if (must_be_encoded(t) || (!is_atoms(t) && t.len > QUOTED_COLUMNS))
		put_encoded(f, t);
	else if (is_atoms(t))
		put_words(f, t);
	else
		put_quoted(f, t);
}

static void put_in_brackets(struct field *f, struct text t)
{
	put_unit(f, text_from(arena_printf(f->out->arena, "<%.*s>", TEXT_ARG(t))));
}

void header_put_address(struct buf *out, const char *field, struct text name, struct text address)
{
	struct text t = clean(out->arena, name);
	struct field f = begin(out, field);

	put_phrase(&f, t);
	if (t.len > 0)
		put_in_brackets(&f, address);
	else
		put_unit(&f, address);
	end(&f);
}

void header_put_id(struct buf *out, const char *field, struct text id)
{
	struct field f = begin(out, field);

	put_in_brackets(&f, id);
	end(&f);
}

void header_put_date(struct buf *out, const char *field, int64_t utc)
{
	struct civil c;

	civil_from_local(utc, &c);
	buf_printf(out, "%s: %.3s, %d %.3s %04d %02d:%02d:%02d +0000\r\n", field,
		   day_names[weekday_of_day(floor_div(utc, DAY_SECONDS))], c.day,
		   month_names[c.month - 1], c.year, c.hour, c.minute, c.second);
}

/*
 * coding - base64, quoted-printable, iconv
 */
#include "mail/coding_priv.h"

#include <errno.h>
#include <iconv.h>

#include "base/arena.h"
#include "base/buf.h"

enum {
	CHARSET_NAME_MAX = 40,
	UNKNOWN_MAX = 10000,
	WORD_MAX = 4096, /* of an encoded word; RFC 2047 §2 allows 75, and some write a subject in
			    one */
};

/* ---- transfer encodings ------------------------------------------------------------------- */

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 2045 §6.8; ends at the padding, as what follows is no longer part of it. */
static struct text undo_base64(struct arena *a, struct text t)
{
	char *to = arena_alloc(a, t.len / 4 * 3 + 4);
	uint32_t bits = 0;
	int have = 0;
	size_t len = 0;

	for (size_t i = 0; i < t.len && t.at[i] != '='; i++) {
		int value = base64_value(t.at[i]);

		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[len++] = (char)(bits >> have);
		}
	}
	return text_of(to, len);
}

int coding_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* After a "=": how many octets a soft line break takes, blanks before it included; 0: it is none.
 */
static size_t soft_break(struct text t, size_t i)
{
	size_t from = i;

	while (i < t.len && (t.at[i] == ' ' || t.at[i] == '\t' || t.at[i] == '\r'))
		i++;
	if (i == t.len)
		return i - from;
	return t.at[i] == '\n' ? i + 1 - from : 0;
}

/* RFC 2045 §6.7. */
static struct text undo_quoted_printable(struct arena *a, struct text t)
{
	char *to = arena_alloc(a, t.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < t.len; i++) {
		int high = -1, low = -1;

		if (t.at[i] == '=' && i + 2 < t.len) {
			high = coding_hex(t.at[i + 1]);
			low = coding_hex(t.at[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			to[len++] = (char)(high << 4 | low);
			i += 2;
		} else if (t.at[i] == '=' && (i + 1 == t.len || soft_break(t, i + 1) > 0)) {
			i += soft_break(t, i + 1);
		} else {
			to[len++] = t.at[i];
		}
	}
	return text_of(to, len);
}

struct text coding_undo(struct arena *a, struct text encoding, struct text t)
{
	if (text_equal_nocase(encoding, TEXT("base64")))
		return undo_base64(a, t);
	if (text_equal_nocase(encoding, TEXT("quoted-printable")))
		return undo_quoted_printable(a, t);
	return t;
}

/* ---- charsets ----------------------------------------------------------------------------- */

/* Only names: what else iconv_open() understands is for programs, not for mail. */
static bool is_charset_name(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || !strchr("._:+-", c)))
			return false;
	}
	return t.len > 0 && t.len <= CHARSET_NAME_MAX;
}

static iconv_t open_charset(struct arena *a, struct text charset)
{
	if (!is_charset_name(charset))
		return (iconv_t)-1;
	return iconv_open("UTF-8", text_cstr(a, charset));
}

/*
 * What the charset does not know is one U+FFFD for each unit of so many octets. After many of them
 * it ends: that is no text of this charset.
 */
static void convert(iconv_t cd, size_t unit, struct buf *out, struct text t)
{
	char *from = (char *)(uintptr_t)t.at;
	size_t left = t.len;

	for (size_t unknown = 0; left > 0 && !out->overflow && unknown < UNKNOWN_MAX;) {
		char room[4096], *to = room;
		size_t space = sizeof(room);
		bool stuck = iconv(cd, &from, &left, &to, &space) == (size_t)-1 && errno != E2BIG;

		buf_put(out, room, (size_t)(to - room));
		if (stuck) {
			buf_put_lit(out, "\xEF\xBF\xBD");
			unknown++;
			from += unit < left ? unit : left;
			left -= unit < left ? unit : left;
		}
	}
}

static struct text ascii_only(struct arena *a, struct text t)
{
	char *copy = arena_copy(a, t.at, t.len);

	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	return text_of(copy, t.len);
}

static struct text convert_with(struct arena *a, iconv_t cd, size_t unit, struct text t)
{
	struct buf out;

	buf_init(&out, a, t.len + 1, 4 * t.len + 64);
	convert(cd, unit, &out, t);
	iconv_close(cd);
	return buf_text(&out);
}

/* Of a known charset; else what it is, which is UTF-8 or looks like windows-1252 to everybody. */
static struct text convert_from(struct arena *a, struct text charset, size_t unit, struct text t)
{
	iconv_t cd = open_charset(a, charset);

	if (cd == (iconv_t)-1 && text_is_utf8(t))
		return t;
	if (cd == (iconv_t)-1)
		cd = open_charset(a, TEXT("WINDOWS-1252"));
	/* A C library without its tables still has to give text. */
	return cd == (iconv_t)-1 ? ascii_only(a, t) : convert_with(a, cd, unit, t);
}

/*
 * Text of two octets a character, by its mark or, as calendars begin with a letter, by the zero.
 * Without a zero anywhere it is none: a calendar has ASCII in it, and a header field no zeros.
 */
static struct text wide_charset(struct text t)
{
	unsigned char first, second;

	if (t.len < 4 || !memchr(t.at, 0, t.len))
		return TEXT_NONE;
	first = (unsigned char)t.at[0];
	second = (unsigned char)t.at[1];
	if ((first == 0xFF && second == 0xFE) || (second == 0 && first != 0))
		return TEXT("UTF-16LE");
	if ((first == 0xFE && second == 0xFF) || (first == 0 && second != 0))
		return TEXT("UTF-16BE");
	return TEXT_NONE;
}

static struct text without_mark(struct text t)
{
	return text_starts(t, TEXT("\xEF\xBB\xBF")) ? text_sub(t, 3, t.len) : t;
}

/*
 * Many say us-ascii or nothing and send UTF-8, some say UTF-8 and send their code page: what the
 * octets are counts for more than what is said of them.
 */
static bool says_little(struct text charset)
{
	return charset.len == 0 || text_equal_nocase(charset, TEXT("us-ascii")) ||
	       text_equal_nocase(charset, TEXT("ascii")) ||
	       text_equal_nocase(charset, TEXT("utf-8")) ||
	       text_equal_nocase(charset, TEXT("utf8"));
}

struct text coding_to_utf8(struct arena *a, struct text charset, struct text t)
{
	struct text wide = wide_charset(t);

	if (t.len == 0)
		return t;
	if (wide.len > 0)
		return without_mark(convert_from(a, wide, 2, t));
	if (!says_little(charset))
		return without_mark(convert_from(a, charset, 1, t));
	return without_mark(convert_from(a, TEXT_NONE, 1, t));
}

struct text coding_from_utf16(struct arena *a, struct text t)
{
	return without_mark(convert_from(a, TEXT("UTF-16LE"), 2, t));
}

/* ---- encoded words ------------------------------------------------------------------------ */

/* One "=?charset?Q?text?=" (RFC 2047 §2). */
struct word {
	struct text charset, text;
	char encoding;
	size_t len; /* of the whole */
};

static bool read_word(struct text t, struct word *out)
{
	ptrdiff_t charset, end;

	t = text_sub(t, 0, WORD_MAX);
	if (!text_starts(t, TEXT("=?")) || (charset = text_find_char(t, '?', 2)) < 0 ||
	    (size_t)charset + 2 >= t.len || t.at[charset + 2] != '?')
		return false;
	end = text_find_char(t, '?', (size_t)charset + 3);
	/* A "?" within the text is against the rule, and happens. */
	while (end >= 0 && !text_starts(text_sub(t, (size_t)end, 2), TEXT("?=")))
		end = text_find_char(t, '?', (size_t)end + 1);
	if (end < 0)
		return false;
	out->charset = text_sub(t, 2, (size_t)charset - 2);
	out->encoding = (char)(t.at[charset + 1] | 0x20);
	out->text = text_sub(t, (size_t)charset + 3, (size_t)(end - charset - 3));
	out->len = (size_t)end + 2;
	/* RFC 2231 §5: a language after an asterisk. */
	if (text_find_char(out->charset, '*', 0) >= 0)
		out->charset.len = (size_t)text_find_char(out->charset, '*', 0);
	return out->encoding == 'q' || out->encoding == 'b';
}

/* RFC 2047 §4.2: an underscore is a blank. */
static struct text undo_q(struct arena *a, struct text t)
{
	char *copy = arena_copy(a, t.at, t.len);

	for (size_t i = 0; i < t.len; i++)
		if (copy[i] == '_')
			copy[i] = ' ';
	return undo_quoted_printable(a, text_of(copy, t.len));
}

static size_t count_blanks(struct text t)
{
	size_t n = 0;

	while (n < t.len && (t.at[n] == ' ' || t.at[n] == '\t'))
		n++;
	return n;
}

static void put_octets(struct arena *a, struct buf *out, const struct word *w)
{
	buf_put_text(out, w->encoding == 'b' ? undo_base64(a, w->text) : undo_q(a, w->text));
}

/*
 * A row of words: blanks between them are none (§6.2), and those of one charset are put together
 * before it is undone, as some cut a character in two. How many octets of t it took; 0: no word.
 */
static size_t put_row(struct arena *a, struct buf *out, struct text t)
{
	struct word first, w;
	struct buf octets;
	size_t took, blanks;

	if (!read_word(t, &first))
		return 0;
	buf_init(&octets, a, 64, t.len + 1);
	put_octets(a, &octets, &first);
	for (took = first.len;; took += blanks + w.len) {
		blanks = count_blanks(text_sub(t, took, t.len));
		if (!read_word(text_sub(t, took + blanks, t.len), &w) ||
		    !text_equal_nocase(w.charset, first.charset))
			break;
		put_octets(a, &octets, &w);
	}
	buf_put_text(out, coding_to_utf8(a, first.charset, buf_text(&octets)));
	return took;
}

static struct text plain(struct arena *a, struct text t)
{
	struct buf out;

	buf_init(&out, a, t.len + 1, t.len + 1);
	while (t.len > 0) {
		const char *from = t.at;
		uint32_t c = text_cut_char(&t);

		if (text_char_is_plain(c))
			buf_put(&out, from, (size_t)(t.at - from));
		else
			buf_put_char(&out, ' ');
	}
	return text_trim(buf_text(&out));
}

struct text coding_words(struct arena *a, struct text value)
{
	struct text t = coding_to_utf8(a, TEXT_NONE, value);
	struct buf out;

	buf_init(&out, a, t.len + 1, 4 * t.len + 64);
	while (t.len > 0) {
		size_t took = t.at[0] == '=' ? put_row(a, &out, t) : 0;
		size_t blanks = took > 0 ? count_blanks(text_sub(t, took, t.len)) : 0;
		struct word w;

		/* Between words of two charsets as well. */
		if (blanks > 0 && read_word(text_sub(t, took + blanks, t.len), &w))
			took += blanks;
		if (took == 0) {
			buf_put_char(&out, t.at[0]);
			took = 1;
		}
		t = text_sub(t, took, t.len);
	}
	return plain(a, buf_text(&out));
}

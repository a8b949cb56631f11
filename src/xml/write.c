/*
 * write - escaping, and elements by name
 */
#include "xml/write.h"

#include <assert.h>
#include <endian.h>

#include "xml/write_priv.h"

/* What a byte is to the escaping; 0 is copied as it is. */
enum byte_class {
	PLAIN,
	DROP,	 /* no XML character (XML 1.0 §2.2) */
	AMP,	 /* & */
	LESS,	 /* < */
	GREATER, /* > : "]]>" may not stand in text */
	RETURN,	 /* dropped by parsers unless escaped (§2.11) */
	QUOTE,	 /* in values only */
	TAB,	 /* in values only: normalized to blanks unless escaped (§3.3.3) */
	NEWLINE, /* in values only */
	MAYBE,	 /* first byte of U+FFFE and U+FFFF, which XML cannot hold */
};

#define BYTE_CLASSES                                                                               \
	[0x00] = DROP, [0x01] = DROP, [0x02] = DROP, [0x03] = DROP, [0x04] = DROP, [0x05] = DROP,  \
	[0x06] = DROP, [0x07] = DROP, [0x08] = DROP, [0x0B] = DROP, [0x0C] = DROP, [0x0E] = DROP,  \
	[0x0F] = DROP, [0x10] = DROP, [0x11] = DROP, [0x12] = DROP, [0x13] = DROP, [0x14] = DROP,  \
	[0x15] = DROP, [0x16] = DROP, [0x17] = DROP, [0x18] = DROP, [0x19] = DROP, [0x1A] = DROP,  \
	[0x1B] = DROP, [0x1C] = DROP, [0x1D] = DROP, [0x1E] = DROP, [0x1F] = DROP, ['&'] = AMP,    \
	['<'] = LESS, ['>'] = GREATER, ['\r'] = RETURN, [0xEF] = MAYBE

static const unsigned char in_text[256] = {BYTE_CLASSES};
static const unsigned char in_value[256] = {
	BYTE_CLASSES,
	['"'] = QUOTE,
	['\t'] = TAB,
	['\n'] = NEWLINE,
};

static const struct text escapes[] = {
	[DROP] = TEXT_INIT(""),	       [AMP] = TEXT_INIT("&amp;"),    [LESS] = TEXT_INIT("&lt;"),
	[GREATER] = TEXT_INIT("&gt;"), [RETURN] = TEXT_INIT("&#13;"), [QUOTE] = TEXT_INIT("&quot;"),
	[TAB] = TEXT_INIT("&#9;"),     [NEWLINE] = TEXT_INIT("&#10;")};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The top bit of each byte of x below n, exact up to the first one; n <= 0x80. */
static uint64_t below(uint64_t x, uint64_t n)
{
	return (x - EACH(n)) & ~x & EACH(0x80);
}

/*
 * How many of these eight bytes, from the first, are ASCII and neither a
 * control nor one of '"', '&', '<', '>'.
 */
static size_t count_plain(const unsigned char *at)
{
	uint64_t x, special;

	memcpy(&x, at, sizeof(x));
	x = le64toh(x);
	special = (x & EACH(0x80)) | below(x, ' ');
	special |= below(x ^ EACH('"'), 1) | below(x ^ EACH('&'), 1);
	/* '<' and '>' differ in one bit. */
	special |= below((x & ~EACH(2)) ^ EACH('<'), 1);
	return special ? (size_t)__builtin_ctzll(special) / 8 : 8;
}

/* The plain bytes [run, end), and the escape behind them. */
static void put_run(struct buf *b, const unsigned char *run, const unsigned char *end, int class)
{
	size_t len = (size_t)(end - run);
	struct text escape = escapes[class];
	char *to = buf_reserve(b, len + escape.len);

	if (!to)
		return;
	memcpy(mempcpy(to, run, len), escape.at, escape.len);
	b->len += len + escape.len;
}

/* Copies runs of plain bytes; all the time goes into finding their ends. */
static void put_escaped(struct buf *b, struct text t, const unsigned char *classes)
{
	const unsigned char *at = (const unsigned char *)(t.at ? t.at : "");
	const unsigned char *end = at + t.len, *run = at;

	while (at < end) {
		unsigned char class;

		if (end - at >= 8) {
			size_t plain = count_plain(at);

			at += plain;
			if (plain == 8)
				continue;
		}
		class = classes[*at];
		if (class == PLAIN) {
			at++;
			continue;
		}
		if (class == MAYBE) {
			if (end - at < 3 || at[1] != 0xBF || at[2] < 0xBE) {
				at++;
				continue;
			}
			put_run(b, run, at, DROP);
			at += 2;
		} else {
			put_run(b, run, at, class);
		}
		run = ++at;
	}
	if (run < end)
		buf_put(b, run, (size_t)(end - run));
}

void xml_put_text(struct buf *b, struct text t)
{
	put_escaped(b, t, in_text);
}

void xml_put_value(struct buf *b, struct text value)
{
	buf_put_char(b, '"');
	put_escaped(b, value, in_value);
	buf_put_char(b, '"');
}

/* The prefixes with their colon; what has no fixed prefix is written another way. */
static const struct text prefixes[] = {
	[NS_NONE] = TEXT_INIT(""),    [NS_DAV] = TEXT_INIT("D:"),   [NS_CALDAV] = TEXT_INIT("C:"),
	[NS_CS] = TEXT_INIT("CS:"),   [NS_APPLE] = TEXT_INIT("A:"), [NS_PUSH] = TEXT_INIT("P:"),
	[NS_OTHER] = TEXT_INIT("X:"),
};

static void put_tag(struct buf *b, struct text open, enum xml_ns ns, struct text name,
		    struct text close)
{
	struct text prefix = prefixes[ns];
	size_t len = open.len + prefix.len + name.len + close.len;
	char *to = buf_reserve(b, len);

	if (!to)
		return;
	to = mempcpy(to, open.at, open.len);
	to = mempcpy(to, prefix.at, prefix.len);
	to = mempcpy(to, name.at, name.len);
	memcpy(to, close.at, close.len);
	b->len += len;
}

void xml_root(struct buf *b, enum xml_ns ns, const char *name)
{
	buf_put_lit(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
	xml_tag(b, ns, name);
	for (enum xml_ns each = NS_DAV; each < NS_OTHER; each++) {
		buf_put_lit(b, " xmlns:");
		buf_put(b, prefixes[each].at, prefixes[each].len - 1);
		buf_put_char(b, '=');
		xml_put_value(b, xml_ns_uri(each));
	}
	xml_tag_open(b);
}

void xml_open(struct buf *b, enum xml_ns ns, const char *name)
{
	assert(ns != NS_OTHER);
	put_tag(b, TEXT("<"), ns, text_from(name), TEXT(">"));
}

void xml_close(struct buf *b, enum xml_ns ns, const char *name)
{
	assert(ns != NS_OTHER);
	put_tag(b, TEXT("</"), ns, text_from(name), TEXT(">"));
}

void xml_empty(struct buf *b, enum xml_ns ns, const char *name)
{
	assert(ns != NS_OTHER);
	put_tag(b, TEXT("<"), ns, text_from(name), TEXT("/>"));
}

void xml_element_text(struct buf *b, enum xml_ns ns, const char *name, struct text content)
{
	xml_open(b, ns, name);
	xml_put_text(b, content);
	xml_close(b, ns, name);
}

void xml_tag(struct buf *b, enum xml_ns ns, const char *name)
{
	assert(ns != NS_OTHER);
	put_tag(b, TEXT("<"), ns, text_from(name), TEXT(""));
}

void xml_put_attr(struct buf *b, const char *name, struct text value)
{
	buf_put_char(b, ' ');
	buf_put_str(b, name);
	buf_put_char(b, '=');
	xml_put_value(b, value);
}

void xml_tag_open(struct buf *b)
{
	buf_put_char(b, '>');
}

void xml_tag_empty(struct buf *b)
{
	buf_put_lit(b, "/>");
}

static void put_start(struct buf *b, enum xml_ns ns, struct text uri, struct text name)
{
	put_tag(b, TEXT("<"), ns, name, TEXT(""));
	if (ns == NS_OTHER)
		xml_put_attr(b, "xmlns:X", uri);
}

void xml_open_name(struct buf *b, enum xml_ns ns, struct text uri, struct text name)
{
	put_start(b, ns, uri, name);
	xml_tag_open(b);
}

void xml_close_name(struct buf *b, enum xml_ns ns, struct text name)
{
	put_tag(b, TEXT("</"), ns, name, TEXT(">"));
}

void xml_empty_name(struct buf *b, enum xml_ns ns, struct text uri, struct text name)
{
	put_start(b, ns, uri, name);
	xml_tag_empty(b);
}

/*
 * mime - quoted-printable and base64
 */
#include "mail/mime.h"

#include "base/arena.h"
#include "base/codec.h"

enum { LINE_COLUMNS = 76, LINE_OCTETS = LINE_COLUMNS / 4 * 3 };

struct text mime_canonical(struct arena *a, struct text t)
{
	char *to = arena_alloc(a, 2 * t.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (c != '\r' && c != '\n') {
			to[len++] = c;
			continue;
		}
		to[len++] = '\r';
		to[len++] = '\n';
		if (c == '\r' && i + 1 < t.len && t.at[i + 1] == '\n')
			i++;
	}
	return text_of(to, len);
}

/* Blanks stand for themselves but at the end of a line, where servers take them away. */
static bool stands_for_itself(struct text line, size_t i)
{
	unsigned char c = (unsigned char)line.at[i];

	if (c == ' ' || c == '\t')
		return i + 1 < line.len;
	return c > ' ' && c < 0x7F && c != '=';
}

static void put_quoted_line(struct buf *out, struct text line)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t column = 0;

	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.at[i];
		size_t width = stands_for_itself(line, i) ? 1 : 3;

		/* One column is for the "=" of the soft line break. */
		if (column + width > LINE_COLUMNS - 1) {
			buf_put_lit(out, "=\r\n");
			column = 0;
		}
		if (width == 1)
			buf_put_char(out, (char)c);
		else
			buf_put(out, (const char[]){'=', hex[c >> 4], hex[c & 15]}, 3);
		column += width;
	}
}

void mime_put_quoted_printable(struct buf *out, struct text canonical)
{
	struct text rest = canonical, line;

	while (text_next(&rest, '\n', &line)) {
		bool ended = rest.at != NULL;

		put_quoted_line(out, ended ? text_sub(line, 0, line.len - 1) : line);
		if (ended)
			buf_put_lit(out, "\r\n");
	}
}

void mime_put_base64(struct buf *out, struct text canonical)
{
	for (size_t i = 0; i < canonical.len; i += LINE_OCTETS) {
		struct text line = text_sub(canonical, i, LINE_OCTETS);

		if (i > 0)
			buf_put_lit(out, "\r\n");
		codec_put_base64(out, line.at, line.len);
	}
}

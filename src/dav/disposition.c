/* disposition - names of files in Content-Disposition. See disposition.h. */

#include "dav/disposition.h"

#include "base/codec.h"

/* ---- written ------------------------------------------------------------------------------- */

/* What every file system takes; all else of the name is told beside it. */
static bool is_file_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == ' ';
}

/* RFC 8187 §3.2.1: attr-char stands for itself. */
static void put_ext_value(struct buf *b, struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (is_file_char(c) && c != ' ')
			buf_put_char(b, c);
		else
			buf_printf(b, "%%%02X", (unsigned char)c);
	}
}

void dav_put_disposition(struct buf *out, struct text name, const char *ending)
{
	buf_put_lit(out, "attachment; filename=\"");
	for (size_t i = 0; i < name.len; i++)
		buf_put_char(out, is_file_char(name.at[i]) ? name.at[i] : '_');
	buf_put_str(out, ending);
	buf_put_lit(out, "\"; filename*=UTF-8''");
	put_ext_value(out, name);
	buf_put_str(out, ending);
}

struct text dav_file_name(struct arena *a, struct text name, size_t max)
{
	struct text rest = text_sub(name, 0, max);
	struct buf b;

	while (rest.len > 0 && !text_is_utf8(rest))
		rest.len--;
	buf_init(&b, a, max, max);
	while (rest.len > 0) {
		const char *at = rest.at;
		uint32_t c = text_cut_char(&rest);

		if (text_char_is_plain(c) && c != '/' && c != '\\' && c != '"')
			buf_put(&b, at, (size_t)(rest.at - at));
	}
	return text_trim(buf_text(&b));
}

/* ---- read ------------------------------------------------------------------------------------ */

/* Cut a parameter's value off *rest: a token, or what is between quotes, escapes resolved. */
static struct text cut_value(struct arena *a, struct text *rest)
{
	struct buf b;
	size_t i = 1;

	if (rest->len == 0 || rest->at[0] != '"') {
		ptrdiff_t end = text_find_char(*rest, ';', 0);
		size_t len = end < 0 ? rest->len : (size_t)end;
		struct text value = text_sub(*rest, 0, len);

		*rest = text_sub(*rest, len, rest->len);
		return text_trim(value);
	}
	buf_init(&b, a, rest->len, rest->len);
	while (i < rest->len && rest->at[i] != '"') {
		/* Some programs put in a path with single backslashes: they end in its last part.
		 */
		if (rest->at[i] == '\\' && i + 1 < rest->len &&
		    (rest->at[i + 1] == '"' || rest->at[i + 1] == '\\'))
			i++;
		buf_put_char(&b, rest->at[i++]);
	}
	*rest = text_sub(*rest, i + 1, rest->len);
	return buf_text(&b);
}

/* UTF-8'language'percent-encoded; NULL-text: it is not. */
static struct text read_ext_value(struct arena *a, struct text value)
{
	ptrdiff_t charset = text_find_char(value, '\'', 0);
	ptrdiff_t language = charset < 0 ? -1 : text_find_char(value, '\'', (size_t)charset + 1);
	struct text decoded;

	if (language < 0 || !text_equal_nocase(text_sub(value, 0, (size_t)charset), TEXT("UTF-8")))
		return TEXT_NONE;
	value = text_sub(value, (size_t)language + 1, value.len);
	return codec_percent_decode(a, value, false, &decoded) ? decoded : TEXT_NONE;
}

static struct text last_part(struct text path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.at[i - 1] == '/' || path.at[i - 1] == '\\')
			return text_sub(path, i, path.len);
	return path;
}

struct text dav_read_disposition(struct arena *a, struct text header)
{
	struct text rest = header, type, plain = TEXT_NONE, extended = TEXT_NONE;

	if (!header.at || !text_next(&rest, ';', &type))
		return TEXT("");
	while (rest.len > 0) {
		ptrdiff_t equals = text_find_char(rest, '=', 0);
		struct text name, value;

		if (equals < 0)
			break;
		name = text_trim(text_sub(rest, 0, (size_t)equals));
		rest = text_trim(text_sub(rest, (size_t)equals + 1, rest.len));
		value = cut_value(a, &rest);
		if (text_equal_nocase(name, TEXT("filename*")))
			extended = read_ext_value(a, value);
		else if (text_equal_nocase(name, TEXT("filename")) && text_is_utf8(value))
			plain = value;
		/* Up to the next one. */
		if (!text_next(&rest, ';', &name))
			break;
	}
	return dav_file_name(a, last_part(extended.len > 0 ? extended : plain), DAV_FILE_NAME_MAX);
}

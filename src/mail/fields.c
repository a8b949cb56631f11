/*
 * fields - where a field begins and ends, and where a header does
 */
#include "mail/fields_priv.h"

#include "base/arena.h"
#include "mail/read.h"

bool line_next(struct text *rest, struct text *out)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	*out = text_sub(*rest, 0, end ? (size_t)(end - rest->at) : rest->len);
	*rest = text_sub(*rest, out->len + (end ? 1 : 0), rest->len);
	if (text_ends(*out, TEXT("\r")))
		out->len--;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* RFC 5322 §3.6.8, with the blanks before the colon that §4.5 forgives. */
static bool field_begins(struct text line, struct field *out)
{
	ptrdiff_t colon = text_find_char(line, ':', 0);
	struct text name;

	if (colon <= 0)
		return false;
	name = text_sub(line, 0, (size_t)colon);
	while (name.len > 0 && is_blank(name.at[name.len - 1]))
		name.len--;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.at[i] <= ' ' || (unsigned char)name.at[i] >= 0x7F)
			return false;
	out->name = name;
	out->value = text_sub(line, (size_t)colon + 1, line.len);
	return name.len > 0;
}

bool field_next(struct text *header, struct field *out)
{
	struct text line;

	while (line_next(header, &line)) {
		if (!field_begins(line, out))
			continue;
		while (header->len > 0 && is_blank(header->at[0]) && line_next(header, &line))
			out->value.len = (size_t)(line.at + line.len - out->value.at);
		return true;
	}
	return false;
}

bool field_is(const struct field *f, const char *name)
{
	return text_equal_nocase(f->name, text_from(name));
}

struct text field_find(struct arena *a, struct text header, const char *name)
{
	struct field f;

	while (field_next(&header, &f))
		if (field_is(&f, name))
			return field_unfold(a, f.value);
	return TEXT_NONE;
}

/* A blank of a fold stays one; a line end leaves nothing, as the blank after it is there. */
struct text field_unfold(struct arena *a, struct text value)
{
	char *to = arena_alloc(a, value.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if (c != '\r' && c != '\n')
			to[len++] = c < ' ' || c == 0x7F ? ' ' : (char)c;
	}
	return text_trim(text_of(to, len));
}

static const struct fault *check_field(struct arena *a, const struct field *f, size_t count)
{
	if (count > MAIL_FIELDS_MAX)
		return fault_make(a, FAULT_BAD_DATA, NULL,
				  "A header of this mail has more than %d fields.",
				  MAIL_FIELDS_MAX);
	if (f->value.len > MAIL_FIELD_BYTES_MAX)
		return fault_make(a, FAULT_BAD_DATA, NULL,
				  "A field of this mail has more than %d octets.",
				  MAIL_FIELD_BYTES_MAX);
	return NULL;
}

/*
 * A header ends at an empty line. Some leave it out before the first boundary of a multipart, which
 * can be no field.
 */
static bool ends_header(struct text line)
{
	return line.len == 0 || text_starts(line, TEXT("--"));
}

const struct fault *header_split(struct arena *a, struct text message, struct text *header_out,
				 struct text *body_out)
{
	struct text rest = message, before = message, line, header;
	const struct fault *fault;
	struct field f;
	size_t count = 0;

	while (line_next(&rest, &line) && !ends_header(line)) {
		/* As many lines as fields with their folds could have. */
		if (++count > (size_t)MAIL_FIELDS_MAX * 100)
			break;
		before = rest;
	}
	*header_out = text_sub(message, 0, (size_t)(before.at - message.at));
	*body_out = before.len > 0 && line.len == 0 ? rest : before;
	header = *header_out;
	count = 0;
	while (field_next(&header, &f)) {
		fault = check_field(a, &f, ++count);
		if (fault)
			return fault;
	}
	return NULL;
}

/* Any header block: no crash, and what is taken has one meaning. */
#include <assert.h>

#include "../unit/http_split.h"
#include "base/arena.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_target(struct arena *a, const struct http_head *head)
{
	struct http_target t;

	if (http_check_target(a, head->method, head->target, &t))
		return;
	assert(t.segment_count <= HTTP_SEGMENTS_MAX);
	for (size_t i = 0; i < t.segment_count; i++) {
		assert(t.segments[i].len > 0 && text_is_utf8(t.segments[i]));
		assert(text_find_char(t.segments[i], '\0', 0) < 0);
	}
}

static void check_credentials(struct text value)
{
	char room[HTTP_BASIC_MAX];
	struct text user, password;

	if (http_check_basic(value, room, &user, &password) != HTTP_BASIC)
		return;
	assert(user.len > 0 && text_find_char(user, ':', 0) < 0);
	assert(!text_has_control(user) && !text_has_control(password));
}

/* The line of a chunk that is taken has one CR and one LF, its end. */
static void check_chunk(struct arena *a, struct text seen)
{
	size_t line = seen.len;
	uint64_t length;

	if (http_check_chunk(a, seen, &length))
		return;
	assert(text_ends(seen, TEXT("\r\n")));
	for (line -= 2; line > 0 && seen.at[line - 1] != '\n'; line--)
		assert(seen.at[line - 1] != '\r');
	assert(line == 0 || seen.at[line - 2] == '\r');
}

/* The parts written out again, as one who reads strictly would have had to write them. */
static struct text written(struct arena *a, const struct http_head *head)
{
	struct buf b;

	buf_init(&b, a, 0, 1 << 20);
	buf_put_text(&b, head->method);
	buf_put_char(&b, ' ');
	buf_put_text(&b, head->target);
	buf_put_char(&b, ' ');
	buf_put_text(&b, head->version);
	buf_put_lit(&b, "\r\n");
	for (size_t i = 0; i < head->field_count; i++) {
		const struct http_field *f = &head->fields[i];
		const char *colon = f->name.at + f->name.len;

		buf_put_text(&b, f->name);
		buf_put_char(&b, ':');
		buf_put(&b, colon + 1, (size_t)(f->value.at - colon) - 1);
		buf_put_text(&b, f->value);
		buf_put_lit(&b, "\r\n");
	}
	buf_put_lit(&b, "\r\n");
	return buf_text(&b);
}

/* What is taken is what came in, but for NULs and LFs in line ends: check.h says why. */
static void check_head(struct arena *a, struct http_head *head, const char *raw)
{
	struct http_framing framing;
	struct text strict;

	if (http_check_head(a, head, &framing))
		return;
	assert(!(framing.is_chunked && framing.length > 0));
	strict = written(a, head);
	assert(strict.len == head->block.len);
	for (size_t i = 0; i < strict.len; i++)
		assert(strict.at[i] == raw[i] ||
		       (strchr("\r\n", strict.at[i]) && memchr("\r\n", raw[i], 3)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_field fields[HTTP_FIELDS_MAX + 1];
	struct arena *a = arena_create(1 << 24);
	const char *raw = arena_copy(a, data, size);
	char *copy = arena_copy(a, data, size);
	struct http_head head;

	if (http_split(copy, size, fields, ARRAY_LEN(fields), &head)) {
		check_head(a, &head, raw);
		check_target(a, &head);
	}
	for (size_t i = 0; i < head.field_count; i++)
		check_credentials(fields[i].value);
	check_credentials(text_of(raw, size));
	check_chunk(a, text_of(raw, size));
	arena_destroy(a);
	return 0;
}

/*
 * fuzz_line - content lines: they cover the text, and what is written reads back
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_values(struct text value, void *ctx)
{
	(void)value;
	++*(size_t *)ctx;
}

/* TEXT and parameters, escaped and back; both only lose control characters. */
static void escape_and_back(struct arena *a, struct text raw)
{
	struct text plain;
	struct ical_line l;
	struct buf b, folded;
	size_t pos = 0;

	if (raw.len > 4096 || !text_is_utf8(raw) || text_has_control(raw))
		return;
	buf_init(&b, a, 64, 8 * raw.len + 64);
	buf_put_lit(&b, "A;P=");
	ical_put_param(&b, raw);
	buf_put_char(&b, ':');
	ical_put_text(&b, raw);
	buf_init(&folded, a, 64, 16 * raw.len + 64);
	ical_put_line(&folded, buf_text(&b));
	assert(!b.overflow && !folded.overflow);
	assert(ical_line_next(a, buf_text(&folded), &pos, &l));
	plain = ical_text_unescape(a, l.value);
	assert(text_equal(plain, raw));
	assert(text_equal(ical_line_param(a, &l, "P"), raw));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create((size_t)1 << 26);
	struct text raw = text_of((const char *)data, size);
	size_t pos = 0, last = 0, values = 0;
	struct ical_line l;

	while (ical_line_next(a, raw, &pos, &l)) {
		assert(l.begin >= last && l.end > l.begin && l.end <= size && l.end == pos);
		assert(l.name.len + l.params.len + l.value.len <= l.end - l.begin);
		last = l.end;
		ical_line_param_each(a, &l, "CN", count_values, &values);
		(void)ical_line_param(a, &l, "TZID");
		(void)ical_address(a, l.value);
	}
	escape_and_back(a, raw);
	arena_destroy(a);
	return 0;
}

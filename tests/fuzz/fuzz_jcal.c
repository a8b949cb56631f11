/*
 * Any bytes as jCal, and as iCalendar: what is read is text that its guard accepts, and
 * what it says is the same after another turn.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/guard.h"
#include "ical/ical.h"
#include "ical/jcal.h"
#include "json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CEILING = 256 << 20, ROOM = 64 << 20 };

static bool write_jcal(struct arena *a, struct text raw, struct text *out)
{
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, a, 1024, ROOM);
	if (jcal_write(a, raw, &w) || b.overflow)
		return false;
	*out = buf_text(&b);
	return true;
}

static void try_read(struct arena *a, struct text json)
{
	struct text raw, once, twice;
	struct ical_blocks blocks;

	if (jcal_read(a, json, &raw))
		return;
	assert(!ical_guard_bytes(a, raw, ICAL_MAX_SIZE_BYTES));
	if (ical_guard_blocks(a, raw, true, SIZE_MAX, &blocks))
		assert(!"what is read is no iCalendar");
	assert(blocks.count > 0 && blocks.at[0].next == blocks.count);
	if (!write_jcal(a, raw, &once) || jcal_read(a, once, &raw))
		return;
	assert(write_jcal(a, raw, &twice) && text_equal(once, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = text_of((const char *)data, size), json;
	struct arena *a = arena_create(CEILING);

	try_read(a, in);
	if (write_jcal(a, in, &json))
		try_read(a, json);
	arena_destroy(a);
	return 0;
}

/*
 * fuzz_object - any bytes as an object, as a file, and as what is edited
 *
 * Beyond not crashing: what parses stays what it was after an edit and its
 * reverse, a part of a file parses or is refused, and what itip writes from an
 * object parses again.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/edit.h"
#include "ical/guard.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "itip/itip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Set a new property everywhere and take it away again. */
static void edit_and_back(struct arena *a, struct text raw)
{
	struct ical_blocks blocks;
	struct ical_edit *e = ical_edit_begin(a, raw);
	struct text edited;

	if (ical_guard_bytes(a, raw, SIZE_MAX) || ical_guard_blocks(a, raw, true, 1000, &blocks))
		return;
	for (size_t i = 0; i < blocks.count; i++)
		ical_edit_set_property(e, &blocks, i, "X-FASTI-TEST", TEXT("X-FASTI-TEST:1"));
	edited = ical_edit_apply(e);
	if (text_find(raw, TEXT("X-FASTI-TEST")) >= 0 ||
	    ical_guard_blocks(a, edited, true, 1000, &blocks))
		return;
	e = ical_edit_begin(a, edited);
	for (size_t i = 0; i < blocks.count; i++)
		ical_edit_remove_property(e, &blocks, i, "X-FASTI-TEST");
	assert(text_equal(ical_edit_apply(e), raw));
}

static void message_of(struct arena *a, const struct ical_object *o)
{
	struct ical_object *again;
	struct text out;

	for (size_t i = 0; i < o->item_count; i++) {
		if (o->items[i].attendee_count == 0)
			continue;
		if (itip_message_write(a, o->raw, TEXT("REQUEST"), o->items[i].attendees[0].address,
				       1800000000, &out))
			return;
		assert(!ical_object_parse(a, out, ICAL_FROM_MESSAGE, &again) ||
		       out.len > ICAL_MAX_SIZE_BYTES);
		return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 26);
	struct text raw = text_of((const char *)data, size);
	struct ical_part *parts;
	struct ical_object *o;
	size_t count = 0;

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	for (int source = ICAL_FROM_CLIENT; source <= ICAL_FROM_MESSAGE; source++)
		if (!ical_object_parse(a, raw, (enum ical_source)source, &o))
			message_of(a, o);
	edit_and_back(a, raw);
	if (ical_file_split(a, raw, &parts, &count))
		count = 0;
	for (size_t i = 0; i < count && i < 50; i++)
		if (!parts[i].fault && !ical_object_parse(a, parts[i].raw, ICAL_FROM_IMPORT, &o))
			assert(text_equal(o->uid, parts[i].uid));
	arena_destroy(a);
	return 0;
}

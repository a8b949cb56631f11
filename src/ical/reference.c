/* reference - time zones by their names alone; see reference.h */

#include "ical/reference.h"

#include "base/arena.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"

static bool is_known_zone(struct arena *a, struct text raw, const struct ical_blocks *blocks,
			  size_t block)
{
	struct ical_walk w;
	struct ical_line l;

	if (!ical_block_is(&blocks->at[block], "VTIMEZONE"))
		return false;
	ical_walk_begin(&w, a, raw, blocks, block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, "TZID"))
			return zone_find(l.value) != NULL;
	return false;
}

const struct fault *ical_without_zones(struct arena *a, struct text raw, struct text *out)
{
	struct ical_edit *edit = NULL;
	struct ical_blocks blocks;
	const struct fault *f =
		ical_guard_blocks(a, raw, false, 4 * (size_t)ICAL_MAX_COMPONENTS, &blocks);

	*out = raw;
	for (size_t i = 1; !f && i < blocks.count; i = blocks.at[i].next) {
		if (!is_known_zone(a, raw, &blocks, i))
			continue;
		if (!edit)
			edit = ical_edit_begin(a, raw);
		ical_edit_remove(edit, blocks.at[i].begin, blocks.at[i].end);
	}
	if (edit)
		*out = ical_edit_apply(edit);
	return f ? f : arena_check(a);
}

/* dialect_block - components of the part that is mended, and lines of theirs. See dialect.h. */
#include "post/dialect_priv.h"

bool dialect_find(struct dialect_work *w, size_t block, const char *name, struct ical_line *out)
{
	struct ical_walk walk;

	ical_walk_begin(&walk, w->arena, w->calendar, &w->blocks, block);
	while (ical_walk_line(&walk, out))
		if (ical_line_is(out, name))
			return true;
	return false;
}

bool dialect_next_component(const struct dialect_work *w, size_t *block)
{
	size_t i = *block == 0 ? 1 : w->blocks.at[*block].next;

	while (i < w->blocks.count && !ical_component_find(w->blocks.at[i].name))
		i = w->blocks.at[i].next;
	*block = i;
	return i < w->blocks.count;
}

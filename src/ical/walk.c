/* walk - through one component; see walk.h */
#include "ical/walk.h"

void ical_walk_begin(struct ical_walk *w, struct arena *a, struct text raw,
		     const struct ical_blocks *blocks, size_t block)
{
	const struct ical_block *b = &blocks->at[block];

	*w = (struct ical_walk){
		.arena = a,
		.raw = text_of(raw.at, b->body_end),
		.blocks = blocks,
		.pos = b->body,
		.child = block + 1,
		.end = b->next,
	};
}

bool ical_walk_next(struct ical_walk *w, struct ical_line *line_out, size_t *block_out)
{
	*block_out = 0;
	if (!ical_line_next(w->arena, w->raw, &w->pos, line_out))
		return false;
	if (w->child < w->end && line_out->begin == w->blocks->at[w->child].begin) {
		*block_out = w->child;
		w->pos = w->blocks->at[w->child].end;
		w->child = w->blocks->at[w->child].next;
	}
	return true;
}

bool ical_walk_line(struct ical_walk *w, struct ical_line *line_out)
{
	size_t inner;

	while (ical_walk_next(w, line_out, &inner))
		if (!inner)
			return true;
	return false;
}

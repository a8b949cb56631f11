/* walk - through one component; see walk.h */

#include "dav/walk.h"

void dav_walk_begin(struct dav_walk *w, struct arena *a, struct text raw,
		    const struct ical_blocks *blocks, size_t block)
{
	const struct ical_block *b = &blocks->at[block];

	*w = (struct dav_walk){
		.arena = a,
		.raw = text_of(raw.at, b->body_end),
		.blocks = blocks,
		.pos = b->body,
		.child = block + 1,
		.end = b->next,
	};
}

bool dav_walk_next(struct dav_walk *w, struct ical_line *line_out, size_t *block_out)
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

/* They stand in the order of their begin. */
size_t dav_block_at(const struct ical_blocks *blocks, size_t begin)
{
	size_t low = 0, high = blocks->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (blocks->at[middle].begin < begin)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * walk - through one component, in the order of its bytes
 *
 * Gives its own lines and the components right inside it, each as a whole; so
 * nobody mistakes a property of an alarm for one of its event.
 *
 * Memory: as ical/line.h. Threads: a walk is a value of the caller.
 */
#ifndef DAV_WALK_H
#define DAV_WALK_H

#include "ical/guard.h"
#include "ical/line.h"

struct dav_walk {
	struct arena *arena;
	struct text raw; /* up to the END line */
	const struct ical_blocks *blocks;
	size_t pos;
	size_t child, end; /* index of the next component inside, and past the last one */
};

void dav_walk_begin(struct dav_walk *w, struct arena *a, struct text raw,
		    const struct ical_blocks *blocks, size_t block);

/* The next line with *block_out 0, or the next component with its index; false at the end. */
bool dav_walk_next(struct dav_walk *w, struct ical_line *line_out, size_t *block_out);

/* The index of the component that begins at this offset. */
size_t dav_block_at(const struct ical_blocks *blocks, size_t begin);

#endif

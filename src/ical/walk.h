/*
 * walk - through one component, in the order of its bytes
 *
 * Gives its own lines and the components right inside it, each as a whole; so
 * nobody mistakes a property of an alarm for one of its event.
 *
 * Memory: as line.h. Threads: a walk is a value of the caller.
 */
#ifndef ICAL_WALK_H
#define ICAL_WALK_H

#include "ical/guard.h"
#include "ical/line.h"

struct ical_walk {
	struct arena *arena;
	struct text raw; /* up to the END line */
	const struct ical_blocks *blocks;
	size_t pos;
	size_t child, end; /* index of the next component inside, and past the last one */
};

/* blocks are those of raw. */
void ical_walk_begin(struct ical_walk *w, struct arena *a, struct text raw,
		     const struct ical_blocks *blocks, size_t block);

/* The next line with *block_out 0, or the next component with its index; false at the end. */
bool ical_walk_next(struct ical_walk *w, struct ical_line *line_out, size_t *block_out);

/* The next line of the component's own, past whatever is inside it. */
bool ical_walk_line(struct ical_walk *w, struct ical_line *line_out);

#endif

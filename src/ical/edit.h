/*
 * edit - change one property and keep every other byte
 *
 * An edit is planned on the raw bytes and applied by splicing: the content line
 * is replaced, added before END, or removed; order, folds, unknown properties
 * and line ends of everything else stay as the client wrote them.
 *
 * Memory: the result is a new text in the arena. Threads: no state.
 */
#ifndef ICAL_EDIT_H
#define ICAL_EDIT_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct ical_blocks;

struct ical_edit; /* a list of splices on one raw text */

struct ical_edit *ical_edit_begin(struct arena *a, struct text raw);

/* Replace raw[begin, end) by one content line, given unfolded and without line end. */
void ical_edit_replace_line(struct ical_edit *e, size_t begin, size_t end, struct text unfolded);
/* Insert a content line at a raw offset that starts a line. */
void ical_edit_insert_line(struct ical_edit *e, size_t at, struct text unfolded);
void ical_edit_remove(struct ical_edit *e, size_t begin, size_t end);
/* Whole lines, such as a component, as they are; begin starts a line, and so does end. */
void ical_edit_replace_bytes(struct ical_edit *e, size_t begin, size_t end, struct text bytes);

/*
 * Set a property of a component, given by its index in the blocks of the raw text: the
 * first line of that name on the component's own level is replaced, else one is added
 * before its END; remove takes all lines of that name away. line is the whole line.
 */
void ical_edit_set_property(struct ical_edit *e, const struct ical_blocks *blocks, size_t block,
			    const char *name, struct text line);
void ical_edit_remove_property(struct ical_edit *e, const struct ical_blocks *blocks, size_t block,
			       const char *name);

/* The edited text. Splices that overlap are our own mistake (asserted). */
struct text ical_edit_apply(struct ical_edit *e);

#endif

/*
 * memory - what is remembered of answers, apart from the object
 *
 * While a message is processed, an ATTENDEE of the organizer's says in a parameter which answer was
 * the last (params.h). That is nobody's business but ours: programs would show it, and copy it with
 * the people to another meeting. So the object is stored without, and what was said is kept
 * beside its bytes, of which it is true.
 *
 * Memory: results live in the arena or borrow the object. Threads: no state.
 */
#ifndef ITIP_MEMORY_H
#define ITIP_MEMORY_H

#include "ical/object.h"

/* The object as it is stored and shown, and what is remembered of it; of most it is nothing. */
struct text itip_memory_part(struct arena *a, const struct ical_object *o, struct text *memory_out);

/* The same object as messages meet it. What it says itself counts for nothing: it was pasted. */
struct text itip_memory_join(struct arena *a, const struct ical_object *o, struct text memory);

#endif

/*
 * arena_priv - what buf.c may ask of an arena beyond arena.h
 *
 * Growing text is the most common allocation of a request. Two short cuts
 * keep it cheap: memory that is not zeroed, and growth in place.
 */
#ifndef BASE_ARENA_PRIV_H
#define BASE_ARENA_PRIV_H

#include "base/arena.h"

/* As arena_alloc(), but with whatever the memory held before. */
void *arena_alloc_raw(struct arena *a, size_t size) __attribute__((returns_nonnull, malloc));

/*
 * Make the allocation [at, at + old_size) new_size bytes long where it is.
 * False, and nothing changed, unless it is the arena's last and there is room.
 */
bool arena_extend(struct arena *a, const void *at, size_t old_size, size_t new_size);

#endif

/*
 * arena - memory that lives and dies together
 *
 * One request, one arena: what is allocated from it is freed with it, and
 * objects of other libraries are handed to it with arena_defer(), so that an
 * early return is always right.
 *
 * Every arena has a ceiling. arena_alloc() never returns NULL: past the
 * ceiling it still gives memory, but the arena is *spent*, and whoever loops
 * over input asks arena_check() at each turn and stops with its fault. So a
 * request that outgrows its memory ends at the next step (507), and the server
 * does not. Single allocations are bounded by the limits on their input.
 *
 * Threads: an arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>

#include "base/fault.h"

struct arena;

typedef void (*arena_release_fn)(void *object);

/* A new arena that may give ceiling_bytes; destroy it with arena_destroy(). */
struct arena *arena_create(size_t ceiling_bytes);

/* Release deferred objects, last first, then all memory. Accepts NULL. */
void arena_destroy(struct arena *a);

/* One with a ceiling of its own that is destroyed with the outer one. */
struct arena *arena_create_in(struct arena *outer, size_t ceiling_bytes);

/* As after arena_create(), but keeps the first block for the next use. */
void arena_reset(struct arena *a);

/* size bytes, zeroed, aligned for any type. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull, malloc));

/* count elements of size bytes; the product may not overflow (asserted). */
void *arena_alloc_array(struct arena *a, size_t count, size_t size)
	__attribute__((returns_nonnull));

/* A copy of len bytes, ended by a NUL that is not counted. */
char *arena_copy(struct arena *a, const void *at, size_t len) __attribute__((returns_nonnull));

/* A copy of a string; NULL gives NULL. */
char *arena_strdup(struct arena *a, const char *s);

/* A formatted string. */
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3)
	__attribute__((returns_nonnull));
char *arena_vprintf(struct arena *a, const char *format, va_list args)
	__attribute__((returns_nonnull));

/* Call release(object) when the arena is reset or destroyed. */
void arena_defer(struct arena *a, arena_release_fn release, void *object);

/* OUT_OF_MEMORY once the arena has given more than its ceiling. */
MUST_CHECK const struct fault *arena_check(const struct arena *a);

/* Bytes given so far. */
size_t arena_used(const struct arena *a);

#endif

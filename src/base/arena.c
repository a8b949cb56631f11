/*
 * arena - a bump pointer in a chain of blocks
 *
 * The first block is part of the arena's own malloc, so that a small request
 * costs no further one, and arena_reset() gives it back at once. Allocations
 * that are large beside a block get one of their own, so that they do not
 * waste what is left of the present one.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>

#include "base/arena_priv.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(ARENA_POISONS)
#define ARENA_POISONS 1
#endif

/* Under AddressSanitizer, memory not given out is poisoned, with a gap after each piece. */
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(at, size)   ASAN_POISON_MEMORY_REGION((at), (size))
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
enum { GAP_BYTES = 16 };
#else
#define POISON(at, size)   ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
enum { GAP_BYTES = 0 };
#endif

enum {
	ALIGN_BYTES = 16,
	FIRST_BYTES = 12 * 1024,
	BLOCK_BYTES = 32 * 1024,
	BLOCK_BYTES_MAX = 512 * 1024,
};

struct block {
	struct block *next;
	size_t size;
	_Alignas(ALIGN_BYTES) char bytes[];
};

struct deferred {
	struct deferred *next;
	arena_release_fn release;
	void *object;
};

struct arena {
	char *at, *end; /* what is left of the block in use */
	size_t used, ceiling;
	size_t next_block;     /* size of the next block */
	struct block *blocks;  /* all but the first */
	struct deferred *last; /* the deferred objects, last first */
	_Alignas(ALIGN_BYTES) char first[FIRST_BYTES];
};

static size_t round_up(size_t size)
{
	assert(size <= PTRDIFF_MAX - ALIGN_BYTES - GAP_BYTES);
	return (size + ALIGN_BYTES - 1) & ~(size_t)(ALIGN_BYTES - 1);
}

/* Without memory there is no way on; nothing acknowledged is lost by ending here. */
static void *must_malloc(size_t size)
{
	void *at = malloc(size);

	if (!at) {
		fputs("fasti: out of memory\n", stderr);
		abort();
	}
	return at;
}

static void start(struct arena *a)
{
	a->at = a->first;
	a->end = a->first + FIRST_BYTES;
	a->used = 0;
	a->next_block = BLOCK_BYTES;
	a->blocks = NULL;
	a->last = NULL;
	POISON(a->first, FIRST_BYTES);
}

struct arena *arena_create(size_t ceiling_bytes)
{
	struct arena *a = must_malloc(sizeof(*a));

	a->ceiling = ceiling_bytes;
	start(a);
	return a;
}

static void release_all(struct arena *a)
{
	/* A release function may itself defer; so the list is read anew each time. */
	while (a->last) {
		struct deferred *d = a->last;

		a->last = d->next;
		d->release(d->object);
	}
	while (a->blocks) {
		struct block *b = a->blocks;

		a->blocks = b->next;
		UNPOISON(b->bytes, b->size);
		free(b);
	}
}

void arena_destroy(struct arena *a)
{
	if (!a)
		return;
	release_all(a);
	UNPOISON(a->first, FIRST_BYTES);
	free(a);
}

void arena_reset(struct arena *a)
{
	release_all(a);
	start(a);
}

static struct block *add_block(struct arena *a, size_t size)
{
	struct block *b = must_malloc(sizeof(*b) + size);

	b->next = a->blocks;
	b->size = size;
	a->blocks = b;
	POISON(b->bytes, size);
	return b;
}

/* The present block is full. size is rounded already. */
static void *alloc_slow(struct arena *a, size_t size, size_t asked)
{
	struct block *b;
	char *at;

	if (size > a->next_block / 4) {
		b = add_block(a, size);
		UNPOISON(b->bytes, asked);
		return b->bytes;
	}
	b = add_block(a, a->next_block);
	if (a->next_block < BLOCK_BYTES_MAX)
		a->next_block *= 2;
	at = b->bytes;
	a->at = at + size;
	a->end = at + b->size;
	UNPOISON(at, asked);
	return at;
}

void *arena_alloc_raw(struct arena *a, size_t size)
{
	size_t need = round_up(size) + GAP_BYTES;
	char *at = a->at;

	a->used += size;
	if (need > (size_t)(a->end - at))
		return alloc_slow(a, need, size);
	a->at = at + need;
	UNPOISON(at, size);
	return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_alloc_raw(a, size), 0, size);
}

bool arena_extend(struct arena *a, const void *at, size_t old_size, size_t new_size)
{
	size_t old_need = round_up(old_size) + GAP_BYTES;
	size_t new_need = round_up(new_size) + GAP_BYTES;

	assert(new_size >= old_size);
	if ((const char *)at + old_need != a->at || new_need - old_need > (size_t)(a->end - a->at))
		return false;
	a->at += new_need - old_need;
	a->used += new_size - old_size;
	UNPOISON(at, new_size);
	return true;
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;
	bool too_large = __builtin_mul_overflow(count, size, &bytes);

	assert(!too_large);
	return arena_alloc(a, bytes);
}

char *arena_copy(struct arena *a, const void *at, size_t len)
{
	char *copy = arena_alloc_raw(a, len + 1);

	if (len)
		memcpy(copy, at, len);
	copy[len] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_copy(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
	char small[256], *at;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(small, sizeof(small), format, args);
	assert(len >= 0);
	if ((size_t)len < sizeof(small)) {
		at = arena_copy(a, small, (size_t)len);
	} else {
		at = arena_alloc_raw(a, (size_t)len + 1);
		vsnprintf(at, (size_t)len + 1, format, again);
	}
	va_end(again);
	return at;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *at;

	va_start(args, format);
	at = arena_vprintf(a, format, args);
	va_end(args);
	return at;
}

void arena_defer(struct arena *a, arena_release_fn release, void *object)
{
	struct deferred *d = arena_alloc(a, sizeof(*d));

	d->next = a->last;
	d->release = release;
	d->object = object;
	a->last = d;
}

const struct fault *arena_check(const struct arena *a)
{
	return a->used > a->ceiling ? fault_static(FAULT_OUT_OF_MEMORY) : NULL;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

static void release_inner(void *inner)
{
	arena_destroy(inner);
}

struct arena *arena_create_in(struct arena *outer, size_t ceiling_bytes)
{
	struct arena *inner = arena_create(ceiling_bytes);

	arena_defer(outer, release_inner, inner);
	return inner;
}

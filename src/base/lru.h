/*
 * lru - values that many threads share, found by key, the least used dropped first
 *
 * A table in shards, each with a lock of its own that is held for a look-up and
 * no longer. Values never change once they are put (but for what they make atomic
 * themselves) and are counted: whoever found one keeps it alive until they
 * release it, also when the table has dropped it meanwhile.
 *
 * Memory: a value begins with a struct lru_item and is freed by its destroy().
 * Threads: all functions may be called from any thread.
 */
#ifndef BASE_LRU_H
#define BASE_LRU_H

#include <stdatomic.h>

#include "base/text.h"

struct arena;
struct lru;

struct lru_item {
	atomic_int refs;
	size_t weight;
	void (*destroy)(struct lru_item *item);
};

/* A table that holds items of max_weight together; NULL when there is no memory. */
struct lru *lru_create(size_t max_weight);
/* Items that others still hold live on until released. Accepts NULL. */
void lru_destroy(struct lru *l);

/* A new item belongs to its maker, once. weight counts towards the table's bound. */
void lru_item_init(struct lru_item *item, size_t weight, void (*destroy)(struct lru_item *item));

/* The item of this key, held for the caller; NULL when there is none. */
struct lru_item *lru_find(struct lru *l, struct text key);

/* Put an item, held by the table beside its maker; what had this key before goes. */
void lru_put(struct lru *l, struct text key, struct lru_item *item);

/* Let go of it once. */
void lru_release(struct lru_item *item);

/* The caller's hold passes to the arena, and ends with it. */
void lru_give(struct arena *a, struct lru_item *item);

#endif

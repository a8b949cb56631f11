/*
 * pool - threads for work that must not hold up an event thread
 *
 * A fixed number of threads takes jobs in the order they came. The queue is
 * bounded: pool_submit() says no when it is full, and the caller answers 503.
 *
 * Threads: pool_submit() may be called from any thread, also from a job.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/base.h"

struct pool;

typedef void (*pool_fn)(void *ctx);

/* NULL when threads cannot be made. */
struct pool *pool_create(const char *name, size_t threads, size_t queue_max);

/* Finish what is queued, then end the threads. Accepts NULL. */
void pool_destroy(struct pool *p);

MUST_CHECK bool pool_submit(struct pool *p, pool_fn fn, void *ctx);

#endif

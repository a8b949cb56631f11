/*
 * rounds - which calendar elsewhere is read when, and watches renewed
 *
 * Every calendar that counts is read each federation.poll minutes, give or take a jitter, sooner
 * when its provider tells of a change (notify.h), later and later while it fails. Whoever finds a
 * copy too old asks for it, and waits a little. Due ones are taken many at once, so that a hundred
 * thousand accounts cost next to nothing between two readings.
 *
 * Threads: all functions may be called from any thread.
 */
#ifndef FEDERATION_ROUNDS_H
#define FEDERATION_ROUNDS_H

#include "federation/federation.h"

struct rounds;

/* It can be asked at once, and does nothing yet. The federation outlives it. NULL: no memory. */
struct rounds *rounds_create(struct federation *fed);
/* False: no thread can be made. */
bool rounds_start(struct rounds *r, int threads);
/* What is being read ends within a second of calendar->stopping. Accepts NULL. */
void rounds_stop(struct rounds *r);

/* Something is due sooner than was known. */
void rounds_wake(struct rounds *r);

/*
 * Read all calendars of some owners that are older than age_s, now; done(ctx) comes once, when they
 * were read or until_ns has come, on a thread of the rounds, and must be short. Many who ask for
 * one owner share one reading.
 */
typedef void (*rounds_done_fn)(void *ctx);
void rounds_ask(struct rounds *r, const int64_t *owners, size_t count, int64_t age_s,
		int64_t until_ns, rounds_done_fn done, void *ctx);
/* The same for a thread that may wait. */
void rounds_wait(struct rounds *r, const int64_t *owners, size_t count, int64_t age_s,
		 int64_t until_ns);

#endif

/*
 * clock - wall time and monotonic time
 *
 * Wall time decides what a calendar means, and is passed on as a value: the
 * edge reads it once per request. A test may drive it from a file (decisions:
 * `--test-clock FILE` holds "epoch-seconds [rate]", read again at each use;
 * the rate counts from the file's time of change, without it time stands
 * still). Monotonic time is for timeouts and durations only and never driven.
 *
 * Threads: all functions may be called from any thread.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

/*
 * Seconds since the epoch, UTC. A clock that is set back, by up to CLOCK_BACK_MAX_S, stands still
 * until it has caught up: what was too late to ask for does not become possible again (booking case
 * E17). Further back it was wrong before, and is believed.
 */
enum { CLOCK_BACK_MAX_S = 2 * 3600 };
int64_t clock_now(void);

/* Drive wall time from this file from now on; path must stay valid. */
void clock_use_file(const char *path);

/* True when a test drives the clock. */
bool clock_is_driven(void);

/* Nanoseconds from an arbitrary start. */
int64_t clock_monotonic_ns(void);

#endif

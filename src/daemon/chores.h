/*
 * chores - what a server looks after by itself, now and then
 *
 * A table of chores with the time between two turns of each: moving the horizon of occurrences,
 * forgetting old removals, counting what must not be (fasti_overlaps must read 0) and what an
 * operator should know of, and asking a store that refused changes whether it takes them again.
 * They have one thread of their own, so that a long one holds up no mail; the gauges they keep are
 * as old as their last turn.
 */
#ifndef DAEMON_CHORES_H
#define DAEMON_CHORES_H

#include "base/base.h"

struct calendar;
struct chores;

/*
 * Start their thread; each has its first turn at once. NULL when it cannot be made. kept_days: for
 * which mail that waits for a person is kept.
 */
struct chores *chores_start(struct calendar *cal, int64_t kept_days);

/* Let the running chore end, or leave early where calendar->stopping lets it. Accepts NULL. */
void chores_stop(struct chores *c);

#endif

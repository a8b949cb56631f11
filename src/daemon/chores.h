/*
 * chores - what a server looks after by itself, now and then
 *
 * A table of chores with the time between two turns of each: moving the horizon
 * of occurrences, and counting holds that overlap (the metric fasti_overlaps, which
 * must read 0). They run on the threads of the jobs, between two jobs.
 *
 * Threads: chores_do() may be called from any thread; no chore runs twice at once.
 */
#ifndef DAEMON_CHORES_H
#define DAEMON_CHORES_H

#include "base/base.h"

struct calendar;
struct chores;

/* NULL when there is no memory. */
struct chores *chores_create(struct calendar *cal);

/* No chore may be running. Accepts NULL. */
void chores_destroy(struct chores *c);

/* Do what is due. A chore that fails is logged, and has its turn again after its time. */
void chores_do(struct chores *c);

#endif

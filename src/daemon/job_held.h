/*
 * job_held - what the workers of this process are at
 *
 * Leases keep two from one job, and from two of one lane. A clock that leaps, as a test's does and
 * one that is set, ends them while their work goes on, so whoever takes a job also looks here.
 *
 * Threads: whoever calls has locked the list.
 */
#ifndef DAEMON_JOB_HELD_H
#define DAEMON_JOB_HELD_H

#include <stddef.h>

#include "store/job.h"

struct job_held {
	struct text kind; /* of the worker */
	/* Taken and not yet settled, without its texts; id 0: none. */
	struct job job;
	uint64_t lane; /* that it is at, as a number; 0: none */
};

/* One of the list has taken j (NULL: none); false: another is at it, or at its lane. */
bool job_held_begin(struct job_held *list, size_t count, struct job_held *one, const struct job *j);

/* Its work is over. It is still to be settled: its lease goes on, but its lane is free. */
void job_held_end(struct job_held *one);

#endif

/*
 * job_turn - jobs of a kind, taken and settled one after the other
 *
 * One transaction notes what became of a job and takes the next: each costs one commit, and no
 * more than one is ever under way. Each job has an arena of its own.
 *
 * Threads: a turn belongs to one.
 */
#ifndef DAEMON_JOB_TURN_H
#define DAEMON_JOB_TURN_H

#include "daemon/jobs.h"
#include "store/job.h"

enum { JOB_LEASE_S = 15 };

struct store;

struct job_turn {
	struct store *store;
	struct text kind;
	struct job *job; /* under way; NULL: none */
	struct arena *arena;
};

struct job_outcome {
	enum job_result result;
	struct text why;
	int64_t wait_until; /* of JOB_WAIT */
};

/* Take the first that is due; t->job stays NULL where none is before *due_out. */
void job_turn_take(struct job_turn *t, int64_t *due_out);

/* What became of t->job; then the next one that is due is under way, if it is to go on. */
void job_turn_settle(struct job_turn *t, const struct job_outcome *o, bool goes_on);

#endif

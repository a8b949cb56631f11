/*
 * job - slow things, never lost
 *
 * A job is a row written in the transaction of its cause, taken by a worker
 * under a lease and removed when done; a worker that dies lets the lease run
 * out. An attempt is counted when the job is taken, not when it fails: one that ends the
 * process each time comes to its last attempt too. `key` makes a job unique per owner:
 * adding the same again changes nothing.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "store/db.h"

struct job {
	int64_t owner, id;
	struct text kind;    /* "mail", "purge": the rows of daemon/jobs.c */
	struct text key;     /* unique per owner and kind */
	struct text payload; /* JSON */
	int64_t due_at;	     /* not before */
	int64_t ready_at;    /* when it may be taken: due_at, or the end of its lease */
	bool given_up;	     /* it waits for the operator: ready_at says nothing */
	int32_t attempts;    /* how often it was taken, with this time */
	struct text last_error;
};

/* [tx] */
MUST_CHECK const struct fault *job_add(struct db *db, struct arena *a, const struct job *j);
/* [tx] The same, in place of one with its key that still waits: what that says is outdated. */
MUST_CHECK const struct fault *job_replace(struct db *db, struct arena *a, const struct job *j);
/*
 * [tx] The job of a kind that has been due the longest, of any owner, leased until
 * now + lease_s; NULL: none is due.
 */
MUST_CHECK const struct fault *job_take(struct db *db, struct arena *a, struct text kind,
					int64_t now, int64_t lease_s, struct job **out);
/*
 * [tx] A lease lasts until then; nothing happens to a job that was settled meanwhile, nor to one
 * that waits longer anyway.
 */
MUST_CHECK const struct fault *job_extend(struct db *db, struct arena *a, const struct job *j,
					  int64_t until);
/* [tx] */
MUST_CHECK const struct fault *job_done(struct db *db, struct arena *a, const struct job *j);
/* [tx] Give it back, due at due_at; nothing happens to a job that another has taken meanwhile. */
MUST_CHECK const struct fault *job_retry(struct db *db, struct arena *a, const struct job *j,
					 int64_t due_at, struct text error);
/* [tx] Keep it for the operator to see, never to be taken again but by hand. */
MUST_CHECK const struct fault *job_give_up(struct db *db, struct arena *a, const struct job *j,
					   struct text error);
/* [tx] By hand: due at once, and what was given up may be tried as often as a new one. */
MUST_CHECK const struct fault *job_renew(struct db *db, struct arena *a, const struct job *j,
					 int64_t now);
/* When the next job of a kind is due; INT64_MAX: none waits. */
MUST_CHECK const struct fault *job_next_due(struct db *db, struct arena *a, struct text kind,
					    int64_t *due_out);
typedef bool (*job_fn)(void *ctx, const struct job *j);
MUST_CHECK const struct fault *job_for_each(struct db *db, struct arena *a, job_fn fn, void *ctx);
MUST_CHECK const struct fault *job_count(struct db *db, struct arena *a, int64_t *out);

#endif

/*
 * job - slow things, never lost
 *
 * A job is a row written in the transaction of its cause, taken by a worker
 * under a lease and removed when done; a worker that dies lets the lease run
 * out. An attempt is counted when the job is taken, not when it fails: one that ends the
 * process each time comes to its last attempt too. `key` makes a job unique per owner:
 * adding the same again changes nothing.
 *
 * Jobs may stand in a queue, such as all mails to one person about one meeting. They are taken in
 * the order in which they were added: none while an older one waits, is being worked on or is tried
 * again later. What was given up holds up nobody. What each says decides about those that
 * still wait in front of it (job_enqueue()).
 *
 * Jobs may share a lane, such as all that is written to one host's calendar: one of them is done at
 * a time, so that what is slow there holds up one worker at most, and the others go on. Unlike
 * those of a queue, each is tried again by itself.
 *
 * What several jobs send is kept once, as a body, and goes with the last of them.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "store/db.h"

/* What a job of a queue says; the numbers are stored. */
enum job_says {
	JOB_SAYS_MORE = 0,  /* something beside the others: all go, in their order */
	JOB_SAYS_FIRST = 1, /* all there is, and nothing was said before */
	JOB_SAYS_ALL = 2,   /* all there is: what waits and said so is outdated */
	JOB_SAYS_END = 3,   /* it is over: nothing else needs to go any more */
};

struct job {
	int64_t owner, id;
	struct text kind;    /* "mail", "purge": the rows of daemon/jobs.c */
	struct text key;     /* unique per owner and kind */
	struct text payload; /* JSON */
	int64_t due_at;	     /* not before */
	int64_t ready_at;    /* when it may be taken: due_at, or the end of its lease */
	bool given_up;	     /* it waits for the operator: ready_at says nothing */
	int32_t attempts;    /* how often it was taken, with this time */
	int32_t in_doubt;    /* how often of these it may have been done, with this time */
	int64_t lease;	     /* as it was taken: each time has another */
	struct text last_error;
	struct text queue; /* per owner and kind; empty: it stands alone */
	enum job_says says;
	int64_t body;	  /* job_body_get(); 0: the payload is all */
	struct text lane; /* per kind, whoever the owner is; empty: any number at a time */
};

/* [tx] */
MUST_CHECK const struct fault *job_add(struct db *db, struct arena *a, const struct job *j);
/*
 * [tx] At the end of its queue. Waiting ones that it makes outdated are dropped, by what it says or
 * as they have its key, also such as were given up, but not one that a worker has: that may leave
 * any moment, and goes first. If a FIRST that is dropped has certainly never left, a new ALL is the
 * FIRST, and an END has nothing to end: *queued_out is false.
 */
MUST_CHECK const struct fault *job_enqueue(struct db *db, struct arena *a, const struct job *j,
					   int64_t now, bool *queued_out);

/* [tx] Something that so many jobs will send. */
MUST_CHECK const struct fault *job_body_add(struct db *db, struct arena *a, int64_t owner,
					    struct text data, int64_t uses, int64_t *id_out);
/* [tx] One job less: for one that was not queued. With the last one it is removed. */
MUST_CHECK const struct fault *job_body_release(struct db *db, struct arena *a, int64_t owner,
						int64_t id);
/* No text: it is gone, and so is its job. */
MUST_CHECK const struct fault *job_body_get(struct db *db, struct arena *a, int64_t owner,
					    int64_t id, struct text *out);

/*
 * [tx] The job of a kind that has been due the longest, of any owner, leased until
 * now + lease_s; NULL: none is due, or all that are wait for their turn. Of a lane two are taken
 * only where both were added while others were being taken.
 */
MUST_CHECK const struct fault *job_take(struct db *db, struct arena *a, struct text kind,
					int64_t now, int64_t lease_s, struct job **out);
/*
 * [tx] A lease lasts until then; nothing happens to a job that was settled or given back meanwhile.
 */
MUST_CHECK const struct fault *job_extend(struct db *db, struct arena *a, const struct job *j,
					  int64_t until);
/* [tx] */
MUST_CHECK const struct fault *job_done(struct db *db, struct arena *a, const struct job *j);
/*
 * [tx] Give it back, due at due_at; nothing happens to a job that another has taken meanwhile.
 * in_vain: this attempt has certainly done nothing.
 */
MUST_CHECK const struct fault *job_retry(struct db *db, struct arena *a, const struct job *j,
					 int64_t due_at, bool in_vain, struct text error);
/*
 * [tx] It need not be done any more, and this attempt did nothing. Where that opened its queue and
 * certainly never left, what was to end it goes as well, and the next that says all is the first.
 */
MUST_CHECK const struct fault *job_skip(struct db *db, struct arena *a, const struct job *j);
/* [tx] Give it back as it was before it was taken, due at due_at: that was no attempt. */
MUST_CHECK const struct fault *job_put_back(struct db *db, struct arena *a, const struct job *j,
					    int64_t due_at);
/*
 * [tx] Keep it for the operator to see, never to be taken again but by hand. One that a younger one
 * of its queue has overtaken is dropped instead.
 */
MUST_CHECK const struct fault *job_give_up(struct db *db, struct arena *a, const struct job *j,
					   bool in_vain, struct text error);
/* [tx] By hand: due at once, and what was given up may be tried as often as a new one. */
MUST_CHECK const struct fault *job_renew(struct db *db, struct arena *a, const struct job *j,
					 int64_t now);
/* [tx] What waits in a lane to be tried again is due now. */
MUST_CHECK const struct fault *job_hasten(struct db *db, struct arena *a, struct text kind,
					  struct text lane, int64_t now);
/* Does a younger one of its queue wait? */
MUST_CHECK const struct fault *job_is_overtaken(struct db *db, struct arena *a, const struct job *j,
						bool *out);
/* When the next job of a kind can be taken; INT64_MAX: none waits, but for lanes that are busy. */
MUST_CHECK const struct fault *job_next_due(struct db *db, struct arena *a, struct text kind,
					    int64_t now, int64_t *due_out);
typedef bool (*job_fn)(void *ctx, const struct job *j);
/*
 * Up to limit of an owner and kind whose key begins so (no text of ours has a byte above '~'
 * there), the oldest first, past `after` (0: from the first).
 */
MUST_CHECK const struct fault *job_list(struct db *db, struct arena *a, int64_t owner,
					struct text kind, struct text prefix, int64_t after,
					int limit, struct job **out, size_t *count_out);
MUST_CHECK const struct fault *job_for_each(struct db *db, struct arena *a, job_fn fn, void *ctx);
/* [tx] Those of an owner and kind whose key begins so, also such as a worker has or were given up.
 */
MUST_CHECK const struct fault *job_forget(struct db *db, struct arena *a, int64_t owner,
					  struct text kind, struct text prefix);
/* How many wait for a worker, and how many for the operator. */
MUST_CHECK const struct fault *job_count(struct db *db, struct arena *a, int64_t *waiting_out,
					 int64_t *given_up_out);

#endif

/*
 * jobs - workers that take what was queued
 *
 * The threads of a kind take due jobs under a lease, one by one, run the function that the table
 * in jobs.c names for it, and store the outcome: done, later with back-off, or
 * kept for the operator. Threads are woken by a commit that queued something, and look
 * for themselves every few seconds besides.
 */
#ifndef DAEMON_JOBS_H
#define DAEMON_JOBS_H

#include "base/fault.h"
#include "base/text.h"
#include "mail/sender.h"

struct arena;
struct calendar;
struct house;
struct job;
struct jobs;

/* What a job's function may use. */
struct job_context {
	struct house *house;
	struct mail_sender *sender;
	struct arena *arena; /* of this job */
	const struct job *job;
	int64_t now;
	int64_t wait_until; /* of JOB_WAIT */
	bool is_told;	    /* set by a function that has told of the end of its job itself */
};

enum job_result {
	JOB_DONE,
	JOB_IDLE,  /* overtaken: nothing was done, and nothing is to be done any more */
	JOB_LATER, /* nothing was done */
	JOB_NEVER,
	JOB_UNSURE, /* as LATER, but it may have been done */
	JOB_WAIT,   /* its turn comes at wait_until; not tried at all */
};

/* Do the job; but for JOB_DONE and JOB_IDLE *why_out says why not. Must bear being run twice. */
typedef enum job_result (*job_run_fn)(struct job_context *x, const struct job *j,
				      struct text *why_out);
/*
 * It is about to be given up: whoever is to know is told. May run twice. is_refused: it could never
 * be done; else it was tried too often.
 */
typedef void (*job_end_fn)(struct job_context *x, const struct job *j, bool is_refused,
			   struct text why);

/* Did nothing go wrong? */
bool job_is_settled(enum job_result result);
/* Is this the end of it, for good or bad? */
bool job_is_given_up(enum job_result result, const struct job *j);

/*
 * Start the workers, and let the house's calendar wake them: no change may be under way
 * yet. The house and the sender outlive them. NULL when no thread can be made.
 */
struct jobs *jobs_start(struct house *house, struct mail_sender *sender);
/*
 * Let running jobs end, then stop. A mail under way has a few seconds, and is tried again after the
 * next start if they do not suffice: no mail server that stays silent holds up the end, but a
 * silent name server may, for as long as the system waits for it. A push service that stays
 * silent has eight, a provider of calendars one. Accepts NULL.
 */
void jobs_stop(struct jobs *jobs);
/*
 * Once stopped, and once the store is closed: a writer tells of a commit after whoever waited for
 * it has gone on, and perhaps ended. Accepts NULL.
 */
void jobs_destroy(struct jobs *jobs);

/* The functions of the kinds, one file each. */
enum job_result job_mail(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_imip(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_door(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_push(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_webhook(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_copy(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_leave(struct job_context *x, const struct job *j, struct text *why_out);
void job_copy_end(struct job_context *x, const struct job *j, bool is_refused, struct text why);
void job_webhook_end(struct job_context *x, const struct job *j, bool is_refused, struct text why);
enum job_result job_tell(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_host(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_answer(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_how(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_lapse(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_place(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_remind(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_notice(struct job_context *x, const struct job *j, struct text *why_out);
enum job_result job_purge(struct job_context *x, const struct job *j, struct text *why_out);

#endif

/*
 * job_message - the scheduling message of a job (calendar/schedule_job.c)
 *
 * The body of the job is the message as it was made with its cause, the same for all who get it;
 * what is about one recipient is its payload. One that cannot be brought is noted in the object
 * whose message it was.
 */
#ifndef DAEMON_JOB_MESSAGE_H
#define DAEMON_JOB_MESSAGE_H

#include "daemon/jobs.h"
#include "ical/object.h"
#include "store/owner.h"

struct job_message {
	struct job_context *x;
	struct owner *owner; /* whose message it is */
	struct text method, from, to, uid, message;
	struct ical_object *object; /* the message, read */
};

/* Borrows the job. NOT_FOUND: whose message it was is gone; BAD_REQUEST: the payload is no such. */
MUST_CHECK const struct fault *job_message_load(struct job_context *x, const struct job *j,
						struct job_message *out);

/* A job_end_fn. */
void job_message_end(struct job_context *x, const struct job *j, bool is_refused, struct text why);

#endif

/*
 * job_copy - a booking is written to the calendar that a host has elsewhere (calendar/copies.h)
 *
 * A provider that is away, slow, or has had enough of us uses up no attempt: the job waits, and the
 * booking stands meanwhile. What it refuses for good is noted with the copy, where its host sees
 * it, and is done as far as the job goes.
 */
#include "calendar/change.h"
#include "calendar/copies.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "federation/copy.h"
#include "store/job.h"
#include "store/store.h"

enum { COPY_CONSENT_LOOK_S = 15 * 60 };

static enum job_result write_one(struct job_context *x, const struct copies_task *task,
				 struct text *why_out)
{
	int64_t retry_at;
	enum call_end end = copy_write(x->house->federation, x->arena, task->host, task->owner,
				       task->booking, x->now, why_out, &retry_at);

	switch (end) {
	case CALL_OK: return JOB_DONE;
	case CALL_REFUSED: return JOB_DONE;
	case CALL_LATER:
	case CALL_PAUSE: x->wait_until = retry_at; return JOB_WAIT;
	/* Once it is connected anew, all of its bookings are looked at. */
	case CALL_CONSENT: x->wait_until = x->now + COPY_CONSENT_LOOK_S; return JOB_WAIT;
	default: return JOB_UNSURE;
	}
}

static enum job_result plan_portion(struct job_context *x, const struct copies_task *task,
				    struct text *why_out)
{
	struct change *c = change_open(x->house->calendar, x->arena, CHANGE_PROVIDER, x->now);
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	if (!f)
		f = copies_plan_portion(c, db, x->arena, task, x->now);
	f = change_run_unless(c, f);
	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}

enum job_result job_copy(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct copies_task task;
	const struct fault *f = copies_task_read(x->arena, j, &task);

	if (f) {
		*why_out = text_from(f->message);
		return JOB_NEVER;
	}
	return task.booking.len > 0 ? write_one(x, &task, why_out)
				    : plan_portion(x, &task, why_out);
}

/* Its host reads in the booking what became of it. */
void job_copy_end(struct job_context *x, const struct job *j, bool is_refused, struct text why)
{
	struct copies_task task;

	(void)is_refused;
	if (!copies_task_read(x->arena, j, &task) && task.booking.len > 0)
		copy_give_up(x->house->federation, x->arena, task.host, task.owner, task.booking,
			     x->now, why);
}

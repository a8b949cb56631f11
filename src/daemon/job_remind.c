/* job_remind - a reminder, or what follows a meeting, to one side of a booking (post/remind.h) */

#include "base/log.h"
#include "daemon/house.h"
#include "daemon/job_post.h"
#include "daemon/jobs.h"
#include "post/remind.h"
#include "store/job.h"

static enum job_result tell(struct job_context *x, const struct remind *r, struct text *why_out)
{
	struct route_about about;
	struct mail_message m;
	const struct fault *f;
	enum job_result result;

	if (r->task.side == REMIND_WEBHOOKS) {
		f = remind_tell_webhooks(x->house->post, x->arena, r, x->now);
		return f ? job_post_fault(f, why_out) : JOB_DONE;
	}
	f = remind_write(x->house->post, x->arena, r, x->now, &about, &m);
	if (f)
		return job_post_fault(f, why_out);
	result = job_post(x, &about, &m, why_out);
	/* It may have left: another one would be a second reminder (decisions 19). */
	return result == JOB_UNSURE ? JOB_DONE : result;
}

enum job_result job_remind(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct remind r;
	const struct fault *f = remind_load(x->house->post, x->arena, j, x->now, &r);

	if (!f)
		f = remind_go_on(x->house->post, x->arena, &r, x->now);
	if (f)
		return job_post_fault(f, why_out);
	if (r.is_idle)
		return JOB_DONE;
	if (r.is_early) {
		*why_out = TEXT("It is not due yet.");
		return JOB_LATER;
	}
	/* The server ended while it was leaving. */
	if (j->in_doubt > 1) {
		log_event(LOG_WARN, "reminder-in-doubt", LOG_TEXT("key", j->key));
		return JOB_DONE;
	}
	return tell(x, &r, why_out);
}

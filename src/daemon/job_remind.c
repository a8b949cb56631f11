/* job_remind - a reminder, or what follows a meeting, to one side of a booking (post/remind.h) */

#include "base/log.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "post/remind.h"
#include "store/job.h"

static enum job_result fail(const struct fault *f, struct text *why_out)
{
	*why_out = text_from(f->message);
	return fault_row(f->code)->http_status >= 500 ? JOB_LATER : JOB_NEVER;
}

static enum job_result tell(struct job_context *x, const struct remind *r, struct text *why_out)
{
	struct remind_mail mail;
	const struct fault *f;
	enum job_result result;

	if (r->task.side == REMIND_WEBHOOKS) {
		f = remind_tell_webhooks(x->house->post, x->arena, r, x->now);
		return f ? fail(f, why_out) : JOB_DONE;
	}
	f = remind_write(x->house->post, x->arena, r, x->now, &mail);
	if (f)
		return fail(f, why_out);
	result = job_of_mail(
		mail_send(x->sender, x->arena, mail.envelope_from, mail.to, mail.message, why_out));
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
		return fail(f, why_out);
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

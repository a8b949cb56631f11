/*
 * job_leave - the provider of an account that was disconnected is told (calendar/leaving.h)
 *
 * Tried again with back-off while it does not listen. Nobody has the account any more who could do
 * something about it, so in the end it is dropped with a line in the log, and so are its secrets.
 */
#include "base/log.h"
#include "calendar/leaving.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "federation/connect.h"
#include "store/job.h"

static enum job_result give_up(const struct leaving *left, struct text why)
{
	const struct connection *c = &left->connection;

	log_event(LOG_WARN, "oauth-revoke", LOG_STR("provider", provider_words[c->provider]),
		  LOG_TEXT("connection", c->id), LOG_TEXT("why", why));
	return JOB_DONE;
}

enum job_result job_leave(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct leaving left;
	const struct fault *f = leaving_read(x->arena, j, &left);

	if (f) {
		*why_out = text_from(f->message);
		return JOB_NEVER;
	}
	if (connect_leave(x->house->federation, x->arena, &left, x->now, why_out) == CALL_OK)
		return JOB_DONE;
	return x->now < left.until ? JOB_LATER : give_up(&left, *why_out);
}

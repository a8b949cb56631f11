/* job_post - see job_post.h */
#include "daemon/job_post.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/metrics.h"
#include "daemon/house.h"
#include "ical/object.h"
#include "itip/message.h"
#include "mail/rates.h"
#include "post/bounce.h"
#include "store/owner.h"

static enum job_result job_of_mail(enum mail_result sent)
{
	static const struct {
		enum mail_result counts_as;
		enum job_result job;
	} rows[] = {
		[MAIL_RESULT_SENT] = {MAIL_RESULT_SENT, JOB_DONE},
		[MAIL_RESULT_LATER] = {MAIL_RESULT_LATER, JOB_LATER},
		[MAIL_RESULT_NEVER] = {MAIL_RESULT_NEVER, JOB_NEVER},
		[MAIL_RESULT_UNSURE] = {MAIL_RESULT_LATER, JOB_UNSURE},
	};

	metrics_add(METRIC_MAIL, (int)rows[sent].counts_as, 1);
	return rows[sent].job;
}

enum job_result job_post_fault(const struct fault *f, struct text *why_out)
{
	*why_out = text_from(f->message);
	return fault_row(f->code)->http_status >= 500 ? JOB_LATER : JOB_NEVER;
}

static void put_route(const struct route *r, struct mail_message *m)
{
	m->from.address = r->from;
	m->reply_to.address = r->reply_to;
	m->message_id = r->message_id;
	if (!text_equal(r->thread_id, r->message_id))
		m->in_reply_to = r->thread_id;
}

static const struct fault *put_calendar(struct arena *a, const struct route *r,
					struct mail_message *m)
{
	enum ical_component type;
	const struct fault *f;

	if (m->calendar.len == 0)
		return NULL;
	f = itip_message_for_mail(a, route_readdress(a, r, m->calendar), m->to.address,
				  &m->calendar, &type);
	if (!f)
		m->component = text_from(ical_component_name(type));
	return f;
}

/* What became of it is seen where the meeting is; the mail itself is not held up by that. */
static void tell(struct job_context *x, const struct route_about *about,
		 const struct mail_message *m, enum job_result result, struct text why)
{
	const struct post *p = x->house->post;
	const struct bounce b = {
		.owner = about->owner->id,
		.uid = about->uid,
		.attendee = about->to,
		.method = m->method,
		.status = result == JOB_NEVER ? bounce_status(why) : "5.1",
		.why = why,
		.job = x->job,
	};
	const struct fault *f = NULL;

	if (result == JOB_DONE)
		f = bounce_forget(p, x->arena, b.owner, b.uid, b.attendee, x->now);
	else if (job_is_given_up(result, x->job))
		f = bounce_note(p, x->arena, &b, x->now);
	x->is_told = job_is_given_up(result, x->job);
	if (f)
		log_event(LOG_ERROR, "mail-status", LOG_TEXT("uid", b.uid),
			  LOG_STR("why", f->message));
}

enum job_result job_post(struct job_context *x, const struct route_about *about,
			 struct mail_message *m, struct text *why_out)
{
	enum job_result result;
	struct route route;
	struct text mail;
	const struct fault *f = route_make(x->house->post, x->arena, about, x->now, &route);

	if (f)
		return job_post_fault(f, why_out);
	x->wait_until = mail_rates_ask(x->house->mail_rates, m->to.address, x->now);
	if (x->wait_until > 0)
		return JOB_WAIT;
	put_route(&route, m);
	f = put_calendar(x->arena, &route, m);
	if (!f)
		f = mail_compose(x->arena, m, &mail);
	if (f)
		return job_post_fault(f, why_out);
	result = job_of_mail(
		mail_send(x->sender, x->arena, route.envelope_from, m->to.address, mail, why_out));
	tell(x, about, m, result, *why_out);
	return result;
}

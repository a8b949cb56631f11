/*
 * schedule_cause - what a message causes. See schedule_round_priv.h.
 *
 * A message of such a message is delivered in the same round, and causes none itself.
 */
#include "calendar/schedule_round_priv.h"

static const struct fault *send_answers(struct schedule_round *r, const struct schedule_delivery *d,
					const struct itip_outcome *out)
{
	struct schedule_delivery *answer;
	struct text *to = arena_alloc_array(r->arena, out->answer_count + 1, sizeof(*to));
	const struct fault *f;

	for (size_t i = 0; i < out->answer_count; i++)
		to[i] = text_dup(r->arena, out->answers[i].recipient);
	f = schedule_round_look_up(r, to, out->answer_count);
	for (size_t i = 0; i < out->answer_count && !f; i++) {
		struct itip_message m = out->answers[i];

		m.recipient = to[i];
		f = schedule_deliver(r, &m, d->to, d->owner, &answer);
	}
	return f;
}

void schedule_round_enter(struct schedule_round *r)
{
	struct arena *of_cause = r->scratch;

	r->is_answering = true;
	r->scratch = r->spare;
	r->spare = of_cause;
}

void schedule_round_leave(struct schedule_round *r)
{
	struct arena *of_cause = r->spare;

	r->spare = r->scratch;
	r->scratch = of_cause;
	r->is_answering = false;
	arena_reset(r->spare);
}

const struct fault *schedule_follow_up(struct schedule_round *r, const struct schedule_delivery *d,
				       const struct schedule_copy *copy,
				       const struct itip_outcome *out)
{
	const struct fault *f = NULL;

	if (r->is_answering)
		return NULL;
	if (out->answer_count > 0) {
		schedule_round_enter(r);
		f = send_answers(r, d, out);
		schedule_round_leave(r);
	}
	if (!f && out->tell_others && copy->is)
		f = schedule_tell(r, d->to, d->owner, copy->is, NULL);
	return f;
}

/* Whose save it is has no copy here, and reads the answer in what is saved (schedule.c). */
static const struct fault *answer_saver(struct schedule_round *r, const struct schedule_delivery *d,
					const struct schedule_answer *a)
{
	struct schedule_delivery *answer = schedule_add_delivery(r);

	*answer = (struct schedule_delivery){
		.method = ITIP_REPLY,
		.from = d->to,
		.to = d->from,
		.owner = d->sender,
		.sender = d->owner,
	};
	(void)schedule_decide(answer, "2.0", a->why);
	return schedule_share_read(r->share, a->reply, ICAL_FROM_MESSAGE, &answer->message);
}

const struct fault *schedule_answer_for(struct schedule_round *r, struct schedule_delivery *d,
					struct schedule_copy *copy, const struct itip_outcome *out,
					bool *answered_out)
{
	struct schedule_question q = {.object = out->object, .organizer = d->sender};
	struct schedule_answer a;
	struct itip_message reply = {.method = ITIP_REPLY, .recipient = d->from};
	struct itip_outcome back = {.answers = &reply, .answer_count = 1};
	const struct fault *f = schedule_answer(r->c, r->db, r->scratch, r->share, copy, &q, &a);

	*answered_out = f || a.is_answered;
	if (f)
		return schedule_refuse(r, d, f);
	if (a.why)
		d->why = a.why;
	if (!a.is_answered)
		return NULL;
	if (d->sender && d->sender == r->plan->owner)
		return answer_saver(r, d, &a);
	reply.text = a.reply;
	return schedule_follow_up(r, d, copy, &back);
}

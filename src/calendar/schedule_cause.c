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

/* The addresses of all who are invited to an object, but for one. */
static struct text *others_in(struct arena *a, const struct ical_object *o, struct text but,
			      size_t *count_out)
{
	struct itip_invitee *all;
	struct text *out;
	size_t count;

	itip_invitees(a, o, &all, &count);
	out = arena_alloc_array(a, count + 1, sizeof(*out));
	*count_out = 0;
	for (size_t i = 0; i < count; i++)
		if (all[i].agent == AGENT_SERVER && !text_equal(all[i].address, but))
			out[(*count_out)++] = all[i].address;
	return out;
}

/* One of the others has the object, and sees the answer in it; there is no message to read. */
static const struct fault *tell_other(struct schedule_round *r, const struct schedule_delivery *d,
				      const struct ical_object *o, struct schedule_known *k)
{
	struct schedule_delivery *told;
	struct schedule_copy *copy;
	struct text text;
	const struct fault *f = schedule_copy_of(r, k, o->type, &copy);

	if (f || copy->is_judged || (!copy->was && !copy->changed))
		return f;
	/* Who is in no component as it is told to them is told nothing. */
	if (itip_message_write(r->scratch, o->raw, TEXT("REQUEST"), k->match.address, r->c->now,
			       &text))
		return NULL;
	told = schedule_add_delivery(r);
	*told = (struct schedule_delivery){
		.method = ITIP_REQUEST,
		.from = d->to,
		.to = k->match.address,
		.owner = k->match.id,
		.sender = d->owner,
		.is_quiet = true,
	};
	f = schedule_share_read(r->share, text, ICAL_FROM_MESSAGE, &told->message);
	return f ? schedule_refuse(r, told, f) : schedule_process(r, told, copy, false);
}

/* RFC 6638 §4.2: the answer is seen in the others' copies. Only of those who are here. */
static const struct fault *tell_others(struct schedule_round *r, const struct schedule_delivery *d,
				       const struct ical_object *o)
{
	size_t count;
	struct text *others = others_in(r->arena, o, d->from, &count);
	const struct fault *f;

	if (count > SCHEDULE_TELL_MAX)
		return NULL;
	f = schedule_round_look_up(r, others, count);
	for (size_t i = 0; i < count && !f; i++) {
		struct schedule_known *k = schedule_round_find(r, others[i]);

		if (k && k->match.id != r->plan->owner && k->match.id != d->owner &&
		    k->match.kind != OWNER_GROUP)
			f = tell_other(r, d, o, k);
	}
	return f;
}

const struct fault *schedule_follow_up(struct schedule_round *r, const struct schedule_delivery *d,
				       const struct schedule_copy *copy,
				       const struct itip_outcome *out)
{
	const struct fault *f = NULL;

	if (r->is_answering)
		return NULL;
	r->is_answering = true;
	if (out->answer_count > 0)
		f = send_answers(r, d, out);
	if (!f && out->tell_others && copy->is)
		f = tell_others(r, d, copy->is);
	r->is_answering = false;
	return f;
}

const struct fault *schedule_tell_all(struct schedule_round *r, struct text from, int64_t sender,
				      const struct ical_object *o)
{
	const struct schedule_delivery by = {.to = from, .owner = sender};
	const struct fault *f;

	r->is_answering = true;
	f = tell_others(r, &by, o);
	r->is_answering = false;
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

/*
 * schedule_cause - what a message causes. See schedule_round_priv.h.
 *
 * What a message causes is delivered in the same round. It causes nothing itself, but for a room
 * that is invited in an attendee's place: its answer comes back to the organizer, and, where it
 * declines, the invitation to who delegated (RFC 5546 §4.2.7). That has an end, as it is given back
 * to each of them once.
 */
#include "calendar/schedule_round_priv.h"
#include "ical/address.h"

/* How the REQUESTs that a REPLY asked for were received (RFC 6638 §3.2.9). */
static const struct fault *note_invited(struct schedule_round *r, struct schedule_copy *copy,
					const struct itip_delivery *statuses, size_t count)
{
	struct text noted;

	if (count == 0 || !copy->changed || !copy->is)
		return NULL;
	noted = itip_note_deliveries(r->scratch, copy->is->raw, statuses, count);
	return schedule_share_read(r->share, noted, ICAL_FROM_STORE, &copy->is);
}

static const struct fault *send_answers(struct schedule_round *r, const struct schedule_delivery *d,
					struct schedule_copy *copy, const struct itip_outcome *out)
{
	struct schedule_delivery *answer;
	struct itip_delivery *statuses;
	struct text *to = arena_alloc_array(r->arena, out->answer_count + 1, sizeof(*to));
	size_t count = 0;
	const struct fault *f;

	statuses = arena_alloc_array(r->arena, out->answer_count + 1, sizeof(*statuses));
	for (size_t i = 0; i < out->answer_count; i++)
		to[i] = text_dup(r->arena, out->answers[i].recipient);
	f = schedule_round_look_up(r, to, out->answer_count);
	for (size_t i = 0; i < out->answer_count && !f; i++) {
		struct itip_message m = out->answers[i];

		m.recipient = to[i];
		f = schedule_deliver(r, &m, d->to, d->owner, &answer);
		if (!f && answer && m.method == ITIP_REQUEST)
			statuses[count++] = (struct itip_delivery){to[i], answer->status};
	}
	return f ? f : note_invited(r, copy, statuses, count);
}

/* The text of a message lives no longer than what caused it. */
static void keep_for_later(struct schedule_round *r, const struct schedule_delivery *d,
			   const struct itip_message *m)
{
	struct schedule_later *l = arena_alloc(r->arena, sizeof(*l));

	*l = (struct schedule_later){.message = *m, .from = d->to, .sender = d->owner};
	l->message.recipient = text_dup(r->arena, m->recipient);
	l->message.text = text_dup(r->arena, m->text);
	if (r->last_later)
		r->last_later->next = l;
	else
		r->later = l;
	r->last_later = l;
}

static const struct fault *send_later(struct schedule_round *r)
{
	const struct fault *f = NULL;

	while (r->later && !f) {
		const struct schedule_later *l = r->later;
		struct schedule_delivery *d;

		r->later = l->next;
		if (!r->later)
			r->last_later = NULL;
		f = schedule_round_look_up(r, &l->message.recipient, 1);
		if (!f)
			f = schedule_deliver(r, &l->message, l->from, l->sender, &d);
	}
	return f;
}

const struct fault *schedule_follow_up(struct schedule_round *r, const struct schedule_delivery *d,
				       struct schedule_copy *copy, const struct itip_outcome *out)
{
	const struct fault *f = NULL;

	if (r->is_answering) {
		for (size_t i = 0; d->method == ITIP_REPLY && i < out->answer_count; i++)
			keep_for_later(r, d, &out->answers[i]);
		return NULL;
	}
	if (out->answer_count > 0) {
		schedule_round_enter(r);
		f = send_answers(r, d, copy, out);
		if (!f)
			f = send_later(r);
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

static const struct fault *find_owner(struct schedule_round *r, struct text address, int64_t *out)
{
	const struct schedule_known *k = schedule_round_find(r, address);
	const struct fault *f = NULL;

	if (!k) {
		f = schedule_round_look_up(r, &address, 1);
		k = f ? NULL : schedule_round_find(r, address);
	}
	*out = k ? k->match.id : 0;
	return f;
}

/* The organizer, who speaks, and whoever it was handed on by, in any of its instances. */
static const struct fault *find_inviters(struct schedule_round *r,
					 const struct schedule_delivery *d,
					 const struct schedule_copy *copy,
					 struct schedule_inviters *out)
{
	const struct ical_object *o = d->message;
	int64_t *at = arena_alloc_array(r->arena, o->item_count + 1, sizeof(*at));
	const struct fault *f = NULL;
	size_t count = 0;

	at[count++] = d->sender;
	/* With one of elsewhere it is settled that not all are members. */
	for (size_t i = 0; i < o->item_count && !f && at[count - 1] != 0; i++) {
		const struct ical_attendee *me =
			itip_attendee_in(r->scratch, &o->items[i], &copy->user);

		if (!me || me->delegated_from.len == 0)
			continue;
		f = find_owner(r, ical_address(r->arena, me->delegated_from), &at[count]);
		count += at[count] != at[count - 1];
	}
	*out = (struct schedule_inviters){at, count};
	return f;
}

const struct fault *schedule_answer_for(struct schedule_round *r, struct schedule_delivery *d,
					struct schedule_copy *copy, const struct itip_outcome *out,
					bool *answered_out)
{
	struct schedule_question q = {.object = out->object};
	struct schedule_answer a = {0};
	struct itip_message reply = {.method = ITIP_REPLY, .recipient = d->from};
	struct itip_outcome back = {.answers = &reply, .answer_count = 1};
	const struct fault *f = find_inviters(r, d, copy, &q.inviters);

	if (!f)
		f = schedule_copy_load(r, copy, &q.stored);
	if (!f)
		f = schedule_answer(r->c, r->db, r->scratch, r->share, copy, &q, &a);
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
	if (r->is_answering) {
		keep_for_later(r, d, &reply);
		return NULL;
	}
	return schedule_follow_up(r, d, copy, &back);
}

/* step_message - a COUNTER or DECLINECOUNTER that a client has made. See proposal.h. */
#include "calendar/message_priv.h"
#include "ical/address.h"
#include "itip/message.h"

static const struct fault *bad_message(struct change *c, const char *why)
{
	return fault_make(c->arena, FAULT_BAD_MESSAGE, NULL, "%s", why);
}

static const struct fault *read_message(struct change *c, struct change_message *x,
					struct ical_object **out, enum itip_method *method_out)
{
	const struct fault *f = people_name(c, &x->message);

	if (!f)
		f = ical_object_parse(c->arena, x->message, ICAL_FROM_MESSAGE, out);
	if (f)
		return f;
	*method_out = itip_method_find((*out)->method);
	if (*method_out != ITIP_COUNTER && *method_out != ITIP_DECLINECOUNTER)
		return bad_message(c, "No such message is posted here.");
	f = itip_check_sent(c->arena, *out);
	return f ? bad_message(c, f->message) : NULL;
}

static const struct fault *check_organizer(const struct subject *s, const struct ical_object *m)
{
	struct text known = message_organizer_of(s);
	const struct ical_attendee *said = itip_organizer_of(m);

	if (said && ical_address_is_among(s->c->arena, said->address, &known, 1))
		return NULL;
	return fault_make(s->c->arena, FAULT_BAD_ORGANIZER, NULL,
			  "ORGANIZER is not the one of the meeting.");
}

/* Of the stored meeting, or who has proposed something for it, as by mail. */
static bool is_known(const struct subject *s, const struct proposal *all, size_t count,
		     struct text address)
{
	const struct itip_user who = {.addresses = &address, .count = 1};

	for (size_t i = 0; i < s->object->item_count; i++)
		if (itip_attendee_in(s->c->arena, &s->object->items[i], &who))
			return true;
	for (size_t i = 0; i < count; i++)
		if (text_equal(all[i].attendee, address))
			return true;
	return false;
}

/* §3.2.8: who proposed, and is told of it. */
static const struct fault *recipients_of(const struct subject *s, const struct ical_object *m,
					 const struct proposal *proposals, size_t proposal_count,
					 struct itip_user *out)
{
	struct itip_invitee *all;
	struct text *to;

	itip_invitees(s->c->arena, m, &all, &out->count);
	if (out->count == 0 || out->count > PROPOSAL_RECIPIENTS_MAX)
		return bad_message(s->c, "Whoever proposed is named as ATTENDEE, and nobody else.");
	to = arena_alloc_array(s->c->arena, out->count, sizeof(*to));
	for (size_t i = 0; i < out->count; i++) {
		to[i] = all[i].address;
		if (!is_known(s, proposals, proposal_count, to[i]))
			return bad_message(s->c,
					   "An ATTENDEE is not invited, and proposed nothing.");
	}
	out->addresses = to;
	return NULL;
}

static bool is_declined(const struct subject *s, const struct ical_object *m,
			const struct proposal *p, const struct itip_user *to)
{
	bool is_named = false, is_meant = false;

	for (size_t i = 0; i < to->count; i++)
		is_named = is_named || text_equal(to->addresses[i], p->attendee);
	/* Without RECURRENCE-ID it is about whatever was proposed. */
	for (size_t i = 0; i < m->item_count; i++)
		is_meant = is_meant || !m->items[i].recurrence_id.present ||
			   itip_instance_id(s->object, &m->items[i].recurrence_id) == p->instance;
	return is_named && is_meant;
}

static void note_settled(const struct subject *s, struct message_step *step,
			 const struct ical_object *m, const struct proposal *all, size_t count,
			 const struct itip_user *to)
{
	step->settled = arena_alloc_array(s->c->arena, count + 1, sizeof(*step->settled));
	step->settled_count = 0;
	for (size_t i = 0; i < count; i++)
		if (is_declined(s, m, &all[i], to))
			step->settled[step->settled_count++] = all[i].id;
}

/* What is told of it, and nothing that a client put in besides. */
static const struct fault *send(struct subject *s, struct itip_message *m,
				const struct ical_object *o, struct text from,
				const struct itip_user *to)
{
	const struct fault *f = itip_message_write_of(
		s->c->arena, o, text_from(itip_method_name(m->method)), to, s->c->now, &m->text);

	if (f)
		return bad_message(s->c, f->message);
	return message_deliver(s, m, from, to->addresses, to->count);
}

static const struct fault *send_counter(struct subject *s, struct itip_message *m,
					const struct ical_object *o)
{
	struct text from = message_own_address(s, o), organizer;

	if (s->role != ITIP_ATTENDEE || from.len == 0)
		return bad_message(s->c, "It is about no meeting that you are invited to.");
	organizer = message_organizer_of(s);
	return send(s, m, o, from, &(struct itip_user){.addresses = &organizer, .count = 1});
}

static const struct fault *send_decline(struct subject *s, struct message_step *step,
					struct itip_message *m, const struct ical_object *o)
{
	struct itip_user to = {.count = 0};
	struct proposal *all;
	size_t count;
	const struct fault *f;

	if (s->role != ITIP_ORGANIZER)
		return fault_make(s->c->arena, FAULT_BAD_ORGANIZER, NULL,
				  "Only the organizer declines what is proposed.");
	f = proposal_list(s->db, s->c->arena, s->owner, s->plan->uid, s->c->now, &all, &count);
	if (!f)
		f = recipients_of(s, o, all, count, &to);
	if (f)
		return f;
	note_settled(s, step, o, all, count, &to);
	return send(s, m, o, message_organizer_of(s), &to);
}

static const struct fault *plan_message(struct change *c, struct message_step *step)
{
	struct change_message *x = step->asked;
	struct itip_message m = {.recipient = TEXT_NONE};
	struct ical_object *o;
	struct subject s;
	const struct fault *f = read_message(c, x, &o, &m.method);

	if (!f)
		f = message_begin(&s, c, step, x->owner, o->uid, NULL);
	if (!f && s.role != ITIP_ATTENDEE && s.role != ITIP_ORGANIZER)
		f = bad_message(c, "It is about no meeting that you are invited to.");
	if (!f)
		f = check_organizer(&s, o);
	if (!f)
		f = m.method == ITIP_COUNTER ? send_counter(&s, &m, o)
					     : send_decline(&s, step, &m, o);
	if (f)
		return f;
	x->answers = arena_alloc_array(c->arena, s.plan->delivery_count, sizeof(*x->answers));
	x->answer_count = 0;
	for (size_t i = 0; i < s.plan->delivery_count; i++)
		if (s.plan->deliveries[i]->sender == x->owner)
			x->answers[x->answer_count++] = message_answer_of(s.plan, i);
	return NULL;
}

const struct fault *change_message(struct change *c, struct change_message *x)
{
	return message_add_step(c, x->owner, plan_message, x);
}

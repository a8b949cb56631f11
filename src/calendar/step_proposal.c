/* step_proposal - proposing, accepting, declining. See proposal.h. */
#include "calendar/proposal.h"
#include "calendar/schedule_priv.h"
#include "ical/address.h"

struct message_step;
typedef const struct fault *(*message_fn)(struct change *c, struct message_step *s);

/* A message that no save causes, and what it decides on. */
struct message_step {
	message_fn plan_fn; /* fills in what is below */
	void *asked;	    /* struct change_propose, or its like */
	struct schedule_plan *plan;
	struct text required; /* id of a proposal that has to stand; empty: none */
	struct text *settled; /* ids of those that are decided on by it */
	size_t settled_count;
};

/* What it is about: an owner's object, and who the owner is in it. */
struct subject {
	struct change *c;
	struct db *db;
	int64_t owner;
	struct itip_user user;
	const struct ical_object *object; /* NULL: they have none with that UID */
	enum itip_role role;
	struct schedule_plan *plan;
};

/* ---- read ---------------------------------------------------------------------------------- */

static const struct fault *read_object(struct subject *s, struct text uid,
				       struct stored_object **whole_out)
{
	struct arena *a = s->c->arena;
	struct stored_object *bare = NULL, *whole = NULL;
	struct ical_object *o = NULL;
	const struct fault *f = object_find_uid_anywhere(s->db, a, s->owner, uid, 0, &bare);

	if (!f && bare)
		f = object_get(s->db, a, s->owner, bare->id, &whole);
	if (!f && whole)
		f = ical_object_parse(a, whole->data, ICAL_FROM_STORE, &o);
	s->object = o;
	if (whole_out)
		*whole_out = whole;
	return f;
}

/* Who the owner is, with the version from before: for a change of addresses the plan is anew. */
static const struct fault *read_user(struct subject *s)
{
	struct owner *owner;
	struct text *addresses;
	const struct fault *f = owner_get(s->db, s->c->arena, s->owner, &owner);

	if (!f && !owner)
		f = fault_make(s->c->arena, FAULT_NOT_FOUND, NULL, "There is no such user.");
	if (!f)
		f = owner_addresses(s->db, s->c->arena, s->owner, &addresses, &s->user.count);
	if (f)
		return f;
	s->user.addresses = addresses;
	s->plan->version = owner->version;
	s->plan->user = s->user;
	return NULL;
}

static const struct fault *begin(struct subject *s, struct change *c, struct message_step *step,
				 int64_t owner, struct text uid, struct stored_object **whole_out)
{
	struct schedule_plan *plan = arena_alloc(c->arena, sizeof(*plan));
	const struct fault *f;

	*plan = (struct schedule_plan){.owner = owner, .uid = uid, .saves_nothing = true};
	*s = (struct subject){.c = c, .owner = owner, .plan = plan};
	if (step)
		step->plan = plan;
	f = store_reader(c->cal->store, c->arena, &s->db);
	if (!f)
		f = read_user(s);
	if (!f)
		f = read_object(s, uid, whole_out);
	if (!f && s->object)
		s->role = itip_role_of(c->arena, s->object, &s->user);
	return f;
}

static struct text organizer_of(const struct subject *s)
{
	return ical_address(s->c->arena, itip_organizer_of(s->object)->address);
}

/* ---- sent ---------------------------------------------------------------------------------- */

/* One message to some, in the owner's name. */
static const struct fault *deliver(struct subject *s, const struct itip_message *m,
				   struct text from, const struct text *to, size_t count)
{
	struct schedule_voice voice = {.c = s->c, .db = s->db, .plan = s->plan, .from = from};
	struct schedule_round *r = schedule_round_begin(s->c, s->db, s->plan);
	const struct fault *f = schedule_round_look_up(r, to, count);

	for (size_t i = 0; i < count && !f; i++) {
		struct itip_message one = *m;
		struct schedule_delivery *d = NULL;

		one.recipient = to[i];
		f = schedule_speak(&voice, &one);
		if (!f)
			f = schedule_deliver(r, &one, from, s->owner, &d);
		if (!f && d)
			schedule_tell_who(&voice, d);
	}
	return f ? f : schedule_round_end(r);
}

static struct proposal_answer answer_of(const struct schedule_plan *plan, size_t i)
{
	const struct schedule_delivery *d = plan->deliveries[i];

	return (struct proposal_answer){d->to, d->status, d->why};
}

/* It stands, or was decided on since it was looked at. */
static const struct fault *check_stands(struct change *c, struct db *db, int64_t owner,
					struct text id)
{
	struct proposal *p;
	const struct fault *f = proposal_get(db, c->arena, owner, id, c->now, &p);

	if (f || p)
		return f;
	return fault_make(c->arena, FAULT_CONFLICT, NULL, "It was decided on meanwhile.");
}

static const struct fault *message_replan(struct change *c, struct step *step)
{
	struct message_step *s = step->data;
	const struct fault *f = s->plan_fn(c, s);

	step->also = s->plan->owners;
	step->also_count = s->plan->copy_count;
	return f;
}

static const struct fault *message_require(struct change *c, struct step *step, struct db *db)
{
	const struct message_step *s = step->data;

	return s->required.len > 0 ? check_stands(c, db, step->owner, s->required) : NULL;
}

static const struct fault *message_apply(struct change *c, struct step *step, struct db *db)
{
	const struct message_step *s = step->data;
	const struct fault *f = schedule_verify(c, db, s->plan, NULL);

	if (!f)
		f = schedule_write(c, db, s->plan);
	for (size_t i = 0; i < s->settled_count && !f; i++)
		f = proposal_remove(db, c->arena, step->owner, s->settled[i]);
	return f;
}

static void message_committed(const struct change *c, const struct step *step)
{
	const struct message_step *s = step->data;

	(void)c;
	schedule_log(s->plan);
}

static const struct step_kind message_kind = {
	.name = "message",
	.replan = message_replan,
	.require = message_require,
	.apply = message_apply,
	.committed = message_committed,
};

static const struct fault *add_step(struct change *c, int64_t owner, message_fn plan_fn,
				    void *asked)
{
	struct message_step *s = arena_alloc(c->arena, sizeof(*s));
	const struct fault *f;

	*s = (struct message_step){.plan_fn = plan_fn, .asked = asked};
	f = plan_fn(c, s);
	if (f)
		return f;
	change_add_step(c, &message_kind, owner, s);
	change_also_lock(c, s->plan->owners, s->plan->copy_count);
	return NULL;
}

/* ---- an attendee proposes ------------------------------------------------------------------ */

/* As which they are invited. */
static struct text own_address(const struct subject *s, const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *me =
			itip_attendee_in(s->c->arena, &o->items[i], &s->user);

		if (me)
			return ical_address(s->c->arena, me->address);
	}
	return TEXT_NONE;
}

static const struct fault *plan_propose(struct change *c, struct message_step *step)
{
	struct change_propose *p = step->asked;
	struct itip_counter counter = {
		.instance = p->has_instance ? p->instance : ITIP_MASTER,
		.form = p->form,
		.start = p->start,
		.end = p->end,
		.has_end = p->has_end,
		.comment = p->comment,
		.now = c->now,
	};
	struct itip_message m = {.method = ITIP_COUNTER};
	struct text to;
	struct subject s;
	const struct fault *f = begin(&s, c, step, p->owner, p->uid, NULL);

	if (!f && s.role != ITIP_ATTENDEE)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL,
			       "There is no meeting with this UID that you are invited to.");
	if (!f)
		f = itip_counter_write(c->arena, s.object, &counter, &m.text);
	if (f)
		return f;
	to = organizer_of(&s);
	f = deliver(&s, &m, own_address(&s, s.object), &to, 1);
	if (!f)
		p->answer = answer_of(s.plan, 0);
	return f;
}

const struct fault *change_propose(struct change *c, struct change_propose *p)
{
	return add_step(c, p->owner, plan_propose, p);
}

/* ---- the organizer decides ----------------------------------------------------------------- */

/* A proposal, and the object of who it was made to. */
struct decision {
	struct subject s;
	struct proposal *proposal;
	struct ical_object *message;
	struct stored_object *whole;
};

static const struct fault *read_decision(struct change *c, struct message_step *step, int64_t owner,
					 struct text id, struct decision *out)
{
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	if (!f)
		f = proposal_get(db, c->arena, owner, id, c->now, &out->proposal);
	if (!f && !out->proposal)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL,
			       "There is no such proposal, or it was decided on.");
	if (!f)
		f = ical_object_parse(c->arena, out->proposal->message, ICAL_FROM_STORE,
				      &out->message);
	if (!f)
		f = begin(&out->s, c, step, owner, out->proposal->uid, &out->whole);
	if (!f && out->s.role != ITIP_ORGANIZER)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "The meeting is no more.");
	return f;
}

static const struct fault *accept_require(struct change *c, struct step *step, struct db *db)
{
	const struct change_accept *x = step->data;

	return check_stands(c, db, x->owner, x->id);
}

/* It may have been about the place alone: then moving has not answered it. */
static const struct fault *accept_apply(struct change *c, struct step *step, struct db *db)
{
	const struct change_accept *x = step->data;

	return proposal_remove(db, c->arena, x->owner, x->id);
}

static const struct step_kind accept_kind = {
	.name = "accept", .require = accept_require, .apply = accept_apply};

const struct fault *change_accept(struct change *c, struct change_accept *x)
{
	struct decision d;
	struct text raw;
	const struct fault *f = read_decision(c, NULL, x->owner, x->id, &d);

	if (!f)
		f = itip_counter_take(c->arena, d.s.object, d.message, d.proposal->instance, &raw);
	if (f)
		return f;
	x->put = (struct change_put){
		.owner = x->owner,
		.collection = d.whole->collection,
		.name = d.whole->name,
		.raw = raw,
		.source = ICAL_FROM_STORE,
		.condition = {.if_match = &d.whole->etag,
			      .if_match_count = 1,
			      .has_if_match = true},
	};
	f = change_put(c, &x->put);
	if (!f)
		change_add_step(c, &accept_kind, x->owner, x);
	return f;
}

static const struct fault *plan_decline(struct change *c, struct message_step *step)
{
	struct change_decline *x = step->asked;
	struct itip_message m = {.method = ITIP_DECLINECOUNTER};
	struct decision d;
	const struct fault *f = read_decision(c, step, x->owner, x->id, &d);

	if (f)
		return f;
	m.text = itip_counter_decline(c->arena, d.s.object, d.message, d.proposal->attendee,
				      x->comment, c->now);
	step->required = x->id;
	step->settled = &x->id;
	step->settled_count = 1;
	f = deliver(&d.s, &m, organizer_of(&d.s), &d.proposal->attendee, 1);
	if (!f)
		x->answer = answer_of(d.s.plan, 0);
	return f;
}

const struct fault *change_decline(struct change *c, struct change_decline *x)
{
	return add_step(c, x->owner, plan_decline, x);
}

/* ---- a client has made the message --------------------------------------------------------- */

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
	struct text known = organizer_of(s);
	const struct ical_attendee *said = itip_organizer_of(m);

	if (said && ical_address_is_among(s->c->arena, said->address, &known, 1))
		return NULL;
	return fault_make(s->c->arena, FAULT_BAD_ORGANIZER, NULL,
			  "ORGANIZER is not the one of the meeting.");
}

/* §3.2.8: who proposed, and is told of it. */
static const struct fault *recipients_of(const struct subject *s, const struct ical_object *m,
					 struct text **out, size_t *count_out)
{
	struct itip_invitee *all;

	itip_invitees(s->c->arena, m, &all, count_out);
	if (*count_out == 0 || *count_out > PROPOSAL_RECIPIENTS_MAX)
		return bad_message(s->c, "Whoever proposed is named as ATTENDEE, and nobody else.");
	*out = arena_alloc_array(s->c->arena, *count_out, sizeof(**out));
	for (size_t i = 0; i < *count_out; i++)
		(*out)[i] = all[i].address;
	return NULL;
}

static bool is_declined(const struct subject *s, const struct ical_object *m,
			const struct proposal *p, const struct text *to, size_t count)
{
	bool is_named = false, is_meant = false;

	for (size_t i = 0; i < count; i++)
		is_named = is_named || text_equal(to[i], p->attendee);
	/* Without RECURRENCE-ID it is about whatever was proposed. */
	for (size_t i = 0; i < m->item_count; i++)
		is_meant = is_meant || !m->items[i].recurrence_id.present ||
			   itip_instance_id(s->object, &m->items[i].recurrence_id) == p->instance;
	return is_named && is_meant;
}

static const struct fault *find_declined(const struct subject *s, struct message_step *step,
					 const struct ical_object *m, const struct text *to,
					 size_t count)
{
	struct proposal *all;
	size_t n;
	const struct fault *f =
		proposal_list(s->db, s->c->arena, s->owner, s->plan->uid, s->c->now, &all, &n);

	step->settled = arena_alloc_array(s->c->arena, n + 1, sizeof(*step->settled));
	step->settled_count = 0;
	for (size_t i = 0; i < n && !f; i++)
		if (is_declined(s, m, &all[i], to, count))
			step->settled[step->settled_count++] = all[i].id;
	return f;
}

static const struct fault *send_counter(struct subject *s, const struct itip_message *m,
					const struct ical_object *o)
{
	struct text from = own_address(s, o), to;

	if (s->role != ITIP_ATTENDEE || from.len == 0)
		return bad_message(s->c, "It is about no meeting that you are invited to.");
	to = organizer_of(s);
	return deliver(s, m, from, &to, 1);
}

static const struct fault *send_decline(struct subject *s, struct message_step *step,
					const struct itip_message *m, const struct ical_object *o)
{
	struct text *to = NULL;
	size_t count;
	const struct fault *f;

	if (s->role != ITIP_ORGANIZER)
		return fault_make(s->c->arena, FAULT_BAD_ORGANIZER, NULL,
				  "Only the organizer declines what is proposed.");
	f = recipients_of(s, o, &to, &count);
	if (!f)
		f = find_declined(s, step, o, to, count);
	return f ? f : deliver(s, m, organizer_of(s), to, count);
}

static const struct fault *plan_message(struct change *c, struct message_step *step)
{
	struct change_message *x = step->asked;
	struct itip_message m = {.recipient = TEXT_NONE};
	struct ical_object *o;
	struct subject s;
	const struct fault *f = read_message(c, x, &o, &m.method);

	if (!f)
		f = begin(&s, c, step, x->owner, o->uid, NULL);
	m.text = x->message;
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
			x->answers[x->answer_count++] = answer_of(s.plan, i);
	return NULL;
}

const struct fault *change_message(struct change *c, struct change_message *x)
{
	return add_step(c, x->owner, plan_message, x);
}

/* step_proposal - proposing, accepting, declining. See proposal.h. */
#include "calendar/message_priv.h"
#include "ical/address.h"

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
	s->stored = bare;
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

const struct fault *message_begin(struct subject *s, struct change *c, struct message_step *step,
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
	if (step)
		step->subject = s->stored;
	return f;
}

struct text message_organizer_of(const struct subject *s)
{
	return ical_address(s->c->arena, itip_organizer_of(s->object)->address);
}

/* ---- sent ---------------------------------------------------------------------------------- */

/* One message to some, in the owner's name. */
const struct fault *message_deliver(struct subject *s, const struct itip_message *m,
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

struct proposal_answer message_answer_of(const struct schedule_plan *plan, size_t i)
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

/* Whoever speaks has the part in it that they had, else what they say is looked at anew. */
static const struct fault *verify_subject(struct change *c, struct db *db,
					  const struct message_step *s)
{
	struct stored_object *is;
	const struct fault *f =
		object_find_uid_anywhere(db, c->arena, s->plan->owner, s->plan->uid, 0, &is);

	if (f || (!is && !s->subject))
		return f;
	if (is && s->subject && is->id == s->subject->id && is->seq == s->subject->seq)
		return NULL;
	return change_is_stale(c);
}

static const struct fault *message_apply(struct change *c, struct step *step, struct db *db)
{
	const struct message_step *s = step->data;
	const struct fault *f = schedule_verify(c, db, s->plan, NULL);

	if (!f)
		f = verify_subject(c, db, s);
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

const struct fault *message_add_step(struct change *c, int64_t owner, message_fn plan_fn,
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
struct text message_own_address(const struct subject *s, const struct ical_object *o)
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
	const struct fault *f = message_begin(&s, c, step, p->owner, p->uid, NULL);

	if (!f && s.role != ITIP_ATTENDEE)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL,
			       "There is no meeting with this UID that you are invited to.");
	if (!f)
		f = itip_counter_write(c->arena, s.object, &counter, &m.text);
	if (f)
		return f;
	to = message_organizer_of(&s);
	f = message_deliver(&s, &m, message_own_address(&s, s.object), &to, 1);
	if (!f)
		p->answer = message_answer_of(s.plan, 0);
	return f;
}

const struct fault *change_propose(struct change *c, struct change_propose *p)
{
	return message_add_step(c, p->owner, plan_propose, p);
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
		f = message_begin(&out->s, c, step, owner, out->proposal->uid, &out->whole);
	if (!f && out->s.role != ITIP_ORGANIZER)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "The meeting is no more.");
	return f;
}

static const struct fault *accept_require(struct change *c, struct step *step, struct db *db)
{
	const struct change_accept *x = step->data;

	return check_stands(c, db, x->owner, x->id);
}

static bool has_declined(struct arena *a, const struct ical_object *o, struct text address)
{
	const struct itip_user who = {.addresses = &address, .count = 1};

	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *at = itip_attendee_in(a, &o->items[i], &who);

		if (at && text_equal_nocase(at->partstat, TEXT("DECLINED")))
			return true;
	}
	return false;
}

static void note_declined(struct change_accept *x, struct arena *a, const struct ical_object *o)
{
	struct itip_invitee *all;
	size_t count;

	itip_invitees(a, o, &all, &count);
	x->declined = arena_alloc_array(a, count + 1, sizeof(*x->declined));
	for (size_t i = 0; i < count; i++)
		if (has_declined(a, o, all[i].address))
			x->declined[x->declined_count++] = all[i].address;
}

/* Moving it has asked everybody anew: rooms have answered already, in what is stored now. */
static const struct fault *read_declined(struct change *c, struct db *db, struct change_accept *x)
{
	struct stored_object *is = NULL;
	struct ical_object *o;
	const struct fault *f =
		object_find(db, c->arena, x->owner, x->put.collection, x->put.name, &is);

	x->declined_count = 0;
	if (!f && is)
		f = ical_object_parse(c->arena, is->data, ICAL_FROM_STORE, &o);
	if (!f && is)
		note_declined(x, c->arena, o);
	return f;
}

/* It may have been about the place alone: then moving has not answered it. */
static const struct fault *accept_apply(struct change *c, struct step *step, struct db *db)
{
	const struct change_accept *x = step->data;

	const struct fault *f = proposal_remove(db, c->arena, x->owner, x->id);

	return f ? f : read_declined(c, db, step->data);
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
	f = message_deliver(&d.s, &m, message_organizer_of(&d.s), &d.proposal->attendee, 1);
	if (!f)
		x->answer = message_answer_of(d.s.plan, 0);
	return f;
}

const struct fault *change_decline(struct change *c, struct change_decline *x)
{
	return message_add_step(c, x->owner, plan_decline, x);
}

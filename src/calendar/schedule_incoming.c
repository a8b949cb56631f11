/* schedule_incoming - a message that came in from outside. See schedule.h. */
#include "calendar/schedule_priv.h"

struct incoming_step {
	struct schedule_incoming *in;
	struct ical_object *message;
	struct schedule_plan *plan;
};

/* Its own delivery is the first; any other is what it causes. */
static bool is_taken(const struct incoming_step *s)
{
	bool any = s->plan->delivery_count > 1;

	for (size_t i = 0; i < s->plan->copy_count && !any; i++)
		any = s->plan->copies[i]->changed || s->plan->copies[i]->items;
	return any;
}

static const struct fault *incoming_plan(struct change *c, struct incoming_step *s)
{
	struct schedule_round *r;
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	if (f)
		return f;
	s->plan = arena_alloc(c->arena, sizeof(*s->plan));
	*s->plan = (struct schedule_plan){.uid = s->message->uid};
	r = schedule_round_begin(c, db, s->plan);
	f = schedule_receive(r, s->in);
	if (!f)
		f = schedule_round_end(r);
	if (f)
		return f;
	s->in->status = s->plan->deliveries[0]->status;
	s->in->why = s->plan->deliveries[0]->why;
	s->in->is_taken = is_taken(s);
	return NULL;
}

static const struct fault *incoming_replan(struct change *c, struct step *step)
{
	struct incoming_step *s = step->data;
	const struct fault *f = incoming_plan(c, s);

	step->also = s->plan->owners;
	step->also_count = s->plan->copy_count;
	return f;
}

static const struct fault *incoming_apply(struct change *c, struct step *step, struct db *db)
{
	struct incoming_step *s = step->data;
	const struct fault *f = schedule_verify(c, db, s->plan, NULL);

	return f ? f : schedule_write(c, db, s->plan);
}

static void incoming_committed(const struct change *c, const struct step *step)
{
	const struct incoming_step *s = step->data;

	(void)c;
	schedule_log(s->plan);
}

static const struct step_kind incoming_kind = {
	.name = "incoming",
	.replan = incoming_replan,
	.apply = incoming_apply,
	.committed = incoming_committed,
};

const struct fault *schedule_incoming(struct change *c, struct schedule_incoming *in)
{
	struct incoming_step *s = arena_alloc(c->arena, sizeof(*s));
	const struct fault *f =
		ical_object_parse(c->arena, in->message, ICAL_FROM_MESSAGE, &s->message);

	s->in = in;
	if (!f)
		f = itip_check(c->arena, s->message, &in->method);
	if (!f)
		f = incoming_plan(c, s);
	if (f)
		return f;
	change_add_step(c, &incoming_kind, in->owner, s);
	change_also_lock(c, s->plan->owners, s->plan->copy_count);
	return NULL;
}

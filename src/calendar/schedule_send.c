/* schedule_send - a message that was made elsewhere, to somebody outside. See schedule.h. */
#include "calendar/schedule_priv.h"

static const struct fault *send_apply(struct change *c, struct step *s, struct db *db)
{
	return schedule_write_jobs(c, db, s->data);
}

static const struct step_kind send_kind = {.name = "send", .apply = send_apply};

const struct fault *schedule_send(struct change *c, const struct schedule_outgoing *m)
{
	struct schedule_plan *plan = arena_alloc(c->arena, sizeof(*plan));
	struct schedule_delivery *d = arena_alloc(c->arena, sizeof(*d));
	struct schedule_delivery **all = arena_alloc(c->arena, sizeof(struct schedule_delivery *));
	enum itip_method method;
	struct ical_object *o;
	const struct fault *f = ical_object_parse(c->arena, m->message, ICAL_FROM_MESSAGE, &o);

	if (!f)
		f = itip_check(c->arena, o, &method);
	if (f)
		return f;
	*d = (struct schedule_delivery){
		.method = method,
		.from = m->from,
		.to = m->to,
		.sender = m->owner,
		.says = ITIP_SAYS_MORE,
	};
	*plan = (struct schedule_plan){.uid = o->uid, .deliveries = all, .delivery_count = 1};
	all[0] = d;
	f = schedule_plan_job(c, plan, d, TEXT("imip"), o, m->message);
	if (!f)
		change_add_step(c, &send_kind, m->owner, plan);
	return f;
}

/* step_remove - calendar object resources, taken away */

#include "calendar/schedule_priv.h"

struct remove_step {
	struct change_remove *r;
	struct schedule_plan *schedule; /* NULL: what stood there was about nobody else */
	bool is_outside;
};

static const struct fault *no_such_object(struct change *c)
{
	return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such object.");
}

/* What stands there is cancelled or declined (schedule.h). */
static const struct fault *remove_plan(struct change *c, struct remove_step *p)
{
	const struct change_remove *r = p->r;
	struct schedule_save save = {
		.owner = r->owner, .condition = &r->condition, .no_reply = r->no_reply};
	struct stored_object *was = NULL;
	struct db *db;
	const struct fault *f = object_look_outside(c, r->owner, r->collection, &p->is_outside);

	p->schedule = NULL;
	if (!f && p->is_outside && c->origin != CHANGE_PROVIDER)
		return no_such_object(c);
	if (f || p->is_outside)
		return f;
	f = store_reader(c->cal->store, c->arena, &db);
	if (!f)
		f = object_find(db, c->arena, r->owner, r->collection, r->name, &was);
	if (f || !was || !schedule_may_concern(was))
		return f;
	save.was = was;
	return schedule_plan_save(c, &save, &p->schedule);
}

static const struct fault *remove_replan(struct change *c, struct step *s)
{
	struct remove_step *p = s->data;
	const struct fault *f = remove_plan(c, p);

	s->also = p->schedule ? p->schedule->owners : NULL;
	s->also_count = p->schedule ? p->schedule->copy_count : 0;
	return f;
}

static const struct fault *remove_write(struct change *c, struct db *db,
					const struct remove_step *p,
					const struct stored_object *existing)
{
	int64_t seq;
	const struct fault *f =
		change_next_seq(c, db, existing->owner, existing->collection, PUSH_CONTENT, &seq);

	if (!f)
		f = object_remove(db, c->arena, existing, seq, c->now);
	if (!f && c->origin != CHANGE_CLIENT)
		f = change_forget_locks(c, db, existing);
	if (!f && !change_says_booking(c))
		f = booking_follow_removal(c, db, existing);
	if (!f)
		f = schedule_follow_holds(c, db, existing, NULL);
	if (!f && p->schedule)
		f = schedule_write(c, db, p->schedule);
	return f;
}

static const struct fault *remove_apply(struct change *c, struct step *s, struct db *db)
{
	const struct remove_step *p = s->data;
	const struct change_remove *r = p->r;
	struct stored_object *existing;
	const struct fault *f =
		object_find(db, c->arena, r->owner, r->collection, r->name, &existing);

	if (f)
		return f;
	if (!existing)
		return no_such_object(c);
	if (p->is_outside)
		return object_drop(db, c->arena, existing);
	f = schedule_check_condition(c, db, &r->condition, existing, NULL);
	if (!f && p->schedule)
		f = schedule_verify(c, db, p->schedule, existing);
	else if (!f && schedule_may_concern(existing))
		f = change_is_stale(c);
	return f ? f : remove_write(c, db, p, existing);
}

static void remove_committed(const struct change *c, const struct step *s)
{
	const struct remove_step *p = s->data;

	(void)c;
	if (p->schedule)
		schedule_log(p->schedule);
}

static const struct step_kind remove_kind = {
	.name = "remove",
	.replan = remove_replan,
	.apply = remove_apply,
	.committed = remove_committed,
};

const struct fault *change_remove(struct change *c, struct change_remove *r)
{
	struct remove_step *p = arena_alloc(c->arena, sizeof(*p));
	const struct fault *f;

	p->r = r;
	f = remove_plan(c, p);
	if (f)
		return f;
	change_add_step(c, &remove_kind, r->owner, p);
	if (p->schedule)
		change_also_lock(c, p->schedule->owners, p->schedule->copy_count);
	return NULL;
}

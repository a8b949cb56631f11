/*
 * schedule_rest - whom it was too much to tell of an answer at once. See schedule_tell.c.
 *
 * A job tells them, in changes of bounded size, how the answers stand in the organizer's object
 * by then. It may run twice: who has been told is told nothing new.
 */
#include "calendar/schedule_priv.h"
#include "ical/address.h"

struct rest_step {
	struct schedule_rest *rest;
	struct text begun_after; /* what a plan made anew begins with again */
	int64_t version;	 /* of the organizer, from before their object was read */
	struct schedule_plan *plan;
};

/* NULL in *out: they organize it no more. */
static const struct fault *read_object(struct change *c, struct db *db, struct rest_step *s,
				       struct itip_user *user, struct ical_object **out)
{
	struct schedule_rest *rest = s->rest;
	struct stored_object *o = NULL, *whole = NULL;
	struct owner *owner;
	struct text *addresses;
	const struct fault *f = owner_get(db, c->arena, rest->owner, &owner);

	*out = NULL;
	if (f || !owner)
		return f;
	s->version = owner->version;
	f = owner_addresses(db, c->arena, rest->owner, &addresses, &user->count);
	user->addresses = addresses;
	if (!f)
		f = object_find_uid_anywhere(db, c->arena, rest->owner, rest->uid, 0, &o);
	if (!f && o)
		f = object_get(db, c->arena, rest->owner, o->id, &whole);
	if (!f && whole)
		f = ical_object_parse(c->arena, whole->data, ICAL_FROM_STORE, out);
	if (!f && *out && itip_role_of(c->arena, *out, user) != ITIP_ORGANIZER)
		*out = NULL;
	return f;
}

static const struct fault *rest_plan(struct change *c, struct rest_step *s)
{
	struct schedule_round *r;
	struct ical_object *o;
	struct itip_user user;
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	s->rest->after = s->begun_after;
	s->plan = arena_alloc(c->arena, sizeof(*s->plan));
	*s->plan = (struct schedule_plan){.uid = s->rest->uid, .owner = s->rest->owner};
	if (!f)
		f = read_object(c, db, s, &user, &o);
	if (f || !o) {
		s->rest->after = TEXT_NONE;
		return f;
	}
	r = schedule_round_begin(c, db, s->plan);
	f = schedule_tell(r, ical_address(c->arena, itip_organizer_of(o)->address), s->rest->owner,
			  o, &s->rest->after);
	return f ? f : schedule_round_end(r);
}

static const struct fault *rest_replan(struct change *c, struct step *step)
{
	struct rest_step *s = step->data;
	const struct fault *f = rest_plan(c, s);

	step->also = s->plan->owners;
	step->also_count = s->plan->copy_count;
	return f;
}

static const struct fault *rest_apply(struct change *c, struct step *step, struct db *db)
{
	struct rest_step *s = step->data;
	const struct fault *f;

	if (change_locked_version(c, s->rest->owner) != s->version)
		return change_is_stale(c);
	f = schedule_verify(c, db, s->plan, NULL);
	return f ? f : schedule_write(c, db, s->plan);
}

static void rest_committed(const struct change *c, const struct step *step)
{
	const struct rest_step *s = step->data;

	(void)c;
	schedule_log(s->plan);
}

static const struct step_kind rest_kind = {
	.name = "tell",
	.replan = rest_replan,
	.apply = rest_apply,
	.committed = rest_committed,
};

const struct fault *schedule_tell_rest(struct change *c, struct schedule_rest *rest)
{
	struct rest_step *s = arena_alloc(c->arena, sizeof(*s));
	const struct fault *f;

	*s = (struct rest_step){.rest = rest, .begun_after = rest->after};
	f = rest_plan(c, s);
	if (f)
		return f;
	change_add_step(c, &rest_kind, rest->owner, s);
	change_also_lock(c, s->plan->owners, s->plan->copy_count);
	return NULL;
}

/*
 * transfer_schedule - what COPY and MOVE mean to others (RFC 6638 §3.2.3)
 *
 * What comes into a calendar from elsewhere is a save there, what leaves an owner's calendars a
 * removal; from one calendar of theirs to another it is neither. A meeting does not change hands:
 * where both ends had something to tell, each other's copies would be in between.
 */
#include "calendar/schedule_priv.h"
#include "store/path.h"

static bool has_copy_of(const struct schedule_plan *plan, int64_t owner)
{
	for (size_t i = 0; plan && i < plan->copy_count; i++)
		if (plan->copies[i]->owner == owner)
			return true;
	return false;
}

static const struct fault *check_ends(struct change *c, const struct change_transfer *t,
				      const struct transfer_schedule *s)
{
	bool both = s->comes && s->goes && s->comes->delivery_count && s->goes->delivery_count;

	if (!both && !(t->is_move && has_copy_of(s->comes, t->from.owner)) &&
	    !has_copy_of(s->goes, t->to.owner))
		return NULL;
	return fault_make(c->arena, FAULT_BAD_TRANSFER, NULL,
			  "A meeting that both are invited to is not moved from one to the other.");
}

static void collect_owners(struct arena *a, struct transfer_schedule *s)
{
	const struct schedule_plan *const plans[] = {s->comes, s->goes};

	s->owners = arena_alloc_array(a, 2 * SCHEDULE_LOCAL_MAX, sizeof(*s->owners));
	s->owner_count = 0;
	for (size_t i = 0; i < ARRAY_LEN(plans); i++)
		for (size_t n = 0; plans[i] && n < plans[i]->copy_count; n++)
			s->owners[s->owner_count++] = plans[i]->owners[n];
}

const struct fault *transfer_schedule_plan(struct change *c, struct db *db,
					   const struct change_transfer *t,
					   const struct stored_object *leaves,
					   const struct ical_object *arrives,
					   struct transfer_schedule *out)
{
	struct schedule_save comes = {.owner = t->to.owner, .is = arrives};
	struct schedule_save goes = {.owner = t->from.owner, .was = leaves};
	struct stored_object *existing = NULL;
	const struct fault *f = NULL;

	*out = (struct transfer_schedule){0};
	if (arrives) {
		f = object_find(db, c->arena, t->to.owner, t->to.collection, t->to.name, &existing);
		comes.was = existing;
		if (!f)
			f = schedule_plan_save(c, &comes, &out->comes);
	}
	if (!f && leaves && schedule_may_concern(leaves))
		f = schedule_plan_save(c, &goes, &out->goes);
	if (!f)
		f = check_ends(c, t, out);
	if (!f && (out->comes || out->goes))
		collect_owners(c->arena, out);
	return f;
}

/* A second one beside it, in another calendar of the owner's, where who booked is not all there is.
 */
const struct fault *transfer_schedule_check_second(struct change *c, struct db *db,
						   const struct change_transfer *t,
						   const struct stored_object *was)
{
	struct booking *b;
	struct collection *in = NULL;
	const struct fault *f;

	if (t->is_move || t->from.owner != t->to.owner || was->schedule_tag.len == 0)
		return NULL;
	f = booking_find_by_uid(db, c->arena, was->owner, was->uid, &b);
	if (!f)
		f = collection_get(db, c->arena, was->owner, was->collection, &in);
	if (f || b || !in)
		return f;
	return fault_make(c->arena, FAULT_UID_ELSEWHERE,
			  text_cstr(c->arena, path_join(c->arena, in->name, was->name)),
			  "Another calendar holds this meeting already.");
}

const struct fault *transfer_schedule_check(struct change *c, struct db *db,
					    const struct transfer_schedule *s,
					    const struct stored_object *was, bool leaves,
					    const struct stored_object *existing)
{
	const struct fault *f = NULL;

	if (leaves && schedule_may_concern(was) && !s->goes)
		return change_is_stale(c);
	if (s->comes)
		f = schedule_verify(c, db, s->comes, existing);
	if (!f && s->goes)
		f = schedule_verify(c, db, s->goes, was);
	return f;
}

const struct fault *transfer_schedule_write(struct change *c, struct db *db,
					    const struct transfer_schedule *s)
{
	const struct fault *f = s->comes ? schedule_write(c, db, s->comes) : NULL;

	return f || !s->goes ? f : schedule_write(c, db, s->goes);
}

void transfer_schedule_log(const struct transfer_schedule *s)
{
	if (s->comes)
		schedule_log(s->comes);
	if (s->goes)
		schedule_log(s->goes);
}

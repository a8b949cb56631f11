/*
 * step_purge - what a removed calendar held, in portions
 *
 * Its bookings end and its meetings are cancelled or declined (RFC 6638 §3.2.1.3, §3.2.2.4), while
 * the objects can still be read. They are out of sight by then, so that nothing but the purge
 * changes them.
 */
#include "base/log.h"
#include "calendar/schedule_priv.h"

enum {
	PURGE_MEETINGS = 20, /* in one portion: each may reach SCHEDULE_LOCAL_MAX owners */
	PURGE_OWNERS = 1000, /* and after so many the portion ends */
	PEEK_BYTES = 8 << 20,
};

struct purge_step {
	struct change_purge *p;
	int max; /* objects of this portion */
	struct schedule_plan *plans[PURGE_MEETINGS];
	const struct stored_object *gone[PURGE_MEETINGS];
	size_t plan_count;
	struct text *untold; /* UIDs of what goes and nobody hears of */
	size_t untold_count;
	int64_t *owners; /* of all plans */
	size_t owner_count;
	struct arena *peek; /* while planning, for what is looked at once */
	bool is_outside;    /* what stood elsewhere is nobody's business */
};

/* Most of what has no tag is nobody else's business, and is not to be kept in memory. */
static const struct fault *may_concern(struct db *db, struct purge_step *s,
				       const struct stored_object *o, bool *out)
{
	struct stored_object *whole;
	const struct fault *f = NULL;

	*out = o->schedule_tag.len > 0;
	if (*out)
		return NULL;
	f = object_get(db, s->peek, o->owner, o->id, &whole);
	*out = !f && whole && schedule_may_concern(whole);
	arena_reset(s->peek);
	return f;
}

static const struct fault *plan_messages(struct change *c, struct purge_step *s,
					 const struct stored_object *whole)
{
	struct schedule_save save = {.owner = whole->owner, .was = whole};
	const struct fault *f = NULL;

	if (!s->p->untold)
		f = schedule_plan_save(c, &save, &s->plans[s->plan_count]);
	if (s->p->untold || (f && fault_row(f->code)->http_status < 500)) {
		s->untold[s->untold_count++] = whole->uid;
		return NULL;
	}
	if (f)
		return f;
	s->gone[s->plan_count] = whole;
	s->owner_count += s->plans[s->plan_count++]->copy_count;
	return NULL;
}

static const struct fault *plan_one(struct change *c, struct db *db, struct purge_step *s,
				    const struct stored_object *o)
{
	struct stored_object *whole = NULL;
	bool concerns;
	const struct fault *f = may_concern(db, s, o, &concerns);

	if (!f && concerns)
		f = object_get(db, c->arena, o->owner, o->id, &whole);
	return f || !whole ? f : plan_messages(c, s, whole);
}

static void collect_owners(struct arena *a, struct purge_step *s)
{
	size_t count = 0;

	s->owners = arena_alloc_array(a, s->owner_count + 1, sizeof(*s->owners));
	for (size_t i = 0; i < s->plan_count; i++)
		for (size_t n = 0; n < s->plans[i]->copy_count; n++)
			s->owners[count++] = s->plans[i]->owners[n];
}

static const struct fault *purge_plan(struct change *c, struct purge_step *s)
{
	struct stored_object *objects;
	struct db *db;
	size_t count = 0;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	s->max = s->p->max;
	s->plan_count = s->untold_count = s->owner_count = 0;
	s->untold = arena_alloc_array(c->arena, (size_t)s->max, sizeof(*s->untold));
	if (!f)
		f = collection_is_outside(db, c->arena, s->p->owner, s->p->collection,
					  &s->is_outside);
	if (f || s->is_outside)
		return f;
	s->peek = arena_create(PEEK_BYTES);
	f = object_page(db, c->arena, s->p->owner, s->p->collection, TEXT(""), s->p->max, false,
			&objects, &count);
	for (size_t i = 0; i < count && !f; i++) {
		if (s->plan_count == PURGE_MEETINGS || s->owner_count >= PURGE_OWNERS) {
			s->max = (int)i;
			break;
		}
		f = plan_one(c, db, s, &objects[i]);
	}
	arena_destroy(s->peek);
	collect_owners(c->arena, s);
	return f;
}

static const struct fault *purge_replan(struct change *c, struct step *step)
{
	struct purge_step *s = step->data;
	const struct fault *f = purge_plan(c, s);

	step->also = s->owners;
	step->also_count = s->owner_count;
	return f;
}

static const struct fault *purge_messages(struct change *c, struct db *db, struct purge_step *s)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < s->plan_count && !f; i++)
		f = schedule_verify(c, db, s->plans[i], s->gone[i]);
	for (size_t i = 0; i < s->plan_count && !f; i++)
		f = schedule_write(c, db, s->plans[i]);
	return f;
}

/* What follows from their going. The pages of plan and this are by name, and alike. */
static const struct fault *purge_follow(struct change *c, struct db *db, struct purge_step *s)
{
	const struct change_purge *p = s->p;
	struct stored_object *objects;
	size_t count;
	const struct fault *f = object_page(db, c->arena, p->owner, p->collection, TEXT(""), s->max,
					    false, &objects, &count);

	for (size_t i = 0; i < count && !f; i++)
		f = booking_follow_removal(c, db, &objects[i]);
	for (size_t i = 0; i < count && !f; i++)
		f = schedule_follow_holds(c, db, &objects[i], NULL);
	return f ? f : purge_messages(c, db, s);
}

static const struct fault *purge_apply(struct change *c, struct step *step, struct db *db)
{
	struct purge_step *s = step->data;
	struct change_purge *p = s->p;
	const struct fault *f = s->is_outside ? NULL : purge_follow(c, db, s);

	return f ? f : collection_purge(db, c->arena, p->owner, p->collection, s->max, &p->done);
}

static void purge_committed(const struct change *c, const struct step *step)
{
	const struct purge_step *s = step->data;

	(void)c;
	for (size_t i = 0; i < s->plan_count; i++)
		schedule_log(s->plans[i]);
	for (size_t i = 0; i < s->untold_count; i++)
		log_event(LOG_WARN, "schedule-untold", LOG_INT("owner", s->p->owner),
			  LOG_TEXT("uid", s->untold[i]));
}

static const struct step_kind purge_kind = {
	.name = "purge",
	.replan = purge_replan,
	.apply = purge_apply,
	.committed = purge_committed,
};

const struct fault *change_purge_collection(struct change *c, struct change_purge *p)
{
	struct purge_step *s = arena_alloc(c->arena, sizeof(*s));
	const struct fault *f;

	s->p = p;
	f = purge_plan(c, s);
	if (f)
		return f;
	change_add_step(c, &purge_kind, p->owner, s);
	change_also_lock(c, s->owners, s->owner_count);
	return NULL;
}

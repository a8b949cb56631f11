/* horizon - moving the far end of what stands as rows */

#include "calendar/horizon.h"

#include "base/log.h"
#include "calendar/change_priv.h"
#include "store/occurrence.h"

enum {
	HORIZON_PORTION = 32,
	PORTION_ARENA_BYTES = 64 * 1024 * 1024,
	OBJECT_ARENA_BYTES = 64 * 1024 * 1024,
};

const struct fault *horizon_is_due(struct calendar *cal, struct arena *a, int64_t now,
				   bool *due_out)
{
	struct db *db;
	int64_t from, until;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = occurrence_horizon(db, a, &from, &until);
	if (!f)
		*due_out = now + (int64_t)HORIZON_MIN_DAYS * DAY_SECONDS > until;
	return f;
}

/* ---- one object, expanded anew --------------------------------------------------------- */

struct extend_step {
	const struct stored_object *object;
	struct object_plan plan;
};

static const struct fault *extend_apply(struct change *c, struct step *s, struct db *db)
{
	struct extend_step *e = s->data;
	struct stored_object *there;
	const struct fault *f = object_find(db, c->arena, e->object->owner, e->object->collection,
					    e->object->name, &there);

	if (f)
		return f;
	/* Written or gone meanwhile: that change expanded it, or will be seen as stale. */
	if (!there || !text_equal(there->etag, e->object->etag))
		return NULL;
	return object_plan_write(c, db, &e->plan, there);
}

static const struct step_kind extend_kind = {.name = "extend", .apply = extend_apply};

/* Read and expand it; false, and logged, when that cannot be done. */
static bool extend_plan(struct arena *a, const struct stored_object *o,
			const struct text *addresses, size_t address_count, int64_t from,
			int64_t until, struct object_plan *out)
{
	struct ical_object *parsed;
	const struct fault *f = ical_object_parse(a, o->data, ICAL_FROM_STORE, &parsed);

	if (!f)
		f = object_plan_within(a, parsed, addresses, address_count, from, until, out);
	if (f)
		log_event(LOG_WARN, "not-expanded", LOG_INT("owner", o->owner),
			  LOG_TEXT("object", o->name), LOG_STR("why", f->message));
	return !f;
}

/* The fault is the store's. */
static const struct fault *extend_object(struct calendar *cal, struct arena *a,
					 const struct stored_object *o, int64_t from, int64_t until,
					 int64_t now)
{
	struct extend_step *e = arena_alloc(a, sizeof(*e));
	struct change *c;
	struct text *addresses = NULL;
	size_t address_count = 0;
	struct db *db;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = owner_addresses(db, a, o->owner, &addresses, &address_count);
	if (f || !extend_plan(a, o, addresses, address_count, from, until, &e->plan))
		return f;
	e->object = o;
	c = change_open(cal, a, CHANGE_IMPORT, now);
	change_add_step(c, &extend_kind, o->owner, e);
	f = change_run(c);
	/* The owner was deleted meanwhile, with all objects. */
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

/* ---- the mark ------------------------------------------------------------------------------ */

struct mark_step {
	int64_t from, until;
};

static const struct fault *mark_apply(struct change *c, struct step *s, struct db *db)
{
	struct mark_step *m = s->data;

	return occurrence_set_horizon(db, c->arena, m->from, m->until);
}

static const struct step_kind mark_kind = {.name = "horizon", .apply = mark_apply};

/* Where a move stands. */
struct move {
	struct calendar *cal;
	int64_t from, until, new_until, now;
	int64_t owner, object; /* the last one seen */
	struct arena *portion, *each;
};

/* The next portion of what recurs past `until`; *count_out 0 at the end. */
static const struct fault *extend_portion(struct move *m, size_t *count_out)
{
	struct db *db;
	struct stored_object *list;
	const struct fault *f = store_reader(m->cal->store, m->portion, &db);

	*count_out = 0;
	if (!f)
		f = occurrence_stale_objects(db, m->portion, m->until, m->owner, m->object,
					     HORIZON_PORTION, &list, count_out);
	for (size_t i = 0; !f && i < *count_out; i++) {
		f = extend_object(m->cal, m->each, &list[i], m->from, m->new_until, m->now);
		f = fault_copy(m->portion, f);
		arena_reset(m->each);
		m->owner = list[i].owner;
		m->object = list[i].id;
	}
	return f;
}

static const struct fault *extend_all(struct move *m, struct arena *a)
{
	const struct fault *f = NULL;
	size_t count = 1;

	m->portion = arena_create(PORTION_ARENA_BYTES);
	m->each = arena_create(OBJECT_ARENA_BYTES);
	while (!f && count > 0) {
		f = fault_copy(a, extend_portion(m, &count));
		arena_reset(m->portion);
	}
	arena_destroy(m->each);
	arena_destroy(m->portion);
	return f;
}

static const struct fault *set_mark(struct calendar *cal, struct arena *a, const struct move *m)
{
	struct mark_step *mark = arena_alloc(a, sizeof(*mark));
	struct change *c = change_open(cal, a, CHANGE_IMPORT, m->now);

	*mark = (struct mark_step){m->from, m->new_until};
	change_add_step(c, &mark_kind, 0, mark);
	return change_run(c);
}

const struct fault *horizon_move(struct calendar *cal, struct arena *a, int64_t now)
{
	struct move m = {.cal = cal, .now = now};
	struct db *db;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = occurrence_horizon(db, a, &m.from, &m.until);
	/* A day less than what changes expand that are planned from now on, or were just now. */
	m.new_until = now + (int64_t)(HORIZON_AHEAD_DAYS - 1) * DAY_SECONDS;
	if (f || m.new_until <= m.until)
		return f;
	f = extend_all(&m, a);
	return f ? f : set_mark(cal, a, &m);
}

/* horizon - moving the far end of what stands as rows */

#include "calendar/horizon.h"

#include "base/log.h"
#include "calendar/change_priv.h"
#include "store/occurrence.h"

enum { HORIZON_PORTION = 64, HORIZON_ARENA_BYTES = 256 * 1024 * 1024 };

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

static const struct fault *extend_object(struct calendar *cal, struct arena *a,
					 const struct stored_object *o, int64_t from, int64_t until,
					 int64_t now)
{
	struct extend_step *e = arena_alloc(a, sizeof(*e));
	struct change *c;
	struct ical_object *parsed;
	struct text *addresses;
	size_t address_count;
	struct db *db;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = owner_addresses(db, a, o->owner, &addresses, &address_count);
	if (!f)
		f = ical_object_parse(a, o->data, ICAL_FROM_IMPORT, &parsed);
	if (!f)
		f = object_plan_within(a, parsed, addresses, address_count, from, until, &e->plan);
	if (f)
		return f;
	e->object = o;
	c = change_open(cal, a, CHANGE_IMPORT, now);
	change_add_step(c, &extend_kind, o->owner, e);
	return change_run(c);
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

/* Work through a portion of what recurs past `until`; *count_out 0 at the end. */
static const struct fault *extend_portion(struct calendar *cal, struct arena *a, int64_t from,
					  int64_t until, int64_t new_until, int64_t now,
					  int64_t *owner, int64_t *object, size_t *count_out)
{
	struct db *db;
	struct stored_object *list;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = occurrence_stale_objects(db, a, until, *owner, *object, HORIZON_PORTION, &list,
					     count_out);
	for (size_t i = 0; !f && i < *count_out; i++) {
		const struct fault *one = extend_object(cal, a, &list[i], from, new_until, now);

		if (one)
			log_event(LOG_WARN, "horizon", LOG_TEXT("object", list[i].name),
				  LOG_STR("why", one->message));
		*owner = list[i].owner;
		*object = list[i].id;
	}
	return f;
}

const struct fault *horizon_move(struct calendar *cal, struct arena *a, int64_t now)
{
	struct arena *portion = arena_create(HORIZON_ARENA_BYTES);
	struct mark_step *m = arena_alloc(a, sizeof(*m));
	int64_t owner = 0, object = 0, until;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = occurrence_horizon(db, a, &m->from, &until);
	m->until = now + (int64_t)HORIZON_AHEAD_DAYS * DAY_SECONDS;
	while (!f) {
		f = extend_portion(cal, portion, m->from, until, m->until, now, &owner, &object,
				   &count);
		f = f ? fault_copy(a, f) : NULL;
		arena_reset(portion);
		if (count == 0)
			break;
	}
	arena_destroy(portion);
	if (!f) {
		struct change *c = change_open(cal, a, CHANGE_IMPORT, now);

		change_add_step(c, &mark_kind, 0, m);
		f = change_run(c);
	}
	return f;
}

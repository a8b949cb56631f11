/* horizon - moving the far end of what stands as rows, and bringing rows to newer zone data */

#include "calendar/horizon.h"

#include "base/log.h"
#include "calendar/schedule_priv.h"
#include "freebusy/collect.h"
#include "ical/expand.h"
#include "ical/zone.h"
#include "store/occurrence.h"

enum {
	HORIZON_PORTION = 256,
	PORTION_ARENA_BYTES = 1024 * 1024,
	OBJECT_ARENA_BYTES = 64 * 1024 * 1024,
};

/* ---- what is due ----------------------------------------------------------------------- */

static bool far_end_is_near(const struct occurrence_ground *g, int64_t now)
{
	return now + (int64_t)HORIZON_MIN_DAYS * DAY_SECONDS > g->until;
}

/* Once they were found right, they are left to processes that start later. */
static bool zones_are_settled(struct calendar *cal, const struct occurrence_ground *g)
{
	if (g->zones == zone_data_version())
		cal->zones_settled = g->zones;
	return cal->zones_settled == zone_data_version();
}

const struct fault *horizon_is_due(struct calendar *cal, struct arena *a, int64_t now,
				   bool *due_out)
{
	struct occurrence_ground g = {0};
	struct db *db;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = occurrence_ground(db, a, &g);
	if (!f)
		*due_out = !zones_are_settled(cal, &g) || far_end_is_near(&g, now);
	return f;
}

/* ---- one object, expanded anew --------------------------------------------------------- */

struct extend_step {
	const struct stored_object *object;
	struct object_plan plan;
	bool of_zones; /* its zone may have changed */
};

/* No booking goes by an event elsewhere, whatever its UID. */
static const struct fault *follow_zones(struct change *c, struct db *db,
					const struct stored_object *at, const struct ical_object *o)
{
	bool is_outside;
	const struct fault *f =
		collection_is_outside(db, c->arena, at->owner, at->collection, &is_outside);

	return f || is_outside ? f : booking_follow_zones(c, db, at, o);
}

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
	f = schedule_follow_holds(c, db, there, &e->plan);
	if (!f)
		f = object_plan_extend(c, db, &e->plan, there);
	return f || !e->of_zones ? f : follow_zones(c, db, there, e->plan.object);
}

static const struct step_kind extend_kind = {.name = "extend", .apply = extend_apply};

/* Of what cannot be read or expanded: the time between the two marks, in one row. */
struct unknown_step {
	int64_t seq; /* of the object, when it was read */
	struct occurrence_row row;
};

static const struct fault *unknown_apply(struct change *c, struct step *s, struct db *db)
{
	struct unknown_step *u = s->data;
	struct stored_object *there;
	const struct fault *f = object_get(db, c->arena, s->owner, u->row.object, &there);

	if (f || !there || there->seq != u->seq)
		return f;
	return occurrence_add(db, c->arena, s->owner, there->collection, &u->row);
}

static const struct step_kind unknown_kind = {.name = "unknown", .apply = unknown_apply};

/*
 * Read and expand it; false, and logged, when that cannot be done. *takes_time_out then says
 * whether it may be busy time, as far as is known.
 */
static bool extend_plan(struct arena *a, const struct stored_object *o,
			const struct text *addresses, size_t address_count, int64_t from,
			int64_t until, struct object_plan *out, bool *takes_time_out)
{
	struct ical_object *parsed;
	const struct fault *f = ical_object_parse(a, o->data, ICAL_FROM_STORE, &parsed);

	*takes_time_out =
		f ? freebusy_may_take_time((int)o->component) : freebusy_takes_time(parsed);
	if (!f)
		f = object_plan_within(a, parsed, addresses, address_count, from, until, out);
	if (f)
		log_event(LOG_WARN, "not-expanded", LOG_INT("owner", o->owner),
			  LOG_TEXT("object", o->name), LOG_STR("why", f->message));
	return !f;
}

/* ---- many of them ---------------------------------------------------------------------- */

/* Up to limit objects that a bound concerns, after the given key. */
typedef const struct fault *(*walk_list_fn)(struct db *db, struct arena *a, int64_t bound,
					    struct object_key after, int limit,
					    struct object_key **out, size_t *count_out);

struct walk {
	struct calendar *cal;
	int64_t now;
	int64_t from, until; /* between which rows will stand */
	int64_t stood;	     /* up to where they do already */
	walk_list_fn list;
	int64_t bound;
	struct object_key last;
	int64_t seen;
	struct arena *portion, *each;
};

/*
 * The fault is the store's. *unknown_out is filled for what cannot be expanded, and holds nothing
 * of the arena, which that may have used up.
 */
static const struct fault *walk_object(struct walk *w, struct object_key key,
				       struct unknown_step *unknown_out)
{
	struct arena *a = w->each;
	struct extend_step *e = arena_alloc(a, sizeof(*e));
	struct change *c;
	struct stored_object *o = NULL;
	struct text *addresses = NULL;
	size_t address_count = 0;
	bool takes_time;
	struct db *db;
	const struct fault *f = store_reader(w->cal->store, a, &db);

	if (!f)
		f = object_get(db, a, key.owner, key.object, &o);
	if (!f)
		f = owner_addresses(db, a, key.owner, &addresses, &address_count);
	if (f || !o)
		return f;
	if (!extend_plan(a, o, addresses, address_count, w->from, w->until, &e->plan,
			 &takes_time)) {
		unknown_out->seq = o->seq;
		unknown_out->row = (struct occurrence_row){
			.object = o->id,
			.start = max64(w->stood, o->first_start),
			.end = min64(w->until, o->last_end),
			.component = (int32_t)o->component,
			.busy = takes_time ? OCC_BUSY : OCC_FREE,
		};
		return NULL;
	}
	e->object = o;
	e->of_zones = w->list == occurrence_other_zones;
	c = change_open(w->cal, a, CHANGE_IMPORT, w->now);
	change_add_step(c, &extend_kind, o->owner, e);
	f = change_run(c);
	/* The owner was deleted meanwhile, with all objects. */
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

/*
 * Past the old mark nothing stands for it, and up to the new one its data is read no more: there it
 * counts as busy, never as free (booking case C12).
 */
static const struct fault *walk_unknown(struct walk *w, int64_t owner,
					const struct unknown_step *unknown)
{
	struct unknown_step *u;
	struct change *c;
	const struct fault *f;

	if (unknown->row.start >= unknown->row.end)
		return NULL;
	u = arena_alloc(w->each, sizeof(*u));
	*u = *unknown;
	c = change_open(w->cal, w->each, CHANGE_IMPORT, w->now);
	change_add_step(c, &unknown_kind, owner, u);
	f = change_run(c);
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

/* The next portion; *count_out 0 at the end. */
static const struct fault *walk_portion(struct walk *w, size_t *count_out)
{
	struct db *db;
	struct object_key *list;
	const struct fault *f = store_reader(w->cal->store, w->portion, &db);

	*count_out = 0;
	if (!f)
		f = w->list(db, w->portion, w->bound, w->last, HORIZON_PORTION, &list, count_out);
	for (size_t i = 0; !f && i < *count_out; i++) {
		struct unknown_step unknown = {0};

		f = fault_copy(w->portion, walk_object(w, list[i], &unknown));
		arena_reset(w->each);
		if (!f) {
			f = fault_copy(w->portion, walk_unknown(w, list[i].owner, &unknown));
			arena_reset(w->each);
		}
		w->last = list[i];
		w->seen++;
	}
	return f;
}

static const struct fault *walk_all(struct walk *w, struct arena *a)
{
	const struct fault *f = NULL;
	size_t count = 1;

	w->last = (struct object_key){0, 0};
	w->portion = arena_create(PORTION_ARENA_BYTES);
	w->each = arena_create(OBJECT_ARENA_BYTES);
	while (!f && count > 0) {
		f = fault_copy(a, walk_portion(w, &count));
		arena_reset(w->portion);
		if (!f && atomic_load(&w->cal->stopping))
			f = fault_make(a, FAULT_UNAVAILABLE, NULL, "The server is stopping.");
	}
	arena_destroy(w->each);
	arena_destroy(w->portion);
	return f;
}

/* ---- the marks --------------------------------------------------------------------------- */

static const struct fault *ends_apply(struct change *c, struct step *s, struct db *db)
{
	const struct occurrence_ground *g = s->data;

	return occurrence_set_horizon(db, c->arena, g->from, g->until);
}

static const struct fault *zones_begin_apply(struct change *c, struct step *s, struct db *db)
{
	const struct occurrence_ground *g = s->data;

	return occurrence_set_zones(db, c->arena, -g->zones);
}

static const struct fault *zones_end_apply(struct change *c, struct step *s, struct db *db)
{
	const struct occurrence_ground *g = s->data;

	return occurrence_settle_zones(db, c->arena, g->zones);
}

static const struct step_kind ends_kind = {.name = "horizon", .apply = ends_apply};
static const struct step_kind zones_begin_kind = {.name = "zones", .apply = zones_begin_apply};
static const struct step_kind zones_end_kind = {.name = "zones done", .apply = zones_end_apply};

static const struct fault *set_mark(struct calendar *cal, struct arena *a, int64_t now,
				    const struct step_kind *kind, const struct occurrence_ground *g)
{
	struct occurrence_ground *copy = arena_alloc(a, sizeof(*copy));
	struct change *c = change_open(cal, a, CHANGE_IMPORT, now);

	*copy = *g;
	change_add_step(c, kind, 0, copy);
	return change_run(c);
}

/* ---- the two moves -------------------------------------------------------------------------- */

/*
 * Both ends move, or a series would have more rows each year, and one of every hour more than a
 * plan may hold. The near end is marked first: who asks for what lies before it expands what
 * recurs, whether its rows still stand there or not.
 */
static const struct fault *move_ends(struct calendar *cal, struct arena *a, int64_t now,
				     struct occurrence_ground *g)
{
	/* A day less than what changes expand that are planned from now on, or were just now. */
	int64_t until = now + (int64_t)(HORIZON_AHEAD_DAYS - 1) * DAY_SECONDS;
	struct walk w = {.cal = cal,
			 .now = now,
			 .until = until,
			 .stood = g->until,
			 .list = occurrence_stale_objects,
			 .bound = g->until};
	const struct fault *f;

	g->from = max64(g->from, now - (int64_t)HORIZON_BACK_DAYS * DAY_SECONDS);
	w.from = g->from;
	f = set_mark(cal, a, now, &ends_kind, g);
	if (!f)
		f = walk_all(&w, a);
	g->until = until;
	return f ? f : set_mark(cal, a, now, &ends_kind, g);
}

/*
 * Rows reach as far as those of a change that is planned now. What another process was just
 * writing with other data when the mark was set may lie behind the first walk, so there is
 * a second one; from the mark on, such a writer leaves its note (occurrence_note_zones).
 */
static const struct fault *bring_zones(struct calendar *cal, struct arena *a, int64_t now,
				       struct occurrence_ground *g)
{
	int64_t ahead = now + (int64_t)HORIZON_AHEAD_DAYS * DAY_SECONDS;
	struct walk w = {.cal = cal,
			 .now = now,
			 .from = g->from,
			 .until = max64(g->until, ahead),
			 .stood = INT64_MAX, /* no mark is moved */
			 .list = occurrence_other_zones,
			 .bound = zone_data_version()};
	const struct fault *f;

	g->zones = w.bound;
	f = set_mark(cal, a, now, &zones_begin_kind, g);
	for (int walks = 0; !f && walks < 2; walks++)
		f = walk_all(&w, a);
	if (!f)
		f = set_mark(cal, a, now, &zones_end_kind, g);
	if (f)
		return f;
	cal->zones_settled = w.bound;
	if (w.seen > 0)
		log_event(LOG_INFO, "zone-data", LOG_INT("objects", w.seen));
	return NULL;
}

const struct fault *horizon_move(struct calendar *cal, struct arena *a, int64_t now)
{
	struct occurrence_ground g = {0};
	struct db *db;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = occurrence_ground(db, a, &g);
	/* First the far end: what it expands anew is of today's zone data already. */
	if (!f && far_end_is_near(&g, now))
		f = move_ends(cal, a, now, &g);
	if (!f && !zones_are_settled(cal, &g))
		f = bring_zones(cal, a, now, &g);
	return f;
}

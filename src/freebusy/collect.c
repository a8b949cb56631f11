/* collect - rows, and beyond the horizon objects, into a timeline; see collect.h */
#include "freebusy/collect.h"

#include <stdlib.h>

#include "base/arena.h"
#include "freebusy/availability.h"
#include "ical/expand.h"
#include "ical/zone.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/occurrence.h"
#include "store/taken.h"

enum {
	/* Objects with their data at a time: 1 MiB each at most. */
	COLLECT_PAGE = 16,
	COLLECT_PAGE_BYTES = 32 * 1024 * 1024,
	COLLECT_SCRATCH_BYTES = 32 * 1024 * 1024,
	COLLECT_HOURS_BYTES = 64 * 1024 * 1024,
	COLLECT_MAX_OCCURRENCES = 20000,
	/* Of one question; and of an object, whatever it takes to expand, so that the number of
	 * objects is bounded, too. */
	COLLECT_STEPS = 10 * RECUR_BUDGET_DEFAULT,
	COLLECT_STEPS_OBJECT = 16,
	/* Kinds of component that can take time. */
	COLLECT_COMPONENTS = COMP_VEVENT | COMP_VFREEBUSY | COMP_VAVAILABILITY,
};

/* One question, from calendar to calendar. */
struct collect {
	struct db *db;
	struct arena *arena;
	const struct owner *owner;
	int64_t from, to;
	int64_t but; /* number of the object that is left out */
	struct timeline *timeline;
	bool for_booking; /* see freebusy_collect_for_booking() */
	struct taken_event *taken;
	size_t taken_count;
	freebusy_instance_fn each; /* instead of the timeline, or NULL */
	void *each_ctx;
	int64_t horizon_from, horizon_until;
	const struct zone *zone; /* of the present calendar's floating times */
	int64_t steps;		 /* of expansion that may still be spent */
	struct text *addresses;
	size_t address_count;
	bool has_addresses;
};

static int compare_taken(const void *a, const void *b)
{
	const struct taken_event *x = a, *y = b;

	if (x->object != y->object)
		return x->object > y->object ? 1 : -1;
	if (x->start != y->start)
		return x->start > y->start ? 1 : -1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Is this the instance for which a booking holds the time? */
static bool is_taken(const struct collect *x, int64_t object, const struct busy_period *p)
{
	const struct taken_event key = {object, p->start, p->end};

	return x->taken_count > 0 &&
	       bsearch(&key, x->taken, x->taken_count, sizeof(key), compare_taken);
}

static void give(struct collect *x, int64_t object, const struct busy_period *p)
{
	struct freebusy_instance instance = {object, p->start, p->end, p->type};

	if (is_taken(x, object, p))
		return;
	if (!x->each)
		timeline_add(x->timeline, *p);
	else if (p->start < x->to && p->end > x->from)
		x->each(x->each_ctx, &instance);
}

static void add(struct collect *x, int64_t object, int64_t start, int64_t end, bool floating,
		int busy)
{
	struct busy_period p = {start, end, BUSY_BUSY};

	switch ((enum occurrence_busy)busy) {
	case OCC_FREE: return;
	case OCC_BUSY: break;
	case OCC_TENTATIVE: p.type = BUSY_TENTATIVE; break;
	case OCC_UNAVAILABLE: p.type = BUSY_UNAVAILABLE; break;
	case OCC_ELSEWHERE: p.type = x->for_booking ? BUSY_ELSEWHERE : BUSY_BUSY; break;
	}
	if (floating) {
		p.start = zone_to_utc(x->zone, start);
		p.end = zone_to_utc(x->zone, end);
	}
	give(x, object, &p);
}

static bool take_row(void *ctx, const struct occurrence_row *row)
{
	struct collect *x = ctx;

	if (row->object != x->but)
		add(x, row->object, row->start, row->end, row->floating, row->busy);
	return true;
}

/* ---- past the horizon ------------------------------------------------------------------ */

bool freebusy_may_take_time(int component)
{
	return (component & COLLECT_COMPONENTS) != 0;
}

/* What cannot be read or expanded counts as busy, never as free (booking case C12). */
static void add_unknown(struct collect *x, const struct stored_object *o, int64_t from)
{
	if (freebusy_may_take_time((int)o->component))
		add(x, o->id, max64(from, o->first_start), o->last_end, false, OCC_BUSY);
}

bool freebusy_takes_time(const struct ical_object *o)
{
	return (o->type & COLLECT_COMPONENTS) &&
	       !(o->has_master &&
		 (o->items[0].transparent || o->items[0].status == STATUS_CANCELLED));
}

static void add_expanded(struct collect *x, struct arena *scratch, const struct stored_object *o)
{
	struct expand_limits limits = {
		.steps = min64(x->steps, RECUR_BUDGET_DEFAULT),
		.max_occurrences = COLLECT_MAX_OCCURRENCES,
	};
	struct ical_object *object;
	struct expansion e;

	x->steps -= COLLECT_STEPS_OBJECT;
	if (ical_object_parse(scratch, o->data, ICAL_FROM_STORE, &object) ||
	    ical_expand(scratch, object, x->from, x->to, x->addresses, x->address_count, limits,
			&e)) {
		add_unknown(x, o, x->from);
		return;
	}
	for (size_t i = 0; i < e.count; i++)
		add(x, o->id, e.at[i].start, e.at[i].end, e.at[i].floating, (int)e.at[i].busy);
	if (!e.complete && freebusy_takes_time(object))
		add_unknown(x, o, e.complete_until);
	x->steps -= e.spent;
}

static const struct fault *load_addresses(struct collect *x)
{
	if (x->has_addresses)
		return NULL;
	x->has_addresses = true;
	return owner_addresses(x->db, x->arena, x->owner->id, &x->addresses, &x->address_count);
}

static void add_page(struct collect *x, struct arena *scratch, const struct stored_object *objects,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (objects[i].id == x->but)
			continue;
		if (x->steps > 0)
			add_expanded(x, scratch, &objects[i]);
		else
			add_unknown(x, &objects[i], x->from);
		arena_reset(scratch);
	}
}

/* Pages and what is expanded from them live apart from the request, and not long. */
static const struct fault *collect_pages(struct collect *x, const struct collection *c,
					 struct arena *page, struct arena *scratch)
{
	const struct fault *f = NULL;
	struct stored_object *objects;
	size_t count = COLLECT_PAGE;
	int64_t after = 0;

	while (!f && count == COLLECT_PAGE) {
		f = object_candidates(x->db, page, x->owner->id, c->id, x->from, x->to, after,
				      COLLECT_PAGE, &objects, &count);
		if (f || count == 0)
			break;
		after = objects[count - 1].id;
		add_page(x, scratch, objects, count);
		arena_reset(page);
		f = arena_check(x->arena);
	}
	return fault_copy(x->arena, f);
}

static const struct fault *collect_partial(struct collect *x, const struct collection *c)
{
	struct arena *page, *scratch;
	const struct fault *f = load_addresses(x);

	if (f)
		return f;
	page = arena_create(COLLECT_PAGE_BYTES);
	scratch = arena_create(COLLECT_SCRATCH_BYTES);
	f = collect_pages(x, c, page, scratch);
	arena_destroy(scratch);
	arena_destroy(page);
	return f;
}

/* ---- calendars ---------------------------------------------------------------------------- */

/* Floating and all-day times are the calendar's zone's, else the owner's (decisions 43). */
const struct zone *freebusy_zone(struct arena *a, const struct owner *owner,
				 const struct collection *c)
{
	const struct zone *z = zone_find_set(a, c->timezone);

	if (!z)
		z = zone_find_any(owner->timezone);
	return z ? z : zone_utc();
}

static const struct fault *collect_one(struct collect *x, const struct collection *c)
{
	const struct fault *f;

	x->zone = freebusy_zone(x->arena, x->owner, c);
	f = occurrence_range(x->db, x->arena, x->owner->id, c->id, x->from, x->to, true, take_row,
			     x);
	if (!f && (x->from < x->horizon_from || x->to > x->horizon_until))
		f = collect_partial(x, c);
	return f;
}

static const struct fault *collect_begin(struct collect *x, struct db *db, struct arena *a,
					 const struct owner *owner, int64_t from, int64_t to,
					 struct timeline *t)
{
	*x = (struct collect){
		.db = db,
		.arena = a,
		.owner = owner,
		.from = from,
		.to = to,
		.timeline = t,
		.steps = COLLECT_STEPS,
	};
	return occurrence_horizon(db, a, &x->horizon_from, &x->horizon_until);
}

const struct fault *freebusy_collect_calendar(struct db *db, struct arena *a,
					      const struct owner *owner, const struct collection *c,
					      int64_t from, int64_t to, struct timeline *t)
{
	struct collect x;
	const struct fault *f = collect_begin(&x, db, a, owner, from, to, t);

	return f ? f : collect_one(&x, c);
}

static const struct fault *collect_all(struct collect *x)
{
	struct collection *all;
	size_t count;
	const struct fault *f = collection_list_busy(x->db, x->arena, x->owner->id, &all, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (all[i].components & COLLECT_COMPONENTS)
			f = collect_one(x, &all[i]);
	return f;
}

const struct fault *freebusy_collect_owner_but(struct db *db, struct arena *a,
					       const struct owner *owner, int64_t object,
					       int64_t from, int64_t to, struct timeline *t)
{
	struct collect x;
	const struct fault *f = collect_begin(&x, db, a, owner, from, to, t);

	x.but = object;
	return f ? f : collect_all(&x);
}

const struct fault *freebusy_collect_owner(struct db *db, struct arena *a,
					   const struct owner *owner, int64_t from, int64_t to,
					   struct timeline *t)
{
	return freebusy_collect_owner_but(db, a, owner, 0, from, to, t);
}

/* ---- hours ---------------------------------------------------------------------------------- */

const struct fault *freebusy_collect_hours(struct db *db, struct arena *a, int64_t owner,
					   int64_t from, int64_t to, struct timeline *t)
{
	struct text raw;
	struct availability *v;
	struct arena *scratch;
	const struct fault *f = schedule_availability(db, a, owner, &raw);

	if (f || raw.len == 0)
		return f;
	scratch = arena_create(COLLECT_HOURS_BYTES);
	f = availability_read(scratch, raw, &v);
	if (!f)
		f = availability_add(scratch, v, from, to, t);
	if (f)
		timeline_add(t, (struct busy_period){from, to, BUSY_UNAVAILABLE});
	arena_destroy(scratch);
	return NULL;
}

/* ---- for bookings ------------------------------------------------------------------------------
 */

static const struct fault *collect_for_booking(struct collect *x)
{
	const struct fault *f = taken_events(x->db, x->arena, x->owner->id, x->from, x->to,
					     &x->taken, &x->taken_count);

	if (!f && x->taken_count > 1)
		qsort(x->taken, x->taken_count, sizeof(*x->taken), compare_taken);
	x->for_booking = true;
	return f ? f : collect_all(x);
}

const struct fault *freebusy_collect_for_booking(struct db *db, struct arena *a,
						 const struct owner *owner, int64_t object,
						 int64_t from, int64_t to, struct timeline *t)
{
	struct collect x;
	const struct fault *f = collect_begin(&x, db, a, owner, from, to, t);

	x.but = object;
	return f ? f : collect_for_booking(&x);
}

const struct fault *freebusy_collect_instances(struct db *db, struct arena *a,
					       const struct owner *owner, int64_t from, int64_t to,
					       freebusy_instance_fn fn, void *ctx)
{
	struct collect x;
	const struct fault *f = collect_begin(&x, db, a, owner, from, to, NULL);

	x.each = fn;
	x.each_ctx = ctx;
	return f ? f : collect_for_booking(&x);
}

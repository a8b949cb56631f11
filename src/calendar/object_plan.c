/* object_plan - from a parsed object to the rows that will stand for it */

#include "base/secret.h"
#include "calendar/change_priv.h"
#include "calendar/horizon.h"
#include "freebusy/collect.h"
#include "ical/expand.h"
#include "ical/zone.h"
#include "store/occurrence.h"

/* 128 bits tell objects apart; a listing of thousands is a seventh shorter than with all 256. */
enum { ETAG_DIGITS = 32 };

struct text object_etag(struct arena *a, struct text raw)
{
	return text_sub(secret_digest_hex(a, raw), 0, ETAG_DIGITS);
}

static bool object_recurs(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_item *item = &o->items[i];

		if (item->has_rule || item->rdates.count > 0 ||
		    (item->type == COMP_VEVENT && item->period_count > 0))
			return true;
	}
	return false;
}

static bool is_zoned(const struct ical_time *t)
{
	return t->present && t->form == TIME_ZONED;
}

static bool any_zoned(const struct ical_dates *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->at[i].form == TIME_ZONED)
			return true;
	return false;
}

static bool item_names_zones(const struct ical_item *item)
{
	const struct ical_time *const times[] = {&item->dtstart, &item->dtend, &item->due,
						 &item->completed, &item->recurrence_id};

	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		if (is_zoned(times[i]))
			return true;
	for (size_t i = 0; i < item->period_count; i++)
		if (is_zoned(&item->periods[i].start) || is_zoned(&item->periods[i].end))
			return true;
	return any_zoned(&item->rdates) || any_zoned(&item->exdates);
}

/* A TZID that nobody knows counts, too: newer zone data may know it. */
static bool object_names_zones(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (item_names_zones(&o->items[i]))
			return true;
	return false;
}

/*
 * What could not be expanded counts as busy, never as free (booking case C12):
 * one row from where the list ends to where the object, or the horizon, does.
 */
static void plan_add_rest(struct object_plan *p, const struct expansion *x, int64_t until)
{
	const struct ical_item *first = &p->object->items[0];
	int64_t end = min64(p->last_end, until);

	if (x->complete || x->complete_until >= end)
		return;
	p->rows[p->row_count++] = (struct occurrence_row){
		.start = x->complete_until,
		.end = end,
		.component = (int32_t)p->object->type,
		.busy = freebusy_takes_time(p->object) ? OCC_BUSY : OCC_FREE,
		.floating =
			first->dtstart.form == TIME_FLOATING || first->dtstart.form == TIME_DATE,
	};
}

static void plan_add_rows(struct arena *a, struct object_plan *p, const struct expansion *x,
			  int64_t until)
{
	p->rows = arena_alloc_array(a, x->count + 1, sizeof(*p->rows));
	for (size_t i = 0; i < x->count; i++) {
		const struct occurrence *o = &x->at[i];

		p->rows[p->row_count++] = (struct occurrence_row){
			.start = o->start,
			.end = o->end,
			.component = (int32_t)p->object->items[o->item].type,
			.busy = (int32_t)o->busy,
			.floating = o->floating,
		};
	}
	plan_add_rest(p, x, until);
}

const struct fault *object_plan_within(struct arena *a, const struct ical_object *o,
				       const struct text *addresses, size_t address_count,
				       int64_t horizon_from, int64_t horizon_until,
				       struct object_plan *out)
{
	struct expand_limits extent = {PLAN_EXTENT_STEPS, PLAN_MAX_ROWS};
	struct expand_limits limits = {PLAN_STEPS, PLAN_MAX_ROWS};
	struct expansion x;
	int64_t from = TIME_MIN, until = TIME_MAX;
	const struct fault *f;

	*out = (struct object_plan){
		.object = o,
		.horizon_from = horizon_from,
		.horizon_until = horizon_until,
		.zone_version = object_names_zones(o) ? zone_data_version() : 0,
		.raw = o->raw,
		.etag = object_etag(a, o->raw),
	};
	f = ical_extent(a, o, extent, &out->first_start, &out->last_end);
	if (f)
		return f;
	out->partial = object_recurs(o) &&
		       (out->first_start < horizon_from || out->last_end > horizon_until);
	if (out->partial) {
		from = horizon_from;
		until = horizon_until;
	}
	f = ical_expand(a, o, from, until, addresses, address_count, limits, &x);
	if (f)
		return f;
	plan_add_rows(a, out, &x, until);
	return arena_check(a);
}

/* As far as a horizon that is just being moved, or the move would overlook the object. */
static const struct fault *plan_horizon(struct db *db, struct arena *a, int64_t now,
					int64_t *from_out, int64_t *until_out)
{
	const struct fault *f = occurrence_horizon(db, a, from_out, until_out);

	*until_out = max64(*until_out, now + (int64_t)HORIZON_AHEAD_DAYS * DAY_SECONDS);
	return f;
}

const struct fault *object_plan_make(struct calendar *cal, struct arena *a, int64_t owner,
				     const struct ical_object *o, int64_t now,
				     struct object_plan *out)
{
	struct db *db;
	struct text *addresses;
	size_t address_count;
	int64_t from = TIME_MIN, until = TIME_MAX;
	const struct fault *f = store_reader(cal->store, a, &db);

	if (!f)
		f = owner_addresses(db, a, owner, &addresses, &address_count);
	/* Of what does not recur all rows stand, wherever the horizon is. */
	if (!f && object_recurs(o))
		f = plan_horizon(db, a, now, &from, &until);
	if (f)
		return f;
	return object_plan_within(a, o, addresses, address_count, from, until, out);
}

const struct fault *object_plan_check(struct change *c, struct db *db, const struct object_plan *p)
{
	int64_t from, until;
	const struct fault *f;

	if (!p->partial)
		return NULL;
	f = occurrence_horizon(db, c->arena, &from, &until);
	if (!f && until > p->horizon_until)
		f = change_is_stale(c);
	return f;
}

static void take_extent(const struct object_plan *p, struct stored_object *o)
{
	o->first_start = p->first_start;
	o->last_end = p->last_end;
	o->partial = p->partial;
	o->zone_version = p->zone_version;
}

static const struct fault *write_occurrences(struct change *c, struct db *db,
					     const struct object_plan *p,
					     const struct stored_object *o, bool is_new)
{
	const struct fault *f = (is_new ? occurrence_enter : occurrence_replace)(
		db, c->arena, o->owner, o->collection, o->id, p->rows, p->row_count);

	if (!f && p->zone_version != 0)
		f = occurrence_note_zones(db, c->arena, p->zone_version);
	return f;
}

const struct fault *object_plan_write(struct change *c, struct db *db, const struct object_plan *p,
				      struct stored_object *o)
{
	return object_plan_write_as(c, db, p, p->object->uid, o);
}

const struct fault *object_plan_write_as(struct change *c, struct db *db,
					 const struct object_plan *p, struct text uid,
					 struct stored_object *o)
{
	bool had_attachments = o->attached != 0, is_new = o->id == 0;
	const struct fault *f;

	o->attached = (int64_t)p->object->managed_count;
	o->uid = uid;
	o->component = p->object->type;
	o->etag = p->etag;
	o->data = p->raw;
	o->answers = p->answers;
	o->size_bytes = (int64_t)p->raw.len;
	take_extent(p, o);
	f = object_write(db, c->arena, o, &o->id);
	if (!f)
		f = attachments_keep(c, db, o, p->object, had_attachments);
	return f ? f : write_occurrences(c, db, p, o, is_new);
}

const struct fault *object_plan_extend(struct change *c, struct db *db, const struct object_plan *p,
				       struct stored_object *o)
{
	const struct fault *f;

	take_extent(p, o);
	f = object_set_extent(db, c->arena, o);
	return f ? f : write_occurrences(c, db, p, o, false);
}

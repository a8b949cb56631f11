/* caldata_time - the cuts by time, and instances; see caldata_priv.h */

#include "base/arena.h"
#include "base/buf.h"
#include "dav/caldata_priv.h"
#include "dav/instance.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"

/* An object on its way through one of the cuts. */
struct timed {
	struct arena *arena;
	const struct dav_range *range;
	const struct zone *floating;
	struct text raw;
	struct ical_object *object;
	const struct ical_blocks *blocks; /* of the object */
	struct expansion expansion;
	struct buf out;
};

static void keep(struct timed *t, size_t begin, size_t end)
{
	buf_put(&t->out, t->raw.at + begin, end - begin);
}

/* False: it cannot be read, and is given as it is. */
static bool timed_begin(struct timed *t, struct arena *a, const struct dav_range *r,
			struct text raw, const struct zone *floating)
{
	*t = (struct timed){.arena = a, .range = r, .floating = floating, .raw = raw};
	buf_init(&t->out, a, raw.len + 1, CALDATA_MAX_BYTES);
	if (ical_object_parse(a, raw, ICAL_FROM_STORE, &t->object))
		return false;
	t->blocks = &t->object->blocks;
	return true;
}

static const struct fault *too_many(struct arena *a)
{
	return fault_make(a, FAULT_TOO_MANY_MATCHES, NULL,
			  "An object has more instances in this range than one answer holds.");
}

static const struct fault *timed_expand(struct timed *t)
{
	struct expand_limits limits = {
		.steps = RECUR_BUDGET_DEFAULT,
		.max_occurrences = CALDATA_MAX_INSTANCES,
	};
	const struct fault *f = ical_expand(t->arena, t->object, t->range->from, t->range->to, NULL,
					    0, limits, &t->expansion);

	return f || t->expansion.complete ? f : too_many(t->arena);
}

static const struct fault *timed_end(struct timed *t, struct text *out)
{
	*out = buf_text(&t->out);
	return t->out.overflow ? too_many(t->arena) : arena_check(t->arena);
}

static bool is_inside(const struct timed *t, const struct occurrence *occ)
{
	return dav_range_overlaps(t->range, occ->start, occ->end, occ->floating, t->floating);
}

/* ---- expand (§9.6.5) ---------------------------------------------------------------------- */

/* A time of one instance: a date stays one, floating time floats, all others are UTC. */
static void put_time(struct timed *t, const char *name, int64_t at, bool is_local,
		     enum time_form form)
{
	buf_put_str(&t->out, name);
	if (is_local && form == TIME_DATE) {
		buf_put_lit(&t->out, ";VALUE=DATE:");
		time_put_date(&t->out, at);
	} else {
		buf_put_char(&t->out, ':');
		if (is_local)
			time_put_local(&t->out, at);
		else
			time_put_utc(&t->out, at);
	}
	buf_put_lit(&t->out, "\r\n");
}

/* Every instance of a recurring component but the initial one is named. */
static void put_recurrence_id(struct timed *t, const struct occurrence *occ)
{
	const struct ical_item *item = &t->object->items[occ->item];
	const struct ical_item *master = t->object->has_master ? &t->object->items[0] : item;
	const struct ical_time *as = master->dtstart.present ? &master->dtstart : &master->due;
	int64_t at = occ->recurrence_local;
	bool is_local = as->form == TIME_DATE || as->form == TIME_FLOATING;

	if (master == item && item->recurrence_id.present)
		as = &item->recurrence_id;
	else if (master == item && at == as->seconds)
		return;
	if (as->form == TIME_ZONED && as->zone)
		at = zone_to_utc(as->zone, at);
	else if (as->form == TIME_ZONED)
		is_local = true;
	put_time(t, "RECURRENCE-ID", at, is_local, as->form);
}

/* A DURATION that is not what this instance takes (days of a zone, RDATE) becomes its end. */
static void put_duration(struct timed *t, const struct occurrence *occ,
			 const struct dav_instance *i, const struct ical_line *l)
{
	const struct ical_item *item = &t->object->items[occ->item];
	bool is_todo = item->type == COMP_VTODO;

	if (!i->has_start || zone_later(NULL, i->start, item->duration) == i->end)
		keep(t, l->begin, l->end);
	else
		put_time(t, is_todo ? "DUE" : "DTEND", i->end, i->is_local, item->dtstart.form);
}

static bool is_recurrence(const struct ical_line *l)
{
	static const char *const names[] = {"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(l, names[i]))
			return true;
	return false;
}

static void put_instance_line(struct timed *t, const struct occurrence *occ,
			      const struct dav_instance *i, const struct ical_line *l)
{
	const struct ical_item *item = &t->object->items[occ->item];

	if (is_recurrence(l))
		return;
	if (ical_line_is(l, "DTSTART"))
		put_time(t, "DTSTART", i->start, i->is_local, item->dtstart.form);
	else if (ical_line_is(l, "DTEND") && item->dtend.present)
		put_time(t, "DTEND", i->end, i->is_local, item->dtend.form);
	else if (ical_line_is(l, "DUE") && item->due.present)
		put_time(t, "DUE", i->end, i->is_local, item->due.form);
	else if (ical_line_is(l, "DURATION"))
		put_duration(t, occ, i, l);
	else
		keep(t, l->begin, l->end);
}

static void put_instance(struct timed *t, const struct occurrence *occ)
{
	const struct ical_item *item = &t->object->items[occ->item];
	struct dav_instance i = dav_instance_of(t->object, occ);
	const struct ical_block *b = &t->blocks->at[item->block];
	struct ical_walk w;
	struct ical_line l;
	size_t child;

	keep(t, b->begin, b->body);
	put_recurrence_id(t, occ);
	ical_walk_begin(&w, t->arena, t->raw, t->blocks, item->block);
	while (ical_walk_next(&w, &l, &child)) {
		if (child)
			keep(t, t->blocks->at[child].begin, t->blocks->at[child].end);
		else
			put_instance_line(t, occ, &i, &l);
	}
	keep(t, b->body_end, b->end);
}

static bool may_recur(enum ical_component c)
{
	return c == COMP_VEVENT || c == COMP_VTODO || c == COMP_VJOURNAL;
}

static void put_instances(struct timed *t)
{
	for (size_t i = 0; i < t->expansion.count && !t->out.overflow; i++)
		if (is_inside(t, &t->expansion.at[i]))
			put_instance(t, &t->expansion.at[i]);
}

const struct fault *dav_caldata_expand(struct arena *a, const struct dav_range *r, struct text raw,
				       const struct zone *floating, struct text *out)
{
	struct timed t;
	struct ical_walk w;
	struct ical_line l;
	size_t child;
	bool is_done = false;
	const struct fault *f;

	*out = raw;
	if (!timed_begin(&t, a, r, raw, floating) || !may_recur(t.object->type))
		return arena_check(a);
	if ((f = timed_expand(&t)))
		return f;
	keep(&t, t.blocks->at[0].begin, t.blocks->at[0].body);
	ical_walk_begin(&w, a, raw, t.blocks, 0);
	while (ical_walk_next(&w, &l, &child)) {
		const struct ical_block *b = &t.blocks->at[child];

		if (!child) {
			keep(&t, l.begin, l.end);
		} else if (ical_component_find(b->name)) {
			if (!is_done)
				put_instances(&t);
			is_done = true;
		} else if (!ical_block_is(b, "VTIMEZONE")) {
			keep(&t, b->begin, b->end);
		}
	}
	keep(&t, t.blocks->at[0].body_end, t.blocks->at[0].end);
	return timed_end(&t, out);
}

/* ---- limit-recurrence-set (§9.6.6) --------------------------------------------------------------
 */

/* How long an item takes where nothing else is said. */
static int64_t item_length(const struct ical_item *item)
{
	const struct ical_time *end = item->dtend.present ? &item->dtend : &item->due;

	if (end->present && item->dtstart.present)
		return ical_time_utc(end, zone_utc()) - ical_time_utc(&item->dtstart, zone_utc());
	if (item->has_duration)
		return zone_later(NULL, 0, item->duration);
	return item->dtstart.present && item->dtstart.form == TIME_DATE ? DAY_SECONDS : 0;
}

/* Was the instance in the range before it was moved, or are later ones moved with it? */
static bool was_inside(const struct timed *t, const struct ical_item *item)
{
	int64_t at = ical_time_utc(&item->recurrence_id, t->floating);
	int64_t length = item_length(&t->object->items[0]);

	if (item->this_and_future && at < t->range->to)
		return true;
	return dav_range_overlaps(t->range, at, at + max64(length, 0), false, t->floating);
}

static const bool *impacting_items(struct timed *t)
{
	size_t count = t->object->item_count;
	bool *keeps = arena_alloc_array(t->arena, count, sizeof(*keeps));

	for (size_t i = 0; i < t->expansion.count; i++)
		keeps[t->expansion.at[i].item] |= is_inside(t, &t->expansion.at[i]);
	for (size_t i = 0; i < count; i++)
		if (!keeps[i])
			keeps[i] = !t->object->items[i].recurrence_id.present ||
				   was_inside(t, &t->object->items[i]);
	return keeps;
}

const struct fault *dav_caldata_limit_recurrence(struct arena *a, const struct dav_range *r,
						 struct text raw, const struct zone *floating,
						 struct text *out)
{
	struct timed t;
	const bool *keeps;
	const struct ical_item *items;
	size_t at = 0;
	const struct fault *f;

	*out = raw;
	if (!timed_begin(&t, a, r, raw, floating))
		return arena_check(a);
	if ((f = timed_expand(&t)))
		return f;
	keeps = impacting_items(&t);
	items = t.object->items;
	/* All but the master stand in the order of the bytes, and it is kept anyway. */
	for (size_t i = 0; i < t.object->item_count; i++) {
		if (keeps[i])
			continue;
		keep(&t, at, t.blocks->at[items[i].block].begin);
		at = t.blocks->at[items[i].block].end;
	}
	keep(&t, at, raw.len);
	return timed_end(&t, out);
}

/* ---- limit-freebusy-set (§9.6.7) ---- */

static bool period_is_inside(const struct timed *t, struct text period)
{
	ptrdiff_t slash = text_find_char(period, '/', 0);
	struct duration length;
	enum time_form form;
	struct text second;
	int64_t start, end;

	if (slash < 0 || !time_parse(text_sub(period, 0, (size_t)slash), &start, &form))
		return true;
	second = text_sub(period, (size_t)slash + 1, period.len);
	if (duration_parse(second, &length))
		end = zone_later(NULL, start, length);
	else if (!time_parse(second, &end, &form))
		return true;
	return dav_range_overlaps(t->range, start, end, form != TIME_UTC, zone_utc());
}

/* The line as it came when all its periods stay. */
static void put_freebusy(struct timed *t, const struct ical_line *l)
{
	struct text rest = l->value, period;
	size_t kept = 0, all = 0;
	struct buf line;

	buf_init(&line, t->arena, l->end - l->begin, ICAL_MAX_LINE_BYTES);
	buf_put_text(&line, l->name);
	buf_put_text(&line, l->params);
	while (text_next(&rest, ',', &period)) {
		all++;
		if (!period_is_inside(t, text_trim(period)))
			continue;
		buf_put_char(&line, kept++ ? ',' : ':');
		buf_put_text(&line, period);
	}
	if (kept == all)
		keep(t, l->begin, l->end);
	else if (kept > 0)
		ical_put_line(&t->out, buf_text(&line));
}

const struct fault *dav_caldata_limit_freebusy(struct arena *a, const struct dav_range *r,
					       struct text raw, struct text *out)
{
	struct timed t;
	size_t at = 0;

	*out = raw;
	if (!timed_begin(&t, a, r, raw, zone_utc()) || t.object->type != COMP_VFREEBUSY)
		return arena_check(a);
	for (size_t i = 0; i < t.object->item_count; i++) {
		struct ical_walk w;
		struct ical_line l;

		ical_walk_begin(&w, a, raw, t.blocks, t.object->items[i].block);
		while (ical_walk_line(&w, &l)) {
			if (!ical_line_is(&l, "FREEBUSY"))
				continue;
			keep(&t, at, l.begin);
			put_freebusy(&t, &l);
			at = l.end;
		}
	}
	keep(&t, at, raw.len);
	return timed_end(&t, out);
}

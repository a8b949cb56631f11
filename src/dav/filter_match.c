/*
 * filter_match - does this object match? See filter.h.
 *
 * Names and texts are looked for in the raw lines, so that nothing the client wrote
 * escapes them; the object is read and expanded only when a time-range asks. What
 * one time-range finds is kept per item: an object may have ten thousand overrides.
 */

#include "base/arena.h"
#include "dav/filter.h"
#include "dav/instance.h"
#include "ical/expand.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"

enum {
	MATCH_MAX_OCCURRENCES = 2000, /* with as many in the range, all items are taken to match */
	MATCH_STEPS_EXPAND = 16,      /* of one expansion, whatever it finds */
	ALARM_MAX_REPEATS = 100000,
	ALARM_MAX_SECONDS = 3660 * DAY_SECONDS,
	NO_ITEM = -1,
};

/* What a time-range found, once per filter and object. */
struct found {
	struct found *next;
	const void *filter;
	bool *items;
};

struct matcher {
	struct arena *arena;
	struct text raw;
	struct ical_blocks blocks;
	const struct zone *floating;
	bool is_read, is_unreadable;
	struct ical_object *object;
	int32_t *item_of_block; /* NO_ITEM: it is none */
	struct found *found;
	int64_t left;	/* steps of expansion that may still be spent on this object */
	int64_t *steps; /* … and on all */
};

/* ---- texts (RFC 4790 §9.2, §9.3) ------------------------------------------------------- */

bool dav_text_contains(struct arena *a, const struct dav_text_match *m, struct text value)
{
	return text_find(m->is_octet ? value : text_lower(a, value), m->needle) >= 0;
}

/* ---- ranges (§9.9) ----------------------------------------------------------------------- */

static int64_t bound(int64_t at, bool is_floating, const struct zone *floating)
{
	/* The ends of time are the same in every zone. */
	if (!is_floating || at <= TIME_MIN + DAY_SECONDS || at >= TIME_MAX - DAY_SECONDS)
		return at;
	return zone_to_utc(floating, at);
}

bool dav_range_overlaps(const struct dav_range *r, int64_t start, int64_t end, bool is_floating,
			const struct zone *floating)
{
	start = bound(start, is_floating, floating);
	end = bound(end, is_floating, floating);
	return start < r->to && (end > r->from || start >= r->from);
}

static bool is_within(const struct dav_range *r, int64_t at)
{
	return r->from <= at && at < r->to;
}

/* ---- the object behind the lines ---------------------------------------------------------- */

static void read_object(struct matcher *m)
{
	m->is_read = true;
	if (ical_object_parse(m->arena, m->raw, ICAL_FROM_STORE, &m->object)) {
		m->is_unreadable = true;
		return;
	}
	m->item_of_block = arena_alloc_array(m->arena, m->blocks.count, sizeof(*m->item_of_block));
	for (size_t i = 0; i < m->blocks.count; i++)
		m->item_of_block[i] = NO_ITEM;
	for (size_t i = 0; i < m->object->item_count; i++)
		m->item_of_block[m->object->items[i].block] = (int32_t)i;
}

/* The item of a component, NO_ITEM for an alarm, a zone and the like. */
static int32_t item_of(struct matcher *m, size_t block)
{
	if (!m->is_read)
		read_object(m);
	return m->is_unreadable ? NO_ITEM : m->item_of_block[block];
}

/* False: not to be found out, with the work that may be spent on it. */
static bool expand(struct matcher *m, int64_t from, int64_t to, struct expansion *out)
{
	struct expand_limits limits = {
		.steps = min64(m->left, *m->steps),
		.max_occurrences = MATCH_MAX_OCCURRENCES,
	};

	if (limits.steps <= 0 || ical_expand(m->arena, m->object, max64(from, TIME_MIN),
					     min64(to, TIME_MAX), NULL, 0, limits, out))
		return false;
	m->left -= MATCH_STEPS_EXPAND + out->spent;
	*m->steps -= MATCH_STEPS_EXPAND + out->spent;
	return out->complete;
}

/* ---- time-range on components and on the properties that move with an instance ----------------
 */

enum range_of { OF_COMPONENT, OF_START, OF_END };

static bool occurrence_matches(const struct matcher *m, enum range_of what,
			       const struct dav_range *r, const struct occurrence *occ)
{
	struct dav_instance i;

	if (what == OF_COMPONENT)
		return dav_range_overlaps(r, occ->start, occ->end, occ->floating, m->floating);
	i = dav_instance_of(m->object, occ);
	if (what == OF_START)
		return i.has_start && is_within(r, bound(i.start, i.is_local, m->floating));
	return i.has_end && is_within(r, bound(i.end, i.is_local, m->floating));
}

/* A message about an event need not say when it is: it is of every time (RFC 6638 §2.3). */
static bool is_timeless(const struct ical_item *item)
{
	return item->type == COMP_VEVENT && !item->dtstart.present;
}

/* Which items have an instance in the range; one flag each. */
static const bool *find_items(struct matcher *m, const void *filter, enum range_of what,
			      const struct dav_range *r)
{
	struct found *found = m->found;
	struct expansion x;
	bool is_known;

	while (found && found->filter != filter)
		found = found->next;
	if (found)
		return found->items;
	found = arena_alloc(m->arena, sizeof(*found));
	found->filter = filter;
	found->items = arena_alloc_array(m->arena, m->object->item_count, sizeof(bool));
	found->next = m->found;
	m->found = found;
	is_known = expand(m, r->from - (what != OF_COMPONENT), r->to, &x);
	for (size_t i = 0; !is_known && i < m->object->item_count; i++)
		found->items[i] = true;
	for (size_t i = 0; is_known && i < x.count; i++)
		if (!found->items[x.at[i].item])
			found->items[x.at[i].item] = occurrence_matches(m, what, r, &x.at[i]);
	for (size_t i = 0; i < m->object->item_count; i++)
		found->items[i] = found->items[i] ||
				  (what == OF_COMPONENT && is_timeless(&m->object->items[i]));
	return found->items;
}

/* ---- time-range on alarms (RFC 5545 §3.8.6) ------------------------------------------------- */

struct alarm {
	bool has_trigger, is_absolute, from_end;
	int64_t at; /* when absolute */
	struct duration trigger, again;
	int64_t repeats;
};

static void read_trigger(struct matcher *m, struct alarm *alarm, const struct ical_line *l)
{
	struct text value = text_trim(l->value);
	enum time_form form;

	alarm->is_absolute = time_parse(value, &alarm->at, &form);
	alarm->has_trigger = alarm->is_absolute || duration_parse(value, &alarm->trigger);
	alarm->from_end = text_equal_nocase(ical_line_param(m->arena, l, "RELATED"), TEXT("END"));
}

static struct alarm read_alarm(struct matcher *m, size_t block)
{
	struct alarm alarm = {0};
	struct ical_walk w;
	struct ical_line l;
	size_t child;

	ical_walk_begin(&w, m->arena, m->raw, &m->blocks, block);
	while (ical_walk_next(&w, &l, &child)) {
		if (child)
			continue;
		if (ical_line_is(&l, "TRIGGER"))
			read_trigger(m, &alarm, &l);
		else if (ical_line_is(&l, "DURATION") && !duration_parse(l.value, &alarm.again))
			alarm.again = (struct duration){0};
		else if (ical_line_is(&l, "REPEAT") &&
			 !text_to_int64(text_trim(l.value), 0, ALARM_MAX_REPEATS, &alarm.repeats))
			alarm.repeats = 0;
	}
	return alarm;
}

static int64_t alarm_gap(const struct alarm *alarm)
{
	int64_t gap = zone_later(NULL, 0, alarm->again);

	return gap > 0 ? min64(gap, ALARM_MAX_SECONDS) : 0;
}

/* Does it, going off first at this instant, go off in the range? */
static bool alarm_rings(const struct alarm *alarm, const struct dav_range *r, int64_t first)
{
	int64_t gap = alarm_gap(alarm), skipped;

	if (is_within(r, first))
		return true;
	if (gap == 0 || first >= r->to)
		return false;
	skipped = (r->from - first + gap - 1) / gap;
	return skipped <= alarm->repeats && is_within(r, first + skipped * gap);
}

static bool alarm_rings_at(const struct matcher *m, const struct alarm *alarm,
			   const struct dav_range *r, const struct occurrence *occ)
{
	const struct ical_item *item = &m->object->items[occ->item];
	struct dav_instance i = dav_instance_of(m->object, occ);
	/* Apps put the alarm of a to-do without DTSTART before its DUE. */
	bool from_end = alarm->from_end || !i.has_start;
	int64_t base = from_end && i.has_end ? i.end : i.start;

	if (!i.has_start && !i.has_end)
		return false;
	base = bound(base, i.is_local, m->floating);
	return alarm_rings(alarm, r, zone_later(item->dtstart.zone, base, alarm->trigger));
}

static bool match_alarm(struct matcher *m, const struct dav_range *r, size_t block, size_t parent)
{
	struct alarm alarm = read_alarm(m, block);
	int32_t item = item_of(m, parent);
	int64_t first = zone_later(NULL, 0, alarm.trigger);
	int64_t last = first + alarm.repeats * alarm_gap(&alarm);
	struct expansion x;

	if (!alarm.has_trigger || item == NO_ITEM)
		return false;
	if (alarm.is_absolute)
		return alarm_rings(&alarm, r, alarm.at);
	/* A day more to both sides: days of a trigger are as long as the zone makes them. */
	if (!expand(m, r->from - last - DAY_SECONDS, r->to - first + DAY_SECONDS, &x))
		return true;
	for (size_t i = 0; i < x.count; i++)
		if (x.at[i].item == (uint32_t)item && alarm_rings_at(m, &alarm, r, &x.at[i]))
			return true;
	return false;
}

static bool match_comp_range(struct matcher *m, const struct dav_comp_filter *c, size_t block,
			     size_t parent)
{
	int32_t item;

	if (ical_block_is(&m->blocks.at[block], "VALARM"))
		return match_alarm(m, c->range, block, parent);
	item = item_of(m, block);
	return item != NO_ITEM && find_items(m, c, OF_COMPONENT, c->range)[item];
}

/* ---- prop-filter and param-filter --------------------------------------------------------------
 */

struct param_seen {
	struct arena *arena;
	const struct dav_text_match *match;
	bool is_there, has_match;
};

static void see_param(struct text value, void *ctx)
{
	struct param_seen *s = ctx;

	s->is_there = true;
	if (s->match && dav_text_contains(s->arena, s->match, value))
		s->has_match = true;
}

static bool match_param(struct matcher *m, const struct dav_param_filter *p,
			const struct ical_line *l)
{
	struct param_seen s = {.arena = m->arena, .match = p->match};

	ical_line_param_each(m->arena, l, p->name, see_param, &s);
	if (p->is_not_defined)
		return !s.is_there;
	return s.is_there && (!p->match || s.has_match != p->match->is_negated);
}

/* Do these move with an instance? A VFREEBUSY has none, its periods have no DTSTART. */
static bool has_instances(const struct matcher *m, int32_t item)
{
	return item != NO_ITEM && m->object->items[item].type != COMP_VFREEBUSY;
}

/* The value of the line itself, for properties that are the same in every instance. */
static bool match_line_time(struct matcher *m, const struct dav_range *r, const struct ical_line *l)
{
	struct text tzid = ical_line_param(m->arena, l, "TZID");
	const struct zone *zone = tzid.at ? zone_find_any(tzid) : NULL;
	enum time_form form;
	int64_t at;

	if (!time_parse(text_trim(l->value), &at, &form))
		return false;
	return is_within(r, form == TIME_UTC ? at : zone_to_utc(zone ? zone : m->floating, at));
}

static bool match_prop_range(struct matcher *m, const struct dav_prop_filter *p, size_t block,
			     const struct ical_line *l)
{
	bool of_start = text_equal_nocase(p->name, TEXT("DTSTART"));
	bool of_end = text_equal_nocase(p->name, TEXT("DTEND")) ||
		      text_equal_nocase(p->name, TEXT("DUE"));
	int32_t item = of_start || of_end ? item_of(m, block) : NO_ITEM;

	if (!has_instances(m, item))
		return match_line_time(m, p->range, l);
	return find_items(m, p, of_start ? OF_START : OF_END, p->range)[item];
}

/* DURATION stands for the end that it makes (§9.9). */
static bool stands_for(const struct matcher *m, const struct dav_prop_filter *p, size_t block,
		       const struct ical_line *l)
{
	const char *comp;

	if (text_equal_nocase(l->name, p->name))
		return true;
	if (!p->range || !ical_line_is(l, "DURATION"))
		return false;
	comp = text_equal_nocase(p->name, TEXT("DTEND")) ? "VEVENT"
	       : text_equal_nocase(p->name, TEXT("DUE")) ? "VTODO"
							 : "";
	return ical_block_is(&m->blocks.at[block], comp);
}

static bool match_text(const struct matcher *m, const struct dav_text_match *match,
		       const struct ical_line *l)
{
	return dav_text_contains(m->arena, match, ical_text_unescape(m->arena, l->value));
}

static bool match_prop_line(struct matcher *m, const struct dav_prop_filter *p, size_t block,
			    const struct ical_line *l)
{
	if (p->match && match_text(m, p->match, l) == p->match->is_negated)
		return false;
	if (p->range && !match_prop_range(m, p, block, l))
		return false;
	for (const struct dav_param_filter *q = p->params; q; q = q->next)
		if (!match_param(m, q, l))
			return false;
	return true;
}

/* One walk for all prop-filters of a component; their number fits in a word. */
static bool match_props(struct matcher *m, const struct dav_prop_filter *props, size_t block)
{
	uint64_t there = 0, matched = 0, bit;
	struct ical_walk w;
	struct ical_line l;
	size_t child;

	if (!props)
		return true;
	ical_walk_begin(&w, m->arena, m->raw, &m->blocks, block);
	while (ical_walk_next(&w, &l, &child)) {
		bit = 1;
		for (const struct dav_prop_filter *p = props; p && !child; p = p->next, bit <<= 1) {
			if ((matched & bit) || !stands_for(m, p, block, &l))
				continue;
			there |= bit;
			if (!p->is_not_defined && match_prop_line(m, p, block, &l))
				matched |= bit;
		}
	}
	bit = 1;
	for (const struct dav_prop_filter *p = props; p; p = p->next, bit <<= 1)
		if (!((p->is_not_defined ? ~there : matched) & bit))
			return false;
	return true;
}

/* ---- comp-filter --------------------------------------------------------------------------------
 */

static bool match_within(struct matcher *m, const struct dav_comp_filter *c, size_t parent);

static bool match_comp(struct matcher *m, const struct dav_comp_filter *c, size_t block,
		       size_t parent)
{
	if (!match_props(m, c->props, block))
		return false;
	if (c->range && !match_comp_range(m, c, block, parent))
		return false;
	for (const struct dav_comp_filter *inner = c->comps; inner; inner = inner->next)
		if (!match_within(m, inner, block))
			return false;
	return true;
}

/* Is there one such component right inside the parent; or none, when that is wanted? */
static bool match_within(struct matcher *m, const struct dav_comp_filter *c, size_t parent)
{
	size_t end = m->blocks.at[parent].next;

	for (size_t i = parent + 1; i < end; i = m->blocks.at[i].next) {
		if (!text_equal_nocase(m->blocks.at[i].name, c->name))
			continue;
		if (c->is_not_defined)
			return false;
		if (match_comp(m, c, i, parent))
			return true;
	}
	return c->is_not_defined;
}

const struct fault *dav_filter_match(struct arena *a, const struct dav_comp_filter *f,
				     struct text raw, const struct zone *floating, int64_t *steps,
				     bool *match_out)
{
	struct matcher m = {
		.arena = a,
		.raw = raw,
		.floating = floating,
		.left = RECUR_BUDGET_DEFAULT,
		.steps = steps,
	};

	*match_out = false;
	if (!ical_guard_blocks(a, raw, false, 4 * (size_t)ICAL_MAX_COMPONENTS, &m.blocks) &&
	    m.blocks.count > 0 && text_equal_nocase(m.blocks.at[0].name, f->name))
		*match_out = match_comp(&m, f, 0, 0);
	return arena_check(a);
}

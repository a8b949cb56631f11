/*
 * expand - when a calendar object happens; see expand.h
 *
 * Overrides, DTSTART and RDATE are few and are all looked at; the rule is walked
 * through the window only, on a budget.
 */
#include "ical/expand.h"

#include "base/arena.h"
#include "ical/address.h"
#include "ical/expand_priv.h"

/* Past every bound that time has, and far from overflow. */
#define NO_BOUND (INT64_MAX / 4)

/* ---- VFREEBUSY ----------------------------------------------------------------------------- */

static struct occurrence period_at(struct look *look, const struct ical_period *p)
{
	struct spot spot = {place_of(&p->start), p->start.seconds, length_of_period(p)};

	look->busy = busy_of_period(p);
	return look_at(look, &spot, spot.local);
}

/* What it says of a time that it does not speak of says nothing. */
static void add_within(struct expand *x, struct occurrence o, const struct occurrence *bounds)
{
	if (o.floating == bounds->floating) {
		o.start = max64(o.start, bounds->start);
		o.end = min64(o.end, bounds->end);
	}
	if (o.busy != OCC_FREE && o.start < o.end)
		expand_add(x, o);
}

/*
 * What somebody else answered (booking case C13). With DTSTART and DTEND, these
 * decide about a time-range; without, each period does, free ones too (RFC 4791 §9.9).
 */
static void add_freebusy(struct expand *x, size_t index)
{
	const struct ical_item *item = &x->object->items[index];
	struct look look = {.item = item, .index = (uint32_t)index, .busy = OCC_FREE};
	bool is_bounded = item->dtstart.present && item->dtend.present;
	struct occurrence bounds = {0};

	if (is_bounded) {
		struct length length = length_between(&item->dtstart, &item->dtend);
		struct spot spot = {place_of(&item->dtstart), item->dtstart.seconds, length};

		bounds = look_at(&look, &spot, spot.local);
		bounds.end++; /* start <= DTEND */
		expand_add(x, bounds);
		bounds.end--;
	}
	for (size_t i = 0; i < item->period_count; i++) {
		struct occurrence o = period_at(&look, &item->periods[i]);

		if (is_bounded)
			add_within(x, o, &bounds);
		else
			expand_add(x, o);
	}
}

/* ---- what is told one by one --------------------------------------------------------------- */

static void add_undated(struct expand *x, const struct look *look)
{
	struct occurrence o;

	if (look_undated(look, &o))
		expand_add(x, o);
}

static void add_override(struct expand *x, const struct series *s, size_t index)
{
	struct look look = look_read(x, index);
	int64_t id = series_local(s, &look.item->recurrence_id);

	expand_add(x, look_at(&look, &look.spot, id));
}

/* All but the rule: the instances that are written down. */
static void add_told(struct expand *x, struct series *s)
{
	const struct ical_object *o = x->object;

	*s = (struct series){0};
	if (o->type == COMP_VFREEBUSY) {
		add_freebusy(x, 0);
		return;
	}
	series_read(s, x);
	if (s->has_master)
		series_add_dates(s, x);
	else if (o->has_master)
		add_undated(x, &s->master);
	for (size_t i = o->has_master ? 1 : 0; i < o->item_count; i++)
		add_override(x, s, i);
}

static bool has_rule(const struct series *s)
{
	return s->has_master && s->master.item->has_rule;
}

/* ---- the two questions --------------------------------------------------------------------- */

static void ask(struct expand *x, struct arena *a, const struct ical_object *o,
		struct expand_limits limits)
{
	*x = (struct expand){
		.arena = a,
		.object = o,
		.from = -NO_BOUND,
		.to = NO_BOUND,
		.budget = {.steps = limits.steps},
		.max = limits.max_occurrences,
		.complete = true,
		.complete_until = NO_BOUND,
	};
}

static void ask_addresses(struct expand *x, const struct text *addresses, size_t count)
{
	struct text *own = arena_alloc_array(x->arena, count, sizeof(*own));

	for (size_t i = 0; i < count; i++)
		own[i] = ical_address(x->arena, addresses[i]);
	x->addresses = own;
	x->address_count = count;
}

const struct fault *ical_expand(struct arena *a, const struct ical_object *o, int64_t from,
				int64_t to, const struct text *addresses, size_t address_count,
				struct expand_limits limits, struct expansion *out)
{
	struct expand x;
	struct series s;

	ask(&x, a, o, limits);
	ask_addresses(&x, addresses, address_count);
	if (from > TIME_MIN)
		x.from = from;
	if (to < TIME_MAX)
		x.to = to;
	add_told(&x, &s);
	if (has_rule(&s))
		series_add_rule(&s, &x);
	expand_sort(&x);
	*out = (struct expansion){
		.at = x.at,
		.count = x.count,
		.complete = x.complete,
		.spent = limits.steps - x.budget.steps + (int64_t)o->item_count,
		.complete_until = max64(from, min64(to, x.complete_until)),
	};
	return arena_check(a);
}

static void bound_list(const struct expand *x, int64_t *first_out, int64_t *last_out)
{
	*first_out = x->count > 0 ? x->at[0].start : 0;
	*last_out = x->count > 0 ? x->at[0].end : 0;
	for (size_t i = 1; i < x->count; i++) {
		*first_out = min64(*first_out, x->at[i].start);
		*last_out = max64(*last_out, x->at[i].end);
	}
}

const struct fault *ical_extent(struct arena *a, const struct ical_object *o,
				struct expand_limits limits, int64_t *first_start_out,
				int64_t *last_end_out)
{
	struct expand x;
	struct series s;

	ask(&x, a, o, limits);
	add_told(&x, &s);
	/* The rule begins here, also when EXDATE or an override took this one away. */
	if (s.has_master)
		expand_add(&x, look_at(&s.master, &s.master.spot, s.local));
	bound_list(&x, first_start_out, last_end_out);
	if (has_rule(&s))
		series_rule_end(&s, &x, last_end_out);
	return arena_check(a);
}

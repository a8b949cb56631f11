/*
 * expand_series - the dates of a series, and who stands for which instance
 *
 * An instance is known by the instant that its original start is bound to, so
 * times written in other zones or in UTC find it (RFC 5545 §3.8.4.4, §3.8.5.1).
 * All look-ups are in sorted arrays: an object may bring 10,000 overrides and as
 * many dates.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/expand_priv.h"

/* ---- moments ------------------------------------------------------------------------------- */

static int compare_int64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void moments_init(struct moments *m, struct arena *a, size_t most)
{
	*m = (struct moments){
		.instants = arena_alloc_array(a, most, sizeof(*m->instants)),
		.days = arena_alloc_array(a, most, sizeof(*m->days)),
	};
}

static void moments_sort(struct moments *m)
{
	qsort(m->instants, m->instant_count, sizeof(*m->instants), compare_int64);
	qsort(m->days, m->day_count, sizeof(*m->days), compare_int64);
}

static bool is_among(const int64_t *at, size_t count, int64_t wanted)
{
	return bsearch(&wanted, at, count, sizeof(*at), compare_int64) != NULL;
}

bool moments_have(const struct moments *m, int64_t bound, int64_t local)
{
	return is_among(m->instants, m->instant_count, bound) ||
	       (m->day_count > 0 && is_among(m->days, m->day_count, floor_div(local, DAY_SECONDS)));
}

/* ---- times of the series ------------------------------------------------------------------- */

static int64_t day_start(int64_t local)
{
	return floor_div(local, DAY_SECONDS) * DAY_SECONDS;
}

/* In a series of days a time means its day; in one of times a day means DTSTART's time on it. */
int64_t series_local(const struct series *s, const struct ical_time *t)
{
	struct place p = place_of(t);

	if (s->place.form == TIME_DATE)
		return day_start(t->seconds);
	if (t->form == TIME_DATE)
		return t->seconds + s->local - day_start(s->local);
	if (place_is_fixed(&s->place) && place_is_fixed(&p))
		return place_local(&s->place, place_bind(&p, t->seconds));
	return t->seconds;
}

/* Not by way of local seconds where both are fixed: those of a repeated hour mean its first pass.
 */
static int64_t series_bind(const struct series *s, const struct ical_time *t)
{
	struct place p = place_of(t);

	if (place_is_fixed(&s->place) && place_is_fixed(&p))
		return place_bind(&p, t->seconds);
	return place_bind(&s->place, series_local(s, t));
}

/* ---- reading ------------------------------------------------------------------------------- */

static void take_out(struct series *s, const struct ical_time *t)
{
	if (t->form == TIME_DATE && s->place.form != TIME_DATE)
		s->gone.days[s->gone.day_count++] = floor_div(t->seconds, DAY_SECONDS);
	else
		s->gone.instants[s->gone.instant_count++] = series_bind(s, t);
}

static void read_gone(struct series *s, const struct expand *x)
{
	const struct ical_object *o = x->object;
	const struct ical_dates *exdates = &o->items[0].exdates;
	size_t exdate_count = s->has_master ? exdates->count : 0;

	moments_init(&s->gone, x->arena, o->item_count + exdate_count);
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].recurrence_id.present)
			take_out(s, &o->items[i].recurrence_id);
	for (size_t i = 0; i < exdate_count; i++)
		take_out(s, &exdates->at[i]);
	moments_sort(&s->gone);
}

/*
 * "Rescheduled by the same time difference" (§3.8.4.4): counted on the series'
 * own clock where both are instants; an override of another kind (a day made a
 * time, a time made floating) takes the instances after it along.
 */
static void read_range(struct series *s, struct range *r)
{
	const struct ical_time *id = &r->look.item->recurrence_id;
	const struct spot *own = &r->look.spot;
	int64_t to = own->local;

	r->place = own->place;
	if (place_is_fixed(&s->place) && place_is_fixed(&own->place)) {
		r->place = s->place;
		to = place_local(&s->place, place_bind(&own->place, own->local));
	}
	r->from = series_bind(s, id);
	r->shift = to - series_local(s, id);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static size_t count_ranges(const struct ical_object *o)
{
	size_t count = 0;

	for (size_t i = 0; i < o->item_count; i++)
		count += o->items[i].this_and_future;
	return count;
}

static void read_ranges(struct series *s, const struct expand *x)
{
	const struct ical_object *o = x->object;
	size_t count = s->has_master ? count_ranges(o) : 0;

	if (count == 0)
		return;
	s->ranges = arena_alloc_array(x->arena, count, sizeof(*s->ranges));
	for (size_t i = 0; i < o->item_count; i++) {
		struct range *r = &s->ranges[s->range_count];

		if (!o->items[i].this_and_future)
			continue;
		r->look = look_read(x, i);
		read_range(s, r);
		s->range_count++;
	}
	qsort(s->ranges, s->range_count, sizeof(*s->ranges), compare_ranges);
}

/* Two days of slack: one for another place's clock, one for a change of it within the shift. */
static void read_reach(struct series *s)
{
	s->reach = spot_reach(&s->master.spot);
	for (size_t i = 0; i < s->range_count; i++) {
		const struct range *r = &s->ranges[i];
		struct reach own = spot_reach(&r->look.spot);

		s->reach.before = max64(s->reach.before, own.before - r->shift + 2 * DAY_SECONDS);
		s->reach.after = max64(s->reach.after, own.after + r->shift + 2 * DAY_SECONDS);
	}
}

/* Of a series that is known by its overrides alone. */
static void read_place_of_override(struct series *s, const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++) {
		if (!o->items[i].recurrence_id.present)
			continue;
		s->place = place_of(&o->items[i].recurrence_id);
		s->local = o->items[i].recurrence_id.seconds;
		return;
	}
}

void series_read(struct series *s, struct expand *x)
{
	const struct ical_object *o = x->object;

	*s = (struct series){0};
	if (o->has_master) {
		s->master = look_read(x, 0);
		s->has_master = s->master.is_dated;
	}
	if (s->has_master) {
		s->place = s->master.spot.place;
		s->local = s->master.spot.local;
	} else {
		read_place_of_override(s, o);
	}
	read_gone(s, x);
	read_ranges(s, x);
	if (s->has_master)
		read_reach(s);
}

/* ---- instances ----------------------------------------------------------------------------- */

/* The last range that begins at or before this instant, or NULL. */
static const struct range *find_range(const struct series *s, int64_t bound)
{
	size_t low = 0, high = s->range_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->ranges[middle].from <= bound)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &s->ranges[low - 1] : NULL;
}

/* A listed time stands where it says, if it is of the series' kind. */
static struct spot spot_of(const struct series *s, const struct instance *i)
{
	struct spot spot = {s->place, i->local, s->master.spot.length};

	if (i->period)
		spot.length = length_of_period(i->period);
	if (i->own && (i->period || (i->own->form == TIME_DATE) == (s->place.form == TIME_DATE))) {
		spot.place = place_of(i->own);
		spot.local = i->own->seconds;
	}
	return spot;
}

struct occurrence series_occurrence(const struct series *s, const struct instance *i)
{
	const struct range *r = find_range(s, i->bound);
	struct spot spot;

	if (r) {
		spot = (struct spot){r->place, i->local + r->shift, r->look.spot.length};
		return look_at(&r->look, &spot, i->local);
	}
	spot = spot_of(s, i);
	return look_at(&s->master, &spot, i->local);
}

/* By instant; of equal ones the one with a length of its own first (§3.8.5.2). */
static int compare_instances(const void *a, const void *b)
{
	const struct instance *x = a, *y = b;

	if (x->bound != y->bound)
		return x->bound < y->bound ? -1 : 1;
	return (y->period != NULL) - (x->period != NULL);
}

static struct instance instance_of(const struct series *s, const struct ical_time *t,
				   const struct ical_period *period)
{
	return (struct instance){
		.bound = series_bind(s, t),
		.local = series_local(s, t),
		.own = t,
		.period = period,
	};
}

/* DTSTART, RDATE with its periods, ascending and each once. */
static struct instance *list_dates(const struct series *s, const struct expand *x,
				   size_t *count_out)
{
	const struct ical_item *item = s->master.item;
	size_t count = 1, kept = 0;
	struct instance *list = arena_alloc_array(
		x->arena, 1 + item->rdates.count + item->period_count, sizeof(*list));

	list[0] = (struct instance){
		.bound = place_bind(&s->place, s->local),
		.local = s->local,
	};
	for (size_t i = 0; i < item->rdates.count; i++)
		list[count++] = instance_of(s, &item->rdates.at[i], NULL);
	for (size_t i = 0; i < item->period_count; i++)
		list[count++] = instance_of(s, &item->periods[i].start, &item->periods[i]);
	qsort(list, count, sizeof(*list), compare_instances);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || list[kept - 1].bound != list[i].bound)
			list[kept++] = list[i];
	*count_out = kept;
	return list;
}

void series_add_dates(struct series *s, struct expand *x)
{
	size_t count;
	struct instance *list = list_dates(s, x, &count);
	const struct moments *gone = &s->gone;

	moments_init(&s->told, x->arena, gone->instant_count + gone->day_count + count);
	for (size_t i = 0; i < gone->instant_count; i++)
		s->told.instants[s->told.instant_count++] = gone->instants[i];
	for (size_t i = 0; i < gone->day_count; i++)
		s->told.days[s->told.day_count++] = gone->days[i];
	for (size_t i = 0; i < count; i++) {
		s->told.instants[s->told.instant_count++] = list[i].bound;
		if (!moments_have(gone, list[i].bound, list[i].local))
			expand_add(x, series_occurrence(s, &list[i]));
	}
	moments_sort(&s->told);
}

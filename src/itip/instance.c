/* instance - an object as instances. See instance.h. */
#include "itip/instance.h"

#include <stdlib.h>

#include "base/arena.h"
#include "ical/zone.h"
#include "itip/instance_priv.h"

/* ---- ids --------------------------------------------------------------------------------- */

const struct zone *itip_zone_of(const struct ical_time *t)
{
	return t->form == TIME_UTC ? zone_utc() : t->form == TIME_ZONED ? t->zone : NULL;
}

/* What the times of an object are written as; NULL: it has none. */
static const struct ical_time *first_time(const struct ical_object *o)
{
	if (o->has_master) {
		if (o->items[0].dtstart.present)
			return &o->items[0].dtstart;
		if (o->items[0].due.present)
			return &o->items[0].due;
	}
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].recurrence_id.present)
			return &o->items[i].recurrence_id;
	return NULL;
}

struct itip_clock itip_clock_of(const struct ical_object *o)
{
	const struct ical_time *t = first_time(o);

	if (!t)
		return (struct itip_clock){.form = TIME_FLOATING};
	return (struct itip_clock){.form = t->form, .zone = itip_zone_of(t), .local = t->seconds};
}

int64_t itip_clock_bind(const struct itip_clock *c, int64_t local)
{
	return c->zone ? zone_to_utc(c->zone, local) : local;
}

int64_t itip_clock_local(const struct itip_clock *c, int64_t id)
{
	return c->zone ? zone_to_local(c->zone, id) : id;
}

static int64_t day_start(int64_t local)
{
	return floor_div(local, DAY_SECONDS) * DAY_SECONDS;
}

/* In a series of days a time means its day; in one of times a day means DTSTART's time on it. */
int64_t itip_clock_id(const struct itip_clock *c, const struct ical_time *t)
{
	const struct zone *own = itip_zone_of(t);

	if (c->form == TIME_DATE)
		return day_start(t->seconds);
	if (t->form == TIME_DATE)
		return itip_clock_bind(c, t->seconds + c->local - day_start(c->local));
	if (c->zone && own)
		return zone_to_utc(own, t->seconds);
	return itip_clock_bind(c, t->seconds);
}

int64_t itip_instance_id(const struct ical_object *series, const struct ical_time *t)
{
	struct itip_clock c = itip_clock_of(series);

	return itip_clock_id(&c, t);
}

/* ---- the list ---------------------------------------------------------------------------- */

/* The master, then by id; an override before an EXDATE, and before later ones of its id. */
static int compare_instances(const void *left, const void *right)
{
	const struct itip_instance *a = left, *b = right;

	if (a->is_master != b->is_master)
		return a->is_master ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (!a->item || !b->item)
		return (b->item != NULL) - (a->item != NULL);
	return (a->item > b->item) - (a->item < b->item);
}

static size_t keep_first(struct itip_instance *at, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || at[kept - 1].is_master || at[kept - 1].id != at[i].id)
			at[kept++] = at[i];
	return kept;
}

static void note_ranges(struct itip_instances *all)
{
	const struct itip_instance *range = NULL;

	for (size_t i = 0; i < all->count; i++) {
		if (all->at[i].item && all->at[i].item->this_and_future)
			range = &all->at[i];
		all->at[i].range = range;
	}
}

void itip_instances(struct arena *a, const struct ical_object *o, struct itip_instances *out)
{
	struct itip_clock clock = itip_clock_of(o);
	const struct ical_dates *exdates = o->has_master ? &o->items[0].exdates : NULL;
	size_t gone = exdates ? exdates->count : 0;
	struct itip_instance *at = arena_alloc_array(a, o->item_count + gone, sizeof(*at));
	size_t count = 0;

	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_item *item = &o->items[i];
		bool is_master = !item->recurrence_id.present;
		int64_t id = is_master ? ITIP_MASTER : itip_clock_id(&clock, &item->recurrence_id);

		at[count++] =
			(struct itip_instance){.is_master = is_master, .id = id, .item = item};
	}
	for (size_t i = 0; i < gone; i++)
		at[count++] = (struct itip_instance){.id = itip_clock_id(&clock, &exdates->at[i])};
	qsort(at, count, sizeof(*at), compare_instances);
	*out = (struct itip_instances){.at = at, .count = keep_first(at, count)};
	note_ranges(out);
}

const struct itip_instance *itip_instance_find(const struct itip_instances *all, int64_t id)
{
	size_t first = all->count > 0 && all->at[0].is_master ? 1 : 0;
	size_t low = first, high = all->count;

	/* The first one past the id. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all->at[middle].id <= id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > first) {
		const struct itip_instance *before = &all->at[low - 1];

		if (before->id == id)
			return before;
		if (before->range)
			return before->range;
	}
	return first > 0 ? &all->at[0] : NULL;
}

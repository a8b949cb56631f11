/* hours - wall-clock windows turned into stretches of time; see hours.h */
#include "freebusy/hours.h"

#include <stdlib.h>

#include "base/arena.h"
#include "freebusy/availability.h"

enum { DAY_MINUTES = 1440, MINUTE_SECONDS = 60 };

const struct hours_override *hours_override_on(const struct hours *h, int64_t day)
{
	size_t low = 0, high = h->override_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->overrides[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < h->override_count && h->overrides[low].day == day ? &h->overrides[low] : NULL;
}

/* The journey that a date is on, or NULL. */
static const struct hours_journey *journey_on(const struct hours *h, int64_t day)
{
	for (size_t i = 0; i < h->journey_count; i++)
		if (h->journeys[i].first_day <= day && day <= h->journeys[i].last_day)
			return &h->journeys[i];
	return NULL;
}

static const struct zone *zone_on(const struct hours *h, int64_t day)
{
	const struct hours_journey *j = journey_on(h, day);

	return j ? j->zone : h->zone;
}

static int64_t midnight_of(const struct hours *h, int64_t day)
{
	return zone_to_utc(zone_on(h, day), day * DAY_SECONDS);
}

const struct zone *hours_zone_at(const struct hours *h, int64_t utc, int64_t *until_out)
{
	*until_out = TIME_MAX;
	for (size_t i = 0; i < h->journey_count; i++) {
		const struct hours_journey *j = &h->journeys[i];
		int64_t start = zone_to_utc(j->zone, j->first_day * DAY_SECONDS);
		int64_t end = zone_to_utc(j->zone, (j->last_day + 1) * DAY_SECONDS);

		if (start <= utc && utc < end) {
			*until_out = end;
			return j->zone;
		}
		if (start > utc)
			*until_out = min64(*until_out, start);
	}
	return h->zone;
}

int64_t hours_day(const struct hours *h, int64_t utc)
{
	int64_t until;

	return floor_div(zone_to_local(hours_zone_at(h, utc, &until), utc), DAY_SECONDS);
}

/* Of two journeys that are on at once, as zones are apart, the earlier one counts. */
int64_t hours_day_start(const struct hours *h, int64_t day)
{
	int64_t start = zone_to_utc(h->zone, day * DAY_SECONDS);

	for (size_t i = h->journey_count; i > 0; i--) {
		const struct hours_journey *j = &h->journeys[i - 1];

		if (day <= j->first_day)
			start = min64(start, zone_to_utc(j->zone, j->first_day * DAY_SECONDS));
		else if (day <= j->last_day)
			start = zone_to_utc(j->zone, day * DAY_SECONDS);
		else
			start = max64(start, zone_to_utc(j->zone, (j->last_day + 1) * DAY_SECONDS));
	}
	return start;
}

/* Some dates do not exist: Samoa had no 30 December 2011 (booking case A16). */
static bool day_exists(const struct zone *z, int64_t day)
{
	return zone_to_utc(z, day * DAY_SECONDS) < zone_to_utc(z, (day + 1) * DAY_SECONDS);
}

/* The windows of a date: its override's, else those of its weekday. */
static const struct hours_window *windows_on(const struct hours *h, int64_t day, size_t *count_out)
{
	const struct hours_override *o = hours_override_on(h, day);
	int weekday = weekday_of_day(day);

	*count_out = o ? o->count : h->weekly_count[weekday];
	return o ? o->windows : h->weekly[weekday];
}

/* May a window of the date before go on into this one? Not where it says otherwise (B4). */
static bool day_admits_night(const struct hours *h, int64_t day)
{
	return !hours_override_on(h, day) && day_exists(zone_on(h, day), day);
}

static struct hours_open bind(const struct hours *h, int64_t day, struct hours_window w)
{
	const struct zone *zone = zone_on(h, day);
	int64_t midnight = day * DAY_SECONDS;
	int32_t end = w.end_min <= w.start_min ? w.end_min + DAY_MINUTES : w.end_min;

	if (end > DAY_MINUTES && !day_admits_night(h, day + 1))
		end = DAY_MINUTES;
	return (struct hours_open){
		.start = zone_to_utc(zone, midnight + w.start_min * MINUTE_SECONDS),
		.end = zone_to_utc(zone, midnight + end * MINUTE_SECONDS),
		.day = day,
	};
}

static int compare_open(const void *a, const void *b)
{
	const struct hours_open *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Join what touches or overlaps in at[0..count), in place; how many are left. */
static size_t join(struct hours_open *at, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (at[i].end <= at[i].start)
			continue;
		if (kept > 0 && at[i].start <= at[kept - 1].end)
			at[kept - 1].end = max64(at[kept - 1].end, at[i].end);
		else
			at[kept++] = at[i];
	}
	return kept;
}

/* Windows ascend by wall clock; where a gap swallowed their starts, not by time. */
static void sort(struct hours_open *at, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (at[i - 1].start <= at[i].start)
			continue;
		qsort(at, count, sizeof(*at), compare_open);
		return;
	}
}

/* The stretches of one date, joined, into at; how many. */
static size_t open_on_day(const struct hours *h, int64_t day, struct hours_open *at)
{
	size_t count;
	const struct hours_window *w = windows_on(h, day, &count);

	if (count == 0 || !day_exists(zone_on(h, day), day))
		return 0;
	for (size_t i = 0; i < count; i++)
		at[i] = bind(h, day, w[i]);
	sort(at, count);
	return join(at, count);
}

/* ---- what a calendar app says -------------------------------------------------------------- */

/* Stretches under way. */
struct list {
	struct arena *arena;
	struct hours_open *at;
	size_t count, cap;
	int64_t last_day; /* later ones are left out */
};

static void list_add(struct list *l, struct hours_open o)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 32;
		struct hours_open *at = arena_alloc_array(l->arena, cap, sizeof(*at));

		if (l->count > 0)
			memcpy(at, l->at, l->count * sizeof(*at));
		l->at = at;
		l->cap = cap;
	}
	l->at[l->count++] = o;
}

/*
 * A stretch begins a grid on the date that it begins on. One of more than a day, which is no window
 * of anybody's, begins one at each midnight, and none goes on into a date with an override.
 */
static void list_add_by_days(struct list *l, const struct hours *h, int64_t start, int64_t end)
{
	bool is_long = end - start > DAY_SECONDS;

	while (start < end) {
		int64_t day = hours_day(h, start), midnight = midnight_of(h, day + 1);
		int64_t stop = end;

		if (midnight > start && midnight < end &&
		    (is_long || !day_admits_night(h, day + 1)))
			stop = midnight;
		if (!hours_override_on(h, day) && day <= l->last_day)
			list_add(l, (struct hours_open){start, stop, day});
		start = stop;
	}
}

/* The week, where nothing else is said. */
static void list_add_week(struct list *l, const struct hours *h, const struct hours_open *week,
			  size_t count, const struct availability_span *silent)
{
	for (size_t i = 0; i < count; i++) {
		int64_t start = max64(week[i].start, silent->start);
		int64_t end = min64(week[i].end, silent->end);

		if (start < end && !hours_override_on(h, week[i].day))
			list_add(l, (struct hours_open){start, end, week[i].day});
	}
}

/* What overrides open, and else what is said; week is what stands without it. */
static const struct fault *open_as_said(struct arena *a, const struct hours *h, int64_t first_day,
					int64_t last_day, const struct hours_open *week,
					size_t week_count, struct list *out)
{
	int64_t from = midnight_of(h, first_day), to = midnight_of(h, last_day + 2);
	struct availability_span *spans = NULL;
	size_t count = 0;
	const struct fault *f = NULL;

	*out = (struct list){.arena = a, .last_day = last_day};
	for (size_t i = 0; i < week_count; i++)
		if (hours_override_on(h, week[i].day))
			list_add(out, week[i]);
	if (from < to)
		f = availability_spans(a, h->said, from, to, &spans, &count);
	for (size_t i = 0; i < count && !f; i++) {
		if (spans[i].state == AVAILABILITY_OPEN)
			list_add_by_days(out, h, spans[i].start, spans[i].end);
		if (spans[i].state == AVAILABILITY_SILENT)
			list_add_week(out, h, week, week_count, &spans[i]);
		f = arena_check(a);
	}
	return f;
}

/* ---- all of them ------------------------------------------------------------------------------
 */

const struct fault *hours_open_on(struct arena *a, const struct hours *h, int64_t first_day,
				  int64_t last_day, struct hours_open **out, size_t *count_out)
{
	size_t room = 0, windows;
	struct list l = {.arena = a};
	const struct fault *f = NULL;

	/* Abroad a date may begin or end a day earlier or later than at home. */
	if (h->journey_count > 0) {
		first_day--;
		last_day++;
	}
	for (int64_t day = first_day; day <= last_day; day++) {
		windows_on(h, day, &windows);
		room += windows;
	}
	l.at = arena_alloc_array(a, room, sizeof(*l.at));
	for (int64_t day = first_day; day <= last_day; day++)
		l.count += open_on_day(h, day, l.at + l.count);
	if (h->said)
		f = open_as_said(a, h, first_day, last_day, l.at, l.count, &l);
	if (f)
		return f;
	sort(l.at, l.count);
	*out = l.at;
	*count_out = l.count;
	return arena_check(a);
}

struct hours_open *hours_join(struct arena *a, const struct hours_open *open, size_t count,
			      size_t *count_out)
{
	struct hours_open *joined = arena_alloc_array(a, count, sizeof(*joined));

	if (count > 0)
		memcpy(joined, open, count * sizeof(*joined));
	*count_out = join(joined, count);
	return joined;
}

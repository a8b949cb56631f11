/* hours - wall-clock windows turned into stretches of time; see hours.h */
#include "freebusy/hours.h"

#include <stdlib.h>

#include "base/arena.h"

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
	return !hours_override_on(h, day) && day_exists(h->zone, day);
}

static struct hours_open bind(const struct hours *h, int64_t day, struct hours_window w)
{
	int64_t midnight = day * DAY_SECONDS;
	int32_t end = w.end_min <= w.start_min ? w.end_min + DAY_MINUTES : w.end_min;

	if (end > DAY_MINUTES && !day_admits_night(h, day + 1))
		end = DAY_MINUTES;
	return (struct hours_open){
		.start = zone_to_utc(h->zone, midnight + w.start_min * MINUTE_SECONDS),
		.end = zone_to_utc(h->zone, midnight + end * MINUTE_SECONDS),
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

	if (count == 0 || !day_exists(h->zone, day))
		return 0;
	for (size_t i = 0; i < count; i++)
		at[i] = bind(h, day, w[i]);
	sort(at, count);
	return join(at, count);
}

const struct fault *hours_open_on(struct arena *a, const struct hours *h, int64_t first_day,
				  int64_t last_day, struct hours_open **out, size_t *count_out)
{
	size_t room = 0, count = 0, windows;
	struct hours_open *open;

	for (int64_t day = first_day; day <= last_day; day++) {
		windows_on(h, day, &windows);
		room += windows;
	}
	open = arena_alloc_array(a, room, sizeof(*open));
	for (int64_t day = first_day; day <= last_day; day++)
		count += open_on_day(h, day, open + count);
	sort(open, count);
	*out = open;
	*count_out = count;
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

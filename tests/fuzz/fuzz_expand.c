/*
 * fuzz_expand - any object, expanded over a few windows
 *
 * Beyond not crashing and ending within the budget: occurrences are ascending,
 * not more than asked for, inside the window and the extent; a window within
 * another one knows no occurrence that the larger does not.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/expand.h"
#include "ical/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 2000, SLACK_SECONDS = 14 * 3600 };

static const struct expand_limits limits = {RECUR_BUDGET_DEFAULT, MOST};

static const struct window {
	int64_t from, to;
} windows[] = {
	{TIME_MIN, TIME_MAX},
	{INT64_C(1767225600), INT64_C(1830297600)},   /* 2026 and 2027 */
	{INT64_C(1800230400), INT64_C(1800316800)},   /* one day in January 2027 */
	{INT64_C(16725225600), INT64_C(16725312000)}, /* one of the year 2500 */
	{INT64_C(-62135596800), INT64_C(-62135510400)},
	{INT64_C(253402214400), INT64_C(253402300800)},
};

static void check_one(const struct ical_object *o, const struct window *w,
		      const struct occurrence *at)
{
	assert(at->start <= at->end);
	assert(at->item < o->item_count);
	assert(w->to == TIME_MAX || at->start < w->to + SLACK_SECONDS);
	assert(w->from == TIME_MIN || at->end >= w->from - SLACK_SECONDS);
}

static void check_window(struct arena *a, const struct ical_object *o, const struct window *w,
			 struct expansion *e)
{
	const struct text owner = TEXT("a@b");

	if (ical_expand(a, o, w->from, w->to, &owner, 1, limits, e)) {
		e->count = 0;
		e->complete = false;
		e->complete_until = w->from;
		return;
	}
	assert(e->count <= MOST);
	assert(e->complete_until >= w->from && e->complete_until <= w->to);
	assert(!e->complete || e->complete_until == w->to);
	for (size_t i = 0; i < e->count; i++) {
		check_one(o, w, &e->at[i]);
		assert(i == 0 || e->at[i - 1].start <= e->at[i].start);
	}
}

static bool is_listed(const struct expansion *e, const struct occurrence *o)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->at[i].start == o->start && e->at[i].end == o->end &&
		    e->at[i].item == o->item && e->at[i].floating == o->floating)
			return true;
	return false;
}

/* Bounds are kept to a day: zones of hostile files may turn the clock that far. */
static void check_extent(struct arena *a, const struct ical_object *o, const struct expansion *e)
{
	int64_t first, last;

	if (ical_extent(a, o, limits, &first, &last))
		return;
	assert(first <= last);
	for (size_t i = 0; i < e->count; i++) {
		assert(e->at[i].start >= first - 2 * DAY_SECONDS);
		assert(last == INT64_MAX || e->at[i].end <= last + 2 * DAY_SECONDS);
	}
}

static void expand(struct arena *a, const struct ical_object *o)
{
	struct expansion all, e;

	check_window(a, o, &windows[0], &all);
	check_extent(a, o, &all);
	for (size_t i = 1; i < ARRAY_LEN(windows); i++) {
		check_window(a, o, &windows[i], &e);
		check_extent(a, o, &e);
		for (size_t k = 0; k < e.count && k < 50; k++)
			if (all.complete || e.at[k].start < all.complete_until)
				assert(is_listed(&all, &e.at[k]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 26);
	struct ical_object *o;

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	if (!ical_object_parse(a, text_of((const char *)data, size), ICAL_FROM_IMPORT, &o))
		expand(a, o);
	arena_destroy(a);
	return 0;
}

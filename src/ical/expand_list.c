/* expand_list - the occurrences that a question has found; see expand_priv.h */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/expand_priv.h"

static bool counts(const struct expand *x, const struct occurrence *o)
{
	int64_t slack = o->floating ? ZONE_AHEAD_SECONDS : 0;
	int64_t from = x->from - slack, to = x->to + slack;

	return o->start < to && (o->end > from || o->start >= from);
}

void expand_add(struct expand *x, struct occurrence o)
{
	if (!counts(x, &o))
		return;
	if (x->count == x->cap) {
		size_t cap = x->cap ? 2 * x->cap : 8;
		struct occurrence *grown = arena_alloc_array(x->arena, cap, sizeof(*grown));

		if (x->count > 0)
			memcpy(grown, x->at, x->count * sizeof(*grown));
		x->at = grown;
		x->cap = cap;
	}
	x->at[x->count++] = o;
}

void expand_stop(struct expand *x, int64_t complete_until)
{
	x->complete = false;
	x->complete_until = min64(x->complete_until, complete_until);
}

static int compare_occurrences(const void *a, const void *b)
{
	const struct occurrence *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static bool is_sorted(const struct expand *x)
{
	for (size_t i = 1; i < x->count; i++)
		if (compare_occurrences(&x->at[i - 1], &x->at[i]) > 0)
			return false;
	return true;
}

/* A rule alone is walked in order, and its rows may be many. */
void expand_sort(struct expand *x)
{
	if (!is_sorted(x))
		qsort(x->at, x->count, sizeof(*x->at), compare_occurrences);
	if (x->count <= x->max)
		return;
	expand_stop(x, x->at[x->max].start - (x->at[x->max].floating ? ZONE_AHEAD_SECONDS : 0));
	x->count = x->max;
}

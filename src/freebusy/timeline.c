/* timeline - sorted, clipped, joined; see timeline.h */
#include "freebusy/timeline.h"

#include <stdlib.h>

#include "base/arena.h"

enum { TIMELINE_HINT = 32 };

struct timeline {
	struct arena *arena;
	int64_t start, end;
	struct busy_period *at;
	size_t count, cap;
	bool ascending, joined;
};

struct timeline *timeline_create(struct arena *a, int64_t start, int64_t end)
{
	struct timeline *t = arena_alloc(a, sizeof(*t));

	*t = (struct timeline){
		.arena = a, .start = start, .end = end, .ascending = true, .joined = true};
	return t;
}

static void timeline_grow(struct timeline *t)
{
	size_t cap = t->cap ? 2 * t->cap : TIMELINE_HINT;
	struct busy_period *at = arena_alloc_array(t->arena, cap, sizeof(*at));

	if (t->count > 0)
		memcpy(at, t->at, t->count * sizeof(*at));
	t->at = at;
	t->cap = cap;
}

static int compare_start(const void *a, const void *b)
{
	const struct busy_period *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->type > y->type) - (x->type < y->type);
}

void timeline_add(struct timeline *t, struct busy_period p)
{
	p.start = max64(p.start, t->start);
	p.end = min64(p.end, t->end);
	if (p.start >= p.end)
		return;
	if (t->count == t->cap)
		timeline_grow(t);
	if (t->count > 0 && compare_start(&t->at[t->count - 1], &p) > 0)
		t->ascending = false;
	t->at[t->count++] = p;
	t->joined = false;
}

/*
 * Neighbours of one type are joined: apart, they would tell a stranger how many
 * meetings there are (RFC 4791 §11).
 */
static size_t join(struct busy_period *at, size_t count)
{
	size_t last[BUSY_TYPE_COUNT] = {0}, kept = 0;
	bool any[BUSY_TYPE_COUNT] = {false};

	for (size_t i = 0; i < count; i++) {
		struct busy_period p = at[i];

		if (any[p.type] && p.start <= at[last[p.type]].end) {
			at[last[p.type]].end = max64(at[last[p.type]].end, p.end);
			continue;
		}
		any[p.type] = true;
		last[p.type] = kept;
		at[kept++] = p;
	}
	return kept;
}

const struct busy_period *timeline_periods(struct timeline *t, size_t *count_out)
{
	if (!t->joined) {
		if (!t->ascending)
			qsort(t->at, t->count, sizeof(*t->at), compare_start);
		t->count = join(t->at, t->count);
		t->ascending = t->joined = true;
	}
	*count_out = t->count;
	return t->at;
}

const struct busy_period *timeline_flatten_but(struct arena *a, const struct busy_period *at,
					       size_t count, unsigned but, size_t *count_out)
{
	struct busy_period *flat = arena_alloc_array(a, count, sizeof(*flat));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (but & 1U << at[i].type)
			continue;
		if (kept > 0 && at[i].start <= flat[kept - 1].end) {
			flat[kept - 1].end = max64(flat[kept - 1].end, at[i].end);
			continue;
		}
		flat[kept++] = (struct busy_period){at[i].start, at[i].end, BUSY_BUSY};
	}
	*count_out = kept;
	return flat;
}

const struct busy_period *timeline_flatten(struct arena *a, const struct busy_period *at,
					   size_t count, size_t *count_out)
{
	return timeline_flatten_but(a, at, count, 0, count_out);
}

const struct busy_period *timeline_find(const struct busy_period *at, size_t count, int64_t start,
					int64_t end)
{
	size_t low = 0, high = count;

	/* The first that ends after the start; it is in the way if it begins before the end. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at[middle].end <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && at[low].start < end ? &at[low] : NULL;
}

bool timeline_overlaps(const struct busy_period *at, size_t count, int64_t start, int64_t end)
{
	return timeline_find(at, count, start, end) != NULL;
}

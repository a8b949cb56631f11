/* cache - timelines in pieces of 32 days; see cache.h */
#include "freebusy/cache.h"

#include "base/arena.h"
#include "base/lru.h"
#include "base/metrics.h"
#include "freebusy/collect.h"
#include "freebusy/pieces.h"
#include "store/store.h"

/* Longer questions pass by: they would push out what everybody else asks for. */
enum { PIECES_MAX = 8 };

struct freebusy_cache {
	struct lru *pieces;
};

/* One question as it goes through the pieces. */
struct asked {
	struct db *db;
	struct arena *arena;
	const struct owner *owner;
	const struct collection *calendar;
	bool with_hours, for_booking;
	int64_t from, to;
	struct busy_period *out;
	size_t count, cap;
	ptrdiff_t last[BUSY_TYPE_COUNT]; /* the last of each type in out; -1: none */
	bool missed;			 /* the present piece had to be read */
};

struct freebusy_cache *freebusy_cache_create(size_t max_bytes)
{
	struct freebusy_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->pieces = lru_create(max_bytes);
	if (!cache->pieces) {
		free(cache);
		return NULL;
	}
	return cache;
}

void freebusy_cache_destroy(struct freebusy_cache *cache)
{
	if (!cache)
		return;
	lru_destroy(cache->pieces);
	free(cache);
}

/* Read [from, to) from the store. */
static const struct fault *collect(const struct asked *q, struct arena *a, int64_t from, int64_t to,
				   const struct busy_period **out, size_t *count_out)
{
	struct timeline *t = timeline_create(a, from, to);
	const struct fault *f;

	if (q->for_booking)
		f = freebusy_collect_for_booking(q->db, a, q->owner, 0, from, to, t);
	else if (q->calendar)
		f = freebusy_collect_calendar(q->db, a, q->owner, q->calendar, from, to, t);
	else
		f = freebusy_collect_owner(q->db, a, q->owner, from, to, t);
	if (!f && q->with_hours)
		f = freebusy_collect_hours(q->db, a, q->owner->id, from, to, t);
	*out = timeline_periods(t, count_out);
	return f ? f : arena_check(a);
}

static const struct fault *load(void *ctx, struct arena *a, int64_t from, int64_t to,
				const void **out, size_t *count_out)
{
	struct asked *q = ctx;
	const struct busy_period *periods;
	const struct fault *f = collect(q, a, from, to, &periods, count_out);

	q->missed = true;
	*out = periods;
	return f;
}

/* A long question, past the pieces and all from one snapshot. */
static const struct fault *collect_long(const struct asked *q, const struct busy_period **out,
					size_t *count_out)
{
	const struct fault *f = store_snapshot_begin(q->db, q->arena);

	if (f)
		return f;
	f = collect(q, q->arena, q->from, q->to, out, count_out);
	store_snapshot_end(q->db);
	return f;
}

static void asked_grow(struct asked *q, size_t more)
{
	size_t cap = q->count + more;
	struct busy_period *out;

	if (cap <= q->cap)
		return;
	out = arena_alloc_array(q->arena, cap, sizeof(*out));
	if (q->count > 0)
		memcpy(out, q->out, q->count * sizeof(*out));
	q->out = out;
	q->cap = cap;
}

/* Append what a piece says; what pieces cut in two becomes one again. */
static void asked_add(struct asked *q, const struct busy_period *at, size_t count)
{
	asked_grow(q, count);
	for (size_t i = 0; i < count; i++) {
		struct busy_period b = at[i];
		ptrdiff_t *last = &q->last[b.type];

		b.start = max64(b.start, q->from);
		b.end = min64(b.end, q->to);
		if (b.start >= b.end)
			continue;
		if (*last >= 0 && b.start <= q->out[*last].end) {
			q->out[*last].end = max64(q->out[*last].end, b.end);
			continue;
		}
		*last = (ptrdiff_t)q->count;
		q->out[q->count++] = b;
	}
}

/* What began before and was clipped begins at one time now: by type, as timeline.h says. */
static void asked_sort(struct asked *q)
{
	for (size_t i = 1; i < q->count && q->out[i].start == q->from; i++)
		for (size_t j = i; j > 0 && q->out[j - 1].type > q->out[j].type; j--) {
			struct busy_period b = q->out[j];

			q->out[j] = q->out[j - 1];
			q->out[j - 1] = b;
		}
}

/*
 * Parts are the owner's calendars by their numbers, below 0 the same with hours, and far below
 * what a booking sees.
 */
static int64_t part_of(const struct asked *q)
{
	int64_t part = q->calendar ? q->calendar->id : 0;

	if (q->for_booking)
		return INT64_MIN;
	return q->with_hours ? -1 - part : part;
}

static const struct fault *answer(struct freebusy_cache *cache, struct asked *q,
				  const struct busy_period **out, size_t *count_out)
{
	const struct pieces pieces = {
		.table = cache->pieces,
		.db = q->db,
		.owner = q->owner,
		.part = part_of(q),
		.entry_size = sizeof(struct busy_period),
		.load = load,
		.ctx = q,
	};
	int64_t first = pieces_number(q->from), last = pieces_number(q->to - 1);

	for (int i = 0; i < BUSY_TYPE_COUNT; i++)
		q->last[i] = -1;
	if (last - first >= PIECES_MAX)
		return collect_long(q, out, count_out);
	for (int64_t number = first; number <= last; number++) {
		const void *at;
		size_t count;
		const struct fault *f;

		q->missed = false;
		f = pieces_get(&pieces, q->arena, number, q->from, q->to, &at, &count);
		if (f)
			return f;
		metrics_add(METRIC_TIMELINE_CACHE, q->missed ? CACHE_MISS : CACHE_HIT, 1);
		asked_add(q, at, count);
	}
	asked_sort(q);
	*out = q->out;
	*count_out = q->count;
	return arena_check(q->arena);
}

const struct fault *freebusy_cached(struct freebusy_cache *cache, struct db *db, struct arena *a,
				    const struct owner *owner, const struct collection *calendar,
				    int64_t from, int64_t to, const struct busy_period **out,
				    size_t *count_out)
{
	struct asked q = {
		.db = db,
		.arena = a,
		.owner = owner,
		.calendar = calendar,
		.from = from,
		.to = to,
	};

	return answer(cache, &q, out, count_out);
}

const struct fault *freebusy_shown(struct freebusy_cache *cache, struct db *db, struct arena *a,
				   const struct owner *owner, const struct collection *calendar,
				   int64_t from, int64_t to, const struct busy_period **out,
				   size_t *count_out)
{
	struct asked q = {
		.db = db,
		.arena = a,
		.owner = owner,
		.calendar = calendar,
		.with_hours = true,
		.from = from,
		.to = to,
	};

	return answer(cache, &q, out, count_out);
}

const struct fault *freebusy_cached_for_booking(struct freebusy_cache *cache, struct db *db,
						struct arena *a, const struct owner *owner,
						int64_t from, int64_t to,
						const struct busy_period **out, size_t *count_out)
{
	struct asked q = {
		.db = db,
		.arena = a,
		.owner = owner,
		.for_booking = true,
		.from = from,
		.to = to,
	};

	return answer(cache, &q, out, count_out);
}

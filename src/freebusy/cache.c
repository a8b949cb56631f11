/*
 * cache - timelines in pieces of 32 days; see cache.h
 *
 * A piece is immutable, and good for one version of its owner. It is read within
 * one snapshot after that version was read, so it is never older than the
 * version says; where it is newer, the next question brings the newer version along and
 * reads it anew.
 */
#include "freebusy/cache.h"

#include "base/arena.h"
#include "base/lru.h"
#include "base/metrics.h"
#include "freebusy/collect.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/store.h"

enum {
	PIECE_SECONDS = 32 * DAY_SECONDS,
	/* Longer questions pass by: they would push out what everybody else asks for. */
	PIECES_MAX = 8,
	/* Of an entry in the table, beside its own bytes. */
	ENTRY_BYTES = 128,
};

struct freebusy_cache {
	struct lru *pieces;
};

struct piece {
	struct lru_item item;
	int64_t owner_version, zone_version;
	size_t count;
	int64_t *reach; /* the latest end among periods[0..i]; ascending, so it can be searched */
	struct busy_period periods[];
};

struct piece_key {
	int64_t owner, calendar, number;
};

/* One question as it goes through the pieces. */
struct asked {
	struct freebusy_cache *cache;
	struct db *db;
	struct arena *arena;
	const struct owner *owner;
	const struct collection *calendar;
	int64_t from, to;
	struct busy_period *out;
	size_t count, cap;
	ptrdiff_t last[BUSY_TYPE_COUNT]; /* the last of each type in out; -1: none */
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

static void piece_destroy(struct lru_item *item)
{
	free(item);
}

static struct piece *piece_make(const struct asked *q, const struct busy_period *periods,
				size_t count)
{
	size_t each = sizeof(struct busy_period) + sizeof(int64_t);
	size_t size = sizeof(struct piece) + count * each;
	struct piece *p = malloc(size);
	int64_t reach = INT64_MIN;

	if (!p)
		return NULL;
	lru_item_init(&p->item, size + ENTRY_BYTES, piece_destroy);
	p->owner_version = q->owner->version;
	p->zone_version = zone_data_version();
	p->count = count;
	p->reach = (int64_t *)(void *)(p->periods + count);
	for (size_t i = 0; i < count; i++) {
		p->periods[i] = periods[i];
		reach = max64(reach, periods[i].end);
		p->reach[i] = reach;
	}
	return p;
}

/* Read [from, to) from the store, all of it from one snapshot. */
static const struct fault *collect(const struct asked *q, int64_t from, int64_t to,
				   const struct busy_period **out, size_t *count_out)
{
	struct timeline *t = timeline_create(q->arena, from, to);
	const struct fault *f = store_snapshot_begin(q->db, q->arena);

	if (f)
		return f;
	if (q->calendar)
		f = freebusy_collect_calendar(q->db, q->arena, q->owner, q->calendar, from, to, t);
	else
		f = freebusy_collect_owner(q->db, q->arena, q->owner, from, to, t);
	store_snapshot_end(q->db);
	*out = timeline_periods(t, count_out);
	return f ? f : arena_check(q->arena);
}

static const struct fault *piece_load(const struct asked *q, const struct piece_key *key,
				      struct piece **out)
{
	const struct busy_period *periods;
	size_t count;
	int64_t from = key->number * PIECE_SECONDS;
	const struct fault *f = collect(q, from, from + PIECE_SECONDS, &periods, &count);

	*out = NULL;
	if (f)
		return f;
	*out = piece_make(q, periods, count);
	if (!*out)
		return fault_static(FAULT_OUT_OF_MEMORY);
	lru_put(q->cache->pieces, text_of((const char *)key, sizeof(*key)), &(*out)->item);
	return NULL;
}

/* The piece at the present version, held for the caller. */
static const struct fault *piece_get(const struct asked *q, int64_t number, struct piece **out)
{
	struct piece_key key = {q->owner->id, q->calendar ? q->calendar->id : 0, number};
	struct piece *p = (struct piece *)lru_find(q->cache->pieces,
						   text_of((const char *)&key, sizeof(key)));

	if (p && p->owner_version == q->owner->version && p->zone_version == zone_data_version()) {
		metrics_add(METRIC_TIMELINE_CACHE, CACHE_HIT, 1);
		*out = p;
		return NULL;
	}
	if (p)
		lru_release(&p->item);
	metrics_add(METRIC_TIMELINE_CACHE, CACHE_MISS, 1);
	return piece_load(q, &key, out);
}

/* The first period of a piece that ends after `from`. */
static size_t piece_first(const struct piece *p, int64_t from)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->reach[middle] <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
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

/* Append the part of a piece that was asked for; what pieces cut in two becomes one again. */
static void asked_add(struct asked *q, const struct piece *p)
{
	size_t i = piece_first(p, q->from), end = i;

	while (end < p->count && p->periods[end].start < q->to)
		end++;
	asked_grow(q, end - i);
	for (; i < end; i++) {
		struct busy_period b = p->periods[i];
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

const struct fault *freebusy_cached(struct freebusy_cache *cache, struct db *db, struct arena *a,
				    const struct owner *owner, const struct collection *calendar,
				    int64_t from, int64_t to, const struct busy_period **out,
				    size_t *count_out)
{
	struct asked q = {
		.cache = cache,
		.db = db,
		.arena = a,
		.owner = owner,
		.calendar = calendar,
		.from = from,
		.to = to,
		.last = {-1, -1, -1},
	};
	int64_t first = floor_div(from, PIECE_SECONDS), last = floor_div(to - 1, PIECE_SECONDS);

	if (last - first >= PIECES_MAX)
		return collect(&q, from, to, out, count_out);
	for (int64_t number = first; number <= last; number++) {
		struct piece *p;
		const struct fault *f = piece_get(&q, number, &p);

		if (f)
			return f;
		asked_add(&q, p);
		lru_release(&p->item);
	}
	asked_sort(&q);
	*out = q.out;
	*count_out = q.count;
	return arena_check(a);
}

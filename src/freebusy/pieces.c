/* pieces - what is known of an owner's time; see pieces.h */
#include "freebusy/pieces.h"

#include "base/arena.h"
#include "base/lru.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/owner.h"
#include "store/store.h"

enum {
	PIECE_SECONDS = 32 * DAY_SECONDS,
	/* Of an entry in the table, beside its own bytes. */
	ENTRY_BYTES = 128,
};

struct piece {
	struct lru_item item;
	int64_t owner_version, zone_version;
	size_t count, entry_size;
	const char *entries;
	int64_t reach[]; /* the latest end among the first i + 1: ascending, to be searched */
};

struct piece_key {
	int64_t owner, part, number;
};

/* What every entry begins with. */
struct span {
	int64_t start, end;
};

int64_t pieces_number(int64_t instant)
{
	return floor_div(instant, PIECE_SECONDS);
}

static const struct span *piece_at(const struct piece *p, size_t i)
{
	return (const struct span *)(const void *)(p->entries + i * p->entry_size);
}

static void piece_destroy(struct lru_item *item)
{
	free(item);
}

static struct piece *piece_make(const struct pieces *q, const void *entries, size_t count)
{
	size_t size = sizeof(struct piece) + count * (sizeof(int64_t) + q->entry_size);
	struct piece *p = malloc(size);
	int64_t reach = INT64_MIN;
	char *copy;

	if (!p)
		return NULL;
	lru_item_init(&p->item, size + ENTRY_BYTES, piece_destroy);
	p->owner_version = q->owner->version;
	p->zone_version = zone_data_version();
	p->count = count;
	p->entry_size = q->entry_size;
	copy = (char *)(p->reach + count);
	if (count > 0)
		memcpy(copy, entries, count * q->entry_size);
	p->entries = copy;
	for (size_t i = 0; i < count; i++) {
		reach = max64(reach, piece_at(p, i)->end);
		p->reach[i] = reach;
	}
	return p;
}

/* All of it from one snapshot. */
static const struct fault *read_rows(const struct pieces *q, struct arena *a, int64_t number,
				     const void **out, size_t *count_out)
{
	int64_t from = number * PIECE_SECONDS;
	const struct fault *f = store_snapshot_begin(q->db, a);

	if (f)
		return f;
	f = q->load(q->ctx, a, from, from + PIECE_SECONDS, out, count_out);
	store_snapshot_end(q->db);
	return f ? f : arena_check(a);
}

static const struct fault *piece_load(const struct pieces *q, struct arena *a,
				      const struct piece_key *key, struct piece **out)
{
	const void *entries;
	size_t count;
	const struct fault *f = read_rows(q, a, key->number, &entries, &count);

	if (f)
		return f;
	*out = piece_make(q, entries, count);
	if (!*out)
		return fault_static(FAULT_OUT_OF_MEMORY);
	lru_put(q->table, text_of((const char *)key, sizeof(*key)), &(*out)->item);
	return NULL;
}

/* The piece at the owner's version, held by the arena. */
static const struct fault *piece_find(const struct pieces *q, struct arena *a, int64_t number,
				      struct piece **out)
{
	struct piece_key key = {q->owner->id, q->part, number};
	const struct fault *f = NULL;

	*out = (struct piece *)lru_find(q->table, text_of((const char *)&key, sizeof(key)));
	if (*out && ((*out)->owner_version != q->owner->version ||
		     (*out)->zone_version != zone_data_version())) {
		lru_release(&(*out)->item);
		*out = NULL;
	}
	if (!*out)
		f = piece_load(q, a, &key, out);
	if (!f)
		lru_give(a, &(*out)->item);
	return f;
}

/* The first that ends after `from`, or stands behind one that does. */
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

const struct fault *pieces_get(const struct pieces *q, struct arena *a, int64_t number,
			       int64_t from, int64_t to, const void **out, size_t *count_out)
{
	struct piece *p = NULL;
	size_t begin, end;
	const struct fault *f = piece_find(q, a, number, &p);

	if (f)
		return f;
	begin = end = piece_first(p, from);
	while (end < p->count && piece_at(p, end)->start < to)
		end++;
	*out = piece_at(p, begin);
	*count_out = end - begin;
	return NULL;
}

/* booked - holds joined with their types, and their cache; see booked.h */
#include "booking/booked.h"

#include "base/arena.h"
#include "booking/host_priv.h"
#include "ical/time.h"
#include "store/booking.h"
#include "store/hold.h"
#include "store/store.h"

enum {
	PIECE_SECONDS = 32 * DAY_SECONDS,
	BOOKED_MAX = 100000, /* bookings in one question */
	ENTRY_BYTES = 128,
};

struct piece {
	struct lru_item item;
	int64_t owner_version;
	size_t count;
	struct booked *at;
	char *ids; /* of the bookings, one after the other */
};

struct piece_key {
	int64_t owner, number;
};

/* ---- rows ------------------------------------------------------------------------------- */

static int compare_id(const void *a, const void *b)
{
	const struct booking *x = a, *y = b;

	return text_compare(x->id, y->id);
}

static void set_buffers(const struct host *host, struct booking *bookings, size_t booking_count,
			struct booked *all, size_t count)
{
	qsort(bookings, booking_count, sizeof(*bookings), compare_id);
	for (size_t i = 0; i < count; i++) {
		struct booking key = {.id = all[i].booking};
		const struct booking *b =
			bsearch(&key, bookings, booking_count, sizeof(*bookings), compare_id);
		const struct booking_type *t = b ? host_type_by_id(host, b->type) : NULL;

		if (t) {
			all[i].before_min = t->before_min;
			all[i].after_min = t->after_min;
		}
	}
}

const struct fault *booked_read(struct db *db, struct arena *a, const struct host *host,
				int64_t from, int64_t to, struct booked **out, size_t *count_out)
{
	struct hold *holds;
	struct booking *bookings;
	size_t count, booking_count;
	/* `now` 0: what has an end is given, whenever that is. */
	const struct fault *f = hold_range(db, a, host->owner.id, from, to, 0, &holds, &count);

	if (f)
		return f;
	*out = arena_alloc_array(a, count, sizeof(**out));
	*count_out = count;
	for (size_t i = 0; i < count; i++)
		(*out)[i] = (struct booked){
			.start = holds[i].start,
			.end = holds[i].end,
			.expires_at = holds[i].expires_at,
			.booking = holds[i].booking,
		};
	if (count == 0 || host->buffer_max_min == 0)
		return arena_check(a);
	f = booking_range(db, a, host->owner.id, min64(from, holds[0].start), to, BOOKED_MAX,
			  &bookings, &booking_count);
	if (f)
		return f;
	set_buffers(host, bookings, booking_count, *out, count);
	return arena_check(a);
}

/* ---- pieces ------------------------------------------------------------------------------- */

static void piece_destroy(struct lru_item *item)
{
	free(item);
}

static struct piece *piece_make(const struct host *host, const struct booked *all, size_t count)
{
	size_t ids = 0, size;
	struct piece *p;
	char *to;

	for (size_t i = 0; i < count; i++)
		ids += all[i].booking.len;
	size = sizeof(*p) + count * sizeof(*all) + ids;
	p = malloc(size);
	if (!p)
		return NULL;
	lru_item_init(&p->item, size + ENTRY_BYTES, piece_destroy);
	p->owner_version = host->owner.version;
	p->count = count;
	p->at = (struct booked *)(void *)(p + 1);
	to = (char *)(p->at + count);
	for (size_t i = 0; i < count; i++) {
		p->at[i] = all[i];
		if (all[i].booking.len > 0)
			memcpy(to, all[i].booking.at, all[i].booking.len);
		p->at[i].booking.at = to;
		to += all[i].booking.len;
	}
	return p;
}

static const struct fault *piece_load(struct booking_desk *desk, struct db *db, struct arena *a,
				      const struct host *host, const struct piece_key *key,
				      struct piece **out)
{
	struct booked *all;
	size_t count;
	int64_t from = key->number * PIECE_SECONDS;
	const struct fault *f = store_snapshot_begin(db, a);

	if (f)
		return f;
	f = booked_read(db, a, host, from, from + PIECE_SECONDS, &all, &count);
	store_snapshot_end(db);
	if (f)
		return f;
	*out = piece_make(host, all, count);
	if (!*out)
		return fault_static(FAULT_OUT_OF_MEMORY);
	lru_put(desk->hosts->booked, text_of((const char *)key, sizeof(*key)), &(*out)->item);
	return NULL;
}

/* The piece at the host's version, held by the arena. */
static const struct fault *piece_get(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct host *host, int64_t number, struct piece **out)
{
	struct piece_key key = {host->owner.id, number};
	const struct fault *f = NULL;

	*out = (struct piece *)lru_find(desk->hosts->booked,
					text_of((const char *)&key, sizeof(key)));
	if (*out && (*out)->owner_version != host->owner.version) {
		lru_release(&(*out)->item);
		*out = NULL;
	}
	if (!*out)
		f = piece_load(desk, db, a, host, &key, out);
	if (!f)
		lru_give(a, &(*out)->item);
	return f;
}

/* The first that ends after `from`: holds do not overlap, so ends ascend as well. */
static size_t piece_first(const struct piece *p, int64_t from)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->at[middle].end <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t piece_end(const struct piece *p, size_t first, int64_t to)
{
	while (first < p->count && p->at[first].start < to)
		first++;
	return first;
}

const struct fault *booked_cached(struct booking_desk *desk, struct db *db, struct arena *a,
				  const struct host *host, int64_t from, int64_t to,
				  const struct booked **out, size_t *count_out)
{
	int64_t first = floor_div(from, PIECE_SECONDS), last = floor_div(to - 1, PIECE_SECONDS);
	struct booked *joined = NULL;
	size_t count = 0;

	for (int64_t number = first; number <= last; number++) {
		struct piece *p;
		size_t begin, end;
		struct booked *longer;
		const struct fault *f = piece_get(desk, db, a, host, number, &p);

		if (f)
			return f;
		begin = piece_first(p, from);
		end = piece_end(p, begin, to);
		if (first == last) {
			*out = p->at + begin;
			*count_out = end - begin;
			return arena_check(a);
		}
		/* A hold across the seam stands in both pieces, and is taken from the first. */
		if (count > 0 && begin < end && p->at[begin].start == joined[count - 1].start)
			begin++;
		longer = arena_alloc_array(a, count + end - begin, sizeof(*longer));
		if (count > 0)
			memcpy(longer, joined, count * sizeof(*longer));
		if (begin < end)
			memcpy(longer + count, p->at + begin, (end - begin) * sizeof(*longer));
		joined = longer;
		count += end - begin;
	}
	*out = joined;
	*count_out = count;
	return arena_check(a);
}

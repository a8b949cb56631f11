/* booked - holds joined with their types, and their cache; see booked.h */
#include "booking/booked.h"

#include "base/arena.h"
#include "booking/host_priv.h"
#include "freebusy/pieces.h"
#include "store/booking.h"
#include "store/hold.h"

/* Bookings in one question. */
enum { BOOKED_MAX = 100000 };

/* ---- rows ------------------------------------------------------------------------------- */

static int compare_id(const void *a, const void *b)
{
	const struct booking *x = a, *y = b;

	return text_compare(x->id, y->id);
}

static void set_buffers(const struct host *host, struct booking *bookings, size_t booking_count,
			const struct hold *holds, struct booked *all, size_t count)
{
	qsort(bookings, booking_count, sizeof(*bookings), compare_id);
	for (size_t i = 0; i < count; i++) {
		struct booking key = {.id = holds[i].booking};
		const struct booking *b =
			bsearch(&key, bookings, booking_count, sizeof(*bookings), compare_id);
		const struct booking_type *t = b ? host_type_by_id(host, b->type) : NULL;

		if (t) {
			all[i].before_min = t->before_min;
			all[i].after_min = t->after_min;
		}
	}
}

/* How many are left when the holds of one booking are taken out. */
static size_t leave_out(struct hold *holds, size_t count, struct text booking)
{
	size_t kept = 0;

	if (booking.len == 0)
		return count;
	for (size_t i = 0; i < count; i++)
		if (!text_equal(holds[i].booking, booking))
			holds[kept++] = holds[i];
	return kept;
}

const struct fault *booked_read(struct db *db, struct arena *a, const struct host *host,
				int64_t from, int64_t to, struct text but, struct booked **out,
				size_t *count_out)
{
	struct hold *holds;
	struct booking *bookings;
	size_t count, booking_count;
	/* `now` 0: what has an end is given, whenever that is. */
	const struct fault *f = hold_range(db, a, host->owner.id, from, to, 0, &holds, &count);

	if (f)
		return f;
	count = leave_out(holds, count, but);
	*out = arena_alloc_array(a, count, sizeof(**out));
	*count_out = count;
	for (size_t i = 0; i < count; i++)
		(*out)[i] = (struct booked){
			.start = holds[i].start,
			.end = holds[i].end,
			.expires_at = holds[i].expires_at,
		};
	if (count == 0 || host->buffer_max_min == 0)
		return arena_check(a);
	f = booking_range(db, a, host->owner.id, min64(from, holds[0].start), to, BOOKED_MAX,
			  &bookings, &booking_count);
	if (f)
		return f;
	set_buffers(host, bookings, booking_count, holds, *out, count);
	return arena_check(a);
}

/* ---- pieces ------------------------------------------------------------------------------- */

struct load {
	struct db *db;
	const struct host *host;
};

static const struct fault *load_piece(void *ctx, struct arena *a, int64_t from, int64_t to,
				      const void **out, size_t *count_out)
{
	const struct load *l = ctx;
	struct booked *all = NULL;
	const struct fault *f =
		booked_read(l->db, a, l->host, from, to, TEXT_NONE, &all, count_out);

	*out = all;
	return f;
}

/* A hold across the seam stands in both pieces, and is taken from the first. */
static void join(struct arena *a, const struct booked **joined, size_t *count,
		 const struct booked *more, size_t more_count)
{
	struct booked *longer;

	if (*count > 0 && more_count > 0 && more->start == (*joined)[*count - 1].start) {
		more++;
		more_count--;
	}
	longer = arena_alloc_array(a, *count + more_count, sizeof(*longer));
	if (*count > 0)
		memcpy(longer, *joined, *count * sizeof(*longer));
	if (more_count > 0)
		memcpy(longer + *count, more, more_count * sizeof(*longer));
	*joined = longer;
	*count += more_count;
}

const struct fault *booked_cached(struct booking_desk *desk, struct db *db, struct arena *a,
				  const struct host *host, int64_t from, int64_t to,
				  const struct booked **out, size_t *count_out)
{
	struct load l = {db, host};
	const struct pieces pieces = {
		.table = desk->hosts->booked,
		.db = db,
		.owner = &host->owner,
		.entry_size = sizeof(struct booked),
		.load = load_piece,
		.ctx = &l,
	};
	int64_t first = pieces_number(from), last = pieces_number(to - 1);

	*out = NULL;
	*count_out = 0;
	for (int64_t number = first; number <= last; number++) {
		const void *at;
		size_t count;
		const struct fault *f = pieces_get(&pieces, a, number, from, to, &at, &count);

		if (f)
			return f;
		if (number == first) {
			*out = at;
			*count_out = count;
		} else {
			join(a, out, count_out, at, count);
		}
	}
	return arena_check(a);
}

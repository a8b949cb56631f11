/* booked - holds joined with their types, and their cache; see booked.h */
#include "booking/booked.h"

#include "base/arena.h"
#include "booking/host_priv.h"
#include "booking/reserve.h"
#include "freebusy/pieces.h"
#include "store/taken.h"

/* ---- rows ------------------------------------------------------------------------------- */

uint64_t booked_id(struct text public_id)
{
	return text_hash(public_id);
}

/* Types of other owners: of teams that the host belongs to. Each is read once, as most of what a
 * host of a team has booked is of the same one. */
struct foreign {
	int64_t owner;
	struct text id;
	int32_t before_min, after_min; /* 0 of one that is not there any more */
	struct foreign *next;
};

struct joining {
	struct db *db;
	struct arena *arena;
	const struct host *host;
	struct foreign *foreign;
};

static const struct fault *read_foreign(const struct joining *j, struct foreign *out)
{
	struct meeting_type *rows;
	struct booking_type type;
	size_t count;
	const struct fault *f = meeting_type_list(j->db, j->arena, out->owner, &rows, &count);

	for (size_t i = 0; !f && i < count; i++) {
		if (!text_equal(rows[i].id, out->id) ||
		    booking_type_read(j->arena, &rows[i], &type))
			continue;
		out->before_min = type.before_min;
		out->after_min = type.after_min;
	}
	return f;
}

static const struct fault *find_foreign(struct joining *j, const struct taken *t,
					const struct foreign **out)
{
	struct foreign *x = j->foreign;
	const struct fault *f;

	while (x && !(x->owner == t->type_owner && text_equal(x->id, t->type)))
		x = x->next;
	*out = x;
	if (x)
		return NULL;
	x = arena_alloc(j->arena, sizeof(*x));
	*x = (struct foreign){.owner = t->type_owner, .id = t->type, .next = j->foreign};
	j->foreign = x;
	f = read_foreign(j, x);
	*out = x;
	return f;
}

static const struct fault *set_buffers(struct joining *j, const struct taken *t, struct booked *b)
{
	const struct booking_type *type = host_type_by_id(j->host, t->type);
	const struct foreign *foreign;
	const struct fault *f;

	if (type) {
		b->before_min = type->before_min;
		b->after_min = type->after_min;
		return NULL;
	}
	if (t->type_owner == 0 || t->type_owner == j->host->owner.id)
		return NULL;
	f = find_foreign(j, t, &foreign);
	b->before_min = foreign->before_min;
	b->after_min = foreign->after_min;
	return f;
}

static bool counts_any(const struct host *host)
{
	for (size_t i = 0; i < host->type_count; i++)
		if (booking_type_is_limited(&host->types[i]))
			return true;
	return false;
}

struct rows {
	struct taken *at;
	size_t count;
};

/* Both kinds by start, as one list. */
static const struct fault *join_rows(struct db *db, struct arena *a, const struct host *host,
				     const struct rows rows[2], struct text but,
				     struct booked **out, size_t *count_out)
{
	struct joining j = {.db = db, .arena = a, .host = host};
	size_t at[2] = {0, 0}, count = 0;
	const struct fault *f = NULL;

	*out = arena_alloc_array(a, rows[0].count + rows[1].count, sizeof(**out));
	while (!f && (at[0] < rows[0].count || at[1] < rows[1].count)) {
		bool free = at[0] == rows[0].count ||
			    (at[1] < rows[1].count &&
			     rows[1].at[at[1]].start < rows[0].at[at[0]].start);
		struct taken *t = &rows[free].at[at[free]++];

		/* A reservation is one of the meeting that it is made for (D6, E7). */
		if (t->expires_at > 0 && !reserve_type_of(t->booking, &t->type))
			t->type = TEXT_NONE;
		if (but.len > 0 && text_equal(t->booking, but))
			continue;
		(*out)[count] = (struct booked){
			.start = t->start,
			.end = t->end,
			.expires_at = t->expires_at,
			.booking = booked_id(t->booking),
			.type = booked_id(t->type),
			.seats = t->seats,
			.is_free = free,
		};
		f = set_buffers(&j, t, &(*out)[count++]);
	}
	*count_out = count;
	return f;
}

const struct fault *booked_read(struct db *db, struct arena *a, const struct host *host,
				int64_t from, int64_t to, struct text but, struct booked **out,
				size_t *count_out)
{
	struct rows rows[2] = {{NULL, 0}, {NULL, 0}};
	const struct fault *f =
		taken_range(db, a, host->owner.id, from, to, &rows[0].at, &rows[0].count);

	if (!f)
		f = taken_without_hold(db, a, host->owner.id, from, to, counts_any(host),
				       &rows[1].at, &rows[1].count);
	if (!f)
		f = join_rows(db, a, host, rows, but, out, count_out);
	return f ? f : arena_check(a);
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

/* A hold across the seam is the first of the later piece; does it stand in the earlier one? */
static bool is_joined(const struct booked *joined, size_t count, const struct booked *b)
{
	for (; count > 0 && joined[count - 1].start >= b->start; count--)
		if (joined[count - 1].booking == b->booking && joined[count - 1].start == b->start)
			return true;
	return false;
}

static void join(struct arena *a, const struct booked **joined, size_t *count,
		 const struct booked *more, size_t more_count)
{
	struct booked *longer;

	if (more_count > 0 && is_joined(*joined, *count, more)) {
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

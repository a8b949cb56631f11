/* slots_list - all starts that the judge finds open; see slots.h. Pure. */
#include <stdlib.h>

#include "base/arena.h"
#include "booking/slots_priv.h"

struct slot_list {
	struct arena *arena;
	struct slot *at;
	size_t count, cap;
	bool ascending;
};

static void list_add(struct slot_list *l, struct slot slot)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct slot *at = arena_alloc_array(l->arena, cap, sizeof(*at));

		if (l->count > 0)
			memcpy(at, l->at, l->count * sizeof(*at));
		l->at = at;
		l->cap = cap;
	}
	if (l->count > 0 && l->at[l->count - 1].start >= slot.start)
		l->ascending = false;
	l->at[l->count++] = slot;
}

static int compare_slot(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Windows of neighbouring dates that overlap may both have a slot (case B3). */
static void list_sort(struct slot_list *l)
{
	size_t kept = 0;

	if (l->ascending)
		return;
	qsort(l->at, l->count, sizeof(*l->at), compare_slot);
	for (size_t i = 0; i < l->count; i++)
		if (kept == 0 || l->at[kept - 1].start != l->at[i].start)
			l->at[kept++] = l->at[i];
	l->count = kept;
}

/* Judge one start, and keep it if it is open. */
static void list_try(struct slot_list *l, const struct slot_question *q, int64_t start)
{
	struct slot_why why = {.verdict = SLOT_OPEN};
	enum slot_verdict v = slot_explain_into(q, start, true, &why);

	if (v == SLOT_OPEN || (q->with_full && v == SLOT_FULL))
		list_add(l, (struct slot){
				    .start = start,
				    .end = start + (int64_t)q->duration_min * MINUTE,
				    .seats_left = slot_seats_left(q, why.instance),
			    });
}

/* Every date has a grid of its own (decisions 35). */
static void try_grid(struct slot_list *l, const struct slot_question *q,
		     const struct hours_open *open, int64_t from, int64_t to)
{
	int64_t step = slot_step_s(q->type), start = open->start;

	if (start < from)
		start += (from - start + step - 1) / step * step;
	for (; start < open->end && start < to; start += step)
		list_try(l, q, start);
}

/* The first whole step after local midnight at or after the instant; where clocks change before
 * it, what the clock says then decides. */
static int64_t next_on_clock(const struct zone *z, int64_t instant, int64_t step)
{
	int64_t since, next, change;

	for (;;) {
		since = slot_clock_s(z, instant);
		next = min64((since + step - 1) / step * step, DAY_SECONDS);
		if (!zone_next_change(z, instant + 1, &change) || instant + next - since < change)
			return instant + next - since;
		instant = change;
	}
}

static void try_clock(struct slot_list *l, const struct slot_question *q,
		      const struct hours_open *hours, int64_t from, int64_t to)
{
	int64_t step = slot_step_s(q->type);
	const struct zone *z = q->schedule->hours.zone;

	to = min64(to, hours->end);
	for (int64_t at = next_on_clock(z, max64(from, hours->start), step); at < to;
	     at = next_on_clock(z, at + 1, step))
		list_try(l, q, at);
}

const struct fault *slots_of(struct arena *a, const struct slot_question *q, int64_t from,
			     int64_t to, struct slot **out, size_t *count_out)
{
	struct slot_list l = {.arena = a, .ascending = true};
	bool by_clock = q->type->align_to_clock;
	size_t count = by_clock ? q->hours_count : q->open_count;

	for (size_t i = 0; i < count; i++) {
		const struct fault *f = arena_check(a);

		if (f)
			return f;
		if (by_clock)
			try_clock(&l, q, &q->hours[i], from, to);
		else
			try_grid(&l, q, &q->open[i], from, to);
	}
	list_sort(&l);
	*out = l.at;
	*count_out = l.count;
	return arena_check(a);
}

/* slots_list - all starts that the judge finds open; see slots.h. Pure. */
#include <stdlib.h>

#include "base/arena.h"
#include "booking/slots_priv.h"

struct slot_list {
	struct slot *at;
	size_t count;
	bool ascending;
};

/* There is room for all that are tried. */
static void list_add(struct slot_list *l, struct slot slot)
{
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
	int64_t step = q->step_s, start = open->start;

	if (start < from)
		start += (from - start + step - 1) / step * step;
	for (; start < open->end && start < to; start += step)
		list_try(l, q, start);
}

/* The first whole step after local midnight at or after the instant; where clocks change before
 * it, or the host is in another zone by then, what the clock says then decides. */
static int64_t next_on_clock(const struct hours *h, int64_t instant, int64_t step)
{
	for (;;) {
		int64_t until, change, since, next;
		const struct zone *z = hours_zone_at(h, instant, &until);

		since = slot_clock_s(z, instant);
		next = instant - since + min64((since + step - 1) / step * step, DAY_SECONDS);
		if (zone_next_change(z, instant + 1, &change))
			until = min64(until, change);
		if (next < until)
			return next;
		instant = until;
	}
}

static void try_clock(struct slot_list *l, const struct slot_question *q,
		      const struct hours_open *hours, int64_t from, int64_t to)
{
	int64_t step = q->step_s;
	const struct hours *h = &q->schedule->hours;

	to = min64(to, hours->end);
	for (int64_t at = next_on_clock(h, max64(from, hours->start), step); at < to;
	     at = next_on_clock(h, at + 1, step))
		list_try(l, q, at);
}

/* No more than so many starts are tried in a stretch, by either way. */
static size_t most_of(const struct hours_open *o, const struct slot_question *q, int64_t from,
		      int64_t to)
{
	int64_t start = max64(o->start, from), end = min64(o->end, to);

	return start < end ? (size_t)((end - start) / q->step_s) + 2 : 0;
}

const struct fault *slots_of(struct arena *a, const struct slot_question *q, int64_t from,
			     int64_t to, struct slot **out, size_t *count_out)
{
	struct slot_list l = {.ascending = true};
	bool by_clock = q->type->align_to_clock;
	const struct hours_open *at = by_clock ? q->hours : q->open;
	size_t count = by_clock ? q->hours_count : q->open_count, most = 0;
	const struct fault *f;

	for (size_t i = 0; i < count; i++)
		most += most_of(&at[i], q, from, to);
	l.at = arena_alloc_array(a, most, sizeof(*l.at));
	f = arena_check(a);
	for (size_t i = 0; i < count && !f; i++) {
		struct slot_question part;

		if (at[i].start >= to || at[i].end <= from)
			continue;
		slot_question_narrow(q, at[i].start, at[i].end, &part);
		if (by_clock)
			try_clock(&l, &part, &at[i], from, to);
		else
			try_grid(&l, &part, &at[i], from, to);
	}
	list_sort(&l);
	*out = l.at;
	*count_out = l.count;
	return f;
}

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

/* ---- where slots may start ---------------------------------------------------------------------
 */

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

/* Every date has a grid of its own (decisions 35). */
static int64_t next_on_grid(const struct hours_open *open, int64_t instant, int64_t step)
{
	if (instant <= open->start)
		return open->start;
	return open->start + (instant - open->start + step - 1) / step * step;
}

/* The first start of a stretch at or after the instant. */
static int64_t next_start(const struct slot_question *q, const struct hours_open *open,
			  int64_t instant)
{
	if (q->type->align_to_clock)
		return next_on_clock(&q->schedule->hours, max64(instant, open->start), q->step_s);
	return next_on_grid(open, instant, q->step_s);
}

/* Whole steps of the clock are the same in each stretch, so these are joined then. */
static const struct hours_open *stretches(const struct slot_question *q, size_t *count)
{
	*count = q->type->align_to_clock ? q->hours_count : q->open_count;
	return q->type->align_to_clock ? q->hours : q->open;
}

/* There are no more starts than so many, by either way. */
static size_t most_starts(const struct slot_question *q, int64_t from, int64_t to)
{
	size_t count, most = 0;
	const struct hours_open *at = stretches(q, &count);

	for (size_t i = 0; i < count; i++) {
		int64_t start = max64(at[i].start, from), end = min64(at[i].end, to);

		if (start < end)
			most += (size_t)((end - start) / q->step_s) + 2;
	}
	return most;
}

/* ---- those of hosts without a frame ------------------------------------------------------------
 */

struct starts {
	int64_t *at;
	size_t count;
};

static int compare_start(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Each start once, ascending. */
static void starts_sort(struct starts *s)
{
	size_t kept = 0;

	if (s->count > 1)
		qsort(s->at, s->count, sizeof(*s->at), compare_start);
	for (size_t i = 0; i < s->count; i++)
		if (kept == 0 || s->at[kept - 1] != s->at[i])
			s->at[kept++] = s->at[i];
	s->count = kept;
}

static void starts_add(struct starts *s, const struct slot_question *q, int64_t from, int64_t to)
{
	size_t count;
	const struct hours_open *at = stretches(q, &count);

	for (size_t i = 0; i < count; i++) {
		int64_t end = min64(at[i].end, to);

		for (int64_t t = next_start(q, &at[i], from); t < end;
		     t = next_start(q, &at[i], t + 1))
			s->at[s->count++] = t;
	}
}

/* Many of a team are there at the same hours: their starts are the same, too. */
static bool has_same_hours(const struct slot_question *a, const struct slot_question *b)
{
	return !a->type->align_to_clock && a->open_count > 0 && a->open_count == b->open_count &&
	       memcmp(a->open, b->open, a->open_count * sizeof(*a->open)) == 0;
}

typedef void (*member_fn)(void *ctx, const struct slot_question *q);

/* Of those who are not optional; of several in a row with the same hours, the first. */
static void for_each_grid(const struct slot_team *team, member_fn fn, void *ctx)
{
	const struct slot_question *last = NULL;

	for (size_t p = 0; p < team->count; p++)
		for (size_t i = 0; i < team->pools[p].count; i++) {
			const struct slot_member *m = &team->pools[p].members[i];

			if (!m->host || m->says->optional ||
			    (last && has_same_hours(last, &m->question)))
				continue;
			last = &m->question;
			fn(ctx, last);
		}
}

struct gathering {
	struct starts starts;
	int64_t from, to;
	size_t most;
};

static void count_starts(void *ctx, const struct slot_question *q)
{
	struct gathering *g = ctx;

	g->most += most_starts(q, g->from, g->to);
}

static void gather_starts(void *ctx, const struct slot_question *q)
{
	struct gathering *g = ctx;

	starts_add(&g->starts, q, g->from, g->to);
}

static const struct fault *list_unframed(struct arena *a, struct slot_list *l,
					 const struct slot_question *q, int64_t from, int64_t to)
{
	struct gathering g = {.from = from, .to = to};
	const struct fault *f;

	if (!q->team)
		return NULL;
	for_each_grid(q->team, count_starts, &g);
	g.starts.at = arena_alloc_array(a, g.most, sizeof(*g.starts.at));
	l->at = arena_alloc_array(a, g.most, sizeof(*l->at));
	f = arena_check(a);
	if (f)
		return f;
	for_each_grid(q->team, gather_starts, &g);
	starts_sort(&g.starts);
	for (size_t i = 0; i < g.starts.count; i++)
		list_try(l, q, g.starts.at[i]);
	return NULL;
}

/* ---- all of them ------------------------------------------------------------------------------
 */

static const struct fault *list_framed(struct arena *a, struct slot_list *l,
				       const struct slot_question *q, int64_t from, int64_t to)
{
	size_t count;
	const struct hours_open *at = stretches(q, &count);
	const struct fault *f;

	l->at = arena_alloc_array(a, most_starts(q, from, to), sizeof(*l->at));
	f = arena_check(a);
	for (size_t i = 0; i < count && !f; i++) {
		int64_t end = min64(at[i].end, to);
		struct slot_question part;

		if (at[i].start >= to || at[i].end <= from)
			continue;
		slot_question_narrow(q, at[i].start, at[i].end, &part);
		for (int64_t t = next_start(q, &at[i], from); t < end;
		     t = next_start(q, &at[i], t + 1))
			list_try(l, &part, t);
	}
	list_sort(l);
	return f;
}

const struct fault *slots_of(struct arena *a, const struct slot_question *q, int64_t from,
			     int64_t to, struct slot **out, size_t *count_out)
{
	struct slot_list l = {.ascending = true};
	const struct fault *f =
		q->unframed ? list_unframed(a, &l, q, from, to) : list_framed(a, &l, q, from, to);

	*out = l.at;
	*count_out = l.count;
	return f;
}

/*
 * availability_spans - what several VAVAILABILITY say together (RFC 7953 §4, §5)
 *
 * The open stretches of each component are made first; then time is cut wherever one of them
 * begins or ends, and each piece is told by the components of the first rank that covers it.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "freebusy/availability_priv.h"
#include "freebusy/timeline.h"
#include "ical/expand.h"
#include "ical/zone.h"

enum {
	/* Of one question, whatever it asks about. */
	STEPS = RECUR_BUDGET_DEFAULT,
	STEPS_OBJECT = 16,
	OCCURRENCES_MAX = 20000,
};

struct stretch {
	int64_t start, end;
};

/* One component's open stretches, ascending and disjoint; `next` is where the sweep is. */
struct opened {
	struct busy_period *at;
	size_t count, next;
};

struct sweep {
	struct arena *arena;
	const struct availability *of;
	int64_t from, to, steps;
	struct opened *opened;
	int64_t *cuts;
	size_t cut_count;
};

/* ---- occurrences as wall clock ----------------------------------------------------------------
 */

/* An RDATE with a PERIOD says for itself how long it is. */
static bool is_period(const struct ical_item *item, const struct occurrence *x)
{
	for (size_t i = 0; i < item->period_count; i++)
		if (ical_time_utc(&item->periods[i].start, item->dtstart.zone) == x->start)
			return true;
	return false;
}

/* Where it would begin on the clock, had the clocks not changed. */
static int64_t nominal_start(const struct ical_item *item, const struct occurrence *x)
{
	if (item->this_and_future)
		return zone_to_local(item->dtstart.zone, x->start);
	return item->recurrence_id.present ? item->dtstart.seconds : x->recurrence_local;
}

/* A window of the same or the next local day (decisions 11). */
static bool is_window(const struct ical_item *item)
{
	const struct ical_time *start = &item->dtstart, *end = &item->dtend;

	return start->form == TIME_ZONED && end->present && end->form == TIME_ZONED &&
	       start->zone == end->zone &&
	       floor_div(end->seconds, DAY_SECONDS) - floor_div(start->seconds, DAY_SECONDS) <= 1;
}

/* Some dates do not exist, and what would be on one opens no other (booking case A16). */
static bool day_exists(const struct zone *z, int64_t local)
{
	int64_t midnight = floor_div(local, DAY_SECONDS) * DAY_SECONDS;

	return zone_to_utc(z, midnight) < zone_to_utc(z, midnight + DAY_SECONDS);
}

static struct stretch stretch_of(const struct ical_object *o, const struct occurrence *x)
{
	const struct ical_item *item = &o->items[x->item];
	const struct zone *z = item->dtstart.zone;
	struct stretch exact = {x->start, x->end};
	int64_t start;

	if (!is_window(item) || is_period(item, x))
		return exact;
	start = nominal_start(item, x);
	if (!day_exists(z, start))
		return (struct stretch){x->start, x->start};
	return (struct stretch){
		zone_to_utc(z, start),
		zone_to_utc(z, start + item->dtend.seconds - item->dtstart.seconds),
	};
}

/* ---- what one component opens ------------------------------------------------------------------
 */

/* A day more to both sides: an exact end may lie before the one on the clock. */
static const struct fault *open_by(struct sweep *s, const struct ical_object *o,
				   struct timeline *open)
{
	struct expand_limits limits = {.steps = s->steps, .max_occurrences = OCCURRENCES_MAX};
	struct expansion e;
	const struct fault *f;

	s->steps -= STEPS_OBJECT;
	if (s->steps <= 0)
		return NULL;
	f = ical_expand(s->arena, o, s->from - DAY_SECONDS, s->to + DAY_SECONDS, NULL, 0, limits,
			&e);
	if (f)
		return f;
	s->steps -= e.spent;
	for (size_t i = 0; i < e.count; i++) {
		struct stretch x = stretch_of(o, &e.at[i]);

		timeline_add(open, (struct busy_period){x.start, x.end, BUSY_BUSY});
	}
	return arena_check(s->arena);
}

static const struct fault *open_part(struct sweep *s, const struct availability_part *part,
				     struct opened *out)
{
	struct timeline *open = timeline_create(s->arena, s->from, s->to);
	const struct busy_period *joined;
	const struct fault *f = NULL;

	for (size_t i = 0; i < part->available_count && !f; i++)
		f = open_by(s, part->available[i], open);
	if (f)
		return f;
	joined = timeline_periods(open, &out->count);
	out->at = arena_alloc_array(s->arena, out->count, sizeof(*out->at));
	if (out->count > 0)
		memcpy(out->at, joined, out->count * sizeof(*out->at));
	return NULL;
}

/* ---- together
 * ------------------------------------------------------------------------------------ */

static void cut(struct sweep *s, int64_t at)
{
	if (at <= s->from || at >= s->to)
		return;
	s->cuts[s->cut_count++] = at;
}

static int compare_cut(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void cut_all(struct sweep *s)
{
	size_t room = 1;

	for (size_t i = 0; i < s->of->count; i++)
		room += 2 + 2 * s->opened[i].count;
	s->cuts = arena_alloc_array(s->arena, room, sizeof(*s->cuts));
	for (size_t i = 0; i < s->of->count; i++) {
		cut(s, s->of->parts[i].start);
		cut(s, s->of->parts[i].end);
		for (size_t k = 0; k < s->opened[i].count; k++) {
			cut(s, s->opened[i].at[k].start);
			cut(s, s->opened[i].at[k].end);
		}
	}
	qsort(s->cuts, s->cut_count, sizeof(*s->cuts), compare_cut);
	s->cuts[s->cut_count++] = s->to;
}

/* Instants ascend from call to call. */
static enum availability_state state_by(const struct availability_part *part, struct opened *o,
					int64_t instant)
{
	while (o->next < o->count && o->at[o->next].end <= instant)
		o->next++;
	return o->next < o->count && o->at[o->next].start <= instant ? AVAILABILITY_OPEN
								     : part->closed;
}

static enum availability_state state_at(struct sweep *s, int64_t instant)
{
	enum availability_state state = AVAILABILITY_SILENT, one;
	int rank = 0;

	for (size_t i = 0; i < s->of->count; i++) {
		const struct availability_part *part = &s->of->parts[i];

		if (instant < part->start || instant >= part->end)
			continue;
		if (state != AVAILABILITY_SILENT && part->rank != rank)
			break;
		one = state_by(part, &s->opened[i], instant);
		state = one > state ? one : state;
		rank = part->rank;
	}
	return state;
}

static size_t tell(struct sweep *s, struct availability_span *out)
{
	size_t count = 0;
	int64_t at = s->from;

	for (size_t i = 0; i < s->cut_count; at = s->cuts[i++]) {
		enum availability_state state;

		if (s->cuts[i] == at)
			continue;
		state = state_at(s, at);
		if (count > 0 && out[count - 1].state == state)
			out[count - 1].end = s->cuts[i];
		else
			out[count++] = (struct availability_span){at, s->cuts[i], state};
	}
	return count;
}

const struct fault *availability_spans(struct arena *a, const struct availability *v, int64_t from,
				       int64_t to, struct availability_span **out,
				       size_t *count_out)
{
	struct sweep s = {.arena = a, .of = v, .from = from, .to = to, .steps = STEPS};
	const struct fault *f = NULL;

	s.opened = arena_alloc_array(a, v->count, sizeof(*s.opened));
	for (size_t i = 0; i < v->count && !f; i++)
		f = open_part(&s, &v->parts[i], &s.opened[i]);
	if (f)
		return f;
	cut_all(&s);
	*out = arena_alloc_array(a, s.cut_count, sizeof(**out));
	*count_out = tell(&s, *out);
	return arena_check(a);
}

const struct fault *availability_add(struct arena *a, const struct availability *v, int64_t from,
				     int64_t to, struct timeline *t)
{
	static const enum busy_type types[] = {
		[AVAILABILITY_TENTATIVE] = BUSY_TENTATIVE,
		[AVAILABILITY_UNAVAILABLE] = BUSY_UNAVAILABLE,
		[AVAILABILITY_BUSY] = BUSY_BUSY,
	};
	struct availability_span *spans;
	size_t count = 0;
	const struct fault *f = availability_spans(a, v, from, to, &spans, &count);

	for (size_t i = 0; i < count && !f; i++)
		if (spans[i].state >= AVAILABILITY_TENTATIVE)
			timeline_add(t, (struct busy_period){spans[i].start, spans[i].end,
							     types[spans[i].state]});
	return f;
}

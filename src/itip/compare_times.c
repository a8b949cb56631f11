/*
 * compare_times - whether instances were added, reinstated or moved (RFC 6638 §3.2.8)
 *
 * A single instance is where its start and end are as instants, in whichever zone they are
 * written. A series is more: one that is told in another zone parts from itself when a clock
 * changes, unless both zones have the same rules.
 *
 * What takes instances away (a shorter rule, a RDATE less, an EXDATE more) reschedules nobody.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/recur.h"
#include "ical/zone.h"
#include "itip/instance_priv.h"

static enum itip_change further(enum itip_change a, enum itip_change b)
{
	return a > b ? a : b;
}

/* ---- one instance ------------------------------------------------------------------------ */

struct when {
	enum time_form form;	 /* TIME_UTC: instants; else local seconds */
	const struct zone *zone; /* of instants */
	struct text tzid;	 /* of a zone nobody knows */
	bool has_start, has_end;
	int64_t start, end;
	bool is_nominal; /* the end is DURATION's */
	struct duration duration;
};

static void read_end(struct when *w, const struct ical_item *item)
{
	const struct ical_time *end = item->dtend.present ? &item->dtend : &item->due;
	const struct zone *zone = end->present ? itip_zone_of(end) : NULL;

	w->has_end = end->present || item->has_duration || item->type == COMP_VEVENT;
	if (end->present) {
		w->end = end->seconds;
		if (w->zone)
			w->end = zone_to_utc(zone ? zone : w->zone, end->seconds);
		return;
	}
	w->is_nominal = true;
	w->duration = item->duration;
	/* RFC 5545 §3.6.1: a day without end is one day, a time none. */
	if (!item->has_duration && w->form == TIME_DATE)
		w->duration.days = 1;
	w->end = zone_later(w->zone, w->start, w->duration);
}

static struct when when_of(const struct ical_item *item)
{
	const struct ical_time *t = item->dtstart.present ? &item->dtstart : &item->due;
	struct when w = {
		.form = t->form, .zone = itip_zone_of(t), .has_start = item->dtstart.present};

	if (!t->present)
		return (struct when){.form = TIME_FLOATING};
	w.start = w.zone ? zone_to_utc(w.zone, t->seconds) : t->seconds;
	if (w.zone)
		w.form = TIME_UTC;
	else if (w.form == TIME_ZONED)
		w.tzid = t->tzid;
	read_end(&w, item);
	return w;
}

/* What a component shows at an instance: the master at any, a THISANDFUTURE at later ones. */
static struct when when_at(const struct itip_side *side, int64_t id)
{
	const struct itip_clock *c = side->clock;
	const struct ical_time *own = &side->item->recurrence_id;
	struct when w = when_of(side->item);
	int64_t own_id = own->present ? itip_clock_id(c, own) : w.start;
	int64_t moved = id + w.start - own_id;

	/* "Rescheduled by the same time difference" on the series' own clock (RFC 5545 §3.8.4.4).
	 */
	if (w.start != own_id && c->zone && w.zone)
		moved = itip_clock_bind(c, itip_clock_local(c, id) + itip_clock_local(c, w.start) -
						   itip_clock_local(c, own_id));
	w.end = w.is_nominal ? zone_later(w.zone, moved, w.duration) : w.end + moved - w.start;
	w.start = moved;
	return w;
}

void itip_shown_at(const struct itip_clock *c, const struct ical_item *item, int64_t id,
		   int64_t *start, int64_t *end)
{
	struct itip_side side = {.clock = c, .item = item};
	struct when w = when_at(&side, id);

	*start = w.start;
	/* One that is bound otherwise than its start may seem to be before it. */
	*end = w.has_end ? max64(w.end, w.start) : w.start;
}

static bool is_same_instance(const struct when *a, const struct when *b)
{
	return a->form == b->form && text_equal(a->tzid, b->tzid) && a->has_start == b->has_start &&
	       a->has_end == b->has_end && a->start == b->start &&
	       (!a->has_end || a->end == b->end);
}

/* On days when a clock changes, nominal days are of another length than exact ones. */
static int64_t nominal_days(const struct when *w)
{
	return w->zone && w->is_nominal ? w->duration.days : 0;
}

static bool is_same_clock(const struct when *a, const struct when *b)
{
	if (!a->zone || !b->zone)
		return a->zone == b->zone;
	return zone_is_same(a->zone, b->zone) && nominal_days(a) == nominal_days(b);
}

/* ---- a series ---------------------------------------------------------------------------- */

/* A date that is listed; a period has a length of its own. */
struct listed {
	int64_t id, length;
};

enum { LENGTH_OF_MASTER = -1 };

struct series {
	const struct itip_side *side;
	struct arena *arena;
	bool is_date;
	int64_t local; /* first start */
	int64_t until; /* last local second that the rule may name */
	struct listed *rdates, *exdates;
	size_t rdate_count, exdate_count;
	struct recur_budget *budget; /* for look-ups by id */
};

static int compare_listed(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->length < b->length) - (a->length > b->length);
}

/* Ascending, each id once; of equal ones that with a length counts (RFC 5545 §3.8.5.2). */
static size_t sort_listed(struct listed *at, size_t count)
{
	size_t kept = 0;

	qsort(at, count, sizeof(*at), compare_listed);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || at[kept - 1].id != at[i].id)
			at[kept++] = at[i];
	return kept;
}

static int64_t length_of(const struct ical_period *p)
{
	if (!p->has_end)
		return p->duration.days * DAY_SECONDS + p->duration.seconds;
	return max64(p->end.seconds - p->start.seconds, 0);
}

static void read_dates(struct series *s)
{
	const struct ical_item *item = s->side->item;
	const struct itip_clock *c = s->side->clock;
	size_t most = item->rdates.count + item->period_count, n = 0;

	s->rdates = arena_alloc_array(s->arena, most, sizeof(*s->rdates));
	for (size_t i = 0; i < item->rdates.count; i++)
		s->rdates[n++] =
			(struct listed){itip_clock_id(c, &item->rdates.at[i]), LENGTH_OF_MASTER};
	for (size_t i = 0; i < item->period_count; i++)
		s->rdates[n++] = (struct listed){itip_clock_id(c, &item->periods[i].start),
						 length_of(&item->periods[i])};
	s->rdate_count = sort_listed(s->rdates, n);
	s->exdates = arena_alloc_array(s->arena, item->exdates.count, sizeof(*s->exdates));
	for (size_t i = 0; i < item->exdates.count; i++)
		s->exdates[i].id = itip_clock_id(c, &item->exdates.at[i]);
	s->exdate_count = sort_listed(s->exdates, item->exdates.count);
}

/* In DTSTART's local seconds, whichever form it is written in (interop §9). */
static int64_t until_local(const struct series *s, const struct recur *rule)
{
	const struct itip_clock *c = s->side->clock;

	if (!rule->has_until)
		return TIME_MAX;
	if (s->is_date || rule->until_form == TIME_DATE)
		return floor_div(rule->until, DAY_SECONDS) * DAY_SECONDS +
		       (s->is_date ? 0 : DAY_SECONDS - 1);
	return rule->until_form == TIME_UTC ? itip_clock_local(c, rule->until) : rule->until;
}

static void series_read(struct series *s, struct arena *a, const struct itip_side *side,
			struct recur_budget *budget)
{
	const struct ical_item *item = side->item;
	const struct ical_time *t = item->dtstart.present ? &item->dtstart : &item->due;

	*s = (struct series){.side = side, .arena = a, .budget = budget};
	s->is_date = t->form == TIME_DATE;
	s->local = t->seconds;
	if (item->has_rule)
		s->until = until_local(s, &item->rule);
	read_dates(s);
}

static enum recur_step begin_rule(const struct series *s, struct recur_walk *w, int64_t from,
				  struct recur_budget *budget)
{
	return recur_begin(w, s->arena, &s->side->item->rule, s->local, s->is_date, s->until, from,
			   budget);
}

/* Does the rule name it? A time in a gap of the clock is found by where it was shifted to. */
static bool rule_names(const struct series *s, int64_t id)
{
	const struct itip_clock *c = s->side->clock;
	int64_t wanted = itip_clock_local(c, id), local;
	struct recur_walk w;
	enum recur_step step;

	if (!s->side->item->has_rule)
		return false;
	step = begin_rule(s, &w, wanted - DAY_SECONDS, s->budget);
	while (step == RECUR_FOUND && (step = recur_next(&w, s->budget, &local)) == RECUR_FOUND) {
		if (itip_clock_bind(c, local) == id)
			return true;
		if (local > wanted)
			return false;
	}
	return step == RECUR_OUT_OF_BUDGET;
}

static const struct listed *find_listed(const struct listed *at, size_t count, int64_t id)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && at[low].id == id ? &at[low] : NULL;
}

/* Has the series this instance, EXDATE aside? */
static bool series_names(const struct series *s, int64_t id)
{
	return itip_clock_bind(s->side->clock, s->local) == id ||
	       find_listed(s->rdates, s->rdate_count, id) || rule_names(s, id);
}

void itip_series_find(struct arena *a, const struct ical_object *o, const int64_t *ids,
		      size_t count, bool *has_out)
{
	struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
	struct itip_clock clock = itip_clock_of(o);
	struct itip_side master = {.clock = &clock, .item = &o->items[0]};
	struct series s;

	if (count == 0)
		return;
	series_read(&s, a, &master, &budget);
	for (size_t i = 0; i < count; i++)
		has_out[i] = series_names(&s, ids[i]);
}

bool itip_series_between(struct arena *a, const struct ical_object *o, int64_t from, int64_t to,
			 int64_t *ids, size_t most, size_t *count_out)
{
	struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
	struct itip_clock clock = itip_clock_of(o);
	struct itip_side master = {.clock = &clock, .item = &o->items[0]};
	struct series s;
	struct recur_walk w;
	enum recur_step step = RECUR_END;
	int64_t local;

	*count_out = 0;
	series_read(&s, a, &master, &budget);
	for (size_t i = 0; i < s.rdate_count && *count_out < most; i++)
		if (s.rdates[i].id >= from && s.rdates[i].id < to)
			ids[(*count_out)++] = s.rdates[i].id;
	if (o->items[0].has_rule)
		step = begin_rule(&s, &w, itip_clock_local(&clock, from) - DAY_SECONDS, &budget);
	while (step == RECUR_FOUND && (step = recur_next(&w, &budget, &local)) == RECUR_FOUND) {
		int64_t id = itip_clock_bind(&clock, local);

		if (id >= to)
			return true;
		if (id < from)
			continue;
		if (*count_out == most)
			return false;
		ids[(*count_out)++] = id;
	}
	return step == RECUR_END;
}

static enum itip_change compare_rdates(const struct series *was, const struct series *is)
{
	enum itip_change change = ITIP_SAME;

	for (size_t i = 0; i < is->rdate_count; i++) {
		const struct listed *r = &is->rdates[i];
		const struct listed *old = find_listed(was->rdates, was->rdate_count, r->id);
		bool stays = old ? old->length == r->length
				 : r->length == LENGTH_OF_MASTER && series_names(was, r->id);

		if (!stays)
			return ITIP_TIMES;
	}
	for (size_t i = 0; i < was->rdate_count; i++)
		if (!find_listed(is->rdates, is->rdate_count, was->rdates[i].id))
			change = ITIP_DETAILS;
	return change;
}

/* An EXDATE that names no instance says nothing. */
static enum itip_change compare_exdates(const struct series *was, const struct series *is)
{
	for (size_t i = 0; i < was->exdate_count; i++)
		if (!find_listed(is->exdates, is->exdate_count, was->exdates[i].id) &&
		    series_names(is, was->exdates[i].id))
			return ITIP_TIMES;
	for (size_t i = 0; i < is->exdate_count; i++)
		if (!find_listed(was->exdates, was->exdate_count, is->exdates[i].id) &&
		    series_names(was, is->exdates[i].id))
			return ITIP_DETAILS;
	return ITIP_SAME;
}

/* ---- two rules --------------------------------------------------------------------------- */

/* Endless rules that agree for so many instances agree. */
enum { RULE_INSTANCES = 5000 };

struct rule_walk {
	struct recur_walk walk;
	struct recur_budget budget;
	enum recur_step step;
	int64_t local;
};

static void rule_next(struct rule_walk *r)
{
	if (r->step == RECUR_FOUND)
		r->step = recur_next(&r->walk, &r->budget, &r->local);
}

static void rule_begin(struct rule_walk *r, const struct series *s)
{
	r->budget.steps = RECUR_BUDGET_DEFAULT;
	r->step = begin_rule(s, &r->walk, s->local, &r->budget);
	rule_next(r);
}

/* Neither was walked to its end; what cannot be told counts as moved. */
static enum itip_change judge_ends(const struct series *was, const struct series *is, bool fewer)
{
	if (recur_is_endless(&was->side->item->rule))
		return recur_is_endless(&is->side->item->rule) && !fewer ? ITIP_SAME : ITIP_DETAILS;
	return ITIP_TIMES;
}

/* Both are walked side by side: is each instance that there is now one that there was? */
static enum itip_change walk_rules(const struct series *was, const struct series *is)
{
	bool endless =
		recur_is_endless(&was->side->item->rule) && recur_is_endless(&is->side->item->rule);
	struct rule_walk old, new;
	bool fewer = false;

	rule_begin(&old, was);
	rule_begin(&new, is);
	for (size_t n = 0; !endless || n < RULE_INSTANCES; n++) {
		if (new.step == RECUR_END)
			return fewer || old.step != RECUR_END ? ITIP_DETAILS : ITIP_SAME;
		if (old.step == RECUR_END)
			return ITIP_TIMES;
		if (new.step != RECUR_FOUND || old.step != RECUR_FOUND)
			break;
		if (new.local < old.local)
			return ITIP_TIMES;
		if (new.local == old.local)
			rule_next(&new);
		else
			fewer = true;
		rule_next(&old);
	}
	return judge_ends(was, is, fewer);
}

static enum itip_change compare_rules(const struct series *was, const struct series *is)
{
	bool had = was->side->item->has_rule, has = is->side->item->has_rule;

	if (!had || !has)
		return has ? ITIP_TIMES : had ? ITIP_DETAILS : ITIP_SAME;
	if (text_equal_nocase(was->side->rule, is->side->rule))
		return ITIP_SAME;
	return walk_rules(was, is);
}

static enum itip_change compare_series(struct arena *a, const struct itip_side *was,
				       const struct itip_side *is)
{
	struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
	struct series old, new;
	enum itip_change change;

	series_read(&old, a, was, &budget);
	series_read(&new, a, is, &budget);
	if ((change = compare_rules(&old, &new)) == ITIP_TIMES)
		return change;
	if ((change = further(change, compare_rdates(&old, &new))) == ITIP_TIMES)
		return change;
	return further(change, compare_exdates(&old, &new));
}

/* ---- two components ---------------------------------------------------------------------- */

static bool is_series(const struct ical_item *item)
{
	return item->has_rule || item->rdates.count > 0 || item->period_count > 0 ||
	       item->this_and_future;
}

/* The instance that both stand for. */
static int64_t common_id(const struct itip_side *was, const struct itip_side *is)
{
	const struct itip_side *side = is;

	if (!is->item->recurrence_id.present ||
	    (is->item->this_and_future && was->item->recurrence_id.present))
		side = was;
	return itip_clock_id(side->clock, &side->item->recurrence_id);
}

static enum itip_change compare_instance(const struct itip_side *was, const struct itip_side *is)
{
	int64_t id = common_id(was, is);
	struct when old = when_at(was, id), new = when_at(is, id);

	if (!is_same_instance(&old, &new))
		return ITIP_TIMES;
	if (was->item->this_and_future || is->item->this_and_future)
		return is_same_clock(&old, &new) ? ITIP_SAME : ITIP_TIMES;
	return ITIP_SAME;
}

enum itip_change itip_compare_times(struct arena *a, const struct itip_side *was,
				    const struct itip_side *is)
{
	bool recurs = is_series(was->item) || is_series(is->item);
	struct when old, new;

	if (was->item->recurrence_id.present || is->item->recurrence_id.present)
		return compare_instance(was, is);
	old = when_of(was->item);
	new = when_of(is->item);
	if (!is_same_instance(&old, &new) || (recurs && !is_same_clock(&old, &new)))
		return ITIP_TIMES;
	return recurs ? compare_series(a, was, is) : ITIP_SAME;
}

/*
 * expand_rule - the rule of a series, bound to the time line
 *
 * recur.h walks local seconds and knows no zone. Here UNTIL is bound to them,
 * times that a clock leaves out are skipped or shifted, and the walk begins at
 * the window and ends with it.
 */
#include "ical/expand_priv.h"

/* One walk through the rule. */
struct rule_walk {
	const struct series *series;
	struct recur_walk walk;
	int64_t until_local; /* the last local second, but for those of a repeated hour */
	int64_t until;	     /* the last instant; INT64_MAX where local seconds say all */
	bool makes_times;    /* the hour is not DTSTART's */
};

/*
 * UNTIL in the form of DTSTART (RFC 5545 §3.3.10), and what clients write instead
 * (interop: Etar, Nextcloud, iPhone): a DATE means the end of that day, a local
 * time is DTSTART's zone's, a time for a series of days means its day.
 */
static void bind_until(struct rule_walk *r, const struct recur *rule)
{
	const struct place *place = &r->series->place;

	r->until_local = TIME_MAX;
	r->until = INT64_MAX;
	if (!rule->has_until)
		return;
	r->until_local = rule->until;
	if (place->form == TIME_DATE || rule->until_form == TIME_DATE) {
		int64_t last = place->form == TIME_DATE ? 0 : DAY_SECONDS - 1;

		r->until_local = floor_div(rule->until, DAY_SECONDS) * DAY_SECONDS + last;
	} else if (place->form == TIME_ZONED && rule->until_form == TIME_UTC) {
		r->until_local = place->zone ? place_local(place, rule->until)
					     : rule->until + ZONE_AHEAD_SECONDS;
		r->until = place->zone ? rule->until : INT64_MAX;
	}
}

static void walk_init(struct rule_walk *r, const struct series *s)
{
	const struct recur *rule = &s->master.item->rule;

	*r = (struct rule_walk){
		.series = s,
		.makes_times = rule->freq < FREQ_DAILY || rule->by_hour || rule->by_minute ||
			       rule->by_second,
	};
	bind_until(r, rule);
}

/* The local seconds after UNTIL may be earlier instants, so the walk may go on for a day. */
static enum recur_step walk_begin(struct rule_walk *r, struct expand *x, int64_t from_local)
{
	const struct series *s = r->series;
	int64_t until = r->until_local + (r->until == INT64_MAX ? 0 : DAY_SECONDS);

	return recur_begin(&r->walk, x->arena, &s->master.item->rule, s->local,
			   s->place.form == TIME_DATE, min64(until, TIME_MAX),
			   min64(from_local, TIME_MAX), &x->budget);
}

/*
 * Past the window, whatever follows: a time shifted out of a gap may come after its followers, but
 * by no more than a day.
 */
static bool is_past(const struct series *s, const struct expand *x, const struct instance *i)
{
	return i->bound - s->reach.before >= x->to + (i->is_gap ? DAY_SECONDS : 0);
}

static enum recur_step walk_next(struct rule_walk *r, struct expand *x, struct instance *out)
{
	const struct place *place = &r->series->place;
	enum recur_step step;
	int64_t local;

	while ((step = recur_next(&r->walk, &x->budget, &local)) == RECUR_FOUND) {
		*out = (struct instance){.bound = place_bind(place, local), .local = local};
		out->is_gap = place_is_gap(place, local, out->bound);
		if (out->is_gap && r->makes_times && !is_past(r->series, x, out))
			continue;
		if (out->bound <= r->until)
			return RECUR_FOUND;
		/* A time shifted out of a gap may come after its followers. */
		if (!out->is_gap)
			return RECUR_END;
	}
	return step;
}

/* ---- within the window --------------------------------------------------------------------- */

void series_add_rule(const struct series *s, struct expand *x)
{
	int64_t given = INT64_MIN;
	struct rule_walk r;
	struct instance i;
	enum recur_step step;

	walk_init(&r, s);
	step = walk_begin(&r, x, place_local_floor(&s->place, x->from - s->reach.after));
	while (step == RECUR_FOUND && (step = walk_next(&r, x, &i)) == RECUR_FOUND) {
		if (is_past(s, x, &i))
			return;
		if (i.bound == given || moments_have(&s->told, i.bound, i.local))
			continue;
		given = i.bound;
		if (x->count >= x->max) {
			expand_stop(x, place_bind_floor(&s->place, i.local) - s->reach.before);
			return;
		}
		expand_add(x, series_occurrence(s, &i));
	}
	if (step == RECUR_OUT_OF_BUDGET)
		expand_stop(x, place_bind_floor(&s->place, max64(r.walk.last, s->local)) -
				       s->reach.before);
}

/* ---- the end of the rule ------------------------------------------------------------------- */

/* About two periods of a rule: how near to UNTIL its last instance is looked for first. */
static int64_t two_periods(const struct recur *rule)
{
	static const int64_t days[] = {
		[FREQ_DAILY] = 1,
		[FREQ_WEEKLY] = 7,
		[FREQ_MONTHLY] = 31,
		[FREQ_YEARLY] = 366,
	};
	static const int64_t seconds[] = {
		[FREQ_SECONDLY] = 1,
		[FREQ_MINUTELY] = 60,
		[FREQ_HOURLY] = 3600,
	};
	int64_t unit =
		rule->freq < FREQ_DAILY ? seconds[rule->freq] : days[rule->freq] * DAY_SECONDS;

	return 2 * unit * rule->interval;
}

/* Walk from here to the end; *last_out grows to the last instance on the way. */
static enum recur_step walk_to_end(struct rule_walk *r, struct expand *x, int64_t from,
				   int64_t *last_out)
{
	enum recur_step step = walk_begin(r, x, from);
	struct instance i;

	while (step == RECUR_FOUND && (step = walk_next(r, x, &i)) == RECUR_FOUND)
		*last_out = max64(*last_out, i.local);
	return step;
}

/* COUNT is counted in closed form where it can be, and the walk stands at the last one then. */
static bool last_by_count(struct rule_walk *r, struct expand *x, int64_t *last_out)
{
	if (walk_to_end(r, x, min64(r->until_local, TIME_MAX - 1), last_out) != RECUR_END)
		return false;
	*last_out = max64(*last_out, r->walk.last);
	return true;
}

/* Look back from UNTIL, each time four times as far. */
static bool last_by_until(struct rule_walk *r, struct expand *x, int64_t *last_out)
{
	int64_t start = *last_out, back = two_periods(&r->series->master.item->rule);
	int64_t from;

	do {
		from = max64(r->until_local - back, start);
		if (walk_to_end(r, x, from, last_out) != RECUR_END)
			return false;
		back *= 4;
	} while (*last_out == start && from > start);
	return true;
}

/* The last instance in local seconds; false: there is none, or it takes too long to find. */
static bool find_last(const struct series *s, struct expand *x, int64_t *last_out)
{
	const struct recur *rule = &s->master.item->rule;
	struct rule_walk r;

	*last_out = s->local;
	if (recur_is_endless(rule))
		return false;
	walk_init(&r, s);
	return rule->count ? last_by_count(&r, x, last_out) : last_by_until(&r, x, last_out);
}

/* Each range is taken to reach to the end: an earlier one may show its instances later. */
void series_rule_end(const struct series *s, struct expand *x, int64_t *last_end)
{
	struct occurrence o;
	int64_t last;

	if (!find_last(s, x, &last)) {
		*last_end = INT64_MAX;
		return;
	}
	o = look_at(&s->master, &(struct spot){s->place, last, s->master.spot.length}, last);
	*last_end = max64(*last_end, o.end);
	for (size_t i = 0; i < s->range_count; i++) {
		const struct range *r = &s->ranges[i];
		struct spot spot = {r->place, last + r->shift, r->look.spot.length};

		*last_end = max64(*last_end, look_at(&r->look, &spot, last).end);
	}
}

/*
 * recur - walking a rule, period by period
 *
 * A period is one FREQ unit times INTERVAL, counted from DTSTART's own. Each gives a
 * set of local times; BYSETPOS picks among them; COUNT and UNTIL end the walk.
 * Every period and every instance takes steps from the budget.
 */

#include "ical/recur_priv.h"

#include "base/arena.h"

/* ---- the set of the present period ------------------------------------------------------------
 */

static void set_add(struct recur_walk *w, int64_t local)
{
	if (w->set_count == w->set_cap) {
		size_t cap = w->set_cap ? 2 * w->set_cap : 64;
		int64_t *grown = arena_alloc_array(w->arena, cap, sizeof(*grown));

		if (w->set_count > 0)
			memcpy(grown, w->set, w->set_count * sizeof(*grown));
		w->set = grown;
		w->set_cap = cap;
	}
	w->set[w->set_count++] = local;
}

static void set_add_days(struct recur_walk *w, const struct recur_days *days)
{
	for (size_t d = 0; d < days->count; d++)
		for (size_t t = 0; t < w->time_count; t++)
			set_add(w, days->at[d] * DAY_SECONDS + w->times[t]);
}

/* BYSETPOS: keep the listed positions, counted from either end. */
static void set_pick(struct recur_walk *w)
{
	size_t kept = 0, count = w->set_count;

	if (!w->rule.has_by_setpos)
		return;
	for (size_t i = 0; i < count; i++) {
		int64_t front = (int64_t)i + 1, back = (int64_t)i - (int64_t)count;

		if ((front <= 366 && recur_far_bit(w->rule.by_setpos, (int)front)) ||
		    (back >= -366 && recur_far_bit(w->rule.by_setpos, (int)back)))
			w->set[kept++] = w->set[i];
	}
	w->set_count = kept;
}

/* ---- times of the day
 * ----------------------------------------------------------------------------- */

static uint64_t or_single(uint64_t bits, int fallback)
{
	return bits ? bits : UINT64_C(1) << fallback;
}

/* The times of day of a daily or longer rule: BYHOUR x BYMINUTE x BYSECOND, else DTSTART's. */
static void times_fill(struct recur_walk *w)
{
	const struct recur *r = &w->rule;
	int of_day = (int)(w->start - floor_div(w->start, DAY_SECONDS) * DAY_SECONDS);
	uint64_t hours = or_single(r->by_hour, of_day / 3600);
	uint64_t minutes = or_single(r->by_minute, of_day / 60 % 60);
	uint64_t seconds = or_single(r->by_second, of_day % 60);
	size_t count;

	if (w->date_only)
		hours = minutes = seconds = 1;
	count = (size_t)__builtin_popcountll(hours) * (size_t)__builtin_popcountll(minutes) *
		(size_t)__builtin_popcountll(seconds);
	w->times = arena_alloc_array(w->arena, count, sizeof(*w->times));
	for (int h = 0; h < 24; h++)
		for (int m = 0; m < 60 && hours >> h & 1; m++)
			for (int s = 0; s < 60 && minutes >> m & 1; s++)
				if (seconds >> s & 1)
					w->times[w->time_count++] = h * 3600 + m * 60 + s;
}

/* Bits 0..size-1 of every step-th place, through `place`. */
static uint64_t every(int size, int step, int place)
{
	uint64_t bits = 0;

	for (int i = place % step; i < size; i += step)
		bits |= UINT64_C(1) << i;
	return bits;
}

/*
 * Hours that fill the day evenly (INTERVAL 1, 2, 3 … of 24), and minutes and
 * seconds likewise, are a daily rule with a set of times: then days that cannot match
 * are passed over whole. BYSETPOS counts within the period, so it keeps the period.
 */
static void normalise(struct recur_walk *w)
{
	struct recur *r = &w->rule;
	int of_day = (int)(w->start - floor_div(w->start, DAY_SECONDS) * DAY_SECONDS);
	uint64_t all;

	if (r->freq >= FREQ_DAILY || r->has_by_setpos || w->date_only)
		return;
	if (r->freq == FREQ_SECONDLY && 60 % r->interval == 0) {
		all = every(60, r->interval, of_day % 60);
		r->by_second = r->by_second ? r->by_second & all : all;
		r->freq = FREQ_MINUTELY;
		r->interval = 1;
		if (!r->by_second)
			w->done = true;
	}
	if (r->freq == FREQ_MINUTELY && 60 % r->interval == 0) {
		all = every(60, r->interval, of_day / 60 % 60);
		r->by_minute = r->by_minute ? r->by_minute & all : all;
		r->freq = FREQ_HOURLY;
		r->interval = 1;
		if (!r->by_minute)
			w->done = true;
	}
	if (r->freq == FREQ_HOURLY && 24 % r->interval == 0) {
		all = every(24, r->interval, of_day / 3600);
		r->by_hour = (uint32_t)(r->by_hour ? r->by_hour & all : all);
		r->freq = FREQ_DAILY;
		r->interval = 1;
		if (!r->by_hour)
			w->done = true;
	}
}

/* ---- periods
 * ---------------------------------------------------------------------------------------- */

static int64_t unit_seconds(enum recur_freq freq)
{
	return freq == FREQ_HOURLY ? 3600 : freq == FREQ_MINUTELY ? 60 : 1;
}

static int64_t start_day(const struct recur_walk *w)
{
	return floor_div(w->start, DAY_SECONDS);
}

/* The first day of the week that holds DTSTART. */
static int64_t start_week(const struct recur_walk *w)
{
	int back = weekday_of_day(start_day(w)) - w->rule.week_start;

	return start_day(w) - (back < 0 ? back + 7 : back);
}

static int64_t month_of_day(int64_t day)
{
	int year, month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	return (int64_t)year * 12 + month - 1;
}

/* The period that holds a local time, in units of FREQ from DTSTART's. */
static int64_t units_until(const struct recur_walk *w, int64_t local)
{
	int64_t day = floor_div(local, DAY_SECONDS);

	switch (w->rule.freq) {
	case FREQ_YEARLY: return month_of_day(day) / 12 - month_of_day(start_day(w)) / 12;
	case FREQ_MONTHLY: return month_of_day(day) - month_of_day(start_day(w));
	case FREQ_WEEKLY: return floor_div(day - start_week(w), 7);
	case FREQ_DAILY: return day - start_day(w);
	default:
		return floor_div(local, unit_seconds(w->rule.freq)) -
		       floor_div(w->start, unit_seconds(w->rule.freq));
	}
}

/* Move on to the period that holds `day`, at least one further; for days that are passed over. */
static void skip_to_day(struct recur_walk *w, int64_t day)
{
	int64_t units = units_until(w, day * DAY_SECONDS);
	int64_t period = (units + w->rule.interval - 1) / w->rule.interval;

	w->period = max64(w->period + 1, period);
}

static void fill_years(struct recur_walk *w, struct recur_days *days, struct recur_budget *budget)
{
	int64_t year = month_of_day(start_day(w)) / 12 + w->period * w->rule.interval;

	budget->steps -= COST_YEAR;
	if (year > 9999) {
		w->done = true;
		return;
	}
	recur_year_days(&w->rule, (int)year, start_day(w), days);
	set_add_days(w, days);
	w->period++;
}

static void fill_months(struct recur_walk *w, struct recur_days *days, struct recur_budget *budget)
{
	int64_t month = month_of_day(start_day(w)) + w->period * w->rule.interval;

	budget->steps -= COST_MONTH;
	if (month >= INT64_C(10000) * 12) {
		w->done = true;
		return;
	}
	recur_month_days(&w->rule, month, start_day(w), days);
	set_add_days(w, days);
	w->period++;
}

static void fill_weeks(struct recur_walk *w, struct recur_days *days, struct recur_budget *budget)
{
	int64_t first = start_week(w) + 7 * w->period * w->rule.interval;

	budget->steps -= COST_WEEK;
	if (first > RECUR_LAST_DAY) {
		w->done = true;
		return;
	}
	recur_week_days(&w->rule, first, start_day(w), days);
	set_add_days(w, days);
	w->period++;
}

static void fill_days(struct recur_walk *w, struct recur_days *days, struct recur_budget *budget)
{
	int64_t day = start_day(w) + w->period * w->rule.interval, next;

	budget->steps -= COST_DAY;
	if (day > RECUR_LAST_DAY) {
		w->done = true;
		return;
	}
	next = recur_next_day(&w->rule, day);
	if (next > day) {
		skip_to_day(w, next);
		return;
	}
	days->count = 0;
	if (recur_day_matches(&w->rule, day))
		days->at[days->count++] = day;
	set_add_days(w, days);
	w->period++;
}

/* BYHOUR, BYMINUTE and BYSECOND where they expand an hour or a minute. */
static void expand_time(struct recur_walk *w, int64_t unit_start)
{
	const struct recur *r = &w->rule;
	int minute = (int)(floor_div(w->start, 60) - floor_div(w->start, 3600) * 60);
	int second = (int)(w->start - floor_div(w->start, 60) * 60);
	uint64_t minutes = or_single(r->freq == FREQ_HOURLY ? r->by_minute : 0, minute);
	uint64_t seconds = or_single(r->by_second, second);

	if (r->freq == FREQ_SECONDLY) {
		set_add(w, unit_start);
		return;
	}
	if (r->freq == FREQ_MINUTELY)
		minutes = 1;
	for (int m = 0; m < 60; m++)
		for (int s = 0; s < 60 && minutes >> m & 1; s++)
			if (seconds >> s & 1)
				set_add(w, unit_start + m * 60 + s);
}

/* Does an hour, minute or second pass the filters above it? Otherwise *next_out is
 * the first local time that may. */
static bool unit_matches(const struct recur_walk *w, int64_t local, int64_t *next_out)
{
	const struct recur *r = &w->rule;
	int64_t day = floor_div(local, DAY_SECONDS);
	int of_day = (int)(local - day * DAY_SECONDS);

	if (recur_next_day(r, day) > day || !recur_day_matches(r, day)) {
		*next_out = max64(recur_next_day(r, day), day + 1) * DAY_SECONDS;
		return false;
	}
	if (r->by_hour && !(r->by_hour >> (of_day / 3600) & 1)) {
		*next_out = local - of_day % 3600 + 3600;
		return false;
	}
	if (r->freq < FREQ_HOURLY && r->by_minute && !(r->by_minute >> (of_day / 60 % 60) & 1)) {
		*next_out = local - of_day % 60 + 60;
		return false;
	}
	*next_out = local + 1;
	return r->freq > FREQ_SECONDLY || !r->by_second || r->by_second >> (of_day % 60) & 1;
}

static void fill_units(struct recur_walk *w, struct recur_budget *budget)
{
	int64_t unit = unit_seconds(w->rule.freq);
	int64_t first = floor_div(w->start, unit) * unit;
	int64_t local = first + w->period * w->rule.interval * unit, next;

	budget->steps -= COST_DAY;
	if (local >= TIME_MAX) {
		w->done = true;
		return;
	}
	if (unit_matches(w, local, &next)) {
		expand_time(w, local);
		w->period++;
	} else {
		int64_t ahead = floor_div(next - first + unit - 1, unit);

		w->period = max64(w->period + 1, (ahead + w->rule.interval - 1) / w->rule.interval);
	}
}

/* Fill the set with the next period that holds anything; false at the end. */
static bool fill_set(struct recur_walk *w, struct recur_budget *budget)
{
	struct recur_days days;

	w->set_count = w->set_next = 0;
	while (!w->done && w->set_count == 0 && budget->steps > 0) {
		switch (w->rule.freq) {
		case FREQ_YEARLY: fill_years(w, &days, budget); break;
		case FREQ_MONTHLY: fill_months(w, &days, budget); break;
		case FREQ_WEEKLY: fill_weeks(w, &days, budget); break;
		case FREQ_DAILY: fill_days(w, &days, budget); break;
		default: fill_units(w, budget); break;
		}
		set_pick(w);
	}
	return w->set_count > 0;
}

/* ---- instances
 * ---------------------------------------------------------------------------------------- */

/* One more instance is counted; false when COUNT or UNTIL forbids it. */
static bool take(struct recur_walk *w, int64_t local)
{
	if (local > w->until || (w->rule.count && w->emitted >= w->rule.count)) {
		w->done = true;
		return false;
	}
	w->emitted++;
	w->last = local;
	return true;
}

/* The next instance, whatever `from` says. */
static enum recur_step next_instance(struct recur_walk *w, struct recur_budget *budget)
{
	if (!w->start_given) {
		w->start_given = true;
		return take(w, w->start) ? RECUR_FOUND : RECUR_END;
	}
	for (;;) {
		while (w->set_next < w->set_count) {
			int64_t local = w->set[w->set_next++];

			budget->steps--;
			if (local <= w->last)
				continue;
			return take(w, local) ? RECUR_FOUND : RECUR_END;
		}
		if (w->done)
			return RECUR_END;
		if (budget->steps <= 0)
			return RECUR_OUT_OF_BUDGET;
		/* Nothing of a period that begins after UNTIL can count. */
		if (w->set_count > 0 && w->set[w->set_count - 1] > w->until)
			return RECUR_END;
		fill_set(w, budget);
	}
}

enum recur_step recur_next(struct recur_walk *w, struct recur_budget *budget, int64_t *local_out)
{
	enum recur_step step;

	do {
		if (w->done && w->set_next >= w->set_count && w->start_given)
			return RECUR_END;
		step = next_instance(w, budget);
	} while (step == RECUR_FOUND && w->last < w->from);
	*local_out = w->last;
	return step;
}

/* ---- jumping
 * ------------------------------------------------------------------------------------------- */

/*
 * After how many periods the pattern of a rule repeats, so that any run of as many periods holds
 * the same number of instances; 0: only after centuries.
 */
static int64_t repeats_after(const struct recur *r)
{
	bool days = r->by_month || r->by_month_day || r->by_month_day_back || r->has_by_year_day;

	switch (r->freq) {
	case FREQ_WEEKLY: return days ? 0 : 1;
	case FREQ_DAILY: return days ? 0 : r->by_day_count ? 7 : 1;
	case FREQ_HOURLY: return days ? 0 : r->by_day_count ? 168 : r->by_hour ? 24 : 1;
	case FREQ_MINUTELY:
		return days		 ? 0
		       : r->by_day_count ? 10080
		       : r->by_hour	 ? 1440
		       : r->by_minute	 ? 60
					 : 1;
	case FREQ_SECONDLY:
		return days || r->by_day_count ? 0
		       : r->by_hour	       ? 86400
		       : r->by_minute	       ? 3600
		       : r->by_second	       ? 60
					       : 1;
	case FREQ_MONTHLY:
		/* A day that every month has, or DTSTART's own if it is such a day. */
		return r->by_month || r->by_day_count || r->by_month_day_back ||
				       r->has_by_year_day || r->by_month_day >> 29
			       ? 0
			       : 1;
	case FREQ_YEARLY: return days || r->by_day_count || r->by_week[0] || r->by_week[1] ? 0 : 1;
	}
	return 0;
}

/* Without BY parts, months and years repeat only if DTSTART's day is in all of them. */
static bool start_day_is_common(const struct recur_walk *w)
{
	int year, month, day;

	civil_from_days(start_day(w), &year, &month, &day);
	return day <= 28;
}

/* The first local second of a period. */
static int64_t period_start(const struct recur_walk *w, int64_t period)
{
	int64_t units = period * w->rule.interval, month;

	switch (w->rule.freq) {
	case FREQ_YEARLY: month = (month_of_day(start_day(w)) / 12 + units) * 12; break;
	case FREQ_MONTHLY: month = month_of_day(start_day(w)) + units; break;
	case FREQ_WEEKLY: return (start_week(w) + 7 * units) * DAY_SECONDS;
	case FREQ_DAILY: return (start_day(w) + units) * DAY_SECONDS;
	default:
		return (floor_div(w->start, unit_seconds(w->rule.freq)) + units) *
		       unit_seconds(w->rule.freq);
	}
	if (month >= INT64_C(10000) * 12)
		return TIME_MAX;
	return days_from_civil((int)(month / 12), (int)(month % 12) + 1, 1) * DAY_SECONDS;
}

/* Walk until the walk stands at the beginning of `period`; false when it ended before. */
static enum recur_step walk_to_period(struct recur_walk *w, int64_t period,
				      struct recur_budget *budget)
{
	int64_t end = period_start(w, period);
	enum recur_step step = RECUR_FOUND;

	while (step == RECUR_FOUND && (w->period < period || w->set_next < w->set_count)) {
		if (w->set_next >= w->set_count) {
			if (!fill_set(w, budget))
				return w->done ? RECUR_END : RECUR_OUT_OF_BUDGET;
			/* A period further on has come up: leave it for later. */
			if (w->set[0] >= end) {
				w->set_next = 0;
				return RECUR_FOUND;
			}
		}
		step = next_instance(w, budget);
	}
	return step;
}

/*
 * COUNT by arithmetic: count one round of the pattern, then take as many whole
 * rounds as fit before `from` and within COUNT, without walking them.
 */
static enum recur_step jump_counted(struct recur_walk *w, int64_t from, struct recur_budget *budget)
{
	int64_t round = repeats_after(&w->rule), target, rounds, per_round;
	enum recur_step step;

	if ((w->rule.freq >= FREQ_MONTHLY && !w->rule.by_month_day && !start_day_is_common(w)))
		round = 0;
	target = floor_div(units_until(w, from), w->rule.interval) - 1;
	if (round == 0 || round > budget->steps || target < 2 * round + 2)
		return RECUR_FOUND; /* near enough, or no way but to walk */
	/* DTSTART's own period may be cut: it is walked. */
	step = walk_to_period(w, 1, budget);
	if (step != RECUR_FOUND)
		return step;
	per_round = -w->emitted;
	step = walk_to_period(w, 1 + round, budget);
	if (step != RECUR_FOUND || w->period > 1 + round || w->set_next < w->set_count)
		return step;
	per_round += w->emitted;
	rounds = (target - w->period) / round;
	if (per_round > 0)
		rounds = min64(rounds, (w->rule.count - w->emitted) / per_round);
	if (rounds <= 0)
		return RECUR_FOUND;
	w->period += rounds * round;
	w->emitted += rounds * per_round;
	w->last = period_start(w, w->period) - 1;
	return RECUR_FOUND;
}

enum recur_step recur_begin(struct recur_walk *w, struct arena *a, const struct recur *r,
			    int64_t start, bool date_only, int64_t until_local, int64_t from,
			    struct recur_budget *budget)
{
	int64_t period;

	*w = (struct recur_walk){
		.arena = a,
		.rule = *r,
		.start = start,
		.until = until_local,
		.from = from,
		.date_only = date_only,
		.last = INT64_MIN,
	};
	/* A rule that never matches still has DTSTART (RFC 5545 §3.8.5.3). */
	w->done = recur_is_impossible(r);
	normalise(w);
	if (w->rule.freq >= FREQ_DAILY)
		times_fill(w);
	if (from <= start || w->done)
		return start <= until_local || w->done ? RECUR_FOUND : RECUR_END;
	if (from > until_local)
		return RECUR_END;
	if (r->count)
		return jump_counted(w, from, budget);
	period = floor_div(units_until(w, from), w->rule.interval) - 1;
	if (period > 0) {
		w->start_given = true;
		w->period = period;
		w->last = w->start;
	}
	return RECUR_FOUND;
}

/*
 * recur - walking a rule, period by period
 *
 * A period is one FREQ unit times INTERVAL, counted from DTSTART's own. Each gives a
 * set of local times; COUNT and UNTIL end the walk. Every period and every instance
 * that is given takes steps from the budget; what is only counted takes none.
 */

#include "ical/recur_priv.h"

#include "base/arena.h"

/* ---- where periods lie ------------------------------------------------------------------------
 */

static int64_t unit_seconds(enum recur_freq freq)
{
	return freq == FREQ_HOURLY ? 3600 : freq == FREQ_MINUTELY ? 60 : 1;
}

/* The first day of the week that holds DTSTART. */
static int64_t start_week(const struct recur_walk *w)
{
	int back = weekday_of_day(w->start_day) - w->rule.week_start;

	return w->start_day - (back < 0 ? back + 7 : back);
}

static int64_t month_of_day(int64_t day)
{
	int year, month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	return (int64_t)year * 12 + month - 1;
}

/* How many units of FREQ lie between DTSTART's and the one that holds a local time. */
static int64_t units_until(const struct recur_walk *w, int64_t local)
{
	int64_t day = floor_div(local, DAY_SECONDS), unit = unit_seconds(w->rule.freq);

	switch (w->rule.freq) {
	case FREQ_YEARLY: return month_of_day(day) / 12 - w->start_month / 12;
	case FREQ_MONTHLY: return month_of_day(day) - w->start_month;
	case FREQ_WEEKLY: return floor_div(day - start_week(w), 7);
	case FREQ_DAILY: return day - w->start_day;
	default: return floor_div(local, unit) - floor_div(w->start, unit);
	}
}

/* The first local second of a period. */
static int64_t period_start(const struct recur_walk *w, int64_t period)
{
	int64_t units = period * w->rule.interval, unit = unit_seconds(w->rule.freq), month;

	switch (w->rule.freq) {
	case FREQ_YEARLY: month = (w->start_month / 12 + units) * 12; break;
	case FREQ_MONTHLY: month = w->start_month + units; break;
	case FREQ_WEEKLY: return (start_week(w) + 7 * units) * DAY_SECONDS;
	case FREQ_DAILY: return (w->start_day + units) * DAY_SECONDS;
	default: return (floor_div(w->start, unit) + units) * unit;
	}
	if (month >= INT64_C(10000) * 12)
		return TIME_MAX;
	return days_from_civil((int)(month / 12), (int)(month % 12) + 1, 1) * DAY_SECONDS;
}

/* The first period that begins at or after a local time, and after the present one. */
static void skip_to(struct recur_walk *w, int64_t local)
{
	int64_t units = units_until(w, local - 1) + 1;

	w->period = max64(w->period + 1, floor_div(units - 1, w->rule.interval) + 1);
}

/* ---- the set of a period ----------------------------------------------------------------------
 */

static uint64_t or_single(uint64_t bits, int fallback)
{
	return bits ? bits : UINT64_C(1) << fallback;
}

/* The times of day of a daily or longer rule: BYHOUR x BYMINUTE x BYSECOND, else DTSTART's. */
static void fill_times(struct recur_walk *w)
{
	const struct recur *r = &w->rule;
	int of_day = (int)(w->start - w->start_day * DAY_SECONDS);

	recur_times_fill(&w->set->times, or_single(r->by_hour, of_day / 3600),
			 or_single(r->by_minute, of_day / 60 % 60),
			 or_single(r->by_second, of_day % 60));
}

/* The times within one hour, minute or second: finer BY parts expand it. */
static void fill_unit_times(struct recur_walk *w, int of_day)
{
	const struct recur *r = &w->rule;
	int start_minute = (int)(floor_div(w->start, 60) - floor_div(w->start, 3600) * 60);
	int start_second = (int)(w->start - floor_div(w->start, 60) * 60);
	uint64_t minutes = UINT64_C(1) << (of_day / 60 % 60);
	uint64_t seconds = UINT64_C(1) << (of_day % 60);

	if (r->freq == FREQ_HOURLY)
		minutes = or_single(r->by_minute, start_minute);
	if (r->freq != FREQ_SECONDLY)
		seconds = or_single(r->by_second, start_second);
	recur_times_fill(&w->set->times, UINT64_C(1) << (of_day / 3600), minutes, seconds);
}

/* Does a day, hour, minute or second pass the filters above it? Otherwise *next_out is
 * the first local time that may. */
static bool unit_matches(const struct recur_walk *w, int64_t local, int64_t *next_out)
{
	const struct recur *r = &w->rule;
	int64_t day = floor_div(local, DAY_SECONDS);
	int of_day = (int)(local - day * DAY_SECONDS);

	if (!recur_day_matches(r, day)) {
		*next_out = recur_next_day(r, day + 1) * DAY_SECONDS;
		return false;
	}
	if (r->freq == FREQ_DAILY)
		return true;
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

/* One day, hour, minute or second, or a jump over those that cannot match. */
static void fill_short(struct recur_walk *w)
{
	int64_t local = period_start(w, w->period), day = floor_div(local, DAY_SECONDS), next;

	if (!unit_matches(w, local, &next)) {
		skip_to(w, next);
		return;
	}
	if (w->rule.freq < FREQ_DAILY)
		fill_unit_times(w, (int)(local - day * DAY_SECONDS));
	w->set->days.at[w->set->days.count++] = day;
	w->period++;
}

static void fill_period(struct recur_walk *w, struct recur_budget *budget)
{
	int64_t first = floor_div(period_start(w, w->period), DAY_SECONDS);
	struct recur_days *days = &w->set->days;

	days->count = 0;
	switch (w->rule.freq) {
	case FREQ_YEARLY:
		budget->steps -= COST_YEAR;
		recur_year_days(&w->rule, (int)(month_of_day(first) / 12), w->start_day, days);
		w->period++;
		break;
	case FREQ_MONTHLY:
		budget->steps -= COST_MONTH;
		recur_month_days(&w->rule, month_of_day(first), w->start_day, days);
		w->period++;
		break;
	case FREQ_WEEKLY:
		budget->steps -= COST_WEEK;
		recur_week_days(&w->rule, first, w->start_day, days);
		w->period++;
		break;
	default:
		budget->steps -= COST_DAY;
		fill_short(w);
		break;
	}
	budget->steps -= (int64_t)recur_set_close(w->set, &w->rule) / COST_POSITIONS;
}

static bool is_past_until(const struct recur_walk *w)
{
	int64_t first = period_start(w, w->period);

	/* Week 1 may begin in the year before (RFC 5545 §3.3.10, BYWEEKNO). */
	if (w->rule.freq == FREQ_YEARLY && first < TIME_MAX)
		first -= 7 * DAY_SECONDS;
	return first > w->until;
}

/* On to the next period that holds anything after the last instance. */
static enum recur_step fill_set(struct recur_walk *w, struct recur_budget *budget)
{
	while (w->set_next >= w->set->count) {
		if (w->done || is_past_until(w))
			return RECUR_END;
		if (budget->steps <= 0)
			return RECUR_OUT_OF_BUDGET;
		fill_period(w, budget);
		w->set_next = recur_set_find(w->set, w->last + 1);
	}
	return RECUR_FOUND;
}

/* ---- instances --------------------------------------------------------------------------------
 */

/* One more instance is counted; false when COUNT or UNTIL forbids it. */
static bool take(struct recur_walk *w, int64_t local)
{
	if (local > w->until || (w->rule.count && w->emitted >= w->rule.count)) {
		w->done = true;
		w->set_next = w->set->count;
		return false;
	}
	w->emitted++;
	w->last = local;
	return true;
}

/* Count what the present set holds before `local`, as far as COUNT goes. */
static void pass_over(struct recur_walk *w, int64_t local)
{
	int64_t passed = (int64_t)recur_set_find(w->set, local) - (int64_t)w->set_next;

	if (w->rule.count)
		passed = min64(passed, w->rule.count - w->emitted);
	if (passed <= 0)
		return;
	w->emitted += passed;
	w->set_next += (size_t)passed;
	w->last = recur_set_at(w->set, w->set_next - 1);
}

/* The next instance, whatever `from` says. */
static enum recur_step next_instance(struct recur_walk *w, struct recur_budget *budget)
{
	enum recur_step step;

	if (!w->start_given) {
		w->start_given = true;
		return take(w, w->start) ? RECUR_FOUND : RECUR_END;
	}
	step = fill_set(w, budget);
	if (step != RECUR_FOUND)
		return step;
	pass_over(w, w->from);
	if (w->set_next >= w->set->count)
		return RECUR_FOUND; /* all of them lie before `from`: the last one stands for them
				     */
	/* A set may be of millions: one year by the second. */
	if (budget->steps <= 0)
		return RECUR_OUT_OF_BUDGET;
	budget->steps--;
	return take(w, recur_set_at(w->set, w->set_next++)) ? RECUR_FOUND : RECUR_END;
}

enum recur_step recur_next(struct recur_walk *w, struct recur_budget *budget, int64_t *local_out)
{
	enum recur_step step;

	do
		step = next_instance(w, budget);
	while (step == RECUR_FOUND && w->last < w->from);
	*local_out = w->last;
	return step;
}

/* ---- jumping ----------------------------------------------------------------------------------
 */

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

	civil_from_days(w->start_day, &year, &month, &day);
	return day <= 28;
}

/* Count until the walk stands at the beginning of `period`, or COUNT is reached. */
static enum recur_step count_to(struct recur_walk *w, int64_t period, struct recur_budget *budget)
{
	int64_t end = period_start(w, period);
	enum recur_step step;

	do {
		step = fill_set(w, budget);
		if (step != RECUR_FOUND)
			return step;
		pass_over(w, end);
	} while (w->set_next >= w->set->count);
	if (w->emitted < w->rule.count) {
		w->period = period;
		w->set_next = w->set->count = 0;
	}
	return RECUR_FOUND;
}

/*
 * COUNT by arithmetic: count one round of the pattern, then take as many whole
 * rounds as fit before `from` and within COUNT, without walking them. At least one is
 * left to be walked, so that a walk to the end of COUNT stands at the last instance.
 */
static enum recur_step jump_counted(struct recur_walk *w, int64_t from, struct recur_budget *budget)
{
	int64_t round = repeats_after(&w->rule), rounds, before, per_round;
	int64_t target = floor_div(units_until(w, from), w->rule.interval) - 1;
	enum recur_step step;

	if (w->rule.freq >= FREQ_MONTHLY && !w->rule.by_month_day && !start_day_is_common(w))
		round = 0;
	if (round == 0 || target < 2 * round + 2)
		return RECUR_FOUND; /* near enough, or no way but to walk */
	/* DTSTART, and its own period, which may be cut. */
	step = next_instance(w, budget);
	if (step == RECUR_FOUND)
		step = count_to(w, 1, budget);
	before = w->emitted;
	if (step == RECUR_FOUND)
		step = count_to(w, 1 + round, budget);
	if (step != RECUR_FOUND || w->emitted >= w->rule.count)
		return step;
	per_round = w->emitted - before;
	rounds = (target - w->period) / round;
	if (per_round > 0)
		rounds = min64(rounds, (w->rule.count - w->emitted - 1) / per_round);
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
		.rule = *r,
		.start = start,
		.start_day = floor_div(start, DAY_SECONDS),
		.until = min64(until_local, TIME_MAX - 1),
		.from = from,
		.last = INT64_MIN,
		.set = arena_alloc(a, sizeof(*w->set)),
	};
	w->start_month = month_of_day(w->start_day);
	/* A rule that never matches still has DTSTART (RFC 5545 §3.8.5.3). */
	w->done = !recur_normalise(&w->rule, start, date_only);
	if (w->rule.freq >= FREQ_DAILY)
		fill_times(w);
	else
		fill_unit_times(w, 0);
	w->done = w->done || recur_is_impossible(w->set, &w->rule, w->start_day);
	if (from <= start || w->done)
		return RECUR_FOUND;
	if (from > w->until)
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

/* slots_host - the verdict on one host; see slots.h. Pure. */
#include "booking/slots_priv.h"

/* ---- rules ------------------------------------------------------------------------------------
 */

/*
 * Judges say why only where it is not open: of a meeting of many hosts they are asked so often that
 * to write that down each time would be most of their work.
 */
static enum slot_verdict by_rule(struct slot_why *why, enum slot_verdict v, const char *rule)
{
	*why = (struct slot_why){.verdict = v, .rule = rule};
	return v;
}

/* What stands in the way, from when to when. */
static enum slot_verdict by_time(struct slot_why *why, enum slot_verdict v, int64_t start,
				 int64_t end)
{
	*why = (struct slot_why){.verdict = v, .start = start, .end = end};
	return v;
}

static bool has_duration(const struct slot_question *q)
{
	for (int32_t i = 0; i < q->type->duration_count; i++)
		if (q->type->durations_min[i] == q->duration_min)
			return true;
	return false;
}

size_t slot_open_before(const struct hours_open *at, size_t count, int64_t instant)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at[middle].start <= instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool fits_hours(const struct slot_question *q, int64_t start, int64_t end)
{
	size_t i = slot_open_before(q->hours, q->hours_count, start);

	return i > 0 && q->hours[i - 1].end >= end;
}

bool slot_is_on_grid(const struct slot_question *q, int64_t start)
{
	uint32_t step = (uint32_t)q->step_s; /* a stretch of a date is not longer, either */
	size_t i = slot_open_before(q->open, q->open_count, start);
	int64_t until;

	if (q->type->align_to_clock)
		return slot_clock_s(hours_zone_at(&q->schedule->hours, start, &until), start) %
			       step ==
		       0;
	for (int64_t day = i > 0 ? q->open[i - 1].day : 0; i > 0 && q->open[i - 1].day >= day - 1;
	     i--)
		if (start < q->open[i - 1].end &&
		    (uint32_t)(start - q->open[i - 1].start) % step == 0)
			return true;
	return false;
}

static enum slot_verdict judge_notice(const struct slot_question *q, int64_t start,
				      struct slot_why *why)
{
	if (start < q->now)
		return by_rule(why, SLOT_PAST, NULL);
	if (start - q->now < (int64_t)q->type->notice_min * MINUTE)
		return by_rule(why, SLOT_TOO_SOON, "notice_minutes");
	if (start < q->notice_end)
		return by_rule(why, SLOT_TOO_SOON, "notice_days");
	if (start < q->window_start)
		return by_rule(why, SLOT_TOO_SOON, "window_from");
	if (start >= q->window_end)
		return by_rule(why, SLOT_TOO_LATE,
			       q->type->window_to > 0 && hours_day(&q->schedule->hours, start) >
								 q->type->window_to
				       ? "window_to"
				       : "window_days");
	return SLOT_OPEN;
}

static enum slot_verdict judge_hours(const struct slot_question *q, int64_t start, int64_t end,
				     struct slot_why *why)
{
	const struct booking_type *t = q->type;
	const struct hours_override *o;

	if (!fits_hours(q, start, end)) {
		o = hours_override_on(&q->schedule->hours, hours_day(&q->schedule->hours, start));
		return by_rule(why, o && o->count == 0 ? SLOT_CLOSED : SLOT_OUTSIDE_HOURS, NULL);
	}
	if (t->buffers_inside_hours && !fits_hours(q, start - (int64_t)t->before_min * MINUTE,
						   end + (int64_t)t->after_min * MINUTE))
		return by_rule(why, SLOT_OUTSIDE_HOURS, "buffers_inside_hours");
	if (!q->of_team && !slot_is_on_grid(q, start))
		return by_rule(why, SLOT_NOT_ON_GRID, t->align_to_clock ? "align_to_clock" : NULL);
	return SLOT_OPEN;
}

enum slot_verdict slot_judge_rules(const struct slot_question *q, int64_t start, int64_t end,
				   struct slot_why *why)
{
	if (!has_duration(q))
		return by_rule(why, SLOT_DURATION, "durations");
	if (!q->of_team && judge_notice(q, start, why) != SLOT_OPEN)
		return why->verdict;
	if (q->no_calendar)
		return by_rule(why, SLOT_CLOSED, NULL);
	return q->unframed ? SLOT_OPEN : judge_hours(q, start, end, why);
}

/* ---- what is booked ---------------------------------------------------------------------------
 */

/* Room that two bookings keep between them: both buffers, or the longer one (case D1). */
static int64_t gap_s(const struct booking_type *t, int32_t one_min, int32_t other_min)
{
	if (t->shared_buffers)
		return (int64_t)(one_min > other_min ? one_min : other_min) * MINUTE;
	return (int64_t)(one_min + other_min) * MINUTE;
}

static enum slot_verdict judge_beside(const struct slot_question *q, const struct booked *b,
				      int64_t start, int64_t end)
{
	if (!slot_booked_counts(q, b))
		return SLOT_OPEN;
	if (b->end <= start)
		return start - b->end < gap_s(q->type, b->after_min, q->type->before_min)
			       ? SLOT_BUFFER
			       : SLOT_OPEN;
	if (b->start >= end)
		return b->start - end < gap_s(q->type, b->before_min, q->type->after_min)
			       ? SLOT_BUFFER
			       : SLOT_OPEN;
	return SLOT_HELD;
}

size_t slot_booked_after(const struct slot_question *q, int64_t instant)
{
	size_t low = 0, high = q->booked_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (q->booked[middle].end <= instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whoever is too near says so only if nobody is there at that time. */
static enum slot_verdict judge_booked(const struct slot_question *q, int64_t start, int64_t end,
				      struct slot_why *why)
{
	enum slot_verdict worst = SLOT_OPEN;

	for (size_t i = slot_booked_after(q, start - q->beside_s); i < q->booked_count; i++) {
		enum slot_verdict v;

		if (q->booked[i].start >= end && q->booked[i].start - end >= q->beside_s)
			break;
		v = judge_beside(q, &q->booked[i], start, end);
		if (v != SLOT_OPEN)
			worst = by_time(why, v, q->booked[i].start, q->booked[i].end);
		if (v == SLOT_HELD)
			break;
	}
	return worst;
}

/* An event that is held already, and that more may join: same type, same time (case C16). */
static const struct booked *instance_at(const struct slot_question *q, int64_t start, int64_t end)
{
	const struct booked *b;
	size_t i;

	if (q->type->seats <= 1)
		return NULL;
	i = slot_booked_after(q, start);
	b = i < q->booked_count ? &q->booked[i] : NULL;
	return b && b->start == start && b->end == end && b->type == q->type_id && b->seats > 0 &&
			       slot_booked_counts(q, b)
		       ? b
		       : NULL;
}

int32_t slot_seats_left(const struct slot_question *q, const struct booked *instance)
{
	int32_t all = q->type->seats > 1 ? q->type->seats : 1;

	return instance ? all - instance->seats : all;
}

/* ---- events -----------------------------------------------------------------------------------
 */

static enum slot_verdict judge_busy(const struct slot_question *q, int64_t start, int64_t end,
				    struct slot_why *why)
{
	int64_t from = start - (int64_t)q->type->before_min * MINUTE;
	int64_t to = end + (int64_t)q->type->after_min * MINUTE;
	const struct busy_period *p = timeline_find(q->busy, q->busy_count, start, end);
	enum slot_verdict v = SLOT_BUSY;

	if (!p && (from < start || to > end)) {
		p = timeline_find(q->busy, q->busy_count, from, to);
		v = SLOT_BUFFER;
	}
	return p ? by_time(why, v, p->start, p->end) : SLOT_OPEN;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

/* What is neither against a rule nor an instance to join. */
static enum slot_verdict judge_time(const struct slot_question *q, int64_t start, int64_t end,
				    struct slot_why *why)
{
	enum slot_verdict beside = judge_booked(q, start, end, why);
	struct slot_period period;
	const char *limit;

	if (beside == SLOT_HELD)
		return beside;
	limit = slot_limit_reached(q, start, &period);
	if (limit) {
		*why = (struct slot_why){.rule = limit, .start = period.start, .end = period.end};
		return SLOT_LIMIT;
	}
	return judge_busy(q, start, end, why) == SLOT_OPEN ? beside : why->verdict;
}

/* Who joins an instance takes no more of the host's time, so nothing else is asked. */
static enum slot_verdict judge_place(const struct slot_question *q, int64_t start, int64_t end,
				     struct slot_why *why)
{
	const struct booked *instance = instance_at(q, start, end);
	enum slot_verdict v = SLOT_OPEN;

	if (slot_seats_left(q, instance) < (q->seats > 0 ? q->seats : 1)) {
		v = by_time(why, SLOT_FULL, start, end);
		why->rule = "seats";
	} else if (!instance) {
		v = judge_time(q, start, end, why);
	}
	why->instance = instance;
	return v;
}

enum slot_verdict slot_explain_host(const struct slot_question *q, int64_t start,
				    struct slot_why *why)
{
	int64_t end = start + (int64_t)q->duration_min * MINUTE;
	enum slot_verdict v = slot_judge_rules(q, start, end, why);

	if (v != SLOT_OPEN)
		return v;
	if (q->is_stale)
		return by_rule(why, SLOT_CALENDAR_STALE, NULL);
	return judge_place(q, start, end, why);
}

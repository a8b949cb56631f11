/* slots - the one judge; see slots.h. Pure. */
#include "base/arena.h"
#include "booking/slots_priv.h"

/* ---- words -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *word, *sentence;
	bool taken; /* nothing but others' time stands in the way: 409, not 422 */
} verdicts[SLOT_VERDICT_COUNT] = {
	[SLOT_OPEN]          = { "open",          "This time can be booked.", false },
	[SLOT_DURATION]      = { "duration",      "This meeting is not offered with that length.", false },
	[SLOT_PAST]          = { "past",          "This time has passed.", false },
	[SLOT_TOO_SOON]      = { "too_soon",      "This time is too soon: the host takes bookings for later times.", false },
	[SLOT_TOO_LATE]      = { "too_late",      "This time is further ahead than the host takes bookings.", false },
	[SLOT_CLOSED]        = { "closed",        "The host takes no bookings on this date.", false },
	[SLOT_OUTSIDE_HOURS] = { "outside_hours", "This time is outside of the hours for booking.", false },
	[SLOT_NOT_ON_GRID]   = { "not_on_grid",   "No slot begins at this time; ask for the open slots.", false },
	[SLOT_CALENDAR_STALE] = { "calendar_stale", "The host's calendar cannot be checked just now.", true },
	[SLOT_FULL]          = { "full",          "All places of this meeting are taken.", true },
	[SLOT_HELD]          = { "held",          "This time is already booked.", true },
	[SLOT_LIMIT]         = { "limit",         "The host takes no more of these meetings in this period.", true },
	[SLOT_BUSY]          = { "busy",          "The host is busy at this time.", true },
	[SLOT_BUFFER]        = { "buffer",        "The host needs time before or after another appointment.", true },
};
/* clang-format on */

const char *slot_verdict_word(enum slot_verdict v)
{
	return verdicts[v].word;
}

const char *slot_verdict_sentence(enum slot_verdict v)
{
	return verdicts[v].sentence;
}

const struct fault *slot_verdict_fault(struct arena *a, enum slot_verdict v)
{
	if (v == SLOT_OPEN)
		return NULL;
	return fault_make(a, verdicts[v].taken ? FAULT_SLOT_TAKEN : FAULT_NOT_OFFERED,
			  verdicts[v].word, "%s", verdicts[v].sentence);
}

const struct fault *slot_choose_duration(struct arena *a, const struct booking_type *type,
					 int32_t asked_min, int32_t *out)
{
	if (asked_min == 0 && type->duration_count > 1)
		return fault_make(a, FAULT_BAD_REQUEST, "duration_minutes",
				  "This meeting has several lengths: duration_minutes is needed.");
	*out = asked_min == 0 ? type->durations_min[0] : asked_min;
	for (int32_t i = 0; i < type->duration_count; i++)
		if (type->durations_min[i] == *out)
			return NULL;
	return slot_verdict_fault(a, SLOT_DURATION);
}

/* ---- opening a question ------------------------------------------------------------------------
 */

/* The step that was set, else the shortest duration (decisions 34). */
static int64_t step_s(const struct booking_type *t)
{
	int32_t shortest = t->durations_min[0];

	for (int32_t i = 1; i < t->duration_count; i++)
		if (t->durations_min[i] < shortest)
			shortest = t->durations_min[i];
	return (int64_t)(t->step_min > 0 ? t->step_min : shortest) * MINUTE;
}

/* Of the days ahead and the dates that a type may both name, the narrower counts. */
static void open_window(struct slot_question *q)
{
	const struct booking_type *t = q->type;
	const struct hours *h = &q->schedule->hours;
	int64_t today = hours_day(h, q->now), last = today + t->window_days;

	if (t->window_to > 0)
		last = min64(last, t->window_to);
	q->window_end = hours_day_start(h, last + 1);
	q->window_start = t->window_from > 0 ? hours_day_start(h, t->window_from) : INT64_MIN;
	q->notice_end = t->notice_days > 0 ? hours_day_start(h, today + t->notice_days) : INT64_MIN;
}

const struct fault *slot_question_open(struct arena *a, struct slot_question *q, int64_t from,
				       int64_t to)
{
	const struct booking_type *t = q->type;
	const struct hours *h = &q->schedule->hours;
	struct hours_open *open;
	const struct fault *f;

	q->step_s = step_s(t);
	/* The night before may reach into the first day; a late slot may end in the next. */
	f = hours_open_on(a, h, hours_day(h, from - (int64_t)t->before_min * MINUTE) - 1,
			  hours_day(h, to + (int64_t)(q->duration_min + t->after_min) * MINUTE),
			  &open, &q->open_count);
	if (f)
		return f;
	q->open = open;
	q->hours = hours_join(a, open, q->open_count, &q->hours_count);
	open_window(q);
	return arena_check(a);
}

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

static enum slot_verdict judge_rules(const struct slot_question *q, int64_t start, int64_t end,
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

bool slot_booked_counts(const struct slot_question *q, const struct booked *b)
{
	return !(b->expires_at > 0 && b->expires_at <= q->now) &&
	       !(q->but != 0 && b->booking == q->but);
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

/* Index of the first booked time that ends after the instant; ends ascend. */
static size_t booked_after(const struct slot_question *q, int64_t instant)
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

	for (size_t i = booked_after(q, start - q->beside_s); i < q->booked_count; i++) {
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
	i = booked_after(q, start);
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

enum slot_verdict slot_explain_into(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why)
{
	int64_t end = start + (int64_t)q->duration_min * MINUTE;
	enum slot_verdict v = judge_rules(q, start, end, why);

	if (v != SLOT_OPEN)
		return v;
	if (q->team)
		return slot_explain_team(q, start, briefly, why);
	if (q->is_stale)
		return by_rule(why, SLOT_CALENDAR_STALE, NULL);
	return judge_place(q, start, end, why);
}

struct slot_why slot_explain(const struct slot_question *q, int64_t start)
{
	struct slot_why why = {.verdict = SLOT_OPEN};

	why.verdict = slot_explain_into(q, start, false, &why);
	return why;
}

enum slot_verdict slot_judge(const struct slot_question *q, int64_t start)
{
	return slot_explain(q, start).verdict;
}

/* ---- a part of the question -------------------------------------------------------------------
 */

/* All stretches that some start in [from, to) is looked up in. */
static void narrow_hours(struct slot_question *q, int64_t from, int64_t to)
{
	size_t first = slot_open_before(q->hours, q->hours_count, from);

	if (first > 0)
		first--;
	q->hours_count = slot_open_before(q->hours, q->hours_count, to) - first;
	q->hours += first;
}

/* With those of the date before, as a grid may be the night's. */
static void narrow_open(struct slot_question *q, int64_t from, int64_t to)
{
	size_t first = slot_open_before(q->open, q->open_count, from);
	int64_t day = first > 0 ? q->open[first - 1].day : 0;

	while (first > 0 && q->open[first - 1].day >= day - 1)
		first--;
	q->open_count = slot_open_before(q->open, q->open_count, to) - first;
	q->open += first;
}

static void narrow_busy(struct slot_question *q, int64_t from, int64_t to)
{
	const struct busy_period *first = timeline_find(q->busy, q->busy_count, from, to);
	const struct busy_period *last = q->busy + q->busy_count, *end = first;

	while (end && end < last && end->start < to)
		end++;
	q->busy_count = first ? (size_t)(end - first) : 0;
	q->busy = first;
}

static void narrow_booked(struct slot_question *q, int64_t from, int64_t to)
{
	size_t first = booked_after(q, from), end = first;

	while (end < q->booked_count && q->booked[end].start < to)
		end++;
	q->booked_count = end - first;
	if (end > first)
		q->booked += first;
}

void slot_question_narrow(const struct slot_question *q, int64_t from, int64_t to,
			  struct slot_question *out)
{
	int64_t before = (int64_t)q->type->before_min * MINUTE;
	int64_t after = (int64_t)(q->duration_min + q->type->after_min) * MINUTE;
	int64_t beside = (int64_t)q->duration_min * MINUTE + q->beside_s;

	*out = *q;
	narrow_hours(out, from - before, to);
	narrow_open(out, from, to);
	narrow_busy(out, from - before, to + after);
	narrow_booked(out, from - q->beside_s, to + beside);
}

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

enum slot_verdict slot_explain_into(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why)
{
	int64_t end = start + (int64_t)q->duration_min * MINUTE;
	enum slot_verdict v;

	if (!q->team)
		return slot_explain_host(q, start, why);
	v = slot_judge_rules(q, start, end, why);
	return v == SLOT_OPEN ? slot_explain_team(q, start, briefly, why) : v;
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
	size_t first = slot_booked_after(q, from), end = first;

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

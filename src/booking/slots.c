/* slots - the one judge, and listing by asking it; see slots.h. Pure. */
#include "booking/slots.h"

#include <stdlib.h>

#include "base/arena.h"

enum { MINUTE = 60 };

/* ---- words -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *word, *sentence;
	bool taken; /* nothing but others' time stands in the way: 409, not 422 */
} verdicts[SLOT_VERDICT_COUNT] = {
	[SLOT_DURATION]      = { "duration",      "This meeting is not offered with that length.", false },
	[SLOT_PAST]          = { "past",          "This time has passed.", false },
	[SLOT_TOO_SOON]      = { "too_soon",      "This time is too soon: the host wants longer notice.", false },
	[SLOT_TOO_LATE]      = { "too_late",      "This time is further ahead than the host takes bookings.", false },
	[SLOT_CLOSED]        = { "closed",        "The host takes no bookings on this date.", false },
	[SLOT_OUTSIDE_HOURS] = { "outside_hours", "This time is outside of the hours for booking.", false },
	[SLOT_NOT_ON_GRID]   = { "not_on_grid",   "No slot begins at this time; ask for the open slots.", false },
	[SLOT_HELD]          = { "held",          "This time is already booked.", true },
	[SLOT_BUSY]          = { "busy",          "The host is busy at this time.", true },
	[SLOT_BUFFER]        = { "buffer",        "The host needs time before or after another appointment.", true },
};
/* clang-format on */

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

/* ---- judging -------------------------------------------------------------------------------- */

static int64_t local_day(const struct slot_question *q, int64_t utc)
{
	return hours_day(&q->schedule->hours, utc);
}

/* The step that was set, else the shortest duration (decisions 34). */
static int32_t step_min(const struct booking_type *t)
{
	int32_t shortest = t->durations_min[0];

	for (int32_t i = 1; i < t->duration_count; i++)
		if (t->durations_min[i] < shortest)
			shortest = t->durations_min[i];
	return t->step_min > 0 ? t->step_min : shortest;
}

const struct fault *slot_question_open(struct arena *a, struct slot_question *q, int64_t from,
				       int64_t to)
{
	const struct hours *h = &q->schedule->hours;
	int64_t last_day = local_day(q, q->now) + q->type->window_days;
	struct hours_open *open;
	const struct fault *f;

	/* The night before may reach into the first day; a late slot may end in the next. */
	f = hours_open_on(a, h, local_day(q, from) - 1,
			  local_day(q, to + (int64_t)q->duration_min * MINUTE), &open,
			  &q->open_count);
	if (f)
		return f;
	q->open = open;
	q->hours = hours_join(a, open, q->open_count, &q->hours_count);
	q->window_end = zone_to_utc(h->zone, (last_day + 1) * DAY_SECONDS);
	return arena_check(a);
}

static bool has_duration(const struct slot_question *q)
{
	for (int32_t i = 0; i < q->type->duration_count; i++)
		if (q->type->durations_min[i] == q->duration_min)
			return true;
	return false;
}

/* Index past the last stretch that starts at or before the instant. */
static size_t open_before(const struct hours_open *at, size_t count, int64_t instant)
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
	size_t i = open_before(q->hours, q->hours_count, start);

	return i > 0 && q->hours[i - 1].end >= end;
}

/* Does a grid of this date, or of the night before, have this start? (decisions 35) */
static bool is_on_grid(const struct slot_question *q, int64_t start)
{
	int64_t step = (int64_t)step_min(q->type) * MINUTE;
	size_t i = open_before(q->open, q->open_count, start);

	for (int64_t day = i > 0 ? q->open[i - 1].day : 0; i > 0 && q->open[i - 1].day >= day - 1;
	     i--)
		if (start < q->open[i - 1].end && (start - q->open[i - 1].start) % step == 0)
			return true;
	return false;
}

static enum slot_verdict judge_rules(const struct slot_question *q, int64_t start, int64_t end)
{
	const struct hours_override *o;

	if (!has_duration(q))
		return SLOT_DURATION;
	if (start < q->now)
		return SLOT_PAST;
	if (start - q->now < (int64_t)q->type->notice_min * MINUTE)
		return SLOT_TOO_SOON;
	if (start >= q->window_end)
		return SLOT_TOO_LATE;
	if (q->no_calendar)
		return SLOT_CLOSED;
	if (!fits_hours(q, start, end)) {
		o = hours_override_on(&q->schedule->hours, local_day(q, start));
		return o && o->count == 0 ? SLOT_CLOSED : SLOT_OUTSIDE_HOURS;
	}
	return is_on_grid(q, start) ? SLOT_OPEN : SLOT_NOT_ON_GRID;
}

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
	if (b->expires_at > 0 && b->expires_at <= q->now)
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

static enum slot_verdict judge_booked(const struct slot_question *q, int64_t start, int64_t end)
{
	enum slot_verdict worst = SLOT_OPEN;

	for (size_t i = booked_after(q, start - q->beside_s); i < q->booked_count; i++) {
		enum slot_verdict v;

		if (q->booked[i].start - end >= q->beside_s)
			break;
		v = judge_beside(q, &q->booked[i], start, end);
		if (v == SLOT_HELD)
			return v;
		if (v != SLOT_OPEN)
			worst = v;
	}
	return worst;
}

static enum slot_verdict judge_busy(const struct slot_question *q, int64_t start, int64_t end)
{
	if (q->busy_count == 0)
		return SLOT_OPEN;
	if (timeline_overlaps(q->busy, q->busy_count, start, end))
		return SLOT_BUSY;
	if (timeline_overlaps(q->busy, q->busy_count, start - (int64_t)q->type->before_min * MINUTE,
			      end + (int64_t)q->type->after_min * MINUTE))
		return SLOT_BUFFER;
	return SLOT_OPEN;
}

enum slot_verdict slot_judge(const struct slot_question *q, int64_t start)
{
	int64_t end = start + (int64_t)q->duration_min * MINUTE;
	enum slot_verdict v = judge_rules(q, start, end), beside;

	if (v != SLOT_OPEN)
		return v;
	beside = judge_booked(q, start, end);
	if (beside == SLOT_HELD)
		return beside;
	v = judge_busy(q, start, end);
	return v == SLOT_OPEN ? beside : v;
}

/* ---- listing --------------------------------------------------------------------------------- */

struct slot_list {
	struct arena *arena;
	struct slot *at;
	size_t count, cap;
	bool ascending;
};

static void list_add(struct slot_list *l, int64_t start, int64_t end)
{
	if (l->count == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct slot *at = arena_alloc_array(l->arena, cap, sizeof(*at));

		if (l->count > 0)
			memcpy(at, l->at, l->count * sizeof(*at));
		l->at = at;
		l->cap = cap;
	}
	if (l->count > 0 && l->at[l->count - 1].start >= start)
		l->ascending = false;
	l->at[l->count++] = (struct slot){start, end};
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

const struct fault *slots_of(struct arena *a, const struct slot_question *q, int64_t from,
			     int64_t to, struct slot **out, size_t *count_out)
{
	struct slot_list l = {.arena = a, .ascending = true};
	int64_t step = (int64_t)step_min(q->type) * MINUTE;
	int64_t length = (int64_t)q->duration_min * MINUTE;

	for (size_t i = 0; i < q->open_count; i++) {
		int64_t start = q->open[i].start;
		const struct fault *f = arena_check(a);

		if (f)
			return f;
		if (start < from)
			start += (from - start + step - 1) / step * step;
		for (; start < q->open[i].end && start < to; start += step)
			if (slot_judge(q, start) == SLOT_OPEN)
				list_add(&l, start, start + length);
	}
	list_sort(&l);
	*out = l.at;
	*count_out = l.count;
	return arena_check(a);
}

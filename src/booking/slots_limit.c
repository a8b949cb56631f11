/* slots_limit - how much of a type there is in a day, a week, a month; see slots.h. Pure. */
#include "base/arena.h"
#include "booking/slots_priv.h"

struct limit {
	const char *member;
	size_t offset; /* in struct booking_limits */
};

#define AT(member) offsetof(struct booking_limits, member)
static const struct limit count_limits[SPAN_COUNT] = {
	[SPAN_DAY] = {"limits.day", AT(day)},
	[SPAN_WEEK] = {"limits.week", AT(week)},
	[SPAN_MONTH] = {"limits.month", AT(month)},
};
static const struct limit minute_limits[SPAN_COUNT] = {
	[SPAN_DAY] = {"limits.minutes_day", AT(minutes_day)},
	[SPAN_WEEK] = {"limits.minutes_week", AT(minutes_week)},
	[SPAN_MONTH] = {"limits.minutes_month", AT(minutes_month)},
};

/* 0: none */
static int32_t value_of(const struct slot_question *q, const struct limit *l)
{
	return *(const int32_t *)(const void *)((const char *)&q->type->limits + l->offset);
}

static bool has_limit(const struct slot_question *q, int span)
{
	return value_of(q, &count_limits[span]) > 0 || value_of(q, &minute_limits[span]) > 0;
}

/* ---- periods ----------------------------------------------------------------------------------
 */

/* The first local date of the period that a date lies in. */
static int64_t first_day(const struct slot_question *q, int span, int64_t day)
{
	int year, month, dom;

	switch (span) {
	case SPAN_WEEK: return day - (weekday_of_day(day) - q->schedule->week_start + 7) % 7;
	case SPAN_MONTH: civil_from_days(day, &year, &month, &dom); return day - dom + 1;
	default: return day;
	}
}

/* The first local date of the next one. No month has more than 31 dates. */
static int64_t next_day(const struct slot_question *q, int span, int64_t first)
{
	static const int longest[SPAN_COUNT] = {1, 7, 31};

	return span == SPAN_MONTH ? first_day(q, span, first + longest[span])
				  : first + longest[span];
}

void slot_limits_range(const struct slot_question *q, int64_t *from, int64_t *to)
{
	const struct hours *h = &q->schedule->hours;
	int64_t first = hours_day(h, *from), last = hours_day(h, *to - 1);

	for (int span = 0; span < SPAN_COUNT; span++) {
		if (!has_limit(q, span))
			continue;
		*from = min64(*from, hours_day_start(h, first_day(q, span, first)));
		*to = max64(*to, hours_day_start(h, next_day(q, span, first_day(q, span, last))));
	}
}

/* ---- counting ---------------------------------------------------------------------------------
 */

/* The last period that starts at or before the instant; NULL: none does. */
static struct slot_period *period_of(struct slot_period *at, size_t count, int64_t instant)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at[middle].start <= instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && instant < at[low - 1].end ? &at[low - 1] : NULL;
}

/* A booking belongs to the period that it starts in (case D7), and to it alone. */
static void count_one(struct slot_period *periods, size_t period_count, int64_t start, int64_t end)
{
	struct slot_period *p = period_of(periods, period_count, start);

	if (!p)
		return;
	p->count++;
	p->minutes += (end - start) / MINUTE;
}

static void count_all(const struct slot_question *q, const struct booked *all, size_t count,
		      struct slot_period *periods, size_t period_count)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].type == q->type_id && slot_booked_counts(q, &all[i]))
			count_one(periods, period_count, all[i].start, all[i].end);
}

static void count_span(struct arena *a, struct slot_question *q, int span, int64_t first,
		       int64_t last)
{
	struct slot_period *at = arena_alloc_array(a, (size_t)(last - first) + 1, sizeof(*at));
	const struct hours *h = &q->schedule->hours;
	size_t count = 0;

	for (int64_t day = first_day(q, span, first); day <= last;) {
		int64_t next = next_day(q, span, day);

		at[count++] = (struct slot_period){
			.start = hours_day_start(h, day),
			.end = hours_day_start(h, next),
		};
		day = next;
	}
	count_all(q, q->booked, q->booked_count, at, count);
	count_all(q, q->counted, q->counted_count, at, count);
	for (size_t i = 0; i < q->series_count; i++)
		count_one(at, count, q->series[i],
			  q->series[i] + (int64_t)q->duration_min * MINUTE);
	q->periods[span] = (struct slot_periods){at, count};
}

const struct fault *slot_limits_count(struct arena *a, struct slot_question *q, int64_t from,
				      int64_t to)
{
	const struct hours *h = &q->schedule->hours;

	for (int span = 0; span < SPAN_COUNT; span++)
		if (has_limit(q, span))
			count_span(a, q, span, hours_day(h, from), hours_day(h, to - 1));
	return arena_check(a);
}

const char *slot_limit_reached(const struct slot_question *q, int64_t start,
			       struct slot_period *period_out)
{
	for (int span = 0; span < SPAN_COUNT; span++) {
		const struct slot_periods *all = &q->periods[span];
		int32_t most = value_of(q, &count_limits[span]);
		int32_t minutes = value_of(q, &minute_limits[span]);
		const struct slot_period *p;

		if (all->count == 0)
			continue;
		p = period_of((struct slot_period *)all->at, all->count, start);
		if (!p)
			continue;
		*period_out = *p;
		if (most > 0 && p->count >= most)
			return count_limits[span].member;
		if (minutes > 0 && p->minutes + q->duration_min > minutes)
			return minute_limits[span].member;
	}
	return NULL;
}

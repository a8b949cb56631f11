/* slots_store - what a verdict depends on, from caches and from rows; see slots.h */
#include "booking/slots.h"

#include "base/arena.h"
#include "freebusy/cache.h"
#include "freebusy/collect.h"

enum {
	MINUTE = 60,
	LIST_MAX_S = 63 * DAY_SECONDS, /* 62 dates, the longest with an hour more */
};

static const struct fault *question_begin(struct arena *a, const struct host *host,
					  const struct booking_type *type, int32_t duration_min,
					  int64_t now, struct slot_question *q)
{
	*q = (struct slot_question){
		.type = type,
		.schedule = host_schedule(host, type->schedule),
		.duration_min = duration_min,
		.now = now,
		.no_calendar = host->calendar == 0,
		/* Both buffers at their longest; without any there is nothing beside. */
		.beside_s = (int64_t)host->buffer_max_min * 2 * MINUTE,
	};
	if (q->schedule)
		return NULL;
	return fault_make(a, FAULT_NOT_FOUND, "schedule",
			  "The schedule of this meeting type is missing.");
}

/* The stretch of busy time that starts within [from, to) may depend on. */
static void busy_range(const struct slot_question *q, int64_t *from, int64_t *to)
{
	*from -= (int64_t)q->type->before_min * MINUTE;
	*to += (int64_t)(q->duration_min + q->type->after_min) * MINUTE;
}

static const struct fault *load_cached(struct booking_desk *desk, struct db *db, struct arena *a,
				       const struct host *host, struct slot_question *q,
				       int64_t from, int64_t to)
{
	const struct busy_period *busy;
	size_t count;
	const struct fault *f;

	busy_range(q, &from, &to);
	f = freebusy_cached(desk->timelines, db, a, &host->owner, NULL, from, to, &busy, &count);
	if (f)
		return f;
	q->busy = timeline_flatten(a, busy, count, &q->busy_count);
	return booked_cached(desk, db, a, host, from - q->beside_s, to + q->beside_s, &q->booked,
			     &q->booked_count);
}

const struct fault *slots_list(struct booking_desk *desk, struct db *db, struct arena *a,
			       const struct host *host, const struct booking_type *type,
			       int32_t duration_min, int64_t from, int64_t to, int64_t now,
			       struct slot **out, size_t *count_out)
{
	struct slot_question q;
	const struct fault *f;

	*out = NULL;
	*count_out = 0;
	if (to - from > LIST_MAX_S)
		return fault_make(a, FAULT_BAD_REQUEST, "to", "At most 62 days may be asked for.");
	f = question_begin(a, host, type, duration_min, now, &q);
	if (!f)
		f = slot_question_open(a, &q, from, to);
	if (f)
		return f;
	/* What is past, too soon, too late or closed is judged so without a look at the calendar.
	 */
	from = max64(from, now + (int64_t)type->notice_min * MINUTE);
	to = min64(to, q.window_end);
	if (from >= to || q.no_calendar)
		return NULL;
	f = load_cached(desk, db, a, host, &q, from, to);
	return f ? f : slots_of(a, &q, from, to, out, count_out);
}

static const struct fault *load_stored(struct db *db, struct arena *a, const struct host *host,
				       struct slot_question *q, struct text ignore_booking,
				       int64_t ignore_object, int64_t start)
{
	const struct busy_period *busy;
	struct timeline *t;
	struct booked *booked;
	size_t count;
	int64_t from = start, to = start;
	const struct fault *f;

	busy_range(q, &from, &to);
	t = timeline_create(a, from, to);
	f = freebusy_collect_owner_but(db, a, &host->owner, ignore_object, from, to, t);
	if (f)
		return f;
	busy = timeline_periods(t, &count);
	q->busy = timeline_flatten(a, busy, count, &q->busy_count);
	f = booked_read(db, a, host, from - q->beside_s, to + q->beside_s, ignore_booking, &booked,
			&q->booked_count);
	q->booked = booked;
	return f;
}

const struct fault *slots_judge_stored(struct db *db, struct arena *a, const struct host *host,
				       const struct booking_type *type, int32_t duration_min,
				       int64_t start, int64_t now, struct text ignore_booking,
				       int64_t ignore_object, enum slot_verdict *out)
{
	struct slot_question q;
	const struct fault *f = question_begin(a, host, type, duration_min, now, &q);

	if (!f)
		f = slot_question_open(a, &q, start, start + 1);
	if (f)
		return f;
	*out = slot_judge(&q, start);
	if (*out != SLOT_OPEN)
		return NULL;
	f = load_stored(db, a, host, &q, ignore_booking, ignore_object, start);
	if (!f)
		*out = slot_judge(&q, start);
	return f;
}

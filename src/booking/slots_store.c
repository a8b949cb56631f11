/* slots_store - what a verdict on one host depends on, from caches and from rows; see slots.h */
#include "base/arena.h"
#include "booking/slots_priv.h"
#include "freebusy/cache.h"
#include "freebusy/collect.h"

static int32_t max32(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* A person has their own hours for themselves; those of a team are made for its hosts. */
static bool is_unframed(const struct slot_ask *ask)
{
	return slot_ask_is_of_many(ask) && ask->host->owner.kind != OWNER_TEAM &&
	       text_equal(ask->type->schedule, TEXT("default"));
}

const struct fault *slot_question_begin(struct arena *a, const struct slot_ask *ask,
					struct slot_question *q)
{
	const struct booking_type *t = ask->type;
	int32_t longest = max32(ask->host->buffer_max_min, max32(t->before_min, t->after_min));

	*q = (struct slot_question){
		.type = t,
		.schedule = ask->schedule ? ask->schedule : host_schedule(ask->host, t->schedule),
		.duration_min = ask->duration_min,
		.seats = ask->seats,
		.now = ask->now,
		.type_id = booked_id(t->id),
		.but = ask->but.len > 0 ? booked_id(ask->but) : 0,
		/* Who invites several people needs an address for them to answer to. */
		.no_calendar = ask->host->calendar == 0 ||
			       (slot_ask_is_of_many(ask) && ask->host->owner.email.len == 0),
		.is_stale = host_is_stale(ask->host, ask->host->owner.outside_at,
					  ask->host->owner.outside_trust, ask->now),
		.of_team = ask->of_team,
		.unframed = is_unframed(ask),
		.with_full = ask->with_full,
		.series = ask->series,
		.series_count = ask->series_count,
		/* Both buffers at their longest, of which one may be that of a team elsewhere. */
		.beside_s = (int64_t)(longest + RULES_MAX_MINUTES) * MINUTE,
	};
	if (q->schedule)
		return slot_question_open(a, q, ask->from, ask->to);
	return fault_make(a, FAULT_NOT_FOUND, "schedule",
			  "The schedule of this meeting type is missing.");
}

/* The stretch of busy time that starts within [from, to) may depend on. */
static void busy_range(const struct slot_question *q, int64_t *from, int64_t *to)
{
	*from -= (int64_t)q->type->before_min * MINUTE;
	*to += (int64_t)(q->duration_min + q->type->after_min) * MINUTE;
}

/* And that of booked time, which limits widen. */
static void booked_range(const struct slot_question *q, int64_t *from, int64_t *to)
{
	int64_t first = *from, last = *to;

	busy_range(q, from, to);
	*from -= q->beside_s;
	*to += q->beside_s;
	slot_limits_range(q, &first, &last);
	*from = min64(*from, first);
	*to = max64(*to, last);
}

/* What blocks this type, of all that is busy (cases C5, C5b). */
static void set_busy(struct arena *a, struct slot_question *q, const struct busy_period *busy,
		     size_t count)
{
	unsigned but = 0;

	if (!q->type->tentative_blocks)
		but |= 1U << BUSY_TENTATIVE;
	if (!q->type->working_elsewhere_blocks)
		but |= 1U << BUSY_ELSEWHERE;
	q->busy = timeline_flatten_but(a, busy, count, but, &q->busy_count);
}

/* Both buffers at their longest, now that it is known what is booked; without any, nothing is
 * beside. */
static void set_beside(struct slot_question *q)
{
	int32_t own = max32(q->type->before_min, q->type->after_min), other = 0;

	for (size_t i = 0; i < q->booked_count; i++)
		other = max32(other, max32(q->booked[i].before_min, q->booked[i].after_min));
	q->beside_s = (int64_t)(own + other) * MINUTE;
}

/* Apart from what holds time: only that is in order of its ends, too. */
static void split_booked(struct arena *a, struct slot_question *q, const struct booked *all,
			 size_t count)
{
	struct booked *kinds[2];
	size_t counts[2] = {0, 0};

	for (size_t i = 0; i < count; i++)
		counts[all[i].is_free]++;
	q->booked = all;
	q->booked_count = count;
	set_beside(q);
	if (counts[true] == 0)
		return;
	for (int kind = 0; kind < 2; kind++) {
		kinds[kind] = arena_alloc_array(a, counts[kind], sizeof(*all));
		counts[kind] = 0;
	}
	for (size_t i = 0; i < count; i++)
		kinds[all[i].is_free][counts[all[i].is_free]++] = all[i];
	q->booked = kinds[false];
	q->booked_count = counts[false];
	q->counted = kinds[true];
	q->counted_count = counts[true];
}

/* ---- from caches ------------------------------------------------------------------------------
 */

static const struct fault *load_cached(struct booking_desk *desk, struct db *db, struct arena *a,
				       const struct host *host, struct slot_question *q,
				       int64_t from, int64_t to)
{
	int64_t first = from, last = to;
	const struct busy_period *busy;
	const struct booked *booked;
	size_t count;
	const struct fault *f;

	busy_range(q, &first, &last);
	f = freebusy_cached_for_booking(desk->timelines, db, a, &host->owner, first, last, &busy,
					&count);
	if (f)
		return f;
	set_busy(a, q, busy, count);
	first = from;
	last = to;
	booked_range(q, &first, &last);
	f = booked_cached(desk, db, a, host, first, last, &booked, &count);
	if (f)
		return f;
	split_booked(a, q, booked, count);
	return slot_limits_count(a, q, from, to);
}

void slot_ask_range(const struct slot_ask *ask, const struct slot_question *q, int64_t *from,
		    int64_t *to)
{
	*from = ask->from;
	*to = ask->to;
	if (ask->of_team)
		return;
	*from = max64(*from, ask->now + (int64_t)ask->type->notice_min * MINUTE);
	*from = max64(*from, max64(q->notice_end, q->window_start));
	*to = min64(*to, q->window_end);
}

const struct fault *slot_load_host(struct booking_desk *desk, struct db *db, struct arena *a,
				   const struct slot_ask *ask, struct slot_question *out)
{
	const struct fault *f = slot_question_begin(a, ask, out);
	int64_t from, to;

	if (f)
		return f;
	slot_ask_range(ask, out, &from, &to);
	if (from >= to || out->no_calendar || out->is_stale)
		return NULL;
	return load_cached(desk, db, a, ask->host, out, from, to);
}

/* ---- from rows --------------------------------------------------------------------------------
 */

static const struct fault *load_stored(struct db *db, struct arena *a, const struct slot_ask *ask,
				       struct slot_question *q)
{
	int64_t from = ask->from, to = ask->to;
	const struct busy_period *busy;
	struct timeline *t;
	struct booked *booked;
	size_t count;
	const struct fault *f;

	busy_range(q, &from, &to);
	t = timeline_create(a, from, to);
	f = freebusy_collect_for_booking(db, a, &ask->host->owner, ask->but_object, from, to, t);
	if (f)
		return f;
	busy = timeline_periods(t, &count);
	set_busy(a, q, busy, count);
	from = ask->from;
	to = ask->to;
	booked_range(q, &from, &to);
	f = booked_read(db, a, ask->host, from, to, ask->but, &booked, &count);
	if (f)
		return f;
	split_booked(a, q, booked, count);
	return slot_limits_count(a, q, ask->from, ask->to);
}

bool slot_question_is_settled(const struct slot_question *q, const struct slot_ask *ask)
{
	return ask->to - ask->from == 1 && slot_judge(q, ask->from) != SLOT_OPEN;
}

const struct fault *slot_load_host_stored(struct db *db, struct arena *a,
					  const struct slot_ask *ask, struct slot_question *out)
{
	const struct fault *f = slot_question_begin(a, ask, out);

	if (f || slot_question_is_settled(out, ask))
		return f;
	return out->is_stale ? NULL : load_stored(db, a, ask, out);
}

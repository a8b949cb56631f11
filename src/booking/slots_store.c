/* slots_store - what a verdict depends on, from caches and from rows; see slots.h */
#include "base/arena.h"
#include "booking/slots_priv.h"
#include "booking/team.h"
#include "freebusy/cache.h"
#include "freebusy/collect.h"

enum { LIST_MAX_S = 63 * DAY_SECONDS }; /* 62 dates, the longest with an hour more */

static int32_t max32(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Is it about the whole team, of which each host is asked? */
static bool is_of_many(const struct slot_ask *ask)
{
	return ask->type->team.mode != TEAM_NONE && !ask->of_team;
}

/* A person has their own hours for themselves; those of a team are made for its hosts. */
static bool is_unframed(const struct slot_ask *ask)
{
	return is_of_many(ask) && ask->host->owner.kind != OWNER_TEAM &&
	       text_equal(ask->type->schedule, TEXT("default"));
}

static const struct fault *question_begin(struct arena *a, const struct slot_ask *ask,
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
			       (is_of_many(ask) && ask->host->owner.email.len == 0),
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

/* What is past, too soon or too late is left unread. */
static void narrow(const struct slot_ask *ask, const struct slot_question *q, int64_t *from,
		   int64_t *to)
{
	*from = max64(*from, ask->now + (int64_t)ask->type->notice_min * MINUTE);
	*from = max64(*from, max64(q->notice_end, q->window_start));
	*to = min64(*to, q->window_end);
}

const struct fault *slot_question_load(struct booking_desk *desk, struct db *db, struct arena *a,
				       const struct slot_ask *ask, struct slot_question *out)
{
	const struct fault *f = question_begin(a, ask, out);
	int64_t from = ask->from, to = ask->to;

	if (f)
		return f;
	if (!ask->of_team)
		narrow(ask, out, &from, &to);
	if (from >= to || out->no_calendar)
		return NULL;
	if (is_of_many(ask))
		return team_load(desk, db, a, ask, from, to, out);
	return out->is_stale ? NULL : load_cached(desk, db, a, ask->host, out, from, to);
}

const struct fault *slots_list(struct booking_desk *desk, struct db *db, struct arena *a,
			       const struct slot_ask *ask, struct slot **out, size_t *count_out)
{
	struct slot_question q;
	const struct fault *f;

	*out = NULL;
	*count_out = 0;
	if (ask->to - ask->from > LIST_MAX_S)
		return fault_make(a, FAULT_BAD_REQUEST, "to", "At most 62 days may be asked for.");
	f = slot_question_load(desk, db, a, ask, &q);
	return f ? f : slots_of(a, &q, ask->from, ask->to, out, count_out);
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

/* Is every start against a rule, so that nothing needs to be read? Of one start, known at once. */
static bool is_settled(const struct slot_question *q, const struct slot_ask *ask)
{
	return ask->to - ask->from == 1 && slot_judge(q, ask->from) != SLOT_OPEN;
}

const struct fault *slot_question_load_stored(struct db *db, struct arena *a,
					      const struct slot_ask *ask, struct slot_question *out)
{
	const struct fault *f = question_begin(a, ask, out);

	if (f || is_settled(out, ask))
		return f;
	if (is_of_many(ask))
		return team_load(NULL, db, a, ask, ask->from, ask->to, out);
	return out->is_stale ? NULL : load_stored(db, a, ask, out);
}

const struct fault *slots_judge_stored(struct db *db, struct arena *a, const struct slot_ask *ask,
				       enum slot_verdict *out)
{
	struct slot_ask one = *ask;
	struct slot_question q;
	const struct fault *f;

	one.to = one.from + 1;
	f = slot_question_load_stored(db, a, &one, &q);
	if (!f)
		*out = slot_judge(&q, one.from);
	return f;
}

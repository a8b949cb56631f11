/*
 * report_freebusy - when is somebody busy? (RFC 4791 §7.10)
 *
 * From cached timelines to text: no object is read, but for what recurs past the rows, and that on
 * a worker thread, as are long ranges. Depth says what is meant: a
 * calendar holds its objects at 1, a home at infinity; above that there are none,
 * and nobody is busy. A client that leaves it out wants to know all the same: by
 * the letter it asks at 0, and would be told that its host is always free.
 */

#include "calendar/horizon.h"
#include "dav/filter.h"
#include "dav/report.h"
#include "dav/variant.h"
#include "freebusy/cache.h"
#include "freebusy/collect.h"
#include "freebusy/vfreebusy.h"
#include "ical/time.h"

enum { FREEBUSY_MAX_BYTES = 16 * 1024 * 1024 };

/*
 * Nobody can answer until the end of time. An open end is where rows end, and the DTSTART and
 * DTEND of the answer say so.
 */
static void close_range(const struct xml_node *node, struct dav_range *r, int64_t now)
{
	struct text value;

	if (!xml_attr(node, "start", &value))
		r->from = min64(now, r->to) - (int64_t)HORIZON_BACK_DAYS * DAY_SECONDS;
	if (!xml_attr(node, "end", &value))
		r->to = max64(now, r->from) + (int64_t)HORIZON_MIN_DAYS * DAY_SECONDS;
	r->from = max64(r->from, TIME_MIN);
	r->to = min64(r->to, TIME_MAX - 1);
}

/* Exactly one time-range, and nothing else (§9.11). */
static const struct fault *read_range(struct dav_request *dr, struct dav_range *out)
{
	const struct xml_node *node = xml_child(dr->body, NS_CALDAV, "time-range");
	const struct fault *f;

	if (!node || xml_child_count(dr->body) != 1)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "A free-busy-query has one time-range.");
	f = dav_range_read(dr->arena, node, out);
	if (f)
		return fault_is(f, FAULT_BAD_FILTER)
			       ? fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "%s", f->message)
			       : f;
	close_range(node, out, dr->rq->now);
	return NULL;
}

static bool reaches_objects(const struct dav_request *dr)
{
	return dr->depth == DAV_DEPTH_ABSENT || dr->depth == DAV_DEPTH_INFINITY ||
	       (dr->depth == DAV_DEPTH_1 && dr->kind == DAV_CALENDAR);
}

/*
 * As jCal where that is preferred. Clients say with every REPORT that they take XML, so that
 * what fits nothing is no refusal.
 */
static const struct fault *answer_as(struct dav_request *dr, struct text answer)
{
	struct dav_variant v = {false, false};
	const struct fault *f;

	if (!dav_accepts(http_header(dr->rq, "Accept"), &v.as_jcal))
		v.as_jcal = false;
	http_add_header(dr->rq, "Vary", TEXT("Accept"));
	f = dav_variant_make(dr->arena, &v, answer, &answer);
	if (!f)
		http_answer(dr->rq, 200, dav_variant_type(&v), answer);
	return f;
}

/* What a calendar adds to a home: one that is transparent nothing, nor do boxes. */
static bool counts(const struct collection *c)
{
	return c->kind == COLLECTION_CALENDAR && !c->transparent;
}

/* The calendars of somebody's home that the user may ask about, one by one. */
static const struct fault *collect_open(struct dav_request *dr, const struct owner *owner,
					const struct dav_open_list *open, struct vfreebusy *v)
{
	struct timeline *t = timeline_create(dr->arena, v->start, v->end);
	const struct fault *f = NULL;

	for (size_t i = 0; i < open->count && !f; i++) {
		const struct collection *c = open->at[i].collection;
		const struct busy_period *periods;
		size_t count = 0;

		if (counts(c))
			f = freebusy_cached(dr->house->timelines, dr->db, dr->arena, owner, c,
					    v->start, v->end, &periods, &count);
		for (size_t k = 0; k < count && !f; k++)
			timeline_add(t, periods[k]);
	}
	if (!f && open->count > 0)
		f = freebusy_collect_hours(dr->db, dr->arena, owner->id, v->start, v->end, t);
	v->periods = timeline_periods(t, &v->count);
	return f ? f : arena_check(dr->arena);
}

static const struct fault *collect(struct dav_request *dr, struct vfreebusy *v)
{
	struct dav_open_list open = {.is_partial = false};
	const struct owner *owner;
	const struct fault *f = dav_owner(dr, &owner);

	if (!f && !dr->collection && dr->owner_id != dr->rq->user.owner)
		f = dav_list_open(dr, dr->arena, TEXT_NONE, DAV_MAY_READ_FREE_BUSY, &open);
	if (f)
		return f;
	if (open.is_partial)
		return collect_open(dr, owner, &open, v);
	return freebusy_shown(dr->house->timelines, dr->db, dr->arena, owner, dr->collection,
			      v->start, v->end, &v->periods, &v->count);
}

static const struct fault *answer(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct dav_range *range = state;
	struct vfreebusy v = {
		.stamp = dr->rq->now,
		.uid = dr->rq->id,
		.start = range->from,
		.end = range->to,
	};
	struct buf out;

	if (!f)
		f = dav_reader(dr);
	if (!f && reaches_objects(dr))
		f = collect(dr, &v);
	if (f)
		return f;
	buf_init(&out, dr->arena, 512 + 64 * v.count, FREEBUSY_MAX_BYTES);
	vfreebusy_write(&out, &v);
	if (out.overflow)
		return fault_make(dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
				  "There are too many busy periods in this range.");
	return answer_as(dr, buf_text(&out));
}

const struct fault *dav_report_freebusy(struct dav_request *dr)
{
	struct dav_range *range = arena_alloc(dr->arena, sizeof(*range));
	const struct fault *f = read_range(dr, range);

	if (f || !dav_range_looks_slow(dr, range))
		return f ? f : answer(dr, range, NULL);
	http_go_slow_with(dr->rq, answer, dr, range);
	return NULL;
}

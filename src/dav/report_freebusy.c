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
	http_set_header(dr->rq, "Vary", TEXT("Accept"));
	f = dav_variant_make(dr->arena, &v, answer, &answer);
	if (!f)
		http_answer(dr->rq, 200, dav_variant_type(&v), answer);
	return f;
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
	const struct owner *owner;
	struct buf out;

	if (!f)
		f = dav_reader(dr);
	if (!f)
		f = dav_owner(dr, &owner);
	if (!f && reaches_objects(dr))
		f = freebusy_cached(dr->house->timelines, dr->db, dr->arena, owner, dr->collection,
				    range->from, range->to, &v.periods, &v.count);
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

/*
 * report_query - which objects match? (RFC 4791 §7.8)
 *
 * A filter with a time-range is answered from the occurrence rows: their objects
 * alone are fetched, and where component and range are all that is asked, none is
 * read. Beyond the expanded horizon, what recurs is expanded on the spot. UID and component
 * are looked for in their columns before any data is read. Everything else walks the calendar
 * by pages.
 */

#include <stdlib.h>

#include "dav/filter.h"
#include "dav/report.h"
#include "dav/timezone.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/occurrence.h"

enum {
	QUERY_BATCH = 16, /* objects with data at once, each up to a megabyte */
	QUERY_SCRATCH_BYTES = 64 * 1024 * 1024,
};

struct query {
	struct dav_asked asked;
	const struct dav_comp_filter *filter;
	struct dav_filter_plan plan;
	bool with_data;	       /* for the answer or for the filter */
	struct arena *scratch; /* for reading one object */
	struct arena *batch;   /* for what is looked at to find candidates */
	int64_t steps;	       /* of expansion that the whole question may still spend */
	struct dav_open *all;  /* that the request reaches */
	size_t count, next;
	/* The present calendar. */
	const struct collection *c;
	unsigned may;
	const struct zone *floating;
	bool is_collected; /* else it is walked by name */
	int64_t *ids;	   /* of its objects that may match, ascending */
	size_t id_count, id_cap, id_next;
	struct text after;
};

/* ---- the body (§9.5) ---------------------------------------------------------------------- */

/* The zone to rely on, by its rules (§9.8) or by its name (RFC 7809 §6.1). */
static const struct fault *read_timezone(struct dav_request *dr)
{
	const struct xml_node *rules = xml_child(dr->body, NS_CALDAV, "timezone");
	const struct xml_node *id = xml_child(dr->body, NS_CALDAV, "timezone-id");
	struct text setting;
	const struct fault *f;

	if ((rules && (id || xml_next(rules))) || (id && xml_next(id)))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "There are two time zones.");
	if (id && !(dr->zone = zone_find(xml_token_of(id))))
		return fault_make(dr->arena, FAULT_UNKNOWN_TIMEZONE, NULL,
				  "This is not the name of a time zone.");
	if (!rules)
		return NULL;
	f = dav_timezone_read(dr->arena, xml_text_of(rules), &setting);
	if (!f)
		dr->zone = zone_find_set(dr->arena, setting);
	return f;
}

static const struct fault *read_query(struct dav_request *dr, struct query *q)
{
	const struct xml_node *filter = xml_child(dr->body, NS_CALDAV, "filter");
	const struct fault *f = dav_report_asked(dr, &q->asked);

	if (!f && filter && xml_next(filter))
		f = fault_make(dr->arena, FAULT_BAD_FILTER, NULL, "There are two filters.");
	if (!f)
		f = dav_filter_read(dr->arena, filter, &q->filter);
	if (!f)
		f = read_timezone(dr);
	if (f)
		return f;
	q->plan = dav_filter_plan(q->filter);
	q->with_data = !q->plan.is_whole || dav_report_wants_data(&q->asked);
	return NULL;
}

/* ---- where to look -------------------------------------------------------------------------- */

/* A calendar holds objects at Depth 1, a home at infinity (§7.2); its boxes are no calendars. */
static const struct fault *find_collections(struct dav_request *dr, struct query *q)
{
	struct dav_open_list open;
	const struct fault *f;

	if (dr->kind & (DAV_CALENDAR | DAV_INBOX)) {
		q->all = arena_alloc(dr->arena, sizeof(*q->all));
		*q->all = (struct dav_open){dr->collection, dr->may};
		q->count = dr->depth == DAV_DEPTH_1 || dr->depth == DAV_DEPTH_INFINITY;
	}
	if (dr->kind != DAV_HOME || dr->depth != DAV_DEPTH_INFINITY)
		return NULL;
	f = dav_list_open(dr, dr->arena, TEXT_NONE, DAV_MAY_READ, &open);
	q->all = open.at;
	for (size_t i = 0; !f && i < open.count; i++)
		if (open.at[i].collection->kind == COLLECTION_CALENDAR)
			q->all[q->count++] = open.at[i];
	return f;
}

/* ---- which objects rows name ----------------------------------------------------------------- */

struct collecting {
	struct dav_request *dr;
	struct query *q;
};

static void add_id(struct arena *a, struct query *q, int64_t id)
{
	if (q->id_count > 0 && q->ids[q->id_count - 1] == id)
		return;
	if (q->id_count == q->id_cap) {
		size_t cap = q->id_cap ? 2 * q->id_cap : 256;
		int64_t *ids = arena_alloc_array(a, cap, sizeof(*ids));

		if (q->id_count > 0)
			memcpy(ids, q->ids, q->id_count * sizeof(*ids));
		q->ids = ids;
		q->id_cap = cap;
	}
	q->ids[q->id_count++] = id;
}

static bool take_row(void *ctx, const struct occurrence_row *row)
{
	struct collecting *x = ctx;
	struct query *q = x->q;

	if (((unsigned)row->component & q->plan.components) &&
	    dav_range_overlaps(q->plan.range, row->start, row->end, row->floating, q->floating))
		add_id(x->dr->arena, q, row->object);
	return true;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void sort_ids(struct query *q)
{
	size_t kept = 0;

	if (q->id_count == 0)
		return;
	qsort(q->ids, q->id_count, sizeof(*q->ids), compare_ids);
	for (size_t i = 0; i < q->id_count; i++)
		if (kept == 0 || q->ids[kept - 1] != q->ids[i])
			q->ids[kept++] = q->ids[i];
	q->id_count = kept;
}

/* Unless rows have named it already. Once the steps are spent, it need not be read. */
static const struct fault *add_if_it_matches(struct dav_request *dr, struct query *q,
					     const struct stored_object *o, size_t known)
{
	bool matches = true;
	const struct fault *f = NULL;

	if (!(o->component & q->plan.components) ||
	    (known > 0 && bsearch(&o->id, q->ids, known, sizeof(*q->ids), compare_ids)))
		return NULL;
	arena_reset(q->scratch);
	if (q->steps > 0)
		f = dav_filter_match(q->scratch, q->filter, o->data, q->floating, &q->steps,
				     &matches);
	if (!f && matches)
		add_id(dr->arena, q, o->id);
	return f;
}

/* What recurs past the horizon of the rows. */
static const struct fault *add_partial(struct dav_request *dr, struct query *q)
{
	const struct dav_range *r = q->plan.range;
	size_t known = q->id_count, count = QUERY_BATCH;
	struct stored_object *o;
	int64_t after = 0;
	const struct fault *f = NULL;

	while (!f && count == QUERY_BATCH) {
		arena_reset(q->batch);
		f = object_candidates(dr->db, q->batch, q->c->owner, q->c->id, r->from, r->to,
				      after, QUERY_BATCH, &o, &count);
		for (size_t i = 0; !f && i < count; i++) {
			after = o[i].id;
			f = add_if_it_matches(dr, q, &o[i], known);
		}
	}
	sort_ids(q);
	return f;
}

static const struct fault *collect_rows(struct dav_request *dr, struct query *q)
{
	struct collecting x = {dr, q};
	const struct fault *f =
		occurrence_range(dr->db, dr->arena, q->c->owner, q->c->id, q->plan.range->from,
				 q->plan.range->to, false, take_row, &x);

	sort_ids(q);
	return f ? f : arena_check(dr->arena);
}

/* One snapshot, or an object whose rows grow meanwhile might be seen by neither question. */
static const struct fault *collect_by_range(struct dav_request *dr, struct query *q)
{
	bool is_past;
	const struct fault *f = dav_range_is_past_rows(dr, q->plan.range, &is_past);

	if (f)
		return f;
	if (!is_past)
		return collect_rows(dr, q);
	f = store_snapshot_begin(dr->db, dr->arena);
	if (f)
		return f;
	f = collect_rows(dr, q);
	if (!f)
		f = add_partial(dr, q);
	store_snapshot_end(dr->db);
	return f;
}

/* By what stands beside the data. */
static bool may_match(struct query *q, const struct stored_object *o)
{
	return (o->component & q->plan.components) &&
	       (!q->plan.uid || dav_text_contains(q->batch, q->plan.uid, o->uid));
}

static const struct fault *collect_by_column(struct dav_request *dr, struct query *q)
{
	struct text after = TEXT("");
	size_t count = DAV_PAGE_OBJECTS;
	struct stored_object *o;
	const struct fault *f = NULL;

	while (!f && count == DAV_PAGE_OBJECTS) {
		struct text last = text_dup(dr->arena, after);

		arena_reset(q->batch);
		f = object_page(dr->db, q->batch, q->c->owner, q->c->id, last, DAV_PAGE_OBJECTS,
				false, &o, &count);
		for (size_t i = 0; !f && i < count; i++) {
			after = o[i].name;
			if (may_match(q, &o[i]))
				add_id(dr->arena, q, o[i].id);
		}
	}
	sort_ids(q);
	return f;
}

/* Are there other kinds of objects in the calendar, whose data would be read in vain? */
static bool holds_others(const struct query *q)
{
	return !q->plan.is_whole && (q->c->components & ~q->plan.components);
}

static const struct fault *open_collection(struct dav_request *dr, struct query *q)
{
	const struct fault *f;

	q->may = q->all[q->next].may;
	q->c = q->all[q->next++].collection;
	q->ids = NULL;
	q->id_count = q->id_cap = q->id_next = 0;
	q->after = TEXT("");
	q->is_collected = q->plan.range || q->plan.uid || holds_others(q);
	f = dav_floating_zone(dr, q->c, &q->floating);
	if (!f && q->plan.range)
		f = collect_by_range(dr, q);
	else if (!f && q->is_collected)
		f = collect_by_column(dr, q);
	return f;
}

/* ---- the answer ---------------------------------------------------------------------------------
 */

static const struct fault *put_if_it_matches(struct dav_request *dr, struct query *q,
					     struct arena *page, struct stored_object *o,
					     struct buf *out)
{
	bool matches = true;
	struct dav_view v;
	const struct fault *f;

	if (!(o->component & q->plan.components))
		return NULL;
	if (!q->plan.is_whole) {
		arena_reset(q->scratch);
		f = dav_filter_match(q->scratch, q->filter, o->data, q->floating, &q->steps,
				     &matches);
		if (f || !matches)
			return f;
	}
	v = dav_view_of_object(dr, page, q->c, o);
	v.may = q->may;
	f = dav_put_response(&v, &q->asked, out);
	return f ? f : arena_check(page);
}

/* The next objects that may match; none: the calendar is through. */
static const struct fault *next_batch(struct dav_request *dr, struct query *q, struct arena *page,
				      struct stored_object **out, size_t *count_out)
{
	int limit = q->with_data ? QUERY_BATCH : DAV_PAGE_OBJECTS;
	const struct fault *f;

	*count_out = 0;
	while (*count_out == 0 && q->id_next < q->id_count) {
		size_t count = (size_t)min64(limit, (int64_t)(q->id_count - q->id_next));

		f = object_get_many(dr->db, page, q->c->owner, q->ids + q->id_next, count,
				    q->with_data, out, count_out);
		if (f)
			return f;
		q->id_next += count;
	}
	if (q->is_collected)
		return NULL;
	f = object_page(dr->db, page, q->c->owner, q->c->id, q->after, limit, q->with_data, out,
			count_out);
	if (!f && *count_out > 0)
		q->after = text_dup(dr->arena, (*out)[*count_out - 1].name);
	return f;
}

static const struct fault *put_batch(struct dav_request *dr, struct query *q, struct arena *page,
				     struct buf *out)
{
	struct stored_object *objects;
	size_t count;
	const struct fault *f = next_batch(dr, q, page, &objects, &count);

	if (!f && count == 0)
		q->c = NULL;
	for (size_t i = 0; !f && i < count; i++)
		f = put_if_it_matches(dr, q, page, &objects[i], out);
	return f;
}

/* As long as there is room, and until something is found. */
static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct query *q = ctx;
	size_t begin = out->len;
	const struct fault *f = NULL;

	while (!f && out->len - begin < DAV_PAGE_BYTES) {
		arena_reset(page);
		if (q->c)
			f = put_batch(dr, q, page, out);
		else if (q->next < q->count)
			f = open_collection(dr, q);
		else
			return NULL;
	}
	*more_out = true;
	return f;
}

/* ---- an object itself, and the beginning of it all ---- */

static const struct fault *answer_object(struct dav_request *dr, void *ctx, struct arena *page,
					 struct buf *out, bool *more_out)
{
	struct query *q = ctx;

	(void)more_out;
	q->c = dr->collection;
	q->may = dr->may;
	return put_if_it_matches(dr, q, page, dr->object, out);
}

/*
 * Parsing an object, reading many, and expanding them past their rows takes longer than others
 * should wait, and so does a part of a UID, for which all are looked at. Where parts of
 * objects are wanted, dav_report() has seen to it.
 */
static bool is_slow(const struct dav_request *dr, const struct query *q)
{
	if (dr->kind == DAV_OBJECT || !q->plan.is_whole)
		return true;
	return q->plan.range && dav_range_looks_slow(dr, q->plan.range);
}

static const struct fault *answer(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	dav_page_fn next = dr->kind == DAV_OBJECT ? answer_object : next_page;

	if (!f)
		f = dav_reader(dr);
	return f ? f : dav_answer_multistatus(dr, next, NULL, state);
}

/*
 * Messages take no time, so there are no rows of them; and several may have one UID, so that it
 * does not stand in its column.
 */
static void read_each(struct query *q)
{
	q->plan.is_whole = false;
	q->plan.range = NULL;
	q->plan.uid = NULL;
	q->with_data = true;
}

const struct fault *dav_report_query(struct dav_request *dr)
{
	struct query *q = arena_alloc(dr->arena, sizeof(*q));
	const struct fault *f = read_query(dr, q);

	if (!f)
		f = find_collections(dr, q);
	if (f)
		return f;
	q->scratch = arena_create_in(dr->arena, QUERY_SCRATCH_BYTES);
	q->batch = arena_create_in(dr->arena, QUERY_SCRATCH_BYTES);
	q->steps = DAV_FILTER_STEPS;
	if (dr->kind == DAV_INBOX)
		read_each(q);
	if (dr->kind == DAV_OBJECT) {
		q->plan.is_whole = false;
		f = dav_floating_zone(dr, dr->collection, &q->floating);
	}
	if (f || !is_slow(dr, q))
		return f ? f : answer(dr, q, NULL);
	http_go_slow_with(dr->rq, answer, dr, q);
	return NULL;
}

/*
 * get - an object as it was stored, or a whole calendar (RFC 4791 §5.3.4)
 *
 * An object is one query and no parsing. A calendar is joined page by page,
 * so that it may be of any length.
 */

#include "dav/export.h"
#include "dav/props.h"

/* ---- an object ------------------------------------------------------------------------- */

/* If-Modified-Since counts only where no entity tag is asked about (RFC 9110 §13.1.3). */
static bool is_unmodified_since(const struct http_request *rq, int64_t modified)
{
	struct text since = http_header(rq, "If-Modified-Since");
	int64_t then;

	if (!since.at || http_header(rq, "If-None-Match").at)
		return false;
	return dav_read_http_date(since, &then) && modified <= then;
}

/* If-Unmodified-Since likewise (§13.1.4). */
static bool is_modified_since(const struct http_request *rq, int64_t modified)
{
	struct text since = http_header(rq, "If-Unmodified-Since");
	int64_t then;

	if (!since.at || http_header(rq, "If-Match").at)
		return false;
	return dav_read_http_date(since, &then) && modified > then;
}

static void set_validators(struct dav_request *dr, const struct stored_object *o)
{
	struct buf date;

	buf_init(&date, dr->arena, 32, 32);
	dav_put_http_date(&date, o->modified);
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, o->etag));
	http_set_header(dr->rq, "Last-Modified", buf_text(&date));
}

static const struct fault *get_object(struct dav_request *dr)
{
	const struct stored_object *o = dr->object;
	struct change_condition condition;
	enum change_verdict verdict;

	dav_read_condition(dr->rq, &condition);
	verdict = change_judge_condition(&condition, true, o->etag);
	if (verdict == CONDITION_FAILED || is_modified_since(dr->rq, o->modified))
		return fault_make(dr->arena, FAULT_PRECONDITION, NULL,
				  "The object is another by now.");
	set_validators(dr, o);
	if (verdict == CONDITION_UNMODIFIED || is_unmodified_since(dr->rq, o->modified))
		http_answer(dr->rq, 304, NULL, TEXT_NONE);
	else
		http_answer(dr->rq, 200, DAV_CALENDAR_TYPE, o->data);
	return NULL;
}

/* ---- a calendar --------------------------------------------------------------------------- */

static const struct fault *export_page(struct dav_request *dr, void *ctx, struct arena *page,
				       struct buf *out, bool *more_out)
{
	return dav_export_next(ctx, dr->db, page, out, more_out);
}

static const struct fault *get_calendar(struct dav_request *dr)
{
	struct text title;
	const struct fault *f = dav_check_condition(dr, true);

	if (!f)
		f = dav_export_title(dr->db, dr->arena, dr->collection, &title);
	if (f)
		return f;
	return dav_answer_stream(dr, DAV_CALENDAR_TYPE, export_page,
				 dav_export_create(dr->arena, dr->collection, 1, title));
}

/* ---- the method ----------------------------------------------------------------------------- */

/* A client that is given only a host looks here whether it is a calendar file: it is none. */
static const struct fault *get_root(struct dav_request *dr)
{
	http_answer(dr->rq, 200, "text/plain; charset=utf-8",
		    TEXT("Fasti, a calendar server. Calendar apps find their way from here.\n"));
	return NULL;
}

const struct fault *dav_get(struct dav_request *dr)
{
	switch (dr->kind) {
	case DAV_OBJECT: return get_object(dr);
	case DAV_CALENDAR: return get_calendar(dr);
	default: return get_root(dr);
	}
}

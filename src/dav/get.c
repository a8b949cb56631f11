/*
 * get - an object or a file as it was stored, or a whole calendar (RFC 4791 §5.3.4)
 *
 * An object is one query and no parsing, unless another form of it is asked for (variant.h). A
 * calendar is joined page by page, so that it may be of any length.
 */

#include "dav/export.h"
#include "dav/props.h"
#include "dav/variant.h"

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

static void set_validators(struct dav_request *dr, struct text tag, const struct stored_object *o)
{
	struct buf date;

	buf_init(&date, dr->arena, 32, 32);
	dav_put_http_date(&date, o->modified);
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, tag));
	http_set_header(dr->rq, "Last-Modified", buf_text(&date));
	dav_set_schedule_tag(dr, o->schedule_tag);
}

/* If-Match speaks of the object, If-None-Match of what would be sent (RFC 9110 §13.1.2). */
static enum change_verdict judge(struct dav_request *dr, const struct dav_variant *v,
				 const struct stored_object *o)
{
	struct change_condition match, none;
	enum change_verdict verdict;

	dav_read_condition(dr->rq, &match);
	none = match;
	none.has_if_match = false;
	match.if_none_match_any = false;
	match.if_none_match_count = 0;
	verdict = change_judge_condition(&match, true, o->etag);
	if (verdict != CONDITION_HOLDS)
		return verdict;
	return change_judge_condition(&none, true, dav_variant_tag(dr->arena, v, o->etag));
}

static const struct fault *make_variant(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct dav_variant *v = state;
	struct text made = TEXT_NONE;

	if (!f)
		f = dav_variant_make(dr->arena, v, dr->object->data, &made);
	if (!f)
		http_answer(dr->rq, 200, dav_variant_type(v), made);
	return f;
}

/* PRECONDITION, or 304, which is answered at once. */
static const struct fault *check_conditions(struct dav_request *dr, const struct dav_variant *v,
					    bool *answered_out)
{
	const struct stored_object *o = dr->object;
	enum change_verdict verdict = judge(dr, v, o);

	if (verdict == CONDITION_FAILED || is_modified_since(dr->rq, o->modified))
		return fault_make(dr->arena, FAULT_PRECONDITION, NULL,
				  "The object is another by now.");
	set_validators(dr, dav_variant_tag(dr->arena, v, o->etag), o);
	*answered_out = verdict == CONDITION_UNMODIFIED || is_unmodified_since(dr->rq, o->modified);
	if (*answered_out)
		http_answer(dr->rq, 304, NULL, TEXT_NONE);
	return NULL;
}

static const struct fault *get_object(struct dav_request *dr)
{
	struct dav_variant *v = arena_alloc(dr->arena, sizeof(*v));
	const struct stored_object *o = dr->object;
	bool answered;
	const struct fault *f = dav_variant_read(dr->rq, v);

	http_add_header(dr->rq, "Vary", TEXT(DAV_VARIANT_VARY));
	if (!f)
		f = check_conditions(dr, v, &answered);
	if (f || answered)
		return f;
	if (dav_variant_is_stored(v))
		http_answer(dr->rq, 200, DAV_CALENDAR_TYPE, o->data);
	else if (o->data.len <= DAV_SLOW_BYTES)
		return make_variant(dr, v, NULL);
	else
		http_go_slow_with(dr->rq, make_variant, dr, v);
	return NULL;
}

/* ---- a file ------------------------------------------------------------------------------- */

static const struct fault *get_file(struct dav_request *dr)
{
	static const struct dav_variant stored;
	const struct stored_object *o = dr->object;
	bool answered;
	const struct fault *f = check_conditions(dr, &stored, &answered);

	if (f || answered)
		return f;
	dav_set_harmless(dr, TEXT("attachment"));
	http_answer(dr->rq, 200, text_cstr(dr->arena, o->media_type), o->data);
	return NULL;
}

/* ---- a calendar --------------------------------------------------------------------------- */

static const struct fault *get_calendar(struct dav_request *dr)
{
	struct dav_export_form *form = arena_alloc(dr->arena, sizeof(*form));
	struct dav_variant v;
	const struct fault *f = dav_variant_read(dr->rq, &v);

	http_add_header(dr->rq, "Vary", TEXT(DAV_VARIANT_VARY));
	if (!f)
		f = dav_export_head(dr->db, dr->arena, dr->collection, &form->head);
	if (f)
		return f;
	form->as_jcal = v.as_jcal;
	form->join = v.by_reference ? ICAL_JOIN_BY_REFERENCE : 0;
	return dav_answer_calendars(dr, dr->collection, 1, form);
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
	case DAV_FILE: return get_file(dr);
	case DAV_ATTACHMENT: return dav_get_attachment(dr);
	case DAV_CALENDAR: return get_calendar(dr);
	default: return get_root(dr);
	}
}

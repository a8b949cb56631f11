/*
 * get - an object as it was stored, or a whole calendar (RFC 4791 §5.3.4)
 *
 * An object is one query and no parsing. A calendar is joined page by page,
 * so that it may be of any length.
 */

#include "dav/props.h"
#include "ical/join.h"

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

/* Objects are up to a megabyte each, and a page of them is in memory together. */
enum { EXPORT_PAGE_OBJECTS = 16 };

struct export
{
	struct ical_join *join;
	bool begun;
	size_t after_len;
	char after[DAV_NAME_MAX]; /* name of the last object that was written */
};

/* The name to show, which is kept as the XML of its element. */
static const struct fault *read_title(struct dav_request *dr, struct arena *page, struct text *out)
{
	struct dav_view v = dav_view_of_collection(dr, page, dr->collection);
	const struct fault *f = dav_view_kept(&v);
	const struct property *kept;
	struct xml_node *node;

	*out = dr->collection->name;
	if (f)
		return f;
	kept = dav_view_find_kept(&v, xml_ns_uri(NS_DAV), TEXT("displayname"));
	if (!kept)
		return NULL;
	f = xml_parse(page, kept->xml, &node);
	if (!f && xml_token_of(node).len > 0)
		*out = xml_token_of(node);
	return f;
}

static const struct fault *begin_export(struct dav_request *dr, struct export *x,
					struct arena *page, struct buf *out)
{
	struct text title;
	const struct fault *f = read_title(dr, page, &title);

	if (f)
		return f;
	x->begun = true;
	ical_join_begin(x->join, out, title);
	return NULL;
}

static const struct fault *export_page(struct dav_request *dr, void *ctx, struct arena *page,
				       struct buf *out, bool *more_out)
{
	struct export *x = ctx;
	struct stored_object *o;
	size_t count, i;
	const struct fault *f = x->begun ? NULL : begin_export(dr, x, page, out);

	if (!f)
		f = object_page(dr->db, page, dr->collection->owner, dr->collection->id,
				text_of(x->after, x->after_len), EXPORT_PAGE_OBJECTS, true, &o,
				&count);
	if (f)
		return f;
	for (i = 0; i < count && out->len < DAV_PAGE_BYTES; i++)
		ical_join_add(x->join, out, page, o[i].data);
	*more_out = i < count || count == EXPORT_PAGE_OBJECTS;
	if (!*more_out) {
		ical_join_end(x->join, out);
		return NULL;
	}
	x->after_len = o[i - 1].name.len;
	memcpy(x->after, o[i - 1].name.at, x->after_len);
	return NULL;
}

static const struct fault *get_calendar(struct dav_request *dr)
{
	struct export *x = arena_alloc(dr->arena, sizeof(*x));
	const struct fault *f = dav_check_condition(dr, true);

	if (f)
		return f;
	x->join = ical_join_create(dr->arena);
	return dav_answer_stream(dr, DAV_CALENDAR_TYPE, export_page, x);
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

/*
 * put - a calendar object resource is stored (RFC 4791 §5.3.2)
 *
 * What may be stored, and under which condition, is judged by the change. The bytes are kept as
 * they came, so the ETag of the answer is true (§5.3.4). Where something had to be changed in them
 * there is no ETag, and the client asks for what stands there now.
 */

#include "dav/dav_priv.h"

/* ---- what comes in ----------------------------------------------------------------------- */

/* UTF-8 (RFC 5545 §3.1.4), or what is part of it: other bytes would be given back as UTF-8. */
static bool is_utf8(struct text charset)
{
	if (charset.len > 1 && charset.at[0] == '"' && text_ends(charset, TEXT("\"")))
		charset = text_sub(charset, 1, charset.len - 2);
	return text_equal_nocase(charset, TEXT("utf-8")) ||
	       text_equal_nocase(charset, TEXT("us-ascii"));
}

/* text/calendar, or nothing said (cadaver); what METHOD and COMPONENT may be, the bytes tell. */
static bool is_calendar_type(struct text type)
{
	struct text rest = type, part, name;

	if (!type.at)
		return true;
	if (!text_next(&rest, ';', &part) ||
	    !text_equal_nocase(text_trim(part), TEXT("text/calendar")))
		return false;
	while (text_next(&rest, ';', &part))
		if (text_next(&part, '=', &name) &&
		    text_equal_nocase(text_trim(name), TEXT("charset")) &&
		    !is_utf8(text_trim(part)))
			return false;
	return true;
}

static const struct fault *check_request(struct dav_request *dr)
{
	const struct fault *f;

	if (dr->kind == DAV_MISNAMED)
		return dav_bad_name(dr);
	if (dr->kind != DAV_OBJECT)
		return fault_make(dr->arena, FAULT_CONFLICT, NULL,
				  "There is no calendar that could hold this.");
	f = dav_need(dr, DAV_CALENDAR, dr->may & DAV_MAY_BIND ? 0 : DAV_MAY_WRITE_CONTENT);
	if (f)
		return f;
	/* RFC 9110 §14.5: a part of an object is not stored as the whole. */
	if (http_header(dr->rq, "Content-Range").at)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "Objects are stored as a whole.");
	if (!is_calendar_type(http_header(dr->rq, "Content-Type")))
		return fault_make(dr->arena, FAULT_BAD_MEDIA_DATA, NULL,
				  "Only text/calendar in UTF-8 is stored here.");
	return NULL;
}

/* ---- the answer ---------------------------------------------------------------------------- */

/* Return the object with the answer (RFC 8144 §2.3 and §3). */
static void answer_with(struct dav_request *dr, int status, struct text etag, struct text data)
{
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, etag));
	http_set_header(dr->rq, "Preference-Applied", TEXT("return=representation"));
	http_set_header(dr->rq, "Vary", TEXT("Prefer"));
	http_set_header(dr->rq, "Content-Location", dr->rq->path);
	http_answer(dr->rq, status, DAV_CALENDAR_TYPE, data);
}

/* 412 with what stands there instead. */
static const struct fault *answer_precondition(struct dav_request *dr, const struct fault *why)
{
	struct stored_object *o = NULL;
	const struct fault *f = dav_reader(dr);

	if (!f)
		f = object_find(dr->db, dr->arena, dr->owner_id, dr->collection->id,
				dr->object_name, &o);
	if (f || !o)
		return f ? f : why;
	answer_with(dr, 412, o->etag, o->data);
	return NULL;
}

/* The client wants the href of the object that is in the way (RFC 4791 §5.3.2.1). */
static const struct fault *name_conflict(struct dav_request *dr, const struct fault *f)
{
	struct buf href;

	buf_init(&href, dr->arena, 128, 4096);
	dav_put_path(&href, DAV_OBJECT, &dr->whose, dr->collection_name, text_from(f->about));
	return fault_make(dr->arena, FAULT_UID_TAKEN, href.at, "%s", f->message);
}

static const struct fault *put_failed(struct dav_request *dr, const struct fault *f)
{
	if (fault_is(f, FAULT_UID_TAKEN) && f->about)
		return name_conflict(dr, f);
	if (fault_is(f, FAULT_PRECONDITION) && dr->representation)
		return answer_precondition(dr, f);
	/* The calendar went meanwhile (RFC 4918 §9.7.1). */
	if (fault_is(f, FAULT_NOT_FOUND))
		return fault_make(dr->arena, FAULT_CONFLICT, NULL, "%s", f->message);
	return f;
}

static const struct fault *put_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_put *put = state;

	if (f)
		return put_failed(dr, f);
	if (dr->representation) {
		answer_with(dr, put->created ? 201 : 200, put->etag, put->stored);
		return NULL;
	}
	if (!put->edited)
		http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, put->etag));
	http_answer(dr->rq, put->created ? 201 : 204, NULL, TEXT_NONE);
	return NULL;
}

/* ---- the method -------------------------------------------------------------------------------
 */

const struct fault *dav_put(struct dav_request *dr)
{
	struct change_put *put = arena_alloc(dr->arena, sizeof(*put));
	const struct fault *f = check_request(dr);
	struct change *c;

	if (f)
		return f;
	*put = (struct change_put){
		.owner = dr->owner_id,
		.collection = dr->collection->id,
		.name = dr->object_name,
		.raw = dr->rq->body,
		.source = ICAL_FROM_CLIENT,
		.no_create = !(dr->may & DAV_MAY_BIND),
		.no_replace = !(dr->may & DAV_MAY_WRITE_CONTENT),
	};
	dav_read_condition(dr->rq, &put->condition);
	c = change_open(dr->house->calendar, dr->arena, CHANGE_CLIENT, dr->rq->now);
	f = change_put(c, put);
	if (f)
		return f;
	dav_commit(dr, c, put_done, put);
	return NULL;
}

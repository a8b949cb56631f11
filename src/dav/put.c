/*
 * put - a calendar object resource is stored (RFC 4791 §5.3.2), or added under a name that the
 * server finds (RFC 5995)
 *
 * What may be stored, and under which condition, is judged by the change. The bytes are kept as
 * they came, so the ETag of the answer is true (§5.3.4). Where something had to be changed in them
 * there is no ETag, and the client asks for what stands there now.
 */

#include "dav/lock.h"
#include "dav/post.h"
#include "dav/variant.h"
#include "ical/jcal.h"

/* ---- what comes in ----------------------------------------------------------------------- */

/* UTF-8 (RFC 5545 §3.1.4), or what is part of it: other bytes would be given back as UTF-8. */
static bool is_utf8(struct text charset)
{
	if (charset.len > 1 && charset.at[0] == '"' && text_ends(charset, TEXT("\"")))
		charset = text_sub(charset, 1, charset.len - 2);
	return text_equal_nocase(charset, TEXT("utf-8")) ||
	       text_equal_nocase(charset, TEXT("us-ascii"));
}

/*
 * text/calendar, or nothing said (cadaver); what METHOD and COMPONENT may be, the bytes tell. Or
 * jCal, which is always UTF-8 (RFC 7265 §3.1).
 */
static bool is_calendar_type(struct text type, bool *jcal_out)
{
	struct text rest = type, part, name;

	*jcal_out = false;
	if (!type.at)
		return true;
	if (!text_next(&rest, ';', &part))
		return false;
	*jcal_out = text_equal_nocase(text_trim(part), TEXT(JCAL_MEDIA_TYPE));
	if (!*jcal_out && !text_equal_nocase(text_trim(part), TEXT("text/calendar")))
		return false;
	while (text_next(&rest, ';', &part))
		if (text_next(&part, '=', &name) &&
		    text_equal_nocase(text_trim(name), TEXT("charset")) &&
		    !is_utf8(text_trim(part)))
			return false;
	return true;
}

/*
 * The object that a body brings. As jCal it is another text than what is stored then, so that
 * no ETag goes with the answer (RFC 4791 §5.3.4).
 */
const struct fault *dav_read_calendar(struct dav_request *dr, struct text *out)
{
	bool is_jcal;

	*out = dr->rq->body;
	/* RFC 9110 §14.5: a part of an object is not stored as the whole. */
	if (http_header(dr->rq, "Content-Range").at)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "Objects are stored as a whole.");
	if (!is_calendar_type(http_header(dr->rq, "Content-Type"), &is_jcal))
		return fault_make(dr->arena, FAULT_BAD_MEDIA_DATA, NULL,
				  "Only text/calendar in UTF-8 and jCal are taken here.");
	return is_jcal ? jcal_read(dr->arena, dr->rq->body, out) : NULL;
}

static const struct fault *check_place(struct dav_request *dr, unsigned *may_out)
{
	if (dr->kind == DAV_MISNAMED)
		return dav_bad_name(dr);
	if (dr->kind != DAV_OBJECT)
		return fault_make(dr->arena, FAULT_CONFLICT, NULL,
				  "There is no calendar that could hold this.");
	/* What stands in a box was delivered there (RFC 6638 §2.2). */
	if (dav_kind_of(dr->collection) & DAV_BOXES)
		return fault_make(dr->arena, FAULT_FORBIDDEN, "bind", "Nothing is put there.");
	return dav_need_to_store(dr, may_out);
}

/* ---- the answer ---------------------------------------------------------------------------- */

const struct fault *dav_answer_object(struct dav_request *dr, int status, struct text path,
				      struct text etag, struct text data)
{
	struct dav_variant v;
	const struct fault *f;

	/* What is done is done: who takes neither form gets what is stored. */
	if (dav_variant_read(dr->rq, &v))
		v = (struct dav_variant){false, false};
	f = dav_variant_make(dr->arena, &v, data, &data);
	if (f)
		return f;
	http_set_header(dr->rq, "ETag",
			dav_quoted(dr->arena, dav_variant_tag(dr->arena, &v, etag)));
	http_add_header(dr->rq, "Vary", TEXT(DAV_VARIANT_VARY));
	http_set_header(dr->rq, "Content-Location", path);
	dav_say_applied(dr, DAV_PREFER_REPRESENTATION);
	http_answer(dr->rq, status, dav_variant_type(&v), data);
	return NULL;
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
	dav_set_schedule_tag(dr, o->schedule_tag);
	return dav_answer_object(dr, 412, dr->rq->path, o->etag, o->data);
}

static struct text path_of(struct dav_request *dr, struct text object)
{
	struct buf path;

	buf_init(&path, dr->arena, 128, 4096);
	dav_put_path(&path, DAV_OBJECT, &dr->whose, dr->collection_name, object);
	return buf_text(&path);
}

/*
 * RFC 6638 §3.2.4.1: in another calendar of the owner's. Whoever shares only this one is not told
 * what stands in that.
 */
static const struct fault *conflict_elsewhere(struct dav_request *dr, const struct fault *f)
{
	struct text name = text_from(f->about), calendar = TEXT_NONE;
	struct buf path;

	if (dr->owner_id != dr->rq->user.owner || !text_next(&name, '/', &calendar))
		return fault_make(dr->arena, f->code, NULL, "%s", f->message);
	buf_init(&path, dr->arena, 128, 4096);
	dav_put_path(&path, DAV_OBJECT, &dr->owned_by, calendar, name);
	return fault_make(dr->arena, f->code, buf_text(&path).at, "%s", f->message);
}

const struct fault *dav_name_conflict(struct dav_request *dr, const struct fault *f)
{
	bool may_know = (dr->may & DAV_MAY_READ) != 0;

	if (fault_is(f, FAULT_UID_ELSEWHERE) && f->about)
		return conflict_elsewhere(dr, f);
	if (fault_is(f, FAULT_UID_TAKEN) && f->about)
		return fault_make(dr->arena, f->code,
				  may_know ? path_of(dr, text_from(f->about)).at : NULL, "%s",
				  f->message);
	return f;
}

static const struct fault *put_failed(struct dav_request *dr, const struct fault *f)
{
	if (fault_is(f, FAULT_PRECONDITION) && dr->representation && dr->kind == DAV_OBJECT)
		return answer_precondition(dr, f);
	/* The calendar went meanwhile (RFC 4918 §9.7.1). */
	if (fault_is(f, FAULT_NOT_FOUND))
		return fault_make(dr->arena, FAULT_CONFLICT, NULL, "%s", f->message);
	return dav_name_conflict(dr, f);
}

static const struct fault *put_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_put *put = state;
	bool is_as_sent = !put->edited && put->raw.at == dr->rq->body.at;
	struct text path = dr->rq->path;

	/* A name of ours is that of the UID: what has it already has the UID, too. */
	if (fault_is(f, FAULT_PRECONDITION) && put->name.len == 0)
		f = fault_make(dr->arena, FAULT_UID_TAKEN, text_cstr(dr->arena, put->name_out),
			       "Another object of this calendar has the same UID.");
	if (f)
		return put_failed(dr, f);
	dav_set_schedule_tag(dr, put->schedule_tag);
	/* RFC 5995 §3.2: where it is. */
	if (put->name.len == 0) {
		path = path_of(dr, put->name_out);
		http_set_header(dr->rq, "Location", path);
	}
	if (dr->representation)
		return dav_answer_object(dr, put->created ? 201 : 200, path, put->etag,
					 put->stored);
	dav_say_applied(dr, DAV_PREFER_MINIMAL);
	if (is_as_sent)
		http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, put->etag));
	http_answer(dr->rq, put->created ? 201 : 204, NULL, TEXT_NONE);
	return NULL;
}

/* ---- the methods ---------------------------------------------------------------------------- */

static const struct fault *store_object(struct dav_request *dr, struct change_put *put)
{
	struct change *c = dav_change(dr);
	const struct fault *f = change_put(c, put);

	if (!f && put->object->managed_count > 0)
		f = dav_lend_attachments(dr, put);
	/* A POST brings something new into the collection that it is sent to. */
	if (!f)
		f = dav_guard(dr, c, dr, TOUCH_CONTENT | (put->name.len > 0 ? TOUCH_NEW : 0));
	if (!f)
		dav_commit(dr, c, put_done, put);
	return f;
}

const struct fault *dav_put(struct dav_request *dr)
{
	struct change_put *put = arena_alloc(dr->arena, sizeof(*put));
	unsigned may;
	const struct fault *f;

	if (dr->kind == DAV_FILE)
		return dav_put_file(dr);
	f = check_place(dr, &may);
	if (f)
		return f;
	*put = (struct change_put){
		.owner = dr->owner_id,
		.collection = dr->collection->id,
		.name = dr->object_name,
		.source = ICAL_FROM_CLIENT,
		.no_create = !(may & DAV_MAY_BIND),
		.no_replace = !(may & DAV_MAY_WRITE_CONTENT),
	};
	dav_read_condition(dr->rq, &put->condition);
	f = dav_read_calendar(dr, &put->raw);
	return f ? f : store_object(dr, put);
}

/* The name is made from the UID (calendar/change.h), and never one that something has already. */
const struct fault *dav_add_member(struct dav_request *dr)
{
	struct change_put *put = arena_alloc(dr->arena, sizeof(*put));
	const struct fault *f = dav_read_calendar(dr, &put->raw);

	if (f)
		return f;
	put->owner = dr->owner_id;
	put->collection = dr->collection->id;
	put->source = ICAL_FROM_CLIENT;
	put->condition.if_none_match_any = true;
	return store_object(dr, put);
}

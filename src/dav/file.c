/*
 * file - a file is stored in a plain collection (RFC 4918 §9.7)
 *
 * Files are of any kind and size up to CHANGE_FILE_MAX; nothing looks into them. How they are
 * given back so that they do no harm, get.c says.
 */

#include "dav/lock.h"

enum { MEDIA_TYPE_MAX = 255 };

/* What could not stand in a header again is not kept. */
static struct text media_type(const struct http_request *rq)
{
	struct text type = text_trim(http_header(rq, "Content-Type"));

	if (type.len == 0 || type.len > MEDIA_TYPE_MAX || text_has_control(type))
		return TEXT("application/octet-stream");
	return type;
}

static const struct fault *file_stored(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_file *put = state;

	/* The collection went meanwhile (§9.7.1). */
	if (fault_is(f, FAULT_NOT_FOUND))
		return fault_make(dr->arena, FAULT_CONFLICT, NULL, "%s", f->message);
	if (f)
		return f;
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, put->etag));
	http_answer(dr->rq, put->created ? 201 : 204, NULL, TEXT_NONE);
	return NULL;
}

const struct fault *dav_put_file(struct dav_request *dr)
{
	struct change_file *put = arena_alloc(dr->arena, sizeof(*put));
	struct change *c;
	unsigned may;
	const struct fault *f = NULL;

	if (http_header(dr->rq, "Content-Range").at)
		f = fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "Files are stored as a whole.");
	if (!f)
		f = dav_need_to_store(dr, &may);
	if (f)
		return f;
	*put = (struct change_file){
		.owner = dr->owner_id,
		.collection = dr->collection->id,
		.name = dr->object_name,
		.raw = dr->rq->body,
		.media_type = media_type(dr->rq),
		.no_create = !(may & DAV_MAY_BIND),
		.no_replace = !(may & DAV_MAY_WRITE_CONTENT),
	};
	dav_read_condition(dr->rq, &put->condition);
	c = dav_change(dr);
	f = change_put_file(c, put);
	if (!f)
		f = dav_guard(dr, c, dr, TOUCH_CONTENT | TOUCH_NEW);
	if (!f)
		dav_commit(dr, c, file_stored, put);
	return f;
}

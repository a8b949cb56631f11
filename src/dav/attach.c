/*
 * attach - POST on a calendar object resource: files are attached to it (RFC 8607 §3.3 to §3.6)
 *
 * The query says what is done and to which instances, the body is the file. The server writes the
 * ATTACH line, so the client learns the object's new bytes and tag only where it asks for them.
 */

#include "base/codec.h"
#include "dav/disposition.h"
#include "dav/post.h"

enum { ID_BYTES = 16, MEDIA_TYPE_MAX = 255 };

static const char *const actions[] = {
	[ATTACH_ADD] = "attachment-add",
	[ATTACH_UPDATE] = "attachment-update",
	[ATTACH_REMOVE] = "attachment-remove",
};

bool dav_brings_attachment(const struct http_request *rq)
{
	struct text action = dav_query_value(rq, "action");

	return text_equal(rq->method, TEXT("POST")) &&
	       (text_equal(action, text_from(actions[ATTACH_ADD])) ||
		text_equal(action, text_from(actions[ATTACH_UPDATE])));
}

/* ---- the query ------------------------------------------------------------------------------- */

/* RFC 8607 §3.3.3: what is added has no id yet. */
static const struct fault *read_managed_id(struct dav_request *dr, struct ical_attach *x)
{
	struct text value = dav_query_value(dr->rq, "managed-id");

	if ((value.len > 0) != (x->action != ATTACH_ADD) ||
	    (value.at && !codec_percent_decode(dr->arena, value, false, &x->managed_id)))
		return fault_make(dr->arena, FAULT_BAD_MANAGED_ID, NULL,
				  x->action == ATTACH_ADD
					  ? "What is added gets its managed-id here."
					  : "managed-id says which attachment is meant.");
	return NULL;
}

static const struct fault *read_instances(struct dav_request *dr, struct ical_attach *x)
{
	struct text rest = dav_query_value(dr->rq, "rid"), *list;
	size_t count = 0;

	if (!rest.at)
		return NULL;
	if (!codec_percent_decode(dr->arena, rest, false, &rest))
		return fault_make(dr->arena, FAULT_BAD_INSTANCE, NULL, "rid cannot be read.");
	/* One too many is refused as such (ical/attach.h). */
	list = arena_alloc_array(dr->arena, ATTACH_INSTANCES_MAX + 1, sizeof(*list));
	while (count <= ATTACH_INSTANCES_MAX && text_next(&rest, ',', &list[count]))
		count++;
	x->instances = list;
	x->instance_count = count;
	return NULL;
}

/* ---- the file -------------------------------------------------------------------------------- */

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("!#$&^_.+-", c) != NULL;
}

/* "text/plain", of which FMTTYPE has no parameters (RFC 5545 §3.2.8). */
static bool is_media_type(struct text type)
{
	ptrdiff_t slash = text_find_char(type, '/', 0);

	if (slash <= 0 || (size_t)slash + 1 == type.len)
		return false;
	for (size_t i = 0; i < type.len; i++)
		if (i != (size_t)slash && !is_token_char(type.at[i]))
			return false;
	return true;
}

static void read_media_type(struct dav_request *dr, struct change_attachment *x)
{
	struct text whole = http_header(dr->rq, "Content-Type"), rest = whole, type = TEXT_NONE;

	if (whole.at && text_next(&rest, ';', &type))
		type = text_trim(type);
	if (whole.len > MEDIA_TYPE_MAX || text_has_control(whole) || !is_media_type(type))
		whole = type = TEXT("application/octet-stream");
	x->media_type = whole;
	x->edit.line.media_type = type;
}

static struct text url_of(struct dav_request *dr, const struct ical_attached *line)
{
	struct text base = dr->house->url;
	struct buf b;

	buf_init(&b, dr->arena, 256, 4096);
	buf_put_text(&b, text_sub(base, 0, base.len - text_ends(base, TEXT("/"))));
	buf_put_lit(&b, "/dav/attachments/");
	codec_put_segment(&b, line->managed_id);
	buf_put_char(&b, '/');
	codec_put_segment(&b, line->file_name.len > 0 ? line->file_name : TEXT("attachment"));
	return buf_text(&b);
}

static void read_file(struct dav_request *dr, struct change_attachment *x)
{
	struct ical_attached *line = &x->edit.line;

	x->data = dr->rq->body;
	read_media_type(dr, x);
	line->managed_id = secret_token(dr->arena, ID_BYTES);
	line->file_name =
		dav_read_disposition(dr->arena, http_header(dr->rq, "Content-Disposition"));
	line->size_bytes = (int64_t)x->data.len;
	line->url = url_of(dr, line);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static const struct fault *attached(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_attachment *x = state;
	bool is_new = x->edit.action == ATTACH_ADD;

	if (f)
		return f;
	if (x->edit.action != ATTACH_REMOVE)
		http_set_header(dr->rq, "Cal-Managed-ID", x->edit.line.managed_id);
	if (is_new)
		http_set_header(dr->rq, "Location", x->edit.line.url);
	if (dr->representation)
		return dav_answer_object(dr, is_new ? 201 : 200, dr->rq->path, x->etag, x->stored);
	dav_say_applied(dr, DAV_PREFER_MINIMAL);
	http_answer(dr->rq, is_new ? 201 : 204, NULL, TEXT_NONE);
	return NULL;
}

static const struct fault *attach(struct dav_request *dr, enum ical_attach_action action)
{
	struct change_attachment *x = arena_alloc(dr->arena, sizeof(*x));
	struct change *c;
	const struct fault *f;

	x->owner = dr->owner_id;
	x->collection = dr->object->collection;
	x->name = dr->object_name;
	x->edit.action = action;
	dav_read_condition(dr->rq, &x->condition);
	f = read_managed_id(dr, &x->edit);
	if (!f)
		f = read_instances(dr, &x->edit);
	if (f)
		return f;
	if (action != ATTACH_REMOVE)
		read_file(dr, x);
	c = dav_change(dr);
	f = change_attach(c, x);
	if (!f)
		dav_commit(dr, c, attached, x);
	return f;
}

const struct fault *dav_attachment_add(struct dav_request *dr)
{
	return attach(dr, ATTACH_ADD);
}

const struct fault *dav_attachment_update(struct dav_request *dr)
{
	return attach(dr, ATTACH_UPDATE);
}

const struct fault *dav_attachment_remove(struct dav_request *dr)
{
	return attach(dr, ATTACH_REMOVE);
}

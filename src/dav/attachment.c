/*
 * attachment - files that are attached to objects, given back (RFC 8607 §3.10)
 *
 * Whoever may read an object that names a file may read the file. The link tells no owner: where
 * an object was copied from one to another, each has the file under the same id, and any of
 * them will do. A file never changes under its id.
 */

#include "store/attachment.h"

#include "calendar/calendar.h"
#include "dav/disposition.h"
#include "dav/props.h"

/* ---- who may read it ------------------------------------------------------------------------- */

static const struct fault *may_read(struct dav_request *dr, const struct attachment *t, bool *out)
{
	int64_t *places;
	size_t count;
	const struct fault *f;

	*out = t->owner == dr->rq->user.owner;
	if (*out)
		return NULL;
	f = attachment_places(dr->db, dr->arena, t, &places, &count);
	for (size_t i = 0; i < count && !f && !*out; i++) {
		unsigned may;

		f = dav_access(dr, t->owner, places[i], &may);
		*out = !f && (may & DAV_MAY_READ);
	}
	return f;
}

/* NULL: there is none, or none for this user. */
static const struct fault *find_readable(struct dav_request *dr, struct text id,
					 const struct attachment **out)
{
	struct attachment *list;
	size_t count;
	const struct fault *f = attachment_list(dr->db, dr->arena, id, &list, &count);

	*out = NULL;
	for (size_t i = 0; i < count && !f && !*out; i++) {
		bool may;

		f = may_read(dr, &list[i], &may);
		if (!f && may)
			*out = &list[i];
	}
	return f;
}

const struct fault *dav_lend_attachments(struct dav_request *dr, struct change_put *put)
{
	const struct ical_object *o = put->object;
	struct change_lent *lent = arena_alloc_array(dr->arena, o->managed_count, sizeof(*lent));
	const struct fault *f = NULL;

	put->lent = lent;
	for (size_t i = 0; i < o->managed_count && !f; i++) {
		const struct attachment *t;
		struct attachment *own;

		f = attachment_find(dr->db, dr->arena, put->owner, o->managed[i], &own);
		if (f || own)
			continue;
		f = find_readable(dr, o->managed[i], &t);
		if (!f && t)
			lent[put->lent_count++] = (struct change_lent){t->owner, t->id};
	}
	return f;
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* Where the sending is. */
struct sending {
	const struct attachment *t;
	int64_t n;
};

static const struct fault *next_part(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct sending *s = ctx;
	struct text part;
	const struct fault *f = attachment_part(dr->db, page, s->t, s->n, &part);

	/* Its last object went meanwhile. */
	if (!f && !part.at && s->t->size_bytes > 0)
		f = fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "The attachment is gone.");
	if (f)
		return f;
	buf_put_text(out, part);
	s->n++;
	*more_out = s->n * ATTACHMENT_PART_BYTES < s->t->size_bytes;
	return NULL;
}

static void set_headers(struct dav_request *dr, const struct attachment *t)
{
	struct buf b;

	buf_init(&b, dr->arena, 256, 2048);
	dav_put_disposition(&b, t->name.len > 0 ? t->name : TEXT("attachment"), "");
	dav_set_harmless(dr, buf_text(&b));
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, t->digest));
	/* It is the same for ever, but not for everybody. */
	http_set_header(dr->rq, "Cache-Control", TEXT("private, no-cache"));
}

const struct fault *dav_get_attachment(struct dav_request *dr)
{
	struct sending *s = arena_alloc(dr->arena, sizeof(*s));
	struct change_condition condition;
	enum change_verdict verdict;
	const struct fault *f = find_readable(dr, dr->object_name, &s->t);

	if (!f && !s->t)
		f = fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
	if (f)
		return f;
	dav_read_condition(dr->rq, &condition);
	verdict = change_judge_condition(&condition, true, s->t->digest);
	if (verdict == CONDITION_FAILED)
		return fault_make(dr->arena, FAULT_PRECONDITION, NULL,
				  "The attachment is another one.");
	set_headers(dr, s->t);
	if (verdict == CONDITION_UNMODIFIED) {
		http_answer(dr->rq, 304, NULL, TEXT_NONE);
		return NULL;
	}
	return dav_answer_stream(dr, text_cstr(dr->arena, s->t->media_type), next_part, s);
}

/* export - calendars as one VCALENDAR, page by page; see export.h */

#include "dav/export.h"

#include <assert.h>

#include "base/secret.h"
#include "dav/target.h"
#include "ical/jcal.h"
#include "store/object.h"
#include "store/property.h"
#include "xml/xml.h"
#include "json/write.h"

/* Objects are up to a megabyte each, and a page of them is in memory together. */
enum {
	EXPORT_PAGE_OBJECTS = 16,
	EXPORT_PAGE_BYTES = 256 * 1024,
	EXPORT_JOINED_MAX = 32 * 1024 * 1024, /* of one page, before it becomes jCal */
	EXPORT_HEAD_MAX = 256 * 1024,
	EXPORT_SAID_MAX = 1024 * 1024,
	TAG_DIGITS = 32,
};

struct dav_export {
	struct ical_join *join;
	const struct dav_export_form *form;
	struct json_writer json; /* of all pages */
	bool has_begun;
	const struct collection *at, *end;
	size_t after_len;
	char after[DAV_NAME_MAX]; /* name of the last object that was written */
};

struct dav_export *dav_export_create(struct arena *a, const struct collection *calendars,
				     size_t count, const struct dav_export_form *form)
{
	struct dav_export *x = arena_alloc(a, sizeof(*x));

	x->join = ical_join_create(a, form->join, form->key);
	x->form = form;
	x->at = calendars;
	x->end = calendars + count;
	return x;
}

static void remember(struct dav_export *x, struct text name)
{
	assert(name.len <= sizeof(x->after));
	x->after_len = name.len;
	memcpy(x->after, name.at, name.len);
}

static const struct fault *put_objects(struct dav_export *x, struct db *db, struct arena *page,
				       struct buf *out)
{
	struct stored_object *o;
	size_t count, i, begin = out->len;
	const struct fault *f =
		object_page(db, page, x->at->owner, x->at->id, text_of(x->after, x->after_len),
			    EXPORT_PAGE_OBJECTS, true, &o, &count);

	if (f)
		return f;
	for (i = 0; i < count && out->len - begin < EXPORT_PAGE_BYTES; i++)
		ical_join_add(x->join, out, page, o[i].data);
	if (i == count && count < EXPORT_PAGE_OBJECTS) {
		x->at++;
		x->after_len = 0;
	} else if (i > 0) {
		remember(x, o[i - 1].name);
	}
	return NULL;
}

/* ---- one page as jCal (RFC 7265): joined first, then written anew ------------------------- */

static const struct fault *overflown(struct arena *page, const struct buf *b)
{
	return b->overflow ? fault_make(page, FAULT_OUT_OF_MEMORY, NULL,
					"A page of this calendar is too long.")
			   : NULL;
}

static const struct fault *begin_jcal(struct dav_export *x, struct arena *page)
{
	const struct fault *f;
	struct buf head;

	buf_init(&head, page, 1024, EXPORT_HEAD_MAX);
	ical_join_begin(x->join, &head, &x->form->head);
	ical_join_end(x->join, &head);
	f = overflown(page, &head);
	return f ? f : jcal_write_begin(page, buf_text(&head), &x->json);
}

static const struct fault *next_as_jcal(struct dav_export *x, struct db *db, struct arena *page,
					struct buf *out)
{
	const struct fault *f = NULL;
	struct buf joined;

	x->json.out = out;
	buf_init(&joined, page, EXPORT_PAGE_BYTES, EXPORT_JOINED_MAX);
	if (!x->has_begun)
		f = begin_jcal(x, page);
	if (!f && x->at < x->end)
		f = put_objects(x, db, page, &joined);
	if (!f)
		f = overflown(page, &joined);
	if (!f)
		f = jcal_write(page, buf_text(&joined), &x->json);
	if (!f && x->at == x->end)
		jcal_write_end(&x->json);
	return f;
}

static const struct fault *next_as_ical(struct dav_export *x, struct db *db, struct arena *page,
					struct buf *out)
{
	const struct fault *f = NULL;

	if (!x->has_begun)
		ical_join_begin(x->join, out, &x->form->head);
	if (x->at < x->end)
		f = put_objects(x, db, page, out);
	if (!f && x->at == x->end)
		ical_join_end(x->join, out);
	return f;
}

const struct fault *dav_export_next(struct dav_export *x, struct db *db, struct arena *page,
				    struct buf *out, bool *more_out)
{
	const struct fault *f =
		x->form->as_jcal ? next_as_jcal(x, db, page, out) : next_as_ical(x, db, page, out);

	x->has_begun = true;
	*more_out = x->at < x->end;
	return f;
}

/* ---- what is said of a calendar ------------------------------------------------------------- */

/* It is kept as the XML of its element. */
static const struct fault *read_kept(struct arena *a, const struct property *kept, enum xml_ns ns,
				     const char *name, struct text *out)
{
	struct xml_node *node;
	const struct fault *f;

	if (!text_equal(kept->name, text_from(name)) || !text_equal(kept->ns, xml_ns_uri(ns)))
		return NULL;
	f = xml_parse(a, kept->xml, &node);
	if (!f && xml_token_of(node).len > 0)
		*out = xml_token_of(node);
	return f;
}

const struct fault *dav_export_head(struct db *db, struct arena *a, const struct collection *c,
				    struct ical_join_head *out)
{
	struct property *kept;
	size_t count;
	const struct fault *f = property_list(db, a, c->owner, c->id, 0, &kept, &count);

	*out = (struct ical_join_head){.name = c->name};
	for (size_t i = 0; !f && i < count; i++) {
		f = read_kept(a, &kept[i], NS_DAV, "displayname", &out->name);
		if (!f)
			f = read_kept(a, &kept[i], NS_APPLE, "calendar-color", &out->color);
		if (!f)
			f = read_kept(a, &kept[i], NS_CALDAV, "calendar-description",
				      &out->description);
	}
	return f;
}

static void put_said(struct buf *b, struct text t)
{
	buf_put_int(b, (int64_t)t.len);
	buf_put_char(b, ' ');
	buf_put_text(b, t);
}

struct text dav_export_tag(struct arena *a, const struct collection *calendars, size_t count,
			   const struct dav_export_form *form)
{
	const struct ical_join_head *h = &form->head;
	struct buf b;

	buf_init(&b, a, 1024, EXPORT_SAID_MAX);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%lld %lld ", (long long)calendars[i].id,
			   (long long)calendars[i].seq);
	buf_printf(&b, "%u %d ", form->join, form->as_jcal);
	put_said(&b, h->name);
	put_said(&b, h->description);
	put_said(&b, h->color);
	put_said(&b, h->refresh);
	return text_sub(secret_digest_hex(a, buf_text(&b)), 0, TAG_DIGITS);
}

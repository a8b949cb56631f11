/* export - calendars as one VCALENDAR, page by page; see export.h */

#include "dav/export.h"

#include <assert.h>

#include "dav/target.h"
#include "ical/join.h"
#include "store/object.h"
#include "store/property.h"
#include "xml/xml.h"

/* Objects are up to a megabyte each, and a page of them is in memory together. */
enum { EXPORT_PAGE_OBJECTS = 16, EXPORT_PAGE_BYTES = 256 * 1024 };

struct dav_export {
	struct ical_join *join;
	struct text title;
	bool has_begun;
	const struct collection *at, *end;
	size_t after_len;
	char after[DAV_NAME_MAX]; /* name of the last object that was written */
};

struct dav_export *dav_export_create(struct arena *a, const struct collection *calendars,
				     size_t count, struct text title)
{
	struct dav_export *x = arena_alloc(a, sizeof(*x));

	x->join = ical_join_create(a);
	x->title = title;
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
	size_t count, i;
	const struct fault *f =
		object_page(db, page, x->at->owner, x->at->id, text_of(x->after, x->after_len),
			    EXPORT_PAGE_OBJECTS, true, &o, &count);

	if (f)
		return f;
	for (i = 0; i < count && out->len < EXPORT_PAGE_BYTES; i++)
		ical_join_add(x->join, out, page, o[i].data);
	if (i == count && count < EXPORT_PAGE_OBJECTS) {
		x->at++;
		x->after_len = 0;
	} else if (i > 0) {
		remember(x, o[i - 1].name);
	}
	return NULL;
}

const struct fault *dav_export_next(struct dav_export *x, struct db *db, struct arena *page,
				    struct buf *out, bool *more_out)
{
	const struct fault *f = NULL;

	if (!x->has_begun)
		ical_join_begin(x->join, out, x->title);
	x->has_begun = true;
	if (x->at < x->end)
		f = put_objects(x, db, page, out);
	*more_out = x->at < x->end;
	if (!f && !*more_out)
		ical_join_end(x->join, out);
	return f;
}

/* It is kept as the XML of its element. */
const struct fault *dav_export_title(struct db *db, struct arena *a, const struct collection *c,
				     struct text *out)
{
	struct property *kept;
	struct xml_node *node;
	size_t count;
	const struct fault *f = property_list(db, a, c->owner, c->id, 0, &kept, &count);

	*out = c->name;
	for (size_t i = 0; !f && i < count; i++) {
		if (!text_equal(kept[i].ns, xml_ns_uri(NS_DAV)) ||
		    !text_equal(kept[i].name, TEXT("displayname")))
			continue;
		f = xml_parse(a, kept[i].xml, &node);
		if (!f && xml_token_of(node).len > 0)
			*out = xml_token_of(node);
	}
	return f;
}

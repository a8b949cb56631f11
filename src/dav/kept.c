/* kept - properties that are kept as clients set them (RFC 4918 §4.3) */

#include "dav/props.h"

/* A name must fit into a key of the database. */
enum { KEPT_NAME_MAX = 256, KEPT_URI_MAX = 512 };

void dav_keep_named(struct dav_patch *p, struct text uri, struct text name, struct text xml)
{
	if (p->kept_count == p->kept_cap) {
		size_t cap = p->kept_cap ? 2 * p->kept_cap : 8;
		struct change_property *at = arena_alloc_array(p->dr->arena, cap, sizeof(*at));

		if (p->kept_count)
			memcpy(at, p->kept, p->kept_count * sizeof(*at));
		p->kept = at;
		p->kept_cap = cap;
	}
	p->kept[p->kept_count++] = (struct change_property){{uri, name, xml}};
}

const struct fault *dav_keep(struct dav_patch *p, const struct xml_node *value)
{
	struct buf xml;

	buf_init(&xml, p->dr->arena, 256, DAV_KEPT_BYTES_MAX);
	if (value)
		xml_put_node(&xml, value);
	if (xml.overflow || p->at->name.len > KEPT_NAME_MAX || p->at->uri.len > KEPT_URI_MAX)
		return fault_make(p->dr->arena, FAULT_STORE_FULL, NULL,
				  "The property is too long to be kept.");
	dav_keep_named(p, p->at->uri, p->at->name, buf_text(&xml));
	return NULL;
}

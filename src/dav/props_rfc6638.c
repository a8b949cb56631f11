/*
 * props_rfc6638 - the user's addresses, and whether a calendar counts as busy
 *
 * Absent: schedule-inbox-URL, schedule-outbox-URL and
 * schedule-default-calendar-URL. Nothing is delivered by way of these boxes,
 * and a client that finds them leaves its invitations to the server.
 */

#include "dav/props.h"

static void put_address(struct buf *out, struct text address, bool preferred)
{
	xml_tag(out, NS_DAV, "href");
	if (preferred)
		xml_put_attr(out, "preferred", TEXT("1"));
	xml_tag_open(out);
	buf_put_lit(out, "mailto:");
	xml_put_text(out, address);
	xml_close(out, NS_DAV, "href");
}

/*
 * Some clients take the first, others the last, and Apple's the one that is
 * marked: so the preferred one stands at both ends (interop: Apple Calendar).
 */
static const struct fault *get_addresses(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text *all;
	size_t count;
	const struct fault *f = owner_addresses(v->db, v->arena, v->owner_id, &all, &count);

	if (f)
		return f;
	*found_out = count > 0;
	for (size_t i = 0; i < count && count > 1; i++)
		put_address(out, all[i], false);
	if (count > 0)
		put_address(out, all[0], true);
	return NULL;
}

const char *dav_user_type(enum owner_kind kind)
{
	switch (kind) {
	case OWNER_GROUP:
	case OWNER_TEAM: return "GROUP";
	case OWNER_ROOM: return "ROOM";
	case OWNER_RESOURCE: return "RESOURCE";
	default: return "INDIVIDUAL";
	}
}

static const struct fault *get_user_type(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct owner *owner;
	const struct fault *f = dav_view_owner(v, &owner);

	(void)found_out;
	if (!f)
		buf_put_str(out, dav_user_type(owner->kind));
	return f;
}

static const struct fault *get_transparency(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	xml_empty(out, NS_CALDAV, v->collection->transparent ? "transparent" : "opaque");
	return NULL;
}

static const struct fault *set_transparency(struct dav_patch *p, const struct xml_node *value)
{
	bool transparent = xml_child(value, NS_CALDAV, "transparent") != NULL;
	bool opaque = xml_child(value, NS_CALDAV, "opaque") != NULL;

	if (value && transparent == opaque)
		return fault_make(p->dr->arena, FAULT_CONFLICT, NULL,
				  "Either opaque or transparent is wanted.");
	p->set_transparent = true;
	p->transparent = transparent;
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc6638[] = {
	/* ns         name                        on             flags get               set               section */
	{ NS_CALDAV, "calendar-user-address-set", DAV_PRINCIPAL, 0,    get_addresses,    NULL,             "RFC 6638 §2.4.1" },
	{ NS_CALDAV, "calendar-user-type",        DAV_PRINCIPAL, 0,    get_user_type,    NULL,             "RFC 6638 §2.4.2" },
	{ NS_CALDAV, "schedule-calendar-transp",  DAV_CALENDAR,  0,    get_transparency, set_transparency, "RFC 6638 §9.1" },
	{ 0 }
};
/* clang-format on */

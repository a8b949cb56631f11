/*
 * props_rfc6638 - scheduling: who somebody is, where messages go, and what counts as busy
 */

#include "dav/props.h"
#include "ical/object.h"

/* ---- principals ------------------------------------------------------------------------- */

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
 * Some clients take the first, others the last, and Apple's the one that is marked: so the
 * preferred one stands at both ends (interop: Apple Calendar), and the principal itself between.
 */
static const struct fault *get_addresses(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text *all;
	size_t count;
	const struct fault *f = owner_addresses(v->db, v->arena, v->owner_id, &all, &count);

	(void)found_out;
	if (f)
		return f;
	for (size_t i = 0; i < count; i++)
		put_address(out, all[i], false);
	dav_put_href(out, DAV_PRINCIPAL, &v->whose, TEXT_NONE, TEXT_NONE);
	if (count > 0)
		put_address(out, all[0], true);
	return NULL;
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

/*
 * A box of a principal, which the user may see: where others have theirs is of no use to anybody,
 * but to those who act for them.
 */
static const struct fault *get_box(struct dav_view *v, enum collection_kind kind, struct buf *out,
				   bool *found_out)
{
	struct collection *all;
	size_t count;
	unsigned may = 0;
	const struct fault *f = collection_list(v->db, v->arena, v->owner_id, &all, &count);

	*found_out = false;
	for (size_t i = 0; i < count && !f; i++) {
		if (all[i].kind != kind)
			continue;
		f = dav_access(v->dr, v->owner_id, all[i].id, &may);
		*found_out = !f && (may & DAV_MAY_READ);
		if (*found_out)
			dav_put_href(out, dav_kind_of(&all[i]), &v->whose, all[i].name, TEXT_NONE);
		break;
	}
	return f;
}

static const struct fault *get_inbox(struct dav_view *v, struct buf *out, bool *found_out)
{
	return get_box(v, COLLECTION_INBOX, out, found_out);
}

static const struct fault *get_outbox(struct dav_view *v, struct buf *out, bool *found_out)
{
	return get_box(v, COLLECTION_OUTBOX, out, found_out);
}

/* ---- the inbox -------------------------------------------------------------------------- */

/* There is one always: where the user names none, the server does (store/collection.h). */
static const struct fault *get_default(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct collection *named;
	const struct fault *f =
		collection_for_invitations(v->db, v->arena, v->owner_id, COMP_VEVENT, &named);

	(void)found_out;
	if (!f && named)
		dav_put_href(out, DAV_CALENDAR, &v->owned_by, named->name, TEXT_NONE);
	return f;
}

static const struct fault *bad_default(struct dav_patch *p)
{
	return fault_make(p->dr->arena, FAULT_BAD_DEFAULT_CALENDAR, NULL,
			  "Invitations can only be put in a calendar of the same user that takes "
			  "events.");
}

/* §4.3: a calendar of the owner's own, that invitations fit in. */
static const struct fault *set_default(struct dav_patch *p, const struct xml_node *value)
{
	const struct xml_node *href = xml_child(value, NS_DAV, "href");
	struct dav_request *dr = p->dr;
	struct collection *named;
	struct dav_shape shape;
	const struct fault *f;

	if (!value)
		return fault_make(dr->arena, FAULT_DEFAULT_CALENDAR, NULL,
				  "Invitations have to be put somewhere.");
	if (!href || xml_next(href))
		return bad_default(p);
	shape = dav_shape_of_href(dr->arena, xml_token_of(href));
	if (shape.kind != DAV_CALENDAR || !text_equal(shape.whose.name, dr->whose.name))
		return bad_default(p);
	f = collection_find(dr->db, dr->arena, dr->owner_id, shape.collection, &named);
	if (f)
		return f;
	if (!named || named->kind != COLLECTION_CALENDAR || !(named->components & COMP_VEVENT))
		return bad_default(p);
	p->set_default_calendar = true;
	p->default_calendar = named->name;
	return NULL;
}

/* The old way of telling which calendars count as busy; each of them says so itself now. */
static const struct fault *get_busy_set(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct collection *all;
	size_t count;
	const struct fault *f = collection_list(v->db, v->arena, v->owner_id, &all, &count);

	(void)found_out;
	for (size_t i = 0; i < count && !f; i++)
		if (all[i].kind == COLLECTION_CALENDAR && !all[i].transparent)
			dav_put_href(out, DAV_CALENDAR, &v->owned_by, all[i].name, TEXT_NONE);
	return f;
}

/* ---- calendars and what is in them ------------------------------------------------------ */

static const struct fault *get_schedule_tag(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct stored_object *o;
	const struct fault *f = dav_view_object(v, false, &o);

	*found_out = o && o->schedule_tag.len > 0;
	if (!f && *found_out)
		xml_put_text(out, dav_quoted(v->arena, o->schedule_tag));
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
	/* ns         name                            on             flags     get               set               section */
	{ NS_CALDAV, "schedule-outbox-URL",           DAV_PRINCIPAL, 0,        get_outbox,       NULL,             "RFC 6638 §2.1.1" },
	{ NS_CALDAV, "schedule-inbox-URL",            DAV_PRINCIPAL, 0,        get_inbox,        NULL,             "RFC 6638 §2.2.1" },
	{ NS_CALDAV, "calendar-user-address-set",     DAV_PRINCIPAL, 0,        get_addresses,    NULL,             "RFC 6638 §2.4.1" },
	{ NS_CALDAV, "calendar-user-type",            DAV_PRINCIPAL, 0,        get_user_type,    NULL,             "RFC 6638 §2.4.2" },
	{ NS_CALDAV, "schedule-calendar-transp",      DAV_CALENDAR,  0,        get_transparency, set_transparency, "RFC 6638 §9.1" },
	{ NS_CALDAV, "schedule-default-calendar-URL", DAV_INBOX,     0,        get_default,      set_default,      "RFC 6638 §9.2" },
	{ NS_CALDAV, "schedule-tag",                  DAV_OBJECT,    PROP_ROW, get_schedule_tag, NULL,             "RFC 6638 §9.3" },
	{ NS_CALDAV, "calendar-free-busy-set",        DAV_INBOX,     0,        get_busy_set,     NULL,             "Calendar Server" },
	{ 0 }
};
/* clang-format on */

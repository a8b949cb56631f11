/* props_rfc4918 - WebDAV's own properties, and what a resource says of its abilities (RFC 3253) */

#include "dav/lock.h"
#include "dav/offer.h"
#include "ical/time.h"

#define STORED (DAV_CALENDAR | DAV_BOXES | DAV_PLAIN | DAV_MEMBERS)

/* ---- the resource ------------------------------------------------------------------------ */

static const struct fault *get_creationdate(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct stored_object *o = NULL;
	const struct fault *f = NULL;

	if (v->kind & DAV_MEMBERS) {
		f = dav_view_object(v, false, &o);
		*found_out = o != NULL;
	}
	if (!f && *found_out)
		time_put_rfc3339(out, o ? o->created : v->collection->created);
	return f;
}

/* Of the principal its name, and for clients the home is one with it; elsewhere what was set. */
static const struct fault *get_displayname(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct owner *owner;
	const struct fault *f;

	if (v->kind == DAV_PROXY)
		xml_put_text(out, v->collection_name);
	*found_out = v->kind & (DAV_PRINCIPAL | DAV_HOME | DAV_PROXY);
	if (!*found_out || v->kind == DAV_PROXY)
		return NULL;
	f = dav_view_owner(v, &owner);
	if (!f)
		*found_out = v->kind == DAV_PRINCIPAL || owner->display_name.len > 0;
	if (!f && *found_out)
		xml_put_text(out, owner_title(owner));
	return f;
}

/* It is the name that others know the principal by, so nobody else gives it. */
static const struct fault *set_displayname(struct dav_patch *p, const struct xml_node *value)
{
	struct text title = text_trim(xml_text_of(value));

	if (p->kind == DAV_PROXY)
		return fault_make(p->dr->arena, FAULT_PROTECTED_PROPERTY, NULL,
				  "These groups are called as they are.");
	if (!(p->kind & (DAV_PRINCIPAL | DAV_HOME)))
		return dav_keep(p, value);
	if (p->dr->owner_id != p->dr->rq->user.owner)
		return fault_make(p->dr->arena, FAULT_PROTECTED_PROPERTY, NULL,
				  "A principal is named by nobody else.");
	if (title.len > OWNER_TITLE_MAX || text_has_control(title) || xml_child_count(value) > 0)
		return fault_make(p->dr->arena, FAULT_CONFLICT, NULL,
				  "The name of a principal is a line of at most %d bytes.",
				  OWNER_TITLE_MAX);
	p->set_title = true;
	p->title = title;
	return NULL;
}

static const struct fault *get_length(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct stored_object *o;
	const struct fault *f = dav_view_object(v, false, &o);

	*found_out = o != NULL;
	if (o)
		buf_put_int(out, o->size_bytes);
	return f;
}

/* Of a file what it came with. */
static const struct fault *get_type(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct stored_object *o;
	const struct fault *f;

	if (v->kind == DAV_OBJECT) {
		buf_put_lit(out, DAV_CALENDAR_TYPE);
		return NULL;
	}
	f = dav_view_object(v, false, &o);
	*found_out = o != NULL;
	if (o)
		xml_put_text(out, o->media_type);
	return f;
}

static const struct fault *get_etag(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	buf_put_char(out, '"');
	buf_put_text(out, v->etag);
	buf_put_char(out, '"');
	return NULL;
}

/* A calendar is changed with what it holds: a GET on it gives all of that. */
static const struct fault *get_modified(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct stored_object *o = NULL;
	int64_t modified = 0;
	const struct fault *f;

	if (v->kind & DAV_MEMBERS) {
		f = dav_view_object(v, false, &o);
		*found_out = o != NULL;
		modified = o ? o->modified : 0;
	} else {
		f = collection_modified(v->db, v->arena, v->collection, &modified);
	}
	if (!f && *found_out)
		dav_put_http_date(out, modified);
	return f;
}

/* ---- DAV:resourcetype (RFC 4918 §15.9, RFC 4791 §4.2, RFC 6638 §2) -----------------------------
 */

static const struct resource_type {
	unsigned on;
	enum xml_ns ns;
	const char *name;
} resource_types[] = {
	{DAV_COLLECTIONS, NS_DAV, "collection"},
	{DAV_PRINCIPAL | DAV_PROXY, NS_DAV, "principal"},
	{DAV_CALENDAR, NS_CALDAV, "calendar"},
	{DAV_INBOX, NS_CALDAV, "schedule-inbox"},
	{DAV_OUTBOX, NS_CALDAV, "schedule-outbox"},
};

/*
 * A calendar that is subscribed to elsewhere (Calendar Server): a plain collection with the address
 * of its source, which the user's clients read for themselves.
 */
static const struct fault *put_subscribed(struct dav_view *v, struct buf *out)
{
	const struct fault *f = dav_view_kept(v);

	if (!f && dav_view_find_kept(v, xml_ns_uri(NS_CS), TEXT("source")))
		xml_empty(out, NS_CS, "subscribed");
	return f;
}

static const struct fault *get_resourcetype(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	for (size_t i = 0; i < ARRAY_LEN(resource_types); i++)
		if (resource_types[i].on & v->kind)
			xml_empty(out, resource_types[i].ns, resource_types[i].name);
	if (v->kind == DAV_PROXY)
		xml_empty_name(out, NS_CS, TEXT_NONE, v->collection_name);
	return v->kind == DAV_PLAIN ? put_subscribed(v, out) : NULL;
}

/* What clients make (RFC 5689 §3.3): whether it is a calendar, the patch knows already. */
static const struct fault *set_resourcetype(struct dav_patch *p, const struct xml_node *value)
{
	bool is_calendar = xml_child(value, NS_CALDAV, "calendar") != NULL;
	bool is_typed = is_calendar || xml_child(value, NS_CS, "subscribed");

	if (is_calendar == (p->kind == DAV_CALENDAR) && xml_child(value, NS_DAV, "collection") &&
	    xml_child_count(value) == (is_typed ? 2 : 1))
		return NULL;
	return fault_make(p->dr->arena, FAULT_BAD_RESOURCE_TYPE, NULL,
			  "Only calendars and plain collections can be made here.");
}

/* ---- what it can do (RFC 3253 §3.1) ---- */

static const struct fault *get_methods(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	for (const struct dav_method *m = v->dr->offer->methods; m->name; m++) {
		if (!(m->on & v->kind))
			continue;
		xml_tag(out, NS_DAV, "supported-method");
		xml_put_attr(out, "name", text_from(m->name));
		xml_tag_empty(out);
	}
	return NULL;
}

static const struct fault *get_reports(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	for (const struct dav_report *r = v->dr->offer->reports; r->name; r++) {
		if (!(r->on & v->kind))
			continue;
		buf_put_lit(out, "<D:supported-report><D:report>");
		xml_empty(out, r->ns, r->name);
		buf_put_lit(out, "</D:report></D:supported-report>");
	}
	return NULL;
}

struct live_list {
	enum dav_kind kind;
	struct buf *out;
};

static void put_live_name(const struct dav_prop *row, void *ctx)
{
	struct live_list *l = ctx;

	if (!(row->on & l->kind) || (row->flags & PROP_REPORT))
		return;
	buf_put_lit(l->out, "<D:supported-live-property><D:prop>");
	xml_empty(l->out, row->ns, row->name);
	buf_put_lit(l->out, "</D:prop></D:supported-live-property>");
}

static const struct fault *get_live(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct live_list l = {v->kind, out};

	(void)found_out;
	v->dr->offer->each_prop(put_live_name, &l);
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc4918[] = {
	/* ns      name                           on                          flags                 get               set               section */
	{ NS_DAV, "creationdate",                STORED,                     PROP_ALL | PROP_ROW,  get_creationdate, NULL,             "RFC 4918 §15.1" },
	{ NS_DAV, "displayname",                 STORED | DAV_PRINCIPAL | DAV_HOME | DAV_PROXY, PROP_ALL | PROP_KEPT, get_displayname, set_displayname, "RFC 4918 §15.2" },
	{ NS_DAV, "getcontentlength",            DAV_MEMBERS,                PROP_ALL | PROP_ROW,  get_length,       NULL,             "RFC 4918 §15.4" },
	{ NS_DAV, "getcontenttype",              DAV_MEMBERS,                PROP_ALL,             get_type,         NULL,             "RFC 4918 §15.5" },
	{ NS_DAV, "getetag",                     DAV_MEMBERS,                PROP_ALL,             get_etag,         NULL,             "RFC 4918 §15.6" },
	{ NS_DAV, "getlastmodified",             STORED,                     PROP_ALL | PROP_ROW,  get_modified,     NULL,             "RFC 4918 §15.7" },
	{ NS_DAV, "lockdiscovery",               DAV_LOCKABLE,               PROP_ALL,             dav_get_lockdiscovery, NULL,        "RFC 4918 §15.8" },
	{ NS_DAV, "supportedlock",               DAV_LOCKABLE,               PROP_ALL,             dav_get_supportedlock, NULL,        "RFC 4918 §15.10" },
	{ NS_DAV, "resourcetype",                DAV_EXISTING,               PROP_ALL | PROP_CREATE, get_resourcetype, set_resourcetype, "RFC 4918 §15.9" },
	{ NS_DAV, "supported-method-set",        DAV_EXISTING,               0,                    get_methods,      NULL,             "RFC 3253 §3.1.3" },
	{ NS_DAV, "supported-live-property-set", DAV_EXISTING,               0,                    get_live,         NULL,             "RFC 3253 §3.1.4" },
	{ NS_DAV, "supported-report-set",        DAV_EXISTING,               0,                    get_reports,      NULL,             "RFC 3253 §3.1.5" },
	{ 0 }
};
/* clang-format on */

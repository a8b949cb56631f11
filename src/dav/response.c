/* response - what a request asks for, and the response of one resource (RFC 4918 §9.1) */

#include "dav/caldata.h"
#include "dav/props.h"

/* ---- what is asked for ---------------------------------------------------------------- */

static bool is_asked(const struct dav_asked *asked, enum xml_ns ns, struct text uri,
		     struct text name)
{
	for (size_t i = 0; i < asked->count; i++) {
		const struct dav_ask *a = &asked->at[i];

		if (a->ns == ns && text_equal(a->name, name) && text_equal(a->uri, uri))
			return true;
	}
	return false;
}

bool dav_asked_add(struct dav_asked *asked, enum xml_ns ns, struct text uri, struct text name)
{
	if (is_asked(asked, ns, uri, name))
		return false;
	asked->at[asked->count++] = (struct dav_ask){
		.row = dav_prop_find(ns, name), .ns = ns, .uri = uri, .name = name};
	return true;
}

static void add_row(const struct dav_prop *row, void *ctx)
{
	struct dav_asked *asked = ctx;
	unsigned unwanted = asked->names_only ? PROP_REPORT : 0;

	if ((row->flags & unwanted) || (!asked->names_only && !(row->flags & PROP_ALL)))
		return;
	asked->at[asked->count++] = (struct dav_ask){
		.row = row,
		.ns = row->ns,
		.uri = xml_ns_uri(row->ns),
		.name = text_from(row->name),
		.quiet = true,
	};
}

static const struct fault *add_names(struct dav_request *dr, const struct xml_node *list,
				     struct dav_asked *asked)
{
	bool is_report = !xml_is(list->parent, NS_DAV, "propfind");

	if (xml_child_count(list) > DAV_ASKED_MAX)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "More than %d properties are asked for.", DAV_ASKED_MAX);
	for (const struct xml_node *n = list->first_child; n; n = n->next) {
		struct dav_ask *ask = &asked->at[asked->count];

		if (dav_asked_add(asked, n->ns, n->uri, n->name) && ask->row &&
		    (ask->row->flags & PROP_REPORT) && !is_report)
			ask->row = NULL;
	}
	return NULL;
}

static void count_row(const struct dav_prop *row, void *ctx)
{
	(void)row;
	++*(size_t *)ctx;
}

static void make_room(struct arena *a, struct dav_asked *asked)
{
	size_t rows = 0;

	dav_prop_for_each(count_row, &rows);
	asked->at = arena_alloc_array(a, rows + DAV_ASKED_MAX, sizeof(*asked->at));
}

const struct fault *dav_read_asked(struct dav_request *dr, const struct xml_node *node,
				   struct dav_asked *out)
{
	const struct xml_node *prop = xml_child(node, NS_DAV, "prop");
	const struct xml_node *all = xml_child(node, NS_DAV, "allprop");
	const struct xml_node *names = xml_child(node, NS_DAV, "propname");
	const struct xml_node *include = xml_child(node, NS_DAV, "include");

	*out = (struct dav_asked){.all_kept = !node || all, .names_only = names != NULL};
	if (node && (prop != NULL) + (all != NULL) + (names != NULL) != 1)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "One of prop, allprop and propname is wanted.");
	make_room(dr->arena, out);
	if (prop)
		return add_names(dr, prop, out);
	dav_prop_for_each(add_row, out);
	return all && include ? add_names(dr, include, out) : NULL;
}

/* ---- one value ----------------------------------------------------------------------------- */

static void put_kept(struct buf *out, const struct property *kept, bool name_only)
{
	if (name_only)
		xml_empty_name(out, xml_ns_of(kept->ns), kept->ns, kept->name);
	else
		buf_put_text(out, kept->xml);
}

static void open_live(const struct dav_view *v, const struct dav_ask *ask, struct buf *out)
{
	const char *type = dav_caldata_type(v->dr->calendar_data);

	if (!(ask->row->flags & PROP_TYPED) || !type) {
		xml_open_name(out, ask->ns, ask->uri, ask->name);
		return;
	}
	xml_tag(out, ask->ns, ask->row->name);
	xml_put_attr(out, "content-type", text_from(type));
	xml_put_attr(out, "version", TEXT("2.0"));
	xml_tag_open(out);
}

static const struct fault *put_live(struct dav_view *v, struct dav_ask *ask, bool name_only,
				    struct buf *out)
{
	size_t before = out->len;
	const struct fault *f;

	ask->found = true;
	open_live(v, ask, out);
	f = ask->row->get(v, out, &ask->found);
	xml_close_name(out, ask->ns, ask->name);
	/* One value is too much to give, or not this user's to read: all others are still told. */
	if (fault_is(f, FAULT_TOO_MANY_MATCHES) || fault_is(f, FAULT_FORBIDDEN)) {
		ask->refused = f;
		f = NULL;
	}
	if (!ask->found || ask->refused || name_only)
		buf_cut(out, before);
	if (ask->found && name_only)
		xml_empty_name(out, ask->ns, ask->uri, ask->name);
	return f;
}

/* What a client has set stands before what the server would say by itself. */
static const struct fault *put_asked(struct dav_view *v, struct dav_ask *ask, bool name_only,
				     struct buf *out)
{
	const struct dav_prop *row = ask->row;
	const struct property *kept;
	const struct fault *f;

	ask->found = false;
	ask->refused = NULL;
	if (row && !(row->on & v->kind))
		return NULL;
	if (!row || (row->flags & PROP_KEPT)) {
		f = dav_view_kept(v);
		if (f)
			return f;
		kept = dav_view_find_kept(v, ask->uri, ask->name);
		ask->found = kept != NULL;
		if (kept)
			put_kept(out, kept, name_only);
		if (kept || !row || !row->get)
			return NULL;
	}
	return put_live(v, ask, name_only, out);
}

/* allprop and propname show dead properties too. */
static const struct fault *put_dead(struct dav_view *v, const struct dav_asked *asked,
				    struct buf *out)
{
	const struct fault *f = dav_view_kept(v);

	for (size_t i = 0; !f && i < v->kept_count; i++) {
		const struct property *kept = &v->kept[i];
		enum xml_ns ns = xml_ns_of(kept->ns);

		if (!dav_prop_find(ns, kept->name) && !is_asked(asked, ns, kept->ns, kept->name))
			put_kept(out, kept, asked->names_only);
	}
	return f;
}

/* ---- the response ------------------------------------------------------------------------------
 */

static void open_propstat(struct buf *out)
{
	buf_put_lit(out, "<D:propstat><D:prop>");
}

static void close_propstat(struct buf *out, int status)
{
	buf_put_lit(out, "</D:prop>");
	dav_put_status(out, status);
	buf_put_lit(out, "</D:propstat>");
}

static void put_missing(const struct dav_asked *asked, struct buf *out)
{
	open_propstat(out);
	for (size_t i = 0; i < asked->count; i++) {
		const struct dav_ask *a = &asked->at[i];

		if (!a->found && !a->quiet)
			xml_empty_name(out, a->ns, a->uri, a->name);
	}
	close_propstat(out, 404);
}

/* What would be there, each in a propstat with its reason (RFC 4918 §14.22). */
static void put_refused(struct dav_request *dr, const struct dav_asked *asked, struct buf *out)
{
	for (size_t i = 0; i < asked->count; i++) {
		const struct dav_ask *a = &asked->at[i];

		if (!a->refused)
			continue;
		open_propstat(out);
		xml_empty_name(out, a->ns, a->uri, a->name);
		buf_put_lit(out, "</D:prop>");
		dav_put_status(out, fault_row(a->refused->code)->http_status);
		dav_put_error(dr, out, a->refused);
		buf_put_lit(out, "</D:propstat>");
	}
}

bool dav_asks_for_tags_only(const struct dav_asked *asked)
{
	for (size_t i = 0; i < asked->count; i++) {
		const struct dav_prop *row = asked->at[i].row;

		if (!row || ((row->on & DAV_OBJECT) && (row->flags & (PROP_ROW | PROP_KEPT))))
			return false;
	}
	return !asked->all_kept && !asked->names_only;
}

static void put_href(const struct dav_view *v, struct buf *out)
{
	if (v->folder.len == 0 || text_find_char(v->object_name, '&', 0) >= 0) {
		dav_put_href(out, v->kind, &v->whose, v->collection_name, v->object_name);
		return;
	}
	buf_put_lit(out, "<D:href>");
	buf_put_text(out, v->folder);
	dav_put_name(out, v->object_name);
	buf_put_lit(out, "</D:href>");
}

/* What a response has besides what there is: what is not, and has to be named; what is refused. */
struct rest {
	size_t missing, refused;
};

static const struct fault *put_found(struct dav_view *v, struct dav_asked *asked, struct buf *out,
				     struct rest *rest)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < asked->count; i++) {
		size_t before = out->len;

		f = put_asked(v, &asked->at[i], asked->names_only, out);
		if (!f && asked->rewrite && out->len > before)
			f = asked->rewrite(asked->ctx, i, before, out);
		rest->missing += !asked->at[i].found && !asked->at[i].quiet;
		rest->refused += asked->at[i].refused != NULL;
	}
	if (!f && (asked->all_kept || asked->names_only))
		f = put_dead(v, asked, out);
	return f;
}

/*
 * What is missing is named, unless the client prefers to hear only what there
 * is; even then a response has one propstat, if an empty one (RFC 8144 §2.1).
 */
const struct fault *dav_put_response(struct dav_view *v, struct dav_asked *asked, struct buf *out)
{
	struct rest rest = {0};
	size_t before, inside;
	const struct fault *f;

	buf_put_lit(out, "<D:response>");
	put_href(v, out);
	before = out->len;
	open_propstat(out);
	inside = out->len;
	f = put_found(v, asked, out, &rest);
	if (f)
		return f;
	if (v->dr->minimal)
		rest.missing = 0;
	if (out->len > inside || rest.missing + rest.refused == 0)
		close_propstat(out, 200);
	else
		buf_cut(out, before);
	if (rest.refused)
		put_refused(v->dr, asked, out);
	if (rest.missing)
		put_missing(asked, out);
	buf_put_lit(out, "</D:response>\n");
	return NULL;
}

void dav_put_gone(struct dav_view *v, struct buf *out, int status)
{
	buf_put_lit(out, "<D:response>");
	dav_put_href(out, v->kind, &v->whose, v->collection_name, v->object_name);
	dav_put_status(out, status);
	buf_put_lit(out, "</D:response>\n");
}

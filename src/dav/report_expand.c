/*
 * report_expand - properties that name resources, with what those say (RFC 3253 §3.8)
 *
 * A property that is asked with others inside is answered with a D:response for each href of its
 * value, in place of the href. Depth and number are bounded: a principal names its groups, and
 * they name it.
 */

#include "dav/report.h"

enum { EXPAND_DEPTH_MAX = 6, EXPAND_RESPONSES_MAX = 1000, VALUE_MAX = 256 * 1024 };

struct expansion {
	struct dav_request *dr;
	struct arena *arena;
	size_t responses;
};

static const struct fault *put_expanded(struct expansion *x, struct dav_view *v,
					const struct xml_node *asked, int depth, struct buf *out);

/* ---- where an href leads --------------------------------------------------------------------- */

/* Principals, homes and calendars; *found_out false: elsewhere, or not for this user. */
static const struct fault *view_at(struct expansion *x, struct text href, struct dav_view *out,
				   bool *found_out)
{
	struct dav_request *dr = x->dr;
	struct dav_shape shape = dav_shape_of_href(x->arena, href);
	struct collection *c = NULL;
	struct owner *o;
	const struct fault *f;

	*found_out = false;
	if (!(shape.kind & (DAV_PRINCIPAL | DAV_HOME | DAV_CALENDAR)))
		return NULL;
	f = owner_find(dr->db, x->arena, shape.whose.name, &o);
	if (f || !o || (shape.kind == DAV_PRINCIPAL && o->kind != shape.whose.kind))
		return f;
	*out = dav_view_of_principal(dr, x->arena, o);
	*found_out = true;
	if (shape.kind == DAV_PRINCIPAL)
		return NULL;
	out->kind = shape.kind;
	if (shape.kind == DAV_CALENDAR) {
		f = collection_find(dr->db, x->arena, o->id, shape.collection, &c);
		out->collection = c;
		out->collection_name = shape.collection;
		out->kind = c ? dav_kind_of(c) : DAV_CALENDAR;
	}
	if (!f)
		f = dav_access(dr, o->id, c ? c->id : 0, &out->may);
	*found_out = (out->may & DAV_MAY_READ) && (c || shape.kind == DAV_HOME);
	return f;
}

/* ---- one property -------------------------------------------------------------------------------
 */

static bool read_name(const struct xml_node *property, struct dav_ask *ask)
{
	struct text uri;

	*ask = (struct dav_ask){.quiet = false};
	if (!xml_attr(property, "name", &ask->name) || ask->name.len == 0)
		return false;
	ask->uri = xml_attr(property, "namespace", &uri) ? uri : TEXT("DAV:");
	ask->ns = xml_ns_of(ask->uri);
	ask->row = dav_prop_find(ask->ns, ask->name);
	return true;
}

static const struct fault *put_linked(struct expansion *x, const struct xml_node *href,
				      const struct xml_node *asked, int depth, struct buf *out)
{
	struct dav_view v;
	bool found;
	const struct fault *f = view_at(x, xml_token_of(href), &v, &found);

	if (f)
		return f;
	if (found)
		return put_expanded(x, &v, asked, depth + 1, out);
	buf_put_lit(out, "<D:response>");
	xml_element_text(out, NS_DAV, "href", xml_token_of(href));
	dav_put_status(out, 404);
	buf_put_lit(out, "</D:response>");
	return NULL;
}

/* The value with a response in place of each href. */
static const struct fault *put_value(struct expansion *x, struct text element,
				     const struct xml_node *property, const struct dav_ask *ask,
				     int depth, struct buf *out)
{
	struct xml_node *value;
	const struct fault *f = xml_parse(x->arena, element, &value);

	if (f)
		return f;
	xml_open_name(out, ask->ns, ask->uri, ask->name);
	for (const struct xml_node *n = value->first_child; n && !f; n = n->next)
		if (xml_is(n, NS_DAV, "href"))
			f = put_linked(x, n, property, depth, out);
		else
			xml_put_node(out, n);
	xml_close_name(out, ask->ns, ask->name);
	return f;
}

/* One property by itself, as PROPFIND would give it: so it can be read back. */
static const struct fault *read_value(struct expansion *x, struct dav_view *v, struct dav_ask *ask,
				      struct text *element_out)
{
	struct dav_asked one = {.at = ask, .count = 1};
	struct buf b;
	struct xml_node *root;
	const struct xml_node *found;
	const struct fault *f;

	*element_out = TEXT_NONE;
	buf_init(&b, x->arena, 512, VALUE_MAX);
	xml_root(&b, NS_DAV, "multistatus");
	f = dav_put_response(v, &one, &b);
	xml_close(&b, NS_DAV, "multistatus");
	if (f || !ask->found || ask->refused)
		return f;
	f = xml_parse(x->arena, buf_text(&b), &root);
	if (f)
		return f;
	found = xml_child(xml_child(root->first_child, NS_DAV, "propstat"), NS_DAV, "prop");
	buf_init(&b, x->arena, 512, VALUE_MAX);
	if (found && found->first_child)
		xml_put_node(&b, found->first_child);
	*element_out = buf_text(&b);
	return NULL;
}

/* ---- one resource
 * ---------------------------------------------------------------------------------
 */

static const struct fault *put_properties(struct expansion *x, struct dav_view *v,
					  const struct xml_node *asked, int depth, bool want_found,
					  struct buf *out)
{
	const struct fault *f = NULL;

	for (const struct xml_node *p = xml_child(asked, NS_DAV, "property"); p && !f;
	     p = xml_next(p)) {
		struct dav_ask ask;
		struct text element;

		if (!read_name(p, &ask))
			return fault_make(x->arena, FAULT_BAD_REQUEST, NULL,
					  "A property has a name.");
		f = read_value(x, v, &ask, &element);
		if (f || (element.len > 0) != want_found)
			continue;
		if (!want_found)
			xml_empty_name(out, ask.ns, ask.uri, ask.name);
		else if (xml_child(p, NS_DAV, "property"))
			f = put_value(x, element, p, &ask, depth, out);
		else
			buf_put_text(out, element);
	}
	return f;
}

static const struct fault *put_propstat(struct expansion *x, struct dav_view *v,
					const struct xml_node *asked, int depth, bool want_found,
					struct buf *out)
{
	struct buf props;
	const struct fault *f;

	buf_init(&props, x->arena, 512, 4 * VALUE_MAX);
	f = put_properties(x, v, asked, depth, want_found, &props);
	if (f || (props.len == 0 && !want_found))
		return f;
	buf_put_lit(out, "<D:propstat><D:prop>");
	buf_put_text(out, buf_text(&props));
	buf_put_lit(out, "</D:prop>");
	dav_put_status(out, want_found ? 200 : 404);
	buf_put_lit(out, "</D:propstat>");
	return props.overflow ? fault_static(FAULT_TOO_MANY_MATCHES) : NULL;
}

static const struct fault *put_expanded(struct expansion *x, struct dav_view *v,
					const struct xml_node *asked, int depth, struct buf *out)
{
	const struct fault *f;

	if (depth > EXPAND_DEPTH_MAX || ++x->responses > EXPAND_RESPONSES_MAX)
		return fault_make(x->arena, FAULT_TOO_MANY_MATCHES, NULL,
				  "Less is expanded in one request.");
	buf_put_lit(out, "<D:response>");
	dav_put_href(out, v->kind, &v->whose, v->collection_name, v->object_name);
	f = put_propstat(x, v, asked, depth, true, out);
	if (!f && !x->dr->minimal)
		f = put_propstat(x, v, asked, depth, false, out);
	buf_put_lit(out, "</D:response>\n");
	return f;
}

static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct expansion x = {.dr = dr, .arena = page};
	struct dav_view v = dav_view_of_target(dr, page);

	(void)ctx;
	*more_out = false;
	return put_expanded(&x, &v, dr->body, 0, out);
}

const struct fault *dav_report_expand(struct dav_request *dr)
{
	return dav_answer_multistatus(dr, next_page, NULL, NULL);
}

/*
 * report_expand - properties that name resources, with what those say (RFC 3253 §3.8)
 *
 * A property that is asked with others inside is answered with a D:response for each href of its
 * value, in place of the href. What is asked is read once, into a tree of wishes; a resource is
 * answered as PROPFIND would answer it, but for the values that are written anew. Names, depth,
 * resources and bytes are bounded: a principal names its groups, and they name it.
 */

#include "dav/report.h"

enum {
	EXPAND_DEPTH_MAX = 6,
	EXPAND_RESPONSES_MAX = 1000,
	EXPAND_BYTES_MAX = 4 * 1024 * 1024,
	LEVEL_BYTES = 16 * 1024 * 1024,
	VALUE_MAX = 256 * 1024, /* that hrefs are looked for in */
};

/* What is to be told of a resource, and for each property what of those that it names. */
struct wish {
	struct dav_asked asked;
	struct wish **inside; /* NULL among them: the value as it is */
	struct expansion *expansion;
	size_t depth;
};

struct expansion {
	struct dav_request *dr;
	struct wish *wish;
	size_t names, responses;
	/* Resources of one depth follow each other, and need their memory no longer. */
	struct arena *levels[EXPAND_DEPTH_MAX + 1];
};

/* ---- what is asked ------------------------------------------------------------------------ */

static const struct fault *read_wish(struct expansion *x, const struct xml_node *node, size_t depth,
				     struct wish **out);

static const struct fault *read_property(struct expansion *x, const struct xml_node *property,
					 struct wish *w)
{
	struct text name, uri;
	size_t at = w->asked.count;

	if (!xml_attr(property, "name", &name) || name.len == 0)
		return fault_make(x->dr->arena, FAULT_BAD_REQUEST, NULL, "A property has a name.");
	if (++x->names > DAV_ASKED_MAX)
		return fault_make(x->dr->arena, FAULT_BAD_REQUEST, NULL,
				  "More than %d properties are asked for.", DAV_ASKED_MAX);
	if (!xml_attr(property, "namespace", &uri))
		uri = TEXT("DAV:");
	if (!dav_asked_add(&w->asked, xml_ns_of(uri), uri, name) ||
	    !xml_child(property, NS_DAV, "property"))
		return NULL;
	return read_wish(x, property, w->depth + 1, &w->inside[at]);
}

static const struct fault *rewrite(void *ctx, size_t i, size_t from, struct buf *out);

static const struct fault *read_wish(struct expansion *x, const struct xml_node *node, size_t depth,
				     struct wish **out)
{
	struct arena *a = x->dr->arena;
	size_t most = xml_child_count(node);
	struct wish *w = arena_alloc(a, sizeof(*w));
	const struct fault *f = NULL;

	if (depth > EXPAND_DEPTH_MAX)
		return fault_make(a, FAULT_TOO_MANY_MATCHES, NULL,
				  "Less is expanded in one request.");
	if (most > DAV_ASKED_MAX)
		most = DAV_ASKED_MAX;
	*out = w;
	*w = (struct wish){
		.asked = {.at = arena_alloc_array(a, most, sizeof(*w->asked.at)),
			  .rewrite = rewrite,
			  .ctx = w},
		.inside = arena_alloc_array(a, most, sizeof(struct wish *)),
		.expansion = x,
		.depth = depth,
	};
	for (const struct xml_node *p = xml_child(node, NS_DAV, "property"); p && !f;
	     p = xml_next(p))
		f = read_property(x, p, w);
	return f;
}

/* ---- what is told -------------------------------------------------------------------------- */

static struct arena *level_of(struct expansion *x, const struct wish *w)
{
	struct arena **level = &x->levels[w->depth];

	if (*level)
		arena_reset(*level);
	else
		*level = arena_create_in(x->dr->arena, LEVEL_BYTES);
	return *level;
}

static const struct fault *put_resource(struct expansion *x, struct wish *w, struct dav_view *v,
					struct buf *out)
{
	const struct fault *f;

	if (++x->responses > EXPAND_RESPONSES_MAX || out->len > EXPAND_BYTES_MAX)
		return fault_make(x->dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
				  "Less is expanded in one request.");
	f = dav_put_response(v, &w->asked, out);
	return f ? f : arena_check(v->arena);
}

static const struct fault *put_linked(struct wish *w, struct text href, struct buf *out)
{
	struct expansion *x = w->expansion;
	struct arena *level = level_of(x, w);
	struct dav_request at;
	struct dav_view v;
	const struct fault *f = dav_resolve_href(x->dr, x->dr->db, level, href, DAV_LOAD_ALL, &at);

	if (f)
		return f;
	if (at.kind & DAV_EXISTING) {
		v = dav_view_of_target(&at, level);
		return put_resource(x, w, &v, out);
	}
	buf_put_lit(out, "<D:response>");
	xml_element_text(out, NS_DAV, "href", href);
	dav_put_status(out, 404);
	buf_put_lit(out, "</D:response>");
	return NULL;
}

/* Read an element back, which declares no prefix itself. */
static const struct fault *read_back(struct arena *a, struct text element,
				     const struct xml_node **out)
{
	struct buf b;
	struct xml_node *root;
	const struct fault *f;

	*out = NULL;
	buf_init(&b, a, element.len + 512, VALUE_MAX);
	xml_root(&b, NS_DAV, "prop");
	buf_put_text(&b, element);
	xml_close(&b, NS_DAV, "prop");
	if (b.overflow)
		return fault_make(a, FAULT_TOO_MANY_MATCHES, NULL,
				  "Less is expanded in one request.");
	f = xml_parse(a, buf_text(&b), &root);
	if (!f)
		*out = root->first_child;
	return f;
}

/* The value with a response in place of each href. */
static const struct fault *rewrite(void *ctx, size_t i, size_t from, struct buf *out)
{
	const struct wish *w = ctx;
	const struct dav_ask *ask = &w->asked.at[i];
	struct wish *inside = w->inside[i];
	const struct xml_node *element;
	const struct fault *f;

	if (!inside)
		return NULL;
	f = read_back(w->expansion->levels[w->depth], text_sub(buf_text(out), from, out->len),
		      &element);
	if (f)
		return f;
	buf_cut(out, from);
	xml_open_name(out, ask->ns, ask->uri, ask->name);
	for (const struct xml_node *n = element->first_child; n && !f; n = n->next)
		if (xml_is(n, NS_DAV, "href"))
			f = put_linked(inside, xml_token_of(n), out);
		else
			xml_put_node(out, n);
	xml_close_name(out, ask->ns, ask->name);
	return f;
}

/* ---- the report ----------------------------------------------------------------------------- */

static const struct fault *put_all(struct dav_request *dr, void *ctx, struct arena *page,
				   struct buf *out, bool *more_out)
{
	struct expansion *x = ctx;
	struct dav_view v;

	(void)page;
	*more_out = false;
	v = dav_view_of_target(dr, level_of(x, x->wish));
	return put_resource(x, x->wish, &v, out);
}

static const struct fault *answer(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;

	if (!f)
		f = dav_reader(dr);
	return f ? f : dav_answer_multistatus(dr, put_all, NULL, state);
}

const struct fault *dav_report_expand(struct dav_request *dr)
{
	struct expansion *x = arena_alloc(dr->arena, sizeof(*x));
	const struct fault *f;

	x->dr = dr;
	f = read_wish(x, dr->body, 0, &x->wish);
	if (f)
		return f;
	http_go_slow_with(dr->rq, answer, dr, x);
	return NULL;
}

/* patch - properties set and removed, all or none (RFC 4918 §9.2) */

#include "dav/props.h"

/* ---- one instruction ---------------------------------------------------------------------- */

static const struct fault *refuse(struct dav_patch *p)
{
	return fault_make(p->dr->arena, FAULT_PROTECTED_PROPERTY, NULL,
			  "This property cannot be changed.");
}

/* The fault says why not. */
static const struct fault *apply(struct dav_patch *p, const struct xml_node *prop, bool remove)
{
	const struct dav_prop *row = dav_prop_find(prop->ns, prop->name);

	p->at = prop;
	/* Nothing is kept for what is but another view of entries. */
	if (!row && p->kind == DAV_PROXY)
		return remove ? NULL : refuse(p);
	/* A name of WebDAV's own that is not here is not for clients to make up. */
	if (!row)
		return prop->ns == NS_DAV && !remove ? refuse(p)
						     : dav_keep(p, remove ? NULL : prop);
	if (!row->set || !(row->on & p->kind) || ((row->flags & PROP_CREATE) && !p->creating))
		return refuse(p);
	return row->set(p, remove ? NULL : prop);
}

/* ---- a whole body ---------------------------------------------------------------------------- */

/* These are no answer to one instruction, but the end of the request. */
static bool is_our_trouble(const struct fault *f)
{
	return fault_is(f, FAULT_INTERNAL) || fault_is(f, FAULT_UNAVAILABLE) ||
	       fault_is(f, FAULT_OUT_OF_MEMORY);
}

static const struct fault *read_instruction(struct dav_patch *p, const struct xml_node *props,
					    bool remove, struct dav_outcomes *out)
{
	for (const struct xml_node *n = props ? props->first_child : NULL; n; n = n->next) {
		const struct fault *f;

		if (out->count == DAV_INSTRUCTIONS_MAX)
			return fault_make(p->dr->arena, FAULT_BAD_REQUEST, NULL,
					  "More than %d properties are to be changed.",
					  DAV_INSTRUCTIONS_MAX);
		f = apply(p, n, remove);
		if (is_our_trouble(f))
			return f;
		out->at[out->count++] = (struct dav_outcome){n, f};
		out->failed = out->failed || f;
	}
	return arena_check(p->dr->arena);
}

const struct fault *dav_patch_read(struct dav_patch *p, const struct xml_node *body,
				   bool may_remove, struct dav_outcomes *out)
{
	size_t instructions = 0;
	const struct fault *f = NULL;

	*out = (struct dav_outcomes){
		.at = arena_alloc_array(p->dr->arena, DAV_INSTRUCTIONS_MAX, sizeof(*out->at))};
	for (const struct xml_node *n = body->first_child; n && !f; n = n->next) {
		bool remove = xml_is(n, NS_DAV, "remove");

		/* Elements of other kinds are passed over (RFC 4918 §17). */
		if (!xml_is(n, NS_DAV, "set") && !(remove && may_remove))
			continue;
		instructions++;
		f = read_instruction(p, xml_child(n, NS_DAV, "prop"), remove, out);
	}
	if (!f && instructions == 0)
		f = fault_make(p->dr->arena, FAULT_BAD_REQUEST, NULL, "Nothing is set.");
	return f;
}

static void put_propstat_of(struct dav_request *dr, const struct dav_outcome *o, struct buf *out)
{
	xml_open(out, NS_DAV, "propstat");
	xml_open(out, NS_DAV, "prop");
	xml_empty_name(out, o->prop->ns, o->prop->uri, o->prop->name);
	xml_close(out, NS_DAV, "prop");
	dav_put_status(out, fault_row(o->fault->code)->http_status);
	dav_put_error(dr, out, o->fault);
	xml_element_text(out, NS_DAV, "responsedescription", text_from(o->fault->message));
	xml_close(out, NS_DAV, "propstat");
}

void dav_put_outcomes(struct dav_request *dr, const struct dav_outcomes *o, struct buf *out)
{
	size_t well = 0;

	for (size_t i = 0; i < o->count; i++) {
		if (o->at[i].fault)
			put_propstat_of(dr, &o->at[i], out);
		else
			well++;
	}
	if (well == 0 && o->failed)
		return;
	xml_open(out, NS_DAV, "propstat");
	xml_open(out, NS_DAV, "prop");
	for (size_t i = 0; i < o->count; i++)
		if (!o->at[i].fault)
			xml_empty_name(out, o->at[i].prop->ns, o->at[i].prop->uri,
				       o->at[i].prop->name);
	xml_close(out, NS_DAV, "prop");
	dav_put_status(out, o->failed ? 424 : 200);
	xml_close(out, NS_DAV, "propstat");
}

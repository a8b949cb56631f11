/* caldata - what is asked of C:calendar-data, and the cut by name; see caldata.h */

#include "dav/caldata.h"

#include "base/arena.h"
#include "base/buf.h"
#include "dav/caldata_priv.h"
#include "ical/ical.h"
#include "ical/jcal.h"
#include "ical/walk.h"
#include "xml/read.h"

/* ---- reading what is asked (§9.6) -------------------------------------------------------- */

static const struct fault *unreadable(struct arena *a, const struct xml_node *node)
{
	return fault_make(a, FAULT_BAD_REQUEST, NULL, "The calendar-data has an unfit %.*s in it.",
			  TEXT_ARG(text_sub(node->name, 0, 60)));
}

/* §9.6: both have a default, and of the version there is no other. */
static const struct fault *read_type(struct arena *a, const struct xml_node *node,
				     struct dav_variant *out)
{
	struct text type = TEXT("text/calendar"), version = TEXT("2.0"), essence;

	(void)xml_attr(node, "content-type", &type);
	(void)xml_attr(node, "version", &version);
	if (text_next(&type, ';', &essence) && text_equal(version, TEXT("2.0"))) {
		out->as_jcal = text_equal_nocase(text_trim(essence), TEXT(JCAL_MEDIA_TYPE));
		if (out->as_jcal || text_equal_nocase(text_trim(essence), TEXT("text/calendar")))
			return NULL;
	}
	return fault_make(a, FAULT_BAD_MEDIA_DATA, NULL,
			  "Calendar data is given as text/calendar 2.0, or as jCal.");
}

static const struct fault *read_prop(struct arena *a, const struct xml_node *node,
				     struct dav_prop_pick **list)
{
	struct dav_prop_pick *p = arena_alloc(a, sizeof(*p));
	struct text no_value = TEXT("no");

	(void)xml_attr(node, "novalue", &no_value);
	p->has_no_value = text_equal(no_value, TEXT("yes"));
	if (!xml_attr(node, "name", &p->name) ||
	    (!p->has_no_value && !text_equal(no_value, TEXT("no"))))
		return unreadable(a, node);
	p->next = *list;
	*list = p;
	return NULL;
}

/* The depth of the recursion is that of the tree: XML_DEPTH_MAX. */
static const struct fault *read_comp(struct arena *a, const struct xml_node *node,
				     struct dav_comp_pick **list)
{
	struct dav_comp_pick *c = arena_alloc(a, sizeof(*c));
	const struct fault *f = NULL;

	if (!xml_attr(node, "name", &c->name))
		return unreadable(a, node);
	c->next = *list;
	*list = c;
	/* RFC 4791 §7.8.1 asks for a whole VTIMEZONE by an empty element. */
	c->all_props = c->all_comps = !node->first_child;
	for (const struct xml_node *n = node->first_child; n && !f; n = n->next) {
		if (xml_is(n, NS_CALDAV, "allprop"))
			c->all_props = true;
		else if (xml_is(n, NS_CALDAV, "allcomp"))
			c->all_comps = true;
		else if (xml_is(n, NS_CALDAV, "prop"))
			f = read_prop(a, n, &c->props);
		else if (xml_is(n, NS_CALDAV, "comp"))
			f = read_comp(a, n, &c->comps);
		else
			f = unreadable(a, n);
	}
	return f;
}

static const struct fault *read_root(struct arena *a, const struct xml_node *node,
				     const struct dav_comp_pick **out)
{
	struct dav_comp_pick *root = NULL;
	const struct fault *f = read_comp(a, node, &root);

	if (f)
		return f;
	if (*out || !text_equal_nocase(root->name, TEXT("VCALENDAR")))
		return unreadable(a, node);
	*out = root;
	return NULL;
}

/* expand and its like have both start and end, and stand once. */
static const struct fault *read_range(struct arena *a, const struct xml_node *node,
				      const struct dav_range **out)
{
	struct dav_range *r = arena_alloc(a, sizeof(*r));
	struct text value;
	const struct fault *f;

	if (*out || !xml_attr(node, "start", &value) || !xml_attr(node, "end", &value))
		return unreadable(a, node);
	f = dav_range_read(a, node, r);
	if (f)
		return fault_is(f, FAULT_BAD_FILTER) ? unreadable(a, node) : f;
	*out = r;
	return NULL;
}

static const struct fault *read_part(struct arena *a, const struct xml_node *n,
				     struct dav_calendar_data *cd)
{
	if (xml_is(n, NS_CALDAV, "comp"))
		return read_root(a, n, &cd->pick);
	if (xml_is(n, NS_CALDAV, "expand"))
		return read_range(a, n, &cd->expand);
	if (xml_is(n, NS_CALDAV, "limit-recurrence-set"))
		return read_range(a, n, &cd->limit_recurrence);
	if (xml_is(n, NS_CALDAV, "limit-freebusy-set"))
		return read_range(a, n, &cd->limit_freebusy);
	return unreadable(a, n);
}

const struct fault *dav_caldata_read(struct arena *a, const struct xml_node *node,
				     bool by_reference, const struct dav_calendar_data **out)
{
	struct dav_calendar_data *cd = arena_alloc(a, sizeof(*cd));
	const struct fault *f = read_type(a, node, &cd->variant);

	*out = NULL;
	cd->variant.by_reference = by_reference;
	for (const struct xml_node *n = node->first_child; n && !f; n = n->next)
		f = read_part(a, n, cd);
	if (f)
		return f;
	if (cd->expand && cd->limit_recurrence)
		return unreadable(a, node);
	if (node->first_child || !dav_variant_is_stored(&cd->variant))
		*out = cd;
	return NULL;
}

const char *dav_caldata_type(const struct dav_calendar_data *cd)
{
	return cd && cd->variant.as_jcal ? JCAL_MEDIA_TYPE : NULL;
}

/* ---- cutting by name (§9.6.1, §9.6.4) ------------------------------------------------------- */

struct cutter {
	struct arena *arena;
	struct text raw;
	struct ical_blocks blocks;
	struct buf out;
};

static void keep(struct cutter *k, size_t begin, size_t end)
{
	buf_put(&k->out, k->raw.at + begin, end - begin);
}

static void keep_line(struct cutter *k, const struct dav_comp_pick *pick, const struct ical_line *l)
{
	const struct dav_prop_pick *p = pick->props;
	struct buf line;

	while (p && !text_equal_nocase(p->name, l->name))
		p = p->next;
	if (!p || !p->has_no_value) {
		if (p || pick->all_props)
			keep(k, l->begin, l->end);
		return;
	}
	buf_init(&line, k->arena, 128, ICAL_MAX_LINE_BYTES);
	buf_put_text(&line, l->name);
	buf_put_text(&line, l->params);
	buf_put_char(&line, ':');
	ical_put_line(&k->out, buf_text(&line));
}

static void keep_comp(struct cutter *k, const struct dav_comp_pick *pick, size_t block)
{
	const struct ical_block *b = &k->blocks.at[block];
	struct ical_walk w;
	struct ical_line l;
	size_t child;

	keep(k, b->begin, b->body);
	ical_walk_begin(&w, k->arena, k->raw, &k->blocks, block);
	while (ical_walk_next(&w, &l, &child)) {
		const struct ical_block *inner = &k->blocks.at[child];
		const struct dav_comp_pick *p = pick->comps;

		if (!child) {
			keep_line(k, pick, &l);
			continue;
		}
		while (p && !text_equal_nocase(p->name, inner->name))
			p = p->next;
		if (p)
			keep_comp(k, p, child);
		else if (pick->all_comps)
			keep(k, inner->begin, inner->end);
	}
	keep(k, b->body_end, b->end);
}

static const struct fault *cut_by_name(struct arena *a, const struct dav_comp_pick *pick,
				       struct text raw, struct text *out)
{
	struct cutter k = {.arena = a, .raw = raw};
	const struct fault *f =
		ical_guard_blocks(a, raw, false, 4 * (size_t)ICAL_MAX_COMPONENTS, &k.blocks);

	/* An empty object has nothing to cut; what is no object is given as it is. */
	*out = raw;
	if (f || k.blocks.count == 0)
		return NULL;
	buf_init(&k.out, a, raw.len + 1, CALDATA_MAX_BYTES);
	keep_comp(&k, pick, 0);
	*out = buf_text(&k.out);
	return arena_check(a);
}

const struct fault *dav_caldata_cut(struct arena *a, const struct dav_calendar_data *cd,
				    struct text raw, const struct zone *floating, struct text *out)
{
	const struct fault *f = NULL;

	if (cd->expand)
		f = dav_caldata_expand(a, cd->expand, raw, floating, &raw);
	if (!f && cd->limit_recurrence)
		f = dav_caldata_limit_recurrence(a, cd->limit_recurrence, raw, floating, &raw);
	if (!f && cd->limit_freebusy)
		f = dav_caldata_limit_freebusy(a, cd->limit_freebusy, raw, &raw);
	if (!f && cd->pick)
		f = cut_by_name(a, cd->pick, raw, &raw);
	*out = raw;
	return f ? f : dav_variant_make(a, &cd->variant, raw, out);
}

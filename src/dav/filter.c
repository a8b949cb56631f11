/* filter - from XML to a filter, and what of it rows can answer; see filter.h */

#include "dav/filter.h"

#include "base/arena.h"
#include "ical/object.h"
#include "xml/read.h"

struct filter_reader {
	struct arena *arena;
	size_t parts;
};

static const struct fault *invalid(struct arena *a, const struct xml_node *node, const char *why)
{
	return fault_make(a, FAULT_BAD_FILTER, NULL, "The filter is not valid: %.*s %s.",
			  TEXT_ARG(text_sub(node->name, 0, 60)), why);
}

static bool is_name(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return t.len > 0 && t.len <= 255;
}

/*
 * The first element from n on that counts: what stands in other namespaces is not known here and
 * passed over (RFC 4918 §17); what is CalDAV's has its place or none.
 */
static const struct xml_node *known(const struct xml_node *n)
{
	while (n && n->ns != NS_CALDAV)
		n = n->next;
	return n;
}

static bool is_blank(struct text t)
{
	return text_trim(t).len == 0;
}

/* But for texts to match, a filter is made of elements alone. */
static bool has_words(const struct xml_node *node)
{
	bool found = !is_blank(node->text);

	for (const struct xml_node *n = node->first_child; n && !found; n = n->next)
		found = !is_blank(n->tail);
	return found;
}

/* What comp-filter, prop-filter and param-filter have in common: a name, and their number. */
static const struct fault *begin_part(struct filter_reader *r, const struct xml_node *node,
				      struct text *name_out)
{
	if (++r->parts > DAV_FILTER_PARTS)
		return invalid(r->arena, node, "is one part too many");
	if (!xml_attr(node, "name", name_out) || !is_name(*name_out))
		return invalid(r->arena, node, "has no proper name");
	if (has_words(node))
		return invalid(r->arena, node, "has words between its elements");
	return NULL;
}

/* is-not-defined stands alone, and is empty (§9.7.4). */
static const struct fault *read_not_defined(struct filter_reader *r, const struct xml_node *node,
					    bool *out)
{
	const struct xml_node *none = xml_child(node, NS_CALDAV, "is-not-defined");

	*out = none != NULL;
	if (*out && (known(node->first_child) != none || known(none->next)))
		return invalid(r->arena, node, "says more than is-not-defined");
	if (*out && (known(none->first_child) || has_words(none)))
		return invalid(r->arena, none, "is not empty");
	return NULL;
}

/* ---- time-range and text-match (§9.9, §9.7.5) -------------------------------------------- */

/* An end of a range that is there; the year 0 is before CALDAV:min-date-time (§7.8). */
static const struct fault *read_utc(struct arena *a, const struct xml_node *node, struct text value,
				    int64_t *out)
{
	enum time_form form;

	if (time_parse(value, out, &form) && form == TIME_UTC)
		return NULL;
	if (time_precedes_all(value))
		return fault_make(a, FAULT_TOO_EARLY, NULL, "Time begins with the year 1.");
	return invalid(a, node, "has a time that is not UTC");
}

const struct fault *dav_range_read(struct arena *a, const struct xml_node *node,
				   struct dav_range *out)
{
	struct text start, end;
	bool has_start = xml_attr(node, "start", &start), has_end = xml_attr(node, "end", &end);
	const struct fault *f = NULL;

	*out = (struct dav_range){TIME_MIN, TIME_MAX};
	if (!has_start && !has_end)
		return invalid(a, node, "has neither start nor end");
	if (has_start)
		f = read_utc(a, node, start, &out->from);
	if (!f && has_end)
		f = read_utc(a, node, end, &out->to);
	if (f)
		return f;
	if (out->from >= out->to)
		return invalid(a, node, "does not end after its start");
	return NULL;
}

static const struct fault *read_range(struct filter_reader *r, const struct xml_node *node,
				      const struct dav_range **out)
{
	struct dav_range *range = arena_alloc(r->arena, sizeof(*range));

	if (*out)
		return invalid(r->arena, node, "stands twice");
	if (known(node->first_child) || has_words(node))
		return invalid(r->arena, node, "is not empty");
	*out = range;
	return dav_range_read(r->arena, node, range);
}

/* §7.5: wildcards are no identifiers, "default" is i;ascii-casemap. */
static const struct fault *read_collation(struct filter_reader *r, const struct xml_node *node,
					  bool *is_octet_out)
{
	struct text name;

	*is_octet_out = false;
	if (!xml_attr(node, "collation", &name) || text_equal(name, TEXT("i;ascii-casemap")) ||
	    text_equal(name, TEXT("default")))
		return NULL;
	*is_octet_out = text_equal(name, TEXT("i;octet"));
	if (*is_octet_out)
		return NULL;
	return fault_make(r->arena, FAULT_UNKNOWN_COLLATION, NULL,
			  "Collations are i;ascii-casemap and i;octet.");
}

static const struct fault *read_match(struct filter_reader *r, const struct xml_node *node,
				      const struct dav_text_match **out)
{
	struct dav_text_match *m = arena_alloc(r->arena, sizeof(*m));
	struct text negate = TEXT("no");
	const struct fault *f;

	if (*out)
		return invalid(r->arena, node, "stands twice");
	if (node->first_child)
		return invalid(r->arena, node, "holds more than text");
	(void)xml_attr(node, "negate-condition", &negate);
	m->is_negated = text_equal(negate, TEXT("yes"));
	if (!m->is_negated && !text_equal(negate, TEXT("no")))
		return invalid(r->arena, node, "has a negate-condition that is neither yes nor no");
	*out = m;
	f = read_collation(r, node, &m->is_octet);
	m->needle = xml_text_of(node);
	if (!m->is_octet)
		m->needle = text_lower(r->arena, m->needle);
	return f;
}

/* ---- param-filter and prop-filter (§9.7.3, §9.7.2) ---------------------------------------- */

static const struct fault *read_param(struct filter_reader *r, const struct xml_node *node,
				      struct dav_param_filter **list)
{
	struct dav_param_filter *p = arena_alloc(r->arena, sizeof(*p));
	const struct fault *f;
	struct text name;

	if ((f = begin_part(r, node, &name)) || (f = read_not_defined(r, node, &p->is_not_defined)))
		return f;
	p->name = text_cstr(r->arena, name);
	p->next = *list;
	*list = p;
	for (const struct xml_node *n = known(node->first_child); n; n = known(n->next)) {
		if (xml_is(n, NS_CALDAV, "text-match"))
			f = read_match(r, n, &p->match);
		else if (!xml_is(n, NS_CALDAV, "is-not-defined"))
			f = invalid(r->arena, n, "has no place in a param-filter");
		if (f)
			return f;
	}
	return NULL;
}

/* The properties on which §9.9 defines a time-range. */
static bool has_time(struct text name)
{
	static const char *const names[] = {"COMPLETED", "CREATED", "DTEND",	    "DTSTAMP",
					    "DTSTART",	 "DUE",	    "LAST-MODIFIED"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_equal_nocase(name, text_from(names[i])))
			return true;
	return false;
}

static const struct fault *check_prop(struct filter_reader *r, const struct xml_node *node,
				      const struct dav_prop_filter *p)
{
	if (p->range && p->match)
		return invalid(r->arena, node, "has both a time-range and a text-match");
	if (p->range && !has_time(p->name))
		return invalid(r->arena, node, "has a time-range, but is no time");
	return NULL;
}

static const struct fault *read_prop(struct filter_reader *r, const struct xml_node *node,
				     struct dav_prop_filter **list)
{
	struct dav_prop_filter *p = arena_alloc(r->arena, sizeof(*p));
	const struct fault *f;

	if ((f = begin_part(r, node, &p->name)) ||
	    (f = read_not_defined(r, node, &p->is_not_defined)))
		return f;
	p->next = *list;
	*list = p;
	for (const struct xml_node *n = known(node->first_child); n; n = known(n->next)) {
		if (xml_is(n, NS_CALDAV, "time-range"))
			f = read_range(r, n, &p->range);
		else if (xml_is(n, NS_CALDAV, "text-match"))
			f = read_match(r, n, &p->match);
		else if (xml_is(n, NS_CALDAV, "param-filter"))
			f = read_param(r, n, &p->params);
		else if (!xml_is(n, NS_CALDAV, "is-not-defined"))
			f = invalid(r->arena, n, "has no place in a prop-filter");
		if (f)
			return f;
	}
	return check_prop(r, node, p);
}

/* ---- comp-filter (§9.7.1) ------------------------------------------------------------------- */

/* Which components there are, within which, and whether §9.9 says when they are. */
static const struct comp_rule {
	const char *name, *within;
	bool has_time;
} comp_rules[] = {
	{"VEVENT", "VCALENDAR", true},
	{"VTODO", "VCALENDAR", true},
	{"VJOURNAL", "VCALENDAR", true},
	{"VFREEBUSY", "VCALENDAR", true},
	{"VAVAILABILITY", "VCALENDAR", true},
	{"VPOLL", "VCALENDAR", false},
	{"VTIMEZONE", "VCALENDAR", false},
	{"VALARM", "VEVENT VTODO", true},
	{"STANDARD", "VTIMEZONE", false},
	{"DAYLIGHT", "VTIMEZONE", false},
	{"AVAILABLE", "VAVAILABILITY", false},
	/* RFC 9073 §7, RFC 9074 §8.2 */
	{"PARTICIPANT", "VEVENT VTODO VJOURNAL VFREEBUSY", false},
	{"VLOCATION", "VEVENT VTODO VJOURNAL VFREEBUSY PARTICIPANT VALARM", false},
	{"VRESOURCE", "VEVENT VTODO VJOURNAL VFREEBUSY PARTICIPANT", false},
};

static bool is_listed(const char *list, struct text name)
{
	struct text rest = text_from(list), one;

	while (text_next(&rest, ' ', &one))
		if (text_equal_nocase(one, name))
			return true;
	return false;
}

static const struct fault *check_place(struct filter_reader *r, const struct xml_node *node,
				       const struct dav_comp_filter *c, struct text within)
{
	bool is_known = text_equal_nocase(c->name, TEXT("VCALENDAR"));

	for (size_t i = 0; i < ARRAY_LEN(comp_rules); i++) {
		const struct comp_rule *rule = &comp_rules[i];

		if (!text_equal_nocase(c->name, text_from(rule->name)))
			continue;
		is_known = true;
		if (!is_listed(rule->within, within))
			continue;
		if (c->range && !rule->has_time)
			return invalid(r->arena, node, "has a time-range, but no time");
		return NULL;
	}
	if (is_known)
		return invalid(r->arena, node, "names a component that cannot stand there");
	if (!text_starts_nocase(c->name, TEXT("X-")))
		return fault_make(r->arena, FAULT_UNKNOWN_FILTER, text_cstr(r->arena, c->name),
				  "There is no component %.*s.",
				  TEXT_ARG(text_sub(c->name, 0, 60)));
	if (c->range)
		return invalid(r->arena, node, "has a time-range, but no time");
	return NULL;
}

static const struct fault *read_comp(struct filter_reader *r, const struct xml_node *node,
				     struct text within, struct dav_comp_filter **list);

static const struct fault *read_comp_part(struct filter_reader *r, const struct xml_node *n,
					  struct dav_comp_filter *c, size_t *props)
{
	if (xml_is(n, NS_CALDAV, "time-range"))
		return read_range(r, n, &c->range);
	if (xml_is(n, NS_CALDAV, "prop-filter")) {
		if (++*props > DAV_FILTER_PROPS)
			return invalid(r->arena, n, "is one too many");
		return read_prop(r, n, &c->props);
	}
	if (xml_is(n, NS_CALDAV, "comp-filter"))
		return read_comp(r, n, c->name, &c->comps);
	if (xml_is(n, NS_CALDAV, "is-not-defined"))
		return NULL;
	return invalid(r->arena, n, "has no place in a comp-filter");
}

/* The depth of the recursion is that of the tree: XML_DEPTH_MAX. */
static const struct fault *read_comp(struct filter_reader *r, const struct xml_node *node,
				     struct text within, struct dav_comp_filter **list)
{
	struct dav_comp_filter *c = arena_alloc(r->arena, sizeof(*c));
	size_t props = 0;
	const struct fault *f;

	if ((f = begin_part(r, node, &c->name)) ||
	    (f = read_not_defined(r, node, &c->is_not_defined)))
		return f;
	c->next = *list;
	*list = c;
	for (const struct xml_node *n = known(node->first_child); n; n = known(n->next))
		if ((f = read_comp_part(r, n, c, &props)))
			return f;
	if (within.len > 0)
		return check_place(r, node, c, within);
	if (!text_equal_nocase(c->name, TEXT("VCALENDAR")) || c->range || c->is_not_defined)
		return invalid(r->arena, node, "does not say what is wanted of a VCALENDAR");
	return NULL;
}

const struct fault *dav_filter_read(struct arena *a, const struct xml_node *filter,
				    const struct dav_comp_filter **out)
{
	struct filter_reader r = {.arena = a};
	struct dav_comp_filter *root = NULL;
	const struct xml_node *first;
	const struct fault *f;

	if (!filter)
		return fault_make(a, FAULT_BAD_FILTER, NULL, "There is no filter.");
	first = known(filter->first_child);
	if (!xml_is(first, NS_CALDAV, "comp-filter") || known(first->next) || has_words(filter))
		return invalid(a, filter, "holds one comp-filter, and nothing else");
	f = read_comp(&r, first, TEXT_NONE, &root);
	*out = root;
	return f;
}

/* ---- the plan ----------------------------------------------------------------------------------
 */

/*
 * A UID that is matched as it stands in its column. Where the needle has a character that is
 * written with a backslash, or that an escape could end in, the column says nothing.
 */
static const struct dav_text_match *plan_uid(const struct dav_comp_filter *c)
{
	for (const struct dav_prop_filter *p = c->props; p; p = p->next) {
		if (!text_equal_nocase(p->name, TEXT("UID")) || !p->match || p->match->is_negated)
			continue;
		if (text_find_char(p->match->needle, '\\', 0) < 0 &&
		    text_find_char(p->match->needle, ',', 0) < 0 &&
		    text_find_char(p->match->needle, ';', 0) < 0 &&
		    text_find_char(p->match->needle, '\n', 0) < 0)
			return p->match;
	}
	return NULL;
}

/* All items of an object are of one component (RFC 4791 §4.1), so bits can be taken together. */
static void plan_comp(struct dav_filter_plan *plan, const struct dav_comp_filter *c)
{
	enum ical_component component = ical_component_find(c->name);

	if (!component) {
		plan->is_whole = false;
		return;
	}
	if (c->is_not_defined) {
		plan->components &= ~(unsigned)component;
		return;
	}
	plan->components &= component;
	if (c->props || c->comps || (c->range && plan->range))
		plan->is_whole = false;
	if (c->range)
		plan->range = c->range;
	if (!plan->uid)
		plan->uid = plan_uid(c);
}

struct dav_filter_plan dav_filter_plan(const struct dav_comp_filter *f)
{
	struct dav_filter_plan plan = {.components = ~0U, .is_whole = f->props == NULL};

	for (const struct dav_comp_filter *c = f->comps; c; c = c->next)
		plan_comp(&plan, c);
	return plan;
}

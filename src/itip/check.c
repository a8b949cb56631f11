/* check - what a METHOD needs, may have and must not have. See check.h. */
#include "itip/check.h"

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/walk.h"

/* ---- METHODs ----------------------------------------------------------------------------- */

/* In the order of RFC 5546 §3.2. */
static const char *const method_names[ITIP_METHODS] = {
	[ITIP_PUBLISH] = "PUBLISH", [ITIP_REQUEST] = "REQUEST",
	[ITIP_REPLY] = "REPLY",	    [ITIP_ADD] = "ADD",
	[ITIP_CANCEL] = "CANCEL",   [ITIP_REFRESH] = "REFRESH",
	[ITIP_COUNTER] = "COUNTER", [ITIP_DECLINECOUNTER] = "DECLINECOUNTER",
};

const char *itip_method_name(enum itip_method m)
{
	return m < ITIP_METHODS ? method_names[m] : "";
}

enum itip_method itip_method_find(struct text name)
{
	for (int m = 0; m < ITIP_METHODS; m++)
		if (text_equal_nocase(text_trim(name), text_from(method_names[m])))
			return (enum itip_method)m;
	return ITIP_METHODS;
}

/* ---- the table ---------------------------------------------------------------------------- */

enum presence { IS___, IS_ANY, IS_NO, IS_no, IS_ONE, IS_one, IS_LEAST, IS_SOME, IS_some, IS_opt };

enum { MANY = INT32_MAX };

/* How often at least and at most: of what we send, and of what comes in. */
static const struct bounds {
	int32_t min, max;
} bounds[][2] = {
	[IS_ANY] = {{0, MANY}, {0, MANY}},  [IS_NO] = {{0, 0}, {0, 0}},
	[IS_no] = {{0, 0}, {0, MANY}},	    [IS_ONE] = {{1, 1}, {1, 1}},
	[IS_one] = {{1, 1}, {0, MANY}},	    [IS_LEAST] = {{1, 1}, {1, MANY}},
	[IS_SOME] = {{1, MANY}, {1, MANY}}, [IS_some] = {{1, MANY}, {0, MANY}},
	[IS_opt] = {{0, 1}, {0, MANY}},
};

static const struct rule {
	enum ical_component component;
	const char *name;
	enum presence presence[ITIP_METHODS];
} rules[] = {
#define RULE(component, name, publish, request, reply, add, cancel, refresh, counter, decline)     \
	{COMP_##component,                                                                         \
	 name,                                                                                     \
	 {IS_##publish, IS_##request, IS_##reply, IS_##add, IS_##cancel, IS_##refresh,             \
	  IS_##counter, IS_##decline}},
#include "itip/rules.tbl.h"
#undef RULE
};

/* ---- one message -------------------------------------------------------------------------- */

struct check {
	struct arena *arena;
	const struct ical_object *message;
	enum itip_method method;
	bool is_strict;
	size_t first, end;		  /* the component's rows */
	int32_t counts[ARRAY_LEN(rules)]; /* of one component */
};

/* "RFC 5546 §3.2.3" */
static const char *section(const struct check *c)
{
	int part = c->message->type == COMP_VEVENT ? 2 : c->message->type == COMP_VFREEBUSY ? 3 : 4;

	return arena_printf(c->arena, "RFC 5546 §3.%d.%d", part, (int)c->method + 1);
}

static const struct fault *refuse(const struct check *c, const char *name, const char *what)
{
	return fault_make(c->arena, FAULT_BAD_OBJECT, name, "%s %s in a METHOD:%s of a %s (%s).",
			  name, what, method_names[c->method],
			  ical_component_name(c->message->type), section(c));
}

static const struct fault *judge(const struct check *c, size_t row, int32_t count)
{
	const struct rule *r = &rules[row];
	const struct bounds *b = &bounds[r->presence[c->method]][c->is_strict ? 0 : 1];

	if (count < b->min)
		return refuse(c, r->name, "is missing");
	if (count > b->max)
		return refuse(c, r->name, b->max == 0 ? "must not stand" : "stands more than once");
	return NULL;
}

static void count(struct check *c, struct text name)
{
	for (size_t i = c->first; i < c->end; i++)
		if (text_equal_nocase(name, text_from(rules[i].name))) {
			c->counts[i]++;
			return;
		}
}

static bool find_rows(struct check *c)
{
	c->first = 0;
	while (c->first < ARRAY_LEN(rules) && rules[c->first].component != c->message->type)
		c->first++;
	c->end = c->first;
	while (c->end < ARRAY_LEN(rules) && rules[c->end].component == c->message->type)
		c->end++;
	return c->first < c->end && rules[c->first].presence[c->method] != IS___;
}

/* Is the row about components beside the checked ones? */
static bool is_outer(const struct check *c, size_t row)
{
	return text_equal(text_from(rules[row].name), TEXT("VTIMEZONE")) ||
	       ical_component_find(text_from(rules[row].name)) == c->message->type;
}

/* ---- values ------------------------------------------------------------------------------- */

/* The comments on STATUS; what is not listed has none. */
static const struct status_rule {
	enum ical_component component;
	unsigned methods; /* bit per METHOD */
	const char *words;
} status_rules[] = {
	{COMP_VEVENT, 1 << ITIP_PUBLISH | 1 << ITIP_COUNTER, "TENTATIVE,CONFIRMED,CANCELLED"},
	{COMP_VEVENT, 1 << ITIP_REQUEST | 1 << ITIP_ADD | 1 << ITIP_DECLINECOUNTER,
	 "TENTATIVE,CONFIRMED"},
	{COMP_VEVENT | COMP_VTODO, 1 << ITIP_CANCEL, "CANCELLED"},
	{COMP_VTODO, 1 << ITIP_PUBLISH | 1 << ITIP_COUNTER,
	 "COMPLETED,NEEDS-ACTION,IN-PROCESS,CANCELLED"},
	{COMP_VTODO, 1 << ITIP_REQUEST | 1 << ITIP_ADD | 1 << ITIP_DECLINECOUNTER,
	 "COMPLETED,NEEDS-ACTION,IN-PROCESS"},
};

static bool is_listed(struct text words, struct text word)
{
	struct text one;

	while (text_next(&words, ',', &one))
		if (text_equal_nocase(one, word))
			return true;
	return false;
}

static const struct fault *check_status(const struct check *c, const struct ical_line *l)
{
	for (size_t i = 0; i < ARRAY_LEN(status_rules); i++) {
		const struct status_rule *r = &status_rules[i];

		if ((r->component & c->message->type) && (r->methods & (1U << c->method)) &&
		    !is_listed(text_from(r->words), text_trim(l->value)))
			return refuse(c, "STATUS", "has a value that has no meaning");
	}
	return NULL;
}

/* "DateTime values must be in UTC" (§3.3): a client in another zone would read other hours. */
static const struct fault *check_utc(const struct check *c, const struct ical_item *item)
{
	if (item->type != COMP_VFREEBUSY)
		return NULL;
	if (item->dtstart.present && item->dtstart.form != TIME_UTC)
		return refuse(c, "DTSTART", "is not in UTC");
	if (item->dtend.present && item->dtend.form != TIME_UTC)
		return refuse(c, "DTEND", "is not in UTC");
	return NULL;
}

static const struct fault *check_values(const struct check *c, const struct ical_item *item)
{
	if (c->is_strict && c->method == ITIP_ADD && item->sequence == 0)
		return refuse(c, "SEQUENCE", "is 0"); /* §3.2.4: greater than 0 */
	return check_utc(c, item);
}

/* ---- components --------------------------------------------------------------------------- */

static const struct fault *check_item(struct check *c, const struct ical_item *item)
{
	const struct ical_object *o = c->message;
	const struct fault *f;
	struct ical_walk w;
	struct ical_line l;
	size_t inner;

	memset(c->counts, 0, sizeof(c->counts));
	ical_walk_begin(&w, c->arena, o->raw, &o->blocks, item->block);
	while (ical_walk_next(&w, &l, &inner)) {
		count(c, inner ? o->blocks.at[inner].name : l.name);
		if (!inner && c->is_strict && ical_line_is(&l, "STATUS") &&
		    (f = check_status(c, &l)))
			return f;
	}
	for (size_t i = c->first; i < c->end; i++)
		if (!is_outer(c, i) && (f = judge(c, i, c->counts[i])))
			return f;
	return check_values(c, item);
}

static int32_t count_zones(const struct ical_object *o)
{
	int32_t n = 0;

	for (size_t i = 1; i < o->blocks.count; i = o->blocks.at[i].next)
		n += ical_block_is(&o->blocks.at[i], "VTIMEZONE");
	return n;
}

static const struct fault *check_outer(const struct check *c)
{
	const struct ical_object *o = c->message;
	const struct fault *f;

	for (size_t i = c->first; i < c->end; i++) {
		bool is_zone = text_equal(text_from(rules[i].name), TEXT("VTIMEZONE"));
		int32_t n = is_zone ? count_zones(o) : (int32_t)o->item_count;

		if (is_outer(c, i) && (f = judge(c, i, n)))
			return f;
	}
	return NULL;
}

static const struct fault *check_message(struct arena *a, const struct ical_object *message,
					 bool is_strict, enum itip_method *method_out)
{
	struct check c = {.arena = a, .message = message, .is_strict = is_strict};
	const struct fault *f;

	c.method = *method_out = itip_method_find(message->method);
	if (c.method == ITIP_METHODS || !find_rows(&c))
		return fault_make(a, FAULT_BAD_OBJECT, "METHOD",
				  "METHOD:%.*s has no meaning for a %s (RFC 5546 §3).",
				  TEXT_ARG(ical_brief(message->method)),
				  ical_component_name(message->type));
	if ((f = check_outer(&c)))
		return f;
	for (size_t i = 0; i < message->item_count; i++)
		if ((f = check_item(&c, &message->items[i])))
			return f;
	return arena_check(a);
}

const struct fault *itip_check(struct arena *a, const struct ical_object *message,
			       enum itip_method *method_out)
{
	return check_message(a, message, false, method_out);
}

const struct fault *itip_check_sent(struct arena *a, const struct ical_object *message)
{
	enum itip_method method;

	return check_message(a, message, true, &method);
}

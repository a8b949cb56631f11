/*
 * compare - what has become of a component; see instance.h
 *
 * Each line becomes a fact, written in one way whatever the bytes: name and parameters in order
 * and case, escapes resolved, addresses as ical_address() makes them, defaults left out. A
 * component is a set of facts; the weightiest that only one revision has tells how far it changed.
 * Dates are not among them: compare_times.c reads those as values.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/instance_priv.h"
#include "itip/told_priv.h"

static enum itip_change further(enum itip_change a, enum itip_change b)
{
	return a > b ? a : b;
}

/* ---- how a line is read ------------------------------------------------------------------- */

enum kind {
	AS_TEXT,
	AS_WORD, /* case does not count */
	AS_LIST, /* nor does order */
	AS_ADDRESS,
};

struct row {
	const char *name;
	enum itip_change weight;
	enum kind kind;
	const char *normal; /* the default; NULL: none */
};

/* What stands in no row is a text that others are told, or no change at all (told_priv.h). */
static const struct row properties[] = {
	/* Of the revision, not of the meeting (RFC 5545 §3.8.7) */
	{"CREATED", ITIP_SAME, AS_TEXT, NULL},
	{"DTSTAMP", ITIP_SAME, AS_TEXT, NULL},
	{"LAST-MODIFIED", ITIP_SAME, AS_TEXT, NULL},
	{"SEQUENCE", ITIP_SAME, AS_TEXT, NULL},
	/* What makes them the same component (§3.8.4) */
	{"RECURRENCE-ID", ITIP_SAME, AS_TEXT, NULL},
	{"UID", ITIP_SAME, AS_TEXT, NULL},
	/* Compared as times */
	{"DTEND", ITIP_SAME, AS_TEXT, NULL},
	{"DTSTART", ITIP_SAME, AS_TEXT, NULL},
	{"DUE", ITIP_SAME, AS_TEXT, NULL},
	{"DURATION", ITIP_SAME, AS_TEXT, NULL},
	{"EXDATE", ITIP_SAME, AS_TEXT, NULL},
	{"RDATE", ITIP_SAME, AS_TEXT, NULL},
	{"RRULE", ITIP_SAME, AS_TEXT, NULL},
	/* Whether the time is taken is each owner's own (RFC 6638 §3.2.2.1) */
	{"TRANSP", ITIP_SAME, AS_WORD, NULL},
	/* An attendee's progress (§3.2.2.1) */
	{"COMPLETED", ITIP_PARTSTAT, AS_TEXT, NULL},
	{"PERCENT-COMPLETE", ITIP_PARTSTAT, AS_TEXT, "0"},
	/* The meeting */
	{"ATTENDEE", ITIP_DETAILS, AS_ADDRESS, NULL},
	{"ORGANIZER", ITIP_DETAILS, AS_ADDRESS, NULL},
	{"CATEGORIES", ITIP_DETAILS, AS_LIST, NULL},
	{"RESOURCES", ITIP_DETAILS, AS_LIST, NULL},
	{"CLASS", ITIP_DETAILS, AS_WORD, "PUBLIC"},
	{"PRIORITY", ITIP_DETAILS, AS_TEXT, "0"},
	{"STATUS", ITIP_DETAILS, AS_WORD, NULL},
};

static const struct row params[] = {
	/* An answer, and what hangs on it */
	{"PARTSTAT", ITIP_PARTSTAT, AS_WORD, "NEEDS-ACTION"},
	{"DELEGATED-TO", ITIP_PARTSTAT, AS_ADDRESS, NULL},
	{"SENT-BY", ITIP_PARTSTAT, AS_ADDRESS, NULL},
	/* Whether an answer is asked for, and what programs note for themselves */
	{"RSVP", ITIP_SAME, AS_WORD, NULL},
	{"EMAIL", ITIP_SAME, AS_ADDRESS, NULL},
	/* The rest */
	{"CUTYPE", ITIP_DETAILS, AS_WORD, "INDIVIDUAL"},
	{"ROLE", ITIP_DETAILS, AS_WORD, "REQ-PARTICIPANT"},
	{"DELEGATED-FROM", ITIP_DETAILS, AS_ADDRESS, NULL},
	{"MEMBER", ITIP_DETAILS, AS_ADDRESS, NULL},
	{"VALUE", ITIP_DETAILS, AS_WORD, "TEXT"},
};

static const struct row told = {"", ITIP_DETAILS, AS_TEXT, NULL};
static const struct row untold = {"", ITIP_SAME, AS_TEXT, NULL};

static const struct row *find_row(const struct row *rows, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(name, text_from(rows[i].name)))
			return &rows[i];
	return NULL;
}

static const struct row *property_row(struct text name)
{
	const struct row *row = find_row(properties, ARRAY_LEN(properties), name);

	return row ? row : itip_is_told(name) ? &told : &untold;
}

static const struct row *param_row(struct text name)
{
	const struct row *row = find_row(params, ARRAY_LEN(params), name);

	return row ? row : itip_is_told_param(name) ? &told : &untold;
}

/* A value in the one way in which it is compared; empty: nothing, or the default. */
static struct text plain(struct arena *a, const struct row *row, struct text value)
{
	struct text out = value;

	if (row->kind == AS_WORD)
		out = text_lower(a, text_trim(value));
	else if (row->kind == AS_ADDRESS)
		out = ical_address(a, value);
	if (row->normal && text_equal_nocase(text_trim(out), text_from(row->normal)))
		return TEXT_NONE;
	return out;
}

/* ---- facts -------------------------------------------------------------------------------- */

struct fact {
	struct text says;
	enum itip_change weight;
};

struct facts {
	bool is_read;
	struct fact *at;
	size_t count, cap;
	struct text rule;
};

struct param_list {
	struct arena *arena;
	struct fact *at;
	size_t count, cap;
};

static struct fact *grow(struct arena *a, struct fact *at, size_t count, size_t *cap)
{
	size_t wanted = *cap ? *cap * 2 : 16;
	struct fact *bigger;

	if (count < *cap)
		return at;
	bigger = arena_alloc_array(a, wanted, sizeof(*bigger));
	if (count > 0)
		memcpy(bigger, at, count * sizeof(*at));
	*cap = wanted;
	return bigger;
}

static int compare_facts(const void *left, const void *right)
{
	const struct fact *a = left, *b = right;
	int order = text_compare(a->says, b->says);

	return order ? order : (a->weight > b->weight) - (a->weight < b->weight);
}

static void take_param(struct text name, struct text value, void *ctx)
{
	struct param_list *list = ctx;
	const struct row *row = param_row(name);
	struct text says;
	struct buf b;

	if (row->weight == ITIP_SAME || (says = plain(list->arena, row, value)).len == 0)
		return;
	buf_init(&b, list->arena, name.len + says.len + 3, 2 * ICAL_MAX_LINE_BYTES);
	buf_put_char(&b, ';');
	buf_put_text(&b, text_lower(list->arena, name));
	buf_put_char(&b, '=');
	buf_put_text(&b, says);
	list->at = grow(list->arena, list->at, list->count, &list->cap);
	list->at[list->count++] = (struct fact){buf_text(&b), row->weight};
}

static struct param_list read_params(struct arena *a, const struct ical_line *l)
{
	struct param_list list = {.arena = a};

	if (l->params.len == 0)
		return list;
	ical_line_params_each(a, l, take_param, &list);
	if (list.count > 1)
		qsort(list.at, list.count, sizeof(*list.at), compare_facts);
	return list;
}

/* "attendee;role=chair:al@x.y", with the parameters of one weight. */
static bool put_fact(struct arena *a, struct facts *f, const struct ical_line *l,
		     const struct param_list *list, struct text value, enum itip_change weight,
		     enum itip_change param_weight)
{
	bool has_params = false;
	struct buf b;

	buf_init(&b, a, l->name.len + l->params.len + value.len + 2, 4 * ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, text_lower(a, l->name));
	for (size_t i = 0; i < list->count; i++) {
		if (list->at[i].weight != param_weight)
			continue;
		has_params = true;
		buf_put_text(&b, list->at[i].says);
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, value);
	f->at = grow(a, f->at, f->count, &f->cap);
	f->at[f->count] = (struct fact){buf_text(&b), weight};
	return has_params;
}

/* A person's line says two things: that they are invited, and what they answered. */
static void add_fact(struct arena *a, struct facts *f, const struct row *row,
		     const struct ical_line *l, const struct param_list *list, struct text value)
{
	put_fact(a, f, l, list, value, row->weight, ITIP_DETAILS);
	f->count++;
	if (put_fact(a, f, l, list, value, ITIP_PARTSTAT, ITIP_PARTSTAT))
		f->count++;
}

static void add_list(struct arena *a, struct facts *f, const struct row *row,
		     const struct ical_line *l, const struct param_list *list)
{
	size_t from = 0;

	for (size_t i = 0; i <= l->value.len; i++) {
		if (i < l->value.len && l->value.at[i] == '\\') {
			i++;
			continue;
		}
		if (i < l->value.len && l->value.at[i] != ',')
			continue;
		add_fact(a, f, row, l, list,
			 ical_text_unescape(a, text_sub(l->value, from, i - from)));
		from = i + 1;
	}
}

static void read_line(struct arena *a, struct facts *f, const struct ical_line *l)
{
	const struct row *row = property_row(l->name);
	struct param_list list;
	struct text value;

	if (ical_line_is(l, "RRULE") && f->rule.len == 0)
		f->rule = text_trim(l->value);
	if (row->weight == ITIP_SAME)
		return;
	value = plain(a, row, l->value);
	if (value.len == 0)
		return;
	list = read_params(a, l);
	if (row->kind == AS_LIST)
		add_list(a, f, row, l, &list);
	else
		add_fact(a, f, row, l, &list, ical_text_unescape(a, value));
}

static void read_facts(struct arena *a, struct facts *f, const struct ical_object *o,
		       const struct ical_item *item)
{
	struct ical_walk w;
	struct ical_line l;
	size_t kept = 0;

	f->is_read = true;
	ical_walk_begin(&w, a, o->raw, &o->blocks, item->block);
	while (ical_walk_line(&w, &l))
		if (l.value.at)
			read_line(a, f, &l);
	if (f->count > 1)
		qsort(f->at, f->count, sizeof(*f->at), compare_facts);
	for (size_t i = 0; i < f->count; i++)
		if (kept == 0 || compare_facts(&f->at[kept - 1], &f->at[i]) != 0)
			f->at[kept++] = f->at[i];
	f->count = kept;
}

/* The weightiest fact that one of them lacks. */
static enum itip_change differ(const struct facts *was, const struct facts *is)
{
	enum itip_change change = ITIP_SAME;
	size_t i = 0, k = 0;

	while (change < ITIP_DETAILS && (i < was->count || k < is->count)) {
		int order = i == was->count  ? 1
			    : k == is->count ? -1
					     : compare_facts(&was->at[i], &is->at[k]);

		if (order != 0)
			change = further(change, order < 0 ? was->at[i].weight : is->at[k].weight);
		i += order <= 0;
		k += order >= 0;
	}
	return change;
}

/* ---- components --------------------------------------------------------------------------- */

struct revision {
	const struct ical_object *object;
	struct itip_clock clock;
	struct facts *facts; /* one for each component, read when it is first asked for */
};

struct itip_comparison {
	struct arena *arena;
	struct revision was, is;
};

static void read_revision(struct revision *r, struct arena *a, const struct ical_object *o)
{
	r->object = o;
	r->clock = itip_clock_of(o);
	r->facts = arena_alloc_array(a, o->item_count, sizeof(*r->facts));
}

struct itip_comparison *itip_compare(struct arena *a, const struct ical_object *was,
				     const struct ical_object *is)
{
	struct itip_comparison *c = arena_alloc(a, sizeof(*c));

	c->arena = a;
	read_revision(&c->was, a, was);
	read_revision(&c->is, a, is);
	return c;
}

static const struct facts *facts_of(struct itip_comparison *c, struct revision *r,
				    const struct ical_item *item)
{
	struct facts *f = &r->facts[item - r->object->items];

	if (!f->is_read)
		read_facts(c->arena, f, r->object, item);
	return f;
}

enum itip_change itip_compare_items(struct itip_comparison *c, const struct ical_item *was,
				    const struct ical_item *is)
{
	const struct facts *old, *new;
	enum itip_change change;

	if (!was || !is)
		return is ? ITIP_TIMES : was ? ITIP_DETAILS : ITIP_SAME;
	old = facts_of(c, &c->was, was);
	new = facts_of(c, &c->is, is);
	change = itip_compare_times(c->arena, &(struct itip_side){&c->was.clock, was, old->rule},
				    &(struct itip_side){&c->is.clock, is, new->rule});
	return change == ITIP_TIMES ? change : further(change, differ(old, new));
}

enum itip_change itip_item_change(struct arena *a, const struct ical_object *was_in,
				  const struct ical_item *was, const struct ical_object *is_in,
				  const struct ical_item *is)
{
	if (!was || !is)
		return is ? ITIP_TIMES : was ? ITIP_DETAILS : ITIP_SAME;
	return itip_compare_items(itip_compare(a, was_in, is_in), was, is);
}

/* ---- objects ------------------------------------------------------------------------------ */

static bool has_master(const struct itip_instances *all)
{
	return all->count > 0 && all->at[0].is_master;
}

static bool is_override_of(const struct itip_instance *i, int64_t id)
{
	return i && i->item && !i->is_master && i->id == id;
}

/* Where neither has an override, the masters' comparison, EXDATEs among them, has said all. */
static enum itip_change instance_change(struct itip_comparison *c, int64_t id,
					const struct itip_instance *was,
					const struct itip_instance *is)
{
	if (!is_override_of(was, id) && !is_override_of(is, id))
		return ITIP_SAME;
	return itip_compare_items(c, was ? was->item : NULL, is ? is->item : NULL);
}

static enum itip_change master_change(struct itip_comparison *c, const struct itip_instances *was,
				      const struct itip_instances *is)
{
	return itip_compare_items(c, has_master(was) ? was->at[0].item : NULL,
				  has_master(is) ? is->at[0].item : NULL);
}

enum itip_change itip_object_change(struct arena *a, const struct ical_object *was,
				    const struct ical_object *is)
{
	struct itip_comparison *c = itip_compare(a, was, is);
	struct itip_instances old, new;
	enum itip_change change;
	size_t i, k;

	itip_instances(a, was, &old);
	itip_instances(a, is, &new);
	change = master_change(c, &old, &new);
	i = has_master(&old);
	k = has_master(&new);
	while (change < ITIP_TIMES && (i < old.count || k < new.count)) {
		bool is_old = k == new.count || (i < old.count && old.at[i].id <= new.at[k].id);
		int64_t id = is_old ? old.at[i].id : new.at[k].id;

		change = further(change, instance_change(c, id, itip_instance_find(&old, id),
							 itip_instance_find(&new, id)));
		i += i < old.count && old.at[i].id == id;
		k += k < new.count &&new.at[k].id == id;
	}
	return change;
}

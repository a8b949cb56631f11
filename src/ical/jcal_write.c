/*
 * jcal_write - from content lines to jCal (RFC 7265 §3)
 *
 * A component is [name, [property…], [component…]], and a walk meets properties and components
 * in any order; so its lines are read twice, and what stands inside is passed over the
 * first time.
 */

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/jcal_priv.h"
#include "ical/walk.h"

enum {
	JCAL_PARAMS_MAX = 64,  /* on one line; RFC 5545 knows 20 */
	JCAL_VALUES_MAX = 2000 /* of all of them; delegations and memberships are lists */
};

/* ---- parameters (§3.5) --------------------------------------------------------------------- */

/* Values in the order of the line; those of one name are given together. */
struct jcal_params {
	struct text name[JCAL_PARAMS_MAX]; /* each once, in lower case */
	size_t name_count;
	struct {
		size_t name; /* index */
		struct text value;
	} at[JCAL_VALUES_MAX];
	size_t count;
	struct text type; /* VALUE, which is no parameter in jCal (§3.5.1) */
	struct arena *arena;
	bool is_too_much;
};

/* One text on its way. */
struct jcal_source {
	struct arena *arena;
	struct text raw;
	struct ical_blocks blocks;
	struct jcal_params params; /* of the line at hand */
	struct json_writer *out;
};

static size_t find_param(struct jcal_params *p, struct text name)
{
	size_t i = 0;

	while (i < p->name_count && !text_equal_nocase(p->name[i], name))
		i++;
	if (i == JCAL_PARAMS_MAX)
		p->is_too_much = true;
	else if (i == p->name_count)
		p->name[p->name_count++] = text_lower(p->arena, name);
	return i;
}

static void take_param(struct text name, struct text value, void *ctx)
{
	struct jcal_params *p = ctx;
	size_t i;

	if (text_equal_nocase(name, TEXT("VALUE"))) {
		p->type = text_lower(p->arena, value);
		return;
	}
	i = find_param(p, name);
	if (p->count == JCAL_VALUES_MAX)
		p->is_too_much = true;
	if (p->is_too_much)
		return;
	p->at[p->count].name = i;
	p->at[p->count++].value = value;
}

static void put_param(const struct jcal_params *p, size_t name, struct json_writer *w)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += p->at[i].name == name;
	json_key_text(w, p->name[name]);
	if (count != 1)
		json_begin_list(w);
	for (size_t i = 0; i < p->count; i++)
		if (p->at[i].name == name)
			json_add_text(w, p->at[i].value);
	if (count != 1)
		json_end_list(w);
}

/* The type of a binary value says how it is encoded (§3.6.1). */
static bool is_said_by_type(const struct jcal_params *p, size_t name, struct text type)
{
	return text_equal(type, TEXT("binary")) && text_equal(p->name[name], TEXT("encoding"));
}

static void put_params(const struct jcal_params *p, struct text type, struct json_writer *w)
{
	json_begin_object(w);
	for (size_t i = 0; i < p->name_count; i++)
		if (!is_said_by_type(p, i, type))
			put_param(p, i, w);
	json_end_object(w);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_date(struct text value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((value.at[i] < '0' || value.at[i] > '9') && value.at[i] != ',')
			return false;
	return value.len > 0;
}

/*
 * The type that a line says, or that of its property. Some programs leave VALUE=DATE away: the
 * value tells.
 */
static struct text type_of(const struct jcal_property *property, const struct jcal_params *params,
			   struct text value)
{
	struct text type = params->type.len > 0 ? params->type : TEXT("unknown");

	if (params->type.len == 0 && property)
		type = text_from(property->type);
	if (text_equal(type, TEXT("date-time")) && is_date(value))
		type = TEXT("date");
	return type;
}

static void put_value(struct arena *a, const struct jcal_type *type, struct text value,
		      struct json_writer *w)
{
	if (!type->put_json || !type->put_json(a, value, w))
		json_add_text(w, value);
}

static void put_parted(struct arena *a, const struct jcal_type *type, struct text value,
		       char separator, struct json_writer *w)
{
	size_t at = 0;

	while (at <= value.len) {
		size_t end = jcal_find_separator(value, separator, at);

		put_value(a, type, text_sub(value, at, end - at), w);
		at = end + 1;
	}
}

static void put_values(struct arena *a, const struct jcal_property *property,
		       const struct jcal_type *type, struct text value, struct json_writer *w)
{
	bool is_list = property ? property->form == JCAL_LIST && type->is_list : type->is_list;

	if (property && property->form == JCAL_PARTS && type->is_list) {
		json_begin_list(w);
		put_parted(a, type, value, ';', w);
		json_end_list(w);
	} else if (is_list) {
		put_parted(a, type, value, ',', w);
	} else {
		put_value(a, type, value, w);
	}
}

/* ---- properties (§3.4) ----------------------------------------------------------------------- */

static const struct fault *put_property(struct jcal_source *s, const struct ical_line *l)
{
	struct jcal_params *params = &s->params;
	const struct jcal_property *property = jcal_property_find(l->name);
	struct text value = l->value.at ? l->value : TEXT(""), type;
	struct json_writer *w = s->out;

	params->name_count = params->count = 0;
	params->type = TEXT_NONE;
	ical_line_params_each(s->arena, l, take_param, params);
	if (params->is_too_much)
		return fault_make(s->arena, FAULT_BAD_DATA, NULL,
				  "A line has too many parameters.");
	type = type_of(property, params, value);
	json_begin_list(w);
	json_add_text(w, text_lower(s->arena, l->name));
	put_params(params, type, w);
	json_add_text(w, type);
	put_values(s->arena, property, jcal_type_find(type), value, w);
	json_end_list(w);
	return arena_check(s->arena);
}

/* ---- components (§3.3) ----------------------------------------------------------------------- */

static const struct fault *put_properties(struct jcal_source *s, size_t block)
{
	struct ical_walk walk;
	struct ical_line l;
	const struct fault *f = NULL;

	json_begin_list(s->out);
	ical_walk_begin(&walk, s->arena, s->raw, &s->blocks, block);
	while (!f && ical_walk_line(&walk, &l))
		f = put_property(s, &l);
	json_end_list(s->out);
	return f;
}

/* Name and properties; what stands inside may follow. */
static const struct fault *begin_component(struct jcal_source *s, size_t block)
{
	const struct fault *f;

	json_begin_list(s->out);
	json_add_text(s->out, text_lower(s->arena, s->blocks.at[block].name));
	f = put_properties(s, block);
	json_begin_list(s->out);
	return f;
}

/* The depth of the recursion is that of the blocks: ICAL_MAX_DEPTH. */
static const struct fault *put_component(struct jcal_source *s, size_t block)
{
	const struct fault *f = begin_component(s, block);

	for (size_t i = block + 1; !f && i < s->blocks.at[block].next; i = s->blocks.at[i].next)
		f = put_component(s, i);
	jcal_write_end(s->out);
	return f;
}

static const struct fault *open_source(struct arena *a, struct text raw, struct json_writer *w,
				       struct jcal_source **out)
{
	struct jcal_source *s = arena_alloc(a, sizeof(*s));

	s->arena = s->params.arena = a;
	s->raw = raw;
	s->out = w;
	*out = s;
	return ical_guard_blocks(a, raw, false, 4 * (size_t)ICAL_MAX_COMPONENTS, &s->blocks);
}

const struct fault *jcal_write(struct arena *a, struct text raw, struct json_writer *w)
{
	struct jcal_source *s;
	const struct fault *f = open_source(a, raw, w, &s);

	for (size_t i = 0; !f && i < s->blocks.count; i = s->blocks.at[i].next)
		f = put_component(s, i);
	return f;
}

const struct fault *jcal_write_begin(struct arena *a, struct text raw, struct json_writer *w)
{
	struct jcal_source *s;
	const struct fault *f = open_source(a, raw, w, &s);

	if (!f && s->blocks.count == 0)
		f = fault_make(a, FAULT_BAD_DATA, NULL, "There is no component.");
	return f ? f : begin_component(s, 0);
}

void jcal_write_end(struct json_writer *w)
{
	json_end_list(w);
	json_end_list(w);
}

/*
 * jcal_read - from jCal to content lines (RFC 7265 §4)
 *
 * What comes in is written line by line, and nothing in a string can end its line: ical_put_line()
 * leaves controls out. BEGIN and END are no properties. What the lines mean is judged
 * where objects are.
 */

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/jcal_priv.h"
#include "ical/line.h"

enum { PROPERTY_HEAD = 3 /* name, parameters, type */ };

struct jcal_reader {
	struct arena *arena;
	struct buf out;	 /* all lines */
	struct buf line; /* the one at hand, unfolded */
	bool is_well;	 /* of the parameters at hand */
};

static const struct fault *not_jcal(struct jcal_reader *r, const char *what)
{
	return fault_make(r->arena, FAULT_BAD_DATA, NULL, "This is no jCal: %s.", what);
}

/* Letters, digits and "-" (RFC 5545 §3.1). */
static bool is_name(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return t.len > 0;
}

static bool read_name(const struct json *v, struct text *out)
{
	return json_text(v, out) && is_name(*out);
}

/* ---- parameters (§3.5) --------------------------------------------------------------------- */

/* The type of the value is said once, in its own place. */
static bool put_param(struct text key, const struct json *value, void *ctx)
{
	struct jcal_reader *r = ctx;
	bool is_list = json_kind(value) == JSON_KIND_LIST;
	size_t count = is_list ? json_item_count(value) : 1;
	struct text t;

	r->is_well = is_name(key) && !text_equal_nocase(key, TEXT("VALUE")) && count > 0;
	buf_put_char(&r->line, ';');
	jcal_put_upper(&r->line, key);
	buf_put_char(&r->line, '=');
	for (size_t i = 0; r->is_well && i < count; i++) {
		r->is_well = json_text(is_list ? json_item(value, i) : value, &t);
		if (i > 0)
			buf_put_char(&r->line, ',');
		if (r->is_well)
			ical_put_param(&r->line, t);
	}
	return r->is_well;
}

static const struct fault *put_params(struct jcal_reader *r, const struct json *params,
				      struct text type)
{
	r->is_well = json_kind(params) == JSON_KIND_OBJECT;
	json_for_each(params, put_param, r);
	if (!r->is_well)
		return not_jcal(r, "parameters are an object of strings and lists of strings");
	/* RFC 5545 §3.1.3: what is binary says how it is written. */
	if (text_equal_nocase(type, TEXT("binary")) && !json_get(params, "encoding"))
		buf_put_lit(&r->line, ";ENCODING=BASE64");
	return NULL;
}

/* §5.2: said where it is not what the property has by itself; "unknown" never. */
static void put_type(struct jcal_reader *r, const struct jcal_property *property, struct text type)
{
	if (text_equal_nocase(type, TEXT("unknown")) ||
	    (property && text_equal_nocase(type, text_from(property->type))))
		return;
	buf_put_lit(&r->line, ";VALUE=");
	jcal_put_upper(&r->line, type);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* A value that has parts, where its type has none by itself (§3.4.1.2). */
static bool is_parted(const struct jcal_property *property, const struct json *value)
{
	return property && property->form == JCAL_PARTS && json_kind(value) == JSON_KIND_LIST;
}

static bool put_value(struct jcal_reader *r, const struct jcal_property *property,
		      const struct jcal_type *type, const struct json *value)
{
	if (!is_parted(property, value))
		return type->put_ical(r->arena, value, &r->line);
	for (size_t i = 0; i < json_item_count(value); i++) {
		if (i > 0)
			buf_put_char(&r->line, ';');
		if (!type->put_ical(r->arena, json_item(value, i), &r->line))
			return false;
	}
	return json_item_count(value) > 0;
}

static const struct fault *put_values(struct jcal_reader *r, const struct jcal_property *property,
				      const struct jcal_type *type, const struct json *list)
{
	size_t count = json_item_count(list);
	bool may_be_list = property ? property->form == JCAL_LIST : type->is_list;

	if (count > PROPERTY_HEAD + 1 && !may_be_list)
		return not_jcal(r, "a property has more values than it may");
	for (size_t i = PROPERTY_HEAD; i < count; i++) {
		if (i > PROPERTY_HEAD)
			buf_put_char(&r->line, ',');
		if (!put_value(r, property, type, json_item(list, i)))
			return not_jcal(r, "a value has not the form of its type");
	}
	return NULL;
}

/* ---- properties and components (§3.3, §3.4) ------------------------------------------------ */

static const struct fault *put_property(struct jcal_reader *r, const struct json *list)
{
	const struct jcal_property *property;
	struct text name, type;
	const struct fault *f;

	if (json_item_count(list) <= PROPERTY_HEAD || !read_name(json_item(list, 0), &name) ||
	    !read_name(json_item(list, 2), &type))
		return not_jcal(r, "a property is a name, parameters, a type and its value");
	if (text_equal_nocase(name, TEXT("begin")) || text_equal_nocase(name, TEXT("end")))
		return not_jcal(r, "no property has this name");
	property = jcal_property_find(name);
	r->line.len = 0;
	jcal_put_upper(&r->line, name);
	put_type(r, property, type);
	f = put_params(r, json_item(list, 1), type);
	buf_put_char(&r->line, ':');
	if (!f)
		f = put_values(r, property, jcal_type_find(type), list);
	if (f)
		return f;
	if (r->line.overflow)
		return not_jcal(r, "a property is too long");
	ical_put_line(&r->out, buf_text(&r->line));
	return arena_check(r->arena);
}

static void put_frame(struct jcal_reader *r, const char *word, struct text name)
{
	r->line.len = 0;
	buf_put_str(&r->line, word);
	jcal_put_upper(&r->line, name);
	ical_put_line(&r->out, buf_text(&r->line));
}

static const struct fault *put_component(struct jcal_reader *r, const struct json *list, int depth)
{
	const struct json *properties = json_item(list, 1), *inner = json_item(list, 2);
	const struct fault *f = NULL;
	struct text name;

	if (json_item_count(list) != 3 || !read_name(json_item(list, 0), &name) ||
	    json_kind(properties) != JSON_KIND_LIST || json_kind(inner) != JSON_KIND_LIST)
		return not_jcal(r, "a component is a name, its properties and its components");
	if (depth > ICAL_MAX_DEPTH)
		return not_jcal(r, "its components are nested too deep");
	put_frame(r, "BEGIN:", name);
	for (size_t i = 0; !f && i < json_item_count(properties); i++)
		f = put_property(r, json_item(properties, i));
	for (size_t i = 0; !f && i < json_item_count(inner); i++)
		f = put_component(r, json_item(inner, i), depth + 1);
	put_frame(r, "END:", name);
	return f;
}

/* ---- the document ------------------------------------------------------------------------------
 */

static const struct fault *parse(struct arena *a, struct text text, const struct json **out)
{
	const struct fault *f = json_parse(a, text, JCAL_MAX_BYTES, out);

	if (fault_is(f, FAULT_BODY_TOO_LARGE))
		return fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL,
				  "The jCal is longer than an object may be.");
	return f ? fault_make(a, FAULT_BAD_DATA, NULL, "%s", f->message) : NULL;
}

const struct fault *jcal_read(struct arena *a, struct text json, struct text *out)
{
	struct jcal_reader r = {.arena = a};
	const struct json *root;
	struct text name;
	const struct fault *f = parse(a, json, &root);

	if (f)
		return f;
	if (!json_text(json_item(root, 0), &name) || !text_equal_nocase(name, TEXT("vcalendar")))
		return not_jcal(&r, "it is no vcalendar");
	buf_init(&r.out, a, json.len + 64, ICAL_MAX_SIZE_BYTES);
	buf_init(&r.line, a, 1024, ICAL_MAX_LINE_BYTES);
	f = put_component(&r, root, 1);
	if (!f && r.out.overflow)
		f = fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL,
			       "This is longer than an object may be.");
	*out = buf_text(&r.out);
	return f;
}

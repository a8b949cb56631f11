/* graph_description - requests and values against the description; see graph_description.h */
#include "graph_description.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "federation/call.h"
#include "ical/time.h"
#include "shared_files.h"
#include "json/read.h"

enum { DESCRIPTION_MAX = 16 << 20, WRONG_MAX = 4096 };

struct graph {
	struct arena *arena;
	const struct json *root;
	struct buf wrong; /* the first thing that is */
	bool is_strict;	  /* members that no schema names are wrong */
};

struct graph *graph_load(struct arena *a)
{
	struct text raw = shared_read(a, "federation/msgraph-calendar.json");
	struct graph *g = arena_alloc(a, sizeof(*g));

	g->arena = a;
	return raw.at && !json_parse(a, raw, DESCRIPTION_MAX, &g->root) ? g : NULL;
}

static bool wrong(struct graph *g, struct text where, const char *what)
{
	if (g->wrong.len == 0)
		buf_printf(&g->wrong, "%.*s: %s", TEXT_ARG(where), what);
	return false;
}

static void begin(struct graph *g, bool is_strict)
{
	buf_init(&g->wrong, g->arena, 256, WRONG_MAX);
	g->is_strict = is_strict;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static bool fits(struct graph *g, const struct json *schema, const struct json *value,
		 struct text where);

static struct text text_at(const struct json *object, const char *key)
{
	struct text t;

	return json_text(json_get(object, key), &t) ? t : TEXT_NONE;
}

/* "#/components/schemas/event" */
static const struct json *resolve(const struct graph *g, const struct json *schema)
{
	struct text ref = text_at(schema, "$ref"), part;
	const struct json *at = g->root;

	if (ref.len == 0)
		return schema;
	text_next(&ref, '/', &part);
	while (text_next(&ref, '/', &part))
		at = json_get(at, text_cstr(g->arena, part));
	return at;
}

static bool is_of_type(struct text type, const struct json *value)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} rows[] = {
		{"object", JSON_KIND_OBJECT}, {"array", JSON_KIND_LIST},
		{"string", JSON_KIND_TEXT},   {"integer", JSON_KIND_INT},
		{"number", JSON_KIND_REAL},   {"number", JSON_KIND_INT},
		{"boolean", JSON_KIND_BOOL},  {"null", JSON_KIND_NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (text_equal(type, text_from(rows[i].word)) && json_kind(value) == rows[i].kind)
			return true;
	return false;
}

static bool fits_type(const struct json *type, const struct json *value)
{
	struct text word;

	if (json_text(type, &word))
		return is_of_type(word, value);
	for (size_t i = 0; i < json_item_count(type); i++)
		if (json_text(json_item(type, i), &word) && is_of_type(word, value))
			return true;
	return json_item_count(type) == 0;
}

static bool fits_enum(const struct json *list, const struct json *value)
{
	struct text word, want;

	for (size_t i = 0; i < json_item_count(list); i++)
		if ((json_kind(json_item(list, i)) == JSON_KIND_NULL &&
		     json_kind(value) == JSON_KIND_NULL) ||
		    (json_text(json_item(list, i), &want) && json_text(value, &word) &&
		     text_equal(word, want)))
			return true;
	return json_item_count(list) == 0;
}

static bool fits_format(struct text format, const struct json *value)
{
	struct text word;
	int64_t n;

	if (!json_text(value, &word))
		return true;
	if (text_equal(format, TEXT("date-time")))
		return time_parse_rfc3339(word, &n);
	return !text_equal(format, TEXT("date")) || day_parse(word, &n);
}

static bool fits_any(struct graph *g, const struct json *list, const struct json *value,
		     struct text where)
{
	size_t mark = g->wrong.len;

	for (size_t i = 0; i < json_item_count(list); i++) {
		if (fits(g, json_item(list, i), value, where)) {
			buf_cut(&g->wrong, mark);
			return true;
		}
	}
	return json_item_count(list) == 0;
}

struct members {
	struct graph *g;
	const struct json *properties;
	struct text where;
	bool fit;
};

static bool check_member(struct text key, const struct json *value, void *ctx)
{
	struct members *m = ctx;
	struct arena *a = m->g->arena;
	const struct json *schema = json_get(m->properties, text_cstr(a, key));
	struct text where =
		text_from(arena_printf(a, "%.*s.%.*s", TEXT_ARG(m->where), TEXT_ARG(key)));

	if (schema)
		m->fit = fits(m->g, schema, value, where);
	else if (m->g->is_strict && m->properties)
		m->fit = wrong(m->g, where, "no schema has it");
	return m->fit;
}

static bool fits_members(struct graph *g, const struct json *schema, const struct json *value,
			 struct text where)
{
	struct members m = {g, json_get(schema, "properties"), where, true};
	const struct json *required = json_get(schema, "required");
	struct text key;

	for (size_t i = 0; i < json_item_count(required); i++)
		if (json_text(json_item(required, i), &key) &&
		    !json_get(value, text_cstr(g->arena, key)))
			return wrong(g, where, "a member is missing");
	json_for_each(value, check_member, &m);
	return m.fit;
}

static bool fits_items(struct graph *g, const struct json *schema, const struct json *value,
		       struct text where)
{
	int64_t most;

	if (json_int(json_get(schema, "maxItems"), &most) && (int64_t)json_item_count(value) > most)
		return wrong(g, where, "too many");
	for (size_t i = 0; i < json_item_count(value); i++)
		if (!fits(g, json_get(schema, "items"), json_item(value, i), where))
			return false;
	return true;
}

static bool fits(struct graph *g, const struct json *schema, const struct json *value,
		 struct text where)
{
	schema = resolve(g, schema);
	if (!schema)
		return true;
	if (!fits_any(g, json_get(schema, "anyOf"), value, where))
		return wrong(g, where, "none of what may be");
	if (!fits_type(json_get(schema, "type"), value))
		return wrong(g, where, "of another type");
	if (!fits_enum(json_get(schema, "enum"), value))
		return wrong(g, where, "no such word");
	if (!fits_format(text_at(schema, "format"), value))
		return wrong(g, where, "of another form");
	if (json_kind(value) == JSON_KIND_OBJECT)
		return fits_members(g, schema, value, where);
	return json_kind(value) != JSON_KIND_LIST || fits_items(g, schema, value, where);
}

struct text graph_check_value(struct graph *g, const char *schema, const struct json *value)
{
	const struct json *schemas = json_get(json_get(g->root, "components"), "schemas");

	begin(g, false);
	if (!json_get(schemas, schema))
		wrong(g, text_from(schema), "there is no such schema");
	else
		fits(g, json_get(schemas, schema), value, text_from(schema));
	return buf_text(&g->wrong);
}

/* ---- requests -----------------------------------------------------------------------------------
 */

struct finding {
	struct text path;
	const struct json *item;
};

static bool matches(struct text template, struct text path)
{
	struct text want, got;

	for (;;) {
		bool more = text_next(&template, '/', &want);

		if (more != text_next(&path, '/', &got))
			return false;
		if (!more)
			return true;
		if (text_starts(want, TEXT("{")) ? got.len == 0 : !text_equal(want, got))
			return false;
	}
}

static bool find_path(struct text key, const struct json *value, void *ctx)
{
	struct finding *f = ctx;

	if (matches(key, f->path))
		f->item = value;
	return !f->item;
}

static bool has_parameter(const struct json *operation, const char *in, struct text name)
{
	const struct json *list = json_get(operation, "parameters");

	for (size_t i = 0; i < json_item_count(list); i++)
		if (text_equal(text_at(json_item(list, i), "in"), text_from(in)) &&
		    text_equal_nocase(text_at(json_item(list, i), "name"), name))
			return true;
	return false;
}

static bool check_query(struct graph *g, const struct json *operation, struct text query)
{
	struct text part;

	while (query.len > 0 && text_next(&query, '&', &part)) {
		ptrdiff_t equals = text_find_char(part, '=', 0);
		struct text name = text_sub(part, 0, equals < 0 ? part.len : (size_t)equals);
		struct text plain;

		if (!has_parameter(operation, "query", name))
			return wrong(g, name, "no such parameter");
		if (!codec_percent_decode(g->arena, part, true, &plain))
			return wrong(g, name, "badly escaped");
		for (size_t i = 0; i < part.len; i++)
			if (part.at[i] <= ' ' || part.at[i] == '"' || part.at[i] == '#')
				return wrong(g, name, "not escaped");
	}
	return true;
}

static bool check_headers(struct graph *g, const struct json *operation, const struct call *call)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (!has_parameter(operation, "header", text_from(call->headers[i].name)))
			return wrong(g, text_from(call->headers[i].name), "no such header");
	return true;
}

static bool check_body(struct graph *g, const struct json *operation, const struct call *call)
{
	const struct json *wanted = json_get(operation, "requestBody"), *body;
	const struct json *schema =
		json_get(json_get(json_get(wanted, "content"), "application/json"), "schema");

	if (!wanted && call->body.len == 0)
		return true;
	if (!wanted || call->body.len == 0)
		return wrong(g, call->url, "a body too many, or too few");
	if (!text_equal(call->media_type, TEXT("application/json")))
		return wrong(g, call->media_type, "no such body");
	if (json_parse(g->arena, call->body, DESCRIPTION_MAX, &body))
		return wrong(g, call->body, "no JSON");
	return fits(g, schema, body, TEXT("body"));
}

struct text graph_check_request(struct graph *g, const struct call *call, struct text base)
{
	struct text path = text_sub(call->url, base.len, call->url.len), query = TEXT_NONE;
	ptrdiff_t mark = text_find_char(path, '?', 0);
	struct finding f = {.item = NULL};
	const struct json *operation;

	begin(g, true);
	if (!text_starts(call->url, base))
		wrong(g, call->url, "another place");
	if (mark >= 0) {
		query = text_sub(path, (size_t)mark + 1, path.len);
		path.len = (size_t)mark;
	}
	f.path = path;
	json_for_each(json_get(g->root, "paths"), find_path, &f);
	operation = json_get(f.item,
			     text_cstr(g->arena, text_lower(g->arena, text_from(call->method))));
	if (!operation)
		wrong(g, path, "no such path, or not with this method");
	else if (check_query(g, operation, query) && check_headers(g, operation, call))
		check_body(g, operation, call);
	return buf_text(&g->wrong);
}

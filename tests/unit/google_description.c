/*
 * google_description - see google_description.h
 *
 * The first thing that is wrong is kept; what follows it may only follow from it.
 */
#include "google_description.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/codec.h"
#include "federation/call.h"
#include "ical/time.h"
#include "shared_files.h"
#include "json/json.h"

enum { DOCUMENT_MAX = 1 << 20, NAMES_MAX = 64 };

struct check {
	struct arena *arena;
	const struct json *description;
	bool may_be_null; /* of a PATCH: it takes away */
	const char *wrong;
};

static void complain(struct check *c, const char *format, ...) PRINTF_LIKE(2, 3);

static void complain(struct check *c, const char *format, ...)
{
	va_list args;

	if (c->wrong)
		return;
	va_start(args, format);
	c->wrong = arena_vprintf(c->arena, format, args);
	va_end(args);
}

static struct text word(const struct json *object, const char *key)
{
	struct text t;

	return json_text(json_get(object, key), &t) ? t : TEXT_NONE;
}

static bool is_word(const struct json *object, const char *key, const char *wanted)
{
	return text_equal(word(object, key), text_from(wanted));
}

const struct json *google_description_load(struct arena *a)
{
	struct text document = shared_read(a, "federation/google-calendar-v3.json");
	const struct json *out;

	if (!document.at || json_parse(a, document, DOCUMENT_MAX, &out))
		return NULL;
	return out;
}

/* ---- values ------------------------------------------------------------------------------- */

static const struct json *schema_of(const struct check *c, const struct json *schema)
{
	struct text name = word(schema, "$ref");

	return name.len == 0
		       ? schema
		       : json_get(json_get(c->description, "schemas"), text_cstr(c->arena, name));
}

static bool is_among(const struct json *list, struct text value)
{
	struct text t;

	for (size_t i = 0; i < json_item_count(list); i++)
		if (json_text(json_item(list, i), &t) && text_equal(t, value))
			return true;
	return json_item_count(list) == 0;
}

/* A number as the document writes its bounds; `otherwise` where it has none. */
static int64_t bound(const struct json *schema, const char *key, int64_t otherwise)
{
	int64_t n;

	return text_to_int64(word(schema, key), INT64_MIN, INT64_MAX, &n) ? n : otherwise;
}

/* A text, in a body or a query; everything is a text in the latter. */
static void check_text(struct check *c, const struct json *schema, const char *where, struct text t)
{
	int64_t n;

	if (!is_among(json_get(schema, "enum"), t))
		complain(c, "%s is none of the words that it may be: %.*s", where, TEXT_ARG(t));
	if (is_word(schema, "format", "date-time") && !time_parse_rfc3339(t, &n))
		complain(c, "%s is no time: %.*s", where, TEXT_ARG(t));
	if (is_word(schema, "format", "date") && !day_parse(t, &n))
		complain(c, "%s is no date: %.*s", where, TEXT_ARG(t));
	if (is_word(schema, "format", "int64") && !text_to_int64(t, INT64_MIN, INT64_MAX, &n))
		complain(c, "%s is no number: %.*s", where, TEXT_ARG(t));
}

static void check_number(struct check *c, const struct json *schema, const char *where, int64_t n)
{
	if (n < bound(schema, "minimum", INT32_MIN) || n > bound(schema, "maximum", INT32_MAX))
		complain(c, "%s is out of its range: %lld", where, (long long)n);
}

static void check_value(struct check *c, const struct json *schema, const char *where,
			const struct json *v);

struct members {
	struct check *check;
	const struct json *schema;
	const char *where;
};

static bool check_member(struct text key, const struct json *v, void *ctx)
{
	struct members *m = ctx;
	const char *name = text_cstr(m->check->arena, key);
	const char *where = arena_printf(m->check->arena, "%s.%s", m->where, name);
	const struct json *schema = json_get(json_get(m->schema, "properties"), name);

	if (!schema)
		schema = json_get(m->schema, "additionalProperties");
	if (schema)
		check_value(m->check, schema, where, v);
	else
		complain(m->check, "%s is not known", where);
	return !m->check->wrong;
}

static void check_items(struct check *c, const struct json *schema, const char *where,
			const struct json *list)
{
	for (size_t i = 0; i < json_item_count(list); i++)
		check_value(c, json_get(schema, "items"),
			    arena_printf(c->arena, "%s[%zu]", where, i), json_item(list, i));
}

static void check_value(struct check *c, const struct json *schema, const char *where,
			const struct json *v)
{
	static const struct {
		const char *type;
		enum json_kind kind;
	} kinds[] = {
		{"string", JSON_KIND_TEXT}, {"boolean", JSON_KIND_BOOL},
		{"integer", JSON_KIND_INT}, {"object", JSON_KIND_OBJECT},
		{"array", JSON_KIND_LIST},  {"number", JSON_KIND_REAL},
	};
	enum json_kind kind = json_kind(v);
	struct members m = {c, NULL, where};
	struct text t;
	int64_t n;

	if (kind == JSON_KIND_NULL && c->may_be_null)
		return;
	schema = m.schema = schema_of(c, schema);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (is_word(schema, "type", kinds[i].type) && kind != kinds[i].kind)
			complain(c, "%s is no %s", where, kinds[i].type);
	if (word(schema, "type").len == 0)
		complain(c, "%s has no type", where);
	if (kind == JSON_KIND_OBJECT)
		json_for_each(v, check_member, &m);
	if (kind == JSON_KIND_LIST)
		check_items(c, schema, where, v);
	if (json_text(v, &t))
		check_text(c, schema, where, t);
	if (json_int(v, &n))
		check_number(c, schema, where, n);
}

const char *google_description_value(struct arena *a, const struct json *description,
				     const char *schema, const struct json *value)
{
	struct check c = {.arena = a, .description = description};
	const struct json *s = json_get(json_get(description, "schemas"), schema);

	if (!s)
		complain(&c, "there is no schema %s", schema);
	else
		check_value(&c, s, schema, value);
	return c.wrong ? c.wrong : "";
}

struct text google_description_answer(const struct json *description, const char *resource,
				      const char *method)
{
	const struct json *methods =
		json_get(json_get(json_get(description, "resources"), resource), "methods");

	return word(json_get(json_get(methods, method), "response"), "$ref");
}

/* ---- partial answers ---------------------------------------------------------------------- */

/* What a name leads to: through lists to their items. */
static const struct json *step(const struct check *c, const struct json *schema, struct text name)
{
	schema = schema_of(c, schema);
	while (is_word(schema, "type", "array"))
		schema = schema_of(c, json_get(schema, "items"));
	return json_get(json_get(schema, "properties"), text_cstr(c->arena, name));
}

static size_t name_length(struct text t)
{
	size_t n = 0;

	while (n < t.len && !strchr(",/()", t.at[n]))
		n++;
	return n;
}

/* list = item *("," item); item = name *("/" name) ["(" list ")"] */
static void check_fields(struct check *c, const struct json *schema, struct text *rest)
{
	do {
		const struct json *at = schema;

		while (!c->wrong) {
			struct text name = text_sub(*rest, 0, name_length(*rest));

			at = step(c, at, name);
			if (!at || name.len == 0)
				complain(c, "fields: there is no \"%.*s\"", TEXT_ARG(name));
			*rest = text_sub(*rest, name.len, rest->len);
			if (rest->len == 0 || rest->at[0] != '/')
				break;
			*rest = text_sub(*rest, 1, rest->len);
		}
		if (!c->wrong && rest->len > 0 && rest->at[0] == '(') {
			*rest = text_sub(*rest, 1, rest->len);
			check_fields(c, at, rest);
			if (rest->len == 0 || rest->at[0] != ')')
				complain(c, "fields: a bracket stays open");
			else
				*rest = text_sub(*rest, 1, rest->len);
		}
		if (c->wrong || rest->len == 0 || rest->at[0] != ',')
			return;
		*rest = text_sub(*rest, 1, rest->len);
	} while (true);
}

/* ---- requests ----------------------------------------------------------------------------- */

/* Does a path fit "calendars/{calendarId}/events"? */
static bool fits(struct arena *a, struct text template, struct text path)
{
	struct text wanted, got, plain;

	while (text_next(&template, '/', &wanted)) {
		if (!text_next(&path, '/', &got))
			return false;
		if (text_starts(wanted, TEXT("{"))
			    ? got.len == 0 || !codec_percent_decode(a, got, false, &plain)
			    : !text_equal(wanted, got))
			return false;
	}
	return !path.at;
}

struct search {
	struct arena *arena;
	struct text verb, path;
	const struct json *found;
};

static bool try_method(struct text name, const struct json *method, void *ctx)
{
	struct search *s = ctx;

	(void)name;
	if (text_equal(word(method, "httpMethod"), s->verb) &&
	    fits(s->arena, word(method, "path"), s->path))
		s->found = method;
	return !s->found;
}

static bool try_resource(struct text name, const struct json *resource, void *ctx)
{
	struct search *s = ctx;

	(void)name;
	json_for_each(json_get(resource, "methods"), try_method, s);
	return !s->found;
}

static void check_fields_of(struct check *c, const struct json *method, struct text value)
{
	const struct json *answer = json_get(method, "response");

	if (!answer)
		complain(c, "fields: there is no answer to choose from");
	else
		check_fields(c, answer, &value);
	if (value.len > 0)
		complain(c, "fields: \"%.*s\" is too much", TEXT_ARG(value));
}

static void check_parameter(struct check *c, const struct json *method, const char *name,
			    struct text value)
{
	const struct json *p = json_get(json_get(method, "parameters"), name);
	int64_t n;

	if (!p)
		p = json_get(json_get(c->description, "parameters"), name);
	if (!p || !is_word(p, "location", "query")) {
		complain(c, "there is no parameter %s", name);
		return;
	}
	check_text(c, p, name, value);
	if (is_word(p, "type", "boolean") && !text_equal(value, TEXT("true")) &&
	    !text_equal(value, TEXT("false")))
		complain(c, "%s is neither true nor false", name);
	if (is_word(p, "type", "integer")) {
		if (text_to_int64(value, INT32_MIN, INT32_MAX, &n))
			check_number(c, p, name, n);
		else
			complain(c, "%s is no number", name);
	}
	if (strcmp(name, "fields") == 0)
		check_fields_of(c, method, value);
}

static void check_query(struct check *c, const struct json *method, struct text query)
{
	struct text names[NAMES_MAX], part, name, value;
	size_t count = 0;

	while (text_next(&query, '&', &part)) {
		if (!text_next(&part, '=', &name) || !part.at ||
		    !codec_percent_decode(c->arena, part, true, &value)) {
			complain(c, "the query is broken");
			return;
		}
		for (size_t i = 0; i < count; i++)
			if (text_equal(names[i], name))
				complain(c, "%.*s stands twice", TEXT_ARG(name));
		if (count < NAMES_MAX)
			names[count++] = name;
		check_parameter(c, method, text_cstr(c->arena, name), value);
	}
}

static void check_body(struct check *c, const struct json *method, const struct call *call)
{
	const struct json *schema = json_get(method, "request"), *body;

	if (!schema) {
		if (call->body.len > 0)
			complain(c, "there is a body that nobody asks for");
		return;
	}
	c->may_be_null = text_equal(text_from(call->method), TEXT("PATCH"));
	if (!text_equal(call->media_type, TEXT("application/json")))
		complain(c, "the body is no JSON by its type");
	if (json_parse(c->arena, call->body, DOCUMENT_MAX, &body))
		complain(c, "the body is no JSON");
	else
		check_value(c, schema, "body", body);
}

const char *google_description_call(struct arena *a, const struct json *description,
				    struct text base, const struct call *call,
				    struct text *method_out)
{
	struct check c = {.arena = a, .description = description};
	struct search s = {.arena = a, .verb = text_from(call->method)};
	struct text query = TEXT_NONE;

	*method_out = TEXT_NONE;
	if (!text_starts(call->url, base) || call->url.at[base.len] != '/')
		return "it is not sent to the API";
	query = text_sub(call->url, base.len + 1, call->url.len);
	if (!text_next(&query, '?', &s.path))
		return "it has no path";
	json_for_each(json_get(description, "resources"), try_resource, &s);
	if (!s.found)
		return arena_printf(a, "nothing is done by %s at %.*s", call->method,
				    TEXT_ARG(s.path));
	*method_out = word(s.found, "id");
	check_query(&c, s.found, query);
	check_body(&c, s.found, call);
	return c.wrong ? c.wrong : "";
}

/* ---- writing ------------------------------------------------------------------------------ */

static void put_value(struct json_writer *w, const struct json *v);

static bool put_member(struct text key, const struct json *v, void *ctx)
{
	json_key_text(ctx, key);
	put_value(ctx, v);
	return true;
}

static void put_value(struct json_writer *w, const struct json *v)
{
	struct text t;
	int64_t n;
	bool yes;

	if (json_text(v, &t)) {
		json_add_text(w, t);
	} else if (json_int(v, &n)) {
		json_add_int(w, n);
	} else if (json_bool(v, &yes)) {
		json_add_bool(w, yes);
	} else if (json_kind(v) == JSON_KIND_LIST) {
		json_begin_list(w);
		for (size_t i = 0; i < json_item_count(v); i++)
			put_value(w, json_item(v, i));
		json_end_list(w);
	} else if (json_kind(v) == JSON_KIND_OBJECT) {
		json_begin_object(w);
		json_for_each(v, put_member, w);
		json_end_object(w);
	} else {
		json_add_null(w);
	}
}

struct text google_description_text(struct arena *a, const struct json *value)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, 4096, DOCUMENT_MAX);
	w = (struct json_writer){.out = &b};
	put_value(&w, value);
	return buf_text(&b);
}

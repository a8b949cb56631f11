/* members - see members.h */
#include "api/members.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/time.h"
#include "json/write.h"

struct reading {
	struct arena *arena;
	const struct member *table;
	size_t count;
	char *out;
	const struct fault *fault;
};

static const struct member *find_member(const struct reading *r, struct text name)
{
	for (size_t i = 0; i < r->count; i++)
		if (text_equal(name, text_from(r->table[i].name)))
			return &r->table[i];
	return NULL;
}

static bool take_int(const struct json *value, struct member_int *out)
{
	out->said = json_int(value, &out->value);
	return out->said;
}

static bool take(const struct member *m, const struct json *value, char *out)
{
	void *field = out + m->offset;

	switch (m->kind) {
	case JSON_KIND_TEXT: return json_text(value, field);
	case JSON_KIND_INT: return take_int(value, field);
	default: *(const struct json **)field = value; return true;
	}
}

static bool read_member(struct text key, const struct json *value, void *ctx)
{
	struct reading *r = ctx;
	const struct member *m = find_member(r, key);

	if (!m) {
		r->fault = fault_make(r->arena, FAULT_UNPROCESSABLE,
				      text_cstr(r->arena, text_sub(key, 0, 60)),
				      "This member is not known here.");
	} else if (json_kind(value) != JSON_KIND_NULL && !take(m, value, r->out)) {
		r->fault =
			fault_make(r->arena, FAULT_BAD_REQUEST, m->name, "\"%s\" must be %s.",
				   m->name, m->kind == JSON_KIND_TEXT ? "text" : "a whole number");
	}
	return !r->fault;
}

const struct fault *members_read(struct arena *a, const struct json *object,
				 const struct member *table, size_t count, void *out)
{
	struct reading r = {a, table, count, out, NULL};

	json_for_each(object, read_member, &r);
	return r.fault;
}

void api_put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

void api_put_time(struct json_writer *w, const char *key, int64_t utc)
{
	struct buf b;

	buf_init(&b, w->out->arena, 24, 32);
	time_put_rfc3339(&b, utc);
	json_key(w, key);
	json_add_plain(w, buf_text(&b));
}

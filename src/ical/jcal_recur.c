/* jcal_recur - recurrence rules as objects (RFC 7265 §3.6.10) */

#include "base/arena.h"
#include "ical/jcal_priv.h"

enum { RECUR_PARTS_MAX = 24 }; /* RFC 5545 and RFC 7529 know 16 */

struct recur_parts {
	struct text name[RECUR_PARTS_MAX], value[RECUR_PARTS_MAX];
	size_t count;
};

static bool is_recur_name(struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'))
			return false;
	}
	return name.len > 0;
}

static bool is_known(const struct recur_parts *p, struct text name)
{
	for (size_t i = 0; i < p->count; i++)
		if (text_equal_nocase(p->name[i], name))
			return true;
	return false;
}

/* No rule has a part twice, and an object cannot. */
static bool cut_recur(struct text value, struct recur_parts *p)
{
	struct text part, name;

	p->count = 0;
	while (text_next(&value, ';', &part)) {
		if (part.len == 0)
			continue;
		if (p->count == RECUR_PARTS_MAX || !text_next(&part, '=', &name) || !part.at ||
		    !is_recur_name(name) || is_known(p, name))
			return false;
		p->name[p->count] = name;
		p->value[p->count++] = part;
	}
	return p->count > 0;
}

/* Numbers are numbers; days ("-1SU") and names are strings, and UNTIL is a time. */
static void put_json_item(struct arena *a, struct text name, struct text item,
			  struct json_writer *w)
{
	if (text_equal_nocase(name, TEXT("UNTIL")))
		(void)jcal_put_json_shape(a, item, w);
	else if (!jcal_put_json_integer(a, item, w))
		json_add_text(w, item);
}

bool jcal_put_json_recur(struct arena *a, struct text value, struct json_writer *w)
{
	struct recur_parts p;

	if (!cut_recur(value, &p))
		return false;
	json_begin_object(w);
	for (size_t i = 0; i < p.count; i++) {
		struct text rest = p.value[i], item;
		bool is_list = text_find_char(rest, ',', 0) >= 0;

		json_key_text(w, text_lower(a, p.name[i]));
		if (is_list)
			json_begin_list(w);
		while (text_next(&rest, ',', &item))
			put_json_item(a, p.name[i], item, w);
		if (is_list)
			json_end_list(w);
	}
	json_end_object(w);
	return true;
}

/* ---- and back -------------------------------------------------------------------------- */

struct recur_writer {
	struct buf *out;
	const char *semicolon;
	bool is_well;
};

/* A string that ends its part would say more than its member does. */
static bool put_ical_item(const struct json *item, struct buf *out)
{
	struct text t;
	int64_t n;

	if (json_int(item, &n)) {
		buf_put_int(out, n);
		return true;
	}
	if (!json_text(item, &t) || text_has_control(t) || text_find_char(t, ';', 0) >= 0 ||
	    text_find_char(t, '=', 0) >= 0)
		return false;
	jcal_put_basic(out, t);
	return true;
}

static bool put_ical_member(struct text key, const struct json *value, void *ctx)
{
	struct recur_writer *rw = ctx;
	bool is_list = json_kind(value) == JSON_KIND_LIST;
	size_t count = is_list ? json_item_count(value) : 1;

	rw->is_well = is_recur_name(key) && count > 0;
	buf_put_str(rw->out, rw->semicolon);
	rw->semicolon = ";";
	jcal_put_upper(rw->out, key);
	buf_put_char(rw->out, '=');
	for (size_t i = 0; rw->is_well && i < count; i++) {
		if (i > 0)
			buf_put_char(rw->out, ',');
		rw->is_well = put_ical_item(is_list ? json_item(value, i) : value, rw->out);
	}
	return rw->is_well;
}

bool jcal_put_ical_recur(struct arena *a, const struct json *value, struct buf *out)
{
	struct recur_writer rw = {.out = out, .semicolon = "", .is_well = false};

	if (json_kind(value) != JSON_KIND_OBJECT)
		return jcal_put_ical_raw(a, value, out);
	json_for_each(value, put_ical_member, &rw);
	return rw.is_well;
}

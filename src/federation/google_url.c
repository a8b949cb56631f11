/* google_url - where something is asked of Google, and the document that answers; see google_priv.h
 */
#include "base/codec.h"
#include "federation/google_priv.h"
#include "json/json.h"

enum { ANSWER_MAX = 32 * 1024 * 1024 };

void google_url_begin(struct google_url *u, const struct google *g)
{
	struct text base = g->api;

	while (text_ends(base, TEXT("/")))
		base.len--;
	u->has_query = false;
	buf_init(&u->b, g->arena, 1024, GOOGLE_URL_MAX);
	buf_put_text(&u->b, base);
}

void google_url_add(struct google_url *u, const char *path)
{
	buf_put_str(&u->b, path);
}

/* An id as a segment of the path. */
static void add_id(struct google_url *u, struct text id)
{
	buf_put_char(&u->b, '/');
	codec_put_segment(&u->b, id);
}

void google_url_add_event(struct google_url *u, const struct google *g, struct text remote)
{
	google_url_add(u, "/calendars");
	add_id(u, g->calendar);
	google_url_add(u, "/events");
	if (remote.len > 0)
		add_id(u, remote);
}

void google_url_query(struct google_url *u, const char *name, struct text value)
{
	buf_put_char(&u->b, u->has_query ? '&' : '?');
	buf_put_str(&u->b, name);
	buf_put_char(&u->b, '=');
	codec_put_query(&u->b, value);
	u->has_query = true;
}

enum call_end google_url_end(const struct google_url *u, struct call *out)
{
	out->url = buf_text(&u->b);
	return u->b.overflow ? CALL_REFUSED : CALL_OK;
}

enum call_end google_answer(struct arena *a, const struct call *call, const struct json **out)
{
	if (json_parse_answer(a, call->answer, ANSWER_MAX, out) ||
	    json_kind(*out) != JSON_KIND_OBJECT)
		return CALL_BROKEN;
	return CALL_OK;
}

struct text google_text(const struct json *object, const char *key, size_t max)
{
	struct text t;

	return json_text(json_get(object, key), &t) && t.len <= max ? t : TEXT_NONE;
}

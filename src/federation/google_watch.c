/*
 * google_watch - channels by which Google tells that a calendar has changed
 *
 * A channel cannot be renewed, only replaced. How long it lives is asked for in seconds, which
 * no clock of ours is needed for, and is what the answer says.
 */
#include "base/arena.h"
#include "federation/google_priv.h"
#include "json/json.h"

enum { BODY_MAX = 8 * 1024, RESOURCE_MAX = 1024, EXPIRATION_MAX = 32 };

static void put_text(struct json_writer *w, const char *key, struct text t)
{
	json_key(w, key);
	json_add_text(w, t);
}

static enum call_end end_body(struct buf *b, struct call *out)
{
	out->body = buf_text(b);
	out->media_type = TEXT("application/json");
	return b->overflow ? CALL_REFUSED : CALL_OK;
}

enum call_end google_ask_watch(const struct google *g, const struct remote_watch *w,
			       struct call *out)
{
	int64_t ttl = max64(w->expires_at - g->now, 1);
	struct google_url u;
	struct json_writer j;
	struct buf b;
	enum call_end end;

	*out = (struct call){.method = "POST", .what = "watch"};
	google_url_begin(&u, g);
	google_url_add_event(&u, g, TEXT_NONE);
	google_url_add(&u, "/watch");
	google_url_query(&u, "fields", TEXT("resourceId,expiration"));
	buf_init(&b, g->arena, 512, BODY_MAX);
	j = (struct json_writer){.out = &b};
	json_begin_object(&j);
	put_text(&j, "id", w->id);
	put_text(&j, "type", TEXT("web_hook"));
	put_text(&j, "address", w->url);
	put_text(&j, "token", w->token);
	json_key(&j, "params");
	json_begin_object(&j);
	put_text(&j, "ttl", text_from(arena_printf(g->arena, "%lld", (long long)ttl)));
	json_end_object(&j);
	json_end_object(&j);
	end = google_url_end(&u, out);
	return end ? end : end_body(&b, out);
}

/* Milliseconds, as text. */
static bool read_expiration(const struct json *channel, int64_t *out)
{
	struct text written = google_text(channel, "expiration", EXPIRATION_MAX);
	int64_t ms;

	if (!text_to_int64(written, 0, INT64_MAX, &ms))
		return false;
	*out = ms / 1000;
	return true;
}

enum call_end google_read_watch(const struct google *g, const struct call *call,
				struct remote_watch *w)
{
	const struct json *channel;
	enum call_end end = google_answer(g->arena, call, &channel);

	if (end)
		return end;
	w->remote = w->id;
	w->resource = google_text(channel, "resourceId", RESOURCE_MAX);
	if (w->resource.len == 0 || !read_expiration(channel, &w->expires_at))
		return CALL_BROKEN;
	return CALL_OK;
}

enum call_end google_ask_stop(const struct google *g, const struct remote_watch *w,
			      struct call *out)
{
	struct google_url u;
	struct json_writer j;
	struct buf b;
	enum call_end end;

	*out = (struct call){.method = "POST", .what = "unwatch"};
	google_url_begin(&u, g);
	google_url_add(&u, "/channels/stop");
	buf_init(&b, g->arena, 256, BODY_MAX);
	j = (struct json_writer){.out = &b};
	json_begin_object(&j);
	put_text(&j, "id", w->id);
	put_text(&j, "resourceId", w->resource);
	json_end_object(&j);
	end = google_url_end(&u, out);
	return end ? end : end_body(&b, out);
}

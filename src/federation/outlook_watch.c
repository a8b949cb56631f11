/*
 * outlook_watch - subscriptions, by which Graph tells of changes
 *
 * What it tells carries clientState: our id of the watch, and its secret. While one is made, Graph
 * asks at both addresses whether they are ours, before it answers. Not every account can be
 * subscribed; such a one is read by the clock.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "federation/outlook_priv.h"
#include "ical/time.h"

/* Less than the 10,080 that Graph allows, as its clock is not ours. */
enum { LIFE_MAX_MIN = 10000, BODY_MAX = 16 * 1024, STATE_MAX = 128 };

static void put_expiry(struct json_writer *w, int64_t wanted, int64_t now)
{
	int64_t last = now + (int64_t)LIFE_MAX_MIN * 60;
	struct buf b;

	buf_init(&b, w->out->arena, 32, 64);
	time_put_rfc3339(&b, wanted < last ? wanted : last);
	json_key(w, "expirationDateTime");
	json_add_plain(w, buf_text(&b));
}

struct text outlook_watch_body(struct arena *a, const struct remote_watch *w, struct text calendar,
			       int64_t now)
{
	struct json_writer json;
	struct text state =
		text_from(arena_printf(a, "%.*s.%.*s", TEXT_ARG(w->id), TEXT_ARG(w->token)));
	struct buf b;

	assert(state.len <= STATE_MAX);
	buf_init(&b, a, 1024, BODY_MAX);
	json = (struct json_writer){.out = &b};
	json_begin_object(&json);
	outlook_say(&json, "changeType", TEXT("created,updated,deleted"));
	outlook_say(&json, "notificationUrl", w->url);
	outlook_say(&json, "lifecycleNotificationUrl", w->url);
	outlook_say(&json, "resource",
		    outlook_url(a, TEXT_NONE, "/me/calendars/*/events", &calendar));
	outlook_say(&json, "clientState", state);
	put_expiry(&json, w->expires_at, now);
	json_end_object(&json);
	return buf_text(&b);
}

static enum call_end read_watch(struct visit *v, const struct json *answer, struct remote_watch *w)
{
	struct text id = outlook_text(answer, "id");

	if (id.len == 0 || id.len > OUTSIDE_REMOTE_MAX ||
	    !time_parse_rfc3339(outlook_text(answer, "expirationDateTime"), &w->expires_at))
		return outlook_broken(v, "Outlook's answer is no subscription.");
	w->remote = id;
	return CALL_OK;
}

enum call_end outlook_watch(struct visit *v, const struct outside_calendar *c,
			    struct remote_watch *w)
{
	const struct outlook_request rq = {
		.what = "watch",
		.method = "POST",
		.url = outlook_at(v, "/subscriptions", NULL),
		.body = outlook_watch_body(v->arena, w, c->remote, v->now),
	};
	const struct json *answer;
	enum call_end end = outlook_send(v, &rq, &answer);

	if (end == CALL_OK)
		return read_watch(v, answer, w);
	return end == CALL_NOT_FOUND ? CALL_REFUSED : end;
}

enum call_end outlook_renew(struct visit *v, const struct outside_calendar *c,
			    struct remote_watch *w)
{
	struct outlook_request rq = {
		.what = "renew",
		.method = "PATCH",
		.url = outlook_at(v, "/subscriptions/*", &w->remote),
	};
	struct json_writer json;
	const struct json *answer;
	struct buf b;
	enum call_end end;

	(void)c;
	buf_init(&b, v->arena, 128, BODY_MAX);
	json = (struct json_writer){.out = &b};
	json_begin_object(&json);
	put_expiry(&json, w->expires_at, v->now);
	json_end_object(&json);
	rq.body = buf_text(&b);
	end = outlook_send(v, &rq, &answer);
	return end == CALL_OK ? read_watch(v, answer, w) : end;
}

enum call_end outlook_unwatch(struct visit *v, const struct outside_calendar *c,
			      const struct remote_watch *w)
{
	const struct outlook_request rq = {
		.what = "unwatch",
		.method = "DELETE",
		.url = outlook_at(v, "/subscriptions/*", &w->remote),
	};
	const struct json *answer;
	enum call_end end = outlook_send(v, &rq, &answer);

	(void)c;
	return end == CALL_NOT_FOUND || end == CALL_GONE ? CALL_OK : end;
}

/*
 * google_write - a booking as an event of Google's
 *
 * All of it is said each time it is written, so that whatever stood there before, it is as the
 * booking is: what a PATCH does not name would stay, and so null takes away. It names no
 * attendees, and sendUpdates=none is said although it is the default: mail is ours to send
 * (decisions 20).
 *
 * A conference is asked for with each writing by one and the same requestId, and made once.
 */
#include "base/arena.h"
#include "base/codec.h"
#include "federation/google_priv.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "json/json.h"

enum { BODY_MAX = 256 * 1024, ETAG_MAX = 256 };

/* ---- the body ----------------------------------------------------------------------------- */

static void put_text(struct json_writer *w, const char *key, struct text t)
{
	json_key(w, key);
	json_add_text(w, t);
}

static void put_plain(struct json_writer *w, const char *key, const char *word)
{
	json_key(w, key);
	json_add_plain(w, text_from(word));
}

/*
 * HTML, as Google shows it: what strangers wrote is text in it, and each line one of its own.
 * False: it is too long.
 */
static bool put_description(struct json_writer *w, struct arena *a, struct text description)
{
	struct text line;
	struct buf b;

	buf_init(&b, a, 512, BODY_MAX);
	while (text_next(&description, '\n', &line)) {
		codec_put_html(&b, text_trim(line));
		if (description.len > 0)
			buf_put_lit(&b, "<br>");
	}
	put_text(w, "description", buf_text(&b));
	return !b.overflow;
}

static void put_moment(struct json_writer *w, struct arena *a, const char *key, int64_t utc,
		       const struct zone *zone, bool replaces)
{
	struct buf b;

	buf_init(&b, a, 32, 64);
	time_put_rfc3339(&b, utc);
	json_key(w, key);
	json_begin_object(w);
	json_key(w, "dateTime");
	json_add_plain(w, buf_text(&b));
	put_text(w, "timeZone", zone ? zone_name(zone) : TEXT("UTC"));
	/* Made a whole day meanwhile, it would else be both. */
	if (replaces) {
		json_key(w, "date");
		json_add_null(w);
	}
	json_end_object(w);
}

static void put_rule(struct json_writer *w, struct text rule, bool replaces)
{
	struct text line;

	if (rule.len == 0 && !replaces)
		return;
	json_key(w, "recurrence");
	if (rule.len == 0) {
		json_add_null(w);
		return;
	}
	json_begin_list(w);
	while (text_next(&rule, '\n', &line)) {
		line = text_trim(line);
		if (line.len > 0)
			json_add_text(w, line);
	}
	json_end_list(w);
}

static void put_conference(struct json_writer *w, const struct remote_copy *copy)
{
	json_key(w, "conferenceData");
	json_begin_object(w);
	json_key(w, "createRequest");
	json_begin_object(w);
	put_text(w, "requestId", copy->mark);
	json_key(w, "conferenceSolutionKey");
	json_begin_object(w);
	put_plain(w, "type", "hangoutsMeet");
	json_end_object(w);
	json_end_object(w);
	json_end_object(w);
}

static void put_mark(struct json_writer *w, struct text mark)
{
	json_key(w, "extendedProperties");
	json_begin_object(w);
	json_key(w, "private");
	json_begin_object(w);
	put_text(w, "fasti", mark);
	json_end_object(w);
	json_end_object(w);
}

/* `id` is of one that is made; empty: it replaces what is there. */
static enum call_end put_body(struct arena *a, const struct remote_copy *copy, struct text id,
			      struct call *out)
{
	const struct zone *zone = zone_find_any(copy->timezone);
	bool replaces = id.len == 0, fits;
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, 2048, BODY_MAX);
	w = (struct json_writer){.out = &b};
	json_begin_object(&w);
	if (!replaces)
		put_text(&w, "id", id);
	put_text(&w, "summary", copy->title);
	fits = put_description(&w, a, copy->description);
	put_text(&w, "location", copy->location);
	put_moment(&w, a, "start", copy->start, zone, replaces);
	put_moment(&w, a, "end", copy->end, zone, replaces);
	put_rule(&w, copy->rule, replaces);
	put_plain(&w, "status", copy->is_tentative ? "tentative" : "confirmed");
	put_plain(&w, "transparency", "opaque");
	put_mark(&w, copy->mark);
	if (copy->wants_link)
		put_conference(&w, copy);
	json_end_object(&w);
	out->body = buf_text(&b);
	out->media_type = TEXT("application/json");
	return fits && !b.overflow ? CALL_OK : CALL_REFUSED;
}

/* ---- requests ----------------------------------------------------------------------------- */

/* Version 1 each time: a write of version 0 takes a conference away. */
static enum call_end end_write(struct google_url *u, struct call *out)
{
	google_url_query(u, "sendUpdates", TEXT("none"));
	google_url_query(u, "conferenceDataVersion", TEXT("1"));
	google_url_query(u, "maxAttendees", TEXT("1"));
	google_url_query(u, "fields", TEXT(GOOGLE_EVENT_FIELDS));
	return google_url_end(u, out);
}

static void match(struct arena *a, struct text etag, struct call *out)
{
	struct call_header *h;

	if (etag.len == 0)
		return;
	h = arena_alloc(a, sizeof(*h));
	*h = (struct call_header){.name = "If-Match", .value = etag};
	out->headers = h;
	out->header_count = 1;
}

enum call_end google_ask_insert(const struct google *g, const struct remote_copy *copy,
				struct call *out)
{
	enum call_end end;
	struct google_url u;

	*out = (struct call){.method = "POST", .what = "put"};
	google_url_begin(&u, g);
	google_url_add_event(&u, g, TEXT_NONE);
	end = put_body(g->arena, copy, google_event_id(g->arena, copy->mark), out);
	return end ? end : end_write(&u, out);
}

enum call_end google_ask_patch(const struct google *g, const struct remote_copy *copy,
			       struct text remote, struct text etag, struct call *out)
{
	enum call_end end;
	struct google_url u;

	*out = (struct call){.method = "PATCH", .what = "put"};
	match(g->arena, etag, out);
	google_url_begin(&u, g);
	google_url_add_event(&u, g, remote);
	end = put_body(g->arena, copy, TEXT_NONE, out);
	return end ? end : end_write(&u, out);
}

/* Without If-Match: a booking that was cancelled goes, whatever became of it there. */
enum call_end google_ask_remove(const struct google *g, const struct remote_copy *copy,
				struct call *out)
{
	struct text remote = copy->remote;
	struct google_url u;

	/* Its making may have been answered to nobody. */
	if (remote.len == 0)
		remote = google_event_id(g->arena, copy->mark);
	*out = (struct call){.method = "DELETE", .what = "remove"};
	google_url_begin(&u, g);
	google_url_add_event(&u, g, remote);
	google_url_query(&u, "sendUpdates", TEXT("none"));
	return google_url_end(&u, out);
}

enum call_end google_read_copy(const struct google *g, const struct call *call,
			       struct remote_copy *copy)
{
	const struct json *event;
	enum call_end end = google_answer(g->arena, call, &event);
	struct text status;

	if (end)
		return end;
	copy->remote_out = google_text(event, "id", OUTSIDE_REMOTE_MAX);
	copy->etag_out = google_text(event, "etag", ETAG_MAX);
	copy->link_out = google_event_link(event, &copy->link_pending);
	if (json_text(json_get(event, "status"), &status) && text_equal(status, TEXT("cancelled")))
		return CALL_NOT_FOUND;
	return copy->remote_out.len > 0 ? CALL_OK : CALL_BROKEN;
}

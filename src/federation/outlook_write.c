/*
 * outlook_write - bookings as events of Outlook's
 *
 * What is made carries its mark twice: as transactionId, so that a second attempt makes no second
 * event, and as a property by which it is found. No attendees: Graph would write to them. A link to
 * a meeting is asked for when the event is made, and cannot be taken back; the text of such an
 * event is Graph's from then on, as it holds how to take part.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "federation/outlook_priv.h"
#include "ical/time.h"
#include "ical/zone.h"

enum { BODY_MAX = 256 * 1024, QUERY_MAX = 2048, INSTANCE_PAGES_MAX = 10 };

/* ---- what is said ------------------------------------------------------------------------------
 */

/* In the zone where it is shown, by Microsoft's name for it; one without such a name is in UTC. */
static void put_time(struct json_writer *w, const char *key, int64_t utc, struct text iana)
{
	const struct zone *zone = zone_find(iana);
	struct text windows = zone_windows_name(iana);
	struct civil c;

	if (!zone || windows.len == 0) {
		zone = zone_utc();
		windows = TEXT("UTC");
	}
	civil_from_local(zone_to_local(zone, utc), &c);
	/* An hour that comes twice has no other name. */
	if (zone_to_utc(zone, local_from_civil(&c)) != utc) {
		civil_from_local(utc, &c);
		windows = TEXT("UTC");
	}
	json_key(w, key);
	json_begin_object(w);
	json_key(w, "dateTime");
	json_add_str(w, arena_printf(w->out->arena, "%04d-%02d-%02dT%02d:%02d:%02d", c.year,
				     c.month, c.day, c.hour, c.minute, c.second));
	json_key(w, "timeZone");
	json_add_text(w, windows);
	json_end_object(w);
}

static void put_description(struct json_writer *w, struct text description)
{
	json_key(w, "body");
	json_begin_object(w);
	outlook_say(w, "contentType", TEXT("text"));
	outlook_say(w, "content", description);
	json_end_object(w);
}

static void put_new(struct json_writer *w, const struct remote_copy *copy, bool with_teams)
{
	outlook_say(w, "transactionId", copy->mark);
	json_key(w, "singleValueExtendedProperties");
	json_begin_list(w);
	json_begin_object(w);
	outlook_say(w, "id", TEXT(OUTLOOK_MARK));
	outlook_say(w, "value", copy->mark);
	json_end_object(w);
	json_end_list(w);
	if (with_teams) {
		json_key(w, "isOnlineMeeting");
		json_add_bool(w, true);
		outlook_say(w, "onlineMeetingProvider", TEXT("teamsForBusiness"));
	}
}

bool outlook_copy_body(struct arena *a, const struct remote_copy *copy, bool is_new,
		       bool with_teams, struct text *out)
{
	struct json_writer w;
	struct buf b;
	bool said = true;

	buf_init(&b, a, 2048, BODY_MAX);
	w = (struct json_writer){.out = &b};
	json_begin_object(&w);
	outlook_say(&w, "subject", copy->title);
	if (is_new || !copy->wants_link)
		put_description(&w, copy->description);
	put_time(&w, "start", copy->start, copy->timezone);
	put_time(&w, "end", copy->end, copy->timezone);
	json_key(&w, "location");
	json_begin_object(&w);
	outlook_say(&w, "displayName", copy->location);
	json_end_object(&w);
	outlook_say(&w, "showAs", copy->is_tentative ? TEXT("tentative") : TEXT("busy"));
	if (copy->rule.len > 0)
		said = outlook_put_recurrence(&w, copy);
	if (is_new)
		put_new(&w, copy, with_teams);
	json_end_object(&w);
	*out = buf_text(&b);
	return said && !b.overflow;
}

bool outlook_copy_read(const struct json *event, struct remote_copy *copy)
{
	struct text id = outlook_text(event, "id");

	if (id.len == 0 || id.len > OUTSIDE_REMOTE_MAX)
		return false;
	copy->remote_out = id;
	copy->etag_out = outlook_text(event, "@odata.etag");
	copy->link_out = outlook_text(json_get(event, "onlineMeeting"), "joinUrl");
	copy->link_pending =
		copy->wants_link && copy->link_out.len == 0 && outlook_is(event, "isOnlineMeeting");
	return true;
}

/* ---- one event ----------------------------------------------------------------------------------
 */

static struct text event_url(const struct visit *v, const struct outside_calendar *c,
			     struct text remote)
{
	const struct text ids[] = {c->remote, remote};

	return outlook_at(v, "/me/calendars/*/events/*", ids);
}

/* Its own properties are shown only where they are asked for. */
static struct text with_mark(struct visit *v, struct text url)
{
	struct buf b;

	buf_init(&b, v->arena, 512, QUERY_MAX + url.len);
	buf_put_text(&b, url);
	buf_put_lit(&b, "?$expand=singleValueExtendedProperties(");
	codec_put_query(&b, TEXT("$filter=id eq '" OUTLOOK_MARK "'"));
	buf_put_char(&b, ')');
	return buf_text(&b);
}

enum call_end outlook_get(struct visit *v, const struct outside_calendar *c, struct text remote,
			  struct remote_event *out)
{
	const struct outlook_request rq = {
		.what = "get", .method = "GET", .url = with_mark(v, event_url(v, c, remote))};
	const struct json *answer;
	enum call_end end = outlook_send(v, &rq, &answer);

	if (end == CALL_NOT_FOUND || end == CALL_GONE) {
		*out = (struct remote_event){.remote = remote, .series = remote, .is_gone = true};
		return CALL_OK;
	}
	if (end == CALL_OK && !outlook_event_read(v->arena, answer, NULL, c->skips_unanswered, out))
		return outlook_broken(v, "Outlook's answer is no event.");
	return end;
}

/* The one that an earlier attempt made, if nobody has deleted it since. */
enum call_end outlook_find(struct visit *v, const struct outside_calendar *c,
			   struct remote_copy *copy)
{
	struct outlook_request rq = {.what = "find", .method = "GET"};
	const struct json *answer;
	struct buf b;
	enum call_end end;

	buf_init(&b, v->arena, 512, QUERY_MAX * 4);
	buf_put_text(&b, outlook_at(v, "/me/calendars/*/events?$top=1&$filter=", &c->remote));
	codec_put_query(&b, TEXT("singleValueExtendedProperties/Any(ep: ep/id eq '" OUTLOOK_MARK
				 "' and ep/value eq '"));
	codec_put_query(&b, copy->mark);
	codec_put_query(&b, TEXT("')"));
	rq.url = buf_text(&b);
	end = outlook_send(v, &rq, &answer);
	if (end == CALL_OK && !outlook_copy_read(json_item(json_get(answer, "value"), 0), copy))
		copy->remote_out = TEXT_NONE;
	return end;
}

enum call_end outlook_remove(struct visit *v, const struct outside_calendar *c,
			     const struct remote_copy *copy)
{
	const struct outlook_request rq = {
		.what = "remove",
		.method = "DELETE",
		.url = event_url(v, c, copy->remote),
		.if_match = copy->etag,
	};
	const struct json *answer;
	enum call_end end;

	assert(copy->remote.len > 0);
	end = outlook_send(v, &rq, &answer);
	return end == CALL_NOT_FOUND || end == CALL_GONE ? CALL_OK : end;
}

/* ---- dates of a series that are left out
 * ----------------------------------------------------------
 */

static bool is_among(const int64_t *times, size_t count, int64_t at)
{
	for (size_t i = 0; i < count; i++)
		if (times[i] == at)
			return true;
	return false;
}

static struct text instances_url(struct visit *v, const struct outside_calendar *c,
				 const struct remote_copy *copy, const int64_t *times, size_t count)
{
	const struct text ids[] = {c->remote, copy->remote_out};
	int64_t first = times[0], last = times[0];
	struct buf b;

	for (size_t i = 1; i < count; i++) {
		first = times[i] < first ? times[i] : first;
		last = times[i] > last ? times[i] : last;
	}
	buf_init(&b, v->arena, 512, QUERY_MAX * 4);
	buf_put_text(&b, outlook_at(v, "/me/calendars/*/events/*/instances?startDateTime=", ids));
	time_put_rfc3339(&b, first);
	buf_put_lit(&b, "&endDateTime=");
	time_put_rfc3339(&b, last + DAY_SECONDS);
	buf_put_lit(&b, "&$select=id,start");
	return buf_text(&b);
}

/* Delete those of a page. */
static enum call_end leave_out(struct visit *v, const struct outside_calendar *c,
			       const struct json *list, const int64_t *times, size_t count)
{
	for (size_t i = 0; i < json_item_count(list); i++) {
		const struct json *item = json_item(list, i);
		const struct remote_copy one = {.remote = outlook_text(item, "id")};
		enum call_end end;
		int64_t at;

		if (!outlook_time(json_get(item, "start"), &at) || one.remote.len == 0 ||
		    !is_among(times, count, at))
			continue;
		end = outlook_remove(v, c, &one);
		if (end != CALL_OK)
			return end;
	}
	return CALL_OK;
}

/* What was left out changes the series: its etag is another then. */
static enum call_end read_etag(struct visit *v, const struct outside_calendar *c,
			       struct remote_copy *copy)
{
	struct remote_event now;
	enum call_end end = outlook_get(v, c, copy->remote_out, &now);

	if (end == CALL_OK && !now.is_gone)
		copy->etag_out = now.etag;
	return end;
}

static enum call_end leave_out_all(struct visit *v, const struct outside_calendar *c,
				   struct remote_copy *copy)
{
	struct outlook_request rq = {.what = "instances", .method = "GET"};
	int64_t *times;
	size_t count = outlook_left_out(v->arena, copy, &times);
	enum call_end end = CALL_OK;

	if (count == 0)
		return CALL_OK;
	rq.url = instances_url(v, c, copy, times, count);
	for (int page = 0; end == CALL_OK && rq.url.len > 0; page++) {
		const struct json *answer;

		if (page == INSTANCE_PAGES_MAX || !call_url_is_ours(v, rq.url))
			return outlook_broken(v, "Outlook's list of a series does not end.");
		end = outlook_send(v, &rq, &answer);
		if (end != CALL_OK)
			return end;
		end = leave_out(v, c, json_get(answer, "value"), times, count);
		rq.url = outlook_text(answer, "@odata.nextLink");
	}
	return end == CALL_OK ? read_etag(v, c, copy) : end;
}

/* ---- made, or brought up to date ----------------------------------------------------------------
 */

/* Is a time of an answer, where it can be read, the one that was asked for? */
static bool is_at(const struct json *time, int64_t wanted)
{
	int64_t at;

	return !outlook_time(time, &at) || at == wanted;
}

static bool is_when_asked(const struct json *event, const struct remote_copy *copy)
{
	return is_at(json_get(event, "start"), copy->start) &&
	       is_at(json_get(event, "end"), copy->end);
}

static enum call_end send_copy(struct visit *v, struct outlook_request *rq,
			       struct remote_copy *copy, bool is_new, bool with_teams,
			       bool *fits_out)
{
	const struct json *answer;
	enum call_end end;

	*fits_out = false;

	if (!outlook_copy_body(v->arena, copy, is_new, with_teams, &rq->body)) {
		v->why = TEXT("Outlook has no such series.");
		return CALL_REFUSED;
	}
	end = outlook_send(v, rq, &answer);
	if (end == CALL_OK && !outlook_copy_read(answer, copy))
		return outlook_broken(v, "Outlook's answer is no event.");
	*fits_out = end == CALL_OK && is_when_asked(answer, copy);
	return end;
}

static enum call_end update(struct visit *v, const struct outside_calendar *c,
			    struct remote_copy *copy)
{
	struct outlook_request rq = {
		.what = "put",
		.method = "PATCH",
		.url = event_url(v, c, copy->remote),
		.if_match = copy->etag,
	};
	bool fits;

	return send_copy(v, &rq, copy, false, false, &fits);
}

static bool has_teams(const struct json *calendar)
{
	const struct json *list = json_get(calendar, "allowedOnlineMeetingProviders");
	struct text word;

	for (size_t i = 0; i < json_item_count(list); i++)
		if (json_text(json_item(list, i), &word) &&
		    text_equal_nocase(word, TEXT("teamsForBusiness")))
			return true;
	return false;
}

static enum call_end may_have_teams(struct visit *v, const struct outside_calendar *c, bool *out)
{
	const struct outlook_request rq = {
		.what = "calendar",
		.method = "GET",
		.url = outlook_at(v, "/me/calendars/*?$select=id,allowedOnlineMeetingProviders",
				  &c->remote),
	};
	const struct json *answer;
	enum call_end end = outlook_send(v, &rq, &answer);

	*out = end == CALL_OK && has_teams(answer);
	return end;
}

static enum call_end say_made_before(struct visit *v)
{
	v->why = TEXT("An event with this mark was made at Outlook before.");
	return CALL_EXISTS;
}

/*
 * That a transactionId is known makes a retry safe; for how long, nobody promises. So what may have
 * been made before is looked for by its mark, which stands in it for good.
 */
static enum call_end make(struct visit *v, const struct outside_calendar *c,
			  struct remote_copy *copy)
{
	struct outlook_request rq = {
		.what = "put",
		.method = "POST",
		.url = outlook_at(v, "/me/calendars/*/events", &c->remote),
	};
	bool with_teams = false, fits = false;
	enum call_end end = CALL_OK;

	copy->remote_out = TEXT_NONE;
	if (!copy->is_first)
		end = outlook_find(v, c, copy);
	if (end == CALL_OK && copy->remote_out.len > 0)
		return say_made_before(v);
	if (end == CALL_OK && copy->wants_link)
		end = may_have_teams(v, c, &with_teams);
	if (end == CALL_OK)
		end = send_copy(v, &rq, copy, true, with_teams, &fits);
	if (end == CALL_EXISTS) {
		end = outlook_find(v, c, copy);
		return end == CALL_OK ? say_made_before(v) : end;
	}
	/* One that an attempt without an answer made is answered as it was made then. */
	if (end == CALL_OK && !fits)
		return CALL_EXISTS;
	return end;
}

enum call_end outlook_put(struct visit *v, const struct outside_calendar *c,
			  struct remote_copy *copy)
{
	enum call_end end = copy->remote.len > 0 ? update(v, c, copy) : make(v, c, copy);

	return end == CALL_OK ? leave_out_all(v, c, copy) : end;
}

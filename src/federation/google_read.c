/*
 * google_read - lists of calendars and events, asked for and read
 *
 * Events are read with singleEvents=false: series, and what differs from them. With a cursor
 * (syncToken) Google wants the same parameters as without it, but for timeMin, which it refuses
 * then. All pages of one reading have to be asked for alike too: the timeMin of the first stands
 * in what asks for the next, before a blank.
 */
#include "base/arena.h"
#include "base/log.h"
#include "federation/google_priv.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "json/json.h"

enum { TITLE_MAX = 1024, TOKEN_MAX = OUTSIDE_CURSOR_MAX - 64, ZONE_MAX = 128 };

/* ---- answers ------------------------------------------------------------------------------ */

/* How dates are meant; `told` is the answer's own word. */
static struct google_place place_of(const struct google *g, struct text told)
{
	const struct zone *zone = zone_find_any(told);

	if (!zone)
		zone = zone_find_any(g->timezone);
	return (struct google_place){.zone = zone ? zone : zone_utc(),
				     .since = g->now - GOOGLE_HISTORY_S,
				     .skips_unanswered = g->skips_unanswered};
}

/*
 * What a list goes on with. A token that is too long to be kept is none: nobody could go on. The
 * texts of a document live as long as its arena.
 */
static bool read_token(const struct json *list, const char *key, struct text *out)
{
	*out = TEXT_NONE;
	return json_kind(json_get(list, key)) == JSON_KIND_NONE ||
	       (json_text(json_get(list, key), out) && out->len > 0 && out->len <= TOKEN_MAX);
}

/* False: what should be a list is something else. */
static bool read_items(const struct json *list, const struct json **out)
{
	*out = json_get(list, "items");
	return json_kind(*out) == JSON_KIND_NONE || json_kind(*out) == JSON_KIND_LIST;
}

/* ---- calendars ---------------------------------------------------------------------------- */

enum call_end google_ask_calendars(const struct google *g, struct text page, struct call *out)
{
	struct google_url u;

	google_url_begin(&u, g);
	google_url_add(&u, "/users/me/calendarList");
	google_url_query(&u, "maxResults",
			 text_from(arena_printf(g->arena, "%d", GOOGLE_PAGE_CALENDARS)));
	/* Hidden is what a person does not want to look at; its time is theirs all the same. */
	google_url_query(&u, "showHidden", TEXT("true"));
	google_url_query(&u, "fields",
			 TEXT("nextPageToken,items(id,summary,summaryOverride,timeZone,accessRole,"
			      "primary,deleted)"));
	if (page.len > 0)
		google_url_query(&u, "pageToken", page);
	*out = (struct call){.method = "GET", .what = "calendars"};
	return google_url_end(&u, out);
}

static bool is_true(const struct json *object, const char *key)
{
	bool yes = false;

	return json_bool(json_get(object, key), &yes) && yes;
}

/* False: there is nothing in it to be read, or nothing to call it by. */
static bool read_calendar(const struct json *entry, struct remote_calendar *out)
{
	struct text role = google_text(entry, "accessRole", TITLE_MAX);
	const struct zone *zone = zone_find_any(google_text(entry, "timeZone", ZONE_MAX));

	*out = (struct remote_calendar){
		.remote = google_text(entry, "id", OUTSIDE_REMOTE_MAX),
		.title = google_text(entry, "summaryOverride", TITLE_MAX),
		.timezone = zone ? zone_name(zone) : TEXT_NONE,
		.may_write = text_equal(role, TEXT("owner")) || text_equal(role, TEXT("writer")),
		.is_primary = is_true(entry, "primary"),
	};
	if (out->title.len == 0)
		out->title = google_text(entry, "summary", TITLE_MAX);
	return out->remote.len > 0 && !is_true(entry, "deleted") && !text_equal(role, TEXT("none"));
}

enum call_end google_read_calendars(const struct google *g, const struct call *call,
				    struct google_calendars *inout)
{
	const struct json *list, *items;
	enum call_end end = google_answer(g->arena, call, &list);

	if (end)
		return end;
	if (!read_items(list, &items))
		return CALL_BROKEN;
	for (size_t i = 0; i < json_item_count(items); i++) {
		struct remote_calendar c;

		if (!read_calendar(json_item(items, i), &c))
			continue;
		if (inout->count < OUTSIDE_CALENDARS_MAX)
			inout->at[inout->count++] = c;
		else if (c.is_primary)
			inout->at[OUTSIDE_CALENDARS_MAX - 1] = c;
	}
	return read_token(list, "nextPageToken", &inout->next) ? CALL_OK : CALL_BROKEN;
}

/* ---- events ------------------------------------------------------------------------------- */

/* What `next` says: the timeMin of this reading, or nothing, then the token of the page. */
static void split_next(struct text next, struct text *since_out, struct text *page_out)
{
	*page_out = next;
	if (!text_next(page_out, ' ', since_out) || !page_out->at) {
		*since_out = TEXT_NONE;
		*page_out = next;
	}
}

static struct text since_text(const struct google *g)
{
	struct buf b;

	buf_init(&b, g->arena, 32, 64);
	time_put_rfc3339(&b, g->now - GOOGLE_HISTORY_S);
	return buf_text(&b);
}

enum call_end google_ask_changes(const struct google *g, struct text cursor, struct text next,
				 struct call *out)
{
	struct text since = TEXT_NONE, page = TEXT_NONE;
	struct google_url u;

	if (next.len > 0)
		split_next(next, &since, &page);
	else if (cursor.len == 0)
		since = since_text(g);
	google_url_begin(&u, g);
	google_url_add_event(&u, g, TEXT_NONE);
	google_url_query(&u, "singleEvents", TEXT("false"));
	google_url_query(&u, "maxResults",
			 text_from(arena_printf(g->arena, "%d", GOOGLE_PAGE_EVENTS)));
	/* Of more attendees than this the answer has only the one whose calendar it is. */
	google_url_query(&u, "maxAttendees", TEXT("1"));
	google_url_query(&u, "fields",
			 TEXT("nextPageToken,nextSyncToken,timeZone,items(" GOOGLE_EVENT_FIELDS
			      ")"));
	if (cursor.len > 0)
		google_url_query(&u, "syncToken", cursor);
	else if (since.len > 0)
		google_url_query(&u, "timeMin", since);
	if (page.len > 0)
		google_url_query(&u, "pageToken", page);
	*out = (struct call){.method = "GET", .what = "changes"};
	return google_url_end(&u, out);
}

static enum call_end read_events(const struct google *g, const struct json *list,
				 struct remote_page *out)
{
	struct google_place place = place_of(g, google_text(list, "timeZone", ZONE_MAX));
	const struct json *items;
	size_t count;

	if (!read_items(list, &items))
		return CALL_BROKEN;
	count = json_item_count(items);
	out->events = arena_alloc_array(g->arena, count, sizeof(*out->events));
	for (size_t i = 0; i < count; i++) {
		struct remote_event *e = &out->events[out->count];

		bool is_placed = google_event_read(g->arena, json_item(items, i), &place, e);

		if (arena_check(g->arena) || (!is_placed && e->remote.len == 0))
			return CALL_BROKEN;
		/* One that is nowhere in time must not keep the others from being read. */
		if (!is_placed)
			log_event(LOG_WARN, "provider-event", LOG_STR("provider", "google"),
				  LOG_TEXT("event", e->remote), LOG_STR("why", "It says no time."));
		out->count += e->remote.len > 0;
	}
	return CALL_OK;
}

/* How the page after this one is asked for; `next` is how this one was. */
static struct text join_next(const struct google *g, bool is_whole, struct text next,
			     struct text page)
{
	struct text since = TEXT_NONE, before;

	if (next.len > 0)
		split_next(next, &since, &before);
	else if (is_whole)
		since = since_text(g);
	return text_from(arena_printf(g->arena, "%.*s %.*s", TEXT_ARG(since), TEXT_ARG(page)));
}

enum call_end google_read_changes(const struct google *g, struct text cursor, struct text next,
				  const struct call *call, struct remote_page *out)
{
	const struct json *list;
	enum call_end end = google_answer(g->arena, call, &list);
	struct text page;

	*out = (struct remote_page){0};
	if (end)
		return end;
	/* Only the last page has the cursor of the next reading. */
	if (!read_token(list, "nextPageToken", &page) ||
	    !read_token(list, "nextSyncToken", &out->cursor))
		return CALL_BROKEN;
	if (page.len > 0) {
		out->next = join_next(g, cursor.len == 0, next, page);
		out->cursor = TEXT_NONE;
	}
	return read_events(g, list, out);
}

enum call_end google_ask_event(const struct google *g, struct text remote, struct call *out)
{
	struct google_url u;

	google_url_begin(&u, g);
	google_url_add_event(&u, g, remote);
	google_url_query(&u, "maxAttendees", TEXT("1"));
	google_url_query(&u, "fields", TEXT(GOOGLE_EVENT_FIELDS));
	*out = (struct call){.method = "GET", .what = "get"};
	return google_url_end(&u, out);
}

enum call_end google_read_event(const struct google *g, const struct call *call,
				struct remote_event *out)
{
	struct google_place place = place_of(g, TEXT_NONE);
	const struct json *event;
	enum call_end end = google_answer(g->arena, call, &event);

	if (end)
		return end;
	return google_event_read(g->arena, event, &place, out) ? CALL_OK : CALL_BROKEN;
}

/*
 * test_google_requests - what is asked of Google
 *
 * Each request is checked against the description of the API (google_description.h), and for what
 * the description does not say: numbers are sections of federation/facts.md.
 */
#include "unit.h"

#include "federation/google_priv.h"
#include "google_description.h"
#include "json/json.h"

enum { CEILING = 64 << 20 };

#define BASE "https://api.example.org/calendar/v3"
#define NOW  INT64_C(1772442000) /* 2026-03-02T09:00:00Z */

static const struct remote_copy booking = {
	.mark = TEXT_INIT("mark-1"),
	.title = TEXT_INIT("Intro with \"Ann\""),
	.description = TEXT_INIT("One\nTwo"),
	.location = TEXT_INIT("Room 1"),
	.start = NOW,
	.end = NOW + 1800,
	.timezone = TEXT_INIT("Europe/Berlin"),
};

static const struct remote_watch channel = {
	.id = TEXT_INIT("abc_DEF-123"),
	.token = TEXT_INIT("secret"),
	.url = TEXT_INIT("https://fasti.example.org/hooks/google"),
	.resource = TEXT_INIT("res/1"),
	.expires_at = NOW + 604800,
};

static struct google here(struct arena *a)
{
	return (struct google){
		.arena = a,
		.api = TEXT(BASE "/"),
		.calendar = TEXT("en.uk#holiday@group.v.calendar.google.com"),
		.timezone = TEXT("Europe/London"),
		.now = NOW,
	};
}

/* ---- the requests ------------------------------------------------------------------------- */

static enum call_end calendars(const struct google *g, struct call *c)
{
	return google_ask_calendars(g, TEXT_NONE, c);
}

static enum call_end more_calendars(const struct google *g, struct call *c)
{
	return google_ask_calendars(g, TEXT("p=1&x"), c);
}

static enum call_end from_the_beginning(const struct google *g, struct call *c)
{
	return google_ask_changes(g, TEXT_NONE, TEXT_NONE, c);
}

static enum call_end second_page(const struct google *g, struct call *c)
{
	return google_ask_changes(g, TEXT_NONE, TEXT("2026-01-01T00:00:00Z p=2"), c);
}

static enum call_end by_cursor(const struct google *g, struct call *c)
{
	return google_ask_changes(g, TEXT("CMC+/="), TEXT_NONE, c);
}

static enum call_end second_page_by_cursor(const struct google *g, struct call *c)
{
	return google_ask_changes(g, TEXT("CMC+/="), TEXT(" p=2"), c);
}

static enum call_end one(const struct google *g, struct call *c)
{
	return google_ask_event(g, TEXT("a/b?c"), c);
}

static enum call_end insert(const struct google *g, struct call *c)
{
	return google_ask_insert(g, &booking, c);
}

static enum call_end insert_written_by_strangers(const struct google *g, struct call *c)
{
	struct remote_copy copy = booking;

	copy.description = TEXT("Ivy <ivy@example.net>\r\n\r\n<a href=\"https://evil.example\">"
				"Q&A</a>\nTo move it: https://cal.example/m?a=1\n");
	return google_ask_insert(g, &copy, c);
}

static enum call_end insert_all(const struct google *g, struct call *c)
{
	struct remote_copy copy = booking;

	copy.timezone = TEXT("Nowhere");
	copy.rule = TEXT("RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20260309T090000Z\r\n");
	copy.is_tentative = copy.wants_link = true;
	return google_ask_insert(g, &copy, c);
}

static enum call_end patch(const struct google *g, struct call *c)
{
	struct remote_copy copy = booking;

	copy.wants_link = true;
	return google_ask_patch(g, &copy, TEXT("e1"), TEXT("\"33\""), c);
}

static enum call_end patch_whatever(const struct google *g, struct call *c)
{
	struct remote_copy copy = booking;

	copy.rule = TEXT("RRULE:FREQ=DAILY;COUNT=2");
	return google_ask_patch(g, &copy, TEXT("e1"), TEXT_NONE, c);
}

static enum call_end take_away(const struct google *g, struct call *c)
{
	struct remote_copy copy = booking;

	copy.remote = TEXT("e1");
	copy.etag = TEXT("\"33\"");
	return google_ask_remove(g, &copy, c);
}

static enum call_end take_away_unknown(const struct google *g, struct call *c)
{
	return google_ask_remove(g, &booking, c);
}

static enum call_end watch(const struct google *g, struct call *c)
{
	return google_ask_watch(g, &channel, c);
}

static enum call_end stop(const struct google *g, struct call *c)
{
	return google_ask_stop(g, &channel, c);
}

#define EVENTS	   BASE "/calendars/en.uk%23holiday@group.v.calendar.google.com/events"
#define ID_OF_MARK "fastidlgn4qpd64"
#define TITLE	   "\"summary\":\"Intro with \\\"Ann\\\"\","
#define SAYING(it) TITLE "\"description\":\"" it "\",\"location\":\"Room 1\","
#define WORDS	   SAYING("One<br>Two")
#define MARK	   "\"extendedProperties\":{\"private\":{\"fasti\":\"mark-1\"}}"
#define CONFERENCE                                                                                 \
	"\"conferenceData\":{\"createRequest\":{\"requestId\":\"mark-1\","                         \
	"\"conferenceSolutionKey\":{\"type\":\"hangoutsMeet\"}}}"
#define AT(key, time, zone, more)                                                                  \
	"\"" key "\":{\"dateTime\":\"2026-03-02T" time "Z\",\"timeZone\":\"" zone "\"" more "},"
#define TIMES(zone, more) AT("start", "09:00:00", zone, more) AT("end", "09:30:00", zone, more)

static const struct row {
	const char *name;
	enum call_end (*ask)(const struct google *g, struct call *c);
	const char *method, *path;
	const char *has[6]; /* parameters, as written */
	const char *body;   /* NULL: none */
	const char *if_match;
} rows[] = {
	{"calendars", calendars, "calendar.calendarList.list", BASE "/users/me/calendarList",
	 .has = {"maxResults=250", "showHidden=true"}},
	{"calendars, next page", more_calendars, "calendar.calendarList.list",
	 BASE "/users/me/calendarList", .has = {"pageToken=p%3D1%26x"}},
	{"§2 the first pass cuts history", from_the_beginning, "calendar.events.list", EVENTS,
	 .has = {"singleEvents=false", "maxResults=2500", "timeMin=2026-01-01T09%3A00%3A00Z"}},
	{"§2 its pages by the same cut", second_page, "calendar.events.list", EVENTS,
	 .has = {"timeMin=2026-01-01T00%3A00%3A00Z", "pageToken=p%3D2"}},
	{"§2 by cursor", by_cursor, "calendar.events.list", EVENTS,
	 .has = {"singleEvents=false", "maxResults=2500", "syncToken=CMC%2B%2F%3D"}},
	{"§2 a page takes both tokens", second_page_by_cursor, "calendar.events.list", EVENTS,
	 .has = {"syncToken=CMC%2B%2F%3D", "pageToken=p%3D2"}},
	{"one event", one, "calendar.events.get", EVENTS "/a%2Fb%3Fc", .has = {"maxAttendees=1"}},
	{"§6 insert: an id of ours, no attendees, no mail", insert, "calendar.events.insert",
	 EVENTS, .has = {"sendUpdates=none", "conferenceDataVersion=1"},
	 .body = "{\"id\":\"" ID_OF_MARK "\"," WORDS TIMES(
		 "Europe/Berlin", "") "\"status\":\"confirmed\",\"transparency\":\"opaque\"," MARK
				      "}"},
	{"§6 insert: a description is HTML, and what strangers wrote is text in it",
	 insert_written_by_strangers, "calendar.events.insert", EVENTS,
	 .body = "{\"id\":\"" ID_OF_MARK "\"," SAYING(
		 "Ivy &lt;ivy@example.net&gt;<br><br>&lt;a href=&quot;https://evil.example&quot;"
		 "&gt;Q&amp;A&lt;/a&gt;<br>To move it: https://cal.example/m?a=1")
		 TIMES("Europe/Berlin",
		       "") "\"status\":\"confirmed\",\"transparency\":\"opaque\"," MARK "}"},
	{"§6 insert: a tentative series with a conference, zone unknown", insert_all,
	 "calendar.events.insert", EVENTS, .has = {"sendUpdates=none", "conferenceDataVersion=1"},
	 .body = "{\"id\":\"" ID_OF_MARK "\"," WORDS TIMES(
		 "UTC",
		 "") "\"recurrence\":[\"RRULE:FREQ=WEEKLY;COUNT=3\",\"EXDATE:20260309T090000Z\"],"
		     "\"status\":\"tentative\",\"transparency\":\"opaque\"," MARK "," CONFERENCE
		     "}"},
	{"§6 patch: If-Match, and what went is taken away", patch, "calendar.events.patch",
	 EVENTS "/e1", .has = {"sendUpdates=none", "conferenceDataVersion=1"},
	 .body = "{" WORDS TIMES("Europe/Berlin",
				 ",\"date\":null") "\"recurrence\":null,\"status\":\"confirmed\","
						   "\"transparency\":\"opaque\"," MARK
						   "," CONFERENCE "}",
	 .if_match = "\"33\""},
	{"§6 patch: whatever it is", patch_whatever, "calendar.events.patch", EVENTS "/e1",
	 .has = {"sendUpdates=none"},
	 .body = "{" WORDS TIMES("Europe/Berlin",
				 ",\"date\":null") "\"recurrence\":[\"RRULE:FREQ=DAILY;COUNT=2\"],"
						   "\"status\":\"confirmed\","
						   "\"transparency\":\"opaque\"," MARK "}"},
	{"§6 delete, whatever became of it", take_away, "calendar.events.delete", EVENTS "/e1",
	 .has = {"sendUpdates=none"}},
	{"§6 delete what may never have been made", take_away_unknown, "calendar.events.delete",
	 EVENTS "/" ID_OF_MARK, .has = {"sendUpdates=none"}},
	{"§4 watch", watch, "calendar.events.watch", EVENTS "/watch",
	 .body = "{\"id\":\"abc_DEF-123\",\"type\":\"web_hook\","
		 "\"address\":\"https://fasti.example.org/hooks/google\",\"token\":\"secret\","
		 "\"params\":{\"ttl\":\"604800\"}}"},
	{"§4 stop", stop, "calendar.channels.stop", BASE "/channels/stop",
	 .body = "{\"id\":\"abc_DEF-123\",\"resourceId\":\"res/1\"}"},
};

/* A parameter of a URL, as written; at NULL: it is not there. */
static struct text parameter(struct text url, struct text name)
{
	struct text path, part, key;

	if (!text_next(&url, '?', &path))
		return TEXT_NONE;
	while (text_next(&url, '&', &part))
		if (text_next(&part, '=', &key) && text_equal(key, name))
			return part;
	return TEXT_NONE;
}

static void check_row(struct arena *a, const struct json *description, const struct row *row)
{
	struct google g = here(a);
	struct call c;
	struct text method, path, rest;

	CHECK_INT(row->name, row->ask(&g, &c), CALL_OK);
	rest = c.url;
	text_next(&rest, '?', &path);
	CHECK_STR(row->name, text_cstr(a, path), row->path);
	for (size_t i = 0; i < ARRAY_LEN(row->has) && row->has[i]; i++) {
		struct text value = text_from(row->has[i]), name;

		text_next(&value, '=', &name);
		CHECK_TEXT(row->has[i], parameter(c.url, name), value);
	}
	CHECK_STR(row->name, text_cstr(a, c.body), row->body ? row->body : "");
	CHECK_INT(row->name, c.header_count, row->if_match != NULL);
	if (row->if_match && c.header_count == 1) {
		CHECK_STR(row->name, c.headers[0].name, "If-Match");
		CHECK_TEXT(row->name, c.headers[0].value, text_from(row->if_match));
	}
	CHECK_TRUE(row->name, c.what != NULL);
	if (!description)
		return;
	CHECK_STR(row->name, google_description_call(a, description, TEXT(BASE), &c, &method), "");
	CHECK_TEXT(row->name, method, text_from(row->method));
}

static void test_requests(void)
{
	struct arena *a = arena_create(CEILING);
	const struct json *description = google_description_load(a);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(a, description, &rows[i]);
	if (!description)
		unit_skip("the description of the API is not at hand");
	arena_destroy(a);
}

/* ---- what is asked alike --------------------------------------------------------------- */

static struct text url_of(struct arena *a,
			  enum call_end (*ask)(const struct google *g, struct call *c))
{
	struct google g = here(a);
	struct call c;

	CHECK_INT("asked", ask(&g, &c), CALL_OK);
	return c.url;
}

static bool may_differ(struct text name)
{
	return text_equal(name, TEXT("timeMin")) || text_equal(name, TEXT("syncToken")) ||
	       text_equal(name, TEXT("pageToken"));
}

/* Each parameter of one that may not differ is in the other, and the same. */
static void check_alike(struct text one, struct text other)
{
	struct text path, part, name;

	text_next(&one, '?', &path);
	while (text_next(&one, '&', &part)) {
		text_next(&part, '=', &name);
		if (!may_differ(name))
			CHECK_TEXT("§2 the same in each pass", parameter(other, name), part);
	}
}

static void test_passes(void)
{
	static const char *const refused[] = {"iCalUID", "orderBy",    "privateExtendedProperty",
					      "q",	 "timeMin",    "sharedExtendedProperty",
					      "timeMax", "updatedMin", "showDeleted"};
	struct arena *a = arena_create(CEILING);
	struct text first = url_of(a, from_the_beginning), later = url_of(a, by_cursor);
	struct text page = url_of(a, second_page);

	check_alike(first, later);
	check_alike(later, first);
	check_alike(first, page);
	check_alike(page, later);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		CHECK_TRUE(refused[i], !parameter(later, text_from(refused[i])).at);
	CHECK_TRUE("§2 no cursor at first", !parameter(first, TEXT("syncToken")).at);
	arena_destroy(a);
}

/* ---- ids ---------------------------------------------------------------------------------- */

static void test_ids(void)
{
	static const struct {
		const char *name, *mark, *id;
	} ids[] = {
		{"none", "", "fasti"},
		{"RFC 4648 §10 f", "f", "fastico"},
		{"RFC 4648 §10 fo", "fo", "fasticpng"},
		{"RFC 4648 §10 foo", "foo", "fasticpnmu"},
		{"RFC 4648 §10 foob", "foob", "fasticpnmuog"},
		{"RFC 4648 §10 fooba", "fooba", "fasticpnmuoj1"},
		{"RFC 4648 §10 foobar", "foobar", "fasticpnmuoj1e8"},
		{"a mark that is text", "mark-1", ID_OF_MARK},
	};
	struct arena *a = arena_create(CEILING);

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct text id = google_event_id(a, text_from(ids[i].mark));

		CHECK_TEXT(ids[i].name, id, text_from(ids[i].id));
		CHECK_TRUE("§6 five characters or more", id.len >= 5);
		for (size_t k = 0; k < id.len; k++)
			CHECK_TRUE("§6 a-v and 0-9", (id.at[k] >= 'a' && id.at[k] <= 'v') ||
							     (id.at[k] >= '0' && id.at[k] <= '9'));
	}
	arena_destroy(a);
}

static void test_too_long(void)
{
	struct arena *a = arena_create(CEILING);
	struct remote_copy copy = booking;
	struct google g = here(a);
	struct call c;
	char *long_text = arena_alloc(a, 1 << 20);

	memset(long_text, '#', 1 << 20);
	copy.description = text_of(long_text, 1 << 20);
	CHECK_INT("a body", google_ask_insert(&g, &copy, &c), CALL_REFUSED);
	CHECK_INT("an id", google_ask_event(&g, copy.description, &c), CALL_REFUSED);
	arena_destroy(a);
}

/* ---- the checker itself: it must be able to refuse ---------------------------------------- */

static void test_checker(void)
{
	static const struct {
		const char *name;
		struct call call;
		const char *wrong;
	} calls[] = {
		{"elsewhere",
		 {.method = "GET", .url = TEXT_INIT("https://x.org/a")},
		 "it is not sent to the API"},
		{"no such path",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/event")},
		 "nothing is done by GET at calendars/a/event"},
		{"no such verb",
		 {.method = "PUT", .url = TEXT_INIT(BASE "/calendars/a/events")},
		 "nothing is done by PUT at calendars/a/events"},
		{"no such parameter",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?x=1")},
		 "there is no parameter x"},
		{"of the path",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?calendarId=1")},
		 "there is no parameter calendarId"},
		{"a parameter twice",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?q=1&q=2")},
		 "q stands twice"},
		{"no boolean",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?singleEvents=no")},
		 "singleEvents is neither true nor false"},
		{"no number",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?maxResults=x")},
		 "maxResults is no number"},
		{"too small",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?maxResults=0")},
		 "maxResults is out of its range: 0"},
		{"no such word",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?orderBy=size")},
		 "orderBy is none of the words that it may be: size"},
		{"no time",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?timeMin=2026")},
		 "timeMin is no time: 2026"},
		{"no such field",
		 {.method = "GET",
		  .url = TEXT_INIT(BASE "/calendars/a/events?fields=items(id,size)")},
		 "fields: there is no \"size\""},
		{"an open bracket",
		 {.method = "GET", .url = TEXT_INIT(BASE "/calendars/a/events?fields=items(id")},
		 "fields: a bracket stays open"},
		{"a body to a GET",
		 {.method = "GET",
		  .url = TEXT_INIT(BASE "/calendars/a/events"),
		  .body = TEXT_INIT("{}")},
		 "there is a body that nobody asks for"},
		{"no such member",
		 {.method = "POST",
		  .url = TEXT_INIT(BASE "/calendars/a/events"),
		  .media_type = TEXT_INIT("application/json"),
		  .body = TEXT_INIT("{\"start\":{\"day\":1}}")},
		 "body.start.day is not known"},
		{"a member of another type",
		 {.method = "POST",
		  .url = TEXT_INIT(BASE "/calendars/a/events"),
		  .media_type = TEXT_INIT("application/json"),
		  .body = TEXT_INIT("{\"recurrence\":\"RRULE:FREQ=DAILY\"}")},
		 "body.recurrence is no array"},
		{"null where nothing is taken away",
		 {.method = "POST",
		  .url = TEXT_INIT(BASE "/calendars/a/events"),
		  .media_type = TEXT_INIT("application/json"),
		  .body = TEXT_INIT("{\"recurrence\":null}")},
		 "body.recurrence is no array"},
		{"a body of no type",
		 {.method = "POST",
		  .url = TEXT_INIT(BASE "/calendars/a/events"),
		  .body = TEXT_INIT("{}")},
		 "the body is no JSON by its type"},
	};
	struct arena *a = arena_create(CEILING);
	const struct json *description = google_description_load(a);
	struct text method;

	for (size_t i = 0; description && i < ARRAY_LEN(calls); i++)
		CHECK_STR(calls[i].name,
			  google_description_call(a, description, TEXT(BASE), &calls[i].call,
						  &method),
			  calls[i].wrong);
	if (!description)
		unit_skip("the description of the API is not at hand");
	arena_destroy(a);
}

UNIT_SUITE("google_requests", {"each of them", test_requests}, {"passes", test_passes},
	   {"ids (RFC 4648 §7)", test_ids}, {"too long", test_too_long},
	   {"the checker refuses", test_checker})

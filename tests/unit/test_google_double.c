/*
 * test_google_double - the provider against the test double of Google
 *
 * Real requests to a server that does what the service documents (tests/federation/google.py), and
 * which checks them by the description of the API. The numbers are sections of
 * federation/facts.md.
 */
#include "unit.h"

#include "base/clock.h"
#include "calendar/calendar.h"
#include "doubles.h"
#include "federation/gate.h"
#include "federation/google_priv.h"
#include "federation/oauth.h"
#include "net/net.h"
#include "reading.h"
#include "json/json.h"

enum { CEILING = 256 << 20 };

#define MINUTE_NS INT64_C(60000000000)
#define NOW	  INT64_C(1798761600) /* 2027-01-01T00:00:00Z */

/* An account at the double, and its first calendar. */
struct scene {
	struct arena *arena;
	struct doubles doubles;
	struct calendar house;
	struct federation fed;
	struct connection connection;
	struct outside_calendar calendar;
	struct visit visit;
};

static void connect(struct scene *s)
{
	const struct oauth_tokens tokens = {
		.access = TEXT("at-1"), .refresh = TEXT("rt-1"), .expires_at = INT64_MAX / 2};

	s->fed = (struct federation){
		.calendar = &s->house, .gate = gate_create(), .allow_private = true};
	s->fed.apps[PROVIDER_GOOGLE].client_id = TEXT("x");
	s->fed.apps[PROVIDER_GOOGLE].api_url = doubles_setting(&s->doubles, "FASTI_GOOGLE_API_URL");
	s->connection = (struct connection){.owner = 7,
					    .id = TEXT("abc"),
					    .provider = PROVIDER_GOOGLE,
					    .timezone = TEXT("Europe/Berlin"),
					    .expires_at = tokens.expires_at};
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	s->visit = (struct visit){.fed = &s->fed,
				  .provider = &provider_google,
				  .connection = &s->connection,
				  .arena = s->arena,
				  .until_ns = clock_monotonic_ns() + MINUTE_NS,
				  .now = NOW};
	doubles_ask(&s->doubles, s->arena, "setattr(google, 'clock', lambda: 1798761600)");
	doubles_ask(&s->doubles, s->arena,
		    "ann.access.update({'at-1': {'https://www.googleapis.com/auth/calendar'}})");
	s->calendar.remote = doubles_text(&s->doubles, s->arena, "ann.primary.id");
}

static bool scene_open(struct scene *s)
{
	*s = (struct scene){.arena = arena_create(CEILING), .house = {.key = {{1, 2, 3}}}};
	CHECK_WELL("secrets", secret_init(s->arena));
	if (doubles_start(&s->doubles, s->arena)) {
		connect(s);
		return true;
	}
	arena_destroy(s->arena);
	return false;
}

static void scene_close(struct scene *s)
{
	net_cleanup();
	doubles_stop(&s->doubles);
	gate_destroy(s->fed.gate);
	arena_destroy(s->arena);
}

static const struct json *ask(struct scene *s, const char *expression)
{
	return doubles_ask(&s->doubles, s->arena, expression);
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum call_end read_all(struct scene *s, struct reading *r)
{
	return reading_take(&provider_google, &s->visit, &s->calendar, r);
}

static const struct remote_event *find(const struct reading *r, const char *remote)
{
	return reading_find(r, text_from(remote));
}

static void test_reading(void)
{
	struct scene s;
	struct reading p;

	if (!scene_open(&s))
		return;
	ask(&s, "ann.primary.add('Lunch', '2027-01-05T12:00:00+01:00', '2027-01-05T13:00:00+01:00',"
		" id='lunch')");
	ask(&s, "ann.primary.add('Fair', '2027-01-06', '2027-01-08', id='fair00')");
	ask(&s,
	    "ann.primary.add('Weekly', '2027-01-07T09:00:00+01:00', '2027-01-07T10:00:00+01:00',"
	    " id='weekly', recurrence=['RRULE:FREQ=WEEKLY;COUNT=5'])");
	ask(&s, "ann.primary.cancel_instance('weekly', '2027-01-14T09:00:00+01:00')");
	ask(&s,
	    "ann.primary.add('Old', '2026-01-07T09:00:00Z', '2026-01-07T10:00:00Z', id='older')");
	ask(&s, "setattr(google, 'page_size', 1)");
	ask(&s, "setattr(google, 'empty_pages', 1)");

	CHECK_INT("§2 the first pass", read_all(&s, &p), CALL_OK);
	CHECK_INT("§2 page by page, with an empty one", p.pages, 5);
	CHECK_INT("§2 without what is long past", p.count, 4);
	CHECK_STR("a time", text_cstr(s.arena, find(&p, "lunch")->lines),
		  "DTSTART:20270105T110000Z\r\nDTEND:20270105T120000Z\r\nSUMMARY:Lunch\r\n");
	CHECK_INT("a series", find(&p, "weekly")->kind, OUTSIDE_MASTER);
	CHECK_STR("§2 an instance that was cancelled",
		  text_cstr(s.arena, find(&p, "weekly_20270114T080000Z")->lines),
		  "EXDATE;TZID=Europe/Berlin:20270114T090000\r\n");
	CHECK_TRUE("cursor", s.calendar.cursor.len > 0);

	CHECK_INT("§2 nothing new", read_all(&s, &p), CALL_OK);
	CHECK_INT("§2 nothing new", p.count, 0);
	ask(&s, "ann.primary.delete('lunch')");
	ask(&s, "ann.primary.change('fair00', transparency='transparent')");
	CHECK_INT("§2 what changed", read_all(&s, &p), CALL_OK);
	CHECK_INT("§2 what changed", p.count, 2);
	CHECK_TRUE("§2 a tombstone", find(&p, "lunch")->is_gone);
	CHECK_INT("§3 free now", find(&p, "fair00")->lines.len, 0);

	ask(&s, "google.forget_tokens()");
	CHECK_INT("§2 410", read_all(&s, &p), CALL_GONE);
	s.calendar.cursor = TEXT_NONE;
	CHECK_INT("§2 once more from the beginning", read_all(&s, &p), CALL_OK);
	CHECK_INT("§2 what is there", p.count, 3);
	scene_close(&s);
}

/* Tokens are forgotten between two pages of a first pass, and of one by cursor. */
static void test_forgotten(void)
{
	struct remote_page page;
	struct scene s;
	struct reading p;

	if (!scene_open(&s))
		return;
	ask(&s, "[ann.primary.add(str(i), '2027-01-05', '2027-01-06') for i in range(3)]");
	ask(&s, "setattr(google, 'page_size', 1)");
	CHECK_INT("a page", provider_google.changes(&s.visit, &s.calendar, TEXT_NONE, &page),
		  CALL_OK);
	ask(&s, "google.forget_tokens()");
	CHECK_INT("§2 amid a first pass",
		  provider_google.changes(&s.visit, &s.calendar, page.next, &page), CALL_GONE);
	CHECK_INT("a whole pass", read_all(&s, &p), CALL_OK);
	ask(&s, "[ann.primary.add(str(i), '2027-01-05', '2027-01-06') for i in range(3)]");
	CHECK_INT("a page", provider_google.changes(&s.visit, &s.calendar, TEXT_NONE, &page),
		  CALL_OK);
	ask(&s, "google.forget_tokens()");
	CHECK_INT("§2 amid a pass by cursor",
		  provider_google.changes(&s.visit, &s.calendar, page.next, &page), CALL_GONE);
	scene_close(&s);
}

static void test_calendars(void)
{
	struct remote_calendar *list;
	struct scene s;
	size_t count;

	if (!scene_open(&s))
		return;
	ask(&s, "ann.add_calendar('Holidays', id='en.uk#holiday@group.v.calendar.google.com',"
		" role='reader') and None");
	ask(&s, "setattr(google, 'page_size', 1)");
	CHECK_INT("calendars", provider_google.calendars(&s.visit, &list, &count), CALL_OK);
	CHECK_INT("two pages", count, 2);
	CHECK_TRUE("one's own", list[0].is_primary && list[0].may_write);
	CHECK_TRUE("one to read", !list[1].is_primary && !list[1].may_write);
	s.calendar.remote = list[1].remote;
	struct reading p;
	CHECK_INT("an id with a hash and an at", read_all(&s, &p), CALL_OK);
	scene_close(&s);
}

/* ---- writing ------------------------------------------------------------------------------ */

static struct remote_copy booking(const char *mark)
{
	return (struct remote_copy){.mark = text_from(mark),
				    .title = TEXT("Intro"),
				    .description = TEXT("With Ann"),
				    .start = INT64_C(1799150400), /* 2027-01-05T12:00:00Z */
				    .end = INT64_C(1799152200),
				    .timezone = TEXT("Europe/Berlin")};
}

static enum call_end put(struct scene *s, struct remote_copy *copy)
{
	enum call_end end = provider_google.put(&s->visit, &s->calendar, copy);

	if (end != CALL_OK)
		return end;
	copy->remote = copy->remote_out;
	copy->etag = copy->etag_out;
	return CALL_OK;
}

static int64_t standing(struct scene *s)
{
	int64_t n = -1;

	CHECK_TRUE("standing", json_int(ask(s, "len(ann.primary.standing())"), &n));
	return n;
}

static void test_writing(void)
{
	struct remote_copy copy = booking("m1");
	struct remote_event e;
	struct scene s;

	if (!scene_open(&s))
		return;
	CHECK_INT("made", put(&s, &copy), CALL_OK);
	CHECK_TEXT("§6 by an id of ours", copy.remote, google_event_id(s.arena, copy.mark));
	CHECK_INT("read", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_TEXT("§6 with its mark", e.mark, TEXT("m1"));
	CHECK_INT("start", e.start, copy.start);
	CHECK_INT("end", e.end, copy.end);
	CHECK_TRUE("no attendees", json_kind(json_get(ask(&s, "ann.primary.standing()[0]"),
						      "attendees")) == JSON_KIND_NONE);

	copy.start += 3600;
	copy.end += 3600;
	copy.is_tentative = true;
	CHECK_INT("moved", put(&s, &copy), CALL_OK);
	CHECK_INT("read", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_INT("start", e.start, copy.start);
	CHECK_TRUE("tentative", text_find(e.lines, TEXT("STATUS:TENTATIVE")) >= 0);

	ask(&s, arena_printf(s.arena, "ann.primary.change('%.*s', summary='Mine')",
			     TEXT_ARG(copy.remote)));
	CHECK_INT("§6 changed by its user", put(&s, &copy), CALL_CHANGED);
	ask(&s, arena_printf(s.arena,
			     "ann.primary.change('%.*s', start='2027-01-05', end='2027-01-06')",
			     TEXT_ARG(copy.remote)));
	copy.etag = TEXT_NONE;
	CHECK_INT("whatever it is, also a whole day", put(&s, &copy), CALL_OK);
	CHECK_INT("read", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_INT("a time again", e.start, copy.start);

	CHECK_INT("taken away", provider_google.remove(&s.visit, &s.calendar, &copy), CALL_OK);
	CHECK_INT("§5 a second time", provider_google.remove(&s.visit, &s.calendar, &copy),
		  CALL_OK);
	CHECK_INT("nothing stands", standing(&s), 0);
	CHECK_INT("gone", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_TRUE("gone", e.is_gone);
	CHECK_INT("not brought back", put(&s, &copy), CALL_CHANGED);
	copy.etag = TEXT_NONE;
	CHECK_INT("nor whatever it is", put(&s, &copy), CALL_NOT_FOUND);
	copy.remote = TEXT_NONE;
	CHECK_INT("§6 the id is used up", put(&s, &copy), CALL_EXISTS);
	CHECK_INT("nothing stands", standing(&s), 0);
	copy.mark = TEXT("m2");
	CHECK_INT("§6 the next generation", put(&s, &copy), CALL_OK);
	scene_close(&s);
}

static int64_t sent(struct scene *s, const char *call)
{
	int64_t n = -1;

	CHECK_TRUE("sent",
		   json_int(ask(s, arena_printf(s->arena, "google.calls['events.%s']", call)), &n));
	return n;
}

/* One that was used before stays open: what is sent on it may be sent again by itself. */
static void use_connection(struct scene *s)
{
	struct remote_event e;

	CHECK_INT("something is read",
		  provider_google.get(&s->visit, &s->calendar, TEXT("none"), &e), CALL_OK);
}

/* RFC 9110 §9.2.2: what was done may not be asked for again but by who looks first. */
static void test_lost(void)
{
	struct remote_copy copy = booking("m1");
	struct scene s;

	if (!scene_open(&s))
		return;
	use_connection(&s);
	ask(&s, "google.spoil('events.insert', lost=True) and None");
	CHECK_INT("§14 the answer is lost", put(&s, &copy), CALL_LATER);
	CHECK_INT("one stands", standing(&s), 1);
	CHECK_INT("it was sent once", sent(&s, "insert"), 1);
	s.visit.until_ns += MINUTE_NS;
	copy.start += 900;
	CHECK_INT("a second attempt meets it", put(&s, &copy), CALL_EXISTS);
	CHECK_TEXT("§6 by the same id", copy.remote_out, google_event_id(s.arena, copy.mark));
	copy.remote = copy.remote_out;
	CHECK_INT("brought up to date", put(&s, &copy), CALL_OK);
	CHECK_INT("one stands", standing(&s), 1);
	use_connection(&s);
	ask(&s, "google.spoil('events.patch', lost=True) and None");
	CHECK_INT("RFC 9110 §9.2.2: nor is a PATCH sent twice", put(&s, &copy), CALL_LATER);
	CHECK_INT("once each time", sent(&s, "patch"), 2);
	s.visit.until_ns += MINUTE_NS;

	copy = booking("m2");
	ask(&s, "google.spoil('events.insert', status=503, late=True) and None");
	CHECK_INT("made, and an error all the same", put(&s, &copy), CALL_LATER);
	CHECK_INT("taken away unseen", provider_google.remove(&s.visit, &s.calendar, &copy),
		  CALL_OK);
	CHECK_INT("one stands", standing(&s), 1);
	scene_close(&s);
}

static void test_conference(void)
{
	struct remote_copy copy = booking("m1");
	struct remote_event e;
	struct scene s;

	if (!scene_open(&s))
		return;
	ask(&s, "setattr(google, 'meet', 'pending')");
	copy.wants_link = true;
	CHECK_INT("made", put(&s, &copy), CALL_OK);
	CHECK_TRUE("§6 pending", copy.link_pending && copy.link_out.len == 0);
	ask(&s, arena_printf(s.arena, "ann.primary.finish_meet('%.*s')", TEXT_ARG(copy.remote)));
	CHECK_INT("read", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_TRUE("§6 success", text_starts(e.link, TEXT("https://meet.google.com/")));
	copy.etag = e.etag;
	copy.start -= 900;
	CHECK_INT("moved", put(&s, &copy), CALL_OK);
	CHECK_TEXT("§6 the same requestId: the same link", copy.link_out, e.link);
	CHECK_TRUE("§6 not pending", !copy.link_pending);
	scene_close(&s);
}

static void test_series(void)
{
	struct remote_copy copy = booking("m1");
	struct remote_event e;
	struct scene s;

	if (!scene_open(&s))
		return;
	copy.rule = TEXT("RRULE:FREQ=WEEKLY;COUNT=3\r\n");
	CHECK_INT("made", put(&s, &copy), CALL_OK);
	CHECK_INT("read", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_INT("a series", e.kind, OUTSIDE_MASTER);
	CHECK_TRUE("its rule", text_find(e.lines, TEXT("RRULE:FREQ=WEEKLY;COUNT=3\r\n")) >= 0);
	copy.rule = TEXT_NONE;
	CHECK_INT("one time now", put(&s, &copy), CALL_OK);
	CHECK_INT("read", provider_google.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_INT("no series", e.kind, OUTSIDE_SINGLE);
	scene_close(&s);
}

/* ---- watching ----------------------------------------------------------------------------- */

static void test_watching(void)
{
	struct remote_watch w = {.id = TEXT("w-1"),
				 .token = TEXT("secret"),
				 .url = TEXT("https://127.0.0.1:9/hooks/google")};
	struct scene s;
	int64_t open = -1;

	if (!scene_open(&s))
		return;
	w.expires_at = s.visit.now + 3600;
	CHECK_INT("made", provider_google.watch(&s.visit, &s.calendar, &w), CALL_OK);
	CHECK_TRUE("§4 for an hour",
		   w.expires_at >= s.visit.now + 3590 && w.expires_at <= s.visit.now + 3700);
	CHECK_TRUE("open", json_int(ask(&s, "len(google.channels.open_ones)"), &open));
	CHECK_INT("open", open, 1);
	CHECK_INT("§4 each id once", provider_google.watch(&s.visit, &s.calendar, &w),
		  CALL_REFUSED);
	CHECK_INT("stopped", provider_google.unwatch(&s.visit, &s.calendar, &w), CALL_OK);
	CHECK_INT("a second time", provider_google.unwatch(&s.visit, &s.calendar, &w), CALL_OK);
	CHECK_TRUE("open", json_int(ask(&s, "len(google.channels.open_ones)"), &open));
	CHECK_INT("none is open", open, 0);
	scene_close(&s);
}

UNIT_SUITE("google_double", {"reading", test_reading}, {"forgotten tokens", test_forgotten},
	   {"calendars", test_calendars}, {"writing", test_writing}, {"lost answers", test_lost},
	   {"conferences", test_conference}, {"series", test_series}, {"watching", test_watching})

/*
 * test_outlook_double - the provider against the test double of Graph
 *
 * Real requests to a server that does what the service documents (tests/federation/graph.py), and
 * which checks them by the description of the API. The numbers are sections of
 * federation/facts.md.
 */
#include "unit.h"

#include "base/clock.h"
#include "calendar/calendar.h"
#include "doubles.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "federation/outlook_priv.h"
#include "net/net.h"
#include "reading.h"

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

static const struct json *ask(struct scene *s, const char *expression)
{
	return doubles_ask(&s->doubles, s->arena, expression);
}

static void connect(struct scene *s)
{
	const struct oauth_tokens tokens = {
		.access = TEXT("at-1"), .refresh = TEXT("rt-1"), .expires_at = INT64_MAX / 2};

	s->fed = (struct federation){
		.calendar = &s->house, .gate = gate_create(), .allow_private = true};
	s->fed.apps[PROVIDER_OUTLOOK].client_id = TEXT("x");
	s->fed.apps[PROVIDER_OUTLOOK].api_url =
		doubles_setting(&s->doubles, "FASTI_OUTLOOK_API_URL");
	s->connection = (struct connection){.owner = 7,
					    .id = TEXT("abc"),
					    .provider = PROVIDER_OUTLOOK,
					    .timezone = TEXT("Europe/Berlin"),
					    .expires_at = tokens.expires_at};
	s->connection.secret = oauth_seal(&s->fed, s->arena, &s->connection, &tokens);
	s->visit = (struct visit){.fed = &s->fed,
				  .provider = &provider_outlook,
				  .connection = &s->connection,
				  .arena = s->arena,
				  .until_ns = clock_monotonic_ns() + MINUTE_NS,
				  .now = NOW};
	ask(s, "setattr(graph, 'clock', lambda: 1798761600)");
	ask(s, "otto.access.update({'at-1': {'Calendars.ReadWrite', 'MailboxSettings.Read'}})");
	s->calendar.remote = doubles_text(&s->doubles, s->arena, "otto.primary.id");
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

static int64_t number(struct scene *s, const char *expression)
{
	int64_t n = -1;

	CHECK_TRUE(expression, json_int(ask(s, expression), &n));
	return n;
}

/* The id of what an expression makes. */
static struct text made(struct scene *s, const char *expression)
{
	return doubles_text(&s->doubles, s->arena, expression);
}

/* With its ids put in. */
static void user_does(struct scene *s, const char *format, struct text id)
{
	ask(s, arena_printf(s->arena, format, TEXT_ARG(id)));
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum call_end read_all(struct scene *s, struct reading *r)
{
	return reading_take(&provider_outlook, &s->visit, &s->calendar, r);
}

/* How many times of a series take time. */
static int64_t times_of(const struct reading *p, struct text series)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += text_equal(p->events[i].series, series) &&
		     p->events[i].kind == OUTSIDE_INSTANCE && p->events[i].lines.len > 0;
	return n;
}

static void test_reading(void)
{
	struct text lunch, trip;
	struct scene s;
	struct reading p;

	if (!scene_open(&s))
		return;
	lunch = made(&s, "otto.primary.add('Lunch', '2027-01-05T12:00:00', '2027-01-05T13:00:00')");
	trip = made(&s, "otto.primary.add('Trip', '2027-01-06T00:00:00', '2027-01-08T00:00:00',"
			" isAllDay=True, showAs='oof')");
	made(&s, "otto.primary.add('Old', '2026-01-05T12:00:00', '2026-01-05T13:00:00')");
	made(&s, "otto.primary.add('Far', '2029-01-05T12:00:00', '2029-01-05T13:00:00')");
	ask(&s, "setattr(graph, 'page_size', 1)");
	ask(&s, "setattr(graph, 'empty_pages', 1)");
	CHECK_INT("§8 the first reading", read_all(&s, &p), CALL_OK);
	CHECK_INT("§8 page by page, with an empty one", p.pages, 3);
	CHECK_INT("§8 what is in the window", (int64_t)p.count, 2);
	CHECK_TEXT("§9 in UTC", reading_find(&p, lunch)->lines,
		   TEXT("DTSTART:20270105T110000Z\r\nDTEND:20270105T120000Z\r\nSTATUS:CONFIRMED\r\n"
			"SUMMARY:Lunch\r\n"));
	CHECK_TEXT("§9 whole days", reading_find(&p, trip)->lines,
		   TEXT("DTSTART;VALUE=DATE:20270106\r\nDTEND;VALUE=DATE:20270108\r\n"
			"STATUS:CONFIRMED\r\nSUMMARY:Trip\r\n"));
	ask(&s, "setattr(graph, 'unknown_removed', 2)");
	user_does(&s, "otto.primary.delete('%.*s')", lunch);
	user_does(&s, "otto.primary.change('%.*s', showAs='workingElsewhere')", trip);
	CHECK_INT("§8 what changed", read_all(&s, &p), CALL_OK);
	CHECK_TRUE("§8 gone", reading_find(&p, lunch)->is_gone);
	CHECK_TRUE("§9 elsewhere",
		   text_find(reading_find(&p, trip)->lines, TEXT("WORKINGELSEWHERE")) >= 0);
	user_does(&s,
		  "otto.primary.change('%.*s', start='2029-01-06T00:00:00',"
		  " end='2029-01-08T00:00:00')",
		  trip);
	CHECK_INT("§8 what has left the window", read_all(&s, &p), CALL_OK);
	CHECK_TRUE("§8 is not deleted", reading_find(&p, trip)->remote.len > 0);
	ask(&s, "graph.forget_tokens()");
	CHECK_INT("§8 410", read_all(&s, &p), CALL_GONE);
	s.calendar.cursor = TEXT_NONE;
	CHECK_INT("§8 once more from the beginning", read_all(&s, &p), CALL_OK);
	scene_close(&s);
}

#define WEEKLY                                                                                     \
	"otto.primary.add('Weekly', '2027-01-07T09:00:00', '2027-01-07T10:00:00',"                 \
	" recurrence=weekly('thursday', start='2027-01-07', count=5), showAs='tentative')"

static void check_series(struct scene *s, const char *how, int64_t want_first)
{
	struct text series = made(s, WEEKLY);
	struct reading p;

	CHECK_INT(how, read_all(s, &p), CALL_OK);
	CHECK_INT(how, times_of(&p, series), want_first);
	for (size_t i = 0; i < p.count; i++)
		if (p.events[i].kind == OUTSIDE_INSTANCE)
			CHECK_TRUE(how, p.events[i].is_regular &&
						text_find(p.events[i].lines,
							  TEXT("SUMMARY:Weekly")) >= 0 &&
						text_find(p.events[i].lines,
							  TEXT("STATUS:TENTATIVE")) >= 0);
	user_does(s, "otto.primary.cancel_instance('%.*s', '2027-01-14')", series);
	user_does(s,
		  "otto.primary.change_instance('%.*s', '2027-01-21', start='2027-01-22T09:00:00',"
		  " end='2027-01-22T10:00:00', subject='Moved')",
		  series);
	CHECK_INT("§8 a date that is dropped, and one that is moved", read_all(s, &p), CALL_OK);
	CHECK_TRUE("§8 the series is read again", reading_find(&p, series)->is_whole);
	CHECK_INT("§8 without the one", times_of(&p, series), 4);
	user_does(s, "otto.primary.delete('%.*s')", series);
	CHECK_INT("§8 the series is deleted", read_all(s, &p), CALL_OK);
	CHECK_TRUE("§8 gone", reading_find(&p, series)->is_gone);
	CHECK_INT("§8 with all of it", times_of(&p, series), 0);
}

static void test_series(void)
{
	struct scene s;

	if (!scene_open(&s))
		return;
	check_series(&s, "§8 bare occurrences", 5);
	ask(&s, "setattr(graph, 'names_cancelled', True)");
	check_series(&s, "§8 each is told of", 5);
	s.calendar.cursor = TEXT_NONE;
	ask(&s, "setattr(graph, 'masters_in_delta', False)");
	struct text series = made(&s, WEEKLY);
	struct reading p;
	CHECK_INT("§8 masters are absent", read_all(&s, &p), CALL_OK);
	CHECK_INT("§8 and fetched", times_of(&p, series), 5);
	CHECK_TRUE("§8 for their word",
		   p.count > 0 && text_find(p.events[0].lines, TEXT("STATUS:TENTATIVE")) >= 0);
	CHECK_INT("with one request", number(&s, "len(graph.asked('batch'))") > 0, 1);
	scene_close(&s);
}

static void test_nasty(void)
{
	struct remote_page page;
	struct text lunch;
	struct scene s;
	struct reading p;

	if (!scene_open(&s))
		return;
	lunch = made(&s, "otto.primary.add('Lunch', '2027-01-05T12:00:00', '2027-01-05T13:00:00')");
	made(&s, "otto.primary.add('Tea', '2027-01-05T15:00:00', '2027-01-05T16:00:00')");
	ask(&s, "setattr(graph, 'twice', True)");
	CHECK_INT("§8 each comes twice", read_all(&s, &p), CALL_OK);
	CHECK_INT("and is told once", (int64_t)p.count, 2);
	s.calendar.cursor = TEXT_NONE;
	ask(&s, "setattr(graph, 'page_size', 1)");
	CHECK_INT("a page", provider_outlook.changes(&s.visit, &s.calendar, TEXT_NONE, &page),
		  CALL_OK);
	ask(&s, "graph.forget_tokens()");
	CHECK_INT("§8 410 amid a reading",
		  provider_outlook.changes(&s.visit, &s.calendar, page.next, &page), CALL_GONE);
	ask(&s, "setattr(graph, 'link_base', 'https://evil.example/v1.0')");
	CHECK_INT("§8 a link to another host", read_all(&s, &p), CALL_BROKEN);
	ask(&s, "setattr(graph, 'link_base', None)");
	ask(&s, "setattr(graph, 'page_size', None)");
	CHECK_INT("a whole reading", read_all(&s, &p), CALL_OK);
	user_does(&s, "otto.primary.delete('%.*s')", lunch);
	ask(&s, "graph.spoil('events.get', status=429, retry_after=7) and None");
	CHECK_INT("§12 a part of a batch is to wait", read_all(&s, &p), CALL_LATER);
	CHECK_TRUE("§12 so long", s.visit.retry_at >= NOW + 7);
	CHECK_INT("§12 and is told later", read_all(&s, &p), CALL_OK);
	CHECK_TRUE("gone", reading_find(&p, lunch)->is_gone);
	scene_close(&s);
}

static void test_calendars(void)
{
	struct remote_calendar *list;
	struct scene s;
	size_t count;

	if (!scene_open(&s))
		return;
	ask(&s, "otto.add_calendar('Holidays', may_write=False) and None");
	ask(&s, "setattr(graph, 'page_size', 1)");
	CHECK_INT("calendars", provider_outlook.calendars(&s.visit, &list, &count), CALL_OK);
	CHECK_INT("two pages", (int64_t)count, 2);
	CHECK_TRUE("one's own", list[0].is_primary && list[0].may_write);
	CHECK_TRUE("one to read", !list[1].is_primary && !list[1].may_write);
	CHECK_TEXT("zone", list[0].timezone, TEXT("Europe/Berlin"));
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
				    .timezone = TEXT("Europe/Vienna")};
}

static enum call_end put(struct scene *s, struct remote_copy *copy)
{
	enum call_end end = provider_outlook.put(&s->visit, &s->calendar, copy);

	if (end != CALL_OK)
		return end;
	copy->remote = copy->remote_out;
	copy->etag = copy->etag_out;
	return CALL_OK;
}

static void test_writing(void)
{
	struct remote_copy copy = booking("m1");
	struct remote_event e;
	struct scene s;
	struct reading p;

	if (!scene_open(&s))
		return;
	CHECK_INT("made", put(&s, &copy), CALL_OK);
	CHECK_INT("read", provider_outlook.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_TEXT("§10 with its mark", e.mark, TEXT("m1"));
	CHECK_INT("start", e.start, copy.start);
	CHECK_INT("end", e.end, copy.end);
	CHECK_TEXT("etag", e.etag, copy.etag);
	CHECK_INT("a reading", read_all(&s, &p), CALL_OK);
	CHECK_TEXT("§10 known by transactionId", reading_find(&p, copy.remote)->mark, TEXT("m1"));
	copy.start += 3600;
	copy.end += 3600;
	copy.is_tentative = true;
	CHECK_INT("moved", put(&s, &copy), CALL_OK);
	CHECK_INT("read", provider_outlook.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_INT("start", e.start, copy.start);
	CHECK_TRUE("tentative", text_find(e.lines, TEXT("STATUS:TENTATIVE")) >= 0);
	user_does(&s, "otto.primary.change('%.*s', subject='Mine')", copy.remote);
	CHECK_INT("§10 changed by its user", put(&s, &copy), CALL_CHANGED);
	copy.etag = TEXT_NONE;
	CHECK_INT("whatever it is", put(&s, &copy), CALL_OK);
	CHECK_INT("taken away", provider_outlook.remove(&s.visit, &s.calendar, &copy), CALL_OK);
	CHECK_INT("§10 a second time", provider_outlook.remove(&s.visit, &s.calendar, &copy),
		  CALL_OK);
	CHECK_INT("nothing stands", number(&s, "len(otto.primary.standing())"), 0);
	CHECK_INT("gone", provider_outlook.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_TRUE("gone", e.is_gone);
	CHECK_INT("not brought back", put(&s, &copy), CALL_NOT_FOUND);
	scene_close(&s);
}

/* RFC 9110 §9.2.2: also on a connection that was used before, a POST is not sent again by itself.
 */
static void check_lost(const char *repeat, bool is_first, enum call_end want)
{
	struct remote_copy copy = booking("m1");
	struct remote_event e;
	struct scene s;

	if (!scene_open(&s))
		return;
	ask(&s, arena_printf(s.arena, "setattr(graph, 'repeat', %s)", repeat));
	CHECK_INT("something is read",
		  provider_outlook.get(&s.visit, &s.calendar, TEXT("none"), &e), CALL_OK);
	ask(&s, "graph.spoil('events.create', lost=True) and None");
	CHECK_INT("§14 the answer is lost", put(&s, &copy), CALL_LATER);
	CHECK_INT("one stands", number(&s, "len(otto.primary.standing())"), 1);
	CHECK_INT("it was sent once", number(&s, "graph.calls['events.create']"), 1);
	s.visit.until_ns += MINUTE_NS;
	copy.is_first = is_first;
	CHECK_INT("§10 a second attempt meets it", put(&s, &copy), want);
	CHECK_INT("one stands", number(&s, "len(otto.primary.standing())"), 1);
	CHECK_TRUE("its id", copy.remote_out.len > 0);
	copy.remote_out = TEXT_NONE;
	CHECK_INT("found by its mark", provider_outlook.find(&s.visit, &s.calendar, &copy),
		  CALL_OK);
	CHECK_TRUE("its id", copy.remote_out.len > 0);
	copy.remote = copy.remote_out;
	CHECK_INT("taken away unseen", provider_outlook.remove(&s.visit, &s.calendar, &copy),
		  CALL_OK);
	CHECK_INT("none stands", number(&s, "len(otto.primary.standing())"), 0);
	CHECK_INT("nothing has its mark", provider_outlook.find(&s.visit, &s.calendar, &copy),
		  CALL_OK);
	CHECK_INT("no id", copy.remote_out.len, 0);
	CHECK_INT("a second time", provider_outlook.remove(&s.visit, &s.calendar, &copy), CALL_OK);
	scene_close(&s);
}

static void test_lost(void)
{
	check_lost("201", true, CALL_OK);
	check_lost("409", true, CALL_EXISTS);
	/* A transactionId is forgotten some day: the mark finds it. */
	check_lost("None", false, CALL_EXISTS);
}

static void test_conference(void)
{
	struct remote_copy copy = booking("m1");
	struct remote_event e;
	struct scene s;

	if (!scene_open(&s))
		return;
	ask(&s, "setattr(graph, 'meeting_ready', False)");
	copy.wants_link = true;
	CHECK_INT("made", put(&s, &copy), CALL_OK);
	CHECK_TRUE("§10 pending", copy.link_pending && copy.link_out.len == 0);
	user_does(&s, "otto.primary.finish_meeting('%.*s')", copy.remote);
	CHECK_INT("read", provider_outlook.get(&s.visit, &s.calendar, copy.remote, &e), CALL_OK);
	CHECK_TRUE("§10 there", text_starts(e.link, TEXT("https://teams.microsoft.com/")));
	copy.etag = e.etag;
	copy.start -= 900;
	CHECK_INT("moved", put(&s, &copy), CALL_OK);
	CHECK_TEXT("§10 the same link", copy.link_out, e.link);
	ask(&s, "otto.meetings.clear()");
	copy = booking("m2");
	copy.wants_link = true;
	CHECK_INT("§10 an account without Teams", put(&s, &copy), CALL_OK);
	CHECK_TRUE("has no link", !copy.link_pending && copy.link_out.len == 0);
	scene_close(&s);
}

static void test_booked_series(void)
{
	struct remote_copy copy = booking("m1");
	struct scene s;
	struct reading p;

	if (!scene_open(&s))
		return;
	copy.rule = TEXT("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Vienna:20270112T130000\n");
	CHECK_INT("made", put(&s, &copy), CALL_OK);
	CHECK_INT("a reading", read_all(&s, &p), CALL_OK);
	CHECK_INT("without the date that is left out", times_of(&p, copy.remote), 3);
	CHECK_TEXT("its times carry its mark", p.events[p.count - 1].mark, TEXT("m1"));
	copy.start += 3600;
	copy.end += 3600;
	copy.rule = TEXT("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Vienna:20270119T140000\n");
	CHECK_INT("moved, with the etag that it has by now", put(&s, &copy), CALL_OK);
	copy.rule = TEXT("RRULE:FREQ=YEARLY;COUNT=4\n");
	CHECK_INT("a rule that is none of ours", put(&s, &copy), CALL_REFUSED);
	scene_close(&s);
}

/* ---- watching ----------------------------------------------------------------------------- */

static void test_watching(void)
{
	struct remote_watch w = {.id = TEXT("w-1"),
				 .token = TEXT("secret"),
				 .url = TEXT("https://127.0.0.1:9/hooks/outlook")};
	struct scene s;

	if (!scene_open(&s))
		return;
	w.expires_at = s.visit.now + 3600;
	w.remote = TEXT("nobody's");
	CHECK_INT("§11 one that is not there", provider_outlook.renew(&s.visit, &s.calendar, &w),
		  CALL_NOT_FOUND);
	CHECK_INT("nor is it ended", provider_outlook.unwatch(&s.visit, &s.calendar, &w), CALL_OK);
	CHECK_INT("§11 nobody answers there", provider_outlook.watch(&s.visit, &s.calendar, &w),
		  CALL_REFUSED);
	scene_close(&s);
}

UNIT_SUITE("outlook_double", {"reading", test_reading}, {"series", test_series},
	   {"nasty answers", test_nasty}, {"calendars", test_calendars}, {"writing", test_writing},
	   {"lost answers", test_lost}, {"conferences", test_conference},
	   {"series of bookings", test_booked_series}, {"watching", test_watching})

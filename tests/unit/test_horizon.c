/*
 * test_horizon - how far ahead occurrences stand and with which zone data, and changes that
 * are overtaken
 */
#include <pthread.h>

#include "booking/book.h"
#include "calendar/horizon.h"
#include "freebusy/cache.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "store/occurrence.h"
#include "town.h"
#include "unit.h"

/* ---- the horizon --------------------------------------------------------------------------- */

static int64_t last_row(struct town *t)
{
	return count_of(t, "SELECT max(starts) FROM occurrence");
}

static void horizon_moves(struct store_fixture *x)
{
	static const struct sql remember = {"UPDATE object_data SET answers = '0 0 now'"};
	int64_t later = HOUSE_NOW + 200 * DAY_SECONDS, from, until, rows;
	bool due;
	struct town t;

	town_open(&t, x);
	set_horizon(&t, HOUSE_NOW + 790 * DAY_SECONDS);
	CHECK_WELL("a look at the zones", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &until));
	CHECK_INT("moves no mark", until, HOUSE_NOW + 790 * DAY_SECONDS);
	CHECK_WELL("not yet", horizon_is_due(&t.h.calendar, t.a, HOUSE_NOW, &due));
	CHECK_TRUE("not yet", !due);
	CHECK_WELL("endless",
		   house_put(&t.h, t.alice, "calendar", "a.ics",
			     house_event(t.a, "a", EIGHT, NINE, "RRULE:FREQ=DAILY\r\n")));
	CHECK_WELL("long over",
		   house_put(&t.h, t.alice, "calendar", "b.ics",
			     house_event(t.a, "b", EIGHT, NINE, "RRULE:FREQ=DAILY;COUNT=3\r\n")));
	CHECK_INT("recurs beyond", count_of(&t, "SELECT sum(partial) FROM object"), 1);
	rows = last_row(&t);
	CHECK_TRUE("as far as a move would go", rows >= HOUSE_NOW + 799 * DAY_SECONDS);
	CHECK_WELL("due", horizon_is_due(&t.h.calendar, t.a, later, &due));
	CHECK_TRUE("due", due);
	CHECK_WELL("who has answered", store_fixture_sql(x, &remember));
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, later));
	CHECK_INT("is remembered",
		  count_of(&t, "SELECT count(*) FROM object_data"
			       " WHERE answers = '0 0 now'"),
		  2);
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &until));
	CHECK_INT("a day less than changes reach", until,
		  later + (HORIZON_AHEAD_DAYS - 1) * DAY_SECONDS);
	CHECK_TRUE("rows up to it", last_row(&t) > until - 2 * DAY_SECONDS);
	CHECK_TRUE("and not without end", last_row(&t) < until + 2 * DAY_SECONDS);
	CHECK_INT("no client sees a change", count_of(&t, "SELECT max(seq) FROM collection"), 2);
	rows = count_of(&t, "SELECT count(*) FROM occurrence");
	CHECK_WELL("again", horizon_move(&t.h.calendar, t.a, later));
	CHECK_INT("moves nothing", count_of(&t, "SELECT count(*) FROM occurrence"), rows);
	town_close(&t);
}
STORE_CASE(horizon_moves)

/* A move marks where rows begin; an old series has none further back. */
static void horizon_begins(struct store_fixture *x)
{
	int64_t later = HOUSE_NOW + 200 * DAY_SECONDS, from, until;
	struct town t;

	town_open(&t, x);
	CHECK_WELL("first move", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &until));
	CHECK_INT("a year back", from, HOUSE_NOW - HORIZON_BACK_DAYS * DAY_SECONDS);
	CHECK_WELL("since long ago",
		   house_put(&t.h, t.alice, "calendar", "a.ics",
			     house_event(t.a, "a", "20100104T080000Z", "20100104T090000Z",
					 "RRULE:FREQ=DAILY\r\n")));
	CHECK_INT("more than its rows", count_of(&t, "SELECT sum(partial) FROM object"), 1);
	CHECK_TRUE("no row before the mark",
		   count_of(&t, "SELECT min(ends) FROM occurrence") >= from);
	CHECK_WELL("another move", horizon_move(&t.h.calendar, t.a, later));
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &until));
	CHECK_INT("the near end follows", from, later - HORIZON_BACK_DAYS * DAY_SECONDS);
	CHECK_TRUE("and so do the rows", count_of(&t, "SELECT min(ends) FROM occurrence") >= from);
	town_close(&t);
}
STORE_CASE(horizon_begins)

/* Is alice busy in the middle of a day, as a free-busy-query is told? */
static bool is_busy_on(struct town *t, int64_t day)
{
	const struct busy_period *p;
	struct owner *o;
	size_t count = 0;

	CHECK_WELL("owner", owner_get(t->h.db, t->a, t->alice, &o));
	CHECK_WELL("free-busy", freebusy_cached(t->h.desk.timelines, t->h.db, t->a, o, NULL, day,
						day + DAY_SECONDS, &p, &count));
	return count > 0;
}

/* What can be read no more stays busy where the far end passes it. */
static void horizon_meets_broken(struct store_fixture *x)
{
	static const struct sql spoil = {"UPDATE object_data SET data = substr(data, 1, 40)"};
	int64_t later = HOUSE_NOW + 200 * DAY_SECONDS, latest = later + 200 * DAY_SECONDS;
	int64_t from, until, first, rows;
	const char *ics;
	struct town t;

	town_open(&t, x);
	CHECK_WELL("first move", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &first));
	ics = house_event(t.a, "a", EIGHT, NINE, "RRULE:FREQ=DAILY\r\n");
	CHECK_WELL("endless", house_put(&t.h, t.alice, "calendar", "a.ics", ics));
	rows = count_of(&t, "SELECT count(*) FROM occurrence");
	CHECK_WELL("spoil", store_fixture_sql(x, &spoil));
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, later));
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &until));
	CHECK_TRUE("moved", until > first);
	CHECK_TRUE("past the old mark", is_busy_on(&t, first + 3 * DAY_SECONDS));
	CHECK_TRUE("at the far end", is_busy_on(&t, until - 2 * DAY_SECONDS));
	CHECK_INT("a row more", count_of(&t, "SELECT count(*) FROM occurrence"), rows + 1);
	CHECK_WELL("another move", horizon_move(&t.h.calendar, t.a, latest));
	CHECK_TRUE("where the first move ended", is_busy_on(&t, until - 2 * DAY_SECONDS));
	CHECK_TRUE("past that", is_busy_on(&t, until + 2 * DAY_SECONDS));
	CHECK_INT("and another", count_of(&t, "SELECT count(*) FROM occurrence"), rows + 2);
	CHECK_WELL("mended", house_put(&t.h, t.alice, "calendar", "a.ics", ics));
	CHECK_INT("no row is left of that",
		  count_of(&t, "SELECT count(*) FROM occurrence WHERE ends - starts <> 3600"), 0);
	town_close(&t);
}
STORE_CASE(horizon_meets_broken)

/* Planned before the horizon moved past its rows: planned again, whoever waits. */
static void horizon_overtakes(struct store_fixture *x)
{
	int64_t far = HOUSE_NOW + 1000 * DAY_SECONDS;
	struct change_put *put;
	struct change *c;
	struct town t;

	town_open(&t, x);
	put = put_of(&t, "a.ics", house_event(t.a, "a", EIGHT, NINE, "RRULE:FREQ=DAILY\r\n"));
	c = change_of(&t);
	CHECK_WELL("plan", change_put(c, put));
	set_horizon(&t, far);
	CHECK_WELL("apply", change_run(c));
	CHECK_TRUE("rows up to the new one", last_row(&t) > far - 2 * DAY_SECONDS);
	town_close(&t);
}
STORE_CASE(horizon_overtakes)

/* The same for a change that nobody waits for: it is planned again on a worker. */
struct told {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	int count;
	enum fault_code code;
};

static void tell(void *ctx, const struct fault *f)
{
	struct told *told = ctx;

	pthread_mutex_lock(&told->lock);
	told->count++;
	told->code = f ? f->code : FAULT_COUNT;
	pthread_cond_signal(&told->turn);
	pthread_mutex_unlock(&told->lock);
}

static void submitted(struct store_fixture *x)
{
	struct told told = {.lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER};
	int64_t far = HOUSE_NOW + 1000 * DAY_SECONDS;
	struct job j = {.kind = TEXT("mail"), .key = TEXT("j"), .payload = TEXT("{}")};
	struct change *c;
	struct town t;

	town_open(&t, x);
	c = change_of(&t);
	j.owner = t.alice;
	CHECK_WELL("plan", change_put(c, put_of(&t, "a.ics",
						house_event(t.a, "a", EIGHT, NINE,
							    "RRULE:FREQ=DAILY\r\n"))));
	CHECK_WELL("plan", change_job(c, &j));
	set_horizon(&t, far);
	change_submit(c, tell, &told);
	pthread_mutex_lock(&told.lock);
	while (told.count == 0)
		pthread_cond_wait(&told.turn, &told.lock);
	pthread_mutex_unlock(&told.lock);
	CHECK_INT("well", told.code, FAULT_COUNT);
	CHECK_TRUE("rows up to the new one", last_row(&t) > far - 2 * DAY_SECONDS);
	house_close(&t.h);
	CHECK_INT("told once", told.count, 1);
	CHECK_INT("jobs are announced", t.h.woken, 1);
}
STORE_CASE(submitted)

/* ---- newer zone data ------------------------------------------------------------------------ */

/* Test/Town goes an hour further east in the newer data, a week before the event at 09:00. */
#define TOWN_OLD "Z Test/Town 1 - TST"
#define TOWN_NEW "Z Test/Town 1 - TST 2027 Jan 11\\n2 - TST"
#define NINE_TOWN                                                                                  \
	"DTSTART;TZID=Test/Town:20270118T090000\r\nDTEND;TZID=Test/Town:20270118T100000\r\n"

static const char *town_event(struct arena *a, const char *uid, const char *more)
{
	return arena_printf(a,
			    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
			    "BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20270101T000000Z\r\n%s%s"
			    "END:VEVENT\r\nEND:VCALENDAR\r\n",
			    uid, NINE_TOWN, more);
}

/* What a process has of its own, begun anew over the same store. */
static void restart(struct town *t)
{
	struct store_fixture *x = t->h.x;

	house_close(&t->h);
	house_open(&t->h, x);
	t->a = t->h.arena;
}

static bool is_due(struct town *t)
{
	bool due = false;

	CHECK_WELL("asked", horizon_is_due(&t->h.calendar, t->a, HOUSE_NOW, &due));
	return due;
}

static int64_t version_of(struct town *t, int64_t owner)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(t->h.db, t->a, owner, &v));
	return v.version;
}

/* When the busy time of the event's day begins, as a free-busy-query is told. */
static int64_t busy_from(struct town *t)
{
	const struct busy_period *p;
	struct owner *o;
	size_t count = 0;

	CHECK_WELL("owner", owner_get(t->h.db, t->a, t->alice, &o));
	CHECK_WELL("free-busy",
		   freebusy_cached(t->h.desk.timelines, t->h.db, t->a, o, NULL, MONDAY_8 - 8 * 3600,
				   MONDAY_8 + 16 * 3600, &p, &count));
	return count ? p[0].start : 0;
}

static void zones_change(struct store_fixture *x)
{
	int64_t alice, bob, seven = MONDAY_8 - 3600;
	struct text before;
	struct town t;

	pinned_zones_use_with(TOWN_OLD);
	town_open(&t, x);
	bob = house_user(&t.h, "bob");
	set_horizon(&t, HOUSE_NOW + 790 * DAY_SECONDS);
	CHECK_WELL("zoned",
		   house_put(&t.h, t.alice, "calendar", "a.ics", town_event(t.a, "a", "")));
	CHECK_WELL("UTC", house_put(&t.h, bob, "calendar", "b.ics",
				    house_event(t.a, "b", EIGHT, NINE, "")));
	CHECK_TRUE("first of all", is_due(&t));
	CHECK_WELL("first of all", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_TRUE("then no more", !is_due(&t));
	CHECK_INT("09:00 is 08:00Z", busy_from(&t), MONDAY_8);
	restart(&t);
	CHECK_TRUE("nor after a start with the same data", !is_due(&t));

	pinned_zones_use_with(TOWN_NEW);
	restart(&t);
	alice = version_of(&t, t.alice);
	bob = version_of(&t, bob);
	CHECK_TRUE("due", is_due(&t));
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_INT("the row", count_of(&t, "SELECT min(starts) FROM occurrence"), seven);
	CHECK_INT("first_start", count_of(&t, "SELECT min(first_start) FROM object"), seven);
	CHECK_INT("last_end", count_of(&t, "SELECT min(last_end) FROM object"), MONDAY_8);
	CHECK_INT("one row each", count_of(&t, "SELECT count(*) FROM occurrence"), 2);
	CHECK_INT("free-busy", busy_from(&t), seven);
	CHECK_TRUE("cached timelines are past", version_of(&t, t.alice) > alice);
	CHECK_INT("not those of UTC alone",
		  count_of(&t, "SELECT o.version FROM owner o JOIN directory d ON d.owner = o.id"
			       " WHERE d.kind = 0 AND d.name = 'bob'"),
		  bob);
	CHECK_INT("no client sees a change", count_of(&t, "SELECT max(seq) FROM object"), 1);

	before = house_dump(&t.h, x->arena);
	CHECK_TRUE("done", !is_due(&t));
	CHECK_WELL("again", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	restart(&t);
	CHECK_TRUE("done for others, too", !is_due(&t));
	CHECK_WELL("again", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_TEXT("writes nothing", house_dump(&t.h, t.a), before);
	town_close(&t);
}
STORE_CASE(zones_change)

/* Where an object may name a zone; what names none is never looked at again. */
static const struct named_row {
	const char *name, *type, *lines;
	bool zoned;
} named_rows[] = {
	{"UTC", "VEVENT", "DTSTART:20270118T080000Z\r\nDTEND:20270118T090000Z\r\n", false},
	{"floating", "VEVENT", "DTSTART:20270118T080000\r\nDURATION:PT1H\r\n", false},
	{"all day", "VEVENT", "DTSTART;VALUE=DATE:20270118\r\n", false},
	{"DTSTART", "VEVENT", "DTSTART;TZID=Test/Town:20270118T080000\r\n", true},
	{"an unknown TZID", "VEVENT", "DTSTART;TZID=Test/Nowhere:20270118T080000\r\n", true},
	{"DTEND", "VEVENT", "DTSTART:20270118T080000Z\r\nDTEND;TZID=Test/Town:20270118T200000\r\n",
	 true},
	{"RDATE", "VEVENT", "DTSTART:20270118T080000Z\r\nRDATE;TZID=Test/Town:20270119T200000\r\n",
	 true},
	{"a period", "VEVENT",
	 "DTSTART:20270118T080000Z\r\nDTEND:20270118T090000Z\r\n"
	 "RDATE;VALUE=PERIOD;TZID=Test/Town:20270119T200000/PT1H\r\n",
	 true},
	{"EXDATE", "VEVENT",
	 "DTSTART:20270118T080000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
	 "EXDATE;TZID=Test/Town:20270119T090000\r\n",
	 true},
	{"RECURRENCE-ID", "VEVENT",
	 "RECURRENCE-ID;TZID=Test/Town:20270118T090000\r\nDTSTART:20270118T080000Z\r\n", true},
	{"DUE", "VTODO", "DUE;TZID=Test/Town:20270118T090000\r\n", true},
	{"COMPLETED alone", "VTODO", "COMPLETED:20270118T090000Z\r\n", false},
};

static void zones_named(struct store_fixture *x)
{
	struct change_collection mk = {.name = TEXT("all"), .components = COMP_VEVENT | COMP_VTODO};
	struct change *c;
	struct town t;

	pinned_zones_use_with(TOWN_OLD);
	town_open(&t, x);
	mk.owner = t.alice;
	c = change_of(&t);
	CHECK_WELL("a calendar for all", change_make_collection(c, &mk));
	CHECK_WELL("a calendar for all", change_run(c));
	for (size_t i = 0; i < ARRAY_LEN(named_rows); i++) {
		const struct named_row *r = &named_rows[i];

		CHECK_WELL(r->name,
			   house_put(&t.h, t.alice, "all", "o.ics",
				     arena_printf(t.a,
						  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
						  "PRODID:-//t//t//EN\r\nBEGIN:%s\r\nUID:o%zu\r\n"
						  "DTSTAMP:20270101T000000Z\r\n%sEND:%s\r\n"
						  "END:VCALENDAR\r\n",
						  r->type, i, r->lines, r->type)));
		CHECK_INT(r->name, count_of(&t, "SELECT max(zone_version) FROM object"),
			  r->zoned ? zone_data_version() : 0);
		CHECK_WELL(r->name, house_remove(&t.h, t.alice, "all", "o.ics"));
	}
	town_close(&t);
}
STORE_CASE(zones_named)

/* The rows that do not begin at this hour, UTC, of whatever day. */
static int64_t rows_not_at(struct town *t, int hour)
{
	return count_of(
		t, arena_printf(t->a, "SELECT count(*) FROM occurrence WHERE starts %% 86400 <> %d",
				hour * 3600));
}

/* Another process takes over: with its zone data, and what it has looked at in its life. */
static void turn_of(struct town *t, const char *zone, int64_t settled)
{
	pinned_zones_use_with(zone);
	t->h.calendar.zones_settled = settled;
}

static void zones_differ(struct store_fixture *x)
{
	int64_t older, newer;
	struct town t;

	pinned_zones_use_with(TOWN_OLD);
	town_open(&t, x);
	set_horizon(&t, HOUSE_NOW + 790 * DAY_SECONDS);
	CHECK_WELL("a", house_put(&t.h, t.alice, "calendar", "a.ics", town_event(t.a, "a", "")));
	CHECK_WELL("the older process", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	older = t.h.calendar.zones_settled;
	turn_of(&t, TOWN_NEW, 0);
	CHECK_WELL("the newer one", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	newer = t.h.calendar.zones_settled;
	CHECK_INT("wins", rows_not_at(&t, 7), 0);

	turn_of(&t, TOWN_OLD, older);
	CHECK_TRUE("the older one had its turn", !is_due(&t));
	CHECK_WELL("b", house_put(&t.h, t.alice, "calendar", "b.ics", town_event(t.a, "b", "")));
	CHECK_INT("but writes what it knows", rows_not_at(&t, 7), 1);
	CHECK_TRUE("and that is no new turn", !is_due(&t));
	turn_of(&t, TOWN_NEW, newer);
	CHECK_TRUE("nor one of the newer process", !is_due(&t));
	turn_of(&t, TOWN_NEW, 0);
	CHECK_TRUE("but of one that starts", is_due(&t));
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_INT("what the older one wrote", rows_not_at(&t, 7), 0);
	turn_of(&t, TOWN_OLD, older);
	CHECK_TRUE("and it stays so", !is_due(&t));
	town_close(&t);
}
STORE_CASE(zones_differ)

/* What recurs for ever: rows up to the horizon, whether it moves in the same turn or not. */
static void zones_recur(struct store_fixture *x)
{
	int64_t until = HOUSE_NOW + 790 * DAY_SECONDS, later = HOUSE_NOW + 200 * DAY_SECONDS;
	struct town t;

	pinned_zones_use_with(TOWN_OLD);
	town_open(&t, x);
	set_horizon(&t, until);
	CHECK_WELL("daily", house_put(&t.h, t.alice, "calendar", "a.ics",
				      town_event(t.a, "a", "RRULE:FREQ=DAILY\r\n")));
	CHECK_INT("08:00Z", rows_not_at(&t, 8), 0);
	turn_of(&t, TOWN_NEW, 0);
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_INT("07:00Z", rows_not_at(&t, 7), 0);
	CHECK_TRUE("as far as before", last_row(&t) > until - DAY_SECONDS);
	CHECK_INT("marked", count_of(&t, "SELECT sum(partial) FROM object"), 1);
	turn_of(&t, TOWN_OLD, 0);
	CHECK_WELL("both", horizon_move(&t.h.calendar, t.a, later));
	CHECK_INT("08:00Z again", rows_not_at(&t, 8), 0);
	CHECK_TRUE("as far as the mark", last_row(&t) > later + 798 * DAY_SECONDS);
	CHECK_TRUE("done", !is_due(&t));
	town_close(&t);
}
STORE_CASE(zones_recur)

static void live_in_town(struct town *t)
{
	struct schedule s = {
		.owner = t->alice,
		.id = TEXT("default"),
		.name = TEXT("Hours"),
		.timezone = TEXT("Test/Town"),
		.rules = booking_default_schedule(),
		.version = 2,
	};
	struct change *c = change_of(t);

	CHECK_WELL("hours", change_put_schedule(c, &s));
	CHECK_WELL("hours", change_run(c));
}

/* Booked at nine in Town, and the clocks of Town will show something else by then. */
static void zones_move_bookings(struct store_fixture *x)
{
	const struct host *host;
	struct book_request rq = {
		.start = MONDAY_8,
		.invitee_name = TEXT("Bob"),
		.invitee_email = TEXT("bob@example.com"),
		.now = HOUSE_NOW,
	};
	struct book_outcome out;
	struct stored_object *event;
	struct booking *b;
	struct change *c;
	struct text before;
	struct town t;

	pinned_zones_use_with(TOWN_OLD);
	town_open(&t, x);
	set_horizon(&t, HOUSE_NOW + 790 * DAY_SECONDS);
	house_type(&t.h, t.alice, "intro", "{\"durations\":[60]}");
	live_in_town(&t);
	CHECK_WELL("settled", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_WELL("host", host_get(&t.h.desk, t.h.db, t.a, t.alice, &host));
	rq.host = host;
	rq.type = &host->types[0];
	CHECK_WELL("book", book_prepare(&t.h.desk, t.h.db, t.a, &rq, &c, &out));
	CHECK_WELL("book", change_run(c));

	turn_of(&t, TOWN_NEW, 0);
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_WELL("find", booking_find(t.h.db, t.a, t.alice, out.booking.id, &b));
	CHECK_INT("the wall time stays, the instant moves", b->start, MONDAY_8 - 3600);
	CHECK_INT("SEQUENCE rises once", b->sequence, 1);
	CHECK_INT("the hold goes along", count_of(&t, "SELECT starts FROM hold"), MONDAY_8 - 3600);
	CHECK_WELL("event", booking_event_find(t.h.db, t.a, b, &event));
	CHECK_TRUE("as the event says",
		   event && text_find(event->data, TEXT("SEQUENCE:1\r\n")) >= 0 &&
			   text_find(event->data, TEXT("TZID=Test/Town:20270118T090000")) >= 0);
	CHECK_INT("two steps, one of them this",
		  count_of(&t, "SELECT count(*) FROM booking_history"), 2);
	CHECK_INT("the newest waits", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"),
		  1);
	before = house_dump(&t.h, x->arena);
	t.h.calendar.zones_settled = 0;
	CHECK_WELL("again", horizon_move(&t.h.calendar, t.a, HOUSE_NOW));
	CHECK_TEXT("does nothing", house_dump(&t.h, t.a), before);
	town_close(&t);
}
STORE_CASE(zones_move_bookings)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("horizon", {"zones are pinned", test_pinned}, STORE_ROWS("moves", horizon_moves),
	   STORE_ROWS("begins", horizon_begins),
	   STORE_ROWS("passes what is broken", horizon_meets_broken),
	   STORE_ROWS("overtakes a plan", horizon_overtakes),
	   STORE_ROWS("and one that nobody waits for", submitted),
	   STORE_ROWS("brings rows to newer zone data", zones_change),
	   STORE_ROWS("which objects name zones", zones_named),
	   STORE_ROWS("two zone data, one store", zones_differ),
	   STORE_ROWS("a far end that recurs", zones_recur),
	   STORE_ROWS("A23: bookings keep the wall time", zones_move_bookings))

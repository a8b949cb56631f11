/*
 * test_change_outside - what is read of a calendar elsewhere: entered, counted, hidden, and too old
 */
#include "abroad.h"
#include "booking/book.h"
#include "booking/explain.h"
#include "calendar/horizon.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "store/occurrence.h"
#include "unit.h"

enum { MAX_AGE = HOUR };

#define TYPE   "{\"durations\":[60],\"step_minutes\":60}"
#define SELDOM "RRULE:FREQ=YEARLY\r\n"

/* ---- entering -------------------------------------------------------------------------------- */

static void enters(struct store_fixture *x)
{
	struct abroad w;
	int64_t before;

	abroad_open(&w, x);
	before = abroad_version(&w);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	CHECK_INT("one version", abroad_version(&w), before + 1);
	CHECK_STR("busy", abroad_busy(&w), "8-9");
	CHECK_INT("its row", count_of(&w.t, "SELECT count(*) FROM outside_event"), 1);
	CHECK_INT("when it was read", abroad_row(&w)->synced_at, HOUSE_NOW);
	CHECK_INT("the owner's age", abroad_outside_at(&w), HOUSE_NOW);
	CHECK_INT("no job", count_of(&w.t, "SELECT count(*) FROM job"), 0);
	CHECK_WELL("another time", abroad_bring(&w, "u1", NINE, TEN, ""));
	CHECK_STR("moved", abroad_busy(&w), "9-10");
	town_close(&w.t);
}

static void floats(struct store_fixture *x)
{
	struct abroad w;
	struct change_put put;
	struct change *c;

	abroad_open(&w, x);
	put = abroad_put(&w, "day", EIGHT, NINE, "");
	put.raw = TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\n"
		       "UID:day\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270118T080000\r\n"
		       "DTEND:20270118T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	c = abroad_change(&w);
	CHECK_WELL("put", change_put(c, &put));
	CHECK_WELL("put", change_run(c));
	CHECK_STR("in the account's zone, not in Berlin", abroad_busy(&w), "13-14");
	town_close(&w.t);
}

/* A poll that brought nothing throws away nothing that is cached. */
static void raises_nothing(struct store_fixture *x)
{
	struct abroad w;
	struct change_outside o;
	struct outside_copy copy = {.booking = TEXT("b"),
				    .connection = ACCOUNT,
				    .remote = TEXT("r"),
				    .mark = TEXT("m"),
				    .etag = TEXT(""),
				    .link = TEXT("")};
	struct change *c;
	int64_t before;

	abroad_open(&w, x);
	before = abroad_version(&w);
	o = abroad_reading(&w);
	o.untold = true;
	c = abroad_change(&w);
	CHECK_WELL("outside", change_outside(c, &o));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("no version", abroad_version(&w), before);
	CHECK_INT("but the age", abroad_outside_at(&w), HOUSE_NOW);
	copy.owner = w.t.alice;
	copy.calendar = w.calendar;
	c = abroad_change(&w);
	CHECK_WELL("copy", change_copy(c, &copy));
	w.connection.state = CONNECTION_FAILS;
	w.connection.state_since = HOUSE_NOW;
	CHECK_WELL("state", change_connection_state(c, &w.connection, TEXT_NONE, false));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("nor of a copy and a state", abroad_version(&w), before);
	o = abroad_reading(&w);
	o.untold = true;
	c = abroad_change(&w);
	CHECK_WELL("outside", change_outside(c, &o));
	CHECK_WELL("trust", change_trust_outside(c, w.t.alice, true));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("one that is told raises it", abroad_version(&w), before + 1);
	CHECK_TRUE("trusted", abroad_is_trusted(&w));
	CHECK_INT("and as old as it is", abroad_outside_at(&w), HOUSE_NOW);
	town_close(&w.t);
}

/* Another one reads it by now: neither objects nor rows. */
static void loses_its_lease(struct store_fixture *x)
{
	struct abroad w;
	struct change_outside late;
	struct change_put put;
	struct change *c;
	int64_t before;

	abroad_open(&w, x);
	late = abroad_reading(&w);
	CHECK_WELL("another", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	before = abroad_version(&w);
	put = abroad_put(&w, "u2", NINE, TEN, "");
	late.calendar.lease--;
	c = abroad_change(&w);
	CHECK_WELL("put", change_put(c, &put));
	CHECK_WELL("outside", change_outside(c, &late));
	CHECK_FAULT("late", change_run(c), FAULT_CONFLICT);
	CHECK_STR("nothing of it", abroad_busy(&w), "8-9");
	CHECK_INT("no version", abroad_version(&w), before);
	town_close(&w.t);
}

static void removes(struct store_fixture *x)
{
	struct abroad w;
	struct text gone = TEXT("u1");
	struct change_outside o;
	struct change_remove r;
	struct change *c;

	abroad_open(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	o = abroad_reading(&w);
	o.gone = &gone;
	o.gone_count = 1;
	r = (struct change_remove){
		.owner = w.t.alice, .collection = w.calendar, .name = TEXT("u1.ics")};
	c = abroad_change(&w);
	CHECK_WELL("remove", change_remove(c, &r));
	CHECK_WELL("outside", change_outside(c, &o));
	CHECK_WELL("run", change_run(c));
	CHECK_STR("free", abroad_busy(&w), "");
	CHECK_INT("no row", count_of(&w.t, "SELECT count(*) FROM outside_event"), 0);
	CHECK_INT("no tombstone", count_of(&w.t, "SELECT count(*) FROM tombstone"), 0);
	CHECK_INT("nobody is told", count_of(&w.t, "SELECT count(*) FROM job"), 0);
	town_close(&w.t);
}

/* ---- nobody's business ----------------------------------------------------------------------- */

static void is_hidden(struct store_fixture *x)
{
	struct abroad w;
	struct collection *all, *found;
	struct change_put put;
	struct change_remove r;
	struct text name;
	struct change *c;
	size_t count;

	abroad_open(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	CHECK_WELL("get", collection_get(w.t.h.db, w.t.a, w.t.alice, w.calendar, &found));
	name = found->name;
	CHECK_WELL("by name", collection_find(w.t.h.db, w.t.a, w.t.alice, name, &found));
	CHECK_TRUE("by name", !found);
	CHECK_WELL("list", collection_list(w.t.h.db, w.t.a, w.t.alice, &all, &count));
	for (size_t i = 0; i < count; i++)
		CHECK_TRUE("list", all[i].id != w.calendar);
	put = abroad_put(&w, "u2", NINE, TEN, "");
	c = change_of(&w.t);
	CHECK_WELL("a client", change_put(c, &put));
	CHECK_FAULT("a client", change_run(c), FAULT_FORBIDDEN);
	r = (struct change_remove){
		.owner = w.t.alice, .collection = w.calendar, .name = TEXT("u1.ics")};
	c = change_of(&w.t);
	CHECK_FAULT("a client removes", change_remove(c, &r), FAULT_NOT_FOUND);
	CHECK_STR("what was there", abroad_busy(&w), "8-9");
	town_close(&w.t);
}

/* RFC 6638 §3.2.4.1: no scheduling object resource, so its UID is free elsewhere. */
static void is_nobodys_meeting(struct store_fixture *x)
{
	struct abroad w;

	abroad_open(&w, x);
	(void)house_user(&w.t.h, "bob");
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	CHECK_INT("bob is not invited", count_of(&w.t, "SELECT count(*) FROM object"), 1);
	CHECK_INT("no tag", count_of(&w.t, "SELECT count(*) FROM object WHERE schedule_tag <> ''"),
		  0);
	CHECK_WELL("the same UID here", house_put(&w.t.h, w.t.alice, "calendar", "u1.ics",
						  house_event(w.t.a, "u1", NINE, TEN, ORGANIZE)));
	CHECK_WELL("and again there", abroad_bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	CHECK_STR("both count", abroad_busy(&w), "8-10");
	town_close(&w.t);
}
/* ---- bookings -------------------------------------------------------------------------------- */

static struct book_request request(struct abroad *w, int64_t start, int64_t now)
{
	const struct host *host = NULL;

	CHECK_WELL("host", host_get(&w->t.h.desk, w->t.h.db, w->t.a, w->t.alice, &host));
	return (struct book_request){
		.host = host,
		.type = &host->types[0],
		.duration_min = 60,
		.start = start,
		.invitee_name = TEXT("Bob Builder"),
		.invitee_email = TEXT("bob@example.com"),
		.now = now,
	};
}

static const struct fault *book(struct abroad *w, int64_t start, int64_t now,
				struct book_outcome *out)
{
	struct book_request rq = request(w, start, now);
	struct change *c;
	const struct fault *f = book_prepare(&w->t.h.desk, w->t.h.db, w->t.a, &rq, &c, out);

	return f || !c ? f : change_run(c);
}

/* A booking that is prepared now, and committed when something else has come between. */
static struct change *prepared(struct abroad *w, int64_t start, int64_t now)
{
	struct book_request rq = request(w, start, now);
	struct book_outcome *out = arena_alloc(w->t.a, sizeof(*out));
	struct change *c = NULL;

	CHECK_WELL("prepare", book_prepare(&w->t.h.desk, w->t.h.db, w->t.a, &rq, &c, out));
	return c;
}

static size_t slots(struct abroad *w, int64_t now)
{
	const struct host *host = NULL;
	struct slot_ask ask = {
		.duration_min = 60, .from = MONDAY_8, .to = MONDAY_8 + 8 * HOUR, .now = now};
	struct slot *at;
	size_t count;

	CHECK_WELL("host", host_get(&w->t.h.desk, w->t.h.db, w->t.a, w->t.alice, &host));
	ask.host = host;
	ask.type = &host->types[0];
	CHECK_WELL("slots", slots_list(&w->t.h.desk, w->t.h.db, w->t.a, &ask, &at, &count));
	return count;
}

static void open_with_type(struct abroad *w, struct store_fixture *x)
{
	abroad_open(w, x);
	house_type(&w->t.h, w->t.alice, "intro", TYPE);
	w->t.h.desk.max_age_s = MAX_AGE;
}

/* The time is not to be had, and its host may know why. */
static void stands_in_the_way(struct store_fixture *x)
{
	struct abroad w;
	struct book_outcome out;
	struct explanation why;
	struct slot_ask ask = {
		.duration_min = 60, .from = MONDAY_8, .to = MONDAY_8 + 1, .now = HOUSE_NOW};
	size_t all;

	open_with_type(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "far", "20270119T080000Z", "20270119T090000Z", ""));
	all = slots(&w, HOUSE_NOW);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, "SUMMARY:Dentist\r\n"));
	CHECK_INT("one less at once", (int64_t)slots(&w, HOUSE_NOW), (int64_t)all - 1);
	CHECK_FAULT("book", book(&w, MONDAY_8, HOUSE_NOW, &out), FAULT_SLOT_TAKEN);
	ask.host = request(&w, MONDAY_8, HOUSE_NOW).host;
	ask.type = &ask.host->types[0];
	CHECK_WELL("explain", explain_slot(w.t.h.db, w.t.a, &ask, &why));
	CHECK_INT("busy", why.why.verdict, SLOT_BUSY);
	CHECK_TEXT("its title", why.count > 0 ? why.obstacles[0].title : TEXT_NONE,
		   TEXT("Dentist"));
	town_close(&w.t);
}

/* An event elsewhere that has the UID of a booking is not the booking's. */
static void leaves_bookings_alone(struct store_fixture *x)
{
	struct abroad w;
	struct book_outcome out;
	struct change_remove r;
	struct booking *is;
	struct change *c;
	const char *uid;

	open_with_type(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "far", "20270119T080000Z", "20270119T090000Z", ""));
	CHECK_WELL("book", book(&w, MONDAY_8, HOUSE_NOW, &out));
	uid = text_cstr(w.t.a, out.booking.uid);
	CHECK_WELL("the same UID", abroad_bring(&w, uid, NINE, TEN, ""));
	CHECK_WELL("moved there", abroad_bring(&w, uid, TEN, "20270118T110000Z", ""));
	r = (struct change_remove){
		.owner = w.t.alice,
		.collection = w.calendar,
		.name = text_from(arena_printf(w.t.a, "%s.ics", uid)),
	};
	c = abroad_change(&w);
	CHECK_WELL("gone there", change_remove(c, &r));
	CHECK_WELL("gone there", change_run(c));
	CHECK_WELL("find", booking_find(w.t.h.db, w.t.a, w.t.alice, out.booking.id, &is));
	CHECK_INT("it stands", is->status, BOOKING_IS_CONFIRMED);
	CHECK_INT("where it was", is->start, MONDAY_8);
	CHECK_INT("as it was", is->version, 1);
	town_close(&w.t);
}

/* decisions 21 */
static void grows_old(struct store_fixture *x)
{
	struct abroad w;
	struct book_outcome out;
	struct explanation why;
	struct slot_ask ask = {.duration_min = 60, .from = MONDAY_8, .to = MONDAY_8 + 1};
	struct change *c;
	int64_t late = HOUSE_NOW + MAX_AGE + 1;

	open_with_type(&w, x);
	CHECK_INT("never read", (int64_t)slots(&w, HOUSE_NOW), 0);
	CHECK_FAULT("never read", book(&w, MONDAY_8, HOUSE_NOW, &out), FAULT_SLOT_TAKEN);
	CHECK_WELL("read", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	CHECK_INT("fresh", (int64_t)slots(&w, HOUSE_NOW), 7);
	CHECK_INT("just not too old", (int64_t)slots(&w, late - 1), 7);
	CHECK_INT("too old", (int64_t)slots(&w, late), 0);
	CHECK_FAULT("too old to book", book(&w, MONDAY_8 + HOUR, late, &out), FAULT_SLOT_TAKEN);
	ask.host = request(&w, MONDAY_8, late).host;
	ask.type = &ask.host->types[0];
	ask.now = late;
	CHECK_WELL("explain", explain_slot(w.t.h.db, w.t.a, &ask, &why));
	CHECK_INT("stale", why.why.verdict, SLOT_CALENDAR_STALE);
	CHECK_STR("what is", why.count > 0 ? why.obstacles[0].kind : "", "calendar");
	CHECK_TEXT("its name", why.count > 0 ? why.obstacles[0].title : TEXT_NONE, TEXT("Work"));
	CHECK_INT("since", why.count > 0 ? why.obstacles[0].start : 0, HOUSE_NOW);
	c = abroad_change(&w);
	CHECK_WELL("trust", change_trust_outside(c, w.t.alice, true));
	CHECK_WELL("trust", change_run(c));
	CHECK_INT("trusted", (int64_t)slots(&w, late), 7);
	CHECK_WELL("trusted", book(&w, MONDAY_8 + HOUR, late, &out));
	w.t.h.desk.max_age_s = 0;
	town_close(&w.t);
}

/* federation.check = always: it could not be read when it had to be, however young the copy is. */
static void is_unread(struct store_fixture *x)
{
	struct abroad w;
	struct book_outcome out;
	const int64_t strange = 4711;

	open_with_type(&w, x);
	CHECK_WELL("read", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	w.t.h.desk.unread = &strange;
	w.t.h.desk.unread_count = 1;
	CHECK_INT("somebody else", (int64_t)slots(&w, HOUSE_NOW), 7);
	w.t.h.desk.unread = &w.t.alice;
	CHECK_INT("closed", (int64_t)slots(&w, HOUSE_NOW), 0);
	CHECK_FAULT("to a booking, too", book(&w, MONDAY_8 + HOUR, HOUSE_NOW, &out),
		    FAULT_SLOT_TAKEN);
	w.t.h.desk.unread_count = 0;
	CHECK_WELL("open again", book(&w, MONDAY_8 + HOUR, HOUSE_NOW, &out));
	town_close(&w.t);
}

/* Between listing and booking the calendar is connected: the transaction decides. */
static void is_judged_in_the_transaction(struct store_fixture *x)
{
	struct abroad w;
	struct outside_calendar more = abroad_calendar("private", true);
	struct change_connection with;
	struct change *c;

	open_with_type(&w, x);
	CHECK_WELL("read", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	c = prepared(&w, MONDAY_8 + HOUR, HOUSE_NOW);
	with = abroad_connection(&w, false, &more, 1);
	CHECK_WELL("another calendar counts", abroad_connect(&w, &with));
	CHECK_FAULT("and was never read", change_run(c), FAULT_SLOT_TAKEN);
	town_close(&w.t);
}
/* ---- the horizon ------------------------------------------------------------------------------
 */

static void is_expanded(struct store_fixture *x)
{
	struct abroad w;
	int64_t rows;
	int64_t later = HOUSE_NOW + INT64_C(3) * 366 * DAY;

	abroad_open(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, SELDOM));
	rows = count_of(&w.t, "SELECT max(starts) FROM occurrence");
	CHECK_WELL("move", horizon_move(&w.t.h.calendar, w.t.a, later));
	CHECK_TRUE("further", count_of(&w.t, "SELECT max(starts) FROM occurrence") > rows);
	town_close(&w.t);
}
STORE_CASE(enters)
STORE_CASE(floats)
STORE_CASE(raises_nothing)
STORE_CASE(loses_its_lease)
STORE_CASE(removes)
STORE_CASE(is_hidden)
STORE_CASE(is_nobodys_meeting)
STORE_CASE(stands_in_the_way)
STORE_CASE(leaves_bookings_alone)
STORE_CASE(grows_old)
STORE_CASE(is_unread)
STORE_CASE(is_judged_in_the_transaction)
STORE_CASE(is_expanded)

UNIT_SUITE("change_outside", STORE_ROWS("objects and rows enter by one change", enters),
	   STORE_ROWS("what floats is in the account's zone", floats),
	   STORE_ROWS("a reading that brought nothing raises no version", raises_nothing),
	   STORE_ROWS("who has lost the lease enters nothing", loses_its_lease),
	   STORE_ROWS("what goes there goes here without a word", removes),
	   STORE_ROWS("no path, no list and no client leads to it", is_hidden),
	   STORE_ROWS("RFC 6638 3.2.4.1: its UID is free elsewhere", is_nobodys_meeting),
	   STORE_ROWS("it stands in the way, and its title is its host's", stands_in_the_way),
	   STORE_ROWS("a booking does not follow an event elsewhere", leaves_bookings_alone),
	   STORE_ROWS("too old a copy closes its host's time, unless trusted", grows_old),
	   STORE_ROWS("who could not be read is closed", is_unread),
	   STORE_ROWS("the age is judged in the transaction", is_judged_in_the_transaction),
	   STORE_ROWS("what recurs is expanded as the horizon moves", is_expanded))

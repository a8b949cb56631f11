/*
 * test_change_outside - what is read of a calendar elsewhere: entered, counted, hidden, forgotten,
 * and too old
 */
#include "base/buf.h"
#include "booking/book.h"
#include "booking/explain.h"
#include "calendar/horizon.h"
#include "freebusy/collect.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "store/occurrence.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, DAY = 24 * HOUR, MAX_AGE = HOUR };

#define TYPE	 "{\"durations\":[60],\"step_minutes\":60}"
#define ACCOUNT	 TEXT("k1")
#define SELDOM	 "RRULE:FREQ=YEARLY\r\n"
#define ORGANIZE "ORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:bob@example.org\r\n"

/* alice, with one calendar elsewhere that counts; it was read an hour ago, to the second. */
struct abroad {
	struct town t;
	int64_t calendar;
	struct connection connection;
};

static struct change *provider_change(struct abroad *w)
{
	return change_open(&w->t.h.calendar, w->t.a, CHANGE_PROVIDER, HOUSE_NOW);
}

static struct change_connection connection_with(struct abroad *w, bool is_new,
						struct outside_calendar *calendars, size_t count)
{
	w->connection = (struct connection){
		.owner = w->t.alice,
		.id = ACCOUNT,
		.provider = PROVIDER_OUTLOOK,
		.account = TEXT("alice@work.example"),
		.subject = TEXT("subject"),
		.url = TEXT(""),
		.timezone = TEXT("America/New_York"),
		.secret = TEXT("sealed"),
		.last_error = TEXT(""),
		.created = HOUSE_NOW,
	};
	return (struct change_connection){w->connection, is_new, calendars, count};
}

static struct outside_calendar calendar_of(const char *remote, bool counts)
{
	return (struct outside_calendar){
		.remote = text_from(remote),
		.title = TEXT("Work"),
		.timezone = TEXT(""),
		.counts = counts,
		.due_at = HOUSE_NOW,
	};
}

static const struct fault *connect(struct abroad *w, struct change_connection *x)
{
	struct change *c = provider_change(w);
	const struct fault *f = change_connect(c, x);

	return f ? f : change_run(c);
}

static struct outside_calendar *row(struct abroad *w)
{
	struct outside_calendar *c = NULL;

	CHECK_WELL("row", outside_calendar_get(w->t.h.db, w->t.a, w->t.alice, w->calendar, &c));
	return c;
}

static const struct fault *take_one(struct db *db, struct arena *a, void *ctx)
{
	struct abroad *w = ctx;
	struct outside_calendar *c;

	return outside_calendar_take_one(db, a, w->t.alice, w->calendar, HOUSE_NOW,
					 HOUSE_NOW + HOUR, &c);
}

/* A reading that has just begun. */
static struct change_outside reading(struct abroad *w)
{
	struct change_outside o = {.ends = true};

	CHECK_WELL("take", store_fixture_tx(w->t.h.x, take_one, w));
	o.calendar = *row(w);
	o.calendar.synced_at = HOUSE_NOW;
	o.calendar.due_at = HOUSE_NOW + 600;
	return o;
}

static void open_abroad(struct abroad *w, struct store_fixture *x)
{
	struct outside_calendar calendar = calendar_of("work", true);
	struct change_connection with;

	*w = (struct abroad){.calendar = 0};
	town_open(&w->t, x);
	with = connection_with(w, true, &calendar, 1);
	CHECK_WELL("connect", connect(w, &with));
	w->calendar = calendar.id;
}

static struct change_put put_outside(struct abroad *w, const char *uid, const char *start,
				     const char *end, const char *more)
{
	return (struct change_put){
		.owner = w->t.alice,
		.collection = w->calendar,
		.name = text_from(arena_printf(w->t.a, "%s.ics", uid)),
		.raw = text_from(house_event(w->t.a, uid, start, end, more)),
		.source = ICAL_FROM_STORE,
	};
}

static struct outside_event event_row(struct abroad *w, const char *remote)
{
	return (struct outside_event){w->t.alice,	 w->calendar,
				      text_from(remote), text_from(remote),
				      OUTSIDE_SINGLE,	 TEXT(""),
				      TEXT("lines"),	 1};
}

/* An event and its row, in one change; with `settle` the reading that brings them. */
static const struct fault *bring(struct abroad *w, const char *uid, const char *start,
				 const char *end, const char *more)
{
	struct change_put put = put_outside(w, uid, start, end, more);
	struct outside_event e = event_row(w, uid);
	struct change_outside o = reading(w);
	struct change *c = provider_change(w);
	const struct fault *f = change_put(c, &put);

	o.put = &e;
	o.put_count = 1;
	if (!f)
		f = change_outside(c, &o);
	return f ? f : change_run(c);
}

static int64_t version(struct abroad *w)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(w->t.h.db, w->t.a, w->t.alice, &v));
	return v.version;
}

static int64_t outside_at(struct abroad *w)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(w->t.h.db, w->t.a, w->t.alice, &v));
	return v.outside_at;
}

static bool is_trusted(struct abroad *w)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(w->t.h.db, w->t.a, w->t.alice, &v));
	return v.outside_trust;
}

/* Spans that are busy on that Monday, from 8Z on, as "8-9 10-11" in hours. */
static const char *busy(struct abroad *w)
{
	struct timeline *t = timeline_create(w->t.a, MONDAY_8 - 8 * HOUR, MONDAY_8 + 16 * HOUR);
	const struct busy_period *p;
	struct owner *alice;
	struct buf b;
	size_t count;

	CHECK_WELL("owner", owner_get(w->t.h.db, w->t.a, w->t.alice, &alice));
	CHECK_WELL("collect", freebusy_collect_owner(w->t.h.db, w->t.a, alice, MONDAY_8 - 8 * HOUR,
						     MONDAY_8 + 16 * HOUR, t));
	p = timeline_periods(t, &count);
	buf_init(&b, w->t.a, 64, 1024);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%lld-%lld", i ? " " : "",
			   (long long)(p[i].start - MONDAY_8 + 8 * HOUR) / HOUR,
			   (long long)(p[i].end - MONDAY_8 + 8 * HOUR) / HOUR);
	return b.len > 0 ? b.at : "";
}

/* ---- entering -------------------------------------------------------------------------------- */

static void enters(struct store_fixture *x)
{
	struct abroad w;
	int64_t before;

	open_abroad(&w, x);
	before = version(&w);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ""));
	CHECK_INT("one version", version(&w), before + 1);
	CHECK_STR("busy", busy(&w), "8-9");
	CHECK_INT("its row", count_of(&w.t, "SELECT count(*) FROM outside_event"), 1);
	CHECK_INT("when it was read", row(&w)->synced_at, HOUSE_NOW);
	CHECK_INT("the owner's age", outside_at(&w), HOUSE_NOW);
	CHECK_INT("no job", count_of(&w.t, "SELECT count(*) FROM job"), 0);
	CHECK_WELL("another time", bring(&w, "u1", NINE, TEN, ""));
	CHECK_STR("moved", busy(&w), "9-10");
	town_close(&w.t);
}

static void floats(struct store_fixture *x)
{
	struct abroad w;
	struct change_put put;
	struct change *c;

	open_abroad(&w, x);
	put = put_outside(&w, "day", EIGHT, NINE, "");
	put.raw = TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\n"
		       "UID:day\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270118T080000\r\n"
		       "DTEND:20270118T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	c = provider_change(&w);
	CHECK_WELL("put", change_put(c, &put));
	CHECK_WELL("put", change_run(c));
	CHECK_STR("in the account's zone, not in Berlin", busy(&w), "13-14");
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

	open_abroad(&w, x);
	before = version(&w);
	o = reading(&w);
	o.untold = true;
	c = provider_change(&w);
	CHECK_WELL("outside", change_outside(c, &o));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("no version", version(&w), before);
	CHECK_INT("but the age", outside_at(&w), HOUSE_NOW);
	copy.owner = w.t.alice;
	copy.calendar = w.calendar;
	c = provider_change(&w);
	CHECK_WELL("copy", change_copy(c, &copy));
	w.connection.state = CONNECTION_FAILS;
	w.connection.state_since = HOUSE_NOW;
	CHECK_WELL("state", change_connection_state(c, &w.connection, TEXT_NONE, false));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("nor of a copy and a state", version(&w), before);
	o = reading(&w);
	o.untold = true;
	c = provider_change(&w);
	CHECK_WELL("outside", change_outside(c, &o));
	CHECK_WELL("trust", change_trust_outside(c, w.t.alice, true));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("one that is told raises it", version(&w), before + 1);
	CHECK_TRUE("trusted", is_trusted(&w));
	CHECK_INT("and as old as it is", outside_at(&w), HOUSE_NOW);
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

	open_abroad(&w, x);
	late = reading(&w);
	CHECK_WELL("another", bring(&w, "u1", EIGHT, NINE, ""));
	before = version(&w);
	put = put_outside(&w, "u2", NINE, TEN, "");
	late.calendar.lease--;
	c = provider_change(&w);
	CHECK_WELL("put", change_put(c, &put));
	CHECK_WELL("outside", change_outside(c, &late));
	CHECK_FAULT("late", change_run(c), FAULT_CONFLICT);
	CHECK_STR("nothing of it", busy(&w), "8-9");
	CHECK_INT("no version", version(&w), before);
	town_close(&w.t);
}

static void removes(struct store_fixture *x)
{
	struct abroad w;
	struct text gone = TEXT("u1");
	struct change_outside o;
	struct change_remove r;
	struct change *c;

	open_abroad(&w, x);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	o = reading(&w);
	o.gone = &gone;
	o.gone_count = 1;
	r = (struct change_remove){
		.owner = w.t.alice, .collection = w.calendar, .name = TEXT("u1.ics")};
	c = provider_change(&w);
	CHECK_WELL("remove", change_remove(c, &r));
	CHECK_WELL("outside", change_outside(c, &o));
	CHECK_WELL("run", change_run(c));
	CHECK_STR("free", busy(&w), "");
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

	open_abroad(&w, x);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ""));
	CHECK_WELL("get", collection_get(w.t.h.db, w.t.a, w.t.alice, w.calendar, &found));
	name = found->name;
	CHECK_WELL("by name", collection_find(w.t.h.db, w.t.a, w.t.alice, name, &found));
	CHECK_TRUE("by name", !found);
	CHECK_WELL("list", collection_list(w.t.h.db, w.t.a, w.t.alice, &all, &count));
	for (size_t i = 0; i < count; i++)
		CHECK_TRUE("list", all[i].id != w.calendar);
	put = put_outside(&w, "u2", NINE, TEN, "");
	c = change_of(&w.t);
	CHECK_WELL("a client", change_put(c, &put));
	CHECK_FAULT("a client", change_run(c), FAULT_FORBIDDEN);
	r = (struct change_remove){
		.owner = w.t.alice, .collection = w.calendar, .name = TEXT("u1.ics")};
	c = change_of(&w.t);
	CHECK_FAULT("a client removes", change_remove(c, &r), FAULT_NOT_FOUND);
	CHECK_STR("what was there", busy(&w), "8-9");
	town_close(&w.t);
}

/* RFC 6638 §3.2.4.1: no scheduling object resource, so its UID is free elsewhere. */
static void is_nobodys_meeting(struct store_fixture *x)
{
	struct abroad w;

	open_abroad(&w, x);
	(void)house_user(&w.t.h, "bob");
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	CHECK_INT("bob is not invited", count_of(&w.t, "SELECT count(*) FROM object"), 1);
	CHECK_INT("no tag", count_of(&w.t, "SELECT count(*) FROM object WHERE schedule_tag <> ''"),
		  0);
	CHECK_WELL("the same UID here", house_put(&w.t.h, w.t.alice, "calendar", "u1.ics",
						  house_event(w.t.a, "u1", NINE, TEN, ORGANIZE)));
	CHECK_WELL("and again there", bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	CHECK_STR("both count", busy(&w), "8-10");
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
	open_abroad(w, x);
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
	CHECK_WELL("bring", bring(&w, "far", "20270119T080000Z", "20270119T090000Z", ""));
	all = slots(&w, HOUSE_NOW);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, "SUMMARY:Dentist\r\n"));
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
	CHECK_WELL("bring", bring(&w, "far", "20270119T080000Z", "20270119T090000Z", ""));
	CHECK_WELL("book", book(&w, MONDAY_8, HOUSE_NOW, &out));
	uid = text_cstr(w.t.a, out.booking.uid);
	CHECK_WELL("the same UID", bring(&w, uid, NINE, TEN, ""));
	CHECK_WELL("moved there", bring(&w, uid, TEN, "20270118T110000Z", ""));
	r = (struct change_remove){
		.owner = w.t.alice,
		.collection = w.calendar,
		.name = text_from(arena_printf(w.t.a, "%s.ics", uid)),
	};
	c = provider_change(&w);
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
	CHECK_WELL("read", bring(&w, "u1", EIGHT, NINE, ""));
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
	c = provider_change(&w);
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
	CHECK_WELL("read", bring(&w, "u1", EIGHT, NINE, ""));
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
	struct outside_calendar more = calendar_of("private", true);
	struct change_connection with;
	struct change *c;

	open_with_type(&w, x);
	CHECK_WELL("read", bring(&w, "u1", EIGHT, NINE, ""));
	c = prepared(&w, MONDAY_8 + HOUR, HOUSE_NOW);
	with = connection_with(&w, false, &more, 1);
	CHECK_WELL("another calendar counts", connect(&w, &with));
	CHECK_FAULT("and was never read", change_run(c), FAULT_SLOT_TAKEN);
	town_close(&w.t);
}

/* ---- accounts -------------------------------------------------------------------------------- */

/* As the job does it (daemon/job_purge.c). */
static void purge(struct abroad *w)
{
	struct change_purge p = {.owner = w->t.alice, .collection = w->calendar, .max = 1};

	for (int i = 0; i < 10 && !p.done; i++) {
		struct change *c = change_of(&w->t);

		CHECK_WELL("purge", change_purge_collection(c, &p));
		CHECK_WELL("purge", change_run(c));
	}
	CHECK_TRUE("done", p.done);
}

static void disconnects(struct store_fixture *x)
{
	static const char *const tables[] = {"connection",   "outside_calendar", "outside_event",
					     "outside_copy", "outside_watch",	 "occurrence",
					     "object",	     "object_data"};
	struct abroad w;
	struct change *c;

	open_abroad(&w, x);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	CHECK_WELL("bring", bring(&w, "u2", NINE, TEN, ""));
	c = provider_change(&w);
	CHECK_WELL("disconnect", change_disconnect(c, w.t.alice, ACCOUNT));
	CHECK_WELL("disconnect", change_run(c));
	CHECK_STR("free at once", busy(&w), "");
	CHECK_TRUE("of no age", outside_at(&w) == INT64_MAX);
	CHECK_INT("to be purged", count_of(&w.t, "SELECT count(*) FROM job WHERE kind = 'purge'"),
		  1);
	purge(&w);
	CHECK_INT("nobody is told", count_of(&w.t, "SELECT count(*) FROM job"), 1);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		CHECK_INT(tables[i],
			  count_of(&w.t, arena_printf(w.t.a, "SELECT count(*) FROM %s", tables[i])),
			  0);
	c = provider_change(&w);
	CHECK_WELL("twice", change_disconnect(c, w.t.alice, ACCOUNT));
	CHECK_FAULT("twice", change_run(c), FAULT_NOT_FOUND);
	town_close(&w.t);
}

/* Off and on again, while what it held is still being removed. */
static void counts_again(struct store_fixture *x)
{
	struct abroad w;
	struct outside_calendar is;
	struct change_connection with;
	int64_t old;

	open_abroad(&w, x);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ""));
	is = *row(&w);
	is.counts = false;
	with = connection_with(&w, false, &is, 1);
	CHECK_WELL("off", connect(&w, &with));
	CHECK_STR("free", busy(&w), "");
	CHECK_TRUE("of no age", outside_at(&w) == INT64_MAX);
	is.counts = true;
	with = connection_with(&w, false, &is, 1);
	CHECK_WELL("on", connect(&w, &with));
	old = w.calendar;
	w.calendar = is.id;
	CHECK_TRUE("another number", w.calendar != old);
	CHECK_INT("to be read", outside_at(&w), 0);
	CHECK_INT("at once", row(&w)->due_at, HOUSE_NOW);
	CHECK_WELL("bring", bring(&w, "u1", NINE, TEN, ""));
	CHECK_STR("what it holds now", busy(&w), "9-10");
	w.calendar = old;
	purge(&w);
	CHECK_STR("the old one is purged alone", busy(&w), "9-10");
	town_close(&w.t);
}

static void connects_anew(struct store_fixture *x)
{
	struct abroad w;
	struct outside_calendar known = calendar_of("work", true);
	struct outside_calendar strange = {.id = 4711, .remote = TEXT("x"), .title = TEXT("")};
	struct change_connection with;
	struct connection *k;
	struct change *c;

	open_abroad(&w, x);
	with = connection_with(&w, true, NULL, 0);
	with.connection.id = TEXT("k2");
	CHECK_FAULT("the same account", connect(&w, &with), FAULT_CONFLICT);
	w.connection.id = ACCOUNT;
	w.connection.state = CONNECTION_RECONNECT;
	w.connection.state_since = HOUSE_NOW;
	c = provider_change(&w);
	CHECK_WELL("shut", change_connection_state(c, &w.connection, TEXT_NONE, true));
	CHECK_WELL("shut", change_run(c));
	c = provider_change(&w);
	CHECK_WELL("still", change_connection_state(c, &w.connection, TEXT_NONE, true));
	CHECK_WELL("still", change_run(c));
	CHECK_INT("one letter", count_of(&w.t, "SELECT count(*) FROM job WHERE kind = 'notice'"),
		  1);
	CHECK_TRUE("it rests", row(&w)->due_at == INT64_MAX);
	with = connection_with(&w, false, &known, 1);
	with.connection.secret = TEXT("another");
	with.connection.state_since = HOUSE_NOW;
	CHECK_WELL("anew", connect(&w, &with));
	CHECK_INT("by what it is called there", known.id, w.calendar);
	CHECK_INT("read at once", row(&w)->due_at, HOUSE_NOW);
	CHECK_WELL("get", connection_get(w.t.h.db, w.t.a, w.t.alice, ACCOUNT, &k));
	CHECK_INT("works", k->state, CONNECTION_WORKS);
	CHECK_TEXT("secret", k->secret, TEXT("another"));
	with = connection_with(&w, false, NULL, 0);
	with.connection.secret = TEXT("a third");
	CHECK_FAULT("another was quicker", connect(&w, &with), FAULT_CONFLICT);
	with = connection_with(&w, false, &strange, 1);
	CHECK_FAULT("a number that nobody gave", connect(&w, &with), FAULT_NOT_FOUND);
	town_close(&w.t);
}

static void goes_with_its_owner(struct store_fixture *x)
{
	struct abroad w;
	struct change *c;

	open_abroad(&w, x);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, ""));
	c = change_of(&w.t);
	CHECK_WELL("remove", change_remove_owner(c, w.t.alice));
	CHECK_WELL("remove", change_run(c));
	CHECK_INT("accounts", count_of(&w.t, "SELECT count(*) FROM connection"), 0);
	CHECK_INT("calendars", count_of(&w.t, "SELECT count(*) FROM outside_calendar"), 0);
	CHECK_INT("events", count_of(&w.t, "SELECT count(*) FROM outside_event"), 0);
	town_close(&w.t);
}

/* ---- the horizon ------------------------------------------------------------------------------
 */

static void is_expanded(struct store_fixture *x)
{
	struct abroad w;
	int64_t rows;
	int64_t later = HOUSE_NOW + INT64_C(3) * 366 * DAY;

	open_abroad(&w, x);
	CHECK_WELL("bring", bring(&w, "u1", EIGHT, NINE, SELDOM));
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
STORE_CASE(disconnects)
STORE_CASE(counts_again)
STORE_CASE(connects_anew)
STORE_CASE(goes_with_its_owner)
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
	   STORE_ROWS("disconnected, all that came from there goes", disconnects),
	   STORE_ROWS("a calendar counts again", counts_again),
	   STORE_ROWS("an account is connected anew", connects_anew),
	   STORE_ROWS("all goes with its owner", goes_with_its_owner),
	   STORE_ROWS("what recurs is expanded as the horizon moves", is_expanded))

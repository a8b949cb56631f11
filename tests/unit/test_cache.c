/*
 * test_cache - busy time from the store, and timelines that were asked for before
 */
#include <pthread.h>
#include <stdatomic.h>

#include "dice.h"
#include "freebusy/cache.h"
#include "freebusy/collect.h"
#include "house_fixture.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "unit.h"

enum {
	ARENA_BYTES = 32 << 20,
	PIECE_DAYS = 32,
	EVENTS = 60,
	QUESTIONS = 120,
	THREADS = 4,
	CHANGES = 40,
	LOOKS = 300,
	SMALL_BYTES = 16 * 1024,
};

static const struct owner *owner_now(struct house_fixture *h, struct arena *a, int64_t id)
{
	struct owner *o = NULL;

	CHECK_WELL("owner", owner_get(h->db, a, id, &o));
	return o;
}

/* Seconds that count in [from, to), by the cache. */
static int64_t busy_seconds(struct house_fixture *h, int64_t owner, int64_t from, int64_t to)
{
	struct arena *a = arena_create(ARENA_BYTES);
	const struct busy_period *p;
	int64_t sum = 0;
	size_t count;

	CHECK_WELL("cache", freebusy_cached(h->desk.timelines, h->db, a, owner_now(h, a, owner),
					    NULL, from, to, &p, &count));
	p = timeline_flatten(a, p, count, &count);
	for (size_t i = 0; i < count; i++)
		sum += p[i].end - p[i].start;
	arena_destroy(a);
	return sum;
}

static const char *utc(struct arena *a, int64_t t)
{
	struct civil c;

	civil_from_local(t, &c);
	return arena_printf(a, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour,
			    c.minute, c.second);
}

static void put_random(struct house_fixture *h, int64_t owner, struct dice *d, int n)
{
	static const char *const more[] = {"", "", "STATUS:TENTATIVE\r\n", "TRANSP:TRANSPARENT\r\n",
					   "RRULE:FREQ=WEEKLY;COUNT=9\r\n"};
	struct arena *a = h->x->arena;
	int64_t start = HOUSE_NOW + dice_roll(d, 0, 100 * 96) * 900;
	int64_t end = start + dice_roll(d, 1, 200) * 900;
	const char *uid = arena_printf(a, "u%d", n);

	CHECK_WELL(uid, house_put(h, owner, "calendar", arena_printf(a, "%s.ics", uid),
				  house_event(a, uid, utc(a, start), utc(a, end),
					      more[dice_roll(d, 0, ARRAY_LEN(more) - 1)])));
}

/* Any question through the pieces is answered as from the rows. */
static void same_as_rows(struct store_fixture *x)
{
	struct dice d = {11};
	struct house_fixture h;
	int64_t alice;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	for (int i = 0; i < EVENTS; i++)
		put_random(&h, alice, &d, i);
	for (int i = 0; i < QUESTIONS; i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		int64_t from = HOUSE_NOW + dice_roll(&d, -10 * 96, 100 * 96) * 900;
		int64_t to = from + dice_roll(&d, 1, 80 * 96) * 900;
		const struct owner *o = owner_now(&h, a, alice);
		struct timeline *t = timeline_create(a, from, to);
		const struct busy_period *got, *want;
		size_t count, n;

		CHECK_WELL("rows", freebusy_collect_owner(h.db, a, o, from, to, t));
		want = timeline_periods(t, &n);
		CHECK_WELL("pieces", freebusy_cached(h.desk.timelines, h.db, a, o, NULL, from, to,
						     &got, &count));
		if (CHECK_INT("as many", (int64_t)count, (int64_t)n))
			for (size_t j = 0; j < n; j++) {
				CHECK_INT("start", got[j].start, want[j].start);
				CHECK_INT("end", got[j].end, want[j].end);
				CHECK_INT("type", got[j].type, want[j].type);
			}
		arena_destroy(a);
	}
	house_close(&h);
}
STORE_CASE(same_as_rows)

/* ---- what counts ------------------------------------------------------------------------------
 */

#define HOUR 3600
#define DAY  INT64_C(1800230400) /* 2027-01-18T00:00:00Z, a Monday */

static void never_stale(struct store_fixture *x)
{
	struct arena *a = x->arena;
	struct house_fixture h;
	int64_t alice, bob;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	bob = house_user(&h, "bob");
	CHECK_INT("free", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), 0);
	CHECK_WELL("an event",
		   house_put(&h, alice, "calendar", "a.ics",
			     house_event(a, "a", "20270118T080000Z", "20270118T100000Z", "")));
	CHECK_INT("busy", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), 2 * HOUR);
	CHECK_INT("a part", busy_seconds(&h, alice, DAY + 9 * HOUR, DAY + 24 * HOUR), HOUR);
	CHECK_INT("nobody else", busy_seconds(&h, bob, DAY, DAY + 24 * HOUR), 0);
	CHECK_WELL("it moves",
		   house_put(&h, alice, "calendar", "a.ics",
			     house_event(a, "a", "20270118T080000Z", "20270118T083000Z", "")));
	CHECK_INT("shorter", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), HOUR / 2);
	CHECK_WELL("it goes", house_remove(&h, alice, "calendar", "a.ics"));
	CHECK_INT("free", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), 0);
	house_close(&h);
}
STORE_CASE(never_stale)

static void set_transparent(struct house_fixture *h, int64_t owner, bool transparent)
{
	struct change_properties p = {
		.owner = owner,
		.collection = house_calendar(h, owner, "calendar"),
		.set_transparent = true,
		.transparent = transparent,
	};
	struct change *c = change_open(&h->calendar, h->x->arena, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("properties", change_set_properties(c, &p));
	CHECK_WELL("properties", change_run(c));
}

/* RFC 6638 §9.1: a transparent calendar does not make its owner busy, but is asked by itself. */
static void transparent(struct store_fixture *x)
{
	struct arena *a = x->arena;
	const struct busy_period *p;
	struct collection *c;
	struct house_fixture h;
	int64_t alice;
	size_t count;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	CHECK_WELL("an event",
		   house_put(&h, alice, "calendar", "a.ics",
			     house_event(a, "a", "20270118T080000Z", "20270118T100000Z", "")));
	CHECK_INT("counts", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), 2 * HOUR);
	set_transparent(&h, alice, true);
	CHECK_INT("does not", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), 0);
	CHECK_WELL("the calendar", collection_find(h.db, a, alice, TEXT("calendar"), &c));
	CHECK_WELL("RFC 4791 §7.10: by itself",
		   freebusy_cached(h.desk.timelines, h.db, a, owner_now(&h, a, alice), c, DAY,
				   DAY + 24 * HOUR, &p, &count));
	CHECK_INT("it is busy", (int64_t)count, 1);
	set_transparent(&h, alice, false);
	CHECK_INT("counts again", busy_seconds(&h, alice, DAY, DAY + 24 * HOUR), 2 * HOUR);
	house_close(&h);
}
STORE_CASE(transparent)

/* One object is left out where its own booking asks. */
static void without_one(struct store_fixture *x)
{
	struct arena *a = x->arena;
	struct stored_object *o;
	struct house_fixture h;
	struct timeline *t = timeline_create(a, DAY, DAY + 24 * HOUR);
	int64_t alice;
	size_t count;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	CHECK_WELL("one",
		   house_put(&h, alice, "calendar", "a.ics",
			     house_event(a, "a", "20270118T080000Z", "20270118T100000Z", "")));
	CHECK_WELL("two",
		   house_put(&h, alice, "calendar", "b.ics",
			     house_event(a, "b", "20270118T090000Z", "20270118T093000Z", "")));
	CHECK_WELL("its number", object_find_uid_anywhere(h.db, a, alice, TEXT("a"), 0, &o));
	CHECK_WELL("but it", freebusy_collect_owner_but(h.db, a, owner_now(&h, a, alice), o->id,
							DAY, DAY + 24 * HOUR, t));
	CHECK_INT("the other's start", timeline_periods(t, &count)[0].start, DAY + 9 * HOUR);
	CHECK_INT("alone", (int64_t)count, 1);
	house_close(&h);
}
STORE_CASE(without_one)

/* Past the horizon what recurs is expanded on the spot, once, and what cannot be is busy (C12). */
static void past_the_horizon(struct store_fixture *x)
{
	int64_t far = days_from_civil(2035, 6, 4) * DAY_SECONDS; /* a Monday */
	struct arena *a = x->arena;
	struct house_fixture h;
	int64_t alice;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	CHECK_WELL("weekly", house_put(&h, alice, "calendar", "a.ics",
				       house_event(a, "a", "20270118T080000Z", "20270118T100000Z",
						   "RRULE:FREQ=WEEKLY\r\n")));
	CHECK_WELL("daily, and free",
		   house_put(&h, alice, "calendar", "b.ics",
			     house_event(a, "b", "20270118T080000Z", "20270118T200000Z",
					 "RRULE:FREQ=DAILY\r\nTRANSP:TRANSPARENT\r\n")));
	CHECK_INT("near", busy_seconds(&h, alice, DAY, DAY + 7 * 24 * HOUR), 2 * HOUR);
	CHECK_INT("far", busy_seconds(&h, alice, far, far + 7 * 24 * HOUR), 2 * HOUR);
	CHECK_INT("on Monday", busy_seconds(&h, alice, far + 8 * HOUR, far + 10 * HOUR), 2 * HOUR);
	CHECK_INT("before the store was made",
		  busy_seconds(&h, alice, DAY - 3000 * 24 * HOUR, DAY - 2990 * 24 * HOUR), 0);
	house_close(&h);
}
STORE_CASE(past_the_horizon)

/* What rules take to be walked is taken from all objects: then the rest counts as busy (C12). */
static void past_the_budget(struct store_fixture *x)
{
	int64_t far = days_from_civil(2095, 6, 6) * DAY_SECONDS; /* a Monday */
	struct arena *a = x->arena;
	struct house_fixture h;
	int64_t alice;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	for (int i = 0; i < 10; i++) {
		const char *uid = arena_printf(a, "u%d", i);

		CHECK_WELL(uid,
			   house_put(&h, alice, "calendar", arena_printf(a, "%s.ics", uid),
				     house_event(a, uid, "00010101T000000Z", "00010101T000100Z",
						 "RRULE:FREQ=HOURLY;INTERVAL=7;BYMONTHDAY=3;"
						 "COUNT=100000\r\n"
						 "TRANSP:TRANSPARENT\r\n")));
	}
	CHECK_INT("free as they are", busy_seconds(&h, alice, far, far + HOUR), 0);
	CHECK_WELL("weekly", house_put(&h, alice, "calendar", "z.ics",
				       house_event(a, "z", "20270118T080000Z", "20270118T100000Z",
						   "RRULE:FREQ=WEEKLY\r\n")));
	CHECK_INT("not found out", busy_seconds(&h, alice, far, far + HOUR), HOUR);
	house_close(&h);
}
STORE_CASE(past_the_budget)

/* decisions 43: all-day time is the calendar's zone's, else the owner's. */
static void floating(struct store_fixture *x)
{
	struct arena *a = x->arena;
	struct change_properties p = {.set_timezone = true,
				      .timezone = TEXT("America/Los_Angeles")};
	struct change *c = NULL;
	struct house_fixture h;
	int64_t alice;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	CHECK_WELL("all day", house_put(&h, alice, "calendar", "a.ics",
					"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
					"BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270101T000000Z\r\n"
					"DTSTART;VALUE=DATE:20270118\r\nEND:VEVENT\r\n"
					"END:VCALENDAR\r\n"));
	CHECK_INT("Berlin's midnight", busy_seconds(&h, alice, DAY - HOUR, DAY + 23 * HOUR),
		  24 * HOUR);
	CHECK_INT("and no more", busy_seconds(&h, alice, DAY - 24 * HOUR, DAY + 48 * HOUR),
		  24 * HOUR);
	p.owner = alice;
	p.collection = house_calendar(&h, alice, "calendar");
	c = change_open(&h.calendar, a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("zone", change_set_properties(c, &p));
	CHECK_WELL("zone", change_run(c));
	CHECK_INT("C4: Los Angeles", busy_seconds(&h, alice, DAY + 8 * HOUR, DAY + 32 * HOUR),
		  24 * HOUR);
	CHECK_INT("and no more", busy_seconds(&h, alice, DAY - 24 * HOUR, DAY + 48 * HOUR),
		  24 * HOUR);
	house_close(&h);
}
STORE_CASE(floating)

/* Friday 2011-12-30 does not exist there: Thursday ends where Saturday begins. */
static void lost_day(struct store_fixture *x)
{
	static const struct {
		const char *name, *days;
		int64_t hours;
	} rows[] = {
		{"A17 the lost day", "DTSTART;VALUE=DATE:20111230\r\nDTEND;VALUE=DATE:20111231\r\n",
		 0},
		{"A17 from Thursday to Saturday",
		 "DTSTART;VALUE=DATE:20111229\r\nDTEND;VALUE=DATE:20120101\r\n", 48},
	};
	struct change_properties p = {.set_timezone = true, .timezone = TEXT("Pacific/Apia")};
	int64_t from = days_from_civil(2011, 12, 25) * DAY_SECONDS;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct house_fixture h;
		struct change *c;

		house_open(&h, x);
		p.owner = house_user(&h, arena_printf(x->arena, "alice%zu", i));
		p.collection = house_calendar(&h, p.owner, "calendar");
		c = change_open(&h.calendar, x->arena, CHANGE_CLIENT, HOUSE_NOW);
		CHECK_WELL("zone", change_set_properties(c, &p));
		CHECK_WELL("zone", change_run(c));
		CHECK_WELL(rows[i].name,
			   house_put(&h, p.owner, "calendar", "a.ics",
				     arena_printf(x->arena,
						  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
						  "PRODID:-//T//EN\r\nBEGIN:VEVENT\r\nUID:a\r\n"
						  "DTSTAMP:20270101T000000Z\r\n%sEND:VEVENT\r\n"
						  "END:VCALENDAR\r\n",
						  rows[i].days)));
		CHECK_INT(rows[i].name, busy_seconds(&h, p.owner, from, from + 14 * DAY_SECONDS),
			  rows[i].hours * HOUR);
		house_close(&h);
	}
}
STORE_CASE(lost_day)

/* ---- what it costs ------------------------------------------------------------------------- */

static int reads_of(struct house_fixture *h, const struct owner *o, int64_t from, int64_t to)
{
	struct arena *a = arena_create(ARENA_BYTES);
	const struct busy_period *p;
	size_t count;

	house_count_begin(h);
	CHECK_WELL("a question",
		   freebusy_cached(h->desk.timelines, h->db, a, o, NULL, from, to, &p, &count));
	arena_destroy(a);
	return house_count_end(h);
}

static void reads(struct store_fixture *x)
{
	int64_t piece = PIECE_DAYS * DAY_SECONDS, start = DAY / piece * piece;
	const struct owner *o;
	struct house_fixture h;
	struct owner older;

	house_open(&h, x);
	o = owner_now(&h, x->arena, house_user(&h, "alice"));
	CHECK_TRUE("the first reads", reads_of(&h, o, DAY, DAY + HOUR) > 0);
	CHECK_INT("the second does not", reads_of(&h, o, DAY, DAY + HOUR), 0);
	CHECK_INT("nor any of the same piece", reads_of(&h, o, start, start + piece), 0);
	CHECK_TRUE("the next piece does", reads_of(&h, o, start, start + piece + 1) > 0);
	CHECK_INT("once", reads_of(&h, o, start, start + 2 * piece), 0);
	older = *o;
	older.version++;
	CHECK_TRUE("another version does", reads_of(&h, &older, DAY, DAY + HOUR) > 0);
	CHECK_TRUE("a long one", reads_of(&h, &older, DAY, DAY + 9 * piece) > 0);
	CHECK_TRUE("passes by", reads_of(&h, &older, DAY, DAY + 9 * piece) > 0);
	house_close(&h);
}
STORE_CASE(reads)

/* How many of the last `asked` pieces are still known, and cost no read. */
static int known(struct house_fixture *h, const struct owner *o, int asked)
{
	int64_t piece = PIECE_DAYS * DAY_SECONDS;
	int n = 0;

	for (int i = asked - 1; i >= 0; i--)
		n += reads_of(h, o, i * piece, i * piece + HOUR) == 0;
	return n;
}

/* Bounded in bytes: a small one forgets, a large one does not. */
static void bounded(struct store_fixture *x)
{
	enum { ASKED = 400 };
	int64_t piece = PIECE_DAYS * DAY_SECONDS;
	struct freebusy_cache *large;
	const struct owner *o;
	struct house_fixture h;
	int n;

	house_open(&h, x);
	o = owner_now(&h, x->arena, house_user(&h, "alice"));
	for (int64_t i = 0; i < ASKED; i++)
		reads_of(&h, o, i * piece, i * piece + HOUR);
	CHECK_INT("four megabytes hold them all", known(&h, o, ASKED), ASKED);
	large = h.desk.timelines;
	h.desk.timelines = freebusy_cache_create(SMALL_BYTES);
	for (int64_t i = 0; i < ASKED; i++)
		reads_of(&h, o, i * piece, i * piece + HOUR);
	n = known(&h, o, ASKED);
	/* An entry counts 128 bytes at least, and each of 16 shards keeps its last one. */
	CHECK_TRUE("the bound", n <= SMALL_BYTES / 128 + 16);
	CHECK_TRUE("it holds some", n > 0);
	freebusy_cache_destroy(h.desk.timelines);
	h.desk.timelines = large;
	house_close(&h);
}
STORE_CASE(bounded)

/* ---- threads ------------------------------------------------------------------------------- */

struct race {
	struct house_fixture *h;
	int64_t owner;
	atomic_llong minutes; /* the event's length that was committed last */
	atomic_int stale, faults;
};

static void look_once(struct race *r, struct arena *a)
{
	int64_t committed = atomic_load(&r->minutes);
	const struct busy_period *p;
	struct owner *o;
	struct db *db;
	size_t count;

	if (store_reader(r->h->x->store, a, &db) || owner_get(db, a, r->owner, &o) ||
	    freebusy_cached(r->h->desk.timelines, db, a, o, NULL, DAY, DAY + 24 * HOUR, &p, &count))
		atomic_fetch_add(&r->faults, 1);
	else if (count != 1 || p[0].end - p[0].start < committed * 60)
		atomic_fetch_add(&r->stale, 1);
}

static void *look(void *ctx)
{
	for (int i = 0; i < LOOKS; i++) {
		struct arena *a = arena_create(ARENA_BYTES);

		look_once(ctx, a);
		arena_destroy(a);
	}
	return NULL;
}

static const struct fault *lengthen(struct race *r, struct arena *a, int64_t collection,
				    int64_t minutes)
{
	struct change *c = change_open(&r->h->calendar, a, CHANGE_CLIENT, HOUSE_NOW);
	struct change_put put = {
		.owner = r->owner,
		.collection = collection,
		.name = TEXT("a.ics"),
		.source = ICAL_FROM_CLIENT,
	};
	const struct fault *f;

	put.raw = text_from(
		house_event(a, "a", "20270118T080000Z", utc(a, DAY + 8 * HOUR + minutes * 60), ""));
	f = change_put(c, &put);
	return f ? f : change_run(c);
}

/* An event grows; whoever asks afterwards never gets it as short as it was. */
static void threads(struct store_fixture *x)
{
	pthread_t looking[THREADS];
	struct house_fixture h;
	static struct race r;
	int64_t calendar;

	house_open(&h, x);
	r = (struct race){.h = &h, .owner = house_user(&h, "alice")};
	calendar = house_calendar(&h, r.owner, "calendar");
	CHECK_WELL("the event", lengthen(&r, x->arena, calendar, 1));
	atomic_store(&r.minutes, 1);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&looking[i], NULL, look, &r);
	for (int64_t i = 2; i < CHANGES; i++) {
		struct arena *a = arena_create(ARENA_BYTES);

		CHECK_WELL("longer", lengthen(&r, a, calendar, i));
		atomic_store(&r.minutes, i);
		arena_destroy(a);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(looking[i], NULL);
	CHECK_INT("no fault", r.faults, 0);
	CHECK_INT("never stale", r.stale, 0);
	house_close(&h);
}
STORE_CASE(threads)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("cache", {"zones are pinned", test_pinned},
	   STORE_ROWS("A17: a date that does not exist", lost_day),
	   STORE_ROWS("as from the rows", same_as_rows), STORE_ROWS("never stale", never_stale),
	   STORE_ROWS("RFC 6638 §9.1: transparent calendars", transparent),
	   STORE_ROWS("without one object", without_one),
	   STORE_ROWS("past the horizon", past_the_horizon),
	   STORE_ROWS("the budget of a question (C12)", past_the_budget),
	   STORE_ROWS("decisions 43: floating time", floating), STORE_ROWS("reads", reads),
	   STORE_ROWS("bounded", bounded), STORE_ROWS("threads", threads))

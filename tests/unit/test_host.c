/*
 * test_host - hosts in memory: right at every version, and read no more than needed
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "booking/booked.h"
#include "booking/slots.h"
#include "house_fixture.h"
#include "ical/time.h"
#include "pinned_zones.h"
#include "unit.h"

enum { ARENA_BYTES = 16 << 20, THREADS = 4, ROUNDS = 150, CHANGES = 60, MANY = 5 };

#define HALF_HOUR "{\"durations\":[30]}"

static const struct host *find(struct house_fixture *h, struct arena *a, const char *name)
{
	const struct host *host = NULL;

	CHECK_WELL(name, host_find(&h->desk, h->db, a, text_from(name), &host));
	return host;
}

static void look_up(struct store_fixture *x)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	const struct host *host, *same;
	int64_t alice;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	house_type(&h, alice, "intro", HALF_HOUR);
	host = find(&h, a, "alice");
	CHECK_INT("owner", host->owner.id, alice);
	CHECK_TEXT("zone", host->owner.timezone, TEXT("Europe/Berlin"));
	CHECK_INT("types", (int64_t)host->type_count, 1);
	CHECK_TRUE("by slug", host_type_by_slug(host, TEXT("intro")) == &host->types[0]);
	CHECK_TRUE("by id", host_type_by_id(host, TEXT("intro")) == &host->types[0]);
	CHECK_TRUE("no such type", !host_type_by_slug(host, TEXT("intr")));
	CHECK_TRUE("schedule", host_schedule(host, TEXT("default")) == &host->schedules[0]);
	CHECK_TRUE("no such schedule", !host_schedule(host, TEXT("")));
	CHECK_INT("where bookings go", host->calendar, house_calendar(&h, alice, "calendar"));
	CHECK_INT("no buffers", host->buffer_max_min, 0);
	CHECK_WELL("by number", host_get(&h.desk, h.db, a, alice, &same));
	CHECK_TRUE("the same", same->owner.id == alice && same->type_count == 1);
	CHECK_TRUE("nobody", !find(&h, a, "bob"));
	CHECK_TRUE("nor a part of a name", !find(&h, a, "alic"));
	CHECK_TRUE("nor an empty one", !find(&h, a, ""));
	CHECK_WELL("no such number", host_get(&h.desk, h.db, a, alice + 99, &same));
	CHECK_TRUE("nobody", !same);
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(look_up)

/* Nothing committed: no read where that can be known; something else committed: one. */
static void reads(struct store_fixture *x)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	const struct host *first, *again;
	int64_t alice, bob;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	bob = house_user(&h, "bob");
	house_type(&h, alice, "intro", HALF_HOUR);
	first = find(&h, a, "alice");
	house_count_begin(&h);
	again = find(&h, a, "alice");
	CHECK_INT("nothing was committed", house_count_end(&h), x->postgres ? 1 : 0);
	CHECK_TRUE("the same rules", again->types == first->types);

	house_type(&h, bob, "intro", HALF_HOUR);
	house_count_begin(&h);
	again = find(&h, a, "alice");
	CHECK_INT("another's change costs one read", house_count_end(&h), 1);
	CHECK_TRUE("the same rules", again->types == first->types);
	house_count_begin(&h);
	find(&h, a, "alice");
	CHECK_INT("once", house_count_end(&h), x->postgres ? 1 : 0);

	CHECK_WELL("an event",
		   house_put(&h, alice, "calendar", "a.ics",
			     house_event(a, "a", "20270118T080000Z", "20270118T100000Z", "")));
	house_count_begin(&h);
	again = find(&h, a, "alice");
	CHECK_INT("an event of theirs costs one read, too", house_count_end(&h), 1);
	CHECK_TRUE("the same rules", again->types == first->types);
	CHECK_TRUE("at a newer version", again->owner.version > first->owner.version);

	house_type(&h, alice, "second", HALF_HOUR);
	again = find(&h, a, "alice");
	CHECK_INT("a change of theirs is seen at once", (int64_t)again->type_count, 2);
	CHECK_INT("who holds the old one keeps it", (int64_t)first->type_count, 1);
	CHECK_TRUE("newer", again->owner.version > first->owner.version);
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(reads)

/* What a transaction judges by: rules, and how old copies of calendars elsewhere are, by one read.
 */
static void refreshed(struct store_fixture *x)
{
	static const struct sql older = {"UPDATE owner SET outside_at = 5"};
	static const struct sql trusted = {"UPDATE owner SET outside_trust = 1"};
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	const struct host *first, *now;
	struct host nobody;
	int64_t alice;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	house_type(&h, alice, "intro", HALF_HOUR);
	now = first = find(&h, a, "alice");
	house_count_begin(&h);
	CHECK_WELL("nothing has changed", host_refresh(h.db, a, &now));
	CHECK_INT("one read", house_count_end(&h), 1);
	CHECK_TRUE("it is what it was", now == first);

	CHECK_WELL("older", store_fixture_sql(x, &older));
	house_count_begin(&h);
	CHECK_WELL("the copies are older", host_refresh(h.db, a, &now));
	CHECK_INT("one read", house_count_end(&h), 1);
	CHECK_INT("so old", now->owner.outside_at, 5);
	CHECK_TRUE("the same rules", now->types == first->types);
	CHECK_INT("who holds the old one keeps it", first->owner.outside_at, INT64_MAX);
	CHECK_WELL("trusted", store_fixture_sql(x, &trusted));
	CHECK_WELL("they are trusted", host_refresh(h.db, a, &now));
	CHECK_TRUE("by now", now->owner.outside_trust && !first->owner.outside_trust);

	house_type(&h, alice, "second", HALF_HOUR);
	CHECK_WELL("other rules", host_refresh(h.db, a, &now));
	CHECK_INT("are seen", (int64_t)now->type_count, 2);
	CHECK_INT("with the age", now->owner.outside_at, 5);
	nobody = *first;
	nobody.owner.id = alice + 99;
	now = &nobody;
	CHECK_WELL("gone", host_refresh(h.db, a, &now));
	CHECK_TRUE("there is none any more", !now);
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(refreshed)

static int count_slots(struct house_fixture *h, const struct host *host, int64_t day, size_t *count)
{
	struct arena *a = arena_create(ARENA_BYTES);
	const struct slot_ask ask = {
		.host = host,
		.type = &host->types[0],
		.duration_min = 30,
		.from = day * DAY_SECONDS,
		.to = (day + 1) * DAY_SECONDS,
		.now = HOUSE_NOW,
	};
	struct slot *slots;

	house_count_begin(h);
	CHECK_WELL("slots", slots_list(&h->desk, h->db, a, &ask, &slots, count));
	arena_destroy(a);
	return house_count_end(h);
}

/* The hot path: what was asked for once costs no statement, for any day of that month. */
static void slots_reads(struct store_fixture *x)
{
	int64_t monday = days_from_civil(2027, 1, 18);
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	const struct host *host;
	int64_t alice;
	size_t count;

	house_open(&h, x);
	alice = house_user(&h, "alice");
	house_type(&h, alice, "intro",
		   "{\"durations\":[30],\"buffer_after_minutes\":15,\"buffer_before_minutes\":5}");
	CHECK_WELL("an event",
		   house_put(&h, alice, "calendar", "a.ics",
			     house_event(a, "a", "20270118T080000Z", "20270118T100000Z", "")));
	host = find(&h, a, "alice");
	CHECK_INT("the longest buffer", host->buffer_max_min, 15);
	CHECK_TRUE("the first question reads", count_slots(&h, host, monday, &count) > 0);
	CHECK_INT("after ten, and a buffer before", (int64_t)count, 11);
	CHECK_INT("the second does not", count_slots(&h, host, monday, &count), 0);
	CHECK_INT("and says the same", (int64_t)count, 11);
	CHECK_INT("nor does the day after", count_slots(&h, host, monday + 1, &count), 0);
	CHECK_INT("which is whole", (int64_t)count, 16);
	CHECK_WELL("the event goes", house_remove(&h, alice, "calendar", "a.ics"));
	host = find(&h, a, "alice");
	CHECK_TRUE("a change is read", count_slots(&h, host, monday, &count) > 0);
	CHECK_INT("and seen", (int64_t)count, 16);
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(slots_reads)

/* What nobody understands is not offered, and keeps nothing else from it. */
static void unreadable(struct store_fixture *x)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	const struct host *host;
	int64_t alice;

	log_set_level(LOG_ERROR);
	house_open(&h, x);
	alice = house_user(&h, "alice");
	house_type(&h, alice, "a", "{\"durations\":[30],\"limits\":{\"year\":1}}");
	house_type(&h, alice, "b", HALF_HOUR);
	house_type(&h, alice, "c", "no JSON");
	host = find(&h, a, "alice");
	CHECK_INT("one is left", (int64_t)host->type_count, 1);
	CHECK_TEXT("the one", host->types[0].slug, TEXT("b"));
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(unreadable)

/* Bookings go to `calendar`; where that is gone, to another one that takes events. */
static void calendars(struct store_fixture *x)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	static const struct sql gone = {"DELETE FROM collection WHERE name = 'other'"};
	static const struct sql raised = {
		"UPDATE owner SET version = version + 1, rules = rules + 1"};
	struct change_collection mk = {.name = TEXT("other"), .components = COMP_VEVENT};
	struct change_properties inbox = {.set_default_calendar = true,
					  .default_calendar = TEXT("other")};
	struct change *c;

	house_open(&h, x);
	mk.owner = house_user(&h, "alice");
	c = change_open(&h.calendar, a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("make", change_make_collection(c, &mk));
	CHECK_WELL("make", change_run(c));
	CHECK_INT("the first choice", find(&h, a, "alice")->calendar,
		  house_calendar(&h, mk.owner, "calendar"));
	inbox.owner = mk.owner;
	inbox.collection = house_calendar(&h, mk.owner, "inbox");
	c = change_open(&h.calendar, a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("invitations go elsewhere", change_set_properties(c, &inbox));
	CHECK_WELL("so it can be removed",
		   change_remove_collection(c, mk.owner, house_calendar(&h, mk.owner, "calendar")));
	CHECK_WELL("remove", change_run(c));
	CHECK_INT("the second", find(&h, a, "alice")->calendar, mk.id);
	CHECK_WELL("the last one", store_fixture_sql(x, &gone));
	CHECK_WELL("is gone", store_fixture_sql(x, &raised));
	CHECK_INT("none: tasks take no events", find(&h, a, "alice")->calendar, 0);
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(calendars)

/* More hosts than there is room for are right as well. */
static void eviction(struct store_fixture *x)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	struct host_cache *small = host_cache_create(1), *large;
	int forgotten = 0;

	house_open(&h, x);
	for (int i = 0; i < 40; i++)
		house_user(&h, arena_printf(a, "user%d", i));
	large = h.desk.hosts;
	h.desk.hosts = small;
	for (int i = 0; i < 80; i++) {
		const char *name = arena_printf(a, "user%d", i % 40);
		const struct host *host;

		house_count_begin(&h);
		host = find(&h, a, name);
		forgotten += house_count_end(&h) > 1;
		CHECK_TEXT("the right one", host->owner.name, text_from(name));
	}
	CHECK_TRUE("it is small", forgotten > 50);
	h.desk.hosts = large;
	arena_destroy(a);
	host_cache_destroy(small);
	house_close(&h);
}
STORE_CASE(eviction)

/* ---- booked time --------------------------------------------------------------------------------
 */

/* A piece has 32 days; this is the first second of one. */
#define SEAM (INT64_C(651) * 32 * DAY_SECONDS)

struct booked_row {
	const char *id, *type;
	int64_t start_min, length_min; /* from the seam of two pieces */
};

static const struct fault *add_booked(struct db *db, struct arena *a, void *ctx)
{
	const struct booked_row *r = ctx;
	struct booking b = {
		.id = text_from(r->id),
		.type = text_from(r->type),
		.uid = text_from(r->id),
		.status = BOOKING_IS_CONFIRMED,
		.answers = TEXT("{}"),
		.version = 1,
	};
	struct hold hold = {.reason = HOLD_BOOKING, .booking = b.id};
	const struct fault *f;
	struct owner *alice;
	bool taken;

	f = owner_find(db, a, TEXT("alice"), &alice);
	if (f)
		return f;
	b.owner = hold.owner = alice->id;
	b.start = hold.start = SEAM + r->start_min * 60;
	b.end = hold.end = b.start + r->length_min * 60;
	f = booking_add(db, a, &b);
	if (!f)
		f = hold_take(db, a, &hold, HOUSE_NOW, &taken);
	return f ? f : owner_raise_version(db, a, b.owner, false);
}

static bool is_wide(const struct booked_row *rows, size_t count, int64_t start)
{
	for (size_t i = 0; i < count; i++)
		if (SEAM + rows[i].start_min * 60 == start)
			return strcmp(rows[i].type, "wide") == 0;
	return false;
}

/* The cache says what the rows say, across pieces, with the buffers of each type. */
static void booked_pieces(struct store_fixture *x)
{
	static const struct booked_row rows[] = {{"b1", "plain", -300, 60},
						 {"b2", "wide", -60, 60},
						 {"b3", "gone", 0, 30},
						 {"b4", "wide", 45, 30},
						 {"b5", "plain", 300, 60}};
	struct arena *a = arena_create(ARENA_BYTES);
	struct house_fixture h;
	const struct host *host;
	struct booked *all;
	size_t all_count;

	house_open(&h, x);
	house_user(&h, "alice");
	house_type(&h, 1, "plain", HALF_HOUR);
	house_type(&h, 1, "wide",
		   "{\"durations\":[30],\"buffer_before_minutes\":10,"
		   "\"buffer_after_minutes\":20}");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_WELL(rows[i].id,
			   store_fixture_tx(x, add_booked, (void *)(uintptr_t)&rows[i]));
	host = find(&h, a, "alice");
	CHECK_WELL("E12: without one", booked_read(h.db, a, host, SEAM - 3600, SEAM + 2 * 3600,
						   TEXT("b3"), &all, &all_count));
	if (CHECK_INT("two are left", (int64_t)all_count, 2)) {
		CHECK_INT("the one before it", all[0].after_min, 20);
		CHECK_INT("the one after it", all[1].start, SEAM + 45 * 60);
		CHECK_INT("with its buffer", all[1].after_min, 20);
	}
	for (int64_t from = -400; from < 400; from += 37) {
		for (int64_t to = from + 1; to < 420; to += 53) {
			const struct booked *got;
			struct booked *want;
			size_t count, n;

			CHECK_WELL("rows", booked_read(h.db, a, host, SEAM + from * 60,
						       SEAM + to * 60, TEXT_NONE, &want, &n));
			CHECK_WELL("pieces", booked_cached(&h.desk, h.db, a, host, SEAM + from * 60,
							   SEAM + to * 60, &got, &count));
			if (!CHECK_INT("as many", (int64_t)count, (int64_t)n))
				continue;
			for (size_t i = 0; i < n; i++) {
				CHECK_INT("start", got[i].start, want[i].start);
				CHECK_INT("before", got[i].before_min, want[i].before_min);
				CHECK_INT("end", got[i].end, want[i].end);
				CHECK_INT("buffer", got[i].after_min,
					  is_wide(rows, ARRAY_LEN(rows), got[i].start) ? 20 : 0);
			}
		}
	}
	arena_destroy(a);
	house_close(&h);
}
STORE_CASE(booked_pieces)

/* ---- threads ------------------------------------------------------------------------------- */

struct race {
	struct house_fixture *h;
	atomic_llong seen[MANY]; /* versions that were committed, by host */
	atomic_bool stop;
	atomic_int stale, faults;
};

static void *look(void *ctx)
{
	struct race *r = ctx;

	for (int i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		int n = i % MANY;
		int64_t committed = atomic_load(&r->seen[n]);
		const struct host *host = NULL;
		struct db *db;

		if (store_reader(r->h->x->store, a, &db) ||
		    host_find(&r->h->desk, db, a, text_from(arena_printf(a, "user%d", n)), &host) ||
		    !host)
			atomic_fetch_add(&r->faults, 1);
		else if (host->owner.version < committed ||
			 (int64_t)host->types[0].version < committed - 1)
			atomic_fetch_add(&r->stale, 1);
		arena_destroy(a);
	}
	return NULL;
}

static void *change(void *ctx)
{
	struct race *r = ctx;

	for (int i = 0; i < CHANGES; i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct owner *o;
		struct db *db;
		struct meeting_type t = {.id = TEXT("intro"),
					 .slug = TEXT("intro"),
					 .title = TEXT("Intro"),
					 .rules = TEXT(HALF_HOUR)};
		struct change *c;

		if (store_reader(r->h->x->store, a, &db) ||
		    owner_find(db, a, text_from(arena_printf(a, "user%d", i % MANY)), &o)) {
			atomic_fetch_add(&r->faults, 1);
		} else {
			t.owner = o->id;
			t.version = o->version;
			c = change_open(&r->h->calendar, a, CHANGE_CLIENT, HOUSE_NOW);
			if (change_put_type(c, &t) || change_run(c))
				atomic_fetch_add(&r->faults, 1);
			else
				atomic_store(&r->seen[i % MANY], o->version + 1);
		}
		arena_destroy(a);
	}
	return NULL;
}

/* What was committed before a question is in its answer, in every thread. */
static void threads(struct store_fixture *x)
{
	pthread_t looking[THREADS], changing;
	struct house_fixture h;
	static struct race r;

	house_open(&h, x);
	r = (struct race){.h = &h};
	for (int i = 0; i < MANY; i++)
		house_type(&h, house_user(&h, arena_printf(x->arena, "user%d", i)), "intro",
			   HALF_HOUR);
	pthread_create(&changing, NULL, change, &r);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&looking[i], NULL, look, &r);
	for (int i = 0; i < THREADS; i++)
		pthread_join(looking[i], NULL);
	pthread_join(changing, NULL);
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

UNIT_SUITE("host", {"zones are pinned", test_pinned}, STORE_ROWS("by name and number", look_up),
	   STORE_ROWS("reads", reads), STORE_ROWS("as a transaction sees it", refreshed),
	   STORE_ROWS("decisions 5: the hot path", slots_reads),
	   STORE_ROWS("rules that cannot be read", unreadable),
	   STORE_ROWS("the calendar of bookings", calendars), STORE_ROWS("eviction", eviction),
	   STORE_ROWS("booked time in pieces", booked_pieces), STORE_ROWS("threads", threads))

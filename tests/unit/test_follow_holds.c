/*
 * test_follow_holds - the time of bookings follows their events, of everybody whose time it is
 */
#include "booking/book.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY, HOLDS_MAX = 8 };

#define SOLO   "{\"durations\":[60]}"
#define SERIES "{\"durations\":[60],\"series\":{\"max\":12}}"
#define WITH_ROOM                                                                                  \
	"{\"durations\":[60]%s,\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"alice\"}," \
	"{\"name\":\"room\"}]}}"

/* ---- what is done ---------------------------------------------------------------------------- */

static struct booking booked(struct town *t, int64_t start, int32_t times)
{
	const struct host *host = NULL;
	struct book_outcome out = {.replayed = false};
	struct book_request rq = {
		.start = start,
		.invitee_name = TEXT("Bob"),
		.invitee_email = text_from(arena_printf(t->a, "bob-%lld@example.com",
							(long long)count_of(t, "SELECT count(*)"
									       " FROM booking"))),
		.series = {.count = times, .every = SERIES_WEEK},
		.now = HOUSE_NOW,
	};
	struct change *c;
	const struct fault *f;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &host));
	rq.host = host;
	rq.type = &host->types[0];
	f = book_prepare(&t->h.desk, t->h.db, t->a, &rq, &c, &out);
	CHECK_WELL("book", f ? f : change_run(c));
	return out.booking;
}

static struct text event_of(struct town *t, const struct booking *b)
{
	struct stored_object *o = NULL;

	CHECK_WELL("event", booking_event_find(t->h.db, t->a, b, &o));
	return o ? o->data : TEXT_NONE;
}

/* The host's program stores it with other words in place of those. */
static void edit(struct town *t, const struct booking *b, const char *const (*words)[2],
		 size_t count)
{
	struct text ics = event_of(t, b);

	for (size_t i = 0; i < count; i++) {
		ptrdiff_t at = text_find(ics, text_from(words[i][0]));

		CHECK_TRUE(words[i][0], at >= 0);
		ics = text_from(arena_printf(
			t->a, "%.*s%s%.*s", (int)at, ics.at, words[i][1],
			TEXT_ARG(text_sub(ics, (size_t)at + strlen(words[i][0]), ics.len))));
	}
	CHECK_WELL("saved", house_put(&t->h, t->alice, "calendar", text_cstr(t->a, b->object_name),
				      text_cstr(t->a, ics)));
}

/* In Berlin, as all of its times are. */
#define START(date, hour) "DTSTART;TZID=Europe/Berlin:" date "T" hour
#define END(date, hour)	  "DTEND;TZID=Europe/Berlin:" date "T" hour

static const char *const an_hour_later[][2] = {
	{START("20270118", "09"), START("20270118", "10")},
	{END("20270118", "10"), END("20270118", "11")},
};
static const char *const later_and_free[][2] = {
	{START("20270118", "09"), START("20270118", "10")},
	{END("20270118", "10"), END("20270118", "11")},
	{"END:VEVENT", "TRANSP:TRANSPARENT\r\nEND:VEVENT"},
};

static struct booking booking_now(struct town *t, const struct booking *b)
{
	struct booking *is = NULL;

	CHECK_WELL("booking", booking_find(t->h.db, t->a, b->owner, b->id, &is));
	return is ? *is : *b;
}

/* What somebody sees who asks from what is remembered of the host. */
static bool is_open(struct town *t, int64_t start)
{
	const struct host *host = NULL;
	struct slot_ask ask = {
		.duration_min = 60, .from = start, .to = start + 1, .now = HOUSE_NOW};
	struct slot *slots;
	size_t count = 0;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &host));
	ask.host = host;
	ask.type = &host->types[0];
	CHECK_WELL("list", slots_list(&t->h.desk, t->h.db, t->a, &ask, &slots, &count));
	return count == 1;
}

/* The hours from Monday at eight on that these hold, in weeks and hours: "0+0 1+1". */
static const char *held(struct town *t, int64_t owner, const struct booking *b, bool forced)
{
	const char *said = "";
	struct hold *all = NULL;
	size_t count = 0;
	const char *query = arena_printf(
		t->a, "SELECT count(*) FROM hold_forced WHERE owner = %lld AND booking = '%.*s'",
		(long long)owner, TEXT_ARG(b->id));

	if (forced)
		return arena_printf(t->a, "%d forced", (int)count_of(t, query));
	CHECK_WELL("holds", hold_range(t->h.db, t->a, owner, HOUSE_NOW, MONDAY_8 + 20 * WEEK,
				       HOUSE_NOW, &all, &count));
	for (size_t i = 0; i < count; i++) {
		int64_t from = all[i].start - MONDAY_8;

		if (!text_equal(all[i].booking, b->id))
			continue;
		CHECK_INT("an hour", all[i].end - all[i].start, HOUR);
		said = arena_printf(t->a, "%s%s%d+%d", said, said[0] ? " " : "", (int)(from / WEEK),
				    (int)(from % WEEK / HOUR));
	}
	return said;
}

/* ---- hosts whom the event does not name -------------------------------------------------------
 */

static int64_t add_room(struct town *t, struct text email)
{
	struct change_owner o = {
		.owner = {.kind = OWNER_ROOM,
			  .name = TEXT("room"),
			  .email = email,
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("a room", change_add_owner(c, &o));
	CHECK_WELL("a room", change_run(c));
	return o.id;
}

static int64_t version_of(struct town *t, int64_t owner)
{
	struct owner_version v = {0};

	CHECK_WELL("version", owner_version(t->h.db, t->a, owner, &v));
	return v.version;
}

static void moved_and_removed(struct town *t, struct text address)
{
	int64_t room = add_room(t, address), before;
	struct booking b;

	house_type(&t->h, t->alice, "intro", arena_printf(t->a, WITH_ROOM, ""));
	b = booked(t, MONDAY_8, 0);
	CHECK_STR("the room", held(t, room, &b, false), "0+0");
	CHECK_TRUE("as seen", !is_open(t, MONDAY_8) && is_open(t, MONDAY_8 + 2 * HOUR));
	before = version_of(t, room);
	edit(t, &b, an_hour_later, ARRAY_LEN(an_hour_later));
	CHECK_STR("it moves along", held(t, room, &b, false), "0+1");
	CHECK_STR("as the host's does", held(t, t->alice, &b, false), "0+1");
	CHECK_TRUE("what is remembered of it is old", version_of(t, room) > before);
	CHECK_TRUE("and asked anew", is_open(t, MONDAY_8) && !is_open(t, MONDAY_8 + HOUR));
	before = version_of(t, room);
	CHECK_WELL("removed",
		   house_remove(&t->h, t->alice, "calendar", text_cstr(t->a, b.object_name)));
	CHECK_STR("it is free", held(t, room, &b, false), "");
	CHECK_TRUE("for all to see", version_of(t, room) > before && is_open(t, MONDAY_8 + HOUR));
	(void)booked(t, MONDAY_8 + HOUR, 0);
	CHECK_INT("and bookable", count_of(t, "SELECT count(*) FROM hold"), 2);
}

static void without_address(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	moved_and_removed(&t, TEXT_NONE);
	town_close(&t);
}
STORE_CASE(without_address)

static void with_address(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	moved_and_removed(&t, TEXT("room@example.org"));
	town_close(&t);
}
STORE_CASE(with_address)

static void places(struct store_fixture *x)
{
	struct town t;
	int64_t room, before;

	town_open(&t, x);
	room = add_room(&t, TEXT_NONE);
	house_type(&t.h, t.alice, "intro", arena_printf(t.a, WITH_ROOM, ",\"seats\":2"));
	(void)booked(&t, MONDAY_8, 0);
	CHECK_TRUE("one place is left", is_open(&t, MONDAY_8));
	before = version_of(&t, room);
	(void)booked(&t, MONDAY_8, 0);
	CHECK_TRUE("of the room's time, too", version_of(&t, room) > before);
	CHECK_TRUE("now none is", !is_open(&t, MONDAY_8));
	CHECK_INT("one hold each", count_of(&t, "SELECT count(*) FROM hold"), 2);
	town_close(&t);
}
STORE_CASE(places)

/* ---- series ------------------------------------------------------------------------------------
 */

/* E14, G5: what was booked stays held, whichever of its instances the host changes. */
static void series(struct store_fixture *x)
{
	static const char *const one_less[][2] = {
		{"END:VEVENT", "EXDATE;TZID=Europe/Berlin:20270125T100000\r\nEND:VEVENT"}};
	const char *override[1][2];
	struct booking b, is;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", SERIES);
	b = booked(&t, MONDAY_8, 4);
	CHECK_STR("four", held(&t, t.alice, &b, false), "0+0 1+0 2+0 3+0");
	edit(&t, &b, later_and_free, ARRAY_LEN(later_and_free));
	is = booking_now(&t, &b);
	CHECK_STR("all of them", held(&t, t.alice, &b, false), "0+1 1+1 2+1 3+1");
	CHECK_INT("from the first on", is.start, MONDAY_8 + HOUR);
	CHECK_TRUE("also in the third week",
		   !is_open(&t, MONDAY_8 + 2 * WEEK + HOUR) && is_open(&t, MONDAY_8 + 2 * WEEK));
	edit(&t, &b, one_less, 1);
	is = booking_now(&t, &b);
	CHECK_STR("taken out", held(&t, t.alice, &b, false), "0+1 2+1 3+1");
	CHECK_TRUE("free again", is_open(&t, MONDAY_8 + WEEK + HOUR));
	CHECK_TRUE("the booking says so", text_find(is.rule, TEXT("EXDATE;TZID=Europe/Berlin:"
								  "20270125T100000\n")) >= 0);
	CHECK_INT("and its invitee hears of it", is.sequence, 2);
	override[0][0] = "END:VEVENT\r\n";
	override[0][1] = arena_printf(
		t.a,
		"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:%.*s\r\nDTSTAMP:20270101T000000Z\r\n"
		"RECURRENCE-ID;TZID=Europe/Berlin:20270201T100000\r\n" START(
			"20270201",
			"14") "0000\r\n" END("20270201",
					     "15") "0000\r\nSEQUENCE:2\r\n"
						   "TRANSP:TRANSPARENT\r\n"
						   "ORGANIZER:mailto:alice@example.org\r\n"
						   "ATTENDEE:mailto:%.*s\r\nEND:VEVENT\r\n",
		TEXT_ARG(b.uid), TEXT_ARG(b.invitee_email));
	edit(&t, &b, override, 1);
	CHECK_STR("one by itself", held(&t, t.alice, &b, false), "0+1 2+5 3+1");
	is = booking_now(&t, &b);
	CHECK_INT("stands", is.status, BOOKING_IS_CONFIRMED);
	CHECK_WELL("removed",
		   house_remove(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name)));
	CHECK_INT("all are free", count_of(&t, "SELECT count(*) FROM hold"), 0);
	town_close(&t);
}
STORE_CASE(series)

static void pending_series(struct store_fixture *x)
{
	static const char *const confirmed[][2] = {{"STATUS:TENTATIVE", "STATUS:CONFIRMED"}};
	struct booking b;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro",
		   "{\"durations\":[60],\"confirm\":true,\"series\":{\"max\":12}}");
	b = booked(&t, MONDAY_8, 3);
	CHECK_INT("asked for", b.status, BOOKING_IS_PENDING);
	edit(&t, &b, confirmed, 1);
	CHECK_INT("confirmed", booking_now(&t, &b).status, BOOKING_IS_CONFIRMED);
	CHECK_STR("as it was", held(&t, t.alice, &b, false), "0+0 1+0 2+0");
	CHECK_INT("for good", count_of(&t, "SELECT count(*) FROM hold WHERE reason = 0"), 3);
	town_close(&t);
}
STORE_CASE(pending_series)

/* ---- over another ------------------------------------------------------------------------------
 */

/* Decisions 8: the host is obeyed; but nobody else is given that time, and what was beneath goes.
 */
static void over_another(struct store_fixture *x)
{
	struct booking a, b;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", SOLO);
	a = booked(&t, MONDAY_8, 0);
	b = booked(&t, MONDAY_8 + HOUR, 0);
	edit(&t, &a, later_and_free, ARRAY_LEN(later_and_free));
	CHECK_STR("over the other", held(&t, t.alice, &a, true), "1 forced");
	CHECK_STR("nothing else", held(&t, t.alice, &a, false), "");
	CHECK_WELL("that one goes",
		   house_remove(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name)));
	CHECK_STR("it comes back", held(&t, t.alice, &a, false), "0+1");
	CHECK_STR("and is over nothing", held(&t, t.alice, &a, true), "0 forced");
	CHECK_TRUE("nobody is offered it", !is_open(&t, MONDAY_8 + HOUR));
	town_close(&t);
}
STORE_CASE(over_another)

static void half_over_another(struct store_fixture *x)
{
	static const char *const half[][2] = {
		{START("20270118", "0900"), START("20270118", "0930")},
		{END("20270118", "1000"), END("20270118", "1030")},
		{"END:VEVENT", "TRANSP:TRANSPARENT\r\nEND:VEVENT"},
	};
	struct booking a;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", "{\"durations\":[60],\"step_minutes\":30}");
	a = booked(&t, MONDAY_8, 0);
	(void)booked(&t, MONDAY_8 + HOUR, 0);
	CHECK_TRUE("open before", is_open(&t, MONDAY_8 + 2 * HOUR));
	edit(&t, &a, half, ARRAY_LEN(half));
	CHECK_STR("over the other", held(&t, t.alice, &a, true), "1 forced");
	CHECK_TRUE("what it left is not free", !is_open(&t, MONDAY_8));
	CHECK_TRUE("nothing else is taken", is_open(&t, MONDAY_8 + 2 * HOUR));
	town_close(&t);
}
STORE_CASE(half_over_another)

/* ---- the auditor -------------------------------------------------------------------------------
 */

static const struct fault *sql_tx(struct db *db, struct arena *a, void *ctx)
{
	return db_exec(db, a, ctx, DB_NO_ARGS, NULL);
}

static void do_sql(struct town *t, const char *text)
{
	struct sql *sql = arena_alloc(t->a, sizeof(*sql));

	sql->text = text;
	CHECK_WELL(text, store_fixture_tx(t->h.x, sql_tx, sql));
}

/* What was wrong is found, and nothing else; then it is as it was. */
static void audit(struct town *t, const char *wrong, const char *back, const char *finding)
{
	struct text found, line;

	do_sql(t, wrong);
	found = house_findings(&t->h, t->a);
	CHECK_TRUE(finding, text_find(found, text_from(finding)) >= 0);
	CHECK_TRUE("it alone", text_next(&found, '\n', &line) && found.len == 0);
	do_sql(t, back);
	CHECK_TEXT("as it was", house_findings(&t->h, t->a), TEXT(""));
}

static void auditor(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", SERIES);
	b = booked(&t, MONDAY_8, 3);
	audit(&t,
	      "UPDATE hold SET expires_at = 1, booking = 'other', reason = 2"
	      " WHERE starts = (SELECT max(starts) FROM hold)",
	      arena_printf(t.a,
			   "UPDATE hold SET expires_at = 0, reason = 0, booking = '%.*s'"
			   " WHERE booking = 'other'",
			   TEXT_ARG(b.id)),
	      "has no hold");
	audit(&t,
	      arena_printf(t.a,
			   "INSERT INTO hold (owner, starts, ends, reason, booking,"
			   " expires_at) VALUES (%lld, 5, 9, 0, '%.*s', 0)",
			   (long long)t.alice, TEXT_ARG(b.id)),
	      "DELETE FROM hold WHERE starts = 5", "does not take place");
	audit(&t,
	      arena_printf(t.a,
			   "INSERT INTO hold_forced (owner, starts, ends, reason, booking)"
			   " VALUES (%lld, 5, 9, 0, '%.*s')",
			   (long long)t.alice, TEXT_ARG(b.id)),
	      "DELETE FROM hold_forced", "put over others");
	town_close(&t);
}
STORE_CASE(auditor)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("follow_holds", {"zones are pinned", test_pinned},
	   STORE_ROWS("G5: a host without an address", without_address),
	   STORE_ROWS("G5, F5: a room that is invited", with_address),
	   STORE_ROWS("F2: places of a team's meeting are counted for all hosts", places),
	   STORE_ROWS("G5, E14: a series stays held", series),
	   STORE_ROWS("G5, E14: a series confirmed in a calendar app", pending_series),
	   STORE_ROWS("decisions 8: over another booking", over_another),
	   STORE_ROWS("decisions 8: beside what it is over", half_over_another),
	   STORE_ROWS("E14, decisions 8: the auditor sees each time", auditor))

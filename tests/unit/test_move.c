/*
 * test_move - a series and a place at another time: all of it or nothing, under the same id
 */
#include "booking/book.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, WEEK = 7 * DAY_SECONDS, MONDAY_10 = MONDAY_8 + 2 * HOUR };

#define COURSE "{\"durations\":[60],\"series\":{\"max\":12},\"window_days\":365}"

static void open_with(struct town *t, struct store_fixture *x, const char *rules)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro", rules);
}

static struct book_request request(struct town *t, int64_t start, const char *email)
{
	const struct host *host = NULL;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &host));
	return (struct book_request){
		.host = host,
		.type = &host->types[0],
		.start = start,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = text_from(email),
		.now = HOUSE_NOW,
	};
}

static struct booking book(struct town *t, const struct book_request *rq)
{
	struct book_outcome out;
	struct change *c;
	const struct fault *f = book_prepare(&t->h.desk, t->h.db, t->a, rq, &c, &out);

	CHECK_WELL("book", f ? f : change_run(c));
	return out.booking;
}

static struct booking booked(struct town *t, int64_t start, const char *email)
{
	struct book_request rq = request(t, start, email);

	return book(t, &rq);
}

static const struct fault *move(struct town *t, const struct booking *b, int64_t start,
				struct book_outcome *out)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	struct change *c;
	const struct fault *f =
		book_prepare_reschedule(&t->h.desk, t->h.db, t->a, b, start, 0, &by, &c, out);

	return f || !c ? f : change_run(c);
}

static struct text event_of(struct town *t, const struct booking *b)
{
	struct stored_object *o = NULL;

	CHECK_WELL("event", booking_event_find(t->h.db, t->a, b, &o));
	return o ? o->data : TEXT_NONE;
}

static bool has(struct text ics, const char *words)
{
	return text_find(ics, text_from(words)) >= 0;
}

static bool is_held(struct town *t, int64_t start)
{
	return count_of(t, arena_printf(t->a, "SELECT count(*) FROM hold WHERE starts = %lld",
					(long long)start)) == 1;
}

/* ---- series ------------------------------------------------------------------------------------
 */

/* Twelve Mondays but the second one, across the night in March that is an hour short. */
static struct booking course(struct town *t)
{
	int64_t skip[] = {floor_div(MONDAY_8, DAY_SECONDS) + 7};
	struct book_request rq = request(t, MONDAY_8, "bob@example.com");

	rq.series = (struct book_series){
		.count = 12, .every = SERIES_WEEK, .skip = skip, .skip_count = 1};
	return book(t, &rq);
}

static void series_moves(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b;
	struct text ics;
	struct town t;

	open_with(&t, x, COURSE);
	b = course(&t);
	CHECK_INT("eleven holds", count_of(&t, "SELECT count(*) FROM hold"), 11);
	CHECK_WELL("to Tuesday, an hour later", move(&t, &b, MONDAY_8 + DAY_SECONDS + HOUR, &out));
	CHECK_TEXT("the same booking", out.booking.id, b.id);
	CHECK_INT("SEQUENCE", out.booking.sequence, 1);
	CHECK_INT("eleven holds", count_of(&t, "SELECT count(*) FROM hold"), 11);
	CHECK_TRUE("the first", is_held(&t, MONDAY_8 + DAY_SECONDS + HOUR));
	CHECK_TRUE("the second is left out", !is_held(&t, MONDAY_8 + DAY_SECONDS + HOUR + WEEK));
	CHECK_TRUE("the last, on the same wall clock",
		   is_held(&t, MONDAY_8 + DAY_SECONDS + 11 * WEEK));
	ics = event_of(&t, &out.booking);
	CHECK_TRUE("one rule", has(ics, "RRULE:FREQ=WEEKLY;COUNT=12"));
	CHECK_TRUE("the EXDATE goes along", has(ics, "EXDATE;TZID=Europe/Berlin:20270126T100000"));
	CHECK_TRUE("and the start", has(ics, "DTSTART;TZID=Europe/Berlin:20270119T100000"));
	CHECK_INT("the newest waits", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"),
		  1);
	/* Its own times are not in its way. */
	b = out.booking;
	CHECK_WELL("by a week", move(&t, &b, MONDAY_8 + DAY_SECONDS + HOUR + WEEK, &out));
	town_close(&t);
}
STORE_CASE(series_moves)

static void series_clashes(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b;
	struct text before;
	struct town t;
	const struct fault *f;

	open_with(&t, x, COURSE);
	b = course(&t);
	(void)booked(&t, MONDAY_10 + 2 * WEEK, "eve@example.com");
	before = house_dump(&t.h, t.a);
	f = move(&t, &b, MONDAY_10, &out);
	CHECK_FAULT("one of them is taken", f, FAULT_SLOT_TAKEN);
	CHECK_STR("all or none", f ? f->about : "", "series");
	CHECK_INT("which", (int)out.clash_count, 1);
	CHECK_INT("when", out.clashes[0].start, MONDAY_10 + 2 * WEEK);
	CHECK_TEXT("nothing has changed", house_dump(&t.h, t.a), before);
	town_close(&t);
}
STORE_CASE(series_clashes)

/* An instance that the host has moved stays where they want it. */
static void series_of_the_host(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b;
	struct text ics;
	struct town t;
	struct change_put put;

	open_with(&t, x, COURSE);
	b = course(&t);
	ics = event_of(&t, &b);
	put = (struct change_put){
		.owner = t.alice,
		.collection = b.collection,
		.name = b.object_name,
		.raw = text_from(arena_printf(
			t.a,
			"%.*sBEGIN:VEVENT\r\nUID:%.*s\r\nDTSTAMP:20270101T000000Z\r\n"
			"RECURRENCE-ID;TZID=Europe/Berlin:20270201T090000\r\n"
			"DTSTART;TZID=Europe/Berlin:20270201T110000\r\nDURATION:PT1H\r\n"
			"END:VEVENT\r\nEND:VCALENDAR\r\n",
			(int)text_find(ics, TEXT("END:VCALENDAR")), ics.at, TEXT_ARG(b.uid))),
	};
	CHECK_WELL("save", run_put(&t, &put));
	CHECK_FAULT("is not moved", move(&t, &b, MONDAY_10, &out), FAULT_CONFLICT);
	town_close(&t);
}
STORE_CASE(series_of_the_host)

/* ---- places ------------------------------------------------------------------------------------
 */

#define CLASS "{\"durations\":[60],\"seats\":2}"

static int64_t holds(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM hold");
}

static void cancel(struct town *t, const struct booking *b)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW + 120};
	struct booking *now = NULL, after;
	struct change *c;
	const struct fault *f = booking_find(t->h.db, t->a, t->alice, b->id, &now);

	if (!f)
		f = book_prepare_cancel(&t->h.desk, t->h.db, t->a, now, &by, &c, &after);
	CHECK_WELL("cancel", f ? f : change_run(c));
}

/* The first one, by whom the time was held. */
static void place_joins(struct store_fixture *x)
{
	struct booking bob, eve, ted;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, CLASS);
	bob = booked(&t, MONDAY_8, "bob@example.com");
	eve = booked(&t, MONDAY_8, "eve@example.com");
	ted = booked(&t, MONDAY_10, "ted@example.com");
	CHECK_WELL("move", move(&t, &bob, MONDAY_10, &out));
	CHECK_TEXT("the same booking", out.booking.id, bob.id);
	CHECK_TEXT("in the event of the others", out.booking.uid, ted.uid);
	CHECK_TRUE("come", has(event_of(&t, &ted), "mailto:bob@example.com") &&
				   has(event_of(&t, &ted), "mailto:ted@example.com"));
	CHECK_TRUE("gone", !has(event_of(&t, &eve), "mailto:bob@example.com") &&
				   has(event_of(&t, &eve), "mailto:eve@example.com"));
	CHECK_INT("both times are held", holds(&t), 2);
	CHECK_INT("G10: of the one they were not invited to yet, no CANCEL",
		  count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 3);
	CHECK_INT("a REQUEST for the other",
		  count_of(&t, "SELECT count(*) FROM job WHERE name LIKE '%/1/REQUEST'"), 1);
	CHECK_INT("that name nobody else (G7)",
		  count_of(&t, "SELECT count(*) FROM job WHERE payload LIKE '%eve@example.com%'"),
		  0);
	cancel(&t, &eve);
	CHECK_INT("the last one takes the time along", holds(&t), 1);
	town_close(&t);
}
STORE_CASE(place_joins)

static void place_begins(struct store_fixture *x)
{
	struct booking bob, eve, *now = NULL;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, CLASS);
	bob = booked(&t, MONDAY_8, "bob@example.com");
	eve = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_WELL("move", move(&t, &bob, MONDAY_10, &out));
	CHECK_TRUE("an event of its own", !text_equal(out.booking.uid, eve.uid));
	CHECK_TRUE("with bob alone", has(event_of(&t, &out.booking), "mailto:bob@example.com") &&
					     !has(event_of(&t, &out.booking), "eve@example.com"));
	CHECK_INT("both times are held", holds(&t), 2);
	CHECK_WELL("find", booking_find(t.h.db, t.a, t.alice, eve.id, &now));
	CHECK_WELL("the last one follows", move(&t, now, MONDAY_10, &out));
	CHECK_INT("one time", holds(&t), 1);
	CHECK_INT("one event", count_of(&t, "SELECT count(*) FROM object"), 1);
	town_close(&t);
}
STORE_CASE(place_begins)

static void place_is_full(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking bob;
	struct text before;
	struct town t;
	const struct fault *f;

	open_with(&t, x, CLASS);
	bob = booked(&t, MONDAY_8, "bob@example.com");
	(void)booked(&t, MONDAY_8, "eve@example.com");
	(void)booked(&t, MONDAY_10, "ted@example.com");
	(void)booked(&t, MONDAY_10, "zoe@example.com");
	before = house_dump(&t.h, t.a);
	f = move(&t, &bob, MONDAY_10, &out);
	CHECK_FAULT("refused", f, FAULT_SLOT_TAKEN);
	CHECK_STR("refused", f ? f->about : "", "full");
	CHECK_TEXT("nothing has changed", house_dump(&t.h, t.a), before);
	town_close(&t);
}
STORE_CASE(place_is_full)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("move", {"zones are pinned", test_pinned},
	   STORE_ROWS("E14: a series moves as one", series_moves),
	   STORE_ROWS("E14: all of a series moves, or nothing", series_clashes),
	   STORE_ROWS("E14: a series that its host has changed", series_of_the_host),
	   STORE_ROWS("E5, G7: a place moves to a meeting that others have", place_joins),
	   STORE_ROWS("E5: a place moves to a meeting of its own", place_begins),
	   STORE_ROWS("E5: a place does not move to where there is none", place_is_full))

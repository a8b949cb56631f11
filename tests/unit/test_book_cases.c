/*
 * test_book_cases - what is listed can be booked, and what is booked is booked once
 *
 * Bookings, cancellations and saves of calendar apps one after the other, each with what the next
 * one then meets.
 */
#include "booking/book.h"
#include "booking/explain.h"
#include "booking/reserve.h"
#include "dice.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { MINUTE = 60, HOUR = 3600, MONDAY_9 = MONDAY_8 + HOUR, MONDAY_10 = MONDAY_8 + 2 * HOUR };

#define PLAIN "{\"durations\":[60]}"
#define CLASS "{\"durations\":[60],\"seats\":3}"

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

static const struct fault *run(struct town *t, const struct book_request *rq,
			       struct book_outcome *out)
{
	struct change *c;
	const struct fault *f = book_prepare(&t->h.desk, t->h.db, t->a, rq, &c, out);

	return f || !c ? f : change_run(c);
}

static const struct fault *book(struct town *t, int64_t start, const char *email,
				struct booking *out)
{
	struct book_request rq = request(t, start, email);
	struct book_outcome outcome = {.replayed = false};
	const struct fault *f = run(t, &rq, &outcome);

	*out = outcome.booking;
	return f;
}

static void check_about(const char *what, const struct fault *f, enum fault_code code,
			const char *about)
{
	if (CHECK_FAULT(what, f, code))
		CHECK_STR(what, f->about, about);
}

static const struct fault *cancel(struct town *t, const struct booking *b, struct booking *after)
{
	struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW};
	struct change *c;
	const struct fault *f = book_prepare_cancel(&t->h.desk, t->h.db, t->a, b, &by, &c, after);

	return f || !c ? f : change_run(c);
}

static struct slot_ask ask_of(const struct book_request *rq, int64_t from, int64_t to)
{
	return (struct slot_ask){
		.host = rq->host,
		.type = rq->type,
		.duration_min = rq->type->durations_min[0],
		.from = from,
		.to = to,
		.now = rq->now,
	};
}

/* Places left at a start, as listed for who shows a reservation; 0: it is not listed. */
static int32_t places_at(struct town *t, int64_t start, struct text hold)
{
	struct book_request rq = request(t, start, "anybody@example.com");
	struct slot_ask ask = ask_of(&rq, start, start + 1);
	struct slot *slots;
	size_t count;

	ask.but = hold;
	CHECK_WELL("list", slots_list(&t->h.desk, t->h.db, t->a, &ask, &slots, &count));
	return count == 1 ? slots[0].seats_left : 0;
}

/* ---- once ------------------------------------------------------------------------------------ */

static void form_sent_twice(struct store_fixture *x)
{
	struct booking one, two;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("sent", book(&t, MONDAY_8, "bob@example.com", &one));
	check_about("sent again", book(&t, MONDAY_8, "bob@example.com", &two), FAULT_SLOT_TAKEN,
		    "held");
	CHECK_INT("one booking", count_of(&t, "SELECT count(*) FROM booking"), 1);
	CHECK_INT("one event", count_of(&t, "SELECT count(*) FROM object"), 1);
	CHECK_INT("one mail", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 1);
	town_close(&t);
}
STORE_CASE(form_sent_twice)

/* Where the time itself would let the second one in. */
static void sent_twice_of(struct store_fixture *x, const char *rules)
{
	struct booking one, two;
	struct town t;

	open_with(&t, x, rules);
	CHECK_WELL("sent", book(&t, MONDAY_8, "bob@example.com", &one));
	check_about("sent again", book(&t, MONDAY_8, "bob@example.com", &two), FAULT_CONFLICT,
		    "invitee_email");
	check_about("from the same mailbox", book(&t, MONDAY_8, "Bob+2@example.com", &two),
		    FAULT_CONFLICT, "invitee_email");
	CHECK_INT("one booking", count_of(&t, "SELECT count(*) FROM booking"), 1);
	CHECK_WELL("another guest", book(&t, MONDAY_8, "eve@example.com", &two));
	CHECK_WELL("another time", book(&t, MONDAY_9, "bob@example.com", &two));
	CHECK_WELL("off", cancel(&t, &one, &two));
	CHECK_WELL("and on again", book(&t, MONDAY_8, "bob@example.com", &one));
	town_close(&t);
}

static void place_sent_twice(struct store_fixture *x)
{
	sent_twice_of(x, CLASS);
}
STORE_CASE(place_sent_twice)

static void request_sent_twice(struct store_fixture *x)
{
	sent_twice_of(x, "{\"durations\":[60],\"confirm\":true,\"pending_blocks\":false}");
}
STORE_CASE(request_sent_twice)

static void booked_again(struct store_fixture *x)
{
	struct booking one, two, after;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("book", book(&t, MONDAY_8, "bob@example.com", &one));
	CHECK_WELL("cancel", cancel(&t, &one, &after));
	CHECK_WELL("book again", book(&t, MONDAY_8, "bob@example.com", &two));
	CHECK_TRUE("another UID", !text_equal(one.uid, two.uid));
	CHECK_WELL("cancel the first again", cancel(&t, &after, &after));
	CHECK_INT("which does nothing",
		  count_of(&t, "SELECT count(*) FROM booking WHERE status = 1"), 1);
	CHECK_INT("the second is held", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_INT("and in the calendar", count_of(&t, "SELECT count(*) FROM object"), 1);
	town_close(&t);
}
STORE_CASE(booked_again)

/* The transaction of a booking finds a cancellation done, or not done, and nothing between. */
static void cancel_races(struct store_fixture *x)
{
	struct booking one, after;
	struct book_request rq;
	struct book_outcome out;
	struct change *c;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("book", book(&t, MONDAY_8, "bob@example.com", &one));
	check_about("before", book(&t, MONDAY_8, "eve@example.com", &after), FAULT_SLOT_TAKEN,
		    "held");
	CHECK_WELL("cancel", cancel(&t, &one, &after));
	rq = request(&t, MONDAY_8, "eve@example.com");
	CHECK_WELL("after: prepare", book_prepare(&t.h.desk, t.h.db, t.a, &rq, &c, &out));
	CHECK_WELL("a third is quicker", book(&t, MONDAY_8, "ted@example.com", &one));
	check_about("too late", change_run(c), FAULT_SLOT_TAKEN, "held");
	CHECK_INT("one stands", count_of(&t, "SELECT count(*) FROM booking WHERE status = 1"), 1);
	town_close(&t);
}
STORE_CASE(cancel_races)

/* ---- calendar apps --------------------------------------------------------------------------- */

static void saved_first(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("PUT", house_put(&t.h, t.alice, "calendar", "a.ics",
				    house_event(t.a, "a", EIGHT, NINE, "")));
	check_about("then a booking", book(&t, MONDAY_8, "bob@example.com", &b), FAULT_SLOT_TAKEN,
		    "busy");
	town_close(&t);
}
STORE_CASE(saved_first)

static void saved_later(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("a booking", book(&t, MONDAY_8, "bob@example.com", &b));
	CHECK_WELL("then PUT", house_put(&t.h, t.alice, "calendar", "a.ics",
					 house_event(t.a, "a", EIGHT, NINE, "")));
	CHECK_INT("both stand", count_of(&t, "SELECT count(*) FROM object"), 2);
	CHECK_INT("booked as before", count_of(&t, "SELECT count(*) FROM booking WHERE status = 1"),
		  1);
	town_close(&t);
}
STORE_CASE(saved_later)

/* Another calendar of the host's that shows the booking as well. */
static void copied(struct store_fixture *x)
{
	struct booking b, two;
	struct town t;

	open_with(&t, x, CLASS);
	CHECK_WELL("book", book(&t, MONDAY_8, "bob@example.com", &b));
	CHECK_INT("two places are left", places_at(&t, MONDAY_8, TEXT_NONE), 2);
	CHECK_INT("three of another time", places_at(&t, MONDAY_9, TEXT_NONE), 3);
	make_work(&t);
	CHECK_WELL("a copy", house_put(&t.h, t.alice, "work", "copy.ics",
				       house_event(t.a, text_cstr(t.a, b.uid), EIGHT, NINE, "")));
	CHECK_INT("is not counted twice", places_at(&t, MONDAY_8, TEXT_NONE), 2);
	CHECK_WELL("nor in the way", book(&t, MONDAY_8, "eve@example.com", &two));
	CHECK_TEXT("of who joins", two.uid, b.uid);
	CHECK_INT("one is left", places_at(&t, MONDAY_8, TEXT_NONE), 1);
	town_close(&t);
}
STORE_CASE(copied)

/* ---- reservations ---------------------------------------------------------------------------- */

static const struct fault *reserve(struct town *t, int64_t start, struct text *token)
{
	struct book_request rq = request(t, start, "bob@example.com");
	struct reserve_request r = {
		.host = rq.host, .type = rq.type, .start = start, .token = *token, .now = rq.now};
	struct reservation made = {.expires_at = 0};
	struct change *c;
	const struct fault *f = reserve_prepare(&t->h.desk, t->h.db, t->a, &r, &c, &made);

	*token = made.token;
	return f ? f : change_run(c);
}

static void seen_by_holder(struct store_fixture *x)
{
	struct text token = TEXT_NONE;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("reserve", reserve(&t, MONDAY_8, &token));
	CHECK_INT("gone for others", places_at(&t, MONDAY_8, TEXT_NONE), 0);
	CHECK_INT("open for the holder", places_at(&t, MONDAY_8, token), 1);
	CHECK_INT("not for who guesses", places_at(&t, MONDAY_8, TEXT("intro.guess")), 0);
	town_close(&t);
}
STORE_CASE(seen_by_holder)

/* Two who invent the same token would share what it holds. */
static void token_is_given(struct store_fixture *x)
{
	struct text one = TEXT("intro.x"), two = TEXT("intro.x");
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("reserve", reserve(&t, MONDAY_8, &one));
	CHECK_WELL("reserve", reserve(&t, MONDAY_9, &two));
	CHECK_TRUE("another one's own", !text_equal(one, two));
	CHECK_TRUE("as nobody invents it", !text_equal(one, TEXT("intro.x")));
	CHECK_INT("both hold", count_of(&t, "SELECT count(*) FROM hold"), 2);
	town_close(&t);
}
STORE_CASE(token_is_given)

/* D6: what is held counts; the holder's own is not in their way. */
static void held_counts(struct store_fixture *x)
{
	struct text token = TEXT_NONE;
	struct book_request rq;
	struct book_outcome out;
	struct booking b;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"limits\":{\"day\":1}}");
	CHECK_WELL("reserve", reserve(&t, MONDAY_8, &token));
	check_about("the day is full", book(&t, MONDAY_10, "eve@example.com", &b), FAULT_SLOT_TAKEN,
		    "limit");
	rq = request(&t, MONDAY_8, "bob@example.com");
	rq.hold = token;
	CHECK_WELL("but for the holder", run(&t, &rq, &out));
	town_close(&t);
}
STORE_CASE(held_counts)

/* D1: and keeps its distance. */
static void held_has_buffers(struct store_fixture *x)
{
	struct text token = TEXT_NONE;
	struct booking b;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"step_minutes\":30,\"buffer_after_minutes\":30}");
	CHECK_WELL("reserve", reserve(&t, MONDAY_8, &token));
	check_about("beside", book(&t, MONDAY_9, "eve@example.com", &b), FAULT_SLOT_TAKEN,
		    "buffer");
	town_close(&t);
}
STORE_CASE(held_has_buffers)

/* Who was told the id of a booking holds no reservation by that. */
static void no_reservation(struct store_fixture *x)
{
	struct book_request rq;
	struct book_outcome out;
	struct booking b;
	struct town t;

	open_with(&t, x, PLAIN);
	CHECK_WELL("book", book(&t, MONDAY_8, "bob@example.com", &b));
	rq = request(&t, MONDAY_8, "eve@example.com");
	rq.hold = b.id;
	check_about("a booking is none", run(&t, &rq, &out), FAULT_UNPROCESSABLE, "hold");
	rq.hold = TEXT("other.secret");
	check_about("nor is one of another type", run(&t, &rq, &out), FAULT_UNPROCESSABLE, "hold");
	rq.hold = TEXT("intro.secret");
	check_about("one that has gone helps nobody", run(&t, &rq, &out), FAULT_SLOT_TAKEN, "held");
	CHECK_INT("the booking is held", count_of(&t, "SELECT count(*) FROM hold"), 1);
	town_close(&t);
}
STORE_CASE(no_reservation)

/* ---- rules that change ------------------------------------------------------------------------
 */

static const struct {
	const char *name, *rules;
	enum fault_code code;
	const char *about;
} changes[] = {
	{"E15 notice", "{\"durations\":[60],\"notice_minutes\":44640}", FAULT_NOT_OFFERED,
	 "too_soon"},
	{"E15 window", "{\"durations\":[60],\"window_days\":5}", FAULT_NOT_OFFERED, "too_late"},
	{"E15 duration", "{\"durations\":[45]}", FAULT_NOT_OFFERED, "duration"},
	{"E15 to be confirmed", "{\"durations\":[60],\"confirm\":true}", FAULT_PRECONDITION, NULL},
	{"E15 elsewhere",
	 "{\"durations\":[60],\"location\":{\"kind\":\"place\",\"value\":\"Room 5\"}}",
	 FAULT_PRECONDITION, NULL},
	{"E15 what does not matter", "{\"durations\":[60,90]}", FAULT_COUNT, NULL},
};

/* Between what a guest was shown and what they ask for, in the transaction itself. */
static void rules_change(struct store_fixture *x)
{
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct meeting_type type = {
			.id = TEXT("intro"),
			.slug = TEXT("intro"),
			.title = TEXT("Intro"),
			.rules = text_from(changes[i].rules),
			.version = 2,
		};
		struct book_outcome out;
		struct book_request rq;
		struct change *c, *edit;
		const struct fault *f;
		struct town t;

		house_open(&t.h, x);
		t.a = t.h.arena;
		t.alice = house_user(&t.h, arena_printf(t.a, "alice%zu", i));
		house_type(&t.h, t.alice, "intro", PLAIN);
		rq = request(&t, MONDAY_8, "bob@example.com");
		CHECK_WELL("prepare", book_prepare(&t.h.desk, t.h.db, t.a, &rq, &c, &out));
		type.owner = t.alice;
		edit = change_of(&t);
		CHECK_WELL("change", change_put_type(edit, &type));
		CHECK_WELL("change", change_run(edit));
		f = change_run(c);
		if (changes[i].code == FAULT_COUNT)
			CHECK_WELL(changes[i].name, f);
		else
			check_about(changes[i].name, f, changes[i].code, changes[i].about);
		house_close(&t.h);
	}
}
STORE_CASE(rules_change)

/* ---- what is listed ----------------------------------------------------------------------------
 */

enum { RANDOM_EVENTS = 6, RANDOM_QUESTIONS = 160 };

#define CROWDED                                                                                    \
	"{\"durations\":[30],\"step_minutes\":15,\"buffer_before_minutes\":10,"                    \
	"\"buffer_after_minutes\":5,\"notice_minutes\":24540,\"window_days\":20,"                  \
	"\"limits\":{\"day\":3}}"

/* Some quarter of an hour from Sunday to Saturday, and now and then a minute later. */
static int64_t random_start(struct dice *d)
{
	return MONDAY_8 - DAY_SECONDS + dice_roll(d, 0, 7 * 96 - 1) * 15 * MINUTE +
	       (dice_roll(d, 0, 9) == 0) * MINUTE;
}

/* "20270118T080000Z" */
static const char *instant_word(struct arena *a, int64_t utc)
{
	struct civil c;

	civil_from_local(utc, &c);
	return arena_printf(a, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour,
			    c.minute, c.second);
}

static void fill_calendar(struct town *t, struct dice *d)
{
	for (int i = 0; i < RANDOM_EVENTS; i++) {
		const char *uid = arena_printf(t->a, "busy%d", i);
		int64_t start = random_start(d);

		CHECK_WELL(uid,
			   house_put(&t->h, t->alice, "calendar", arena_printf(t->a, "%s.ics", uid),
				     house_event(t->a, uid, instant_word(t->a, start),
						 instant_word(t->a, start + dice_roll(d, 1, 12) *
										    15 * MINUTE),
						 "")));
	}
}

/* Listed from caches, explained from rows, and asked for: one answer. */
static void ask_three_ways(struct town *t, int64_t start)
{
	struct book_request rq = request(t, start, "bob@example.com");
	struct slot_ask ask = ask_of(&rq, start, start + 1);
	struct explanation why;
	struct booking b;
	bool listed = places_at(t, start, TEXT_NONE) > 0;
	const struct fault *f;

	CHECK_WELL("explain", explain_slot(t->h.db, t->a, &ask, &why));
	f = book(t, start, "bob@example.com", &b);
	CHECK_INT("E16: listed and explained", listed, why.why.verdict == SLOT_OPEN);
	CHECK_STR("E16: explained and asked for", f ? f->about : "open",
		  slot_verdict_word(why.why.verdict));
}

static void listed_is_bookable(struct store_fixture *x)
{
	struct dice d = {20270118};
	struct town t;

	open_with(&t, x, CROWDED);
	fill_calendar(&t, &d);
	for (int i = 0; i < RANDOM_QUESTIONS; i++)
		ask_three_ways(&t, random_start(&d));
	CHECK_TRUE("some were booked", count_of(&t, "SELECT count(*) FROM booking") > 4);
	town_close(&t);
}
STORE_CASE(listed_is_bookable)

/* ---- clocks ------------------------------------------------------------------------------------
 */

/* By an earlier clock, what stands is as taken as it was, and what ran out has not come back. */
static void clock_goes_back(struct store_fixture *x)
{
	struct book_request rq;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, PLAIN);
	rq = request(&t, MONDAY_8, "bob@example.com");
	rq.now = HOUSE_NOW + HOUR;
	CHECK_WELL("booked", run(&t, &rq, &out));
	rq = request(&t, MONDAY_8, "eve@example.com");
	check_about("an hour earlier", run(&t, &rq, &out), FAULT_SLOT_TAKEN, "held");
	CHECK_INT("one mail", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 1);
	town_close(&t);
}
STORE_CASE(clock_goes_back)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("book_cases", {"zones are pinned", test_pinned},
	   STORE_ROWS("E10: no key, and the form is sent twice", form_sent_twice),
	   STORE_ROWS("E10: a form for one of several places", place_sent_twice),
	   STORE_ROWS("E10: a request that holds nothing", request_sent_twice),
	   STORE_ROWS("E11: cancelled, and booked again", booked_again),
	   STORE_ROWS("E11: a cancellation beside bookings", cancel_races),
	   STORE_ROWS("E6: a PUT, then a booking", saved_first),
	   STORE_ROWS("E6: a booking, then a PUT", saved_later),
	   STORE_ROWS("C16: a copy, and places of its own", copied),
	   STORE_ROWS("E7: the holder sees the slot", seen_by_holder),
	   STORE_ROWS("E7: only a reservation is given up", no_reservation),
	   STORE_ROWS("E7: nobody chooses a token", token_is_given),
	   STORE_ROWS("D6: what is reserved counts", held_counts),
	   STORE_ROWS("D1: what is reserved has its buffers", held_has_buffers),
	   STORE_ROWS("E15: rules at booking", rules_change),
	   STORE_ROWS("E16: listed is bookable, and nothing else", listed_is_bookable),
	   STORE_ROWS("E17: a clock that went back", clock_goes_back))

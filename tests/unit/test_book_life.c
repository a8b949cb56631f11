/*
 * test_book_life - bookings that wait, share an event, are repeated, and what is kept of them
 */
#include "booking/book.h"
#include "booking/explain.h"
#include "booking/reserve.h"
#include "booking/seats.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, MONDAY_9 = MONDAY_8 + HOUR, MONDAY_10 = MONDAY_8 + 2 * HOUR };

#define COURSE "{\"durations\":[60],\"series\":{\"max\":12},\"window_days\":365}"
#define FREE_PENDING                                                                               \
	"{\"durations\":[60],\"confirm\":true,\"pending_blocks\":false,\"pending_hours\":24}"

static void open_with(struct town *t, struct store_fixture *x, const char *rules)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro", rules);
}

/* An hour of alice's, wanted by somebody. */
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

static const struct fault *book(struct town *t, const struct book_request *rq,
				struct book_outcome *out)
{
	struct change *c;
	const struct fault *f = book_prepare(&t->h.desk, t->h.db, t->a, rq, &c, out);

	return f || !c ? f : change_run(c);
}

static struct booking booked(struct town *t, int64_t start, const char *email)
{
	struct book_request rq = request(t, start, email);
	struct book_outcome out;

	CHECK_WELL(email, book(t, &rq, &out));
	return out.booking;
}

static const struct fault *refused(struct town *t, int64_t start, const char *email)
{
	struct book_request rq = request(t, start, email);
	struct book_outcome out;

	return book(t, &rq, &out);
}

static void check_about(const char *what, const struct fault *f, enum fault_code code,
			const char *about)
{
	CHECK_TRUE(what, fault_is(f, code));
	if (f && f->about)
		CHECK_STR(what, f->about, about);
}

static const struct fault *end(struct town *t, const struct booking *b, enum booking_actor who,
			       int64_t now, struct booking *after)
{
	struct book_by by = {.who = who, .reason = TEXT("ill"), .now = now};
	struct change *c;
	const struct fault *f = book_prepare_cancel(&t->h.desk, t->h.db, t->a, b, &by, &c, after);

	return f || !c ? f : change_run(c);
}

static const struct fault *confirm(struct town *t, const struct booking *b, struct booking *after)
{
	struct change *c;
	const struct fault *f =
		book_prepare_confirm(&t->h.desk, t->h.db, t->a, b, HOUSE_NOW + 60, &c, after);

	return f || !c ? f : change_run(c);
}

static const struct fault *decline(struct town *t, const struct booking *b, enum booking_actor who,
				   struct booking *after)
{
	struct book_by by = {.who = who, .reason = TEXT("no"), .now = HOUSE_NOW + 60};
	struct change *c;
	const struct fault *f = book_prepare_decline(&t->h.desk, t->h.db, t->a, b, &by, &c, after);

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

static int64_t mails(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM job WHERE kind = 'mail'");
}

/* ---- to be confirmed ------------------------------------------------------------------------ */

static void pending_holds(struct store_fixture *x)
{
	struct booking b, after;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"confirm\":true,\"pending_hours\":24}");
	b = booked(&t, MONDAY_8, "bob@example.com");
	CHECK_INT("pending", b.status, BOOKING_IS_PENDING);
	CHECK_INT("lapses in a day", b.lapses_at, HOUSE_NOW + 24 * HOUR);
	CHECK_TRUE("tentative", has(event_of(&t, &b), "STATUS:TENTATIVE"));
	CHECK_INT("no invitation", mails(&t), 0);
	CHECK_INT("a job lets it lapse",
		  count_of(&t, "SELECT due_at FROM job WHERE kind = 'lapse'"), b.lapses_at);
	check_about("it holds its time", refused(&t, MONDAY_8, "eve@example.com"), FAULT_SLOT_TAKEN,
		    "held");
	CHECK_WELL("confirm", confirm(&t, &b, &after));
	CHECK_INT("confirmed", after.status, BOOKING_IS_CONFIRMED);
	CHECK_TRUE("certain", has(event_of(&t, &b), "STATUS:CONFIRMED"));
	CHECK_INT("invited", mails(&t), 1);
	CHECK_INT("held as any", count_of(&t, "SELECT count(*) FROM hold WHERE reason = 0"), 1);
	CHECK_WELL("a second time", confirm(&t, &after, &after));
	CHECK_FAULT("past declining", decline(&t, &after, BOOKING_BY_HOST, &after),
		    FAULT_CANCELLED);
	town_close(&t);
}
STORE_CASE(pending_holds)

static void pending_races(struct store_fixture *x)
{
	struct booking one, two, after;
	struct town t;

	open_with(&t, x, FREE_PENDING);
	one = booked(&t, MONDAY_8, "bob@example.com");
	two = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_INT("nothing is held", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("free time", has(event_of(&t, &two), "TRANSP:TRANSPARENT"));
	CHECK_WELL("the first", confirm(&t, &one, &after));
	CHECK_TRUE("busy time", has(event_of(&t, &one), "TRANSP:OPAQUE"));
	CHECK_FAULT("the second", confirm(&t, &two, &after), FAULT_SLOT_TAKEN);
	CHECK_INT("is still pending", count_of(&t, "SELECT count(*) FROM booking WHERE status = 0"),
		  1);
	town_close(&t);
}
STORE_CASE(pending_races)

static void pending_lapses(struct store_fixture *x)
{
	struct booking b, after;
	struct booking_step *steps;
	size_t count;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"confirm\":true}");
	b = booked(&t, MONDAY_8, "bob@example.com");
	CHECK_WELL("lapses", decline(&t, &b, BOOKING_BY_SERVER, &after));
	CHECK_INT("declined", after.status, BOOKING_IS_DECLINED);
	CHECK_INT("no event", (int)event_of(&t, &b).len, 0);
	CHECK_INT("nobody was invited", mails(&t), 0);
	CHECK_WELL("history", history_list(t.h.db, t.a, t.alice, b.id, &steps, &count));
	CHECK_INT("two steps", (int)count, 2);
	CHECK_INT("asked for", steps[0].deed.what, BOOKING_WAS_REQUESTED);
	CHECK_INT("lapsed", steps[1].deed.what, BOOKING_HAS_LAPSED);
	CHECK_INT("by nobody", steps[1].deed.who, BOOKING_BY_SERVER);
	(void)booked(&t, MONDAY_8, "eve@example.com");
	town_close(&t);
}
STORE_CASE(pending_lapses)

/* Whoever ends what waits: its invitee hears of it, unless it was they. */
static void pending_ends_are_told(struct store_fixture *x)
{
	static const char count[] =
		"SELECT count(*) FROM job WHERE kind = 'notice' AND name LIKE '%/declined/%'";
	struct booking b, after;
	struct town t;

	open_with(&t, x, FREE_PENDING);
	b = booked(&t, MONDAY_8, "bob@example.com");
	CHECK_WELL("by its invitee", end(&t, &b, BOOKING_BY_INVITEE, HOUSE_NOW + 60, &after));
	CHECK_INT("who knows", count_of(&t, count), 0);
	b = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_WELL("by its host", end(&t, &b, BOOKING_BY_HOST, HOUSE_NOW + 60, &after));
	CHECK_INT("is told", count_of(&t, count), 1);
	b = booked(&t, MONDAY_9, "ted@example.com");
	CHECK_WELL("in a calendar app",
		   house_remove(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name)));
	CHECK_INT("is told as well", count_of(&t, count), 2);
	CHECK_INT("nobody was invited", mails(&t), 0);
	town_close(&t);
}
STORE_CASE(pending_ends_are_told)

/* What the host's calendar app says of the event of a booking that waits. */
static void pending_in_calendar(struct store_fixture *x)
{
	struct booking b, *now;
	struct change_put put;
	struct text ics;
	struct town t;
	ptrdiff_t at;

	open_with(&t, x, "{\"durations\":[60],\"confirm\":true}");
	b = booked(&t, MONDAY_8, "bob@example.com");
	ics = event_of(&t, &b);
	at = text_find(ics, TEXT("STATUS:TENTATIVE"));
	put = (struct change_put){
		.owner = t.alice,
		.collection = b.collection,
		.name = b.object_name,
		.raw = text_from(arena_printf(t.a, "%.*sSTATUS:CONFIRMED%.*s", (int)at, ics.at,
					      TEXT_ARG(text_sub(ics, (size_t)at + 16, ics.len)))),
	};
	CHECK_WELL("save", run_put(&t, &put));
	CHECK_WELL("find", booking_find(t.h.db, t.a, t.alice, b.id, &now));
	CHECK_INT("confirmed", now->status, BOOKING_IS_CONFIRMED);
	CHECK_INT("invited", mails(&t), 1);
	town_close(&t);
}
STORE_CASE(pending_in_calendar)

/* ---- seats ---------------------------------------------------------------------------------- */

#define CLASS "{\"durations\":[60],\"seats\":3,\"waiting_list\":true}"

static void seats(struct store_fixture *x)
{
	struct booking one, two, after;
	struct book_request rq;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, CLASS);
	one = booked(&t, MONDAY_8, "bob@example.com");
	two = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_TEXT("one UID", two.uid, one.uid);
	CHECK_INT("one event", count_of(&t, "SELECT count(*) FROM object"), 1);
	CHECK_INT("one hold", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_TRUE("both in it", has(event_of(&t, &one), "mailto:bob@example.com") &&
					 has(event_of(&t, &one), "mailto:eve@example.com"));
	CHECK_TRUE("nobody's name is the title",
		   !has(event_of(&t, &one), "SUMMARY:Intro: alice and"));
	rq = request(&t, MONDAY_8, "mallory@example.com");
	rq.seats = 2;
	check_about("two are not one", book(&t, &rq, &out), FAULT_SLOT_TAKEN, "full");
	(void)booked(&t, MONDAY_8, "mallory@example.com");
	check_about("full", refused(&t, MONDAY_8, "ted@example.com"), FAULT_SLOT_TAKEN, "full");
	/* The first leaves, and the hold goes on under its name. */
	CHECK_WELL("leave", end(&t, &one, BOOKING_BY_INVITEE, HOUSE_NOW, &after));
	CHECK_TRUE("not in it", !has(event_of(&t, &two), "mailto:bob@example.com"));
	CHECK_INT("still held", count_of(&t, "SELECT count(*) FROM hold"), 1);
	(void)booked(&t, MONDAY_8, "ted@example.com");
	CHECK_INT("one event", count_of(&t, "SELECT count(*) FROM object"), 1);
	town_close(&t);
}
STORE_CASE(seats)

static void seats_end(struct store_fixture *x)
{
	struct booking one, two, after;
	struct town t;

	open_with(&t, x, CLASS);
	one = booked(&t, MONDAY_8, "bob@example.com");
	two = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_WELL("leave", end(&t, &two, BOOKING_BY_INVITEE, HOUSE_NOW, &after));
	CHECK_WELL("leave", end(&t, &one, BOOKING_BY_INVITEE, HOUSE_NOW, &after));
	CHECK_INT("no hold", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_INT("no event", count_of(&t, "SELECT count(*) FROM object"), 0);
	two = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_TRUE("another UID", !text_equal(two.uid, one.uid));
	town_close(&t);
}
STORE_CASE(seats_end)

/* Each is told of the host, the time and themselves. */
static void seats_are_private(struct store_fixture *x)
{
	struct booking one, two;
	const struct host *host;
	struct booking_type open_type;
	struct text seen;
	struct town t;

	open_with(&t, x, CLASS);
	one = booked(&t, MONDAY_8, "bob@example.com");
	two = booked(&t, MONDAY_8, "eve@example.com");
	CHECK_WELL("host", host_get(&t.h.desk, t.h.db, t.a, t.alice, &host));
	CHECK_WELL("see",
		   seats_event_for(t.h.db, t.a, &host->types[0], &one, event_of(&t, &one), &seen));
	CHECK_TRUE("self", has(seen, "bob@example.com"));
	CHECK_TRUE("no other", !has(seen, "eve@example.com"));
	CHECK_WELL("see", seats_event_for(t.h.db, t.a, NULL, &two, event_of(&t, &one), &seen));
	CHECK_TRUE("no other where the type is gone", !has(seen, "bob@example.com"));
	open_type = host->types[0];
	open_type.seats_show_others = true;
	CHECK_WELL("see",
		   seats_event_for(t.h.db, t.a, &open_type, &one, event_of(&t, &one), &seen));
	CHECK_TRUE("by choice", has(seen, "eve@example.com"));
	town_close(&t);
}
STORE_CASE(seats_are_private)

static void seats_follow(struct store_fixture *x)
{
	struct booking one;
	struct town t;

	open_with(&t, x, CLASS);
	one = booked(&t, MONDAY_8, "bob@example.com");
	(void)booked(&t, MONDAY_8, "eve@example.com");
	CHECK_WELL("remove",
		   house_remove(&t.h, t.alice, "calendar", text_cstr(t.a, one.object_name)));
	CHECK_INT("both end", count_of(&t, "SELECT count(*) FROM booking WHERE status = 2"), 2);
	CHECK_INT("no hold", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_INT("G10: neither was invited yet", mails(&t), 0);
	town_close(&t);
}
STORE_CASE(seats_follow)

/* ---- reservations -----------------------------------------------------------------------------
 */

static const struct fault *reserve(struct town *t, int64_t start, struct text *token, int64_t now)
{
	struct book_request rq = request(t, start, "bob@example.com");
	struct reserve_request r = {
		.host = rq.host, .type = rq.type, .start = start, .token = *token, .now = now};
	struct reservation made = {.expires_at = 0};
	struct change *c;
	const struct fault *f = reserve_prepare(&t->h.desk, t->h.db, t->a, &r, &c, &made);

	*token = made.token;
	return f ? f : change_run(c);
}

static void reserves(struct store_fixture *x)
{
	struct text mine = TEXT_NONE, first, theirs = TEXT_NONE;
	struct book_request rq;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	CHECK_WELL("hold", reserve(&t, MONDAY_8, &mine, HOUSE_NOW));
	first = mine;
	CHECK_FAULT("others", reserve(&t, MONDAY_8, &theirs, HOUSE_NOW), FAULT_SLOT_TAKEN);
	check_about("others", refused(&t, MONDAY_8, "eve@example.com"), FAULT_SLOT_TAKEN, "held");
	CHECK_WELL("longer", reserve(&t, MONDAY_8, &mine, HOUSE_NOW + 100));
	CHECK_TEXT("the same", mine, first);
	CHECK_INT("one hold", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_INT("expires", count_of(&t, "SELECT expires_at FROM hold"),
		  HOUSE_NOW + 100 + RESERVE_S);
	CHECK_WELL("elsewhere", reserve(&t, MONDAY_9, &mine, HOUSE_NOW + 100));
	CHECK_INT("still one", count_of(&t, "SELECT count(*) FROM hold"), 1);
	rq = request(&t, MONDAY_9, "bob@example.com");
	rq.hold = mine;
	CHECK_WELL("booked", book(&t, &rq, &out));
	CHECK_INT("used up", count_of(&t, "SELECT count(*) FROM hold WHERE expires_at > 0"), 0);
	town_close(&t);
}
STORE_CASE(reserves)

static void reserve_expires(struct store_fixture *x)
{
	struct text mine = TEXT_NONE;
	struct book_request late;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	CHECK_WELL("hold", reserve(&t, MONDAY_8, &mine, HOUSE_NOW));
	late = request(&t, MONDAY_8, "eve@example.com");
	late.now = HOUSE_NOW + RESERVE_S;
	CHECK_WELL("another one's by then", book(&t, &late, &out));
	late = request(&t, MONDAY_8, "bob@example.com");
	late.now = HOUSE_NOW + RESERVE_S;
	late.hold = mine;
	CHECK_FAULT("with the hold", book(&t, &late, &out), FAULT_SLOT_TAKEN);
	town_close(&t);
}
STORE_CASE(reserve_expires)

/* Its token opens a reservation, and is told to nobody else. */
static void explains_reservation(struct store_fixture *x)
{
	struct town t;
	struct book_request rq;
	struct slot_ask ask;
	struct explanation e;
	struct text token = TEXT_NONE;

	open_with(&t, x, COURSE);
	CHECK_WELL("hold", reserve(&t, MONDAY_8, &token, HOUSE_NOW));
	rq = request(&t, MONDAY_8, "bob@example.net");
	ask = (struct slot_ask){
		.host = rq.host,
		.type = rq.type,
		.duration_min = 60,
		.from = MONDAY_8,
		.to = MONDAY_8 + 1,
		.now = HOUSE_NOW,
	};
	CHECK_WELL("explain", explain_slot(t.h.db, t.a, &ask, &e));
	CHECK_INT("held", e.why.verdict, SLOT_HELD);
	if (CHECK_INT("by one", (int64_t)e.count, 1)) {
		CHECK_STR("kind", e.obstacles[0].kind, "reservation");
		CHECK_INT("no name", (int64_t)e.obstacles[0].id.len, 0);
	}
	town_close(&t);
}
STORE_CASE(explains_reservation)

/* D6: what is reserved counts for limits, and keeps its buffers, so that a form is filled in once.
 */
static void reserves_count(struct store_fixture *x)
{
	struct town t;
	struct book_request rq;
	struct book_outcome out;
	struct text token = TEXT_NONE;

	open_with(&t, x,
		  "{\"durations\":[60],\"step_minutes\":30,\"buffer_after_minutes\":30,"
		  "\"limits\":{\"day\":2}}");
	CHECK_WELL("hold", reserve(&t, MONDAY_8, &token, HOUSE_NOW));
	check_about("its buffer", refused(&t, MONDAY_9, "bob@example.net"), FAULT_SLOT_TAKEN,
		    "buffer");
	booked(&t, MONDAY_10, "bob@example.net");
	check_about("its place", refused(&t, MONDAY_10 + 3 * HOUR, "bob@example.net"),
		    FAULT_SLOT_TAKEN, "limit");
	rq = request(&t, MONDAY_8, "carol@example.net");
	rq.hold = token;
	CHECK_WELL("booked", book(&t, &rq, &out));
	town_close(&t);
}
STORE_CASE(reserves_count)

/* ---- series -----------------------------------------------------------------------------------
 */

static void series(struct store_fixture *x)
{
	static const int64_t weeks[] = {7, 14, 70};
	int64_t skip[3], first = floor_div(MONDAY_8, DAY_SECONDS);
	struct book_request rq;
	struct book_outcome out;
	struct booking after;
	struct text ics;
	struct town t;

	open_with(&t, x, COURSE);
	for (int i = 0; i < 3; i++) {
		(void)booked(&t, MONDAY_8 + weeks[i] * DAY_SECONDS - (weeks[i] == 70 ? HOUR : 0),
			     "eve@example.com");
		skip[i] = first + weeks[i];
	}
	rq = request(&t, MONDAY_8, "bob@example.com");
	rq.series = (struct book_series){.count = 12, .every = SERIES_WEEK};
	check_about("clashes", book(&t, &rq, &out), FAULT_SLOT_TAKEN, "series");
	CHECK_INT("three", (int)out.clash_count, 3);
	/* From 28 March on the same wall clock is an hour earlier in UTC. */
	CHECK_INT("the last one", out.clashes[2].start, MONDAY_8 + 70 * DAY_SECONDS - HOUR);
	CHECK_INT("nothing is stored", count_of(&t, "SELECT count(*) FROM booking"), 3);
	rq.series.skip = skip;
	rq.series.skip_count = 3;
	CHECK_WELL("without these", book(&t, &rq, &out));
	ics = event_of(&t, &out.booking);
	CHECK_TRUE("one rule", has(ics, "RRULE:FREQ=WEEKLY;COUNT=12"));
	CHECK_TRUE("an EXDATE", has(ics, "EXDATE;TZID=Europe/Berlin:20270125T090000"));
	CHECK_INT("nine holds",
		  count_of(&t, arena_printf(t.a, "SELECT count(*) FROM hold WHERE booking = '%.*s'",
					    TEXT_ARG(out.booking.id))),
		  9);
	CHECK_INT("nine times busy",
		  count_of(&t, arena_printf(t.a,
					    "SELECT count(*) FROM occurrence x JOIN object o ON"
					    " o.id = x.object WHERE o.uid = '%.*s'",
					    TEXT_ARG(out.booking.uid))),
		  9);
	CHECK_WELL("cancel", end(&t, &out.booking, BOOKING_BY_HOST, HOUSE_NOW, &after));
	CHECK_INT("all are free", count_of(&t, "SELECT count(*) FROM hold"), 3);
	town_close(&t);
}
STORE_CASE(series)

/* D6: a series counts against itself; those that clash are told of those that would stay. */
static void series_limits(struct store_fixture *x)
{
	struct town t;
	struct book_request rq;
	struct book_outcome out;
	int64_t tuesday = floor_div(MONDAY_8, DAY_SECONDS) + 1;
	int64_t skip[] = {tuesday, tuesday + 1};

	open_with(&t, x,
		  "{\"durations\":[60],\"series\":{\"max\":12},\"window_days\":365,"
		  "\"limits\":{\"minutes_week\":120}}");
	rq = request(&t, MONDAY_8, "bob@example.net");
	rq.series = (struct book_series){.count = 4, .every = SERIES_DAY};
	check_about("four in a week", book(&t, &rq, &out), FAULT_SLOT_TAKEN, "series");
	CHECK_INT("two fit", out.clash_count, 2);
	CHECK_INT("the third", out.clashes[0].start, MONDAY_8 + 2 * DAY_SECONDS);
	CHECK_STR("why", out.clashes[0].reason, "limit");
	rq.series.skip = skip;
	rq.series.skip_count = 2;
	CHECK_WELL("two of four", book(&t, &rq, &out));
	rq = request(&t, MONDAY_8 + 7 * DAY_SECONDS, "bob@example.net");
	rq.series = (struct book_series){.count = 3, .every = SERIES_WEEK};
	CHECK_WELL("one a week", book(&t, &rq, &out));
	town_close(&t);
}
STORE_CASE(series_limits)

/* E14: a series has no other first time than the one it was asked for. */
static void series_first(struct store_fixture *x)
{
	struct town t;
	struct book_request rq;
	struct book_outcome out;
	const struct fault *f;

	open_with(&t, x, COURSE);
	booked(&t, MONDAY_8, "carol@example.net");
	rq = request(&t, MONDAY_8, "bob@example.net");
	rq.series = (struct book_series){.count = 3, .every = SERIES_WEEK};
	f = book(&t, &rq, &out);
	check_about("the first clashes", f, FAULT_SLOT_TAKEN, "series");
	CHECK_TRUE("says so", f && strstr(f->message, "begin it at another time"));
	town_close(&t);
}
STORE_CASE(series_first)

static void series_bounds(struct store_fixture *x)
{
	static const int64_t elsewhere = 1;
	const struct {
		const char *name;
		struct book_series series;
	} rows[] = {
		{"longer than the type allows", {.count = 13, .every = SERIES_WEEK}},
		{"skips what it has not",
		 {.count = 3, .every = SERIES_WEEK, .skip = &elsewhere, .skip_count = 1}},
		{"too far apart", {.count = 3, .every = SERIES_WEEK, .interval = 53}},
		{"less than one", {.count = -1, .every = SERIES_DAY}},
	};
	struct book_request rq;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, COURSE);
	rq = request(&t, MONDAY_8, "bob@example.com");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rq.series = rows[i].series;
		check_about(rows[i].name, book(&t, &rq, &out), FAULT_UNPROCESSABLE, "series");
	}
	town_close(&t);
}
STORE_CASE(series_bounds)

/* ---- links ------------------------------------------------------------------------------------
 */

static void add_link(struct town *t, const char *id, int64_t uses)
{
	struct change *c = change_of(t);
	struct booking_link l = {
		.owner = t->alice,
		.id = text_from(id),
		.digest = text_from(id),
		.type = TEXT("intro"),
		.label = TEXT(""),
		.uses_max = uses,
	};

	CHECK_WELL(id, change_add_link(c, &l));
	CHECK_WELL(id, change_run(c));
}

static void link_is_used_once(struct store_fixture *x)
{
	struct book_request rq, other;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	add_link(&t, "l", 1);
	rq = request(&t, MONDAY_8, "bob@example.com");
	other = request(&t, MONDAY_9, "eve@example.com");
	rq.link = other.link = TEXT("l");
	CHECK_WELL("once", book(&t, &rq, &out));
	CHECK_FAULT("twice", book(&t, &other, &out), FAULT_LINK_SPENT);
	CHECK_INT("one booking", count_of(&t, "SELECT count(*) FROM booking"), 1);
	town_close(&t);
}
STORE_CASE(link_is_used_once)

static void link_comes_back(struct store_fixture *x)
{
	const struct {
		const char *name;
		enum booking_actor who;
		int64_t uses;
	} rows[] = {
		{"the host's cancel gives it back", BOOKING_BY_HOST, 0},
		{"the guest's does not", BOOKING_BY_INVITEE, 1},
	};
	struct book_request rq;
	struct book_outcome out;
	struct booking after;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	add_link(&t, "l", 1);
	rq = request(&t, MONDAY_8, "bob@example.com");
	rq.link = TEXT("l");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_WELL("book", book(&t, &rq, &out));
		CHECK_WELL("end", end(&t, &out.booking, rows[i].who, HOUSE_NOW, &after));
		CHECK_INT(rows[i].name, count_of(&t, "SELECT uses FROM booking_link"),
			  rows[i].uses);
	}
	town_close(&t);
}
STORE_CASE(link_comes_back)

/* ---- policies, limits, history ------------------------------------------------------------------
 */

static void policies(struct store_fixture *x)
{
	const int64_t late = MONDAY_8 - 30 * 60;
	struct book_by guest = {.who = BOOKING_BY_INVITEE, .now = late};
	struct book_outcome out;
	struct booking b, after;
	struct change *c;
	struct town t;

	open_with(&t, x,
		  "{\"durations\":[60],\"cancel_until_minutes\":60,\"move_until_minutes\":120}");
	b = booked(&t, MONDAY_8, "bob@example.com");
	check_about("too late", end(&t, &b, BOOKING_BY_INVITEE, late, &after), FAULT_NOT_OFFERED,
		    "cancel_until");
	guest.now = MONDAY_8 - 90 * 60;
	check_about("too late to move",
		    book_prepare_reschedule(&t.h.desk, t.h.db, t.a, &b, MONDAY_10, 0, &guest, &c,
					    &out),
		    FAULT_NOT_OFFERED, "move_until");
	CHECK_WELL("in time", end(&t, &b, BOOKING_BY_INVITEE, MONDAY_8 - 60 * 60, &after));
	b = booked(&t, MONDAY_9, "bob@example.com");
	CHECK_WELL("the host may", end(&t, &b, BOOKING_BY_HOST, MONDAY_9 - 1, &after));
	town_close(&t);
}
STORE_CASE(policies)

/* 0 minutes: until it starts. */
static void begun(struct store_fixture *x)
{
	struct booking b, after;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	b = booked(&t, MONDAY_8, "bob@example.com");
	check_about("once it has begun", end(&t, &b, BOOKING_BY_INVITEE, MONDAY_8, &after),
		    FAULT_NOT_OFFERED, "cancel_until");
	CHECK_WELL("the host may", end(&t, &b, BOOKING_BY_HOST, MONDAY_8, &after));
	b = booked(&t, MONDAY_9, "bob@example.com");
	CHECK_WELL("just before", end(&t, &b, BOOKING_BY_INVITEE, MONDAY_9 - 1, &after));
	town_close(&t);
}
STORE_CASE(begun)

static void history(struct store_fixture *x)
{
	struct booking b, after;
	struct booking_step *steps;
	struct book_by by = {.who = BOOKING_BY_INVITEE, .reason = TEXT("train"), .now = HOUSE_NOW};
	struct book_outcome out;
	struct change *c;
	size_t count;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	b = booked(&t, MONDAY_8, "bob@example.com");
	CHECK_WELL("move", book_prepare_reschedule(&t.h.desk, t.h.db, t.a, &b, MONDAY_10, 0, &by,
						   &c, &out));
	CHECK_WELL("move", change_run(c));
	CHECK_WELL("cancel", end(&t, &out.booking, BOOKING_BY_HOST, HOUSE_NOW + 1, &after));
	CHECK_WELL("list", history_list(t.h.db, t.a, t.alice, b.id, &steps, &count));
	CHECK_INT("three steps", (int)count, 3);
	CHECK_INT("made", steps[0].deed.what, BOOKING_WAS_MADE);
	CHECK_INT("moved", steps[1].deed.what, BOOKING_WAS_MOVED);
	CHECK_INT("by the guest", steps[1].deed.who, BOOKING_BY_INVITEE);
	CHECK_TEXT("why", steps[1].reason, TEXT("train"));
	CHECK_INT("to", steps[1].start, MONDAY_10);
	CHECK_INT("cancelled", steps[2].deed.what, BOOKING_WAS_CANCELLED);
	CHECK_INT("by the host", steps[2].deed.who, BOOKING_BY_HOST);
	CHECK_TEXT("why", steps[2].reason, TEXT("ill"));
	town_close(&t);
}
STORE_CASE(history)

static void per_invitee(struct store_fixture *x)
{
	struct book_request later;
	struct book_outcome out;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"limits\":{\"per_invitee\":2}}");
	(void)booked(&t, MONDAY_8, "bob@example.com");
	(void)booked(&t, MONDAY_9, "Bob+work@Example.com");
	check_about("a third", refused(&t, MONDAY_10, "bob@example.com"), FAULT_NOT_OFFERED,
		    "limit");
	(void)booked(&t, MONDAY_10, "eve@example.com");
	later = request(&t, MONDAY_8 + 7 * DAY_SECONDS, "bob@example.com");
	later.now = MONDAY_8;
	CHECK_WELL("one is past", book(&t, &later, &out));
	town_close(&t);
}
STORE_CASE(per_invitee)

/* ---- the auditor
 * --------------------------------------------------------------------------------- */

static const struct fault *force_overlap(struct db *db, struct arena *a, void *ctx)
{
	static const struct sql move = {"UPDATE booking SET starts = $2, ends = $3 WHERE owner = $1"
					" AND starts = $4"};
	struct town *t = ctx;

	return db_exec(db, a, &move,
		       DB_ARGS(DB_INT(t->alice), DB_INT(MONDAY_8 + 60), DB_INT(MONDAY_9 + 60),
			       DB_INT(MONDAY_9)),
		       NULL);
}

static void auditor(struct store_fixture *x)
{
	int64_t overlaps;
	struct town t;

	open_with(&t, x, "{\"durations\":[60]}");
	(void)booked(&t, MONDAY_8, "bob@example.com");
	(void)booked(&t, MONDAY_9, "eve@example.com");
	CHECK_WELL("count", store_count_overlaps(x->store, t.a, &overlaps));
	CHECK_INT("none", overlaps, 0);
	CHECK_WELL("break", store_fixture_tx(x, force_overlap, &t));
	CHECK_WELL("count", store_count_overlaps(x->store, t.a, &overlaps));
	CHECK_INT("one", overlaps, 1);
	CHECK_TRUE("and check says so",
		   has(house_findings(&t.h, t.a), "overlaps the one that begins"));
	house_close(&t.h);
}
STORE_CASE(auditor)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("book_life", {"zones are pinned", test_pinned},
	   STORE_ROWS("E8: what is to be confirmed holds its time and is told by nobody",
		      pending_holds),
	   STORE_ROWS("E8: of two that wait for one time one is confirmed", pending_races),
	   STORE_ROWS("E8: what nobody confirms lapses, and the time is free", pending_lapses),
	   STORE_ROWS("the end of what waits is told", pending_ends_are_told),
	   STORE_ROWS("E8: the host's calendar app confirms", pending_in_calendar),
	   STORE_ROWS("E5: several invitees, one event, never too many", seats),
	   STORE_ROWS("E5: who leaves last takes the event along", seats_end),
	   STORE_ROWS("E5: all follow their event", seats_follow),
	   STORE_ROWS("G7: an invitee is told of no other", seats_are_private),
	   STORE_ROWS("E7: one hold, longer, moved, booked", reserves),
	   STORE_ROWS("E7: a hold that has expired holds nothing", reserve_expires),
	   STORE_ROWS("E13: a link is used once", link_is_used_once),
	   STORE_ROWS("E13: who gives its use back", link_comes_back),
	   STORE_ROWS("E7: a reservation is explained without its token", explains_reservation),
	   STORE_ROWS("D6: what is reserved counts", reserves_count),
	   STORE_ROWS("D6: a series counts against itself", series_limits),
	   STORE_ROWS("E14: a clash of the first time", series_first),
	   STORE_ROWS("E14: a series, all free or none", series),
	   STORE_ROWS("E14: what is no series", series_bounds),
	   STORE_ROWS("until when a guest may cancel and move", policies),
	   STORE_ROWS("what has begun is the host's alone to end", begun),
	   STORE_ROWS("every step is kept", history),
	   STORE_ROWS("D8: so many of one guest", per_invitee),
	   STORE_ROWS("the auditor finds bookings that overlap", auditor))

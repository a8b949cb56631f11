/*
 * test_book - a booking, from request to commit; moved, and cancelled
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/metrics.h"
#include "booking/book.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, THREADS = 32, ROUNDS = 3, ARENA_BYTES = 16 << 20 };

#define RULES "{\"durations\":[30,60],\"step_minutes\":15}"

static const struct book_by by_host = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW};

/* A request for `start`, half an hour, by bob. */
static struct book_request request(struct town *t, int64_t start)
{
	const struct host *host = NULL;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &host));
	return (struct book_request){
		.host = host,
		.type = &host->types[0],
		.duration_min = 30,
		.start = start,
		.invitee_name = TEXT("Bob Builder"),
		.invitee_email = TEXT("bob@example.com"),
		.now = HOUSE_NOW,
	};
}

static const struct fault *prepare(struct town *t, const struct book_request *rq, struct change **c,
				   struct book_outcome *out)
{
	return book_prepare(&t->h.desk, t->h.db, t->a, rq, c, out);
}

static const struct fault *book(struct town *t, const struct book_request *rq,
				struct book_outcome *out)
{
	struct change *c;
	const struct fault *f = prepare(t, rq, &c, out);

	return f || !c ? f : change_run(c);
}

/* Book `start` and expect no trouble. */
static struct booking booked_at(struct town *t, int64_t start)
{
	struct book_request rq = request(t, start);
	struct book_outcome out;

	CHECK_WELL("booked", book(t, &rq, &out));
	return out.booking;
}

static void open_with_type(struct town *t, struct store_fixture *x)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro", RULES);
}

static struct text event_of(struct town *t, const struct booking *b)
{
	struct stored_object *o;

	CHECK_WELL("event",
		   object_find(t->h.db, t->a, t->alice, b->collection, b->object_name, &o));
	return o ? o->data : TEXT_NONE;
}

static bool has_line(struct text ics, const char *line)
{
	struct text rest = ics, part;

	while (text_next(&rest, '\n', &part))
		if (text_equal(text_trim(part), text_from(line)))
			return true;
	return false;
}

/* ---- a new one ------------------------------------------------------------------------------ */

static void makes(struct store_fixture *x)
{
	static const char *const lines[] = {
		"DTSTART;TZID=Europe/Berlin:20270118T090000",
		"DTEND;TZID=Europe/Berlin:20270118T093000",
		"BEGIN:VTIMEZONE",
		"TZID:Europe/Berlin",
		"SUMMARY:Intro: alice and Bob Builder",
		"SEQUENCE:0",
	};
	int64_t commits;
	struct ical_object *o;
	struct book_outcome out;
	struct book_request rq;
	struct change *c;
	struct town t;
	struct text ics;

	open_with_type(&t, x);
	rq = request(&t, MONDAY_8);
	rq.answers = TEXT("{\"Phone\":\"123\"}");
	commits = metrics_get(METRIC_CHANGE_COMMITS, 0);
	CHECK_WELL("prepare", prepare(&t, &rq, &c, &out));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("one commit", metrics_get(METRIC_CHANGE_COMMITS, 0) - commits, 1);
	CHECK_INT("confirmed", out.booking.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("first version", out.booking.version, 1);
	CHECK_TRUE("G1: one UID for life", text_ends(out.booking.uid, TEXT("@cal.example.org")) &&
						   text_starts(out.booking.uid, out.booking.id));
	CHECK_TEXT("the zone of the schedule, where none is said", out.booking.invitee_timezone,
		   TEXT("Europe/Berlin"));
	ics = event_of(&t, &out.booking);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		CHECK_TRUE(lines[i], has_line(ics, lines[i]));
	CHECK_TRUE("G2: stored without METHOD", text_find(ics, TEXT("METHOD")) < 0);
	CHECK_TRUE("the host reads what was answered", text_find(ics, TEXT("123")) > 0);
	CHECK_WELL("readable", ical_object_parse(t.a, ics, ICAL_FROM_CLIENT, &o));
	CHECK_TEXT("decisions 16: the host", o->items[0].organizer.address,
		   TEXT("mailto:alice@example.org"));
	CHECK_INT("one attendee", (int64_t)o->items[0].attendee_count, 1);
	CHECK_TEXT("the invitee", o->items[0].attendees[0].address, TEXT("mailto:bob@example.com"));
	CHECK_TEXT("who is asked", o->items[0].attendees[0].partstat, TEXT("NEEDS-ACTION"));
	CHECK_TRUE("to answer", o->items[0].attendees[0].rsvp);
	CHECK_INT("a hold",
		  count_of(&t, "SELECT count(*) FROM hold WHERE starts = 1800259200"
			       " AND ends = 1800261000"),
		  1);
	CHECK_INT("a booking", count_of(&t, "SELECT count(*) FROM booking WHERE status = 1"), 1);
	CHECK_INT("a mail", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 1);
	CHECK_INT("and workers woken", t.h.woken, 1);
	town_close(&t);
}
STORE_CASE(makes)

/* decisions 14: in the second pass of a fold, wall clock would name the first. */
static void in_a_fold(struct store_fixture *x)
{
	struct schedule s = {
		.id = TEXT("default"),
		.timezone = TEXT("Europe/Berlin"),
		.rules = TEXT(
			"{\"weekly\":[{\"day\":\"sun\",\"start\":\"01:00\",\"end\":\"04:00\"}]}"),
		.version = 2,
	};
	int64_t second = days_from_civil(2027, 10, 31) * DAY_SECONDS + HOUR;
	struct booking first_pass, second_pass;
	struct change *c;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", "{\"durations\":[30],\"window_days\":365}");
	s.owner = t.alice;
	c = change_of(&t);
	CHECK_WELL("hours", change_put_schedule(c, &s));
	CHECK_WELL("hours", change_run(c));
	first_pass = booked_at(&t, second - HOUR);
	second_pass = booked_at(&t, second);
	CHECK_TRUE("A4: the first two o'clock",
		   has_line(event_of(&t, &first_pass),
			    "DTSTART;TZID=Europe/Berlin:20271031T020000"));
	CHECK_TRUE("A4: the second",
		   has_line(event_of(&t, &second_pass), "DTSTART:20271031T010000Z"));
	town_close(&t);
}
STORE_CASE(in_a_fold)

static const struct {
	const char *name;
	struct text invitee, email, zone, key;
	enum fault_code code; /* FAULT_COUNT: it is well */
	const char *about;
} request_rows[] = {
#define N TEXT_INIT("Bob")
#define E TEXT_INIT("bob@example.com")
#define NO                                                                                         \
	{                                                                                          \
		NULL, 0                                                                            \
	}
#define BAD FAULT_UNPROCESSABLE
	{"well", N, E, NO, NO, FAULT_COUNT, NULL},
	{"no name", TEXT_INIT(" \t"), E, NO, NO, BAD, "invitee_name"},
	{"a line end", TEXT_INIT("Bob\r\nX:1"), E, NO, NO, BAD, "invitee_name"},
	{"turned text", TEXT_INIT("Bob\xe2\x80\xae"), E, NO, NO, BAD, "invitee_name"},
	{"no UTF-8",
	 TEXT_INIT("B\xf6"
		   "b"),
	 E, NO, NO, BAD, "invitee_name"},
	{"a link", TEXT_INIT("see HTTPS://x.y"), E, NO, NO, BAD, "invitee_name"},
	{"www", TEXT_INIT("go to Www.x"), E, NO, NO, BAD, "invitee_name"},
	{"a domain", TEXT_INIT("Win at casino-spam.com"), E, NO, NO, BAD, "invitee_name"},
	{"a port", TEXT_INIT("evil.com:8080"), E, NO, NO, BAD, "invitee_name"},
	{"a query", TEXT_INIT("t.me.evil.com?x=1"), E, NO, NO, BAD, "invitee_name"},
	{"an address", TEXT_INIT("mailto:a@b.c"), E, NO, NO, BAD, "invitee_name"},
	{"a loud one", TEXT_INIT("(PILLS.COM)"), E, NO, NO, BAD, "invitee_name"},
	{"a path", TEXT_INIT("evil.com/pay now"), E, NO, NO, BAD, "invitee_name"},
	{"titles, joined", TEXT_INIT("Dr.Smith, Ph.D., J.R.R. Tolkien B.V."), E, NO, NO,
	 FAULT_COUNT, NULL},
	{"an initial, and a slash", TEXT_INIT("J. Doe / Sales"), E, NO, NO, FAULT_COUNT, NULL},
	{"no address", N, TEXT_INIT(""), NO, NO, BAD, "invitee_email"},
	{"two addresses", N, TEXT_INIT("a@x.y,b@x.y"), NO, NO, BAD, "invitee_email"},
	{"with a name", N, TEXT_INIT("Bob <a@x.y>"), NO, NO, BAD, "invitee_email"},
	{"a header", N, TEXT_INIT("a@x.y\r\nBcc: b@x.y"), NO, NO, BAD, "invitee_email"},
	{"a scheme", N, TEXT_INIT("mailto:a@x.y"), NO, NO, BAD, "invitee_email"},
	{"two dots", N, TEXT_INIT("a..b@x.y"), NO, NO, BAD, "invitee_email"},
	{"no domain", N, TEXT_INIT("a@"), NO, NO, BAD, "invitee_email"},
	{"a literal", N, TEXT_INIT("a@[1.2.3.4]"), NO, NO, BAD, "invitee_email"},
	{"a plus", N, TEXT_INIT("a+b@x.y"), NO, NO, FAULT_COUNT, NULL},
	{"a zone", N, E, TEXT_INIT("Asia/Kolkata"), TEXT_INIT(""), FAULT_COUNT, NULL},
	{"no zone", N, E, TEXT_INIT("Mars/Base"), TEXT_INIT(""), FAULT_UNKNOWN_ZONE,
	 "invitee_timezone"},
	{"an empty zone", N, E, TEXT_INIT(""), NO, FAULT_UNKNOWN_ZONE, "invitee_timezone"},
	{"a key", N, E, NO, TEXT_INIT("0f-~!"), FAULT_COUNT, NULL},
	{"a key with a blank", N, E, NO, TEXT_INIT("a b"), FAULT_BAD_REQUEST, "Idempotency-Key"},
#undef N
#undef NO
#undef E
#undef BAD
};

static void requests(struct store_fixture *x)
{
	struct text before;
	struct town t;

	open_with_type(&t, x);
	before = house_dump(&t.h, t.a);
	for (size_t i = 0; i < ARRAY_LEN(request_rows); i++) {
		struct book_request rq = request(&t, MONDAY_8);
		struct book_outcome out;
		struct change *c;
		const struct fault *f;

		rq.invitee_name = request_rows[i].invitee;
		rq.invitee_email = request_rows[i].email;
		rq.invitee_timezone = request_rows[i].zone;
		rq.key = request_rows[i].key;
		f = prepare(&t, &rq, &c, &out);
		if (request_rows[i].code == FAULT_COUNT) {
			CHECK_WELL(request_rows[i].name, f);
			continue;
		}
		if (CHECK_FAULT(request_rows[i].name, f, request_rows[i].code))
			CHECK_STR(request_rows[i].name, f->about, request_rows[i].about);
		CHECK_TRUE(request_rows[i].name, !c);
	}
	CHECK_TEXT("preparing writes nothing", house_dump(&t.h, t.a), before);
	town_close(&t);
}
STORE_CASE(requests)

/* A hundred characters, not bytes. */
static void long_names(struct store_fixture *x)
{
	struct book_request rq;
	struct book_outcome out;
	struct change *c;
	struct town t;
	char *name;

	open_with_type(&t, x);
	rq = request(&t, MONDAY_8);
	name = arena_alloc(t.a, 203);
	for (int i = 0; i < 202; i += 2)
		memcpy(name + i, "\xc3\xa4", 2);
	rq.invitee_name = text_of(name, 200);
	CHECK_WELL("a hundred", prepare(&t, &rq, &c, &out));
	rq.invitee_name = text_of(name, 202);
	CHECK_FAULT("and one", prepare(&t, &rq, &c, &out), FAULT_UNPROCESSABLE);
	town_close(&t);
}
STORE_CASE(long_names)

/* decisions 37, and that the second comes too late. */
static void refused(struct store_fixture *x)
{
	struct book_request rq;
	struct book_outcome out;
	const struct fault *f;
	struct town t;

	open_with_type(&t, x);
	rq = request(&t, MONDAY_8 - HOUR);
	f = book(&t, &rq, &out);
	if (CHECK_FAULT("before nine", f, FAULT_NOT_OFFERED))
		CHECK_STR("says so", f->about, "outside_hours");
	rq = request(&t, MONDAY_8);
	rq.duration_min = 45;
	CHECK_FAULT("another length", book(&t, &rq, &out), FAULT_NOT_OFFERED);
	rq.duration_min = 0;
	CHECK_FAULT("of two lengths, none named", book(&t, &rq, &out), FAULT_BAD_REQUEST);
	booked_at(&t, MONDAY_8);
	rq = request(&t, MONDAY_8 + 15 * 60);
	f = book(&t, &rq, &out);
	if (CHECK_FAULT("overlaps", f, FAULT_SLOT_TAKEN))
		CHECK_STR("is booked", f->about, "held");
	CHECK_INT("one booking", count_of(&t, "SELECT count(*) FROM booking"), 1);
	town_close(&t);
}
STORE_CASE(refused)

/* ---- the world moves between the early word and the commit ----------------------------------- */

static void remove_type(struct town *t)
{
	struct change *c = change_of(t);

	CHECK_WELL("no type", change_remove_type(c, t->alice, TEXT("intro")));
	CHECK_WELL("no type", change_run(c));
}

static void close_monday(struct town *t)
{
	struct schedule s = {
		.owner = t->alice,
		.id = TEXT("default"),
		.timezone = TEXT("Europe/Berlin"),
		.rules = TEXT("{\"weekly\":[],\"overrides\":[{\"date\":\"2027-01-18\","
			      "\"windows\":[]}]}"),
		.version = 2,
	};
	struct change *c = change_of(t);

	CHECK_WELL("closed", change_put_schedule(c, &s));
	CHECK_WELL("closed", change_run(c));
}

static void put_event(struct town *t)
{
	CHECK_WELL("busy", house_put(&t->h, t->alice, "calendar", "a.ics",
				     house_event(t->a, "a", EIGHT, NINE, "")));
}

static void put_elsewhere(struct town *t)
{
	CHECK_WELL("busy later", house_put(&t->h, t->alice, "calendar", "a.ics",
					   house_event(t->a, "a", NINE, TEN, "")));
}

static void book_it(struct town *t)
{
	booked_at(t, MONDAY_8);
}

/* Past the change, which leaves everybody a calendar for invitations. */
static void delete_calendar(struct town *t)
{
	static const struct sql gone = {
		"UPDATE collection SET buried = 1, name = '/1' WHERE name = 'calendar'"};
	static const struct sql raised = {
		"UPDATE owner SET version = version + 1, rules = rules + 1"};

	CHECK_WELL("no calendar", store_fixture_sql(t->h.x, &gone));
	CHECK_WELL("no calendar", store_fixture_sql(t->h.x, &raised));
}

/* What is open for the request in the hour from MONDAY_8 on. */
static void list(struct town *t, const struct book_request *rq, struct slot **slots, size_t *count)
{
	const struct slot_ask ask = {
		.host = rq->host,
		.type = rq->type,
		.duration_min = 30,
		.from = MONDAY_8,
		.to = MONDAY_8 + HOUR,
		.now = HOUSE_NOW,
	};

	CHECK_WELL("list", slots_list(&t->h.desk, t->h.db, t->a, &ask, slots, count));
}

/* E16: where there is nothing to book into, nothing is listed and nothing booked. */
static void homeless(struct store_fixture *x)
{
	struct book_request rq;
	struct book_outcome out;
	struct slot *slots;
	const struct fault *f;
	struct town t;
	size_t count;

	open_with_type(&t, x);
	delete_calendar(&t);
	rq = request(&t, MONDAY_8);
	list(&t, &rq, &slots, &count);
	CHECK_INT("no slot", (int64_t)count, 0);
	f = book(&t, &rq, &out);
	if (CHECK_FAULT("nor a booking", f, FAULT_NOT_OFFERED))
		CHECK_STR("says so", f->about, "closed");
	make_work(&t);
	rq = request(&t, MONDAY_8);
	list(&t, &rq, &slots, &count);
	CHECK_INT("open again, each quarter", (int64_t)count, 4);
	CHECK_WELL("and booked", book(&t, &rq, &out));
	town_close(&t);
}
STORE_CASE(homeless)

static const struct {
	const char *name;
	void (*meanwhile)(struct town *t);
	enum fault_code code;
	const char *about;
} races[] = {
	{"E15: the type is deleted", remove_type, FAULT_NOT_FOUND, NULL},
	{"E15: the date is closed", close_monday, FAULT_NOT_OFFERED, "closed"},
	{"E6: a PUT commits first", put_event, FAULT_SLOT_TAKEN, "busy"},
	{"E6: a PUT elsewhere does not matter", put_elsewhere, FAULT_COUNT, NULL},
	{"E1: another booking commits first", book_it, FAULT_SLOT_TAKEN, "held"},
	{"the calendar is deleted", delete_calendar, FAULT_NOT_OFFERED, "closed"},
};

static void overtaken(struct store_fixture *x)
{
	struct town t;

	for (size_t i = 0; i < ARRAY_LEN(races); i++) {
		struct book_outcome out;
		struct book_request rq;
		const struct fault *f;
		struct text before;
		struct change *c;

		house_open(&t.h, x);
		t.a = t.h.arena;
		t.alice = house_user(&t.h, arena_printf(t.a, "alice%zu", i));
		house_type(&t.h, t.alice, "intro", RULES);
		rq = request(&t, MONDAY_8);
		CHECK_WELL(races[i].name, prepare(&t, &rq, &c, &out));
		races[i].meanwhile(&t);
		before = house_dump(&t.h, t.a);
		f = change_run(c);
		if (races[i].code == FAULT_COUNT) {
			CHECK_WELL(races[i].name, f);
		} else if (CHECK_FAULT(races[i].name, f, races[i].code)) {
			CHECK_STR(races[i].name, f->about, races[i].about);
			CHECK_TEXT(races[i].name, house_dump(&t.h, t.a), before);
		}
		house_close(&t.h);
	}
}
STORE_CASE(overtaken)

/* ---- Idempotency-Key (E9, decisions 26, 41) ------------------------------------------------ */

static void keys(struct store_fixture *x)
{
	struct book_outcome first, again;
	struct book_request rq;
	struct change *c, *cancel;
	struct booking after;
	struct text before;
	struct town t;

	open_with_type(&t, x);
	rq = request(&t, MONDAY_8);
	rq.key = TEXT("k1");
	rq.body = TEXT("{\"a\":1}");
	CHECK_WELL("new", book(&t, &rq, &first));
	CHECK_TRUE("new", !first.replayed);
	before = house_dump(&t.h, t.a);
	CHECK_WELL("sent again", prepare(&t, &rq, &c, &again));
	CHECK_TRUE("nothing to do", !c && again.replayed);
	CHECK_TEXT("the same booking", again.booking.id, first.booking.id);
	rq.body = TEXT("{\"a\":2}");
	CHECK_FAULT("another body", prepare(&t, &rq, &c, &again), FAULT_KEY_REUSED);
	CHECK_TEXT("no change of anything", house_dump(&t.h, t.a), before);

	rq.body = TEXT("{\"a\":1}");
	CHECK_WELL("cancel", book_prepare_cancel(&t.h.desk, t.h.db, t.a, &first.booking, &by_host,
						 &cancel, &after));
	CHECK_WELL("cancel", change_run(cancel));
	CHECK_WELL("after that", prepare(&t, &rq, &c, &again));
	CHECK_TRUE("no new one", !c && again.replayed);
	CHECK_INT("as it is now", again.booking.status, BOOKING_IS_CANCELLED);

	rq.now += DAY_SECONDS - 1;
	CHECK_WELL("a day later, but for a second", prepare(&t, &rq, &c, &again));
	CHECK_TRUE("is known", !c);
	rq.now++;
	CHECK_WELL("a day later", prepare(&t, &rq, &c, &again));
	CHECK_TRUE("is new", c != NULL);
	CHECK_WELL("and booked", change_run(c));
	CHECK_TRUE("as another", !text_equal(again.booking.id, first.booking.id));
	CHECK_TRUE("E11: with another UID", !text_equal(again.booking.uid, first.booking.uid));
	town_close(&t);
}
STORE_CASE(keys)

/* E9: in parallel, whoever comes second finds what the first made. */
static void parallel_keys(struct store_fixture *x)
{
	struct book_outcome first, second;
	struct book_request rq;
	struct change *one, *two;
	struct town t;
	bool found;

	open_with_type(&t, x);
	rq = request(&t, MONDAY_8);
	rq.key = TEXT("k1");
	rq.body = TEXT("body");
	CHECK_WELL("one", prepare(&t, &rq, &one, &first));
	CHECK_WELL("two", prepare(&t, &rq, &two, &second));
	CHECK_WELL("one", change_run(one));
	CHECK_FAULT("two", change_run(two), FAULT_CONFLICT);
	CHECK_WELL("look again", book_find_replay(t.h.db, t.a, &rq, &second, &found));
	CHECK_TRUE("there it is", found && second.replayed);
	CHECK_TEXT("the first", second.booking.id, first.booking.id);
	CHECK_INT("one mail", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 1);
	rq.key = TEXT_NONE;
	CHECK_WELL("without a key", book_find_replay(t.h.db, t.a, &rq, &second, &found));
	CHECK_TRUE("there is none", !found);
	town_close(&t);
}
STORE_CASE(parallel_keys)

/* ---- cancelling ---------------------------------------------------------------------------- */

static const struct fault *cancel(struct town *t, const struct booking *b, struct change **c,
				  struct booking *after)
{
	return book_prepare_cancel(&t->h.desk, t->h.db, t->a, b, &by_host, c, after);
}

static void cancels(struct store_fixture *x)
{
	struct booking b, after, *stored;
	struct change *c, *other;
	struct town t;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	CHECK_WELL("prepare", cancel(&t, &b, &c, &after));
	CHECK_WELL("twice at once", cancel(&t, &b, &other, &after));
	CHECK_WELL("run", change_run(c));
	CHECK_FAULT("the other was late", change_run(other), FAULT_PRECONDITION);
	CHECK_WELL("stored", booking_find(t.h.db, t.a, t.alice, b.id, &stored));
	CHECK_INT("cancelled", stored->status, BOOKING_IS_CANCELLED);
	CHECK_INT("version", stored->version, 2);
	CHECK_INT("SEQUENCE", stored->sequence, 1);
	CHECK_INT("decisions 40: the event is gone", count_of(&t, "SELECT count(*) FROM object"),
		  0);
	CHECK_INT("and the hold", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_INT("G10: no invitation has left, so none is called off",
		  count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 0);
	CHECK_WELL("E11: again", cancel(&t, stored, &c, &after));
	CHECK_TRUE("is no change", !c);
	CHECK_INT("and cancelled", after.status, BOOKING_IS_CANCELLED);
	booked_at(&t, MONDAY_8);
	town_close(&t);
}
STORE_CASE(cancels)

/* The host has moved the event to another calendar: it is found, and goes from there. */
static void cancels_elsewhere(struct store_fixture *x)
{
	struct booking b, after, *stored;
	struct change *c;
	struct text ics;
	struct town t;

	open_with_type(&t, x);
	make_work(&t);
	b = booked_at(&t, MONDAY_8);
	ics = event_of(&t, &b);
	CHECK_WELL("there", house_put(&t.h, t.alice, "work", "w.ics", text_cstr(t.a, ics)));
	CHECK_WELL("not here",
		   house_remove(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name)));
	CHECK_WELL("stored", booking_find(t.h.db, t.a, t.alice, b.id, &stored));
	CHECK_WELL("cancel", cancel(&t, stored, &c, &after));
	CHECK_WELL("cancel", change_run(c));
	CHECK_INT("nothing is left", count_of(&t, "SELECT count(*) FROM object"), 0);
	town_close(&t);
}
STORE_CASE(cancels_elsewhere)

/*
 * The event goes to work, and a copy of it comes back to the calendar that it was booked into:
 * the booked one is the one at work. The stored booking, and the number of the copy.
 */
static struct booking *with_copy(struct town *t, int64_t *copy_out)
{
	struct booking b, *stored;
	const char *ics;

	make_work(t);
	b = booked_at(t, MONDAY_8);
	ics = text_cstr(t->a, event_of(t, &b));
	CHECK_WELL("there", house_put(&t->h, t->alice, "work", "w.ics", ics));
	CHECK_WELL("not here",
		   house_remove(&t->h, t->alice, "calendar", text_cstr(t->a, b.object_name)));
	CHECK_WELL("a copy", house_put(&t->h, t->alice, "calendar", "copy.ics", ics));
	CHECK_WELL("stored", booking_find(t->h.db, t->a, t->alice, b.id, &stored));
	*copy_out = count_of(t, "SELECT id FROM object WHERE name = 'copy.ics'");
	return stored;
}

/* Of two events with the UID of a booking its own is cancelled. */
static void cancels_its_own(struct store_fixture *x)
{
	struct booking *b, after;
	struct change *c;
	struct town t;
	int64_t copy;

	open_with_type(&t, x);
	b = with_copy(&t, &copy);
	CHECK_WELL("cancel", cancel(&t, b, &c, &after));
	CHECK_WELL("cancel", change_run(c));
	CHECK_INT("one is left", count_of(&t, "SELECT count(*) FROM object"), 1);
	CHECK_INT("the copy", count_of(&t, "SELECT id FROM object"), copy);
	town_close(&t);
}
STORE_CASE(cancels_its_own)

/* ---- moving -------------------------------------------------------------------------------- */

static const struct fault *move(struct town *t, const struct booking *b, int64_t start,
				int32_t duration_min, struct change **c, struct book_outcome *out)
{
	return book_prepare_reschedule(&t->h.desk, t->h.db, t->a, b, start, duration_min, &by_host,
				       c, out);
}

static void moves(struct store_fixture *x)
{
	struct book_outcome out, late;
	struct change *c, *other;
	struct booking b;
	struct text ics;
	struct town t;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	CHECK_WELL("where it stands", move(&t, &b, MONDAY_8, 0, &c, &out));
	CHECK_TRUE("is no change", !c);
	CHECK_WELL("E12: into its own time", move(&t, &b, MONDAY_8 + 15 * 60, 0, &c, &out));
	CHECK_WELL("elsewhere at once", move(&t, &b, MONDAY_8 + HOUR, 0, &other, &late));
	CHECK_WELL("the first", change_run(c));
	CHECK_FAULT("E12: one wins", change_run(other), FAULT_PRECONDITION);
	b = out.booking;
	CHECK_INT("version", b.version, 2);
	CHECK_INT("SEQUENCE", b.sequence, 1);
	CHECK_INT("the hold moved", count_of(&t, "SELECT starts FROM hold"), MONDAY_8 + 15 * 60);
	ics = event_of(&t, &b);
	CHECK_TRUE("start", has_line(ics, "DTSTART;TZID=Europe/Berlin:20270118T091500"));
	CHECK_TRUE("end", has_line(ics, "DTEND;TZID=Europe/Berlin:20270118T094500"));
	CHECK_TRUE("sequence", has_line(ics, "SEQUENCE:1"));
	CHECK_INT("the invitee is told",
		  count_of(&t, "SELECT count(*) FROM job WHERE name LIKE '%/1/REQUEST'"), 1);
	CHECK_WELL("to another length", move(&t, &b, MONDAY_8, 60, &c, &out));
	CHECK_WELL("to another length", change_run(c));
	CHECK_INT("an hour", out.booking.end - out.booking.start, HOUR);
	CHECK_FAULT("to a length not offered", move(&t, &out.booking, MONDAY_8, 45, &c, &late),
		    FAULT_NOT_OFFERED);
	town_close(&t);
}
STORE_CASE(moves)

/* E12: to a taken time it is refused, and keeps its own, early and late. */
static void moves_to_taken(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b;
	struct text before;
	struct change *c;
	struct town t;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	CHECK_WELL("free yet", move(&t, &b, MONDAY_8 + HOUR, 0, &c, &out));
	booked_at(&t, MONDAY_8 + HOUR);
	before = house_dump(&t.h, t.a);
	CHECK_FAULT("taken meanwhile", change_run(c), FAULT_SLOT_TAKEN);
	CHECK_FAULT("and from the start", move(&t, &b, MONDAY_8 + HOUR + 15 * 60, 0, &c, &out),
		    FAULT_SLOT_TAKEN);
	CHECK_FAULT("out of hours", move(&t, &b, MONDAY_8 - HOUR, 0, &c, &out), FAULT_NOT_OFFERED);
	CHECK_TEXT("everything stands", house_dump(&t.h, t.a), before);
	town_close(&t);
}
STORE_CASE(moves_to_taken)

static void moves_or_cancels(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b, after;
	struct change *c, *gone;
	struct town t;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	CHECK_WELL("move", move(&t, &b, MONDAY_8 + HOUR, 0, &c, &out));
	CHECK_WELL("cancel", cancel(&t, &b, &gone, &after));
	CHECK_WELL("cancel first", change_run(gone));
	CHECK_FAULT("E12: never both", change_run(c), FAULT_PRECONDITION);
	CHECK_INT("no hold", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_FAULT("decisions 39", move(&t, &after, MONDAY_8 + HOUR, 0, &c, &out),
		    FAULT_CANCELLED);
	town_close(&t);
}
STORE_CASE(moves_or_cancels)

/* Of two events with the UID of a booking its own is moved. */
static void moves_its_own(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking *b;
	struct change *c;
	struct town t;
	int64_t copy;

	open_with_type(&t, x);
	b = with_copy(&t, &copy);
	/* The copy takes its time as any event does, so the new time is another hour. */
	CHECK_WELL("move", move(&t, b, MONDAY_8 + HOUR, 0, &c, &out));
	CHECK_WELL("move", change_run(c));
	CHECK_TEXT("stays where it is", out.booking.object_name, TEXT("w.ics"));
	CHECK_TRUE("the booked one is moved",
		   has_line(event_of(&t, &out.booking),
			    "DTSTART;TZID=Europe/Berlin:20270118T100000"));
	CHECK_INT("the copy is not",
		  count_of(&t, "SELECT starts FROM occurrence WHERE object ="
			       " (SELECT id FROM object WHERE name = 'copy.ics')"),
		  MONDAY_8);
	town_close(&t);
}
STORE_CASE(moves_its_own)

/* What the host's program wrote stays; SEQUENCE goes past what it counted. */
static void moves_their_event(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b;
	struct change *c;
	struct text ics;
	struct town t;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	CHECK_WELL("by their program",
		   house_put(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name),
			     arena_printf(t.a,
					  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
					  "BEGIN:VEVENT\r\nUID:%.*s\r\nDTSTAMP:20270101T000000Z\r\n"
					  "DTSTART:20270118T080000Z\r\nDURATION:PT30M\r\n"
					  "SEQUENCE:4\r\nX-COLOR:red\r\nSUMMARY:Mine\r\n"
					  "ATTENDEE:mailto:bob@example.com\r\n"
					  "END:VEVENT\r\nEND:VCALENDAR\r\n",
					  TEXT_ARG(b.uid))));
	CHECK_WELL("move", move(&t, &b, MONDAY_8 + HOUR, 0, &c, &out));
	CHECK_WELL("move", change_run(c));
	ics = event_of(&t, &out.booking);
	CHECK_INT("past theirs", out.booking.sequence, 5);
	CHECK_TRUE("in the event, too", has_line(ics, "SEQUENCE:5"));
	CHECK_TRUE("start in their form", has_line(ics, "DTSTART:20270118T090000Z"));
	CHECK_TRUE("end", has_line(ics, "DTEND:20270118T093000Z"));
	CHECK_TRUE("no second end", text_find(ics, TEXT("DURATION")) < 0);
	CHECK_TRUE("their colour", has_line(ics, "X-COLOR:red"));
	CHECK_TRUE("their title", has_line(ics, "SUMMARY:Mine"));
	town_close(&t);
}
STORE_CASE(moves_their_event)

/* A TZID may hold what must stand in quotes. */
static void moves_odd_zones(struct store_fixture *x)
{
	struct book_outcome out;
	struct booking b;
	struct change *c;
	struct town t;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	CHECK_WELL("by their program",
		   house_put(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name),
			     arena_printf(
				     t.a,
				     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
				     "BEGIN:VTIMEZONE\r\nTZID:(UTC+01:00) Berlin, Rome\r\n"
				     "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
				     "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
				     "END:STANDARD\r\nEND:VTIMEZONE\r\n"
				     "BEGIN:VEVENT\r\nUID:%.*s\r\nDTSTAMP:20270101T000000Z\r\n"
				     "DTSTART;TZID=\"(UTC+01:00) Berlin, Rome\":20270118T090000\r\n"
				     "DTEND;TZID=\"(UTC+01:00) Berlin, Rome\":20270118T093000\r\n"
				     "ATTENDEE:mailto:bob@example.com\r\n"
				     "END:VEVENT\r\nEND:VCALENDAR\r\n",
				     TEXT_ARG(b.uid))));
	CHECK_WELL("move", move(&t, &b, MONDAY_8 + HOUR, 0, &c, &out));
	CHECK_WELL("move", change_run(c));
	CHECK_TRUE("quoted", has_line(event_of(&t, &out.booking),
				      "DTSTART;TZID=\"(UTC+01:00) Berlin, Rome\":20270118T100000"));
	CHECK_INT("at its time", count_of(&t, "SELECT starts FROM occurrence"), MONDAY_8 + HOUR);
	town_close(&t);
}
STORE_CASE(moves_odd_zones)

/* ---- links --------------------------------------------------------------------------------- */

static bool opens(struct town *t, struct text token, int64_t now, struct text *id,
		  enum book_role *role)
{
	*id = TEXT_NONE;
	return book_token_check(&t->h.desk, t->a, token, now, id, role);
}

static void tokens(struct store_fixture *x)
{
	struct booking b;
	struct text link, token, id, other;
	enum book_role role;
	struct town t;
	char *bent;

	open_with_type(&t, x);
	b = booked_at(&t, MONDAY_8);
	link = book_link(&t.h.desk, t.a, &b, BOOK_INVITEE);
	CHECK_TRUE("decisions 38", text_starts(link, TEXT("https://cal.example.org/manage/")));
	token = text_sub(link, strlen("https://cal.example.org/manage/"), link.len);
	CHECK_TRUE("opens", opens(&t, token, HOUSE_NOW, &id, &role));
	CHECK_TEXT("this booking", id, b.id);
	CHECK_INT("to the invitee", role, BOOK_INVITEE);
	CHECK_TRUE("for a year after it",
		   opens(&t, token, b.end + 366 * DAY_SECONDS - 1, &id, &role));
	CHECK_TRUE("no longer", !opens(&t, token, b.end + 366 * DAY_SECONDS, &id, &role));
	token = book_token_make(&t.h.desk, t.a, b.id, BOOK_HOST, HOUSE_NOW + 10);
	CHECK_TRUE("to the host", opens(&t, token, HOUSE_NOW, &id, &role) && role == BOOK_HOST);

	bent = text_cstr(t.a, token);
	for (size_t i = 0; i < token.len; i++) {
		char was = bent[i];

		bent[i] = was == 'A' ? 'B' : 'A';
		CHECK_TRUE("any byte changed", !opens(&t, text_from(bent), HOUSE_NOW, &id, &role));
		bent[i] = was;
		CHECK_TRUE("cut anywhere",
			   !opens(&t, text_sub(token, 0, i), HOUSE_NOW, &id, &role));
	}
	other = book_token_make(&t.h.desk, t.a, TEXT("another"), BOOK_HOST, HOUSE_NOW + 10);
	CHECK_TRUE("another booking's opens that",
		   opens(&t, other, HOUSE_NOW, &id, &role) && text_equal(id, TEXT("another")));
	CHECK_TRUE("longer", !opens(&t, text_from(arena_printf(t.a, "%.*s.", TEXT_ARG(token))),
				    HOUSE_NOW, &id, &role));
	CHECK_TRUE("empty", !opens(&t, TEXT(""), HOUSE_NOW, &id, &role));
	CHECK_TRUE("dots", !opens(&t, TEXT("..."), HOUSE_NOW, &id, &role));
	t.h.calendar.key.bytes[0] ^= 1;
	CHECK_TRUE("made with another key", !opens(&t, token, HOUSE_NOW, &id, &role));
	town_close(&t);
}
STORE_CASE(tokens)

/* ---- many at once -------------------------------------------------------------------------- */

struct racer {
	pthread_t thread;
	struct town *t;
	const struct host *host;
	int64_t start;
	int32_t duration_min;
	enum fault_code code; /* FAULT_COUNT: booked */
};

static void *race(void *ctx)
{
	struct racer *r = ctx;
	struct arena *a = arena_create(ARENA_BYTES);
	struct book_request rq = {
		.host = r->host,
		.type = &r->host->types[0],
		.duration_min = r->duration_min,
		.start = r->start,
		.invitee_name = TEXT("Bob"),
		.invitee_email = TEXT("bob@example.com"),
		.now = HOUSE_NOW,
	};
	struct book_outcome out;
	struct change *c = NULL;
	struct db *db;
	const struct fault *f = store_reader(r->t->h.x->store, a, &db);

	if (!f)
		f = book_prepare(&r->t->h.desk, db, a, &rq, &c, &out);
	if (!f)
		f = change_run(c);
	r->code = f ? f->code : FAULT_COUNT;
	arena_destroy(a);
	return NULL;
}

/* E1, E2: of 32 that overlap, from a quarter before nine to a quarter past, one wins. */
static void many_at_once(struct store_fixture *x)
{
	static struct racer racers[THREADS];
	struct town t;

	open_with_type(&t, x);
	for (int round = 0; round < ROUNDS; round++) {
		int64_t middle = MONDAY_8 + HOUR + round * DAY_SECONDS;
		int won = 0;

		for (int i = 0; i < THREADS; i++) {
			racers[i] = (struct racer){
				.t = &t,
				.host = request(&t, 0).host,
				.start = middle + (i % 2) * 15 * 60,
				.duration_min = i % 3 ? 30 : 60,
			};
			pthread_create(&racers[i].thread, NULL, race, &racers[i]);
		}
		for (int i = 0; i < THREADS; i++) {
			pthread_join(racers[i].thread, NULL);
			won += racers[i].code == FAULT_COUNT;
			CHECK_TRUE("booked or taken", racers[i].code == FAULT_COUNT ||
							      racers[i].code == FAULT_SLOT_TAKEN);
		}
		CHECK_INT("one wins", won, 1);
	}
	CHECK_INT("bookings", count_of(&t, "SELECT count(*) FROM booking"), ROUNDS);
	CHECK_INT("events", count_of(&t, "SELECT count(*) FROM object"), ROUNDS);
	CHECK_INT("mails", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), ROUNDS);
	CHECK_INT("overlaps",
		  count_of(&t, "SELECT count(*) FROM booking x JOIN booking y ON x.id < y.id"
			       " AND x.starts < y.ends AND y.starts < x.ends"),
		  0);
	town_close(&t);
}
STORE_CASE(many_at_once)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("book", {"zones are pinned", test_pinned}, STORE_ROWS("one commit", makes),
	   STORE_ROWS("decisions 14: in a fold", in_a_fold),
	   STORE_ROWS("decisions 25: requests", requests), STORE_ROWS("long names", long_names),
	   STORE_ROWS("decisions 37: refused", refused), STORE_ROWS("E16: no calendar", homeless),
	   STORE_ROWS("overtaken", overtaken), STORE_ROWS("E9: keys", keys),
	   STORE_ROWS("E9: in parallel", parallel_keys),
	   STORE_ROWS("decisions 40: cancelled", cancels),
	   STORE_ROWS("cancelled elsewhere", cancels_elsewhere),
	   STORE_ROWS("its own event is cancelled", cancels_its_own),
	   STORE_ROWS("E12: moved", moves), STORE_ROWS("E12: to a taken time", moves_to_taken),
	   STORE_ROWS("E12: moved or cancelled", moves_or_cancels),
	   STORE_ROWS("its own event is moved", moves_its_own),
	   STORE_ROWS("the host's own event moves", moves_their_event),
	   STORE_ROWS("odd names of zones", moves_odd_zones),
	   STORE_ROWS("decisions 10: tokens", tokens),
	   STORE_ROWS("E1, E2: many at once", many_at_once))

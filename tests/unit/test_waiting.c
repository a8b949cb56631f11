/*
 * test_waiting - the list of a meeting that is full: who joins it, who is told when, and who goes
 */
#include "booking/waiting.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

#define PAIR "{\"durations\":[60],\"seats\":2,\"waiting_list\":true}"

/* The one that is full. */
static int64_t class_at = MONDAY_8;

static void open_with(struct town *t, struct store_fixture *x, const char *rules)
{
	class_at = MONDAY_8;
	town_open(t, x);
	house_type(&t->h, t->alice, "class", rules);
}

static struct book_request request(struct town *t, const char *email, int32_t seats, int64_t now)
{
	const struct host *host = NULL;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &host));
	return (struct book_request){
		.host = host,
		.type = &host->types[0],
		.start = class_at,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = text_from(email),
		.seats = seats,
		.now = now,
	};
}

static struct booking booked(struct town *t, const char *email, int64_t now)
{
	struct book_request rq = request(t, email, 1, now);
	struct book_outcome out;
	struct change *c;
	const struct fault *f = book_prepare(&t->h.desk, t->h.db, t->a, &rq, &c, &out);

	CHECK_WELL(email, f ? f : change_run(c));
	return out.booking;
}

/* Somebody who joins, and has not yet. */
struct joining {
	struct waiting waiting;
	size_t place;
	struct change *change;
};

static const struct fault *plan(struct town *t, const char *email, int32_t seats, int64_t now,
				struct joining *j)
{
	struct book_request rq = request(t, email, seats, now);

	return waiting_prepare(&t->h.desk, t->h.db, t->a, &rq, TEXT("de"), &j->change, &j->waiting,
			       &j->place);
}

static const struct fault *wait(struct town *t, const char *email, int32_t seats, int64_t now,
				size_t *place)
{
	struct joining j;
	const struct fault *f = plan(t, email, seats, now, &j);

	if (!f)
		f = change_run(j.change);
	*place = j.place;
	return f;
}

/* One after the other, as they are named. */
static void wait_all(struct town *t, const char *const *emails)
{
	size_t place;

	for (int i = 0; emails[i]; i++)
		CHECK_WELL(emails[i], wait(t, emails[i], 1, HOUSE_NOW + i, &place));
}

static void cancel(struct town *t, const struct booking *b)
{
	struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + HOUR};
	struct booking after;
	struct change *c;
	const struct fault *f = book_prepare_cancel(&t->h.desk, t->h.db, t->a, b, &by, &c, &after);

	CHECK_WELL("cancel", f ? f : change_run(c));
}

/* What the job does that whatever freed a place has queued. */
static void look(struct town *t, int64_t now)
{
	struct waiting slot = {.owner = t->alice, .type = TEXT("class"), .start = class_at};
	struct change *c;
	const struct fault *f = waiting_prepare_telling(&t->h.desk, t->h.db, t->a, &slot, now, &c);

	CHECK_WELL("look", f || !c ? f : change_run(c));
}

static int64_t looks(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM job WHERE kind = 'place'");
}

static int64_t notices(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM job WHERE name LIKE '%/place/%'");
}

/* Has this one been told? */
static bool is_told(struct town *t, const char *email)
{
	struct waiting *all;
	size_t count;

	CHECK_WELL("list",
		   waiting_list(t->h.db, t->a, t->alice, TEXT("class"), class_at, &all, &count));
	for (size_t i = 0; i < count; i++)
		if (text_equal(all[i].email, text_from(email)))
			return all[i].told_at > 0;
	CHECK_TRUE(email, false);
	return false;
}

/* ---- joining --------------------------------------------------------------------------------- */

static void joins(struct store_fixture *x)
{
	size_t place = 0;
	struct town t;

	open_with(&t, x, PAIR);
	(void)booked(&t, "bob@example.com", HOUSE_NOW);
	CHECK_FAULT("there is a place", wait(&t, "ted@example.com", 1, HOUSE_NOW, &place),
		    FAULT_CONFLICT);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	CHECK_WELL("join", wait(&t, "ted@example.com", 1, HOUSE_NOW, &place));
	CHECK_INT("next", (int)place, 1);
	CHECK_FAULT("once", wait(&t, "Ted+again@example.com", 1, HOUSE_NOW, &place),
		    FAULT_CONFLICT);
	CHECK_WELL("another", wait(&t, "zoe@example.com", 2, HOUSE_NOW + 1, &place));
	CHECK_INT("behind", (int)place, 2);
	CHECK_FAULT("too many", wait(&t, "max@example.com", 3, HOUSE_NOW, &place),
		    FAULT_UNPROCESSABLE);
	CHECK_INT("nobody is told", looks(&t) + notices(&t), 0);
	town_close(&t);
}
STORE_CASE(joins)

/* ---- what comes between -----------------------------------------------------------------------
 */

static void joined_twice_at_once(struct store_fixture *x)
{
	struct joining one, other, zoe;
	struct town t;

	open_with(&t, x, PAIR);
	(void)booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	CHECK_WELL("one", plan(&t, "ted@example.com", 1, HOUSE_NOW, &one));
	CHECK_WELL("other", plan(&t, "ted+2@example.com", 1, HOUSE_NOW, &other));
	CHECK_WELL("another", plan(&t, "zoe@example.com", 1, HOUSE_NOW, &zoe));
	CHECK_WELL("joined", change_run(one.change));
	CHECK_FAULT("once", change_run(other.change), FAULT_CONFLICT);
	CHECK_WELL("joined as well", change_run(zoe.change));
	CHECK_INT("behind who came meanwhile", (int)zoe.place, 2);
	CHECK_INT("two wait", count_of(&t, "SELECT count(*) FROM waiting"), 2);
	town_close(&t);
}
STORE_CASE(joined_twice_at_once)

/* A place that is given back before anybody waits is told to nobody. */
static void freed_meanwhile(struct store_fixture *x)
{
	struct booking bob;
	struct joining ted;
	struct town t;

	open_with(&t, x, PAIR);
	bob = booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	CHECK_WELL("it is full", plan(&t, "ted@example.com", 1, HOUSE_NOW, &ted));
	cancel(&t, &bob);
	CHECK_FAULT("there is a place", change_run(ted.change), FAULT_CONFLICT);
	CHECK_INT("nobody waits", count_of(&t, "SELECT count(*) FROM waiting"), 0);
	town_close(&t);
}
STORE_CASE(freed_meanwhile)

static void list_ended_meanwhile(struct store_fixture *x)
{
	struct joining ted;
	struct town t;

	open_with(&t, x, PAIR);
	(void)booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	CHECK_WELL("it has a list", plan(&t, "ted@example.com", 1, HOUSE_NOW, &ted));
	house_type(&t.h, t.alice, "class", "{\"durations\":[60],\"seats\":2}");
	CHECK_FAULT("it has none any more", change_run(ted.change), FAULT_UNPROCESSABLE);
	town_close(&t);
}
STORE_CASE(list_ended_meanwhile)

/* All but one of those who may. */
static const struct fault *crowd(struct db *db, struct arena *a, void *ctx)
{
	const struct town *t = ctx;
	const struct fault *f = NULL;

	for (int i = 1; i < WAITING_MAX && !f; i++) {
		struct text id = text_from(arena_printf(a, "w%d", i));
		struct waiting w = {
			.owner = t->alice,
			.type = TEXT("class"),
			.start = class_at,
			.id = id,
			.duration_min = 60,
			.seats = 1,
			.name = id,
			.email = id,
			.mailbox = id,
			.timezone = TEXT("UTC"),
			.language = TEXT("en"),
			.answers = TEXT("{}"),
			.created = HOUSE_NOW,
		};

		f = waiting_add(db, a, &w);
	}
	return f;
}

static void last_one_at_once(struct store_fixture *x)
{
	struct joining one, other;
	struct town t;

	open_with(&t, x, PAIR);
	(void)booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	CHECK_WELL("crowd", store_fixture_tx(x, crowd, &t));
	CHECK_WELL("one", plan(&t, "ted@example.com", 1, HOUSE_NOW, &one));
	CHECK_WELL("other", plan(&t, "zoe@example.com", 1, HOUSE_NOW, &other));
	CHECK_WELL("the last", change_run(one.change));
	CHECK_INT("behind all", (int)one.place, WAITING_MAX);
	CHECK_FAULT("no more", change_run(other.change), FAULT_STORE_FULL);
	town_close(&t);
}
STORE_CASE(last_one_at_once)

/* ---- telling ----------------------------------------------------------------------------------
 */

static void first_is_told(struct store_fixture *x)
{
	static const char *const waiting[] = {"ted@example.com", "zoe@example.com", NULL};
	struct booking bob;
	struct town t;

	open_with(&t, x, PAIR);
	bob = booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	wait_all(&t, waiting);
	look(&t, HOUSE_NOW + HOUR);
	CHECK_INT("it is full", notices(&t), 0);
	cancel(&t, &bob);
	CHECK_INT("the cancellation queues a look", looks(&t), 1);
	look(&t, HOUSE_NOW + HOUR);
	look(&t, HOUSE_NOW + HOUR + 1);
	CHECK_INT("one mail", notices(&t), 1);
	CHECK_TRUE("the first", is_told(&t, waiting[0]) && !is_told(&t, waiting[1]));
	CHECK_INT("and a look when they have thought it over",
		  count_of(&t, "SELECT max(due_at) FROM job WHERE kind = 'place'"),
		  HOUSE_NOW + HOUR + WAITING_OFFER_S);
	look(&t, HOUSE_NOW + HOUR + WAITING_OFFER_S - 1);
	CHECK_INT("not before", notices(&t), 1);
	look(&t, HOUSE_NOW + HOUR + WAITING_OFFER_S);
	CHECK_TRUE("the next", is_told(&t, waiting[1]));
	look(&t, HOUSE_NOW + DAY);
	CHECK_INT("each once", notices(&t), 2);
	town_close(&t);
}
STORE_CASE(first_is_told)

static void booked_waits_no_more(struct store_fixture *x)
{
	static const char *const waiting[] = {"ted@example.com", "zoe@example.com", NULL};
	struct booking bob;
	struct town t;

	open_with(&t, x, PAIR);
	bob = booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	wait_all(&t, waiting);
	cancel(&t, &bob);
	look(&t, HOUSE_NOW + HOUR);
	(void)booked(&t, "ted+2@example.com", HOUSE_NOW + HOUR + 60);
	CHECK_INT("ted waits no more", count_of(&t, "SELECT count(*) FROM waiting"), 1);
	look(&t, HOUSE_NOW + HOUR + WAITING_OFFER_S);
	CHECK_TRUE("the place is taken", !is_told(&t, waiting[1]));
	CHECK_INT("one mail", notices(&t), 1);
	town_close(&t);
}
STORE_CASE(booked_waits_no_more)

static void passed_over(struct store_fixture *x)
{
	struct booking bob, eve;
	size_t place;
	struct town t;

	open_with(&t, x, PAIR);
	bob = booked(&t, "bob@example.com", HOUSE_NOW);
	eve = booked(&t, "eve@example.com", HOUSE_NOW);
	CHECK_WELL("two", wait(&t, "two@example.com", 2, HOUSE_NOW, &place));
	CHECK_WELL("one", wait(&t, "one@example.com", 1, HOUSE_NOW + 1, &place));
	cancel(&t, &bob);
	look(&t, HOUSE_NOW + HOUR);
	CHECK_TRUE("one place is not for two", !is_told(&t, "two@example.com"));
	CHECK_TRUE("it is for the next", is_told(&t, "one@example.com"));
	cancel(&t, &eve);
	look(&t, HOUSE_NOW + HOUR + 60);
	CHECK_TRUE("what is offered counts", !is_told(&t, "two@example.com"));
	look(&t, HOUSE_NOW + HOUR + WAITING_OFFER_S);
	CHECK_TRUE("two places are", is_told(&t, "two@example.com"));
	town_close(&t);
}
STORE_CASE(passed_over)

/* ---- what frees a place ------------------------------------------------------------------------
 */

static void end_event(struct town *t, const struct booking *b)
{
	CHECK_WELL("delete",
		   house_remove(&t->h, t->alice, "calendar", text_cstr(t->a, b->object_name)));
}

static void move_away(struct town *t, const struct booking *b)
{
	struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + HOUR};
	struct book_outcome out;
	struct change *c;
	const struct fault *f = book_prepare_reschedule(&t->h.desk, t->h.db, t->a, b,
							b->start + 7 * DAY, 0, &by, &c, &out);

	CHECK_WELL("move", f ? f : change_run(c));
}

struct freeing {
	const char *name;
	void (*frees)(struct town *t, const struct booking *b);
};

/* Each of a class of its own. */
static const struct freeing freeing[] = {
	{"cancelled", cancel},
	{"the event is deleted in a calendar app", end_event},
	{"moved away", move_away},
};

static void frees(struct store_fixture *x)
{
	static const char *const waiting[] = {"ted@example.com", NULL};
	struct town t;

	open_with(&t, x, PAIR);
	for (size_t i = 0; i < ARRAY_LEN(freeing); i++, class_at += HOUR) {
		int64_t before = looks(&t);
		struct booking bob = booked(&t, "bob@example.com", HOUSE_NOW);

		(void)booked(&t, "eve@example.com", HOUSE_NOW);
		wait_all(&t, waiting);
		freeing[i].frees(&t, &bob);
		CHECK_TRUE(freeing[i].name, looks(&t) > before);
		look(&t, HOUSE_NOW + HOUR);
		CHECK_TRUE(freeing[i].name, is_told(&t, waiting[0]));
	}
	town_close(&t);
}
STORE_CASE(frees)

static const struct fault *expire(struct db *db, struct arena *a, void *ctx)
{
	(void)ctx;
	return waiting_expire(db, a, MONDAY_8);
}

static void past_ones_go(struct store_fixture *x)
{
	static const char *const waiting[] = {"ted@example.com", NULL};
	struct booking bob;
	struct town t;

	open_with(&t, x, PAIR);
	bob = booked(&t, "bob@example.com", HOUSE_NOW);
	(void)booked(&t, "eve@example.com", HOUSE_NOW);
	wait_all(&t, waiting);
	cancel(&t, &bob);
	look(&t, MONDAY_8 + 1);
	CHECK_INT("nobody is told of what has begun", notices(&t), 0);
	CHECK_WELL("expire", store_fixture_tx(x, expire, NULL));
	CHECK_INT("nobody waits", count_of(&t, "SELECT count(*) FROM waiting"), 0);
	town_close(&t);
}
STORE_CASE(past_ones_go)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("waiting", {"zones are pinned", test_pinned},
	   STORE_ROWS("joined once, while it is full", joins),
	   STORE_ROWS("two of one mailbox at once", joined_twice_at_once),
	   STORE_ROWS("a place is given back meanwhile", freed_meanwhile),
	   STORE_ROWS("the list ends meanwhile", list_ended_meanwhile),
	   STORE_ROWS("two want the last place in the list", last_one_at_once),
	   STORE_ROWS("the first is told, then the next", first_is_told),
	   STORE_ROWS("who books waits no more", booked_waits_no_more),
	   STORE_ROWS("who needs more places keeps their turn", passed_over),
	   STORE_ROWS("whatever frees a place", frees), STORE_ROWS("what is past", past_ones_go))

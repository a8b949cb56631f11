/*
 * test_confirm_address - bookings that wait until their invitee has confirmed the address
 * (decisions 25)
 */
#include "booking/book.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { MINUTE = 60, HOUR = 3600, HALF_AN_HOUR = 30 * MINUTE };

#define ADDRESS "{\"durations\":[60],\"confirm_address\":true"
#define TICKET	"SELECT count(*) FROM job WHERE kind = 'notice'"

static void open_with(struct town *t, struct store_fixture *x, const char *rules)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro", rules);
}

static const struct fault *book(struct town *t, const char *email, int64_t now, struct booking *out)
{
	const struct host *host = NULL;
	struct book_outcome made = {.replayed = false};
	struct book_request rq;
	struct change *c = NULL;
	const struct fault *f = host_get(&t->h.desk, t->h.db, t->a, t->alice, &host);

	if (f)
		return f;
	rq = (struct book_request){
		.host = host,
		.type = &host->types[0],
		.start = MONDAY_8,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = text_from(email),
		.language = TEXT("de"),
		.now = now,
	};
	f = book_prepare(&t->h.desk, t->h.db, t->a, &rq, &c, &made);
	*out = made.booking;
	return f || !c ? f : change_run(c);
}

static struct booking booked(struct town *t, const char *email)
{
	struct booking b;

	CHECK_WELL(email, book(t, email, HOUSE_NOW, &b));
	return b;
}

/* *c_out NULL: there was nothing to do. */
static const struct fault *click(struct town *t, const struct booking *b, int64_t now,
				 struct change **c_out, struct booking *after)
{
	return book_prepare_confirm_address(&t->h.desk, t->h.db, t->a, b, now, c_out, after);
}

static struct booking clicked(struct town *t, const struct booking *b)
{
	struct change *c = NULL;
	struct booking after = *b;

	CHECK_WELL("click", click(t, b, HOUSE_NOW + MINUTE, &c, &after));
	if (CHECK_TRUE("it changes something", c != NULL))
		CHECK_WELL("run", change_run(c));
	return after;
}

static const struct fault *lapse(struct town *t, const struct booking *b, struct change **c_out,
				 struct booking *after)
{
	const struct book_by by = {.who = BOOKING_BY_SERVER, .now = HOUSE_NOW + HALF_AN_HOUR};

	return book_prepare_decline(&t->h.desk, t->h.db, t->a, b, &by, c_out, after);
}

static bool event_has(struct town *t, const struct booking *b, const char *words)
{
	struct stored_object *o = NULL;

	CHECK_WELL("event", booking_event_find(t->h.db, t->a, b, &o));
	return o && text_find(o->data, text_from(words)) >= 0;
}

static int64_t mails(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM job WHERE kind = 'mail'");
}

static int64_t holds(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM hold");
}

static void check_steps(struct town *t, const struct booking *b, const enum booking_event *want,
			const enum booking_actor *who, size_t want_count)
{
	struct booking_step *steps;
	size_t count;

	CHECK_WELL("history", history_list(t->h.db, t->a, t->alice, b->id, &steps, &count));
	CHECK_INT("steps", (int)count, (int)want_count);
	for (size_t i = 0; i < count && i < want_count; i++) {
		CHECK_INT("what", steps[i].deed.what, want[i]);
		CHECK_INT("who", steps[i].deed.who, who[i]);
	}
}

/* ---- the click ------------------------------------------------------------------------------ */

static void waits_and_is_booked(struct store_fixture *x)
{
	static const enum booking_event what[] = {BOOKING_WAS_REQUESTED, BOOKING_WAS_MADE};
	static const enum booking_actor who[] = {BOOKING_BY_INVITEE, BOOKING_BY_INVITEE};
	struct booking b, other, after;
	struct change *c;
	struct town t;

	open_with(&t, x, ADDRESS ",\"pending_blocks\":false}");
	b = booked(&t, "bob@example.com");
	CHECK_INT("pending", b.status, BOOKING_IS_PENDING);
	CHECK_TRUE("for its invitee", booking_awaits_invitee(&b));
	CHECK_INT("half an hour", b.lapses_at, HOUSE_NOW + HALF_AN_HOUR);
	CHECK_INT("one mail asks", count_of(&t, TICKET), 1);
	CHECK_INT("and none invites", mails(&t), 0);
	CHECK_INT("held, whatever the type says of the host's word", holds(&t), 1);
	CHECK_TRUE("busy", event_has(&t, &b, "TRANSP:OPAQUE"));
	CHECK_FAULT("nobody else", book(&t, "eve@example.com", HOUSE_NOW, &other),
		    FAULT_SLOT_TAKEN);
	after = clicked(&t, &b);
	CHECK_INT("confirmed", after.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("lapses no more", after.lapses_at, 0);
	CHECK_TRUE("certain", event_has(&t, &b, "STATUS:CONFIRMED"));
	CHECK_INT("invited", mails(&t), 1);
	CHECK_INT("held as any", count_of(&t, "SELECT count(*) FROM hold WHERE reason = 0"), 1);
	CHECK_WELL("a second click", click(&t, &after, HOUSE_NOW + MINUTE, &c, &after));
	CHECK_TRUE("does nothing", c == NULL);
	check_steps(&t, &b, what, who, ARRAY_LEN(what));
	town_close(&t);
}
STORE_CASE(waits_and_is_booked)

static void goes_on_to_the_host(struct store_fixture *x)
{
	static const enum booking_event what[] = {BOOKING_WAS_REQUESTED, BOOKING_WAS_REQUESTED,
						  BOOKING_WAS_CONFIRMED};
	static const enum booking_actor who[] = {BOOKING_BY_INVITEE, BOOKING_BY_INVITEE,
						 BOOKING_BY_HOST};
	struct booking b, after;
	struct change *c;
	struct town t;

	open_with(&t, x, ADDRESS ",\"confirm\":true,\"pending_hours\":24}");
	b = booked(&t, "bob@example.com");
	b = clicked(&t, &b);
	CHECK_INT("still pending", b.status, BOOKING_IS_PENDING);
	CHECK_TRUE("for the host", !booking_awaits_invitee(&b));
	CHECK_INT("a day from the click on", b.lapses_at, HOUSE_NOW + MINUTE + 24 * HOUR);
	CHECK_INT("which has its job",
		  count_of(&t, "SELECT max(due_at) FROM job WHERE kind = 'lapse'"), b.lapses_at);
	CHECK_INT("still held", holds(&t), 1);
	CHECK_INT("nobody is invited", mails(&t), 0);
	CHECK_WELL("a second click", click(&t, &b, HOUSE_NOW + MINUTE, &c, &after));
	CHECK_TRUE("does nothing", c == NULL);
	CHECK_WELL("yes",
		   book_prepare_confirm(&t.h.desk, t.h.db, t.a, &b, HOUSE_NOW + HOUR, &c, &after));
	CHECK_WELL("says the host", change_run(c));
	CHECK_INT("invited", mails(&t), 1);
	check_steps(&t, &b, what, who, ARRAY_LEN(what));
	town_close(&t);
}
STORE_CASE(goes_on_to_the_host)

/* What a host keeps waiting holds nothing, if the type says so: from the click on. */
static void gives_time_back(struct store_fixture *x)
{
	struct booking b, other;
	struct town t;

	open_with(&t, x, ADDRESS ",\"confirm\":true,\"pending_blocks\":false}");
	b = booked(&t, "bob@example.com");
	CHECK_INT("held until the click", holds(&t), 1);
	b = clicked(&t, &b);
	CHECK_INT("not after it", holds(&t), 0);
	CHECK_TRUE("free", event_has(&t, &b, "TRANSP:TRANSPARENT"));
	CHECK_WELL("others may ask", book(&t, "eve@example.com", HOUSE_NOW, &other));
	town_close(&t);
}
STORE_CASE(gives_time_back)

/* A type that is offered no more says nothing of its host's wish. */
static void type_is_gone(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	open_with(&t, x, ADDRESS "}");
	b = booked(&t, "bob@example.com");
	b.type = TEXT("gone");
	b = clicked(&t, &b);
	CHECK_INT("pending", b.status, BOOKING_IS_PENDING);
	CHECK_TRUE("its host decides", !booking_awaits_invitee(&b));
	town_close(&t);
}
STORE_CASE(type_is_gone)

/* Whoever invites by their own word knows whom. */
static void host_confirms(struct store_fixture *x)
{
	struct booking b, after;
	struct change *c;
	struct town t;

	open_with(&t, x, ADDRESS "}");
	b = booked(&t, "bob@example.com");
	CHECK_WELL("yes", book_prepare_confirm(&t.h.desk, t.h.db, t.a, &b, HOUSE_NOW, &c, &after));
	CHECK_WELL("says the host", change_run(c));
	CHECK_INT("confirmed", after.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("invited", mails(&t), 1);
	town_close(&t);
}
STORE_CASE(host_confirms)

/* ---- races ---------------------------------------------------------------------------------- */

static void lapses(struct store_fixture *x)
{
	static const enum booking_event what[] = {BOOKING_WAS_REQUESTED, BOOKING_HAS_LAPSED};
	static const enum booking_actor who[] = {BOOKING_BY_INVITEE, BOOKING_BY_SERVER};
	struct booking b, after, other;
	struct change *c;
	struct town t;

	open_with(&t, x, ADDRESS "}");
	b = booked(&t, "bob@example.com");
	/* The job is late: the time is over all the same. */
	CHECK_FAULT("too late", click(&t, &b, b.lapses_at, &c, &after), FAULT_CANCELLED);
	CHECK_WELL("a second before", click(&t, &b, b.lapses_at - 1, &c, &after));
	CHECK_WELL("lapses", lapse(&t, &b, &c, &after));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("declined", after.status, BOOKING_IS_DECLINED);
	CHECK_INT("nobody was invited", mails(&t), 0);
	CHECK_INT("nothing is held", holds(&t), 0);
	CHECK_FAULT("over", click(&t, &after, HOUSE_NOW, &c, &after), FAULT_CANCELLED);
	check_steps(&t, &b, what, who, ARRAY_LEN(what));
	CHECK_WELL("free", book(&t, "eve@example.com", HOUSE_NOW, &other));
	town_close(&t);
}
STORE_CASE(lapses)

/* E8: both have read the same booking; one of them comes first. */
static void click_against_lapse(struct store_fixture *x)
{
	struct booking b, after;
	struct change *yes, *no, *again;
	struct town t;

	open_with(&t, x, ADDRESS "}");
	b = booked(&t, "bob@example.com");
	CHECK_WELL("click", click(&t, &b, HOUSE_NOW + MINUTE, &yes, &after));
	CHECK_WELL("click", click(&t, &b, HOUSE_NOW + MINUTE, &again, &after));
	CHECK_WELL("lapse", lapse(&t, &b, &no, &after));
	CHECK_WELL("the first", change_run(yes));
	CHECK_FAULT("the same again", change_run(again), FAULT_PRECONDITION);
	CHECK_FAULT("the other", change_run(no), FAULT_PRECONDITION);
	CHECK_INT("booked", count_of(&t, "SELECT count(*) FROM booking WHERE status = 1"), 1);
	CHECK_INT("held", holds(&t), 1);
	CHECK_INT("invited once", mails(&t), 1);
	town_close(&t);
}
STORE_CASE(click_against_lapse)

static void lapse_against_click(struct store_fixture *x)
{
	struct booking b, after;
	struct change *yes, *no;
	struct town t;

	open_with(&t, x, ADDRESS "}");
	b = booked(&t, "bob@example.com");
	CHECK_WELL("click", click(&t, &b, HOUSE_NOW + MINUTE, &yes, &after));
	CHECK_WELL("lapse", lapse(&t, &b, &no, &after));
	CHECK_WELL("the first", change_run(no));
	CHECK_FAULT("the other", change_run(yes), FAULT_PRECONDITION);
	CHECK_INT("over", count_of(&t, "SELECT count(*) FROM booking WHERE status = 3"), 1);
	CHECK_INT("nothing is held", holds(&t), 0);
	CHECK_INT("nobody is invited", mails(&t), 0);
	town_close(&t);
}
STORE_CASE(lapse_against_click)

/* D8: what waits counts, or one address could keep a day by asking again and again. */
static void counts(struct store_fixture *x)
{
	struct booking b, after;
	struct town t;

	open_with(&t, x,
		  "{\"durations\":[60],\"confirm_address\":true,\"limits\":{\"per_invitee\":1}}");
	b = booked(&t, "bob@example.com");
	CHECK_INT("waits", b.status, BOOKING_IS_PENDING);
	CHECK_FAULT("a second", book(&t, "Bob+x@example.com", HOUSE_NOW, &after),
		    FAULT_NOT_OFFERED);
	town_close(&t);
}
STORE_CASE(counts)

/* ---- links ---------------------------------------------------------------------------------- */

static void token_has_its_role(struct store_fixture *x)
{
	static const enum book_role roles[] = {BOOK_INVITEE, BOOK_HOST, BOOK_ADDRESS};
	struct town t;

	town_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		struct text id, token = book_token_make(&t.h.desk, t.a, TEXT("b1"), roles[i], 10);
		enum book_role role;

		CHECK_TRUE("whole", book_token_check(&t.h.desk, t.a, token, 9, &id, &role));
		CHECK_INT("role", role, roles[i]);
		/* Nobody makes a role of another one. */
		token = text_from(arena_printf(t.a, "b1.%c%.*s", "hai"[i],
					       TEXT_ARG(text_sub(token, 4, token.len))));
		CHECK_TRUE("forged", !book_token_check(&t.h.desk, t.a, token, 9, &id, &role));
	}
	town_close(&t);
}
STORE_CASE(token_has_its_role)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("confirm_address", {"zones are pinned", test_pinned},
	   STORE_ROWS("held for half an hour, booked by the click", waits_and_is_booked),
	   STORE_ROWS("a host who confirms goes on being asked", goes_on_to_the_host),
	   STORE_ROWS("what only the host keeps waiting may hold nothing", gives_time_back),
	   STORE_ROWS("a type that is gone leaves it to the host", type_is_gone),
	   STORE_ROWS("the host's word is enough", host_confirms),
	   STORE_ROWS("what nobody clicks lapses, and the time is free", lapses),
	   STORE_ROWS("E8: the click, then the click again and the lapse", click_against_lapse),
	   STORE_ROWS("E8: the lapse, then the click", lapse_against_click),
	   STORE_ROWS("D8: what waits counts for its address", counts),
	   STORE_ROWS("each link has its role", token_has_its_role))

/*
 * test_copy - bookings are written to a calendar elsewhere
 */
#include "booking/book.h"
#include "calendar/change_outside.h"
#include "calendar/copies.h"
#include "copy_desk.h"
#include "federation/copy.h"
#include "unit.h"

/* In place of federation/provider.c. */
const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return desk_provider();
}

static void written_once(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("a job", jobs(&d, "copy"), 2);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_INT("stands", desk_copy(&d, &b).state, COPY_STANDS);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("then", there.at[0].start, MONDAY_8);
	CHECK_TEXT("its title", there.at[0].title, TEXT("Intro: Bob"));
	CHECK_TRUE("who comes",
		   text_find(there.at[0].description, TEXT("Bob <bob@example.com>")) >= 0);
	CHECK_TRUE("the host's link", text_find(there.at[0].description, TEXT("/manage/")) >= 0);
	CHECK_INT("again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("nothing is written twice", there.puts, 1);
	town_close(&d.t);
}

static void moved_and_cancelled_here(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_10);
	CHECK_INT("moved", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("to there", there.at[0].start, MONDAY_10);
	cancel(&d, &b);
	CHECK_INT("cancelled", run_copy(&d, &b), CALL_OK);
	CHECK_INT("none", standing(), 0);
	CHECK_INT("removed", desk_copy(&d, &b).state, COPY_REMOVED);
	CHECK_INT("once", run_copy(&d, &b), CALL_OK);
	CHECK_INT("and not again", there.removals, 1);
	town_close(&d.t);
}

static void cancelled_before(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	cancel(&d, &b);
	CHECK_INT("nothing to do", run_copy(&d, &b), CALL_OK);
	CHECK_INT("nothing written", there.puts + there.removals, 0);
	town_close(&d.t);
}

static void answer_lost(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	CHECK_INT("noted before it was asked", desk_copy(&d, &b).state, COPY_WANTED);
	CHECK_INT("made", standing(), 1);
	CHECK_INT("read meanwhile", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("still wanted", desk_copy(&d, &b).state, COPY_WANTED);
	CHECK_TEXT("it is known where", desk_copy(&d, &b).remote, there.at[0].remote);
	move(&d, &b, MONDAY_9);
	there.loses_answers = false;
	CHECK_INT("again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("as the booking is", there.at[0].start, MONDAY_9);
	CHECK_INT("which stays", now_is(&d, &b).start, MONDAY_9);
	/* An update as well. */
	move(&d, &b, MONDAY_10);
	there.loses_answers = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	move(&d, &b, MONDAY_8);
	there.loses_answers = false;
	CHECK_INT("again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("it is not taken for the host's", now_is(&d, &b).start, MONDAY_8);
	CHECK_INT("as the booking is", there.at[0].start, MONDAY_8);
	town_close(&d.t);
}

/* What was never seen there has not been deleted by its host. */
static void conflict_with_nothing(struct store_fixture *x)
{
	static const char *const ids[] = {NULL, "id-somewhere"};
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.conflicts = true;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		there.conflict = ids[i];
		CHECK_INT("it is tried again", run_copy(&d, &b), CALL_BROKEN);
		CHECK_INT("still wanted", desk_copy(&d, &b).state, COPY_WANTED);
		CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	}
	there.conflicts = false;
	there.ends_with = CALL_CHANGED;
	CHECK_INT("changed, and never made", run_copy(&d, &b), CALL_BROKEN);
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	there.ends_with = CALL_OK;
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	town_close(&d.t);
}

static void id_used_up(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("made", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	there.at[0].is_gone = true;
	CHECK_INT("made by another id", run_copy(&d, &b), CALL_OK);
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	CHECK_INT("generation", desk_copy(&d, &b).generation, 2);
	CHECK_INT("one", standing(), 1);
	town_close(&d.t);
}

/* What stands there since is found by the mark, and there is no second one. */
static void connected_anew(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct change *c;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	c = change_open(&d.t.h.calendar, d.t.a, CHANGE_CLIENT, d.now);
	CHECK_WELL("disconnect", change_disconnect(c, d.t.alice, TEXT("account")));
	CHECK_WELL("disconnected", change_run(c));
	d.account = "another";
	connect_account(&d);
	there.at[0].calendar = d.calendars[0].id;
	move(&d, &b, MONDAY_9);
	CHECK_INT("written again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("the booking is where it was moved", now_is(&d, &b).start, MONDAY_9);
	CHECK_INT("and so is that", there.at[0].start, MONDAY_9);
	town_close(&d.t);
}

static void given_up(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("made, perhaps", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	there.ends_with = CALL_BROKEN;
	CHECK_INT("broken", run_copy(&d, &b), CALL_BROKEN);
	copy_give_up(&d.fed, d.t.a, d.t.alice, b.owner, b.id, d.now, TEXT("Tried too often."));
	CHECK_INT("its host sees it", desk_copy(&d, &b).state, COPY_REFUSED);
	CHECK_TEXT("and why", desk_copy(&d, &b).why, TEXT("Tried too often."));
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	there.ends_with = CALL_OK;
	CHECK_INT("once more, by hand", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	copy_give_up(&d.fed, d.t.a, d.t.alice, b.owner, b.id, d.now, TEXT("Too late."));
	CHECK_INT("as it is written by now", desk_copy(&d, &b).state, COPY_STANDS);
	town_close(&d.t);
}

/* RFC 4331 §6 (507), Google's quotaExceeded: of the account, and seen in each booking. */
static void quota_spent(struct store_fixture *x)
{
	struct desk d;
	struct booking first, second;

	desk_open(&d, x, HOURLY);
	first = book(&d, MONDAY_8, 0);
	second = book(&d, MONDAY_9, 0);
	there.ends_with = CALL_PAUSE;
	CHECK_INT("no more is taken", run_copy(&d, &first), CALL_PAUSE);
	CHECK_TEXT("its host reads why", desk_copy(&d, &first).why, TEXT("It has had enough."));
	CHECK_INT("another", run_copy(&d, &second), CALL_PAUSE);
	CHECK_INT("is not tried", there.puts, 1);
	CHECK_TEXT("and why it waits", desk_copy(&d, &second).why,
		   TEXT("The provider takes nothing more for a while."));
	there.ends_with = CALL_OK;
	d.now += 3600;
	CHECK_INT("later", run_copy(&d, &first), CALL_OK);
	CHECK_INT("it stands", desk_copy(&d, &first).state, COPY_STANDS);
	CHECK_TEXT("nothing is amiss", desk_copy(&d, &first).why, TEXT_NONE);
	town_close(&d.t);
}

static void cancelled_while_lost(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	cancel(&d, &b);
	CHECK_INT("taken away", run_copy(&d, &b), CALL_OK);
	CHECK_INT("none", standing(), 0);
	town_close(&d.t);
}

static void provider_away(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.is_away = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	CHECK_INT("the booking stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	there.is_away = false;
	there.refuses = true;
	CHECK_INT("refused", run_copy(&d, &b), CALL_REFUSED);
	CHECK_INT("which is noted", desk_copy(&d, &b).state, COPY_REFUSED);
	CHECK_INT("and not tried again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("as it is", there.puts, 1);
	there.refuses = false;
	move(&d, &b, MONDAY_9);
	CHECK_INT("another thing is", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	town_close(&d.t);
}

static void waiting_to_be_confirmed(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, "{\"durations\":[60],\"confirm\":true,\"pending_hours\":24}");
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("it holds its time", run_copy(&d, &b), CALL_OK);
	CHECK_TRUE("so it is shown", there.at[0].is_tentative);
	town_close(&d.t);
}

static void waiting_without_time(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x,
		  "{\"durations\":[60],\"confirm\":true,\"pending_blocks\":false,"
		  "\"pending_hours\":24}");
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("it holds none", run_copy(&d, &b), CALL_OK);
	CHECK_INT("so it is not shown", there.puts, 0);
	town_close(&d.t);
}

static void another_calendar(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct copies_task task = {.host = 0};
	struct change *c;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_WELL("no jobs", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	choose(&d, 1);
	CHECK_INT("a job for all", jobs(&d, "copy"), 1);
	task = (struct copies_task){.host = d.t.alice, .owner = d.t.alice};
	c = change_open(&d.t.h.calendar, d.t.a, CHANGE_PROVIDER, d.now);
	CHECK_WELL("plan", copies_plan_portion(c, d.t.h.db, d.t.a, &task, d.now));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("one for the booking, one for teams", jobs(&d, "copy"), 2);
	CHECK_INT("moved over", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("in the other", there.at[1].calendar, d.calendars[1].id);
	CHECK_TRUE("gone from the first", there.at[0].is_gone);
	CHECK_INT("anew", desk_copy(&d, &b).generation, 2);
	town_close(&d.t);
}

/* Before another one is made in its place: nobody would know this one's mark then. */
static void another_calendar_while_lost(struct store_fixture *x)
{
	static const struct sql outlook = {"UPDATE connection SET provider = 1"};
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("made, perhaps", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	choose(&d, 1);
	CHECK_WELL("of Outlook's", store_fixture_sql(x, &outlook));
	CHECK_INT("moved over", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("in the other", there.at[1].calendar, d.calendars[1].id);
	town_close(&d.t);
}

STORE_CASE(written_once)
STORE_CASE(moved_and_cancelled_here)
STORE_CASE(cancelled_before)
STORE_CASE(answer_lost)
STORE_CASE(conflict_with_nothing)
STORE_CASE(id_used_up)
STORE_CASE(connected_anew)
STORE_CASE(given_up)
STORE_CASE(quota_spent)
STORE_CASE(cancelled_while_lost)
STORE_CASE(provider_away)
STORE_CASE(waiting_to_be_confirmed)
STORE_CASE(waiting_without_time)
STORE_CASE(another_calendar)
STORE_CASE(another_calendar_while_lost)

/* clang-format off */
UNIT_SUITE("copy",
	STORE_ROWS("a booking is written once", written_once),
	STORE_ROWS("moved and cancelled here", moved_and_cancelled_here),
	STORE_ROWS("cancelled before it was written", cancelled_before),
	STORE_ROWS("after an answer that was lost there is one", answer_lost),
	STORE_ROWS("a conflict with what was never seen cancels nothing", conflict_with_nothing),
	STORE_ROWS("an id that is used up", id_used_up),
	STORE_ROWS("an account that is connected anew", connected_anew),
	STORE_ROWS("what was tried too often", given_up),
	STORE_ROWS("a quota that is spent is told in the booking", quota_spent),
	STORE_ROWS("cancelled after an answer that was lost", cancelled_while_lost),
	STORE_ROWS("a provider that is away, and one that refuses", provider_away),
	STORE_ROWS("what waits to be confirmed is tentative", waiting_to_be_confirmed),
	STORE_ROWS("what holds no time is not written", waiting_without_time),
	STORE_ROWS("another calendar takes bookings", another_calendar),
	STORE_ROWS("another one does, and an answer was lost", another_calendar_while_lost))
/* clang-format on */

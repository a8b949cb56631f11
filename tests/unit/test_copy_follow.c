/*
 * test_copy_follow - what a host does elsewhere with the copy of a booking
 */
#include "copy_desk.h"
#include "unit.h"

/* In place of federation/provider.c. */
const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return desk_provider();
}

static void moved_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b, is;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_WELL("no jobs", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	/* At night: no rule is asked of a host. */
	drag(&there.at[0], MONDAY_8 + 12 * HOUR);
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	is = now_is(&d, &b);
	CHECK_INT("it follows", is.start, MONDAY_8 + 12 * HOUR);
	CHECK_INT("its version", is.version, 2);
	CHECK_INT("the invitee is told", jobs(&d, "mail"), 1);
	CHECK_INT("by the host's calendar",
		  count_of(&d.t, "SELECT who FROM booking_history WHERE n = 2"),
		  BOOKING_BY_CALENDAR);
	CHECK_INT("its job", run_copy(&d, &b), CALL_OK);
	CHECK_INT("writes nothing", there.puts, 1);
	CHECK_INT("seen again", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("changes nothing", now_is(&d, &b).version, 2);
	town_close(&d.t);
}

static void deleted_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_WELL("sent", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	there.at[0].is_gone = true;
	there.at[0].version++;
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("it is cancelled", now_is(&d, &b).status, BOOKING_IS_CANCELLED);
	CHECK_INT("the invitee is told", jobs(&d, "mail"), 1);
	CHECK_INT("lost", desk_copy(&d, &b).state, COPY_LOST);
	CHECK_INT("its job", run_copy(&d, &b), CALL_OK);
	CHECK_INT("does nothing", there.puts + there.removals, 1);
	town_close(&d.t);
}

static void its_calendar_deleted(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	there.at[0].is_gone = true;
	there.has_no_calendar = true;
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("that calls nothing off", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	CHECK_INT("it is not there", desk_copy(&d, &b).state, COPY_REMOVED);
	town_close(&d.t);
}

static void older_page(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct thing older;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	older = there.at[0];
	move(&d, &b, MONDAY_10);
	CHECK_INT("moved", run_copy(&d, &b), CALL_OK);
	CHECK_INT("seen", read_thing(&d, &b, &older), CALL_OK);
	CHECK_INT("what stands there now counts", now_is(&d, &b).start, MONDAY_10);
	CHECK_INT("asked", there.looks, 1);
	town_close(&d.t);
}

static void another_title(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	there.at[0].version++;
	move(&d, &b, MONDAY_9);
	CHECK_INT("written over", run_copy(&d, &b), CALL_OK);
	CHECK_INT("at its time", there.at[0].start, MONDAY_9);
	CHECK_INT("the booking stays", now_is(&d, &b).start, MONDAY_9);
	there.at[0].version++;
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_TEXT("its etag is known", desk_copy(&d, &b).etag, etag_of(d.t.a, &there.at[0]));
	CHECK_INT("its version", now_is(&d, &b).version, 2);
	town_close(&d.t);
}

static void moved_on_both_sides(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_9);
	drag(&there.at[0], MONDAY_8 + 5 * HOUR);
	CHECK_INT("both", run_copy(&d, &b), CALL_OK);
	CHECK_INT("the host is obeyed", now_is(&d, &b).start, MONDAY_8 + 5 * HOUR);
	CHECK_INT("and both agree", there.at[0].start, MONDAY_8 + 5 * HOUR);
	town_close(&d.t);
}

/* What was written there since tells such a time from one that we have tried to write. */
static void moved_back_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_9);
	CHECK_INT("moved here", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_10);
	there.is_away = true;
	CHECK_INT("tried", run_copy(&d, &b), CALL_LATER);
	there.is_away = false;
	drag(&there.at[0], MONDAY_8);
	CHECK_INT("both", run_copy(&d, &b), CALL_OK);
	CHECK_INT("the host is obeyed", now_is(&d, &b).start, MONDAY_8);
	CHECK_INT("and both agree", there.at[0].start, MONDAY_8);
	town_close(&d.t);
}

static void copied_by_its_host(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct remote_event event;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	event = event_of(d.t.a, &there.at[0]);
	event.remote = TEXT("a copy of it");
	event.etag = TEXT("other");
	event.start += HOUR;
	event.end += HOUR;
	CHECK_INT("seen", read_back(&d, &b, &event), CALL_OK);
	CHECK_INT("it is a thing of its own", now_is(&d, &b).start, MONDAY_8);
	event.is_gone = true;
	CHECK_INT("gone", read_back(&d, &b, &event), CALL_OK);
	CHECK_INT("too", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	town_close(&d.t);
}

#define COURSE "{\"durations\":[60],\"series\":{\"max\":12},\"window_days\":365}"

static void series_moved_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct remote_event event;

	desk_open(&d, x, COURSE);
	b = book(&d, MONDAY_8, 4);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_TRUE("with its rule", text_find(there.at[0].rule, TEXT("RRULE:")) >= 0);
	event = event_of(d.t.a, &there.at[0]);
	event.remote = TEXT("one time of it");
	event.kind = OUTSIDE_INSTANCE;
	event.start += HOUR;
	CHECK_INT("a single time", read_back(&d, &b, &event), CALL_OK);
	CHECK_INT("is not followed", now_is(&d, &b).version, 1);
	CHECK_INT("and told", desk_copy(&d, &b).state, COPY_DIFFERS);
	drag(&there.at[0], MONDAY_10);
	CHECK_INT("all of it", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("is", now_is(&d, &b).start, MONDAY_10);
	CHECK_TRUE("as a series", text_find(now_is(&d, &b).rule, TEXT("COUNT=4")) >= 0);
	town_close(&d.t);
}

STORE_CASE(moved_there)
STORE_CASE(deleted_there)
STORE_CASE(its_calendar_deleted)
STORE_CASE(older_page)
STORE_CASE(another_title)
STORE_CASE(moved_on_both_sides)
STORE_CASE(moved_back_there)
STORE_CASE(copied_by_its_host)
STORE_CASE(series_moved_there)

/* clang-format off */
UNIT_SUITE("copy_follow",
	STORE_ROWS("moved there", moved_there),
	STORE_ROWS("deleted there", deleted_there),
	STORE_ROWS("deleted with its whole calendar", its_calendar_deleted),
	STORE_ROWS("a page that is older than what was written", older_page),
	STORE_ROWS("other words there are the host's", another_title),
	STORE_ROWS("moved on both sides", moved_on_both_sides),
	STORE_ROWS("moved there to where it once stood", moved_back_there),
	STORE_ROWS("a copy that the host has made of it", copied_by_its_host),
	STORE_ROWS("a series", series_moved_there))
/* clang-format on */

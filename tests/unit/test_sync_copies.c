/*
 * test_sync_copies - what a reading of a calendar elsewhere does with what was written there by us
 */
#include "calendar/change_outside.h"
#include "unit.h"

#include "elsewhere.h"

#include "base/clock.h"
#include "federation/copy_priv.h"
#include "federation/sync.h"

#define NINE ELSEWHERE_NINE
#define MOVED                                                                                      \
	"RECURRENCE-ID:20270119T090000Z\r\nDTSTART:20270119T150000Z\r\nDTEND:20270119T160000Z\r\n"

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
}

static const struct fault *copy_tx(struct db *db, struct arena *a, void *ctx)
{
	struct elsewhere *e = ctx;
	const struct outside_copy copy = {
		.owner = e->owner,
		.booking = TEXT("b"),
		.booking_owner = e->owner,
		.connection = e->connection,
		.calendar = e->calendar,
		.remote = TEXT("ours"),
		.mark = TEXT("m"),
		.state = COPY_STANDS,
	};

	return outside_copy_put(db, a, &copy);
}

static void ours(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_put("ours", "ours", OUTSIDE_SINGLE, NINE);
	elsewhere_put("theirs", "theirs", OUTSIDE_SINGLE, NINE);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("both are unknown", elsewhere_objects(&e), 2);
	CHECK_WELL("copy", store_fixture_tx(x, copy_tx, &e));
	elsewhere_put("ours", "ours", OUTSIDE_SINGLE, NINE);
	elsewhere_put("copied", "copied", OUTSIDE_SINGLE, NINE);
	elsewhere_mark("copied", "m");
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("ours blocks nothing, though it was read before", !elsewhere_has(&e, "ours"));
	CHECK_TRUE("a user's copy of it has our mark, and is a thing of its own",
		   elsewhere_has(&e, "copied"));
	CHECK_TRUE("theirs", elsewhere_has(&e, "theirs"));
	elsewhere_close(&e);
}
STORE_CASE(ours)

static void left_over(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;
	const struct secret_key *key;
	struct text mark;

	elsewhere_open(&e, x);
	key = &e.h.calendar.key;
	mark = copy_mark(e.a, key, e.owner, TEXT("a booking of old"));
	elsewhere_put("left", "left", OUTSIDE_SINGLE, NINE);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("without a mark it takes time", elsewhere_has(&e, "left"));
	elsewhere_mark("left", arena_printf(e.a, "%.*s", TEXT_ARG(mark)));
	elsewhere_put("left", "left", OUTSIDE_SINGLE, NINE);
	elsewhere_put("other", "other", OUTSIDE_SINGLE, NINE);
	mark = copy_mark(e.a, key, e.owner + 1, TEXT("a booking of old"));
	elsewhere_mark("other", arena_printf(e.a, "%.*s", TEXT_ARG(mark)));
	elsewhere_put("forged", "forged", OUTSIDE_SINGLE, NINE);
	elsewhere_mark("forged", "0123456789abcdef0123456789abcdef");
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("with one of ours it takes none", !elsewhere_has(&e, "left"));
	CHECK_TRUE("another owner's takes time", elsewhere_has(&e, "other"));
	CHECK_TRUE("and so does what anybody has made up", elsewhere_has(&e, "forged"));
	elsewhere_close(&e);
}
STORE_CASE(left_over)

static const struct fault *write_copy_tx(struct db *db, struct arena *a, void *ctx)
{
	struct elsewhere *e = ctx;
	struct outside_copy *copy;
	const struct fault *f = outside_copy_get(db, a, e->owner, TEXT("b"), &copy);

	if (f)
		return f;
	copy->etag = TEXT("written meanwhile");
	return outside_copy_put(db, a, copy);
}

/* The second call asks what has become of the copy; the first has read the page. */
static void write_copy(void *ctx, int call)
{
	struct elsewhere *e = ctx;

	if (call == 2)
		CHECK_WELL("meanwhile", store_fixture_tx(e->h.x, write_copy_tx, e));
}

static void written_meanwhile(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;
	struct outside_copy *copy;

	elsewhere_open(&e, x);
	elsewhere_put("ours", "ours", OUTSIDE_SINGLE, NINE);
	CHECK_WELL("copy", store_fixture_tx(x, copy_tx, &e));
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	elsewhere_remove("ours");
	elsewhere_during(write_copy, &e);
	CHECK_INT("it is told of anew", elsewhere_read(&e, &c), CALL_OK);
	elsewhere_during(NULL, NULL);
	CHECK_WELL("copy", outside_copy_get(e.h.db, e.a, e.owner, TEXT("b"), &copy));
	CHECK_INT("as its calendar is gone", copy->state, COPY_REMOVED);
	CHECK_TEXT("with what was written", copy->etag, TEXT("written meanwhile"));
	elsewhere_close(&e);
}
STORE_CASE(written_meanwhile)

/* What is not followed takes time, until it is as it was, or all of its series goes. */
static void ours_in_part(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	CHECK_WELL("copy", store_fixture_tx(x, copy_tx, &e));
	elsewhere_put("ours", "ours", OUTSIDE_MASTER, NINE "RRULE:FREQ=DAILY;COUNT=5\r\n");
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("ours takes none", elsewhere_objects(&e), 0);
	elsewhere_put("ours_2", "ours", OUTSIDE_INSTANCE, MOVED);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("a time that was moved does", elsewhere_has(&e, "ours"));
	CHECK_TRUE("and it alone", text_find(elsewhere_object(&e, "ours"), TEXT("RRULE")) < 0);
	elsewhere_put("ours_2", "ours", OUTSIDE_DROPPED, "EXDATE:20270119T090000Z\r\n");
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("one that was taken out does not", !elsewhere_has(&e, "ours"));
	elsewhere_put("ours_2", "ours", OUTSIDE_INSTANCE, MOVED);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("moved again", elsewhere_has(&e, "ours"));
	elsewhere_remove("ours");
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("it goes with its series", !elsewhere_has(&e, "ours"));
	elsewhere_close(&e);
}
STORE_CASE(ours_in_part)

enum { MISSED = 4 };

static const struct fault *missed_tx(struct db *db, struct arena *a, void *ctx)
{
	struct elsewhere *e = ctx;
	const struct fault *f = NULL;

	for (int i = 0; i < MISSED && !f; i++) {
		const struct outside_copy copy = {
			.owner = e->owner,
			.booking = text_from(arena_printf(a, "b%d", i)),
			.booking_owner = e->owner,
			.connection = e->connection,
			.calendar = e->calendar,
			.remote = text_from(arena_printf(a, "ours%d", i)),
			.mark = text_from(arena_printf(a, "m%d", i)),
			.state = COPY_STANDS,
			.end = HOUSE_NOW + 86400,
		};

		f = outside_copy_put(db, a, &copy);
	}
	return f;
}

static void seen_before_a_cut(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	CHECK_WELL("copies", store_fixture_tx(x, missed_tx, &e));
	elsewhere_put_many("ours", MISSED);
	elsewhere_put_many("a", 20);
	elsewhere_fail(2 + MISSED, CALL_LATER);
	CHECK_INT("the second page fails", elsewhere_read(&e, &c), CALL_LATER);
	elsewhere_calls();
	CHECK_INT("it goes on", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("by its other pages alone", elsewhere_calls(), 2);
	elsewhere_reset(10);
	elsewhere_forget_cursors();
	elsewhere_calendars(&(struct remote_calendar){.remote = TEXT("primary")}, 1);
	CHECK_INT("another one", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("asks for all that it has not seen", elsewhere_calls(), 2 + 2 * MISSED);
	elsewhere_close(&e);
}
STORE_CASE(seen_before_a_cut)

/* Each call takes its time. */
static void clock_goes(void *ctx, int call)
{
	struct elsewhere *e = ctx;

	CHECK_TRUE("the lease is kept", elsewhere_row(e).lease_until > clock_now());
	elsewhere_clock(e, HOUSE_NOW + 25 * call);
}

static void lease_kept(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	CHECK_WELL("copies", store_fixture_tx(x, missed_tx, &e));
	elsewhere_calendars(&(struct remote_calendar){.remote = TEXT("primary")}, 1);
	elsewhere_during(clock_goes, &e);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("all are asked for", elsewhere_calls(), 1 + 2 * MISSED);
	elsewhere_during(NULL, NULL);
	elsewhere_close(&e);
}
STORE_CASE(lease_kept)

UNIT_SUITE("sync_copies", STORE_ROWS("ours", ours),
	   STORE_ROWS("ours that no copy is known of", left_over),
	   STORE_ROWS("ours that its job writes meanwhile", written_meanwhile),
	   STORE_ROWS("ours in part", ours_in_part),
	   STORE_ROWS("ours that were seen before a cut", seen_before_a_cut),
	   STORE_ROWS("ours that are asked for keep the lease", lease_kept))

/*
 * test_copy_meanwhile - what happens while the provider is asked, or just after
 */
#include "calendar/change_outside.h"
#include "copy_desk.h"
#include "unit.h"

/* In place of federation/provider.c. */
const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return desk_provider();
}

static struct {
	struct desk *desk;
	const struct booking *booking;
	int left; /* so often */
} meanwhile;

static const struct fault *take_tx(struct db *db, struct arena *a, void *ctx)
{
	const struct desk *d = ctx;
	struct outside_calendar *c;

	return outside_calendar_take_one(db, a, d->t.alice, d->calendars[0].id, d->now, d->now, &c);
}

/* A reading of the calendar that takes bookings begins; it is over at once. */
static void begin_reading(void)
{
	if (meanwhile.left == 0)
		return;
	meanwhile.left--;
	CHECK_WELL("reading", store_fixture_tx(meanwhile.desk->t.h.x, take_tx, meanwhile.desk));
}

static void read_meanwhile(struct store_fixture *x)
{
	static const struct {
		const char *name;
		int readings, looks;
		bool weakens;
	} rows[] = {
		{"none", 0, 0, false},
		{"one", 1, 1, false},
		{"and another", 2, 2, false},
		{"and one more", 3, 3, false},
		{"RFC 9110 §8.8.3.2 a weak ETag", 1, 1, true},
	};
	struct booking all[ARRAY_LEN(rows)];
	struct desk d;

	desk_open(&d, x, HOURLY);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		all[i] = book(&d, MONDAY_8 + (int64_t)i * HOUR, 0);
	d.calendars[0].counts = true;
	choose(&d, 0);
	meanwhile.desk = &d;
	there.meanwhile = begin_reading;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		there.puts = there.looks = 0;
		meanwhile.left = rows[i].readings;
		there.weakens = rows[i].weakens;
		CHECK_INT(rows[i].name, run_copy(&d, &all[i]), CALL_OK);
		CHECK_INT(rows[i].name, there.puts, 1);
		CHECK_INT(rows[i].name, there.looks, rows[i].looks);
		CHECK_INT(rows[i].name, desk_copy(&d, &all[i]).state, COPY_STANDS);
	}
	town_close(&d.t);
}

/* A part of the provider does not know yet of what another has taken. */
static void hidden_meanwhile(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	d.calendars[0].counts = true;
	choose(&d, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_9);
	meanwhile.desk = &d;
	meanwhile.left = 1;
	there.meanwhile = begin_reading;
	there.hides = 1;
	CHECK_INT("not thought deleted", run_copy(&d, &b), CALL_LATER);
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	CHECK_INT("seen by the next attempt", run_copy(&d, &b), CALL_OK);
	CHECK_INT("it stands there", desk_copy(&d, &b).state, COPY_STANDS);
	move(&d, &b, MONDAY_10);
	meanwhile.left = 1;
	there.hides = 2;
	CHECK_INT("hidden once more", run_copy(&d, &b), CALL_LATER);
	there.at[0].is_gone = true;
	CHECK_INT("and not found by the next, either", run_copy(&d, &b), CALL_OK);
	CHECK_INT("it was deleted", now_is(&d, &b).status, BOOKING_IS_CANCELLED);
	town_close(&d.t);
}

static struct outside_copy noted; /* by another worker, meanwhile */

static const struct fault *note_tx(struct db *db, struct arena *a, void *ctx)
{
	struct outside_copy c = desk_copy(ctx, meanwhile.booking);

	c.state = noted.state;
	c.remote = noted.remote;
	return outside_copy_put(db, a, &c);
}

/* Another worker, who has had the job before, was faster. */
static void note(void)
{
	if (meanwhile.left-- > 0)
		CHECK_WELL("noted",
			   store_fixture_tx(meanwhile.desk->t.h.x, note_tx, meanwhile.desk));
}

static void ended_meanwhile(struct store_fixture *x)
{
	static const struct {
		const char *name;
		struct outside_copy noted;
		enum call_end removal, end;
		int standing, state;
	} rows[] = {
		{"deleted there", {.state = COPY_LOST}, CALL_OK, CALL_OK, 0, COPY_LOST},
		{"what was made is gone", {.state = COPY_LOST}, CALL_GONE, CALL_OK, 0, COPY_LOST},
		{"it cannot be taken back just now",
		 {.state = COPY_LOST},
		 CALL_LATER,
		 CALL_LATER,
		 1,
		 COPY_WANTED},
		{"its mark stands by another id",
		 {.state = COPY_STANDS, .remote = TEXT_INIT("alias")},
		 CALL_OK,
		 CALL_LATER,
		 1,
		 COPY_STANDS},
	};

	struct desk d;

	desk_open(&d, x, HOURLY);
	meanwhile.desk = &d;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct booking b = book(&d, MONDAY_8 + (int64_t)i * HOUR, 0);

		meanwhile.booking = &b;
		meanwhile.left = 1;
		noted = rows[i].noted;
		there = (struct copy_desk_there){.meanwhile = note,
						 .removal_ends = rows[i].removal};
		CHECK_INT(rows[i].name, run_copy(&d, &b), rows[i].end);
		CHECK_INT("made", there.puts, 1);
		CHECK_INT(rows[i].name, standing(), rows[i].standing);
		CHECK_INT(rows[i].name, desk_copy(&d, &b).state, rows[i].state);
	}
	town_close(&d.t);
}

/* Cancelled while it was made, and its provider is away when it is to be taken back. */
static void taken_back_later(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	meanwhile.desk = &d;
	meanwhile.booking = &b;
	meanwhile.left = 1;
	noted = (struct outside_copy){.state = COPY_REMOVED};
	there.meanwhile = note;
	there.removal_ends = CALL_LATER;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	CHECK_INT("one is left", standing(), 1);
	cancel(&d, &b);
	there.removal_ends = CALL_OK;
	CHECK_INT("tried again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("none is left", standing(), 0);
	CHECK_INT("as it was", desk_copy(&d, &b).state, COPY_REMOVED);
	town_close(&d.t);
}

STORE_CASE(read_meanwhile)
STORE_CASE(hidden_meanwhile)
STORE_CASE(ended_meanwhile)
STORE_CASE(taken_back_later)

/* clang-format off */
UNIT_SUITE("copy_meanwhile",
	STORE_ROWS("readings that begin meanwhile have it looked at, and not written again", read_meanwhile),
	STORE_ROWS("what is not shown just after it was written is not thought deleted", hidden_meanwhile),
	STORE_ROWS("what another worker has seen to an end meanwhile", ended_meanwhile),
	STORE_ROWS("what could not be taken back is taken away later", taken_back_later))
/* clang-format on */

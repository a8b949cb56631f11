/*
 * test_horizon - how far ahead occurrences stand, and changes that it overtakes
 */
#include <pthread.h>

#include "calendar/horizon.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "store/occurrence.h"
#include "town.h"
#include "unit.h"

/* ---- the horizon --------------------------------------------------------------------------- */

static int64_t last_row(struct town *t)
{
	return count_of(t, "SELECT max(starts) FROM occurrence");
}

static void horizon_moves(struct store_fixture *x)
{
	int64_t later = HOUSE_NOW + 200 * DAY_SECONDS, from, until, rows;
	bool due;
	struct town t;

	town_open(&t, x);
	set_horizon(&t, HOUSE_NOW + 790 * DAY_SECONDS);
	CHECK_WELL("not yet", horizon_is_due(&t.h.calendar, t.a, HOUSE_NOW, &due));
	CHECK_TRUE("not yet", !due);
	CHECK_WELL("endless",
		   house_put(&t.h, t.alice, "calendar", "a.ics",
			     house_event(t.a, "a", EIGHT, NINE, "RRULE:FREQ=DAILY\r\n")));
	CHECK_WELL("long over",
		   house_put(&t.h, t.alice, "calendar", "b.ics",
			     house_event(t.a, "b", EIGHT, NINE, "RRULE:FREQ=DAILY;COUNT=3\r\n")));
	CHECK_INT("recurs beyond", count_of(&t, "SELECT sum(partial) FROM object"), 1);
	rows = last_row(&t);
	CHECK_TRUE("as far as a move would go", rows >= HOUSE_NOW + 799 * DAY_SECONDS);
	CHECK_WELL("due", horizon_is_due(&t.h.calendar, t.a, later, &due));
	CHECK_TRUE("due", due);
	CHECK_WELL("move", horizon_move(&t.h.calendar, t.a, later));
	CHECK_WELL("mark", occurrence_horizon(t.h.db, t.a, &from, &until));
	CHECK_INT("a day less than changes reach", until,
		  later + (HORIZON_AHEAD_DAYS - 1) * DAY_SECONDS);
	CHECK_TRUE("rows up to it", last_row(&t) > until - 2 * DAY_SECONDS);
	CHECK_TRUE("and not without end", last_row(&t) < until + 2 * DAY_SECONDS);
	CHECK_INT("no client sees a change", count_of(&t, "SELECT max(seq) FROM collection"), 2);
	rows = count_of(&t, "SELECT count(*) FROM occurrence");
	CHECK_WELL("again", horizon_move(&t.h.calendar, t.a, later));
	CHECK_INT("moves nothing", count_of(&t, "SELECT count(*) FROM occurrence"), rows);
	town_close(&t);
}
STORE_CASE(horizon_moves)

/* Planned before the horizon moved past its rows: planned again, whoever waits. */
static void horizon_overtakes(struct store_fixture *x)
{
	int64_t far = HOUSE_NOW + 1000 * DAY_SECONDS;
	struct change_put *put;
	struct change *c;
	struct town t;

	town_open(&t, x);
	put = put_of(&t, "a.ics", house_event(t.a, "a", EIGHT, NINE, "RRULE:FREQ=DAILY\r\n"));
	c = change_of(&t);
	CHECK_WELL("plan", change_put(c, put));
	set_horizon(&t, far);
	CHECK_WELL("apply", change_run(c));
	CHECK_TRUE("rows up to the new one", last_row(&t) > far - 2 * DAY_SECONDS);
	town_close(&t);
}
STORE_CASE(horizon_overtakes)

/* The same for a change that nobody waits for: it is planned again on a worker. */
struct told {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	int count;
	enum fault_code code;
};

static void tell(void *ctx, const struct fault *f)
{
	struct told *told = ctx;

	pthread_mutex_lock(&told->lock);
	told->count++;
	told->code = f ? f->code : FAULT_COUNT;
	pthread_cond_signal(&told->turn);
	pthread_mutex_unlock(&told->lock);
}

static void submitted(struct store_fixture *x)
{
	struct told told = {.lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER};
	int64_t far = HOUSE_NOW + 1000 * DAY_SECONDS;
	struct job j = {.kind = TEXT("mail"), .key = TEXT("j"), .payload = TEXT("{}")};
	struct change *c;
	struct town t;

	town_open(&t, x);
	c = change_of(&t);
	j.owner = t.alice;
	CHECK_WELL("plan", change_put(c, put_of(&t, "a.ics",
						house_event(t.a, "a", EIGHT, NINE,
							    "RRULE:FREQ=DAILY\r\n"))));
	CHECK_WELL("plan", change_job(c, &j));
	set_horizon(&t, far);
	change_submit(c, tell, &told);
	pthread_mutex_lock(&told.lock);
	while (told.count == 0)
		pthread_cond_wait(&told.turn, &told.lock);
	pthread_mutex_unlock(&told.lock);
	CHECK_INT("well", told.code, FAULT_COUNT);
	CHECK_TRUE("rows up to the new one", last_row(&t) > far - 2 * DAY_SECONDS);
	house_close(&t.h);
	CHECK_INT("told once", told.count, 1);
	CHECK_INT("jobs are announced", t.h.woken, 1);
}
STORE_CASE(submitted)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("horizon", {"zones are pinned", test_pinned}, STORE_ROWS("moves", horizon_moves),
	   STORE_ROWS("overtakes a plan", horizon_overtakes),
	   STORE_ROWS("and one that nobody waits for", submitted))

/*
 * test_change_connect - accounts elsewhere: connected, changed, connected anew, forgotten
 */
#include "abroad.h"
#include "unit.h"

/* As the job does it (daemon/job_purge.c). */
static void purge(struct abroad *w)
{
	struct change_purge p = {.owner = w->t.alice, .collection = w->calendar, .max = 1};

	for (int i = 0; i < 10 && !p.done; i++) {
		struct change *c = change_of(&w->t);

		CHECK_WELL("purge", change_purge_collection(c, &p));
		CHECK_WELL("purge", change_run(c));
	}
	CHECK_TRUE("done", p.done);
}

static void disconnects(struct store_fixture *x)
{
	static const char *const tables[] = {"connection",   "outside_calendar", "outside_event",
					     "outside_copy", "outside_watch",	 "occurrence",
					     "object",	     "object_data"};
	struct abroad w;
	struct change *c;

	abroad_open(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ORGANIZE));
	CHECK_WELL("bring", abroad_bring(&w, "u2", NINE, TEN, ""));
	c = abroad_change(&w);
	CHECK_WELL("disconnect", change_disconnect(c, w.t.alice, ACCOUNT));
	CHECK_WELL("disconnect", change_run(c));
	CHECK_STR("free at once", abroad_busy(&w), "");
	CHECK_TRUE("of no age", abroad_outside_at(&w) == INT64_MAX);
	CHECK_INT("to be purged", count_of(&w.t, "SELECT count(*) FROM job WHERE kind = 'purge'"),
		  1);
	purge(&w);
	CHECK_INT("its provider is told, whatever becomes of its user",
		  count_of(&w.t, "SELECT count(*) FROM job WHERE kind = 'leave' AND owner = 0"), 1);
	CHECK_INT("nobody else is", count_of(&w.t, "SELECT count(*) FROM job"), 2);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		CHECK_INT(tables[i],
			  count_of(&w.t, arena_printf(w.t.a, "SELECT count(*) FROM %s", tables[i])),
			  0);
	c = abroad_change(&w);
	CHECK_WELL("twice", change_disconnect(c, w.t.alice, ACCOUNT));
	CHECK_FAULT("twice", change_run(c), FAULT_NOT_FOUND);
	town_close(&w.t);
}

static const struct fault *choose(struct abroad *w, struct change_choice *choice)
{
	struct change *c = abroad_change(w);
	const struct fault *f = change_choose(c, w->t.alice, ACCOUNT, choice, 1);

	return f ? f : change_run(c);
}

/* Off and on again, while what it held is still being removed. */
static void counts_again(struct store_fixture *x)
{
	struct abroad w;
	struct change_choice is;
	int64_t old;

	abroad_open(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	is = (struct change_choice){.calendar = w.calendar};
	CHECK_WELL("off", choose(&w, &is));
	CHECK_STR("free", abroad_busy(&w), "");
	CHECK_TRUE("of no age", abroad_outside_at(&w) == INT64_MAX);
	is.counts = true;
	CHECK_WELL("on", choose(&w, &is));
	old = w.calendar;
	w.calendar = count_of(&w.t, "SELECT max(id) FROM outside_calendar");
	CHECK_TRUE("another number", w.calendar != old);
	CHECK_INT("to be read", abroad_outside_at(&w), 0);
	CHECK_INT("at once", abroad_row(&w)->due_at, HOUSE_NOW);
	CHECK_WELL("bring", abroad_bring(&w, "u1", NINE, TEN, ""));
	CHECK_STR("what it holds now", abroad_busy(&w), "9-10");
	w.calendar = old;
	purge(&w);
	CHECK_STR("the old one is purged alone", abroad_busy(&w), "9-10");
	town_close(&w.t);
}

static void connects_anew(struct store_fixture *x)
{
	struct abroad w;
	struct outside_calendar known = abroad_calendar("work", true);
	struct outside_calendar strange = {.id = 4711, .remote = TEXT("x"), .title = TEXT("")};
	struct change_connection with;
	struct connection *k;
	struct change *c;

	abroad_open(&w, x);
	with = abroad_connection(&w, true, NULL, 0);
	with.connection.id = TEXT("k2");
	CHECK_FAULT("the same account", abroad_connect(&w, &with), FAULT_CONFLICT);
	w.connection.id = ACCOUNT;
	w.connection.state = CONNECTION_RECONNECT;
	w.connection.state_since = HOUSE_NOW;
	c = abroad_change(&w);
	CHECK_WELL("shut", change_connection_state(c, &w.connection, TEXT_NONE, true));
	CHECK_WELL("shut", change_run(c));
	c = abroad_change(&w);
	CHECK_WELL("still", change_connection_state(c, &w.connection, TEXT_NONE, true));
	CHECK_WELL("still", change_run(c));
	CHECK_INT("one letter", count_of(&w.t, "SELECT count(*) FROM job WHERE kind = 'notice'"),
		  1);
	CHECK_TRUE("it rests", abroad_row(&w)->due_at == INT64_MAX);
	with = abroad_connection(&w, false, &known, 1);
	with.connection.secret = TEXT("another");
	with.connection.state_since = HOUSE_NOW;
	CHECK_WELL("anew", abroad_connect(&w, &with));
	CHECK_INT("by what it is called there", known.id, w.calendar);
	CHECK_INT("read at once", abroad_row(&w)->due_at, HOUSE_NOW);
	CHECK_WELL("get", connection_get(w.t.h.db, w.t.a, w.t.alice, ACCOUNT, &k));
	CHECK_INT("works", k->state, CONNECTION_WORKS);
	CHECK_TEXT("secret", k->secret, TEXT("another"));
	with = abroad_connection(&w, false, NULL, 0);
	with.connection.secret = TEXT("a third");
	CHECK_FAULT("another was quicker", abroad_connect(&w, &with), FAULT_CONFLICT);
	with = abroad_connection(&w, false, &strange, 1);
	CHECK_FAULT("a number that nobody gave", abroad_connect(&w, &with), FAULT_NOT_FOUND);
	town_close(&w.t);
}

static void goes_with_its_owner(struct store_fixture *x)
{
	struct abroad w;
	struct change *c;

	abroad_open(&w, x);
	CHECK_WELL("bring", abroad_bring(&w, "u1", EIGHT, NINE, ""));
	c = change_of(&w.t);
	CHECK_WELL("remove", change_remove_owner(c, w.t.alice));
	CHECK_WELL("remove", change_run(c));
	CHECK_INT("accounts", count_of(&w.t, "SELECT count(*) FROM connection"), 0);
	CHECK_INT("calendars", count_of(&w.t, "SELECT count(*) FROM outside_calendar"), 0);
	CHECK_INT("events", count_of(&w.t, "SELECT count(*) FROM outside_event"), 0);
	town_close(&w.t);
}
STORE_CASE(disconnects)
STORE_CASE(counts_again)
STORE_CASE(connects_anew)
STORE_CASE(goes_with_its_owner)

UNIT_SUITE("change_connect", STORE_ROWS("disconnected, all that came from there goes", disconnects),
	   STORE_ROWS("a calendar counts again", counts_again),
	   STORE_ROWS("an account is connected anew", connects_anew),
	   STORE_ROWS("all goes with its owner", goes_with_its_owner))

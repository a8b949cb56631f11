/*
 * test_notify - what a provider tells is believed with the secret of its watch, and only as a
 * reason to look; and watches live on
 */
#include "unit.h"

#include "elsewhere.h"

#include "base/buf.h"
#include "base/clock.h"
#include "federation/notify.h"
#include "federation/sync.h"
#include "federation/watch.h"

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
}

/* An account whose calendar was read, and is watched by now. */
static void open_watched(struct elsewhere *e, struct store_fixture *x, enum provider_kind kind)
{
	struct outside_calendar c;

	elsewhere_open(e, x);
	elsewhere_kind(kind, true);
	e->fed.hears = true;
	CHECK_INT("read", elsewhere_read(e, &c), CALL_OK);
	CHECK_INT("watched", elsewhere_watched().made, 1);
}

static struct outside_watch *watches(struct elsewhere *e, size_t *count)
{
	struct outside_watch *list = NULL;

	CHECK_WELL("watches", outside_watch_list(e->h.db, e->a, e->owner, e->connection,
						 e->calendar, &list, count));
	return list;
}

/* ---- telling -----------------------------------------------------------------------------------
 */

static void google(struct store_fixture *x)
{
	static const struct {
		const char *name, *channel, *token, *resource, *state;
		bool fits; /* which is judged without the store */
		int64_t count;
	} rows[] = {
		{"it exists", NULL, NULL, "r", "exists", true, 1},
		{"it does not", NULL, NULL, "r", "not_exists", true, 1},
		{"the first message", NULL, NULL, "r", "sync", false, 0},
		{"no state", NULL, NULL, "r", "", true, 1},
		{"a wrong token", NULL, "x", "r", "exists", false, 0},
		{"no token", NULL, "", "r", "exists", false, 0},
		{"another resource", NULL, NULL, "s", "exists", true, 0},
		{"no resource", NULL, NULL, "", "exists", true, 0},
		{"an unknown channel", "AAAAAAAAAAAAAAAAAAAAAAAA", NULL, "r", "exists", false, 0},
		{"no channel", "", NULL, "r", "exists", false, 0},
	};
	struct elsewhere_watched w;
	struct elsewhere e;

	open_watched(&e, x, PROVIDER_GOOGLE);
	w = elsewhere_watched();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct notify_google told = {
			.channel = text_from(rows[i].channel ? rows[i].channel : w.id),
			.token = text_from(rows[i].token ? rows[i].token : w.token),
			.resource = text_from(rows[i].resource),
			.state = text_from(rows[i].state),
		};
		struct notify_look look;
		bool fits = notify_google(&e.fed, e.a, &told, &look);
		size_t count = fits;

		CHECK_INT(rows[i].name, fits, rows[i].fits);
		CHECK_WELL(rows[i].name, notify_find(e.h.db, e.a, &look, &count));
		CHECK_INT(rows[i].name, (int64_t)count, rows[i].count);
	}
	elsewhere_close(&e);
}
STORE_CASE(google)

/* One that tells before its answer came: neither its id there nor its resource is known. */
static void before_the_answer(struct store_fixture *x)
{
	static const struct sql sql = {"UPDATE outside_watch SET remote = '', resource = ''"};
	struct elsewhere_watched w;
	struct notify_look look;
	struct elsewhere e;
	size_t count = 1;

	open_watched(&e, x, PROVIDER_GOOGLE);
	CHECK_WELL("not answered", store_fixture_sql(x, &sql));
	w = elsewhere_watched();
	CHECK_TRUE("told",
		   notify_google(&e.fed, e.a,
				 &(struct notify_google){text_from(w.id), text_from(w.token),
							 TEXT("r"), TEXT("exists")},
				 &look));
	CHECK_WELL("looked up", notify_find(e.h.db, e.a, &look, &count));
	CHECK_TRUE("believed", count == 1 && look.calendar == e.calendar);
	elsewhere_close(&e);
}
STORE_CASE(before_the_answer)

static void outlook(struct store_fixture *x)
{
#define ITEM(more) "{\"subscriptionId\":\"w1\",\"clientState\":\"%s\"" more "}"
	static const struct {
		const char *name, *items;
		int64_t fit, count; /* of those with the secret some are ours */
		int word;
	} rows[] = {
		{"a change", ITEM(",\"changeType\":\"updated\""), 1, 1, NOTIFY_READ},
		{"several are one", ITEM() "," ITEM(",\"changeType\":\"deleted\""), 1, 1,
		 NOTIFY_READ},
		{"to be renewed", ITEM(",\"lifecycleEvent\":\"reauthorizationRequired\""), 1, 1,
		 NOTIFY_RENEW},
		{"removed", ITEM(",\"lifecycleEvent\":\"subscriptionRemoved\""), 1, 1,
		 NOTIFY_REMOVED},
		{"missed", ITEM(",\"lifecycleEvent\":\"missed\""), 1, 1, NOTIFY_READ},
		{"what nobody knows yet", ITEM(",\"lifecycleEvent\":\"new\""), 1, 1, NOTIFY_READ},
		{"another subscription", "{\"subscriptionId\":\"w2\",\"clientState\":\"%s\"}", 1, 0,
		 0},
		{"no secret", "{\"subscriptionId\":\"w1\"}", 0, 0, 0},
		{"another secret", "{\"subscriptionId\":\"w1\",\"clientState\":\"x%s\"}", 0, 0, 0},
		{"half of it", "{\"subscriptionId\":\"w1\",\"clientState\":\"a.b\"}", 0, 0, 0},
		{"no object", "17", 0, 0, 0},
		{"nothing", "", 0, 0, 0},
	};
	struct elsewhere_watched w;
	struct notify_look *looks;
	struct elsewhere e;
	size_t count;

	open_watched(&e, x, PROVIDER_OUTLOOK);
	w = elsewhere_watched();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;
		struct text rest = text_from(rows[i].items), part;
		bool is_first = true;

		buf_init(&b, e.a, 1024, 1 << 16);
		buf_put_lit(&b, "{\"value\":[");
		while (text_next(&rest, '%', &part)) {
			if (!is_first) {
				buf_printf(&b, "%s.%s", w.id, w.token);
				part = text_sub(part, 1, part.len);
			}
			buf_put_text(&b, part);
			is_first = false;
		}
		buf_put_lit(&b, "]}");
		CHECK_WELL(rows[i].name, notify_outlook(&e.fed, e.a, buf_text(&b), &looks, &count));
		CHECK_INT(rows[i].name, (int64_t)count, rows[i].fit);
		CHECK_WELL(rows[i].name, notify_find(e.h.db, e.a, looks, &count));
		CHECK_INT(rows[i].name, (int64_t)count, rows[i].count);
		if (count == 1 && rows[i].count == 1)
			CHECK_INT(rows[i].name, (int64_t)looks[0].word, rows[i].word);
	}
	CHECK_FAULT("no list", notify_outlook(&e.fed, e.a, TEXT("{}"), &looks, &count),
		    FAULT_BAD_REQUEST);
	CHECK_FAULT("no JSON", notify_outlook(&e.fed, e.a, TEXT("hello"), &looks, &count),
		    FAULT_BAD_REQUEST);
	elsewhere_close(&e);
}
STORE_CASE(outlook)

/* ---- what follows
 * -------------------------------------------------------------------------------- */

static struct notify_look look_of(struct elsewhere *e, int word)
{
	struct notify_look look = {.owner = e->owner,
				   .calendar = e->calendar,
				   .watch = text_dup(e->a, text_from(elsewhere_watched().id))};

	look.word = word;
	return look;
}

static int renew_due(struct elsewhere *e)
{
	return elsewhere_renew(e, clock_now());
}

static void read_at_once(struct store_fixture *x)
{
	struct elsewhere e;
	struct notify_look look;

	open_watched(&e, x, PROVIDER_GOOGLE);
	CHECK_TRUE("not due", elsewhere_row(&e).due_at > clock_now());
	look = look_of(&e, NOTIFY_READ);
	CHECK_WELL("apply", notify_apply(&e.fed, e.a, &look, 1, clock_now()));
	CHECK_TRUE("due", elsewhere_row(&e).due_at <= clock_now());
	elsewhere_close(&e);
}
STORE_CASE(read_at_once)

static void removed_there(struct store_fixture *x)
{
	struct elsewhere e;
	struct notify_look look;
	size_t count;

	open_watched(&e, x, PROVIDER_OUTLOOK);
	look = look_of(&e, NOTIFY_REMOVED);
	CHECK_WELL("apply", notify_apply(&e.fed, e.a, &look, 1, clock_now()));
	CHECK_TRUE("it is read", elsewhere_row(&e).due_at <= clock_now());
	CHECK_INT("due", renew_due(&e), 1);
	CHECK_INT("another is made", elsewhere_watched().made, 2);
	watches(&e, &count);
	CHECK_INT("in its place", (int64_t)count, 1);
	elsewhere_close(&e);
}
STORE_CASE(removed_there)

static void renewed(struct store_fixture *x)
{
	struct elsewhere e;
	struct notify_look look;
	struct outside_watch *list;
	int64_t before;
	size_t count;

	open_watched(&e, x, PROVIDER_OUTLOOK);
	list = watches(&e, &count);
	before = list->expires_at;
	CHECK_TRUE("before its end", list->renew_at < list->expires_at);
	CHECK_INT("not due", renew_due(&e), 0);
	elsewhere_clock(&e, list->renew_at);
	CHECK_INT("due", renew_due(&e), 1);
	CHECK_INT("renewed", elsewhere_watched().renewed, 1);
	list = watches(&e, &count);
	CHECK_TRUE("lives longer", list->expires_at > before);
	look = look_of(&e, NOTIFY_RENEW);
	CHECK_WELL("asked to", notify_apply(&e.fed, e.a, &look, 1, clock_now()));
	CHECK_INT("at once", renew_due(&e), 1);
	CHECK_INT("renewed", elsewhere_watched().renewed, 2);
	CHECK_INT("none other is made", elsewhere_watched().made, 1);
	elsewhere_close(&e);
}
STORE_CASE(renewed)

/* Google's cannot be renewed: another is made, and then the old one is taken back. */
static void replaced(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_watch *list;
	struct text first;
	size_t count;

	open_watched(&e, x, PROVIDER_GOOGLE);
	list = watches(&e, &count);
	first = list->id;
	elsewhere_clock(&e, list->renew_at);
	elsewhere_watch_ends(CALL_LATER);
	CHECK_INT("due", renew_due(&e), 1);
	list = watches(&e, &count);
	CHECK_TRUE("while no other is had, the old one stays",
		   count == 1 && text_equal(list->id, first));
	elsewhere_clock(&e, list->renew_at);
	elsewhere_watch_ends(CALL_OK);
	CHECK_INT("due again", renew_due(&e), 1);
	list = watches(&e, &count);
	CHECK_TRUE("another", count == 1 && !text_equal(list->id, first));
	CHECK_INT("the old one is stopped", elsewhere_watched().stopped, 1);
	elsewhere_close(&e);
}
STORE_CASE(replaced)

static void cannot_be_watched(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;
	size_t count;

	elsewhere_open(&e, x);
	elsewhere_kind(PROVIDER_OUTLOOK, true);
	elsewhere_watch_ends(CALL_REFUSED);
	e.fed.hears = true;
	CHECK_INT("is read by the clock", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("no failure", c.failures, 0);
	watches(&e, &count);
	CHECK_INT("nothing is left of it", (int64_t)count, 0);
	elsewhere_calls();
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("and is not tried each time", elsewhere_calls(), 1);
	elsewhere_close(&e);
}
STORE_CASE(cannot_be_watched)

static void taken_back(struct store_fixture *x)
{
	struct elsewhere e;
	struct visit v;
	size_t count;

	open_watched(&e, x, PROVIDER_GOOGLE);
	CHECK_WELL("visit", visit_begin(&e.fed, e.a, e.owner, e.connection, clock_now(),
					clock_monotonic_ns() + INT64_C(60000000000), &v));
	CHECK_INT("stop", watch_stop(&v, 0), CALL_OK);
	CHECK_INT("stopped", elsewhere_watched().stopped, 1);
	watches(&e, &count);
	CHECK_INT("forgotten", (int64_t)count, 0);
	elsewhere_close(&e);
}
STORE_CASE(taken_back)

UNIT_SUITE("notify", STORE_ROWS("Google tells", google),
	   STORE_ROWS("a message before the answer", before_the_answer),
	   STORE_ROWS("Outlook tells", outlook), STORE_ROWS("read at once", read_at_once),
	   STORE_ROWS("removed there", removed_there), STORE_ROWS("renewed", renewed),
	   STORE_ROWS("replaced", replaced), STORE_ROWS("cannot be watched", cannot_be_watched),
	   STORE_ROWS("taken back", taken_back))

/*
 * test_sync - one reading of a calendar elsewhere, at a provider that is all in memory
 */
#include "calendar/change_outside.h"
#include "unit.h"

#include "elsewhere.h"

#include "base/clock.h"
#include "federation/sync.h"

#define NINE ELSEWHERE_NINE
#define MOVED                                                                                      \
	"RECURRENCE-ID:20270119T090000Z\r\nDTSTART:20270119T150000Z\r\nDTEND:20270119T160000Z\r\n"

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
}

/* ---- what is read ------------------------------------------------------------------------------
 */

static void reads(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;
	int64_t version;

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 25);
	version = elsewhere_version(&e);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("all pages", elsewhere_calls(), 3);
	CHECK_INT("all events", elsewhere_objects(&e), 25);
	CHECK_TRUE("the version rises", elsewhere_version(&e) > version);
	CHECK_INT("age", c.synced_at, HOUSE_NOW);
	CHECK_TRUE("the poll, a fifth more or less",
		   c.due_at >= HOUSE_NOW + 480 && c.due_at <= HOUSE_NOW + 720);
	CHECK_TRUE("no page is left", c.page.len == 0 && c.cursor.len > 0);
	CHECK_INT("the lease is over", c.lease_until, 0);

	version = elsewhere_version(&e);
	elsewhere_clock(&e, HOUSE_NOW + 600);
	CHECK_INT("nothing new", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("one call", elsewhere_calls(), 1);
	CHECK_INT("raises no version", elsewhere_version(&e), version);
	CHECK_INT("but is younger", c.synced_at, HOUSE_NOW + 600);

	elsewhere_put("a1", "a1", OUTSIDE_SINGLE, "");
	elsewhere_remove("a2");
	elsewhere_put("b", "b", OUTSIDE_SINGLE, NINE "SUMMARY:b\r\n");
	CHECK_INT("changes", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("those alone", elsewhere_objects(&e), 24);
	CHECK_TRUE("free", !elsewhere_has(&e, "a1"));
	CHECK_TRUE("removed", !elsewhere_has(&e, "a2"));
	CHECK_TRUE("added", elsewhere_has(&e, "b"));
	elsewhere_close(&e);
}
STORE_CASE(reads)

static void series(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_reset(1);
	elsewhere_put("s_2", "s", OUTSIDE_INSTANCE, MOVED);
	elsewhere_put("s_3", "s", OUTSIDE_DROPPED, "EXDATE:20270120T090000Z\r\n");
	elsewhere_put("s", "s", OUTSIDE_MASTER, NINE "RRULE:FREQ=DAILY;COUNT=5\r\n");
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("one object", elsewhere_objects(&e), 1);
	CHECK_TRUE("the instance",
		   text_find(elsewhere_object(&e, "s"), TEXT("RECURRENCE-ID:20270119")) > 0);
	CHECK_TRUE("the date", text_find(elsewhere_object(&e, "s"), TEXT("EXDATE:20270120")) > 0);
	elsewhere_put("s_2", "other", OUTSIDE_SINGLE, NINE);
	CHECK_INT("an instance goes to another series", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("and is no longer in its own",
		   text_find(elsewhere_object(&e, "s"), TEXT("RECURRENCE-ID")) < 0);
	CHECK_TRUE("but there", elsewhere_has(&e, "other"));
	elsewhere_remove("s");
	CHECK_INT("the series goes", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("with all of it", !elsewhere_has(&e, "s"));
	elsewhere_close(&e);
}
STORE_CASE(series)

/* ---- cursors ------------------------------------------------------------------------------------
 */

struct during {
	struct elsewhere *e;
	int at;
	int64_t objects;
};

static void count_then(void *ctx, int call)
{
	struct during *d = ctx;

	if (call == d->at)
		d->objects = elsewhere_objects(d->e);
}

static void cursor_gone(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;
	struct during d = {.e = &e, .at = 3};

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 25);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	elsewhere_remove("a3");
	elsewhere_put_many("b", 5);
	elsewhere_forget_cursors();
	elsewhere_during(count_then, &d);
	CHECK_INT("from the beginning", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("what was there stays meanwhile", d.objects, 25);
	CHECK_INT("and then is what there is", elsewhere_objects(&e), 29);
	CHECK_TRUE("without what went unseen", !elsewhere_has(&e, "a3"));
	CHECK_INT("rounds", c.round, 2);
	elsewhere_close(&e);
}
STORE_CASE(cursor_gone)

/* The cursors are forgotten while the second page is read. */
static void forget_then(void *ctx, int call)
{
	(void)ctx;
	if (call == 2)
		elsewhere_forget_cursors();
}

static void gone_amid_pages(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 35);
	elsewhere_during(forget_then, NULL);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("nothing is missing or double", elsewhere_objects(&e), 35);
	elsewhere_close(&e);
}
STORE_CASE(gone_amid_pages)

static void ids_made_up(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 25);
	elsewhere_make_up_ids(true);
	CHECK_INT("the first time", elsewhere_read(&e, &c), CALL_OK);
	elsewhere_forget_cursors();
	CHECK_INT("the second time", elsewhere_read(&e, &c), CALL_BROKEN);
	CHECK_INT("nothing is doubled", elsewhere_objects(&e), 25);
	CHECK_TRUE("it says so", text_find(c.last_error, TEXT("other ids")) > 0);
	CHECK_INT("what is here stays as old as it is", c.synced_at, HOUSE_NOW);
	elsewhere_close(&e);
}
STORE_CASE(ids_made_up)

/* ---- what goes wrong ----------------------------------------------------------------------------
 */

static void goes_on(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 35);
	elsewhere_fail(3, CALL_LATER);
	CHECK_INT("the third page fails", elsewhere_read(&e, &c), CALL_LATER);
	CHECK_INT("what was read stands", elsewhere_objects(&e), 20);
	CHECK_INT("but is not all", c.synced_at, 0);
	CHECK_INT("once", c.failures, 1);
	CHECK_TRUE("why", c.last_error.len > 0);
	elsewhere_calls();
	elsewhere_clock(&e, HOUSE_NOW + 60);
	CHECK_INT("then it goes on", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("where it was", elsewhere_calls(), 2);
	CHECK_INT("nothing is missing or double", elsewhere_objects(&e), 35);
	CHECK_INT("no failure", c.failures, 0);
	CHECK_INT("no error", (int64_t)c.last_error.len, 0);
	elsewhere_close(&e);
}
STORE_CASE(goes_on)

static void backs_off(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;
	int64_t now = HOUSE_NOW, longest = 0;

	elsewhere_open(&e, x);
	for (int i = 1; i <= 12; i++) {
		elsewhere_fail(1, CALL_LATER);
		CHECK_INT("fails", elsewhere_read(&e, &c), CALL_LATER);
		CHECK_INT("counted", c.failures, i);
		CHECK_TRUE("later", c.due_at > now);
		longest = c.due_at - now > longest ? c.due_at - now : longest;
		CHECK_INT("the account's state", elsewhere_account(&e).state,
			  i < 5 ? CONNECTION_WORKS : CONNECTION_FAILS);
		now = c.due_at;
		elsewhere_clock(&e, now);
	}
	CHECK_TRUE("longer and longer, but no more than an hour",
		   longest > 1200 && longest <= 3600);
	CHECK_INT("then it goes well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("and works again", elsewhere_account(&e).state, CONNECTION_WORKS);
	elsewhere_close(&e);
}
STORE_CASE(backs_off)

/* ---- readings that are cut short ---------------------------------------------------------------
 */

static struct visit *cut;

/* No time is left from this call on. */
static void cut_at(void *ctx, int call)
{
	if (call == *(int *)ctx)
		cut->until_ns = 0;
}

static void cut_short(struct store_fixture *x)
{
	static const struct {
		const char *name;
		int at_call; /* at which the time is up; 0: before the first */
		bool is_awaited, stops;
		int failures;
	} rows[] = {
		{"no page in all its time", 0, false, false, 1},
		{"nor in the time after that", 0, false, false, 2},
		{"somebody's patience", 0, true, false, 2},
		{"the end of the server", 0, false, true, 2},
		{"after a page", 1, false, false, 2},
	};
	struct elsewhere e;

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 35);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int at_call = rows[i].at_call;
		struct outside_calendar c;
		struct visit v;

		CHECK_WELL("visit", visit_begin(&e.fed, e.a, e.owner, e.connection, clock_now(),
						at_call ? INT64_MAX : 0, &v));
		v.is_awaited = rows[i].is_awaited;
		cut = &v;
		elsewhere_during(cut_at, &at_call);
		atomic_store(&e.h.calendar.stopping, rows[i].stops);
		CHECK_INT(rows[i].name, elsewhere_read_by(&e, &v, &c), CALL_LATER);
		CHECK_INT(rows[i].name, c.failures, rows[i].failures);
		CHECK_INT(rows[i].name, c.due_at > clock_now(),
			  i == 0 || c.failures > rows[i - 1].failures);
		atomic_store(&e.h.calendar.stopping, false);
	}
	elsewhere_during(NULL, NULL);
	CHECK_INT("the page stands", elsewhere_objects(&e), 10);
	elsewhere_close(&e);
}
STORE_CASE(cut_short)

static enum call_end hold(struct visit *v, const struct outside_calendar *c, struct text next,
			  struct remote_page *out)
{
	(void)c;
	(void)next;
	(void)out;
	v->why = TEXT("The provider has been asked as often as it allows.");
	v->retry_at = HOUSE_NOW + 4000;
	v->is_held = true;
	return CALL_LATER;
}

/* What the gate does not let out comes again in time, and is no failure. */
static void held(struct store_fixture *x)
{
	const struct provider holds = {.kind = PROVIDER_GOOGLE, .changes = hold};
	struct outside_calendar c;
	struct elsewhere e;
	struct visit v;

	elsewhere_open(&e, x);
	CHECK_WELL("visit",
		   visit_begin(&e.fed, e.a, e.owner, e.connection, clock_now(), INT64_MAX, &v));
	v.provider = &holds;
	CHECK_INT("later", elsewhere_read_by(&e, &v, &c), CALL_LATER);
	CHECK_INT("no failure", c.failures, 0);
	CHECK_INT("when it may", c.due_at, HOUSE_NOW + 4000);
	elsewhere_close(&e);
}
STORE_CASE(held)

/* What a page found out of the account lives as long as the page does. */
static char lent[sizeof("of the page")];

static const size_t account_texts[] = {
	offsetof(struct connection, id),	   offsetof(struct connection, account),
	offsetof(struct connection, subject),	   offsetof(struct connection, url),
	offsetof(struct connection, timezone),	   offsetof(struct connection, secret),
	offsetof(struct connection, lease_holder), offsetof(struct connection, last_error),
	offsetof(struct connection, claims),
};

static struct text *account_text(struct visit *v, size_t i)
{
	return (struct text *)((char *)v->connection + account_texts[i]);
}

static void take_back(void *at)
{
	memset(at, '?', sizeof(lent) - 1);
}

static enum call_end lend(struct visit *v, const struct outside_calendar *c, struct text next,
			  struct remote_page *out)
{
	(void)c;
	(void)next;
	(void)out;
	memcpy(lent, "of the page", sizeof(lent));
	for (size_t i = 0; i < ARRAY_LEN(account_texts); i++)
		*account_text(v, i) = text_from(lent);
	v->why = text_from(lent);
	arena_defer(v->arena, take_back, lent);
	return CALL_LATER;
}

static void outlives_page(struct store_fixture *x)
{
	const struct provider lends = {.kind = PROVIDER_GOOGLE, .changes = lend};
	struct outside_calendar c;
	struct elsewhere e;
	struct visit v;

	elsewhere_open(&e, x);
	CHECK_WELL("visit",
		   visit_begin(&e.fed, e.a, e.owner, e.connection, clock_now(), INT64_MAX, &v));
	v.provider = &lends;
	CHECK_INT("later", elsewhere_read_by(&e, &v, &c), CALL_LATER);
	CHECK_TEXT("why", v.why, TEXT("of the page"));
	for (size_t i = 0; i < ARRAY_LEN(account_texts); i++)
		CHECK_TEXT("of the account", *account_text(&v, i), TEXT("of the page"));
	elsewhere_close(&e);
}
STORE_CASE(outlives_page)

static void steal_lease(void *ctx, int call)
{
	static const struct sql sql = {"UPDATE outside_calendar SET lease = lease + 1"};
	struct elsewhere *e = ctx;

	if (call == 2)
		CHECK_WELL("steal", store_fixture_sql(e->h.x, &sql));
}

static void lease_lost(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_put_many("a", 25);
	elsewhere_during(steal_lease, &e);
	CHECK_INT("another reads", elsewhere_read(&e, &c), CALL_LATER);
	CHECK_INT("nothing more is written", elsewhere_objects(&e), 10);
	CHECK_TRUE("nor settled", c.lease_until > 0 && c.failures == 0);
	elsewhere_close(&e);
}
STORE_CASE(lease_lost)

static const struct fault *ask_tx(struct db *db, struct arena *a, void *ctx)
{
	struct elsewhere *e = ctx;

	return outside_calendar_ask(db, a, e->owner, e->calendar, HOUSE_NOW);
}

static void ask_then(void *ctx, int call)
{
	struct elsewhere *e = ctx;

	if (call == 1)
		CHECK_WELL("ask", store_fixture_tx(e->h.x, ask_tx, e));
}

static void asked_meanwhile(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_during(ask_then, &e);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("again at once", c.due_at <= HOUSE_NOW);
	elsewhere_close(&e);
}
STORE_CASE(asked_meanwhile)

/* Graph tells before its delta knows. */
static void told_too_soon(struct store_fixture *x)
{
	struct elsewhere e;
	struct outside_calendar c;

	elsewhere_open(&e, x);
	elsewhere_kind(PROVIDER_OUTLOOK, false);
	CHECK_INT("well", elsewhere_read(&e, &c), CALL_OK);
	CHECK_WELL("ask", store_fixture_tx(x, ask_tx, &e));
	CHECK_INT("told, and nothing new", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("some seconds later", c.due_at, c.synced_at + 8);
	elsewhere_clock(&e, c.due_at);
	CHECK_INT("nothing new all the same", elsewhere_read(&e, &c), CALL_OK);
	CHECK_TRUE("that is all", c.due_at > c.synced_at + 400);
	elsewhere_close(&e);
}
STORE_CASE(told_too_soon)

/* ---- the list of calendars
 * --------------------------------------------------------------------------- */

static enum call_end list(struct elsewhere *e)
{
	struct visit v;

	CHECK_WELL("visit", visit_begin(&e->fed, e->a, e->owner, e->connection, HOUSE_NOW,
					clock_monotonic_ns() + INT64_C(60000000000), &v));
	return sync_calendars(&v);
}

static void calendars(struct store_fixture *x)
{
	const struct remote_calendar two[] = {
		{.remote = TEXT("primary"), .title = TEXT("Renamed"), .is_primary = true},
		{.remote = TEXT("other"), .title = TEXT("Other"), .may_write = true},
	};
	struct outside_calendar *all, c;
	struct elsewhere e;
	size_t count;

	elsewhere_open(&e, x);
	elsewhere_put("a", "a", OUTSIDE_SINGLE, NINE);
	CHECK_INT("read", elsewhere_read(&e, &c), CALL_OK);
	elsewhere_calendars(two, 2);
	CHECK_INT("well", list(&e), CALL_OK);
	CHECK_WELL("list", outside_calendar_list(e.h.db, e.a, e.owner, TEXT_NONE, &all, &count));
	CHECK_INT("a new one", (int64_t)count, 2);
	CHECK_TEXT("another title", all[0].title, TEXT("Renamed"));
	CHECK_TRUE("what counts still does", all[0].counts && !all[1].counts);
	CHECK_INT("and what is known of it", elsewhere_objects(&e), 1);
	elsewhere_calendars(two + 1, 1);
	CHECK_INT("well", list(&e), CALL_OK);
	c = elsewhere_row(&e);
	CHECK_TRUE("one that went is not free for that", c.is_gone && c.counts);
	CHECK_INT("what is known of it stays", elsewhere_objects(&e), 1);
	elsewhere_calendars(two, 0);
	CHECK_INT("a list of nothing", list(&e), CALL_BROKEN);
	elsewhere_calendars(two, 2);
	CHECK_INT("well", list(&e), CALL_OK);
	c = elsewhere_row(&e);
	CHECK_TRUE("there again", !c.is_gone && c.counts);
	elsewhere_close(&e);
}
STORE_CASE(calendars)

/* Somebody who read an account before its consent went writes what they have seen of it. */
static void shut(struct store_fixture *x)
{
	struct connection seen, *is;
	struct elsewhere e;
	struct visit v;

	elsewhere_open(&e, x);
	CHECK_WELL("visit", visit_begin(&e.fed, e.a, e.owner, e.connection, HOUSE_NOW, 0, &v));
	seen = *v.connection;
	for (int i = 0; i < 2; i++) {
		struct change *c = change_open(e.fed.calendar, e.a, CHANGE_PROVIDER, HOUSE_NOW + i);

		seen.state = i == 0 ? CONNECTION_RECONNECT : CONNECTION_WORKS;
		CHECK_WELL("state", change_connection_state(c, &seen, TEXT_NONE, true));
		CHECK_WELL("run", change_run(c));
	}
	CHECK_WELL("get", connection_get(e.h.db, e.a, e.owner, e.connection, &is));
	CHECK_INT("from there leads a new consent alone", is->state, CONNECTION_RECONNECT);
	elsewhere_close(&e);
}
STORE_CASE(shut)

UNIT_SUITE("sync", STORE_ROWS("all of it, then what changes", reads),
	   STORE_ROWS("a series in any order", series),
	   STORE_ROWS("a cursor that is too old", cursor_gone),
	   STORE_ROWS("one that becomes so amid the pages", gone_amid_pages),
	   STORE_ROWS("ids that are made up", ids_made_up),
	   STORE_ROWS("a reading that ends goes on", goes_on),
	   STORE_ROWS("failures rest longer and longer", backs_off),
	   STORE_ROWS("readings that are cut short", cut_short),
	   STORE_ROWS("what the gate holds", held),
	   STORE_ROWS("what a page found out outlives it", outlives_page),
	   STORE_ROWS("a lease that is lost", lease_lost),
	   STORE_ROWS("asked for while it is read", asked_meanwhile),
	   STORE_ROWS("told too soon", told_too_soon),
	   STORE_ROWS("which calendars there are", calendars),
	   STORE_ROWS("an account whose consent is gone", shut))

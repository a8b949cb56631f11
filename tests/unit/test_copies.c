/*
 * test_copies - which changes of bookings are to be written elsewhere
 */
#include "booking/book.h"
#include "booking/elsewhere.h"
#include "calendar/change_outside.h"
#include "calendar/copies.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, MONDAY_9 = MONDAY_8 + HOUR, MONDAY_10 = MONDAY_8 + 2 * HOUR };

static void connect(struct town *t, int64_t owner)
{
	struct outside_calendar calendar = {.remote = TEXT("one"),
					    .title = TEXT("One"),
					    .may_write = true,
					    .takes = true,
					    .due_at = INT64_MAX};
	struct change_connection x = {
		.connection = {.owner = owner,
			       .id = TEXT("account"),
			       .provider = PROVIDER_GOOGLE,
			       .account = TEXT("somebody@example.net"),
			       .subject = TEXT("1"),
			       .secret = TEXT("sealed"),
			       .created = HOUSE_NOW},
		.is_new = true,
		.calendars = &calendar,
		.calendar_count = 1,
	};
	struct change *c = change_of(t);

	CHECK_WELL("connect", change_connect(c, &x));
	CHECK_WELL("connected", change_run(c));
}

static void forget(struct town *t)
{
	CHECK_WELL("forget", store_fixture_sql(t->h.x, &(struct sql){"DELETE FROM job"}));
}

static int64_t jobs(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM job WHERE kind = 'copy'");
}

/* Did what was just done queue this many? They are forgotten. */
static void check_queued(struct town *t, const char *what, int64_t want)
{
	CHECK_INT(what, jobs(t), want);
	forget(t);
}

static void open_with(struct town *t, struct store_fixture *x, const char *rules)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro", rules);
	connect(t, t->alice);
	check_queued(t, "all that are to come", 1);
}

static struct booking book(struct town *t, int64_t start, const char *email)
{
	const struct host *host = NULL;
	struct book_outcome out = {.replayed = false};
	struct change *c = NULL;
	struct book_request rq;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &host));
	rq = (struct book_request){
		.host = host,
		.type = &host->types[0],
		.start = start,
		.invitee_name = TEXT("Bob"),
		.invitee_email = text_from(email),
		.now = HOUSE_NOW,
	};
	CHECK_WELL("prepare", book_prepare(&t->h.desk, t->h.db, t->a, &rq, &c, &out));
	if (c)
		CHECK_WELL("book", change_run(c));
	return out.booking;
}

static void move(struct town *t, struct booking *b, int64_t start)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW};
	struct book_outcome out;
	struct change *c = NULL;

	CHECK_WELL("move",
		   book_prepare_reschedule(&t->h.desk, t->h.db, t->a, b, start, 0, &by, &c, &out));
	if (c)
		CHECK_WELL("moved", change_run(c));
	*b = out.booking;
}

static void cancel(struct town *t, struct booking *b)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW};
	struct booking after;
	struct change *c = NULL;

	CHECK_WELL("cancel", book_prepare_cancel(&t->h.desk, t->h.db, t->a, b, &by, &c, &after));
	if (c)
		CHECK_WELL("cancelled", change_run(c));
}

#define HOURLY "{\"durations\":[60]}"

static void each_change(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	open_with(&t, x, HOURLY);
	b = book(&t, MONDAY_8, "bob@example.com");
	check_queued(&t, "booked", 1);
	move(&t, &b, MONDAY_10);
	check_queued(&t, "moved", 1);
	cancel(&t, &b);
	check_queued(&t, "cancelled", 1);
	town_close(&t);
}

static void each_decision(struct store_fixture *x)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW};
	struct booking b, other, after;
	struct change *c = NULL;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"confirm\":true}");
	b = book(&t, MONDAY_8, "bob@example.com");
	other = book(&t, MONDAY_10, "eve@example.com");
	check_queued(&t, "asked for, both", 2);
	CHECK_WELL("confirm",
		   book_prepare_confirm(&t.h.desk, t.h.db, t.a, &b, HOUSE_NOW, &c, &after));
	CHECK_WELL("confirmed", change_run(c));
	check_queued(&t, "confirmed", 1);
	CHECK_WELL("decline",
		   book_prepare_decline(&t.h.desk, t.h.db, t.a, &other, &by, &c, &after));
	CHECK_WELL("declined", change_run(c));
	check_queued(&t, "declined", 1);
	town_close(&t);
}

/* The booking follows its event, whoever changes that. */
static void by_its_calendar_app(struct store_fixture *x)
{
	struct booking b;
	struct stored_object *o = NULL;
	struct town t;
	struct change_put put = {.source = ICAL_FROM_CLIENT};
	struct change *c;
	ptrdiff_t at;
	char *raw;

	open_with(&t, x, HOURLY);
	b = book(&t, MONDAY_8, "bob@example.com");
	forget(&t);
	CHECK_WELL("event", booking_event_find(t.h.db, t.a, &b, &o));
	raw = arena_strdup(t.a, text_cstr(t.a, o->data));
	/* From nine to two o'clock, and from ten to three, in Berlin. */
	at = text_find(text_from(raw), TEXT("T090000"));
	memcpy(raw + at, "T140000", 7);
	at = text_find(text_from(raw), TEXT("T100000"));
	memcpy(raw + at, "T150000", 7);
	put.owner = o->owner;
	put.collection = o->collection;
	put.name = o->name;
	put.raw = text_from(raw);
	CHECK_WELL("moved", run_put(&t, &put));
	check_queued(&t, "moved by a PUT", 1);
	c = change_of(&t);
	CHECK_WELL("delete", change_remove(c, &(struct change_remove){.owner = o->owner,
								      .collection = o->collection,
								      .name = o->name}));
	CHECK_WELL("deleted", change_run(c));
	check_queued(&t, "deleted", 1);
	town_close(&t);
}

static void nobody_connected(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", HOURLY);
	b = book(&t, MONDAY_8, "bob@example.com");
	move(&t, &b, MONDAY_10);
	check_queued(&t, "no account, no job", 0);
	town_close(&t);
}

static void burst(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	open_with(&t, x, HOURLY);
	b = book(&t, MONDAY_8, "bob@example.com");
	move(&t, &b, MONDAY_9);
	move(&t, &b, MONDAY_10);
	check_queued(&t, "many changes, one job", 1);
	town_close(&t);
}

static const struct fault *take(struct db *db, struct arena *a, void *ctx)
{
	return job_take(db, a, TEXT("copy"), HOUSE_NOW, 60, ctx);
}

static void while_it_is_written(struct store_fixture *x)
{
	struct booking b;
	struct job *taken = NULL;
	struct copies_task task;
	struct town t;

	open_with(&t, x, HOURLY);
	b = book(&t, MONDAY_8, "bob@example.com");
	CHECK_WELL("take", store_fixture_tx(x, take, &taken));
	CHECK_WELL("read", copies_task_read(t.a, taken, &task));
	CHECK_TEXT("of the booking", task.booking, b.id);
	CHECK_INT("and its host", task.host, t.alice);
	move(&t, &b, MONDAY_9);
	move(&t, &b, MONDAY_10);
	CHECK_INT("one more", jobs(&t), 2);
	CHECK_WELL("take another", store_fixture_tx(x, take, &taken));
	CHECK_TRUE("its turn comes after that", !taken);
	town_close(&t);
}

/* Another host's booking goes past what a calendar that is slow holds up. */
static void one_at_a_time(struct store_fixture *x)
{
	struct job *first = NULL, *second = NULL;
	struct town t;

	open_with(&t, x, HOURLY);
	(void)book(&t, MONDAY_8, "bob@example.com");
	(void)book(&t, MONDAY_10, "eve@example.com");
	CHECK_INT("both wait", jobs(&t), 2);
	CHECK_WELL("take", store_fixture_tx(x, take, &first));
	CHECK_TRUE("one is taken", first != NULL);
	CHECK_WELL("take another", store_fixture_tx(x, take, &second));
	CHECK_TRUE("the other waits for it", !second);
	town_close(&t);
}

static void set_account(struct town *t, enum connection_state state)
{
	struct change_connection *w = arena_alloc(t->a, sizeof(*w));
	struct connection *c;
	struct change *ch = change_of(t);

	CHECK_WELL("account", connection_get(t->h.db, t->a, t->alice, TEXT("account"), &c));
	*w = (struct change_connection){.connection = *c};
	w->connection.state = state;
	if (state == CONNECTION_RECONNECT) {
		CHECK_WELL("shut", change_connection_state(ch, &w->connection, TEXT_NONE, false));
	} else {
		w->connection.secret = TEXT("sealed anew");
		CHECK_WELL("anew", change_connect(ch, w));
	}
	CHECK_WELL("run", change_run(ch));
}

static const struct fault *put_off(struct db *db, struct arena *a, void *ctx)
{
	struct job **j = ctx;
	const struct fault *f = job_take(db, a, TEXT("copy"), HOUSE_NOW, 60, j);

	return f ? f : job_put_back(db, a, *j, HOUSE_NOW + 900);
}

/* Also what is to be taken away: of that nothing else is queued when consent is given anew. */
static void consent_anew(struct store_fixture *x)
{
	static const char due[] = "SELECT count(*) FROM job WHERE kind = 'copy' AND"
				  " name LIKE '%%/%.*s' AND ready_at <= %lld";
	struct booking b;
	struct job *j;
	const char *sql;
	struct town t;

	open_with(&t, x, HOURLY);
	b = book(&t, MONDAY_8, "bob@example.com");
	cancel(&t, &b);
	sql = arena_printf(t.a, due, TEXT_ARG(b.id), (long long)HOUSE_NOW);
	set_account(&t, CONNECTION_RECONNECT);
	CHECK_WELL("it waits", store_fixture_tx(x, put_off, &j));
	CHECK_INT("until later", count_of(&t, sql), 0);
	set_account(&t, CONNECTION_WORKS);
	CHECK_INT("consent is there, and it is due", count_of(&t, sql), 1);
	town_close(&t);
}

static void several_places(struct store_fixture *x)
{
	struct booking first, second;
	struct book_elsewhere is;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"seats\":3}");
	first = book(&t, MONDAY_8, "bob@example.com");
	second = book(&t, MONDAY_8, "eve@example.com");
	CHECK_TEXT("they share", second.shares, first.id);
	check_queued(&t, "one event, one job", 1);
	cancel(&t, &first);
	check_queued(&t, "who leaves changes it", 1);
	CHECK_WELL("look",
		   book_look_elsewhere(&t.h.desk, t.h.db, t.a, t.alice, t.alice, first.id, &is));
	CHECK_TRUE("it stands for the other", is.stands);
	CHECK_TEXT("who alone comes", is.description, TEXT("Bob <eve@example.com>\n"));
	cancel(&t, &second);
	check_queued(&t, "the last one", 1);
	CHECK_WELL("look",
		   book_look_elsewhere(&t.h.desk, t.h.db, t.a, t.alice, t.alice, first.id, &is));
	CHECK_TRUE("takes it away", !is.stands);
	town_close(&t);
}

static void hosts_of_a_team(struct store_fixture *x)
{
	struct booking_host before, after;
	struct booking b;
	struct change *c;
	struct town t;

	open_with(&t, x, HOURLY);
	before = (struct booking_host){.host = house_user(&t.h, "zoe")};
	after = (struct booking_host){.host = t.alice};
	connect(&t, before.host);
	b = book(&t, MONDAY_8, "bob@example.com");
	forget(&t);
	c = change_of(&t);
	CHECK_WELL("set", change_set_hosts(c, t.alice, b.id, &before, 1));
	CHECK_WELL("run", change_run(c));
	check_queued(&t, "who had it", 1);
	c = change_of(&t);
	CHECK_WELL("set", change_set_hosts(c, t.alice, b.id, &after, 1));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("who had it",
		  count_of(&t, arena_printf(t.a,
					    "SELECT count(*) FROM job WHERE"
					    " kind = 'copy' AND name LIKE '%lld/%%'",
					    (long long)before.host)),
		  1);
	house_close(&t.h);
}

static void in_portions(struct store_fixture *x)
{
	const struct copies_task all = {.host = 0};
	struct copies_task task = all;
	struct change *c;
	struct town t;

	open_with(&t, x, HOURLY);
	(void)book(&t, MONDAY_8, "bob@example.com");
	(void)book(&t, MONDAY_10, "eve@example.com");
	forget(&t);
	task.host = task.owner = t.alice;
	c = change_of(&t);
	CHECK_WELL("plan", copies_plan_portion(c, t.h.db, t.a, &task, HOUSE_NOW));
	CHECK_WELL("run", change_run(c));
	check_queued(&t, "both, and the next portion", 3);
	task.elsewhere = true;
	c = change_of(&t);
	CHECK_WELL("plan", copies_plan_portion(c, t.h.db, t.a, &task, HOUSE_NOW));
	CHECK_WELL("run", change_run(c));
	check_queued(&t, "nothing is left", 0);
	town_close(&t);
}

STORE_CASE(each_change)
STORE_CASE(each_decision)
STORE_CASE(by_its_calendar_app)
STORE_CASE(nobody_connected)
STORE_CASE(burst)
STORE_CASE(while_it_is_written)
STORE_CASE(one_at_a_time)
STORE_CASE(consent_anew)
STORE_CASE(several_places)
STORE_CASE(hosts_of_a_team)
STORE_CASE(in_portions)

/* clang-format off */
UNIT_SUITE("copies",
	STORE_ROWS("booked, moved, cancelled", each_change),
	STORE_ROWS("confirmed and declined", each_decision),
	STORE_ROWS("moved and deleted by a calendar app", by_its_calendar_app),
	STORE_ROWS("nobody who has no calendar elsewhere", nobody_connected),
	STORE_ROWS("a burst is one", burst),
	STORE_ROWS("what changes while it is written is written after that", while_it_is_written),
	STORE_ROWS("of a host one at a time", one_at_a_time),
	STORE_ROWS("what waited for consent is due when it is given", consent_anew),
	STORE_ROWS("several places of one event", several_places),
	STORE_ROWS("hosts who come and go", hosts_of_a_team),
	STORE_ROWS("all that are to come, in portions", in_portions))
/* clang-format on */

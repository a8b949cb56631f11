/*
 * federation - what it costs to keep very many accounts elsewhere fresh
 *
 * federation DIR [ACCOUNTS [SECONDS]]: makes a store with so many accounts, of which each is due
 * once in ten minutes and watched, at a provider in this process that answers at once and has
 * nothing new. Prints the readings and renewals, what share of a core they cost, and what memory;
 * then how long a first reading of 10,000 events takes.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "booking/rules.h"
#include "calendar/change_outside.h"
#include "federation/rounds.h"
#include "federation/sync.h"
#include "ical/ical.h"
#include "ical/time.h"
#include "store/store.h"

enum { POLL_S = 600, EVENTS = 10000, PAGE = 2500, THREADS = 4, LIFE_S = 5 * 86400 };

static atomic_int readings, renewals;

static void must(const char *what, const struct fault *f)
{
	if (!f)
		return;
	fprintf(stderr, "%s: %s\n", what, f->message);
	exit(EXIT_FAILURE);
}

/* ---- the provider -----------------------------------------------------------------------------
 */

/* An hour each, one in four a weekly series. */
static struct remote_event event_of(struct arena *a, int i)
{
	int64_t start = INT64_C(1798761600) + (int64_t)i * 3600;
	struct buf b;

	buf_init(&b, a, 256, 4096);
	buf_put_lit(&b, "DTSTART:");
	time_put_utc(&b, start);
	buf_put_lit(&b, "\r\nDTEND:");
	time_put_utc(&b, start + 3600);
	buf_put_lit(&b, "\r\nSUMMARY:Something\r\n");
	if (i % 4 == 0)
		buf_put_lit(&b, "RRULE:FREQ=WEEKLY;COUNT=20\r\n");
	return (struct remote_event){
		.remote = text_from(arena_printf(a, "event%026d", i)),
		.kind = i % 4 == 0 ? OUTSIDE_MASTER : OUTSIDE_SINGLE,
		.etag = TEXT("\"3181161784712000\""),
		.lines = buf_text(&b),
	};
}

static enum call_end changes(struct visit *v, const struct outside_calendar *c, struct text next,
			     struct remote_page *out)
{
	int64_t from = 0;

	*out = (struct remote_page){0};
	atomic_fetch_add(&readings, 1);
	if (c->cursor.len > 0) {
		out->cursor = TEXT("cursor");
		return CALL_OK;
	}
	if (next.len > 0 && !text_to_int64(next, 0, EVENTS, &from))
		return CALL_BROKEN;
	out->events = arena_alloc_array(v->arena, PAGE, sizeof(*out->events));
	for (; out->count < PAGE && from < EVENTS; from++)
		out->events[out->count++] = event_of(v->arena, (int)from);
	if (from < EVENTS)
		out->next = text_from(arena_printf(v->arena, "%lld", (long long)from));
	else
		out->cursor = TEXT("cursor");
	return CALL_OK;
}

static enum call_end calendars(struct visit *v, struct remote_calendar **out, size_t *count_out)
{
	*out = arena_alloc(v->arena, sizeof(**out));
	(*out)->remote = TEXT("primary");
	(*out)->is_primary = true;
	*count_out = 1;
	return CALL_OK;
}

static enum call_end watch(struct visit *v, const struct outside_calendar *c,
			   struct remote_watch *w)
{
	(void)v, (void)c;
	w->remote = w->resource = TEXT("r");
	atomic_fetch_add(&renewals, 1);
	return CALL_OK;
}

static enum call_end unwatch(struct visit *v, const struct outside_calendar *c,
			     const struct remote_watch *w)
{
	(void)v, (void)c, (void)w;
	return CALL_OK;
}

const struct provider *provider_of(enum provider_kind kind)
{
	static const struct provider provider = {.kind = PROVIDER_GOOGLE,
						 .calendars = calendars,
						 .changes = changes,
						 .watch = watch,
						 .unwatch = unwatch};
	(void)kind;
	return &provider;
}

/* ---- the store ---------------------------------------------------------------------------------
 */

#define MANY                                                                                       \
	"WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 999 + $1) "
#define SOON "abs(random()) % 600"

static const struct sql fill[] = {
	{MANY "INSERT INTO owner (id, kind, name, display_name, email, timezone, password_hash,"
	      " version, rules, last_id, created) SELECT i, 0, 'u' || i, 'U', 'u@example.org',"
	      " 'Europe/Berlin', '', 1, 1, 10, $2 FROM n"},
	{MANY "INSERT INTO connection SELECT i, 'c' || i, 0, 'u@elsewhere.example', 's' || i, '',"
	      " 'Europe/Berlin', zeroblob(700), 1, $2 + 3600, 0, '', 0, $2, '', 0, $2 FROM n"},
	{MANY "INSERT INTO outside_calendar (owner, id, connection, remote, title, timezone,"
	      " may_write, is_primary, is_gone, counts, takes, cursor, page, window_end, round,"
	      " synced_at, due_at, lease_until, lease, asked, failures, last_error)"
	      " SELECT i, 5, 'c' || i, 'primary', 'Mine', '', 1, 1, 0, 1, 1, 'cursor', '', 0, 1,"
	      " $2 - 600, $2 + " SOON ", 0, 0, 0, 0, '' FROM n"},
	{MANY "INSERT INTO outside_watch SELECT i, 'w' || i, 5, 'c' || i, 'r', 'r',"
	      " $2 + 518400, $2 + abs(random()) % 388800 FROM n"},
};

struct fill_work {
	struct store_work work;
	int64_t accounts;
};

static const struct fault *fill_run(struct db *db, struct store_work *work)
{
	const struct fill_work *w = (struct fill_work *)work;
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(fill) && !f; i++)
		f = db_exec(db, work->arena, &fill[i],
			    DB_ARGS(DB_INT(w->accounts), DB_INT(clock_now())), NULL);
	return f;
}

/* ---- measuring ---------------------------------------------------------------------------------
 */

static double cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	       ((double)u.ru_utime.tv_usec + (double)u.ru_stime.tv_usec) / 1e6;
}

static long resident_kb(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long size = 0, resident = 0;

	if (f && fscanf(f, "%ld %ld", &size, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void measure_rounds(struct federation *fed, int seconds)
{
	double cpu, wall;
	int64_t begun;
	long before;

	fed->rounds = rounds_create(fed);
	if (!fed->rounds || !rounds_start(fed->rounds, THREADS))
		exit(1);
	/* Caches and connections first. */
	sleep(5);
	atomic_store(&readings, 0);
	atomic_store(&renewals, 0);
	cpu = cpu_seconds();
	begun = clock_monotonic_ns();
	before = resident_kb();
	sleep((unsigned)seconds);
	cpu = cpu_seconds() - cpu;
	wall = (double)(clock_monotonic_ns() - begun) / 1e9;
	printf("readings %.1f/s, renewals %.2f/s, cpu %.1f %% of a core\n",
	       atomic_load(&readings) / wall, atomic_load(&renewals) / wall, 100 * cpu / wall);
	printf("memory %ld KB, then %ld KB\n", before, resident_kb());
	rounds_stop(fed->rounds);
	fed->rounds = NULL;
}

static void connect_one(struct federation *fed, struct arena *a, int64_t owner,
			struct outside_calendar *c)
{
	struct change_connection x = {
		.connection = {.owner = owner,
			       .id = secret_id_make(a, &fed->calendar->key, owner),
			       .account = TEXT("first@elsewhere.example"),
			       .subject = TEXT("first")},
		.is_new = true,
		.calendars = c,
		.calendar_count = 1,
	};
	struct change *ch = change_open(fed->calendar, a, CHANGE_CLIENT, clock_now());

	must("connect", change_run_unless(ch, change_connect(ch, &x)));
	c->connection = x.connection.id;
}

struct take_one {
	struct store_work work;
	struct outside_calendar c, *taken;
};

static const struct fault *take_run(struct db *db, struct store_work *work)
{
	struct take_one *w = (struct take_one *)work;
	int64_t now = clock_now();

	return outside_calendar_take_one(db, work->arena, w->c.owner, w->c.id, now,
					 now + SYNC_LEASE_S, &w->taken);
}

static void measure_first(struct federation *fed, struct arena *a)
{
	struct take_one w = {.work = {.run = take_run, .arena = a},
			     .c = {.remote = TEXT("primary"),
				   .title = TEXT("Mine"),
				   .counts = true,
				   .due_at = INT64_MAX}};
	int64_t begun;
	struct visit v;
	double cpu;

	connect_one(fed, a, 1000, &w.c);
	must("take", store_run(fed->calendar->store, &w.work));
	must("visit", visit_begin(fed, a, w.c.owner, w.c.connection, clock_now(),
				  clock_monotonic_ns() + INT64_C(600000000000), &v));
	cpu = cpu_seconds();
	begun = clock_monotonic_ns();
	if (sync_calendar(&v, w.taken) != CALL_OK)
		printf("failed: %.*s\n", TEXT_ARG(v.why));
	printf("first reading of %d events: %.2f s, cpu %.2f s, memory %ld KB\n", EVENTS,
	       (double)(clock_monotonic_ns() - begun) / 1e9, cpu_seconds() - cpu, resident_kb());
}

int main(int argc, char **argv)
{
	struct arena *a = arena_create(1 << 30);
	struct store_options o = {.may_create = true, .may_migrate = true};
	static struct calendar cal;
	static struct federation fed;
	struct fill_work w = {.work = {.run = fill_run, .arena = a}};

	if (argc < 2)
		return EXIT_FAILURE;
	w.accounts = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
	o.url = arena_printf(a, "sqlite:%s/federation.db", argv[1]);
	ical_init();
	must("secrets", secret_init(a));
	must("store", store_open(a, &o, &cal.store));
	must("accounts", store_run(cal.store, &w.work));
	fed = (struct federation){.calendar = &cal,
				  .url = TEXT("https://fasti.example.org"),
				  .poll_s = POLL_S,
				  .max_age_s = 3600,
				  .hears = true};
	measure_rounds(&fed, argc > 3 ? (int)strtol(argv[3], NULL, 10) : 30);
	measure_first(&fed, a);
	store_close(cal.store);
	arena_destroy(a);
	return EXIT_SUCCESS;
}

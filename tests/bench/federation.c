/*
 * federation - what it costs to keep very many accounts elsewhere fresh
 *
 * federation DIR [ACCOUNTS [SECONDS]]: makes a store with so many accounts, of which each is due
 * once in ten minutes and watched, at a provider in this process that answers at once and has
 * nothing new. Prints the readings and renewals, what share of a core they cost, and what memory,
 * as it goes; what a look-up of a host costs beside them; then how long a first reading of 10,000
 * events takes, the provider's part and ours.
 */
#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "booking/host.h"
#include "booking/rules.h"
#include "calendar/change_outside.h"
#include "federation/rounds.h"
#include "federation/sync.h"
#include "ical/ical.h"
#include "ical/time.h"
#include "store/store.h"

enum {
	POLL_S = 600,
	EVENTS = 10000,
	PAGE = 2500,
	THREADS = 4,
	PARTS = 4,    /* of the time for which memory is looked at */
	ASKED = 1000, /* hosts that somebody looks up, in turn */
	ASK_US = 1000,
	SETTLE_S = 5, /* caches and connections first */
};

static atomic_int readings, renewals;
static atomic_llong provider_ns; /* that calls took */

static const double NS = 1e9;

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

static enum call_end page_of(struct visit *v, const struct outside_calendar *c, struct text next,
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

static enum call_end changes(struct visit *v, const struct outside_calendar *c, struct text next,
			     struct remote_page *out)
{
	int64_t begun = clock_monotonic_ns();
	enum call_end end = page_of(v, c, next, out);

	atomic_fetch_add(&provider_ns, clock_monotonic_ns() - begun);
	return end;
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
	      " synced_at, synced_by, due_at, lease_until, lease, asked, failures, last_error,"
	      " skips_unanswered)"
	      " SELECT i, 5, 'c' || i, 'primary', 'Mine', '', 1, 1, 0, 1, 1, 'cursor', '', 0, 1,"
	      " $2 - 600, 0, $2 + " SOON ", 0, 0, 0, 0, '', 0 FROM n"},
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

/* For how long threads that could run did not, as others had the cores. */
static double queued_seconds(void)
{
	DIR *tasks = opendir("/proc/self/task");
	double sum = 0;

	for (struct dirent *t; tasks && (t = readdir(tasks));) {
		char path[300];
		long long ran, queued;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", t->d_name);
		f = t->d_name[0] == '.' ? NULL : fopen(path, "re");
		if (f && fscanf(f, "%lld %lld", &ran, &queued) == 2)
			sum += (double)queued / NS;
		if (f)
			fclose(f);
	}
	if (tasks)
		closedir(tasks);
	return sum;
}

static double thread_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Look hosts up for so long, one each millisecond: the microseconds of CPU for one. */
static double look_up(struct booking_desk *desk, double seconds)
{
	int64_t until = clock_monotonic_ns() + (int64_t)(seconds * NS);
	double spent = 0;
	int count = 0;

	for (; clock_monotonic_ns() < until; count++) {
		struct arena *a = arena_create(1 << 20);
		const struct host *host;
		struct db *db;
		double begun = thread_cpu_us();

		must("reader", store_reader(desk->calendar->store, a, &db));
		must("host", host_get(desk, db, a, 1000 + count % ASKED, &host));
		arena_destroy(a);
		spent += thread_cpu_us() - begun;
		usleep(ASK_US);
	}
	return spent / count;
}

static void start_rounds(struct federation *fed)
{
	fed->rounds = rounds_create(fed);
	if (!fed->rounds || !rounds_start(fed->rounds, THREADS))
		exit(EXIT_FAILURE);
	sleep(SETTLE_S);
}

static void measure_rounds(struct federation *fed, int seconds)
{
	double cpu, wall;
	int64_t begun;

	start_rounds(fed);
	atomic_store(&readings, 0);
	atomic_store(&renewals, 0);
	cpu = cpu_seconds();
	begun = clock_monotonic_ns();
	printf("memory %ld KB", resident_kb());
	for (int i = 0; i < PARTS; i++) {
		usleep((useconds_t)seconds * 1000000 / PARTS);
		printf(", %ld KB", resident_kb());
	}
	cpu = cpu_seconds() - cpu;
	wall = (double)(clock_monotonic_ns() - begun) / NS;
	printf("\nreadings %.1f/s, renewals %.2f/s, cpu %.1f %% of a core\n",
	       atomic_load(&readings) / wall, atomic_load(&renewals) / wall, 100 * cpu / wall);
	rounds_stop(fed->rounds);
	fed->rounds = NULL;
}

static const struct fault *all_due(struct db *db, struct store_work *work)
{
	static const struct sql due = {"UPDATE outside_watch SET renew_at = 0"};

	return db_exec(db, work->arena, &due, DB_NO_ARGS, NULL);
}

/* After a server stood still for days: all are to be renewed, beside what is to be read. */
static void measure_backlog(struct federation *fed, struct arena *a, int seconds)
{
	struct store_work w = {.run = all_due, .arena = a};
	double cpu, wall;
	int64_t begun;

	must("due", store_run(fed->calendar->store, &w));
	start_rounds(fed);
	atomic_store(&readings, 0);
	atomic_store(&renewals, 0);
	cpu = cpu_seconds();
	begun = clock_monotonic_ns();
	usleep((useconds_t)seconds * 1000000 / PARTS);
	cpu = cpu_seconds() - cpu;
	wall = (double)(clock_monotonic_ns() - begun) / NS;
	printf("all watches due: renewals %.0f/s beside readings %.0f/s, cpu %.0f %% of a core\n",
	       atomic_load(&renewals) / wall, atomic_load(&readings) / wall, 100 * cpu / wall);
	rounds_stop(fed->rounds);
	fed->rounds = NULL;
}

/* Each settling is a commit, after which nobody knows a host to be as it was without a look. */
static void measure_questions(struct federation *fed, int seconds)
{
	struct booking_desk desk = {.calendar = fed->calendar,
				    .hosts = host_cache_create(2 * ASKED),
				    .max_age_s = fed->max_age_s};
	double alone, beside, part = max64(seconds / PARTS, 3);

	(void)look_up(&desk, part);
	alone = look_up(&desk, part);
	start_rounds(fed);
	beside = look_up(&desk, part);
	rounds_stop(fed->rounds);
	fed->rounds = NULL;
	host_cache_destroy(desk.hosts);
	printf("looking a host up: cpu %.1f us, %.1f us beside the readings\n", alone, beside);
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
	double cpu, wall, provider, queued;

	connect_one(fed, a, 1000, &w.c);
	must("take", store_run(fed->calendar->store, &w.work));
	must("visit", visit_begin(fed, a, w.c.owner, w.c.connection, clock_now(),
				  clock_monotonic_ns() + INT64_C(600000000000), &v));
	atomic_store(&provider_ns, 0);
	queued = queued_seconds();
	cpu = cpu_seconds();
	begun = clock_monotonic_ns();
	if (sync_calendar(&v, w.taken) != CALL_OK)
		printf("failed: %.*s\n", TEXT_ARG(v.why));
	wall = (double)(clock_monotonic_ns() - begun) / NS;
	cpu = cpu_seconds() - cpu;
	queued = queued_seconds() - queued;
	provider = (double)atomic_load(&provider_ns) / NS;
	printf("first reading of %d events: %.2f s, of which the provider %.2f s, ours %.2f s\n",
	       EVENTS, wall, provider, wall - provider);
	printf("of it cpu %.2f s; its threads waited %.2f s for cores that others had; memory %ld "
	       "KB\n",
	       cpu, queued, resident_kb());
}

int main(int argc, char **argv)
{
	struct arena *a = arena_create(1 << 30);
	struct store_options o = {.may_create = true, .may_migrate = true};
	static struct calendar cal;
	static struct federation fed;
	struct fill_work w = {.work = {.run = fill_run, .arena = a}};
	int seconds;

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
	seconds = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 30;
	measure_rounds(&fed, seconds);
	measure_questions(&fed, seconds);
	measure_backlog(&fed, a, seconds);
	measure_first(&fed, a);
	store_close(cal.store);
	arena_destroy(a);
	return EXIT_SUCCESS;
}

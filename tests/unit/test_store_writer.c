/*
 * test_store_writer - the one way to write: batches, races, failures
 *
 * Order is made by gates, not by time: a work that waits at a gate keeps the
 * writer busy until all others are in the queue.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "base/metrics.h"
#include "faulty_vfs.h"
#include "store/booking.h"
#include "store/hold.h"
#include "store/owner.h"
#include "store_fixture.h"
#include "unit.h"

enum { WORKS = 64, THREADS = 8, ROUNDS = 40 };

/* A door that is shut until somebody opens it. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	int open;
};
#define GATE_INIT                                                                                  \
	{                                                                                          \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0                             \
	}

static void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open++;
	pthread_cond_broadcast(&g->turn);
	pthread_mutex_unlock(&g->lock);
}

static void gate_wait(struct gate *g, int count)
{
	pthread_mutex_lock(&g->lock);
	while (g->open < count)
		pthread_cond_wait(&g->turn, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static const struct sql sql_insert = {"INSERT INTO setting (name, number) VALUES ($1, $2)"};
static const struct sql sql_count = {"SELECT count(*) FROM setting"};

/* A work that writes one row, and says how it went. */
struct probe {
	struct store_work work;
	struct store_fixture *x;
	int number;
	bool refuse;	    /* fails after it wrote */
	bool early;	    /* or before */
	bool swallow;	    /* hides its own failure */
	struct gate *start; /* opened when it runs; waits for `leave` then */
	struct gate *leave;
	struct gate *ends; /* opened when it is told */
	atomic_int runs;
	int told;
	enum fault_code code; /* FAULT_COUNT: well */
	int64_t visible;      /* rows that another connection saw when it was told */
};

static const struct fault *probe_run(struct db *db, struct store_work *w)
{
	struct probe *p = (struct probe *)w;
	const struct fault *f;
	const char *name = arena_printf(w->arena, "row %d", p->number);

	atomic_fetch_add(&p->runs, 1);
	if (p->start) {
		gate_open(p->start);
		gate_wait(p->leave, 1);
	}
	if (p->early)
		return fault_make(w->arena, FAULT_SLOT_TAKEN, NULL, "refused");
	f = db_exec(db, w->arena, &sql_insert, DB_ARGS(DB_TEXT(text_from(name)), DB_INT(p->number)),
		    NULL);
	if (p->swallow)
		return NULL;
	if (!f && p->refuse)
		f = fault_make(w->arena, FAULT_SLOT_TAKEN, NULL, "refused");
	return f;
}

static bool take_int(void *ctx, struct db_row *row)
{
	*(int64_t *)ctx = row_int(row, 0);
	return true;
}

/* On a writer's thread, whose reader is a connection of its own. */
static void probe_done(struct store_work *w, const struct fault *f)
{
	struct probe *p = (struct probe *)w;
	struct db *db;

	p->code = f ? f->code : FAULT_COUNT;
	p->told++;
	if (!store_reader(p->x->store, w->arena, &db) &&
	    db_query(db, w->arena, &sql_count, DB_NO_ARGS, take_int, &p->visible))
		p->visible = -1;
	gate_open(p->ends);
}

static void probe_init(struct probe *p, struct store_fixture *x, int number, struct gate *ends)
{
	*p = (struct probe){.work = {.run = probe_run, .done = probe_done},
			    .x = x,
			    .number = number,
			    .ends = ends};
	p->work.arena = arena_create(1 << 20);
}

/* Submit the first, wait until it holds the writer, submit all others, let go, wait for all. */
static void run_probes(struct probe *p, size_t count)
{
	struct gate start = GATE_INIT, leave = GATE_INIT;

	p[0].start = &start;
	p[0].leave = &leave;
	store_submit(p[0].x->store, &p[0].work);
	gate_wait(&start, 1);
	for (size_t i = 1; i < count; i++)
		store_submit(p[0].x->store, &p[i].work);
	gate_open(&leave);
	gate_wait(p[0].ends, (int)count);
}

static void free_probes(struct probe *p, size_t count)
{
	for (size_t i = 0; i < count; i++)
		arena_destroy(p[i].work.arena);
}

/* ---- batches ------------------------------------------------------------------------------- */

/*
 * decisions 3: one COMMIT serves many; winner and loser are told after it. Where a loser has
 * written already, all begin once more, apart from each other.
 */
static void commit_with_losers(struct store_fixture *x, bool early)
{
	int most = x->postgres || early ? 1 : 2;

	static struct probe p[WORKS];
	struct gate ends = GATE_INIT;
	int64_t commits = metrics_get(METRIC_CHANGE_COMMITS, 0);
	int syncs = faulty_vfs_syncs();

	for (int i = 0; i < WORKS; i++) {
		probe_init(&p[i], x, i, &ends);
		p[i].refuse = i % 4 == 3;
		p[i].early = early && p[i].refuse;
	}
	run_probes(p, WORKS);
	commits = metrics_get(METRIC_CHANGE_COMMITS, 0) - commits;
	CHECK_INT("commits", commits, x->postgres ? WORKS * 3 / 4 : 2);
	if (!x->postgres)
		CHECK_TRUE("one sync for each", faulty_vfs_syncs() - syncs <= 3);
	for (int i = 0; i < WORKS; i++) {
		CHECK_INT("told once", p[i].told, 1);
		CHECK_TRUE("ran no more than it must", p[i].runs >= 1 && p[i].runs <= most);
		CHECK_INT("what it was told", p[i].code,
			  p[i].refuse ? FAULT_SLOT_TAKEN : FAULT_COUNT);
		if (!x->postgres && i > 0)
			CHECK_INT("the whole batch stood by then", p[i].visible, WORKS * 3 / 4);
	}
	CHECK_INT("the refused left nothing", store_fixture_int(x, &sql_count), WORKS * 3 / 4);
	free_probes(p, WORKS);
}

static void group_commit(struct store_fixture *x)
{
	commit_with_losers(x, true);
}
STORE_CASE(group_commit)

static void group_commit_late(struct store_fixture *x)
{
	commit_with_losers(x, false);
}
STORE_CASE(group_commit_late)

/* A work that fails half-way leaves nothing behind. */
static const struct fault *half_way(struct db *db, struct arena *a, void *ctx)
{
	struct hold h = {1, 100, 200, HOLD_BOOKING, TEXT("b"), 0};
	struct booking b = {.owner = 1, .id = TEXT("b"), .start = 100, .end = 200, .version = 1};
	bool taken;
	const struct fault *f = hold_take(db, a, &h, 0, &taken);

	(void)ctx;
	if (!f)
		f = booking_add(db, a, &b);
	if (!f)
		f = booking_add(db, a, &b); /* there already */
	return f;
}

static void half_way_failure(struct store_fixture *x)
{
	static const struct sql sql = {
		"SELECT (SELECT count(*) FROM hold) + (SELECT count(*) FROM booking)"};

	CHECK_FAULT("the change", store_fixture_tx(x, half_way, NULL), FAULT_CONFLICT);
	CHECK_INT("nothing stays", store_fixture_int(x, &sql), 0);
}
STORE_CASE(half_way_failure)

/* What was submitted is finished before the store closes. */
static void closing(struct store_fixture *x)
{
	static struct probe p[WORKS];
	struct gate ends = GATE_INIT;

	for (int i = 0; i < WORKS; i++) {
		probe_init(&p[i], x, i, &ends);
		store_submit(x->store, &p[i].work);
	}
	store_close(x->store);
	for (int i = 0; i < WORKS; i++)
		CHECK_INT("told", p[i].told, 1);
	x->store = store_fixture_second(x);
	CHECK_INT("and kept", store_fixture_int(x, &sql_count), WORKS);
	free_probes(p, WORKS);
}
STORE_CASE(closing)

/* ---- races --------------------------------------------------------------------------------- */

struct race {
	struct store_work work;
	int64_t owner, start;
	int number;
	bool won;
};

static const struct fault *race_run(struct db *db, struct store_work *w)
{
	struct race *r = (struct race *)w;
	const char *id = arena_printf(w->arena, "b%d-%lld", r->number, (long long)r->start);
	struct hold h = {r->owner,     r->start,      r->start + 1800 + 60 * (r->number % 3),
			 HOLD_BOOKING, text_from(id), 0};
	int64_t version;
	bool taken;
	const struct fault *f = owner_lock(db, w->arena, r->owner, &version);

	if (!f)
		f = hold_take(db, w->arena, &h, 0, &taken);
	r->won = !f && !taken;
	if (!f && taken)
		f = fault_make(w->arena, FAULT_SLOT_TAKEN, NULL, "taken");
	return f ? f : owner_raise_version(db, w->arena, r->owner, false);
}

struct racer {
	pthread_t id;
	struct store *store;
	int64_t owner;
	int number, wins, losses, others;
};

static void *race_main(void *ctx)
{
	struct racer *me = ctx;
	struct arena *a = arena_create(1 << 20);

	for (int round = 0; round < ROUNDS; round++) {
		struct race r = {.work = {.run = race_run, .arena = a},
				 .owner = me->owner,
				 .start = round * 7200,
				 .number = me->number};
		const struct fault *f = store_run(me->store, &r.work);

		me->wins += !f && r.won;
		me->losses += fault_is(f, FAULT_SLOT_TAKEN);
		me->others += f && !fault_is(f, FAULT_SLOT_TAKEN);
		arena_reset(a);
	}
	arena_destroy(a);
	return NULL;
}

/* booking-cases E1, E2: many at one slot, from two processes; one wins each. */
static void hold_race(struct store_fixture *x)
{
	static const struct sql sql_holds = {"SELECT count(*) FROM hold"};
	struct store_home h = store_fixture_home(x, "alice");
	struct store *second = store_fixture_second(x);
	struct racer r[THREADS];
	int wins = 0, losses = 0, others = 0;

	for (int i = 0; i < THREADS; i++) {
		r[i] = (struct racer){
			.store = i % 2 ? second : x->store, .owner = h.owner, .number = i};
		pthread_create(&r[i].id, NULL, race_main, &r[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(r[i].id, NULL);
		wins += r[i].wins;
		losses += r[i].losses;
		others += r[i].others;
	}
	CHECK_INT("one wins each round", wins, ROUNDS);
	CHECK_INT("all others lose", losses, ROUNDS * (THREADS - 1));
	CHECK_INT("and nothing else happens", others, 0);
	CHECK_INT("as many holds", store_fixture_int(x, &sql_holds), ROUNDS);
	store_close(second);
}
STORE_CASE(hold_race)

/* The database refuses by itself, whoever asks (design, "three times over"). */
static void overlap_refused(struct store_fixture *x)
{
	static const struct {
		const char *name;
		struct sql sql;
		bool refused;
	} rows[] = {
		{"first", {"INSERT INTO hold VALUES (1, 100, 200, 0, 'a', 0)"}, false},
		{"same start", {"INSERT INTO hold VALUES (1, 100, 120, 0, 'b', 0)"}, true},
		{"inside", {"INSERT INTO hold VALUES (1, 110, 120, 0, 'b', 0)"}, true},
		{"around", {"INSERT INTO hold VALUES (1, 50, 500, 0, 'b', 0)"}, true},
		{"over the start", {"INSERT INTO hold VALUES (1, 50, 101, 0, 'b', 0)"}, true},
		{"over the end", {"INSERT INTO hold VALUES (1, 199, 300, 0, 'b', 0)"}, true},
		{"no length", {"INSERT INTO hold VALUES (1, 300, 300, 0, 'b', 0)"}, true},
		{"touching", {"INSERT INTO hold VALUES (1, 200, 300, 0, 'b', 0)"}, false},
		{"another host", {"INSERT INTO hold VALUES (2, 100, 200, 0, 'a', 0)"}, false},
		{"moved into", {"UPDATE hold SET starts = 150 WHERE booking = 'b'"}, true},
		{"made longer",
		 {"UPDATE hold SET ends = 201 WHERE owner = 1 AND starts = 100"},
		 true},
		{"made shorter",
		 {"UPDATE hold SET ends = 150 WHERE owner = 1 AND starts = 100"},
		 false},
		{"given to another",
		 {"UPDATE hold SET owner = 2, starts = 120 WHERE booking = 'b'"},
		 true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct fault *f = store_fixture_sql(x, &rows[i].sql);

		if (rows[i].refused)
			CHECK_FAULT(rows[i].name, f, FAULT_CONFLICT);
		else
			CHECK_WELL(rows[i].name, f);
	}
}
STORE_CASE(overlap_refused)

/* ---- a failing disk (SQLite) --------------------------------------------------------------- */

/*
 * A batch of four meets a fault. `once`: the disk heals, so that each change,
 * tried again alone, succeeds; otherwise it stays, and all are told.
 */
static const struct disk_row {
	const char *name;
	enum faulty_call call;
	int skip, count, code;
	enum fault_code told; /* FAULT_COUNT: all is well in the end */
} disk_rows[] = {
	{"full, once", FAULTY_WRITE, 0, 1, SQLITE_FULL, FAULT_COUNT},
	{"full in the midst, once", FAULTY_WRITE, 1, 1, SQLITE_FULL, FAULT_COUNT},
	{"full, for good", FAULTY_WRITE, 0, 1000, SQLITE_FULL, FAULT_STORE_FULL},
	{"write error, once", FAULTY_WRITE, 0, 1, SQLITE_IOERR_WRITE, FAULT_COUNT},
	{"write error, for good", FAULTY_WRITE, 0, 1000, SQLITE_IOERR_WRITE, FAULT_UNAVAILABLE},
	{"COMMIT fails, once", FAULTY_SYNC, 0, 1, SQLITE_IOERR_FSYNC, FAULT_COUNT},
	{"COMMIT fails, for good", FAULTY_SYNC, 0, 1000, SQLITE_IOERR_FSYNC, FAULT_UNAVAILABLE},
};

static void one_disk_row(struct store_fixture *x, const struct disk_row *r, int first)
{
	struct probe p[5];
	struct gate ends = GATE_INIT, start = GATE_INIT, leave = GATE_INIT;
	int64_t before = store_fixture_int(x, &sql_count);

	for (int i = 0; i < 5; i++)
		probe_init(&p[i], x, first + i, &ends);
	p[0].start = &start;
	p[0].leave = &leave;
	p[0].refuse = true; /* so that it writes nothing, and the fault hits the batch */
	store_submit(x->store, &p[0].work);
	gate_wait(&start, 1);
	for (int i = 1; i < 5; i++)
		store_submit(x->store, &p[i].work);
	faulty_vfs_fail(r->call, r->skip, r->count, r->code);
	gate_open(&leave);
	gate_wait(&ends, 5);
	CHECK_TRUE(r->name, faulty_vfs_failed() > 0);
	faulty_vfs_fail(r->call, 0, 0, 0);
	for (int i = 1; i < 5; i++) {
		CHECK_INT(r->name, p[i].code, r->told);
		CHECK_INT(r->name, p[i].told, 1);
		CHECK_INT("once more, alone", p[i].runs, 2);
	}
	CHECK_INT(r->name, store_fixture_int(x, &sql_count),
		  before + (r->told == FAULT_COUNT ? 4 : 0));
	free_probes(p, 5);
}

static void disk_case(struct store_fixture *x)
{
	for (size_t i = 0; i < ARRAY_LEN(disk_rows); i++)
		one_disk_row(x, &disk_rows[i], (int)i * 10);
	CHECK_WELL("the disk is well again",
		   store_fixture_sql(
			   x, &(const struct sql){"INSERT INTO setting VALUES ('last', 1)"}));
}

/*
 * A cache too small for the change makes SQLite write in the midst of it; then
 * the fault meets a statement, not the COMMIT, and a work that hides it must
 * not be told that all is well.
 */
static const struct fault *big_run(struct db *db, struct store_work *w)
{
	static const struct sql big = {
		"INSERT INTO setting (name, number) SELECT $1 || value || hex(zeroblob(1500)), 1"
		" FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]')"};
	static const struct sql small = {"PRAGMA cache_size = 5"};
	struct probe *p = (struct probe *)w;
	const struct fault *f = db_exec(db, w->arena, &small, DB_NO_ARGS, NULL);

	atomic_fetch_add(&p->runs, 1);
	for (int i = 0; i < 10 && !f; i++)
		f = db_exec(
			db, w->arena, &big,
			DB_ARGS(DB_TEXT(text_from(arena_printf(w->arena, "%d-%d-", p->number, i)))),
			NULL);
	return p->swallow ? NULL : f;
}

static void lost_within(struct store_fixture *x)
{
	struct gate ends = GATE_INIT;
	struct probe p[2];

	for (int i = 0; i < 2; i++) {
		probe_init(&p[i], x, i, &ends);
		p[i].work.run = big_run;
		p[i].swallow = i == 1;
		faulty_vfs_fail(FAULTY_WRITE, 3, 1000, SQLITE_FULL);
		store_submit(x->store, &p[i].work);
		gate_wait(&ends, i + 1);
		CHECK_TRUE("the fault came", faulty_vfs_failed() > 0);
		faulty_vfs_fail(FAULTY_WRITE, 0, 0, 0);
		CHECK_TRUE("told of a failure", p[i].code != FAULT_COUNT);
	}
	CHECK_INT("full", p[0].code, FAULT_STORE_FULL);
	CHECK_INT("nothing stays", store_fixture_int(x, &sql_count), 0);
	free_probes(p, 2);
}

static void test_failing_disk(void)
{
	store_case_run(disk_case, false);
}

static void test_lost_within(void)
{
	store_case_run(lost_within, false);
}

/* ---- a failing server (PostgreSQL) --------------------------------------------------------- */

static const struct sql sql_suicide = {"SELECT pg_terminate_backend(pg_backend_pid())"};

/* The connection is cut in the midst of the first run. */
static const struct fault *cut_run(struct db *db, struct store_work *w)
{
	struct probe *p = (struct probe *)w;
	const struct fault *f = NULL;

	if (atomic_fetch_add(&p->runs, 1) == 0 || p->refuse)
		f = db_exec(db, w->arena, &sql_suicide, DB_NO_ARGS, NULL);
	if (f)
		return f;
	return db_exec(db, w->arena, &sql_insert, DB_ARGS(DB_TEXT(TEXT("row")), DB_INT(1)), NULL);
}

static void run_one(struct probe *p, struct gate *ends)
{
	store_submit(p->x->store, &p->work);
	gate_wait(ends, 1);
}

static void connection_cut(struct store_fixture *x)
{
	struct gate first = GATE_INIT, second = GATE_INIT;
	struct probe p[2];

	probe_init(&p[0], x, 0, &first);
	probe_init(&p[1], x, 1, &second);
	p[0].work.run = p[1].work.run = cut_run;
	p[1].refuse = true; /* is cut each time */
	run_one(&p[0], &first);
	CHECK_INT("tried once more", p[0].runs, 2);
	CHECK_INT("and well", p[0].code, FAULT_COUNT);
	run_one(&p[1], &second);
	CHECK_INT("not for ever", p[1].runs, 2);
	CHECK_INT("told", p[1].code, FAULT_UNAVAILABLE);
	CHECK_INT("one row", store_fixture_int(x, &sql_count), 1);
	free_probes(p, 2);
}

/* COMMIT is sent and no answer comes: that is no success, and is not tried again. */
static void commit_unknown(struct store_fixture *x)
{
	static const struct sql function = {
		"CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
		" 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"};
	static const struct sql trigger = {
		"CREATE CONSTRAINT TRIGGER die AFTER INSERT ON setting DEFERRABLE INITIALLY"
		" DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"};
	struct gate ends = GATE_INIT;
	struct probe p;

	CHECK_WELL("function", store_fixture_sql(x, &function));
	CHECK_WELL("trigger", store_fixture_sql(x, &trigger));
	probe_init(&p, x, 0, &ends);
	run_one(&p, &ends);
	CHECK_INT("once", p.runs, 1);
	CHECK_INT("told", p.code, FAULT_UNAVAILABLE);
	free_probes(&p, 1);
}

/* A statement failed, the work hides it: COMMIT would answer ROLLBACK. */
static void swallowed(struct store_fixture *x)
{
	struct gate ends[2] = {GATE_INIT, GATE_INIT};
	struct probe p[2];

	for (int i = 0; i < 2; i++) {
		probe_init(&p[i], x, 0, &ends[i]);
		p[i].swallow = true;
		run_one(&p[i], &ends[i]);
	}
	CHECK_INT("the first", p[0].code, FAULT_COUNT);
	CHECK_INT("the same row again", p[1].code, FAULT_UNAVAILABLE);
	free_probes(p, 2);
}

/* Two works lock two owners in opposite order: the one that the server ends runs again. */
struct crossing {
	struct store_work work;
	int64_t first, second;
	struct gate *here, *there;
	struct gate *ends;
	atomic_int runs;
	bool well;
};

static const struct fault *crossing_run(struct db *db, struct store_work *w)
{
	struct crossing *c = (struct crossing *)w;
	int64_t version;
	const struct fault *f = owner_lock(db, w->arena, c->first, &version);

	if (f)
		return f;
	if (atomic_fetch_add(&c->runs, 1) == 0) {
		gate_open(c->here);
		gate_wait(c->there, 1);
	}
	f = owner_lock(db, w->arena, c->second, &version);
	return f ? f : owner_raise_version(db, w->arena, c->second, false);
}

static void crossing_done(struct store_work *w, const struct fault *f)
{
	struct crossing *c = (struct crossing *)w;

	c->well = !f;
	gate_open(c->ends);
}

static void deadlock(struct store_fixture *x)
{
	int64_t a = store_fixture_home(x, "alice").owner, b = store_fixture_home(x, "bob").owner;
	struct gate at_a = GATE_INIT, at_b = GATE_INIT, ends = GATE_INIT;
	struct crossing c[2] = {
		{.first = a, .second = b, .here = &at_a, .there = &at_b, .ends = &ends},
		{.first = b, .second = a, .here = &at_b, .there = &at_a, .ends = &ends},
	};

	for (int i = 0; i < 2; i++) {
		c[i].work = (struct store_work){
			.run = crossing_run, .done = crossing_done, .arena = arena_create(1 << 20)};
		store_submit(x->store, &c[i].work);
	}
	gate_wait(&ends, 2);
	/* Who was ended may be back at the row before the other one wakes, and it begins again. */
	CHECK_TRUE("one ran again", c[0].runs + c[1].runs >= 3);
	CHECK_TRUE("both well", c[0].well && c[1].well);
	arena_destroy(c[0].work.arena);
	arena_destroy(c[1].work.arena);
}

static void test_connection_cut(void)
{
	store_case_run(connection_cut, true);
}

static void test_commit_unknown(void)
{
	store_case_run(commit_unknown, true);
}

static void test_swallowed(void)
{
	store_case_run(swallowed, true);
}

static void test_deadlock(void)
{
	store_case_run(deadlock, true);
}

/* The shim stands before the first store is opened. */
static void test_shim(void)
{
	faulty_vfs_register();
	CHECK_INT("nothing failed yet", faulty_vfs_failed(), 0);
}

UNIT_SUITE("store_writer", {"the shim", test_shim},
	   STORE_ROWS("group commit (decisions 3)", group_commit),
	   STORE_ROWS("group commit, refused after it wrote", group_commit_late),
	   STORE_ROWS("failing half-way", half_way_failure), STORE_ROWS("closing", closing),
	   STORE_ROWS("hold race (E1, E2)", hold_race),
	   STORE_ROWS("overlaps refused by the database", overlap_refused),
	   {"sqlite: a failing disk (decisions 3)", test_failing_disk},
	   {"sqlite: lost within a change", test_lost_within},
	   {"postgresql: connection cut", test_connection_cut},
	   {"postgresql: COMMIT without answer", test_commit_unknown},
	   {"postgresql: a hidden failure", test_swallowed},
	   {"postgresql: deadlock", test_deadlock})

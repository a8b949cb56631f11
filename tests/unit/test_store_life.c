/*
 * test_store_life - opening, migrating, reading, copying and auditing a store
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/metrics.h"
#include "store/owner.h"
#include "store_fixture.h"
#include "unit.h"

/* ---- opening and migrating ----------------------------------------------------------------- */

static const struct fault *open_again(struct store_fixture *x, bool may_migrate)
{
	struct store_options o = {.url = x->url, .may_create = true, .may_migrate = may_migrate};
	struct store *s = NULL;
	const struct fault *f = store_open(x->arena, &o, &s);

	store_close(s);
	return f;
}

static void versions(struct store_fixture *x)
{
	static const struct sql newer = {"INSERT INTO schema_version VALUES (9999, 'later', 0)"};
	static const struct sql older = {"DELETE FROM schema_version WHERE number >= 1"};
	static const struct sql count = {"SELECT count(*) FROM schema_version WHERE number = 1"};

	CHECK_INT("one row a step", store_fixture_int(x, &count), 1);
	CHECK_WELL("as it should be", open_again(x, false));
	CHECK_WELL("newer", store_fixture_sql(x, &newer));
	CHECK_FAULT("by a newer Fasti", open_again(x, true), FAULT_CONFLICT);
	CHECK_WELL("older", store_fixture_sql(x, &older));
	CHECK_FAULT("older, and may not migrate", open_again(x, false), FAULT_UNPROCESSABLE);
}
STORE_CASE(versions)

static void addresses(void)
{
	static const struct {
		const char *name, *url;
		enum fault_code code;
	} rows[] = {
		{"nothing", "", FAULT_UNPROCESSABLE},
		{"no scheme", "/tmp/x", FAULT_UNPROCESSABLE},
		{"no path", "sqlite:", FAULT_UNPROCESSABLE},
		{"unknown", "mysql://x/y", FAULT_UNPROCESSABLE},
		{"no such folder", "sqlite:/nonexistent/x.db", FAULT_UNAVAILABLE},
		{"a folder", "sqlite:/tmp", FAULT_UNAVAILABLE},
		{"no server", "postgresql://x@/x?host=/nonexistent", FAULT_UNAVAILABLE},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct store_options o = {
			.url = rows[i].url, .may_create = true, .may_migrate = true};
		struct store *s;

		CHECK_FAULT(rows[i].name, store_open(a, &o, &s), rows[i].code);
		CHECK_TRUE(rows[i].name, !s);
	}
	arena_destroy(a);
}

/* What only looks makes nothing, and says where it looked; a password is no part of that. */
static void none_there(struct store_fixture *x)
{
	static const struct sql forget = {"DELETE FROM schema_version"};
	const char *path = arena_printf(x->arena, "%s/none.db", x->dir);
	const char *empty = arena_printf(x->arena, "%s/empty.db", x->dir);
	const char *const urls[] = {
		arena_printf(x->arena, "sqlite:%s", path),
		arena_printf(x->arena, "sqlite:%s", empty),
		arena_printf(x->arena, "sqlite:%s/no/folder.db", x->dir),
		x->url,
	};
	FILE *file = fopen(empty, "w");
	struct stat st;

	fclose(file);
	CHECK_WELL("no schema", store_fixture_sql(x, &forget));
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct store_options o = {.url = urls[i], .may_migrate = true};
		struct store *s;
		const struct fault *f = store_open(x->arena, &o, &s);

		CHECK_FAULT(urls[i], f, FAULT_NOT_FOUND);
		CHECK_TRUE(urls[i], f && strstr(f->message, "There is no store at "));
		CHECK_TRUE(urls[i], f && !strchr(f->message, '@') && !strchr(f->message, '?'));
	}
	CHECK_INT("nothing was made", stat(path, &st), -1);
	CHECK_INT("nor written", stat(empty, &st), 0);
	CHECK_INT("nor written", st.st_size, 0);
}
STORE_CASE(none_there)

struct opener {
	pthread_t id;
	const char *url;
	pthread_barrier_t *gate;
	bool well;
};

static void *opener_main(void *ctx)
{
	struct opener *me = ctx;
	struct arena *a = arena_create(1 << 20);
	struct store_options o = {
		.url = me->url, .may_create = true, .may_migrate = true, .writers = 1};
	struct store *s;

	pthread_barrier_wait(me->gate);
	me->well = !store_open(a, &o, &s);
	store_close(s);
	arena_destroy(a);
	return NULL;
}

static void open_at_once(const char *url)
{
	struct opener o[4];
	pthread_barrier_t gate;

	pthread_barrier_init(&gate, NULL, ARRAY_LEN(o));
	for (size_t i = 0; i < ARRAY_LEN(o); i++) {
		o[i] = (struct opener){.url = url, .gate = &gate};
		pthread_create(&o[i].id, NULL, opener_main, &o[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(o); i++) {
		pthread_join(o[i].id, NULL);
		CHECK_TRUE("opened", o[i].well);
	}
	pthread_barrier_destroy(&gate);
}

/* Processes that start at once on a new store take turns. */
static void opened_at_once(struct store_fixture *x)
{
	for (int i = 0; i < 20; i++)
		open_at_once(arena_printf(x->arena, "sqlite:%s/other-%d.db", x->dir, i));
}

static void file_mode(struct store_fixture *x)
{
	static const char *const names[] = {"fasti.db", "fasti.db-wal"};

	store_fixture_home(x, "alice");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct stat st;
		const char *path = arena_printf(x->arena, "%s/%s", x->dir, names[i]);

		CHECK_INT("there", stat(path, &st), 0);
		CHECK_INT("nobody else reads password hashes", st.st_mode & 0777, 0600);
	}
}

/* ---- reading ------------------------------------------------------------------------------- */

static const struct sql sql_row = {"INSERT INTO setting (name, number) VALUES ('row', 1)"};
static const struct sql sql_rows = {"SELECT count(*) FROM setting"};

static void snapshots(struct store_fixture *x)
{
	struct db *db;

	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("begin", store_snapshot_begin(db, x->arena));
	CHECK_INT("before", store_fixture_int(x, &sql_rows), 0);
	CHECK_WELL("a change", store_fixture_sql(x, &sql_row));
	CHECK_WELL("within", store_snapshot_begin(db, x->arena));
	CHECK_INT("the snapshot stands", store_fixture_int(x, &sql_rows), 0);
	store_snapshot_end(db);
	CHECK_INT("until its own end", store_fixture_int(x, &sql_rows), 0);
	store_snapshot_end(db);
	CHECK_INT("after", store_fixture_int(x, &sql_rows), 1);
}
STORE_CASE(snapshots)

/* A reader refuses to write. */
static void readers_read(struct store_fixture *x)
{
	struct db *db, *again;

	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("reader", store_reader(x->store, x->arena, &again));
	CHECK_TRUE("one for each thread", db == again);
	CHECK_FAULT("no write", db_exec(db, x->arena, &sql_row, DB_NO_ARGS, NULL),
		    FAULT_UNAVAILABLE);
	CHECK_INT("nothing written", store_fixture_int(x, &sql_rows), 0);
}
STORE_CASE(readers_read)

static bool nested(void *ctx, struct db_row *row)
{
	struct store_fixture *x = ctx;

	CHECK_INT("a query within its own rows", store_fixture_int(x, &sql_rows), row_int(row, 0));
	return true;
}

static void within_rows(struct store_fixture *x)
{
	struct db *db;

	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("query", db_query(db, x->arena, &sql_rows, DB_NO_ARGS, nested, x));
	CHECK_WELL("and again", db_query(db, x->arena, &sql_rows, DB_NO_ARGS, nested, x));
}
STORE_CASE(within_rows)

/* decisions 5: equal answers prove that nobody committed, also no other process. */
static void generations(struct store_fixture *x)
{
	struct store *second = store_fixture_second(x);
	struct store *first = x->store;
	int64_t g[5];
	struct db *db;

	CHECK_WELL("reader", store_reader(first, x->arena, &db));
	g[0] = store_generation(first, db);
	g[1] = store_generation(first, db);
	CHECK_INT("nothing happened", g[0] == g[1], !x->postgres);
	CHECK_WELL("our change", store_fixture_sql(x, &sql_row));
	g[2] = store_generation(first, db);
	CHECK_TRUE("our own commit shows", g[2] != g[1]);
	x->store = second;
	store_fixture_home(x, "alice");
	x->store = first;
	g[3] = store_generation(first, db);
	CHECK_TRUE("another process's shows", g[3] != g[2]);
	g[4] = store_generation(first, db);
	CHECK_INT("and then rests", g[3] == g[4], !x->postgres);
	store_close(second);
}
STORE_CASE(generations)

struct reading {
	pthread_t id;
	struct store *store;
	pthread_barrier_t *read, *closed;
	int64_t seen;
	bool well;
};

static bool take_int(void *ctx, struct db_row *row)
{
	*(int64_t *)ctx = row_int(row, 0);
	return true;
}

static void *reading_main(void *ctx)
{
	struct reading *me = ctx;
	struct arena *a = arena_create(1 << 20);
	struct db *db;

	me->well = !store_reader(me->store, a, &db) &&
		   !db_query(db, a, &sql_rows, DB_NO_ARGS, take_int, &me->seen);
	if (me->read) {
		pthread_barrier_wait(me->read);
		pthread_barrier_wait(me->closed);
	}
	arena_destroy(a);
	return NULL;
}

/* Threads that end close their readers; a store that closes takes those of living threads. */
static void reader_threads(struct store_fixture *x)
{
	struct store *second = store_fixture_second(x);
	pthread_barrier_t read, closed;
	struct reading r[8];

	pthread_barrier_init(&read, NULL, 5);
	pthread_barrier_init(&closed, NULL, 5);
	for (int i = 0; i < 8; i++) {
		r[i] = (struct reading){.store = second, .seen = -1};
		if (i >= 4) {
			r[i].read = &read;
			r[i].closed = &closed;
		}
		pthread_create(&r[i].id, NULL, reading_main, &r[i]);
	}
	pthread_barrier_wait(&read);
	for (int i = 0; i < 4; i++)
		pthread_join(r[i].id, NULL);
	store_close(second);
	pthread_barrier_wait(&closed);
	for (int i = 4; i < 8; i++)
		pthread_join(r[i].id, NULL);
	for (int i = 0; i < 8; i++)
		CHECK_INT("each could read", r[i].well ? r[i].seen : -2, 0);
	pthread_barrier_destroy(&read);
	pthread_barrier_destroy(&closed);
}
STORE_CASE(reader_threads)

/* ---- copies -------------------------------------------------------------------------------- */

static void backup(struct store_fixture *x)
{
	const char *path = arena_printf(x->arena, "%s/copy.db", x->dir);
	struct store *store = x->store;

	store_fixture_home(x, "alice");
	if (x->postgres) {
		CHECK_FAULT("by pg_dump", store_backup(store, x->arena, path), FAULT_UNPROCESSABLE);
		return;
	}
	CHECK_WELL("copy", store_backup(store, x->arena, path));
	CHECK_FAULT("never over another file", store_backup(store, x->arena, path), FAULT_CONFLICT);
	store_fixture_home(x, "bob");
	snprintf(x->url, sizeof(x->url), "sqlite:%s", path);
	x->store = store_fixture_second(x);
	CHECK_INT("what was there by then",
		  store_fixture_int(x, &(const struct sql){"SELECT count(*) FROM owner"}), 1);
	store_close(x->store);
	x->store = store;
}
STORE_CASE(backup)

/* ---- the auditor --------------------------------------------------------------------------- */

struct findings {
	int count;
	char all[2048]; /* one a line */
};

static void note_finding(void *ctx, const char *finding)
{
	struct findings *f = ctx;
	size_t len = strlen(f->all);

	f->count++;
	snprintf(f->all + len, sizeof(f->all) - len, "%s\n", finding);
}

/* Each breaks the store of the row before a little more, and is found. */
static const struct check_row {
	const char *says;
	struct sql sql;
} check_rows[] = {
	{"a hold over others names booking a, which does not stand",
	 {"INSERT INTO hold_forced (owner, starts, ends, reason, booking)"
	  " VALUES (1, 100, 200, 0, 'a')"}},
	{"booking a was put over others, and none is there at 300",
	 {"UPDATE hold_forced SET starts = 300, ends = 400"}},
	{"booking b1 has no hold",
	 {"INSERT INTO booking (owner, id, type, uid, collection, object_name, status, starts, "
	  "ends,"
	  " sequence, version, invitee_name, invitee_email, invitee_timezone, answers, created,"
	  " modified) VALUES (1, 'b1', 't', 'u', 1, 'o.ics', 1, 100, 200, 0, 1, '', '', 'UTC',"
	  " '{}', 0, 0)"}},
	{"booking b1 has no event", {"INSERT INTO hold VALUES (1, 100, 200, 0, 'b1', 0)"}},
	{"object o.ics (7) has no data",
	 {"INSERT INTO object (owner, collection, name, id, uid, component, etag, schedule_tag,"
	  " size_bytes, seq, first_start, last_end, partial, zone_version, created,"
	  " modified) VALUES (1, 1, 'o.ics', 7, 'u', 1, 'e', '', 3, 0, 100, 200, 0, 0, 0, 0)"}},
	{"data belong to no object (8)",
	 {"INSERT INTO object_data (owner, id, data) SELECT 1, id, CAST('abc' AS %s) FROM (SELECT "
	  "7 AS id UNION ALL"
	  " SELECT 8) x"}},
	{"attachment f has not the 3 bytes",
	 {"INSERT INTO attachment VALUES (1, 'f', '', 'text/plain', 3, 'd', 0)"}},
	{"attachment f of 0 is used by no object", {"UPDATE attachment SET size_bytes = 0"}},
	{"attachment f is used by object 7, which does not know it",
	 {"INSERT INTO attachment_use VALUES (1, 7, 'f')"}},
	{"attachment g, which object 7 uses, is not there", {"UPDATE attachment_use SET id = 'g'"}},
	{"data belong to no attachment h (0)",
	 {"INSERT INTO attachment_part VALUES (1, 'h', 0, CAST('abc' AS %s))"}},
	{"object o.ics has sequence number 5",
	 {"UPDATE object SET seq = 5, id = 7 WHERE owner = 1"}},
	{"object o.ics (7) is a file in a calendar",
	 {"UPDATE object SET component = 0 WHERE owner = 1"}},
	{"folder lost/f (90) stands in none",
	 {"INSERT INTO collection (owner, id, kind, name, buried, components, transparent,"
	  " timezone, seq, seq_floor, created) VALUES (1, 90, 3, 'lost/f', 0, 0, 0, '', 0, 0,"
	  " 0)"}},
};

static void audit(struct store_fixture *x)
{
	struct findings f = {0};

	store_fixture_home(x, "alice");
	CHECK_WELL("check", store_check(x->store, x->arena, note_finding, &f));
	CHECK_INT("a sound store", f.count, 0);
	for (size_t i = 0; i < ARRAY_LEN(check_rows); i++) {
		struct sql *sql = arena_alloc(x->arena, sizeof(*sql));
		struct text t = text_from(check_rows[i].sql.text);
		ptrdiff_t at = text_find(t, TEXT("%s"));

		sql->text = at < 0 ? t.at
				   : arena_printf(x->arena, "%.*s%s%s", (int)at, t.at,
						  x->postgres ? "bytea" : "BLOB", t.at + at + 2);
		f = (struct findings){0};
		CHECK_WELL(check_rows[i].says, store_fixture_sql(x, sql));
		CHECK_WELL("check", store_check(x->store, x->arena, note_finding, &f));
		CHECK_TRUE(check_rows[i].says, f.count > 0);
		if (!strstr(f.all, check_rows[i].says))
			CHECK_STR("finding", f.all, check_rows[i].says);
	}
}
STORE_CASE(audit)

/* Overlaps cannot come about but by taking the constraint away. */
static void audit_overlap(struct store_fixture *x)
{
	static const struct sql drop[2] = {
		{"DROP TRIGGER hold_no_overlap_insert"},
		{"DO $x$ BEGIN FOR i IN 0..15 LOOP EXECUTE format('ALTER TABLE hold_%s DROP"
		 " CONSTRAINT hold_%s_no_overlap', i, i); END LOOP; END $x$"}};
	static const struct sql overlap = {
		"INSERT INTO hold VALUES (1, 100, 200, 2, 'a', 0), (1, 150, 250, 2, 'b', 0)"};
	struct findings f = {0};
	int64_t overlaps = 1;

	CHECK_WELL("none yet", store_count_overlaps(x->store, x->arena, &overlaps));
	CHECK_INT("fasti_overlaps", metrics_get(METRIC_OVERLAPS, 0), 0);
	CHECK_WELL("drop", store_fixture_sql(x, &drop[x->postgres]));
	CHECK_WELL("overlap", store_fixture_sql(x, &overlap));
	CHECK_WELL("check", store_check(x->store, x->arena, note_finding, &f));
	CHECK_INT("one finding", f.count, 1);
	CHECK_STR("which", f.all,
		  "owner 1: the hold of booking a overlaps the one that begins at 150\n");
	CHECK_WELL("count", store_count_overlaps(x->store, x->arena, &overlaps));
	CHECK_INT("counted", overlaps, 1);
	CHECK_INT("fasti_overlaps", metrics_get(METRIC_OVERLAPS, 0), 1);
}
STORE_CASE(audit_overlap)

/* The server was started anew, and each connection shows it only when it is used. */
static void connections_lost(struct store_fixture *x)
{
	static const struct sql count = {"SELECT count(*) FROM owner"};
	static const struct sql end_all = {
		"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
		" WHERE datname = current_database() AND pid <> pg_backend_pid()"};
	struct db *db;

	CHECK_INT("a reader is open", store_fixture_int(x, &count), 0);
	CHECK_WELL("end", store_fixture_sql(x, &end_all));
	CHECK_INT("a lone read", store_fixture_int(x, &count), 0);
	CHECK_WELL("end", store_fixture_sql(x, &end_all));
	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	if (CHECK_WELL("a snapshot", store_snapshot_begin(db, x->arena))) {
		CHECK_INT("within it", store_fixture_int(x, &count), 0);
		store_snapshot_end(db);
	}
	CHECK_WELL("end", store_fixture_sql(x, &end_all));
	CHECK_WELL("a change", store_fixture_sql(x, &count));
}

static void test_connections_lost(void)
{
	store_case_run(connections_lost, true);
}

static void test_opened_at_once(void)
{
	store_case_run(opened_at_once, false);
}

static void test_file_mode(void)
{
	store_case_run(file_mode, false);
}

UNIT_SUITE("store_life", {"addresses", addresses}, STORE_ROWS("schema versions", versions),
	   STORE_ROWS("none is there", none_there), {"sqlite: opened at once", test_opened_at_once},
	   {"sqlite: file mode", test_file_mode},
	   {"postgresql: connections lost while idle", test_connections_lost},
	   STORE_ROWS("snapshots", snapshots), STORE_ROWS("readers only read", readers_read),
	   STORE_ROWS("a query within rows", within_rows),
	   STORE_ROWS("generations (decisions 5)", generations),
	   STORE_ROWS("reader threads", reader_threads), STORE_ROWS("backup", backup),
	   STORE_ROWS("audit", audit), STORE_ROWS("audit of overlaps", audit_overlap))

/*
 * sqlite - the embedded driver
 *
 * WAL with synchronous=FULL: what was committed survives a power loss, readers
 * never wait for the writer. A connection belongs to one thread (NOMUTEX), and resets
 * each statement (sqlite_priv.h) in every path: one left open would pin the log.
 *
 * The log is written back by tidy(), after a batch was answered and not within
 * its commit, so that the fsyncs of a checkpoint are shared by many batches.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/db_priv.h"
#include "store/sqlite_priv.h"

enum {
	BATCH_MAX = 512,
	BUSY_MS = 10000,		/* another process writes: a command, an import */
	CHECKPOINT_IDLE_PAGES = 1000,	/* 4 MB of log, when nobody waits */
	CHECKPOINT_PAGES = 4000,	/* 16 MB, even when somebody does */
	CHECKPOINT_FORCE_PAGES = 64000, /* 256 MB: readers are asked to let go */
	CHECKPOINT_FORCE_MS = 200,
	WAL_INDEX_BLOCK = 32768,
	WAL_INDEX_IS_INIT = 3, /* the word that holds isInit */
};

struct sqlite_db {
	struct db base;
	sqlite3 *handle;
	struct statements statements;
	bool in_transaction;
	int log_pages;			       /* in the log after the last commit */
	const volatile uint32_t *index_header; /* of the wal-index, in shared memory */
};

struct sqlite_row {
	struct db_row base;
	sqlite3_stmt *stmt;
};

/* Rows of what SQLite may say; the first that fits by primary code counts. */
static const struct {
	int code;
	enum fault_code fault;
	const char *message;
} sqlite_faults[] = {
	{SQLITE_CONSTRAINT, FAULT_CONFLICT, "Something of this name is already there."},
	{SQLITE_FULL, FAULT_STORE_FULL, "The store is full."},
	{SQLITE_NOMEM, FAULT_OUT_OF_MEMORY, "There is not enough memory."},
	{SQLITE_TOOBIG, FAULT_BODY_TOO_LARGE, "This is too large to be stored."},
	{SQLITE_BUSY, FAULT_UNAVAILABLE, "The store is busy."},
	{SQLITE_LOCKED, FAULT_UNAVAILABLE, "The store is busy."},
	{SQLITE_PROTOCOL, FAULT_UNAVAILABLE, "The store is busy."},
	{SQLITE_IOERR, FAULT_UNAVAILABLE, "The store cannot be read or written just now."},
	{SQLITE_CANTOPEN, FAULT_UNAVAILABLE, "The store cannot be opened."},
	{SQLITE_READONLY, FAULT_UNAVAILABLE, "The store cannot be written."},
	{SQLITE_NOTADB, FAULT_UNAVAILABLE, "The file is not a Fasti store."},
	{SQLITE_CORRUPT, FAULT_INTERNAL, "The store is damaged."},
};

static const struct sql sql_quick_check = {"PRAGMA quick_check"};
static const struct sql sql_begin = {"BEGIN IMMEDIATE"};
static const struct sql sql_begin_read = {"BEGIN"};
static const struct sql sql_commit = {"COMMIT"};
static const struct sql sql_savepoint = {"SAVEPOINT work"};
static const struct sql sql_release = {"RELEASE work"};
static const struct sql sql_undo = {"ROLLBACK TO work"};

/* The operator sees SQLite's own words; whoever asked gets a sentence. */
static const struct fault *sqlite_fault(struct sqlite_db *self, struct arena *a, int rc)
{
	int primary = rc & 0xff;

	if (primary != SQLITE_CONSTRAINT)
		log_event(LOG_WARN, "sqlite", LOG_INT("code", rc),
			  LOG_STR("message", self->handle ? sqlite3_errmsg(self->handle)
							  : sqlite3_errstr(rc)));
	for (size_t i = 0; i < ARRAY_LEN(sqlite_faults); i++)
		if (sqlite_faults[i].code == primary)
			return fault_make(a, sqlite_faults[i].fault, NULL, "%s",
					  sqlite_faults[i].message);
	return fault_make(a, FAULT_INTERNAL, NULL, "The store failed.");
}

static bool sqlite_is_open(struct db *db)
{
	struct sqlite_db *self = (struct sqlite_db *)db;

	return self->in_transaction && !sqlite3_get_autocommit(self->handle);
}

/* Texts stay the caller's: they outlive the statement's run. */
static int bind_value(sqlite3_stmt *stmt, int index, const struct db_value *v)
{
	const char *at = v->text.at ? v->text.at : "";

	switch (v->kind) {
	case DB_KIND_NULL: return sqlite3_bind_null(stmt, index);
	case DB_KIND_INT: return sqlite3_bind_int64(stmt, index, v->number);
	case DB_KIND_TEXT:
		return sqlite3_bind_text64(stmt, index, at, v->text.len, SQLITE_STATIC,
					   SQLITE_UTF8);
	case DB_KIND_BLOB: return sqlite3_bind_blob64(stmt, index, at, v->text.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int run_rows(struct statement *c, const struct db_value *values, size_t count,
		    db_row_fn each, void *ctx)
{
	struct sqlite_row row = {{&sqlite_ops}, c->stmt};
	int rc = SQLITE_OK;

	assert(count >= c->params);
	for (size_t i = 0; i < c->params && !rc; i++)
		if (c->map[i])
			rc = bind_value(c->stmt, c->map[i], &values[i]);
	if (rc)
		return rc;
	while ((rc = sqlite3_step(c->stmt)) == SQLITE_ROW)
		if (each && !each(ctx, &row.base))
			return SQLITE_DONE;
	return rc;
}

static const struct fault *sqlite_query(struct db *db, struct arena *a, const struct sql *sql,
					const struct db_value *values, size_t count, db_row_fn each,
					void *ctx, int64_t *changed_out)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	const struct fault *f = NULL;
	struct statement *c;
	int rc;

	/* Past a lost transaction each statement would commit by itself. */
	if (self->in_transaction && sqlite3_get_autocommit(self->handle)) {
		db->trouble = DB_LOST;
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "The transaction was lost.");
	}
	rc = statement_borrow(&self->statements, self->handle, sql, &c);
	if (rc)
		return sqlite_fault(self, a, rc);
	rc = run_rows(c, values, count, each, ctx);
	if (rc != SQLITE_DONE)
		f = sqlite_fault(self, a, rc);
	if (self->in_transaction && sqlite3_get_autocommit(self->handle) && sql != &sql_commit)
		db->trouble = DB_LOST;
	if (!f && changed_out)
		*changed_out = sqlite3_changes64(self->handle);
	statement_return(c);
	return f;
}

static const struct fault *sqlite_script(struct db *db, struct arena *a, const char *text)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	int rc = sqlite3_exec(self->handle, text, NULL, NULL, NULL);

	return rc ? sqlite_fault(self, a, rc) : NULL;
}

/* Transactions */

static const struct fault *run_plain(struct db *db, struct arena *a, const struct sql *sql)
{
	return sqlite_query(db, a, sql, NULL, 0, NULL, NULL, NULL);
}

static void sqlite_rollback(struct db *db)
{
	struct sqlite_db *self = (struct sqlite_db *)db;

	self->in_transaction = false;
	if (!sqlite3_get_autocommit(self->handle))
		sqlite3_exec(self->handle, "ROLLBACK", NULL, NULL, NULL);
}

static const struct fault *sqlite_begin(struct db *db, struct arena *a)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	const struct fault *f;

	assert(!self->in_transaction);
	db->trouble = DB_WELL;
	f = run_plain(db, a, &sql_begin);
	if (!f)
		self->in_transaction = true;
	return f;
}

static const struct fault *sqlite_commit(struct db *db, struct arena *a)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	const struct fault *f = run_plain(db, a, &sql_commit);

	if (f) {
		db->trouble = DB_LOST;
		sqlite_rollback(db);
	}
	self->in_transaction = false;
	return f;
}

static const struct fault *sqlite_savepoint(struct db *db, struct arena *a)
{
	return run_plain(db, a, &sql_savepoint);
}

static const struct fault *sqlite_keep(struct db *db, struct arena *a)
{
	return run_plain(db, a, &sql_release);
}

static const struct fault *sqlite_undo(struct db *db, struct arena *a)
{
	const struct fault *f = run_plain(db, a, &sql_undo);

	return f ? f : run_plain(db, a, &sql_release);
}

static int64_t sqlite_rows_written(struct db *db)
{
	return sqlite3_total_changes64(((struct sqlite_db *)db)->handle);
}

static const struct fault *sqlite_snapshot_begin(struct db *db, struct arena *a)
{
	return run_plain(db, a, &sql_begin_read);
}

static void sqlite_snapshot_end(struct db *db)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	struct statement *c;

	if (statement_borrow(&self->statements, self->handle, &sql_commit, &c))
		return;
	sqlite3_step(c->stmt);
	statement_return(c);
	if (!sqlite3_get_autocommit(self->handle))
		sqlite3_exec(self->handle, "ROLLBACK", NULL, NULL, NULL);
}

/*
 * The header of the wal-index (sqlite.org/walformat.html §2.1) changes with each
 * commit of any process, and lies in shared memory: to compare it needs no
 * statement and no lock. It is there twice; the copies differ while it is written.
 */
static bool sqlite_snapshot_id(struct db *db, struct db_snapshot_id *out)
{
	struct sqlite_db *self = (struct sqlite_db *)db;

	if (!self->index_header) {
		sqlite3_file *file = NULL;
		void volatile *at = NULL;

		sqlite3_file_control(self->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
		if (!file || !file->pMethods || file->pMethods->iVersion < 2 ||
		    file->pMethods->xShmMap(file, 0, WAL_INDEX_BLOCK, 0, &at) || !at)
			return false;
		self->index_header = at;
	}
	for (size_t i = 0; i < ARRAY_LEN(out->words); i++)
		out->words[i] = self->index_header[i];
	atomic_thread_fence(memory_order_acquire);
	for (size_t i = 0; i < ARRAY_LEN(out->words); i++)
		if (out->words[i] != self->index_header[ARRAY_LEN(out->words) + i])
			return false;
	/* isInit is the first byte of its word. */
	return *(const unsigned char *)&out->words[WAL_INDEX_IS_INIT] != 0;
}

/* The log */

static int note_log_pages(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct sqlite_db *self = ctx;

	(void)handle;
	(void)name;
	self->log_pages = pages;
	return SQLITE_OK;
}

/*
 * Write the log back. A passive checkpoint waits for nobody; when readers have
 * held it up until the log is very long, wait for them a little, so that the
 * log starts again from its beginning.
 */
static void sqlite_tidy(struct db *db, bool idle)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	int mode = SQLITE_CHECKPOINT_PASSIVE, pages = 0;

	if (self->log_pages < (idle ? CHECKPOINT_IDLE_PAGES : CHECKPOINT_PAGES))
		return;
	if (self->log_pages >= CHECKPOINT_FORCE_PAGES) {
		mode = SQLITE_CHECKPOINT_RESTART;
		sqlite3_busy_timeout(self->handle, CHECKPOINT_FORCE_MS);
	}
	sqlite3_wal_checkpoint_v2(self->handle, NULL, mode, &pages, NULL);
	sqlite3_busy_timeout(self->handle, BUSY_MS);
	self->log_pages = 0;
}

/* Opening and closing */

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* No lock around each allocation; savepoints of many pages stay in memory. */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, 4 << 20);
	sqlite3_initialize();
}

/* An empty file is none: that of a process which did not come to put a schema into it. */
static bool sqlite_is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size > 0 : errno != ENOENT && errno != ENOTDIR;
}

/* The file holds password hashes: nobody else reads it. Its log takes the same mode. */
static const struct fault *make_file(struct arena *a, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		return fault_make(a, FAULT_UNAVAILABLE, path, "The store %s cannot be made: %s.",
				  path, strerror(errno));
	return NULL;
}

/*
 * Each thread that reads has its cache, so that is small; the system's cache is behind it. The
 * file is not mapped: that saves a few per cent of some questions, but a listing of 100,000
 * objects would map all of it once per thread, and a server is not to look that large.
 */
static const char pragmas_all[] = "PRAGMA synchronous = FULL;"
				  "PRAGMA foreign_keys = OFF;"
				  "PRAGMA trusted_schema = OFF;"
				  "PRAGMA temp_store = MEMORY;"
				  "PRAGMA mmap_size = 0;";
static const char pragmas_writer[] = "PRAGMA wal_autocheckpoint = 0;"
				     "PRAGMA journal_size_limit = 67108864;"
				     "PRAGMA cache_size = -32768;";
static const char pragmas_reader[] = "PRAGMA cache_size = -4096;"
				     "PRAGMA query_only = ON;";

/*
 * A new file is turned to WAL by whoever opens it first. Where several do so at once, SQLite
 * refuses some of them without waiting, as they would wait for each other.
 */
static const struct fault *use_wal(struct sqlite_db *self, struct arena *a)
{
	int64_t until_ns = clock_monotonic_ns() + (int64_t)BUSY_MS * 1000000;
	int rc;

	for (;;) {
		rc = sqlite3_exec(self->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((rc & 0xff) != SQLITE_BUSY || clock_monotonic_ns() >= until_ns)
			return rc ? sqlite_fault(self, a, rc) : NULL;
		sqlite3_sleep(1);
	}
}

static const struct fault *set_up(struct sqlite_db *self, struct arena *a, enum db_role role)
{
	const struct fault *f;

	sqlite3_extended_result_codes(self->handle, 1);
	sqlite3_busy_timeout(self->handle, BUSY_MS);
	f = sqlite_script(&self->base, a, pragmas_all);
	if (!f && role != DB_READER)
		f = use_wal(self, a);
	if (!f)
		f = sqlite_script(&self->base, a,
				  role == DB_READER ? pragmas_reader : pragmas_writer);
	if (role != DB_READER)
		sqlite3_wal_hook(self->handle, note_log_pages, self);
	return f;
}

static void sqlite_close(struct db *db)
{
	struct sqlite_db *self = (struct sqlite_db *)db;

	statements_close(&self->statements);
	sqlite3_close_v2(self->handle);
	free(self);
}

static const struct fault *sqlite_open(struct arena *a, const char *path, enum db_role role,
				       struct db **out)
{
	const struct fault *f = role == DB_MAKER ? make_file(a, path) : NULL;
	struct sqlite_db *self;
	int rc;

	if (f)
		return f;
	pthread_once(&configured, configure);
	self = calloc(1, sizeof(*self));
	assert(self);
	self->base.ops = &sqlite_ops;
	statements_open(&self->statements);
	rc = sqlite3_open_v2(path, &self->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			     NULL);
	f = rc ? sqlite_fault(self, a, rc) : set_up(self, a, role);
	if (f)
		sqlite_close(&self->base);
	else
		*out = &self->base;
	return f;
}

/* Copies and damage */

static int copy_all(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");

	if (!b)
		return sqlite3_errcode(to);
	sqlite3_backup_step(b, -1);
	return sqlite3_backup_finish(b);
}

static const struct fault *sqlite_backup(struct db *db, struct arena *a, const char *path)
{
	struct sqlite_db *self = (struct sqlite_db *)db;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	sqlite3 *to = NULL;
	int rc;

	if (fd < 0)
		return fault_make(a, errno == EEXIST ? FAULT_CONFLICT : FAULT_UNAVAILABLE, path,
				  "The copy %s cannot be made: %s.", path, strerror(errno));
	close(fd);
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
	if (!rc)
		rc = copy_all(self->handle, to);
	sqlite3_close(to);
	if (!rc)
		return NULL;
	unlink(path);
	return sqlite_fault(self, a, rc);
}

struct verify {
	store_report_fn report;
	void *ctx;
	struct arena *arena;
};

static bool take_damage(void *ctx, struct db_row *row)
{
	struct verify *v = ctx;
	struct text line = row_borrow(row, 0);

	if (!text_equal(line, TEXT("ok")))
		v->report(v->ctx,
			  arena_printf(v->arena, "The file is damaged: %.*s", TEXT_ARG(line)));
	return true;
}

static const struct fault *sqlite_verify(struct db *db, struct arena *a, store_report_fn report,
					 void *ctx)
{
	struct verify v = {report, ctx, a};

	return db_query(db, a, &sql_quick_check, DB_NO_ARGS, take_damage, &v);
}

/* Rows */

static int64_t sqlite_row_int(struct db_row *row, int column)
{
	return sqlite3_column_int64(((struct sqlite_row *)row)->stmt, column);
}

static bool sqlite_row_is_null(struct db_row *row, int column)
{
	return sqlite3_column_type(((struct sqlite_row *)row)->stmt, column) == SQLITE_NULL;
}

/*
 * sqlite3_value_blob() gives a text's bytes as they are, without a copy to end them by NUL. A
 * column's value may be asked directly, since a connection has no mutex
 * (sqlite.org/c3ref/value.html).
 */
static struct text sqlite_row_borrow(struct db_row *row, int column)
{
	sqlite3_value *v = sqlite3_column_value(((struct sqlite_row *)row)->stmt, column);
	const char *at = sqlite3_value_blob(v);

	return text_of(at ? at : "", (size_t)sqlite3_value_bytes(v));
}

const struct db_ops sqlite_ops = {
	.name = "sqlite",
	.batch_max = BATCH_MAX,
	.is_there = sqlite_is_there,
	.open = sqlite_open,
	.close = sqlite_close,
	.query = sqlite_query,
	.script = sqlite_script,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.is_open = sqlite_is_open,
	.savepoint = sqlite_savepoint,
	.savepoint_keep = sqlite_keep,
	.savepoint_undo = sqlite_undo,
	.rows_written = sqlite_rows_written,
	.snapshot_begin = sqlite_snapshot_begin,
	.snapshot_end = sqlite_snapshot_end,
	.snapshot_id = sqlite_snapshot_id,
	.tidy = sqlite_tidy,
	.backup = sqlite_backup,
	.verify = sqlite_verify,
	.row_int = sqlite_row_int,
	.row_is_null = sqlite_row_is_null,
	.row_borrow = sqlite_row_borrow,
};

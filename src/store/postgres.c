/*
 * postgres - the driver for PostgreSQL 15 and later, through libpq
 *
 * Values travel in binary: numbers as int8, texts as they are. Statements are
 * prepared once per connection, under a number kept by the address of their
 * `struct sql`. A lost connection is a fault now, and is opened again by the
 * next question; a COMMIT without an answer is DB_UNKNOWN, never a success.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <libpq-fe.h>

#include "base/log.h"
#include "store/db_priv.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, PIPELINE_SETS = 128 };

struct prepared {
	const struct sql *sql;
	unsigned number; /* its name is "s" and this */
};

struct pg_db {
	struct db base;
	PGconn *conn;
	char *address;
	enum db_role role;
	struct prepared *slots; /* open addressing, cap is a power of two */
	size_t cap, used;
	bool in_transaction;
};

struct pg_row {
	struct db_row base;
	PGresult *result;
	int number;
};

/* Parameters as libpq wants them. */
struct params {
	Oid types[DB_PARAMS_MAX];
	const char *at[DB_PARAMS_MAX];
	int lengths[DB_PARAMS_MAX], formats[DB_PARAMS_MAX];
	int64_t numbers[DB_PARAMS_MAX]; /* in network order */
	int count;
};

/* By SQLSTATE; the first whose text begins it counts (PostgreSQL, appendix A). */
static const struct {
	const char *state;
	enum fault_code fault;
	enum db_trouble trouble;
	const char *message;
} pg_faults[] = {
	{"40001", FAULT_UNAVAILABLE, DB_AGAIN, "The store is busy."},
	{"40P01", FAULT_UNAVAILABLE, DB_AGAIN, "The store is busy."},
	{"53100", FAULT_STORE_FULL, DB_WELL, "The store is full."},
	{"53200", FAULT_OUT_OF_MEMORY, DB_WELL, "There is not enough memory."},
	{"53", FAULT_UNAVAILABLE, DB_WELL, "The store is busy."},
	{"55P03", FAULT_UNAVAILABLE, DB_WELL, "The store is busy."},
	{"57", FAULT_UNAVAILABLE, DB_WELL, "The store cannot be reached just now."},
	{"58", FAULT_UNAVAILABLE, DB_WELL, "The store cannot be read or written just now."},
	{"08", FAULT_UNAVAILABLE, DB_WELL, "The store cannot be reached just now."},
	{"25006", FAULT_UNAVAILABLE, DB_WELL, "The store cannot be written."},
	{"22", FAULT_UNPROCESSABLE, DB_WELL, "This cannot be stored."},
	{"23", FAULT_CONFLICT, DB_WELL, "Something of this name is already there."},
};

static bool pg_is_connected(const struct pg_db *self)
{
	return PQstatus(self->conn) == CONNECTION_OK;
}

/* Of what libpq says, the first line; what follows guesses at reasons. */
static const struct fault *pg_gone(struct pg_db *self, struct arena *a)
{
	struct text said = text_from(PQerrorMessage(self->conn)), line = TEXT_NONE;

	text_next(&said, '\n', &line);
	log_event(LOG_WARN, "postgres", LOG_TEXT("message", line));
	if (self->in_transaction && self->base.trouble == DB_WELL)
		self->base.trouble = DB_LOST;
	return fault_make(a, FAULT_UNAVAILABLE, NULL, "The store cannot be reached just now.");
}

/* The operator sees the server's words; whoever asked gets a sentence. */
static const struct fault *pg_fault(struct pg_db *self, struct arena *a, const PGresult *r)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;

	if (!pg_is_connected(self) || !state)
		return pg_gone(self, a);
	if (strncmp(state, "23", 2) != 0 && strncmp(state, "40", 2) != 0)
		log_event(LOG_WARN, "postgres", LOG_STR("state", state),
			  LOG_STR("message", PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY)));
	for (size_t i = 0; i < ARRAY_LEN(pg_faults); i++) {
		if (strncmp(state, pg_faults[i].state, strlen(pg_faults[i].state)) != 0)
			continue;
		if (pg_faults[i].trouble != DB_WELL)
			self->base.trouble = pg_faults[i].trouble;
		return fault_make(a, pg_faults[i].fault, NULL, "%s", pg_faults[i].message);
	}
	return fault_make(a, FAULT_INTERNAL, NULL, "The store failed.");
}

/* Connections */

static void forget_prepared(struct pg_db *self)
{
	memset(self->slots, 0, self->cap * sizeof(self->slots[0]));
	self->used = 0;
}

/* Generic plans: they prune partitions when they run, and are made only once. */
static const char pg_session[] = "SET client_encoding = 'UTF8';"
				 "SET timezone = 'UTC';"
				 "SET lock_timeout = '10s';"
				 "SET statement_timeout = '60s';"
				 "SET idle_in_transaction_session_timeout = '60s';"
				 "SET client_min_messages = warning;"
				 "SET plan_cache_mode = force_generic_plan;"
				 "SET jit = off;"
				 "SET default_transaction_isolation = 'read committed'";

static const struct fault *pg_simple(struct pg_db *self, struct arena *a, const char *text)
{
	PGresult *r = PQexec(self->conn, text);
	ExecStatusType status = PQresultStatus(r);
	const struct fault *f = NULL;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		f = pg_fault(self, a, r);
	PQclear(r);
	return f;
}

static void ignore_notice(void *ctx, const char *message)
{
	(void)ctx;
	(void)message;
}

/* An address may say otherwise: what stands in it comes after these. */
static const struct fault *pg_connect(struct pg_db *self, struct arena *a)
{
	static const char *const keys[] = {
		"fallback_application_name", "connect_timeout", "keepalives_idle",
		"tcp_user_timeout",	     "dbname",		NULL};
	const char *const values[] = {"fasti", "5", "30", "20000", self->address, NULL};
	const struct fault *f;

	PQfinish(self->conn);
	forget_prepared(self);
	self->conn = PQconnectdbParams(keys, values, 1);
	if (!pg_is_connected(self))
		return pg_gone(self, a);
	PQsetNoticeProcessor(self->conn, ignore_notice, NULL);
	f = pg_simple(self, a, pg_session);
	if (!f && self->role == DB_READER)
		f = pg_simple(self, a, "SET default_transaction_read_only = on");
	return f;
}

/* Ready for a question: connected, or, within a transaction, still so. */
static const struct fault *pg_ready(struct pg_db *self, struct arena *a)
{
	if (pg_is_connected(self))
		return NULL;
	if (self->in_transaction || self->base.snapshots)
		return pg_gone(self, a);
	return pg_connect(self, a);
}

static void pg_close(struct db *db)
{
	struct pg_db *self = (struct pg_db *)db;

	PQfinish(self->conn);
	free(self->slots);
	free(self->address);
	free(self);
}

static const struct fault *pg_open(struct arena *a, const char *address, enum db_role role,
				   struct db **out)
{
	struct pg_db *self = calloc(1, sizeof(*self));
	const struct fault *f;

	assert(self);
	self->base.ops = &postgres_ops;
	self->role = role;
	self->address = strdup(address);
	self->cap = 256;
	self->slots = calloc(self->cap, sizeof(self->slots[0]));
	assert(self->address && self->slots);
	f = pg_connect(self, a);
	if (f)
		pg_close(&self->base);
	else
		*out = &self->base;
	return f;
}

/* Statements */

static void params_fill(struct params *p, const struct db_value *values, size_t count)
{
	assert(count <= DB_PARAMS_MAX);
	p->count = (int)count;
	for (size_t i = 0; i < count; i++) {
		const struct db_value *v = &values[i];

		p->formats[i] = 1;
		p->types[i] = 0;
		p->at[i] = v->text.at ? v->text.at : "";
		p->lengths[i] = (int)v->text.len;
		switch (v->kind) {
		case DB_KIND_NULL: p->at[i] = NULL; break;
		case DB_KIND_INT:
			p->types[i] = OID_INT8;
			p->numbers[i] = (int64_t)htobe64((uint64_t)v->number);
			p->at[i] = (const char *)&p->numbers[i];
			p->lengths[i] = 8;
			break;
		case DB_KIND_TEXT: p->types[i] = OID_TEXT; break;
		case DB_KIND_BLOB: p->types[i] = OID_BYTEA; break;
		}
	}
}

static struct prepared *slot_of(struct pg_db *self, const struct sql *sql)
{
	size_t at = ((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 40;

	for (at &= self->cap - 1; self->slots[at].sql && self->slots[at].sql != sql;)
		at = (at + 1) & (self->cap - 1);
	return &self->slots[at];
}

static void slots_grow(struct pg_db *self)
{
	struct prepared *old = self->slots;
	size_t old_cap = self->cap;

	self->cap = old_cap * 2;
	self->slots = calloc(self->cap, sizeof(self->slots[0]));
	assert(self->slots);
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].sql)
			*slot_of(self, old[i].sql) = old[i];
	free(old);
}

/* The statement's name on this connection; it is prepared on first use. */
static const struct fault *pg_prepare(struct pg_db *self, struct arena *a, const struct sql *sql,
				      const struct params *p, char name[16])
{
	struct prepared *slot = slot_of(self, sql);
	const struct fault *f = NULL;
	PGresult *r;

	if (slot->sql) {
		snprintf(name, 16, "s%u", slot->number);
		return NULL;
	}
	snprintf(name, 16, "s%zu", self->used);
	r = PQprepare(self->conn, name, sql->text, p->count, p->types);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		f = pg_fault(self, a, r);
	} else {
		*slot = (struct prepared){sql, (unsigned)self->used};
		if (++self->used * 2 > self->cap)
			slots_grow(self);
	}
	PQclear(r);
	return f;
}

static int64_t rows_changed(PGresult *r)
{
	int64_t n = 0;

	if (!text_to_int64(text_from(PQcmdTuples(r)), 0, INT64_MAX, &n))
		return 0;
	return n;
}

static void give_rows(PGresult *r, db_row_fn each, void *ctx)
{
	struct pg_row row = {{&postgres_ops}, r, 0};

	for (int n = PQntuples(r); row.number < n; row.number++)
		if (!each(ctx, &row.base))
			return;
}

/* One statement, once. */
static const struct fault *pg_run(struct pg_db *self, struct arena *a, const struct sql *sql,
				  const struct params *p, PGresult **out)
{
	const struct fault *f = pg_ready(self, a);
	ExecStatusType status;
	char name[16];

	*out = NULL;
	if (!f)
		f = pg_prepare(self, a, sql, p, name);
	if (f)
		return f;
	*out = PQexecPrepared(self->conn, name, p->count, p->at, p->lengths, p->formats, 1);
	status = PQresultStatus(*out);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return NULL;
	f = pg_fault(self, a, *out);
	PQclear(*out);
	*out = NULL;
	return f;
}

/* A lone read whose connection broke while it was idle is asked once more on a new one. */
static bool may_ask_again(const struct pg_db *self)
{
	return self->role == DB_READER && !pg_is_connected(self) && !self->base.snapshots &&
	       !self->in_transaction;
}

static const struct fault *pg_query(struct db *db, struct arena *a, const struct sql *sql,
				    const struct db_value *values, size_t count, db_row_fn each,
				    void *ctx, int64_t *changed_out)
{
	struct pg_db *self = (struct pg_db *)db;
	const struct fault *f;
	struct params p;
	PGresult *r;

	params_fill(&p, values, count);
	f = pg_run(self, a, sql, &p, &r);
	if (f && may_ask_again(self))
		f = pg_run(self, a, sql, &p, &r);
	if (f)
		return f;
	if (changed_out)
		*changed_out = rows_changed(r);
	if (each && PQresultStatus(r) == PGRES_TUPLES_OK)
		give_rows(r, each, ctx);
	PQclear(r);
	return NULL;
}

/* Read the answers of one pipeline; the first failure is the one that tells. */
static const struct fault *pipeline_drain(struct pg_db *self, struct arena *a)
{
	const struct fault *f = NULL;
	bool synced = false;

	while (!synced) {
		PGresult *r = PQgetResult(self->conn);
		ExecStatusType status = PQresultStatus(r);

		if (!r && !pg_is_connected(self))
			return f ? f : pg_gone(self, a);
		synced = status == PGRES_PIPELINE_SYNC;
		/* NULL only ends the results of one statement. */
		if (r && status == PGRES_FATAL_ERROR && !f)
			f = pg_fault(self, a, r);
		PQclear(r);
	}
	return f;
}

static const struct fault *pipeline_run(struct pg_db *self, struct arena *a, const char *name,
					const struct db_value *values, size_t count, size_t sets)
{
	const struct fault *f = NULL;
	struct params p;
	bool sent = PQenterPipelineMode(self->conn);

	for (size_t i = 0; i < sets && sent; i++) {
		params_fill(&p, values + i * count, count);
		sent = PQsendQueryPrepared(self->conn, name, p.count, p.at, p.lengths, p.formats,
					   1);
	}
	sent = sent && PQpipelineSync(self->conn);
	f = sent ? pipeline_drain(self, a) : pg_gone(self, a);
	PQexitPipelineMode(self->conn);
	return f;
}

/* In portions, so that neither side's buffer fills while both are sending. */
static const struct fault *pg_exec_many(struct db *db, struct arena *a, const struct sql *sql,
					const struct db_value *values, size_t count, size_t sets)
{
	struct pg_db *self = (struct pg_db *)db;
	const struct fault *f = pg_ready(self, a);
	struct params p;
	char name[16];

	if (f)
		return f;
	params_fill(&p, values, count);
	f = pg_prepare(self, a, sql, &p, name);
	for (size_t done = 0; done < sets && !f; done += PIPELINE_SETS)
		f = pipeline_run(self, a, name, values + done * count, count,
				 sets - done < PIPELINE_SETS ? sets - done : PIPELINE_SETS);
	return f;
}

static const struct fault *pg_script(struct db *db, struct arena *a, const char *text)
{
	return pg_simple((struct pg_db *)db, a, text);
}

/* Transactions */

static void pg_rollback(struct db *db)
{
	struct pg_db *self = (struct pg_db *)db;

	self->in_transaction = false;
	if (pg_is_connected(self) && PQtransactionStatus(self->conn) != PQTRANS_IDLE)
		PQclear(PQexec(self->conn, "ROLLBACK"));
}

/* A connection that broke while idle shows it only now; one more try on a new one is free. */
static const struct fault *pg_begin_by(struct pg_db *self, struct arena *a, const char *text)
{
	bool was_connected = pg_is_connected(self);
	const struct fault *f = pg_ready(self, a);

	if (!f)
		f = pg_simple(self, a, text);
	if (f && was_connected && !pg_is_connected(self)) {
		f = pg_connect(self, a);
		if (!f)
			f = pg_simple(self, a, text);
	}
	return f;
}

static const struct fault *pg_begin(struct db *db, struct arena *a)
{
	struct pg_db *self = (struct pg_db *)db;
	const struct fault *f;

	assert(!self->in_transaction);
	db->trouble = DB_WELL;
	f = pg_begin_by(self, a, "BEGIN");
	self->in_transaction = !f;
	return f;
}

static bool pg_is_open(struct db *db)
{
	struct pg_db *self = (struct pg_db *)db;

	return self->in_transaction && pg_is_connected(self) &&
	       PQtransactionStatus(self->conn) == PQTRANS_INTRANS;
}

/* COMMIT of a failed transaction answers "ROLLBACK", and is no success. */
static const struct fault *pg_commit(struct db *db, struct arena *a)
{
	struct pg_db *self = (struct pg_db *)db;
	const struct fault *f = NULL;
	PGresult *r;

	if (!pg_is_open(db)) {
		pg_rollback(db);
		if (db->trouble == DB_WELL)
			db->trouble = DB_LOST;
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "The transaction was lost.");
	}
	r = PQexec(self->conn, "COMMIT");
	if (!pg_is_connected(self)) {
		db->trouble = DB_UNKNOWN;
		f = pg_gone(self, a);
	} else if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		db->trouble = DB_LOST;
		f = pg_fault(self, a, r);
	} else if (strcmp(PQcmdStatus(r), "COMMIT") != 0) {
		db->trouble = DB_LOST;
		f = fault_make(a, FAULT_UNAVAILABLE, NULL, "The transaction was lost.");
	}
	PQclear(r);
	pg_rollback(db);
	return f;
}

static const struct fault *pg_snapshot_begin(struct db *db, struct arena *a)
{
	return pg_begin_by((struct pg_db *)db, a,
			   "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

static void pg_snapshot_end(struct db *db)
{
	pg_rollback(db);
}

/* Rows */

static int64_t pg_row_int(struct db_row *row, int column)
{
	const struct pg_row *r = (const struct pg_row *)row;
	const char *at = PQgetvalue(r->result, r->number, column);
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	switch (PQgetlength(r->result, r->number, column)) {
	case 8: memcpy(&eight, at, 8); return (int64_t)be64toh(eight);
	case 4: memcpy(&four, at, 4); return (int32_t)be32toh(four);
	case 2: memcpy(&two, at, 2); return (int16_t)be16toh(two);
	case 1: return *at;
	default: return 0;
	}
}

static bool pg_row_is_null(struct db_row *row, int column)
{
	const struct pg_row *r = (const struct pg_row *)row;

	return PQgetisnull(r->result, r->number, column);
}

static struct text pg_row_borrow(struct db_row *row, int column)
{
	const struct pg_row *r = (const struct pg_row *)row;

	return text_of(PQgetvalue(r->result, r->number, column),
		       (size_t)PQgetlength(r->result, r->number, column));
}

const struct db_ops postgres_ops = {
	.name = "postgresql",
	.is_postgres = true,
	.batch_max = 1,
	.open = pg_open,
	.close = pg_close,
	.query = pg_query,
	.exec_many = pg_exec_many,
	.script = pg_script,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.is_open = pg_is_open,
	.snapshot_begin = pg_snapshot_begin,
	.snapshot_end = pg_snapshot_end,
	.row_int = pg_row_int,
	.row_is_null = pg_row_is_null,
	.row_borrow = pg_row_borrow,
};

/*
 * job - slow things, never lost. See job.h.
 *
 * ready_at is when a job may be taken: its due time, or, once taken, the end of
 * the lease. What was given up has none.
 */
#include "store/job.h"

#include "store/db_priv.h"

#define JOB_COLUMNS "owner, id, kind, name, payload, due_at, attempts, last_error, ready_at"

static const struct sql sql_add = {
	"INSERT INTO job (owner, kind, name, payload, due_at, ready_at, attempts, last_error)"
	" VALUES ($1, $2, $3, $4, $5, $5, 0, '') ON CONFLICT (owner, kind, name) DO NOTHING"};
static const struct sql sql_drop = {"DELETE FROM job WHERE owner = $1 AND kind = $2 AND name = $3"};
/* Counted here, in the same transaction, so that a job whose worker never comes back counts too. */
static const struct sql_pair sql_take = {
	{"UPDATE job SET ready_at = $1 + $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM "
	 "job"
	 " WHERE kind = $3 AND ready_at <= $1 ORDER BY ready_at LIMIT 1) RETURNING " JOB_COLUMNS},
	{"UPDATE job SET ready_at = $1 + $2, attempts = attempts + 1 WHERE (owner, id) IN (SELECT"
	 " owner, id FROM job WHERE kind = $3 AND ready_at <= $1 ORDER BY ready_at LIMIT 1"
	 " FOR UPDATE SKIP LOCKED) RETURNING " JOB_COLUMNS}};
static const struct sql sql_done = {"DELETE FROM job WHERE owner = $1 AND id = $2"};
/* Whose job was taken by another meanwhile finds another number of attempts: nothing changes. */
static const struct sql sql_retry = {"UPDATE job SET due_at = $4, ready_at = $4, last_error = $5"
				     " WHERE owner = $1 AND id = $2 AND attempts = $3"};
static const struct sql sql_give_up = {"UPDATE job SET ready_at = NULL, last_error = $4"
				       " WHERE owner = $1 AND id = $2 AND attempts = $3"};
/* Nobody holds what was given up, so that its count may begin anew; another's stays its own. */
static const struct sql sql_renew = {
	"UPDATE job SET due_at = $3, ready_at = $3,"
	" attempts = CASE WHEN ready_at IS NULL THEN 0 ELSE attempts END"
	" WHERE owner = $1 AND id = $2"};
/* What was given back meanwhile for later than this keeps its time; what was given up has none. */
static const struct sql sql_extend = {
	"UPDATE job SET ready_at = $4 WHERE owner = $1 AND id = $2 AND attempts = $3"
	" AND ready_at < $4"};
static const struct sql sql_next = {
	"SELECT min(ready_at) FROM job WHERE kind = $1 AND ready_at IS NOT NULL"};
static const struct sql sql_all = {"SELECT " JOB_COLUMNS " FROM job ORDER BY due_at, id"};
static const struct sql sql_count = {"SELECT count(*) FROM job WHERE ready_at IS NOT NULL"};

static void read_job(struct arena *a, struct db_row *row, struct job *j)
{
	j->owner = row_int(row, 0);
	j->id = row_int(row, 1);
	j->kind = row_text(a, row, 2);
	j->key = row_text(a, row, 3);
	j->payload = row_text(a, row, 4);
	j->due_at = row_int(row, 5);
	j->attempts = (int32_t)row_int(row, 6);
	j->last_error = row_text(a, row, 7);
	j->given_up = row_is_null(row, 8);
	j->ready_at = j->given_up ? 0 : row_int(row, 8);
}

const struct fault *job_add(struct db *db, struct arena *a, const struct job *j)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->key),
			       DB_TEXT(j->payload), DB_INT(j->due_at)),
		       NULL);
}

/* Another row with another number: whoever works on the old one finds nothing to settle. */
const struct fault *job_replace(struct db *db, struct arena *a, const struct job *j)
{
	const struct fault *f =
		db_exec(db, a, &sql_drop,
			DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->key)), NULL);

	return f ? f : job_add(db, a, j);
}

struct taking {
	struct arena *arena;
	struct job *job;
};

static bool take_job(void *ctx, struct db_row *row)
{
	struct taking *t = ctx;

	t->job = arena_alloc(t->arena, sizeof(*t->job));
	read_job(t->arena, row, t->job);
	return false;
}

const struct fault *job_take(struct db *db, struct arena *a, struct text kind, int64_t now,
			     int64_t lease_s, struct job **out)
{
	struct taking t = {.arena = a};
	const struct fault *f =
		db_query(db, a, sql_pick(db, &sql_take),
			 DB_ARGS(DB_INT(now), DB_INT(lease_s), DB_TEXT(kind)), take_job, &t);

	*out = t.job;
	return f;
}

const struct fault *job_extend(struct db *db, struct arena *a, const struct job *j, int64_t until)
{
	return db_exec(db, a, &sql_extend,
		       DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->attempts), DB_INT(until)),
		       NULL);
}

const struct fault *job_done(struct db *db, struct arena *a, const struct job *j)
{
	return db_exec(db, a, &sql_done, DB_ARGS(DB_INT(j->owner), DB_INT(j->id)), NULL);
}

const struct fault *job_retry(struct db *db, struct arena *a, const struct job *j, int64_t due_at,
			      struct text error)
{
	return db_exec(db, a, &sql_retry,
		       DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->attempts), DB_INT(due_at),
			       DB_TEXT(error)),
		       NULL);
}

const struct fault *job_give_up(struct db *db, struct arena *a, const struct job *j,
				struct text error)
{
	return db_exec(db, a, &sql_give_up,
		       DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->attempts),
			       DB_TEXT(error)),
		       NULL);
}

const struct fault *job_renew(struct db *db, struct arena *a, const struct job *j, int64_t now)
{
	return db_exec(db, a, &sql_renew, DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(now)),
		       NULL);
}

static bool take_due(void *ctx, struct db_row *row)
{
	int64_t *due = ctx;

	if (!row_is_null(row, 0))
		*due = row_int(row, 0);
	return true;
}

const struct fault *job_next_due(struct db *db, struct arena *a, struct text kind, int64_t *due_out)
{
	*due_out = INT64_MAX;
	return db_query(db, a, &sql_next, DB_ARGS(DB_TEXT(kind)), take_due, due_out);
}

struct each_job {
	struct arena *arena;
	job_fn fn;
	void *ctx;
};

static bool give_job(void *ctx, struct db_row *row)
{
	struct each_job *e = ctx;
	struct job j;

	read_job(e->arena, row, &j);
	return e->fn(e->ctx, &j);
}

const struct fault *job_for_each(struct db *db, struct arena *a, job_fn fn, void *ctx)
{
	struct each_job e = {a, fn, ctx};

	return db_query(db, a, &sql_all, DB_NO_ARGS, give_job, &e);
}

const struct fault *job_count(struct db *db, struct arena *a, int64_t *out)
{
	return db_fetch_int(db, a, &sql_count, DB_NO_ARGS, out, NULL);
}

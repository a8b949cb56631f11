/*
 * job - slow things, never lost. See job.h.
 *
 * ready_at is when a job may be taken: its due time, or, once taken, the end of
 * the lease. What was given up has none.
 */
#include "store/job.h"

#include "store/db_priv.h"

#define JOB_COLUMNS "owner, id, kind, name, payload, due_at, attempts, last_error"

static const struct sql sql_add = {
	"INSERT INTO job (owner, kind, name, payload, due_at, ready_at, attempts, last_error)"
	" VALUES ($1, $2, $3, $4, $5, $5, 0, '') ON CONFLICT (owner, kind, name) DO NOTHING"};
static const struct sql_pair sql_take = {
	{"UPDATE job SET ready_at = $1 + $2 WHERE id IN (SELECT id FROM job WHERE kind = $4"
	 " AND ready_at <= $1 ORDER BY ready_at LIMIT $3) RETURNING " JOB_COLUMNS},
	{"UPDATE job SET ready_at = $1 + $2 WHERE (owner, id) IN (SELECT owner, id FROM job"
	 " WHERE kind = $4 AND ready_at <= $1 ORDER BY ready_at LIMIT $3 FOR UPDATE SKIP LOCKED)"
	 " RETURNING " JOB_COLUMNS}};
static const struct sql sql_done = {"DELETE FROM job WHERE owner = $1 AND id = $2"};
/* Whose lease ran out meanwhile finds another number of attempts, and changes nothing. */
static const struct sql sql_retry = {
	"UPDATE job SET due_at = $4, ready_at = $4, attempts = attempts + 1, last_error = $5"
	" WHERE owner = $1 AND id = $2 AND attempts = $3"};
static const struct sql sql_give_up = {
	"UPDATE job SET ready_at = NULL, attempts = attempts + 1, last_error = $4"
	" WHERE owner = $1 AND id = $2 AND attempts = $3"};
static const struct sql sql_extend = {
	"UPDATE job SET ready_at = $4 WHERE owner = $1 AND id = $2 AND attempts = $3"
	" AND ready_at IS NOT NULL"};
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
}

static bool take_job(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct job *j = row_list_add(l);

	if (j)
		read_job(l->arena, row, j);
	return j != NULL;
}

const struct fault *job_add(struct db *db, struct arena *a, const struct job *j)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->key),
			       DB_TEXT(j->payload), DB_INT(j->due_at)),
		       NULL);
}

const struct fault *job_take(struct db *db, struct arena *a, struct text kind, int64_t now,
			     int64_t lease_s, int limit, struct job **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct job), 16);
	f = row_list_query(&l, db, sql_pick(db, &sql_take),
			   DB_ARGS(DB_INT(now), DB_INT(lease_s), DB_INT(limit), DB_TEXT(kind)),
			   take_job);
	*out = l.at;
	*count_out = l.count;
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

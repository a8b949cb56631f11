/*
 * job - slow things, never lost. See job.h.
 *
 * ready_at is when a job may be taken: its due time, or, once taken, the end of
 * the lease. What was given up has none.
 */
#include "store/job.h"

#include "store/db_priv.h"

#define JOB_COLUMNS                                                                                \
	"owner, id, kind, name, payload, due_at, attempts, last_error, ready_at, queue, says,"     \
	" body, in_doubt, lease, lane"

/* Another of the queue of `j` is older and has not been given up: it goes first. */
#define IN_TURN(j)                                                                                 \
	" AND (" j ".queue = '' OR NOT EXISTS (SELECT 1 FROM job o WHERE o.owner = " j ".owner"    \
	" AND o.kind = " j ".kind AND o.queue = " j ".queue AND o.id < " j ".id"                   \
	" AND o.ready_at IS NOT NULL))"
/*
 * Nobody is at another one of its lane: what is held was taken after it was due. Those that are
 * held are few and read once, as very many of one lane may stand before the first of another.
 */
#define LANE_IS_FREE(kind, now)                                                                    \
	" AND (j.lane = '' OR j.ready_at > " now " OR j.lane NOT IN (SELECT h.lane FROM job h"     \
	" WHERE h.kind = " kind " AND h.lane <> '' AND h.ready_at > " now                          \
	" AND h.ready_at <> h.due_at))"
/* Two who take at the same moment do not see each other: both look at the first of a lane. */
#define FIRST_OF_LANE(now)                                                                         \
	" AND (j.lane = '' OR NOT EXISTS (SELECT 1 FROM job e WHERE e.kind = j.kind"               \
	" AND e.lane = j.lane AND e.lane <> '' AND e.ready_at <= " now                             \
	" AND (e.ready_at, e.id) < (j.ready_at, j.id)" IN_TURN("e") "))"

static const struct sql sql_add = {
	"INSERT INTO job (owner, kind, name, payload, due_at, ready_at, attempts, last_error,"
	" queue, says, body, lane) VALUES ($1, $2, $3, $4, $5, $5, 0, '', $6, $7, $8, $9)"
	" ON CONFLICT (owner, kind, name) DO NOTHING"};
/* Counted here, in the same transaction, so that a job whose worker never comes back counts too. */
#define TAKE                                                                                       \
	"UPDATE job SET ready_at = $1 + $2, attempts = attempts + 1, in_doubt = in_doubt + 1,"     \
	" lease = lease + 1"
static const struct sql_pair sql_take = {
	{TAKE
	 " WHERE id IN (SELECT j.id FROM job j WHERE j.kind = $3 AND j.ready_at <= $1" LANE_IS_FREE(
		 "$3", "$1")
		 IN_TURN("j") " ORDER BY j.ready_at, j.id LIMIT 1) RETURNING " JOB_COLUMNS},
	{TAKE " WHERE (owner, id) IN (SELECT j.owner, j.id FROM job j WHERE j.kind = $3"
	      " AND j.ready_at <= $1" LANE_IS_FREE("$3", "$1") IN_TURN("j")
		      FIRST_OF_LANE("$1") " ORDER BY j.ready_at, j.id LIMIT 1"
					  " FOR UPDATE OF j SKIP LOCKED) RETURNING " JOB_COLUMNS}};
#define GONE " RETURNING says, in_doubt, body"
static const struct sql sql_done = {"DELETE FROM job WHERE owner = $1 AND id = $2" GONE};
/* Whose job was taken by another meanwhile finds another lease: nothing changes. */
static const struct sql sql_retry = {
	"UPDATE job SET due_at = $4, ready_at = $4, last_error = $5, in_doubt = in_doubt - $6"
	" WHERE owner = $1 AND id = $2 AND lease = $3"};
static const struct sql sql_put_back = {
	"UPDATE job SET due_at = $4, ready_at = $4, attempts = attempts - 1,"
	" in_doubt = in_doubt - 1 WHERE owner = $1 AND id = $2 AND lease = $3"};
static const struct sql sql_in_vain = {"UPDATE job SET in_doubt = in_doubt - 1"
				       " WHERE owner = $1 AND id = $2 AND lease = $3"};
static const struct sql sql_give_up = {
	"UPDATE job SET ready_at = NULL, last_error = $4, in_doubt = in_doubt - $5"
	" WHERE owner = $1 AND id = $2 AND lease = $3"};
/* What somebody holds just now may leave any moment; it was taken after it was due. */
#define WAITS                                                                                      \
	" owner = $1 AND kind = $2 AND queue = $3"                                                 \
	" AND (ready_at IS NULL OR ready_at <= $4 OR ready_at = due_at)"
static const struct sql sql_overtake = {"DELETE FROM job WHERE" WAITS
					" AND says >= $5 AND says <= $6" GONE};
static const struct sql sql_replace = {"DELETE FROM job WHERE" WAITS
				       " AND (name = $5 OR name = $6)" GONE};
/* Given up while a younger one waits that says all of it, or that it is over (says > 0). */
static const struct sql sql_overtaken = {
	"DELETE FROM job WHERE owner = $1 AND id = $2 AND EXISTS (SELECT 1 FROM job y WHERE"
	" y.owner = $1 AND y.kind = $3 AND y.queue = $4 AND y.id > $2 AND y.says > 0)" GONE};
/* What was never said cannot be over, and the next that says all is the first to say it. */
static const struct sql sql_needless = {
	"DELETE FROM job WHERE owner = $1 AND kind = $2 AND queue = $3 AND says = 3"
	" AND attempts = 0" GONE};
static const struct sql sql_now_first = {
	"UPDATE job SET says = 1 WHERE owner = $1 AND kind = $2 AND queue = $3 AND says = 2"
	" AND attempts = 0"};
/* Nobody holds what was given up, so that its count may begin anew; another's stays its own. */
static const struct sql sql_renew = {
	"UPDATE job SET due_at = $3, ready_at = $3,"
	" attempts = CASE WHEN ready_at IS NULL THEN 0 ELSE attempts END"
	" WHERE owner = $1 AND id = $2"};
/* What was given back meanwhile keeps its time, or it looks held; what was given up has none. */
static const struct sql sql_extend = {
	"UPDATE job SET ready_at = $4 WHERE owner = $1 AND id = $2 AND lease = $3"
	" AND ready_at < $4 AND ready_at <> due_at"};
/* What waits to be tried again; nobody holds it. */
static const struct sql sql_hasten = {
	"UPDATE job SET due_at = $3, ready_at = $3 WHERE kind = $1 AND lane = $2 AND lane <> ''"
	" AND ready_at > $3 AND ready_at = due_at"};
static const struct sql sql_next = {"SELECT min(j.ready_at) FROM job j WHERE j.kind = $1 AND "
				    "j.ready_at IS NOT NULL" LANE_IS_FREE("$1", "$2") IN_TURN("j")};
static const struct sql sql_all = {"SELECT " JOB_COLUMNS " FROM job ORDER BY due_at, id"};
static const struct sql sql_list = {"SELECT " JOB_COLUMNS
				    " FROM job WHERE owner = $1 AND kind = $2 AND name >= $3"
				    " AND name < $3 || '~' AND id > $4 ORDER BY id LIMIT $5"};
static const struct sql sql_forget = {"DELETE FROM job WHERE owner = $1 AND kind = $2"
				      " AND name >= $3 AND name < $3 || '~'" GONE};
static const struct sql sql_younger = {
	"SELECT count(*) FROM job WHERE owner = $1 AND kind = $2 AND queue = $3 AND id > $4"
	" AND ready_at IS NOT NULL"};
static const struct sql sql_count = {"SELECT count(*) FROM job WHERE ready_at IS NOT NULL"};
static const struct sql sql_count_given_up = {"SELECT count(*) FROM job WHERE ready_at IS NULL"};

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
	j->queue = row_text(a, row, 9);
	j->says = (enum job_says)row_int(row, 10);
	j->body = row_int(row, 11);
	j->in_doubt = (int32_t)row_int(row, 12);
	j->lease = row_int(row, 13);
	j->lane = row_text(a, row, 14);
}

static const struct fault *add(struct db *db, struct arena *a, const struct job *j,
			       int64_t *added_out)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->key),
			       DB_TEXT(j->payload), DB_INT(j->due_at), DB_TEXT(j->queue),
			       DB_INT(j->says), DB_INT(j->body), DB_TEXT(j->lane)),
		       added_out);
}

const struct fault *job_add(struct db *db, struct arena *a, const struct job *j)
{
	return add(db, a, j, NULL);
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
		       DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->lease), DB_INT(until)),
		       NULL);
}

/* ---- bodies ---------------------------------------------------------------------------------- */

static const struct sql sql_body_add = {
	"INSERT INTO job_body (owner, uses, data) VALUES ($1, $2, $3) RETURNING id"};
static const struct sql sql_body_get = {"SELECT data FROM job_body WHERE owner = $1 AND id = $2"};
static const struct sql sql_body_release = {
	"UPDATE job_body SET uses = uses - 1 WHERE owner = $1 AND id = $2"};
static const struct sql sql_body_forget = {
	"DELETE FROM job_body WHERE owner = $1 AND id = $2 AND uses <= 0"};

const struct fault *job_body_add(struct db *db, struct arena *a, int64_t owner, struct text data,
				 int64_t uses, int64_t *id_out)
{
	return db_fetch_int(db, a, &sql_body_add,
			    DB_ARGS(DB_INT(owner), DB_INT(uses), DB_TEXT(data)), id_out, NULL);
}

/* Counted first: that locks the row, so that of two who go at once the later sees none left. */
const struct fault *job_body_release(struct db *db, struct arena *a, int64_t owner, int64_t id)
{
	const struct fault *f =
		db_exec(db, a, &sql_body_release, DB_ARGS(DB_INT(owner), DB_INT(id)), NULL);

	if (f)
		return f;
	return db_exec(db, a, &sql_body_forget, DB_ARGS(DB_INT(owner), DB_INT(id)), NULL);
}

static bool take_body(void *ctx, struct db_row *row)
{
	struct text *data = row_list_add(ctx);

	if (data)
		*data = row_text(((struct row_list *)ctx)->arena, row, 0);
	return data != NULL;
}

const struct fault *job_body_get(struct db *db, struct arena *a, int64_t owner, int64_t id,
				 struct text *out)
{
	struct row_list l;
	const struct text *found;
	const struct fault *f;

	row_list_init(&l, a, sizeof(*out), 1);
	f = row_list_query(&l, db, &sql_body_get, DB_ARGS(DB_INT(owner), DB_INT(id)), take_body);
	found = row_list_first(&l);
	*out = !f && found ? *found : TEXT_NONE;
	return f;
}

/* ---- what has gone, and what it said -------------------------------------------------------- */

struct gone {
	enum job_says says;
	int64_t in_doubt, body;
};

static bool take_gone(void *ctx, struct db_row *row)
{
	struct gone *g = row_list_add(ctx);

	if (!g)
		return false;
	g->says = (enum job_says)row_int(row, 0);
	g->in_doubt = row_int(row, 1);
	g->body = row_int(row, 2);
	return true;
}

/* Remove jobs, with what only they needed. *unsaid_out: what opened its queue had never left. */
static const struct fault *drop(struct db *db, struct arena *a, int64_t owner,
				const struct sql *sql, const struct db_value *values, size_t count,
				bool *unsaid_out)
{
	struct row_list l;
	const struct gone *gone;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct gone), 4);
	f = row_list_query(&l, db, sql, values, count, take_gone);
	gone = l.at;
	for (size_t i = 0; i < l.count && !f; i++) {
		*unsaid_out =
			*unsaid_out || (gone[i].says == JOB_SAYS_FIRST && gone[i].in_doubt == 0);
		if (gone[i].body)
			f = job_body_release(db, a, owner, gone[i].body);
	}
	return f;
}

const struct fault *job_done(struct db *db, struct arena *a, const struct job *j)
{
	bool unsaid = false;

	return drop(db, a, j->owner, &sql_done, DB_ARGS(DB_INT(j->owner), DB_INT(j->id)), &unsaid);
}

const struct fault *job_forget(struct db *db, struct arena *a, int64_t owner, struct text kind,
			       struct text prefix)
{
	bool unsaid = false;

	return drop(db, a, owner, &sql_forget,
		    DB_ARGS(DB_INT(owner), DB_TEXT(kind), DB_TEXT(prefix)), &unsaid);
}

/* By what a new one says: from what to what of those that wait it stands for. */
static const struct {
	enum job_says from, to;
} overtakes[] = {
	[JOB_SAYS_MORE] = {JOB_SAYS_END, JOB_SAYS_MORE}, /* none */
	[JOB_SAYS_FIRST] = {JOB_SAYS_FIRST, JOB_SAYS_ALL},
	[JOB_SAYS_ALL] = {JOB_SAYS_FIRST, JOB_SAYS_ALL},
	[JOB_SAYS_END] = {JOB_SAYS_MORE, JOB_SAYS_ALL},
};

/* In place of what waits with its key. Of a queue a worker has one at most, so one key is free. */
static const struct fault *replace(struct db *db, struct arena *a, struct job *j, int64_t now)
{
	struct text again = text_from(arena_printf(a, "%.*s/again", TEXT_ARG(j->key)));
	int64_t added = 0;
	bool unsaid = false;
	const struct fault *f = drop(db, a, j->owner, &sql_replace,
				     DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->queue),
					     DB_INT(now), DB_TEXT(j->key), DB_TEXT(again)),
				     &unsaid);

	if (!f)
		f = add(db, a, j, &added);
	if (f || added > 0)
		return f;
	j->key = again;
	return add(db, a, j, NULL);
}

const struct fault *job_enqueue(struct db *db, struct arena *a, const struct job *j, int64_t now,
				bool *queued_out)
{
	struct job new = *j;
	bool unsaid = false;
	const struct fault *f =
		drop(db, a, j->owner, &sql_overtake,
		     DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->queue), DB_INT(now),
			     DB_INT(overtakes[j->says].from), DB_INT(overtakes[j->says].to)),
		     &unsaid);

	*queued_out = !(unsaid && j->says == JOB_SAYS_END);
	if (f || !*queued_out)
		return f;
	if (unsaid && j->says == JOB_SAYS_ALL)
		new.says = JOB_SAYS_FIRST;
	return replace(db, a, &new, now);
}

const struct fault *job_retry(struct db *db, struct arena *a, const struct job *j, int64_t due_at,
			      bool in_vain, struct text error)
{
	return db_exec(db, a, &sql_retry,
		       DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->lease), DB_INT(due_at),
			       DB_TEXT(error), DB_INT(in_vain)),
		       NULL);
}

const struct fault *job_put_back(struct db *db, struct arena *a, const struct job *j,
				 int64_t due_at)
{
	return db_exec(db, a, &sql_put_back,
		       DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->lease), DB_INT(due_at)),
		       NULL);
}

/* What opened a queue has gone and never left: nothing is to be ended, and what says all opens it.
 */
static const struct fault *never_said(struct db *db, struct arena *a, const struct job *j)
{
	bool unsaid = false;
	const struct fault *f =
		drop(db, a, j->owner, &sql_needless,
		     DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->queue)), &unsaid);

	return f ? f
		 : db_exec(db, a, &sql_now_first,
			   DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->queue)), NULL);
}

const struct fault *job_give_up(struct db *db, struct arena *a, const struct job *j, bool in_vain,
				struct text error)
{
	int64_t changed = 0;
	bool unsaid = false;
	const struct fault *f = db_exec(db, a, &sql_give_up,
					DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->lease),
						DB_TEXT(error), DB_INT(in_vain)),
					&changed);

	if (f || changed == 0 || j->queue.len == 0)
		return f;
	/* Nobody is to try it again by hand, once what overtook it has gone. */
	f = drop(db, a, j->owner, &sql_overtaken,
		 DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_TEXT(j->kind), DB_TEXT(j->queue)),
		 &unsaid);
	return f || !unsaid ? f : never_said(db, a, j);
}

const struct fault *job_skip(struct db *db, struct arena *a, const struct job *j)
{
	int64_t changed = 0;
	bool unsaid = false;
	const struct fault *f =
		db_exec(db, a, &sql_in_vain,
			DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(j->lease)), &changed);

	if (f || changed == 0)
		return f;
	f = drop(db, a, j->owner, &sql_done, DB_ARGS(DB_INT(j->owner), DB_INT(j->id)), &unsaid);
	return f || !unsaid || j->queue.len == 0 ? f : never_said(db, a, j);
}

const struct fault *job_renew(struct db *db, struct arena *a, const struct job *j, int64_t now)
{
	return db_exec(db, a, &sql_renew, DB_ARGS(DB_INT(j->owner), DB_INT(j->id), DB_INT(now)),
		       NULL);
}

const struct fault *job_hasten(struct db *db, struct arena *a, struct text kind, struct text lane,
			       int64_t now)
{
	return db_exec(db, a, &sql_hasten, DB_ARGS(DB_TEXT(kind), DB_TEXT(lane), DB_INT(now)),
		       NULL);
}

const struct fault *job_is_overtaken(struct db *db, struct arena *a, const struct job *j, bool *out)
{
	int64_t younger = 0;
	const struct fault *f = NULL;

	if (j->queue.len > 0)
		f = db_fetch_int(db, a, &sql_younger,
				 DB_ARGS(DB_INT(j->owner), DB_TEXT(j->kind), DB_TEXT(j->queue),
					 DB_INT(j->id)),
				 &younger, NULL);
	*out = younger > 0;
	return f;
}

static bool take_due(void *ctx, struct db_row *row)
{
	int64_t *due = ctx;

	if (!row_is_null(row, 0))
		*due = row_int(row, 0);
	return true;
}

const struct fault *job_next_due(struct db *db, struct arena *a, struct text kind, int64_t now,
				 int64_t *due_out)
{
	*due_out = INT64_MAX;
	return db_query(db, a, &sql_next, DB_ARGS(DB_TEXT(kind), DB_INT(now)), take_due, due_out);
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

static bool add_job(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct job *j = row_list_add(l);

	if (j)
		read_job(l->arena, row, j);
	return j != NULL;
}

const struct fault *job_list(struct db *db, struct arena *a, int64_t owner, struct text kind,
			     struct text prefix, int64_t after, int limit, struct job **out,
			     size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct job), 16);
	f = row_list_query(&l, db, &sql_list,
			   DB_ARGS(DB_INT(owner), DB_TEXT(kind), DB_TEXT(prefix), DB_INT(after),
				   DB_INT(limit)),
			   add_job);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *job_count(struct db *db, struct arena *a, int64_t *waiting_out,
			      int64_t *given_up_out)
{
	const struct fault *f = db_fetch_int(db, a, &sql_count, DB_NO_ARGS, waiting_out, NULL);

	return f ? f : db_fetch_int(db, a, &sql_count_given_up, DB_NO_ARGS, given_up_out, NULL);
}

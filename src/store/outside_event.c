/* outside_event - what stands in a calendar elsewhere, copies of bookings, and who tells of
 * changes. See outside.h. */
#include "store/db_priv.h"
#include "store/outside.h"

#define EVENTS                                                                                     \
	"SELECT owner, calendar, remote, series, kind, etag, lines, round FROM outside_event"      \
	" WHERE owner = $1 AND calendar = $2"
/* kind 1: a master. */
#define BY_SERIES " ORDER BY series, kind <> 1, remote"
static const struct sql_pair sql_event_of_series = {
	{EVENTS " AND series" SQL_AMONG_TEXTS_SQLITE("$3") BY_SERIES},
	{EVENTS " AND series" SQL_AMONG_TEXTS_POSTGRES("$3") BY_SERIES}};
static const struct sql_pair sql_event_find = {{EVENTS " AND remote" SQL_AMONG_TEXTS_SQLITE("$3")},
					       {EVENTS
						" AND remote" SQL_AMONG_TEXTS_POSTGRES("$3")}};
static const struct sql sql_event_unseen = {
	EVENTS " AND round < $3 AND remote > $4 ORDER BY remote LIMIT $5"};
static const struct sql sql_event_put = {
	"INSERT INTO outside_event (owner, calendar, remote, series, kind, etag, lines, round)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" ON CONFLICT (owner, calendar, remote) DO UPDATE SET series = excluded.series,"
	" kind = excluded.kind, etag = excluded.etag, lines = excluded.lines,"
	" round = excluded.round"};
static const struct sql sql_event_delete = {
	"DELETE FROM outside_event WHERE owner = $1 AND calendar = $2 AND remote = $3"};

#define COPY_COLUMNS                                                                               \
	"owner, booking, booking_owner, connection, calendar, remote, mark, generation, etag,"     \
	" state, starts, ends, version, link, written, why"
#define COPIES "SELECT " COPY_COLUMNS " FROM outside_copy WHERE owner = $1"
static const struct sql sql_copy_get = {COPIES " AND booking = $2"};
static const struct sql_pair sql_copy_match = {
	{COPIES " AND remote" SQL_AMONG_TEXTS_SQLITE(
		"$2") " UNION " COPIES " AND mark" SQL_AMONG_TEXTS_SQLITE("$2")},
	{COPIES " AND remote" SQL_AMONG_TEXTS_POSTGRES(
		"$2") " UNION " COPIES " AND mark" SQL_AMONG_TEXTS_POSTGRES("$2")}};
/* The times of a copy are those of a series' first. */
#define IS_OF_SERIES(from)                                                                         \
	"EXISTS (SELECT 1 FROM booking b WHERE b.owner = outside_copy.booking_owner"               \
	" AND b.id = outside_copy.booking AND b.rule <> '' AND b.starts > " from ")"
/* COPY_STANDS, _REFUSED, _DIFFERS. */
static const struct sql sql_copy_standing = {
	COPIES " AND calendar = $2 AND round < $5 AND state IN (1, 4, 5) AND remote <> ''"
	       " AND (ends > $3 OR " IS_OF_SERIES("$4") ") ORDER BY booking"};
static const struct sql sql_copy_put = {
	"INSERT INTO outside_copy (" COPY_COLUMNS
	", round) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0)"
	" ON CONFLICT (owner, booking) DO UPDATE SET booking_owner = excluded.booking_owner,"
	" connection = excluded.connection, calendar = excluded.calendar,"
	" remote = excluded.remote, mark = excluded.mark, generation = excluded.generation,"
	" etag = excluded.etag, state = excluded.state, starts = excluded.starts,"
	" ends = excluded.ends, version = excluded.version, link = excluded.link,"
	" written = excluded.written, why = excluded.why, round = 0"};
/* COPY_WANTED, which may have no times yet, and COPY_REFUSED. */
static const struct sql sql_copy_lacking = {
	"SELECT count(*), max(why) FROM outside_copy WHERE owner = $1 AND calendar = $2"
	" AND why <> '' AND state IN (0, 4)"
	" AND (ends > $3 OR ends = 0 OR " IS_OF_SERIES("$4") ")"};
#define COPY_SAW "UPDATE outside_copy SET round = $3 WHERE owner = $1 AND calendar = $2 AND remote"
static const struct sql_pair sql_copy_saw = {{COPY_SAW SQL_AMONG_TEXTS_SQLITE("$4")},
					     {COPY_SAW SQL_AMONG_TEXTS_POSTGRES("$4")}};

#define WATCHES                                                                                    \
	"SELECT owner, id, calendar, connection, remote, resource, expires_at, renew_at"           \
	" FROM outside_watch WHERE "
static const struct sql sql_watch_get = {WATCHES "owner = $1 AND id = $2"};
static const struct sql sql_watch_of_calendar = {WATCHES "owner = $1 AND calendar = $2"
							 " ORDER BY expires_at, id"};
static const struct sql sql_watch_of_connection = {WATCHES "owner = $1 AND connection = $2"
							   " ORDER BY expires_at, id"};
#define WATCHES_DUE WATCHES "renew_at <= $1 ORDER BY renew_at LIMIT $2"
static const struct sql_pair sql_watch_due = {{WATCHES_DUE},
					      {WATCHES_DUE " FOR UPDATE SKIP LOCKED"}};
static const struct sql sql_watch_next = {
	"SELECT renew_at FROM outside_watch ORDER BY renew_at LIMIT 1"};
static const struct sql sql_watch_lease = {
	"UPDATE outside_watch SET renew_at = $3 WHERE owner = $1 AND id = $2"};
static const struct sql sql_watch_put = {
	"INSERT INTO outside_watch (owner, id, calendar, connection, remote, resource, expires_at,"
	" renew_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" ON CONFLICT (owner, id) DO UPDATE SET calendar = excluded.calendar,"
	" connection = excluded.connection, remote = excluded.remote,"
	" resource = excluded.resource, expires_at = excluded.expires_at,"
	" renew_at = excluded.renew_at"};
static const struct sql sql_watch_delete = {
	"DELETE FROM outside_watch WHERE owner = $1 AND id = $2"};

/* ---- events ------------------------------------------------------------------------------------
 */

static bool take_event(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct outside_event *e = row_list_add(l);

	if (!e)
		return false;
	e->owner = row_int(row, 0);
	e->calendar = row_int(row, 1);
	e->remote = row_text(l->arena, row, 2);
	e->series = row_text(l->arena, row, 3);
	e->kind = (enum outside_kind)row_int(row, 4);
	e->etag = row_text(l->arena, row, 5);
	e->lines = row_text(l->arena, row, 6);
	e->round = row_int(row, 7);
	return true;
}

static const struct fault *events(struct db *db, struct arena *a, const struct sql *sql,
				  const struct db_value *values, size_t count,
				  struct outside_event **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct outside_event), 32);
	f = row_list_query(&l, db, sql, values, count, take_event);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *outside_event_of_series(struct db *db, struct arena *a, int64_t owner,
					    int64_t calendar, const struct text *series,
					    size_t count, struct outside_event **out,
					    size_t *count_out)
{
	return events(db, a, sql_pick(db, &sql_event_of_series),
		      DB_ARGS(DB_INT(owner), DB_INT(calendar), DB_TEXT(db_texts(a, series, count))),
		      out, count_out);
}

const struct fault *outside_event_find(struct db *db, struct arena *a, int64_t owner,
				       int64_t calendar, const struct text *remotes, size_t count,
				       struct outside_event **out, size_t *count_out)
{
	return events(db, a, sql_pick(db, &sql_event_find),
		      DB_ARGS(DB_INT(owner), DB_INT(calendar),
			      DB_TEXT(db_texts(a, remotes, count))),
		      out, count_out);
}

const struct fault *outside_event_unseen(struct db *db, struct arena *a, int64_t owner,
					 int64_t calendar, int64_t round, struct text after,
					 int limit, struct outside_event **out, size_t *count_out)
{
	return events(db, a, &sql_event_unseen,
		      DB_ARGS(DB_INT(owner), DB_INT(calendar), DB_INT(round), DB_TEXT(after),
			      DB_INT(limit)),
		      out, count_out);
}

const struct fault *outside_event_put(struct db *db, struct arena *a, const struct outside_event *e)
{
	return db_exec(db, a, &sql_event_put,
		       DB_ARGS(DB_INT(e->owner), DB_INT(e->calendar), DB_TEXT(e->remote),
			       DB_TEXT(e->series), DB_INT(e->kind), DB_TEXT(e->etag),
			       DB_TEXT(e->lines), DB_INT(e->round)),
		       NULL);
}

const struct fault *outside_event_delete(struct db *db, struct arena *a, int64_t owner,
					 int64_t calendar, struct text remote)
{
	return db_exec(db, a, &sql_event_delete,
		       DB_ARGS(DB_INT(owner), DB_INT(calendar), DB_TEXT(remote)), NULL);
}

/* ---- copies ------------------------------------------------------------------------------------
 */

static bool take_copy(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct outside_copy *c = row_list_add(l);

	if (!c)
		return false;
	c->owner = row_int(row, 0);
	c->booking = row_text(l->arena, row, 1);
	c->booking_owner = row_int(row, 2);
	c->connection = row_text(l->arena, row, 3);
	c->calendar = row_int(row, 4);
	c->remote = row_text(l->arena, row, 5);
	c->mark = row_text(l->arena, row, 6);
	c->generation = row_int(row, 7);
	c->etag = row_text(l->arena, row, 8);
	c->state = (enum copy_state)row_int(row, 9);
	c->start = row_int(row, 10);
	c->end = row_int(row, 11);
	c->version = row_int(row, 12);
	c->link = row_text(l->arena, row, 13);
	c->written = row_int(row, 14);
	c->why = row_text(l->arena, row, 15);
	return true;
}

const struct fault *outside_copy_get(struct db *db, struct arena *a, int64_t owner,
				     struct text booking, struct outside_copy **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct outside_copy), 1);
	f = row_list_query(&l, db, &sql_copy_get, DB_ARGS(DB_INT(owner), DB_TEXT(booking)),
			   take_copy);
	*out = row_list_first(&l);
	return f;
}

const struct fault *outside_copy_match(struct db *db, struct arena *a, int64_t owner,
				       const struct text *names, size_t count,
				       struct outside_copy **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct outside_copy), 8);
	f = row_list_query(&l, db, sql_pick(db, &sql_copy_match),
			   DB_ARGS(DB_INT(owner), DB_TEXT(db_texts(a, names, count))), take_copy);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *outside_copy_standing(struct db *db, struct arena *a, int64_t owner,
					  int64_t calendar, int64_t now, int64_t round,
					  struct outside_copy **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct outside_copy), 8);
	f = row_list_query(&l, db, &sql_copy_standing,
			   DB_ARGS(DB_INT(owner), DB_INT(calendar), DB_INT(now),
				   DB_INT(now - OUTSIDE_SERIES_S), DB_INT(round)),
			   take_copy);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *outside_copy_saw(struct db *db, struct arena *a, int64_t owner,
				     int64_t calendar, int64_t round, const struct text *remotes,
				     size_t count)
{
	return db_exec(db, a, sql_pick(db, &sql_copy_saw),
		       DB_ARGS(DB_INT(owner), DB_INT(calendar), DB_INT(round),
			       DB_TEXT(db_texts(a, remotes, count))),
		       NULL);
}

const struct fault *outside_copy_put(struct db *db, struct arena *a, const struct outside_copy *c)
{
	return db_exec(db, a, &sql_copy_put,
		       DB_ARGS(DB_INT(c->owner), DB_TEXT(c->booking), DB_INT(c->booking_owner),
			       DB_TEXT(c->connection), DB_INT(c->calendar), DB_TEXT(c->remote),
			       DB_TEXT(c->mark), DB_INT(c->generation), DB_TEXT(c->etag),
			       DB_INT(c->state), DB_INT(c->start), DB_INT(c->end),
			       DB_INT(c->version), DB_TEXT(c->link), DB_INT(c->written),
			       DB_TEXT(c->why)),
		       NULL);
}

struct lacking {
	struct arena *arena;
	int64_t count;
	struct text why;
};

static bool take_lacking(void *ctx, struct db_row *row)
{
	struct lacking *l = ctx;

	l->count = row_int(row, 0);
	if (l->count > 0)
		l->why = row_text(l->arena, row, 1);
	return true;
}

const struct fault *outside_copy_lacking(struct db *db, struct arena *a, int64_t owner,
					 int64_t calendar, int64_t now, int64_t *count_out,
					 struct text *why_out)
{
	struct lacking l = {.arena = a};
	const struct fault *f = db_query(db, a, &sql_copy_lacking,
					 DB_ARGS(DB_INT(owner), DB_INT(calendar), DB_INT(now),
						 DB_INT(now - OUTSIDE_SERIES_S)),
					 take_lacking, &l);

	*count_out = l.count;
	*why_out = l.why;
	return f;
}

/* ---- watches -----------------------------------------------------------------------------------
 */

static bool take_watch(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct outside_watch *w = row_list_add(l);

	if (!w)
		return false;
	w->owner = row_int(row, 0);
	w->id = row_text(l->arena, row, 1);
	w->calendar = row_int(row, 2);
	w->connection = row_text(l->arena, row, 3);
	w->remote = row_text(l->arena, row, 4);
	w->resource = row_text(l->arena, row, 5);
	w->expires_at = row_int(row, 6);
	w->renew_at = row_int(row, 7);
	return true;
}

static const struct fault *watches(struct db *db, struct arena *a, const struct sql *sql,
				   const struct db_value *values, size_t count,
				   struct outside_watch **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct outside_watch), 4);
	f = row_list_query(&l, db, sql, values, count, take_watch);
	*out = row_list_first(&l);
	*count_out = l.count;
	return f;
}

const struct fault *outside_watch_get(struct db *db, struct arena *a, int64_t owner, struct text id,
				      struct outside_watch **out)
{
	size_t count;

	return watches(db, a, &sql_watch_get, DB_ARGS(DB_INT(owner), DB_TEXT(id)), out, &count);
}

const struct fault *outside_watch_list(struct db *db, struct arena *a, int64_t owner,
				       struct text connection, int64_t calendar,
				       struct outside_watch **out, size_t *count_out)
{
	if (calendar != 0)
		return watches(db, a, &sql_watch_of_calendar,
			       DB_ARGS(DB_INT(owner), DB_INT(calendar)), out, count_out);
	return watches(db, a, &sql_watch_of_connection, DB_ARGS(DB_INT(owner), DB_TEXT(connection)),
		       out, count_out);
}

const struct fault *outside_watch_take(struct db *db, struct arena *a, int64_t now, int64_t until,
				       int limit, struct outside_watch **out, size_t *count_out)
{
	const struct fault *f = watches(db, a, sql_pick(db, &sql_watch_due),
					DB_ARGS(DB_INT(now), DB_INT(limit)), out, count_out);
	struct db_value *values = f ? NULL : arena_alloc_array(a, 3 * *count_out, sizeof(*values));

	for (size_t i = 0; !f && i < *count_out; i++) {
		struct outside_watch *w = &(*out)[i];

		w->renew_at = until;
		values[3 * i] = DB_INT(w->owner);
		values[3 * i + 1] = DB_TEXT(w->id);
		values[3 * i + 2] = DB_INT(until);
	}
	return f || *count_out == 0 ? f
				    : db_exec_many(db, a, &sql_watch_lease, values, 3, *count_out);
}

const struct fault *outside_watch_next_due(struct db *db, struct arena *a, int64_t *due_out)
{
	bool found;
	const struct fault *f = db_fetch_int(db, a, &sql_watch_next, DB_NO_ARGS, due_out, &found);

	if (!found)
		*due_out = INT64_MAX;
	return f;
}

const struct fault *outside_watch_put(struct db *db, struct arena *a, const struct outside_watch *w)
{
	return db_exec(db, a, &sql_watch_put,
		       DB_ARGS(DB_INT(w->owner), DB_TEXT(w->id), DB_INT(w->calendar),
			       DB_TEXT(w->connection), DB_TEXT(w->remote), DB_TEXT(w->resource),
			       DB_INT(w->expires_at), DB_INT(w->renew_at)),
		       NULL);
}

const struct fault *outside_watch_delete(struct db *db, struct arena *a, int64_t owner,
					 struct text id)
{
	return db_exec(db, a, &sql_watch_delete, DB_ARGS(DB_INT(owner), DB_TEXT(id)), NULL);
}

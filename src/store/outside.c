/*
 * outside - calendars elsewhere. See outside.h.
 *
 * due_at is when a calendar may be taken: its due time, or, once taken, the end of the lease. So
 * what is being read is passed over by the index, and the least of them is when there is something
 * to do next.
 */
#include "store/outside.h"

#include "store/db_priv.h"

#define NEVER "9223372036854775807"

#define CALENDAR_COLUMNS                                                                           \
	"k.owner, k.id, k.connection, k.remote, k.title, k.timezone, k.may_write, k.is_primary,"   \
	" k.is_gone, k.counts, k.takes, k.cursor, k.page, k.window_end, k.round, k.synced_at,"     \
	" k.due_at, k.lease_until, k.lease, k.asked, k.failures, k.last_error,"                    \
	" k.skips_unanswered, k.synced_by"
#define CALENDARS "SELECT " CALENDAR_COLUMNS " FROM outside_calendar k"
#define IN_ORDER  " ORDER BY k.is_primary DESC, k.title, k.id"
/* connection.state 2: consent is gone. */
#define MAY_BE_ASKED                                                                               \
	" JOIN connection c ON c.owner = k.owner AND c.id = k.connection AND c.state <> 2"

static const struct sql sql_calendar_get = {CALENDARS " WHERE k.owner = $1 AND k.id = $2"};
static const struct sql sql_calendar_list = {CALENDARS " WHERE k.owner = $1" IN_ORDER};
static const struct sql sql_calendar_list_of = {
	CALENDARS " WHERE k.owner = $1 AND k.connection = $2" IN_ORDER};
static const struct sql sql_calendar_taking = {CALENDARS
					       " WHERE k.owner = $1 AND k.takes = 1 ORDER BY k.id"};
static const struct sql sql_calendar_count = {
	"SELECT count(*) FROM outside_calendar WHERE owner = $1 AND connection = $2"};
static const struct sql sql_calendar_add = {
	"INSERT INTO outside_calendar (owner, id, connection, remote, title, timezone, may_write,"
	" is_primary, is_gone, counts, takes, cursor, page, window_end, round, synced_at, due_at,"
	" lease_until, lease, asked, failures, last_error, skips_unanswered, synced_by) VALUES "
	"($1, $2, $3,"
	" $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, 0, 0, $12, 0, 0, 0, 0, '', $13, 0)"
	" ON CONFLICT DO NOTHING"};
/* Where there is no consent it is due at no time; while it is read, when the lease is over. */
#define DUE_UNLESS_SHUT(otherwise)                                                                 \
	"due_at = CASE WHEN EXISTS (SELECT 1 FROM connection c WHERE c.owner = $1"                 \
	" AND c.id = outside_calendar.connection AND c.state = 2) THEN " NEVER " " otherwise       \
	" END"
/* One of an owner's takes bookings. */
static const struct sql sql_take_none = {
	"UPDATE outside_calendar SET takes = 0 WHERE owner = $1 AND takes = 1 AND id <> $2"};
static const struct sql sql_calendar_choose = {
	"UPDATE outside_calendar SET title = $3, timezone = $4, may_write = $5, is_primary = $6,"
	" is_gone = $7, counts = $8, takes = $9, skips_unanswered = $11, " DUE_UNLESS_SHUT(
		"WHEN lease_until > $10 THEN lease_until ELSE $10") " WHERE owner = $1 AND id = "
								    "$2"};
static const struct sql sql_calendar_renumber[] = {
	{"UPDATE outside_calendar SET id = $3 WHERE owner = $1 AND id = $2"},
	{"UPDATE outside_copy SET calendar = $3 WHERE owner = $1 AND calendar = $2"},
	{"UPDATE outside_watch SET calendar = $3 WHERE owner = $1 AND calendar = $2"},
};
static const struct sql sql_calendar_forget[] = {
	{"DELETE FROM outside_event WHERE owner = $1 AND calendar = $2"},
	{"UPDATE outside_calendar SET cursor = '', page = '', window_end = 0, synced_at = 0,"
	 " failures = 0, last_error = '', lease_until = 0, lease = lease + 1"
	 " WHERE owner = $1 AND id = $2"},
};
static const struct sql sql_calendar_read_anew = {
	"UPDATE outside_calendar SET cursor = '', page = '', lease_until = 0, lease = lease + 1"
	" WHERE owner = $1 AND id = $2"};
#define DUE                                                                                        \
	CALENDARS MAY_BE_ASKED " WHERE k.counts = 1 AND k.due_at <= $1 AND k.lease_until <= $1"    \
			       " ORDER BY k.due_at LIMIT $2"
static const struct sql_pair sql_calendar_due = {{DUE}, {DUE " FOR UPDATE OF k SKIP LOCKED"}};
#define ONE                                                                                        \
	CALENDARS MAY_BE_ASKED " WHERE k.owner = $1 AND k.id = $2 AND k.counts = 1"                \
			       " AND k.lease_until <= $3"
static const struct sql_pair sql_calendar_one = {{ONE}, {ONE " FOR UPDATE OF k SKIP LOCKED"}};
static const struct sql sql_calendar_lease = {
	"UPDATE outside_calendar SET lease = lease + 1, lease_until = $3, due_at = $3, asked = 0"
	" WHERE owner = $1 AND id = $2"};
/* Amid a reading due_at stays at the end of its lease. */
static const struct sql sql_calendar_goes_on = {
	"UPDATE outside_calendar SET cursor = $4, page = $5, window_end = $6, round = $7,"
	" synced_at = $8, synced_by = $12, failures = $9, last_error = $10, lease_until = "
	"$11, " DUE_UNLESS_SHUT("ELSE $11") " WHERE owner = $1 AND id = $2 AND lease = $3"};
static const struct sql sql_calendar_ends = {
	"UPDATE outside_calendar SET cursor = $4, page = $5, window_end = $6, round = $7,"
	" synced_at = $8, synced_by = $12, failures = $9, last_error = $10, lease_until = "
	"0, " DUE_UNLESS_SHUT(
		"WHEN asked = 1 THEN 0 ELSE $11") " WHERE owner = $1 AND id = $2 AND lease = $3"};
static const struct sql sql_calendar_ask = {
	"UPDATE outside_calendar SET"
	" asked = CASE WHEN lease_until > $3 THEN 1 ELSE asked END,"
	" due_at = CASE WHEN lease_until > $3 OR due_at < $3 THEN due_at ELSE $3 END"
	" WHERE owner = $1 AND id = $2 AND counts = 1 AND NOT EXISTS (SELECT 1 FROM connection c"
	" WHERE c.owner = $1 AND c.id = outside_calendar.connection AND c.state = 2)"};
static const struct sql sql_calendar_next = {
	"SELECT due_at FROM outside_calendar WHERE counts = 1 ORDER BY due_at LIMIT 1"};
static const struct sql sql_note_age = {
	"UPDATE owner SET outside_at = coalesce((SELECT min(k.synced_at) FROM outside_calendar k"
	" WHERE k.owner = $1 AND k.counts = 1), " NEVER ") WHERE id = $1"};
static const struct sql sql_trusts = {"SELECT outside_trust FROM owner WHERE id = $1"};
static const struct sql sql_set_trust = {"UPDATE owner SET outside_trust = $2 WHERE id = $1"};

/* ---- calendars ---------------------------------------------------------------------------------
 */

static bool take_calendar(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct outside_calendar *c = row_list_add(l);

	if (!c)
		return false;
	c->owner = row_int(row, 0);
	c->id = row_int(row, 1);
	c->connection = row_text(l->arena, row, 2);
	c->remote = row_text(l->arena, row, 3);
	c->title = row_text(l->arena, row, 4);
	c->timezone = row_text(l->arena, row, 5);
	c->may_write = row_int(row, 6) != 0;
	c->is_primary = row_int(row, 7) != 0;
	c->is_gone = row_int(row, 8) != 0;
	c->counts = row_int(row, 9) != 0;
	c->takes = row_int(row, 10) != 0;
	c->cursor = row_text(l->arena, row, 11);
	c->page = row_text(l->arena, row, 12);
	c->window_end = row_int(row, 13);
	c->round = row_int(row, 14);
	c->synced_at = row_int(row, 15);
	c->due_at = row_int(row, 16);
	c->lease_until = row_int(row, 17);
	c->lease = row_int(row, 18);
	c->asked = row_int(row, 19) != 0;
	c->failures = row_int(row, 20);
	c->last_error = row_text(l->arena, row, 21);
	c->skips_unanswered = row_int(row, 22) != 0;
	c->synced_by = row_int(row, 23);
	return true;
}

static const struct fault *calendars(struct db *db, struct arena *a, const struct sql *sql,
				     const struct db_value *values, size_t count,
				     struct outside_calendar **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct outside_calendar), 4);
	f = row_list_query(&l, db, sql, values, count, take_calendar);
	*out = row_list_first(&l);
	*count_out = l.count;
	return f;
}

const struct fault *outside_calendar_get(struct db *db, struct arena *a, int64_t owner, int64_t id,
					 struct outside_calendar **out)
{
	size_t count;

	return calendars(db, a, &sql_calendar_get, DB_ARGS(DB_INT(owner), DB_INT(id)), out, &count);
}

const struct fault *outside_calendar_list(struct db *db, struct arena *a, int64_t owner,
					  struct text connection, struct outside_calendar **out,
					  size_t *count_out)
{
	if (connection.len == 0)
		return calendars(db, a, &sql_calendar_list, DB_ARGS(DB_INT(owner)), out, count_out);
	return calendars(db, a, &sql_calendar_list_of, DB_ARGS(DB_INT(owner), DB_TEXT(connection)),
			 out, count_out);
}

const struct fault *outside_calendar_taking(struct db *db, struct arena *a, int64_t owner,
					    struct outside_calendar **out)
{
	size_t count;

	return calendars(db, a, &sql_calendar_taking, DB_ARGS(DB_INT(owner)), out, &count);
}

static const struct fault *let_take(struct db *db, struct arena *a,
				    const struct outside_calendar *c)
{
	if (!c->takes)
		return NULL;
	return db_exec(db, a, &sql_take_none, DB_ARGS(DB_INT(c->owner), DB_INT(c->id)), NULL);
}

const struct fault *outside_calendar_add(struct db *db, struct arena *a,
					 const struct outside_calendar *c)
{
	int64_t count = 0, added = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_calendar_count,
			     DB_ARGS(DB_INT(c->owner), DB_TEXT(c->connection)), &count, NULL);

	if (!f && count >= OUTSIDE_CALENDARS_MAX)
		f = fault_make(a, FAULT_STORE_FULL, NULL,
			       "Of one account at most %d calendars are known.",
			       OUTSIDE_CALENDARS_MAX);
	if (!f)
		f = let_take(db, a, c);
	if (!f)
		f = db_exec(db, a, &sql_calendar_add,
			    DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_TEXT(c->connection),
				    DB_TEXT(c->remote), DB_TEXT(c->title), DB_TEXT(c->timezone),
				    DB_INT(c->may_write), DB_INT(c->is_primary), DB_INT(c->is_gone),
				    DB_INT(c->counts), DB_INT(c->takes), DB_INT(c->due_at),
				    DB_INT(c->skips_unanswered)),
			    &added);
	if (!f && !added)
		f = fault_make(a, FAULT_CONFLICT, NULL, "The calendar %.*s is known.",
			       TEXT_ARG(c->title));
	return f;
}

const struct fault *outside_calendar_choose(struct db *db, struct arena *a,
					    const struct outside_calendar *c)
{
	const struct fault *f = let_take(db, a, c);

	if (f)
		return f;
	return db_exec(db, a, &sql_calendar_choose,
		       DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_TEXT(c->title),
			       DB_TEXT(c->timezone), DB_INT(c->may_write), DB_INT(c->is_primary),
			       DB_INT(c->is_gone), DB_INT(c->counts), DB_INT(c->takes),
			       DB_INT(c->due_at), DB_INT(c->skips_unanswered)),
		       NULL);
}

const struct fault *outside_calendar_renumber(struct db *db, struct arena *a, int64_t owner,
					      int64_t id, int64_t to)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_calendar_renumber) && !f; i++)
		f = db_exec(db, a, &sql_calendar_renumber[i],
			    DB_ARGS(DB_INT(owner), DB_INT(id), DB_INT(to)), NULL);
	return f;
}

const struct fault *outside_calendar_forget(struct db *db, struct arena *a, int64_t owner,
					    int64_t id)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_calendar_forget) && !f; i++)
		f = db_exec(db, a, &sql_calendar_forget[i], DB_ARGS(DB_INT(owner), DB_INT(id)),
			    NULL);
	return f;
}

const struct fault *outside_calendar_read_anew(struct db *db, struct arena *a, int64_t owner,
					       int64_t id)
{
	return db_exec(db, a, &sql_calendar_read_anew, DB_ARGS(DB_INT(owner), DB_INT(id)), NULL);
}

/* ---- readings ----------------------------------------------------------------------------------
 */

static const struct fault *lease_all(struct db *db, struct arena *a, struct outside_calendar *at,
				     size_t count, int64_t until)
{
	struct db_value *values = arena_alloc_array(a, 3 * count, sizeof(*values));

	for (size_t i = 0; i < count; i++) {
		struct db_value *v = values + 3 * i;

		v[0] = DB_INT(at[i].owner);
		v[1] = DB_INT(at[i].id);
		v[2] = DB_INT(until);
		at[i].lease++;
		at[i].lease_until = until;
		at[i].asked = false;
	}
	return db_exec_many(db, a, &sql_calendar_lease, values, 3, count);
}

const struct fault *outside_calendar_take(struct db *db, struct arena *a, int64_t now,
					  int64_t until, int limit, struct outside_calendar **out,
					  size_t *count_out)
{
	const struct fault *f = calendars(db, a, sql_pick(db, &sql_calendar_due),
					  DB_ARGS(DB_INT(now), DB_INT(limit)), out, count_out);

	return f || *count_out == 0 ? f : lease_all(db, a, *out, *count_out, until);
}

const struct fault *outside_calendar_take_one(struct db *db, struct arena *a, int64_t owner,
					      int64_t id, int64_t now, int64_t until,
					      struct outside_calendar **out)
{
	size_t count;
	const struct fault *f =
		calendars(db, a, sql_pick(db, &sql_calendar_one),
			  DB_ARGS(DB_INT(owner), DB_INT(id), DB_INT(now)), out, &count);

	return f || count == 0 ? f : lease_all(db, a, *out, count, until);
}

const struct fault *outside_calendar_settle(struct db *db, struct arena *a,
					    const struct outside_calendar *c, bool ends)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(
		db, a, ends ? &sql_calendar_ends : &sql_calendar_goes_on,
		DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_INT(c->lease), DB_TEXT(c->cursor),
			DB_TEXT(c->page), DB_INT(c->window_end), DB_INT(c->round),
			DB_INT(c->synced_at), DB_INT(c->failures), DB_TEXT(c->last_error),
			DB_INT(ends ? c->due_at : c->lease_until), DB_INT(c->synced_by)),
		&changed);

	if (!f && changed == 0)
		f = fault_make(a, FAULT_CONFLICT, NULL, "Another one reads the calendar %.*s.",
			       TEXT_ARG(c->title));
	return f;
}

const struct fault *outside_calendar_ask(struct db *db, struct arena *a, int64_t owner, int64_t id,
					 int64_t now)
{
	return db_exec(db, a, &sql_calendar_ask, DB_ARGS(DB_INT(owner), DB_INT(id), DB_INT(now)),
		       NULL);
}

const struct fault *outside_calendar_next_due(struct db *db, struct arena *a, int64_t *due_out)
{
	bool found;
	const struct fault *f =
		db_fetch_int(db, a, &sql_calendar_next, DB_NO_ARGS, due_out, &found);

	if (!found)
		*due_out = INT64_MAX;
	return f;
}

const struct fault *outside_note_age(struct db *db, struct arena *a, int64_t owner)
{
	return db_exec(db, a, &sql_note_age, DB_ARGS(DB_INT(owner)), NULL);
}

static bool take_trust(void *ctx, struct db_row *row)
{
	bool *out = ctx;

	*out = row_int(row, 0) == 1;
	return false;
}

const struct fault *outside_trusts(struct db *db, struct arena *a, int64_t owner, bool *out)
{
	*out = false;
	return db_query(db, a, &sql_trusts, DB_ARGS(DB_INT(owner)), take_trust, out);
}

const struct fault *outside_set_trust(struct db *db, struct arena *a, int64_t owner, bool trust)
{
	return db_exec(db, a, &sql_set_trust, DB_ARGS(DB_INT(owner), DB_INT(trust)), NULL);
}

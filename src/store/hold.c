/* hold - exclusive time. See hold.h. */
#include "store/hold.h"

#include "store/db_priv.h"

/*
 * As no two holds of an owner overlap, those that reach into [$2, $3) begin
 * there, or are the last one that begins before: a scan of the key, however
 * long the history is.
 */
#define REACHES_INTO                                                                               \
	"owner = $1 AND starts < $3 AND ends > $2 AND starts >= coalesce("                         \
	"(SELECT max(starts) FROM hold WHERE owner = $1 AND starts <= $2), $2)"

static const struct sql sql_expire = {"DELETE FROM hold WHERE " REACHES_INTO
				      " AND expires_at > 0 AND expires_at <= $4"};
/* The question first, so that a taken time is an answer; the constraint stands behind it. */
static const struct sql sql_take = {
	"INSERT INTO hold (owner, starts, ends, reason, booking, expires_at)"
	" SELECT $1, $2, $3, $4, $5, $6"
	" WHERE NOT EXISTS (SELECT 1 FROM hold WHERE " REACHES_INTO ")"
	" ON CONFLICT DO NOTHING"};
static const struct sql sql_rename = {
	"UPDATE hold SET booking = $3 WHERE owner = $1 AND booking = $2"};
static const struct sql sql_rename_forced = {
	"UPDATE hold_forced SET booking = $3 WHERE owner = $1 AND booking = $2"};
static const struct sql sql_release = {"DELETE FROM hold WHERE owner = $1 AND booking = $2"};
static const struct sql sql_release_forced = {
	"DELETE FROM hold_forced WHERE owner = $1 AND booking = $2"};
static const struct sql sql_force = {
	"INSERT INTO hold_forced (owner, starts, ends, reason, booking) VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT DO NOTHING"};
/* Reasons 0 and 1: of bookings, confirmed or not. */
static const struct sql sql_confirm = {
	"UPDATE hold SET reason = 0 WHERE owner = $1 AND booking = $2 AND reason < 2"};
static const struct sql sql_drop = {
	"DELETE FROM hold WHERE owner = $1 AND booking = $2 AND starts = $3"};
static const struct sql sql_drop_forced = {
	"DELETE FROM hold_forced WHERE owner = $1 AND booking = $2 AND starts = $3"};
static const struct sql sql_of = {"SELECT owner, starts, ends, reason, booking, expires_at"
				  " FROM hold WHERE owner = $1 AND booking = $2 ORDER BY starts"};
static const struct sql sql_forced = {
	"SELECT owner, starts, ends, reason, booking, 0"
	" FROM hold_forced WHERE owner = $1 ORDER BY starts, booking"};
/* Of any owner, as the few that there are have an index of their own. */
static const struct sql sql_reserved = {
	"SELECT owner, starts, ends, reason, booking, expires_at FROM hold"
	" WHERE booking = $1 AND expires_at > 0 ORDER BY owner, starts"};
static const struct sql sql_exists = {
	"SELECT 1 FROM hold WHERE owner = $1 AND booking = $2 LIMIT 1"};
static const struct sql sql_count_reserved = {
	"SELECT count(*) FROM hold WHERE owner = $1 AND expires_at > 0 AND expires_at > $2"};
static const struct sql sql_count_forced = {"SELECT count(*) FROM hold_forced"};
static const struct sql sql_range = {"SELECT owner, starts, ends, reason, booking, expires_at"
				     " FROM hold WHERE " REACHES_INTO
				     " AND (expires_at = 0 OR expires_at > $4) ORDER BY starts"};

const struct fault *hold_take(struct db *db, struct arena *a, const struct hold *h, int64_t now,
			      bool *taken_out)
{
	int64_t added = 0;
	const struct fault *f =
		db_exec(db, a, &sql_expire,
			DB_ARGS(DB_INT(h->owner), DB_INT(h->start), DB_INT(h->end), DB_INT(now)),
			NULL);

	if (!f)
		f = db_exec(db, a, &sql_take,
			    DB_ARGS(DB_INT(h->owner), DB_INT(h->start), DB_INT(h->end),
				    DB_INT(h->reason), DB_TEXT(h->booking), DB_INT(h->expires_at)),
			    &added);
	*taken_out = !f && !added;
	return f;
}

const struct fault *hold_rename(struct db *db, struct arena *a, int64_t owner, struct text booking,
				struct text to)
{
	static const struct sql *const both[] = {&sql_rename, &sql_rename_forced};
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < ARRAY_LEN(both); i++)
		f = db_exec(db, a, both[i], DB_ARGS(DB_INT(owner), DB_TEXT(booking), DB_TEXT(to)),
			    NULL);
	return f;
}

const struct fault *hold_release(struct db *db, struct arena *a, int64_t owner, struct text booking)
{
	const struct fault *f =
		db_exec(db, a, &sql_release, DB_ARGS(DB_INT(owner), DB_TEXT(booking)), NULL);

	if (!f)
		f = db_exec(db, a, &sql_release_forced, DB_ARGS(DB_INT(owner), DB_TEXT(booking)),
			    NULL);
	return f;
}

const struct fault *hold_confirm(struct db *db, struct arena *a, int64_t owner, struct text booking,
				 bool *held_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_confirm, DB_ARGS(DB_INT(owner), DB_TEXT(booking)), &changed);

	*held_out = changed > 0;
	return f;
}

static const struct fault *force(struct db *db, struct arena *a, const struct hold *h)
{
	return db_exec(db, a, &sql_force,
		       DB_ARGS(DB_INT(h->owner), DB_INT(h->start), DB_INT(h->end),
			       DB_INT(h->reason), DB_TEXT(h->booking)),
		       NULL);
}

static bool take_hold(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct hold *h = row_list_add(l);

	if (!h)
		return false;
	h->owner = row_int(row, 0);
	h->start = row_int(row, 1);
	h->end = row_int(row, 2);
	h->reason = (enum hold_reason)row_int(row, 3);
	h->booking = row_text(l->arena, row, 4);
	h->expires_at = row_int(row, 5);
	return true;
}

static const struct fault *list_holds(struct db *db, struct arena *a, const struct sql *sql,
				      const struct db_value *values, size_t value_count,
				      struct hold **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct hold), 32);
	f = row_list_query(&l, db, sql, values, value_count, take_hold);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *hold_range(struct db *db, struct arena *a, int64_t owner, int64_t from,
			       int64_t to, int64_t now, struct hold **out, size_t *count_out)
{
	return list_holds(db, a, &sql_range,
			  DB_ARGS(DB_INT(owner), DB_INT(from), DB_INT(to), DB_INT(now)), out,
			  count_out);
}

const struct fault *hold_list_reserved(struct db *db, struct arena *a, struct text token,
				       struct hold **out, size_t *count_out)
{
	return list_holds(db, a, &sql_reserved, DB_ARGS(DB_TEXT(token)), out, count_out);
}

const struct fault *hold_list(struct db *db, struct arena *a, int64_t owner, struct text booking,
			      struct hold **out, size_t *count_out)
{
	return list_holds(db, a, &sql_of, DB_ARGS(DB_INT(owner), DB_TEXT(booking)), out, count_out);
}

static const struct fault *drop(struct db *db, struct arena *a, const struct sql *sql,
				const struct hold *h)
{
	return db_exec(db, a, sql, DB_ARGS(DB_INT(h->owner), DB_TEXT(h->booking), DB_INT(h->start)),
		       NULL);
}

static bool is_among(const struct hold *h, const struct hold *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].start == h->start && all[i].end == h->end)
			return true;
	return false;
}

const struct fault *hold_replace(struct db *db, struct arena *a, const struct hold *all,
				 size_t count, int64_t now, size_t *forced_out)
{
	const struct hold *first = &all[0];
	struct hold *had;
	size_t had_count;
	const struct fault *f = hold_list(db, a, first->owner, first->booking, &had, &had_count);

	*forced_out = 0;
	for (size_t i = 0; !f && i < had_count; i++)
		if (!is_among(&had[i], all, count))
			f = drop(db, a, &sql_drop, &had[i]);
	if (!f)
		f = db_exec(db, a, &sql_release_forced,
			    DB_ARGS(DB_INT(first->owner), DB_TEXT(first->booking)), NULL);
	for (size_t i = 0; !f && i < count; i++) {
		bool taken = false;

		if (is_among(&all[i], had, had_count))
			continue;
		f = hold_take(db, a, &all[i], now, &taken);
		if (!f && taken)
			f = force(db, a, &all[i]);
		*forced_out += taken;
	}
	return f;
}

const struct fault *hold_return(struct db *db, struct arena *a, int64_t owner, int64_t now)
{
	struct hold *all;
	size_t count;
	const struct fault *f =
		list_holds(db, a, &sql_forced, DB_ARGS(DB_INT(owner)), &all, &count);

	for (size_t i = 0; !f && i < count; i++) {
		bool taken;

		f = hold_take(db, a, &all[i], now, &taken);
		if (!f && !taken)
			f = drop(db, a, &sql_drop_forced, &all[i]);
	}
	return f;
}

const struct fault *hold_exists(struct db *db, struct arena *a, int64_t owner, struct text booking,
				bool *out)
{
	int64_t one;

	return db_fetch_int(db, a, &sql_exists, DB_ARGS(DB_INT(owner), DB_TEXT(booking)), &one,
			    out);
}

const struct fault *hold_count_reserved(struct db *db, struct arena *a, int64_t owner, int64_t now,
					int64_t *out)
{
	return db_fetch_int(db, a, &sql_count_reserved, DB_ARGS(DB_INT(owner), DB_INT(now)), out,
			    NULL);
}

const struct fault *hold_count_forced(struct db *db, struct arena *a, int64_t *out)
{
	return db_fetch_int(db, a, &sql_count_forced, DB_NO_ARGS, out, NULL);
}

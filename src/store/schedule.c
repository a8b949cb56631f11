/* schedule - what scheduling keeps beside the objects. See schedule.h. */
#include "store/schedule.h"

#include "base/buf.h"
#include "store/db_priv.h"

/* ---- etags under one tag ------------------------------------------------------------------- */

static const struct sql sql_keep = {
	"INSERT INTO object_tag (owner, object, seq, etag) VALUES ($1, $2, $3, $4)"
	" ON CONFLICT DO NOTHING"};
static const struct sql sql_thin = {
	"DELETE FROM object_tag WHERE owner = $1 AND object = $2 AND seq <= (SELECT t.seq"
	" FROM object_tag t WHERE t.owner = $1 AND t.object = $2"
	" ORDER BY t.seq DESC LIMIT 1 OFFSET $3)"};
static const struct sql sql_forget = {"DELETE FROM object_tag WHERE owner = $1 AND object = $2"};
static const struct sql sql_etags = {
	"SELECT etag FROM object_tag WHERE owner = $1 AND object = $2"};

const struct fault *object_tag_keep(struct db *db, struct arena *a, int64_t owner, int64_t object,
				    struct text etag, int64_t seq)
{
	const struct fault *f =
		db_exec(db, a, &sql_keep,
			DB_ARGS(DB_INT(owner), DB_INT(object), DB_INT(seq), DB_TEXT(etag)), NULL);

	if (f)
		return f;
	return db_exec(db, a, &sql_thin,
		       DB_ARGS(DB_INT(owner), DB_INT(object), DB_INT(SCHEDULE_TAGS_KEPT)), NULL);
}

const struct fault *object_tag_forget(struct db *db, struct arena *a, int64_t owner, int64_t object)
{
	return db_exec(db, a, &sql_forget, DB_ARGS(DB_INT(owner), DB_INT(object)), NULL);
}

struct look {
	const struct text *etags;
	size_t count;
	bool found;
};

static bool look_at(void *ctx, struct db_row *row)
{
	struct look *l = ctx;

	for (size_t i = 0; i < l->count && !l->found; i++)
		l->found = text_equal(l->etags[i], row_borrow(row, 0));
	return !l->found;
}

const struct fault *object_tag_was(struct db *db, struct arena *a, int64_t owner, int64_t object,
				   const struct text *etags, size_t count, bool *out)
{
	struct look l = {etags, count, false};
	const struct fault *f =
		db_query(db, a, &sql_etags, DB_ARGS(DB_INT(owner), DB_INT(object)), look_at, &l);

	*out = l.found;
	return f;
}

/* ---- notes --------------------------------------------------------------------------------- */

static const struct sql sql_note = {
	"INSERT INTO schedule_note (owner, uid, n, at, method, peer, sent, status, why, told)"
	" VALUES ($1, $2, (SELECT coalesce(max(o.n), 0) + 1 FROM schedule_note o"
	" WHERE o.owner = $1 AND o.uid = $2), $3, $4, $5, $6, $7, $8, $9) RETURNING n"};
static const struct sql sql_note_thin = {
	"DELETE FROM schedule_note WHERE owner = $1 AND uid = $2 AND n <= $3"};
static const struct sql_pair sql_note_forget = {
	{"DELETE FROM schedule_note WHERE (owner, uid, n) IN (SELECT owner, uid, n"
	 " FROM schedule_note WHERE at < $1 LIMIT $2)"},
	{"DELETE FROM schedule_note WHERE (owner, uid, n) IN (SELECT owner, uid, n"
	 " FROM schedule_note WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)"}};
/* $3: the owner's number as it stands in a list, to be looked for. */
static const struct sql sql_notes = {
	"SELECT at, method, peer, sent, status, why, told = '', n FROM schedule_note"
	" WHERE owner = $1 AND uid = $2 AND told = ''"
	" UNION ALL SELECT at, method, peer, sent, status, why, told = '', n FROM schedule_note"
	" WHERE uid = $2 AND told <> '' AND told LIKE $3 ORDER BY 1, 7, 8"};

static struct text list_told(struct arena *a, const struct schedule_note *n)
{
	struct buf b;

	buf_init(&b, a, 8 * n->told_count + 1, 21 * n->told_count + 2);
	for (size_t i = 0; i < n->told_count; i++) {
		buf_put_char(&b, ',');
		buf_put_int(&b, n->told[i]);
	}
	if (n->told_count)
		buf_put_char(&b, ',');
	return buf_text(&b);
}

const struct fault *schedule_note_add(struct db *db, struct arena *a, const struct schedule_note *n)
{
	int64_t number = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_note,
			     DB_ARGS(DB_INT(n->owner), DB_TEXT(n->uid), DB_INT(n->at),
				     DB_TEXT(n->method), DB_TEXT(n->peer), DB_INT(n->is_sent),
				     DB_TEXT(n->status), DB_TEXT(n->why), DB_TEXT(list_told(a, n))),
			     &number, NULL);

	if (f || number <= SCHEDULE_NOTES_KEPT)
		return f;
	return db_exec(db, a, &sql_note_thin,
		       DB_ARGS(DB_INT(n->owner), DB_TEXT(n->uid),
			       DB_INT(number - SCHEDULE_NOTES_KEPT)),
		       NULL);
}

const struct fault *schedule_note_forget(struct db *db, struct arena *a, int64_t before, int max,
					 bool *done_out)
{
	int64_t gone = 0;
	const struct fault *f = db_exec(db, a, sql_pick(db, &sql_note_forget),
					DB_ARGS(DB_INT(before), DB_INT(max)), &gone);

	*done_out = gone < max;
	return f;
}

static bool take_note(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct schedule_note *n = row_list_add(l);

	if (!n)
		return false;
	n->at = row_int(row, 0);
	n->method = row_text(l->arena, row, 1);
	n->peer = row_text(l->arena, row, 2);
	n->is_sent = row_int(row, 3) != 0;
	n->status = row_text(l->arena, row, 4);
	n->why = row_text(l->arena, row, 5);
	return true;
}

const struct fault *schedule_note_list(struct db *db, struct arena *a, int64_t owner,
				       struct text uid, struct schedule_note **out,
				       size_t *count_out)
{
	struct text listed = text_from(arena_printf(a, "%%,%lld,%%", (long long)owner));
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct schedule_note), SCHEDULE_NOTES_KEPT);
	f = row_list_query(&l, db, &sql_notes,
			   DB_ARGS(DB_INT(owner), DB_TEXT(uid), DB_TEXT(listed)), take_note);
	*out = l.at;
	*count_out = l.count;
	for (size_t i = 0; i < l.count; i++) {
		(*out)[i].owner = owner;
		(*out)[i].uid = uid;
	}
	return f;
}

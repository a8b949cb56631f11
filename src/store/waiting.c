/* waiting - lists for meetings that are full. See waiting.h. */
#include "store/waiting.h"

#include "store/db_priv.h"

#define WAITING_COLUMNS                                                                            \
	"owner, type, starts, id, minutes, seats, name, email, mailbox, timezone, language,"       \
	" answers, created, told_at"

static const struct sql sql_list = {"SELECT " WAITING_COLUMNS " FROM waiting WHERE owner = $1"
				    " AND type = $2 AND starts = $3 ORDER BY created, id"};
static const struct sql sql_find = {"SELECT " WAITING_COLUMNS
				    " FROM waiting WHERE owner = $1 AND id = $2"};
static const struct sql sql_exists = {"SELECT 1 FROM waiting WHERE owner = $1 AND type = $2"
				      " AND starts = $3 AND told_at = 0 LIMIT 1"};
static const struct sql sql_add = {
	"INSERT INTO waiting (" WAITING_COLUMNS ") VALUES"
	" ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
static const struct sql sql_tell = {"UPDATE waiting SET told_at = $3 WHERE owner = $1 AND id = $2"
				    " AND told_at = 0"};
static const struct sql sql_delete = {"DELETE FROM waiting WHERE owner = $1 AND id = $2"};
static const struct sql sql_delete_mailbox = {
	"DELETE FROM waiting WHERE owner = $1 AND type = $2 AND starts = $3 AND mailbox = $4"};
static const struct sql sql_expire = {"DELETE FROM waiting WHERE starts <= $1"};

static bool take_waiting(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct waiting *w = row_list_add(l);

	if (!w)
		return false;
	*w = (struct waiting){
		.owner = row_int(row, 0),
		.type = row_text(l->arena, row, 1),
		.start = row_int(row, 2),
		.id = row_text(l->arena, row, 3),
		.duration_min = (int32_t)row_int(row, 4),
		.seats = (int32_t)row_int(row, 5),
		.name = row_text(l->arena, row, 6),
		.email = row_text(l->arena, row, 7),
		.mailbox = row_text(l->arena, row, 8),
		.timezone = row_text(l->arena, row, 9),
		.language = row_text(l->arena, row, 10),
		.answers = row_text(l->arena, row, 11),
		.created = row_int(row, 12),
		.told_at = row_int(row, 13),
	};
	return true;
}

const struct fault *waiting_list(struct db *db, struct arena *a, int64_t owner, struct text type,
				 int64_t start, struct waiting **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct waiting), 16);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_INT(owner), DB_TEXT(type), DB_INT(start)),
			   take_waiting);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *waiting_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				 struct waiting **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct waiting), 1);
	f = row_list_query(&l, db, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(id)), take_waiting);
	*out = l.count > 0 ? l.at : NULL;
	return f;
}

const struct fault *waiting_exists(struct db *db, struct arena *a, int64_t owner, struct text type,
				   int64_t start, bool *out)
{
	int64_t one;

	return db_fetch_int(db, a, &sql_exists,
			    DB_ARGS(DB_INT(owner), DB_TEXT(type), DB_INT(start)), &one, out);
}

const struct fault *waiting_add(struct db *db, struct arena *a, const struct waiting *w)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(w->owner), DB_TEXT(w->type), DB_INT(w->start), DB_TEXT(w->id),
			       DB_INT(w->duration_min), DB_INT(w->seats), DB_TEXT(w->name),
			       DB_TEXT(w->email), DB_TEXT(w->mailbox), DB_TEXT(w->timezone),
			       DB_TEXT(w->language), DB_TEXT(w->answers), DB_INT(w->created),
			       DB_INT(w->told_at)),
		       NULL);
}

const struct fault *waiting_tell(struct db *db, struct arena *a, int64_t owner, struct text id,
				 int64_t now, bool *told_out)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(db, a, &sql_tell,
					DB_ARGS(DB_INT(owner), DB_TEXT(id), DB_INT(now)), &changed);

	*told_out = changed > 0;
	return f;
}

const struct fault *waiting_delete(struct db *db, struct arena *a, int64_t owner, struct text id,
				   bool *deleted_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_delete, DB_ARGS(DB_INT(owner), DB_TEXT(id)), &changed);

	*deleted_out = changed > 0;
	return f;
}

const struct fault *waiting_delete_mailbox(struct db *db, struct arena *a, int64_t owner,
					   struct text type, int64_t start, struct text mailbox)
{
	return db_exec(db, a, &sql_delete_mailbox,
		       DB_ARGS(DB_INT(owner), DB_TEXT(type), DB_INT(start), DB_TEXT(mailbox)),
		       NULL);
}

const struct fault *waiting_expire(struct db *db, struct arena *a, int64_t now)
{
	return db_exec(db, a, &sql_expire, DB_ARGS(DB_INT(now)), NULL);
}

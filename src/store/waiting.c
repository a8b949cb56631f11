/* waiting - lists for meetings that are full. See waiting.h. */
#include "store/waiting.h"

#include "store/db_priv.h"

#define WAITING_COLUMNS "owner, type, starts, id, seats, name, email, timezone, answers, created"

static const struct sql sql_list = {"SELECT " WAITING_COLUMNS " FROM waiting WHERE owner = $1"
				    " AND type = $2 AND starts = $3 ORDER BY created, id"};
static const struct sql sql_expire = {"DELETE FROM waiting WHERE owner = $1 AND starts <= $2"};
static const struct sql sql_add = {"INSERT INTO waiting (" WAITING_COLUMNS
				   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
static const struct sql sql_delete = {"DELETE FROM waiting WHERE owner = $1 AND id = $2"};

static bool take_waiting(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct waiting *w = row_list_add(l);

	if (!w)
		return false;
	w->owner = row_int(row, 0);
	w->type = row_text(l->arena, row, 1);
	w->start = row_int(row, 2);
	w->id = row_text(l->arena, row, 3);
	w->seats = (int32_t)row_int(row, 4);
	w->name = row_text(l->arena, row, 5);
	w->email = row_text(l->arena, row, 6);
	w->timezone = row_text(l->arena, row, 7);
	w->answers = row_text(l->arena, row, 8);
	w->created = row_int(row, 9);
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

const struct fault *waiting_add(struct db *db, struct arena *a, const struct waiting *w)
{
	const struct fault *f =
		db_exec(db, a, &sql_expire, DB_ARGS(DB_INT(w->owner), DB_INT(w->created)), NULL);

	if (f)
		return f;
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(w->owner), DB_TEXT(w->type), DB_INT(w->start), DB_TEXT(w->id),
			       DB_INT(w->seats), DB_TEXT(w->name), DB_TEXT(w->email),
			       DB_TEXT(w->timezone), DB_TEXT(w->answers), DB_INT(w->created)),
		       NULL);
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

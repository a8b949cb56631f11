/* link - what a link of a host's may book. See link.h. */
#include "store/link.h"

#include "store/db_priv.h"

#define LINK_COLUMNS "owner, id, digest, type, label, uses_max, uses, expires_at, created"

static const struct sql sql_find = {"SELECT " LINK_COLUMNS
				    " FROM booking_link WHERE owner = $1 AND digest = $2"};
static const struct sql sql_list = {"SELECT " LINK_COLUMNS " FROM booking_link WHERE owner = $1"
				    " ORDER BY created DESC, id"};
static const struct sql sql_add = {"INSERT INTO booking_link (" LINK_COLUMNS
				   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
static const struct sql sql_delete = {"DELETE FROM booking_link WHERE owner = $1 AND id = $2"};
static const struct sql sql_use = {
	"UPDATE booking_link SET uses = uses + 1 WHERE owner = $1 AND id = $2"
	" AND (uses_max = 0 OR uses < uses_max) AND (expires_at = 0 OR expires_at > $3)"};
static const struct sql sql_give_back = {
	"UPDATE booking_link SET uses = uses - 1 WHERE owner = $1 AND id = $2 AND uses > 0"};

static bool take_link(void *ctx, struct db_row *row)
{
	struct row_list *list = ctx;
	struct booking_link *l = row_list_add(list);

	if (!l)
		return false;
	l->owner = row_int(row, 0);
	l->id = row_text(list->arena, row, 1);
	l->digest = row_text(list->arena, row, 2);
	l->type = row_text(list->arena, row, 3);
	l->label = row_text(list->arena, row, 4);
	l->uses_max = row_int(row, 5);
	l->uses = row_int(row, 6);
	l->expires_at = row_int(row, 7);
	l->created = row_int(row, 8);
	return true;
}

const struct fault *link_find(struct db *db, struct arena *a, int64_t owner, struct text digest,
			      struct booking_link **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct booking_link), 1);
	f = row_list_query(&l, db, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(digest)), take_link);
	*out = row_list_first(&l);
	return f;
}

const struct fault *link_list(struct db *db, struct arena *a, int64_t owner,
			      struct booking_link **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct booking_link), 16);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_INT(owner)), take_link);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *link_add(struct db *db, struct arena *a, const struct booking_link *l)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(l->owner), DB_TEXT(l->id), DB_TEXT(l->digest),
			       DB_TEXT(l->type), DB_TEXT(l->label), DB_INT(l->uses_max),
			       DB_INT(l->uses), DB_INT(l->expires_at), DB_INT(l->created)),
		       NULL);
}

const struct fault *link_delete(struct db *db, struct arena *a, int64_t owner, struct text id,
				bool *deleted_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_delete, DB_ARGS(DB_INT(owner), DB_TEXT(id)), &changed);

	*deleted_out = changed > 0;
	return f;
}

const struct fault *link_use(struct db *db, struct arena *a, int64_t owner, struct text id,
			     int64_t now, bool *used_out)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(db, a, &sql_use,
					DB_ARGS(DB_INT(owner), DB_TEXT(id), DB_INT(now)), &changed);

	*used_out = changed > 0;
	return f;
}

const struct fault *link_give_back(struct db *db, struct arena *a, int64_t owner, struct text id)
{
	return db_exec(db, a, &sql_give_back, DB_ARGS(DB_INT(owner), DB_TEXT(id)), NULL);
}

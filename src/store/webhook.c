/* webhook - who is told what becomes of bookings. See webhook.h. */
#include "store/webhook.h"

#include "store/db_priv.h"

#define WEBHOOK_COLUMNS                                                                            \
	"owner, id, url, events, created, secret_no, secret_since, failing_since, retry_at,"       \
	" disabled, last_error"

static const struct sql sql_find = {"SELECT " WEBHOOK_COLUMNS
				    " FROM webhook WHERE owner = $1 AND id = $2"};
static const struct sql sql_list = {"SELECT " WEBHOOK_COLUMNS
				    " FROM webhook WHERE owner = $1 ORDER BY created, id"};
static const struct sql sql_count = {"SELECT count(*) FROM webhook WHERE owner = $1"};
static const struct sql sql_add = {"INSERT INTO webhook (" WEBHOOK_COLUMNS
				   ") VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, '')"};
static const struct sql sql_update = {
	"UPDATE webhook SET secret_no = $3, secret_since = $4, failing_since = $5, retry_at = $6,"
	" disabled = $7, last_error = $8 WHERE owner = $1 AND id = $2"};
static const struct sql sql_delete = {"DELETE FROM webhook WHERE owner = $1 AND id = $2"};

static bool take_webhook(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct webhook *w = row_list_add(l);

	if (!w)
		return false;
	w->owner = row_int(row, 0);
	w->id = row_text(l->arena, row, 1);
	w->url = row_text(l->arena, row, 2);
	w->events = (unsigned)row_int(row, 3);
	w->created = row_int(row, 4);
	w->secret_no = row_int(row, 5);
	w->secret_since = row_int(row, 6);
	w->failing_since = row_int(row, 7);
	w->retry_at = row_int(row, 8);
	w->disabled = row_int(row, 9) != 0;
	w->last_error = row_text(l->arena, row, 10);
	return true;
}

const struct fault *webhook_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				 struct webhook **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct webhook), 1);
	f = row_list_query(&l, db, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(id)), take_webhook);
	*out = row_list_first(&l);
	return f;
}

const struct fault *webhook_list(struct db *db, struct arena *a, int64_t owner,
				 struct webhook **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct webhook), 4);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_INT(owner)), take_webhook);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *webhook_add(struct db *db, struct arena *a, const struct webhook *w)
{
	int64_t count = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_count, DB_ARGS(DB_INT(w->owner)), &count, NULL);

	if (!f && count >= WEBHOOKS_MAX)
		return fault_make(a, FAULT_STORE_FULL, NULL,
				  "This host has %d webhooks; one has to be removed first.",
				  WEBHOOKS_MAX);
	if (f)
		return f;
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(w->owner), DB_TEXT(w->id), DB_TEXT(w->url), DB_INT(w->events),
			       DB_INT(w->created)),
		       NULL);
}

const struct fault *webhook_update(struct db *db, struct arena *a, const struct webhook *w)
{
	return db_exec(db, a, &sql_update,
		       DB_ARGS(DB_INT(w->owner), DB_TEXT(w->id), DB_INT(w->secret_no),
			       DB_INT(w->secret_since), DB_INT(w->failing_since),
			       DB_INT(w->retry_at), DB_INT(w->disabled), DB_TEXT(w->last_error)),
		       NULL);
}

const struct fault *webhook_delete(struct db *db, struct arena *a, int64_t owner, struct text id,
				   bool *deleted_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_delete, DB_ARGS(DB_INT(owner), DB_TEXT(id)), &changed);

	*deleted_out = changed > 0;
	return f;
}

/* push - who wants to be told of changes, and where. See push.h. */

#include "store/push.h"

#include "base/secret.h"
#include "store/db_priv.h"

#define PUSH_COLUMNS                                                                               \
	"owner, collection, subscriber, id, resource, public_key, auth_secret, triggers,"          \
	" expires_at, content, property, told"

static const struct sql sql_put = {
	"INSERT INTO push (owner, collection, subscriber, resource_digest, id, resource,"
	" public_key, auth_secret, triggers, expires_at, noted, content, property, told)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0)"
	" ON CONFLICT (owner, collection, subscriber, resource_digest) DO UPDATE SET"
	" public_key = excluded.public_key, auth_secret = excluded.auth_secret,"
	" triggers = excluded.triggers, expires_at = excluded.expires_at RETURNING id"};
/* Of the collection's row; the home has none, and is changed so rarely that a look costs nothing.
 */
static const struct sql sql_until = {
	"UPDATE collection SET push_until = (SELECT coalesce(max(p.expires_at), 0) FROM push p"
	" WHERE p.owner = $1 AND p.collection = $2) WHERE owner = $1 AND id = $2"};
static const struct sql sql_find = {"SELECT " PUSH_COLUMNS
				    " FROM push WHERE owner = $1 AND id = $2"};
static const struct sql sql_list = {"SELECT " PUSH_COLUMNS
				    " FROM push WHERE owner = $1 AND collection = $2"
				    " AND expires_at > $3 ORDER BY subscriber, resource_digest"};
static const struct sql sql_count = {
	"SELECT count(*) FROM push WHERE subscriber = $1 AND expires_at > $2"};
static const struct sql sql_remove = {"DELETE FROM push WHERE owner = $1 AND id = $2"};
static const struct sql sql_remove_all = {"DELETE FROM push WHERE owner = $1 AND collection = $2"};
static const struct sql sql_remove_expired = {"DELETE FROM push WHERE expires_at <= $1"};
static const struct sql sql_note = {"UPDATE push SET noted = noted + 1,"
				    " content = CASE WHEN $3 = 1 THEN noted + 1 ELSE content END,"
				    " property = CASE WHEN $4 = 1 THEN noted + 1 ELSE property END"
				    " WHERE owner = $1 AND id = $2 RETURNING told"};
static const struct sql sql_tell = {
	"UPDATE push SET told = CASE WHEN told < $3 THEN $3 ELSE told END"
	" WHERE owner = $1 AND id = $2 RETURNING CASE WHEN noted > $3 THEN 1 ELSE 0 END"};

static bool take_push(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct push *p = row_list_add(l);

	if (!p)
		return false;
	p->owner = row_int(row, 0);
	p->collection = row_int(row, 1);
	p->subscriber = row_int(row, 2);
	p->id = row_text(l->arena, row, 3);
	p->resource = row_text(l->arena, row, 4);
	p->public_key = row_text(l->arena, row, 5);
	p->auth_secret = row_text(l->arena, row, 6);
	p->triggers = (unsigned)row_int(row, 7);
	p->expires_at = row_int(row, 8);
	p->content = row_int(row, 9);
	p->property = row_int(row, 10);
	p->told = row_int(row, 11);
	return true;
}

struct taken_id {
	struct arena *arena;
	struct text id;
};

static bool take_id(void *ctx, struct db_row *row)
{
	struct taken_id *t = ctx;

	t->id = row_text(t->arena, row, 0);
	return true;
}

static const struct fault *set_until(struct db *db, struct arena *a, int64_t owner,
				     int64_t collection)
{
	if (!collection)
		return NULL;
	return db_exec(db, a, &sql_until, DB_ARGS(DB_INT(owner), DB_INT(collection)), NULL);
}

const struct fault *push_put(struct db *db, struct arena *a, const struct push *p,
			     struct text *id_out)
{
	struct text digest = secret_digest_hex(a, p->resource);
	struct taken_id t = {.arena = a};
	const struct fault *f =
		db_query(db, a, &sql_put,
			 DB_ARGS(DB_INT(p->owner), DB_INT(p->collection), DB_INT(p->subscriber),
				 DB_TEXT(digest), DB_TEXT(p->id), DB_TEXT(p->resource),
				 DB_TEXT(p->public_key), DB_TEXT(p->auth_secret),
				 DB_INT(p->triggers), DB_INT(p->expires_at)),
			 take_id, &t);

	*id_out = t.id;
	return f ? f : set_until(db, a, p->owner, p->collection);
}

const struct fault *push_find(struct db *db, struct arena *a, int64_t owner, struct text id,
			      struct push **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct push), 1);
	f = row_list_query(&l, db, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(id)), take_push);
	*out = row_list_first(&l);
	return f;
}

const struct fault *push_list(struct db *db, struct arena *a, int64_t owner, int64_t collection,
			      int64_t now, struct push **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct push), 8);
	f = row_list_query(&l, db, &sql_list,
			   DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(now)), take_push);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *push_count(struct db *db, struct arena *a, int64_t subscriber, int64_t now,
			       int64_t *out)
{
	return db_fetch_int(db, a, &sql_count, DB_ARGS(DB_INT(subscriber), DB_INT(now)), out, NULL);
}

const struct fault *push_remove(struct db *db, struct arena *a, int64_t owner, struct text id)
{
	struct push *there;
	const struct fault *f = push_find(db, a, owner, id, &there);

	if (f || !there)
		return f;
	f = db_exec(db, a, &sql_remove, DB_ARGS(DB_INT(owner), DB_TEXT(id)), NULL);
	return f ? f : set_until(db, a, owner, there->collection);
}

const struct fault *push_remove_all(struct db *db, struct arena *a, int64_t owner,
				    int64_t collection)
{
	return db_exec(db, a, &sql_remove_all, DB_ARGS(DB_INT(owner), DB_INT(collection)), NULL);
}

const struct fault *push_remove_expired(struct db *db, struct arena *a, int64_t before)
{
	return db_exec(db, a, &sql_remove_expired, DB_ARGS(DB_INT(before)), NULL);
}

const struct fault *push_note(struct db *db, struct arena *a, const struct push *p, unsigned news,
			      int64_t *told_out, bool *found_out)
{
	return db_fetch_int(db, a, &sql_note,
			    DB_ARGS(DB_INT(p->owner), DB_TEXT(p->id),
				    DB_INT((news & PUSH_CONTENT) != 0),
				    DB_INT((news & PUSH_PROPERTY) != 0)),
			    told_out, found_out);
}

const struct fault *push_tell(struct db *db, struct arena *a, const struct push *p, int64_t up_to,
			      bool *more_out)
{
	int64_t more = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_tell,
			     DB_ARGS(DB_INT(p->owner), DB_TEXT(p->id), DB_INT(up_to)), &more, NULL);

	*more_out = more != 0;
	return f;
}

/* lock - write locks of WebDAV. See lock.h. */
#include "store/lock.h"

#include "store/db_priv.h"

/* $2 is the path, $3 and $4 enclose all paths below it: '0' follows '/'. */
#define BELOW "(path > $3 AND path < $4)"
#define ABOVE "substr($2, 1, length(path) + 1) = path || '/'"

static const struct sql sql_list = {
	"SELECT path, token, collection, creator, shared, infinite, seconds, expires, holder"
	" FROM write_lock WHERE owner = $1 AND expires > $2 ORDER BY path, token"};
static const struct sql sql_near = {
	"SELECT path, token, collection, creator, shared, infinite, seconds, expires, holder"
	" FROM write_lock WHERE owner = $1 AND expires > $5 AND (path = $2 OR " ABOVE " OR " BELOW
	") ORDER BY path, token"};
static const struct sql sql_count = {
	"SELECT count(*) FROM write_lock WHERE owner = $1 AND ($2 = 0 OR creator = $2)"};
static const struct sql sql_expired = {
	"SELECT DISTINCT owner FROM write_lock WHERE expires <= $1 AND owner > $2 ORDER BY owner"
	" LIMIT $3"};
static const struct sql sql_add = {
	"INSERT INTO write_lock (owner, path, token, collection, creator, shared, infinite, holder,"
	" seconds, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
static const struct sql sql_prolong = {"UPDATE write_lock SET seconds = $4, expires = $5"
				       " WHERE owner = $1 AND path = $2 AND token = $3"};
static const struct sql sql_remove = {
	"DELETE FROM write_lock WHERE owner = $1 AND path = $2 AND token = $3"};
static const struct sql sql_remove_tree = {
	"DELETE FROM write_lock WHERE owner = $1 AND ((path = $2 AND $5 = 1) OR " BELOW ")"};
static const struct sql sql_remove_expired = {
	"DELETE FROM write_lock WHERE owner = $1 AND expires <= $2"};

bool lock_covers(const struct lock *l, struct text path)
{
	return text_equal(l->path, path) || (l->infinite && path_is_below(path, l->path));
}

/* Between the two stand all paths below this one. */
static struct text below_from(struct arena *a, struct text path)
{
	return text_from(arena_printf(a, "%.*s/", TEXT_ARG(path)));
}

static struct text below_until(struct arena *a, struct text path)
{
	return text_from(arena_printf(a, "%.*s0", TEXT_ARG(path)));
}

struct taking {
	struct row_list list; /* first: it is the ctx of the rows */
	int64_t owner;
};

static bool take_lock(void *ctx, struct db_row *row)
{
	struct taking *t = ctx;
	struct arena *a = t->list.arena;
	struct lock *l = row_list_add(&t->list);

	if (!l)
		return false;
	*l = (struct lock){
		.owner = t->owner,
		.path = row_text(a, row, 0),
		.token = row_text(a, row, 1),
		.is_collection = row_int(row, 2) != 0,
		.creator = row_int(row, 3),
		.shared = row_int(row, 4) != 0,
		.infinite = row_int(row, 5) != 0,
		.seconds = row_int(row, 6),
		.expires = row_int(row, 7),
		.holder = row_text(a, row, 8),
	};
	return true;
}

static const struct fault *fetch(struct db *db, struct arena *a, const struct sql *sql,
				 const struct db_value *values, size_t count, struct lock **out,
				 size_t *count_out)
{
	struct taking t = {.owner = values[0].number};
	const struct fault *f;

	row_list_init(&t.list, a, sizeof(struct lock), 4);
	f = row_list_query(&t.list, db, sql, values, count, take_lock);
	*out = t.list.at;
	*count_out = t.list.count;
	return f;
}

const struct fault *lock_list(struct db *db, struct arena *a, int64_t owner, int64_t now,
			      struct lock **out, size_t *count_out)
{
	return fetch(db, a, &sql_list, DB_ARGS(DB_INT(owner), DB_INT(now)), out, count_out);
}

const struct fault *lock_list_near(struct db *db, struct arena *a, int64_t owner, struct text path,
				   int64_t now, struct lock **out, size_t *count_out)
{
	return fetch(db, a, &sql_near,
		     DB_ARGS(DB_INT(owner), DB_TEXT(path), DB_TEXT(below_from(a, path)),
			     DB_TEXT(below_until(a, path)), DB_INT(now)),
		     out, count_out);
}

const struct fault *lock_count(struct db *db, struct arena *a, int64_t owner, int64_t creator,
			       int64_t *out)
{
	return db_fetch_int(db, a, &sql_count, DB_ARGS(DB_INT(owner), DB_INT(creator)), out, NULL);
}

static bool take_owner(void *ctx, struct db_row *row)
{
	int64_t *id = row_list_add(ctx);

	if (id)
		*id = row_int(row, 0);
	return id != NULL;
}

const struct fault *lock_owners_of_expired(struct db *db, struct arena *a, int64_t after,
					   int64_t now, int limit, int64_t **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(int64_t), 8);
	f = row_list_query(&l, db, &sql_expired, DB_ARGS(DB_INT(now), DB_INT(after), DB_INT(limit)),
			   take_owner);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *lock_add(struct db *db, struct arena *a, const struct lock *l)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(l->owner), DB_TEXT(l->path), DB_TEXT(l->token),
			       DB_INT(l->is_collection), DB_INT(l->creator), DB_INT(l->shared),
			       DB_INT(l->infinite), DB_TEXT(l->holder), DB_INT(l->seconds),
			       DB_INT(l->expires)),
		       NULL);
}

const struct fault *lock_prolong(struct db *db, struct arena *a, const struct lock *l)
{
	return db_exec(db, a, &sql_prolong,
		       DB_ARGS(DB_INT(l->owner), DB_TEXT(l->path), DB_TEXT(l->token),
			       DB_INT(l->seconds), DB_INT(l->expires)),
		       NULL);
}

const struct fault *lock_remove(struct db *db, struct arena *a, const struct lock *l)
{
	return db_exec(db, a, &sql_remove,
		       DB_ARGS(DB_INT(l->owner), DB_TEXT(l->path), DB_TEXT(l->token)), NULL);
}

const struct fault *lock_remove_tree(struct db *db, struct arena *a, int64_t owner,
				     struct text path, bool whole)
{
	return db_exec(db, a, &sql_remove_tree,
		       DB_ARGS(DB_INT(owner), DB_TEXT(path), DB_TEXT(below_from(a, path)),
			       DB_TEXT(below_until(a, path)), DB_INT(whole)),
		       NULL);
}

const struct fault *lock_remove_expired(struct db *db, struct arena *a, int64_t owner, int64_t now)
{
	return db_exec(db, a, &sql_remove_expired, DB_ARGS(DB_INT(owner), DB_INT(now)), NULL);
}

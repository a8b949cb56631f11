/* collection_purge - collections that go, and what is remembered of what went. See collection.h. */
#include "store/collection.h"

#include "store/attachment.h"
#include "store/db_priv.h"

/* A slash cannot stand within one segment of a path. */
static const struct sql sql_bury = {"UPDATE collection SET buried = 1, name = $3"
				    " WHERE owner = $1 AND id = $2"};
/* The removals of a collection from the newest one on that need not be kept for their number. */
#define BELOW_NEWEST(owner, id, keep)                                                              \
	"(SELECT n.seq FROM tombstone n WHERE n.owner = " owner " AND n.collection = " id          \
	" ORDER BY n.seq DESC LIMIT 1 OFFSET " keep " - 1)"
static const struct sql sql_with_old = {
	"SELECT c.owner, c.id FROM collection c"
	" WHERE (c.owner, c.id) > ($1, $2) AND c.buried = 0"
	" AND (SELECT t.removed FROM tombstone t WHERE t.owner = c.owner AND t.collection = c.id"
	" AND t.seq < " BELOW_NEWEST("c.owner", "c.id", "$4") " ORDER BY t.seq LIMIT 1) < $3"
							      " ORDER BY c.owner, c.id LIMIT $5"};
static const struct sql sql_oldest = {
	"SELECT t.seq, t.removed FROM tombstone t WHERE t.owner = $1 AND t.collection = $2"
	" AND t.seq < " BELOW_NEWEST("$1", "$2", "$3") " ORDER BY t.seq LIMIT $4"};
static const struct sql sql_forget[] = {
	{"UPDATE collection SET seq_floor = $3 WHERE owner = $1 AND id = $2 AND seq_floor < $3"},
	{"DELETE FROM tombstone WHERE owner = $1 AND collection = $2 AND seq <= $3"},
};

static const struct sql sql_is_buried = {
	"SELECT buried FROM collection WHERE owner = $1 AND id = $2"};
static const struct sql sql_some_objects = {
	"SELECT id FROM object WHERE owner = $1 AND collection = $2 ORDER BY name LIMIT $3"};

/* Of one object; of the collection itself when none is left. */
static const struct sql sql_purge_object[] = {
	{"DELETE FROM occurrence WHERE owner = $1 AND object = $2"},
	{"DELETE FROM object_data WHERE owner = $1 AND id = $2"},
	{"DELETE FROM property WHERE owner = $1 AND collection = $3 AND object = $2"},
	{"DELETE FROM object_tag WHERE owner = $1 AND object = $2"},
	{"DELETE FROM attachment_use WHERE owner = $1 AND object = $2"},
	{"DELETE FROM object WHERE owner = $1 AND id = $2"},
};
static const struct sql sql_purge_rest[] = {
	{"DELETE FROM ace WHERE owner = $1 AND collection = $2"},
	{"DELETE FROM tombstone WHERE owner = $1 AND collection = $2"},
	{"DELETE FROM property WHERE owner = $1 AND collection = $2"},
	{"DELETE FROM collection WHERE owner = $1 AND id = $2"},
};

const struct fault *collection_bury(struct db *db, struct arena *a, int64_t owner, int64_t id)
{
	const char *name = arena_printf(a, "/%lld", (long long)id);

	return db_exec(db, a, &sql_bury,
		       DB_ARGS(DB_INT(owner), DB_INT(id), DB_TEXT(text_from(name))), NULL);
}

static bool take_key(void *ctx, struct db_row *row)
{
	struct collection_key *key = row_list_add(ctx);

	if (key)
		*key = (struct collection_key){row_int(row, 0), row_int(row, 1)};
	return key != NULL;
}

const struct fault *collection_with_old(struct db *db, struct arena *a,
					const struct collection_old *old,
					struct collection_key after, int limit,
					struct collection_key **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct collection_key), 64);
	f = row_list_query(&l, db, &sql_with_old,
			   DB_ARGS(DB_INT(after.owner), DB_INT(after.id), DB_INT(old->before),
				   DB_INT(old->keep), DB_INT(limit)),
			   take_key);
	*out = l.at;
	*count_out = l.count;
	return f;
}

/* The oldest removals, as far as they are old. */
struct oldest {
	int64_t before, floor;
	int count;
};

static bool take_oldest(void *ctx, struct db_row *row)
{
	struct oldest *o = ctx;

	if (row_int(row, 1) >= o->before)
		return false;
	o->floor = row_int(row, 0);
	o->count++;
	return true;
}

const struct fault *collection_forget(struct db *db, struct arena *a, struct collection_key key,
				      const struct collection_old *old, int max, bool *done_out)
{
	struct oldest o = {.before = old->before};
	const struct fault *f =
		db_query(db, a, &sql_oldest,
			 DB_ARGS(DB_INT(key.owner), DB_INT(key.id), DB_INT(old->keep), DB_INT(max)),
			 take_oldest, &o);

	*done_out = o.count < max;
	for (size_t i = 0; i < ARRAY_LEN(sql_forget) && !f && o.count > 0; i++)
		f = db_exec(db, a, &sql_forget[i],
			    DB_ARGS(DB_INT(key.owner), DB_INT(key.id), DB_INT(o.floor)), NULL);
	return f;
}

static bool take_id(void *ctx, struct db_row *row)
{
	int64_t *id = row_list_add(ctx);

	if (id)
		*id = row_int(row, 0);
	return id != NULL;
}

static const struct fault *purge_object(struct db *db, struct arena *a, int64_t owner,
					int64_t collection, int64_t object)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_purge_object) && !f; i++)
		f = db_exec(db, a, &sql_purge_object[i],
			    DB_ARGS(DB_INT(owner), DB_INT(object), DB_INT(collection)), NULL);
	return f;
}

const struct fault *collection_purge(struct db *db, struct arena *a, int64_t owner, int64_t id,
				     int max, bool *done_out)
{
	struct row_list ids;
	int64_t buried;
	bool found;
	const struct fault *f = db_fetch_int(db, a, &sql_is_buried,
					     DB_ARGS(DB_INT(owner), DB_INT(id)), &buried, &found);

	*done_out = !found;
	if (f || !found)
		return f;
	if (!buried)
		return fault_make(a, FAULT_CONFLICT, NULL, "The collection is still in use.");
	row_list_init(&ids, a, sizeof(int64_t), 64);
	f = row_list_query(&ids, db, &sql_some_objects,
			   DB_ARGS(DB_INT(owner), DB_INT(id), DB_INT(max)), take_id);
	for (size_t i = 0; i < ids.count && !f; i++)
		f = purge_object(db, a, owner, id, ((int64_t *)ids.at)[i]);
	if (!f && ids.count > 0)
		f = attachment_sweep(db, a, owner);
	if (f || ids.count == (size_t)max)
		return f;
	for (size_t i = 0; i < ARRAY_LEN(sql_purge_rest) && !f; i++)
		f = db_exec(db, a, &sql_purge_rest[i], DB_ARGS(DB_INT(owner), DB_INT(id)), NULL);
	*done_out = !f;
	return f;
}

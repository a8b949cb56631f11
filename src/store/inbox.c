/* inbox - what is old in the scheduling inboxes. See inbox.h. */
#include "store/inbox.h"

#include "store/db_priv.h"

/* The youngest that is past the newest so many; -1: there are not more than these. */
#define PAST_NEWEST(owner, collection, keep)                                                       \
	"coalesce((SELECT n.seq FROM object n WHERE n.owner = " owner                              \
	" AND n.collection = " collection " ORDER BY n.seq DESC LIMIT 1 OFFSET " keep "), -1)"

/* They come in the order of their sequence, so the first is the oldest. collection.kind 1. */
static const struct sql sql_with_old = {
	"SELECT c.owner, c.id FROM collection c"
	" WHERE (c.owner, c.id) > ($1, $2) AND c.kind = 1 AND c.buried = 0"
	" AND EXISTS (SELECT 1 FROM object o WHERE o.owner = c.owner AND o.collection = c.id"
	" AND (o.created < $3 OR o.seq <= " PAST_NEWEST("c.owner", "c.id",
							"$4") "))"
							      " ORDER BY c.owner, c.id LIMIT $5"};
static const struct sql sql_list_old = {
	"SELECT o.id FROM object o WHERE o.owner = $1 AND o.collection = $2"
	" AND (o.created < $3 OR o.seq <= " PAST_NEWEST("$1", "$2",
							"$4") ")"
							      " ORDER BY o.seq LIMIT $5"};

static bool take_key(void *ctx, struct db_row *row)
{
	struct collection_key *key = row_list_add(ctx);

	if (key)
		*key = (struct collection_key){row_int(row, 0), row_int(row, 1)};
	return key != NULL;
}

const struct fault *inbox_with_old(struct db *db, struct arena *a, const struct collection_old *old,
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

static bool take_id(void *ctx, struct db_row *row)
{
	int64_t *id = row_list_add(ctx);

	if (id)
		*id = row_int(row, 0);
	return id != NULL;
}

const struct fault *inbox_list_old(struct db *db, struct arena *a, struct collection_key key,
				   const struct collection_old *old, int limit,
				   struct stored_object **out, size_t *count_out)
{
	struct row_list ids;
	const struct fault *f;

	row_list_init(&ids, a, sizeof(int64_t), 64);
	f = row_list_query(&ids, db, &sql_list_old,
			   DB_ARGS(DB_INT(key.owner), DB_INT(key.id), DB_INT(old->before),
				   DB_INT(old->keep), DB_INT(limit)),
			   take_id);
	if (f)
		return f;
	return object_get_many(db, a, key.owner, ids.at, ids.count, false, out, count_out);
}

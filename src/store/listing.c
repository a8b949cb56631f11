/* listing - names and tags of what is in a collection. See listing.h. */
#include "store/listing.h"

static const struct sql sql_tags = {
	"SELECT name, etag FROM object WHERE owner = $1 AND collection = $2 AND name > $3"
	" ORDER BY name LIMIT $4"};

struct listing {
	object_tag_fn each;
	void *ctx;
};

static bool take_tag(void *ctx, struct db_row *row)
{
	struct listing *l = ctx;
	struct object_tag tag = {.name = row_borrow(row, 0), .etag = row_borrow(row, 1)};

	return l->each(l->ctx, &tag);
}

const struct fault *object_tags(struct db *db, struct arena *a, int64_t owner, int64_t collection,
				struct text after, int limit, object_tag_fn each, void *ctx)
{
	struct listing l = {each, ctx};

	return db_query(db, a, &sql_tags,
			DB_ARGS(DB_INT(owner), DB_INT(collection), DB_TEXT(after), DB_INT(limit)),
			take_tag, &l);
}

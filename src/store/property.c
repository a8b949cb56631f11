/* property - WebDAV properties kept as XML. See property.h. */
#include "store/property.h"

#include "store/db_priv.h"

static const struct sql sql_list = {
	"SELECT ns, name, xml FROM property"
	" WHERE owner = $1 AND collection = $2 AND object = $3 ORDER BY ns, name"};
static const struct sql sql_count = {
	"SELECT count(*) FROM property WHERE owner = $1 AND collection = $2 AND object = $3"};
static const struct sql sql_set = {
	"INSERT INTO property (owner, collection, object, ns, name, xml)"
	" VALUES ($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (owner, collection, object, ns, name) DO UPDATE SET xml = excluded.xml"};
static const struct sql sql_remove = {
	"DELETE FROM property WHERE owner = $1 AND collection = $2 AND object = $3"
	" AND ns = $4 AND name = $5"};

static bool take_property(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct property *p = row_list_add(l);

	if (!p)
		return false;
	p->ns = row_text(l->arena, row, 0);
	p->name = row_text(l->arena, row, 1);
	p->xml = row_text(l->arena, row, 2);
	return true;
}

const struct fault *property_list(struct db *db, struct arena *a, int64_t owner, int64_t collection,
				  int64_t object, struct property **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct property), 8);
	f = row_list_query(&l, db, &sql_list,
			   DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(object)),
			   take_property);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *property_count(struct db *db, struct arena *a, int64_t owner,
				   int64_t collection, int64_t object, int64_t *count_out)
{
	return db_fetch_int(db, a, &sql_count,
			    DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(object)), count_out,
			    NULL);
}

const struct fault *property_set(struct db *db, struct arena *a, int64_t owner, int64_t collection,
				 int64_t object, const struct property *p)
{
	return db_exec(db, a, &sql_set,
		       DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(object), DB_TEXT(p->ns),
			       DB_TEXT(p->name), DB_TEXT(p->xml)),
		       NULL);
}

const struct fault *property_remove(struct db *db, struct arena *a, int64_t owner,
				    int64_t collection, int64_t object, struct text ns,
				    struct text name)
{
	return db_exec(db, a, &sql_remove,
		       DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(object), DB_TEXT(ns),
			       DB_TEXT(name)),
		       NULL);
}

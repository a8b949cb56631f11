/* copy - what stands at one place, again at another. See copy.h. */
#include "store/copy.h"

#include "store/collection.h"
#include "store/db_priv.h"
#include "store/object.h"

static const struct sql sql_properties = {
	"INSERT INTO property (owner, collection, object, ns, name, xml)"
	" SELECT $4, $5, $6, ns, name, xml FROM property"
	" WHERE owner = $1 AND collection = $2 AND object = $3"};
static const struct sql sql_occurrences = {
	"INSERT INTO occurrence (owner, collection, class, starts, object, n, ends, what)"
	" SELECT owner, $3, class, starts, $4, n, ends, what FROM occurrence"
	" WHERE owner = $1 AND object = $2"};

static const struct sql sql_collection = {
	"INSERT INTO collection (owner, id, kind, name, buried, components, transparent, timezone,"
	" seq, seq_floor, created)"
	" SELECT owner, $3, kind, $4, 0, components, transparent, timezone, seq, 0, $5"
	" FROM collection WHERE owner = $1 AND id = $2"};
static const struct sql sql_own_properties = {
	"INSERT INTO property (owner, collection, object, ns, name, xml)"
	" SELECT owner, $3, 0, ns, name, xml FROM property"
	" WHERE owner = $1 AND collection = $2 AND object = 0"};

/* The numbers that its objects have between them, and as many new ones. */
static const struct sql sql_ids = {"SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM object"
				   " WHERE owner = $1 AND collection = $2"};
static const struct sql sql_take_ids = {
	"UPDATE owner SET last_id = last_id + $2 WHERE id = $1 RETURNING last_id"};
/*
 * All objects of $2 with numbers higher by $4, in $3. Of two with one UID in an owner's calendars
 * only one is the scheduling object resource (RFC 6638 §3.2.4.1): a copy has no tag.
 */
static const struct sql sql_members[] = {
	{"INSERT INTO object (owner, collection, name, id, uid, component, etag, schedule_tag,"
	 " size_bytes, seq, first_start, last_end, partial, zone_version, created, modified,"
	 " media_type, attached)"
	 " SELECT owner, $3, name, id + $4, uid, component, etag, '', size_bytes, seq,"
	 " first_start, last_end, partial, zone_version, $5, $5, media_type, attached"
	 " FROM object WHERE owner = $1 AND collection = $2"},
	{"INSERT INTO object_data (owner, id, data, answers)"
	 " SELECT o.owner, o.id + $4, CASE WHEN o.body = 0 THEN d.data"
	 " ELSE (SELECT b.data FROM object_body b WHERE b.id = o.body) END,"
	 " coalesce(d.answers, '') FROM object o"
	 " LEFT JOIN object_data d ON d.owner = o.owner AND d.id = o.id"
	 " WHERE o.owner = $1 AND o.collection = $2"},
	{"INSERT INTO occurrence (owner, collection, class, starts, object, n, ends, what)"
	 " SELECT owner, $3, class, starts, object + $4, n, ends, what FROM occurrence"
	 " WHERE owner = $1 AND collection = $2"},
	{"INSERT INTO property (owner, collection, object, ns, name, xml)"
	 " SELECT owner, $3, object + $4, ns, name, xml FROM property"
	 " WHERE owner = $1 AND collection = $2 AND object <> 0"},
	{"INSERT INTO attachment_use (owner, id, object)"
	 " SELECT u.owner, u.id, u.object + $4 FROM object o"
	 " JOIN attachment_use u ON u.owner = o.owner AND u.object = o.id"
	 " WHERE o.owner = $1 AND o.collection = $2 AND o.attached <> 0"},
};

const struct fault *copy_properties(struct db *db, struct arena *a,
				    const struct stored_object *from,
				    const struct stored_object *to)
{
	return db_exec(db, a, &sql_properties,
		       DB_ARGS(DB_INT(from->owner), DB_INT(from->collection), DB_INT(from->id),
			       DB_INT(to->owner), DB_INT(to->collection), DB_INT(to->id)),
		       NULL);
}

const struct fault *copy_occurrences(struct db *db, struct arena *a,
				     const struct stored_object *from,
				     const struct stored_object *to)
{
	return db_exec(db, a, &sql_occurrences,
		       DB_ARGS(DB_INT(from->owner), DB_INT(from->id), DB_INT(to->collection),
			       DB_INT(to->id)),
		       NULL);
}

struct id_span {
	int64_t first, last; /* 0: there is none */
};

static bool take_span(void *ctx, struct db_row *row)
{
	*(struct id_span *)ctx = (struct id_span){row_int(row, 0), row_int(row, 1)};
	return true;
}

static const struct fault *copy_members(struct db *db, struct arena *a, const struct collection *c,
					int64_t into, int64_t now)
{
	struct id_span span = {0};
	int64_t last;
	const struct fault *f = db_query(db, a, &sql_ids, DB_ARGS(DB_INT(c->owner), DB_INT(c->id)),
					 take_span, &span);

	if (f || span.first == 0)
		return f;
	f = db_fetch_int(db, a, &sql_take_ids,
			 DB_ARGS(DB_INT(c->owner), DB_INT(span.last - span.first + 1)), &last,
			 NULL);
	for (size_t i = 0; i < ARRAY_LEN(sql_members) && !f; i++)
		f = db_exec(db, a, &sql_members[i],
			    DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_INT(into),
				    DB_INT(last - span.last), DB_INT(now)),
			    NULL);
	return f;
}

const struct fault *copy_collection(struct db *db, struct arena *a, const struct collection *c,
				    struct text name, bool alone, int64_t now)
{
	int64_t id;
	const struct fault *f = owner_next_id(db, a, c->owner, &id);

	if (!f)
		f = db_exec(db, a, &sql_collection,
			    DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_INT(id), DB_TEXT(name),
				    DB_INT(now)),
			    NULL);
	if (!f)
		f = db_exec(db, a, &sql_own_properties,
			    DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_INT(id)), NULL);
	return f || alone ? f : copy_members(db, a, c, id, now);
}

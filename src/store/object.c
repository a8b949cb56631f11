/* object - calendar object resources and files, byte for byte. See object.h. */
#include "store/object.h"

#include "store/attachment.h"
#include "store/db_priv.h"

/* What take_object() reads, followed by the data and what is remembered of it, or NULLs. */
#define OBJECT_COLUMNS                                                                             \
	"o.owner, o.collection, o.name, o.id, o.uid, o.component, o.etag, o.schedule_tag,"         \
	" o.size_bytes, o.seq, o.first_start, o.last_end, o.partial, o.zone_version, o.created,"   \
	" o.modified, o.media_type, o.attached"
#define OBJECT_JOIN_DATA " LEFT JOIN object_data d ON d.owner = o.owner AND d.id = o.id"
/* Its own bytes, or those that it has in common with others. */
#define OBJECT_DATA                                                                                \
	", CASE WHEN o.body = 0 THEN d.data"                                                       \
	" ELSE (SELECT b.data FROM object_body b WHERE b.id = o.body) END,"                        \
	" coalesce(d.answers, '')"

#define WITH_DATA "SELECT " OBJECT_COLUMNS OBJECT_DATA " FROM object o" OBJECT_JOIN_DATA
#define NO_DATA	  "SELECT " OBJECT_COLUMNS ", NULL, NULL FROM object o"

static const struct sql sql_has_scheduled = {
	"SELECT count(*) FROM (SELECT 1 FROM object WHERE owner = $1 AND collection = $2"
	" AND schedule_tag <> '' LIMIT 1) AS s"};
static const struct sql sql_scheduled = {
	NO_DATA " JOIN collection c ON c.owner = o.owner AND c.id = o.collection"
		" WHERE o.owner = $1 AND o.schedule_tag <> '' AND o.last_end > $2"
		" AND c.kind = 0 AND c.buried = 0 ORDER BY o.id"};
static const struct sql sql_find = {WITH_DATA
				    " WHERE o.owner = $1 AND o.collection = $2 AND o.name = $3"};
static const struct sql sql_find_bare = {
	NO_DATA " WHERE o.owner = $1 AND o.collection = $2 AND o.name = $3"};
static const struct sql sql_get = {WITH_DATA " WHERE o.owner = $1 AND o.id = $2"};
static const struct sql sql_find_by_path = {
	"SELECT " OBJECT_COLUMNS OBJECT_DATA " FROM collection c"
	" JOIN object o ON o.owner = $1 AND o.collection = c.id AND o.name = $3" OBJECT_JOIN_DATA
	" WHERE c.owner = $1 AND c.name = $2 AND c.buried = 0 AND c.kind <> 4"};
static const struct sql sql_find_by_uid = {
	NO_DATA " WHERE o.owner = $1 AND o.uid = $3 AND o.collection = $2"};
/* Calendars only (collection.kind 0), and none that is being removed. */
static const struct sql sql_find_uid_anywhere = {
	NO_DATA " JOIN collection c ON c.owner = o.owner AND c.id = o.collection"
		" WHERE o.owner = $1 AND o.uid = $2 AND c.kind = 0 AND c.buried = 0"
		" ORDER BY o.collection <> $3, o.schedule_tag = '', o.collection LIMIT 1"};

static const struct sql sql_find_uid_elsewhere = {
	NO_DATA " JOIN collection c ON c.owner = o.owner AND c.id = o.collection"
		" WHERE o.owner = $1 AND o.uid = $2 AND o.collection <> $3 AND c.kind = 0"
		" AND c.buried = 0 ORDER BY o.schedule_tag = '', o.collection LIMIT 1"};

static const struct sql sql_page[] = {
	{NO_DATA " WHERE o.owner = $1 AND o.collection = $2 AND o.name > $3"
		 " ORDER BY o.name LIMIT $4"},
	{WITH_DATA " WHERE o.owner = $1 AND o.collection = $2 AND o.name > $3"
		   " ORDER BY o.name LIMIT $4"},
};
#define AMONG_SQLITE   " WHERE o.owner = $1 AND o.id" SQL_AMONG_SQLITE("$2")
#define AMONG_POSTGRES " WHERE o.owner = $1 AND o.id" SQL_AMONG_POSTGRES("$2")
static const struct sql_pair sql_get_many[] = {
	{{NO_DATA AMONG_SQLITE " ORDER BY o.id"}, {NO_DATA AMONG_POSTGRES " ORDER BY o.id"}},
	{{WITH_DATA AMONG_SQLITE " ORDER BY o.id"}, {WITH_DATA AMONG_POSTGRES " ORDER BY o.id"}},
};
static const struct sql sql_changes = {
	"SELECT name, seq, 0, etag, id FROM object"
	" WHERE owner = $1 AND collection = $2 AND seq > $3"
	" UNION ALL SELECT name, seq, 1, '', 0 FROM tombstone"
	" WHERE owner = $1 AND collection = $2 AND seq > $3 ORDER BY 2 LIMIT $4"};
/* Extents may be local seconds, so 14 hours of slack. */
static const struct sql sql_candidates = {
	WITH_DATA " WHERE o.owner = $1 AND o.partial = 1 AND o.id > $5 AND o.collection = $2"
		  " AND o.last_end >= $3 - 50400 AND o.first_start <= $4 + 50400"
		  " ORDER BY o.id LIMIT $6"};

static const struct sql sql_insert = {
	"INSERT INTO object (owner, collection, name, id, uid, component, etag, schedule_tag,"
	" size_bytes, seq, first_start, last_end, partial, zone_version, created, modified,"
	" media_type, attached, body)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
	" $18, $19)"
	" ON CONFLICT DO NOTHING"};
static const struct sql sql_insert_data = {
	"INSERT INTO object_data (owner, id, data, answers) VALUES ($1, $2, $3, $4)"};
static const struct sql sql_update = {
	"UPDATE object SET uid = $3, component = $4, etag = $5, schedule_tag = $6,"
	" size_bytes = $7, seq = $8, first_start = $9, last_end = $10, modified = $11,"
	" partial = $12, zone_version = $13, media_type = $14, attached = $15, body = $16"
	" WHERE owner = $1 AND id = $2"};
static const struct sql sql_extent = {
	"UPDATE object SET first_start = $3, last_end = $4, partial = $5, zone_version = $6"
	" WHERE owner = $1 AND id = $2"};
static const struct sql sql_update_data = {
	"UPDATE object_data SET data = $3, answers = $4 WHERE owner = $1 AND id = $2"};
static const struct sql sql_delete_data = {"DELETE FROM object_data WHERE owner = $1 AND id = $2"};
static const struct sql sql_add_body = {"INSERT INTO object_body (data) VALUES ($1) RETURNING id"};
/* The last of the next so many. Ids are not used again, so they begin anywhere. */
static const struct sql sql_body_portion = {
	"SELECT coalesce(max(p.id), 0) FROM (SELECT id FROM object_body WHERE id > $1"
	" ORDER BY id LIMIT $2) AS p"};
static const struct sql sql_more_bodies = {
	"SELECT count(*) FROM (SELECT id FROM object_body WHERE id > $1 LIMIT 1) AS p"};
static const struct sql sql_sweep = {
	"DELETE FROM object_body WHERE id > $1 AND id <= $2 AND NOT EXISTS"
	" (SELECT 1 FROM object o WHERE o.body = object_body.id AND o.body <> 0)"};
static const struct sql sql_revive = {
	"DELETE FROM tombstone WHERE owner = $1 AND collection = $2 AND name = $3"};
static const struct sql sql_name_taken = {
	"SELECT id FROM object WHERE owner = $1 AND collection = $2 AND name = $3"};

static const struct sql sql_move[] = {
	{"UPDATE object SET collection = $3, name = $4, uid = $5, seq = $6"
	 " WHERE owner = $1 AND id = $2"},
	{"UPDATE occurrence SET collection = $3 WHERE owner = $1 AND object = $2"},
	{"UPDATE property SET collection = $3 WHERE owner = $1 AND object = $2"},
};

static const struct sql sql_remove[] = {
	{"DELETE FROM occurrence WHERE owner = $1 AND object = $2"},
	{"DELETE FROM object_data WHERE owner = $1 AND id = $2"},
	{"DELETE FROM property WHERE owner = $1 AND object = $2 AND collection = $3"},
	{"DELETE FROM object_tag WHERE owner = $1 AND object = $2"},
	{"DELETE FROM object WHERE owner = $1 AND id = $2"},
};
static const struct sql sql_bury = {
	"INSERT INTO tombstone (owner, collection, name, seq, removed) VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT (owner, collection, name)"
	" DO UPDATE SET seq = excluded.seq, removed = excluded.removed"};

static bool take_object(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct stored_object *o = row_list_add(l);

	if (!o)
		return false;
	o->owner = row_int(row, 0);
	o->collection = row_int(row, 1);
	o->name = row_text(l->arena, row, 2);
	o->id = row_int(row, 3);
	o->uid = row_text(l->arena, row, 4);
	o->component = (unsigned)row_int(row, 5);
	o->etag = row_text(l->arena, row, 6);
	o->schedule_tag = row_text(l->arena, row, 7);
	o->size_bytes = row_int(row, 8);
	o->seq = row_int(row, 9);
	o->first_start = row_int(row, 10);
	o->last_end = row_int(row, 11);
	o->partial = row_int(row, 12) != 0;
	o->zone_version = row_int(row, 13);
	o->created = row_int(row, 14);
	o->modified = row_int(row, 15);
	o->media_type = row_text(l->arena, row, 16);
	o->attached = row_int(row, 17);
	if (!row_is_null(row, 18)) {
		o->data = row_text(l->arena, row, 18);
		o->answers = row_text(l->arena, row, 19);
	}
	return true;
}

static const struct fault *fetch_one(struct db *db, struct arena *a, const struct sql *sql,
				     const struct db_value *values, size_t count,
				     struct stored_object **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct stored_object), 1);
	f = row_list_query(&l, db, sql, values, count, take_object);
	*out = row_list_first(&l);
	return f;
}

const struct fault *object_find(struct db *db, struct arena *a, int64_t owner, int64_t collection,
				struct text name, struct stored_object **out)
{
	return fetch_one(db, a, &sql_find,
			 DB_ARGS(DB_INT(owner), DB_INT(collection), DB_TEXT(name)), out);
}

const struct fault *object_find_bare(struct db *db, struct arena *a, int64_t owner,
				     int64_t collection, struct text name,
				     struct stored_object **out)
{
	return fetch_one(db, a, &sql_find_bare,
			 DB_ARGS(DB_INT(owner), DB_INT(collection), DB_TEXT(name)), out);
}

const struct fault *object_get(struct db *db, struct arena *a, int64_t owner, int64_t id,
			       struct stored_object **out)
{
	return fetch_one(db, a, &sql_get, DB_ARGS(DB_INT(owner), DB_INT(id)), out);
}

const struct fault *object_find_by_path(struct db *db, struct arena *a, int64_t owner,
					struct text collection, struct text name,
					struct stored_object **out)
{
	return fetch_one(db, a, &sql_find_by_path,
			 DB_ARGS(DB_INT(owner), DB_TEXT(collection), DB_TEXT(name)), out);
}

const struct fault *object_find_by_uid(struct db *db, struct arena *a, int64_t owner,
				       int64_t collection, struct text uid,
				       struct stored_object **out)
{
	return fetch_one(db, a, &sql_find_by_uid,
			 DB_ARGS(DB_INT(owner), DB_INT(collection), DB_TEXT(uid)), out);
}

const struct fault *object_find_uid_anywhere(struct db *db, struct arena *a, int64_t owner,
					     struct text uid, int64_t first,
					     struct stored_object **out)
{
	return fetch_one(db, a, &sql_find_uid_anywhere,
			 DB_ARGS(DB_INT(owner), DB_TEXT(uid), DB_INT(first)), out);
}

const struct fault *object_find_uid_elsewhere(struct db *db, struct arena *a, int64_t owner,
					      struct text uid, int64_t collection,
					      struct stored_object **out)
{
	return fetch_one(db, a, &sql_find_uid_elsewhere,
			 DB_ARGS(DB_INT(owner), DB_TEXT(uid), DB_INT(collection)), out);
}

const struct fault *object_page(struct db *db, struct arena *a, int64_t owner, int64_t collection,
				struct text after, int limit, bool with_data,
				struct stored_object **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct stored_object), 64);
	f = row_list_query(&l, db, &sql_page[with_data],
			   DB_ARGS(DB_INT(owner), DB_INT(collection), DB_TEXT(after),
				   DB_INT(limit)),
			   take_object);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *object_get_many(struct db *db, struct arena *a, int64_t owner,
				    const int64_t *ids, size_t id_count, bool with_data,
				    struct stored_object **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct stored_object), id_count);
	f = row_list_query(&l, db, sql_pick(db, &sql_get_many[with_data]),
			   DB_ARGS(DB_INT(owner), DB_TEXT(db_numbers(a, ids, id_count))),
			   take_object);
	*out = l.at;
	*count_out = l.count;
	return f;
}

static bool take_change(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct object_change *c = row_list_add(l);

	if (!c)
		return false;
	c->name = row_text(l->arena, row, 0);
	c->seq = row_int(row, 1);
	c->removed = row_int(row, 2) != 0;
	c->etag = row_text(l->arena, row, 3);
	c->object = row_int(row, 4);
	return true;
}

/* Where to cut after at most max rows, so that no seq is split; 0: they all have one seq. */
static size_t whole_seqs(const struct object_change *c, size_t max)
{
	int64_t next = c[max].seq;

	while (max > 0 && c[max - 1].seq == next)
		max--;
	return max;
}

const struct fault *object_changes(struct db *db, struct arena *a, int64_t owner,
				   int64_t collection, int64_t seq, int limit,
				   struct object_change **out, size_t *count_out)
{
	for (size_t max = (size_t)limit;; max *= 2) {
		struct row_list l;
		const struct fault *f;

		row_list_init(&l, a, sizeof(struct object_change), 64);
		f = row_list_query(&l, db, &sql_changes,
				   DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(seq),
					   DB_INT((int64_t)max + 1)),
				   take_change);
		*out = l.at;
		*count_out = l.count > max ? whole_seqs(l.at, max) : l.count;
		if (f || l.count <= max || *count_out)
			return f;
	}
}

const struct fault *object_candidates(struct db *db, struct arena *a, int64_t owner,
				      int64_t collection, int64_t from, int64_t to, int64_t after,
				      int limit, struct stored_object **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct stored_object), 32);
	f = row_list_query(&l, db, &sql_candidates,
			   DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(from), DB_INT(to),
				   DB_INT(after), DB_INT(limit)),
			   take_object);
	*out = l.at;
	*count_out = l.count;
	return f;
}

static const struct fault *insert_data(struct db *db, struct arena *a,
				       const struct stored_object *o, int64_t id)
{
	return db_exec(db, a, &sql_insert_data,
		       DB_ARGS(DB_INT(o->owner), DB_INT(id), DB_BLOB(o->data), DB_TEXT(o->answers)),
		       NULL);
}

/* The insert found something in its way; say what. */
static const struct fault *explain_conflict(struct db *db, struct arena *a,
					    const struct stored_object *o)
{
	int64_t id;
	bool found;
	const struct fault *f =
		db_fetch_int(db, a, &sql_name_taken,
			     DB_ARGS(DB_INT(o->owner), DB_INT(o->collection), DB_TEXT(o->name)),
			     &id, &found);

	if (f)
		return f;
	if (found)
		return fault_make(a, FAULT_CONFLICT, "name",
				  "There is an object of this name already.");
	return fault_make(a, FAULT_CONFLICT, "uid", "There is an object with this UID already.");
}

static const struct fault *insert(struct db *db, struct arena *a, const struct stored_object *o,
				  int64_t *id_out)
{
	int64_t added = 0;
	const struct fault *f = NULL;

	*id_out = o->taken_id;
	if (!o->taken_id)
		f = owner_next_id(db, a, o->owner, id_out);
	if (!f)
		f = db_exec(db, a, &sql_insert,
			    DB_ARGS(DB_INT(o->owner), DB_INT(o->collection), DB_TEXT(o->name),
				    DB_INT(*id_out), DB_TEXT(o->uid), DB_INT(o->component),
				    DB_TEXT(o->etag), DB_TEXT(o->schedule_tag),
				    DB_INT(o->size_bytes), DB_INT(o->seq), DB_INT(o->first_start),
				    DB_INT(o->last_end), DB_INT(o->partial),
				    DB_INT(o->zone_version), DB_INT(o->created),
				    DB_INT(o->modified), DB_TEXT(o->media_type),
				    DB_INT(o->attached), DB_INT(o->shared)),
			    &added);
	if (f)
		return f;
	if (!added)
		return explain_conflict(db, a, o);
	if (!o->shared)
		f = insert_data(db, a, o, *id_out);
	if (f || o->is_unheard)
		return f;
	return db_exec(db, a, &sql_revive,
		       DB_ARGS(DB_INT(o->owner), DB_INT(o->collection), DB_TEXT(o->name)), NULL);
}

static const struct fault *replace_data(struct db *db, struct arena *a,
					const struct stored_object *o)
{
	int64_t changed = 0;
	const struct fault *f;

	if (o->shared)
		return db_exec(db, a, &sql_delete_data, DB_ARGS(DB_INT(o->owner), DB_INT(o->id)),
			       NULL);
	f = db_exec(db, a, &sql_update_data,
		    DB_ARGS(DB_INT(o->owner), DB_INT(o->id), DB_BLOB(o->data), DB_TEXT(o->answers)),
		    &changed);
	/* What was there had its data in common with others. */
	return f || changed ? f : insert_data(db, a, o, o->id);
}

static const struct fault *replace(struct db *db, struct arena *a, const struct stored_object *o)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(
		db, a, &sql_update,
		DB_ARGS(DB_INT(o->owner), DB_INT(o->id), DB_TEXT(o->uid), DB_INT(o->component),
			DB_TEXT(o->etag), DB_TEXT(o->schedule_tag), DB_INT(o->size_bytes),
			DB_INT(o->seq), DB_INT(o->first_start), DB_INT(o->last_end),
			DB_INT(o->modified), DB_INT(o->partial), DB_INT(o->zone_version),
			DB_TEXT(o->media_type), DB_INT(o->attached), DB_INT(o->shared)),
		&changed);

	if (f)
		return f;
	if (!changed)
		return fault_make(a, FAULT_NOT_FOUND, NULL, "The object is gone.");
	return replace_data(db, a, o);
}

const struct fault *object_set_extent(struct db *db, struct arena *a, const struct stored_object *o)
{
	return db_exec(db, a, &sql_extent,
		       DB_ARGS(DB_INT(o->owner), DB_INT(o->id), DB_INT(o->first_start),
			       DB_INT(o->last_end), DB_INT(o->partial), DB_INT(o->zone_version)),
		       NULL);
}

const struct fault *object_body_add(struct db *db, struct arena *a, struct text data,
				    int64_t *id_out)
{
	return db_fetch_int(db, a, &sql_add_body, DB_ARGS(DB_BLOB(data)), id_out, NULL);
}

const struct fault *object_body_sweep(struct db *db, struct arena *a, int64_t *after)
{
	enum { PORTION = 1000 };
	int64_t last = 0, more = 0;
	const struct fault *f = db_fetch_int(db, a, &sql_body_portion,
					     DB_ARGS(DB_INT(*after), DB_INT(PORTION)), &last, NULL);

	if (!f && last)
		f = db_exec(db, a, &sql_sweep, DB_ARGS(DB_INT(*after), DB_INT(last)), NULL);
	if (!f && last)
		f = db_fetch_int(db, a, &sql_more_bodies, DB_ARGS(DB_INT(last)), &more, NULL);
	*after = more ? last : 0;
	return f;
}

const struct fault *object_write(struct db *db, struct arena *a, const struct stored_object *o,
				 int64_t *id_out)
{
	*id_out = o->id;
	return o->id ? replace(db, a, o) : insert(db, a, o, id_out);
}

/* A tombstone where o stood. */
static const struct fault *bury(struct db *db, struct arena *a, const struct stored_object *o,
				int64_t seq, int64_t now)
{
	return db_exec(db, a, &sql_bury,
		       DB_ARGS(DB_INT(o->owner), DB_INT(o->collection), DB_TEXT(o->name),
			       DB_INT(seq), DB_INT(now)),
		       NULL);
}

const struct fault *object_drop(struct db *db, struct arena *a, const struct stored_object *o)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_remove) && !f; i++)
		f = db_exec(db, a, &sql_remove[i],
			    DB_ARGS(DB_INT(o->owner), DB_INT(o->id), DB_INT(o->collection)), NULL);
	if (!f && o->attached)
		f = attachment_set_uses(db, a, o->owner, o->id, NULL, 0);
	return f;
}

const struct fault *object_remove(struct db *db, struct arena *a, const struct stored_object *o,
				  int64_t seq, int64_t now)
{
	const struct fault *f = object_drop(db, a, o);

	return f ? f : bury(db, a, o, seq, now);
}

const struct fault *object_move(struct db *db, struct arena *a, const struct stored_object *was,
				const struct stored_object *to, int64_t gone_seq, int64_t now)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_move) && !f; i++)
		f = db_exec(db, a, &sql_move[i],
			    DB_ARGS(DB_INT(was->owner), DB_INT(was->id), DB_INT(to->collection),
				    DB_TEXT(to->name), DB_TEXT(to->uid), DB_INT(to->seq)),
			    NULL);
	if (!f)
		f = bury(db, a, was, gone_seq, now);
	if (f)
		return f;
	return db_exec(db, a, &sql_revive,
		       DB_ARGS(DB_INT(to->owner), DB_INT(to->collection), DB_TEXT(to->name)), NULL);
}

const struct fault *object_has_scheduled(struct db *db, struct arena *a, int64_t owner,
					 int64_t collection, bool *out)
{
	int64_t count = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_has_scheduled, DB_ARGS(DB_INT(owner), DB_INT(collection)),
			     &count, NULL);

	*out = count > 0;
	return f;
}

const struct fault *object_list_scheduled(struct db *db, struct arena *a, int64_t owner,
					  int64_t from, struct stored_object **out,
					  size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct stored_object), 64);
	f = row_list_query(&l, db, &sql_scheduled, DB_ARGS(DB_INT(owner), DB_INT(from)),
			   take_object);
	*out = l.at;
	*count_out = l.count;
	return f;
}

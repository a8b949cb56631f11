/* collection - calendars, inbox and outbox, folders. See collection.h. */
#include "store/collection.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/db_priv.h"

#define COLLECTION_COLUMNS                                                                         \
	"owner, id, kind, name, components, transparent, timezone, seq, seq_floor, created,"       \
	" default_calendar"

/* kind 4 is COLLECTION_OUTSIDE: nobody comes upon those. */
static const struct sql sql_find = {"SELECT " COLLECTION_COLUMNS " FROM collection"
				    " WHERE owner = $1 AND name = $2 AND buried = 0"
				    " AND kind <> 4"};
static const struct sql sql_get = {"SELECT " COLLECTION_COLUMNS " FROM collection"
				   " WHERE owner = $1 AND id = $2 AND buried = 0"};
static const struct sql sql_list = {"SELECT " COLLECTION_COLUMNS " FROM collection"
				    " WHERE owner = $1 AND buried = 0 AND kind <> 4"
				    " ORDER BY name"};
static const struct sql sql_list_busy = {"SELECT " COLLECTION_COLUMNS " FROM collection"
					 " WHERE owner = $1 AND buried = 0 AND transparent = 0"
					 " AND kind IN (0, 4) ORDER BY name"};
static const struct sql sql_is_outside = {
	"SELECT count(*) FROM collection WHERE owner = $1 AND id = $2 AND kind = 4"};
static const struct sql sql_is_free = {
	"SELECT count(*) FROM collection WHERE owner = $1 AND id = $2"};
/* '0' is what follows on '/'. */
static const struct sql sql_list_below = {
	"SELECT " COLLECTION_COLUMNS " FROM collection"
	" WHERE owner = $1 AND name > $2 || '/' AND name < $2 || '0' AND buried = 0 ORDER BY name"};
static const struct sql sql_rename = {
	"UPDATE collection SET name = $3 || substr(name, length($2) + 1)"
	" WHERE owner = $1 AND (name = $2 OR (name > $2 || '/' AND name < $2 || '0'))"};
static const struct sql sql_measure = {
	"SELECT count(*), coalesce(sum(size_bytes), 0), (SELECT count(*) FROM"
	" (SELECT 1 FROM occurrence WHERE owner = $1 AND collection = $2 LIMIT $3 + 1) x)"
	" FROM object WHERE owner = $1 AND collection = $2"};
static const struct sql sql_modified = {
	"SELECT modified FROM object WHERE owner = $1 AND collection = $2"
	" ORDER BY seq DESC LIMIT 1"};
static const struct sql sql_removed = {
	"SELECT removed FROM tombstone WHERE owner = $1 AND collection = $2"
	" ORDER BY seq DESC LIMIT 1"};
static const struct sql sql_insert = {
	"INSERT INTO collection (" COLLECTION_COLUMNS ", buried)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, 0, 0) ON CONFLICT DO NOTHING"};
static const struct sql sql_update = {
	"UPDATE collection SET transparent = $3, timezone = $4, components = $5,"
	" default_calendar = $6 WHERE owner = $1 AND id = $2"};
/* As in owner.c: SQLite is asked again in place of RETURNING. */
#define NEXT_SEQ "UPDATE collection SET seq = seq + 1 WHERE owner = $1 AND id = $2"
static const struct sql_pair sql_next_seq = {{NEXT_SEQ}, {NEXT_SEQ " RETURNING seq, push_until"}};
static const struct sql sql_seq = {
	"SELECT seq, push_until FROM collection WHERE owner = $1 AND id = $2"};
/* Owners and collections, "[[1,2],[1,3]]". */
#define NEXT_SEQS "UPDATE collection SET seq = seq + 1 WHERE (owner, id) IN (SELECT "
static const struct sql_pair sql_next_seqs = {
	{NEXT_SEQS "json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each($1))"
		   " RETURNING owner, id, seq, push_until"},
	{NEXT_SEQS "(v->>0)::bigint, (v->>1)::bigint FROM json_array_elements($1::json) v)"
		   " RETURNING owner, id, seq, push_until"}};

static bool take_collection(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct collection *c = row_list_add(l);

	if (!c)
		return false;
	c->owner = row_int(row, 0);
	c->id = row_int(row, 1);
	c->kind = (enum collection_kind)row_int(row, 2);
	c->name = row_text(l->arena, row, 3);
	c->components = (unsigned)row_int(row, 4);
	c->transparent = row_int(row, 5) != 0;
	c->timezone = row_text(l->arena, row, 6);
	c->seq = row_int(row, 7);
	c->seq_floor = row_int(row, 8);
	c->created = row_int(row, 9);
	c->default_calendar = row_int(row, 10);
	return true;
}

static const struct fault *fetch_one(struct db *db, struct arena *a, const struct sql *sql,
				     const struct db_value *values, size_t count,
				     struct collection **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct collection), 1);
	f = row_list_query(&l, db, sql, values, count, take_collection);
	*out = row_list_first(&l);
	return f;
}

const struct fault *collection_find(struct db *db, struct arena *a, int64_t owner, struct text name,
				    struct collection **out)
{
	return fetch_one(db, a, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(name)), out);
}

const struct fault *collection_get(struct db *db, struct arena *a, int64_t owner, int64_t id,
				   struct collection **out)
{
	return fetch_one(db, a, &sql_get, DB_ARGS(DB_INT(owner), DB_INT(id)), out);
}

static const struct fault *list(struct db *db, struct arena *a, const struct sql *sql,
				int64_t owner, struct collection **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct collection), 8);
	f = row_list_query(&l, db, sql, DB_ARGS(DB_INT(owner)), take_collection);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *collection_list(struct db *db, struct arena *a, int64_t owner,
				    struct collection **out, size_t *count_out)
{
	return list(db, a, &sql_list, owner, out, count_out);
}

const struct fault *collection_list_busy(struct db *db, struct arena *a, int64_t owner,
					 struct collection **out, size_t *count_out)
{
	return list(db, a, &sql_list_busy, owner, out, count_out);
}

const struct fault *collection_is_outside(struct db *db, struct arena *a, int64_t owner, int64_t id,
					  bool *out)
{
	int64_t count = 0;
	const struct fault *f = db_fetch_int(db, a, &sql_is_outside,
					     DB_ARGS(DB_INT(owner), DB_INT(id)), &count, NULL);

	*out = count > 0;
	return f;
}

/* How well a calendar suits invitations; 0: not at all. */
static int suits(const struct collection *c, unsigned component, int64_t named)
{
	if (c->kind != COLLECTION_CALENDAR || !(c->components & component))
		return 0;
	if (c->id == named)
		return 3;
	return text_equal(c->name, TEXT("calendar")) ? 2 : 1;
}

const struct fault *collection_for_delivery(struct db *db, struct arena *a, int64_t owner,
					    unsigned component, struct collection **calendar_out,
					    struct collection **inbox_out)
{
	struct collection *all;
	size_t count;
	int best = 0;
	const struct fault *f = collection_list(db, a, owner, &all, &count);

	*calendar_out = *inbox_out = NULL;
	for (size_t i = 0; i < count; i++)
		if (all[i].kind == COLLECTION_INBOX)
			*inbox_out = &all[i];
	for (size_t i = 0; i < count; i++) {
		int how =
			suits(&all[i], component, *inbox_out ? (*inbox_out)->default_calendar : 0);

		if (how > best) {
			best = how;
			*calendar_out = &all[i];
		}
	}
	return f;
}

const struct fault *collection_for_invitations(struct db *db, struct arena *a, int64_t owner,
					       unsigned component, struct collection **out)
{
	struct collection *inbox;

	return collection_for_delivery(db, a, owner, component, out, &inbox);
}

const struct fault *collection_list_below(struct db *db, struct arena *a, int64_t owner,
					  struct text name, struct collection **out,
					  size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct collection), 8);
	f = row_list_query(&l, db, &sql_list_below, DB_ARGS(DB_INT(owner), DB_TEXT(name)),
			   take_collection);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *collection_rename(struct db *db, struct arena *a, int64_t owner,
				      struct text name, struct text to)
{
	return db_exec(db, a, &sql_rename, DB_ARGS(DB_INT(owner), DB_TEXT(name), DB_TEXT(to)),
		       NULL);
}

static bool take_size(void *ctx, struct db_row *row)
{
	struct collection_size *size = ctx;

	*size = (struct collection_size){row_int(row, 0), row_int(row, 1), row_int(row, 2)};
	return true;
}

const struct fault *collection_measure(struct db *db, struct arena *a, const struct collection *c,
				       int64_t most, struct collection_size *out)
{
	*out = (struct collection_size){0};
	return db_query(db, a, &sql_measure, DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_INT(most)),
			take_size, out);
}

const struct fault *collection_modified(struct db *db, struct arena *a, const struct collection *c,
					int64_t *out)
{
	const struct sql *const newest[] = {&sql_modified, &sql_removed};
	const struct fault *f = NULL;

	*out = c->created;
	for (size_t i = 0; i < ARRAY_LEN(newest) && !f; i++) {
		int64_t then = 0;
		bool found;

		f = db_fetch_int(db, a, newest[i], DB_ARGS(DB_INT(c->owner), DB_INT(c->id)), &then,
				 &found);
		if (!f && found)
			*out = max64(*out, then);
	}
	return f;
}

static const struct fault *insert(struct db *db, struct arena *a, const struct collection *c,
				  int64_t id)
{
	int64_t added = 0;
	const struct fault *f =
		db_exec(db, a, &sql_insert,
			DB_ARGS(DB_INT(c->owner), DB_INT(id), DB_INT(c->kind), DB_TEXT(c->name),
				DB_INT(c->components), DB_INT(c->transparent), DB_TEXT(c->timezone),
				DB_INT(clock_now())),
			&added);

	if (!f && !added)
		f = fault_make(a, FAULT_CONFLICT, NULL, "There is a collection %.*s already.",
			       TEXT_ARG(c->name));
	return f;
}

const struct fault *collection_add(struct db *db, struct arena *a, const struct collection *c,
				   int64_t *id_out)
{
	const struct fault *f = owner_next_id(db, a, c->owner, id_out);

	return f ? f : insert(db, a, c, *id_out);
}

const struct fault *collection_add_outside(struct db *db, struct arena *a, struct collection *c)
{
	int64_t count = 0;
	const struct fault *f = db_fetch_int(
		db, a, &sql_is_free, DB_ARGS(DB_INT(c->owner), DB_INT(c->id)), &count, NULL);

	if (!f && count > 0)
		f = owner_next_id(db, a, c->owner, &c->id);
	if (f)
		return f;
	c->kind = COLLECTION_OUTSIDE;
	c->name = text_from(arena_printf(a, "/%lld", (long long)c->id));
	return insert(db, a, c, c->id);
}

const struct fault *collection_update(struct db *db, struct arena *a, const struct collection *c)
{
	return db_exec(db, a, &sql_update,
		       DB_ARGS(DB_INT(c->owner), DB_INT(c->id), DB_INT(c->transparent),
			       DB_TEXT(c->timezone), DB_INT(c->components),
			       DB_INT(c->default_calendar)),
		       NULL);
}

static bool take_mark(void *ctx, struct db_row *row)
{
	struct collection_mark *mark = ctx;

	*mark = (struct collection_mark){row_int(row, 0), row_int(row, 1)};
	return true;
}

const struct fault *collection_next_seq(struct db *db, struct arena *a, int64_t owner, int64_t id,
					struct collection_mark *out)
{
	const struct fault *f;

	*out = (struct collection_mark){0};
	f = db_query(db, a, sql_pick(db, &sql_next_seq), DB_ARGS(DB_INT(owner), DB_INT(id)),
		     take_mark, out);
	if (!f && !out->seq)
		f = db_query(db, a, &sql_seq, DB_ARGS(DB_INT(owner), DB_INT(id)), take_mark, out);
	if (!f && !out->seq)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such collection.");
	return f;
}

struct by_place {
	struct collection_place *at;
	size_t count, found;
};

static int compare_places(const void *a, const void *b)
{
	const struct collection_place *x = a, *y = b;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static bool take_mark_of(void *ctx, struct db_row *row)
{
	struct by_place *by = ctx;
	struct collection_place key = {.owner = row_int(row, 0), .id = row_int(row, 1)}, *place;

	place = bsearch(&key, by->at, by->count, sizeof(*by->at), compare_places);
	if (place) {
		place->mark = (struct collection_mark){row_int(row, 2), row_int(row, 3)};
		by->found++;
	}
	return true;
}

static struct text list_places(struct arena *a, const struct collection_place *at, size_t count)
{
	struct buf b;

	buf_init(&b, a, 16 * count + 3, 46 * count + 3);
	for (size_t i = 0; i < count; i++) {
		buf_put_str(&b, i ? ",[" : "[[");
		buf_put_int(&b, at[i].owner);
		buf_put_char(&b, ',');
		buf_put_int(&b, at[i].id);
		buf_put_char(&b, ']');
	}
	buf_put_str(&b, count ? "]" : "[]");
	return buf_text(&b);
}

const struct fault *collection_next_seqs(struct db *db, struct arena *a,
					 struct collection_place *at, size_t count)
{
	struct by_place by = {at, count, 0};
	const struct fault *f;

	qsort(at, count, sizeof(*at), compare_places);
	f = db_query(db, a, sql_pick(db, &sql_next_seqs),
		     DB_ARGS(DB_TEXT(list_places(a, at, count))), take_mark_of, &by);
	if (!f && by.found < count)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such collection.");
	return f;
}

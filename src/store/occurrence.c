/*
 * occurrence - when things happen. See occurrence.h.
 *
 * The class is the third column of the key: 0 fixed and at most a day long, 1
 * fixed and longer, 2 and 3 the same for floating ones. A short row that
 * overlaps an interval begins at most a day before it, so its scan has two ends;
 * of the long ones there are few.
 */
#include "store/occurrence.h"

#include "store/db_priv.h"

enum { SHORT_MAX_S = 86400, CHUNK = 64 };

/* One branch; $3 and $4 are the interval, 50400 is 14 hours of slack. */
#define BRANCH(class, low, high, end, busy)                                                        \
	"SELECT starts, ends, object, what FROM occurrence WHERE owner = $1 AND collection = $2"   \
	" AND class = " #class " AND starts < $4" high low " AND (ends > $3" end                   \
			       " OR starts >= $3" end ")" busy
#define BRANCHES(busy)                                                                             \
	BRANCH(0, " AND starts >= $3 - 86400", "", "", busy)                                       \
	" UNION ALL " BRANCH(1, "", "", "", busy) " UNION ALL " BRANCH(                            \
		2, " AND starts >= $3 - 136800", " + 50400", " - 50400",                           \
		busy) " UNION ALL " BRANCH(3, "", " + 50400", " - 50400", busy)
#define BUSY " AND (what & 7) <> 0"

/*
 * SQLite walks the branches one after the other, each along the key: in order
 * already, and an ORDER BY would cost twice the scan. PostgreSQL is told.
 */
static const struct sql_pair sql_range[] = {
	{{BRANCHES("")}, {BRANCHES("") " ORDER BY 1"}},
	{{BRANCHES(BUSY)}, {BRANCHES(BUSY) " ORDER BY 1"}},
};

/* The column `what`. */
static int64_t what_of(const struct occurrence_row *r)
{
	return r->busy + (r->floating ? 8 : 0) + 16 * (int64_t)r->component;
}

static const struct sql sql_of_object = {
	"SELECT collection, class, starts, n, ends, what FROM occurrence"
	" WHERE owner = $1 AND object = $2 ORDER BY class, starts, n"};
static const struct sql sql_delete_all = {
	"DELETE FROM occurrence WHERE owner = $1 AND object = $2"};
static const struct sql sql_delete = {
	"DELETE FROM occurrence WHERE owner = $1 AND collection = $2 AND class = $3 AND starts = $4"
	" AND object = $5 AND n = $6"};
static const struct sql sql_put = {
	"INSERT INTO occurrence (owner, collection, class, starts, object, n, ends, what)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	" ON CONFLICT (owner, collection, class, starts, object, n) DO UPDATE SET"
	" ends = excluded.ends, what = excluded.what"};

static const struct sql sql_ground = {
	"SELECT coalesce((SELECT number FROM setting WHERE name = 'horizon-from'), 0),"
	" coalesce((SELECT number FROM setting WHERE name = 'horizon-until'), 0),"
	" coalesce((SELECT number FROM setting WHERE name = 'zone-version'), 0)"};
/* The greater of both: a slower process that has moved less far takes nothing back. */
#define SET_HORIZON(greater)                                                                       \
	"INSERT INTO setting (name, number) VALUES ('horizon-from', $1), ('horizon-until', $2)"    \
	" ON CONFLICT (name) DO UPDATE SET number = " greater "(setting.number, excluded.number)"
static const struct sql_pair sql_set_horizon = {{SET_HORIZON("max")}, {SET_HORIZON("greatest")}};
static const struct sql sql_set_zones = {
	"INSERT INTO setting (name, number) VALUES ('zone-version', $1)"
	" ON CONFLICT (name) DO UPDATE SET number = excluded.number"};
static const struct sql sql_note_zones = {
	"UPDATE setting SET number = 0 WHERE name = 'zone-version'"
	" AND number <> 0 AND number <> $1 AND number <> $2"};
static const struct sql sql_settle_zones = {
	"UPDATE setting SET number = $1 WHERE name = 'zone-version' AND number = $2"};
/*
 * Keys alone, as of most objects nothing more is read than what the index holds. A join with
 * the data would be planned by PostgreSQL for any limit, and read all data for each portion.
 */
static const struct sql sql_stale = {
	"SELECT owner, id FROM object"
	" WHERE partial = 1 AND last_end > $1 AND (owner, id) > ($2, $3)"
	" ORDER BY owner, id LIMIT $4"};
static const struct sql sql_other_zones = {
	"SELECT owner, id FROM object"
	" WHERE zone_version <> 0 AND zone_version <> $1 AND (owner, id) > ($2, $3)"
	" ORDER BY owner, id LIMIT $4"};

struct each_row {
	occurrence_fn fn;
	void *ctx;
};

static bool give_row(void *ctx, struct db_row *row)
{
	struct each_row *e = ctx;
	int64_t what = row_int(row, 3);
	struct occurrence_row o = {
		.start = row_int(row, 0),
		.end = row_int(row, 1),
		.object = row_int(row, 2),
		.component = (int32_t)(what >> 4),
		.busy = (int32_t)(what & 7),
		.floating = (what & 8) != 0,
	};

	return e->fn(e->ctx, &o);
}

const struct fault *occurrence_range(struct db *db, struct arena *a, int64_t owner,
				     int64_t collection, int64_t from, int64_t to, bool busy_only,
				     occurrence_fn fn, void *ctx)
{
	struct each_row e = {fn, ctx};

	return db_query(db, a, sql_pick(db, &sql_range[busy_only]),
			DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(from), DB_INT(to)),
			give_row, &e);
}

/* A row as it is stored; the first three are what sorts it within its object. */
struct kept {
	int64_t class, start, n;
	int64_t end, what;
	int64_t collection;
};

static int compare_key(const struct kept *x, const struct kept *y)
{
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

/* Before n is given: equal starts in the order of their ends. */
static int compare_new(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;
	int order = compare_key(x, y);

	if (order)
		return order;
	return (x->end > y->end) - (x->end < y->end);
}

static bool is_same(const struct kept *x, const struct kept *y)
{
	return x->end == y->end && x->what == y->what;
}

static int64_t class_of(const struct occurrence_row *r)
{
	return (r->floating ? 2 : 0) + (r->end - r->start > SHORT_MAX_S);
}

/* The rows to come, sorted as the key is. */
static struct kept *prepare(struct arena *a, int64_t collection, const struct occurrence_row *rows,
			    size_t count)
{
	struct kept *k = arena_alloc_array(a, count, sizeof(*k));

	for (size_t i = 0; i < count; i++)
		k[i] = (struct kept){.class = class_of(&rows[i]),
				     .start = rows[i].start,
				     .end = rows[i].end,
				     .what = what_of(&rows[i]),
				     .collection = collection};
	qsort(k, count, sizeof(*k), compare_new);
	for (size_t i = 1; i < count; i++)
		if (k[i].class == k[i - 1].class && k[i].start == k[i - 1].start)
			k[i].n = k[i - 1].n + 1;
	return k;
}

static bool take_kept(void *ctx, struct db_row *row)
{
	struct kept *k = row_list_add(ctx);

	if (!k)
		return false;
	*k = (struct kept){.collection = row_int(row, 0),
			   .class = row_int(row, 1),
			   .start = row_int(row, 2),
			   .n = row_int(row, 3),
			   .end = row_int(row, 4),
			   .what = row_int(row, 5)};
	return true;
}

/* One statement's values, gathered until there are enough for one trip. */
struct chunk {
	struct db *db;
	struct arena *arena;
	const struct sql *sql;
	size_t columns, sets;
	struct db_value values[CHUNK * 8];
};

static const struct fault *chunk_flush(struct chunk *c)
{
	const struct fault *f =
		db_exec_many(c->db, c->arena, c->sql, c->values, c->columns, c->sets);

	c->sets = 0;
	return f;
}

static const struct fault *chunk_add(struct chunk *c, int64_t owner, int64_t object,
				     const struct kept *k)
{
	const int64_t numbers[] = {owner,  k->collection, k->class, k->start,
				   object, k->n,	  k->end,   k->what};

	for (size_t i = 0; i < c->columns; i++)
		c->values[c->sets * c->columns + i] = DB_INT(numbers[i]);
	return ++c->sets == CHUNK ? chunk_flush(c) : NULL;
}

/* Two sorted lists side by side: what is gone is deleted, what is new or other is put. */
static const struct fault *merge(struct chunk *gone, struct chunk *put, int64_t owner,
				 int64_t object, const struct row_list *old,
				 const struct kept *rows, size_t count)
{
	const struct kept *was = old->at;
	const struct fault *f = NULL;
	size_t i = 0, j = 0;

	while (!f && (i < old->count || j < count)) {
		int order = i == old->count ? 1 : j == count ? -1 : compare_key(&was[i], &rows[j]);

		if (order < 0)
			f = chunk_add(gone, owner, object, &was[i]);
		else if (order > 0 || !is_same(&was[i], &rows[j]))
			f = chunk_add(put, owner, object, &rows[j]);
		i += order <= 0;
		j += order >= 0;
	}
	if (!f)
		f = chunk_flush(gone);
	return f ? f : chunk_flush(put);
}

/* Most edits move nothing: so what stands already is compared, and left alone. */
const struct fault *occurrence_replace(struct db *db, struct arena *a, int64_t owner,
				       int64_t collection, int64_t object,
				       const struct occurrence_row *rows, size_t count)
{
	struct chunk gone = {.db = db, .arena = a, .sql = &sql_delete, .columns = 6};
	struct chunk put = {.db = db, .arena = a, .sql = &sql_put, .columns = 8};
	struct row_list old;
	const struct fault *f;

	row_list_init(&old, a, sizeof(struct kept), 32);
	f = row_list_query(&old, db, &sql_of_object, DB_ARGS(DB_INT(owner), DB_INT(object)),
			   take_kept);
	if (f)
		return f;
	if (old.count && (!count || ((struct kept *)old.at)[0].collection != collection)) {
		f = db_exec(db, a, &sql_delete_all, DB_ARGS(DB_INT(owner), DB_INT(object)), NULL);
		old.count = 0;
	}
	if (f || !count)
		return f;
	return merge(&gone, &put, owner, object, &old, prepare(a, collection, rows, count), count);
}

const struct fault *occurrence_enter(struct db *db, struct arena *a, int64_t owner,
				     int64_t collection, int64_t object,
				     const struct occurrence_row *rows, size_t count)
{
	struct chunk put = {.db = db, .arena = a, .sql = &sql_put, .columns = 8};
	const struct kept *all = prepare(a, collection, rows, count);
	const struct fault *f = NULL;

	for (size_t i = 0; i < count && !f; i++)
		f = chunk_add(&put, owner, object, &all[i]);
	return f ? f : chunk_flush(&put);
}

/* Its n is one that no counted row has. */
const struct fault *occurrence_add(struct db *db, struct arena *a, int64_t owner,
				   int64_t collection, const struct occurrence_row *row)
{
	return db_exec(db, a, &sql_put,
		       DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(class_of(row)),
			       DB_INT(row->start), DB_INT(row->object), DB_INT(-1),
			       DB_INT(row->end), DB_INT(what_of(row))),
		       NULL);
}

static bool take_ground(void *ctx, struct db_row *row)
{
	struct occurrence_ground *g = ctx;

	*g = (struct occurrence_ground){row_int(row, 0), row_int(row, 1), row_int(row, 2)};
	return true;
}

const struct fault *occurrence_ground(struct db *db, struct arena *a, struct occurrence_ground *out)
{
	*out = (struct occurrence_ground){0};
	return db_query(db, a, &sql_ground, DB_NO_ARGS, take_ground, out);
}

const struct fault *occurrence_horizon(struct db *db, struct arena *a, int64_t *from_out,
				       int64_t *until_out)
{
	struct occurrence_ground g;
	const struct fault *f = occurrence_ground(db, a, &g);

	*from_out = g.from;
	*until_out = g.until;
	return f;
}

const struct fault *occurrence_set_horizon(struct db *db, struct arena *a, int64_t from,
					   int64_t until)
{
	return db_exec(db, a, sql_pick(db, &sql_set_horizon), DB_ARGS(DB_INT(from), DB_INT(until)),
		       NULL);
}

const struct fault *occurrence_set_zones(struct db *db, struct arena *a, int64_t zones)
{
	return db_exec(db, a, &sql_set_zones, DB_ARGS(DB_INT(zones)), NULL);
}

const struct fault *occurrence_note_zones(struct db *db, struct arena *a, int64_t zones)
{
	return db_exec(db, a, &sql_note_zones, DB_ARGS(DB_INT(zones), DB_INT(-zones)), NULL);
}

const struct fault *occurrence_settle_zones(struct db *db, struct arena *a, int64_t zones)
{
	return db_exec(db, a, &sql_settle_zones, DB_ARGS(DB_INT(zones), DB_INT(-zones)), NULL);
}

static bool take_key(void *ctx, struct db_row *row)
{
	struct object_key *k = row_list_add(ctx);

	if (!k)
		return false;
	*k = (struct object_key){row_int(row, 0), row_int(row, 1)};
	return true;
}

static const struct fault *list_keys(struct db *db, struct arena *a, const struct sql *sql,
				     int64_t bound, struct object_key after, int limit,
				     struct object_key **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct object_key), 32);
	f = row_list_query(&l, db, sql,
			   DB_ARGS(DB_INT(bound), DB_INT(after.owner), DB_INT(after.object),
				   DB_INT(limit)),
			   take_key);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *occurrence_stale_objects(struct db *db, struct arena *a, int64_t until,
					     struct object_key after, int limit,
					     struct object_key **out, size_t *count_out)
{
	return list_keys(db, a, &sql_stale, until, after, limit, out, count_out);
}

const struct fault *occurrence_other_zones(struct db *db, struct arena *a, int64_t zones,
					   struct object_key after, int limit,
					   struct object_key **out, size_t *count_out)
{
	return list_keys(db, a, &sql_other_zones, zones, after, limit, out, count_out);
}

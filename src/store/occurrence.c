/*
 * occurrence - when things happen. See occurrence.h.
 *
 * The class is the third column of the key: 0 fixed and at most a day long, 1
 * fixed and longer, 2 and 3 the same for floating ones. A short row that
 * overlaps an interval begins at most a day before it, so its scan has two ends;
 * of the long ones there are few.
 */
#include "store/occurrence.h"

#include "store/object_priv.h"

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
	"SELECT collection, class, starts, n, ends, what, zone_version FROM occurrence"
	" WHERE owner = $1 AND object = $2 ORDER BY class, starts, n"};
static const struct sql sql_delete_all = {
	"DELETE FROM occurrence WHERE owner = $1 AND object = $2"};
static const struct sql sql_delete = {
	"DELETE FROM occurrence WHERE owner = $1 AND collection = $2 AND class = $3 AND starts = $4"
	" AND object = $5 AND n = $6"};
static const struct sql sql_put = {
	"INSERT INTO occurrence (owner, collection, class, starts, object, n, ends, what,"
	" zone_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	" ON CONFLICT (owner, collection, class, starts, object, n) DO UPDATE SET"
	" ends = excluded.ends, what = excluded.what, zone_version = excluded.zone_version"};

/* Two settings: where the expanded rows begin, and where they end. */
static const struct sql sql_horizon = {
	"SELECT coalesce(max(CASE WHEN name = 'horizon-from' THEN number END), 0),"
	" coalesce(max(CASE WHEN name = 'horizon-until' THEN number END), 0)"
	" FROM setting WHERE name IN ('horizon-from', 'horizon-until')"};
static const struct sql sql_set_horizon = {
	"INSERT INTO setting (name, number) VALUES ('horizon-from', $1), ('horizon-until', $2)"
	" ON CONFLICT (name) DO UPDATE SET number = excluded.number"};
static const struct sql sql_stale = {
	"SELECT " OBJECT_COLUMNS ", d.data FROM object o" OBJECT_JOIN_DATA
	" WHERE o.partial = 1 AND o.last_end > $1 AND (o.owner, o.id) > ($2, $3)"
	" ORDER BY o.owner, o.id LIMIT $4"};

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
	int64_t end, what, zone_version;
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
	return x->end == y->end && x->what == y->what && x->zone_version == y->zone_version;
}

static int64_t class_of(const struct occurrence_row *r)
{
	return (r->floating ? 2 : 0) + (r->end - r->start > SHORT_MAX_S);
}

/* The rows to come, sorted as the key is. */
static struct kept *prepare(struct arena *a, int64_t collection, const struct occurrence_row *rows,
			    size_t count, int64_t zone_version)
{
	struct kept *k = arena_alloc_array(a, count, sizeof(*k));

	for (size_t i = 0; i < count; i++)
		k[i] = (struct kept){.class = class_of(&rows[i]),
				     .start = rows[i].start,
				     .end = rows[i].end,
				     .what = what_of(&rows[i]),
				     .zone_version = zone_version,
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
			   .what = row_int(row, 5),
			   .zone_version = row_int(row, 6)};
	return true;
}

/* One statement's values, gathered until there are enough for one trip. */
struct chunk {
	struct db *db;
	struct arena *arena;
	const struct sql *sql;
	size_t columns, sets;
	struct db_value values[CHUNK * 9];
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
	const int64_t numbers[] = {owner, k->collection, k->class, k->start,	   object,
				   k->n,  k->end,	 k->what,  k->zone_version};

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
				       const struct occurrence_row *rows, size_t count,
				       int64_t zone_version)
{
	struct chunk gone = {.db = db, .arena = a, .sql = &sql_delete, .columns = 6};
	struct chunk put = {.db = db, .arena = a, .sql = &sql_put, .columns = 9};
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
	return merge(&gone, &put, owner, object, &old,
		     prepare(a, collection, rows, count, zone_version), count);
}

struct horizon {
	int64_t from, until;
};

static bool take_horizon(void *ctx, struct db_row *row)
{
	struct horizon *h = ctx;

	*h = (struct horizon){row_int(row, 0), row_int(row, 1)};
	return true;
}

const struct fault *occurrence_horizon(struct db *db, struct arena *a, int64_t *from_out,
				       int64_t *until_out)
{
	struct horizon h = {0, 0};
	const struct fault *f = db_query(db, a, &sql_horizon, DB_NO_ARGS, take_horizon, &h);

	*from_out = h.from;
	*until_out = h.until;
	return f;
}

const struct fault *occurrence_set_horizon(struct db *db, struct arena *a, int64_t from,
					   int64_t until)
{
	return db_exec(db, a, &sql_set_horizon, DB_ARGS(DB_INT(from), DB_INT(until)), NULL);
}

const struct fault *occurrence_stale_objects(struct db *db, struct arena *a, int64_t until,
					     int64_t after_owner, int64_t after_object, int limit,
					     struct stored_object **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct stored_object), 32);
	f = row_list_query(&l, db, &sql_stale,
			   DB_ARGS(DB_INT(until), DB_INT(after_owner), DB_INT(after_object),
				   DB_INT(limit)),
			   object_take_row);
	*out = l.at;
	*count_out = l.count;
	return f;
}

/* attachment - files that belong to calendar object resources. See attachment.h. */
#include "store/attachment.h"

#include "store/db_priv.h"

#define COLUMNS "owner, id, name, media_type, size_bytes, digest, created"

static const struct sql sql_find = {"SELECT " COLUMNS
				    " FROM attachment WHERE owner = $1 AND id = $2"};
static const struct sql sql_list = {"SELECT " COLUMNS
				    " FROM attachment WHERE id = $1 ORDER BY owner"};
static const struct sql sql_part = {
	"SELECT data FROM attachment_part WHERE owner = $1 AND id = $2 AND n = $3"};
static const struct sql sql_places = {
	"SELECT DISTINCT o.collection FROM attachment_use u"
	" JOIN object o ON o.owner = u.owner AND o.id = u.object"
	" JOIN collection c ON c.owner = o.owner AND c.id = o.collection AND c.buried = 0"
	" WHERE u.owner = $1 AND u.id = $2 ORDER BY o.collection"};
static const struct sql sql_total = {
	"SELECT CAST(coalesce(sum(size_bytes), 0) AS bigint) FROM attachment WHERE owner = $1"};

static const struct sql sql_add = {"INSERT INTO attachment (" COLUMNS ")"
				   " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
static const struct sql sql_add_part = {
	"INSERT INTO attachment_part (owner, id, n, data) VALUES ($1, $2, $3, $4)"};
static const struct sql sql_copy[] = {
	{"INSERT INTO attachment_part (owner, id, n, data)"
	 " SELECT $3, id, n, data FROM attachment_part WHERE owner = $1 AND id = $2"
	 " ON CONFLICT DO NOTHING"},
	{"INSERT INTO attachment (" COLUMNS ")"
	 " SELECT $3, id, name, media_type, size_bytes, digest, created FROM attachment"
	 " WHERE owner = $1 AND id = $2 ON CONFLICT DO NOTHING"},
};
static const struct sql sql_forget_uses = {
	"DELETE FROM attachment_use WHERE owner = $1 AND object = $2"};
/* Only what is there can be used. */
static const struct sql sql_use = {
	"INSERT INTO attachment_use (owner, id, object)"
	" SELECT owner, id, $3 FROM attachment WHERE owner = $1 AND id = $2"
	" ON CONFLICT DO NOTHING"};
static const struct sql sql_copy_uses = {
	"INSERT INTO attachment_use (owner, id, object)"
	" SELECT owner, id, $3 FROM attachment_use WHERE owner = $1 AND object = $2"};
static const struct sql sql_sweep[] = {
	{"DELETE FROM attachment WHERE owner = $1 AND id NOT IN"
	 " (SELECT u.id FROM attachment_use u WHERE u.owner = $1)"},
	{"DELETE FROM attachment_part WHERE owner = $1 AND id NOT IN"
	 " (SELECT t.id FROM attachment t WHERE t.owner = $1)"},
};

static bool take_attachment(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct attachment *t = row_list_add(l);

	if (!t)
		return false;
	t->owner = row_int(row, 0);
	t->id = row_text(l->arena, row, 1);
	t->name = row_text(l->arena, row, 2);
	t->media_type = row_text(l->arena, row, 3);
	t->size_bytes = row_int(row, 4);
	t->digest = row_text(l->arena, row, 5);
	t->created = row_int(row, 6);
	return true;
}

const struct fault *attachment_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				    struct attachment **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct attachment), 1);
	f = row_list_query(&l, db, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(id)), take_attachment);
	*out = row_list_first(&l);
	return f;
}

const struct fault *attachment_list(struct db *db, struct arena *a, struct text id,
				    struct attachment **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct attachment), 1);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_TEXT(id)), take_attachment);
	*out = l.at;
	*count_out = l.count;
	return f;
}

struct taken_part {
	struct arena *arena;
	struct text data;
};

static bool take_part(void *ctx, struct db_row *row)
{
	struct taken_part *p = ctx;

	p->data = row_text(p->arena, row, 0);
	return true;
}

const struct fault *attachment_part(struct db *db, struct arena *a, const struct attachment *t,
				    int64_t n, struct text *out)
{
	struct taken_part p = {.arena = a};
	const struct fault *f =
		db_query(db, a, &sql_part, DB_ARGS(DB_INT(t->owner), DB_TEXT(t->id), DB_INT(n)),
			 take_part, &p);

	*out = p.data;
	return f;
}

static bool take_number(void *ctx, struct db_row *row)
{
	int64_t *number = row_list_add(ctx);

	if (number)
		*number = row_int(row, 0);
	return number != NULL;
}

const struct fault *attachment_places(struct db *db, struct arena *a, const struct attachment *t,
				      int64_t **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(int64_t), 4);
	f = row_list_query(&l, db, &sql_places, DB_ARGS(DB_INT(t->owner), DB_TEXT(t->id)),
			   take_number);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *attachment_total(struct db *db, struct arena *a, int64_t owner,
				     int64_t *bytes_out)
{
	return db_fetch_int(db, a, &sql_total, DB_ARGS(DB_INT(owner)), bytes_out, NULL);
}

const struct fault *attachment_add(struct db *db, struct arena *a, const struct attachment *t,
				   struct text data)
{
	const struct fault *f = db_exec(db, a, &sql_add,
					DB_ARGS(DB_INT(t->owner), DB_TEXT(t->id), DB_TEXT(t->name),
						DB_TEXT(t->media_type), DB_INT(t->size_bytes),
						DB_TEXT(t->digest), DB_INT(t->created)),
					NULL);
	int64_t n = 0;

	for (size_t at = 0; !f && at < data.len; at += ATTACHMENT_PART_BYTES, n++)
		f = db_exec(db, a, &sql_add_part,
			    DB_ARGS(DB_INT(t->owner), DB_TEXT(t->id), DB_INT(n),
				    DB_BLOB(text_sub(data, at, ATTACHMENT_PART_BYTES))),
			    NULL);
	return f;
}

const struct fault *attachment_copy(struct db *db, struct arena *a, int64_t from, struct text id,
				    int64_t to)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_copy) && !f; i++)
		f = db_exec(db, a, &sql_copy[i], DB_ARGS(DB_INT(from), DB_TEXT(id), DB_INT(to)),
			    NULL);
	return f;
}

const struct fault *attachment_set_uses(struct db *db, struct arena *a, int64_t owner,
					int64_t object, const struct text *ids, size_t count)
{
	const struct fault *f =
		db_exec(db, a, &sql_forget_uses, DB_ARGS(DB_INT(owner), DB_INT(object)), NULL);

	for (size_t i = 0; i < count && !f; i++)
		f = db_exec(db, a, &sql_use,
			    DB_ARGS(DB_INT(owner), DB_TEXT(ids[i]), DB_INT(object)), NULL);
	return f ? f : attachment_sweep(db, a, owner);
}

const struct fault *attachment_copy_uses(struct db *db, struct arena *a, int64_t owner,
					 int64_t from, int64_t to)
{
	return db_exec(db, a, &sql_copy_uses, DB_ARGS(DB_INT(owner), DB_INT(from), DB_INT(to)),
		       NULL);
}

const struct fault *attachment_sweep(struct db *db, struct arena *a, int64_t owner)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_sweep) && !f; i++)
		f = db_exec(db, a, &sql_sweep[i], DB_ARGS(DB_INT(owner)), NULL);
	return f;
}

/* db - statements and rows, handed to the driver. See db.h and db_priv.h. */
#include "store/db_priv.h"

#include "base/buf.h"

const struct fault *db_query(struct db *db, struct arena *a, const struct sql *sql,
			     const struct db_value *values, size_t count, db_row_fn each, void *ctx)
{
	return db->ops->query(db, a, sql, values, count, each, ctx, NULL);
}

const struct fault *db_exec(struct db *db, struct arena *a, const struct sql *sql,
			    const struct db_value *values, size_t count, int64_t *changed_out)
{
	return db->ops->query(db, a, sql, values, count, NULL, NULL, changed_out);
}

const struct fault *db_exec_many(struct db *db, struct arena *a, const struct sql *sql,
				 const struct db_value *values, size_t count, size_t sets)
{
	if (sets > 1 && db->ops->exec_many)
		return db->ops->exec_many(db, a, sql, values, count, sets);
	for (size_t i = 0; i < sets; i++) {
		const struct fault *f = db_exec(db, a, sql, values + i * count, count, NULL);

		if (f)
			return f;
	}
	return NULL;
}

struct text db_numbers(struct arena *a, const int64_t *numbers, size_t count)
{
	struct buf b;

	buf_init(&b, a, 8 * count + 3, 21 * count + 3);
	for (size_t i = 0; i < count; i++) {
		buf_put_char(&b, i ? ',' : '[');
		buf_put_int(&b, numbers[i]);
	}
	buf_put_str(&b, count ? "]" : "[]");
	return buf_text(&b);
}

static void put_json(struct buf *b, struct text t)
{
	buf_put_char(b, '"');
	for (size_t i = 0; i < t.len; i++) {
		unsigned char ch = (unsigned char)t.at[i];

		if (ch < 0x20 || ch == '"' || ch == '\\')
			buf_printf(b, "\\u%04x", ch);
		else
			buf_put_char(b, t.at[i]);
	}
	buf_put_char(b, '"');
}

struct text db_texts(struct arena *a, const struct text *texts, size_t count)
{
	struct buf b;
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += texts[i].len;
	buf_init(&b, a, bytes + 3 * count + 3, 6 * bytes + 3 * count + 3);
	buf_put_char(&b, '[');
	for (size_t i = 0; i < count; i++) {
		if (!text_is_utf8(texts[i]) || text_find_char(texts[i], '\0', 0) >= 0)
			continue;
		if (b.len > 1)
			buf_put_char(&b, ',');
		put_json(&b, texts[i]);
	}
	buf_put_char(&b, ']');
	return buf_text(&b);
}

struct fetch_int {
	int64_t value;
	bool found;
};

static bool take_int(void *ctx, struct db_row *row)
{
	struct fetch_int *x = ctx;

	if (!x->found)
		*x = (struct fetch_int){row_int(row, 0), true};
	return true;
}

const struct fault *db_fetch_int(struct db *db, struct arena *a, const struct sql *sql,
				 const struct db_value *values, size_t count, int64_t *out,
				 bool *found_out)
{
	struct fetch_int x = {0};
	const struct fault *f = db_query(db, a, sql, values, count, take_int, &x);

	*out = x.value;
	if (found_out)
		*found_out = x.found;
	return f;
}

int64_t row_int(struct db_row *row, int column)
{
	return row->ops->row_int(row, column);
}

bool row_is_null(struct db_row *row, int column)
{
	return row->ops->row_is_null(row, column);
}

struct text row_borrow(struct db_row *row, int column)
{
	return row->ops->row_borrow(row, column);
}

struct text row_text(struct arena *a, struct db_row *row, int column)
{
	struct text t = row_borrow(row, column);

	return text_of(arena_copy(a, t.at, t.len), t.len);
}

void row_list_init(struct row_list *l, struct arena *a, size_t size, size_t hint)
{
	*l = (struct row_list){.arena = a, .size = size, .cap = hint};
}

/* Room for twice as many; a first array is made only when a row comes. */
static void row_list_grow(struct row_list *l)
{
	size_t cap = l->at ? l->cap * 2 : l->cap;
	void *at = arena_alloc_array(l->arena, cap, l->size);

	if (l->count)
		memcpy(at, l->at, l->count * l->size);
	l->at = at;
	l->cap = cap;
}

void *row_list_add(struct row_list *l)
{
	l->fault = arena_check(l->arena);
	if (l->fault)
		return NULL;
	if (!l->at || l->count == l->cap)
		row_list_grow(l);
	return (char *)l->at + l->count++ * l->size;
}

const struct fault *row_list_query(struct row_list *l, struct db *db, const struct sql *sql,
				   const struct db_value *values, size_t count, db_row_fn each)
{
	const struct fault *f = db_query(db, l->arena, sql, values, count, each, l);

	return f ? f : l->fault;
}

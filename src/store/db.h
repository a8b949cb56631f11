/*
 * db - one connection, and the drivers behind it
 *
 * Statements are constants with $1, $2 … parameters, shared by both drivers
 * and prepared once per connection. Rows come through a callback, so a
 * statement is reset in every path and never pins the log. `struct db_ops` is
 * all that a driver implements (sqlite.c, postgres.c).
 *
 * Memory: texts of a row are borrowed until the callback returns; row_text()
 * copies into the arena. Threads: a connection belongs to one thread.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

struct db;
struct db_row;

/* One statement; define as static const, its address is its identity. */
struct sql {
	const char *text;
};

enum db_kind { DB_KIND_NULL, DB_KIND_INT, DB_KIND_TEXT, DB_KIND_BLOB };

struct db_value {
	enum db_kind kind;
	int64_t number;
	struct text text;
};

/* clang-format off */
#define DB_NULL     ((struct db_value){ .kind = DB_KIND_NULL })
#define DB_INT(n)   ((struct db_value){ .kind = DB_KIND_INT, .number = (n) })
#define DB_TEXT(t)  ((struct db_value){ .kind = DB_KIND_TEXT, .text = (t) })
#define DB_BLOB(t)  ((struct db_value){ .kind = DB_KIND_BLOB, .text = (t) })
/* clang-format on */

/* Called for each row; false ends the query early, which is no fault. */
typedef bool (*db_row_fn)(void *ctx, struct db_row *row);

/* Run a statement with count parameters; each may be NULL where no rows are wanted. */
MUST_CHECK const struct fault *db_query(struct db *db, struct arena *a, const struct sql *sql,
					const struct db_value *values, size_t count, db_row_fn each,
					void *ctx);

/* The same for statements without rows; changed_out (rows changed) may be NULL. */
MUST_CHECK const struct fault *db_exec(struct db *db, struct arena *a, const struct sql *sql,
				       const struct db_value *values, size_t count,
				       int64_t *changed_out);

/* db_exec(db, a, &insert_x, DB_ARGS(DB_INT(1), DB_TEXT(t)), NULL) */
#define DB_ARGS(...)                                                                               \
	(const struct db_value[]){__VA_ARGS__},                                                    \
		sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define DB_NO_ARGS NULL, 0

int64_t row_int(struct db_row *row, int column); /* 0 for NULL */
bool row_is_null(struct db_row *row, int column);
struct text row_borrow(struct db_row *row, int column);
struct text row_text(struct arena *a, struct db_row *row, int column);

#endif

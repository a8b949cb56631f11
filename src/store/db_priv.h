/*
 * db_priv - what a driver implements, and helpers for those who speak SQL
 *
 * `struct db_ops` is one row per driver. Entries marked [must] are never NULL;
 * the others say what their absence means. A driver embeds `struct db` as the
 * first member of its connection, and `struct db_row` of its row.
 *
 * A row_list collects rows into an arena array. Threads: as the connection.
 */
#ifndef STORE_DB_PRIV_H
#define STORE_DB_PRIV_H

#include "store/store.h"

enum { DB_PARAMS_MAX = 32 };

enum db_role {
	DB_READER, /* refuses writes */
	DB_WRITER,
	DB_MAKER, /* a writer that makes the file where there is none */
};

/* What has become of the transaction that begin() opened. */
enum db_trouble {
	DB_WELL,
	DB_LOST,    /* it is gone and left nothing behind: may be run once more */
	DB_AGAIN,   /* it lost a race with another one: run it again */
	DB_UNKNOWN, /* COMMIT was sent, no answer came: nobody knows */
};

/* Equal for two moments: nothing was committed between them. */
struct db_snapshot_id {
	uint32_t words[12];
};

struct db_ops {
	const char *name;
	bool is_postgres;
	/* Works that share one transaction at most; 1: each has its own. */
	size_t batch_max;

	/* False: at the path there is nothing to open. NULL: only a connection can tell. */
	bool (*is_there)(const char *target);
	/* [must] Connect to the path or address. UNAVAILABLE: cannot be reached. */
	const struct fault *(*open)(struct arena *a, const char *target, enum db_role role,
				    struct db **out);
	/* [must] Accepts no NULL. */
	void (*close)(struct db *db);

	/*
	 * [must] Run one statement; each may be NULL; rows changed go to changed_out, which
	 * may be NULL. While a transaction is thought open, nothing runs outside of it.
	 */
	const struct fault *(*query)(struct db *db, struct arena *a, const struct sql *sql,
				     const struct db_value *values, size_t count, db_row_fn each,
				     void *ctx, int64_t *changed_out);
	/* The same statement for many sets of values in few round trips. NULL: one by one. */
	const struct fault *(*exec_many)(struct db *db, struct arena *a, const struct sql *sql,
					 const struct db_value *values, size_t count, size_t sets);
	/* [must] Run a script of many statements (a schema file). */
	const struct fault *(*script)(struct db *db, struct arena *a, const char *text);

	/* [must] A writing transaction. A failed commit has rolled back, and sets db->trouble. */
	const struct fault *(*begin)(struct db *db, struct arena *a);
	const struct fault *(*commit)(struct db *db, struct arena *a);
	void (*rollback)(struct db *db);
	/* [must] False when the transaction that was begun is gone; db->trouble says more. */
	bool (*is_open)(struct db *db);

	/* One work among many in a transaction. Wanted where batch_max > 1. */
	const struct fault *(*savepoint)(struct db *db, struct arena *a);
	const struct fault *(*savepoint_keep)(struct db *db, struct arena *a);
	const struct fault *(*savepoint_undo)(struct db *db, struct arena *a);
	/* Rows written so far, by all transactions: a work that raised it not has nothing to undo.
	 */
	int64_t (*rows_written)(struct db *db);

	/* [must] One snapshot for several reads. */
	const struct fault *(*snapshot_begin)(struct db *db, struct arena *a);
	void (*snapshot_end)(struct db *db);

	/* What is committed just now, by whomever. False, or NULL: cannot be known. */
	bool (*snapshot_id)(struct db *db, struct db_snapshot_id *out);
	/* Called by a writer after a batch was answered; idle says that nobody waits. May be NULL.
	 */
	void (*tidy)(struct db *db, bool idle);
	/* Copy everything into a new file. NULL: not possible. */
	const struct fault *(*backup)(struct db *db, struct arena *a, const char *path);
	/* Look for damage below the tables. May be NULL. */
	const struct fault *(*verify)(struct db *db, struct arena *a, store_report_fn report,
				      void *ctx);

	/* [must] Columns of the present row. */
	int64_t (*row_int)(struct db_row *row, int column);
	bool (*row_is_null)(struct db_row *row, int column);
	struct text (*row_borrow)(struct db_row *row, int column);
};

struct db {
	const struct db_ops *ops;
	enum db_trouble trouble; /* of the last transaction */
	unsigned snapshots;	 /* begun and not ended */
};

struct db_row {
	const struct db_ops *ops;
};

extern const struct db_ops sqlite_ops;
extern const struct db_ops postgres_ops;

/* The text of a statement in the driver's words, where the two differ. */
struct sql_pair {
	struct sql sqlite, postgres;
};

static inline const struct sql *sql_pick(const struct db *db, const struct sql_pair *pair)
{
	return db->ops->is_postgres ? &pair->postgres : &pair->sqlite;
}

/* One statement for `sets` sets of `count` values each, one set after the other. */
MUST_CHECK const struct fault *db_exec_many(struct db *db, struct arena *a, const struct sql *sql,
					    const struct db_value *values, size_t count,
					    size_t sets);

/* Numbers as one parameter, "[1,2]": SQL_AMONG_SQLITE("$1"), SQL_AMONG_POSTGRES("$1"). */
struct text db_numbers(struct arena *a, const int64_t *numbers, size_t count);
#define SQL_AMONG_SQLITE(list)	 " IN (SELECT value FROM json_each(" list "))"
#define SQL_AMONG_POSTGRES(list) " = ANY (translate(" list ", '[]', '{}')::bigint[])"

/* The same of texts; what no column can hold (RFC 3629; NUL) is left out. */
struct text db_texts(struct arena *a, const struct text *texts, size_t count);
#define SQL_AMONG_TEXTS_SQLITE(list)   " IN (SELECT value FROM json_each(" list "))"
#define SQL_AMONG_TEXTS_POSTGRES(list) " IN (SELECT json_array_elements_text(" list "::json))"

/* The first column of the first row; *found_out (may be NULL) is false when there is none. */
MUST_CHECK const struct fault *db_fetch_int(struct db *db, struct arena *a, const struct sql *sql,
					    const struct db_value *values, size_t count,
					    int64_t *out, bool *found_out);

/* Elements of one size, in the arena; at[0..count) is what was added. */
struct row_list {
	struct arena *arena;
	void *at;
	size_t size, count, cap;
	const struct fault *fault; /* the arena is spent */
};

void row_list_init(struct row_list *l, struct arena *a, size_t size, size_t hint);
/* Zeroed room for one more; NULL when the arena is spent, and the query should end. */
void *row_list_add(struct row_list *l);
/* Run a query whose callback adds to the list, which is its ctx. */
MUST_CHECK const struct fault *row_list_query(struct row_list *l, struct db *db,
					      const struct sql *sql, const struct db_value *values,
					      size_t count, db_row_fn each);
/* The only element, or NULL. */
static inline void *row_list_first(const struct row_list *l)
{
	return l->count ? l->at : NULL;
}

/* [tx] The next number for a collection or object of the owner. NOT_FOUND: no such owner. */
MUST_CHECK const struct fault *owner_next_id(struct db *db, struct arena *a, int64_t owner,
					     int64_t *out);

#endif

/*
 * sqlite_priv - the prepared statements of one connection
 *
 * Kept under the address of their `struct sql`, so that each is prepared once. One that runs
 * already, a query within its own rows, is doubled for as long as that lasts.
 */
#ifndef STORE_SQLITE_PRIV_H
#define STORE_SQLITE_PRIV_H

#include <sqlite3.h>

#include "store/db_priv.h"

struct statement {
	const struct sql *sql;
	sqlite3_stmt *stmt;
	bool busy, spare; /* spare: a second one while the first runs, not kept */
	unsigned char params;
	unsigned char map[DB_PARAMS_MAX]; /* $n+1 to SQLite's index; 0: not used */
};

struct statements {
	struct statement **slots; /* open addressing, cap is a power of two */
	size_t cap, used;
};

void statements_open(struct statements *all);
void statements_close(struct statements *all);

/* SQLite's code; SQLITE_OK is followed by one statement_return(), which resets it. */
MUST_CHECK int statement_borrow(struct statements *all, sqlite3 *handle, const struct sql *sql,
				struct statement **out);
void statement_return(struct statement *s);

#endif

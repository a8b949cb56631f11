/*
 * store_fixture.h - a fresh store for each case, on either driver
 *
 * SQLite stores lie in a temporary folder. For PostgreSQL the first case starts
 * a private server (tests/tools/pg.sh) that ends with the program; each case
 * gets a copy of a database that was migrated once. STORE_CASE(fn) makes the
 * two functions that STORE_ROWS("name", fn) puts into a UNIT_SUITE.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "store/store.h"

struct store_fixture {
	struct store *store;
	struct arena *arena; /* ends with the case */
	bool postgres;
	char url[512];
	char dir[64]; /* for files of the case */
};

typedef void (*store_case_fn)(struct store_fixture *x);

/* Run a case on a fresh store; skipped where PostgreSQL is not installed. */
void store_case_run(store_case_fn fn, bool postgres);

/* A change by a function, waited for; its fault. */
typedef const struct fault *(*store_tx_fn)(struct db *db, struct arena *a, void *ctx);
const struct fault *store_fixture_tx(struct store_fixture *x, store_tx_fn fn, void *ctx);

/* Run a statement in a change of its own. The text must be a literal. */
const struct fault *store_fixture_sql(struct store_fixture *x, const struct sql *sql);

/* The first number that a query on the reader gives. */
int64_t store_fixture_int(struct store_fixture *x, const struct sql *sql);

/* Open the same store once more, as another process would. */
struct store *store_fixture_second(struct store_fixture *x);

/* An owner with a calendar; ends the program when that fails. */
struct store_home {
	int64_t owner, calendar;
};
struct store_home store_fixture_home(struct store_fixture *x, const char *name);

#define STORE_CASE(fn)                                                                             \
	static void fn##_sqlite(void)                                                              \
	{                                                                                          \
		store_case_run(fn, false);                                                         \
	}                                                                                          \
	static void fn##_postgres(void)                                                            \
	{                                                                                          \
		store_case_run(fn, true);                                                          \
	}
/* clang-format off */
#define STORE_ROWS(name, fn) {"sqlite: " name, fn##_sqlite}, {"postgresql: " name, fn##_postgres}
/* clang-format on */

#endif

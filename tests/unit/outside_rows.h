/*
 * outside_rows.h - a store with two owners, the first of whom has an account elsewhere
 */
#ifndef TESTS_OUTSIDE_ROWS_H
#define TESTS_OUTSIDE_ROWS_H

#include "store/outside.h"
#include "store_fixture.h"

enum { NOW = 1000, LATER = 2000 };

struct rows {
	struct store_fixture *x;
	int64_t owner, other;
	struct connection connection;
	/* What a transaction is about. */
	struct outside_calendar *calendars;
	size_t count;
	struct outside_calendar calendar;
	struct connection leased;
	int64_t now, until;
	int limit;
	bool flag;
};

/* The account is "k1" of r->owner; memory is the fixture's. */
void open_rows(struct rows *r, struct store_fixture *x);
struct db *reader(struct rows *r);

struct connection connection_of(int64_t owner, const char *id, const char *subject);
/* For store_fixture_tx(); ctx: struct connection. */
const struct fault *add_connection(struct db *db, struct arena *a, void *ctx);

/* The state of "k1", said by who may hold its lease. */
void account_is(struct rows *r, enum connection_state state, int64_t since, const char *holder);

/* A calendar that counts, of an account or of "k1"; its number. */
int64_t calendar_at(struct rows *r, int64_t owner, const char *connection, const char *remote,
		    int64_t due_at);
int64_t calendar(struct rows *r, const char *remote, int64_t due_at);
struct outside_calendar *row(struct rows *r, int64_t id);

#endif

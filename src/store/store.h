/*
 * store - what is kept
 *
 * One store, two drivers: SQLite (embedded; WAL, synchronous=FULL, one writer
 * that commits many changes at once, a reader per thread) and PostgreSQL (many
 * nodes, the owner's row locked). Above the drivers every file here is about
 * one table, and speaks SQL that both understand. Decides nothing about
 * calendars; never parses an object.
 *
 * Every key begins with the owner, so that a store can be split by owner.
 *
 * Reading order: db.h (statements, rows, drivers) · this file (open, read,
 * write) · owner.h · collection.h · property.h · object.h · occurrence.h ·
 * hold.h · meeting.h (types, schedules) · booking.h · job.h · inbox.h · schema/ (SQL).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/db.h"

struct store;

struct store_options {
	const char *url;  /* "sqlite:PATH" or "postgresql://…" */
	size_t writers;	  /* PostgreSQL: connections that write; 0: 8. SQLite always has one. */
	bool may_create;  /* make a store where there is none; otherwise that is a fault */
	bool may_migrate; /* bring an older schema forward; otherwise an old one is a fault */
};

/*
 * Open, check the schema version and bring it forward. UNAVAILABLE: cannot be
 * reached; NOT_FOUND: there is none, and nothing was made; CONFLICT: a newer Fasti wrote it.
 */
MUST_CHECK const struct fault *store_open(struct arena *a, const struct store_options *o,
					  struct store **out);

/* Finish what was submitted, then close. Accepts NULL. */
void store_close(struct store *s);

/* True when a read may block on a network (PostgreSQL). */
bool store_waits(const struct store *s);

/*
 * The calling thread's read connection, opened on its first use and kept until
 * the store closes. Each statement sees what was committed when it began.
 * UNAVAILABLE: the database cannot be reached just now.
 */
MUST_CHECK const struct fault *store_reader(struct store *s, struct arena *a, struct db **out);

/* One snapshot for several reads on a reader; end it in every path, soon. */
MUST_CHECK const struct fault *store_snapshot_begin(struct db *db, struct arena *a);
void store_snapshot_end(struct db *db);

/*
 * A number for "nothing was committed since": two equal answers prove that no
 * transaction, of any process, was committed between them. Different ones prove
 * nothing. Answers of all threads compare. Costs less than a read: no statement
 * is run. On PostgreSQL no two are equal.
 */
int64_t store_generation(struct store *s, struct db *reader);

/*
 * One change. run() works inside a transaction that holds what it locks; it may
 * run again when the whole transaction was lost, so it keeps no results but in
 * itself. done() comes exactly once, after COMMIT or after the failure, on a
 * writer's thread: it must be short, must not wait, and may free the work.
 * Nobody of a batch is told anything before its COMMIT.
 */
struct store_work {
	const struct fault *(*run)(struct db *db, struct store_work *w);
	void (*done)(struct store_work *w, const struct fault *f);
	struct arena *arena;  /* faults are made here */
	int64_t submitted_ns; /* the store's own, as are all below */
	struct store_work *next;
	const struct fault *fault;
};

void store_submit(struct store *s, struct store_work *w);

/*
 * Submit and wait for the end: for commands and workers, never on an event
 * thread. done() may be NULL; otherwise it is called here, before the return.
 */
MUST_CHECK const struct fault *store_run(struct store *s, struct store_work *w);

/*
 * A request that is about to submit says so, and the writer of a busy store
 * waits a little (never more than 2 ms) to take it into the same commit. Each
 * store_expect_more() is paired with one store_expect_less(), also after store_submit();
 * change_open() and change_submit() do so, nobody else needs to.
 */
void store_expect_more(struct store *s);
void store_expect_less(struct store *s);

/* Copy the whole store into a new file while it is in use (SQLite). UNPROCESSABLE on PostgreSQL:
 * use pg_dump. */
MUST_CHECK const struct fault *store_backup(struct store *s, struct arena *a, const char *path);

/*
 * Look for what must not be: overlapping holds, bookings without event or hold,
 * objects without occurrences' extent, broken references. Each finding is told to report().
 */
typedef void (*store_report_fn)(void *ctx, const char *finding);
MUST_CHECK const struct fault *store_check(struct store *s, struct arena *a, store_report_fn report,
					   void *ctx);

/*
 * How many holds, and how many confirmed bookings of one host, overlap the one before them. Must be
 * 0; the metric fasti_overlaps says it.
 */
MUST_CHECK const struct fault *store_count_overlaps(struct store *s, struct arena *a,
						    int64_t *count_out);

#endif

/*
 * outside - calendars elsewhere, what stands there, and copies of bookings
 *
 * What is read of a calendar elsewhere is kept twice: by what it is called there (an event, one
 * instance of a series that differs), so that what comes in any order finds its place, and as
 * calendar objects in a collection that no path leads to, so that its time counts like any other.
 * Only who holds the lease of a calendar writes its rows.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_OUTSIDE_H
#define STORE_OUTSIDE_H

#include "store/connection.h"

enum {
	OUTSIDE_CALENDARS_MAX = 200, /* of one connection */
	OUTSIDE_REMOTE_MAX = 1024,   /* bytes of an id; what is longer is not taken */
	OUTSIDE_CURSOR_MAX = 16 * 1024,
	/* A series that began so long ago may go on still (RULES_MAX_SERIES months). */
	OUTSIDE_SERIES_S = 5 * 366 * 86400,
};

struct outside_calendar {
	int64_t owner, id;
	struct text connection;
	struct text remote;
	struct text title;
	struct text timezone; /* IANA name; empty: the account's */
	bool may_write, is_primary;
	bool is_gone;	       /* not there any more, or not to be seen */
	bool counts;	       /* what is there is busy time here */
	bool takes;	       /* bookings are written there */
	bool skips_unanswered; /* invitations that its owner has not answered take no time */
	struct text cursor, page;
	int64_t window_end; /* of what is read; 0: it has no end */
	int64_t round;	    /* how often it was read from the beginning */
	int64_t synced_at;  /* what is here was all there was then; 0: never */
	int64_t synced_by;  /* lease of the reading that found that */
	int64_t due_at;
	int64_t lease_until, lease;
	bool asked; /* something changed there while it was being read */
	int64_t failures;
	struct text last_error;
};

MUST_CHECK const struct fault *outside_calendar_get(struct db *db, struct arena *a, int64_t owner,
						    int64_t id, struct outside_calendar **out);
/* Of a connection, or of all (id empty); the account's own first, then by title. */
MUST_CHECK const struct fault *outside_calendar_list(struct db *db, struct arena *a, int64_t owner,
						     struct text connection,
						     struct outside_calendar **out,
						     size_t *count_out);
/* The one that bookings are written to; NULL: there is none. */
MUST_CHECK const struct fault *outside_calendar_taking(struct db *db, struct arena *a,
						       int64_t owner,
						       struct outside_calendar **out);
/* [tx] Add (id is the caller's, from owner_take_ids()). */
MUST_CHECK const struct fault *outside_calendar_add(struct db *db, struct arena *a,
						    const struct outside_calendar *c);
/* [tx] title, timezone, may_write, is_primary, is_gone, counts, takes, skips_unanswered, due_at. */
MUST_CHECK const struct fault *outside_calendar_choose(struct db *db, struct arena *a,
						       const struct outside_calendar *c);
/* [tx] It goes by another number from now on; it has no events. */
MUST_CHECK const struct fault *outside_calendar_renumber(struct db *db, struct arena *a,
							 int64_t owner, int64_t id, int64_t to);
/* [tx] Nothing is known of what stands there: no events, no cursor, and no reading goes on. */
MUST_CHECK const struct fault *outside_calendar_forget(struct db *db, struct arena *a,
						       int64_t owner, int64_t id);
/* [tx] What is known of it stands until it has been read from the beginning; no reading goes on. */
MUST_CHECK const struct fault *outside_calendar_read_anew(struct db *db, struct arena *a,
							  int64_t owner, int64_t id);
/*
 * [tx] Up to limit that count and are due, leased until then; those of connections that are not to
 * be asked are left out. The longest due first.
 */
MUST_CHECK const struct fault *outside_calendar_take(struct db *db, struct arena *a, int64_t now,
						     int64_t until, int limit,
						     struct outside_calendar **out,
						     size_t *count_out);
/* [tx] One of them, due or not, for who cannot wait; NULL: another holds it. */
MUST_CHECK const struct fault *outside_calendar_take_one(struct db *db, struct arena *a,
							 int64_t owner, int64_t id, int64_t now,
							 int64_t until,
							 struct outside_calendar **out);
/*
 * [tx] How it went on, by who holds c->lease: cursor, page, window_end, round, synced_at,
 * synced_by, due_at (at once, if it was asked for meanwhile), failures, last_error; with `ends` the
 * lease is over, else it goes on until lease_until. CONFLICT: another holds it by now.
 */
MUST_CHECK const struct fault *outside_calendar_settle(struct db *db, struct arena *a,
						       const struct outside_calendar *c, bool ends);
/* [tx] It is to be read at once; one that is being read, once more. */
MUST_CHECK const struct fault *outside_calendar_ask(struct db *db, struct arena *a, int64_t owner,
						    int64_t id, int64_t now);
/* When the next one is due; INT64_MAX: none is. */
MUST_CHECK const struct fault *outside_calendar_next_due(struct db *db, struct arena *a,
							 int64_t *due_out);
/* [tx] owner.outside_at: the oldest synced_at of those that count; see owner_version(). */
MUST_CHECK const struct fault *outside_note_age(struct db *db, struct arena *a, int64_t owner);
/* owner.outside_trust. */
MUST_CHECK const struct fault *outside_trusts(struct db *db, struct arena *a, int64_t owner,
					      bool *out);
/* [tx] */
MUST_CHECK const struct fault *outside_set_trust(struct db *db, struct arena *a, int64_t owner,
						 bool trust);

/* The numbers are stored. */
enum outside_kind {
	OUTSIDE_SINGLE, /* no series, or a whole one with all its instances: lines are all of it */
	OUTSIDE_MASTER, /* of a series */
	OUTSIDE_INSTANCE, /* that differs from its series */
	OUTSIDE_DROPPED,  /* an instance that does not take place */
};

struct outside_event {
	int64_t owner, calendar;
	struct text remote, series;
	enum outside_kind kind;
	struct text etag;
	struct text lines; /* folded, with line ends; empty: it takes no time */
	int64_t round;
};

/* Those of some series, in the order of series, masters first. */
MUST_CHECK const struct fault *outside_event_of_series(struct db *db, struct arena *a,
						       int64_t owner, int64_t calendar,
						       const struct text *series, size_t count,
						       struct outside_event **out,
						       size_t *count_out);
/* By their ids; in no order, without what is not there. */
MUST_CHECK const struct fault *outside_event_find(struct db *db, struct arena *a, int64_t owner,
						  int64_t calendar, const struct text *remotes,
						  size_t count, struct outside_event **out,
						  size_t *count_out);
/* Up to limit that were last seen before a round, by id, past `after`. */
MUST_CHECK const struct fault *outside_event_unseen(struct db *db, struct arena *a, int64_t owner,
						    int64_t calendar, int64_t round,
						    struct text after, int limit,
						    struct outside_event **out, size_t *count_out);
/* [tx] Add or replace. */
MUST_CHECK const struct fault *outside_event_put(struct db *db, struct arena *a,
						 const struct outside_event *e);
/* [tx] */
MUST_CHECK const struct fault *outside_event_delete(struct db *db, struct arena *a, int64_t owner,
						    int64_t calendar, struct text remote);

/* The numbers are stored. */
enum copy_state {
	COPY_WANTED,  /* to be written, or to be brought to what the booking is */
	COPY_STANDS,  /* written, and as the booking is */
	COPY_REMOVED, /* taken away there */
	COPY_LOST,    /* its owner has deleted it there: it is not written again */
	COPY_REFUSED, /* the provider does not take it, for good */
	COPY_DIFFERS, /* as STANDS, but single times of a series are others there */
};

struct outside_copy {
	int64_t owner; /* whose connection it is */
	struct text booking;
	int64_t booking_owner;
	struct text connection;
	int64_t calendar;
	struct text remote; /* empty: not known yet */
	struct text mark;   /* by which it is known before its id is */
	int64_t generation;
	struct text etag;
	enum copy_state state;
	int64_t start, end; /* as it was written last */
	int64_t version;    /* a number made of all else that was written last; 0: nothing yet */
	struct text link;
	int64_t written; /* version of the booking that was written last; 0: none yet */
	struct text why; /* it is not there as it should be: one sentence; empty */
};

MUST_CHECK const struct fault *outside_copy_get(struct db *db, struct arena *a, int64_t owner,
						struct text booking, struct outside_copy **out);
/*
 * Those that are known by one of these, be it id or mark, in whichever of the owner's accounts: a
 * calendar may be seen by two of them.
 */
MUST_CHECK const struct fault *outside_copy_match(struct db *db, struct arena *a, int64_t owner,
						  const struct text *names, size_t count,
						  struct outside_copy **out, size_t *count_out);
/*
 * Those of a calendar that stand there, as far as is known, may not be over by then, and were not
 * seen in this round.
 */
MUST_CHECK const struct fault *outside_copy_standing(struct db *db, struct arena *a, int64_t owner,
						     int64_t calendar, int64_t now, int64_t round,
						     struct outside_copy **out, size_t *count_out);
/* [tx] These are seen in this round, until they are written again. */
MUST_CHECK const struct fault *outside_copy_saw(struct db *db, struct arena *a, int64_t owner,
						int64_t calendar, int64_t round,
						const struct text *remotes, size_t count);
/*
 * Those of a calendar that are to come and are not there as they should be, for a reason that is
 * known: how many, and why one of them.
 */
MUST_CHECK const struct fault *outside_copy_lacking(struct db *db, struct arena *a, int64_t owner,
						    int64_t calendar, int64_t now,
						    int64_t *count_out, struct text *why_out);
/* [tx] Add or replace. */
MUST_CHECK const struct fault *outside_copy_put(struct db *db, struct arena *a,
						const struct outside_copy *c);

struct outside_watch {
	int64_t owner;
	struct text id; /* public id */
	int64_t calendar;
	struct text connection;
	struct text remote;   /* what the provider calls it; empty: not known yet */
	struct text resource; /* resourceId of Google's */
	int64_t expires_at, renew_at;
};

MUST_CHECK const struct fault *outside_watch_get(struct db *db, struct arena *a, int64_t owner,
						 struct text id, struct outside_watch **out);
/* Of a calendar, or with 0 of a connection. */
MUST_CHECK const struct fault *outside_watch_list(struct db *db, struct arena *a, int64_t owner,
						  struct text connection, int64_t calendar,
						  struct outside_watch **out, size_t *count_out);
/*
 * [tx] Up to limit of any owner that are to be renewed by now, the longest due first; nobody else
 * takes them until then: it is their renew_at meanwhile.
 */
MUST_CHECK const struct fault *outside_watch_take(struct db *db, struct arena *a, int64_t now,
						  int64_t until, int limit,
						  struct outside_watch **out, size_t *count_out);
/* When the next one is to be renewed; INT64_MAX: none is. */
MUST_CHECK const struct fault *outside_watch_next_due(struct db *db, struct arena *a,
						      int64_t *due_out);
/* [tx] Add or replace. */
MUST_CHECK const struct fault *outside_watch_put(struct db *db, struct arena *a,
						 const struct outside_watch *w);
/* [tx] */
MUST_CHECK const struct fault *outside_watch_delete(struct db *db, struct arena *a, int64_t owner,
						    struct text id);

#endif

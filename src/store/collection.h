/*
 * collection - calendars, the inbox and outbox of a principal, and plain folders
 *
 * The name of a folder is its whole path below the home, decoded: "a/b" stands in "a". All others
 * stand in the home itself, and a segment of a path holds no slash.
 *
 * Every change inside a collection takes the next number of its sequence
 * (`seq`), from which sync tokens and CTags are made (RFC 6578); what was
 * removed leaves a tombstone with the number of its removal.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_COLLECTION_H
#define STORE_COLLECTION_H

#include "store/db.h"
#include "store/path.h"

enum collection_kind {
	COLLECTION_CALENDAR,
	COLLECTION_INBOX,
	COLLECTION_OUTBOX,
	COLLECTION_FOLDER, /* a plain collection (RFC 4918 §5.2) */
	/* What is read of a calendar elsewhere (outside.h): no path leads to it, and its name is of
	 * the store's own. */
	COLLECTION_OUTSIDE,
};

enum {
	COLLECTION_DEPTH_MAX = 16,  /* segments in the path of a folder */
	COLLECTION_PATH_MAX = 1000, /* bytes of it: a key of PostgreSQL has 2,700 */
};

struct collection {
	int64_t owner, id;
	enum collection_kind kind;
	struct text name;     /* the path segment, decoded; of a folder the path */
	unsigned components;  /* enum ical_component bits that it takes */
	bool transparent;     /* CALDAV:schedule-calendar-transp: not counted as busy */
	struct text timezone; /* calendar-timezone for zone_find_set(), or empty: the owner's */
	int64_t seq;	      /* of the last change */
	int64_t seq_floor;    /* tokens below this are too old: tombstones were dropped */
	int64_t created;
	/* Of an inbox: the calendar that invitations are put in (RFC 6638 §9.2); 0: none is named.
	 */
	int64_t default_calendar;
};

MUST_CHECK const struct fault *collection_find(struct db *db, struct arena *a, int64_t owner,
					       struct text name, struct collection **out);
MUST_CHECK const struct fault *collection_get(struct db *db, struct arena *a, int64_t owner,
					      int64_t id, struct collection **out);
/* All of an owner's, by name; folders in folders too. Calendars elsewhere are none of these. */
MUST_CHECK const struct fault *collection_list(struct db *db, struct arena *a, int64_t owner,
					       struct collection **out, size_t *count_out);
/* Those whose time may count as busy: opaque calendars, and calendars elsewhere. */
MUST_CHECK const struct fault *collection_list_busy(struct db *db, struct arena *a, int64_t owner,
						    struct collection **out, size_t *count_out);
/* Is it, or was it before it was buried, a calendar elsewhere? */
MUST_CHECK const struct fault *collection_is_outside(struct db *db, struct arena *a, int64_t owner,
						     int64_t id, bool *out);
/* The folders in a folder, and in those, by name: what holds another comes before it. */
MUST_CHECK const struct fault *collection_list_below(struct db *db, struct arena *a, int64_t owner,
						     struct text name, struct collection **out,
						     size_t *count_out);
/* When something in it was put or removed last; when it was made, if nothing was. UTC. */
MUST_CHECK const struct fault *collection_modified(struct db *db, struct arena *a,
						   const struct collection *c, int64_t *out);
/*
 * Where invitations with this component go (RFC 6638 §4.3): the default calendar of the inbox;
 * where none is named, or it takes no such component, the one named "calendar" or the first that
 * does. NULL: the owner has none.
 */
MUST_CHECK const struct fault *collection_for_invitations(struct db *db, struct arena *a,
							  int64_t owner, unsigned component,
							  struct collection **out);
/* The same, and the inbox that the message goes to; each may be NULL. */
MUST_CHECK const struct fault *collection_for_delivery(struct db *db, struct arena *a,
						       int64_t owner, unsigned component,
						       struct collection **calendar_out,
						       struct collection **inbox_out);
/* [tx] id, seq and created are given by the store. CONFLICT: the name is taken. */
MUST_CHECK const struct fault *collection_add(struct db *db, struct arena *a,
					      const struct collection *c, int64_t *id_out);
/*
 * [tx] For a calendar elsewhere that counts, under its number; or under a new one, if what it held
 * before is still being removed.
 */
MUST_CHECK const struct fault *collection_add_outside(struct db *db, struct arena *a,
						      struct collection *c);
/* [tx] Store transparent, timezone, components and default_calendar. */
MUST_CHECK const struct fault *collection_update(struct db *db, struct arena *a,
						 const struct collection *c);
/* [tx] Another name for it and for all below it. */
MUST_CHECK const struct fault *collection_rename(struct db *db, struct arena *a, int64_t owner,
						 struct text name, struct text to);
/*
 * What a collection holds, without what is in folders of it. Occurrences are counted up to `most`
 * and one more: there may be very many.
 */
struct collection_size {
	int64_t objects, bytes, occurrences;
};
MUST_CHECK const struct fault *collection_measure(struct db *db, struct arena *a,
						  const struct collection *c, int64_t most,
						  struct collection_size *out);
struct collection_mark {
	int64_t seq;
	int64_t push_until; /* end of the last registration (store/push.h); 0: there was none */
};
/* [tx] The next number of the sequence; also locks the collection's row. */
MUST_CHECK const struct fault *collection_next_seq(struct db *db, struct arena *a, int64_t owner,
						   int64_t id, struct collection_mark *out);
/* [tx] The same for many at once, each of them once; they come back sorted. NOT_FOUND. */
struct collection_place {
	int64_t owner, id;
	struct collection_mark mark; /* out */
};
MUST_CHECK const struct fault *collection_next_seqs(struct db *db, struct arena *a,
						    struct collection_place *at, size_t count);
/*
 * [tx] Take it out of sight at once, under a name nobody can ask for; what it
 * held is removed by collection_purge() in portions, from a job.
 */
MUST_CHECK const struct fault *collection_bury(struct db *db, struct arena *a, int64_t owner,
					       int64_t id);
/* [tx] Remove up to max objects of a buried collection; *done_out when nothing is left. */
MUST_CHECK const struct fault *collection_purge(struct db *db, struct arena *a, int64_t owner,
						int64_t id, int max, bool *done_out);

/* Removals are old that came before a time and are not among the newest ones of their collection.
 */
struct collection_old {
	int64_t before;
	int keep; /* how many of the newest are never old; at least 1 */
};
struct collection_key {
	int64_t owner, id;
};
/* Up to limit collections with old removals, ascending, after the given key. */
MUST_CHECK const struct fault *collection_with_old(struct db *db, struct arena *a,
						   const struct collection_old *old,
						   struct collection_key after, int limit,
						   struct collection_key **out, size_t *count_out);
/*
 * [tx] Forget some max of the old removals, the oldest first; sync tokens from before them are too
 * old from now on (RFC 6578 §3.2). *done_out when none is left, nor the collection.
 */
MUST_CHECK const struct fault *collection_forget(struct db *db, struct arena *a,
						 struct collection_key key,
						 const struct collection_old *old, int max,
						 bool *done_out);

#endif

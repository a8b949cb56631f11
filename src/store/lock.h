/*
 * lock - write locks of WebDAV (RFC 4918 §6)
 *
 * The root of a lock is a path: the names below the home of an owner, joined by '/', as
 * "work/a.ics", and never empty: the home itself is not locked. So a lock can stand on a name that
 * nothing has yet, and its scope is told by comparing paths. A lock that has expired is none,
 * whether or not it is still kept: all questions are asked at a time.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "store/db.h"
#include "store/path.h"

struct lock {
	int64_t owner;
	struct text path;  /* of its root */
	struct text token; /* a URI, never given twice */
	bool is_collection;
	int64_t creator; /* owner.id of who took it */
	bool shared, infinite;
	struct text holder;	  /* DAV:owner as it came; empty: none */
	int64_t seconds, expires; /* granted for; until then */
};

/* Is path in the scope of the lock? */
bool lock_covers(const struct lock *l, struct text path);

/* All of an owner's, by path and token. */
MUST_CHECK const struct fault *lock_list(struct db *db, struct arena *a, int64_t owner, int64_t now,
					 struct lock **out, size_t *count_out);
/* Those with their root at the path, above it or below. */
MUST_CHECK const struct fault *lock_list_near(struct db *db, struct arena *a, int64_t owner,
					      struct text path, int64_t now, struct lock **out,
					      size_t *count_out);
/* All in an owner's home that a user took, or (0) anybody; expired ones too. */
MUST_CHECK const struct fault *lock_count(struct db *db, struct arena *a, int64_t owner,
					  int64_t creator, int64_t *out);
/* Owners with locks that have expired, ascending from the one after `after`. */
MUST_CHECK const struct fault *lock_owners_of_expired(struct db *db, struct arena *a, int64_t after,
						      int64_t now, int limit, int64_t **out,
						      size_t *count_out);

/* [tx] Whether it may be is decided before. */
MUST_CHECK const struct fault *lock_add(struct db *db, struct arena *a, const struct lock *l);
/* [tx] Store seconds and expires. */
MUST_CHECK const struct fault *lock_prolong(struct db *db, struct arena *a, const struct lock *l);
/* [tx] */
MUST_CHECK const struct fault *lock_remove(struct db *db, struct arena *a, const struct lock *l);
/* [tx] Those with their root below the path, and there too if `whole`. */
MUST_CHECK const struct fault *lock_remove_tree(struct db *db, struct arena *a, int64_t owner,
						struct text path, bool whole);
/* [tx] */
MUST_CHECK const struct fault *lock_remove_expired(struct db *db, struct arena *a, int64_t owner,
						   int64_t now);

#endif

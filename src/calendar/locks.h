/*
 * locks - write locks as steps of a change (RFC 4918 §6, §7)
 *
 * A client's change of what may be locked says what it does to which place: change_guard(). It is
 * judged with the owners locked and before anything is written, so no lock is taken between the
 * look and the write. Who may write no more loses the locks there (change_set_access()), so that
 * none is held by somebody who could not take it. What is not guarded goes past locks: bookings,
 * imports and mailed replies do, as nobody who waits for them could be told to come back later.
 *
 * Paths are those of store/lock.h. Memory and threads: as the change.
 */
#ifndef CALENDAR_LOCKS_H
#define CALENDAR_LOCKS_H

#include "calendar/change.h"
#include "store/lock.h"

enum {
	LOCKS_MAX = 1000,	      /* of one user in one home */
	LOCK_SECONDS = 3600,	      /* where a client names no time */
	LOCK_SECONDS_MAX = 7 * 86400, /* and the longest that is granted, "Infinite" too */
};

/* What is done to a place. */
enum change_touch {
	TOUCH_CONTENT = 1 << 0, /* what stands there, or its properties */
	TOUCH_NEW = 1 << 1,	/* if no object of this name is there yet: its name comes */
	TOUCH_NAME = 1 << 2,	/* its name comes, goes, or means another resource */
	TOUCH_TREE = 1 << 3,	/* all that is below goes, and the locks there (§6.1, point 8) */
	TOUCH_GOES = 1 << 4,	/* with TOUCH_TREE: nothing comes in its place */
	/* What a DELETE does, and a MOVE where it takes from. */
	TOUCH_REMOVAL = TOUCH_CONTENT | TOUCH_NAME | TOUCH_TREE | TOUCH_GOES,
};

struct change_guard {
	int64_t owner;
	struct text path;
	unsigned touches;
	/* The collection that is touched, or in which something is; 0: none is there. */
	int64_t collection;
	struct text collection_name; /* by which the path was made */
	int64_t user;		     /* who asks */
	const struct text *tokens;   /* submitted (§10.4.1) */
	size_t token_count;
	/* result: the lock that is in the way, with LOCKED */
	const struct lock *blocked_by;
};
/*
 * LOCKED: a lock covers what is touched, and no token of one that the user has is submitted.
 * CONFLICT: the collection has another name by now, so that the path speaks of something else.
 */
MUST_CHECK const struct fault *change_guard(struct change *c, struct change_guard *g);

struct change_lock {
	struct lock
		lock; /* owner, path, is_collection, creator, shared, infinite, holder, seconds */
	/* results */
	const struct lock *blocked_by; /* with LOCK_CONFLICT */
	struct lock granted;
};
/* Take a lock. LOCK_CONFLICT, STORE_FULL: the user has LOCKS_MAX in the home. */
MUST_CHECK const struct fault *change_take_lock(struct change *c, struct change_lock *l);

/* One lock by its token, at a path that should be in its scope. */
struct change_lock_use {
	int64_t owner;
	struct text path, token;
	int64_t user;
	int64_t seconds;  /* refresh: 0: for as long as before */
	bool may_release; /* locks of others too (RFC 3744 §3.5) */
	/* result of a refresh */
	struct lock granted;
};
/* Begin its time anew. LOCK_NOT_REFRESHED: no such lock of the user covers the path. */
MUST_CHECK const struct fault *change_refresh_lock(struct change *c, struct change_lock_use *u);
/* LOCK_ELSEWHERE: no such lock covers the path. FORBIDDEN: it is somebody else's. */
MUST_CHECK const struct fault *change_release_lock(struct change *c, struct change_lock_use *u);

/* Remove what has expired everywhere, one change per home. */
MUST_CHECK const struct fault *locks_expire(struct calendar *cal, struct arena *a, int64_t now);

#endif

/*
 * lock - what locks mean for a request (RFC 4918 §6, §7, §10.4)
 *
 * A method that writes says what it does to which resource, before dav_commit():
 *
 *	f = dav_guard(dr, c, dr, TOUCH_CONTENT);
 *
 * and for a resource that it writes elsewhere (a Destination), the same with a request that was
 * resolved to that. Where nothing was said, dav_commit() takes it that what stands at the path is
 * touched. The If header is judged for all methods before they run, and for those that write once
 * more inside the change.
 *
 * Memory and threads: as the request.
 */
#ifndef DAV_LOCK_H
#define DAV_LOCK_H

#include "calendar/locks.h"
#include "dav/if.h"
#include "dav/props.h"

/* Where a lock can have its root; a name that nothing in a collection has yet is one. */
#define DAV_LOCKABLE (DAV_CALENDAR | DAV_PLAIN | DAV_MEMBERS | DAV_FREE_OBJECT | DAV_FREE_FILE)

/* What one request knows of locks; made where it is needed first. */
struct dav_locking {
	const struct dav_if *condition; /* NULL: there is no If header */
	struct dav_guarded *guarded;	/* places that were spoken of */
	bool is_guarded;		/* enough was said */
	struct dav_known_locks *known;	/* what properties have read */
};
struct dav_locking *dav_locking(struct dav_request *dr);

/* A collection's name in the paths of who asks, and where it is kept (target.h: "alice~work"). */
struct dav_naming {
	const struct dav_whose *whose;
	struct text shown, kept;
};

/* ---- locking.c ----------------------------------------------------------------------------- */

/* A LOCK without a body (§9.10.2). */
bool dav_is_refresh(const struct dav_request *dr);

/* The path of what a request was resolved to, for store/lock.h; NULL-text: no lock is there. */
struct text dav_lock_path(struct arena *a, const struct dav_request *at);

/* The href of a lock's root. */
struct dav_naming dav_naming_of(const struct dav_request *at);
struct text dav_lock_root(struct arena *a, const struct dav_naming *n, const struct lock *l);

/* ---- guard.c ------------------------------------------------------------------------------ */

/* `at` is touched so (enum change_touch); it is dr itself, or lives as long. */
MUST_CHECK const struct fault *dav_guard(struct dav_request *dr, struct change *c,
					 const struct dav_request *at, unsigned touches);
/* What dav_commit() adds to a change. */
MUST_CHECK const struct fault *dav_guard_rest(struct dav_request *dr, struct change *c);
/*
 * LOCKED with the href of the lock's root. Where that lies below what the request is about, 207 is
 * answered (§9.6.1) and NULL returned. All other faults pass.
 */
const struct fault *dav_tell_lock(struct dav_request *dr, const struct fault *f);

/* ---- if_state.c ------------------------------------------------------------------------------ */

/* Read the If header and judge it. BAD_REQUEST, PRECONDITION, LOCK_NOT_REFRESHED. */
MUST_CHECK const struct fault *dav_check_if(struct dav_request *dr);
/* The same inside a change: a change_require_fn; ctx is the request. */
const struct fault *dav_require_if(void *ctx, struct db *db, struct arena *a);

/* ---- lock.c ------------------------------------------------------------------------------------
 */

const struct fault *dav_lock(struct dav_request *dr);
const struct fault *dav_unlock(struct dav_request *dr);

/* ---- lock_props.c: what is said of locks, and getters for props_rfc4918.c ----------------------
 */

/* <D:activelock>, with the time that is left now. */
void dav_put_active_lock(struct buf *out, const struct dav_naming *n, const struct lock *l,
			 int64_t now);

const struct fault *dav_get_lockdiscovery(struct dav_view *v, struct buf *out, bool *found_out);
const struct fault *dav_get_supportedlock(struct dav_view *v, struct buf *out, bool *found_out);

#endif

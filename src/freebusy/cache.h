/*
 * cache - timelines that were asked for before
 *
 * Keyed by (owner, calendar or all, piece of time); an entry is good for one
 * version of the owner and of the zone data. Only timelines are cached, never slots
 * (decisions 5). Bounded in bytes; the least recently used goes first.
 *
 * Threads: all functions may be called from any thread. What freebusy_cached()
 * gives was copied into, or is held by, the arena.
 */
#ifndef FREEBUSY_CACHE_H
#define FREEBUSY_CACHE_H

#include "freebusy/timeline.h"
#include "store/collection.h"
#include "store/owner.h"

struct freebusy_cache;

struct freebusy_cache *freebusy_cache_create(size_t max_bytes);
void freebusy_cache_destroy(struct freebusy_cache *cache);

/*
 * The joined busy periods within [from, to) of an owner at owner->version, or of
 * one calendar of theirs (calendar != NULL). The caller has just read the version.
 */
MUST_CHECK const struct fault *freebusy_cached(struct freebusy_cache *cache, struct db *db,
					       struct arena *a, const struct owner *owner,
					       const struct collection *calendar, int64_t from,
					       int64_t to, const struct busy_period **out,
					       size_t *count_out);

/* As whoever asks is shown it: the same, and what the owner's hours close (collect.h). */
MUST_CHECK const struct fault *freebusy_shown(struct freebusy_cache *cache, struct db *db,
					      struct arena *a, const struct owner *owner,
					      const struct collection *calendar, int64_t from,
					      int64_t to, const struct busy_period **out,
					      size_t *count_out);
/* The same of all calendars, as a booking sees it; see freebusy_collect_for_booking(). */
MUST_CHECK const struct fault *freebusy_cached_for_booking(
	struct freebusy_cache *cache, struct db *db, struct arena *a, const struct owner *owner,
	int64_t from, int64_t to, const struct busy_period **out, size_t *count_out);

#endif

/*
 * pieces - what is known of an owner's time, kept in pieces of 32 days
 *
 * Busy time (cache.h) and booked time (booking/booked.h) are kept so. A piece is immutable, and
 * good for one version of its owner and of the zone data. It is read within one snapshot after that
 * version was read, so it is never older than the version says; where it is newer, the next
 * question brings the newer version along and reads it anew.
 *
 * A piece holds structs of one kind that begin with int64_t start, end, ascend by start, and point
 * to nothing.
 *
 * Threads: any.
 */
#ifndef FREEBUSY_PIECES_H
#define FREEBUSY_PIECES_H

#include "base/fault.h"

struct arena;
struct db;
struct lru;
struct owner;

struct pieces {
	struct lru *table; /* of pieces of this kind; weights are bytes */
	struct db *db;
	const struct owner *owner; /* at the version that the caller has just read */
	int64_t part;		   /* of what is the owner's; 0: all */
	size_t entry_size;
	/* What overlaps [from, to), from rows; asked within a snapshot. */
	const struct fault *(*load)(void *ctx, struct arena *a, int64_t from, int64_t to,
				    const void **out, size_t *count_out);
	void *ctx;
};

/* The number of the piece that an instant lies in. */
int64_t pieces_number(int64_t instant);

/*
 * Those of one piece from the first that may overlap [from, to) to the last; held by the arena.
 * What reaches across a seam stands in both pieces.
 */
MUST_CHECK const struct fault *pieces_get(const struct pieces *p, struct arena *a, int64_t number,
					  int64_t from, int64_t to, const void **out,
					  size_t *count_out);

#endif

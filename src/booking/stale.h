/*
 * stale - whose calendars elsewhere are read before their time is judged
 *
 * A copy that is too old is read first, and where that is wanted any copy, by a reading that begins
 * now (federation.check). What cannot be had is closed by the age alone, or at a desk of its own.
 * Who waits, and how, is the caller's: nothing is asked of a provider here.
 */
#ifndef BOOKING_STALE_H
#define BOOKING_STALE_H

#include "booking/host.h"

struct stale_mark;

/* The caller fills in the first part. */
struct stale {
	struct booking_desk *desk;
	struct arena *arena;
	int64_t now;
	bool is_strict; /* by a reading that begins now; else by one that is young enough */

	int64_t *owners; /* who is to be read; none: nobody */
	size_t count;
	const struct host *const *named; /* whom a team's type names, as they were looked up */
	struct stale_mark *marks;	 /* how their calendars were before, if it is strict */
	size_t mark_count;
};

/* Of a type with a team whoever may come; else its host. */
MUST_CHECK const struct fault *stale_find(struct stale *e, struct db *db, const struct host *host,
					  const struct booking_type *type);
/* How old a copy may be for it. */
int64_t stale_age_s(const struct stale *e);
/*
 * Once they were read or could not be: the desk to go on with, where those are closed whom a strict
 * reading did not reach.
 */
MUST_CHECK const struct fault *stale_desk(const struct stale *e, struct db *db,
					  struct booking_desk **out);

#endif

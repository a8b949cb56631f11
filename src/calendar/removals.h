/*
 * removals - how long a calendar remembers what was removed from it
 *
 * A client that syncs is told of removals since its last visit (RFC 6578 §3.5.2). They are
 * remembered for a season, and some of the newest ones for ever, so that a token grows too old
 * only where a client stayed away for long and much was removed meanwhile (§3.2: servers "MUST
 * limit themselves to invalidating tokens only when absolutely necessary"). Such a client lists
 * anew, and loses nothing.
 */
#ifndef CALENDAR_REMOVALS_H
#define CALENDAR_REMOVALS_H

#include "calendar/calendar.h"

enum { REMOVALS_KEEP_DAYS = 90, REMOVALS_KEEP_NEWEST = 1000 };

/*
 * Forget what is older, in portions with a transaction each; for a worker. A fault of the store
 * ends it, as does calendar->stopping, and the rest has its turn again.
 */
MUST_CHECK const struct fault *removals_forget(struct calendar *cal, struct arena *a, int64_t now);

#endif

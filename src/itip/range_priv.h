/*
 * range_priv - a series that somebody takes part in for a while
 *
 * A THISANDFUTURE may leave somebody out from one instance on, and a later one take them in again:
 * to them the series ends, or pauses. They are not shown the component, as it is not theirs; the
 * series as they see it says so itself.
 *
 * Memory: in the arena. Threads: no state.
 */
#ifndef ITIP_RANGE_PRIV_H
#define ITIP_RANGE_PRIV_H

#include "itip/draft.h"
#include "itip/instance.h"

/* Where edits of a series go: on its part alone, or on the object that has it. */
struct itip_target_edit {
	struct ical_edit *edit;
	size_t shift; /* where the component begins in what is edited */
};

/* The series has no instance from this one on (RFC 5545 §3.3.10 UNTIL). */
void itip_series_end(const struct itip_part *series, struct itip_target_edit to, int64_t id);

/* Does a component concern whom the series is shown to? */
typedef bool (*itip_concerns_fn)(void *ctx, const struct ical_item *item);

/*
 * A series of these instances with what THISANDFUTUREs leave them out of taken from it. False, and
 * nothing is edited: that is all of it.
 */
MUST_CHECK bool itip_series_leave(const struct itip_part *series, struct itip_target_edit to,
				  const struct itip_instances *all, itip_concerns_fn concerns,
				  void *ctx);

#endif

/*
 * reference - time zones by their names alone (RFC 7809)
 *
 * Memory: the result lives in the arena, or is the raw text itself. Threads: no state.
 */
#ifndef ICAL_REFERENCE_H
#define ICAL_REFERENCE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/* An object without each VTIMEZONE that the zone database knows by its TZID; all else stays. */
MUST_CHECK const struct fault *ical_without_zones(struct arena *a, struct text raw,
						  struct text *out);

#endif

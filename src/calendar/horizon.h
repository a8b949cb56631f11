/*
 * horizon - how far ahead occurrences stand as rows
 *
 * Rows stand from a year before the store was made to some two years ahead. A daily job
 * moves the far end: it re-expands, in portions, what recurs beyond it and
 * what was expanded with older zone data, then raises the mark.
 */
#ifndef CALENDAR_HORIZON_H
#define CALENDAR_HORIZON_H

#include "calendar/calendar.h"

enum { HORIZON_AHEAD_DAYS = 800, HORIZON_MIN_DAYS = 740, HORIZON_BACK_DAYS = 366 };

/* Is the mark so near that the job should run? */
MUST_CHECK const struct fault *horizon_is_due(struct calendar *cal, struct arena *a, int64_t now,
					      bool *due_out);

/* Move it; does everything in portions of one transaction each. For a worker. */
MUST_CHECK const struct fault *horizon_move(struct calendar *cal, struct arena *a, int64_t now);

#endif

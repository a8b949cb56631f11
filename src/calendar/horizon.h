/*
 * horizon - how far ahead occurrences stand as rows
 *
 * Rows stand from a year before the store was made to some two years ahead. The far end
 * is moved now and then: what recurs beyond it is expanded anew, object by object, then
 * the mark is raised. Changes that are planned meanwhile expand a day further than the new mark,
 * so that none is overlooked: between its plan and its commit lies less than a day.
 */
#ifndef CALENDAR_HORIZON_H
#define CALENDAR_HORIZON_H

#include "calendar/calendar.h"

enum { HORIZON_AHEAD_DAYS = 800, HORIZON_MIN_DAYS = 740, HORIZON_BACK_DAYS = 366 };

/* Is the mark so near that the job should run? */
MUST_CHECK const struct fault *horizon_is_due(struct calendar *cal, struct arena *a, int64_t now,
					      bool *due_out);

/*
 * Move it, with a transaction for each object; for a worker. What cannot be expanded is
 * logged and passed over; a fault of the store ends the move, and the mark stays.
 */
MUST_CHECK const struct fault *horizon_move(struct calendar *cal, struct arena *a, int64_t now);

#endif

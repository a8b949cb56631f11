/*
 * horizon - how far ahead occurrences stand as rows, and with which zone data
 *
 * Rows stand from some year ago to some two years ahead. Both ends are moved now and then:
 * what recurs beyond the far one is expanded anew, object by object, then
 * the mark is raised. Changes that are planned meanwhile expand a day further than the new mark,
 * so that none is overlooked: between its plan and its commit lies less than a day.
 *
 * Rows also depend on the zone data. A process reads these when it starts (ical/zone.h) and looks
 * once whether the store's rows were made with the same; if not, it expands anew what names
 * a zone. Owners' versions rise with it, while no client sees a change of the objects: their
 * bytes are as they were. Bookings follow their events (follow.c).
 *
 * Processes with different zone data on one store: the one that started last wins, as each
 * looks once in its life, at its first turn, and an older one never turns rows back. What the
 * older one still writes is of its data and marks the store as mixed; the next process that starts
 * finds just those objects. So a mixture lasts until the older process is started again, and no
 * two of them go on for ever.
 */
#ifndef CALENDAR_HORIZON_H
#define CALENDAR_HORIZON_H

#include "calendar/calendar.h"

enum { HORIZON_AHEAD_DAYS = 800, HORIZON_MIN_DAYS = 740, HORIZON_BACK_DAYS = 366 };

/*
 * Is the mark so near that the job should run, or are there rows of other zone data that this
 * process has not looked at? One read of three settings. Not from two threads at once.
 */
MUST_CHECK const struct fault *horizon_is_due(struct calendar *cal, struct arena *a, int64_t now,
					      bool *due_out);

/*
 * Do what is due, with a transaction for each object; for a worker, after horizon_is_due(). What
 * cannot be expanded is logged, and busy between the two marks; a fault of the store ends the
 * move, and so does the end of the process (UNAVAILABLE): the mark stays, and the zone data have
 * their turn again.
 */
MUST_CHECK const struct fault *horizon_move(struct calendar *cal, struct arena *a, int64_t now);

#endif

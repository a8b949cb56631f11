/*
 * mirror - what is read of a calendar elsewhere becomes calendar objects
 *
 * A series is put together from its rows, in whatever order they came: the master, instances that
 * differ (RECURRENCE-ID), dates on which it does not take place (EXDATE). An instance whose series
 * is not known stands alone until it is. No organizer and no attendees: nobody is invited by a
 * copy. What cannot be expanded counts as busy (booking case C12).
 *
 * Pure, but for mirror_plan().
 */
#ifndef FEDERATION_MIRROR_H
#define FEDERATION_MIRROR_H

#include "federation/provider.h"

struct change;
struct db;

/* Name of the object of a series, and its UID: nobody else's, and the same each time. */
struct text mirror_name(struct arena *a, struct text series);

/*
 * The object of a series from its rows; empty: nothing of it takes time. `uid` as mirror_name().
 */
struct text mirror_object(struct arena *a, const struct outside_event *rows, size_t count,
			  struct text uid);

/*
 * Of a component as another server keeps it what the mirror needs: no people, files, alarms, notes
 * or extensions; empty where `me` has declined it. Of all components of an object, masters first.
 */
struct text mirror_trim(struct arena *a, struct text object, const struct text *me,
			size_t me_count);

/*
 * Say to a change all that a page makes of the calendar's rows and objects. Ours are to be left
 * out by the caller.
 */
MUST_CHECK const struct fault *mirror_plan(struct change *c, struct db *db, struct arena *a,
					   const struct outside_calendar *cal,
					   const struct remote_event *events, size_t count);
/* The same of rows that a reading from the beginning did not see; *done_out: none is left. */
MUST_CHECK const struct fault *mirror_plan_unseen(struct change *c, struct db *db, struct arena *a,
						  const struct outside_calendar *cal,
						  bool *done_out);

#endif

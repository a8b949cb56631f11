/*
 * mirror - what is read of a calendar elsewhere becomes calendar objects
 *
 * A series is put together from its rows, in whatever order they came: the master, instances that
 * differ (RECURRENCE-ID), dates on which it does not take place (EXDATE). An instance whose series
 * is not known stands alone until it is. No organizer and no attendees: nobody is invited by a
 * copy. What cannot be expanded counts as busy (booking case C12).
 *
 * Lines that the reader does not take are cut down to their times; so a rule that nobody can read
 * counts at its first date alone. Pure, but for mirror_plan*().
 */
#ifndef FEDERATION_MIRROR_H
#define FEDERATION_MIRROR_H

#include "federation/provider.h"

struct change;
struct change_outside;
struct db;

/* Name of the object of a series, and its UID: nobody else's, and the same each time. */
struct text mirror_name(struct arena *a, struct text series);

/*
 * The object of a series from its rows, in any order; empty: nothing of it takes time. `uid` as
 * mirror_name(). Lines are whole components, or those of one VEVENT without its BEGIN and END.
 */
struct text mirror_object(struct arena *a, const struct outside_event *rows, size_t count,
			  struct text uid);

/* Is it a calendar object from its begin to its end, and not a part of one, or a web page? */
bool mirror_is_whole(struct arena *a, struct text object);
/* Whose answers to invitations count. */
struct mirror_me {
	const struct text *at; /* addresses */
	size_t count;
	bool skips_unanswered; /* see store/outside.h */
};
/*
 * Of a component as another server keeps it what the mirror needs: no people, files, alarms, notes
 * or extensions; empty where `me` lets it pass. Of all components of an object, masters first.
 */
struct text mirror_trim(struct arena *a, struct text object, const struct mirror_me *me);

/*
 * Say to a change all that events of one page make of a calendar's objects, and fill in what
 * becomes of its rows (put, gone, untold) for change_outside(). Events of one series come together,
 * those of one id once (mirror_sort()); ours are left out by the caller. Results live in the
 * change's arena.
 */
MUST_CHECK const struct fault *mirror_plan(struct change *c, struct db *db, struct arena *a,
					   const struct outside_calendar *cal,
					   const struct remote_event *events, size_t count,
					   struct change_outside *rows_out);
/*
 * Rows go, each alone: such as turned out to be ours, and those that a reading from the beginning
 * did not see. What else there is of their series stays.
 */
MUST_CHECK const struct fault *mirror_plan_drop(struct change *c, struct db *db, struct arena *a,
						const struct outside_calendar *cal,
						const struct text *remotes, size_t count,
						struct change_outside *rows_out);

/* The series that an event belongs to; its own id where it is none. */
struct text mirror_series(const struct remote_event *e);
/* By series, in the order they came; of one id the last. Returns how many are left. */
size_t mirror_sort(struct arena *a, struct remote_event *events, size_t count);

#endif

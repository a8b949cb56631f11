/*
 * copies - bookings are written to the calendars that their hosts have elsewhere
 *
 * Whatever changes a booking queues, in its transaction, one job of kind "copy" for each of its
 * hosts who has a calendar elsewhere that takes bookings, or has had one written there before. The
 * job says only which booking it is: what is to stand there is decided when it runs
 * (federation/copy.h), so many changes at once are written once, and the newest state is what is
 * written. Of a booking that shares its event with others the event is what is written, so the job
 * is about the one that all of them go by.
 *
 * When an owner names another calendar that takes bookings, those to come are brought there, a
 * portion at a time.
 */
#ifndef CALENDAR_COPIES_H
#define CALENDAR_COPIES_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct booking;
struct change;
struct db;
struct job;

enum { COPIES_PORTION = 100 }; /* bookings that are looked at in one change */

/* [tx] What was just done to a booking: in the calendars of all its hosts. */
MUST_CHECK const struct fault *copies_queue(struct change *c, struct db *db,
					    const struct booking *b);
/* [tx] The same of those who are its hosts before others take their place. */
MUST_CHECK const struct fault *copies_queue_hosts(struct change *c, struct db *db, int64_t owner,
						  struct text booking);
/* [tx] Bookings of an owner that are to come, or under way: another calendar takes them now. */
MUST_CHECK const struct fault *copies_queue_all(struct change *c, struct db *db, int64_t owner);
/* [tx] Whatever waits to be tried again in a host's calendar is due now. */
MUST_CHECK const struct fault *copies_hasten(struct change *c, struct db *db, int64_t host);

/* What a job is about. */
struct copies_task {
	int64_t host;	     /* in whose calendar */
	int64_t owner;	     /* of the booking */
	struct text booking; /* empty: all that are to come, from here on */
	bool elsewhere;	     /* those of other owners, to which the host comes */
	int64_t from;	     /* they start then or later */
	struct text after;   /* and come past this one */
};
struct job copies_job(struct arena *a, const struct copies_task *task, int64_t now);
/* BAD_REQUEST: it is none of ours. */
MUST_CHECK const struct fault *copies_task_read(struct arena *a, const struct job *j,
						struct copies_task *out);
/*
 * Say to a change the jobs of a portion of them, and the one of the next portion. Those that are
 * over are left out.
 */
MUST_CHECK const struct fault *copies_plan_portion(struct change *c, struct db *db, struct arena *a,
						   const struct copies_task *task, int64_t now);

#endif

/*
 * remind - what a job of kind "remind" tells now, if anything
 *
 * What is due when, and for whom, is calendar/reminders.h. When the time has come the meeting is
 * looked at anew: does it stand, is it confirmed, does it still begin then, has it not begun, is
 * it not told far too late, does its invitee want reminders? A series has jobs for its next
 * instance alone, as its event says it is: a host may have moved one, or taken it out.
 *
 * A reminder that may have left is not repeated (decisions 19), so what comes after it (the next
 * instance, the other hosts of a team) is queued before it leaves.
 *
 * Threads: no state.
 */
#ifndef POST_REMIND_H
#define POST_REMIND_H

#include "calendar/reminders.h"
#include "mail/compose.h"
#include "post/route.h"

struct booking;
struct booking_type;
struct host;
struct owner;

struct remind {
	const struct host *host;
	const struct booking_type *type; /* NULL: it is offered no more */
	struct booking *booking;
	struct reminder_task task;
	struct reminder reminder;
	int64_t start, end;	     /* of this instance; 0: there is none to tell of */
	int64_t next, next_due;	     /* the start of the next one; 0: none */
	const struct owner **others; /* hosts of a team, each of whom gets a job */
	size_t other_count;
	const struct owner *reader; /* REMIND_HOST: who is told */
	bool is_idle;		    /* there is nothing to tell any more */
	bool is_early; /* the zone, or the clock, says that it is due later than it was */
};

/* Of a job; all but what is to be queued is empty where it is idle. BAD_REQUEST. */
MUST_CHECK const struct fault *remind_load(const struct post *p, struct arena *a,
					   const struct job *j, int64_t now, struct remind *out);

/* Queue what comes after it, in a change of its own. A second time it changes nothing. */
MUST_CHECK const struct fault *remind_go_on(const struct post *p, struct arena *a,
					    const struct remind *r, int64_t now);

/* REMIND_WEBHOOKS: queue what they are told. */
MUST_CHECK const struct fault *remind_tell_webhooks(const struct post *p, struct arena *a,
						    const struct remind *r, int64_t now);

/* The others: what the mail says and to whom, and what it is about; its addresses are the route's.
 */
MUST_CHECK const struct fault *remind_write(const struct post *p, struct arena *a,
					    const struct remind *r, int64_t now,
					    struct route_about *about_out,
					    struct mail_message *out);

#endif

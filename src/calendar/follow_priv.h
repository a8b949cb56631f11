/*
 * follow_priv - what the parts of following share
 *
 *	follow.c        what becomes of a booking, and who hears of it
 *	follow_event.c  what the event says
 *	follow_hold.c   the time that it takes
 *	follow_answers.c  a host of a team declines
 */
#ifndef CALENDAR_FOLLOW_PRIV_H
#define CALENDAR_FOLLOW_PRIV_H

#include "calendar/schedule_priv.h"

/* One booking, and its event before and after. */
struct follow {
	struct change *c;
	struct db *db;
	struct booking *booking;
	struct booking *all; /* that stand, and share the event; booking is one of them */
	size_t count, left;  /* left: how many of them stand still */
	const struct stored_object *at;	    /* where it stands; NULL: it is gone */
	const struct ical_object *is, *was; /* NULL: gone; not known */
	int64_t until;			    /* when the last of it is over */
	struct itip_user invitee;	    /* of the booking, by all their addresses */
};

enum follow_verdict { FOLLOW_STAYS, FOLLOW_GOES_ELSEWHEN, FOLLOW_ENDS };

/* What becomes of it: when it is from now on, and of a series by which rule. */
struct follow_course {
	enum follow_verdict verdict;
	const struct busy_period *at; /* ascending; of one meeting its own time alone */
	size_t count;
	struct text rule;
};

/* ---- what the event says (follow_event.c) ---------------------------------------------------- */

bool follow_recurs(const struct ical_object *o);
/* The host's program says that it takes place, and did not before. */
bool follow_is_confirmed(const struct follow *w);
/* Past all that the invitee may have seen; the host's program may have counted on by itself. */
int32_t follow_next_sequence(const struct follow *w);
MUST_CHECK const struct fault *follow_judge(const struct follow *w, struct follow_course *out);

/* ---- the time that it takes (follow_hold.c) ---------------------------------------------------
 */

/* These times of everybody whose time it takes. */
MUST_CHECK const struct fault *follow_hold(struct follow *w, const struct follow_course *course);
/* Nobody's time is taken any more, and whose turn it was gets it back. */
MUST_CHECK const struct fault *follow_release(struct follow *w);

#endif

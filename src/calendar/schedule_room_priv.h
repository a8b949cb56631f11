/*
 * schedule_room_priv - what is asked of a room, or of whoever has invitations answered
 *
 *	schedule_room.c    the answer
 *	schedule_limits.c  what the owner's limits say to it
 *	schedule_hold.c    the time that an accepted meeting holds
 */
#ifndef CALENDAR_SCHEDULE_ROOM_PRIV_H
#define CALENDAR_SCHEDULE_ROOM_PRIV_H

#include "calendar/schedule_priv.h"
#include "store/answer.h"

struct zone;

/*
 * The instances of a meeting that are not yet over, up to the horizon, ascending. Where all lie
 * past it: the first of them, for so many days as there are to the horizon.
 */
struct room_times {
	const struct owner *owner;
	const struct zone *zone; /* of the calendar, else of the owner */
	int64_t now;
	const struct busy_period *at; /* one for each; they may overlap */
	size_t count;
	int64_t goes_on_until; /* instances past the horizon; 0: there are none */
	bool is_unseen;	       /* it goes on, but none could be found */
};

MUST_CHECK const struct fault *room_times_read(struct arena *a, struct db *db, int64_t owner,
					       int64_t calendar, const struct object_plan *plan,
					       int64_t now, struct room_times *out);

/* "meeting/UID": no booking's id has a slash. */
struct text room_hold_name(struct arena *a, struct text uid);

/* A sentence with the first of those times: "It is not free: 2027-01-18 09:00 and 2 more (UTC)." */
typedef bool (*room_time_fn)(const void *ctx, const struct busy_period *p);
/* NULL: of none of them is it so. */
const char *room_times_tell(struct arena *a, const struct room_times *t, const char *lead,
			    room_time_fn is_so, const void *ctx);

/*
 * *why_out: a sentence on what the limits have against it; NULL: nothing. Without times only who
 * invites is judged, and how far it goes.
 */
MUST_CHECK const struct fault *room_limits_judge(struct arena *a, struct db *db,
						 const struct answer_limits *l,
						 const struct room_times *t,
						 const struct schedule_inviters *who,
						 const char **why_out);

#endif

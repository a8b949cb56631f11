/*
 * elsewhere - a booking in the calendar that a host has elsewhere
 *
 * What is to stand there, in plain values; and what becomes of the booking once its host has moved
 * or deleted it there. That is done as if their calendar app had done it here: the event is changed
 * and the booking follows it (calendar/follow.c). No rule is asked of a host, and the invitee is
 * told.
 */
#ifndef BOOKING_ELSEWHERE_H
#define BOOKING_ELSEWHERE_H

#include "booking/host.h"
#include "store/booking.h"

struct change;

struct book_elsewhere {
	struct booking *booking; /* one of the event that stands, if any does; NULL: there is none
				  */
	bool stands;		 /* it takes this host's time */
	bool is_tentative;	 /* it waits to be confirmed */
	struct text title, description, location;
	struct text manage;	  /* the host's link to it */
	struct text timezone;	  /* IANA name */
	enum booking_place place; /* of its type */
};

/*
 * The event that a booking goes by may stand on without it, for others who share it: the first of
 * them who stands; else itself. NULL: there is none.
 */
MUST_CHECK const struct fault *book_find_elsewhere(struct db *db, struct arena *a, int64_t owner,
						   struct text booking, struct booking **out);
MUST_CHECK const struct fault *book_look_elsewhere(struct booking_desk *desk, struct db *db,
						   struct arena *a, int64_t host, int64_t owner,
						   struct text booking, struct book_elsewhere *out);

/*
 * A host has moved it there, a series with all its times. *change_out NULL: it stands there
 * already, or has no event. CONFLICT: it is not theirs to move (somebody else organizes it, or it
 * is a team's), or single times of a series are others than the rule says.
 */
MUST_CHECK const struct fault *book_prepare_moved_there(struct booking_desk *desk, struct db *db,
							struct arena *a, int64_t host,
							const struct booking *b, int64_t start,
							int64_t end, int64_t now,
							struct change **change_out);
/* They have deleted it there; of a team's they decline. *change_out NULL: it has no event. */
MUST_CHECK const struct fault *book_prepare_gone_there(struct booking_desk *desk, struct db *db,
						       struct arena *a, int64_t host,
						       const struct booking *b, int64_t now,
						       struct change **change_out);

#endif

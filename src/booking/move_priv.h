/*
 * move_priv - what moving a booking and moving a place in a meeting share
 */
#ifndef BOOKING_MOVE_PRIV_H
#define BOOKING_MOVE_PRIV_H

#include "booking/book_priv.h"
#include "booking/seats.h"
#include "booking/series.h"

/* What a move is about: who, what, and where the event stands. */
struct move {
	const struct host *host;
	const struct booking_type *type;
	struct stored_object *event;	  /* NULL: it is gone */
	const struct ical_object *parsed; /* NULL: it cannot be read */
	int32_t duration_min;
	struct series series;	 /* when it takes place from then on */
	struct team_had had;	 /* hosts of a team as they were */
	struct team_hosts hosts; /* and will be; none: its owner alone */
	struct booking *others;	 /* who come to the same event */
	size_t other_count;
	struct seats_event joins; /* of a meeting of several places: who come to the wanted one */
	bool found;		  /* somebody does */
};

/*
 * To another meeting of the same type, which may have a UID of its own (move_seat.c). `after` is
 * the booking as it will be, but for its event.
 */
MUST_CHECK const struct fault *move_seat(struct booking_desk *desk, struct db *db, struct arena *a,
					 struct move *m, const struct booking *b,
					 struct booking *after, enum booking_actor who,
					 struct change **change_out);

#endif

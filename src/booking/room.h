/*
 * room - rooms and resources as hosts of a meeting
 *
 * They have no hours for booking as people have: they are there whenever invitations to them are
 * accepted (store/answer.h, `fasti user set`), and within the same limits. What a booking takes of
 * their time is held as that of any host, so an invitation to what is booked asks nothing more.
 */
#ifndef BOOKING_ROOM_H
#define BOOKING_ROOM_H

#include "booking/slots.h"
#include "store/answer.h"

struct host_room {
	struct answer_limits limits;
	struct booking_schedule schedule; /* its weekly hours, else day and night */
};

/* NULL in *out: the owner is neither room nor resource. */
MUST_CHECK const struct fault *room_read(struct db *db, struct arena *a, const struct owner *owner,
					 const struct host_room **out);

/* Does it take part in meetings of this kind at all: whoever has the type, and so long? */
MUST_CHECK const struct fault *room_takes_part(struct db *db, struct arena *a,
					       const struct host_room *room,
					       const struct slot_ask *ask,
					       const struct owner *whose, bool *out);
/* Leave of its hours what is neither too soon nor too far ahead. */
void room_limit_hours(struct arena *a, const struct host_room *room, struct slot_question *q);

#endif

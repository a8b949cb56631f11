/*
 * taken - what the holds of a host stand for
 *
 * A hold is bare time (hold.h). Here it is joined with the booking that it goes by, be that the
 * host's own or one of a team that the host belongs to, and with the event that shows it.
 */
#ifndef STORE_TAKEN_H
#define STORE_TAKEN_H

#include "store/booking.h"
#include "store/hold.h"

struct taken {
	int64_t start, end, expires_at; /* as in struct hold */
	struct text booking;		/* public id */
	struct text type;		/* public id; empty: it goes by no booking */
	int64_t type_owner;		/* 0: none */
	int32_t seats;			/* of all bookings that stand and share its event */
};

/*
 * Those that overlap [from, to), ascending by start, none over another; also those that have run
 * out. Of a hold that was put over others: what it has beside these, as bare time.
 */
MUST_CHECK const struct fault *taken_range(struct db *db, struct arena *a, int64_t owner,
					   int64_t from, int64_t to, struct taken **out,
					   size_t *count_out);

/*
 * What starts within [from, to), stands, and holds no time, ascending by start: bookings of teams
 * that would be this host's and wait to be confirmed, and with `own` the owner's, which wait, too,
 * or were put over others.
 */
MUST_CHECK const struct fault *taken_without_hold(struct db *db, struct arena *a, int64_t owner,
						  int64_t from, int64_t to, bool own,
						  struct taken **out, size_t *count_out);

/*
 * The objects of the owner whose instances the holds that overlap [from, to) are, and those of
 * meetings there that the owner only has a team for: their hosts' time is taken, not the owner's.
 * None is longer than a day, and an hour for changing clocks.
 */
struct taken_event {
	int64_t object, start, end;
};
MUST_CHECK const struct fault *taken_events(struct db *db, struct arena *a, int64_t owner,
					    int64_t from, int64_t to, struct taken_event **out,
					    size_t *count_out);

/* The booking that stands, has this UID, and holds time of the owner's; empty: there is none. */
MUST_CHECK const struct fault *taken_by_meeting(struct db *db, struct arena *a, int64_t owner,
						struct text uid, struct text *booking_out);

#endif

/*
 * conference - a link that a provider makes for each booking
 *
 * A type may say that its meetings are in Google Meet or Teams. Then the copy that is written to
 * the calendar of the host who has such an account has the conference made (federation/copy.h), and
 * its link comes a little later than the booking. The invitation waits for it, but not long
 * (decisions 20).
 */
#ifndef BOOKING_CONFERENCE_H
#define BOOKING_CONFERENCE_H

#include "booking/rules.h"
#include "store/booking.h"
#include "store/connection.h"

struct booking_desk;
struct change;

enum { CONFERENCE_WAIT_S = 60 };

/* Of some hosts the first who has it made; 0: none can. */
MUST_CHECK const struct fault *conference_maker(struct db *db, struct arena *a,
						enum booking_place place, const int64_t *hosts,
						size_t count, int64_t *out);
/*
 * UNPROCESSABLE about the location: its owner has no calendar in which it could be made. Of a team
 * that is asked when it is booked, as its hosts may change.
 */
MUST_CHECK const struct fault *conference_check(struct db *db, struct arena *a, int64_t owner,
						const struct booking_type *type);

/* So long its invitation waits, in seconds: of one that is booked, and has hosts. */
MUST_CHECK const struct fault *conference_wait(struct booking_desk *desk, struct db *db,
					       struct arena *a, const struct booking *b,
					       int64_t *out);

/* It was to have a link, and nobody has it made: the account was disconnected since. */
MUST_CHECK const struct fault *conference_is_missing(struct booking_desk *desk, struct db *db,
						     struct arena *a, const struct booking *b,
						     bool *out);

/* The link has come: into the event, and the bookings that share it. *change_out NULL: they have
 * one, or are over. */
MUST_CHECK const struct fault *conference_prepare(struct booking_desk *desk, struct db *db,
						  struct arena *a, const struct booking *b,
						  struct text url, int64_t now,
						  struct change **change_out);

#endif

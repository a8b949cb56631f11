/*
 * slots_priv - what judging, counting and listing share
 */
#ifndef BOOKING_SLOTS_PRIV_H
#define BOOKING_SLOTS_PRIV_H

#include "booking/slots.h"

enum { MINUTE = 60 };

/* Seconds of the wall clock since local midnight. */
static inline int64_t slot_clock_s(const struct zone *z, int64_t instant)
{
	int64_t local = zone_to_local(z, instant);

	return local - floor_div(local, DAY_SECONDS) * DAY_SECONDS;
}

/* Index past the last stretch that starts at or before the instant. */
size_t slot_open_before(const struct hours_open *at, size_t count, int64_t instant);

/*
 * The question for starts within [from, to) alone: the same verdicts, with less to search. What
 * goes through starts in order narrows it stretch by stretch, and so looks at each time once.
 */
void slot_question_narrow(const struct slot_question *q, int64_t from, int64_t to,
			  struct slot_question *out);

/* False for a reservation that has run out, and for the booking that is not in its own way. */
bool slot_booked_counts(const struct slot_question *q, const struct booked *b);

/* Places left in an instance, or, with NULL, in one that nobody has booked yet. */
int32_t slot_seats_left(const struct slot_question *q, const struct booked *instance);

/*
 * The one judge. *why is what it is due to where it is not open, and is left as it was where it is,
 * but for its instance. `briefly`: whether it is open is all that is asked, so what a team is due
 * to is not looked for.
 */
enum slot_verdict slot_explain_into(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why);

/* Does a grid of this date, or of the night before, have this start? (decisions 35) */
bool slot_is_on_grid(const struct slot_question *q, int64_t start);

/* The verdict on a team: of each pool so many hosts must be open as it needs, all or nothing. */
enum slot_verdict slot_explain_team(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why);

#endif

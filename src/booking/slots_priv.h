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

/* Index of the first booked time that ends after the instant; ends ascend. */
size_t slot_booked_after(const struct slot_question *q, int64_t instant);

/* False for a reservation that has run out, and for the booking that is not in its own way. */
static inline bool slot_booked_counts(const struct slot_question *q, const struct booked *b)
{
	return !(b->expires_at > 0 && b->expires_at <= q->now) &&
	       !(q->but != 0 && b->booking == q->but);
}

/* Places left in an instance, or, with NULL, in one that nobody has booked yet. */
int32_t slot_seats_left(const struct slot_question *q, const struct booked *instance);

/*
 * The one judge. *why is what it is due to where it is not open, and is left as it was where it is,
 * but for its instance. `briefly`: whether it is open is all that is asked, so what a team is due
 * to is not looked for.
 */
enum slot_verdict slot_explain_into(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why);

/* What is against a rule: all of it that is not asked of each host of a team. */
enum slot_verdict slot_judge_rules(const struct slot_question *q, int64_t start, int64_t end,
				   struct slot_why *why);

/* The verdict on one host. */
enum slot_verdict slot_explain_host(const struct slot_question *q, int64_t start,
				    struct slot_why *why);

/* Does a grid of this date, or of the night before, have this start? (decisions 35) */
bool slot_is_on_grid(const struct slot_question *q, int64_t start);

/* The verdict on a team: of each pool so many hosts must be open as it needs, all or nothing. */
enum slot_verdict slot_explain_team(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why);

/* Is it about the whole team, of which each host is asked? */
static inline bool slot_ask_is_of_many(const struct slot_ask *ask)
{
	return ask->type->team.mode != TEAM_NONE && !ask->of_team;
}

/* The question, of which nothing has been read yet. NOT_FOUND: its type has no schedule. */
MUST_CHECK const struct fault *slot_question_begin(struct arena *a, const struct slot_ask *ask,
						   struct slot_question *q);

/* The starts to read for from caches: what is past, too soon or too late is left unread. */
void slot_ask_range(const struct slot_ask *ask, const struct slot_question *q, int64_t *from,
		    int64_t *to);

/* Is every start against a rule, so that nothing needs to be read? Of one start, known at once. */
bool slot_question_is_settled(const struct slot_question *q, const struct slot_ask *ask);

/* All that is asked of one host, for themselves or as one of a team: from caches, or from rows. */
MUST_CHECK const struct fault *slot_load_host(struct booking_desk *desk, struct db *db,
					      struct arena *a, const struct slot_ask *ask,
					      struct slot_question *out);
MUST_CHECK const struct fault *slot_load_host_stored(struct db *db, struct arena *a,
						     const struct slot_ask *ask,
						     struct slot_question *out);

#endif

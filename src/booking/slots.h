/*
 * slots - listing what is open, judging what is wanted and saying why, by one function
 *
 * Every candidate start goes through slot_explain(): a slot is listed exactly
 * when booking it would be accepted (case E16), and is refused for the reason that explaining
 * gives. Notice, window, holds and busy time are applied from `now` for each question.
 *
 * Where a team is booked there is such a question for each of its hosts, and a pool of hosts says
 * how many of them must be open (slots_team.c).
 *
 * slots.c judges, by slots_host.c one host and by slots_team.c several; slots_limit.c counts,
 * slots_list.c lists: all pure. slots_store.c loads what they need of one host from caches or rows,
 * team.c for each host of a team; slots_ask.c is asked for either.
 */
#ifndef BOOKING_SLOTS_H
#define BOOKING_SLOTS_H

#include "booking/booked.h"
#include "booking/host.h"
#include "freebusy/timeline.h"

/* Why not; the words of the API and of `fasti explain` (decisions 37). */
enum slot_verdict {
	SLOT_OPEN,
	SLOT_DURATION,
	SLOT_PAST,
	SLOT_TOO_SOON,
	SLOT_TOO_LATE,
	SLOT_CLOSED, /* an override closes this date, or there is no calendar to book into */
	SLOT_OUTSIDE_HOURS,
	SLOT_NOT_ON_GRID,
	SLOT_CALENDAR_STALE, /* a calendar cannot be read, and is too old to be trusted */
	SLOT_FULL,	     /* all seats are taken */
	SLOT_HELD,	     /* booked */
	SLOT_LIMIT,	     /* as many as the host wants in a day, a week or a month */
	SLOT_BUSY,	     /* an event */
	SLOT_BUFFER,	     /* free itself, but not the time to keep before or after it */
	SLOT_VERDICT_COUNT
};

/* One local day, week or month, and what of the type it holds. */
struct slot_period {
	int64_t start, end;
	int64_t minutes;
	int32_t count;
};

enum slot_span { SPAN_DAY, SPAN_WEEK, SPAN_MONTH, SPAN_COUNT };

struct slot_periods {
	const struct slot_period *at; /* ascending */
	size_t count;		      /* 0: there is no such limit */
};

struct slot_team;

/*
 * All that a verdict depends on. The first part is the asker's, or what slot_question_load() has
 * read; slot_question_open() and slot_limits_count() work out the second.
 *
 * Of a meeting with a team, the schedule of the type says how soon and how late, and in which zone
 * dates are. Whether hosts are there says the schedule of each (case F2). A schedule that was named
 * for the type, and that of a team, is a frame besides: it says which starts there are, and they
 * must fit it, too. A person's own hours are no frame for others: then a start is one if it is on
 * the grid of somebody who is needed.
 */
struct slot_question {
	const struct booking_type *type;
	const struct booking_schedule *schedule;
	int32_t duration_min;
	int32_t seats; /* that are wanted; 0: one */
	int64_t now;
	const struct busy_period *busy; /* flat: what blocks this type, over what is judged and
					   its buffers */
	size_t busy_count;
	/* Ascending, covering the same and beside_s to both sides, and whole periods of limits. */
	const struct booked *booked;
	size_t booked_count;
	const struct booked *counted; /* what holds no time, and counts for limits */
	size_t counted_count;
	const int64_t *series; /* starts that are to be booked together with this one */
	size_t series_count;
	uint64_t type_id;	      /* booked_id() of the type */
	uint64_t but;		      /* of a booking that is not in its own way; 0: none */
	bool no_calendar;	      /* the host has none that takes events: nothing is open */
	bool is_stale;		      /* a copy of a calendar elsewhere is too old to be trusted */
	int64_t step_s;		      /* from one start of a grid to the next */
	int64_t beside_s;	      /* the most that buffers may keep between two bookings */
	const struct slot_team *team; /* NULL: it is the owner's time that is judged */
	bool of_team;		      /* it is one of a team who is asked, within the frame */
	bool unframed;		      /* the hours of its hosts are the only ones */
	bool with_full;		      /* list also what is full */

	const struct hours_open *open; /* per date: where grids begin (decisions 35) */
	size_t open_count;
	const struct hours_open *hours; /* their union: where a slot must fit */
	size_t hours_count;
	int64_t notice_end;   /* the first instant past the dates of notice (case B8) */
	int64_t window_start; /* the first instant of the dates of the window */
	int64_t window_end;   /* the first instant past the booking window (case B9) */
	struct slot_periods periods[SPAN_COUNT];
};

/* One of a team, and what is asked of them; without a host, there is nobody by that name. */
struct slot_member {
	const struct booking_team_host *says;
	const struct host *host;
	struct slot_question question;
};

struct slot_pool {
	const struct slot_member *members;
	size_t count;
	int32_t need;
	const struct hours_open
		*hours; /* of all of them, joined: outside of these nobody is open */
	size_t hours_count;
};

struct slot_team {
	const struct slot_pool *pools;
	size_t count;
	bool chosen; /* those who come, to a start that was one of the whole team */
};

/* Fill in the hours and the window for starts within [from, to). */
MUST_CHECK const struct fault *slot_question_open(struct arena *a, struct slot_question *q,
						  int64_t from, int64_t to);

/* Widen [from, to) to the whole periods that limits count; as it is where there are none. */
void slot_limits_range(const struct slot_question *q, int64_t *from, int64_t *to);
/* Count what is booked in the periods of starts within [from, to). */
MUST_CHECK const struct fault *slot_limits_count(struct arena *a, struct slot_question *q,
						 int64_t from, int64_t to);
/* The limit that another one at this start would pass, or NULL: its member; the period. */
const char *slot_limit_reached(const struct slot_question *q, int64_t start,
			       struct slot_period *period_out);

struct slot {
	int64_t start, end;
	int32_t seats_left; /* of a type with seats, 0 where it is full; of others 1 */
};

/* A verdict, and what it is due to. */
struct slot_why {
	enum slot_verdict verdict;
	const char *rule; /* the member of the meeting type that says so; NULL: none does */
	/* What stands in the way: a booking, busy time, the period of a limit; 0, 0: a rule. */
	int64_t start, end;
	const struct booked *instance; /* of a type with seats: the one to join, or NULL */
	const struct host *host;       /* of a team: whom it is due to; else NULL */
};

/*
 * The verdict on a start. Rules come before what is taken, so that one that is taken says: else
 * open.
 */
struct slot_why slot_explain(const struct slot_question *q, int64_t start);
enum slot_verdict slot_judge(const struct slot_question *q, int64_t start);

/* Is one of a team open, within the frame? */
bool slot_member_is_open(const struct slot_member *m, int64_t start);

/*
 * All starts within [from, to) that slot_judge() finds open, ascending; with_full also those that
 * want nothing but a place, for who would wait for one.
 */
MUST_CHECK const struct fault *slots_of(struct arena *a, const struct slot_question *q,
					int64_t from, int64_t to, struct slot **out,
					size_t *count_out);

/* What is asked of one host: starts within [from, to). */
struct slot_ask {
	const struct host *host;
	const struct booking_type *type;
	const struct booking_schedule *schedule; /* NULL: the host's that the type names */
	int32_t duration_min;
	int32_t seats; /* 0: one */
	int64_t from, to, now;
	struct text but;    /* public id of a booking or reservation that is not in its own way */
	int64_t but_object; /* number of the event that goes with it; rows only */
	/* Of a series, those before: they count for limits as well (case D6). */
	const int64_t *series;
	size_t series_count;
	bool of_team;	/* see struct slot_question */
	bool with_full; /* likewise */
	/* Of a team: these hosts alone, and all of them; NULL: whomever its pools name. */
	const struct host *const *chosen;
	size_t chosen_count;
	/* Whom its pools name, if they have been looked up (team_find_all()); else NULL. */
	const struct host *const *named;
};

/*
 * A question ready to be judged and listed, from caches. What is past, too soon, too late or
 * closed at all of it is left unread: it is judged so without a look at the calendar.
 */
MUST_CHECK const struct fault *slot_question_load(struct booking_desk *desk, struct db *db,
						  struct arena *a, const struct slot_ask *ask,
						  struct slot_question *out);
/* The same from rows, as they are now: inside a transaction, what decides. */
MUST_CHECK const struct fault *slot_question_load_stored(struct db *db, struct arena *a,
							 const struct slot_ask *ask,
							 struct slot_question *out);

/*
 * The duration that was asked for, or the type's only one for 0. BAD_REQUEST: there are
 * several, so one must be named; NOT_OFFERED: it is none of them.
 */
MUST_CHECK const struct fault *slot_choose_duration(struct arena *a,
						    const struct booking_type *type,
						    int32_t asked_min, int32_t *out);

/* The word of a verdict, "open" for SLOT_OPEN, and a sentence for the invitee. */
const char *slot_verdict_word(enum slot_verdict v);
const char *slot_verdict_sentence(enum slot_verdict v);

/* The fault that says why not: SLOT_TAKEN or NOT_OFFERED, about the verdict's word. */
const struct fault *slot_verdict_fault(struct arena *a, enum slot_verdict v);

/* All open slots that start within [from, to), ascending. At most 62 days (BAD_REQUEST). */
MUST_CHECK const struct fault *slots_list(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct slot_ask *ask, struct slot **out,
					  size_t *count_out);

/*
 * Judge the start ask->from against what the store says now: rows, not caches. Inside a
 * transaction it is the check that decides.
 */
MUST_CHECK const struct fault *slots_judge_stored(struct db *db, struct arena *a,
						  const struct slot_ask *ask,
						  enum slot_verdict *out);

#endif

/*
 * slots - listing what is open and judging what is wanted, by one function
 *
 * Every candidate start goes through slot_judge(): a slot is listed exactly
 * when booking it would be accepted (case E16). Notice, window, holds and busy time are
 * applied from `now` for each question.
 *
 * slots.c is pure; slots_store.c loads what it needs from caches or rows.
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
	SLOT_HELD,   /* booked */
	SLOT_BUSY,   /* an event */
	SLOT_BUFFER, /* free itself, but not the time to keep before or after it */
	SLOT_VERDICT_COUNT
};

/* All that a verdict depends on; slot_question_open() fills the second half. */
struct slot_question {
	const struct booking_type *type;
	const struct booking_schedule *schedule;
	int32_t duration_min;
	int64_t now;
	const struct busy_period *busy; /* flat, covering what is judged and its buffers */
	size_t busy_count;
	const struct booked *booked; /* ascending, covering the same and beside_s to both sides */
	size_t booked_count;
	bool no_calendar; /* the host has none that takes events: nothing is open */
	int64_t beside_s; /* the most that buffers may keep between two bookings */

	const struct hours_open *open; /* per date: where grids begin (decisions 35) */
	size_t open_count;
	const struct hours_open *hours; /* their union: where a slot must fit */
	size_t hours_count;
	int64_t window_end; /* the first instant past the booking window (case B9) */
};

/* Fill in the hours and the window for starts within [from, to). */
MUST_CHECK const struct fault *slot_question_open(struct arena *a, struct slot_question *q,
						  int64_t from, int64_t to);

struct slot {
	int64_t start, end;
};

/* The verdict on a start. Rules come before what is taken, so that one that is taken says: else
 * open. */
enum slot_verdict slot_judge(const struct slot_question *q, int64_t start);

/* All starts within [from, to) that slot_judge() finds open, ascending. */
MUST_CHECK const struct fault *slots_of(struct arena *a, const struct slot_question *q,
					int64_t from, int64_t to, struct slot **out,
					size_t *count_out);

/*
 * The duration that was asked for, or the type's only one for 0. BAD_REQUEST: there are
 * several, so one must be named; NOT_OFFERED: it is none of them.
 */
MUST_CHECK const struct fault *slot_choose_duration(struct arena *a,
						    const struct booking_type *type,
						    int32_t asked_min, int32_t *out);

/* The fault that says why not: SLOT_TAKEN or NOT_OFFERED, about the verdict's word. */
const struct fault *slot_verdict_fault(struct arena *a, enum slot_verdict v);

/* All open slots that start within [from, to), ascending. At most 62 days (BAD_REQUEST). */
MUST_CHECK const struct fault *slots_list(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct host *host, const struct booking_type *type,
					  int32_t duration_min, int64_t from, int64_t to,
					  int64_t now, struct slot **out, size_t *count_out);

/*
 * Judge one start against what the store says now: rows, not caches. Inside a
 * transaction it is the check that decides. ignore_booking and ignore_object (number of its
 * event) may be empty and 0.
 */
MUST_CHECK const struct fault *slots_judge_stored(struct db *db, struct arena *a,
						  const struct host *host,
						  const struct booking_type *type,
						  int32_t duration_min, int64_t start, int64_t now,
						  struct text ignore_booking, int64_t ignore_object,
						  enum slot_verdict *out);

#endif

/*
 * slots - listing what is open and judging what is wanted, by one function
 *
 * Every candidate start goes through slot_judge(): a slot is listed exactly
 * when booking it would be accepted (case E16). Notice, window, holds and busy time are
 * applied from `now` for each question.
 *
 * Pure on its input struct; slots_list() and slots_load() read the store.
 */
#ifndef BOOKING_SLOTS_H
#define BOOKING_SLOTS_H

#include "booking/host.h"
#include "freebusy/timeline.h"
#include "store/hold.h"

/* Why not; the words of the API and of `fasti explain` (decisions 37). */
enum slot_verdict {
	SLOT_OPEN,
	SLOT_PAST,
	SLOT_TOO_SOON,
	SLOT_TOO_LATE,
	SLOT_OUTSIDE_HOURS,
	SLOT_NOT_ON_GRID,
	SLOT_DURATION,
	SLOT_BUSY,
	SLOT_BUFFER,
	SLOT_HELD,
	SLOT_CLOSED,
	SLOT_VERDICT_COUNT
};
const char *slot_verdict_word(enum slot_verdict v);

/* True when nothing but others' time stands in the way: 409, not 422. */
bool slot_verdict_is_taken(enum slot_verdict v);

/* All that a verdict depends on. */
struct slot_question {
	const struct host *host;
	const struct booking_type *type;
	const struct booking_schedule *schedule;
	int32_t duration_min;
	int64_t now;
	const struct busy_period *busy; /* joined, covering what is judged and its buffers */
	size_t busy_count;
	const struct hold *holds;
	size_t hold_count;
	struct text ignore_booking; /* reschedule: its own hold and event do not stand in its way */
	const struct hours_open *open;
	size_t open_count;
};

struct slot {
	int64_t start, end;
};

/* The verdict on a start; q holds open hours, busy time and holds around it. */
enum slot_verdict slot_judge(const struct slot_question *q, int64_t start);

/* All open slots that start within [from, to), ascending. At most 62 days (BAD_REQUEST). */
MUST_CHECK const struct fault *slots_list(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct host *host, const struct booking_type *type,
					  int32_t duration_min, int64_t from, int64_t to,
					  int64_t now, struct slot **out, size_t *count_out);

/*
 * Judge one start against what the store says now: rows, not caches. Inside a
 * transaction it is the check that decides.
 */
MUST_CHECK const struct fault *slots_judge_stored(struct db *db, struct arena *a,
						  const struct host *host,
						  const struct booking_type *type,
						  int32_t duration_min, int64_t start, int64_t now,
						  struct text ignore_booking,
						  enum slot_verdict *out);

#endif

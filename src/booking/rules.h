/*
 * rules - what a host offers, read from the stored JSON
 *
 * The shapes are those of the host API (decisions 34, 42). Reading checks every
 * bound, so the rest of the room may rely on them. Writing gives the JSON back.
 */
#ifndef BOOKING_RULES_H
#define BOOKING_RULES_H

#include "freebusy/hours.h"
#include "store/meeting.h"

struct buf;
struct json;
struct json_writer;

enum {
	RULES_MAX_DURATIONS = 8,
	RULES_MAX_SLUG_BYTES = 63,
	RULES_MAX_TITLE_BYTES = 400,
	RULES_MAX_WINDOW_DAYS = 365,
	RULES_MAX_MINUTES = 24 * 60,	      /* of a duration, a step, a buffer */
	RULES_MAX_NOTICE_MIN = 366 * 24 * 60, /* a year */
	RULES_MAX_WINDOWS = 256,	      /* of a week, and of one date */
	RULES_MAX_OVERRIDES = 2000,
	RULES_MAX_OVERRIDE_WINDOWS = 4000, /* of all dates: with them, what is written fits */
	RULES_MAX_BYTES = 256 * 1024,
};

struct booking_type {
	struct text id, slug, title;
	int32_t durations_min[RULES_MAX_DURATIONS];
	int32_t duration_count;
	int32_t step_min, notice_min, window_days; /* 0 step: the shortest duration */
	int32_t before_min, after_min;
	bool shared_buffers;  /* beside another booking the longer buffer counts, not both (D1) */
	struct text schedule; /* id; "default" */
	int64_t version;
};

/*
 * A whole number of a meeting type: its member in JSON and its option on the command line, where
 * it stands, what it may be, and what it is when it is not said.
 */
struct booking_type_number {
	const char *member, *option;
	size_t offset;
	int32_t min, max, fallback;
};
extern const struct booking_type_number booking_type_numbers[]; /* ends with an empty row */
int32_t *booking_type_number(struct booking_type *t, const struct booking_type_number *n);

struct booking_schedule {
	struct text id, name;
	struct hours hours;
	int64_t version;
};

/* UNPROCESSABLE: names the key that is wrong. UNKNOWN_ZONE. */
MUST_CHECK const struct fault *booking_type_read(struct arena *a, const struct meeting_type *row,
						 struct booking_type *out);
MUST_CHECK const struct fault *booking_schedule_read(struct arena *a, const struct schedule *row,
						     struct booking_schedule *out);

/*
 * A type as somebody has put it together, before it is stored: slug, title, lengths and numbers.
 * UNPROCESSABLE about the member that is wrong.
 */
MUST_CHECK const struct fault *booking_type_check(struct arena *a, const struct booking_type *t);

/* The row that stores it, and of which booking_type_read() makes it again. */
struct meeting_type booking_type_row(struct arena *a, int64_t owner, const struct booking_type *t);

/* The rules as they are stored: a JSON object. */
void booking_schedule_write(struct buf *out, const struct booking_schedule *s);

/*
 * The same from, and into, an object of the host API, which has further members (id, slug,
 * title, version …) that are the caller's. A member that no rule and no `others` (words
 * with a blank on both sides) knows is refused: a limit must not be lost in silence.
 */
MUST_CHECK const struct fault *booking_type_from_json(struct arena *a, const struct json *object,
						      const char *others, struct booking_type *out);
void booking_type_put_members(struct json_writer *w, const struct booking_type *t);
MUST_CHECK const struct fault *booking_schedule_from_json(struct arena *a,
							  const struct json *object,
							  const char *others, struct text zone,
							  struct booking_schedule *out);
void booking_schedule_put_members(struct json_writer *w, const struct booking_schedule *s);

/* The JSON of Monday to Friday, 09:00-17:00: what a new host starts with. */
struct text booking_default_schedule(void);

#endif

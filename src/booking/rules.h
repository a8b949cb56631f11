/*
 * rules - what a host offers, read from the stored JSON
 *
 * The shapes are those of the host API (decisions 34, 42). Reading checks every
 * bound, so the rest of the room may rely on them. Writing gives the JSON back.
 */
#ifndef BOOKING_RULES_H
#define BOOKING_RULES_H

#include "calendar/reminders.h"
#include "freebusy/hours.h"
#include "store/meeting.h"

struct buf;
struct change;
struct owner;
struct json;
struct json_writer;

enum {
	RULES_MAX_DURATIONS = 8,
	RULES_MAX_SLUG_BYTES = 63,
	RULES_MAX_TITLE_BYTES = 400,
	RULES_MAX_WINDOW_DAYS = 365,
	RULES_MAX_MINUTES = 24 * 60,	      /* of a duration, a step, a buffer */
	RULES_MAX_NOTICE_MIN = 366 * 24 * 60, /* a year; also of what a policy says */
	RULES_MAX_WINDOWS = 256,	      /* of a week, and of one date */
	RULES_MAX_OVERRIDES = 2000,
	RULES_MAX_OVERRIDE_WINDOWS = 4000, /* of all dates: with them, what is written fits */
	RULES_MAX_HOLIDAYS = 1000,
	RULES_MAX_HOLIDAY_BYTES = 100, /* of a name */
	RULES_MAX_JOURNEYS = 100,
	RULES_MAX_BYTES = 256 * 1024,
	RULES_MAX_DESCRIPTION_BYTES = 4000,
	RULES_MAX_PLACE_BYTES = 1000, /* of a location's value */
	RULES_MAX_LIMIT = 1000,
	RULES_MAX_LIMIT_MINUTES = 31 * 24 * 60,
	RULES_MAX_SEATS = 1000,
	RULES_MAX_SERIES = 60,
	RULES_MAX_PENDING_HOURS = 31 * 24,
	RULES_MAX_QUESTIONS = 20,
	RULES_MAX_CHOICES = 50,
	RULES_MAX_WORDS_BYTES = 500, /* of a question, of a choice */
	RULES_MAX_POOLS = 8,
	RULES_MAX_HOSTS = 200, /* of all pools of a team */
	RULES_MAX_WEIGHT = 100,
	RULES_MAX_FOLLOW_UP_BYTES = 2000,
};

/* How much of one type there may be in a local day, week and month; 0: no limit (cases D6-D8). */
struct booking_limits {
	int32_t day, week, month;
	int32_t minutes_day, minutes_week,
		minutes_month; /* of bare meeting time, without buffers */
	int32_t per_invitee; /* bookings to come of one address; asked when booking, not in slots */
};

enum booking_access {
	BOOKING_FOR_EVERYBODY,
	BOOKING_BY_LINK, /* with a booking link alone; others do not learn that it exists */
};

enum booking_place {
	PLACE_NONE,
	PLACE_ADDRESS,	  /* "place": value says where */
	PLACE_PHONE,	  /* the invitee gives a number; value may say more */
	PLACE_LINK,	  /* value is an https address */
	PLACE_CONFERENCE, /* value is one, too, with {id} for what is made for each booking */
	/* A conference that the host's calendar elsewhere makes for each booking (conference.h). */
	PLACE_GOOGLE_MEET,
	PLACE_TEAMS,
};

struct booking_location {
	enum booking_place kind;
	struct text value;
};

enum booking_question_type {
	QUESTION_TEXT, /* one line */
	QUESTION_LONG,
	QUESTION_CHOICE, /* one of choices */
	QUESTION_YES_NO,
	QUESTION_NUMBER,
	QUESTION_PHONE,
};

struct booking_question {
	struct text id, text;
	enum booking_question_type type;
	bool required;
	const struct text *choices; /* of QUESTION_CHOICE, two at least */
	size_t choice_count;
};

/* The number that a meeting by phone asks for without being told to; among questions as any. */
bool booking_question_is_built_in(const struct booking_question *q);

struct booking_team_host {
	struct text name; /* of a principal; whether there is one is asked when it is used */
	int32_t weight;	  /* 1 and more: how many turns, compared with the others */
	int32_t priority; /* higher ones are chosen first */
	bool optional;	  /* invited, but the meeting takes place without */
};

/* A start is open when so many of these hosts are; those who are optional do not count. */
struct booking_pool {
	int32_t need;
	const struct booking_team_host *hosts;
	size_t host_count;
};

/*
 * Every mode is said in pools: round robin is one that needs one host, collective one that needs
 * all who are not optional. None: the meeting is its owner's alone.
 */
enum booking_team_mode { TEAM_NONE, TEAM_ROUND_ROBIN, TEAM_COLLECTIVE, TEAM_POOLS };

struct booking_team {
	enum booking_team_mode mode;
	const struct booking_pool *pools;
	size_t pool_count;
};

/* What the host says some time after each meeting, to whoever came. */
struct booking_follow_up {
	struct reminder when;
	struct text text; /* lines; empty: nothing */
};

struct booking_type {
	struct text id, slug, title;
	int32_t durations_min[RULES_MAX_DURATIONS];
	int32_t duration_count;
	int32_t step_min; /* 0: the shortest duration */

	/* How early: so many minutes, and so many local dates of the schedule (case B8). */
	int32_t notice_min, notice_days;
	/* How late: so many local dates from today on (B9), and within dates; the narrower counts.
	 */
	int32_t window_days;
	int64_t window_from, window_to; /* day numbers, both included; 0: none */

	int32_t before_min, after_min;
	bool shared_buffers; /* beside another booking the longer buffer counts, not both (D1) */
	bool buffers_inside_hours;     /* buffers must lie within the hours, too (D3) */
	bool align_to_clock;	       /* starts are whole steps after local midnight (A9) */
	bool tentative_blocks;	       /* so do events that are not certain (C5) */
	bool working_elsewhere_blocks; /* and where the host works in another place (C5b) */
	struct booking_limits limits;

	struct text schedule; /* id; "default" */
	struct text description;
	struct text colour; /* "#rrggbb"; empty: none */
	bool hidden;	    /* not in the host's list, but open to who knows its address */
	enum booking_access access;
	struct booking_location location;
	const struct booking_question *questions;
	size_t question_count;

	bool confirm_address;  /* the invitee must follow a link in a mail first */
	bool confirm;	       /* the host must agree first */
	bool pending_blocks;   /* what waits for that holds its time */
	int32_t pending_hours; /* and lapses after so long */

	int32_t seats;		/* places of one event; up to 1: it is one invitee's */
	bool seats_show_others; /* invitees are told of each other */
	bool waiting_list;
	int32_t series_max; /* instances that one booking may have */

	/* So long before the start an invitee may still do it; 0: until it starts. */
	int32_t cancel_until_min, move_until_min;
	struct booking_team team;
	struct reminders reminders; /* before each meeting */
	struct booking_follow_up follow_up;
	int64_t version;
};

/*
 * A whole number of a meeting type: its member in JSON (of an object within it, where one is
 * named) and its option on the command line (NULL: none), where it stands, what it may be, and
 * what it is when it is not said.
 */
struct booking_type_number {
	const char *object, *member, *option;
	size_t offset;
	int32_t min, max, fallback;
};
extern const struct booking_type_number booking_type_numbers[]; /* ends with an empty row */
int32_t *booking_type_number(struct booking_type *t, const struct booking_type_number *n);

/* A yes or no of one; its option says the contrary of the fallback. */
struct booking_type_flag {
	const char *member, *option;
	size_t offset;
	bool fallback;
};
extern const struct booking_type_flag booking_type_flags[]; /* ends with an empty row */
bool *booking_type_flag(struct booking_type *t, const struct booking_type_flag *flag);

/*
 * Would a booking by the one be made as by the other: by the same hosts, at the same place, for as
 * many, and certain or not? When there is time for it is judged elsewhere.
 */
bool booking_type_is_planned_alike(const struct booking_type *x, const struct booking_type *y);

/* Does it limit how much there is of it in a day, a week or a month? */
bool booking_type_is_limited(const struct booking_type *t);

/* What a booking of it keeps in booking.reminders. */
struct text booking_type_reminders(struct arena *a, const struct booking_type *t);

/* A type of which nothing was said: no duration yet, all else as it is by default. */
void booking_type_init(struct booking_type *t);

struct booking_holiday {
	int64_t day;
	struct text name;
};

struct booking_schedule {
	struct text id, name;
	/*
	 * What all of it comes to: holidays close their dates, and the week is the calendar app's
	 * where that has set one.
	 */
	struct hours hours;
	int64_t version;
	/* As the host has set them, for the dates of `hours`. */
	const struct hours_override *overrides;
	size_t override_count;
	const struct booking_holiday *holidays; /* ascending; an override of the date goes first */
	size_t holiday_count;
	bool follow_host; /* in whichever zone the host is at home */
	int week_start;	  /* MONDAY … SUNDAY: where a week of limits begins */
	/* The week as calendar apps have it, of "default" alone; see store/meeting.h. */
	struct text availability;
	int64_t availability_at;
	enum schedule_source source;
	bool readable; /* the week of `hours` says all that the app has said */
};

/* UNPROCESSABLE: names the key that is wrong. UNKNOWN_ZONE. */
MUST_CHECK const struct fault *booking_type_read(struct arena *a, const struct meeting_type *row,
						 struct booking_type *out);
/* home: the zone of the host, for a schedule that follows it. */
MUST_CHECK const struct fault *booking_schedule_read(struct arena *a, const struct schedule *row,
						     struct text home,
						     struct booking_schedule *out);

/*
 * A type as somebody has put it together, before it is stored: bounds, and what does not go
 * together. UNPROCESSABLE about the member that is wrong.
 */
MUST_CHECK const struct fault *booking_type_check(struct arena *a, const struct booking_type *t);

/* The row that stores it, and of which booking_type_read() makes it again. */
struct meeting_type booking_type_row(struct arena *a, int64_t owner, const struct booking_type *t);

/*
 * The row that stores what a host has made of a schedule at `now`; old is what it is made of, NULL
 * for a new one. Another week of "default" is told to calendar apps, and one that only they can
 * change is left as it is: CONFLICT. Source and availability are set in s as well. UNPROCESSABLE:
 * more than is kept.
 */
MUST_CHECK const struct fault *booking_schedule_row(struct arena *a, struct booking_schedule *s,
						    const struct booking_schedule *old,
						    int64_t owner, int64_t now,
						    struct schedule *out);

/*
 * The whole days of an iCalendar file from a month before now to three years after, with names:
 * other people's holidays, instead of those that s had. BAD_DATA: it is none. UNPROCESSABLE: too
 * many.
 */
MUST_CHECK const struct fault *booking_schedule_take_holidays(struct arena *a, struct text file,
							      int64_t now,
							      struct booking_schedule *s);

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

/* Holidays close dates that the host has not set otherwise: overrides and they become `hours`. */
MUST_CHECK const struct fault *booking_schedule_close_holidays(struct arena *a,
							       struct booking_schedule *s);

/*
 * How the default schedule is stored once its host has moved to another zone: NULL in *out where it
 * stays as it is, because it does not follow its host. UNKNOWN_ZONE.
 */
MUST_CHECK const struct fault *booking_schedule_at_home(struct db *db, struct arena *a,
							const struct owner *owner, struct text zone,
							int64_t now, struct schedule **out);

/*
 * Put a row, which lives as long as the change, if what is stored is at the version before it.
 * While applying: PRECONDITION.
 */
MUST_CHECK const struct fault *booking_schedule_put(struct change *c, struct schedule *row);

/* The JSON of Monday to Friday, 09:00-17:00: what a new host starts with. */
struct text booking_default_schedule(void);
/* That of a new team, which is there at all times at which its hosts are. */
struct text booking_team_schedule(void);

#endif

/*
 * reminders - who is told before a meeting, and after it, and when
 *
 * "PT24H" is so much time, "P1D" the same time of the day so many days before, in the zone of the
 * invitee (booking case G6). A booking keeps those it was made with (booking.reminders), so
 * whatever becomes of it can plan them anew: each step of its history does, in its transaction. One
 * whose time has come by then, as the meeting was booked or moved inside of it, is not told at all.
 *
 * A reminder to one side is a job of its own, of kind "remind" (post/remind.h). That of a series
 * tells of one instance, and queues itself for the next one.
 *
 * Pure, but for reminders_plan().
 */
#ifndef CALENDAR_REMINDERS_H
#define CALENDAR_REMINDERS_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct booking;
struct buf;
struct change;
struct db;
struct job;
struct zone;

enum {
	REMINDERS_MAX = 5,		      /* before a meeting */
	REMINDERS_IN_ALL = REMINDERS_MAX + 1, /* and what follows it */
	REMINDER_MIN_MINUTES = 5,
	REMINDER_MAX_MINUTES = 31 * 24 * 60,
	REMINDER_MAX_DAYS = 31,
};

enum reminder_by { REMINDER_BY_MAIL, REMINDER_BY_WEBHOOK, REMINDER_WAYS };
enum reminder_to { REMINDER_TO_INVITEE, REMINDER_TO_HOST, REMINDER_TO_BOTH, REMINDER_SIDES };
/* Their words; each list ends with NULL. */
extern const char *const reminder_by_words[REMINDER_WAYS + 1];
extern const char *const reminder_to_words[REMINDER_SIDES + 1];

struct reminder {
	int32_t days;	 /* of the calendar; 0: minutes say it */
	int32_t minutes; /* of time */
	bool after;	 /* the end of the meeting, instead of before its start; to the invitee */
	enum reminder_by by;
	enum reminder_to to; /* of a mail */
};

struct reminders {
	struct reminder at[REMINDERS_IN_ALL];
	size_t count;
};

/* "PT24H", "PT1H30M", "P1D", "P2W"; false: none of these, days and time in one, or out of bounds.
 */
bool reminder_read_span(struct text span, struct reminder *out);
/* One of the words; false: it is none of them. */
bool reminder_read_by(struct text word, enum reminder_by *out);
bool reminder_read_to(struct text word, enum reminder_to *out);
void reminder_put_span(struct buf *b, const struct reminder *r);

/* As a booking keeps them: lines like "PT24H mail both". What cannot be read is left out. */
struct text reminders_text(struct arena *a, const struct reminders *all);
void reminders_read(struct text kept, struct reminders *out);

/* When one is due; zone: that of the invitee. */
int64_t reminder_due(const struct reminder *r, const struct zone *zone, int64_t start, int64_t end);
/*
 * May it still go at `now`, when it is due by then? Later than half of what it was to come before,
 * or once the meeting has begun, it would say the wrong thing: a server that was down, or whose
 * clock jumped, does not tell it. What follows a meeting may be three days late.
 */
bool reminder_is_timely(const struct reminder *r, const struct zone *zone, int64_t start,
			int64_t end, int64_t now);

/* Of a booking: the zone that its invitee reads times in. */
const struct zone *reminder_zone(const struct booking *b);

/* What a job is to tell. */
enum reminder_side { REMIND_INVITEE, REMIND_HOST, REMIND_WEBHOOKS };
struct reminder_task {
	struct text booking;
	size_t which; /* of booking.reminders */
	enum reminder_side side;
	int64_t start; /* of the meeting; 0: of a series, of which the next instance is to be found
			*/
	int64_t host;  /* REMIND_HOST of a team: this one alone; 0: whoever hosts it */
};

struct job reminder_job(struct arena *a, int64_t owner, const struct reminder_task *task,
			int64_t due);
/* BAD_REQUEST: it is none of ours. */
MUST_CHECK const struct fault *reminder_task_read(struct arena *a, const struct job *j,
						  struct reminder_task *out);

/* [tx] All jobs of a booking as it is now, instead of those that it had. */
MUST_CHECK const struct fault *reminders_plan(struct change *c, struct db *db,
					      const struct booking *b);

#endif

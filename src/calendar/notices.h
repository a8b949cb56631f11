/*
 * notices - letters that are no invitations, as jobs
 *
 * To hosts about their bookings, and to invitees about what no invitation says. A job names the
 * letter (post/letter.h) and what it is about; it is written in the transaction of its cause, and
 * its key makes it once. What the letter says, and whether its reader wants it, is decided when it
 * leaves (daemon/job_notice.c), from how things are then.
 */
#ifndef CALENDAR_NOTICES_H
#define CALENDAR_NOTICES_H

#include "store/history.h"
#include "store/job.h"

struct booking;
struct change;

enum { NOTICE_PAYLOAD_MAX = 8 * 1024 };

struct notice {
	const char *letter; /* "host-booked" */
	int64_t owner;
	struct text about; /* public id of a booking, of who waits, of a webhook … */
	int64_t reader;	   /* the host who is told; 0: the owner, or the invitee */
	int64_t version;   /* of the booking, which it is told of once */
	int64_t was_start; /* of one that was moved; else 0 */
	struct text why;   /* what cannot be looked up later; cut where it is too long */
	int64_t now;
};
struct job notice_job(struct arena *a, const struct notice *n);

/* The same from a job; the letter is a name still. BAD_REQUEST. */
MUST_CHECK const struct fault *notice_read(struct arena *a, const struct job *j, struct notice *out,
					   struct text *letter_out);

/* [tx] What was just done to a booking, to whoever did not do it. */
MUST_CHECK const struct fault *notices_queue(struct change *c, struct db *db,
					     const struct booking *b, struct booking_deed deed);

/* [tx] To its hosts: mail to the invitee did not arrive; `why` as the mail server said it. */
MUST_CHECK const struct fault *notices_bounce(struct change *c, struct db *db,
					      const struct booking *b, struct text why);

#endif

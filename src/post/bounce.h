/*
 * bounce - mail that did not arrive
 *
 * Whoever sent it is told where they look: SCHEDULE-STATUS on the line of the recipient in their
 * stored object (RFC 6638 §3.2.9), and, of a booking, what stands in the way of mail to its
 * invitee. It goes away when a later mail to that address leaves well.
 */
#ifndef POST_BOUNCE_H
#define POST_BOUNCE_H

#include "post/post.h"

struct job;
struct mail_report;
struct route_back;

enum { BOUNCE_WHY_MAX = 300 }; /* octets of a reason that are kept */

struct bounce {
	int64_t owner;		   /* whose mail it was */
	struct text uid, attendee; /* attendee: whom it was to, in any form of an address */
	struct text method;	   /* empty: REQUEST */
	const char *status;	   /* bounce_status() */
	struct text why;	   /* as the mail server said it */
	const struct job *job;	   /* that could not send it; NULL: it had left */
};

/*
 * The row of the table of RFC 6638 §3.2.9 for what a mail server says, with its status (RFC 3463):
 * 5.3 where policy forbids it, 5.2 where there is nobody, 5.1 where it was tried too long.
 */
const char *bounce_status(struct text said);

/* Nothing happens to what has gone meanwhile. */
MUST_CHECK const struct fault *bounce_note(const struct post *p, struct arena *a,
					   const struct bounce *b, int64_t now);

/* A mail left well: what was noted of that address before is over. */
MUST_CHECK const struct fault *bounce_forget(const struct post *p, struct arena *a, int64_t owner,
					     struct text uid, struct text attendee, int64_t now);

/*
 * A delivery report (RFC 3464) about a mail to `back`: noted where it has failed for good, and
 * *noted_out; what is delayed may still arrive.
 */
MUST_CHECK const struct fault *bounce_take(const struct post *p, struct arena *a,
					   const struct route_back *back,
					   const struct mail_report *report, int64_t now,
					   bool *noted_out);

#endif

/*
 * post - letters about meetings, and what comes back
 *
 * Where mail and calendar meet. Out: what a letter says, in the recipient's language and with both
 * zones, from templates that an operator may replace; how it leaves so that its answer finds
 * the way back; reminders. In: any message, by whichever way it came, is read by mail/, judged
 * here (who sent it, whom it is for, what it asks) and becomes a change of the calendar, a booking,
 * something for a person to look at, or nothing. What was taken in once is not taken in twice.
 *
 * Owns RFC 6047 (iMIP) but for the shape of the message, which is mail/compose.h, and RFC 3834
 * (what is answered by a machine, and what never is).
 *
 * Reading order: route.h (how it leaves, and comes back) · template.h, letter.h (what it says) ·
 * remind.h (before and after a meeting) · intake.h (what came in) · kept.h (what waits for a
 * person).
 */
#ifndef POST_POST_H
#define POST_POST_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct booking_desk;
struct calendar;
struct smime_trust;
struct store;
struct template_set;

enum post_replies {
	POST_REPLY_ORGANIZER, /* the host's own address is delivered to us */
	POST_REPLY_TOKEN,     /* an address for each attendee (decisions 17) */
};
enum post_invitations { POST_INVITED_BY_ANYONE, POST_INVITED_BY_KNOWN, POST_INVITED_BY_NOBODY };

/* What all of the room goes by; the pointers outlive it. Read-only once made. */
struct post {
	struct store *store;
	struct calendar *calendar;
	struct booking_desk *desk;
	struct text from;	   /* mail.from; empty: each host's own address */
	struct text reply_address; /* mail.reply_address, of POST_REPLY_TOKEN */
	enum post_replies replies;
	struct text
		auth_server; /* whose Authentication-Results count (RFC 8601 §2.5); empty: none */
	const struct smime_trust *smime; /* whose signatures count; NULL: nobody's */
	bool take_crashers; /* an answer of somebody who was not invited brings them in */
	/* New ones a day that reach a calendar: of one stranger, and of all strangers to one host.
	 */
	int invitations_of_one, invitations_of_all;
	int answers_an_hour; /* that are mailed to one address (limits.bookings_per_invitee) */
	enum post_invitations invitations; /* whose REQUESTs reach a host's calendar */
	const struct template_set *templates;
};

#endif

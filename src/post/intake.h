/*
 * intake - a message that came in, whichever way, and what becomes of it
 *
 * One function for IMAP, LMTP and `fasti deliver`. Whatever comes ends as one outcome, with the
 * reason in a sentence; a fault means that nothing was settled (the store is away) and that the
 * message is to be brought again. The second time it changes nothing: what was settled is noted
 * (mail_seen), and scheduling messages change nothing twice (RFC 5546 §2.1.5).
 *
 * Whom it is for: the envelope's recipient, else Delivered-To and its kin, To and Cc, each as reply
 * address, as address of a user, or of a meeting type. Whether it counts: by the token of the
 * address, or by a sender who is the attendee (organizer, of a REQUEST) it speaks for and, where
 * mail.auth_server is set, passed there (RFC 8601). What does not count, and is no machine's
 * chatter, is shown to the host as unverified (kept.h).
 *
 * Never answered: what says it is automatic, comes from nobody (<>, by its envelope or by
 * Return-Path), from a list, or from us (RFC 3834 §2); where nothing but From says who sent it,
 * also what came from another envelope sender. Nobody is mailed more answers an hour, over all
 * hosts, than limits.bookings_per_invitee.
 */
#ifndef POST_INTAKE_H
#define POST_INTAKE_H

#include "post/post.h"

/* Stored as numbers, so append only. */
enum intake_outcome {
	INTAKE_APPLIED,	   /* a calendar was changed as asked */
	INTAKE_ANSWERED,   /* a booking was asked for; made or refused, the answer is on its way */
	INTAKE_UNVERIFIED, /* waits for the host to look at */
	INTAKE_KEPT,	   /* waits for the operator: it cannot be read, or is for nobody */
	INTAKE_BOUNCED,	   /* a report that mail of ours did not arrive; noted */
	INTAKE_IGNORED,	   /* rightly nothing: automatic, old, seen before, of no meeting of ours */
	INTAKE_OUTCOMES
};
extern const char *const intake_outcome_words[INTAKE_OUTCOMES];

enum { INTAKE_MESSAGE_MAX = 16 * 1024 * 1024 }; /* octets; what is longer is refused at each door */

struct intake_mail {
	struct text message; /* RFC 5322; any line ends */
	struct text from;    /* the envelope's sender, if has_from; empty: <>, from nobody */
	bool has_from;
	struct text to; /* the envelope's recipient; empty: not known */
};

struct intake_result {
	enum intake_outcome outcome;
	enum intake_outcome once; /* what became of it the first time, where it was seen before */
	struct text why;	  /* one sentence */
	int64_t owner;		  /* whose calendar it was about; 0: nobody's */
	struct text method, uid;  /* of the calendar part; may be empty */
};

MUST_CHECK const struct fault *intake_take(const struct post *p, struct arena *a,
					   const struct intake_mail *mail, int64_t now,
					   struct intake_result *out);

/*
 * Nothing can be made of it, though the store is well: it waits for the operator as it came, with
 * what intake_take() said. A fault: not even that could be noted.
 */
MUST_CHECK const struct fault *intake_set_aside(const struct post *p, struct arena *a,
						const struct intake_mail *mail, int64_t now,
						const struct fault *why, struct intake_result *out);

/* May mail to this address come in at all? For RCPT in LMTP: 550 instead of a bounce later. */
MUST_CHECK const struct fault *intake_is_for_us(const struct post *p, struct arena *a,
						struct text address, bool *out);

#endif

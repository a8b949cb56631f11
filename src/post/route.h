/*
 * route - how a mail about a meeting leaves, so that its answer finds the way back
 *
 * Programs answer to ORGANIZER, not to Reply-To (decisions 17). With mail.replies = token the
 * mailed copy of what a host organizes has an ORGANIZER of its own for each attendee,
 * LOCAL+TOKEN@DOMAIN of mail.reply_address; Reply-To and the envelope's sender are the same, so
 * that bounces (RFC 3464) come back there too. The token is constant for (owner, UID, attendee),
 * and who writes to it is taken for that attendee. What is stored keeps the host's address.
 *
 * Message-ID is constant for what is said (decisions 19) and has the token in it, also where
 * answers go to the host: In-Reply-To and a returned header name the meeting.
 *
 * Threads: no state.
 */
#ifndef POST_ROUTE_H
#define POST_ROUTE_H

#include "post/post.h"

struct owner;

/* One mail from an owner to one person about one UID. */
struct route_about {
	const struct owner *owner;
	struct text address; /* of the owner, as it stands in the meeting */
	struct text uid, to; /* to: an addr-spec */
	struct text said; /* what this mail says, e.g. "3/REQUEST": the same words, the same mail */
	bool organizes;	  /* the owner is its ORGANIZER */
};

struct route {
	struct text envelope_from;	   /* of SMTP */
	struct text from;		   /* address of From */
	struct text reply_to;		   /* empty: as from */
	struct text organizer;		   /* of the mailed copy; empty: as it is */
	struct text message_id, thread_id; /* without angle brackets; thread_id: the first of all */
};

/* Notes the token in a transaction of its own where it is new, before the mail can leave. */
MUST_CHECK const struct fault *route_make(const struct post *p, struct arena *a,
					  const struct route_about *about, int64_t now,
					  struct route *out);

/* The iTIP message with the route's ORGANIZER in the place of `address`; all else stays. */
MUST_CHECK const struct fault *route_readdress(struct arena *a, const struct route *r,
					       struct text address, struct text message,
					       struct text *out);

/* Whom an answer is from, and about what. */
struct route_back {
	int64_t owner;
	struct text uid, attendee;
};
/* By an address of ours (LOCAL+TOKEN@DOMAIN), or a Message-ID of ours; *found_out false: it is
 * none. */
MUST_CHECK const struct fault *route_find(const struct post *p, struct arena *a,
					  struct text address, struct route_back *out,
					  bool *found_out);
MUST_CHECK const struct fault *route_find_by_message_id(const struct post *p, struct arena *a,
							struct text message_id,
							struct route_back *out, bool *found_out);

#endif

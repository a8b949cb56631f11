/*
 * route - how a mail about a meeting leaves, so that its answer finds the way back
 *
 * Programs answer to ORGANIZER, not to Reply-To (decisions 17). With mail.replies = token the
 * mailed copy of what somebody organizes has an ORGANIZER of its own for each attendee,
 * LOCAL+TOKEN@DOMAIN of mail.reply_address; Reply-To, the envelope's sender (bounces come back
 * there too, RFC 3464) and, unless mail.from is set, From are the same. Who writes to it is taken
 * for that attendee. What is stored keeps the owner's address.
 *
 * All of it is constant for (owner, UID, attendee), for life: whom a person was once shown as
 * ORGANIZER stays so when mail.replies or mail.reply_address change later (booking case G1), and
 * the old address has to be delivered to us as long as its meetings matter.
 *
 * Message-ID is constant for what is said (decisions 19) and names the row of the token by its
 * first half alone, also where answers go to the owner: In-Reply-To and a returned header name the
 * meeting. Whoever is copied in sees References, and cannot answer in the attendee's place by them.
 *
 * Threads: no state.
 */
#ifndef POST_ROUTE_H
#define POST_ROUTE_H

#include "post/post.h"

struct owner;

enum {
	ROUTE_MARK_CHARS = 12,	/* of the token that a Message-ID shows: 60 bits */
	ROUTE_TOKEN_CHARS = 25, /* 125 bits */
};

/* One mail from an owner to one person about one UID. */
struct route_about {
	const struct owner *owner;
	struct text address; /* of the owner, as it stands in the meeting */
	struct text uid, to; /* to: an addr-spec */
	struct text said; /* what this mail says, e.g. "3/REQUEST": the same words, the same mail */
	bool organizes;	  /* the owner is its ORGANIZER */
};

struct route {
	struct text envelope_from; /* of SMTP */
	struct text from;	   /* address of From */
	struct text reply_to;	   /* empty: as from */
	struct text organizer;	   /* of the mailed copy; empty: as it is */
	struct text message_id;	   /* without angle brackets, as is thread_id */
	struct text thread_id; /* the first mail about this UID; the same as message_id: it is */
};

/* Notes the token in a transaction of its own where it is new, before the mail can leave. */
MUST_CHECK const struct fault *route_make(const struct post *p, struct arena *a,
					  const struct route_about *about, int64_t now,
					  struct route *out);

/*
 * The iTIP message as the route's recipient sees it: its ORGANIZER lines name the route's, without
 * an EMAIL of their own (RFC 7986 §6.2); all other bytes stay, those of ATTENDEE as well.
 */
struct text route_readdress(struct arena *a, const struct route *r, struct text message);

/* Whom an answer is from, and about what. */
struct route_back {
	int64_t owner;
	struct text uid, attendee;
};
/*
 * By an address of ours (LOCAL+TOKEN@DOMAIN; in any case, percent-encoded, with mailto: or angle
 * brackets), or by a Message-ID of ours; *found_out false: it is none.
 */
MUST_CHECK const struct fault *route_find(const struct post *p, struct arena *a,
					  struct text address, struct route_back *out,
					  bool *found_out);
/* Shows what a mail was about, and proves nothing. */
MUST_CHECK const struct fault *route_find_by_message_id(const struct post *p, struct arena *a,
							struct text message_id,
							struct route_back *out, bool *found_out);

/*
 * BAD_REQUEST: with tokens such a mail.reply_address would be none: it is no address, has
 * characters that programs write in several ways, or leaves no room for the token.
 */
MUST_CHECK const struct fault *route_check_mailbox(struct arena *a, struct text mailbox);

#endif

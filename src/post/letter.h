/*
 * letter - what a mail about a meeting says: subject, plain text, HTML
 *
 * From what happened, and to whom it is told, in the reader's language, every time with its zone
 * (booking case G9): theirs, and where that is another one, that of whom they meet. The words are
 * in files (template.h); what is filled in is made here.
 *
 * What strangers wrote: names, of which booking/ takes no links or line ends; the rest of it is
 * told to hosts alone (decisions 25). All is escaped where it is filled in.
 *
 * Threads: no state.
 */
#ifndef POST_LETTER_H
#define POST_LETTER_H

#include "post/post.h"

struct booking;
struct booking_type;
struct host;
struct owner;
struct zone;

/* Each is a file, under this name. */
enum letter_kind {
	/* To whoever booked: with an invitation (the subject stays the same, booking case G2) … */
	LETTER_BOOKED,
	LETTER_MOVED,
	LETTER_CHANGED,	      /* it is with another host */
	LETTER_CANCELLED,     /* by the host, or as its time had come */
	LETTER_CANCELLED_OWN, /* by themselves */
	/* … and without one. */
	LETTER_PENDING,	  /* the host is to confirm it */
	LETTER_DECLINED,  /* what they asked for does not take place */
	LETTER_ADDRESS,	  /* it waits until the address is confirmed */
	LETTER_PLACE,	  /* there is a place */
	LETTER_REMINDER,  /* it begins in letter_facts.minutes_before */
	LETTER_FOLLOW_UP, /* it is over */
	LETTER_REFUSED,	  /* mail to a booking address was no booking; `open` is what could be */

	/* To hosts. */
	LETTER_HOST_BOOKED,
	LETTER_HOST_MOVED,
	LETTER_HOST_CANCELLED,
	LETTER_HOST_DECLINED, /* its invitee does not come, and it stands */
	LETTER_HOST_TO_CONFIRM,
	LETTER_HOST_REMINDER,
	LETTER_HOST_NEEDED,	/* one of a team's hosts does not come */
	LETTER_HOST_OVERLAP,	/* something else stands at its time now */
	LETTER_HOST_WEBHOOK,	/* one is told nothing any more; `why` */
	LETTER_HOST_BOUNCE,	/* mail to the invitee did not arrive; `why` */
	LETTER_HOST_RECONNECT,	/* an account elsewhere is shut; `why` */
	LETTER_HOST_UNVERIFIED, /* an answer of whom nobody vouches for waits; `why` */

	/* To attendees and organizers of a user's own meetings (iMIP). */
	LETTER_INVITES,
	LETTER_UPDATES, /* a REQUEST for what was sent before */
	LETTER_CANCELS,
	LETTER_ACCEPTS, /* REPLY, by PARTSTAT */
	LETTER_TENTATIVE,
	LETTER_DECLINES,
	LETTER_ANSWERS, /* any other PARTSTAT */
	LETTER_PROPOSES,
	LETTER_KEEPS, /* DECLINECOUNTER */
	LETTER_ASKS,  /* REFRESH */
	LETTER_ADDS,
	LETTER_TELLS, /* PUBLISH */
	LETTER_KINDS
};
const char *letter_name(enum letter_kind kind);
bool letter_find(struct text name, enum letter_kind *out);
bool letter_is_to_host(enum letter_kind kind);

/* Who is invited, and what they answered: "accepted", …; empty: nothing yet. */
struct letter_person {
	struct text name, email, partstat;
};

/* What is known; an empty field leaves out what speaks of it. */
struct letter_facts {
	struct text language;	       /* of the reader, as a tag */
	const struct zone *zone;       /* of the reader; NULL: as other_zone */
	const struct zone *other_zone; /* of whom they meet; NULL: not told */
	bool to_host;		       /* else "for your host" is the other zone */
	struct text meeting;	       /* its title */
	struct text host, host_email;
	struct text guest, guest_email;
	int64_t start, end; /* UTC; 0: no time is told */
	int64_t was_start;  /* of one that was moved; 0: not known */
	enum {
		LETTER_INSTANT,
		LETTER_FLOATING, /* start and end are local seconds, of no zone … */
		LETTER_DAYS,	 /* … and midnights */
	} timing;
	struct text rule; /* of a series: RRULE and EXDATE lines */
	struct text place, join_url;
	struct text reason, note; /* note: what invitees answered to the questions of a type */
	struct text manage;	  /* link to move or cancel; to hosts: to their page */
	struct text page;	  /* link to book */
	struct text unsubscribe;
	struct text why;
	struct text words;	/* of the host, in paragraphs: they stand for those of the letter */
	int32_t minutes_before; /* of a reminder */
	const int64_t *open;	/* UTC: when it could be booked */
	size_t open_count;
	const struct letter_person *people;
	size_t people_count;
};

/* What a booking says, to its invitee, or to its host; type NULL: it is offered no more. */
struct letter_facts letter_of_booking(const struct post *p, struct arena *a,
				      const struct host *host, const struct booking_type *type,
				      const struct booking *b);
struct letter_facts letter_to_host(const struct post *p, struct arena *a, const struct host *host,
				   const struct booking_type *type, const struct booking *b,
				   const struct owner *reader);

struct letter {
	struct text subject, text, html;
};
MUST_CHECK const struct fault *letter_write(const struct post *p, struct arena *a,
					    enum letter_kind kind, const struct letter_facts *facts,
					    struct letter *out);

#endif

/*
 * schedule - a save makes messages, and messages make saves (RFC 6638)
 *
 * Whose calendar an object stands in may be its organizer or one of its attendees. What a save by a
 * client means to the others is told by itip/; here it is brought to them in the same transaction:
 * to owners of this store their copy of the object, where invitations go, and the message in their
 * inbox; to everybody else a job of kind "imip".
 *
 * A plan is made outside of the transaction like any other (change.h). It reads the copies of all
 * who are local, and remembers what it read; the step that applies it locks all these owners, looks
 * whether that is still so, and else has it planned again.
 *
 *	schedule.c          who the owner is in the object, and what the save is to them
 *	schedule_copy.c     who is local, and their copies
 *	schedule_incoming.c a message that came in from outside
 *	schedule_send.c     one that was made elsewhere, and goes out
 *	schedule_delivery.c what is decided about one of the deliveries
 *	schedule_deliver.c  each message to its recipient: read, processed, planned
 *	schedule_cause.c    what a message causes: answers, and what the others are told
 *	schedule_tell.c     an answer is seen in the others' copies
 *	schedule_rest.c     a job for those whom it was too much to tell at once
 *	schedule_rights.c   who may send in whose name, and to whom
 *	schedule_room.c     what a room or a resource answers at once
 *	schedule_limits.c   ... within which limits
 *	schedule_hold.c     ... and the time it holds
 *	schedule_apply.c    verified and written
 *	schedule_number.c   numbers for all that is written, taken at once
 *	schedule_note.c     what was decided, and why: log and `fasti explain`
 *	schedule_job.c      messages to people outside, as jobs
 *	schedule_failed.c   what could not be brought is noted in the object
 *	schedule_proposal.c what attendees propose, kept until the organizer has answered
 *	schedule_tag.c      Schedule-Tag, and the If-Match that is merged
 *
 * A message that came in causes what RFC 5546 and RFC 6638 ask for and no more: the answer to a
 * REFRESH, and after a REPLY the other attendees' copies and whom it brings in. A message that is
 * caused by one of these is the answer of a room that came in, and what follows from that.
 *
 * Memory: everything lives in the arena of the change.
 */
#ifndef CALENDAR_SCHEDULE_H
#define CALENDAR_SCHEDULE_H

#include "calendar/change.h"
#include "itip/itip.h"

enum {
	SCHEDULE_LOCAL_MAX = 1000, /* owners that one change delivers to: TOO_MANY_ATTENDEES */
	/*
	 * Messages and copies that one change writes, each of the same bytes counted once:
	 * MEETING_TOO_LARGE. All else waits for it.
	 */
	SCHEDULE_BYTES_MAX = 16 << 20,
	/* Of an answer so many others are told at once; past them, or too many bytes, by a job. */
	SCHEDULE_TELL_MAX = 100,
	SCHEDULE_PAYLOAD_MAX = 1024 * 1024, /* of a job of kind "imip", without the message */
};

/* A message that came in from outside (origin ITIP), for an owner of this store. */
struct schedule_incoming {
	int64_t owner;
	struct text message; /* the text/calendar part */
	struct text sender;  /* as ical_address() makes it: who is known to have sent it */
	bool take_crashers;  /* itip/process.h */
	/* results */
	enum itip_method method;
	const char *status, *why;
	bool is_taken; /* something comes of it: the owner's copy changes, or shows it, or is sent
			*/
};
/*
 * While planning: BAD_DATA, BAD_OBJECT (itip/check.h), ORGANIZER_CHANGE, NOT_FOUND (no such owner,
 * or no calendar that takes it).
 */
MUST_CHECK const struct fault *schedule_incoming(struct change *c, struct schedule_incoming *in);

/* A message that was made elsewhere (booking/door.h), from an owner to somebody outside. */
struct schedule_outgoing {
	int64_t owner;
	struct text from, to; /* as ical_address() makes them */
	struct text message;  /* with its METHOD */
};
/* It goes by mail, behind what they were told of the same UID before. BAD_DATA, BAD_OBJECT. */
MUST_CHECK const struct fault *schedule_send(struct change *c, const struct schedule_outgoing *m);

/* A message that could not be brought. */
struct schedule_failure {
	int64_t owner;	       /* whose message it was */
	const struct job *job; /* that was to bring it; NULL: it had left, and came back */
	enum itip_method method;
	struct text uid, recipient; /* as ical_address() makes it */
	const char *status;	    /* of the table of RFC 6638 §3.2.9 */
	struct text why;	    /* empty: a later one has gone, so nothing is wrong any more */
};
/*
 * The owner's object says so on the line of the recipient, under the tag that it has (RFC 6638
 * §3.2.9, §3.2.10), the bookings of the recipient with that UID, and `fasti explain` with the
 * reason. Nothing, where a younger message to them
 * waits in the queue of the job: what becomes of that one counts. NOT_FOUND: the owner is gone.
 */
MUST_CHECK const struct fault *schedule_note_failure(struct change *c, struct schedule_failure *x);

/* Of a meeting whose attendees were too many, or too much, to be told of an answer at once. */
struct schedule_rest {
	int64_t owner; /* the organizer */
	struct text uid;
	/* Whom it came to (an address); empty: to begin, and when all are told. */
	struct text after;
};
/* While planning: a portion of them; the whole change is about nothing else. */
MUST_CHECK const struct fault *schedule_tell_rest(struct change *c, struct schedule_rest *rest);

#endif

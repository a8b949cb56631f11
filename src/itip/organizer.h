/*
 * organizer - what a save by the organizer makes of messages (RFC 6638 §3.2.1)
 *
 * Given the object as it was and as it is saved, this tells for each attendee which message they
 * get, by the tables of §3.2.1.1 to §3.2.1.3, and makes the bytes to store: SEQUENCE raised where
 * the client did not (§3.2.5), PARTSTAT reset where an instance is rescheduled (§3.2.8), answers
 * that came meanwhile kept (§3.2.10), SCHEDULE-FORCE-SEND taken out (§7.2).
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_ORGANIZER_H
#define ITIP_ORGANIZER_H

#include "itip/message.h"

/* What a message is to its recipient beside those before it, for one that had to wait. */
enum itip_says {
	ITIP_SAYS_MORE,	 /* something besides */
	ITIP_SAYS_FIRST, /* all there is, of what they were not invited to before */
	ITIP_SAYS_ALL,	 /* all there is */
	ITIP_SAYS_END,	 /* they are invited to nothing of it any more */
};

/* To one attendee; to an attendee's organizer (attendee.h). */
struct itip_message {
	enum itip_method method;
	enum itip_says says;
	struct text recipient; /* as ical_address() makes it */
	struct text text;      /* the whole message */
	const char *why;       /* for the log and `fasti explain` */
	/*
	 * Only what others answered has changed: where the recipient's copy is at hand, it follows,
	 * and else nothing is sent.
	 */
	bool quiet;
	bool is_forced; /* a REQUEST that SCHEDULE-FORCE-SEND asks for: it is shown again (§7.2) */
};

/* Somebody who is sent nothing. */
struct itip_silence {
	struct text recipient; /* as ical_address() makes it */
	const char *why;       /* for the log and `fasti explain` */
};

struct itip_save {
	const struct ical_object *was; /* NULL: it is new */
	const struct ical_object *is;  /* NULL: it is removed */
	const struct itip_user *user;
	/* Who of the others has several addresses: by whichever, it is one person who is invited.
	 */
	const struct itip_known *known;
	size_t known_count;
	/*
	 * The client knew the answers that stand in `was` (If-Match of just that): what it says of
	 * others' PARTSTAT counts. Else those of `was` do (§3.2.10.1).
	 */
	bool saw_answers;
	/* Whoever saves it knows that they come: what it says of others' PARTSTAT is so. */
	bool knows_answers;
	bool no_reply; /* Schedule-Reply: F (§8.1); of an attendee's removal */
	int64_t now;
};

struct itip_plan {
	struct itip_message *messages;
	size_t count;
	struct itip_silence *silences;
	size_t silence_count;
	struct text object; /* the bytes to store; those of `is` where nothing had to be changed */
	bool edited;
	enum itip_change change; /* of what others are told */
};

/*
 * An object that the user organizes, or organized: an `is` without ORGANIZER uninvites everybody.
 * SAME_ORGANIZER; ORGANIZER_CHANGE (allowed-organizer-scheduling-object-change): ORGANIZER
 * changed to another user's address; TOO_MANY_ATTENDEES. PARTSTAT of others, which a client is not
 * to set (§3.2.1), is put back and no fault.
 */
MUST_CHECK const struct fault *itip_plan_organizer(struct arena *a, const struct itip_save *s,
						   struct itip_plan *out);

/* What became of one message, for the SCHEDULE-STATUS of the recipient (§3.2.9, §7.3). */
struct itip_delivery {
	struct text recipient;
	const char *status; /* "1.1" queued, "1.2" delivered, "3.7" unknown, "5.1" … */
};
/*
 * The object with SCHEDULE-STATUS set on the ATTENDEEs (or, of an attendee's own object, the
 * ORGANIZER) that a message went to, and left alone on others; of two deliveries to one recipient
 * the last counts. What is no calendar object stays as it is.
 */
struct text itip_note_deliveries(struct arena *a, struct text object,
				 const struct itip_delivery *deliveries, size_t count);

#endif

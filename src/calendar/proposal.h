/*
 * proposal - another time for a meeting, proposed and decided on (RFC 5546 §3.2.7, §3.2.8)
 *
 * An attendee proposes by a COUNTER. It stands in the organizer's inbox, and is kept with the
 * meeting until that is answered: moved, wherever to, by whatever client, of which a REQUEST tells
 * everybody; or declined, of which a DECLINECOUNTER tells who proposed. What goes out to others
 * goes as for any save (schedule.h), in the same change.
 *
 * The inbox item is for clients to show. Deleting it decides nothing: some empty the inbox at
 * once, some never.
 *
 * Memory: results live in the arena of the change.
 */
#ifndef CALENDAR_PROPOSAL_H
#define CALENDAR_PROPOSAL_H

#include "calendar/change.h"
#include "ical/time.h"
#include "store/proposal.h"

enum {
	PROPOSAL_KEPT_S = 90 * 86400, /* when nobody decides */
	PROPOSAL_RECIPIENTS_MAX = 50, /* of one DECLINECOUNTER by a client */
};

/* What became of a message, as SCHEDULE-STATUS has it (RFC 6638 §3.2.9). */
struct proposal_answer {
	struct text recipient; /* as ical_address() makes it */
	const char *status;    /* "1.2" */
	const char *why;
};

struct change_propose {
	int64_t owner; /* who is invited */
	struct text uid;
	bool has_instance;   /* else of the whole */
	int64_t instance;    /* as its RECURRENCE-ID: an instant, or local seconds of a day */
	enum time_form form; /* of the times: TIME_UTC, or TIME_DATE for whole days */
	int64_t start, end;
	bool has_end; /* else it is as long as it was */
	struct text comment;
	/* result */
	struct proposal_answer answer; /* of the organizer */
};
/*
 * Propose another time to the organizer. While planning: NOT_FOUND (no such meeting, or instance
 * of it), CONFLICT (the organizer takes no proposals), UNPROCESSABLE (itip/counter.h).
 */
MUST_CHECK const struct fault *change_propose(struct change *c, struct change_propose *p);

struct change_accept {
	int64_t owner; /* the organizer */
	struct text id;
	/* results */
	struct change_put put; /* by which the object was moved */
	struct text *declined; /* addresses of who has declined the new time at once, as rooms do */
	size_t declined_count;
};
/*
 * Move the object as proposed. While planning: NOT_FOUND (no such proposal, or it was decided on),
 * CONFLICT (itip_counter_take()). While applying: CONFLICT, it was decided on meanwhile;
 * PRECONDITION, the object was changed meanwhile: to be made anew; and what change_put() has.
 */
MUST_CHECK const struct fault *change_accept(struct change *c, struct change_accept *x);

struct change_decline {
	int64_t owner; /* the organizer */
	struct text id;
	struct text comment;
	/* result */
	struct proposal_answer answer; /* of who proposed */
};
/* DECLINECOUNTER to who proposed. NOT_FOUND, while planning; CONFLICT, while applying. */
MUST_CHECK const struct fault *change_decline(struct change *c, struct change_decline *x);

struct change_message {
	int64_t owner; /* whose outbox it is */
	struct text message;
	/* results */
	struct proposal_answer *answers;
	size_t answer_count;
};
/*
 * A COUNTER or DECLINECOUNTER that a client has made. While planning: the faults of reading;
 * BAD_MESSAGE: it is neither, breaks RFC 5546 §3.2.7 or §3.2.8, or is about no meeting that the
 * owner is invited to; BAD_ORGANIZER: ORGANIZER is another one, or of a DECLINECOUNTER not the
 * owner; FORBIDDEN (change_act_as()).
 */
MUST_CHECK const struct fault *change_message(struct change *c, struct change_message *x);

#endif

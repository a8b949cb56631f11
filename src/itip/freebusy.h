/*
 * freebusy - VFREEBUSY as messages (RFC 5546 §3.3, RFC 6638 §5)
 *
 * Reads a REQUEST that a client posts to the outbox. The REPLY for each attendee is written by
 * freebusy/vfreebusy.h.
 *
 * Pure. Memory: results live in the arena and borrow the body. Threads: no state.
 */
#ifndef ITIP_FREEBUSY_H
#define ITIP_FREEBUSY_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

struct itip_freebusy_request {
	struct text uid;
	struct text organizer;	/* as the client wrote it, with its scheme */
	int64_t from, to;	/* UTC */
	struct text *attendees; /* as the client wrote them */
	size_t attendee_count;
	/* X-CALENDARSERVER-MASK-UID: the meeting that is being moved, whose time is not in its own
	 * way; may be empty. */
	struct text mask_uid;
};
/*
 * BAD_DATA: it cannot be read. BAD_COMPONENT: it is about something else. BAD_MESSAGE: it is no
 * REQUEST, or one that breaks §3.3.2. And what is past the limits of ical.h.
 */
MUST_CHECK const struct fault *itip_freebusy_read(struct arena *a, struct text body,
						  struct itip_freebusy_request *out);

#endif

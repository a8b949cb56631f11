/*
 * freebusy - VFREEBUSY as messages (RFC 5546 §3.3, RFC 6638 §5)
 *
 * Reads a REQUEST that a client posts to the outbox. The REPLY for each attendee is written by
 * freebusy/vfreebusy.h.
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_FREEBUSY_H
#define ITIP_FREEBUSY_H

#include "itip/message.h"

struct itip_freebusy_request {
	struct text uid, organizer; /* organizer as ical_address() makes it */
	struct text organizer_line; /* ORGANIZER as the client wrote it */
	int64_t from, to;	    /* UTC */
	struct text *attendees;	    /* as the client wrote them */
	size_t attendee_count;
	struct text mask_uid; /* X-CALENDARSERVER-MASK-UID: its time does not count as busy; may be
				 empty */
};
/* BAD_MESSAGE (CALDAV:valid-scheduling-message): no VFREEBUSY REQUEST, or one that breaks §3.3.2.
 */
MUST_CHECK const struct fault *itip_freebusy_read(struct arena *a, struct text body,
						  struct itip_freebusy_request *out);

#endif

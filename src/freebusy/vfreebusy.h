/*
 * vfreebusy - a timeline as iCalendar (RFC 4791 §7.10, RFC 5545 §3.6.4)
 */
#ifndef FREEBUSY_VFREEBUSY_H
#define FREEBUSY_VFREEBUSY_H

#include "base/buf.h"
#include "freebusy/timeline.h"

struct vfreebusy {
	int64_t start, end, stamp;	 /* UTC; stamp is DTSTAMP */
	struct text uid;		 /* may be empty */
	struct text organizer, attendee; /* with their scheme; each may be empty */
	struct text method;		 /* "REPLY", "PUBLISH", or empty */
	const struct busy_period *periods;
	size_t count;
};

/* A whole VCALENDAR. Lines are at most 75 octets and end with CRLF. */
void vfreebusy_write(struct buf *out, const struct vfreebusy *v);

#endif

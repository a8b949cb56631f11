/*
 * message - METHODs, written
 *
 * A message is made from a stored object by edits: METHOD is added, and what
 * is nobody else's business taken out (alarms, private X- properties, COLOR,
 * SCHEDULE-* parameters); all other bytes, the VTIMEZONEs among them, stay.
 *
 * Owns REQUEST and CANCEL of RFC 5546 §3, which are all that is sent. What a METHOD
 * needs is not asked for: a host's program may have taken some of it out, and the
 * invitee is better off with such a message than with none.
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_MESSAGE_H
#define ITIP_MESSAGE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/*
 * The message for one recipient: the components that they are invited to, or, for
 * the organizer as recipient, all of them. Overrides that leave out
 * somebody who is invited to the series become EXDATEs of its master. CANCEL
 * sets STATUS:CANCELLED and leaves SEQUENCE as it is stored (RFC 5546 §3.2.5).
 * dtstamp is UTC seconds. BAD_REQUEST: this METHOD is not sent about such an object.
 * NOT_FOUND: the recipient is not in the object. BAD_DATA, BAD_OBJECT: the
 * object cannot be read.
 */
MUST_CHECK const struct fault *itip_message_write(struct arena *a, struct text object,
						  struct text method, struct text recipient,
						  int64_t dtstamp, struct text *out);

#endif

/*
 * message - METHODs, written and checked
 *
 * A message is made from a stored object by edits: METHOD is added, and what
 * is nobody else's business taken out (alarms, private X- properties, COLOR,
 * SCHEDULE-* parameters); all other bytes, the VTIMEZONEs among them, stay.
 *
 * Owns RFC 5546 §3 (which properties each METHOD needs) as far as real senders
 * keep it: SUMMARY, PRIORITY and the ORGANIZER of a REPLY are not asked for,
 * because Outlook and others leave them out.
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_MESSAGE_H
#define ITIP_MESSAGE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct ical_object;

/*
 * The message for one recipient: the components that they are invited to, or, for
 * the organizer as recipient, all of them. Overrides that leave out
 * somebody who is invited to the series become EXDATEs of its master. CANCEL
 * sets STATUS:CANCELLED and leaves SEQUENCE as it is stored (RFC 5546 §3.2.5).
 * dtstamp is UTC seconds. BAD_REQUEST: the METHOD is none of RFC 5546's.
 * NOT_FOUND: the recipient is not in the object. BAD_DATA, BAD_OBJECT: the
 * object cannot be read.
 */
MUST_CHECK const struct fault *itip_message_write(struct arena *a, struct text object,
						  struct text method, struct text recipient,
						  int64_t dtstamp, struct text *out);

/*
 * Does a parsed object hold what this METHOD needs? BAD_REQUEST: no METHOD of
 * RFC 5546, or none for this kind of component. BAD_OBJECT: a property is
 * missing or may not be there; about names it.
 */
MUST_CHECK const struct fault *itip_message_check(struct arena *a, const struct ical_object *o,
						  struct text method);

#endif

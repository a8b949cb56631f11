/*
 * message - METHODs, written
 *
 * A message is made from a stored object by edits: METHOD is added, and what
 * is nobody else's business taken out (alarms, private X- properties, COLOR,
 * SCHEDULE-* parameters); all other bytes stay, and of the VTIMEZONEs those that are named. The
 * recipient sees the instances that they are invited to and no others (RFC 6638 §3.2.6).
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_MESSAGE_H
#define ITIP_MESSAGE_H

#include "base/fault.h"
#include "base/text.h"
#include "ical/object.h"
#include "itip/check.h"
#include "itip/instance.h"
#include "itip/person.h"

struct arena;

/*
 * The message for one recipient: the components that they are invited to, or, for
 * the organizer as recipient, all of them. Overrides that leave out
 * somebody who is invited to the series become EXDATEs of its master. CANCEL
 * sets STATUS:CANCELLED, leaves SEQUENCE as it is stored (RFC 5546 §3.2.5), and names the recipient
 * alone as ATTENDEE. PUBLISH is for anybody and names no ATTENDEE (§3.2.1). COUNTER is written of
 * the object as the attendee proposes it, DECLINECOUNTER of the object as it stays.
 * dtstamp is UTC seconds. BAD_REQUEST: this METHOD is not sent about such an object.
 * NOT_FOUND: the recipient is not in the object. BAD_DATA, BAD_OBJECT: the
 * object cannot be read.
 */
MUST_CHECK const struct fault *itip_message_write(struct arena *a, struct text object,
						  struct text method, struct text recipient,
						  int64_t dtstamp, struct text *out);
/*
 * The same of an object that was read, for somebody who may be in it by several addresses. What is
 * written for it lives in the arena as well.
 */
MUST_CHECK const struct fault *itip_message_write_of(struct arena *a, const struct ical_object *o,
						     struct text method,
						     const struct itip_user *recipient,
						     int64_t dtstamp, struct text *out);

/* Some instances; and_future: with all that follow, by instance. Each stands once. */
struct itip_which {
	const int64_t *ids; /* ITIP_MASTER is one as well */
	const bool *and_future;
	size_t count;
	const struct itip_instances *instances; /* of the object; NULL: not yet listed */
};

/*
 * CANCEL of some instances of a series for one recipient (RFC 5546 §3.2.5): a component for
 * each, with its RECURRENCE-ID in the form of the series, and the recipient alone as ATTENDEE,
 * whether the object still names them or not.
 * NOT_FOUND: none of the ids; OBJECT_TOO_LARGE: past ICAL_MAX_SIZE_BYTES, also below.
 */
MUST_CHECK const struct fault *itip_message_cancel_instances(struct arena *a,
							     const struct ical_object *o,
							     struct text recipient,
							     const struct itip_which *which,
							     int64_t dtstamp, struct text *out);

struct itip_answered {
	const int64_t *ids; /* NULL: the whole object */
	size_t count;
	struct text partstat; /* for all (DECLINED, when it is deleted); empty: as it stands */
	/* The object as it came: a COMMENT that is not in it is the attendee's. NULL: none is. */
	const struct ical_object *before;
};

/*
 * REPLY of one attendee (§3.2.3): for each instance that changed a component with ORGANIZER, that
 * ATTENDEE alone, SUMMARY, DTSTART, DTEND, SEQUENCE and RECURRENCE-ID as the organizer wrote them,
 * what the attendee has to say, and the VTIMEZONEs that these name. NOT_FOUND: the attendee is in
 * none of these.
 */
MUST_CHECK const struct fault *itip_message_reply(struct arena *a, const struct ical_object *o,
						  const struct itip_user *attendee,
						  const struct itip_answered *what, int64_t dtstamp,
						  struct text *out);

/*
 * A message with SENT-BY on the ORGANIZER or ATTENDEE (`as`) whom it is from: somebody else sends
 * it for them (RFC 5545 §3.2.18). `from` and `by` as ical_address() makes them.
 */
struct text itip_message_sent_by(struct arena *a, struct text message, const char *as,
				 struct text from, struct text by);

/* A REFRESH (§3.2.6) or DECLINECOUNTER (§3.2.8) that answers a message, about its first component.
 */
struct itip_short {
	enum itip_method method;
	const struct ical_object *message;
	const struct ical_attendee *organizer; /* NULL: nobody knows who that is */
	struct text attendee;		       /* as ical_address() makes it */
	struct text comment;		       /* plain; may be empty */
	int64_t now;
};
struct text itip_message_short(struct arena *a, const struct itip_short *s);

/*
 * A message as it leaves by mail to one recipient: each zone that the zone database knows in the
 * two-rule form, a REQUEST with ROLE, PARTSTAT and RSVP written out on their ATTENDEE, all lines
 * folded anew at 75 octets (RFC 5545 §3.1). BAD_DATA, BAD_OBJECT: the message cannot be read.
 */
MUST_CHECK const struct fault *itip_message_for_mail(struct arena *a, struct text message,
						     struct text recipient, struct text *out,
						     enum ical_component *type_out);

#endif

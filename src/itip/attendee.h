/*
 * attendee - what an attendee may change, and what the organizer hears of it (RFC 6638 §3.2.2)
 *
 * An attendee's save is not taken as it comes. Their own part counts as the client writes it:
 * PARTSTAT, TRANSP, alarms, COMPLETED, PERCENT-COMPLETE, EXDATE of declined instances, CATEGORIES,
 * private X- properties. The organizer's part stays as it was. Clients damage it in many ways
 * (interop: Apple's fake masters, dropped overrides, lost properties); what they drop is put back.
 * What they change of it on purpose (times, SUMMARY, who is invited …) is refused (§3.2.4.4).
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_ATTENDEE_H
#define ITIP_ATTENDEE_H

#include "itip/organizer.h"

/*
 * was NULL: an attendee's create (§3.2.2.2); is NULL: a removal, which declines what is not over
 * or declined (§3.2.2.4) unless no_reply. Two messages at most, REPLYs to the organizer: what was
 * answered, and what was declined by EXDATE. Objects that the user is no attendee of, or whose
 * answers the server does not send (SCHEDULE-AGENT on ORGANIZER), are stored as they are.
 * ATTENDEE_CHANGE (allowed-attendee-scheduling-object-change), SAME_ORGANIZER.
 */
MUST_CHECK const struct fault *itip_plan_attendee(struct arena *a, const struct itip_save *s,
						  struct itip_plan *out);

#endif

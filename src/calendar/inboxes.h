/*
 * inboxes - what nobody takes out of them
 *
 * A message in a scheduling inbox tells its reader that something has happened; what became of it
 * stands in the calendar. Some clients delete what they have shown, others never look there. So
 * what is old goes, and of the rest the newest stay. Clients that sync are told like of any other
 * removal (RFC 6578 §3.5.2). What was decided about messages (`fasti explain`) goes as well
 * when it is old.
 */
#ifndef CALENDAR_INBOXES_H
#define CALENDAR_INBOXES_H

#include "calendar/change.h"
#include "store/object.h"

/*
 * Take out what is older than calendar->keep says, in portions with a transaction each; for a
 * worker. A fault of the store ends it, as does calendar->stopping, and the rest has its turn
 * again.
 */
MUST_CHECK const struct fault *inboxes_thin(struct calendar *cal, struct arena *a, int64_t now);
/* The same of notes. */
MUST_CHECK const struct fault *inboxes_forget_notes(struct calendar *cal, struct arena *a,
						    int64_t now);
/* [tx] One message goes, of an owner whom the change has locked. */
MUST_CHECK const struct fault *inboxes_take_out(struct change *c, struct db *db,
						const struct stored_object *o);

#endif

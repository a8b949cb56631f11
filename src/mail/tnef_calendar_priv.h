/*
 * tnef_calendar - a winmail.dat about a meeting as the calendar it would have been
 *
 * As Exchange itself makes one of a message (MS-OXCICAL §2.1.3): METHOD of the message class, UID
 * of the global object id, times in UTC. The people are those of the mail. A recurrence is not
 * read, as half of a rule would be a wrong meeting: an invitation to a series gives no calendar.
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef MAIL_TNEF_CALENDAR_PRIV_H
#define MAIL_TNEF_CALENDAR_PRIV_H

#include "mail/read.h"

/* NULL: *method_out and *calendar_out are it; else why there is none, one sentence. */
const char *tnef_calendar(struct arena *a, struct text octets, const struct mail_read *m,
			  struct text *method_out, struct text *calendar_out);

#endif

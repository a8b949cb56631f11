/*
 * veil - that time is taken, and not what for
 *
 * For feeds that show strangers when somebody is busy, as an event app can show
 * it: an event keeps its times, its rule and its place in a series, all else is left out,
 * parameters and the words of time zones too. Its UID becomes one that tells nothing, the same at
 * each reading of one feed: `key` is a secret of the feed, so that who has the event as well does
 * not recognize it.
 *
 * Memory: scratch is for the call alone. Threads: no state.
 */
#ifndef ICAL_VEIL_H
#define ICAL_VEIL_H

#include "base/buf.h"

/*
 * Append a VEVENT, given as its raw text. Nothing is written of one that takes no time
 * (TRANSPARENT, cancelled), but for one instance of a series.
 */
void ical_put_veiled(struct buf *out, struct arena *scratch, struct text event, struct text key);
/* The rules of a VTIMEZONE, under the name that the events of the feed have for it. */
void ical_put_veiled_zone(struct buf *out, struct arena *scratch, struct text zone,
			  struct text key);

#endif

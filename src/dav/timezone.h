/*
 * timezone - CALDAV:calendar-timezone, between its text and the name of a zone
 *
 * Pure: no store. Memory: results live in the arena. Threads: no state.
 */
#ifndef DAV_TIMEZONE_H
#define DAV_TIMEZONE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct zone;

/*
 * The zone that a value means, for zone_find_set(): its IANA name, or the VTIMEZONE itself when
 * the zone database knows none of its names. It may borrow the value. BAD_TIMEZONE: not an
 * iCalendar object with one valid VTIMEZONE (RFC 4791 §5.2.2).
 */
MUST_CHECK const struct fault *dav_timezone_read(struct arena *a, struct text value,
						 struct text *setting_out);

/* A whole iCalendar object with the rules that hold around `utc`. */
struct text dav_timezone_write(struct arena *a, const struct zone *zone, int64_t utc);

#endif

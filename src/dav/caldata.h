/*
 * caldata - what of an object a REPORT gives back (RFC 4791 §9.6)
 *
 * Parts are cut from the client's bytes line by line, so what is given back is
 * as it came. Only C:expand writes lines of its own: times of one instance, in UTC
 * where they had a zone.
 *
 * Whoever writes C:calendar-data gives the bytes as they are when nothing was
 * asked for in particular (dr->calendar_data is NULL), and else what
 * dav_caldata_cut() makes of them, as jCal where that was asked for.
 *
 * Pure: no store. Memory: all lives in the arena; what is asked for borrows the tree,
 * what is cut may be the raw bytes themselves. Threads: no state.
 */
#ifndef DAV_CALDATA_H
#define DAV_CALDATA_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct dav_calendar_data;
struct xml_node;
struct zone;

/*
 * Read C:calendar-data of a request, without zones that everybody knows if by_reference (RFC 7809
 * §3.1.3); *out is NULL when whole objects are wanted as they are. BAD_MEDIA_DATA: another
 * content-type than text/calendar and jCal, or another version than 2.0.
 * BAD_REQUEST: what it holds cannot be read. TOO_EARLY: a range before CALDAV:min-date-time.
 */
MUST_CHECK const struct fault *dav_caldata_read(struct arena *a, const struct xml_node *node,
						bool by_reference,
						const struct dav_calendar_data **out);

/* The type of what is given back, where it is not text/calendar; NULL: it is. cd may be NULL. */
const char *dav_caldata_type(const struct dav_calendar_data *cd);

/*
 * Cut an object. Floating and all-day times are those of the zone where instances
 * are chosen by time (§7.3), and stay as they are in what is written. TOO_MANY_MATCHES: it expands
 * to more instances than one answer holds.
 */
MUST_CHECK const struct fault *dav_caldata_cut(struct arena *a, const struct dav_calendar_data *cd,
					       struct text raw, const struct zone *floating,
					       struct text *out);

#endif

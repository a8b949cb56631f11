/*
 * jcal - iCalendar as JSON, and back (RFC 7265)
 *
 * Both ways go line by line and need no model of what a property means but the
 * type of its value: a value that does not have the form of its type is a plain string,
 * and stands as it was when it comes back. So whatever may be stored can be given as
 * jCal; whether jCal may be stored is judged on the iCalendar that comes of it.
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ICAL_JCAL_H
#define ICAL_JCAL_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct json_writer;

/* Of one document: JSON takes more room than what it says. */
enum { JCAL_MAX_BYTES = 2 * 1024 * 1024 };

#define JCAL_MEDIA_TYPE "application/calendar+json"

/*
 * Each outermost component of a text as one value (§3.3): an object is one, and what stands
 * inside a VCALENDAR are several. BAD_DATA: its BEGIN and END do not match, or a line
 * has more parameters than any has.
 */
MUST_CHECK const struct fault *jcal_write(struct arena *a, struct text raw, struct json_writer *w);

/*
 * For calendars of any length: name and properties of the first component of a text, after
 * which come components by jcal_write() until the end.
 */
MUST_CHECK const struct fault *jcal_write_begin(struct arena *a, struct text raw,
						struct json_writer *w);
void jcal_write_end(struct json_writer *w);

/*
 * One VCALENDAR as iCalendar text (§4). BAD_DATA: not JSON, or not jCal. OBJECT_TOO_LARGE: it, or
 * what comes of it, is longer than an object may be.
 */
MUST_CHECK const struct fault *jcal_read(struct arena *a, struct text json, struct text *out);

#endif

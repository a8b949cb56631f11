/*
 * join - many calendar objects as one VCALENDAR
 *
 * For export and for GET on a collection: every component as its bytes stand,
 * each VTIMEZONE once per TZID, one frame around all. Objects are added one by one, so
 * an export of any size needs the memory of one object and of the zones' names.
 */
#ifndef ICAL_JOIN_H
#define ICAL_JOIN_H

#include "base/buf.h"

struct ical_join;

/* names of zones seen are kept in this arena. */
struct ical_join *ical_join_create(struct arena *a);
/* Write BEGIN:VCALENDAR and its properties; name (X-WR-CALNAME) may be empty. */
void ical_join_begin(struct ical_join *j, struct buf *out, struct text name);
/* Write the components of one object; scratch is for this call alone. */
void ical_join_add(struct ical_join *j, struct buf *out, struct arena *scratch, struct text raw);
void ical_join_end(struct ical_join *j, struct buf *out);

#endif

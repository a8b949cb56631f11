/*
 * join - many calendar objects as one VCALENDAR
 *
 * For export, for GET on a collection and for feeds: every component as its bytes stand,
 * each VTIMEZONE once, one frame around all. Where two objects call different zones by one TZID
 * that nobody else knows, the later one gets another name. Objects are added one by one, so
 * an export of any size needs the memory of one object and of the zones' names.
 */
#ifndef ICAL_JOIN_H
#define ICAL_JOIN_H

#include "base/buf.h"

struct ical_join;

/* What the frame says of the calendar; what is empty is left out. */
struct ical_join_head {
	struct text name;	 /* NAME (RFC 7986 §5.1), and X-WR-CALNAME for those before it */
	struct text description; /* DESCRIPTION, X-WR-CALDESC */
	struct text color;	 /* "#rrggbb" of Apple's, or a name of CSS (RFC 7986 §5.9) */
	struct text refresh;	 /* REFRESH-INTERVAL (§5.7), X-PUBLISHED-TTL: "PT1H" */
};

/* What of an object is written. */
enum {
	ICAL_JOIN_BY_REFERENCE = 1 << 0, /* no VTIMEZONE that the zone database knows (RFC 7809) */
	ICAL_JOIN_VEILED = 1 << 1,	 /* that time is taken, not what for (ical/veil.h) */
};

/* Names of zones seen are kept in this arena; key is a secret of who may see what is veiled. */
struct ical_join *ical_join_create(struct arena *a, unsigned flags, struct text key);
/* Write BEGIN:VCALENDAR and its properties. */
void ical_join_begin(struct ical_join *j, struct buf *out, const struct ical_join_head *head);
/* Write the components of one object; scratch is for this call alone. */
void ical_join_add(struct ical_join *j, struct buf *out, struct arena *scratch, struct text raw);
void ical_join_end(struct ical_join *j, struct buf *out);

#endif

/*
 * message_priv - between the files that write messages
 *
 * message.c writes views of a whole object by edits; message_part.c writes messages of some of
 * its instances anew; message_zones.c knows which time zones either needs. message_mail.c makes
 * of both what mail programs read.
 */
#ifndef ITIP_MESSAGE_PRIV_H
#define ITIP_MESSAGE_PRIV_H

#include "base/buf.h"
#include "itip/message.h"

struct ical_edit;

/* ---- message_zones.c ----------------------------------------------------------------------- */

struct itip_zone_use {
	struct text tzid;
	const struct zone *zone; /* NULL: nobody knows it */
	int64_t utc;		 /* some time that is told in it */
};

/* The TZIDs that a message names, each once. */
struct itip_zones {
	struct arena *arena;
	struct itip_zone_use *at;
	size_t count, cap;
};

void itip_zones_note(struct itip_zones *z, const struct ical_time *t);
/* When a component takes place, and which one it is. */
void itip_zones_note_times(struct itip_zones *z, const struct ical_item *item);
/* All times of a component. */
void itip_zones_note_item(struct itip_zones *z, const struct ical_item *item);

/* Whose VTIMEZONE a block of the object is; NULL: it is none, or no time names it. */
const struct itip_zone_use *itip_zones_find(const struct itip_zones *z, const struct ical_object *o,
					    size_t block);

/* The VTIMEZONE of each, as the object has it, or a short one of our own. */
void itip_zones_write(const struct itip_zones *z, const struct ical_object *o, struct buf *out);

/* The same by edits: what no time names goes, what is missing is added. */
void itip_zones_edit(const struct itip_zones *z, const struct ical_object *o, struct ical_edit *e);

/* ---- message.c ----------------------------------------------------------------------------- */

/* Every line of a message ends with CRLF (RFC 5545 §3.1), whatever the client stored. */
struct text itip_with_crlf(struct arena *a, struct text t);

#endif

/*
 * organizer_priv - between the parts of a save by the organizer
 *
 * organizer_keep.c makes the bytes to store, organizer.c tells who hears of them.
 *
 * Memory: in the arena. Threads: no state.
 */
#ifndef ITIP_ORGANIZER_PRIV_H
#define ITIP_ORGANIZER_PRIV_H

#include "itip/organizer.h"
#include "itip/revision_priv.h"

/* A SEQUENCE past all that was sent; 0 of what is new. */
int32_t itip_next_sequence(const struct ical_object *was);

/*
 * The bytes to store of a save as r has read it: answers kept or reset, SEQUENCE where it has to
 * be, SCHEDULE-FORCE-SEND taken out. The same text where nothing is to be changed.
 */
struct text itip_keep_organizer(const struct itip_save *s, struct itip_revision *r);
/*
 * The same of a save without ORGANIZER, which uninvites everybody: SEQUENCE stays that of their
 * CANCEL, so that whoever is invited again is not told something old.
 */
struct text itip_keep_dissolved(struct arena *a, const struct itip_save *s);

#endif

/*
 * meeting.h - what the programs of attendees do with their copy of a meeting, and what it says
 *
 * Shared by the random lives of a meeting: as messages alone (test_itip_histories), and in a store
 * (test_schedule_histories).
 */
#ifndef TESTS_MEETING_H
#define TESTS_MEETING_H

#include "base/buf.h"
#include "itip/instance.h"
#include "itip/itip.h"

/* What stands for an instance, or ITIP_MASTER: its own component, or the series; NULL: neither. */
const struct ical_item *meeting_item(struct arena *a, const struct ical_object *o, int64_t id,
				     bool *own_out);

/* The copy as their program saves it: with this answer, for an instance or ITIP_MASTER. */
struct text meeting_answered(struct arena *a, const char *name, const struct ical_object *copy,
			     const struct itip_user *user, int64_t id, const char *partstat);

/* "20270326T090000Z 20270327T090000Z …": when it takes place; NULL: never. */
struct text meeting_times(struct arena *a, const char *name, const struct ical_object *o);

/* The line "DTSTART;TZID=Europe/Berlin:20270326T090000", or in UTC. */
void meeting_put_time(struct buf *b, const char *name, bool zoned, int64_t local);

#endif

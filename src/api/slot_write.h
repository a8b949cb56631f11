/*
 * slot_write - an open slot as JSON, without formatting
 *
 *	{"start":"09:00","end":"09:30","start_time":"2027-01-18T14:00:00Z","end_time":…}
 *
 * Slots come in ascending order and lie close together, so the writer keeps the
 * offset of the zone and the date until they no longer hold, and looks where it wrote the
 * last one: where that ends, the next often begins. All slots of a writer go to one buffer. Pure.
 */
#ifndef API_SLOT_WRITE_H
#define API_SLOT_WRITE_H

#include "base/buf.h"
#include "booking/slots.h"

struct zone;

#define SLOT_FORM                                                                                  \
	"{\"start\":\"hh:mm\",\"end\":\"hh:mm\",\"start_time\":\"yyyy-mm-ddThh:mm:ssZ\","          \
	"\"end_time\":\"yyyy-mm-ddThh:mm:ssZ\"}"

enum { SLOT_BYTES = sizeof(SLOT_FORM) - 1 };

struct slot_writer {
	const struct zone *zone;
	int64_t offset, from, until; /* seconds east of UTC, good for instants in [from, until) */
	int64_t day;		     /* when the date began that date[] says; INT64_MAX: none */
	char date[10];
	int64_t said;	  /* the instant that was said last … */
	size_t last;	  /* … as the end of the slot that begins there in the buffer */
	bool tells_seats; /* each slot says how many places are left */
};

void slot_writer_init(struct slot_writer *w, const struct zone *zone);

/* start and end are local wall clock, start_time and end_time UTC; seats_left for who asked. */
void slot_write(struct slot_writer *w, struct buf *b, const struct slot *s);

#endif

/*
 * availability_priv - what the files that read and write VAVAILABILITY share
 */
#ifndef FREEBUSY_AVAILABILITY_PRIV_H
#define FREEBUSY_AVAILABILITY_PRIV_H

#include "freebusy/availability.h"
#include "ical/object.h"

/* One VAVAILABILITY. */
struct availability_part {
	int64_t start, end; /* what it covers; TIME_MIN and TIME_MAX where it has no bound */
	int rank;	    /* 1, the first to be heard, to 9; without PRIORITY 10 */
	enum availability_state closed;
	struct ical_object **available; /* each with its overrides, read as an event */
	size_t available_count;
};

struct availability {
	struct availability_part *parts; /* by rank */
	size_t count;
};

#endif

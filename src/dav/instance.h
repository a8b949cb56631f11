/*
 * instance - what the properties of one occurrence say
 *
 * Which of DTSTART, DTEND and DUE an instance has, effective ones that DURATION
 * makes included (RFC 4791 §9.9), and when they are.
 *
 * Pure. Threads: no state.
 */
#ifndef DAV_INSTANCE_H
#define DAV_INSTANCE_H

#include "ical/expand.h"

struct dav_instance {
	bool has_start, has_end;
	int64_t start, end;
	bool is_local; /* they are local seconds, not UTC */
};

struct dav_instance dav_instance_of(const struct ical_object *o, const struct occurrence *occ);

#endif

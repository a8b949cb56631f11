/*
 * params - parameters of one content line, set or taken out
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_PARAMS_H
#define ITIP_PARAMS_H

#include "ical/line.h"

/*
 * On an ATTENDEE of the organizer's: SEQUENCE and DTSTAMP of the last answer (RFC 5546 §2.1.5), or
 * of the revision that asked anew: what is older does not count.
 */
#define ITIP_PARAM_REPLIED "X-FASTI-REPLIED"

/*
 * For an instance that is told for itself from now on: what its series was answered does not make
 * an older answer for the instance old, but which times it answered stays.
 */
struct text itip_replied_floor(struct arena *a, struct text replied);

struct itip_param {
	const char *name;
	struct text value; /* as it is meant, without quotes; at NULL: the parameter goes */
};

/* The unfolded line with these parameters so; all others, and the value, stay as written. */
struct text itip_params_set(struct arena *a, const struct ical_line *l,
			    const struct itip_param *params, size_t count);

#endif

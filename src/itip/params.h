/*
 * params - parameters of one content line, set or taken out
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_PARAMS_H
#define ITIP_PARAMS_H

#include "ical/line.h"

struct itip_param {
	const char *name;
	struct text value; /* as it is meant, without quotes; at NULL: the parameter goes */
};

/* The unfolded line with these parameters so; all others, and the value, stay as written. */
struct text itip_params_set(struct arena *a, const struct ical_line *l,
			    const struct itip_param *params, size_t count);

#endif

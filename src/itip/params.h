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
 * of the revision that asked anew: what is older does not count. Neither stored nor shown
 * (memory.h).
 */
#define ITIP_PARAM_REPLIED "X-FASTI-REPLIED"

/*
 * For an instance that is told for itself from now on: what its series was answered does not make
 * an older answer for the instance old, but which times it answered stays.
 */
struct text itip_replied_floor(struct arena *a, struct text replied);

struct itip_param {
	const char *name;
	/* As it is meant, without quotes; DELEGATED-TO as a list is written. at NULL: it goes. */
	struct text value;
};

/* The unfolded line with these parameters so; all others, and the value, stay as written. */
struct text itip_params_set(struct arena *a, const struct ical_line *l,
			    const struct itip_param *params, size_t count);

/* All of a parameter, as it is written; empty: it is not there, or says nothing. */
struct text itip_param_list(const struct ical_line *l, const char *name);

/* The addresses that a parameter lists, as they are written; no more than these. */
size_t itip_param_addresses(struct arena *a, const struct ical_line *l, const char *name,
			    struct text *out, size_t most);

/* Is one of them this one, which ical_address() made? (DELEGATED-TO, RFC 5545 §3.2.5) */
bool itip_param_names(struct arena *a, const struct ical_line *l, const char *name,
		      struct text address);

#endif

/*
 * roll - addresses, numbered
 *
 * Each address gets a number when it is first seen and is found again by hash, so that a
 * thousand attendees of a thousand overrides are few steps.
 *
 * Memory: in the arena. Threads: no state.
 */
#ifndef ITIP_ROLL_H
#define ITIP_ROLL_H

#include "base/text.h"

struct arena;

struct itip_roll {
	struct text *at; /* by number */
	size_t count;
	size_t *slots; /* number + 1; 0: free */
	size_t mask;
};

/* most: how many may come. */
void itip_roll_init(struct itip_roll *r, struct arena *a, size_t most);

/* The number of an address that ical_address() made; r->count grows when it is new. */
size_t itip_roll_number(struct itip_roll *r, struct text address);
/* SIZE_MAX: it has none. */
size_t itip_roll_find(const struct itip_roll *r, struct text address);

#endif

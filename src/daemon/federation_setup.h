/*
 * federation_setup - calendars elsewhere, as they are configured
 */
#ifndef DAEMON_FEDERATION_SETUP_H
#define DAEMON_FEDERATION_SETUP_H

#include "federation/federation.h"

struct config;

/*
 * Fill in all that a configuration says, and make the gate; calendar, desk and url are the
 * caller's, who also starts the rounds. BAD_REQUEST: a secret cannot be read, or a URL is none.
 * Memory: the arena's, and borrowed; the gate goes with federation_fini().
 */
MUST_CHECK const struct fault *federation_setup(struct arena *a, const struct config *c,
						struct federation *out);
/* Rounds are to be stopped before the store closes, the rest after all who use it. */
void federation_fini(struct federation *fed);

#endif

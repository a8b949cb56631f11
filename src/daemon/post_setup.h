/*
 * post_setup - what letters go by, as it is configured
 */
#ifndef DAEMON_POST_SETUP_H
#define DAEMON_POST_SETUP_H

#include "post/post.h"

struct config;

/*
 * Fill in all that a configuration says; what the house has (store, calendar, desk) is the
 * caller's. BAD_REQUEST: a setting is wrong, or lacks another. Memory: the arena's, and borrowed.
 */
MUST_CHECK const struct fault *post_setup(struct arena *a, const struct config *c,
					  struct post *out);

#endif

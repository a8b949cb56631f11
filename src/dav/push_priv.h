/*
 * push_priv - a registration as it is asked for
 */
#ifndef DAV_PUSH_PRIV_H
#define DAV_PUSH_PRIV_H

#include "dav/dav_priv.h"
#include "dav/push.h"

/* Where registrations have their addresses. */
#define DAV_REGISTRATIONS "/dav/push/"

/*
 * Read a push-register element (§3.1): resource, keys, triggers and the end of it are set in out;
 * DAV_HOME has no triggers but for content. BAD_SUBSCRIPTION, NO_TRIGGER; BAD_REQUEST: the date
 * is none.
 */
MUST_CHECK const struct fault *dav_push_read(struct arena *a, const struct xml_node *body,
					     enum dav_kind kind, bool allow_private, int64_t now,
					     struct push *out);

/* POST of a push-register. */
const struct fault *dav_push_register(struct dav_request *dr);
/* DELETE of a registration: NOT_FOUND, or its step. */
MUST_CHECK const struct fault *dav_push_plan_end(struct dav_request *dr, struct change *c);

/*
 * Push-Dont-Notify (§4.2): "*", or addresses of registrations in quotes; what is neither is
 * passed over.
 */
void dav_push_read_quiet(struct dav_request *dr, struct change_quiet *out);

#endif

/*
 * destination - where COPY and MOVE lead (RFC 4918 §10.3)
 *
 * Memory and threads: as the request.
 */
#ifndef DAV_DESTINATION_H
#define DAV_DESTINATION_H

#include "dav/dav_priv.h"

/*
 * Resolve the Destination header as a request's path is. BAD_REQUEST: it cannot be read.
 * OTHER_SERVER: it is on another host, or none of what is served here.
 */
MUST_CHECK const struct fault *dav_read_destination(struct dav_request *dr,
						    struct dav_request **out);

#endif

/*
 * ifb - somebody's free-busy time at an address (GET /freebusy/NAME.ifb)
 *
 * Memory and threads: as the request.
 */
#ifndef DAV_IFB_H
#define DAV_IFB_H

#include "dav/dav_priv.h"

/* GET and HEAD on /freebusy/NAME.ifb, with or without a user or a token. */
void dav_ifb(struct http_request *rq);

#endif

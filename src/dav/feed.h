/*
 * feed - calendars for whoever has a secret link
 *
 * Memory and threads: as the request.
 */
#ifndef DAV_FEED_H
#define DAV_FEED_H

#include "dav/dav_priv.h"

/* GET and HEAD on /feeds/TOKEN.ics. */
void dav_feed(struct http_request *rq);

#endif

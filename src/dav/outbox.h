/*
 * outbox - when are others busy? (RFC 6638 §5)
 */
#ifndef DAV_OUTBOX_H
#define DAV_OUTBOX_H

#include "dav/dav_priv.h"

enum { DAV_OUTBOX_ATTENDEES = 100 }; /* of one question */

/* A row of post.c. */
const struct fault *dav_outbox(struct dav_request *dr);

#endif

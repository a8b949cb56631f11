/*
 * outbox - when are others busy (RFC 6638 §5), and may it be another time (RFC 5546 §3.2.7)?
 */
#ifndef DAV_OUTBOX_H
#define DAV_OUTBOX_H

#include "dav/dav_priv.h"
#include "itip/check.h"

enum { DAV_OUTBOX_ATTENDEES = 100 }; /* of one question */

/* A row of post.c. */
const struct fault *dav_outbox(struct dav_request *dr);

/* ---- outbox_message.c ------------------------------------------------------------------------ */

/* What the body's METHOD is; ITIP_METHODS: none that is known. */
enum itip_method dav_outbox_method(struct arena *a, struct text body);
/* A COUNTER or DECLINECOUNTER. */
const struct fault *dav_outbox_message(struct dav_request *dr, enum itip_method method,
				       struct text body);

#endif

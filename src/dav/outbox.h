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

/*
 * May the user not be told when somebody else's time is taken (decisions 22)? By an entry at the
 * other's home, or because nobody is told to whom no entry opens it.
 */
MUST_CHECK const struct fault *dav_outbox_is_denied(struct dav_request *dr, const struct owner *o,
						    bool *out);

/* ---- outbox_message.c ------------------------------------------------------------------------ */

/* What the body's METHOD is; ITIP_METHODS: none that is known. */
enum itip_method dav_outbox_method(struct arena *a, struct text body);
/* A COUNTER or DECLINECOUNTER. */
const struct fault *dav_outbox_message(struct dav_request *dr, enum itip_method method,
				       struct text body);

#endif

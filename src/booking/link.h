/*
 * link - who may see and book a type that is not for everybody
 */
#ifndef BOOKING_LINK_H
#define BOOKING_LINK_H

#include "booking/host.h"
#include "store/link.h"

/*
 * The link to this type that a secret is of; NULL: it is of none, or empty. Whether it can still be
 * used is another question: link_is_alive().
 */
MUST_CHECK const struct fault *link_of_type(struct db *db, struct arena *a, const struct host *host,
					    const struct booking_type *type, struct text secret,
					    struct booking_link **out);

/* Its time has come, whatever uses it has left. */
bool link_is_over(const struct booking_link *l, int64_t now);
/* It has not run out, and has a use left. */
bool link_is_alive(const struct booking_link *l, int64_t now);

#endif

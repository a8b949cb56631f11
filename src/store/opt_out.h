/*
 * opt_out - who wants no reminders of a host any more
 *
 * By mailbox, as bookings keep it: whoever books again with that host is not reminded
 * until they say otherwise.
 */
#ifndef STORE_OPT_OUT_H
#define STORE_OPT_OUT_H

#include "store/db.h"

struct opt_out {
	int64_t owner;
	struct text mailbox; /* booking.mailbox */
	int64_t at;
};

MUST_CHECK const struct fault *opt_out_find(struct db *db, struct arena *a, int64_t owner,
					    struct text mailbox, bool *out);
/* [tx] Said a second time, it stays as it was. */
MUST_CHECK const struct fault *opt_out_add(struct db *db, struct arena *a, const struct opt_out *o);
/* [tx] */
MUST_CHECK const struct fault *opt_out_remove(struct db *db, struct arena *a, int64_t owner,
					      struct text mailbox);

#endif

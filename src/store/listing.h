/*
 * listing - names and tags of what is in a collection, for answers that say no more
 *
 * Clients that do not know sync-collection list whole calendars again and again, and ask for
 * ETags. Half of what that would cost is columns which nobody asked for, so these rows
 * are read by themselves, and handed over as they lie in the statement.
 */
#ifndef STORE_LISTING_H
#define STORE_LISTING_H

#include "store/db.h"

struct object_tag {
	struct text name, etag; /* lent for the call */
};

/* false ends the listing, which is no fault. */
typedef bool (*object_tag_fn)(void *ctx, const struct object_tag *tag);

/* Up to limit objects with a name after `after`, by name. */
MUST_CHECK const struct fault *object_tags(struct db *db, struct arena *a, int64_t owner,
					   int64_t collection, struct text after, int limit,
					   object_tag_fn each, void *ctx);

#endif

/*
 * property - WebDAV properties that are kept as their XML
 *
 * Dead properties, and live ones that a client may set (displayname,
 * calendar-color …): the element as it came, able to stand alone (RFC 4918 §4.3).
 * `object` is 0 for a collection's own, `collection` 0 for the principal's.
 */
#ifndef STORE_PROPERTY_H
#define STORE_PROPERTY_H

#include "store/db.h"

struct property {
	struct text ns, name; /* namespace URI and local name */
	struct text xml;      /* the whole element */
};

MUST_CHECK const struct fault *property_list(struct db *db, struct arena *a, int64_t owner,
					     int64_t collection, int64_t object,
					     struct property **out, size_t *count_out);
/* How many there are. */
MUST_CHECK const struct fault *property_count(struct db *db, struct arena *a, int64_t owner,
					      int64_t collection, int64_t object,
					      int64_t *count_out);
/* [tx] */
MUST_CHECK const struct fault *property_set(struct db *db, struct arena *a, int64_t owner,
					    int64_t collection, int64_t object,
					    const struct property *p);
/* [tx] Nothing to remove is no fault. */
MUST_CHECK const struct fault *property_remove(struct db *db, struct arena *a, int64_t owner,
					       int64_t collection, int64_t object, struct text ns,
					       struct text name);

#endif

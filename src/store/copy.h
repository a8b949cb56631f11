/*
 * copy - what stands at one place, again at another (RFC 4918 §9.8)
 *
 * A collection is copied by a fixed number of statements, whatever it holds; how much
 * that may be is for who asks to bound.
 *
 * All functions want a transaction.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/db.h"

struct collection;
struct stored_object;

/* The properties of an object for another one, which may be somebody else's and has none yet. */
MUST_CHECK const struct fault *copy_properties(struct db *db, struct arena *a,
					       const struct stored_object *from,
					       const struct stored_object *to);
/* Its occurrences, for another one of the same owner. */
MUST_CHECK const struct fault *copy_occurrences(struct db *db, struct arena *a,
						const struct stored_object *from,
						const struct stored_object *to);
/*
 * A collection with its properties under another free name; with its objects unless `alone`, but
 * without what is in folders of it. What others may do there is not taken over (RFC 3744 §7.3).
 */
MUST_CHECK const struct fault *copy_collection(struct db *db, struct arena *a,
					       const struct collection *c, struct text name,
					       bool alone, int64_t now);

#endif

/*
 * inbox - what is old in the scheduling inboxes
 *
 * Messages that were put there longer ago than some time, or before the newest so many. They are
 * objects like others (object.h), and removed like others. What is old says struct collection_old,
 * as of removals: seconds UTC.
 *
 * Memory: results live in the arena.
 */
#ifndef STORE_INBOX_H
#define STORE_INBOX_H

#include "store/collection.h"
#include "store/object.h"

/* Up to limit inboxes with something old, ascending, after the given key. */
MUST_CHECK const struct fault *inbox_with_old(struct db *db, struct arena *a,
					      const struct collection_old *old,
					      struct collection_key after, int limit,
					      struct collection_key **out, size_t *count_out);
/* Up to limit old messages of one inbox, the oldest among them, without data. */
MUST_CHECK const struct fault *inbox_list_old(struct db *db, struct arena *a,
					      struct collection_key key,
					      const struct collection_old *old, int limit,
					      struct stored_object **out, size_t *count_out);

#endif

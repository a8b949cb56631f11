/*
 * link - links that book a type which is not offered to everybody, or that book once
 *
 * The secret is told once, when the link is made; kept is its digest.
 */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include "store/db.h"

struct booking_link {
	int64_t owner;
	struct text id;	    /* public id */
	struct text digest; /* of the secret */
	struct text type;   /* public id of the meeting type */
	struct text label;  /* for its host */
	int64_t uses_max;   /* 0: as often as one likes */
	int64_t uses;
	int64_t expires_at; /* 0: never */
	int64_t created;
};

MUST_CHECK const struct fault *link_find(struct db *db, struct arena *a, int64_t owner,
					 struct text digest, struct booking_link **out);
/* The newest first. */
MUST_CHECK const struct fault *link_list(struct db *db, struct arena *a, int64_t owner,
					 struct booking_link **out, size_t *count_out);
/* [tx] */
MUST_CHECK const struct fault *link_add(struct db *db, struct arena *a,
					const struct booking_link *l);
MUST_CHECK const struct fault *link_delete(struct db *db, struct arena *a, int64_t owner,
					   struct text id, bool *deleted_out);
/* [tx] One use of it; *used_out is false when it has none left, has expired or is gone. */
MUST_CHECK const struct fault *link_use(struct db *db, struct arena *a, int64_t owner,
					struct text id, int64_t now, bool *used_out);
/* [tx] That use is given back. */
MUST_CHECK const struct fault *link_give_back(struct db *db, struct arena *a, int64_t owner,
					      struct text id);

#endif

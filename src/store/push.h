/*
 * push - who wants to be told of changes, and where (WebDAV-Push)
 *
 * A registration stands at a collection, or (collection 0) at the home of an owner, and belongs to
 * the user who made it. Changes are noted by counting: what has a number past `told` is still to
 * be told, so that many changes make one message and none is lost between two.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_PUSH_H
#define STORE_PUSH_H

#include "store/db.h"

/* What happened: to the members of a collection, or to its own properties. */
enum push_news { PUSH_CONTENT = 1 << 0, PUSH_PROPERTY = 1 << 1 };

struct push {
	int64_t owner, collection; /* whose, and which; 0: the home */
	int64_t subscriber;	   /* owner.id of who registered */
	struct text id;		   /* public id: its address ends with it */
	struct text resource;	   /* URL of the push service for messages to this client */
	struct text public_key, auth_secret; /* base64url (RFC 8291 §2) */
	unsigned triggers;		     /* enum push_news bits */
	int64_t expires_at;
	/* Numbers of the last change of either kind, and of the last one told. */
	int64_t content, property, told;
};

/*
 * [tx] Register, or renew what has the same push resource, user and place; it keeps its id then.
 * The counts are none of the caller's.
 */
MUST_CHECK const struct fault *push_put(struct db *db, struct arena *a, const struct push *p,
					struct text *id_out);
/* By id, expired or not; *out NULL: none. */
MUST_CHECK const struct fault *push_find(struct db *db, struct arena *a, int64_t owner,
					 struct text id, struct push **out);
/* All of a place that have not expired. */
MUST_CHECK const struct fault *push_list(struct db *db, struct arena *a, int64_t owner,
					 int64_t collection, int64_t now, struct push **out,
					 size_t *count_out);
/* How many a user has, anywhere, that have not expired. */
MUST_CHECK const struct fault *push_count(struct db *db, struct arena *a, int64_t subscriber,
					  int64_t now, int64_t *out);
/* [tx] */
MUST_CHECK const struct fault *push_remove(struct db *db, struct arena *a, int64_t owner,
					   struct text id);
/* [tx] All of a place: the collection goes. */
MUST_CHECK const struct fault *push_remove_all(struct db *db, struct arena *a, int64_t owner,
					       int64_t collection);
/* [tx] Those that expired before, of all owners. */
MUST_CHECK const struct fault *push_remove_expired(struct db *db, struct arena *a, int64_t before);

/* [tx] Note news; *told_out is what was told by now. *found_out false: it went meanwhile. */
MUST_CHECK const struct fault *push_note(struct db *db, struct arena *a, const struct push *p,
					 unsigned news, int64_t *told_out, bool *found_out);
/* [tx] All up to this number was told; *more_out: something was noted since. */
MUST_CHECK const struct fault *push_tell(struct db *db, struct arena *a, const struct push *p,
					 int64_t up_to, bool *more_out);

#endif

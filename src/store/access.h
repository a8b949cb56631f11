/*
 * access - who else may do what with what an owner has (RFC 3744), and who belongs to groups
 *
 * Entries stand at a collection, or at the home (collection 0) for all that is in it. They count
 * in their order; what they mean is decided by who asks for them (dav/privileges.c), this is only
 * where they are kept. An owner may always do everything, so nobody's own requests come here.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_ACCESS_H
#define STORE_ACCESS_H

#include "store/owner.h"

/* Whom an entry speaks of (RFC 3744 §5.5.1). */
enum access_who { ACCESS_PRINCIPAL, ACCESS_AUTHENTICATED, ACCESS_ALL, ACCESS_OWNER };

struct access_entry {
	enum access_who who;
	int64_t principal; /* owner.id, of ACCESS_PRINCIPAL */
	bool denies;
	unsigned privileges;
};

/* Does it grant one principal all of these, and nothing of what is beyond? */
bool access_is_member(const struct access_entry *e, unsigned grants, unsigned beyond);

/* The entries of a collection, or (0) of the home. */
MUST_CHECK const struct fault *access_list(struct db *db, struct arena *a, int64_t owner,
					   int64_t collection, struct access_entry **out,
					   size_t *count_out);
/* [tx] These instead of all that stood there. */
MUST_CHECK const struct fault *access_set(struct db *db, struct arena *a, int64_t owner,
					  int64_t collection, const struct access_entry *entries,
					  size_t count);

/*
 * Calendars of which an entry grants something to this principal, or to a group of its: up to limit
 * of those past `after` (owner 0 to begin), by owner and collection. Nobody is asked before
 * something is shared with them, so of each owner's the first ACCESS_SHARES_OF_ONE are told: that
 * many can be put before somebody, and no more.
 */
enum { ACCESS_SHARES_OF_ONE = 100 };

struct access_share {
	int64_t owner, collection;
	enum owner_kind kind; /* of the owner */
	struct text name;     /* the owner's */
};
MUST_CHECK const struct fault *access_shares(struct db *db, struct arena *a, int64_t principal,
					     const struct access_share *after, int limit,
					     struct access_share **out, size_t *count_out);

/* Those whose home an entry of this principal, or of one of its groups, names; ascending. */
MUST_CHECK const struct fault *access_homes(struct db *db, struct arena *a, int64_t principal,
					    int64_t **out, size_t *count_out);

/* The groups that a principal belongs to, through others too; ascending. */
MUST_CHECK const struct fault *member_groups(struct db *db, struct arena *a, int64_t principal,
					     int64_t **out, size_t *count_out);
/* Who belongs to a group directly; ascending. */
MUST_CHECK const struct fault *member_list(struct db *db, struct arena *a, int64_t group,
					   int64_t **out, size_t *count_out);
/* [tx] These instead of all that were. */
MUST_CHECK const struct fault *member_set(struct db *db, struct arena *a, int64_t group,
					  const int64_t *members, size_t count);

#endif

/*
 * rights - what entries of access control come to (RFC 3744 §6)
 *
 * An owner may do everything, and nothing is read for that. Of what is somebody else's, the
 * entries of the collection count, then those of its home; for each privilege the first entry
 * that speaks of it and of who asks decides. No entry: no privilege. What the bits are called is
 * dav's to know (dav/privileges.c), but for those that scheduling asks for.
 *
 * Memory: as the arena. Threads: an asker belongs to one request. Inside a change a fresh one is
 * asked with, so that it belongs to the groups that it belongs to then.
 */
#ifndef CALENDAR_RIGHTS_H
#define CALENDAR_RIGHTS_H

#include "store/access.h"

/* What may be brought to an owner's inbox (RFC 6638 §6.1), and sent from their outbox (§6.2). */
enum {
	RIGHT_DELIVER_INVITE = 1 << 10,
	RIGHT_DELIVER_REPLY = 1 << 11,
	RIGHT_SEND_INVITE = 1 << 13,
	RIGHT_SEND_REPLY = 1 << 14,
};

/* Who asks; the groups are read where an entry could speak of one. */
struct rights_asker {
	int64_t principal; /* 0: somebody who has no account here */
	bool has_groups;
	int64_t *groups;
	size_t group_count;
};

/* Of a collection, or (0) of the home; all bits, if own. */
MUST_CHECK const struct fault *rights_of(struct db *db, struct arena *a, struct rights_asker *who,
					 int64_t owner, int64_t collection, unsigned *out);
/* Do entries of the home refuse one of these privileges, which otherwise everybody has? */
MUST_CHECK const struct fault *rights_denied(struct db *db, struct arena *a,
					     struct rights_asker *who, int64_t owner,
					     unsigned privileges, bool *out);

#endif

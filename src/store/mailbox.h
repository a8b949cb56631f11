/*
 * mailbox - how far a watched mailbox was read, and by whom it is watched
 *
 * Several servers may share a store; one of them watches a mailbox, for as long as it says so again
 * in time. Two at once would do no harm but to each other's work: what was taken in is known
 * (mail_seen). The numbers are those of RFC 3501 §2.3.1.1.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_MAILBOX_H
#define STORE_MAILBOX_H

#include "store/db.h"

struct mailbox {
	int64_t uidvalidity; /* 0: never read */
	int64_t uid;	     /* the highest that was settled */
};

/* [tx] Watch it until then, unless another does: *got_out says so. */
MUST_CHECK const struct fault *mailbox_hold(struct db *db, struct arena *a, struct text name,
					    struct text holder, int64_t now, int64_t until,
					    bool *got_out);
/* [tx] Whoever comes next need not wait. */
MUST_CHECK const struct fault *mailbox_release(struct db *db, struct arena *a, struct text name,
					       struct text holder);

/* Zeros for one that was never read. */
MUST_CHECK const struct fault *mailbox_get(struct db *db, struct arena *a, struct text name,
					   struct mailbox *out);
/* [tx] CONFLICT: whoever notes it holds it no more, and another one may be further. */
MUST_CHECK const struct fault *mailbox_note(struct db *db, struct arena *a, struct text name,
					    struct text holder, const struct mailbox *m);

#endif

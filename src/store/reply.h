/*
 * reply - how mail to one person about one UID leaves, and by what its answer is known
 *
 * A row is made before the first mail and never changes: what somebody was once shown as ORGANIZER
 * stays so (RFC 5546 §3.2.2: another organizer is another meeting), whatever is configured later.
 */
#ifndef STORE_REPLY_H
#define STORE_REPLY_H

#include "store/db.h"

struct reply_address {
	struct text token;
	int64_t owner; /* who writes */
	struct text uid;
	struct text attendee; /* who is written to, as ical_address() makes it */
	struct text mailbox;  /* LOCAL@DOMAIN: ORGANIZER is LOCAL+TOKEN@DOMAIN; empty: as stored */
	struct text first;    /* digest of what the first mail says */
	int64_t created;      /* seconds UTC */
};

/* NULL in *out: there was no mail yet. */
MUST_CHECK const struct fault *reply_address_of(struct db *db, struct arena *a, int64_t owner,
						struct text uid, struct text attendee,
						struct reply_address **out);
/* [tx] *out is what counts from now on: this one, or what was there before it. */
MUST_CHECK const struct fault *reply_address_note(struct db *db, struct arena *a,
						  const struct reply_address *r,
						  struct reply_address **out);
/*
 * By its token, or by how that begins, of characters below '~'. NULL in *out: there is none, or
 * more than one begins so.
 */
MUST_CHECK const struct fault *reply_address_find(struct db *db, struct arena *a,
						  struct text beginning,
						  struct reply_address **out);

#endif

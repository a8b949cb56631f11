/*
 * mailbox - the addresses of a field (RFC 5322 §3.4)
 *
 * Lenient about what stands around an address (names, comments, groups, routes of old), not about
 * the address: LOCAL@DOMAIN comes out, its domain in lower case, a quoted local part
 * without its quotes where it needs none.
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef MAIL_MAILBOX_PRIV_H
#define MAIL_MAILBOX_PRIV_H

#include "base/text.h"

struct arena;

struct mailbox {
	struct text name;    /* decoded; may be empty */
	struct text address; /* may be no valid one, never empty */
};

enum { MAILBOXES_MAX = 1000 }; /* what comes after is not read */

/* Those of one unfolded field. */
struct mailbox *mailbox_list(struct arena *a, struct text unfolded, size_t *count_out);

/* An addr-spec as they all are here: blanks, brackets, quotes that nothing needs, case of the
 * domain. */
struct text mailbox_address(struct arena *a, struct text raw);

#endif

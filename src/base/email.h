/*
 * email - which texts are mail addresses
 *
 * An address is LOCAL@DOMAIN, a dot-string and a domain of RFC 5321 §4.1.2, with UTF-8 as
 * RFC 6531 §3.3 adds it. Quoted local parts and address literals are refused: hardly
 * anybody has one, and each is a way to say something else than it seems.
 *
 * Threads: no state.
 */
#ifndef BASE_EMAIL_H
#define BASE_EMAIL_H

#include "base/text.h"

struct arena;

enum { EMAIL_MAX_BYTES = 254, EMAIL_LOCAL_MAX_BYTES = 64 }; /* RFC 5321 §4.5.3.1 */

/* True for one plain addr-spec of at most EMAIL_MAX_BYTES. */
bool email_is_valid(struct text address);

/* A character of an atom (RFC 5322 §3.2.3, RFC 6532 §3.2); bytes of UTF-8 are. */
bool email_is_atext(unsigned char c);

/*
 * What tells one mailbox from another where they are counted: without what follows a plus, and
 * whatever the case. The domain has none, and hardly any local part.
 */
struct text email_mailbox(struct arena *a, struct text email);

#endif

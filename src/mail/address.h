/*
 * address - which texts are mail addresses, and how they go over the wire
 *
 * An address is LOCAL@DOMAIN, a dot-string and a domain of RFC 5321 §4.1.2, with UTF-8 as
 * RFC 6531 §3.3 adds it. Quoted local parts and address literals are refused: hardly
 * anybody has one, and each is a way to say something else than it seems.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/text.h"

struct arena;

enum { MAIL_ADDRESS_MAX = 254, MAIL_LOCAL_PART_MAX = 64 }; /* octets, RFC 5321 §4.5.3.1 */

/* True for one plain addr-spec (RFC 5321 §4.1.2) of at most 254 octets: LOCAL@DOMAIN. */
bool mail_address_is_valid(struct text address);

/*
 * A valid address with its domain as A-labels (RFC 5890), where that makes all of it ASCII;
 * otherwise as it is, and then it can only go to a server with SMTPUTF8 (RFC 6531).
 */
struct text mail_address_to_ascii(struct arena *a, struct text address);

bool mail_is_ascii(struct text t);

#endif

/*
 * address - whose address is it
 *
 * Calendar user addresses come as "mailto:" in any case, percent-encoded, with
 * blanks, without a scheme, as urn:uuid: or as the path of a principal; all
 * forms of one address must compare equal (RFC 6638 §2.4.1).
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ICAL_ADDRESS_H
#define ICAL_ADDRESS_H

#include "base/text.h"

struct arena;

/*
 * The form in which addresses are compared: a mail address in lower case without its
 * scheme; another URI with its scheme in lower case, decoded, without a slash at its
 * end. Empty for what is no address.
 */
struct text ical_address(struct arena *a, struct text value);

/*
 * Is this address, as it is written, one of those, which ical_address() made? What
 * is no address is nobody's.
 */
bool ical_address_is_among(struct arena *a, struct text value, const struct text *addresses,
			   size_t count);

#endif

/*
 * address - whose address is it
 *
 * Calendar user addresses come as "mailto:" in any case, percent-encoded, with
 * blanks, without a scheme, as urn:uuid: or as the path of a principal; all
 * forms of one address must compare equal (interop: RFC 6638 §2.4.1).
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_ADDRESS_H
#define ITIP_ADDRESS_H

#include "base/text.h"

struct arena;
struct ical_item;

/*
 * The form in which addresses are compared and stored as keys: a mail address
 * in lower case without its scheme; another URI with its scheme in lower case,
 * decoded, without a slash at its end. Empty for what is no address.
 */
struct text itip_address(struct arena *a, struct text value);

/* True if both are the same calendar user address; two empty ones are not. */
bool itip_address_is_same(struct arena *a, struct text left, struct text right);

/*
 * Where mail to this address goes: "local@domain" with the case kept. TEXT_NONE
 * when it is not a mail address, or holds what no SMTP line may hold.
 */
struct text itip_address_mail(struct arena *a, struct text value);

/* The attendee with one of these addresses; -1 when there is none. */
ptrdiff_t itip_find_attendee(struct arena *a, const struct ical_item *item,
			     const struct text *addresses, size_t address_count);

/* True if the organizer has one of these addresses. */
bool itip_is_organizer(struct arena *a, const struct ical_item *item, const struct text *addresses,
		       size_t address_count);

#endif

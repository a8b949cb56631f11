/*
 * address - the domain of an address in ASCII
 */
#include "mail/address.h"

#include <gnutls/gnutls.h>

#include "base/arena.h"
#include "base/email.h"

bool mail_is_ascii(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.at[i] >= 0x80)
			return false;
	return true;
}

struct text mail_address_to_ascii(struct arena *a, struct text address)
{
	ptrdiff_t at = text_find_char(address, '@', 0);
	struct text local = text_sub(address, 0, (size_t)at);
	struct text domain = text_sub(address, (size_t)at + 1, address.len);
	struct text out = address, mapped;
	gnutls_datum_t ascii;

	if (mail_is_ascii(domain) || !mail_is_ascii(local))
		return address;
	if (gnutls_idna_map(domain.at, (unsigned)domain.len, &ascii, 0) != GNUTLS_E_SUCCESS)
		return address;
	mapped = text_from(arena_printf(a, "%.*s@%.*s", TEXT_ARG(local), (int)ascii.size,
					(const char *)ascii.data));
	/* What the mapping gives is judged as if it had come in so. */
	if (mail_is_ascii(mapped) && email_is_valid(mapped))
		out = mapped;
	gnutls_free(ascii.data);
	return out;
}

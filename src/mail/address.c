/*
 * address - one plain addr-spec, and its domain in ASCII
 */
#include "mail/address.h"

#include <gnutls/gnutls.h>

#include "base/arena.h"
#include "mail/header.h"

enum { LABEL_MAX = 63 };

/* Characters that show nothing: an address with one looks like another's. */
static const struct header_range unseen[] = {
	{0x0000, 0x0020}, {0x007F, 0x00A0}, {0x00AD, 0x00AD}, {0x1680, 0x1680}, {0x180E, 0x180E},
	{0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

bool mail_is_ascii(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.at[i] >= 0x80)
			return false;
	return true;
}

static bool is_letter_or_digit(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c >= 0x80;
}

/* Atom *("." Atom) */
static bool is_dot_string(struct text t)
{
	struct text atom;

	while (text_next(&t, '.', &atom)) {
		if (atom.len == 0)
			return false;
		for (size_t i = 0; i < atom.len; i++)
			if (!header_is_atext((unsigned char)atom.at[i]))
				return false;
	}
	return true;
}

/* sub-domain *("." sub-domain) */
static bool is_domain(struct text t)
{
	struct text label;

	while (text_next(&t, '.', &label)) {
		if (label.len == 0 || label.len > LABEL_MAX)
			return false;
		if (label.at[0] == '-' || label.at[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_letter_or_digit((unsigned char)label.at[i]) && label.at[i] != '-')
				return false;
	}
	return true;
}

static bool is_all_seen(struct text t)
{
	while (t.len > 0)
		if (header_in_ranges(header_next_char(&t), unseen, ARRAY_LEN(unseen)))
			return false;
	return true;
}

bool mail_address_is_valid(struct text address)
{
	ptrdiff_t at = text_find_char(address, '@', 0);

	if (at <= 0 || at > MAIL_LOCAL_PART_MAX || address.len > MAIL_ADDRESS_MAX)
		return false;
	return text_is_utf8(address) && is_all_seen(address) &&
	       is_dot_string(text_sub(address, 0, (size_t)at)) &&
	       is_domain(text_sub(address, (size_t)at + 1, address.len));
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
	if (mail_is_ascii(mapped) && mail_address_is_valid(mapped))
		out = mapped;
	gnutls_free(ascii.data);
	return out;
}

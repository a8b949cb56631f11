/* email - one plain addr-spec. See email.h. */
#include "base/email.h"

#include "base/arena.h"

enum { LABEL_MAX_BYTES = 63 };

/* Characters that show nothing: an address with one looks like another's. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x0000, 0x0020}, {0x007F, 0x00A0}, {0x00AD, 0x00AD}, {0x1680, 0x1680}, {0x180E, 0x180E},
	{0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

bool email_is_atext(unsigned char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80)
		return true;
	return c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL;
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
			if (!email_is_atext((unsigned char)atom.at[i]))
				return false;
	}
	return true;
}

/* sub-domain *("." sub-domain) */
static bool is_domain(struct text t)
{
	struct text label;

	while (text_next(&t, '.', &label)) {
		if (label.len == 0 || label.len > LABEL_MAX_BYTES)
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
	while (t.len > 0) {
		uint32_t c = text_cut_char(&t);

		for (size_t i = 0; i < ARRAY_LEN(unseen); i++)
			if (c >= unseen[i].first && c <= unseen[i].last)
				return false;
	}
	return true;
}

bool email_is_valid(struct text address)
{
	ptrdiff_t at = text_find_char(address, '@', 0);

	if (at <= 0 || at > EMAIL_LOCAL_MAX_BYTES || address.len > EMAIL_MAX_BYTES)
		return false;
	return text_is_utf8(address) && is_all_seen(address) &&
	       is_dot_string(text_sub(address, 0, (size_t)at)) &&
	       is_domain(text_sub(address, (size_t)at + 1, address.len));
}

struct text email_mailbox(struct arena *a, struct text email)
{
	ptrdiff_t at = text_find_char(email, '@', 0), plus = text_find_char(email, '+', 0);

	if (plus > 0 && plus < at)
		email = text_from(arena_printf(a, "%.*s%.*s", (int)plus, email.at,
					       TEXT_ARG(text_sub(email, (size_t)at, email.len))));
	return text_lower(a, email);
}

/*
 * address - whose address is it; see address.h
 */
#include "ical/address.h"

#include "base/arena.h"
#include "base/codec.h"

/* Percent-encoding undone; what is broken stays as it is written. */
static struct text decoded(struct arena *a, struct text t)
{
	struct text out;

	if (t.len == 0 || !memchr(t.at, '%', t.len))
		return t;
	return codec_percent_decode(a, t, false, &out) ? out : t;
}

/* What stands before ':' if that is a scheme (RFC 3986 §3.1), else empty. */
static struct text scheme_of(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i] | 0x20;

		if (t.at[i] == ':')
			return text_sub(t, 0, i);
		if ((c < 'a' || c > 'z') && (i == 0 || !strchr("0123456789+-.", t.at[i])))
			break;
	}
	return TEXT("");
}

/* The part after "mailto:" without header fields (RFC 6068 §2), or a bare address. */
static bool mail_part(struct arena *a, struct text value, struct text *out)
{
	struct text t = text_trim(value), scheme = scheme_of(t);
	ptrdiff_t query;

	if (text_equal_nocase(scheme, TEXT("mailto"))) {
		t = text_sub(t, 7, t.len);
		query = text_find_char(t, '?', 0);
		if (query >= 0)
			t = text_sub(t, 0, (size_t)query);
		*out = text_trim(decoded(a, t));
		return out->len > 0;
	}
	*out = t;
	return scheme.len == 0 && text_find_char(t, '@', 0) > 0 && text_find_char(t, '/', 0) < 0;
}

struct text ical_address(struct arena *a, struct text value)
{
	struct text t = text_trim(value), scheme, mail;

	if (t.len == 0)
		return TEXT("");
	if (mail_part(a, t, &mail))
		return text_lower(a, mail);
	scheme = scheme_of(t);
	if (text_equal_nocase(scheme, TEXT("mailto")))
		return TEXT("");
	/* A UUID is the same in either case (RFC 4122 §3); a path is not. */
	if (text_equal_nocase(scheme, TEXT("urn")))
		return text_lower(a, decoded(a, t));
	t = decoded(a, t);
	while (t.len > 1 && t.at[t.len - 1] == '/')
		t.len--;
	if (scheme.len > 0) {
		char *copy = arena_copy(a, t.at, t.len);

		for (size_t i = 0; i < scheme.len; i++)
			if (copy[i] >= 'A' && copy[i] <= 'Z')
				copy[i] = (char)(copy[i] - 'A' + 'a');
		t = text_of(copy, t.len);
	}
	return t;
}

bool ical_address_is_among(struct arena *a, struct text value, const struct text *addresses,
			   size_t count)
{
	struct text wanted = ical_address(a, value);

	for (size_t i = 0; wanted.len > 0 && i < count; i++)
		if (text_equal(wanted, addresses[i]))
			return true;
	return false;
}

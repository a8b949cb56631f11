/*
 * address - whose address is it; see address.h
 */
#include "itip/address.h"

#include "base/arena.h"
#include "base/codec.h"
#include "ical/object.h"

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

struct text itip_address(struct arena *a, struct text value)
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

bool itip_address_is_same(struct arena *a, struct text left, struct text right)
{
	struct text l = itip_address(a, left);

	return l.len > 0 && text_equal(l, itip_address(a, right));
}

struct text itip_address_mail(struct arena *a, struct text value)
{
	struct text mail;
	ptrdiff_t at;

	if (!mail_part(a, value, &mail) || text_has_control(mail) || !text_is_utf8(mail))
		return TEXT_NONE;
	at = text_find_char(mail, '@', 0);
	if (at <= 0 || (size_t)at + 1 == mail.len)
		return TEXT_NONE;
	for (size_t i = 0; i < mail.len; i++)
		if (strchr(" <>\",;", mail.at[i]))
			return TEXT_NONE;
	return mail;
}

static bool is_one_of(struct arena *a, struct text address, const struct text *addresses,
		      size_t count)
{
	struct text wanted = itip_address(a, address);

	for (size_t i = 0; wanted.len > 0 && i < count; i++)
		if (text_equal(wanted, itip_address(a, addresses[i])))
			return true;
	return false;
}

ptrdiff_t itip_find_attendee(struct arena *a, const struct ical_item *item,
			     const struct text *addresses, size_t address_count)
{
	for (size_t i = 0; i < item->attendee_count; i++)
		if (is_one_of(a, item->attendees[i].address, addresses, address_count))
			return (ptrdiff_t)i;
	return -1;
}

bool itip_is_organizer(struct arena *a, const struct ical_item *item, const struct text *addresses,
		       size_t address_count)
{
	return item->has_organizer &&
	       is_one_of(a, item->organizer.address, addresses, address_count);
}

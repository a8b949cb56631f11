/*
 * oauth_claims - what a consent has to bring beyond what is asked for
 *
 * Microsoft refuses a token that is good where its owner has to show more (Conditional Access), and
 * says what in a challenge: RFC 6750 §3 with error="insufficient_claims" and claims="…", which is
 * JSON in base64 ("Claims challenges, claims requests and client capabilities"). It is handed on
 * as it is with the next consent; nothing in it is of account here but that it is an object, and
 * not too long for a URL.
 */
#include "federation/oauth_priv.h"

#include "base/arena.h"
#include "base/codec.h"
#include "json/json.h"

struct text oauth_claims_kept(struct arena *a, struct text claims)
{
	const struct json *o;

	if (claims.len == 0 || claims.len > OAUTH_CLAIMS_MAX ||
	    json_parse(a, claims, OAUTH_CLAIMS_MAX, &o) || json_kind(o) != JSON_KIND_OBJECT)
		return TEXT_NONE;
	return claims;
}

/* RFC 9110 §11.2: the value of a parameter, which may be quoted; base64 has nothing to unquote. */
static struct text param(struct text challenge, struct text name)
{
	struct text rest = challenge, part;
	bool is_quoted;

	while (text_next(&rest, ',', &part)) {
		ptrdiff_t blank = text_find_char(part = text_trim(part), ' ', 0);
		ptrdiff_t equals = text_find_char(part, '=', 0);

		/* The first one stands behind the name of the scheme. */
		if (blank >= 0 && blank < equals)
			part = text_sub(part, (size_t)blank + 1, part.len);
		if (!text_starts_nocase(part, name) || part.len <= name.len ||
		    part.at[name.len] != '=')
			continue;
		part = text_sub(part, name.len + 1, part.len);
		is_quoted = part.len >= 2 && part.at[0] == '"' && text_ends(part, TEXT("\""));
		return is_quoted ? text_sub(part, 1, part.len - 2) : part;
	}
	return TEXT_NONE;
}

bool oauth_claims_asked(struct arena *a, struct text challenge, struct text *claims_out)
{
	struct text coded = param(challenge, TEXT("claims"));
	size_t len = OAUTH_CLAIMS_MAX;
	char *plain = arena_alloc(a, len);

	*claims_out = TEXT_NONE;
	if (coded.len == 0)
		return false;
	if (codec_base64_decode(coded, plain, &len))
		*claims_out = oauth_claims_kept(a, text_of(plain, len));
	return true;
}

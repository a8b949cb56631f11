/* intake_quota - how often something may be done for who cannot be known. See intake_priv.h. */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "base/secret.h"
#include "store/mail.h"

const struct fault *intake_quota(struct intake *in, const char *what, int64_t owner,
				 struct text whose, int64_t seconds, int max, struct text *out)
{
	const struct fault *f = NULL;
	bool taken = true;

	*out = TEXT_NONE;
	for (int i = 0; i < max && !f && taken; i++) {
		struct mail_seen seen;

		*out = secret_digest_hex(
			in->arena, text_from(arena_printf(in->arena, "%s\n%lld\n%.*s\n%lld\n%d",
							  what, (long long)owner, TEXT_ARG(whose),
							  (long long)(in->now / seconds), i)));
		f = mail_seen_find(in->db, in->arena, *out, &seen, &taken);
	}
	if (taken)
		*out = TEXT_NONE;
	return f;
}

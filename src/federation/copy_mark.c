/* copy_mark - by what an event elsewhere is known as ours; see copy_priv.h */
#include "federation/copy_priv.h"

#include "base/arena.h"
#include "base/secret.h"

/* A name, and what only we can make of it. */
enum { MARK_PART = 16 };

static struct text proof_of(struct arena *a, const struct secret_key *key, int64_t owner,
			    struct text name)
{
	struct text said =
		text_from(arena_printf(a, "%lld/%.*s", (long long)owner, TEXT_ARG(name)));

	return text_sub(secret_digest_hex(a, secret_mac(a, key, "copy", said)), 0, MARK_PART);
}

struct text copy_mark(struct arena *a, const struct secret_key *key, int64_t owner,
		      struct text what)
{
	struct text name = text_sub(secret_digest_hex(a, what), 0, MARK_PART);
	struct text proof = proof_of(a, key, owner, name);

	return text_from(arena_printf(a, "%.*s%.*s", TEXT_ARG(name), TEXT_ARG(proof)));
}

bool copy_mark_is_ours(struct arena *a, const struct secret_key *key, int64_t owner,
		       struct text mark)
{
	struct text name = text_sub(mark, 0, MARK_PART);

	return mark.len == 2 * MARK_PART &&
	       secret_equal(text_sub(mark, MARK_PART, mark.len), proof_of(a, key, owner, name));
}

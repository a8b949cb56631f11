/* link - who may see and book a type that is not for everybody; see link.h */
#include "booking/link.h"

#include "base/secret.h"

const struct fault *link_of_type(struct db *db, struct arena *a, const struct host *host,
				 const struct booking_type *type, struct text secret,
				 struct booking_link **out)
{
	const struct fault *f = NULL;

	*out = NULL;
	if (secret.len > 0)
		f = link_find(db, a, host->owner.id, secret_digest_hex(a, secret), out);
	if (*out && !text_equal((*out)->type, type->id))
		*out = NULL;
	return f;
}

bool link_is_over(const struct booking_link *l, int64_t now)
{
	return l->expires_at > 0 && l->expires_at <= now;
}

bool link_is_alive(const struct booking_link *l, int64_t now)
{
	return (l->uses_max == 0 || l->uses < l->uses_max) && !link_is_over(l, now);
}

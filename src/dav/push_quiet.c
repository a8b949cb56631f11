/* push_quiet - registrations that are passed over (webdav-push §4.2). See push_priv.h. */

#include "dav/push_priv.h"

enum { QUIET_MAX = 20 };

/* The last segment, where the address is one of a registration; whose host it is, counts not. */
static struct text id_of(struct text address)
{
	ptrdiff_t at = text_find(address, TEXT(DAV_REGISTRATIONS));

	return at < 0 ? TEXT_NONE
		      : text_sub(address, (size_t)at + sizeof(DAV_REGISTRATIONS) - 1, address.len);
}

void dav_push_read_quiet(struct dav_request *dr, struct change_quiet *out)
{
	struct text rest = http_header(dr->rq, "Push-Dont-Notify"), part;
	struct text *ids;

	*out = (struct change_quiet){.subscriber = dr->rq->user.owner};
	if (!rest.at)
		return;
	out->all = text_equal(rest, TEXT("*"));
	ids = arena_alloc_array(dr->arena, QUIET_MAX, sizeof(*ids));
	out->ids = ids;
	while (out->count < QUIET_MAX && text_next(&rest, ',', &part)) {
		part = text_trim(part);
		/* Without quotes, as DAVx5 once sent them. */
		if (part.len > 1 && part.at[0] == '"' && text_ends(part, TEXT("\"")))
			part = text_sub(part, 1, part.len - 2);
		part = id_of(part);
		if (part.len > 0)
			ids[out->count++] = part;
	}
}

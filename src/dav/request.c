/* request - what methods ask of their request; see dav_priv.h */

#include "dav/dav_priv.h"
#include "freebusy/collect.h"
#include "ical/ical.h"

enum { SCRATCH_BYTES = 64 * 1024 * 1024 };

const struct fault *dav_reader(struct dav_request *dr)
{
	return store_reader(dr->house->store, dr->arena, &dr->db);
}

const struct fault *dav_owner(struct dav_request *dr, const struct owner **out)
{
	const struct fault *f = NULL;

	if (!dr->owner)
		f = owner_get(dr->db, dr->arena, dr->owner_id, &dr->owner);
	if (!f && !dr->owner)
		f = fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "This user no longer exists.");
	*out = dr->owner;
	return f;
}

const struct fault *dav_floating_zone(struct dav_request *dr, const struct collection *c,
				      const struct zone **out)
{
	const struct owner *owner;
	const struct fault *f;

	*out = dr->zone ? dr->zone : dr->floating_of == c->id ? dr->floating : NULL;
	if (*out)
		return NULL;
	f = dav_owner(dr, &owner);
	if (f)
		return f;
	*out = dr->floating = freebusy_zone(dr->arena, owner, c);
	dr->floating_of = c->id;
	return NULL;
}

struct arena *dav_scratch(struct dav_request *dr)
{
	if (!dr->scratch)
		dr->scratch = arena_create_in(dr->arena, SCRATCH_BYTES);
	arena_reset(dr->scratch);
	return dr->scratch;
}

const struct fault *dav_bad_name(struct dav_request *dr)
{
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
			  "A name has at most %d bytes, and no control among them; that of a "
			  "calendar object alone may hold a slash.",
			  DAV_NAME_MAX);
}

struct text dav_query_value(const struct http_request *rq, const char *key)
{
	struct text rest = rq->query, pair, name;

	while (text_next(&rest, '&', &pair))
		if (text_next(&pair, '=', &name) && text_equal(name, text_from(key)))
			return pair.at ? pair : TEXT("");
	return TEXT_NONE;
}

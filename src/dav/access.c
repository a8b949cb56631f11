/*
 * access - what the user may do with what others own (RFC 3744 §6)
 *
 * An owner may do everything, and nothing is read for that. Of what is somebody else's, the
 * entries of the collection count, then those of its home; for each privilege the first entry
 * that speaks of it and of the user decides. No entry: no privilege.
 */

#include "store/access.h"
#include "dav/dav_priv.h"

/* The user and the groups that the user belongs to, read once per request. */
struct dav_identity {
	int64_t *groups;
	size_t count;
};

static const struct fault *read_identity(struct dav_request *dr)
{
	struct dav_identity *i;

	if (dr->identity)
		return NULL;
	i = arena_alloc(dr->arena, sizeof(*i));
	dr->identity = i;
	return member_groups(dr->db, dr->arena, dr->rq->user.owner, &i->groups, &i->count);
}

static bool speaks_of_user(const struct dav_request *dr, const struct access_entry *e)
{
	if (e->who == ACCESS_ALL || e->who == ACCESS_AUTHENTICATED ||
	    e->principal == dr->rq->user.owner)
		return true;
	for (size_t i = 0; i < dr->identity->count; i++)
		if (dr->identity->groups[i] == e->principal)
			return true;
	return false;
}

/* Go on with the entries of one place, where some privileges are decided already. */
static const struct fault *judge_place(struct dav_request *dr, int64_t owner, int64_t collection,
				       unsigned *granted, unsigned *decided)
{
	struct access_entry *entries;
	size_t count;
	const struct fault *f = access_list(dr->db, dr->arena, owner, collection, &entries, &count);

	if (!f && count > 0)
		f = read_identity(dr);
	for (size_t i = 0; i < count && !f; i++) {
		unsigned fresh = entries[i].privileges & ~*decided;

		if (!speaks_of_user(dr, &entries[i]))
			continue;
		*decided |= fresh;
		if (!entries[i].denies)
			*granted |= fresh;
	}
	return f;
}

const struct fault *dav_access(struct dav_request *dr, int64_t owner, int64_t collection,
			       unsigned *out)
{
	unsigned granted = 0, decided = 0;
	const struct fault *f = NULL;

	*out = owner == dr->rq->user.owner ? DAV_MAY_ALL : 0;
	if (*out)
		return NULL;
	if (collection)
		f = judge_place(dr, owner, collection, &granted, &decided);
	if (!f)
		f = judge_place(dr, owner, 0, &granted, &decided);
	*out = granted;
	return f;
}

/* ---- calendars of others in the user's home ----------------------------------------------- */

/* Each asks for its entries: an event thread should not be held for all of them. */
enum { SHARES_A_PAGE = 50 };

const struct fault *dav_find_shared(struct dav_request *dr, struct text name,
				    struct dav_shared *out)
{
	struct text owner_name, collection_name;
	struct owner *owner;
	const struct fault *f;

	*out = (struct dav_shared){.collection = NULL};
	if (!dav_split_shared(name, &owner_name, &collection_name))
		return NULL;
	f = owner_find(dr->db, dr->arena, owner_name, &owner);
	if (f || !owner)
		return f;
	f = collection_find(dr->db, dr->arena, owner->id, collection_name, &out->collection);
	if (f || !out->collection)
		return f;
	out->owned_by = (struct dav_whose){owner->kind, owner->name};
	f = dav_access(dr, owner->id, out->collection->id, &out->may);
	if (f || !(out->may & DAV_MAY_READ) || out->collection->kind != COLLECTION_CALENDAR)
		out->collection = NULL;
	return f;
}

static const struct fault *read_shared(struct dav_request *dr, struct arena *a,
				       const struct access_share *share, struct dav_shared *out)
{
	const struct fault *f = dav_access(dr, share->owner, share->collection, &out->may);

	out->collection = NULL;
	out->owned_by = (struct dav_whose){share->kind, share->name};
	if (f || !(out->may & DAV_MAY_READ))
		return f;
	return collection_get(dr->db, a, share->owner, share->collection, &out->collection);
}

const struct fault *dav_list_shared(struct dav_request *dr, struct arena *a,
				    struct access_share *last, struct dav_shared **out,
				    size_t *count_out, bool *more_out)
{
	struct access_share *shares;
	size_t count, kept = 0;
	const struct fault *f =
		access_shares(dr->db, a, dr->rq->user.owner, last, SHARES_A_PAGE, &shares, &count);

	*out = NULL;
	*count_out = 0;
	*more_out = !f && count == SHARES_A_PAGE;
	if (f || count == 0)
		return f;
	*out = arena_alloc_array(a, count, sizeof(**out));
	for (size_t i = 0; i < count && !f; i++) {
		f = read_shared(dr, a, &shares[i], &(*out)[kept]);
		kept += (*out)[kept].collection != NULL;
	}
	*last = shares[count - 1];
	*count_out = kept;
	return f;
}

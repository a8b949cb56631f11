/*
 * access - what the user may do with what others own (RFC 3744 §6), and what of it there is to see
 *
 * The entries are judged by calendar/rights.h. What a method relied on is judged once more inside
 * its change, where nobody can take it away any more before it is done.
 */

#include "calendar/rights.h"
#include "dav/dav_priv.h"

/* What was found sufficient, and is to be found so again. */
struct dav_reliance {
	int64_t owner, collection;
	unsigned needs;
	struct dav_reliance *next;
};

/*
 * What is kept for a home is kept for its principal, and nobody else's business: who may change the
 * properties of all that is in the home may not change those.
 */
static unsigned as_privileges(unsigned bits, bool is_own, int64_t collection)
{
	bits &= DAV_MAY_ALL;
	return is_own || collection ? bits : bits & ~(unsigned)DAV_MAY_WRITE_PROPERTIES;
}

static const struct fault *judge(struct db *db, struct arena *a, struct rights_asker *who,
				 int64_t owner, int64_t collection, unsigned *out)
{
	const struct fault *f = rights_of(db, a, who, owner, collection, out);

	*out = as_privileges(*out, owner == who->principal, collection);
	return f;
}

const struct fault *dav_access_of(struct db *db, struct arena *a, int64_t user, int64_t owner,
				  int64_t collection, unsigned *out)
{
	struct rights_asker who = {.principal = user};

	return judge(db, a, &who, owner, collection, out);
}

static struct rights_asker *asker_of(struct dav_request *dr)
{
	if (!dr->asker) {
		dr->asker = arena_alloc(dr->arena, sizeof(*dr->asker));
		dr->asker->principal = dr->rq->user.owner;
	}
	return dr->asker;
}

const struct fault *dav_access(struct dav_request *dr, int64_t owner, int64_t collection,
			       unsigned *out)
{
	return judge(dr->db, dr->arena, asker_of(dr), owner, collection, out);
}

/* ---- relied on ------------------------------------------------------------------------------- */

void dav_rely(struct dav_request *dr, int64_t owner, int64_t collection, unsigned needs)
{
	struct dav_reliance *r;

	/* What is nobody's has no entries. */
	if (!needs || !owner || owner == dr->rq->user.owner)
		return;
	r = arena_alloc(dr->arena, sizeof(*r));
	*r = (struct dav_reliance){owner, collection, needs, dr->reliances};
	dr->reliances = r;
}

struct relied {
	struct dav_reliance reliance;
	int64_t user;
};

static const struct fault *require_right(void *ctx, struct db *db, struct arena *a)
{
	const struct relied *r = ctx;
	const struct dav_reliance *on = &r->reliance;
	unsigned may;
	const struct fault *f = dav_access_of(db, a, r->user, on->owner, on->collection, &may);

	return f ? f : dav_missing_right(a, on->needs & ~may);
}

const struct fault *dav_require_rights(const struct dav_request *dr, struct change *c)
{
	const struct fault *f = NULL;

	for (const struct dav_reliance *on = dr->reliances; on && !f; on = on->next) {
		struct relied *r = arena_alloc(dr->arena, sizeof(*r));

		*r = (struct relied){*on, dr->rq->user.owner};
		f = change_require(c, on->owner, require_right, r);
	}
	return f;
}

/* ---- what is open in a home ------------------------------------------------------------------ */

const struct fault *dav_list_open(struct dav_request *dr, struct arena *a, struct text below,
				  unsigned needs, struct dav_open_list *out)
{
	struct collection *all;
	size_t count;
	const struct fault *f =
		below.at ? collection_list_below(dr->db, a, dr->owner_id, below, &all, &count)
			 : collection_list(dr->db, a, dr->owner_id, &all, &count);

	*out = (struct dav_open_list){0};
	if (f)
		return f;
	out->at = arena_alloc_array(a, count, sizeof(*out->at));
	for (size_t i = 0; i < count && !f; i++) {
		struct dav_open *o = &out->at[out->count];

		*o = (struct dav_open){&all[i], 0};
		f = dav_access(dr, dr->owner_id, all[i].id, &o->may);
		if (!f && (o->may & needs) == needs)
			out->count++;
		else
			out->is_partial = true;
	}
	return f ? f : arena_check(a);
}

const struct fault *dav_find_open(struct dav_request *dr, struct text name, unsigned needs,
				  struct dav_open *out)
{
	struct collection *c;
	const struct fault *f = collection_find(dr->db, dr->arena, dr->owner_id, name, &c);

	*out = (struct dav_open){NULL, 0};
	if (f || !c)
		return f;
	f = dav_access(dr, dr->owner_id, c->id, &out->may);
	if (!f && (out->may & needs) == needs)
		out->collection = c;
	return f;
}

const struct fault *dav_is_denied(struct dav_request *dr, int64_t owner, unsigned privileges,
				  bool *out)
{
	return rights_denied(dr->db, dr->arena, asker_of(dr), owner, privileges, out);
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

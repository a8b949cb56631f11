/*
 * if_state - what the conditions of an If header are held against (RFC 4918 §10.4.4)
 *
 * A resource has an entity tag, the tokens of the locks that cover it, and a calendar its
 * sync-token (RFC 6578 §5). What the user may not read has no state at all, like what does not
 * exist.
 */

#include <assert.h>

#include "dav/lock.h"

/* One resource, read once for all conditions that speak of it. */
struct state {
	struct text resource;	 /* as the header names it; NULL-text: the request's own */
	struct text etag;	 /* NULL-text: it has none */
	int64_t collection, seq; /* 0: it has no sync-token */
	struct lock *locks;
	size_t lock_count;
	struct text path;
};

struct judging {
	struct dav_request *dr;
	struct db *db;
	struct arena *arena;
	struct state *states; /* of as many resources as there are lists */
	size_t state_count;
};

/* ---- its state ---------------------------------------------------------------------------- */

static const struct fault *read_tags(const struct judging *j, const struct dav_request *at,
				     struct state *s)
{
	int64_t collection = at->collection ? at->collection->id : at->object->collection;
	struct stored_object *o = NULL;
	struct collection *c = NULL;
	const struct fault *f;

	if (!(at->kind & DAV_COLLECTIONS)) {
		f = object_find_bare(j->db, j->arena, at->owner_id, collection, at->object_name,
				     &o);
		s->etag = o ? o->etag : TEXT_NONE;
		return f;
	}
	f = collection_get(j->db, j->arena, at->owner_id, collection, &c);
	if (!f && c) {
		s->collection = c->id;
		s->seq = c->seq;
	}
	return f;
}

static const struct fault *read_state(const struct judging *j, struct state *s)
{
	const struct dav_request *at = j->dr;
	struct dav_request elsewhere;
	const struct fault *f = NULL;

	if (s->resource.at) {
		f = dav_resolve_href(j->dr, j->db, j->arena, s->resource, DAV_LOAD_PARENT,
				     &elsewhere);
		at = &elsewhere;
	}
	if (!f)
		s->path = dav_lock_path(j->arena, at);
	if (f || !s->path.at)
		return f;
	if (at->collection || at->object)
		f = read_tags(j, at, s);
	if (!f)
		f = lock_list_near(j->db, j->arena, at->owner_id, s->path, j->dr->rq->now,
				   &s->locks, &s->lock_count);
	return f;
}

static bool is_same_resource(struct text a, struct text b)
{
	return a.at && b.at ? text_equal(a, b) : a.at == b.at;
}

static const struct fault *state_of(struct judging *j, struct text resource,
				    const struct state **out)
{
	struct state *s = j->states;

	for (size_t i = 0; i < j->state_count; i++, s++) {
		*out = s;
		if (is_same_resource(s->resource, resource))
			return NULL;
	}
	assert(j->state_count < j->dr->locking->condition->list_count);
	*s = (struct state){.resource = resource, .etag = TEXT_NONE};
	*out = s;
	j->state_count++;
	return read_state(j, s);
}

/* ---- one condition ------------------------------------------------------------------------ */

static bool has_lock(const struct state *s, struct text token)
{
	for (size_t i = 0; i < s->lock_count; i++)
		if (text_equal(s->locks[i].token, token) && lock_covers(&s->locks[i], s->path))
			return true;
	return false;
}

static bool has_sync_token(const struct state *s, struct text token)
{
	struct dav_sync_token t;

	return s->collection && dav_read_sync_token(token, &t) && t.collection == s->collection &&
	       t.seq == s->seq && !t.begun;
}

static const struct fault *match(void *ctx, struct text resource, const struct dav_if_condition *c,
				 bool *matches_out)
{
	const struct state *s;
	const struct fault *f = state_of(ctx, resource, &s);

	if (f)
		return f;
	if (c->is_etag)
		*matches_out = s->etag.at && text_equal(s->etag, c->value);
	else
		*matches_out = has_lock(s, c->value) || has_sync_token(s, c->value);
	return NULL;
}

/* ---- the header --------------------------------------------------------------------------- */

static const struct fault *not_held(const struct dav_request *dr)
{
	return fault_make(dr->arena,
			  dav_is_refresh(dr) ? FAULT_LOCK_NOT_REFRESHED : FAULT_PRECONDITION, NULL,
			  "No list of the If header holds.");
}

const struct fault *dav_require_if(void *ctx, struct db *db, struct arena *a)
{
	struct dav_request *dr = ctx;
	const struct dav_if *condition = dr->locking->condition;
	struct judging j = {
		.dr = dr,
		.db = db,
		.arena = a,
		.states = arena_alloc_array(a, condition->list_count, sizeof(*j.states)),
	};
	bool holds;
	const struct fault *f = dav_if_judge(condition, match, &j, &holds);

	return f || holds ? f : not_held(dr);
}

const struct fault *dav_check_if(struct dav_request *dr)
{
	struct text header = http_header(dr->rq, "If");
	struct dav_if *condition;

	if (!header.at)
		return NULL;
	condition = arena_alloc(dr->arena, sizeof(*condition));
	if (!dav_if_parse(dr->arena, header, condition))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "The If header cannot be read.");
	dav_locking(dr)->condition = condition;
	return dav_require_if(dr, dr->db, dr->arena);
}

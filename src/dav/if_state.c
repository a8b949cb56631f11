/*
 * if_state - what the conditions of an If header are held against (RFC 4918 §10.4.4)
 *
 * A resource has an entity tag, the tokens of the locks that cover it, and a calendar its
 * sync-token (RFC 6578 §5). What the user may not read has no state at all, like what does not
 * exist.
 */

#include "dav/lock.h"

/* One resource, read once for all conditions that speak of it in a row. */
struct state {
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
	bool is_read; /* state is of this resource */
	struct text resource;
	struct state state;
};

/* ---- its state -------------------------------------------------------------------------------
 */

/* A request that stands at the href; what the user may not read is not found. */
static const struct fault *find_resource(struct judging *j, struct dav_request *at)
{
	struct dav_shape shape = {.kind = DAV_NOTHING};
	const struct fault *f = NULL;

	*at = (struct dav_request){
		.rq = j->dr->rq,
		.arena = j->arena,
		.house = j->dr->house,
		.db = j->db,
		.kind = DAV_NOTHING,
	};
	if (dav_read_href(j->arena, j->resource, &shape))
		f = dav_resolve(at, &shape, DAV_LOAD_PARENT);
	if (!(at->may & DAV_MAY_READ))
		at->kind = DAV_NOTHING;
	return f;
}

static const struct fault *read_tags(struct judging *j, const struct dav_request *at)
{
	int64_t collection = at->collection ? at->collection->id : at->object->collection;
	struct state *s = &j->state;
	struct stored_object *o = NULL;
	struct collection *c = NULL;
	const struct fault *f;

	if (!(at->kind & DAV_COLLECTIONS)) {
		f = object_find(j->db, j->arena, at->owner_id, collection, at->object_name, &o);
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

static const struct fault *read_state(struct judging *j)
{
	const struct dav_request *at = j->dr;
	struct dav_request elsewhere;
	const struct fault *f = NULL;

	j->state = (struct state){.etag = TEXT_NONE};
	j->is_read = true;
	if (j->resource.at) {
		f = find_resource(j, &elsewhere);
		at = &elsewhere;
	}
	if (!f)
		j->state.path = dav_lock_path(j->arena, at);
	if (f || !j->state.path.at)
		return f;
	if (at->collection || at->object)
		f = read_tags(j, at);
	if (!f)
		f = lock_list_near(j->db, j->arena, at->owner_id, j->state.path, j->dr->rq->now,
				   &j->state.locks, &j->state.lock_count);
	return f;
}

/* ---- one condition -----------------------------------------------------------------------------
 */

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
	struct judging *j = ctx;
	const struct state *s = &j->state;
	const struct fault *f = NULL;

	if (!j->is_read || resource.at != j->resource.at) {
		j->resource = resource;
		f = read_state(j);
	}
	if (c->is_etag)
		*matches_out = s->etag.at && text_equal(s->etag, c->value);
	else
		*matches_out = has_lock(s, c->value) || has_sync_token(s, c->value);
	return f;
}

/* ---- the header
 * ----------------------------------------------------------------------------------
 */

static const struct fault *not_held(const struct dav_request *dr)
{
	return fault_make(dr->arena,
			  dav_is_refresh(dr) ? FAULT_LOCK_NOT_REFRESHED : FAULT_PRECONDITION, NULL,
			  "No list of the If header holds.");
}

const struct fault *dav_require_if(void *ctx, struct db *db, struct arena *a)
{
	struct dav_request *dr = ctx;
	struct judging j = {.dr = dr, .db = db, .arena = a};
	bool holds;
	const struct fault *f = dav_if_judge(dr->locking->condition, match, &j, &holds);

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

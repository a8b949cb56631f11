/* resolve - what a path names, and what who asks may do there */

#include "dav/dav.h"
#include "dav/dav_priv.h"

/* An empty segment ("//") would be another spelling of the same resource: it names nothing. */
static bool path_is_plain(const struct http_request *rq)
{
	size_t slashes = 0;

	for (size_t i = 0; i < rq->path.len; i++)
		slashes += rq->path.at[i] == '/';
	return slashes <= rq->segment_count + (rq->path_ends_slash || rq->segment_count == 0);
}

enum dav_kind dav_kind_of(const struct collection *c)
{
	switch (c->kind) {
	case COLLECTION_INBOX: return DAV_INBOX;
	case COLLECTION_OUTBOX: return DAV_OUTBOX;
	case COLLECTION_FOLDER: return DAV_PLAIN;
	default: return DAV_CALENDAR;
	}
}

enum dav_kind dav_member_kind(const struct collection *c)
{
	return c->kind == COLLECTION_FOLDER ? DAV_FILE : DAV_OBJECT;
}

/* The collection of this name, where it is the owner's, or one that is shared with the user. */
static const struct fault *resolve_collection(struct dav_request *dr)
{
	struct dav_shared shared;
	const struct fault *f = collection_find(dr->db, dr->arena, dr->owner_id,
						dr->collection_name, &dr->collection);

	if (f)
		return f;
	if (dr->collection)
		return dav_access(dr, dr->owner_id, dr->collection->id, &dr->may);
	if (dr->owner_id != dr->rq->user.owner)
		return NULL;
	f = dav_find_shared(dr, dr->collection_name, &shared);
	if (f || !shared.collection)
		return f;
	dr->collection = shared.collection;
	dr->owned_by = shared.owned_by;
	dr->owner_id = shared.collection->owner;
	dr->may = shared.may;
	return NULL;
}

/* In a plain collection: one in it has the whole path for a name. */
static const struct fault *resolve_plain(struct dav_request *dr)
{
	struct collection *inner;
	struct text path = path_join(dr->arena, dr->collection_name, dr->object_name);
	const struct fault *f = collection_find(dr->db, dr->arena, dr->owner_id, path, &inner);

	if (f || !inner)
		return f;
	dr->collection = inner;
	dr->collection_name = path;
	dr->object_name = TEXT_NONE;
	dr->kind = DAV_PLAIN;
	return dav_access(dr, dr->owner_id, inner->id, &dr->may);
}

static const struct fault *resolve_in_collection(struct dav_request *dr, enum dav_load load,
						 bool ends_slash)
{
	enum dav_kind free = DAV_FREE_OBJECT;
	const struct fault *f = NULL;

	dr->kind = dav_member_kind(dr->collection);
	if (dr->kind == DAV_FILE) {
		free = DAV_FREE_FILE;
		f = resolve_plain(dr);
	}
	if (f || dr->kind == DAV_PLAIN)
		return f;
	/* A file could be taken for a folder's, by its name. */
	if (dr->kind == DAV_FILE && text_find_char(dr->object_name, DAV_SLASH, 0) >= 0) {
		dr->kind = DAV_MISNAMED;
		return NULL;
	}
	/* "x.ics/" is another path, and nothing is stored there. */
	if (ends_slash)
		dr->kind = free;
	if (ends_slash || load == DAV_LOAD_PARENT)
		return NULL;
	f = object_find(dr->db, dr->arena, dr->owner_id, dr->collection->id, dr->object_name,
			&dr->object);
	if (!dr->object)
		dr->kind = free;
	return f;
}

static const struct fault *resolve_object(struct dav_request *dr, enum dav_load load,
					  bool ends_slash)
{
	bool is_own = dr->owner_id == dr->rq->user.owner;
	const struct fault *f;

	if (load == DAV_LOAD_OBJECT && !ends_slash && is_own) {
		f = object_find_by_path(dr->db, dr->arena, dr->owner_id, dr->collection_name,
					dr->object_name, &dr->object);
		if (dr->object && !dr->object->component)
			dr->kind = DAV_FILE;
		if (f || dr->object)
			return f;
	}
	f = resolve_collection(dr);
	if (!f && dr->collection)
		return resolve_in_collection(dr, load, ends_slash);
	dr->kind = DAV_ORPHAN;
	return f;
}

/* Whose place it is: mostly the user's own, of which nothing has to be read. */
static const struct fault *resolve_whose(struct dav_request *dr)
{
	struct owner *owner;
	const struct fault *f;

	dr->owned_by = dr->whose;
	if (dr->whose.kind == OWNER_INDIVIDUAL && text_equal(dr->whose.name, dr->rq->user.name)) {
		dr->owner_id = dr->rq->user.owner;
		dr->may = DAV_MAY_ALL;
		return NULL;
	}
	f = owner_find(dr->db, dr->arena, dr->whose.name, &owner);
	if (f || !owner ||
	    ((dr->kind & (DAV_PRINCIPAL | DAV_PROXY)) && owner->kind != dr->whose.kind)) {
		dr->kind = DAV_NOTHING;
		return f;
	}
	dr->owner = owner;
	dr->owner_id = owner->id;
	dr->whose.kind = dr->owned_by.kind = owner->kind;
	/* Principals are known to all who have an account here. */
	if (dr->kind & (DAV_PRINCIPAL | DAV_PROXY))
		dr->may = DAV_MAY_READ | DAV_MAY_READ_PRIVILEGES;
	else
		f = dav_access(dr, owner->id, 0, &dr->may);
	return f;
}

/* Of what is in nobody's place: who may have it, its own function finds out. */
static unsigned may_of_nobodys(enum dav_kind kind)
{
	static const struct {
		unsigned on, may;
	} rows[] = {
		{DAV_FOLDERS | DAV_MISSING,
		 DAV_MAY_READ | DAV_MAY_READ_PRIVILEGES | DAV_MAY_READ_ACL},
		{DAV_ATTACHMENT, DAV_MAY_READ},
		{DAV_REGISTRATION, DAV_MAY_UNBIND},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].on & kind)
			return rows[i].may;
	return 0;
}

/*
 * Nobody is shown what is closed to them, not even that it exists (decisions 22). Who may only ask
 * when time is taken learns no names of objects, whatever is asked of them.
 */
static bool is_closed(const struct dav_request *dr)
{
	unsigned may = dr->may;

	if (dr->kind & (DAV_MEMBERS | DAV_FREE_OBJECT | DAV_FREE_FILE))
		may &= ~(unsigned)(DAV_MAY_READ_FREE_BUSY | DAV_MAY_READ_PRIVILEGES);
	return !may;
}

const struct fault *dav_resolve(struct dav_request *dr, const struct dav_shape *shape,
				enum dav_load load)
{
	const struct fault *f = NULL;

	dr->kind = shape->kind;
	dr->whose = shape->whose;
	dr->collection_name = shape->collection;
	dr->object_name = shape->object;
	dr->may = may_of_nobodys(shape->kind);
	if (shape->whose.name.at)
		f = resolve_whose(dr);
	if (!f && dr->kind == DAV_OBJECT)
		f = resolve_object(dr, load, shape->ends_slash);
	else if (!f && dr->kind == DAV_CALENDAR) {
		f = resolve_collection(dr);
		dr->kind = dr->collection ? dav_kind_of(dr->collection) : DAV_FREE_CALENDAR;
	}
	if (is_closed(dr))
		dr->kind = DAV_NOTHING;
	return f;
}

const struct fault *dav_resolve_href(const struct dav_request *dr, struct db *db, struct arena *a,
				     struct text href, enum dav_load load, struct dav_request *at)
{
	struct dav_shape shape = {.kind = DAV_NOTHING};
	const struct fault *f = NULL;

	*at = (struct dav_request){
		.rq = dr->rq,
		.arena = a,
		.house = dr->house,
		.offer = dr->offer,
		.db = db,
		.method = dr->method,
		.kind = DAV_NOTHING,
		.minimal = dr->minimal,
	};
	if (dav_read_href(a, href, &shape))
		f = dav_resolve(at, &shape, load);
	if (!(at->may & DAV_MAY_READ))
		at->kind = DAV_NOTHING;
	return f;
}

const struct fault *dav_resolve_path(struct dav_request *dr, enum dav_load load)
{
	struct http_request *rq = dr->rq;
	struct dav_shape shape = dav_shape_of(dr->arena, rq->segments, rq->segment_count);

	shape.ends_slash = rq->path_ends_slash;
	if (!path_is_plain(rq))
		shape.kind = DAV_NOTHING;
	return dav_resolve(dr, &shape, load);
}

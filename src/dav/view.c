/* view - one resource as properties see it */

#include <assert.h>

#include "dav/props.h"

struct dav_view dav_view_of_target(struct dav_request *dr, struct arena *page)
{
	struct dav_view v = {
		.dr = dr,
		.arena = page,
		.db = dr->db,
		.kind = dr->kind,
		.collection_name = dr->collection_name,
		.object_name = dr->object_name,
		.collection = dr->collection,
		.object = dr->object,
	};

	if (dr->object) {
		v.etag = dr->object->etag;
		v.object_id = dr->object->id;
	}
	return v;
}

struct dav_view dav_view_of_collection(struct dav_request *dr, struct arena *page,
				       const struct collection *c)
{
	return (struct dav_view){
		.dr = dr,
		.arena = page,
		.db = dr->db,
		.kind = dav_kind_of(c),
		.collection_name = c->name,
		.collection = c,
	};
}

struct dav_view dav_view_of_object(struct dav_request *dr, struct arena *page,
				   const struct collection *c, struct stored_object *o)
{
	return (struct dav_view){
		.dr = dr,
		.arena = page,
		.db = dr->db,
		.kind = DAV_OBJECT,
		.collection_name = c->name,
		.object_name = o->name,
		.collection = c,
		.etag = o->etag,
		.object_id = o->id,
		.object = o,
	};
}

const struct fault *dav_view_object(struct dav_view *v, bool with_data, struct stored_object **out)
{
	const struct fault *f = NULL;

	assert(v->kind == DAV_OBJECT);
	if (!v->object || (with_data && v->object->data.len == 0))
		f = object_find(v->db, v->arena, v->collection->owner, v->collection->id,
				v->object_name, &v->object);
	*out = v->object;
	return f;
}

/* A home shows what is kept for its principal: for clients they are one account. */
static bool has_kept(const struct dav_view *v)
{
	return (v->kind & (DAV_PRINCIPAL | DAV_HOME)) || v->collection;
}

const struct fault *dav_view_kept(struct dav_view *v)
{
	assert(v->kind != DAV_OBJECT || v->object_id);
	if (v->kept_loaded || !has_kept(v))
		return NULL;
	v->kept_loaded = true;
	return property_list(v->db, v->arena, v->dr->rq->user.owner,
			     v->collection ? v->collection->id : 0, v->object_id, &v->kept,
			     &v->kept_count);
}

const struct property *dav_view_find_kept(const struct dav_view *v, struct text ns,
					  struct text name)
{
	for (size_t i = 0; i < v->kept_count; i++)
		if (text_equal(v->kept[i].name, name) && text_equal(v->kept[i].ns, ns))
			return &v->kept[i];
	return NULL;
}

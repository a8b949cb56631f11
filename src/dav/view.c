/* view - one resource as properties see it */

#include <assert.h>

#include "dav/props.h"

/* What all of them take over from the request. */
static struct dav_view view_in(struct dav_request *dr, struct arena *page, enum dav_kind kind)
{
	return (struct dav_view){
		.dr = dr,
		.arena = page,
		.db = dr->db,
		.kind = kind,
		.whose = dr->whose,
		.owned_by = dr->owned_by,
		.owner_id = dr->owner_id,
		.may = dr->may,
	};
}

struct dav_view dav_view_of_target(struct dav_request *dr, struct arena *page)
{
	struct dav_view v = view_in(dr, page, dr->kind);

	v.collection_name = dr->collection_name;
	v.object_name = dr->object_name;
	v.collection = dr->collection;
	v.object = dr->object;
	if (dr->object) {
		v.etag = dr->object->etag;
		v.object_id = dr->object->id;
	}
	return v;
}

struct dav_view dav_view_of_collection(struct dav_request *dr, struct arena *page,
				       const struct collection *c)
{
	struct dav_view v = view_in(dr, page, dav_kind_of(c));

	/* The one at the path may have another name there. */
	v.collection_name = c == dr->collection ? dr->collection_name : c->name;
	v.collection = c;
	return v;
}

struct dav_view dav_view_of_open(struct dav_request *dr, struct arena *page,
				 const struct dav_open *o)
{
	struct dav_view v = dav_view_of_collection(dr, page, o->collection);

	v.may = o->may;
	return v;
}

struct dav_view dav_view_of_shared(struct dav_request *dr, struct arena *page,
				   const struct dav_shared *s)
{
	struct dav_view v = view_in(dr, page, DAV_CALENDAR);

	v.owned_by = s->owned_by;
	v.owner_id = s->collection->owner;
	v.may = s->may;
	v.collection_name = dav_shared_name(page, s->owned_by.name, s->collection->name);
	v.collection = s->collection;
	return v;
}

struct dav_view dav_view_of_principal(struct dav_request *dr, struct arena *page,
				      const struct owner *o)
{
	struct dav_view v = view_in(dr, page, DAV_PRINCIPAL);

	v.whose = v.owned_by = (struct dav_whose){o->kind, o->name};
	v.owner_id = o->id;
	v.owner = o;
	v.may = o->id == dr->rq->user.owner ? DAV_MAY_ALL : DAV_MAY_READ | DAV_MAY_READ_PRIVILEGES;
	return v;
}

static struct dav_view view_in_collection(struct dav_request *dr, struct arena *page,
					  const struct collection *c)
{
	struct dav_view v = view_in(dr, page, dav_member_kind(c));

	v.collection_name = c == dr->collection ? dr->collection_name : c->name;
	v.collection = c;
	return v;
}

struct dav_view dav_view_of_objects(struct dav_request *dr, struct arena *page,
				    const struct collection *c)
{
	struct dav_view v = view_in_collection(dr, page, c);
	struct buf folder;

	buf_init(&folder, page, 256, 8192);
	dav_put_path_xml(&folder, dav_kind_of(c), &v.whose, v.collection_name, TEXT_NONE);
	v.folder = buf_text(&folder);
	return v;
}

struct dav_view dav_view_of_object(struct dav_request *dr, struct arena *page,
				   const struct collection *c, struct stored_object *o)
{
	struct dav_view v = view_in_collection(dr, page, c);

	v.object_name = o->name;
	v.etag = o->etag;
	v.object_id = o->id;
	v.object = o;
	return v;
}

const struct fault *dav_view_owner(struct dav_view *v, const struct owner **out)
{
	struct owner *read = NULL;
	const struct fault *f = NULL;

	if (!v->owner && v->owner_id == v->dr->owner_id)
		return dav_owner(v->dr, out);
	if (!v->owner) {
		f = owner_get(v->db, v->arena, v->owner_id, &read);
		v->owner = read;
	}
	if (!f && !v->owner)
		f = fault_make(v->arena, FAULT_NOT_FOUND, NULL, "This user no longer exists.");
	*out = v->owner;
	return f;
}

const struct fault *dav_view_object(struct dav_view *v, bool with_data, struct stored_object **out)
{
	const struct fault *f = NULL;

	assert(v->kind & DAV_MEMBERS);
	if (!v->object || (with_data && v->object->data.len == 0))
		f = object_find(v->db, v->arena, v->collection->owner, v->collection->id,
				v->object_name, &v->object);
	*out = v->object;
	return f;
}

/*
 * A home shows what is kept for its principal: for clients they are one account. What somebody
 * keeps there is nobody else's business.
 */
static bool has_kept(const struct dav_view *v)
{
	if (v->kind & (DAV_PRINCIPAL | DAV_HOME))
		return v->owner_id == v->dr->rq->user.owner;
	return v->collection != NULL;
}

const struct fault *dav_view_kept(struct dav_view *v)
{
	assert(!(v->kind & DAV_MEMBERS) || v->object_id);
	if (v->kept_loaded || !has_kept(v))
		return NULL;
	v->kept_loaded = true;
	return property_list(v->db, v->arena, v->owner_id, v->collection ? v->collection->id : 0,
			     v->object_id, &v->kept, &v->kept_count);
}

const struct property *dav_view_find_kept(const struct dav_view *v, struct text ns,
					  struct text name)
{
	for (size_t i = 0; i < v->kept_count; i++)
		if (text_equal(v->kept[i].name, name) && text_equal(v->kept[i].ns, ns))
			return &v->kept[i];
	return NULL;
}

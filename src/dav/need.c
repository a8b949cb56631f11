/*
 * need - what a method needs to be allowed, at the resource and in the collection around it
 * (RFC 3744 appendix B)
 */

#include "dav/dav_priv.h"

const struct fault *dav_need(struct dav_request *dr, enum dav_kind kind, unsigned needs)
{
	const struct fault *f =
		dav_missing_right(dr->arena, needs & ~dav_privileges_on(kind, dr->may));

	if (!f)
		dav_rely(dr, dr->owner_id, dr->collection ? dr->collection->id : 0, needs);
	return f;
}

/* ---- in the collection around --------------------------------------------------------------- */

static enum dav_kind kind_of_parent(const struct dav_request *dr)
{
	if (dr->kind & (DAV_OBJECT | DAV_FREE_OBJECT))
		return dr->collection ? dav_kind_of(dr->collection) : DAV_CALENDAR;
	if (dr->kind & (DAV_FILE | DAV_FREE_FILE))
		return DAV_PLAIN;
	/* A plain one in another, by its name. */
	if (dr->kind == DAV_PLAIN && text_find_char(dr->collection_name, '/', 0) >= 0)
		return DAV_PLAIN;
	return DAV_HOME;
}

/* What the user may do in the collection around the resource. */
struct around {
	int64_t owner, collection; /* 0: the home */
	unsigned may;
};

/*
 * What may be done in a calendar says nothing of the home that it stands in, which for what is
 * shared is the user's own.
 */
static const struct fault *look_around(struct dav_request *dr, struct around *out)
{
	enum dav_kind kind = kind_of_parent(dr);
	const struct fault *f = NULL;

	*out = (struct around){.owner = dr->owner_id, .may = dr->may};
	if (kind != DAV_HOME) {
		out->collection = dr->collection ? dr->collection->id : 0;
	} else if (text_equal(dr->whose.name, dr->rq->user.name)) {
		out->owner = dr->rq->user.owner;
		out->may = DAV_MAY_ALL;
	} else if (dr->collection) {
		f = dav_access(dr, dr->owner_id, 0, &out->may);
	}
	out->may = dav_privileges_on(kind, out->may);
	return f;
}

const struct fault *dav_may_in_parent(struct dav_request *dr, unsigned *out)
{
	struct around around;
	const struct fault *f = look_around(dr, &around);

	*out = around.may;
	return f;
}

const struct fault *dav_need_of_parent(struct dav_request *dr, unsigned needs)
{
	struct around around;
	const struct fault *f = look_around(dr, &around);

	if (!f)
		f = dav_missing_right(dr->arena, needs & ~around.may);
	if (!f)
		dav_rely(dr, around.owner, around.collection, needs);
	return f;
}

/* What is missing depends on what is there, which is told to none but those who may read it. */
static const struct fault *refuse_to_store(struct dav_request *dr)
{
	struct stored_object *there = NULL;
	const struct fault *f = NULL;

	if (dr->collection && (dr->may & DAV_MAY_READ))
		f = object_find(dr->db, dr->arena, dr->owner_id, dr->collection->id,
				dr->object_name, &there);
	return f ? f : dav_missing_right(dr->arena, there ? DAV_MAY_WRITE_CONTENT : DAV_MAY_BIND);
}

const struct fault *dav_need_to_store(struct dav_request *dr, unsigned *may_out)
{
	struct around around;
	const struct fault *f = look_around(dr, &around);

	*may_out = around.may & (DAV_MAY_BIND | DAV_MAY_WRITE_CONTENT);
	if (!f && !*may_out)
		f = refuse_to_store(dr);
	if (!f)
		dav_rely(dr, around.owner, around.collection, *may_out);
	return f;
}

/* delete - an object or a file, or a collection with all it holds (RFC 4918 §9.6) */

#include "dav/lock.h"
#include "dav/push_priv.h"

static const struct fault *delete_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;

	(void)state;
	if (!f)
		http_answer(dr->rq, 204, NULL, TEXT_NONE);
	return f;
}

static const struct fault *plan_object(struct dav_request *dr, struct change *c)
{
	struct change_remove *r = arena_alloc(dr->arena, sizeof(*r));

	*r = (struct change_remove){
		.owner = dr->owner_id,
		.collection = dr->collection->id,
		.name = dr->object_name,
		.no_reply = text_equal_nocase(http_header(dr->rq, "Schedule-Reply"), TEXT("F")),
	};
	dav_read_condition(dr->rq, &r->condition);
	return change_remove(c, r);
}

/* What others share is only left; it stays theirs. */
static bool is_shared_here(const struct dav_request *dr)
{
	return dr->kind == DAV_CALENDAR && !text_equal(dr->whose.name, dr->owned_by.name);
}

static const struct fault *plan_collection(struct dav_request *dr, struct change *c)
{
	const struct fault *f = dav_check_condition(dr, true);

	/* A collection goes with its members, or not at all (§9.6.1). */
	if (!f && dr->depth != DAV_DEPTH_ABSENT && dr->depth != DAV_DEPTH_INFINITY)
		f = fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
			       "A collection is deleted with Depth: infinity.");
	if (!f && is_shared_here(dr))
		return change_leave_shared(c, dr->owner_id, dr->collection->id, dr->rq->user.owner);
	if (!f)
		f = change_remove_collection(c, dr->owner_id, dr->collection->id);
	return f;
}

const struct fault *dav_delete(struct dav_request *dr)
{
	struct change *c = dav_change(dr);
	const struct fault *f;

	if (dr->kind == DAV_REGISTRATION)
		f = dav_push_plan_end(dr, c);
	else
		f = dr->kind & DAV_MEMBERS ? plan_object(dr, c) : plan_collection(dr, c);
	if (!f && dr->kind != DAV_REGISTRATION)
		f = dav_guard(dr, c, dr, is_shared_here(dr) ? 0 : TOUCH_REMOVAL);
	if (!f)
		dav_commit(dr, c, delete_done, NULL);
	return f;
}

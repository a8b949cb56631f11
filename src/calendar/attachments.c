/*
 * attachments - whose they are, and what an object may name (RFC 8607 §3.7, §3.9)
 *
 * Each owner has attachments of their own, so that what one of them removes is missed by nobody
 * else: what goes from one to another is copied.
 */

#include "calendar/change_priv.h"
#include "store/attachment.h"

const struct fault *attachments_check_room(struct change *c, struct db *db, int64_t owner)
{
	int64_t bytes;
	const struct fault *f = attachment_total(db, c->arena, owner, &bytes);

	if (!f && bytes > c->cal->attachments_max)
		f = fault_make(c->arena, FAULT_QUOTA_FULL, NULL,
			       "All attachments of one user have at most %lld MB.",
			       (long long)(c->cal->attachments_max >> 20));
	return f;
}

const struct fault *attachments_borrow(struct change *c, struct db *db, int64_t owner,
				       const struct change_lent *lent, size_t count)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < count && !f; i++)
		f = attachment_copy(db, c->arena, lent[i].owner, lent[i].id, owner);
	return f || count == 0 ? f : attachments_check_room(c, db, owner);
}

static bool names(const struct ical_object *o, struct text id)
{
	for (size_t i = 0; o && i < o->managed_count; i++)
		if (text_equal(o->managed[i], id))
			return true;
	return false;
}

/* What stood there may come from elsewhere, with attachments that never were here. */
static bool was_named(struct change *c, const struct stored_object *was, struct text id)
{
	struct ical_object *o = NULL;

	if (!was || !was->attached || ical_object_parse(c->arena, was->data, ICAL_FROM_STORE, &o))
		return false;
	return names(o, id);
}

const struct fault *attachments_check(struct change *c, struct db *db, int64_t owner,
				      const struct ical_object *o, const struct stored_object *was)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < o->managed_count && !f && c->origin == CHANGE_CLIENT; i++) {
		struct attachment *t;

		f = attachment_find(db, c->arena, owner, o->managed[i], &t);
		if (!f && !t && !was_named(c, was, o->managed[i]))
			f = fault_make(c->arena, FAULT_UNKNOWN_MANAGED_ID, NULL,
				       "A MANAGED-ID is that of no attachment here.");
	}
	return f;
}

const struct fault *attachments_keep(struct change *c, struct db *db,
				     const struct stored_object *stored,
				     const struct ical_object *o, bool had)
{
	if (!had && o->managed_count == 0)
		return NULL;
	return attachment_set_uses(db, c->arena, stored->owner, stored->id, o->managed,
				   o->managed_count);
}

/*
 * schedule_tag - Schedule-Tag, and the If-Match that is merged (RFC 6638 §3.2.10, decisions 18)
 *
 * Of the objects that an owner has with one UID, one in a calendar, a single one is the scheduling
 * object resource and has a tag (§3.2.4.1). Others may have come by an import or with the copy of a
 * calendar: records that tell nobody anything, as long as that one stands.
 */

#include "calendar/schedule_priv.h"
#include "ical/address.h"
#include "store/schedule.h"

/* As much of an etag as a tag shows: enough that no two revisions share it. */
enum { TAG_ETAG_CHARS = 16 };

void schedule_set_tag(struct change *c, const struct stored_object *was, bool is_tagged, bool keeps,
		      struct text etag, struct stored_object *o)
{
	if (!is_tagged) {
		o->schedule_tag = TEXT_NONE;
		return;
	}
	if (keeps && was && was->schedule_tag.len > 0) {
		o->schedule_tag = was->schedule_tag;
		return;
	}
	/* New each time, also where the bytes are again what they once were. */
	o->schedule_tag = text_from(arena_printf(c->arena, "%llx-%.*s", (unsigned long long)o->seq,
						 TEXT_ARG(text_sub(etag, 0, TAG_ETAG_CHARS))));
}

const struct fault *schedule_keep_tag(struct change *c, struct db *db,
				      const struct stored_object *was,
				      const struct stored_object *o)
{
	if (!was || was->schedule_tag.len == 0)
		return NULL;
	if (text_equal(was->schedule_tag, o->schedule_tag))
		return object_tag_keep(db, c->arena, was->owner, was->id, was->etag, o->seq);
	return object_tag_forget(db, c->arena, was->owner, was->id);
}

bool schedule_may_concern(const struct stored_object *o)
{
	struct text word = TEXT("ORGANIZER"), rest = o->data, line;

	if (o->schedule_tag.len > 0)
		return true;
	while (text_next(&rest, '\n', &line))
		if (text_starts_nocase(line, word))
			return true;
	return false;
}

const struct fault *schedule_stands_elsewhere(struct change *c, struct db *db,
					      const struct stored_object *o, bool *out)
{
	struct stored_object *other;
	const struct fault *f =
		object_find_uid_elsewhere(db, c->arena, o->owner, o->uid, o->collection, &other);

	*out = other && (other->schedule_tag.len > 0 || o->schedule_tag.len == 0);
	return f;
}

/* RFC 6638 §8.3: of what is not there it holds for none. */
static bool tag_holds(const struct change_condition *condition,
		      const struct stored_object *existing)
{
	return !condition->has_schedule_tag ||
	       (existing && text_equal(condition->schedule_tag, existing->schedule_tag));
}

/* All but If-Match holds, and that is stale by nothing but answers. */
static const struct fault *may_merge(struct change *c, struct db *db,
				     const struct change_condition *condition,
				     const struct stored_object *existing, bool *out)
{
	struct change_condition rest = *condition;

	*out = false;
	rest.has_if_match = false;
	if (c->cal->strict_if_match || !existing || existing->schedule_tag.len == 0 ||
	    condition->if_match_count == 0 ||
	    change_judge_condition(&rest, true, existing->etag) != CONDITION_HOLDS)
		return NULL;
	return object_tag_was(db, c->arena, existing->owner, existing->id, condition->if_match,
			      condition->if_match_count, out);
}

const struct fault *schedule_check_condition(struct change *c, struct db *db,
					     const struct change_condition *condition,
					     const struct stored_object *existing, bool *merged_out)
{
	struct text etag = existing ? existing->etag : TEXT_NONE;
	const struct fault *f, *no;

	if (merged_out)
		*merged_out = false;
	if (!tag_holds(condition, existing))
		return fault_make(c->arena, FAULT_PRECONDITION, NULL,
				  "The object was scheduled anew since; fetch it and try again.");
	no = change_check_condition(c, condition, existing != NULL, etag,
				    existing ? existing->modified : 0);
	if (!no || !merged_out)
		return no;
	f = may_merge(c, db, condition, existing, merged_out);
	return f || *merged_out ? f : no;
}

const struct fault *schedule_judge_import(struct change *c, struct db *db, int64_t owner,
					  const struct ical_object *was,
					  const struct ical_object *is)
{
	struct arena *a = c->arena;
	const struct ical_attendee *stood = itip_organizer_of(was), *comes = itip_organizer_of(is);
	struct text *own, one;
	size_t count;
	const struct fault *f;

	if (!stood)
		return NULL;
	one = ical_address(a, stood->address);
	if (comes && ical_address_is_among(a, comes->address, &one, 1))
		return NULL;
	f = owner_addresses(db, a, owner, &own, &count);
	if (f || (ical_address_is_among(a, one, own, count) &&
		  (!comes || ical_address_is_among(a, comes->address, own, count))))
		return f;
	return fault_make(a, FAULT_ORGANIZER_CHANGE, NULL,
			  "What stands in the calendar is a meeting of another organizer.");
}

/*
 * object_zone - which zone a TZID means in one object
 *
 * A name the zone database knows goes first, then the object's own VTIMEZONE
 * (decisions 43); a VTIMEZONE that says otherwise is noted, not followed.
 */
#include "base/arena.h"
#include "ical/ical.h"
#include "ical/object_priv.h"
#include "ical/walk.h"
#include "ical/zone.h"

/* The object's own VTIMEZONE of this TZID, or TEXT_NONE. */
static struct text find_vtimezone(struct reader *r, struct text tzid)
{
	const struct ical_blocks *blocks = r->blocks;
	struct text name = ical_tzid(r->arena, tzid);

	for (size_t i = 1; i < blocks->count; i = blocks->at[i].next) {
		const struct ical_block *b = &blocks->at[i];
		struct ical_walk w;
		struct ical_line l;

		if (!ical_block_is(b, "VTIMEZONE"))
			continue;
		ical_walk_begin(&w, r->arena, r->raw, blocks, i);
		while (ical_walk_line(&w, &l))
			if (ical_line_is(&l, "TZID") &&
			    text_equal(ical_tzid(r->arena, l.value), name))
				return text_of(r->raw.at + b->begin, b->end - b->begin);
	}
	return TEXT_NONE;
}

static void resolve(struct reader *r, struct zone_slot *slot)
{
	struct text own = find_vtimezone(r, slot->tzid);
	const struct zone *compiled = NULL;
	const struct fault *f = NULL;

	slot->zone = zone_find_any(slot->tzid);
	if (own.at)
		f = zone_from_vtimezone(r->arena, own, &compiled);
	if (f)
		compiled = NULL;
	if (slot->zone) {
		slot->declared = compiled;
		return;
	}
	slot->zone = compiled;
	if (f)
		object_note(r, "The VTIMEZONE of %.*s cannot be used: %s",
			    TEXT_ARG(ical_brief(slot->tzid)), f->message);
	else if (!compiled)
		object_note(r, "Nobody knows the time zone %.*s.",
			    TEXT_ARG(ical_brief(slot->tzid)));
}

const struct fault *object_zone(struct reader *r, struct text tzid, struct zone_slot **out)
{
	struct zone_slot *slot;
	bool was_lenient = r->is_lenient;

	tzid = text_trim(tzid);
	for (size_t i = 0; i < r->zone_count; i++) {
		*out = &r->zones[i];
		if (text_equal((*out)->tzid, tzid))
			return NULL;
	}
	/* No path may lead out of the zone folder, in whichever library reads the value next. */
	if (tzid.len == 0 || tzid.len > 255 || text_find(tzid, TEXT("..")) >= 0)
		return fault_make(r->arena, FAULT_BAD_DATA, "TZID",
				  "A TZID is empty, too long, or holds \"..\".");
	if (r->zone_count == OBJECT_MAX_ZONES)
		return fault_make(r->arena, FAULT_BAD_DATA, "TZID",
				  "More than %d time zones are named.", OBJECT_MAX_ZONES);
	slot = &r->zones[r->zone_count++];
	*slot = (struct zone_slot){.tzid = tzid};
	resolve(r, slot);
	r->is_lenient = was_lenient;
	*out = slot;
	return NULL;
}

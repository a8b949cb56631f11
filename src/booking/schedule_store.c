/* schedule_store - schedules that are changed otherwise than through the host API; see rules.h */
#include "base/arena.h"
#include "booking/rules.h"
#include "calendar/change.h"
#include "ical/zone.h"

/* ---- putting -------------------------------------------------------------------------------- */

static const struct fault *require_version(void *ctx, struct db *db, struct arena *a)
{
	const struct schedule *row = ctx;
	struct schedule *stored;
	const struct fault *f = schedule_find(db, a, row->owner, row->id, &stored);

	if (f || (stored && stored->version == row->version - 1))
		return f;
	return fault_make(a, FAULT_PRECONDITION, "version",
			  "The schedule was changed meanwhile; try again.");
}

const struct fault *booking_schedule_put(struct change *c, struct schedule *row)
{
	const struct fault *f = change_require(c, row->owner, require_version, row);

	return f ? f : change_put_schedule(c, row);
}

/* ---- moving ---------------------------------------------------------------------------------- */

const struct fault *booking_schedule_at_home(struct db *db, struct arena *a,
					     const struct owner *owner, struct text zone,
					     int64_t now, struct schedule **out)
{
	struct booking_schedule *before = arena_alloc(a, sizeof(*before));
	struct booking_schedule *after = arena_alloc(a, sizeof(*after));
	struct schedule *stored;
	const struct fault *f = schedule_find(db, a, owner->id, TEXT("default"), &stored);

	*out = NULL;
	if (!zone_find(zone))
		return fault_make(a, FAULT_UNKNOWN_ZONE, "timezone",
				  "\"%.*s\" is no time zone; give a name like Europe/Berlin.",
				  TEXT_ARG(text_sub(zone, 0, 60)));
	if (f || !stored)
		return f;
	if ((f = booking_schedule_read(a, stored, owner->timezone, before)) ||
	    (f = booking_schedule_read(a, stored, zone, after)))
		return f;
	if (!after->follow_host)
		return NULL;
	after->version++;
	*out = arena_alloc(a, sizeof(**out));
	return booking_schedule_row(a, after, before, owner->id, now, *out);
}

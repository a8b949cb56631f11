/* instance - what the properties of one occurrence say; see instance.h */

#include "dav/instance.h"

#include "ical/zone.h"

static bool has_end(const struct ical_item *item)
{
	if (item->has_duration && item->dtstart.present)
		return true;
	return item->type == COMP_VTODO ? item->due.present : item->dtend.present;
}

struct dav_instance dav_instance_of(const struct ical_object *o, const struct occurrence *occ)
{
	const struct ical_item *item = &o->items[occ->item];
	const struct ical_time *as = item->dtstart.present ? &item->dtstart : &item->due;

	return (struct dav_instance){
		.has_start = item->dtstart.present,
		.has_end = has_end(item),
		.start = occ->dtstart,
		.end = occ->dtend,
		.is_local = occ->floating || (as->form == TIME_ZONED && !as->zone),
	};
}

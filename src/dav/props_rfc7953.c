/*
 * props_rfc7953 - when somebody may be asked for time, as their calendar app shows and sets it
 *
 * It is the weekly hours of the owner's default schedule (store/meeting.h), so that the app and the
 * host's own pages edit one thing. Before there was an RFC, Apple's clients had it in a namespace
 * of Calendar Server; both names mean the same.
 */

#include "dav/props.h"
#include "freebusy/availability.h"
#include "store/meeting.h"

static const struct fault *get_availability(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text availability;
	const struct fault *f = schedule_availability(v->db, v->arena, v->owner_id, &availability);

	*found_out = !f && availability.len > 0;
	if (*found_out)
		xml_put_text(out, availability);
	return f;
}

/* §7.2.4: an iCalendar object of VAVAILABILITY components. What came is kept as it is. */
static const struct fault *set_availability(struct dav_patch *p, const struct xml_node *value)
{
	struct text raw = value ? xml_text_of(value) : TEXT("");
	struct availability *read;
	const struct fault *f = value ? availability_read(p->dr->arena, raw, &read) : NULL;

	if (f)
		return f;
	p->set_availability = true;
	p->availability = raw;
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc7953[] = {
	/* ns         name                     on         flags get               set               section */
	{ NS_CALDAV, "calendar-availability",  DAV_INBOX, 0,    get_availability, set_availability, "RFC 7953 §7.2.4" },
	{ NS_CS,     "calendar-availability",  DAV_INBOX, 0,    get_availability, set_availability, "Calendar Server" },
	{ 0 }
};
/* clang-format on */

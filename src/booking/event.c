/* event - a booking as a calendar event; see event.h */
#include "booking/event.h"

#include "base/arena.h"
#include "ical/build.h"
#include "ical/zone.h"

/* Times in the zone of the schedule; where that is gone, in the owner's (decisions 14). */
static const struct zone *event_zone(const struct host *host, const struct booking_type *type)
{
	const struct booking_schedule *s = type ? host_schedule(host, type->schedule) : NULL;
	const struct zone *z = s ? s->hours.zone : zone_find(host->owner.timezone);

	return z ? z : zone_utc();
}

static struct text event_title(struct arena *a, const struct host *host,
			       const struct booking_type *type, const struct booking *b)
{
	struct text host_name = owner_title(&host->owner);

	/* Of several invitees none is named to the others (booking case G7). */
	if (type && type->seats > 1)
		return text_from(
			arena_printf(a, "%.*s: %.*s", TEXT_ARG(type->title), TEXT_ARG(host_name)));
	return text_from(arena_printf(a, "%.*s: %.*s and %.*s",
				      TEXT_ARG(type ? type->title : TEXT("Meeting")),
				      TEXT_ARG(host_name), TEXT_ARG(b->invitee_name)));
}

/*
 * No answers and no other free text of the invitee: the event is mailed, and whoever
 * asked for it may have named somebody else's address (decisions 25).
 */
const struct fault *booking_event_build(struct arena *a, const struct host *host,
					const struct booking_type *type, const struct booking *b,
					int64_t stamp, struct text *out)
{
	struct build_person invitee = {
		.name = b->invitee_name,
		.address = b->invitee_email,
		.partstat = TEXT("NEEDS-ACTION"),
		.rsvp = true,
	};
	struct build_event e = {
		.uid = b->uid,
		.summary = event_title(a, host, type, b),
		.start = b->start,
		.end = b->end,
		.zone = event_zone(host, type),
		.stamp = stamp,
		.sequence = b->sequence,
		.location = b->location,
		.conference = b->join_url,
		.recurrence = b->rule,
		.tentative = b->status == BOOKING_IS_PENDING,
		.transparent = b->status == BOOKING_IS_PENDING && type && !type->pending_blocks,
		.organizer = {.name = owner_title(&host->owner), .address = host->owner.email},
		.attendees = &invitee,
		.attendee_count = 1,
	};

	return ical_build_event(a, &e, out);
}

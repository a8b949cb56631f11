/* event - a booking as a calendar event; see event.h */
#include "booking/event.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "ical/object.h"
#include "ical/walk.h"
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

static const struct fault *build(struct arena *a, const struct host *host,
				 const struct booking_type *type, const struct booking *b,
				 const struct event_people *hosts, int64_t stamp, struct text notes,
				 struct text *out)
{
	struct build_person *people = arena_alloc_array(a, hosts->count + 1, sizeof(*people));
	struct build_event e = {
		.uid = b->uid,
		.summary = event_title(a, host, type, b),
		.description = notes,
		.start = b->start,
		.end = b->end,
		.zone = event_zone(host, type),
		.stamp = stamp,
		.sequence = b->sequence,
		.location = b->location,
		.conference = b->join_url,
		.recurrence = b->rule,
		.tentative = b->status == BOOKING_IS_PENDING,
		.transparent = b->status == BOOKING_IS_PENDING && !b->awaits_invitee && type &&
			       !type->pending_blocks,
		.organizer = {.name = owner_title(&host->owner), .address = host->owner.email},
		.attendees = people,
		.attendee_count = hosts->count + 1,
	};

	people[0] = (struct build_person){
		.name = b->invitee_name,
		.address = b->invitee_email,
		.partstat = TEXT("NEEDS-ACTION"),
		.rsvp = true,
	};
	if (hosts->count > 0)
		memcpy(people + 1, hosts->at, hosts->count * sizeof(*people));
	return ical_build_event(a, &e, out);
}

/*
 * No answers and no other free text of the invitee: the event is mailed, and whoever
 * asked for it may have named somebody else's address (decisions 25).
 */
const struct fault *booking_event_build(struct arena *a, const struct host *host,
					const struct booking_type *type, const struct booking *b,
					const struct event_people *hosts, int64_t stamp,
					struct text *out)
{
	return build(a, host, type, b, hosts, stamp, TEXT_NONE, out);
}

const struct fault *booking_event_build_own(struct arena *a, const struct host *host,
					    const struct booking_type *type,
					    const struct booking *b,
					    const struct event_people *hosts, int64_t stamp,
					    struct text *out)
{
	return build(a, host, type, b, hosts, stamp, booking_event_notes(a, type, b), out);
}

/* ---- who is in it ------------------------------------------------------------------------------
 */

static struct text attendee_line(struct arena *a, const struct build_person *p)
{
	struct buf line;

	buf_init(&line, a, 128, 4096);
	buf_put_lit(&line, "ATTENDEE;CN=");
	ical_put_param(&line, p->name);
	buf_put_lit(&line, ";CUTYPE=");
	buf_put_text(&line, p->cutype.len > 0 ? p->cutype : TEXT("INDIVIDUAL"));
	buf_put_lit(&line, ";ROLE=REQ-PARTICIPANT;PARTSTAT=");
	buf_put_text(&line, p->partstat);
	if (p->rsvp)
		buf_put_lit(&line, ";RSVP=TRUE");
	buf_put_lit(&line, ":mailto:");
	buf_put_text(&line, p->address);
	return buf_text(&line);
}

void booking_event_add(struct ical_edit *e, struct arena *a, const struct ical_object *o,
		       const struct event_people *people)
{
	struct ical_walk walk;
	struct ical_line l;
	size_t at = 0;

	ical_walk_begin(&walk, a, o->raw, &o->blocks, o->items[0].block);
	while (ical_walk_line(&walk, &l))
		if (at == 0 || ical_line_is(&l, "ATTENDEE"))
			at = l.end;
	for (size_t i = 0; i < people->count; i++)
		ical_edit_insert_line(e, at, attendee_line(a, &people->at[i]));
}

void booking_event_remove(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			  const struct text *addresses, size_t count)
{
	for (size_t i = 0; i < o->item_count; i++) {
		struct ical_walk walk;
		struct ical_line l;

		ical_walk_begin(&walk, a, o->raw, &o->blocks, o->items[i].block);
		while (ical_walk_line(&walk, &l))
			if (ical_line_is(&l, "ATTENDEE") &&
			    ical_address_is_among(a, l.value, addresses, count))
				ical_edit_remove(e, l.begin, l.end);
	}
}

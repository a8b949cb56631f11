/* person - who somebody is in an object. See person.h. */
#include "itip/person.h"

#include "base/arena.h"
#include "ical/address.h"
#include "itip/roll.h"

static bool is_user(struct arena *a, const struct ical_attendee *p, const struct itip_user *user)
{
	return ical_address_is_among(a, p->address, user->addresses, user->count);
}

const struct ical_attendee *itip_organizer_of(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].has_organizer)
			return &o->items[i].organizer;
	return NULL;
}

const struct ical_attendee *itip_attendee_in(struct arena *a, const struct ical_item *item,
					     const struct itip_user *user)
{
	for (size_t i = 0; i < item->attendee_count; i++)
		if (is_user(a, &item->attendees[i], user))
			return &item->attendees[i];
	return NULL;
}

static bool has_attendees(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].attendee_count > 0)
			return true;
	return false;
}

enum itip_role itip_role_of(struct arena *a, const struct ical_object *o,
			    const struct itip_user *user)
{
	const struct ical_attendee *organizer = itip_organizer_of(o);

	if (!organizer)
		return ITIP_NOBODY;
	if (is_user(a, organizer, user))
		return has_attendees(o) ? ITIP_ORGANIZER : ITIP_NOBODY;
	if (organizer->agent != AGENT_SERVER)
		return ITIP_NOBODY;
	for (size_t i = 0; i < o->item_count; i++)
		if (itip_attendee_in(a, &o->items[i], user))
			return ITIP_ATTENDEE;
	return ITIP_STRANGER;
}

/* ---- everybody who is invited ------------------------------------------------------------ */

static void note_invitee(struct itip_invitee *i, struct text address, const struct ical_attendee *p)
{
	if (!i->first)
		*i = (struct itip_invitee){.address = address, .first = p};
	if (p->agent > i->agent)
		i->agent = p->agent;
	i->force_request = i->force_request || text_equal_nocase(p->force_send, TEXT("REQUEST"));
}

void itip_invitees(struct arena *a, const struct ical_object *o, struct itip_invitee **out,
		   size_t *count_out)
{
	const struct ical_attendee *organizer = itip_organizer_of(o);
	struct text organizer_address = TEXT_NONE;
	struct itip_roll roll;
	size_t most = 0;

	for (size_t i = 0; i < o->item_count; i++)
		most += o->items[i].attendee_count;
	itip_roll_init(&roll, a, most);
	*out = arena_alloc_array(a, most, sizeof(**out));
	if (organizer)
		organizer_address = ical_address(a, organizer->address);
	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < o->items[i].attendee_count; n++) {
			const struct ical_attendee *p = &o->items[i].attendees[n];
			struct text address = ical_address(a, p->address);

			if (address.len > 0 && !text_equal(address, organizer_address))
				note_invitee(&(*out)[itip_roll_number(&roll, address)], address, p);
		}
	*count_out = roll.count;
}

const struct fault *itip_check_one_organizer(struct arena *a, const struct ical_object *o)
{
	const struct ical_attendee *first = itip_organizer_of(o);
	struct text address;

	if (!first)
		return NULL;
	address = ical_address(a, first->address);
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].has_organizer &&
		    !ical_address_is_among(a, o->items[i].organizer.address, &address, 1))
			return fault_make(a, FAULT_SAME_ORGANIZER, NULL,
					  "All components of an object have the same organizer.");
	return NULL;
}

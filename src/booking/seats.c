/* seats - several invitees of one event; see seats.h */
#include "booking/seats.h"

#include "base/arena.h"
#include "booking/event.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/object.h"

const struct fault *seats_find(struct db *db, struct arena *a, int64_t owner,
			       const struct booking_type *type, int64_t start, int64_t end,
			       struct seats_event *out, bool *found_out)
{
	struct booking *all;
	size_t count;
	const struct fault *f;

	*out = (struct seats_event){.taken = 0};
	*found_out = false;
	if (type->seats <= 1)
		return NULL;
	f = booking_list_at(db, a, owner, type->id, start, &all, &count);
	for (size_t i = 0; !f && i < count; i++) {
		if (all[i].end != end || (*found_out && !text_equal(all[i].uid, out->first.uid)))
			continue;
		if (!*found_out)
			out->first = all[i];
		*found_out = true;
		out->taken += all[i].seats;
	}
	return f;
}

/* ---- the event ------------------------------------------------------------------------------ */

struct text seats_join(struct arena *a, const struct ical_object *o,
		       const struct booking_type *type, const struct booking *b)
{
	const struct build_person invitee = {
		.name = b->invitee_name,
		.address = b->invitee_email,
		.partstat = TEXT("NEEDS-ACTION"),
		.rsvp = true,
	};
	struct ical_edit *e = ical_edit_begin(a, o->raw);

	booking_event_add(e, a, o, &(struct event_people){&invitee, 1});
	booking_event_note(e, a, o, booking_event_notes(a, type, b));
	return ical_edit_apply(e);
}

struct text seats_leave(struct arena *a, const struct ical_object *o,
			const struct booking_type *type, const struct booking *b)
{
	struct text leaves = ical_address(a, b->invitee_email);
	struct ical_edit *e = ical_edit_begin(a, o->raw);

	booking_event_remove(e, a, o, &leaves, 1);
	booking_event_forget(e, a, o, booking_event_notes(a, type, b));
	return ical_edit_apply(e);
}

/* ---- what an invitee sees -------------------------------------------------------------------- */

/* Of all who booked this event, whatever became of it. */
struct others {
	struct text *at; /* but for the invitee themselves */
	size_t count;
	bool answered; /* anybody of them */
};

static const struct fault *find_others(struct db *db, struct arena *a, const struct booking *b,
				       struct others *out)
{
	struct text self = ical_address(a, b->invitee_email);
	struct booking *all;
	size_t count;
	const struct fault *f = booking_list_by_uid(db, a, b->owner, b->uid, &all, &count);

	*out = (struct others){.answered = booking_has_answers(b)};
	if (f || count == 0)
		return f;
	out->at = arena_alloc_array(a, count, sizeof(*out->at));
	for (size_t i = 0; i < count; i++) {
		out->answered = out->answered || booking_has_answers(&all[i]);
		if (!ical_address_is_among(a, all[i].invitee_email, &self, 1))
			out->at[out->count++] = ical_address(a, all[i].invitee_email);
	}
	return NULL;
}

const struct fault *seats_event_for(struct db *db, struct arena *a, const struct booking_type *type,
				    const struct booking *b, struct text event, struct text *out)
{
	bool shows = type && type->seats_show_others;
	struct ical_object *o;
	struct ical_edit *e;
	struct others others;
	const struct fault *f;

	*out = event;
	if (event.len == 0)
		return NULL;
	f = find_others(db, a, b, &others);
	if (f || (!others.answered && (shows || others.count == 0)))
		return f;
	f = ical_object_parse(a, event, ICAL_FROM_STORE, &o);
	if (f)
		return f;
	e = ical_edit_begin(a, event);
	if (!shows)
		booking_event_remove(e, a, o, others.at, others.count);
	if (others.answered)
		booking_event_hide(e, o);
	*out = ical_edit_apply(e);
	return NULL;
}

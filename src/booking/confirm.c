/* confirm - bookings that wait for their host's word; see book.h */
#include "booking/door_priv.h"

#include "base/arena.h"
#include "booking/conference.h"
#include "booking/team.h"
#include "ical/edit.h"

const struct fault *book_is_over(struct arena *a, const struct booking *b)
{
	return fault_make(a, FAULT_CANCELLED, NULL, "%s",
			  b->status == BOOKING_IS_CONFIRMED ? "This booking is confirmed already."
							    : "This booking is over.");
}

/* The host's event as one that takes place; every other byte stays. */
static struct text confirmed_event(struct arena *a, const struct ical_object *o,
				   const struct booking *b)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	size_t block = o->items[0].block;

	ical_edit_set_property(e, &o->blocks, block, "STATUS", TEXT("STATUS:CONFIRMED"));
	ical_edit_set_property(e, &o->blocks, block, "TRANSP", TEXT("TRANSP:OPAQUE"));
	book_stamp_event(e, a, o, b);
	return ical_edit_apply(e);
}

/* Scheduling tells the organizer, as of any answer. */
static const struct fault *accept_event(struct db *db, struct change *c, struct arena *a,
					const struct stored_object *event,
					const struct ical_object *o)
{
	const struct ical_object *answered;
	struct itip_user user;
	const struct fault *f = door_user(db, a, event->owner, &user);

	if (!f)
		f = door_answered(a, o, &user, door_partstat(BOOKING_IS_CONFIRMED), TEXT_NONE,
				  &answered);
	return f ? f : book_replace_event(c, a, event, answered->raw);
}

static const struct fault *confirm_event(struct booking_desk *desk, struct db *db, struct change *c,
					 struct arena *a, const struct booking *after)
{
	struct stored_object *event;
	const struct ical_object *o;
	const struct host *host;
	struct event_people hosts;
	struct text raw;
	const struct fault *f = booking_event_find(db, a, after, &event);

	if (f || !event)
		return f;
	o = booking_event_read(a, event);
	if (after->received)
		return o ? accept_event(db, c, a, event, o) : NULL;
	if (o)
		return book_replace_event(c, a, event, confirmed_event(a, o, after));
	f = host_get(desk, db, a, after->owner, &host);
	if (!f)
		f = team_people_find(db, a, after, &hosts);
	if (!f && host)
		f = booking_event_build_own(a, host, host_type_by_id(host, after->type), after,
					    &hosts, after->modified, &raw);
	return f || !host ? f : book_replace_event(c, a, event, raw);
}

/* The time is taken for good, of everybody who is needed. */
static const struct fault *confirm_holds(struct change *c, struct db *db, struct arena *a,
					 const struct booking *b)
{
	struct hold h = {
		.start = b->start,
		.end = b->end,
		.reason = HOLD_BOOKING,
		.booking = booking_holder(b),
	};
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(db, a, b, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++) {
		h.owner = hosts[i].host;
		f = change_confirm_hold(c, &h);
	}
	return f;
}

const struct fault *book_build_confirmed(struct booking_desk *desk, struct db *db, struct arena *a,
					 const struct booking *b, struct booking_deed deed,
					 int64_t now, struct change **change_out,
					 struct booking *after)
{
	struct change *c;
	struct job mail;
	int64_t wait_s;
	const struct fault *f = conference_wait(desk, db, a, b, &wait_s);

	if (f)
		return f;
	after->status = BOOKING_IS_CONFIRMED;
	after->awaits_invitee = false;
	after->lapses_at = 0;
	after->version++;
	after->modified = now;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, now);
	f = change_update_booking(c, after, deed);
	if (!f)
		f = confirm_holds(c, db, a, b);
	if (!f)
		f = confirm_event(desk, db, c, a, after);
	mail = booking_request_job(a, after, now);
	mail.due_at += wait_s;
	if (!f && !after->received)
		f = change_job(c, &mail);
	*change_out = f ? NULL : c;
	return f;
}

/*
 * Also of one that awaits its invitee: whoever says so knows them, and may invite whom they like.
 */
const struct fault *book_prepare_confirm(struct booking_desk *desk, struct db *db, struct arena *a,
					 const struct booking *b, int64_t now,
					 struct change **change_out, struct booking *after)
{
	const struct booking_deed deed = {.what = BOOKING_WAS_CONFIRMED, .who = BOOKING_BY_HOST};

	*change_out = NULL;
	*after = *b;
	if (b->status == BOOKING_IS_CONFIRMED)
		return NULL;
	if (b->status != BOOKING_IS_PENDING)
		return book_is_over(a, b);
	return book_build_confirmed(desk, db, a, b, deed, now, change_out, after);
}

const struct fault *book_prepare_decline(struct booking_desk *desk, struct db *db, struct arena *a,
					 const struct booking *b, const struct book_by *by,
					 struct change **change_out, struct booking *after)
{
	enum booking_event what =
		by->who == BOOKING_BY_SERVER ? BOOKING_HAS_LAPSED : BOOKING_WAS_DECLINED;

	*change_out = NULL;
	*after = *b;
	if (b->status == BOOKING_IS_DECLINED)
		return NULL;
	if (b->status != BOOKING_IS_PENDING)
		return book_is_over(a, b);
	return book_build_end(desk, db, a, b, by, what, change_out, after);
}

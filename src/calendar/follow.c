/*
 * follow - a booking follows its event
 *
 * What becomes of a booking when its host moves or deletes the event in a
 * calendar app: the booking follows, and the invitee is told (booking case G5).
 */

#include "calendar/change_priv.h"
#include "freebusy/collect.h"
#include "ical/expand.h"
#include "ical/zone.h"

/*
 * Store it, and tell the invitee of a meeting that is not over, neither where it stood
 * (until) nor where it stands. Answers that came in by iTIP are answered there.
 */
static const struct fault *follow_update(struct change *c, struct db *db, struct booking *b,
					 const char *method, int64_t until)
{
	struct job mail;
	bool changed;
	const struct fault *f;

	b->version++;
	b->modified = c->now;
	f = booking_update(db, c->arena, b, &changed);
	if (!f && !changed)
		f = fault_make(c->arena, FAULT_CONFLICT, NULL, "The booking has just changed.");
	if (f || !method || c->origin == CHANGE_ITIP || max64(until, b->end) <= c->now)
		return f;
	mail = booking_mail_job(c->arena, b, method, c->now);
	return change_apply_job(c, db, &mail);
}

static const struct fault *follow_end(struct change *c, struct db *db, struct booking *b)
{
	const struct fault *f = hold_release(db, c->arena, b->owner, b->id);

	b->status = BOOKING_IS_CANCELLED;
	b->sequence = booking_next_sequence(b, 0);
	return f ? f : follow_update(c, db, b, "CANCEL", b->end);
}

/* The host is obeyed, also over another booking: that hold is then a forced one. */
static const struct fault *follow_hold(struct change *c, struct db *db, const struct booking *b)
{
	struct hold h = {
		.owner = b->owner,
		.start = b->start,
		.end = b->end,
		.reason = HOLD_BOOKING,
		.booking = b->id,
	};
	bool taken = false;
	const struct fault *f = hold_release(db, c->arena, b->owner, b->id);

	if (!f)
		f = hold_take(db, c->arena, &h, c->now, &taken);
	if (!f && taken)
		f = hold_force(db, c->arena, &h);
	return f;
}

/* The zone of all-day and floating times in the calendar where the event stands. */
static const struct fault *event_zone(struct change *c, struct db *db,
				      const struct stored_object *at, const struct zone **out)
{
	struct collection *in = NULL;
	struct owner *owner;
	const struct fault *f = owner_get(db, c->arena, at->owner, &owner);

	*out = zone_utc();
	if (!f)
		f = collection_get(db, c->arena, at->owner, at->collection, &in);
	if (!f && owner && in)
		*out = freebusy_zone(owner, in);
	return f;
}

/* The end of a single event: DTEND, or DTSTART and DURATION, or its start. */
static int64_t item_end(const struct ical_item *item, const struct zone *zone)
{
	int64_t start = ical_time_utc(&item->dtstart, zone);
	struct duration day = {.days = 1};

	if (item->dtend.present)
		return ical_time_utc(&item->dtend, zone);
	if (item->dtstart.form == TIME_UTC)
		zone = NULL;
	else if (item->dtstart.zone)
		zone = item->dtstart.zone;
	if (item->has_duration)
		return zone_later(zone, start, item->duration);
	return item->dtstart.form == TIME_DATE ? zone_later(zone, start, day) : start;
}

/* Of several events with one UID only the booking's own moves it. */
static const struct fault *is_booked_one(struct change *c, struct db *db, const struct booking *b,
					 const struct stored_object *at, bool *out)
{
	struct stored_object *own = NULL;
	const struct fault *f = booking_event_find(db, c->arena, b, &own);

	*out = own && own->id == at->id;
	return f;
}

/* The event stands there now. True if it did so before. */
static bool follow_place(struct booking *b, const struct stored_object *at)
{
	bool same = b->collection == at->collection && text_equal(b->object_name, at->name);

	b->collection = at->collection;
	b->object_name = at->name;
	return same;
}

static const struct fault *follow_to(struct change *c, struct db *db, struct booking *b,
				     const struct stored_object *at, const struct ical_item *item)
{
	bool same_place = follow_place(b, at);
	int64_t start, end, was_until = b->end;
	const struct zone *zone;
	const struct fault *f = event_zone(c, db, at, &zone);

	if (f)
		return f;
	start = ical_time_utc(&item->dtstart, zone);
	end = item_end(item, zone);
	if ((start == b->start && end == b->end) || end <= start)
		return same_place ? NULL : follow_update(c, db, b, NULL, 0);
	b->start = start;
	b->end = end;
	/* The host's program has raised SEQUENCE by itself, or should have. */
	b->sequence = item->sequence > b->sequence ? item->sequence : booking_next_sequence(b, 0);
	f = follow_hold(c, db, b);
	return f ? f : follow_update(c, db, b, "REQUEST", was_until);
}

const struct fault *booking_follow_move(struct change *c, struct db *db,
					const struct stored_object *at, const struct ical_object *o)
{
	struct booking *b;
	bool counts;
	const struct fault *f = booking_find_by_uid(db, c->arena, at->owner, o->uid, &b);

	if (f || !b || b->status != BOOKING_IS_CONFIRMED || o->type != COMP_VEVENT)
		return f;
	f = is_booked_one(c, db, b, at, &counts);
	if (f || !counts)
		return f;
	if (o->items[0].status == STATUS_CANCELLED)
		return follow_end(c, db, b);
	return follow_to(c, db, b, at, &o->items[0]);
}

/* The host's program moved the event to another calendar: stored there first, then removed here. */
static const struct fault *follow_elsewhere(struct change *c, struct db *db, struct booking *b,
					    const struct stored_object *at)
{
	struct ical_object *o;

	if (!ical_object_parse(c->arena, at->data, ICAL_FROM_STORE, &o))
		return booking_follow_move(c, db, at, o);
	return follow_place(b, at) ? NULL : follow_update(c, db, b, NULL, 0);
}

const struct fault *booking_follow_removal(struct change *c, struct db *db, int64_t owner,
					   struct text uid)
{
	struct stored_object *other;
	struct booking *b;
	const struct fault *f = booking_find_by_uid(db, c->arena, owner, uid, &b);

	if (f || !b || b->status != BOOKING_IS_CONFIRMED)
		return f;
	f = booking_event_find(db, c->arena, b, &other);
	if (f)
		return f;
	return other ? follow_elsewhere(c, db, b, other) : follow_end(c, db, b);
}

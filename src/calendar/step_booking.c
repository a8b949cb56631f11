/*
 * step_booking - holds, bookings and idempotency keys inside a change
 *
 * Also what becomes of a booking when its host moves or deletes the event in a
 * calendar app: the booking follows, and the invitee is told (booking case G5).
 */

#include "base/buf.h"
#include "calendar/change_priv.h"
#include "ical/expand.h"
#include "ical/zone.h"

/* ---- hold ------------------------------------------------------------------------ */

static const struct fault *hold_apply(struct change *c, struct step *s, struct db *db)
{
	bool taken;
	const struct fault *f = hold_take(db, c->arena, s->data, c->now, &taken);

	if (!f && taken)
		f = fault_make(c->arena, FAULT_SLOT_TAKEN, "held", "This time was just taken.");
	return f;
}

static const struct step_kind hold_kind = {.name = "take-hold", .apply = hold_apply};

const struct fault *change_take_hold(struct change *c, const struct hold *h)
{
	struct hold *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *h;
	change_add_step(c, &hold_kind, h->owner, copy);
	return NULL;
}

static const struct fault *release_apply(struct change *c, struct step *s, struct db *db)
{
	struct hold *h = s->data;

	return hold_release(db, c->arena, h->owner, h->booking);
}

static const struct step_kind release_kind = {.name = "release-hold", .apply = release_apply};

const struct fault *change_release_hold(struct change *c, int64_t owner, struct text booking)
{
	struct hold *h = arena_alloc(c->arena, sizeof(*h));

	*h = (struct hold){.owner = owner, .booking = booking};
	change_add_step(c, &release_kind, owner, h);
	return NULL;
}

/* ---- booking ---------------------------------------------------------------------- */

static const struct fault *add_apply(struct change *c, struct step *s, struct db *db)
{
	return booking_add(db, c->arena, s->data);
}

static const struct step_kind add_kind = {.name = "add-booking", .apply = add_apply};

const struct fault *change_add_booking(struct change *c, const struct booking *b)
{
	struct booking *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *b;
	change_add_step(c, &add_kind, b->owner, copy);
	return NULL;
}

static const struct fault *update_apply(struct change *c, struct step *s, struct db *db)
{
	bool changed;
	const struct fault *f = booking_update(db, c->arena, s->data, &changed);

	if (!f && !changed)
		f = fault_make(c->arena, FAULT_PRECONDITION, NULL,
			       "The booking has changed since; load it and try again.");
	return f;
}

static const struct step_kind update_kind = {.name = "update-booking", .apply = update_apply};

const struct fault *change_update_booking(struct change *c, const struct booking *b)
{
	struct booking *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *b;
	change_add_step(c, &update_kind, b->owner, copy);
	return NULL;
}

/* ---- idempotency key ---------------------------------------------------------------- */

static const struct fault *key_apply(struct change *c, struct step *s, struct db *db)
{
	return booking_key_add(db, c->arena, s->data, c->now);
}

static const struct step_kind key_kind = {.name = "remember-key", .apply = key_apply};

const struct fault *change_remember_key(struct change *c, const struct booking_key *k)
{
	struct booking_key *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *k;
	change_add_step(c, &key_kind, k->owner, copy);
	return NULL;
}

/* ---- a booking follows its event --------------------------------------------------------- */

static const struct fault *follow_mail(struct change *c, struct db *db, const struct booking *b,
				       const char *method)
{
	struct job mail = {.owner = b->owner, .kind = TEXT("mail"), .due_at = c->now};

	mail.key = text_from(
		arena_printf(c->arena, "%.*s/%d/%s", TEXT_ARG(b->id), (int)b->sequence, method));
	mail.payload = text_from(
		arena_printf(c->arena, "{\"booking\":\"%.*s\",\"method\":\"%s\",\"sequence\":%d}",
			     TEXT_ARG(b->id), method, (int)b->sequence));
	return change_apply_job(c, db, &mail);
}

static const struct fault *follow_update(struct change *c, struct db *db, struct booking *b,
					 const char *method)
{
	bool changed;
	const struct fault *f;

	b->sequence++;
	b->version++;
	b->modified = c->now;
	f = booking_update(db, c->arena, b, &changed);
	if (!f && !changed)
		f = fault_make(c->arena, FAULT_CONFLICT, NULL, "The booking has just changed.");
	if (!f && (c->origin == CHANGE_CLIENT || c->origin == CHANGE_PROVIDER))
		f = follow_mail(c, db, b, method);
	return f;
}

const struct fault *booking_follow_removal(struct change *c, struct db *db, int64_t owner,
					   struct text uid)
{
	struct booking *b;
	const struct fault *f = booking_find_by_uid(db, c->arena, owner, uid, &b);

	if (f || !b || b->status != BOOKING_IS_CONFIRMED)
		return f;
	b->status = BOOKING_IS_CANCELLED;
	f = hold_release(db, c->arena, owner, b->id);
	if (!f)
		f = follow_update(c, db, b, "CANCEL");
	return f;
}

/* The end of a single event: DTEND, or DTSTART and DURATION, or its start. */
static int64_t item_end(const struct ical_item *item, const struct zone *zone)
{
	int64_t start = ical_time_utc(&item->dtstart, zone);

	if (item->dtend.present)
		return ical_time_utc(&item->dtend, zone);
	if (item->has_duration)
		return start + item->duration.days * DAY_SECONDS + item->duration.seconds;
	return start;
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

const struct fault *booking_follow_move(struct change *c, struct db *db, int64_t owner,
					const struct ical_object *o)
{
	const struct ical_item *item = &o->items[0];
	struct booking *b;
	int64_t start, end;
	const struct fault *f = booking_find_by_uid(db, c->arena, owner, o->uid, &b);

	if (f || !b || b->status != BOOKING_IS_CONFIRMED)
		return f;
	if (item->status == STATUS_CANCELLED)
		return booking_follow_removal(c, db, owner, o->uid);
	start = ical_time_utc(&item->dtstart, zone_utc());
	end = item_end(item, zone_utc());
	if ((start == b->start && end == b->end) || end <= start)
		return NULL;
	b->start = start;
	b->end = end;
	f = follow_hold(c, db, b);
	if (!f)
		f = follow_update(c, db, b, "REQUEST");
	return f;
}

/*
 * follow - a booking follows its event
 *
 * What becomes of a booking when its host changes the event in a calendar app (booking case G5),
 * and what its invitee hears of that:
 *
 * - moved, or its recurrence changed: REQUEST, and the booking stands where the event first does;
 * - the invitee taken off, cancelled, gone: CANCEL, and the booking is cancelled;
 * - one that is to be confirmed set to CONFIRMED: REQUEST, and it is confirmed; until then nobody
 *   is told anything, but what would cancel it declines it, and a plain notice says so;
 * - anything else: nothing.
 *
 * Where several bookings share an event, each follows it, and the hold goes with the last of them.
 * What was booked as a series stays one: each instance that is neither taken out nor cancelled is
 * held. Any other booking is one meeting: of an event that its host lets recur, it is the first
 * such instance, and the others are busy time like any event's. SEQUENCE rises with each such
 * change and nothing else (RFC 5546 §2.1.4, booking case G1), in the event as well: programs that
 * leave it as it was, or out, have it set for them.
 */

#include "calendar/follow_priv.h"
#include "calendar/rights.h"

/* A series is not over with its first instance. */
static void lasts_until(struct follow *w, const struct ical_object *o,
			const struct stored_object *at)
{
	if (o && follow_recurs(o))
		w->until = max64(w->until, at->last_end);
}

/* From here on it is about this one. */
static const struct fault *turn_to(struct follow *w, struct booking *b)
{
	w->booking = b;
	return schedule_person(w->db, w->c->arena, b->invitee_email, &w->invitee);
}

/* ---- what follows ---------------------------------------------------------------------------- */

static const struct fault *follow_update(struct follow *w)
{
	struct booking *b = w->booking;
	bool changed;
	const struct fault *f;

	b->version++;
	b->modified = w->c->now;
	f = booking_update(w->db, w->c->arena, b, &changed);
	if (!f && !changed)
		f = fault_make(w->c->arena, FAULT_CONFLICT, NULL, "The booking has just changed.");
	return f;
}

/* The same, as a step of its history. */
static const struct fault *follow_step(struct follow *w, enum booking_event what, int64_t from)
{
	struct booking_deed deed = {.what = what, .who = BOOKING_BY_CALENDAR, .from = from};
	const struct fault *f;

	w->booking->reason = TEXT_NONE;
	f = follow_update(w);
	return f ? f : booking_record(w->c, w->db, w->booking, deed);
}

/*
 * A meeting that is over is history. Answers that came in by iTIP are answered there, and the
 * organizer of what the host was invited to hears by scheduling.
 */
static const struct fault *follow_tell(struct follow *w, const struct job *mail)
{
	const struct fault *f;

	if (w->c->origin == CHANGE_ITIP || w->until <= w->c->now || w->booking->received)
		return NULL;
	f = schedule_may_send(w->c, w->db, w->booking->owner, RIGHT_SEND_INVITE);
	return f ? f : change_apply_job(w->c, w->db, mail);
}

static const struct fault *follow_end(struct follow *w)
{
	struct booking *b = w->booking;
	bool told = b->status == BOOKING_IS_CONFIRMED, asked = booking_hears_decline(b);
	const struct fault *f = booking_need_locked(w->c, w->db, b);
	struct job mail;

	if (--w->left == 0 && !f)
		f = follow_release(w);
	b->status = told ? BOOKING_IS_CANCELLED : BOOKING_IS_DECLINED;
	b->sequence = follow_next_sequence(w);
	if (!f && b->link.len > 0)
		f = link_give_back(w->db, w->c->arena, b->owner, b->link);
	if (!f)
		f = follow_step(w, told ? BOOKING_WAS_CANCELLED : BOOKING_WAS_DECLINED, 0);
	if (f || !(told || asked))
		return f;
	mail = told ? booking_cancel_job(w->c->arena, b, w->was, w->c->now)
		    : booking_declined_job(w->c->arena, b, w->c->now);
	return follow_tell(w, &mail);
}

/* The event stands there now. True if it did so before. */
static bool follow_place(struct booking *b, const struct stored_object *at)
{
	bool same = b->collection == at->collection && text_equal(b->object_name, at->name);

	b->collection = at->collection;
	b->object_name = at->name;
	return same;
}

static const struct fault *follow_to(struct follow *w, const struct follow_course *course)
{
	struct booking *b = w->booking;
	const struct busy_period *first = &course->at[0], *last = &course->at[course->count - 1];
	bool confirms = follow_is_confirmed(w);
	bool holds =
		confirms || b->rule.len > 0 || first->start != b->start || first->end != b->end;
	int64_t from = b->start;
	struct job mail;
	const struct fault *f = booking_need_locked(w->c, w->db, b);

	if (confirms) {
		b->status = BOOKING_IS_CONFIRMED;
		b->awaits_invitee = false;
		b->lapses_at = 0;
	}
	b->start = first->start;
	b->end = first->end;
	b->rule = course->rule;
	w->until = max64(w->until, last->end);
	if (!f && holds)
		f = follow_hold(w, course);
	b->sequence = follow_next_sequence(w);
	if (!f)
		f = follow_step(w, confirms ? BOOKING_WAS_CONFIRMED : BOOKING_WAS_MOVED, from);
	if (f || b->status != BOOKING_IS_CONFIRMED)
		return f;
	mail = booking_request_job(w->c->arena, b, w->c->now);
	return follow_tell(w, &mail);
}

static const struct fault *follow_change(struct follow *w)
{
	bool same_place = follow_place(w->booking, w->at);
	struct follow_course course;
	const struct fault *f = follow_judge(w, &course);

	if (f)
		return f;
	switch (course.verdict) {
	case FOLLOW_ENDS: return follow_end(w);
	case FOLLOW_GOES_ELSEWHEN: return follow_to(w, &course);
	default: return same_place ? NULL : follow_update(w);
	}
}

/* Of several events with one UID only the booking's own moves it. */
static const struct fault *is_booked_one(struct change *c, struct db *db, const struct booking *b,
					 const struct stored_object *at, bool *out)
{
	struct stored_object *own = NULL;
	const struct fault *f =
		object_find_uid_anywhere(db, c->arena, b->owner, b->uid, b->collection, &own);

	*out = own && own->id == at->id;
	return f;
}

/* The bookings of an event that stand. */
static const struct fault *find_standing(struct follow *w, int64_t owner, struct text uid)
{
	size_t count;
	const struct fault *f =
		booking_list_by_uid(w->db, w->c->arena, owner, uid, &w->all, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (booking_stands(&w->all[i]))
			w->all[w->count++] = w->all[i];
	w->left = w->count;
	return f;
}

/* The bookings whose own event stands at w->at; none where it is another one. */
static const struct fault *find_bookings(struct follow *w)
{
	const struct stored_object *at = w->at;
	bool counts = false;
	const struct fault *f = NULL;

	if (w->is->type == COMP_VEVENT)
		f = find_standing(w, at->owner, w->is->uid);
	if (!f && w->count > 0)
		f = is_booked_one(w->c, w->db, &w->all[0], at, &counts);
	if (!counts)
		w->count = w->left = 0;
	return f;
}

const struct fault *booking_follow_put(struct change *c, struct db *db,
				       const struct stored_object *at, const struct ical_object *o,
				       const struct stored_object *was, struct text *raw_out)
{
	struct follow w = {.c = c, .db = db, .at = at, .is = o};
	int32_t sequence = o->items[0].sequence;
	const struct fault *f = find_bookings(&w);

	*raw_out = o->raw;
	if (f || w.count == 0)
		return f;
	w.was = booking_event_read(c->arena, was);
	for (size_t i = 0; i < w.count && !f; i++) {
		f = turn_to(&w, &w.all[i]);
		w.until = w.booking->end;
		lasts_until(&w, w.was, was);
		lasts_until(&w, o, at);
		if (!f)
			f = follow_change(&w);
		if (w.booking->sequence > sequence)
			sequence = w.booking->sequence;
	}
	/* What the invitees were told stays the least that the event says, whoever forgets it. */
	if (!f && o->items[0].sequence < sequence)
		*raw_out = booking_event_at(c->arena, o, sequence);
	return f;
}

const struct fault *booking_follow_sequence(struct change *c, struct db *db,
					    const struct ical_object *o,
					    const struct stored_object *was, int32_t *out)
{
	struct follow w = {.c = c, .db = db, .at = was, .is = o};
	struct follow_course course;
	const struct fault *f = find_bookings(&w);

	*out = 0;
	if (w.count > 0)
		w.was = booking_event_read(c->arena, was);
	for (size_t i = 0; i < w.count && !f; i++) {
		int32_t least;

		f = turn_to(&w, &w.all[i]);
		if (!f)
			f = follow_judge(&w, &course);
		if (f)
			break;
		least = course.verdict == FOLLOW_STAYS ? w.booking->sequence
						       : follow_next_sequence(&w);
		if (least > *out)
			*out = least;
	}
	return f;
}

/* ---- newer zone data, and removed -------------------------------------------------------------
 */

/* The same event with other bytes, for those who sync it. */
static const struct fault *rewrite(struct change *c, struct db *db, const struct stored_object *at,
				   struct text raw)
{
	struct stored_object o = *at;
	const struct fault *f = change_next_seq(c, db, o.owner, o.collection, PUSH_CONTENT, &o.seq);

	o.data = raw;
	o.size_bytes = (int64_t)raw.len;
	o.etag = object_etag(c->arena, raw);
	o.modified = c->now;
	return f ? f : object_write(db, c->arena, &o, &o.id);
}

const struct fault *booking_follow_zones(struct change *c, struct db *db,
					 const struct stored_object *at,
					 const struct ical_object *o)
{
	struct text raw;
	const struct fault *f = booking_follow_put(c, db, at, o, at, &raw);

	return f || raw.at == o->raw.at ? f : rewrite(c, db, at, raw);
}

/* Where nobody can read what it says now, the bookings at least stand where it does. */
static const struct fault *follow_unread(struct follow *w, const struct stored_object *at)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < w->count && !f; i++) {
		w->booking = &w->all[i];
		if (!follow_place(w->booking, at))
			f = follow_update(w);
	}
	return f;
}

/* The host's program moved the event to another calendar: stored there first, then removed here. */
static const struct fault *follow_elsewhere(struct follow *w, const struct stored_object *at,
					    const struct stored_object *gone)
{
	const struct booking *b = &w->all[0];
	bool was_own = b->collection == gone->collection && text_equal(b->object_name, gone->name);
	struct ical_object *o;
	struct text raw;
	const struct fault *f;

	if (ical_object_parse(w->c->arena, at->data, ICAL_FROM_STORE, &o))
		return follow_unread(w, at);
	f = booking_follow_put(w->c, w->db, at, o, was_own ? gone : NULL, &raw);
	if (f || raw.at == at->data.at)
		return f;
	return rewrite(w->c, w->db, at, raw);
}

static const struct fault *follow_gone(struct follow *w, const struct stored_object *gone)
{
	const struct fault *f = NULL;

	w->was = booking_event_read(w->c->arena, gone);
	for (size_t i = 0; i < w->count && !f; i++) {
		w->booking = &w->all[i];
		w->until = w->booking->end;
		lasts_until(w, w->was, gone);
		f = follow_end(w);
	}
	return f;
}

const struct fault *booking_follow_removal(struct change *c, struct db *db,
					   const struct stored_object *gone)
{
	struct follow w = {.c = c, .db = db};
	struct stored_object *other, *whole = NULL;
	const struct fault *f = find_standing(&w, gone->owner, gone->uid);

	if (f || w.count == 0)
		return f;
	if (gone->data.len == 0 && gone->size_bytes <= BOOKING_EVENT_MAX) {
		f = object_get(db, c->arena, gone->owner, gone->id, &whole);
		gone = whole ? whole : gone;
	}
	if (!f)
		f = booking_event_find(db, c->arena, &w.all[0], &other);
	if (f)
		return f;
	return other ? follow_elsewhere(&w, other, gone) : follow_gone(&w, gone);
}

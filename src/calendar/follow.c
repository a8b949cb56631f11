/*
 * follow - a booking follows its event
 *
 * What becomes of a booking when its host changes the event in a calendar app (booking case G5),
 * and what its invitee hears of that:
 *
 * - moved, or its recurrence changed: REQUEST, and the booking stands where the event first does;
 * - the invitee taken off, cancelled, gone: CANCEL, and the booking is cancelled;
 * - one that is to be confirmed set to CONFIRMED: REQUEST, and it is confirmed; until then nobody
 *   is told anything, and what would cancel it declines it;
 * - anything else: nothing.
 *
 * Where several bookings share an event, each follows it, and the hold goes with the last of them.
 * A booking is one meeting: of an event that its host lets recur, the booking and its hold are the
 * first instance that is neither taken out nor cancelled, and the others are busy time like any
 * event's. SEQUENCE rises with each such change and nothing else (RFC 5546 §2.1.4, booking case
 * G1), in the event as well: programs that leave it as it was, or out, have it set for them.
 */

#include "base/buf.h"
#include "calendar/rights.h"
#include "calendar/schedule_priv.h"
#include "freebusy/collect.h"
#include "ical/address.h"
#include "ical/expand.h"
#include "ical/walk.h"
#include "ical/zone.h"

/* So many instances of a series are looked at, to find one that is not cancelled. */
enum { FOLLOW_INSTANCES = 64 };

/* One booking, and its event before and after. */
struct follow {
	struct change *c;
	struct db *db;
	struct booking *booking;
	struct booking *all; /* that stand, and share the event; booking is one of them */
	size_t count, left;  /* left: how many of them stand still */
	const struct stored_object *at;	    /* where it stands; NULL: it is gone */
	const struct ical_object *is, *was; /* NULL: gone; not known */
	int64_t until;			    /* when the last of it is over */
	struct itip_user invitee;	    /* of the booking, by all their addresses */
};

/* ---- what an event says ------------------------------------------------------------------- */

static bool recurs(const struct ical_object *o)
{
	const struct ical_item *first = &o->items[0];

	return first->has_rule || first->rdates.count > 0 || first->period_count > 0 ||
	       o->item_count > 1;
}

/* A series is not over with its first instance. */
static void lasts_until(struct follow *w, const struct ical_object *o,
			const struct stored_object *at)
{
	if (o && recurs(o))
		w->until = max64(w->until, at->last_end);
}

static bool line_is_among(const struct ical_line *l, const char *const *names)
{
	for (; *names; names++)
		if (ical_line_is(l, *names))
			return true;
	return false;
}

/* The lines that say when else it takes place; empty for an event that does not recur. */
static struct text series_of(struct arena *a, const struct ical_object *o)
{
	static const char *const rules[] = {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", NULL};
	static const char *const times[] = {"DTSTART", "DTEND", "DURATION", "STATUS", NULL};
	struct ical_walk walk;
	struct ical_line l;
	struct buf b;

	buf_init(&b, a, 64, o->raw.len + 1);
	for (size_t i = 0; i < o->item_count; i++) {
		bool override = o->items[i].recurrence_id.present;

		ical_walk_begin(&walk, a, o->raw, &o->blocks, o->items[i].block);
		while (ical_walk_line(&walk, &l)) {
			if (!line_is_among(&l, rules) && !(override && line_is_among(&l, times)))
				continue;
			buf_put_text(&b, l.name);
			buf_put_text(&b, l.params);
			buf_put_char(&b, ':');
			buf_put_text(&b, l.value);
			buf_put_char(&b, '\n');
		}
	}
	return buf_text(&b);
}

/* From here on it is about this one. */
static const struct fault *turn_to(struct follow *w, struct booking *b)
{
	w->booking = b;
	return schedule_person(w->db, w->c->arena, b->invitee_email, &w->invitee);
}

static bool is_named(const struct follow *w, const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (itip_attendee_in(w->c->arena, &o->items[i], &w->invitee))
			return true;
	return false;
}

/*
 * The host took the invitee off the event. Programs that know nothing of scheduling leave
 * ORGANIZER out as well when they move an event: that takes nobody off.
 */
static bool is_taken_off(const struct follow *w, bool moved)
{
	return w->was && is_named(w, w->was) && !is_named(w, w->is) &&
	       (!moved || w->is->items[0].has_organizer);
}

/* The host's program says that it takes place, and did not before. */
static bool is_confirmed_by(const struct follow *w)
{
	return w->booking->status == BOOKING_IS_PENDING && w->was &&
	       w->was->items[0].status == STATUS_TENTATIVE &&
	       w->is->items[0].status == STATUS_CONFIRMED;
}

static bool is_another_series(const struct follow *w)
{
	return w->was && !text_equal(series_of(w->c->arena, w->was), series_of(w->c->arena, w->is));
}

/* Past all that the invitee may have seen; the host's program may have counted on by itself. */
static int32_t next_sequence(const struct follow *w)
{
	int32_t next = booking_next_sequence(w->booking, w->was ? w->was->items[0].sequence : 0);

	return w->is && w->is->items[0].sequence > next ? w->is->items[0].sequence : next;
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
		*out = freebusy_zone(c->arena, owner, in);
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

/* Of a series: the first instance that is left; false: there is none. */
static bool first_of_series(const struct follow *w, const struct zone *zone, int64_t *start,
			    int64_t *end)
{
	struct expand_limits limits = {PLAN_EXTENT_STEPS, FOLLOW_INSTANCES};
	struct expansion x;
	bool local;

	/* As long as it is not known, the booking stays where it is. */
	*start = w->booking->start;
	*end = w->booking->end;
	if (ical_expand(w->c->arena, w->is, TIME_MIN, TIME_MAX, NULL, 0, limits, &x))
		return true;
	for (size_t i = 0; i < x.count; i++) {
		const struct occurrence *o = &x.at[i];

		if (!x.complete && o->start >= x.complete_until)
			break; /* one before it may be missing */
		if (w->is->items[o->item].status == STATUS_CANCELLED)
			continue;
		/* What counts is wider than the event where nobody knows its zone. */
		local = o->floating || o->start < o->dtstart;
		*start = local ? zone_to_utc(zone, o->dtstart) : o->dtstart;
		*end = local ? zone_to_utc(zone, o->dtend) : o->dtend;
		return true;
	}
	return !x.complete;
}

/* When the event first takes place; false: at no time. */
static bool first_instance(const struct follow *w, const struct zone *zone, int64_t *start,
			   int64_t *end)
{
	const struct ical_item *item = &w->is->items[0];

	if (recurs(w->is))
		return first_of_series(w, zone, start, end);
	*start = ical_time_utc(&item->dtstart, zone);
	*end = item_end(item, zone);
	return true;
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
	struct booking_deed deed = {what, BOOKING_BY_CALENDAR, from};
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

/*
 * Nobody's time is taken any more, and whose turn it was gets it back. Hosts of a team are locked,
 * as they are told in the same change that their copy is cancelled.
 */
static const struct fault *release_holders(struct follow *w)
{
	const struct booking *b = w->booking;
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(w->db, w->c->arena, b, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++) {
		struct team_claim x = {b->owner, b->type,	hosts[i].host,
				       0,	 hosts[i].cost, b->created};

		f = hold_release(w->db, w->c->arena, hosts[i].host, booking_holder(b));
		if (!f && x.cost > 0)
			f = team_turn_give_back(w->db, w->c->arena, &x);
	}
	return f;
}

static const struct fault *follow_end(struct follow *w)
{
	struct booking *b = w->booking;
	bool told = b->status == BOOKING_IS_CONFIRMED;
	const struct fault *f = NULL;
	struct job mail;

	if (--w->left == 0)
		f = release_holders(w);
	b->status = told ? BOOKING_IS_CANCELLED : BOOKING_IS_DECLINED;
	b->sequence = next_sequence(w);
	if (!f && b->link.len > 0)
		f = link_give_back(w->db, w->c->arena, b->owner, b->link);
	if (!f)
		f = follow_step(w, told ? BOOKING_WAS_CANCELLED : BOOKING_WAS_DECLINED, 0);
	if (f || !told)
		return f;
	mail = booking_cancel_job(w->c->arena, b, w->was, w->c->now);
	return follow_tell(w, &mail);
}

/* The host is obeyed, also over another booking: that hold is then a forced one. */
static const struct fault *hold_anew(struct follow *w, int64_t host)
{
	const struct booking *b = w->booking;
	struct hold h = {
		.owner = host,
		.start = b->start,
		.end = b->end,
		.reason = b->status == BOOKING_IS_PENDING ? HOLD_PENDING : HOLD_BOOKING,
		.booking = booking_holder(b),
	};
	bool held, taken = false;
	const struct fault *f = hold_exists(w->db, w->c->arena, host, h.booking, &held);

	/* What waits to be confirmed may hold nothing. */
	if (f || (!held && b->status == BOOKING_IS_PENDING))
		return f;
	f = hold_release(w->db, w->c->arena, host, h.booking);
	if (!f)
		f = hold_take(w->db, w->c->arena, &h, w->c->now, &taken);
	if (!f && taken)
		f = hold_force(w->db, w->c->arena, &h);
	return f;
}

static const struct fault *follow_hold(struct follow *w)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(w->db, w->c->arena, w->booking, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++)
		f = hold_anew(w, hosts[i].host);
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

static const struct fault *follow_to(struct follow *w, int64_t start, int64_t end)
{
	struct booking *b = w->booking;
	bool confirms = is_confirmed_by(w);
	int64_t from = b->start;
	struct job mail;
	const struct fault *f = NULL;

	if (confirms) {
		b->status = BOOKING_IS_CONFIRMED;
		b->lapses_at = 0;
	}
	if (confirms || start != b->start || end != b->end) {
		b->start = start;
		b->end = end;
		w->until = max64(w->until, end);
		f = follow_hold(w);
	}
	b->sequence = next_sequence(w);
	if (!f)
		f = follow_step(w, confirms ? BOOKING_WAS_CONFIRMED : BOOKING_WAS_MOVED, from);
	if (f || b->status != BOOKING_IS_CONFIRMED)
		return f;
	mail = booking_request_job(w->c->arena, b, w->c->now);
	return follow_tell(w, &mail);
}

enum verdict { STAYS, GOES_ELSEWHEN, ENDS };

/* What becomes of the booking; *start and *end: when it is from now on. */
static const struct fault *judge(const struct follow *w, enum verdict *out, int64_t *start,
				 int64_t *end)
{
	const struct booking *b = w->booking;
	bool moved, takes_place;
	const struct zone *zone;
	const struct fault *f = event_zone(w->c, w->db, w->at, &zone);

	*out = STAYS;
	if (f)
		return f;
	takes_place = first_instance(w, zone, start, end);
	/* An event of no length is a mark in the calendar, and moves no meeting. */
	moved = *end > *start && (*start != b->start || *end != b->end);
	if (!takes_place || w->is->items[0].status == STATUS_CANCELLED || is_taken_off(w, moved)) {
		*out = ENDS;
		return NULL;
	}
	if (moved || is_another_series(w) || is_confirmed_by(w))
		*out = GOES_ELSEWHEN;
	if (!moved) {
		*start = b->start;
		*end = b->end;
	}
	return NULL;
}

static const struct fault *follow_change(struct follow *w)
{
	bool same_place = follow_place(w->booking, w->at);
	int64_t start, end;
	enum verdict verdict;
	const struct fault *f = judge(w, &verdict, &start, &end);

	if (f)
		return f;
	switch (verdict) {
	case ENDS: return follow_end(w);
	case GOES_ELSEWHEN: return follow_to(w, start, end);
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
	int64_t start, end;
	enum verdict verdict;
	const struct fault *f = find_bookings(&w);

	*out = 0;
	if (w.count > 0)
		w.was = booking_event_read(c->arena, was);
	for (size_t i = 0; i < w.count && !f; i++) {
		int32_t least;

		f = turn_to(&w, &w.all[i]);
		if (!f)
			f = judge(&w, &verdict, &start, &end);
		if (f)
			break;
		least = verdict == STAYS ? w.booking->sequence : next_sequence(&w);
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

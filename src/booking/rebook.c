/* rebook - a booking moved or cancelled, as one change; see book.h */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/seats.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "ical/zone.h"

/* ---- the event ------------------------------------------------------------------------------ */

static struct change_condition if_unchanged(struct arena *a, const struct stored_object *o)
{
	struct text *etag = arena_alloc(a, sizeof(*etag));

	*etag = o->etag;
	return (struct change_condition){
		.if_match = etag, .if_match_count = 1, .has_if_match = true};
}

static const struct fault *remove_event(struct change *c, struct arena *a,
					const struct stored_object *o)
{
	struct change_remove *r = arena_alloc(a, sizeof(*r));

	*r = (struct change_remove){
		.owner = o->owner,
		.collection = o->collection,
		.name = o->name,
		.condition = if_unchanged(a, o),
	};
	return change_remove(c, r);
}

const struct fault *book_replace_event(struct change *c, struct arena *a,
				       const struct stored_object *o, struct text raw)
{
	struct change_put *put = arena_alloc(a, sizeof(*put));

	*put = (struct change_put){
		.owner = o->owner,
		.collection = o->collection,
		.name = o->name,
		.raw = raw,
		/* What stood there may have come by an import, and was read as leniently. */
		.source = ICAL_FROM_STORE,
		.condition = if_unchanged(a, o),
	};
	return change_put(c, put);
}

/* ---- end ------------------------------------------------------------------------------------ */

/* What an end is about. */
struct ending {
	struct booking_desk *desk;
	const struct booking *was;
	struct booking *is;
	const struct book_by *by;
	struct stored_object *event;	  /* NULL: it is gone */
	const struct ical_object *parsed; /* NULL: it cannot be read */
	bool others;			  /* who booked the same event, and stay */
};

static const struct fault *find_others(struct ending *e, struct db *db, struct arena *a)
{
	struct booking *all;
	size_t count;
	const struct fault *f =
		booking_list_by_uid(db, a, e->was->owner, e->was->uid, &all, &count);

	e->others = false;
	for (size_t i = 0; !f && i < count; i++)
		e->others |= booking_stands(&all[i]) && !text_equal(all[i].id, e->was->id);
	return f;
}

static const struct fault *end_load(struct ending *e, struct db *db, struct arena *a)
{
	const struct fault *f = booking_event_find(db, a, e->was, &e->event);

	if (!f)
		f = find_others(e, db, a);
	if (!f)
		e->parsed = booking_event_read(a, e->event);
	return f;
}

/* The last to leave takes the event along, and the time that it held. */
static const struct fault *end_event(struct ending *e, struct change *c, struct db *db,
				     struct arena *a)
{
	const struct booking *b = e->was;
	const struct fault *f;

	if (e->others && e->parsed)
		return book_replace_event(c, a, e->event, seats_leave(a, e->parsed, b));
	if (e->others)
		return NULL;
	f = team_release(c, db, a, b, true);
	return f || !e->event ? f : remove_event(c, a, e->event);
}

/*
 * Who was sent an invitation hears that it is off; what was never confirmed was none. Who sent it
 * hears of it by scheduling, as the host's copy goes.
 */
static const struct fault *end_tell(struct ending *e, struct change *c, struct db *db,
				    struct arena *a)
{
	const struct ical_object *last = e->parsed;
	struct ical_object *seen;
	struct text bytes;
	struct job mail;
	const struct fault *f;

	if (e->was->status != BOOKING_IS_CONFIRMED || e->was->received)
		return NULL;
	if (last) {
		f = seats_event_for(db, a, NULL, e->was, last->raw, &bytes);
		if (!f)
			f = ical_object_parse(a, bytes, ICAL_FROM_STORE, &seen);
		if (f)
			return f;
		last = seen;
	}
	mail = booking_cancel_job(a, e->is, last, e->by->now);
	return change_job(c, &mail);
}

/* The use of a link comes back, unless it is the invitee who leaves (booking case E13). */
static const struct fault *end_link(const struct ending *e, struct change *c)
{
	if (e->was->link.len == 0 || e->by->who == BOOKING_BY_INVITEE)
		return NULL;
	return change_give_back_link(c, e->was->owner, e->was->link);
}

const struct fault *book_build_end(struct booking_desk *desk, struct db *db, struct arena *a,
				   const struct booking *b, const struct book_by *by,
				   enum booking_event what, struct change **change_out,
				   struct booking *after)
{
	struct ending e = {.desk = desk, .was = b, .is = after, .by = by};
	struct change *c;
	const struct fault *f = book_check_reason(a, by->reason);

	if (!f)
		f = end_load(&e, db, a);
	if (f)
		return f;
	after->status = what == BOOKING_WAS_CANCELLED ? BOOKING_IS_CANCELLED : BOOKING_IS_DECLINED;
	after->sequence = booking_next_sequence(b, e.parsed ? e.parsed->items[0].sequence : 0);
	after->reason = by->reason;
	after->version++;
	after->modified = by->now;
	/* Who takes back their own invitation has no need to be told. */
	c = change_open(desk->calendar, a,
			b->received && by->who == BOOKING_BY_INVITEE ? CHANGE_DOOR : CHANGE_BOOKING,
			by->now);
	f = change_update_booking(c, after, (struct booking_deed){.what = what, .who = by->who});
	if (!f)
		f = end_event(&e, c, db, a);
	if (!f)
		f = end_link(&e, c);
	if (!f)
		f = end_tell(&e, c, db, a);
	*change_out = f ? NULL : c;
	return f;
}

/* The type of a booking as it is now; NULL: it is offered no more. */
static const struct fault *find_type(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct booking *b, const struct booking_type **out)
{
	const struct host *host;
	const struct fault *f = host_get(desk, db, a, b->owner, &host);

	*out = !f && host ? host_type_by_id(host, b->type) : NULL;
	return f;
}

const struct fault *book_prepare_cancel(struct booking_desk *desk, struct db *db, struct arena *a,
					const struct booking *b, const struct book_by *by,
					struct change **change_out, struct booking *after)
{
	const struct booking_type *type = NULL;
	const struct fault *f = NULL;

	*change_out = NULL;
	*after = *b;
	if (!booking_stands(b))
		return NULL;
	if (by->who == BOOKING_BY_INVITEE)
		f = find_type(desk, db, a, b, &type);
	if (!f && type)
		f = book_check_policy(a, b, by, type->cancel_until_min, "cancel_until");
	if (f)
		return f;
	return book_build_end(desk, db, a, b, by, BOOKING_WAS_CANCELLED, change_out, after);
}

/* ---- move ------------------------------------------------------------------------------------ */

/*
 * "DTSTART;TZID=Europe/Berlin:20270118T090000" in the zone that the event has, as
 * long as wall clock names this instant; else UTC (decisions 14).
 */
static struct text time_line(struct arena *a, const char *name, const struct ical_time *was,
			     int64_t utc)
{
	const struct zone *z = was->form == TIME_ZONED ? was->zone : NULL;
	struct buf b;

	buf_init(&b, a, 96, 1024);
	buf_put_str(&b, name);
	if (z && zone_to_utc(z, zone_to_local(z, utc)) == utc) {
		buf_put_lit(&b, ";TZID=");
		ical_put_param(&b, was->tzid);
		buf_put_char(&b, ':');
		time_put_local(&b, zone_to_local(z, utc));
	} else {
		buf_put_char(&b, ':');
		time_put_utc(&b, utc);
	}
	return buf_text(&b);
}

static struct text stamp_line(struct arena *a, const char *name, int64_t utc)
{
	struct buf b;

	buf_init(&b, a, 48, 256);
	buf_put_str(&b, name);
	buf_put_char(&b, ':');
	time_put_utc(&b, utc);
	return buf_text(&b);
}

void book_stamp_event(struct ical_edit *e, struct arena *a, const struct ical_object *o,
		      const struct booking *b)
{
	const struct {
		const char *name;
		struct text line;
	} lines[] = {
		{"SEQUENCE", text_from(arena_printf(a, "SEQUENCE:%d", (int)b->sequence))},
		{"DTSTAMP", stamp_line(a, "DTSTAMP", b->modified)},
		{"LAST-MODIFIED", stamp_line(a, "LAST-MODIFIED", b->modified)},
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		ical_edit_set_property(e, &o->blocks, o->items[0].block, lines[i].name,
				       lines[i].line);
}

/* What a move is about: who, what, and where the event stands. */
struct move {
	const struct host *host;
	const struct booking_type *type;
	struct stored_object *event;	  /* NULL: it is gone */
	const struct ical_object *parsed; /* NULL: it cannot be read */
	int32_t duration_min;
	struct team_had had;	 /* hosts of a team as they were */
	struct team_hosts hosts; /* and will be; none: its owner alone */
};

/* The host's event at the new time; every other byte stays as the host's program wrote it. */
static const struct fault *move_event(struct db *db, struct arena *a, const struct move *m,
				      const struct booking *b, struct text *out)
{
	const struct ical_object *o = m->parsed;
	const struct ical_item *item = &o->items[0];
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	const struct fault *f;

	ical_edit_set_property(e, &o->blocks, item->block, "DTSTART",
			       time_line(a, "DTSTART", &item->dtstart, b->start));
	ical_edit_set_property(e, &o->blocks, item->block, "DTEND",
			       time_line(a, "DTEND", &item->dtstart, b->end));
	book_stamp_event(e, a, o, b);
	if (item->has_duration)
		ical_edit_remove_property(e, &o->blocks, item->block, "DURATION");
	f = team_edit_people(e, db, a, o, &m->hosts, &m->had);
	*out = ical_edit_apply(e);
	return f;
}

/* What the event becomes: edited where it stands alone and can be read, else made anew. */
static const struct fault *moved_event(struct db *db, struct arena *a, const struct move *m,
				       const struct booking *after, struct text *out)
{
	const struct ical_object *o = m->parsed;
	struct event_people people;

	if (o && o->item_count == 1 && o->has_master && o->type == COMP_VEVENT &&
	    !o->items[0].has_rule)
		return move_event(db, a, m, after, out);
	people = team_people(a, &m->hosts);
	return booking_event_build(a, m->host, m->type, after, &people, after->modified, out);
}

static const struct fault *put_moved(struct change *c, struct db *db, struct arena *a,
				     const struct move *m, const struct booking *after)
{
	struct change_put *put = arena_alloc(a, sizeof(*put));
	const struct fault *f;

	*put = (struct change_put){
		.owner = after->owner,
		.collection = after->collection,
		.name = after->object_name,
		/* What stood there may have come by an import, and was read as leniently. */
		.source = ICAL_FROM_STORE,
	};
	if (m->event)
		put->condition = if_unchanged(a, m->event);
	f = moved_event(db, a, m, after, &put->raw);
	return f ? f : change_put(c, put);
}

static const struct fault *move_load(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct booking *b, int32_t duration_min, struct move *m)
{
	struct ical_object *parsed;
	const struct fault *f = host_get(desk, db, a, b->owner, &m->host);

	if (f)
		return f;
	m->type = m->host ? host_type_by_id(m->host, b->type) : NULL;
	if (!m->type)
		return fault_make(a, FAULT_NOT_OFFERED, "closed",
				  "This meeting is not offered any more.");
	m->duration_min = duration_min > 0 ? duration_min : (int32_t)((b->end - b->start) / 60);
	f = booking_event_find(db, a, b, &m->event);
	if (f || !m->event)
		return f;
	/* One that cannot be read any more is made anew. */
	if (!ical_object_parse(a, m->event->data, ICAL_FROM_STORE, &parsed))
		m->parsed = parsed;
	return NULL;
}

static const struct fault *build_move(struct booking_desk *desk, struct db *db, struct arena *a,
				      const struct move *m, const struct booking *after,
				      struct booking_deed deed, struct change **change_out)
{
	struct change *c = change_open(desk->calendar, a, CHANGE_BOOKING, after->modified);
	struct book_verdict *v = arena_alloc(a, sizeof(*v));
	struct hold hold = {
		.owner = after->owner,
		.start = after->start,
		.end = after->end,
		.reason = HOLD_BOOKING,
		.booking = booking_holder(after),
	};
	struct job mail;
	const struct fault *f;

	*v = (struct book_verdict){
		.host = m->host,
		.type = m->type,
		.duration_min = m->duration_min,
		.start = after->start,
		.now = after->modified,
		.ignore_booking = booking_holder(after),
		.ignore_object = m->event ? m->event->id : 0,
		.hosts = m->hosts,
	};
	mail = booking_request_job(a, after, after->modified);
	f = book_require_open(c, v);
	if (!f)
		f = change_update_booking(c, after, deed);
	if (!f)
		f = team_release(c, db, a, after, false);
	if (!f)
		f = team_take_holds(c, &m->hosts, &hold);
	if (!f)
		f = team_set_hosts(c, a, after, &m->hosts, &m->had);
	if (!f)
		f = put_moved(c, db, a, m, after);
	if (!f)
		f = change_job(c, &mail);
	*change_out = f ? NULL : c;
	return f;
}

/*
 * Refuse early what is refused already; the transaction asks again. Of a team, whoever of its hosts
 * can comes at the new time as well.
 */
static const struct fault *judge_move(struct booking_desk *desk, struct db *db, struct arena *a,
				      struct move *m, const struct booking *b, int64_t start,
				      int64_t now)
{
	const struct slot_ask ask = {
		.host = m->host,
		.type = m->type,
		.duration_min = m->duration_min,
		.from = start,
		.to = start + 1,
		.now = now,
		.but = booking_holder(b),
		.but_object = m->event ? m->event->id : 0,
	};
	struct booking_host *had;
	enum slot_verdict verdict;
	const struct fault *f = booking_hosts(db, a, b->owner, b->id, &had, &m->had.count);

	m->had.at = had;
	if (f)
		return f;
	if (m->type->team.mode != TEAM_NONE)
		return team_find_hosts(desk, db, a, &ask, &m->had, &m->hosts);
	f = slots_judge_stored(db, a, &ask, &verdict);
	return f ? f : slot_verdict_fault(a, verdict);
}

/* May it be moved at all, and by whom? */
static const struct fault *check_move(struct db *db, struct arena *a, const struct move *m,
				      const struct booking *b, const struct book_by *by)
{
	struct ending e = {.was = b};
	const struct fault *f = book_check_policy(a, b, by, m->type->move_until_min, "move_until");

	if (!f)
		f = book_check_reason(a, by->reason);
	if (!f && b->received)
		f = fault_make(
			a, FAULT_CONFLICT, "organizer",
			"Who asked for this meeting moves it; propose another time to them.");
	if (!f && b->rule.len > 0)
		f = fault_make(a, FAULT_CONFLICT, "series",
			       "A series is not moved as one; cancel it and book another.");
	if (!f)
		f = find_others(&e, db, a);
	if (!f && e.others)
		f = fault_make(a, FAULT_CONFLICT, "seats",
			       "Others come to the same meeting; cancel your place and book "
			       "another.");
	return f;
}

static const struct fault *load_and_check(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct booking *b, int32_t duration_min,
					  const struct book_by *by, struct move *m)
{
	const struct fault *f = move_load(desk, db, a, b, duration_min, m);

	return f ? f : check_move(db, a, m, b, by);
}

const struct fault *book_prepare_reschedule(struct booking_desk *desk, struct db *db,
					    struct arena *a, const struct booking *b, int64_t start,
					    int32_t duration_min, const struct book_by *by,
					    struct change **change_out,
					    struct book_outcome *outcome)
{
	struct booking *after = &outcome->booking;
	struct move m = {.event = NULL};
	const struct fault *f;

	*change_out = NULL;
	*outcome = (struct book_outcome){.booking = *b};
	if (b->status != BOOKING_IS_CONFIRMED)
		return fault_make(a, FAULT_CANCELLED, NULL,
				  "This booking is over, or not confirmed yet.");
	f = load_and_check(desk, db, a, b, duration_min, by, &m);
	if (f)
		return f;
	if (start == b->start && start + (int64_t)m.duration_min * 60 == b->end)
		return NULL;
	f = judge_move(desk, db, a, &m, b, start, by->now);
	if (f)
		return f;
	after->start = start;
	after->end = start + (int64_t)m.duration_min * 60;
	after->sequence = booking_next_sequence(b, m.parsed ? m.parsed->items[0].sequence : 0);
	after->reason = by->reason;
	after->version++;
	after->modified = by->now;
	if (m.event) {
		after->collection = m.event->collection;
		after->object_name = m.event->name;
	}
	return build_move(desk, db, a, &m, after,
			  (struct booking_deed){BOOKING_WAS_MOVED, by->who, b->start}, change_out);
}

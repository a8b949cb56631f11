/* rebook - a booking moved or cancelled, as one change; see book.h */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/event.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "ical/zone.h"

static struct change_condition *if_unchanged(struct arena *a, const struct stored_object *o,
					     struct change_condition *out)
{
	struct text *etag = arena_alloc(a, sizeof(*etag));

	*etag = o->etag;
	*out = (struct change_condition){
		.if_match = etag, .if_match_count = 1, .has_if_match = true};
	return out;
}

/* ---- cancel ------------------------------------------------------------------------------- */

static const struct fault *remove_event(struct change *c, struct arena *a,
					const struct stored_object *o)
{
	struct change_remove *r = arena_alloc(a, sizeof(*r));

	*r = (struct change_remove){
		.owner = o->owner, .collection = o->collection, .name = o->name};
	return change_remove(c, r);
}

const struct fault *book_prepare_cancel(struct booking_desk *desk, struct db *db, struct arena *a,
					const struct booking *b, int64_t now,
					struct change **change_out, struct booking *after)
{
	struct change *c;
	struct stored_object *event;
	const struct ical_object *parsed;
	struct job mail;
	const struct fault *f;

	*change_out = NULL;
	*after = *b;
	if (b->status == BOOKING_IS_CANCELLED || b->status == BOOKING_IS_DECLINED)
		return NULL;
	f = booking_event_find(db, a, b, &event);
	if (f)
		return f;
	parsed = booking_event_read(a, event);
	after->status = BOOKING_IS_CANCELLED;
	after->sequence = booking_next_sequence(b, parsed ? parsed->items[0].sequence : 0);
	after->version++;
	after->modified = now;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, now);
	f = change_update_booking(c, after,
				  (struct booking_deed){BOOKING_WAS_CANCELLED, BOOKING_BY_HOST});
	if (!f)
		f = change_release_hold(c, b->owner, b->id);
	if (!f && event)
		f = remove_event(c, a, event);
	mail = booking_cancel_job(a, after, parsed, now);
	if (!f)
		f = change_job(c, &mail);
	*change_out = f ? NULL : c;
	return f;
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

/* The host's event at the new time; every other byte stays as the host's program wrote it. */
static struct text move_event(struct arena *a, const struct ical_object *o, const struct booking *b)
{
	const struct ical_item *item = &o->items[0];
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	const struct {
		const char *name;
		struct text line;
	} lines[] = {
		{"DTSTART", time_line(a, "DTSTART", &item->dtstart, b->start)},
		{"DTEND", time_line(a, "DTEND", &item->dtstart, b->end)},
		{"SEQUENCE", text_from(arena_printf(a, "SEQUENCE:%d", (int)b->sequence))},
		{"DTSTAMP", stamp_line(a, "DTSTAMP", b->modified)},
		{"LAST-MODIFIED", stamp_line(a, "LAST-MODIFIED", b->modified)},
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		ical_edit_set_property(e, &o->blocks, item->block, lines[i].name, lines[i].line);
	if (item->has_duration)
		ical_edit_remove_property(e, &o->blocks, item->block, "DURATION");
	return ical_edit_apply(e);
}

/* What a move is about: who, what, and where the event stands. */
struct move {
	const struct host *host;
	const struct booking_type *type;
	struct stored_object *event;	  /* NULL: it is gone */
	const struct ical_object *parsed; /* NULL: it cannot be read */
	int32_t duration_min;
};

/* What the event becomes: edited where it stands alone and can be read, else made anew. */
static const struct fault *moved_event(struct arena *a, const struct move *m,
				       const struct booking *after, struct text *out)
{
	const struct ical_object *o = m->parsed;

	if (o && o->item_count == 1 && o->has_master && o->type == COMP_VEVENT &&
	    !o->items[0].has_rule) {
		*out = move_event(a, o, after);
		return NULL;
	}
	return booking_event_build(a, m->host, m->type, after, after->modified, out);
}

static const struct fault *put_moved(struct change *c, struct arena *a, const struct move *m,
				     const struct booking *after)
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
		if_unchanged(a, m->event, &put->condition);
	f = moved_event(a, m, after, &put->raw);
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

static const struct fault *build_move(struct booking_desk *desk, struct arena *a,
				      const struct move *m, const struct booking *after,
				      struct change **change_out)
{
	struct change *c = change_open(desk->calendar, a, CHANGE_BOOKING, after->modified);
	struct book_verdict *v = arena_alloc(a, sizeof(*v));
	struct hold hold = {
		.owner = after->owner,
		.start = after->start,
		.end = after->end,
		.reason = HOLD_BOOKING,
		.booking = after->id,
	};
	struct job mail;
	const struct fault *f;

	*v = (struct book_verdict){
		.host = m->host,
		.type = m->type,
		.duration_min = m->duration_min,
		.start = after->start,
		.now = after->modified,
		.ignore_booking = after->id,
		.ignore_object = m->event ? m->event->id : 0,
	};
	mail = booking_request_job(a, after, after->modified);
	f = book_require_open(c, v);
	if (!f)
		f = change_update_booking(
			c, after, (struct booking_deed){BOOKING_WAS_MOVED, BOOKING_BY_HOST});
	if (!f)
		f = change_release_hold(c, after->owner, after->id);
	if (!f)
		f = change_take_hold(c, &hold);
	if (!f)
		f = put_moved(c, a, m, after);
	if (!f)
		f = change_job(c, &mail);
	*change_out = f ? NULL : c;
	return f;
}

/* Refuse early what the rows refuse already; the transaction asks again. */
static const struct fault *judge_move(struct db *db, struct arena *a, const struct move *m,
				      const struct booking *b, int64_t start, int64_t now)
{
	enum slot_verdict verdict;
	const struct fault *f =
		slots_judge_stored(db, a, m->host, m->type, m->duration_min, start, now, b->id,
				   m->event ? m->event->id : 0, &verdict);

	return f ? f : slot_verdict_fault(a, verdict);
}

const struct fault *book_prepare_reschedule(struct booking_desk *desk, struct db *db,
					    struct arena *a, const struct booking *b, int64_t start,
					    int32_t duration_min, int64_t now,
					    struct change **change_out,
					    struct book_outcome *outcome)
{
	struct booking *after = &outcome->booking;
	struct move m = {.event = NULL};
	const struct fault *f;

	*change_out = NULL;
	*outcome = (struct book_outcome){.booking = *b};
	if (b->status != BOOKING_IS_CONFIRMED)
		return fault_make(a, FAULT_CANCELLED, NULL, "This booking was cancelled.");
	f = move_load(desk, db, a, b, duration_min, &m);
	if (f)
		return f;
	if (start == b->start && start + (int64_t)m.duration_min * 60 == b->end)
		return NULL;
	f = judge_move(db, a, &m, b, start, now);
	if (f)
		return f;
	after->start = start;
	after->end = start + (int64_t)m.duration_min * 60;
	after->sequence = booking_next_sequence(b, m.parsed ? m.parsed->items[0].sequence : 0);
	after->version++;
	after->modified = now;
	if (m.event) {
		after->collection = m.event->collection;
		after->object_name = m.event->name;
	}
	return build_move(desk, a, &m, after, change_out);
}

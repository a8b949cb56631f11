/*
 * move - a booking at another time, as one change; see book.h
 *
 * A series moves as a whole: all its instances by the same shift of the wall clock, or none.
 */
#include "booking/move_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/elsewhere.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "ical/zone.h"

/* ---- the event ------------------------------------------------------------------------------ */

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
	return booking_event_build_own(a, m->host, m->type, after, &people, after->modified, out);
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
		put->condition = book_if_unchanged(a, m->event);
	f = moved_event(db, a, m, after, &put->raw);
	return f ? f : change_put(c, put);
}

static const struct fault *move_load(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct booking *b, int32_t duration_min, struct move *m)
{
	struct booking_host *had;
	struct ical_object *parsed;
	const struct fault *f = host_get(desk, db, a, b->owner, &m->host);

	if (f)
		return f;
	m->type = m->host ? host_type_by_id(m->host, b->type) : NULL;
	m->duration_min = duration_min > 0 ? duration_min : (int32_t)((b->end - b->start) / 60);
	f = booking_hosts(db, a, b->owner, booking_holder(b), &had, &m->had.count);
	m->had.at = had;
	if (!f)
		f = book_find_others(db, a, b, &m->others, &m->other_count);
	if (!f)
		f = booking_event_find(db, a, b, &m->event);
	if (f || !m->event)
		return f;
	/* One that cannot be read any more is made anew. */
	if (!ical_object_parse(a, m->event->data, ICAL_FROM_STORE, &parsed))
		m->parsed = parsed;
	return NULL;
}

/* Each time that it takes is open still, and taken by who comes to it. */
static const struct fault *take_times(struct change *c, struct arena *a, const struct move *m,
				      const struct booking *after)
{
	struct hold hold = {
		.owner = after->owner,
		.reason = HOLD_BOOKING,
		.booking = booking_holder(after),
	};
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < m->series.count; i++) {
		hold.start = m->series.starts[i];
		hold.end = hold.start + (after->end - after->start);
		f = team_take_holds(c, &m->hosts, &hold);
	}
	return f ? f : arena_check(a);
}

static const struct fault *require_times(struct change *c, struct arena *a, const struct move *m,
					 const struct booking *after)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < m->series.count; i++) {
		struct book_verdict *v = arena_alloc(a, sizeof(*v));

		*v = (struct book_verdict){
			.host = m->host,
			.type = m->type,
			.duration_min = m->duration_min,
			.start = m->series.starts[i],
			.now = after->modified,
			.ignore_booking = booking_holder(after),
			.ignore_object = m->event ? m->event->id : 0,
			.series = m->series.starts,
			.series_count = i,
			.hosts = m->hosts,
		};
		f = book_require_open(c, v);
	}
	return f;
}

static const struct fault *build_move(struct booking_desk *desk, struct db *db, struct arena *a,
				      const struct move *m, const struct booking *after,
				      struct booking_deed deed, struct change **change_out)
{
	struct change *c = change_open(desk->calendar, a, CHANGE_BOOKING, after->modified);
	struct job mail = booking_request_job(a, after, after->modified);
	const struct fault *f = require_times(c, a, m, after);

	if (!f)
		f = team_set_hosts(c, a, after, &m->hosts, &m->had);
	if (!f)
		f = change_update_booking(c, after, deed);
	if (!f)
		f = team_release(c, db, a, after, false);
	if (!f)
		f = take_times(c, a, m, after);
	if (!f)
		f = put_moved(c, db, a, m, after);
	if (!f)
		f = change_job(c, &mail);
	*change_out = f ? NULL : c;
	return f;
}

/* Of a team, whoever of its hosts can comes at the new time as well. */
static const struct fault *judge_one(struct booking_desk *desk, struct db *db, struct arena *a,
				     struct move *m, const struct slot_ask *ask)
{
	struct team_hosts hosts;
	enum slot_verdict verdict;
	const struct fault *f;

	if (m->type->team.mode == TEAM_NONE) {
		f = slots_judge_stored(db, a, ask, &verdict);
		return f ? f : slot_verdict_fault(a, verdict);
	}
	f = team_find_hosts(desk, db, a, ask, &m->had, &hosts);
	if (!f && m->hosts.count == 0)
		m->hosts = hosts;
	return f;
}

/* Refuse early what is refused already; the transaction asks again. */
static const struct fault *judge_move(struct booking_desk *desk, struct db *db, struct arena *a,
				      struct move *m, const struct booking *b, int64_t now,
				      struct book_outcome *outcome)
{
	struct slot_ask ask = {
		.host = m->host,
		.type = m->type,
		.duration_min = m->duration_min,
		.now = now,
		.but = booking_holder(b),
		.but_object = m->event ? m->event->id : 0,
	};
	struct book_judging j = book_judging(a, &m->series, outcome);
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < m->series.count; i++) {
		ask.from = m->series.starts[i];
		ask.to = ask.from + 1;
		ask.series = j.fine;
		ask.series_count = j.fine_count;
		f = book_note_clash(&j, ask.from, judge_one(desk, db, a, m, &ask));
	}
	if (!f)
		f = team_require_guest(db, a, &m->hosts, b->invitee_email);
	return f ? f : book_judged(&j);
}

/* A series that its host's calendar app has made another one is nobody's to shift. */
static const struct fault *check_series(struct arena *a, const struct move *m,
					const struct booking *b)
{
	struct text rest = b->rule, rule;

	if (b->rule.len == 0)
		return NULL;
	if (m->parsed && m->parsed->item_count == 1 && text_next(&rest, '\n', &rule) &&
	    text_find(m->parsed->raw, rule) >= 0)
		return NULL;
	return fault_make(a, FAULT_CONFLICT, "series",
			  "The host has changed single times of this series; cancel it and book "
			  "another.");
}

/* May it be moved at all, and by whom? */
static const struct fault *check_move(struct arena *a, const struct move *m,
				      const struct booking *b, const struct book_by *by)
{
	const struct fault *f = book_check_policy(a, b, by, m->type->move_until_min, "move_until");

	if (!f)
		f = book_check_reason(a, by->reason);
	if (!f && b->received)
		f = fault_make(
			a, FAULT_CONFLICT, "organizer",
			"Who asked for this meeting moves it; propose another time to them.");
	if (!f)
		f = check_series(a, m, b);
	return f;
}

static const struct fault *load_and_check(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct booking *b, int32_t duration_min,
					  const struct book_by *by, struct move *m)
{
	const struct fault *f = move_load(desk, db, a, b, duration_min, m);

	if (!f && !m->type)
		f = fault_make(a, FAULT_NOT_OFFERED, "closed",
			       "This meeting is not offered any more.");
	return f ? f : check_move(a, m, b, by);
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
	after->start = start;
	after->end = start + (int64_t)m.duration_min * 60;
	after->sequence = booking_next_sequence(b, m.parsed ? m.parsed->items[0].sequence : 0);
	after->reason = by->reason;
	after->version++;
	after->modified = by->now;
	f = seats_find(db, a, b->owner, m.type, start, after->end, &m.joins, &m.found);
	if (!f && (m.found || m.other_count > 0))
		return move_seat(desk, db, a, &m, b, after, by->who, change_out);
	if (!f)
		f = series_move(a, m.host, m.type, b, start, &m.series);
	if (!f)
		f = judge_move(desk, db, a, &m, b, by->now, outcome);
	if (f)
		return f;
	after->rule = m.series.rule;
	if (m.event) {
		after->collection = m.event->collection;
		after->object_name = m.event->name;
	}
	return build_move(
		desk, db, a, &m, after,
		(struct booking_deed){.what = BOOKING_WAS_MOVED, .who = by->who, .from = b->start},
		change_out);
}

/* ---- in a calendar elsewhere ----------------------------------------------------------------- */

/* Whose it is to move: neither a team's, whose hosts come to it, nor somebody else's. */
static const struct fault *check_theirs(struct arena *a, const struct move *m, int64_t host,
					const struct booking *b)
{
	if (b->owner != host || m->had.count > 0 || b->received)
		return fault_make(a, FAULT_CONFLICT, "organizer",
				  "Only who organizes this meeting can move it.");
	if (b->rule.len > 0 && !m->type)
		return fault_make(a, FAULT_CONFLICT, "series",
				  "This series is not offered any more, and stays where it is.");
	return check_series(a, m, b);
}

const struct fault *book_prepare_moved_there(struct booking_desk *desk, struct db *db,
					     struct arena *a, int64_t host, const struct booking *b,
					     int64_t start, int64_t end, int64_t now,
					     struct change **change_out)
{
	struct move m = {.event = NULL};
	struct booking after = *b;
	struct text raw;
	const struct fault *f;

	*change_out = NULL;
	if (start == b->start && end == b->end)
		return NULL;
	f = move_load(desk, db, a, b, 0, &m);
	if (!f && m.host && m.event)
		f = check_theirs(a, &m, host, b);
	if (f || !m.host || !m.event)
		return f;
	after.start = start;
	after.end = end;
	after.sequence = booking_next_sequence(b, m.parsed ? m.parsed->items[0].sequence : 0);
	after.modified = now;
	if (b->rule.len > 0)
		f = series_move(a, m.host, m.type, b, start, &m.series);
	if (f)
		return f;
	after.rule = m.series.rule;
	f = moved_event(db, a, &m, &after, &raw);
	if (f)
		return f;
	*change_out = change_open(desk->calendar, a, CHANGE_CLIENT, now);
	return book_replace_event(*change_out, a, m.event, raw);
}

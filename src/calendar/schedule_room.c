/*
 * schedule_room - rooms and resources answer for themselves
 *
 * A REQUEST to a room is judged while it is planned: of all instances up to the horizon each has to
 * be free in the room's calendars, and free of holds, or the whole is declined. What was accepted
 * holds its time as a booking does. The verdict stands on all that is the room's, so it counts as
 * long as the room's version is what it was (schedule_apply.c), and else is reached anew.
 */
#include "calendar/schedule_priv.h"
#include "freebusy/collect.h"
#include "freebusy/timeline.h"
#include "ical/edit.h"
#include "ical/expand.h"
#include "ical/zone.h"
#include "itip/params.h"
#include "store/hold.h"
#include "store/occurrence.h"

/* Of a series; past it the calendar alone keeps the time, which is looked at as well. */
enum { ROOM_HOLDS_MAX = 400 };

bool schedule_answers_itself(enum owner_kind kind)
{
	return kind == OWNER_ROOM || kind == OWNER_RESOURCE;
}

/* Holds go by the name of their booking; no booking's id has a slash. */
static struct text hold_name(struct arena *a, struct text uid)
{
	return text_from(arena_printf(a, "meeting/%.*s", TEXT_ARG(object_etag(a, uid))));
}

/* ---- the time it takes --------------------------------------------------------------------- */

static const struct fault *read_zone(struct arena *a, struct db *db, const struct owner *owner,
				     const struct schedule_copy *copy, const struct zone **out)
{
	struct collection *calendar;
	const struct fault *f = collection_get(db, a, copy->owner, copy->calendar, &calendar);

	if (!f && !calendar)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "The room's calendar has just gone.");
	*out = f ? NULL : freebusy_zone(a, owner, calendar);
	return f;
}

/* What is not yet over, joined: the instances of a series may overlap each other. */
static const struct busy_period *periods_of(struct arena *a, const struct object_plan *plan,
					    const struct zone *zone, int64_t now, size_t *count_out)
{
	struct timeline *t = timeline_create(a, TIME_MIN, TIME_MAX);
	const struct busy_period *all;
	size_t count;

	for (size_t i = 0; i < plan->row_count; i++) {
		const struct occurrence_row *row = &plan->rows[i];
		struct busy_period p = {row->start, row->end, BUSY_BUSY};

		if (row->busy == OCC_FREE)
			continue;
		if (row->floating) {
			p.start = zone_to_utc(zone, row->start);
			p.end = zone_to_utc(zone, row->end);
		}
		if (p.end > now)
			timeline_add(t, p);
	}
	all = timeline_periods(t, &count);
	return timeline_flatten(a, all, count, count_out);
}

static const struct fault *read_periods(struct arena *a, struct db *db, const struct owner *owner,
					const struct schedule_copy *copy,
					const struct object_plan *plan, int64_t now,
					const struct busy_period **out, size_t *count_out)
{
	const struct zone *zone;
	const struct fault *f = read_zone(a, db, owner, copy, &zone);

	if (!f)
		*out = periods_of(a, plan, zone, now, count_out);
	return f;
}

static const struct fault *read_owner(struct arena *a, struct db *db, int64_t id,
				      struct owner **out)
{
	const struct fault *f = owner_get(db, a, id, out);

	if (!f && !*out)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "The room has just gone.");
	return f;
}

/* ---- is it free? --------------------------------------------------------------------------- */

static const struct fault *add_holds(struct arena *a, struct db *db, int64_t owner,
				     struct text mine, int64_t from, int64_t to, int64_t now,
				     struct timeline *t)
{
	struct hold *holds;
	size_t count;
	const struct fault *f = hold_range(db, a, owner, from, to, now, &holds, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (!text_equal(holds[i].booking, mine))
			timeline_add(t,
				     (struct busy_period){holds[i].start, holds[i].end, BUSY_BUSY});
	return f;
}

/* Without the time that this meeting has already. */
static const struct fault *is_free(struct arena *a, struct db *db, const struct owner *owner,
				   const struct schedule_copy *copy, struct text uid, int64_t now,
				   const struct busy_period *at, size_t count, bool *out)
{
	int64_t from = at[0].start, to = at[count - 1].end;
	struct timeline *t = timeline_create(a, from, to);
	const struct busy_period *all, *flat;
	size_t all_count, flat_count;
	const struct fault *f = freebusy_collect_owner_but(
		db, a, owner, copy->was ? copy->was->id : 0, from, to, t);

	if (!f)
		f = add_holds(a, db, owner->id, hold_name(a, uid), from, to, now, t);
	if (f)
		return f;
	all = timeline_periods(t, &all_count);
	flat = timeline_flatten(a, all, all_count, &flat_count);
	*out = true;
	for (size_t i = 0; i < count && *out; i++)
		*out = !timeline_overlaps(flat, flat_count, at[i].start, at[i].end);
	return arena_check(a);
}

static const struct fault *judge(struct arena *a, struct db *db, const struct schedule_copy *copy,
				 const struct object_plan *plan, int64_t now, bool *free_out)
{
	struct owner *owner;
	const struct busy_period *at;
	size_t count = 0;
	const struct fault *f = read_owner(a, db, copy->owner, &owner);

	*free_out = true;
	if (!f)
		f = read_periods(a, db, owner, copy, plan, now, &at, &count);
	if (f || count == 0)
		return f;
	return is_free(a, db, owner, copy, plan->object->uid, now, at, count, free_out);
}

/* ---- the answer ---------------------------------------------------------------------------- */

static struct text accepted(struct arena *a, const struct ical_object *o,
			    const struct itip_user *user)
{
	struct itip_param answer = {"PARTSTAT", TEXT("ACCEPTED")};
	struct ical_edit *e = ical_edit_begin(a, o->raw);

	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *me = itip_attendee_in(a, &o->items[i], user);
		struct ical_line l;
		size_t pos = me ? me->begin : 0;

		if (me && ical_line_next(a, o->raw, &pos, &l))
			ical_edit_replace_line(e, l.begin, l.end,
					       itip_params_set(a, &l, &answer, 1));
	}
	return ical_edit_apply(e);
}

static const struct fault *with_comment(struct arena *a, struct text *reply, const char *comment)
{
	struct ical_object *o;
	struct ical_edit *e;
	const struct fault *f = ical_object_parse(a, *reply, ICAL_FROM_MESSAGE, &o);

	if (f)
		return f;
	e = ical_edit_begin(a, o->raw);
	for (size_t i = 0; i < o->item_count; i++)
		ical_edit_set_property(e, &o->blocks, o->items[i].block, "COMMENT",
				       text_from(arena_printf(a, "COMMENT:%s", comment)));
	*reply = ical_edit_apply(e);
	return NULL;
}

static const struct fault *write_reply(struct arena *a, const struct schedule_copy *copy,
				       const struct ical_object *o, int64_t now,
				       struct schedule_answer *out)
{
	const struct fault *f =
		itip_message_reply(a, o, &copy->user, NULL, 0,
				   out->is_accepted ? TEXT("ACCEPTED") : TEXT("DECLINED"), now,
				   &out->reply);

	return f || out->is_accepted ? f : with_comment(a, &out->reply, out->why);
}

const struct fault *schedule_answer(struct change *c, struct db *db, struct arena *a,
				    struct schedule_share *share, struct schedule_copy *copy,
				    struct text object, struct schedule_answer *out)
{
	struct ical_object *came;
	const struct ical_object *o;
	const struct object_plan *plan;
	const struct fault *f = ical_object_parse(a, object, ICAL_FROM_STORE, &came);

	if (!f)
		f = schedule_share_read(share, accepted(a, came, &copy->user), ICAL_FROM_STORE, &o);
	if (!f)
		f = schedule_share_plan(share, o, copy->owner, &copy->user, &plan);
	if (!f)
		f = judge(a, db, copy, plan, c->now, &out->is_accepted);
	if (f)
		return f;
	out->why = out->is_accepted ? "It is free, and has accepted." : "It is not free.";
	copy->is = out->is_accepted ? o : NULL;
	copy->changed = out->is_accepted || copy->was;
	copy->keeps_tag = false;
	copy->is_judged = true;
	return write_reply(a, copy, o, c->now, out);
}

/* ---- holds --------------------------------------------------------------------------------- */

const struct fault *schedule_plan_holds(struct change *c, struct db *db, struct schedule_copy *copy)
{
	struct owner *owner;
	const struct fault *f = read_owner(c->arena, db, copy->owner, &owner);

	if (!f)
		f = read_periods(c->arena, db, owner, copy, copy->plan, c->now, &copy->holds,
				 &copy->hold_count);
	return f;
}

const struct fault *schedule_write_holds(struct change *c, struct db *db, struct text uid,
					 const struct schedule_copy *copy)
{
	struct hold h = {
		.owner = copy->owner,
		.reason = HOLD_ROOM,
		.booking = hold_name(c->arena, uid),
	};
	bool taken = false;
	const struct fault *f = hold_release(db, c->arena, h.owner, h.booking);

	for (size_t i = 0; !f && i < copy->hold_count && i < ROOM_HOLDS_MAX; i++) {
		h.start = copy->holds[i].start;
		h.end = copy->holds[i].end;
		f = hold_take(db, c->arena, &h, c->now, &taken);
		/* What was not judged takes no new time, and nobody may keep it from ending. */
		if (!f && taken && copy->is_judged)
			f = change_is_stale(c);
	}
	return f;
}

const struct fault *schedule_release_holds(struct change *c, struct db *db, int64_t owner,
					   struct text uid)
{
	return hold_release(db, c->arena, owner, hold_name(c->arena, uid));
}

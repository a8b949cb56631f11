/*
 * schedule_room - rooms and resources answer for themselves, and people may have it done
 *
 * A REQUEST is judged while it is planned: all instances up to the horizon have to be within the
 * owner's limits, and free in the owner's calendars and of holds; else the whole does not fit. What
 * was accepted holds its time as a booking does. The verdict stands on all that is the owner's,
 * so it counts as long as the owner's version is what it was (schedule_apply.c), and else is
 * reached anew.
 */
#include "base/buf.h"
#include "calendar/schedule_room_priv.h"
#include "freebusy/collect.h"
#include "freebusy/timeline.h"
#include "ical/edit.h"
#include "itip/params.h"
#include "store/taken.h"

/* ---- who answers ----------------------------------------------------------------------------- */

enum { COMMENT_BYTES = 8192 };

enum decision { LEFT_OPEN, ACCEPTED, DECLINED };

static const struct {
	enum decision fits, fits_not;
} decisions[] = {
	[ANSWERS_BY_HAND] = {LEFT_OPEN, LEFT_OPEN},
	[ANSWERS_WHAT_FITS] = {ACCEPTED, LEFT_OPEN},
	[ANSWERS_WHAT_FITS_NOT] = {LEFT_OPEN, DECLINED},
	[ANSWERS_AUTOMATIC] = {ACCEPTED, DECLINED},
	[ANSWERS_NO] = {DECLINED, DECLINED},
};

static bool is_thing(enum owner_kind kind)
{
	return kind == OWNER_ROOM || kind == OWNER_RESOURCE;
}

static enum owner_answers answers_of(const struct schedule_copy *copy)
{
	if (copy->answers != ANSWERS_BY_KIND)
		return copy->answers;
	return is_thing(copy->kind) ? ANSWERS_AUTOMATIC : ANSWERS_BY_HAND;
}

bool schedule_answers_itself(const struct schedule_copy *copy)
{
	return answers_of(copy) != ANSWERS_BY_HAND;
}

bool schedule_is_unattended(const struct schedule_copy *copy)
{
	enum owner_answers how = answers_of(copy);

	return is_thing(copy->kind) && (how == ANSWERS_AUTOMATIC || how == ANSWERS_NO);
}

bool schedule_may_hold(const struct schedule_copy *copy)
{
	return is_thing(copy->kind) || copy->answers != ANSWERS_BY_KIND;
}

/* ---- is it free? ----------------------------------------------------------------------------- */

/* The time of everybody else, and what this meeting holds already. */
struct times_taken {
	const struct busy_period *others, *own;
	size_t other_count, own_count;
};

struct asked {
	struct change *c;
	struct db *db;
	const struct schedule_question *q;
	struct schedule_copy *copy;
};

static const struct fault *read_holds(struct arena *a, struct db *db, const struct room_times *t,
				      struct text uid, struct timeline *others,
				      struct timeline *own)
{
	struct text mine = room_hold_name(a, uid), booking;
	struct hold *holds;
	size_t count = 0;
	const struct fault *f = taken_by_meeting(db, a, t->owner->id, uid, &booking);

	if (!f)
		f = hold_range(db, a, t->owner->id, t->at[0].start, TIME_MAX, t->now, &holds,
			       &count);
	for (size_t i = 0; !f && i < count; i++)
		timeline_add(text_equal(holds[i].booking, mine) ||
					     text_equal(holds[i].booking, booking)
				     ? own
				     : others,
			     (struct busy_period){holds[i].start, holds[i].end, BUSY_BUSY});
	return f;
}

static const struct busy_period *flatten(struct arena *a, struct timeline *t, size_t *count_out)
{
	size_t count;
	const struct busy_period *all = timeline_periods(t, &count);

	return timeline_flatten(a, all, count, count_out);
}

static int64_t end_of(const struct room_times *t)
{
	int64_t end = t->at[0].end;

	for (size_t i = 1; i < t->count; i++)
		end = max64(end, t->at[i].end);
	return end;
}

static bool is_accepted_whole(struct arena *a, const struct ical_object *o,
			      const struct itip_user *user)
{
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *me = itip_attendee_in(a, &o->items[i], user);

		if (me && !text_equal_nocase(me->partstat, TEXT("ACCEPTED")))
			return false;
	}
	return true;
}

/* Of a dense or long series more was accepted than is held. */
static const struct fault *read_accepted(struct arena *a, const struct asked *x,
					 struct timeline *own)
{
	const struct schedule_copy *copy = x->copy;
	struct object_plan plan;
	struct room_times t;
	const struct fault *f;

	if (!x->q->stored || !is_accepted_whole(a, x->q->stored, &copy->user))
		return NULL;
	f = object_plan_make(x->c->cal, a, copy->owner, x->q->stored, x->c->now, &plan);
	if (!f)
		f = room_times_read(a, x->db, copy->owner, copy->calendar, &plan, x->c->now, &t);
	for (size_t i = 0; !f && i < t.count; i++)
		timeline_add(own, t.at[i]);
	return f;
}

static const struct fault *read_taken(struct arena *a, const struct asked *x,
				      const struct room_times *t, struct text uid,
				      struct times_taken *out)
{
	const struct stored_object *was = x->copy->was;
	int64_t from = t->at[0].start, to = end_of(t);
	struct timeline *others = timeline_create(a, from, to);
	struct timeline *own = timeline_create(a, from, to);
	const struct fault *f =
		freebusy_collect_owner_but(x->db, a, t->owner, was ? was->id : 0, from, to, others);

	if (!f)
		f = read_holds(a, x->db, t, uid, others, own);
	if (!f)
		f = read_accepted(a, x, own);
	if (f)
		return f;
	out->others = flatten(a, others, &out->other_count);
	out->own = flatten(a, own, &out->own_count);
	return arena_check(a);
}

static bool is_taken(const void *ctx, const struct busy_period *p)
{
	const struct times_taken *x = ctx;

	return timeline_overlaps(x->others, x->other_count, p->start, p->end);
}

/* What of it is not yet held: only that has to be within the limits. */
static struct room_times new_times(struct arena *a, const struct room_times *t,
				   const struct times_taken *x)
{
	struct busy_period *at = arena_alloc_array(a, t->count, sizeof(*at));
	struct room_times new = *t;
	size_t n = 0;

	new.at = at;
	new.count = 0;
	for (size_t i = 0; i < t->count; i++) {
		while (n < x->own_count && x->own[n].end <= t->at[i].start)
			n++;
		if (n == x->own_count || x->own[n].start > t->at[i].start ||
		    x->own[n].end < t->at[i].end)
			at[new.count++] = t->at[i];
	}
	return new;
}

/* A meeting that is over keeps what it had; else who asks is judged also where no time is taken. */
static bool is_new(const struct asked *x, const struct room_times *t, const struct room_times *new)
{
	return new->count > 0 || (t->count == 0 && !(is_thing(x->copy->kind) && x->copy->was));
}

/* *why_out: what is against it; NULL: it fits. */
static const struct fault *judge(struct arena *a, const struct asked *x,
				 const struct object_plan *plan, const char **why_out)
{
	struct schedule_copy *copy = x->copy;
	struct room_times t, new;
	struct answer_limits limits = {0};
	struct times_taken taken = {0};
	bool asks_limits;
	const struct fault *f =
		room_times_read(a, x->db, copy->owner, copy->calendar, plan, x->c->now, &t);

	*why_out = NULL;
	if (!f && t.count > 0)
		f = read_taken(a, x, &t, plan->object->uid, &taken);
	if (!f)
		f = answer_limits_get(x->db, a, t.owner, &limits);
	if (f)
		return f;
	new = new_times(a, &t, &taken);
	asks_limits = is_new(x, &t, &new);
	if (asks_limits)
		f = room_limits_judge(a, x->db, &limits, &new, &x->q->inviters, why_out);
	if (!f && !*why_out)
		*why_out = t.is_unseen ? "It lies too far ahead to be looked at."
				       : room_times_tell(a, &t, "It is not free", is_taken, &taken);
	copy->inviters = x->q->inviters;
	copy->group = asks_limits && !*why_out ? limits.member_of : 0;
	return f ? f : arena_check(a);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/*
 * What somebody answered by hand stays until it is asked for anew; but a thing never keeps time
 * that it was not found free for, whatever else in the meeting has changed.
 */
static bool is_open(const struct schedule_copy *copy, const struct ical_attendee *me)
{
	if (me->partstat.len == 0 || text_equal_nocase(me->partstat, TEXT("NEEDS-ACTION")))
		return true;
	return is_thing(copy->kind) &&
	       (!copy->was || text_equal_nocase(me->partstat, TEXT("ACCEPTED")));
}

static bool may_be_free(const struct ical_object *o)
{
	bool may = false;

	for (size_t i = 0; i < o->item_count && !may; i++)
		may = o->items[i].transparent || o->items[i].busy_status.len > 0;
	return may;
}

const struct fault *schedule_take_time(struct arena *a, struct schedule_share *share,
				       const struct schedule_copy *copy, struct text *object)
{
	static const char *const names[] = {"TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"};
	const struct ical_object *o;
	struct ical_edit *e;
	const struct fault *f;

	if (!is_thing(copy->kind))
		return NULL;
	f = schedule_share_read(share, *object, ICAL_FROM_STORE, &o);
	if (f || !may_be_free(o))
		return f;
	e = ical_edit_begin(a, o->raw);
	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < ARRAY_LEN(names); n++)
			ical_edit_remove_property(e, &o->blocks, o->items[i].block, names[n]);
	*object = ical_edit_apply(e);
	return NULL;
}

/* *open_out: there is something to answer. */
static struct text answered(struct arena *a, const struct ical_object *o,
			    const struct schedule_copy *copy, const char *partstat, bool *open_out)
{
	struct itip_param answer = {"PARTSTAT", text_from(partstat)};
	struct ical_edit *e = ical_edit_begin(a, o->raw);

	*open_out = false;
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *me = itip_attendee_in(a, &o->items[i], &copy->user);
		struct ical_line l;
		size_t pos = me ? me->begin : 0;

		if (!me || !is_open(copy, me) || !ical_line_next(a, o->raw, &pos, &l))
			continue;
		*open_out = true;
		ical_edit_replace_line(e, l.begin, l.end, itip_params_set(a, &l, &answer, 1));
	}
	return ical_edit_apply(e);
}

static const struct fault *with_comment(struct arena *a, struct text *reply, const char *comment)
{
	struct ical_object *o;
	struct ical_edit *e;
	struct buf line;
	const struct fault *f = ical_object_parse(a, *reply, ICAL_FROM_MESSAGE, &o);

	if (f)
		return f;
	buf_init(&line, a, 256, COMMENT_BYTES);
	buf_put_lit(&line, "COMMENT:");
	ical_put_text(&line, text_from(comment));
	e = ical_edit_begin(a, o->raw);
	for (size_t i = 0; i < o->item_count; i++)
		ical_edit_set_property(e, &o->blocks, o->items[i].block, "COMMENT",
				       buf_text(&line));
	*reply = ical_edit_apply(e);
	return NULL;
}

static const struct fault *accept(struct arena *a, struct schedule_copy *copy,
				  const struct ical_object *o, int64_t now,
				  struct schedule_answer *out)
{
	const struct itip_answered as_it_stands = {.ids = NULL};

	out->why = "It is free, and has accepted.";
	copy->is = o;
	copy->changed = true;
	return itip_message_reply(a, o, &copy->user, &as_it_stands, now, &out->reply);
}

/* People see what was declined for them; the calendar of a thing shows what takes place there. */
static const struct fault *decline(struct arena *a, struct schedule_share *share,
				   struct schedule_copy *copy, const struct ical_object *came,
				   int64_t now, struct schedule_answer *out)
{
	bool is_asked, is_kept = !is_thing(copy->kind);
	struct itip_answered what = {.ids = NULL};
	const struct ical_object *o;
	const struct fault *f = schedule_share_read(
		share, answered(a, came, copy, "DECLINED", &is_asked), ICAL_FROM_STORE, &o);

	if (f)
		return f;
	if (!out->why)
		out->why = "No invitation is accepted.";
	copy->is = is_kept ? o : NULL;
	copy->changed = is_kept || copy->was;
	if (!is_kept)
		what.partstat = TEXT("DECLINED");
	f = itip_message_reply(a, o, &copy->user, &what, now, &out->reply);
	return f ? f : with_comment(a, &out->reply, out->why);
}

const struct fault *schedule_answer(struct change *c, struct db *db, struct arena *a,
				    struct schedule_share *share, struct schedule_copy *copy,
				    const struct schedule_question *q, struct schedule_answer *out)
{
	const struct asked asked = {.c = c, .db = db, .q = q, .copy = copy};
	enum owner_answers how = answers_of(copy);
	enum decision decision;
	struct ical_object *came;
	const struct ical_object *o;
	const struct object_plan *plan;
	bool is_asked = false;
	struct text as_accepted;
	const struct fault *f = ical_object_parse(a, q->object, ICAL_FROM_STORE, &came);

	*out = (struct schedule_answer){0};
	if (f)
		return f;
	as_accepted = answered(a, came, copy, "ACCEPTED", &is_asked);
	/* The judge of bookings has found it free. */
	if (!is_asked || change_takes_time_of(c, copy->owner))
		return NULL;
	f = schedule_share_read(share, as_accepted, ICAL_FROM_STORE, &o);
	if (!f)
		f = schedule_share_plan(share, o, copy->owner, &copy->user, &plan, NULL);
	if (!f)
		f = judge(a, &asked, plan, &out->why);
	if (f)
		return f;
	decision = out->why ? decisions[how].fits_not : decisions[how].fits;
	if (out->why)
		out->why = arena_strdup(c->arena, out->why);
	if (decision == LEFT_OPEN)
		return NULL;
	out->is_answered = true;
	copy->keeps_tag = false;
	copy->is_judged = true;
	return decision == ACCEPTED ? accept(a, copy, o, c->now, out)
				    : decline(a, share, copy, came, c->now, out);
}

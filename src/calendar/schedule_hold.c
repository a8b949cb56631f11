/*
 * schedule_hold - the time that an accepted meeting holds
 *
 * What the server has accepted for a room is held as a booking's time is, and the database itself
 * keeps holds from overlapping. The hold follows the object: it moves and goes in the
 * transaction that changes that, whoever does so and why.
 */
#include <assert.h>

#include "calendar/horizon.h"
#include "calendar/schedule_room_priv.h"
#include "freebusy/collect.h"
#include "freebusy/timeline.h"
#include "ical/expand.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/occurrence.h"
#include "store/taken.h"

/*
 * Of a series: each day up to the horizon. What is denser, or beyond, is kept by the calendar,
 * which is looked at with the owner locked.
 */
enum {
	ROOM_HOLDS_MAX = 800,
	/* Of all rooms in one save, whose transaction writes them; the move of the horizon adds the
	 * rest, object by object. */
	SAVE_HOLDS_MAX = 4000,
};

struct text room_hold_name(struct arena *a, struct text uid)
{
	return text_from(arena_printf(a, "meeting/%.*s", TEXT_ARG(uid)));
}

/*
 * A booking of a team has the time of its hosts, and it alone: a room that was booked is not asked
 * again, and holds nothing else for the same meeting.
 */
static const struct fault *is_booked(struct change *c, struct db *db, struct arena *a,
				     int64_t owner, struct text uid, bool *out)
{
	struct text booking = TEXT_NONE;
	const struct fault *f = NULL;

	*out = change_takes_time_of(c, owner);
	if (*out)
		return NULL;
	f = taken_by_meeting(db, a, owner, uid, &booking);
	*out = booking.len > 0;
	return f;
}

/* ---- the time it takes --------------------------------------------------------------------- */

static int compare_start(const void *a, const void *b)
{
	const struct busy_period *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static void add_time(struct room_times *t, struct busy_period *at, struct busy_period p,
		     bool floating)
{
	if (floating) {
		p.start = zone_to_utc(t->zone, p.start);
		p.end = zone_to_utc(t->zone, p.end);
	}
	if (p.end > t->now && p.start < p.end)
		at[t->count++] = p;
}

static void collect_rows(struct arena *a, const struct object_plan *plan, struct room_times *t)
{
	struct busy_period *at = arena_alloc_array(a, plan->row_count + 1, sizeof(*at));

	for (size_t i = 0; i < plan->row_count; i++) {
		const struct occurrence_row *row = &plan->rows[i];

		if (row->busy != OCC_FREE)
			add_time(t, at, (struct busy_period){row->start, row->end, BUSY_BUSY},
				 row->floating);
	}
	qsort(at, t->count, sizeof(*at), compare_start);
	t->at = at;
}

/* Of what begins past the horizon: so much as of other series there is up to it. */
static const struct fault *collect_far(struct arena *a, struct db *db,
				       const struct object_plan *plan, struct room_times *t)
{
	struct expand_limits limits = {PLAN_STEPS, ROOM_HOLDS_MAX};
	struct busy_period *at;
	struct expansion x;
	struct text *addresses;
	size_t count;
	const struct fault *f = owner_addresses(db, a, t->owner->id, &addresses, &count);

	if (!f)
		f = ical_expand(a, plan->object, plan->horizon_until, TIME_MAX, addresses, count,
				limits, &x);
	if (f)
		return f;
	at = arena_alloc_array(a, x.count + 1, sizeof(*at));
	for (size_t i = 0; i < x.count; i++)
		if (x.at[i].busy != OCC_FREE &&
		    x.at[i].start - x.at[0].start < HORIZON_AHEAD_DAYS * DAY_SECONDS)
			add_time(t, at, (struct busy_period){x.at[i].start, x.at[i].end, BUSY_BUSY},
				 x.at[i].floating);
	qsort(at, t->count, sizeof(*at), compare_start);
	t->at = at;
	t->is_unseen = x.count == 0 && !x.complete;
	return NULL;
}

const struct fault *room_times_read(struct arena *a, struct db *db, int64_t owner, int64_t calendar,
				    const struct object_plan *plan, int64_t now,
				    struct room_times *out)
{
	struct collection *in = NULL;
	struct owner *who;
	const struct fault *f = owner_get(db, a, owner, &who);

	if (!f)
		f = collection_get(db, a, owner, calendar, &in);
	if (!f && (!who || !in))
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "The room, or its calendar, has gone.");
	if (f)
		return f;
	*out = (struct room_times){.owner = who, .zone = freebusy_zone(a, who, in), .now = now};
	collect_rows(a, plan, out);
	if (plan->partial && plan->last_end > plan->horizon_until) {
		out->goes_on_until = plan->last_end;
		if (out->count == 0)
			f = collect_far(a, db, plan, out);
	}
	return f ? f : arena_check(a);
}

/* ---- does it hold any? --------------------------------------------------------------------- */

/* Has the server, or whoever manages the calendar, accepted any of it? */
static bool is_accepted(struct arena *a, const struct ical_object *o, const struct itip_user *user)
{
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *me = itip_attendee_in(a, &o->items[i], user);

		if (me && text_equal_nocase(me->partstat, TEXT("ACCEPTED")))
			return true;
	}
	return false;
}

/* Joined, as instances of a series may overlap each other. */
static const struct fault *read_holds(struct arena *a, struct db *db, int64_t owner,
				      int64_t calendar, const struct object_plan *plan, int64_t now,
				      const struct busy_period **out, size_t *count_out)
{
	struct room_times t;
	const struct fault *f = room_times_read(a, db, owner, calendar, plan, now, &t);

	if (!f)
		*out = timeline_flatten(a, t.at, t.count, count_out);
	return f;
}

/* ---- written ------------------------------------------------------------------------------- */

/* What a meeting takes, and how much of it is to be held. */
struct taking {
	int64_t owner;
	const struct busy_period *at;
	size_t count, most;
};

/* Does the meeting hold the first of these, and nothing else? Then nothing is to be written. */
static const struct fault *is_held(struct change *c, struct db *db, const struct taking *t,
				   struct text name, bool *out)
{
	struct hold *holds;
	size_t count = 0, held = 0;
	const struct fault *f =
		hold_range(db, c->arena, t->owner, c->now, TIME_MAX, c->now, &holds, &count);

	*out = !f;
	for (size_t i = 0; *out && i < count; i++) {
		if (!text_equal(holds[i].booking, name))
			continue;
		*out = held < t->count && holds[i].start == t->at[held].start &&
		       holds[i].end == t->at[held].end;
		held++;
	}
	*out = *out && held >= t->most && held > 0;
	return f;
}

/*
 * These times instead of all that the meeting held. *taken_out: something is in the way of one of
 * them; the others are held all the same.
 */
static const struct fault *replace_holds(struct change *c, struct db *db, const struct taking *t,
					 struct text uid, bool *taken_out)
{
	struct hold h = {
		.owner = t->owner,
		.reason = HOLD_ROOM,
		.booking = room_hold_name(c->arena, uid),
	};
	bool held;
	const struct fault *f = is_held(c, db, t, h.booking, &held);

	*taken_out = false;
	if (f || held)
		return f;
	assert(change_locked_version(c, t->owner) >= 0);
	f = hold_release(db, c->arena, t->owner, h.booking);
	for (size_t i = 0; !f && i < t->most; i++) {
		bool taken = false;

		h.start = t->at[i].start;
		h.end = t->at[i].end;
		f = hold_take(db, c->arena, &h, c->now, &taken);
		*taken_out = *taken_out || taken;
	}
	return f ? f : hold_return(db, c->arena, t->owner, c->now);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

void schedule_share_holds(struct schedule_plan *plan)
{
	size_t holders = 0, most = ROOM_HOLDS_MAX;

	for (size_t i = 0; i < plan->copy_count; i++)
		holders += plan->copies[i]->hold_count > 0;
	if (holders > 0)
		most = smaller(most, SAVE_HOLDS_MAX / holders);
	for (size_t i = 0; i < plan->copy_count; i++)
		plan->copies[i]->holds_most = smaller(plan->copies[i]->hold_count, most);
}

const struct fault *schedule_plan_holds(struct change *c, struct db *db, struct arena *scratch,
					struct schedule_copy *copy)
{
	const struct busy_period *at = NULL;
	struct busy_period *kept;
	bool booked;
	const struct fault *f;

	if (!is_accepted(scratch, copy->is, &copy->user))
		return NULL;
	f = is_booked(c, db, scratch, copy->owner, copy->plan->object->uid, &booked);
	if (f || booked)
		return fault_copy(c->arena, f);
	f = read_holds(scratch, db, copy->owner, copy->calendar, copy->plan, c->now, &at,
		       &copy->hold_count);
	if (f)
		return fault_copy(c->arena, f);
	kept = arena_alloc_array(c->arena, copy->hold_count, sizeof(*kept));
	for (size_t i = 0; i < copy->hold_count; i++)
		kept[i] = at[i];
	copy->holds = kept;
	return NULL;
}

const struct fault *schedule_write_holds(struct change *c, struct db *db, struct text uid,
					 const struct schedule_copy *copy)
{
	const struct taking t = {copy->owner, copy->holds, copy->hold_count, copy->holds_most};
	bool is_taken;
	const struct fault *f = replace_holds(c, db, &t, uid, &is_taken);

	/* What was not judged takes no new time, and nobody may keep it from ending. */
	if (!f && is_taken && copy->is_judged)
		f = change_is_stale(c);
	return f;
}

/* ---- changed otherwise ---------------------------------------------------------------------- */

static const struct fault *follow(struct change *c, struct db *db, const struct stored_object *o,
				  const struct object_plan *plan)
{
	struct itip_user user = {0};
	struct text *addresses;
	struct taking t = {.owner = o->owner};
	bool is_taken;
	const struct fault *f = owner_addresses(db, c->arena, o->owner, &addresses, &user.count);

	user.addresses = addresses;
	if (!f && is_accepted(c->arena, plan->object, &user))
		f = read_holds(c->arena, db, o->owner, o->collection, plan, c->now, &t.at,
			       &t.count);
	t.most = smaller(t.count, ROOM_HOLDS_MAX);
	return f ? f : replace_holds(c, db, &t, o->uid, &is_taken);
}

const struct fault *schedule_follow_holds(struct change *c, struct db *db,
					  const struct stored_object *o,
					  const struct object_plan *plan)
{
	struct text name;
	bool holds = false;
	const struct fault *f;

	if (o->schedule_tag.len == 0)
		return NULL;
	name = room_hold_name(c->arena, o->uid);
	f = hold_exists(db, c->arena, o->owner, name, &holds);
	if (f || !holds)
		return f;
	if (plan)
		return follow(c, db, o, plan);
	f = hold_release(db, c->arena, o->owner, name);
	return f ? f : hold_return(db, c->arena, o->owner, c->now);
}

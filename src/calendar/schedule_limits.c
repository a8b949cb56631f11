/*
 * schedule_limits - what an owner's limits have against a meeting
 *
 * They bind what others ask for and is new: time that the meeting holds already stays with it,
 * though the limits have changed since. Instances past the horizon are known by their end alone.
 */
#include "base/buf.h"
#include "calendar/schedule_room_priv.h"
#include "freebusy/week.h"
#include "ical/time.h"

enum {
	MINUTE_SECONDS = 60,
	TOLD_MAX = 3,	     /* times in one sentence */
	TELL_BYTES = 2048,   /* of it */
	HOURS_DAYS_MAX = 31, /* no longer instance can lie within weekly hours */
};

/* ---- a sentence ------------------------------------------------------------------------------ */

static void put_time(struct buf *b, const struct zone *zone, int64_t at)
{
	struct civil c;

	civil_from_local(zone_to_local(zone, at), &c);
	buf_printf(b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

const char *room_times_tell(struct arena *a, const struct room_times *t, const char *lead,
			    room_time_fn is_so, const void *ctx)
{
	size_t count = 0;
	struct buf b;

	buf_init(&b, a, 128, TELL_BYTES);
	buf_put_str(&b, lead);
	for (size_t i = 0; i < t->count; i++) {
		if (!is_so(ctx, &t->at[i]) || count++ >= TOLD_MAX)
			continue;
		buf_put_str(&b, count == 1 ? ": " : ", ");
		put_time(&b, t->zone, t->at[i].start);
	}
	if (count == 0)
		return NULL;
	if (count > TOLD_MAX)
		buf_printf(&b, " and %zu more", count - TOLD_MAX);
	buf_put_str(&b, " (");
	buf_put_text(&b, zone_name(t->zone));
	buf_put_lit(&b, ").");
	return text_cstr(a, buf_text(&b));
}

/* ---- the limits ------------------------------------------------------------------------------ */

struct look {
	struct arena *arena;
	const struct answer_limits *limits;
	int64_t now;
	struct hours hours; /* where the week is limited */
};

static bool is_too_long(const void *ctx, const struct busy_period *p)
{
	const struct look *x = ctx;

	return p->end - p->start > x->limits->longest_min * MINUTE_SECONDS;
}

static bool is_too_soon(const void *ctx, const struct busy_period *p)
{
	const struct look *x = ctx;

	return p->start < x->now + x->limits->notice_min * MINUTE_SECONDS;
}

static bool is_too_far(const void *ctx, const struct busy_period *p)
{
	const struct look *x = ctx;

	return p->start > x->now + x->limits->ahead_days * DAY_SECONDS;
}

static int64_t local_day(const struct zone *zone, int64_t at)
{
	int64_t local = zone_to_local(zone, at);

	return local / DAY_SECONDS - (local % DAY_SECONDS < 0);
}

/* A window of the day before may reach into this one. */
static bool is_outside_hours(const void *ctx, const struct busy_period *p)
{
	const struct look *x = ctx;
	int64_t first = local_day(x->hours.zone, p->start) - 1;
	int64_t last = local_day(x->hours.zone, p->end);
	struct hours_open *open, *joined;
	size_t count, joined_count;

	if (p->end - p->start > HOURS_DAYS_MAX * DAY_SECONDS ||
	    hours_open_on(x->arena, &x->hours, first, last, &open, &count))
		return true;
	joined = hours_join(x->arena, open, count, &joined_count);
	for (size_t i = 0; i < joined_count; i++)
		if (joined[i].start <= p->start && p->end <= joined[i].end)
			return false;
	return true;
}

struct limit {
	size_t offset; /* of the number in struct answer_limits */
	const char *lead, *unit;
	room_time_fn breaks;
};

static const struct limit limits[] = {
	{offsetof(struct answer_limits, longest_min), "It is longer than", "minutes", is_too_long},
	{offsetof(struct answer_limits, notice_min), "It begins in less than", "minutes",
	 is_too_soon},
	{offsetof(struct answer_limits, ahead_days), "It begins in more than", "days", is_too_far},
};

static const char *judge_numbers(const struct look *x, const struct room_times *t)
{
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_LEN(limits) && !why; i++) {
		const struct limit *l = &limits[i];
		int64_t most = *(const int64_t *)((const char *)x->limits + l->offset);

		if (most > 0)
			why = room_times_tell(x->arena, t,
					      arena_printf(x->arena, "%s %lld %s", l->lead,
							   (long long)most, l->unit),
					      l->breaks, x);
	}
	if (!why && x->limits->ahead_days > 0 &&
	    t->goes_on_until > x->now + x->limits->ahead_days * DAY_SECONDS)
		why = arena_printf(x->arena, "It goes on for more than %lld days.",
				   (long long)x->limits->ahead_days);
	return why;
}

static const struct fault *judge_hours(struct look *x, const struct room_times *t,
				       const char **why_out)
{
	const struct fault *f;

	if (x->limits->week.len == 0)
		return NULL;
	f = week_read(x->arena, x->limits->week, t->zone, &x->hours);
	if (!f)
		*why_out = room_times_tell(x->arena, t,
					   arena_printf(x->arena, "It is outside of %.*s",
							TEXT_ARG(x->limits->week)),
					   is_outside_hours, x);
	return f;
}

/* ---- whose members -------------------------------------------------------------------------- */

static const struct fault *is_member(struct arena *a, struct db *db, int64_t who, int64_t group,
				     bool *out)
{
	int64_t *groups;
	size_t count = 0;
	const struct fault *f = who ? member_groups(db, a, who, &groups, &count) : NULL;

	*out = false;
	for (size_t i = 0; !f && i < count && !*out; i++)
		*out = groups[i] == group;
	return f;
}

static const struct fault *are_members(struct arena *a, struct db *db,
				       const struct schedule_inviters *who, int64_t group,
				       bool *out)
{
	const struct fault *f = NULL;

	*out = true;
	for (size_t i = 0; !f && i < who->count && *out; i++)
		f = is_member(a, db, who->at[i], group, out);
	return f;
}

static const struct fault *judge_inviters(struct arena *a, struct db *db,
					  const struct answer_limits *l,
					  const struct schedule_inviters *who, const char **why_out)
{
	struct owner *group;
	bool are = true;
	const struct fault *f = NULL;

	if (l->member_of)
		f = are_members(a, db, who, l->member_of, &are);
	if (f || are)
		return f;
	f = owner_get(db, a, l->member_of, &group);
	if (!f)
		*why_out = group ? arena_printf(a, "Only members of %.*s are accepted.",
						TEXT_ARG(owner_title(group)))
				 : "Only members of a group are accepted which has gone.";
	return f;
}

const struct fault *room_limits_judge(struct arena *a, struct db *db, const struct answer_limits *l,
				      const struct room_times *t,
				      const struct schedule_inviters *who, const char **why_out)
{
	struct look x = {.arena = a, .limits = l, .now = t->now};
	const struct fault *f;

	*why_out = NULL;
	f = judge_inviters(a, db, l, who, why_out);
	if (!f && !*why_out)
		*why_out = judge_numbers(&x, t);
	if (!f && !*why_out)
		f = judge_hours(&x, t, why_out);
	return f;
}

const struct fault *schedule_check_member(struct change *c, struct db *db,
					  const struct schedule_copy *copy)
{
	bool are = true;
	const struct fault *f = NULL;

	if (copy->group)
		f = are_members(c->arena, db, &copy->inviters, copy->group, &are);
	return f || are ? f : change_is_stale(c);
}

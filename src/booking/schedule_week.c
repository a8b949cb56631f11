/*
 * schedule_week - the weekly hours of "default", which calendar apps have too (decisions 11 to 13)
 *
 * Rules and property say the same while the host sets the hours; what an app sets stands in the
 * property alone, and is shown as weekly hours where it is no more than that.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "booking/rules_priv.h"
#include "freebusy/availability.h"
#include "json/read.h"

enum { SCRATCH_BYTES = 16 * 1024 * 1024 };

/* ---- reading -------------------------------------------------------------------------------- */

static void set_week(struct arena *a, const struct hours *from, struct hours *to)
{
	for (int d = 0; d < 7; d++) {
		size_t count = from->weekly_count[d];
		struct hours_window *windows = arena_alloc_array(a, count, sizeof(*windows));

		if (count > 0)
			memcpy(windows, from->weekly[d], count * sizeof(*windows));
		to->weekly[d] = windows;
		to->weekly_count[d] = count;
	}
}

/* Where the app is silent the rules' week goes on; what cannot be read at all is closed. */
static const struct fault *read_said(struct arena *a, struct arena *scratch,
				     struct booking_schedule *s)
{
	struct hours week = {.zone = s->hours.zone};
	struct availability *v, *kept;
	const struct fault *f = availability_read(scratch, s->availability, &v);

	s->readable =
		!f && availability_weekly(scratch, v, s->hours.zone, s->availability_at, &week);
	if (f || s->readable) {
		set_week(a, &week, &s->hours);
		return NULL;
	}
	f = availability_read(a, s->availability, &kept);
	s->hours.said = kept;
	return f;
}

static const struct fault *read_default(struct arena *a, struct arena *scratch,
					struct booking_schedule *s)
{
	struct booking_schedule first;
	const struct json *root;
	const struct fault *f =
		json_parse(scratch, booking_default_schedule(), RULES_MAX_BYTES, &root);

	if (!f)
		f = booking_schedule_from_json(scratch, root, NULL, TEXT("UTC"), &first);
	if (!f)
		set_week(a, &first.hours, &s->hours);
	return f;
}

const struct fault *schedule_read_week(struct arena *a, struct booking_schedule *s)
{
	struct arena *scratch;
	const struct fault *f;

	if (s->source == SCHEDULE_BY_RULES || s->source == SCHEDULE_BY_HOST)
		return NULL;
	scratch = arena_create(SCRATCH_BYTES);
	f = s->source == SCHEDULE_BY_CLIENT ? read_said(a, scratch, s)
					    : read_default(a, scratch, s);
	f = fault_copy(a, f);
	arena_destroy(scratch);
	return f ? f : arena_check(a);
}

/* ---- writing -------------------------------------------------------------------------------- */

static bool is_same_day(const struct hours *a, const struct hours *b, int day)
{
	if (a->weekly_count[day] != b->weekly_count[day])
		return false;
	for (size_t i = 0; i < a->weekly_count[day]; i++)
		if (a->weekly[day][i].start_min != b->weekly[day][i].start_min ||
		    a->weekly[day][i].end_min != b->weekly[day][i].end_min)
			return false;
	return true;
}

static bool is_same_week(const struct hours *a, const struct hours *b)
{
	for (int d = 0; d < 7; d++)
		if (!is_same_day(a, b, d))
			return false;
	return true;
}

static bool is_empty_week(const struct hours *h)
{
	for (int d = 0; d < 7; d++)
		if (h->weekly_count[d] > 0)
			return false;
	return true;
}

static void keep_week(struct arena *a, struct booking_schedule *s,
		      const struct booking_schedule *old)
{
	s->availability = old->availability;
	s->availability_at = old->availability_at;
	s->source = old->source;
	s->readable = old->readable;
	s->hours.said = old->hours.said;
	set_week(a, &old->hours, &s->hours);
}

static const struct fault *tell_week(struct arena *a, struct booking_schedule *s, int64_t owner,
				     int64_t now)
{
	struct buf out;

	buf_init(&out, a, 1024, AVAILABILITY_BYTES_MAX);
	availability_write(
		&out, &s->hours,
		text_from(arena_printf(a, "hours-%lld-%lld", (long long)owner, (long long)now)),
		now);
	if (out.overflow)
		return rules_wrong(a, "weekly", "has more windows than calendar apps can be told");
	s->availability = buf_text(&out);
	s->availability_at = now;
	s->source = SCHEDULE_BY_HOST;
	s->readable = true;
	return NULL;
}

/* What only an app can change is shown as an empty week, and is in a zone of its own. */
static bool keeps_week(const struct booking_schedule *s, const struct booking_schedule *old)
{
	if (!old->readable && is_empty_week(&s->hours))
		return true;
	return is_same_week(&s->hours, &old->hours) &&
	       (!old->readable || zone_is_same(s->hours.zone, old->hours.zone));
}

const struct fault *schedule_settle_week(struct arena *a, struct booking_schedule *s,
					 const struct booking_schedule *old, int64_t owner,
					 int64_t now)
{
	if (!text_equal(s->id, TEXT("default")))
		return NULL;
	if (old && keeps_week(s, old)) {
		keep_week(a, s, old);
		return NULL;
	}
	if (old && !old->readable)
		return fault_make(a, FAULT_CONFLICT, "weekly",
				  "These hours were set in a calendar app, and more is said there "
				  "than weekly hours can say; change them there.");
	return tell_week(a, s, owner, now);
}

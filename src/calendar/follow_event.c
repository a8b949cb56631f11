/* follow_event - what the event of a booking says. See follow_priv.h. */

#include "base/buf.h"
#include "calendar/follow_priv.h"
#include "freebusy/collect.h"
#include "ical/expand.h"
#include "ical/walk.h"
#include "ical/zone.h"

enum {
	/* So many instances are looked at; of a series that was booked, they are what is held. */
	FOLLOW_INSTANCES = 64,
	FOLLOW_RULE_MAX = 16 * 1024, /* bytes */
};

bool follow_recurs(const struct ical_object *o)
{
	const struct ical_item *first = &o->items[0];

	return first->has_rule || first->rdates.count > 0 || first->period_count > 0 ||
	       o->item_count > 1;
}

static bool line_is_among(const struct ical_line *l, const char *const *names)
{
	for (; *names; names++)
		if (ical_line_is(l, *names))
			return true;
	return false;
}

/* The lines of one component that have one of these names. */
static void put_lines(struct buf *b, struct arena *a, const struct ical_object *o, size_t item,
		      const char *const *names)
{
	struct ical_walk walk;
	struct ical_line l;

	ical_walk_begin(&walk, a, o->raw, &o->blocks, o->items[item].block);
	while (ical_walk_line(&walk, &l)) {
		if (!line_is_among(&l, names))
			continue;
		buf_put_text(b, l.name);
		buf_put_text(b, l.params);
		buf_put_char(b, ':');
		buf_put_text(b, l.value);
		buf_put_char(b, '\n');
	}
}

/* The lines that say when else it takes place; empty for an event that does not recur. */
static struct text series_of(struct arena *a, const struct ical_object *o)
{
	static const char *const of_series[] = {"RRULE", "RDATE", "EXDATE", NULL};
	static const char *const of_instance[] = {"RRULE",	   "RDATE",   "EXDATE",
						  "RECURRENCE-ID", "DTSTART", "DTEND",
						  "DURATION",	   "STATUS",  NULL};
	struct buf b;

	buf_init(&b, a, 64, o->raw.len + o->item_count + 1);
	for (size_t i = 0; i < o->item_count; i++)
		put_lines(&b, a, o, i, o->items[i].recurrence_id.present ? of_instance : of_series);
	return buf_text(&b);
}

/*
 * What its booking says of a series (booking.rule). Of one with more dates than that may have, the
 * rule alone; what an instance has of its own, only the event says.
 */
static struct text rule_of(struct arena *a, const struct ical_object *o)
{
	static const char *const all[] = {"RRULE", "RDATE", "EXDATE", NULL};
	static const char *const few[] = {"RRULE", NULL};
	struct buf b;

	buf_init(&b, a, 64, o->raw.len + 1);
	put_lines(&b, a, o, 0, all);
	if (buf_text(&b).len <= FOLLOW_RULE_MAX)
		return buf_text(&b);
	buf_init(&b, a, 64, o->raw.len + 1);
	put_lines(&b, a, o, 0, few);
	return buf_text(&b);
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

bool follow_is_confirmed(const struct follow *w)
{
	return w->booking->status == BOOKING_IS_PENDING && w->was &&
	       w->was->items[0].status == STATUS_TENTATIVE &&
	       w->is->items[0].status == STATUS_CONFIRMED;
}

static bool is_another_series(const struct follow *w)
{
	return w->was && !text_equal(series_of(w->c->arena, w->was), series_of(w->c->arena, w->is));
}

int32_t follow_next_sequence(const struct follow *w)
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

/* What counts of an instance is wider than the event where nobody knows its zone. */
static struct busy_period instance_time(const struct occurrence *o, const struct zone *zone)
{
	bool local = o->floating || o->start < o->dtstart;

	return (struct busy_period){
		.start = local ? zone_to_utc(zone, o->dtstart) : o->dtstart,
		.end = local ? zone_to_utc(zone, o->dtend) : o->dtend,
		.type = BUSY_BUSY,
	};
}

/* What is left of what it recurs to, and what was booked of that; false: it is not known. */
static bool instances(const struct follow *w, const struct zone *zone, struct follow_course *out)
{
	struct expand_limits limits = {PLAN_EXTENT_STEPS, FOLLOW_INSTANCES};
	size_t most = w->booking->rule.len > 0 ? FOLLOW_INSTANCES : 1;
	struct busy_period *at;
	struct expansion x;

	if (ical_expand(w->c->arena, w->is, TIME_MIN, TIME_MAX, NULL, 0, limits, &x))
		return false;
	at = arena_alloc_array(w->c->arena, x.count + 1, sizeof(*at));
	out->at = at;
	for (size_t i = 0; i < x.count && out->count < most; i++) {
		const struct occurrence *o = &x.at[i];

		if (!x.complete && o->start >= x.complete_until)
			break; /* one before it may be missing */
		if (w->is->items[o->item].status != STATUS_CANCELLED)
			at[out->count++] = instance_time(o, zone);
	}
	return x.complete || out->count > 0;
}

static struct follow_course as_booked(const struct follow *w)
{
	struct busy_period *at = arena_alloc(w->c->arena, sizeof(*at));

	*at = (struct busy_period){w->booking->start, w->booking->end, BUSY_BUSY};
	return (struct follow_course){.at = at, .count = 1, .rule = w->booking->rule};
}

/* When the event takes place from now on; as long as that is not known, the booking stays. */
static struct follow_course course_of(const struct follow *w, const struct zone *zone)
{
	const struct ical_item *item = &w->is->items[0];
	struct follow_course c = {.count = 0};
	struct busy_period *at;

	if (follow_recurs(w->is)) {
		if (w->booking->rule.len > 0)
			c.rule = rule_of(w->c->arena, w->is);
		return instances(w, zone, &c) ? c : as_booked(w);
	}
	at = arena_alloc(w->c->arena, sizeof(*at));
	*at = (struct busy_period){ical_time_utc(&item->dtstart, zone), item_end(item, zone),
				   BUSY_BUSY};
	c.at = at;
	c.count = 1;
	return c;
}

const struct fault *follow_judge(const struct follow *w, struct follow_course *out)
{
	const struct booking *b = w->booking;
	bool moved;
	const struct zone *zone;
	const struct fault *f = event_zone(w->c, w->db, w->at, &zone);

	*out = (struct follow_course){.verdict = FOLLOW_STAYS};
	if (f)
		return f;
	*out = course_of(w, zone);
	/* An event of no length is a mark in the calendar, and moves no meeting. */
	if (out->count > 0 && out->at[0].end <= out->at[0].start)
		*out = as_booked(w);
	moved = out->count > 0 && (out->at[0].start != b->start || out->at[0].end != b->end);
	if (out->count == 0 || w->is->items[0].status == STATUS_CANCELLED ||
	    is_taken_off(w, moved)) {
		out->verdict = FOLLOW_ENDS;
		return NULL;
	}
	if (moved || is_another_series(w) || follow_is_confirmed(w))
		out->verdict = FOLLOW_GOES_ELSEWHEN;
	return NULL;
}

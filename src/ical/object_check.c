/*
 * object_check - what must fit together in a calendar object resource
 *
 * Unreadable values are found while reading (BAD_DATA); here each value is
 * fine and their combination is judged (BAD_OBJECT): RFC 5545 §3.6, RFC 4791
 * §4.1. What clients write wrongly but beyond doubt is noted, not refused.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/object_priv.h"
#include "ical/zone.h"

static const struct fault *refuse(struct reader *r, const char *about, const char *why)
{
	return fault_make(r->arena, FAULT_BAD_OBJECT, about, "%s", why);
}

static const struct fault *check_uid(struct reader *r, const struct ical_item *item)
{
	bool may_lack = r->source != ICAL_FROM_CLIENT &&
			(item->type == COMP_VFREEBUSY || item->type == COMP_VAVAILABILITY);

	if (item->uid.len == 0 && !may_lack)
		return refuse(r, "UID", "A component has no UID.");
	if (item->uid.len > OBJECT_MAX_UID_BYTES)
		return refuse(r, "UID", "The UID is too long.");
	return NULL;
}

/* -1, 0, 1 when both can be compared; 0 when they cannot, which is noted. */
static int compare_times(struct reader *r, const struct ical_time *a, const struct ical_time *b,
			 const char *what)
{
	int64_t left = a->seconds, right = b->seconds;
	bool is_local =
		a->form == b->form && (a->form != TIME_ZONED || text_equal(a->tzid, b->tzid));

	/* Two times of one zone are compared as written: across a gap they may swap in UTC. */
	if (!is_local) {
		bool fixed = (a->form == TIME_UTC || a->zone) && (b->form == TIME_UTC || b->zone);

		if (!fixed) {
			object_note(r, "DTSTART and %s are bound to different zones.", what);
			return 0;
		}
		left = a->form == TIME_UTC ? left : zone_to_utc(a->zone, left);
		right = b->form == TIME_UTC ? right : zone_to_utc(b->zone, right);
	}
	return (left > right) - (left < right);
}

static bool is_mixed(const struct ical_time *a, const struct ical_time *b)
{
	return a->present && b->present && (a->form == TIME_DATE) != (b->form == TIME_DATE);
}

/* DTEND and DURATION, RFC 5545 §3.6.1 and §3.8.2.2. */
static const struct fault *check_end(struct reader *r, const struct ical_item *item)
{
	if (item->has_duration && (item->dtend.present || item->due.present))
		return refuse(r, "DURATION", "DURATION stands beside DTEND or DUE.");
	if (item->has_duration && (item->duration.days < 0 || item->duration.seconds < 0))
		return refuse(r, "DURATION", "The DURATION is negative.");
	if (!item->dtend.present || !item->dtstart.present)
		return NULL;
	if (is_mixed(&item->dtstart, &item->dtend))
		return refuse(r, "DTEND", "One of DTSTART and DTEND is a date, the other a time.");
	if (compare_times(r, &item->dtend, &item->dtstart, "DTEND") < 0)
		return refuse(r, "DTEND", "DTEND is before DTSTART.");
	return NULL;
}

/* DUE against DTSTART: task apps write both freely, so nothing is refused. */
static void check_due(struct reader *r, const struct ical_item *item)
{
	if (!item->due.present || !item->dtstart.present)
		return;
	if (is_mixed(&item->dtstart, &item->due))
		object_note(r, "One of DTSTART and DUE is a date, the other a time.");
	else if (compare_times(r, &item->due, &item->dtstart, "DUE") < 0)
		object_note(r, "DUE is before DTSTART.");
}

/* SECONDLY and MINUTELY only where the end is near (decisions 23). */
static bool is_too_dense(const struct ical_item *item)
{
	const struct recur *rule = &item->rule;
	int64_t unit = (rule->freq == FREQ_SECONDLY ? 1 : 60) * (int64_t)rule->interval;

	if (rule->freq > FREQ_MINUTELY || rule->count)
		return false;
	return !rule->has_until || !item->dtstart.present ||
	       (rule->until - item->dtstart.seconds) / unit > ICAL_MAX_INSTANCES;
}

/*
 * CALDAV:max-instances (RFC 4791 §5.2.8) is kept of what a rule counts. An end in a far year is
 * how some programs write that there is none, and either is followed as far as anybody asks.
 */
static const struct fault *check_instances(struct reader *r, const struct ical_item *item)
{
	if (r->source != ICAL_FROM_CLIENT ||
	    (item->rule.count <= ICAL_MAX_INSTANCES && !is_too_dense(item)))
		return NULL;
	return fault_make(r->arena, FAULT_TOO_MANY_INSTANCES, "RRULE",
			  "The rule makes more than %d instances.", ICAL_MAX_INSTANCES);
}

/* UNTIL has the form of DTSTART, and is UTC where that has a zone (§3.3.10). */
static void note_until(struct reader *r, const struct ical_item *item)
{
	enum time_form start = item->dtstart.form;
	enum time_form wanted = start == TIME_ZONED ? TIME_UTC : start;

	if (item->rule.has_until && item->dtstart.present && item->rule.until_form != wanted)
		object_note(r, "UNTIL has another form than DTSTART asks for.");
}

static const struct fault *check_rule(struct reader *r, struct ical_item *item)
{
	const struct fault *f;

	if (!item->has_rule)
		return NULL;
	if ((f = check_instances(r, item)))
		return f;
	note_until(r, item);
	if (item->recurrence_id.present) {
		object_note(r, "An override has an RRULE of its own, which is not followed.");
		item->has_rule = false;
	}
	if (!item->dtstart.present && !item->due.present)
		object_note(r, "RRULE stands without DTSTART.");
	return NULL;
}

/* Dates in lists may have another form than DTSTART; they are matched by local day. */
static void note_dates(struct reader *r, const struct ical_item *item, const struct ical_dates *d,
		       const char *name)
{
	for (size_t i = 0; i < d->count; i++) {
		if (!is_mixed(&item->dtstart, &d->at[i]))
			continue;
		object_note(r, "DTSTART and %s are not both dates or both times.", name);
		return;
	}
}

/* A message need not say when its event is (RFC 5546 §3.2), nor one that is kept in an inbox. */
static bool may_be_timeless(const struct reader *r)
{
	return r->source == ICAL_FROM_MESSAGE ||
	       (r->source == ICAL_FROM_STORE && r->object->method.len > 0);
}

const struct fault *object_check_item(struct reader *r, struct ical_item *item)
{
	const struct fault *f;

	if ((f = check_uid(r, item)))
		return f;
	if (item->type == COMP_VEVENT && !item->dtstart.present && !may_be_timeless(r))
		return refuse(r, "DTSTART", "An event has no DTSTART (RFC 5545 §3.6.1).");
	if ((f = check_end(r, item)) || (f = check_rule(r, item)))
		return f;
	check_due(r, item);
	note_dates(r, item, &item->exdates, "EXDATE");
	note_dates(r, item, &item->rdates, "RDATE");
	return NULL;
}

/* ---- all components together ---- */

/* An override's place in the series, comparable: class, then value, then TZID. */
struct place {
	int class; /* 0: an instant, 1: a day, 2: floating, 3: a zone nobody knows */
	int64_t value;
	struct text tzid;
};

static struct place place_of(const struct ical_time *t)
{
	switch (t->form) {
	case TIME_UTC: return (struct place){0, t->seconds, TEXT_NONE};
	case TIME_DATE: return (struct place){1, t->seconds, TEXT_NONE};
	case TIME_FLOATING: return (struct place){2, t->seconds, TEXT_NONE};
	case TIME_ZONED: break;
	}
	if (t->zone)
		return (struct place){0, zone_to_utc(t->zone, t->seconds), TEXT_NONE};
	return (struct place){3, t->seconds, t->tzid};
}

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return text_compare(a->tzid, b->tzid);
}

/* No two overrides of one instance, compared by instant (pitfall: text differs, time does not). */
static const struct fault *check_overrides(struct reader *r)
{
	struct ical_object *o = r->object;
	struct place *places = arena_alloc_array(r->arena, o->item_count, sizeof(*places));
	size_t count = 0;

	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].recurrence_id.present)
			places[count++] = place_of(&o->items[i].recurrence_id);
	qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 1; i < count; i++)
		if (compare_places(&places[i - 1], &places[i]) == 0)
			return refuse(r, "RECURRENCE-ID",
				      "Two overrides have the same RECURRENCE-ID.");
	return NULL;
}

/* The master to the front, the others in the order they were written in. */
static void master_first(struct ical_object *o, size_t master)
{
	struct ical_item item = o->items[master];

	memmove(&o->items[1], &o->items[0], master * sizeof(o->items[0]));
	o->items[0] = item;
	o->has_master = true;
}

static void note_override_forms(struct reader *r)
{
	const struct ical_object *o = r->object;

	for (size_t i = 1; o->has_master && i < o->item_count; i++) {
		if (!is_mixed(&o->items[0].dtstart, &o->items[i].recurrence_id))
			continue;
		object_note(r, "DTSTART and RECURRENCE-ID are not both dates or both times.");
		return;
	}
}

const struct fault *object_check_whole(struct reader *r)
{
	struct ical_object *o = r->object;
	size_t master = o->item_count;

	o->uid = o->items[0].uid;
	for (size_t i = 0; i < o->item_count; i++) {
		if (!text_equal(o->items[i].uid, o->uid))
			return refuse(r, "UID", "One resource holds two UIDs (RFC 4791 §4.1).");
		if (o->items[i].recurrence_id.present)
			continue;
		if (master < o->item_count)
			return refuse(r, "UID",
				      "Two components without RECURRENCE-ID have one UID.");
		master = i;
	}
	if (master < o->item_count)
		master_first(o, master);
	note_override_forms(r);
	return o->item_count > 1 ? check_overrides(r) : NULL;
}

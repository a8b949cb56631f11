/*
 * expand_look - one occurrence of one component
 *
 * Where a component stands by its own dates, how long it takes, and which range
 * RFC 4791 §9.9 counts for it. Ranges are half-open seconds, so "<=" of its
 * tables is a second more at that side.
 */
#include "ical/expand_priv.h"
#include "ical/zone.h"

/* The time an instance is named by: DTSTART, or DUE alone; an override that has neither
 * stays where its RECURRENCE-ID is. */
static const struct ical_time *anchor_of(const struct ical_item *item)
{
	if (item->dtstart.present)
		return &item->dtstart;
	if (item->due.present)
		return &item->due;
	return item->recurrence_id.present ? &item->recurrence_id : NULL;
}

/* DTEND at or before the DATE of DTSTART: a day is meant, whatever §3.8.2.2 asks. */
static struct length length_to_dtend(const struct ical_item *item)
{
	struct length l = length_between(&item->dtstart, &item->dtend);

	if (l.seconds <= 0 && item->dtstart.form == TIME_DATE)
		return (struct length){.days = 1};
	l.seconds = max64(l.seconds, 0);
	return l;
}

/* RFC 5545 §3.6.1: DTEND, DURATION, else a day for a DATE and nothing for a time. */
static struct length length_of(const struct ical_item *item)
{
	if (!item->dtstart.present)
		return (struct length){0};
	if (item->due.present)
		return length_between(&item->dtstart, &item->due);
	if (item->dtend.present)
		return length_to_dtend(item);
	if (item->has_duration)
		return (struct length){item->duration.days, item->duration.seconds};
	if (item->type == COMP_VAVAILABILITY)
		return (struct length){.seconds = TIME_MAX - item->dtstart.seconds};
	if (item->dtstart.form == TIME_DATE && item->type != COMP_VTODO)
		return (struct length){.days = 1};
	return (struct length){0};
}

struct look look_read(const struct expand *x, size_t index)
{
	const struct ical_item *item = &x->object->items[index];
	const struct ical_time *anchor = anchor_of(item);
	struct look l = {
		.item = item,
		.index = (uint32_t)index,
		.is_dated = anchor != NULL,
		.busy = busy_of_item(x, item),
	};

	if (anchor)
		l.spot = (struct spot){place_of(anchor), anchor->seconds, length_of(item)};
	return l;
}

/* The rows of the VTODO table that have DTSTART or DUE. */
static void count_todo(const struct ical_item *item, struct occurrence *o)
{
	if (!item->dtstart.present && item->due.present) {
		o->start--;
	} else if (!item->due.present && !item->has_duration) {
		return;
	} else if (o->dtend <= o->dtstart) {
		o->start = o->dtend - 1;
		o->end = o->dtstart + 1;
	} else if (item->has_duration) {
		o->end++;
	}
}

struct occurrence look_at(const struct look *l, const struct spot *s, int64_t recurrence_local)
{
	const struct length *length = &s->length;
	struct occurrence o = {
		.dtstart = place_bind(&s->place, s->local),
		.recurrence_local = recurrence_local,
		.floating = place_is_floating(&s->place),
		.busy = l->busy,
		.item = l->index,
	};

	o.dtend = length->days ? place_bind(&s->place, s->local + length->days * DAY_SECONDS)
			       : o.dtstart;
	o.dtend += length->seconds;
	/* A day that the clock leaves out has no length (case A17), and never a negative one. */
	if (l->item->type != COMP_VTODO)
		o.dtend = max64(o.dtend, o.dtstart);
	o.start = o.dtstart;
	o.end = o.dtend;
	if (l->item->type == COMP_VTODO)
		count_todo(l->item, &o);
	if (o.floating || place_is_fixed(&s->place))
		return o;
	o.start -= ZONE_AHEAD_SECONDS;
	o.end += ZONE_BEHIND_SECONDS;
	if (o.dtend == o.dtstart)
		o.busy = OCC_FREE;
	return o;
}

/* Some moments of slack for "<=", a day where the clock may change under nominal days. */
struct reach spot_reach(const struct spot *s)
{
	int64_t slack = 1 + (place_is_fixed(&s->place) ? 0 : ZONE_AHEAD_SECONDS);
	int64_t nominal = s->length.days ? (s->length.days + 1) * DAY_SECONDS : 0;

	return (struct reach){
		.before = slack + max64(-s->length.seconds, 0),
		.after = slack + nominal + max64(s->length.seconds, 0),
	};
}

/* ---- without dates ------------------------------------------------------------------------- */

static void count_undated_todo(const struct ical_item *item, struct occurrence *o)
{
	bool has_created = item->created.present, has_completed = item->completed.present;
	int64_t created = ical_time_utc(&item->created, zone_utc());
	int64_t completed = ical_time_utc(&item->completed, zone_utc());

	if (has_completed) {
		o->start = (has_created ? min64(created, completed) : completed) - 1;
		o->end = (has_created ? max64(created, completed) : completed) + 1;
	} else if (has_created) {
		o->start = created;
	}
}

bool look_undated(const struct look *l, struct occurrence *out)
{
	const struct ical_item *item = l->item;

	*out = (struct occurrence){.start = TIME_MIN, .end = TIME_MAX, .item = l->index};
	if (item->type == COMP_VEVENT || item->type == COMP_VJOURNAL)
		return false;
	if (item->type == COMP_VTODO)
		count_undated_todo(item, out);
	else if (item->dtend.present)
		out->end = ical_time_utc(&item->dtend, zone_utc());
	out->dtstart = out->start;
	out->dtend = out->end;
	return true;
}

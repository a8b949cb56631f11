/* counter - another time, proposed: read, taken up, settled. See counter.h. */
#include "itip/counter.h"

#include "base/arena.h"
#include "ical/address.h"
#include "ical/zone.h"
#include "itip/counter_priv.h"
#include "itip/instance_priv.h"

/* ---- when ---------------------------------------------------------------------------------- */

static enum time_form span_form(const struct ical_time *t)
{
	if (t->form == TIME_DATE)
		return TIME_DATE;
	return itip_zone_of(t) ? TIME_UTC : TIME_FLOATING;
}

struct itip_span itip_counter_span(const struct ical_object *series, const struct ical_item *item,
				   int64_t id)
{
	struct itip_clock c = itip_clock_of(series);
	const struct ical_time *t = item->dtstart.present ? &item->dtstart : &item->due;
	struct itip_span s = {.present = t->present, .form = span_form(t)};

	if (!t->present)
		return s;
	if (id == ITIP_MASTER && item->recurrence_id.present)
		id = itip_clock_id(&c, &item->recurrence_id);
	else if (id == ITIP_MASTER)
		id = itip_zone_of(t) ? zone_to_utc(itip_zone_of(t), t->seconds) : t->seconds;
	itip_shown_at(&c, item, id, &s.start, &s.end);
	return s;
}

static bool is_same_span(const struct itip_span *a, const struct itip_span *b)
{
	if (!a->present || !b->present)
		return a->present == b->present;
	return a->form == b->form && a->start == b->start && a->end == b->end;
}

static bool can_be_said(int64_t seconds)
{
	return seconds >= TIME_MIN + DAY_SECONDS && seconds < TIME_MAX - DAY_SECONDS;
}

/* A DURATION may reach past the years that can be written, in whichever zone. */
static bool is_in_reach(const struct itip_span *s)
{
	return !s->present || (can_be_said(s->start) && can_be_said(s->end) && s->end >= s->start);
}

/* ---- which instance ------------------------------------------------------------------------ */

const struct ical_item *itip_counter_item(struct arena *a, const struct ical_object *o, int64_t id)
{
	struct itip_instances all;
	const struct itip_instance *found;
	bool has = true;

	itip_instances(a, o, &all);
	found = itip_instance_find(&all, id);
	if (!found || !found->item)
		return NULL;
	/* What an override does not tell has to be in the series. */
	if (found->id != id && o->has_master)
		itip_series_find(a, o, &id, 1, &has);
	return has ? found->item : NULL;
}

/* X-MS-OLK-ORIGINALSTART: UTC, or in the zone of DTSTART ([MS-OXCICAL] §2.1.3.1.1.20.59). */
static bool original_start(struct arena *a, const struct ical_object *message,
			   const struct ical_item *item, struct ical_time *out)
{
	struct itip_part p;
	struct ical_line l;

	itip_part_begin(&p, a, message, item);
	*out = item->dtstart;
	if (!itip_part_find(&p, "X-MS-OLK-ORIGINALSTART", &l) ||
	    !time_parse(text_trim(l.value), &out->seconds, &out->form))
		return false;
	if (out->form == TIME_FLOATING && item->dtstart.form == TIME_ZONED &&
	    text_equal(ical_line_param(a, &l, "TZID"), item->dtstart.tzid))
		out->form = TIME_ZONED;
	return true;
}

static bool is_series(const struct ical_item *item)
{
	return item->has_rule || item->rdates.count > 0 || item->period_count > 0;
}

/* Outlook names the instance of a series by nothing but its time. */
static int64_t instance_of(struct arena *a, const struct ical_object *stored,
			   const struct ical_object *message, const struct ical_item *item)
{
	struct ical_time original;

	if (item->recurrence_id.present)
		return itip_instance_id(stored, &item->recurrence_id);
	if (stored->has_master && is_series(&stored->items[0]) && !is_series(item) &&
	    original_start(a, message, item, &original))
		return itip_instance_id(stored, &original);
	return ITIP_MASTER;
}

const struct ical_item *itip_counter_source(struct arena *a, const struct ical_object *stored,
					    const struct ical_object *message, int64_t instance)
{
	for (size_t i = 0; i < message->item_count; i++)
		if (instance_of(a, stored, message, &message->items[i]) == instance)
			return &message->items[i];
	return NULL;
}

/* ---- read ---------------------------------------------------------------------------------- */

static struct text text_property(const struct itip_part *p, const char *name)
{
	struct ical_line l;

	if (!itip_part_find(p, name, &l) || !l.value.at)
		return TEXT_NONE;
	return ical_text_unescape(p->arena, l.value);
}

static bool is_outdated(struct arena *a, const struct ical_object *stored,
			const struct ical_item *mine, const struct ical_object *message,
			const struct ical_item *theirs, const struct itip_proposal *p)
{
	struct ical_time original;

	if (p->sequence < itip_stamp_of(a, stored, mine).sequence)
		return true;
	/* It stands elsewhere than the sender knew, whatever both count. */
	return p->was.form == TIME_UTC && original_start(a, message, theirs, &original) &&
	       itip_zone_of(&original) &&
	       zone_to_utc(itip_zone_of(&original), original.seconds) != p->was.start;
}

static bool read_item(struct arena *a, const struct ical_object *stored,
		      const struct ical_object *message, const struct ical_item *theirs,
		      const struct itip_user *sender, struct itip_proposal *out)
{
	int64_t id = instance_of(a, stored, message, theirs);
	const struct ical_item *mine = itip_counter_item(a, stored, id);
	const struct ical_attendee *person;
	struct itip_part p, own;

	if (!mine)
		return false;
	itip_part_begin(&p, a, message, theirs);
	itip_part_begin(&own, a, stored, mine);
	person = itip_attendee_in(a, theirs, sender);
	*out = (struct itip_proposal){
		.instance = id,
		.sequence = itip_stamp_of(a, message, theirs).sequence,
		.was = itip_counter_span(stored, mine, id),
		.is = itip_counter_span(stored, theirs, ITIP_MASTER),
		.location = text_property(&p, "LOCATION"),
		.comment = text_property(&p, "COMMENT"),
		.partstat = person ? person->partstat : TEXT_NONE,
	};
	if (text_equal(out->location, text_property(&own, "LOCATION")))
		out->location = TEXT_NONE;
	out->is_outdated = is_outdated(a, stored, mine, message, theirs, out);
	return (id == ITIP_MASTER || can_be_said(id)) && is_in_reach(&out->was) &&
	       is_in_reach(&out->is);
}

bool itip_counter_read(struct arena *a, const struct ical_object *stored,
		       const struct ical_object *message, const struct itip_user *sender,
		       struct itip_proposal *out)
{
	struct itip_proposal p;
	bool found = false;

	for (size_t i = 0; i < message->item_count; i++) {
		if (!read_item(a, stored, message, &message->items[i], sender, &p))
			continue;
		if (!found)
			*out = p;
		found = true;
		if (is_same_span(&p.was, &p.is))
			continue;
		*out = p;
		return true;
	}
	return found;
}

bool itip_counter_is_unwanted(struct arena *a, const struct ical_object *stored)
{
	struct itip_part p;
	struct ical_line l;

	itip_part_begin(&p, a, stored, &stored->items[0]);
	return itip_part_find(&p, "X-MICROSOFT-DISALLOW-COUNTER", &l) &&
	       text_equal_nocase(text_trim(l.value), TEXT("TRUE"));
}

/* ---- settled ------------------------------------------------------------------------------- */

bool itip_counter_is_settled(struct arena *a, struct itip_comparison *c,
			     const struct ical_object *was, const struct ical_object *is,
			     int64_t instance, struct text attendee)
{
	struct itip_user user = {.addresses = &attendee, .count = 1};
	const struct ical_item *old = itip_counter_item(a, was, instance);
	const struct ical_item *now = itip_counter_item(a, is, instance);
	struct itip_span before, after;

	if (!old || !now || !itip_attendee_in(a, now, &user))
		return true;
	if (instance == ITIP_MASTER)
		return itip_compare_items(c, old, now) == ITIP_TIMES;
	before = itip_counter_span(was, old, instance);
	after = itip_counter_span(is, now, instance);
	return !is_same_span(&before, &after);
}

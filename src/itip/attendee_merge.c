/*
 * attendee_merge - a save by an attendee, taken together with what they had; see attendee.h
 *
 * Each component that the client sends is found again in the object as it was: by RECURRENCE-ID,
 * or, of an override that lost it and came as a master (interop §1: Apple), by its times. What the
 * client left out is put back, unless an EXDATE says that it is declined. Times are nobody's but
 * the organizer's.
 */
#include "base/arena.h"
#include "ical/address.h"
#include "itip/attendee_priv.h"
#include "itip/instance_priv.h"
#include "itip/params.h"

struct merging {
	struct itip_merge m;
	struct itip_instances was, is;
	struct itip_clock was_clock, is_clock;
	struct itip_draft draft;
	bool *kept;  /* by component of `was`: the client sent it */
	bool *named; /* by component of `is`: the series as it was has the instance */
};

/* ---- times --------------------------------------------------------------------------------- */

static struct text rule_of(const struct merging *g, const struct ical_item *is)
{
	struct itip_part p;
	struct ical_line l;

	if (!is->has_rule)
		return TEXT_NONE;
	itip_part_begin(&p, g->m.arena, g->m.is, is);
	return itip_part_find(&p, "RRULE", &l) ? l.value : TEXT_NONE;
}

/* EXDATEs apart: what an attendee takes out they decline. */
static bool is_same_time(const struct merging *g, const struct ical_item *was,
			 const struct ical_item *is)
{
	struct ical_item old = *was, new = *is;
	struct itip_side old_side = {&g->was_clock, &old, itip_merge_rule(&g->m, was)};
	struct itip_side new_side = {&g->is_clock, &new, rule_of(g, is)};

	old.exdates.count = new.exdates.count = 0;
	return itip_compare_times(g->m.arena, &old_side, &new_side) == ITIP_SAME;
}

/* ---- which component it was ---------------------------------------------------------------- */

/* A component of the client's as a version of one that there was. */
struct match {
	const struct ical_item *was; /* the series, of an override that is new; NULL: none */
	bool lost_id;		     /* it is the override of `id`, and does not say so */
	int64_t id;
};

static bool has_own(const struct itip_instances *all, int64_t id)
{
	const struct itip_instance *i = itip_instance_find(all, id);

	return i && i->item && i->id == id;
}

static bool is_series_of(const struct merging *g, const struct ical_item *was)
{
	return g->m.was->has_master && was == &g->m.was->items[0];
}

static bool series_has(const struct merging *g, int64_t id)
{
	bool has = false;

	itip_series_find(g->m.arena, g->m.was, &id, 1, &has);
	return has;
}

/* An override without RECURRENCE-ID: one that there was, or an instance of the series. */
static struct match match_by_time(const struct merging *g, const struct ical_item *is)
{
	const struct ical_object *was = g->m.was;
	struct match none = {.was = NULL};

	if (is->has_rule || is->rdates.count > 0 || is->period_count > 0 || !is->dtstart.present)
		return none;
	for (size_t i = 0; i < was->item_count; i++) {
		const struct ical_item *old = &was->items[i];
		struct ical_item as_override = *is;

		as_override.recurrence_id =
			old->recurrence_id.present ? old->recurrence_id : is->dtstart;
		if (is_same_time(g, old, &as_override)) {
			struct match found = {.was = old, .lost_id = true};

			found.id = itip_instance_id(was, &as_override.recurrence_id);
			if (!has_own(&g->is, found.id) &&
			    (!is_series_of(g, old) ||
			     (!has_own(&g->was, found.id) && series_has(g, found.id))))
				return found;
		}
	}
	return none;
}

static struct match match(const struct merging *g, const struct ical_item *is)
{
	const struct itip_instance *i;
	struct match m = {.was = NULL};

	if (!is->recurrence_id.present) {
		if (g->m.was->has_master && is_same_time(g, &g->m.was->items[0], is))
			return (struct match){.was = &g->m.was->items[0], .id = ITIP_MASTER};
		return match_by_time(g, is);
	}
	m.id = itip_instance_id(g->m.was, &is->recurrence_id);
	i = itip_instance_find(&g->was, m.id);
	if (!i || !i->item || !is_same_time(g, i->item, is))
		return m;
	if (!is_series_of(g, i->item) || g->named[is - g->m.is->items])
		m.was = i->item;
	return m;
}

/* ---- the components that came -------------------------------------------------------------- */

static void put_recurrence_id(const struct merging *g, struct itip_part *p, const struct match *m)
{
	struct ical_line l;

	if (itip_part_find(itip_merge_before(&g->m, m->was), "RECURRENCE-ID", &l))
		itip_part_insert(p, itip_params_set(g->m.arena, &l, NULL, 0));
	else if (itip_part_find(p, "DTSTART", &l))
		itip_part_insert(p, itip_date_line(g->m.arena, "RECURRENCE-ID", &l));
}

/* Instances that the organizer took out stay out. */
static void keep_exdates(const struct merging *g, struct itip_part *p, const struct ical_item *was)
{
	const struct itip_part *before = itip_merge_before(&g->m, was);

	for (size_t i = 0; i < g->was.count; i++) {
		const struct itip_instance *gone = &g->was.at[i];
		const struct itip_instance *now;

		if (gone->item)
			continue;
		now = itip_instance_find(&g->is, gone->id);
		if (!now || now->item)
			itip_part_insert(p, itip_part_instance_line(before, "EXDATE", gone->id));
	}
}

static const struct fault *merge_component(struct merging *g, const struct ical_item *is)
{
	struct match found = match(g, is);
	struct itip_part p;
	struct text bytes;
	const struct fault *f;

	if (!found.was)
		return itip_not_yours(g->m.arena, "when it takes place");
	itip_part_begin(&p, g->m.arena, g->m.is, is);
	if (found.lost_id)
		put_recurrence_id(g, &p, &found);
	if (found.id == ITIP_MASTER)
		keep_exdates(g, &p, found.was);
	if (found.id == ITIP_MASTER || has_own(&g->was, found.id))
		g->kept[found.was - g->m.was->items] = true;
	if ((f = itip_merge_lines(&g->m, &p, found.was)) ||
	    (f = itip_merge_people(&g->m, &p, found.was)))
		return f;
	bytes = itip_part_finish(&p);
	if (!text_equal(bytes, p.raw))
		itip_draft_replace(&g->draft, is, bytes);
	return arena_check(g->m.arena);
}

/* ---- the components that did not come ------------------------------------------------------ */

static bool is_declined(const struct merging *g, const struct ical_item *was)
{
	const struct itip_instance *i;

	if (!was->recurrence_id.present || !g->m.is->has_master)
		return false;
	i = itip_instance_find(&g->is, itip_instance_id(g->m.was, &was->recurrence_id));
	return i && !i->item;
}

static void put_back(struct merging *g)
{
	bool any = false;

	for (size_t i = 0; i < g->m.was->item_count; i++) {
		const struct ical_item *was = &g->m.was->items[i];
		struct itip_part p;

		if (g->kept[i] || is_declined(g, was))
			continue;
		itip_part_begin(&p, g->m.arena, g->m.was, was);
		itip_merge_answer(&g->m, &p);
		itip_draft_add(&g->draft, itip_part_finish(&p));
		any = true;
	}
	if (any)
		itip_draft_add_zones(&g->draft, g->m.was);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void find_named(struct merging *g)
{
	size_t count = g->m.is->item_count;
	int64_t *ids = arena_alloc_array(g->m.arena, count, sizeof(*ids));

	g->named = arena_alloc_array(g->m.arena, count, sizeof(*g->named));
	for (size_t i = 0; i < count; i++)
		if (g->m.is->items[i].recurrence_id.present)
			ids[i] = itip_instance_id(g->m.was, &g->m.is->items[i].recurrence_id);
	if (g->m.was->has_master)
		itip_series_find(g->m.arena, g->m.was, ids, count, g->named);
}

/* RFC 6638 §3.2.2.1: whose meeting it is, who sends the answers, and that they are invited. */
static const struct fault *check_people(const struct merging *g)
{
	const struct ical_attendee *was = itip_organizer_of(g->m.was);
	const struct ical_attendee *is = itip_organizer_of(g->m.is);
	struct text organizer = ical_address(g->m.arena, was->address);
	const struct fault *f;

	if ((f = itip_check_one_organizer(g->m.arena, g->m.is)))
		return f;
	if (is && !ical_address_is_among(g->m.arena, is->address, &organizer, 1))
		return itip_not_yours(g->m.arena, "ORGANIZER");
	if (is && is->agent != was->agent)
		return itip_not_yours(g->m.arena, "who sends the answers (SCHEDULE-AGENT)");
	for (size_t i = 0; i < g->m.is->item_count; i++)
		if (itip_attendee_in(g->m.arena, &g->m.is->items[i], g->m.user))
			return NULL;
	return itip_not_yours(g->m.arena, "who is invited");
}

/* An answer to the series that is another than before. */
static struct text spread(const struct merging *g)
{
	const struct ical_attendee *was, *is;

	if (!g->m.was->has_master || !g->m.is->has_master)
		return TEXT_NONE;
	was = itip_attendee_in(g->m.arena, &g->m.was->items[0], g->m.user);
	is = itip_attendee_in(g->m.arena, &g->m.is->items[0], g->m.user);
	if (!was || !is || itip_is_unanswered(is) ||
	    text_equal_nocase(itip_partstat_of(was), itip_partstat_of(is)) ||
	    match(g, &g->m.is->items[0]).id != ITIP_MASTER)
		return TEXT_NONE;
	return itip_partstat_of(is);
}

const struct fault *itip_merge_attendee(struct arena *a, const struct itip_save *s,
					struct text *out)
{
	struct merging g = {
		.m = {.arena = a, .user = s->user, .was = s->was, .is = s->is},
		.was_clock = itip_clock_of(s->was),
		.is_clock = itip_clock_of(s->is),
	};
	const struct fault *f;

	if ((f = check_people(&g)))
		return f;
	itip_instances(a, s->was, &g.was);
	itip_instances(a, s->is, &g.is);
	g.kept = arena_alloc_array(a, s->was->item_count, sizeof(*g.kept));
	itip_merge_begin(&g.m);
	find_named(&g);
	g.m.spread = spread(&g);
	itip_draft_begin(&g.draft, a, s->is);
	for (size_t i = 0; i < s->is->item_count; i++)
		if ((f = merge_component(&g, &s->is->items[i])))
			return f;
	put_back(&g);
	*out = itip_draft_finish(&g.draft);
	return arena_check(a);
}

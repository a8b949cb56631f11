/* range - a series that somebody takes part in for a while. See range_priv.h. */
#include "itip/range_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/ical.h"
#include "itip/instance_priv.h"

/* A pause of more instances ends the series. */
enum { PAUSE_MAX = 1000 };

static void insert(const struct itip_part *series, struct itip_target_edit to, struct text line)
{
	const struct ical_blocks *b = &series->blocks;
	size_t at = b->count > 1 ? b->at[1].begin : b->at[0].body_end;

	ical_edit_insert_line(to.edit, to.shift + at, line);
}

static void insert_date(const struct itip_part *series, struct itip_target_edit to,
			const char *name, int64_t id)
{
	insert(series, to, itip_part_instance_line(series, name, id));
}

/* ---- its end ------------------------------------------------------------------------------- */

/* The rule with its last instance before this id. */
static struct text ended_rule(const struct itip_part *series, const struct ical_line *l, int64_t id)
{
	struct itip_clock clock = itip_clock_of(series->object);
	struct text rest = l->value, part;
	struct buf b;

	buf_init(&b, series->arena, l->value.len + 32, l->value.len + 64);
	buf_put_lit(&b, "RRULE:");
	while (text_next(&rest, ';', &part)) {
		if (text_starts_nocase(part, TEXT("UNTIL=")) ||
		    text_starts_nocase(part, TEXT("COUNT=")))
			continue;
		buf_put_text(&b, part);
		buf_put_char(&b, ';');
	}
	buf_put_lit(&b, "UNTIL=");
	if (clock.form == TIME_DATE)
		time_put_date(&b, id - DAY_SECONDS);
	else if (clock.zone)
		time_put_utc(&b, id - 1);
	else
		time_put_local(&b, id - 1);
	return buf_text(&b);
}

void itip_series_end(const struct itip_part *series, struct itip_target_edit to, int64_t id)
{
	const struct ical_item *item = series->item;
	struct itip_clock clock = itip_clock_of(series->object);
	struct ical_line l;

	if (itip_part_find(series, "RRULE", &l))
		ical_edit_replace_line(to.edit, to.shift + l.begin, to.shift + l.end,
				       ended_rule(series, &l, id));
	for (size_t i = 0; i < item->rdates.count + item->period_count; i++) {
		const struct ical_time *t = i < item->rdates.count
						    ? &item->rdates.at[i]
						    : &item->periods[i - item->rdates.count].start;
		int64_t at = itip_clock_id(&clock, t);

		if (at >= id)
			insert_date(series, to, "EXDATE", at);
	}
}

/* ---- who is left out ----------------------------------------------------------------------- */

struct leaving {
	const struct itip_part *series;
	struct itip_target_edit to;
	const struct itip_instances *all;
	itip_concerns_fn concerns;
	void *ctx;
};

static bool is_range(const struct itip_instance *i)
{
	return i->item && !i->is_master && i->item->this_and_future;
}

/* An instance after the end that is theirs all the same: the series has it by name. */
static void name_rest(const struct leaving *g, int64_t end)
{
	for (size_t i = 0; i < g->all->count; i++) {
		const struct itip_instance *one = &g->all->at[i];

		if (!one->is_master && one->item && one->id >= end &&
		    g->concerns(g->ctx, one->item))
			insert_date(g->series, g->to, "RDATE", one->id);
	}
}

static void end_at(const struct leaving *g, int64_t id)
{
	itip_series_end(g->series, g->to, id);
	name_rest(g, id);
}

/* False: there are too many to be named. */
static bool pause(const struct leaving *g, int64_t from, int64_t to)
{
	int64_t *ids = arena_alloc_array(g->series->arena, PAUSE_MAX, sizeof(*ids));
	size_t count;

	if (!itip_series_between(g->series->arena, g->series->object, from, to, ids, PAUSE_MAX,
				 &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct itip_instance *own = itip_instance_find(g->all, ids[i]);

		if (!own || own->id != ids[i] || (own->item && own->item->this_and_future))
			insert_date(g->series, g->to, "EXDATE", ids[i]);
	}
	return true;
}

bool itip_series_leave(const struct itip_part *series, struct itip_target_edit to,
		       const struct itip_instances *all, itip_concerns_fn concerns, void *ctx)
{
	struct leaving g = {series, to, all, concerns, ctx};
	struct itip_clock clock = itip_clock_of(series->object);
	int64_t out_from = ITIP_MASTER, first = itip_clock_bind(&clock, clock.local);

	for (size_t i = 0; i < all->count; i++) {
		const struct itip_instance *one = &all->at[i];

		if (!is_range(one))
			continue;
		if (!concerns(ctx, one->item)) {
			if (out_from == ITIP_MASTER)
				out_from = one->id;
		} else if (out_from != ITIP_MASTER) {
			if (!pause(&g, out_from, one->id))
				break;
			out_from = ITIP_MASTER;
		}
	}
	if (out_from == ITIP_MASTER)
		return true;
	if (out_from <= first)
		return false;
	end_at(&g, out_from);
	return true;
}

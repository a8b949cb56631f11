/* splice - one instance of a series as a component of its own. See draft.h. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"
#include "itip/draft.h"
#include "itip/instance_priv.h"
#include "itip/params.h"

/* Name and parameters of a line, and this time in the form that t has. */
static struct text time_line(struct arena *a, const char *name, const struct ical_line *like,
			     const struct ical_time *t, int64_t seconds)
{
	struct buf b;

	buf_init(&b, a, 64, ICAL_MAX_LINE_BYTES);
	buf_put_str(&b, name);
	buf_put_text(&b, like->params);
	buf_put_char(&b, ':');
	if (t->form == TIME_DATE)
		time_put_date(&b, seconds);
	else if (t->form == TIME_UTC)
		time_put_utc(&b, seconds);
	else
		time_put_local(&b, seconds);
	return buf_text(&b);
}

/* As an instant where its zone is known, else as it is written; and back. */
static int64_t bound(const struct ical_time *t)
{
	const struct zone *z = itip_zone_of(t);

	return z ? zone_to_utc(z, t->seconds) : t->seconds;
}

static int64_t unbound(const struct ical_time *t, int64_t instant)
{
	const struct zone *z = itip_zone_of(t);

	return z ? zone_to_local(z, instant) : instant;
}

struct text itip_part_instance_line(const struct itip_part *master, const char *name, int64_t id)
{
	struct itip_clock clock = itip_clock_of(master->object);
	struct ical_time t = master->item->dtstart;
	struct ical_line like;
	int64_t seconds = itip_clock_local(&clock, id);

	/* A to-do may repeat by its DUE. */
	if (!itip_part_find(master, "DTSTART", &like)) {
		t.form = TIME_UTC;
		seconds = id;
	}
	return time_line(master->arena, name, &like, &t, seconds);
}

struct text itip_part_time_line(const struct itip_part *p, const char *name, int64_t instant)
{
	const struct ical_item *item = p->item;
	const struct ical_time *t = item->dtstart.present ? &item->dtstart : &item->due;
	struct ical_line like;

	(void)itip_part_find(p, item->dtstart.present ? "DTSTART" : "DUE", &like);
	return time_line(p->arena, name, &like, t, unbound(t, instant));
}

struct text itip_date_line(struct arena *a, const char *name, const struct ical_line *like)
{
	static const struct itip_param no_range = {"RANGE", TEXT_NONE};
	struct ical_line l = *like;

	l.name = text_from(name);
	return itip_params_set(a, &l, &no_range, 1);
}

struct splice {
	struct itip_part *part;
	struct itip_clock clock;
	int64_t id;
	int64_t start; /* where the instance begins, as DTSTART is written */
	bool and_future;
};

/* What the instance's DTSTART says: as far from the series' as the id is, by its clock. */
static int64_t instance_start(const struct splice *s)
{
	const struct ical_item *item = s->part->item;
	int64_t own = item->recurrence_id.present
			      ? itip_clock_local(&s->clock,
						 itip_clock_id(&s->clock, &item->recurrence_id))
			      : item->dtstart.seconds;

	return item->dtstart.seconds + itip_clock_local(&s->clock, s->id) - own;
}

/* DTEND and DUE keep the length, which is exact (RFC 5545 §3.8.2.2). */
static int64_t instance_end(const struct splice *s, const struct ical_time *end)
{
	struct ical_time start = s->part->item->dtstart;
	int64_t length = bound(end) - bound(&start);

	start.seconds = s->start;
	return unbound(end, bound(&start) + length);
}

static bool can_be_said(int64_t seconds)
{
	return seconds >= TIME_MIN && seconds < TIME_MAX;
}

/* An end may lie far before its start, and a start at the end of all time. */
static bool is_in_reach(const struct splice *s)
{
	const struct ical_item *item = s->part->item;

	return can_be_said(s->start) && can_be_said(itip_clock_local(&s->clock, s->id)) &&
	       (!item->dtend.present || can_be_said(instance_end(s, &item->dtend))) &&
	       (!item->due.present || can_be_said(instance_end(s, &item->due)));
}

static bool is_of_series(const struct ical_line *l)
{
	static const char *const names[] = {"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(l, names[i]))
			return true;
	return false;
}

/* As the series' DTSTART is written (RFC 5545 §3.8.4.4), also for the instance of a range. */
static struct text id_line(const struct splice *s)
{
	struct itip_part series;

	itip_part_begin(&series, s->part->arena, s->part->object, &s->part->object->items[0]);
	return itip_part_instance_line(
		&series, s->and_future ? "RECURRENCE-ID;RANGE=THISANDFUTURE" : "RECURRENCE-ID",
		s->id);
}

static void splice_line(struct splice *s, const struct ical_line *l)
{
	struct itip_part *p = s->part;
	const struct ical_item *item = p->item;
	struct ical_edit *e = p->edit;

	if (is_of_series(l)) {
		ical_edit_remove(e, l->begin, l->end);
	} else if (ical_line_is(l, "DTSTART")) {
		ical_edit_insert_line(e, l->begin, id_line(s));
		ical_edit_replace_line(e, l->begin, l->end,
				       time_line(p->arena, "DTSTART", l, &item->dtstart, s->start));
	} else if (ical_line_is(l, "DTEND") && item->dtend.present) {
		ical_edit_replace_line(e, l->begin, l->end,
				       time_line(p->arena, "DTEND", l, &item->dtend,
						 instance_end(s, &item->dtend)));
	} else if (ical_line_is(l, "DUE") && item->due.present) {
		ical_edit_replace_line(e, l->begin, l->end,
				       time_line(p->arena, "DUE", l, &item->due,
						 instance_end(s, &item->due)));
	}
}

static bool cut(struct itip_part *p, int64_t id, bool and_future)
{
	struct splice s = {
		.part = p, .clock = itip_clock_of(p->object), .id = id, .and_future = and_future};
	struct ical_walk w;
	struct ical_line l;

	if (!p->item->dtstart.present || !p->object->has_master)
		return false;
	s.start = instance_start(&s);
	if (!is_in_reach(&s))
		return false;
	ical_walk_begin(&w, p->arena, p->raw, &p->blocks, 0);
	while (ical_walk_line(&w, &l))
		splice_line(&s, &l);
	return true;
}

bool itip_part_to_instance(struct itip_part *p, int64_t id)
{
	return cut(p, id, false);
}

bool itip_part_to_range(struct itip_part *p, int64_t id)
{
	return cut(p, id, true);
}

/* ---- EXDATE, lifted ---------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

struct lifting {
	const struct itip_part *master;
	struct itip_clock clock;
	const int64_t *ids; /* in order */
	size_t count;
	struct ical_time like; /* zone and form of the line's values */
};

static bool is_lifted(const struct lifting *f, struct text value)
{
	struct ical_time t = f->like;
	enum time_form form;
	int64_t id;

	if (!time_parse(text_trim(value), &t.seconds, &form))
		return false;
	if (form != TIME_FLOATING || !t.zone)
		t.form = form;
	id = itip_clock_id(&f->clock, &t);
	return bsearch(&id, f->ids, f->count, sizeof(id), compare_ids) != NULL;
}

/* The values of a line that stay; false: none do. */
static bool kept_values(const struct lifting *f, const struct ical_line *l, struct text *out)
{
	struct text rest = l->value, value;
	struct buf b;

	buf_init(&b, f->master->arena, l->value.len, ICAL_MAX_LINE_BYTES);
	while (text_next(&rest, ',', &value)) {
		if (is_lifted(f, value))
			continue;
		if (b.len > 0)
			buf_put_char(&b, ',');
		buf_put_text(&b, value);
	}
	*out = buf_text(&b);
	return b.len > 0;
}

/* What the line's TZID means, as it was read for the object's own dates. */
static struct ical_time like_of(const struct itip_part *master, const struct ical_line *l)
{
	const struct ical_dates *dates = &master->item->exdates;
	struct text tzid = ical_line_param(master->arena, l, "TZID");

	for (size_t i = 0; tzid.len > 0 && i < dates->count; i++)
		if (dates->at[i].form == TIME_ZONED && text_equal(dates->at[i].tzid, tzid))
			return dates->at[i];
	return (struct ical_time){.present = true, .form = TIME_FLOATING};
}

void itip_part_lift_exdates(struct itip_part *master, int64_t *ids, size_t count)
{
	struct lifting f = {.master = master,
			    .clock = itip_clock_of(master->object),
			    .ids = ids,
			    .count = count};
	struct ical_walk w;
	struct ical_line l;
	struct text kept;

	qsort(ids, count, sizeof(*ids), compare_ids);
	ical_walk_begin(&w, master->arena, master->raw, &master->blocks, 0);
	while (ical_walk_line(&w, &l)) {
		if (!ical_line_is(&l, "EXDATE"))
			continue;
		f.like = like_of(master, &l);
		if (!kept_values(&f, &l, &kept)) {
			ical_edit_remove(master->edit, l.begin, l.end);
		} else if (kept.len < l.value.len) {
			l.value = kept;
			ical_edit_replace_line(master->edit, l.begin, l.end,
					       itip_params_set(master->arena, &l, NULL, 0));
		}
	}
}

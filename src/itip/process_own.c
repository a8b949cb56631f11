/*
 * process_own - what in an attendee's copy is theirs
 *
 * Of a component that comes the organizer's part counts; alarms, TRANSP, CATEGORIES, private
 * properties, what was done of a to-do, and the answer are the recipient's (RFC 6638 §3.2.2.1).
 *
 * When an answer stays. The organizer's word is taken where the instance was moved, or where a
 * higher SEQUENCE asks again: that is a rescheduling (RFC 5546 §3.2.2.1). In all else the answer
 * that was given holds, even where the message says NEEDS-ACTION: with the same SEQUENCE it is no
 * rescheduling (§3.2.2.2), so more likely the organizer had not read the answer yet.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/address.h"
#include "ical/walk.h"
#include "itip/params.h"
#include "itip/process_priv.h"
#include "itip/told_priv.h"

static bool is_answer(const struct ical_item *item, const struct ical_attendee *person)
{
	return person &&
	       !text_equal(itip_known_partstat(item->type, person->partstat), TEXT("NEEDS-ACTION"));
}

static bool is_alarm(const struct itip_part *p, size_t block)
{
	return ical_block_is(&p->blocks.at[block], "VALARM");
}

/* ---- the answer -------------------------------------------------------------------------- */

struct taking {
	struct itip_work *work;
	struct itip_part *part; /* what came, being edited */
	struct itip_part mine;	/* what the recipient has; unused where there is none */
	const struct itip_own *own;
	const struct ical_attendee *said;  /* the recipient's line in what came */
	const struct ical_attendee *known; /* and in what they have */
	bool keeps_answer;
	struct text *names; /* of private properties that came, in order */
	size_t name_count;
};

/* Whoever it was delegated to has declined, so it is the recipient's again (RFC 5546 §4.2.7). */
static bool came_back(const struct taking *t)
{
	const struct ical_item *item = t->part->item;

	if (!text_equal_nocase(t->known->partstat, TEXT("DELEGATED")))
		return false;
	for (size_t i = 0; i < item->attendee_count; i++)
		if (text_equal_nocase(item->attendees[i].partstat, TEXT("DECLINED")) &&
		    ical_address_is_among(t->work->arena, item->attendees[i].delegated_from,
					  t->work->in->user->addresses, t->work->in->user->count))
			return true;
	return false;
}

static bool has_same_line(const struct taking *t, const char *name)
{
	struct ical_line theirs, mine;

	if (itip_part_find(t->part, name, &theirs) != itip_part_find(&t->mine, name, &mine))
		return false;
	return text_equal(theirs.params, mine.params) && text_equal(theirs.value, mine.value);
}

static bool has_same_dates(const struct ical_item *a, const struct ical_item *b)
{
	if (a->rdates.count != b->rdates.count || a->period_count > 0 || b->period_count > 0)
		return false;
	for (size_t i = 0; i < a->rdates.count; i++)
		if (a->rdates.at[i].form != b->rdates.at[i].form ||
		    a->rdates.at[i].seconds != b->rdates.at[i].seconds ||
		    !text_equal(a->rdates.at[i].tzid, b->rdates.at[i].tzid))
			return false;
	return true;
}

/* A series of the same times; instances may have come back that an EXDATE had taken out of it. */
static bool is_same_series(const struct taking *t)
{
	static const char *const names[] = {"DTSTART", "DTEND", "DURATION", "DUE", "RRULE"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!has_same_line(t, names[i]))
			return false;
	return !t->own->item->recurrence_id.present && !t->part->item->recurrence_id.present &&
	       has_same_dates(t->own->item, t->part->item);
}

static bool was_moved(const struct taking *t)
{
	return itip_work_change(t->work, t->own->item, t->part->item) == ITIP_TIMES &&
	       !is_same_series(t);
}

static bool keeps_answer(const struct taking *t)
{
	if (!is_answer(t->own->item, t->known))
		return false;
	/* An answer of the organizer's for one instance says more than ours for the series. */
	if (is_answer(t->part->item, t->said) && !t->own->is_exact)
		return false;
	if (!is_answer(t->part->item, t->said) && (t->own->is_later || came_back(t)))
		return false;
	return !was_moved(t);
}

/* ORGANIZER and ATTENDEE as they came, without what only a server and its owner say (RFC 6638 §7).
 */
static void take_person(struct taking *t, const struct ical_line *l, bool is_recipient,
			bool is_organizer)
{
	struct itip_param params[6] = {
		{"SCHEDULE-AGENT", TEXT_NONE},
		{"SCHEDULE-FORCE-SEND", TEXT_NONE},
		{"SCHEDULE-STATUS", TEXT_NONE},
		{ITIP_PARAM_REPLIED, TEXT_NONE},
	};
	struct ical_line mine;
	size_t count = 4;

	if (is_organizer && t->keeps_answer && t->own->item->organizer.schedule_status.len > 0)
		params[2].value = t->own->item->organizer.schedule_status;
	if (is_recipient && t->keeps_answer) {
		params[count++] = (struct itip_param){"PARTSTAT", t->known->partstat};
		mine = itip_part_person(&t->mine, t->known);
		params[count++] =
			(struct itip_param){"DELEGATED-TO", itip_param_list(&mine, "DELEGATED-TO")};
	}
	ical_edit_replace_line(t->part->edit, l->begin, l->end,
			       itip_params_set(t->work->arena, l, params, count));
}

/* ---- what came --------------------------------------------------------------------------- */

static bool is_recipients(const struct taking *t, const struct ical_line *l)
{
	size_t from = t->part->object->blocks.at[t->part->item->block].begin;

	return t->said && t->said->begin == from + l->begin;
}

static bool is_done_property(const struct ical_line *l)
{
	return ical_line_is(l, "PERCENT-COMPLETE") || ical_line_is(l, "COMPLETED") ||
	       ical_line_is(l, "STATUS");
}

/* What was done of a to-do is said by who does it, as long as it is not called off. */
static bool keeps_done(const struct taking *t)
{
	return t->keeps_answer && t->part->item->type == COMP_VTODO &&
	       t->part->item->status != STATUS_CANCELLED;
}

/* What the first message brings, and is the recipient's from then on. */
static bool is_recipients_own(const struct ical_line *l)
{
	return ical_line_is(l, "TRANSP") || ical_line_is(l, "CATEGORIES");
}

/* A property of the organizer's copy alone, or one that the recipient's takes the place of. */
static bool goes(const struct taking *t, const struct ical_line *l)
{
	if (text_starts_nocase(l->name, TEXT("X-")))
		return false;
	if (t->own->item && is_recipients_own(l))
		return true;
	return !itip_is_told(l->name) || (keeps_done(t) && is_done_property(l));
}

static void take_theirs(struct taking *t)
{
	struct itip_part *p = t->part;
	struct ical_walk w;
	struct ical_line l;
	size_t inner;

	ical_walk_begin(&w, t->work->arena, p->raw, &p->blocks, 0);
	while (ical_walk_next(&w, &l, &inner)) {
		if (inner) {
			if (is_alarm(p, inner))
				ical_edit_remove(p->edit, p->blocks.at[inner].begin,
						 p->blocks.at[inner].end);
		} else if (ical_line_is(&l, "ATTENDEE") || ical_line_is(&l, "ORGANIZER")) {
			take_person(t, &l, is_recipients(t, &l), ical_line_is(&l, "ORGANIZER"));
		} else if (goes(t, &l)) {
			ical_edit_remove(p->edit, l.begin, l.end);
		}
	}
}

/* ---- what stays -------------------------------------------------------------------------- */

static int compare_names(const void *left, const void *right)
{
	return text_compare(*(const struct text *)left, *(const struct text *)right);
}

static void note_names(struct taking *t)
{
	struct itip_part *p = t->part;
	size_t lines = 0;
	struct ical_walk w;
	struct ical_line l;

	for (size_t i = 0; i < p->raw.len; i++)
		lines += p->raw.at[i] == '\n';
	t->names = arena_alloc_array(t->work->arena, lines + 1, sizeof(*t->names));
	ical_walk_begin(&w, t->work->arena, p->raw, &p->blocks, 0);
	while (ical_walk_line(&w, &l))
		if (text_starts_nocase(l.name, TEXT("X-")))
			t->names[t->name_count++] = text_lower(t->work->arena, l.name);
	qsort(t->names, t->name_count, sizeof(*t->names), compare_names);
}

static bool came_too(const struct taking *t, struct text name)
{
	struct text key = text_lower(t->work->arena, name);

	return bsearch(&key, t->names, t->name_count, sizeof(key), compare_names) != NULL;
}

static bool stays(const struct taking *t, const struct ical_line *l)
{
	if (is_recipients_own(l))
		return true;
	if (keeps_done(t) && is_done_property(l))
		return true;
	return !itip_is_told(l->name) && !ical_line_is(l, "REQUEST-STATUS") &&
	       !came_too(t, l->name);
}

static struct text bytes_of(const struct itip_part *p, size_t begin, size_t end)
{
	return text_sub(p->raw, begin, end - begin);
}

static void keep_mine(struct taking *t)
{
	struct itip_part *p = t->part;
	const struct ical_block *outer = &p->blocks.at[0];
	size_t at = p->blocks.count > 1 ? p->blocks.at[1].begin : outer->body_end;
	struct ical_walk w;
	struct ical_line l;
	size_t inner;

	ical_walk_begin(&w, t->work->arena, t->mine.raw, &t->mine.blocks, 0);
	while (ical_walk_next(&w, &l, &inner)) {
		const struct ical_block *b = &t->mine.blocks.at[inner];

		if (inner && is_alarm(&t->mine, inner))
			ical_edit_replace_bytes(p->edit, outer->body_end, outer->body_end,
						bytes_of(&t->mine, b->begin, b->end));
		else if (!inner && stays(t, &l))
			ical_edit_replace_bytes(p->edit, at, at,
						bytes_of(&t->mine, l.begin, l.end));
	}
}

bool itip_part_take(struct itip_work *w, struct itip_part *p, const struct itip_own *own)
{
	struct taking t = {.work = w, .part = p, .own = own};

	t.said = itip_attendee_in(w->arena, p->item, w->in->user);
	if (own->item) {
		t.known = itip_attendee_in(w->arena, own->item, w->in->user);
		itip_part_begin(&t.mine, w->arena, w->in->stored, own->item);
		t.keeps_answer = keeps_answer(&t);
		note_names(&t);
	}
	take_theirs(&t);
	if (own->item)
		keep_mine(&t);
	return is_answer(own->item, t.known) && !t.keeps_answer && !is_answer(p->item, t.said);
}

/* ---- overrides of the recipient's own ---------------------------------------------------- */

/* All bytes of a component's alarms, one after the other. */
static struct text alarms_of(struct itip_work *w, const struct ical_item *item)
{
	struct itip_part p;
	size_t len = 0;
	char *at;

	itip_part_begin(&p, w->arena, w->in->stored, item);
	at = arena_alloc(w->arena, p.raw.len);
	for (size_t i = 1; i < p.blocks.count; i = p.blocks.at[i].next) {
		const struct ical_block *b = &p.blocks.at[i];

		if (!is_alarm(&p, i))
			continue;
		memcpy(at + len, p.raw.at + b->begin, b->end - b->begin);
		len += b->end - b->begin;
	}
	return text_of(at, len);
}

bool itip_has_own_answer(struct itip_work *w, const struct ical_item *item,
			 const struct ical_item *series)
{
	return is_answer(item, itip_attendee_in(w->arena, item, w->in->user)) ||
	       !text_equal(alarms_of(w, item), alarms_of(w, series));
}

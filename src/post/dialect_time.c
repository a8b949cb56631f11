/*
 * dialect_time - a time proposed in a REPLY. See dialect.h.
 *
 * Calendar on the iPhone has a button to propose another time, and writes no COUNTER but a REPLY
 * whose ATTENDEE says TO-ALL-PROPOSED-NEW-TIME="DTSTART:…Z;STATUS:;". Made a COUNTER, it is kept
 * as a proposal like any other; the PARTSTAT beside it is kept with it.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/zone.h"
#include "itip/person.h"
#include "post/dialect_priv.h"

static bool proposed_start(struct text parameter, int64_t *seconds_out, enum time_form *form_out)
{
	static const struct text name = TEXT_INIT("DTSTART:");
	struct text field;

	while (text_next(&parameter, ';', &field))
		if (text_starts_nocase(field, name))
			return time_parse(text_sub(field, name.len, field.len), seconds_out,
					  form_out);
	return false;
}

/* As an instant; local seconds, where nothing binds it to the time line. */
static int64_t instant_of(const struct ical_time *t)
{
	return t->form == TIME_ZONED && t->zone ? zone_to_utc(t->zone, t->seconds) : t->seconds;
}

static struct text time_line(struct arena *a, const char *name, enum time_form form,
			     int64_t seconds)
{
	struct buf b;

	buf_init(&b, a, 64, 64);
	buf_put_str(&b, name);
	buf_put_str(&b, form == TIME_DATE ? ";VALUE=DATE:" : ":");
	if (form == TIME_DATE)
		time_put_date(&b, seconds);
	else
		time_put_utc(&b, seconds);
	return buf_text(&b);
}

static bool can_be_said(int64_t seconds)
{
	return seconds >= TIME_MIN && seconds < TIME_MAX;
}

/* It is moved as a whole: it stays as long as it was. */
static bool move(struct dialect_work *w, struct ical_edit *e, const struct ical_item *item,
		 struct text parameter)
{
	int64_t start, end;
	enum time_form form;

	if (!item->dtstart.present || !proposed_start(parameter, &start, &form) ||
	    (form == TIME_DATE) != (item->dtstart.form == TIME_DATE) || form == TIME_FLOATING)
		return false;
	end = start + instant_of(&item->dtend) - instant_of(&item->dtstart);
	if (item->dtend.present && !can_be_said(end))
		return false;
	ical_edit_set_property(e, &w->blocks, item->block, "DTSTART",
			       time_line(w->arena, "DTSTART", form, start));
	if (item->dtend.present)
		ical_edit_set_property(e, &w->blocks, item->block, "DTEND",
				       time_line(w->arena, "DTEND", form, end));
	return true;
}

/* What its sender wrote to the organizer alone is the COMMENT of a COUNTER. */
static void carry_comment(struct dialect_work *w, struct ical_edit *e, size_t block)
{
	struct ical_line l;

	if (dialect_find(w, block, "COMMENT", &l) ||
	    !dialect_find(w, block, "X-CALENDARSERVER-PRIVATE-COMMENT", &l))
		return;
	ical_edit_insert_line(e, w->blocks.at[block].body,
			      text_from(arena_printf(w->arena, "COMMENT:%.*s", TEXT_ARG(l.value))));
}

static struct text parameter_of(struct dialect_work *w, const struct ical_object *o,
				const struct ical_item *item)
{
	struct itip_user sender = {.addresses = &w->out->sender, .count = 1};
	const struct ical_attendee *own = itip_attendee_in(w->arena, item, &sender);
	struct ical_line l;
	size_t pos;

	if (!own)
		return TEXT_NONE;
	pos = own->begin;
	return ical_line_next(w->arena, o->raw, &pos, &l)
		       ? ical_line_param(w->arena, &l, "TO-ALL-PROPOSED-NEW-TIME")
		       : TEXT_NONE;
}

/* Most replies propose nothing, and need not be read as an object here. */
static bool has_parameter(struct dialect_work *w)
{
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(w->arena, w->calendar, &pos, &l))
		if (ical_line_is(&l, "ATTENDEE") &&
		    ical_line_param(w->arena, &l, "TO-ALL-PROPOSED-NEW-TIME").at)
			return true;
	return false;
}

bool dialect_propose(struct dialect_work *w)
{
	struct ical_edit *e;
	struct ical_object *o;
	bool is_mended = false;

	if (!has_parameter(w) || ical_object_parse(w->arena, w->calendar, ICAL_FROM_MESSAGE, &o))
		return false;
	e = ical_edit_begin(w->arena, w->calendar);
	for (size_t i = 0; i < o->item_count; i++) {
		struct text parameter = parameter_of(w, o, &o->items[i]);

		if (!parameter.at || !move(w, e, &o->items[i], parameter))
			continue;
		carry_comment(w, e, o->items[i].block);
		is_mended = true;
	}
	if (!is_mended)
		return false;
	ical_edit_set_property(e, &w->blocks, 0, "METHOD", TEXT("METHOD:COUNTER"));
	w->calendar = ical_edit_apply(e);
	w->method = ITIP_COUNTER;
	return true;
}

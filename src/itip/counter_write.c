/* counter_write - what follows from a proposal: objects, and messages. See counter.h. */
#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/counter_priv.h"
#include "itip/message.h"

/* ---- one instance as a component ----------------------------------------------------------- */

static const struct fault *no_instance(struct arena *a)
{
	return fault_make(a, FAULT_NOT_FOUND, NULL, "It does not take place then.");
}

/* The object with an override for this instance, which so far another component tells. */
static const struct fault *add_override(struct arena *a, const struct ical_object *o,
					const struct ical_item *item, int64_t id,
					const struct ical_object **out)
{
	struct itip_draft d;
	struct itip_part p;
	struct ical_object *with;
	const struct fault *f;

	itip_part_begin(&p, a, o, item);
	if (!itip_part_to_instance(&p, id))
		return no_instance(a);
	itip_draft_begin(&d, a, o);
	itip_draft_add(&d, itip_part_finish(&p));
	f = ical_object_parse(a, itip_draft_finish(&d), ICAL_FROM_STORE, &with);
	*out = f ? NULL : with;
	return f;
}

/* The component that tells of this instance and no other; *o becomes the object that has it. */
static const struct fault *own_item(struct arena *a, const struct ical_object **o, int64_t id,
				    const struct ical_item **out)
{
	const struct ical_item *item = itip_counter_item(a, *o, id);
	const struct fault *f = NULL;

	if (!item)
		return no_instance(a);
	if (id != ITIP_MASTER &&
	    (!item->recurrence_id.present || itip_instance_id(*o, &item->recurrence_id) != id ||
	     item->this_and_future)) {
		f = add_override(a, *o, item, id, o);
		item = f ? NULL : itip_counter_item(a, *o, id);
	}
	*out = item;
	return f ? f : item ? NULL : no_instance(a);
}

static bool is_when(const struct ical_line *l)
{
	return ical_line_is(l, "DTSTART") || ical_line_is(l, "DTEND") || ical_line_is(l, "DUE") ||
	       ical_line_is(l, "DURATION");
}

static void remove_when(struct itip_part *p)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, p->arena, p->raw, &p->blocks, 0);
	while (ical_walk_line(&w, &l))
		if (is_when(&l))
			ical_edit_remove(p->edit, l.begin, l.end);
}

static const char *end_name(const struct ical_item *item)
{
	return item->type == COMP_VTODO ? "DUE" : "DTEND";
}

/* As its own times are written. */
static void put_when(struct itip_part *p, const struct itip_span *s, bool has_start, bool has_end)
{
	if (has_start)
		itip_part_insert(p, itip_part_time_line(p, "DTSTART", s->start));
	if (has_end)
		itip_part_insert(p, itip_part_time_line(p, end_name(p->item), s->end));
}

/* ---- taken up ------------------------------------------------------------------------------ */

static void copy_line(struct itip_part *to, const struct itip_part *from, const char *name)
{
	struct ical_line l;

	if (itip_part_find(from, name, &l))
		itip_part_set(to, name, itip_date_line(to->arena, name, &l));
}

/* In another form than its own: as the message has it. */
static void copy_when(struct itip_part *to, const struct itip_part *from)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, from->arena, from->raw, &from->blocks, 0);
	while (ical_walk_line(&w, &l))
		if (is_when(&l))
			itip_part_insert(to, itip_date_line(to->arena, text_cstr(to->arena, l.name),
							    &l));
}

static void take_when(struct itip_part *to, const struct itip_part *from,
		      const struct itip_span *was, const struct itip_span *is)
{
	const struct ical_item *item = from->item;

	remove_when(to);
	if (was->present && was->form == is->form)
		put_when(to, is, item->dtstart.present,
			 item->dtend.present || item->due.present || item->has_duration);
	else
		copy_when(to, from);
}

static bool has_own_instances(const struct ical_object *o)
{
	const struct ical_item *master = &o->items[0];

	return o->item_count > 1 || master->exdates.count > 0 || master->rdates.count > 0 ||
	       master->period_count > 0;
}

const struct fault *itip_counter_take(struct arena *a, const struct ical_object *stored,
				      const struct ical_object *message, int64_t instance,
				      struct text *out)
{
	const struct ical_item *theirs = itip_counter_source(a, stored, message, instance);
	const struct ical_object *o = stored;
	const struct ical_item *mine;
	struct itip_span was, is;
	struct itip_part to, from;
	struct itip_draft d;
	const struct fault *f = own_item(a, &o, instance, &mine);

	if (!f && !theirs)
		f = no_instance(a);
	if (f)
		return f;
	was = itip_counter_span(o, mine, instance);
	is = itip_counter_span(o, theirs, ITIP_MASTER);
	if (instance == ITIP_MASTER && was.start != is.start && has_own_instances(o))
		return fault_make(
			a, FAULT_CONFLICT, NULL,
			"Instances of the series were changed on their own, and would not "
			"move along.");
	itip_part_begin(&to, a, o, mine);
	itip_part_begin(&from, a, message, theirs);
	if (is.present)
		take_when(&to, &from, &was, &is);
	copy_line(&to, &from, "LOCATION");
	if (instance == ITIP_MASTER)
		copy_line(&to, &from, "RRULE");
	itip_draft_begin(&d, a, o);
	itip_draft_replace(&d, mine, itip_part_finish(&to));
	if (was.form != is.form)
		itip_draft_add_zones(&d, message);
	*out = itip_draft_finish(&d);
	return arena_check(a);
}

/* ---- made ---------------------------------------------------------------------------------- */

static const struct fault *refuse_span(struct arena *a, const char *about, const char *why)
{
	return fault_make(a, FAULT_UNPROCESSABLE, about, "%s", why);
}

static const struct fault *check_span(struct arena *a, const struct itip_span *was,
				      const struct itip_span *is)
{
	bool is_empty = is->form == TIME_DATE && is->end == is->start;

	if (is->form != was->form)
		return refuse_span(a, "start_time",
				   was->form == TIME_DATE	? "It takes whole days: give dates."
				   : was->form == TIME_FLOATING ? "It is bound to no time zone."
								: "It takes no whole days: give "
								  "instants.");
	if (is->end < is->start || is_empty)
		return refuse_span(a, "end_time", "It would end before it begins.");
	if (is->start == was->start && is->end == was->end)
		return refuse_span(a, "start_time", "That is when it takes place.");
	/* A zone may add a day to what is written. */
	if (is->start < TIME_MIN + DAY_SECONDS || is->end >= TIME_MAX - DAY_SECONDS)
		return refuse_span(a, "start_time", "Such a time cannot be written.");
	return NULL;
}

static struct text comment_line(struct arena *a, struct text comment)
{
	struct buf b;

	buf_init(&b, a, comment.len + 64, ICAL_MAX_LINE_BYTES);
	buf_put_lit(&b, "COMMENT:");
	ical_put_text(&b, comment);
	return buf_text(&b);
}

static void put_comment(struct itip_part *p, struct text comment)
{
	ical_edit_remove_property(p->edit, &p->blocks, 0, "COMMENT");
	if (comment.len > 0)
		itip_part_insert(p, comment_line(p->arena, comment));
}

/* §3.2.7: one component. */
static struct text alone(struct arena *a, const struct ical_object *o, const struct ical_item *item,
			 struct text component)
{
	struct itip_draft d;

	itip_draft_begin(&d, a, o);
	for (size_t i = 0; i < o->item_count; i++)
		if (&o->items[i] != item)
			itip_draft_remove(&d, &o->items[i]);
	itip_draft_replace(&d, item, component);
	return itip_draft_finish(&d);
}

const struct fault *itip_counter_write(struct arena *a, const struct ical_object *stored,
				       const struct itip_counter *c, struct text *out)
{
	const struct ical_attendee *organizer = itip_organizer_of(stored);
	const struct ical_object *o = stored;
	const struct ical_item *item;
	struct itip_span was, is;
	struct itip_part p;
	const struct fault *f = NULL;

	if (itip_counter_is_unwanted(a, stored))
		f = fault_make(a, FAULT_CONFLICT, NULL, "The organizer takes no proposals.");
	if (!f)
		f = own_item(a, &o, c->instance, &item);
	if (f)
		return f;
	is = was = itip_counter_span(o, item, c->instance);
	if (!was.present)
		return no_instance(a);
	is.form = c->form;
	is.start = c->start;
	is.end = c->has_end ? c->end : c->start + was.end - was.start;
	if ((f = check_span(a, &was, &is)))
		return f;
	itip_part_begin(&p, a, o, item);
	remove_when(&p);
	put_when(&p, &is, item->dtstart.present,
		 item->dtend.present || item->due.present || item->has_duration || c->has_end);
	put_comment(&p, c->comment);
	return itip_message_write(a, alone(a, o, item, itip_part_finish(&p)), TEXT("COUNTER"),
				  organizer->address, c->now, out);
}

/* ---- declined ------------------------------------------------------------------------------ */

struct text itip_counter_decline(struct arena *a, const struct ical_object *stored,
				 const struct ical_object *message, struct text attendee,
				 struct text comment, int64_t now)
{
	struct itip_short s = {
		.method = ITIP_DECLINECOUNTER,
		.message = message,
		.organizer = itip_organizer_of(stored),
		.attendee = attendee,
		.comment = comment,
		.now = now,
	};

	return itip_message_short(a, &s);
}

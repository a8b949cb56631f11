/*
 * message_part - messages about some instances, written anew
 *
 * A REPLY, or a CANCEL of single instances, holds few properties of each component: a row below
 * says which. They are copied as the organizer wrote them, so that whoever reads the answer
 * finds what it answers (interop §6: Google passes over replies without them). An instance that
 * only the rule names is told by the master's lines at its own time, with a RECURRENCE-ID in the
 * form of the series.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/address.h"
#include "ical/build.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/instance_priv.h"
#include "itip/message_priv.h"
#include "itip/told_priv.h"

/* ---- what is kept ------------------------------------------------------------------------- */

enum {
	IN_REPLY = 1 << 0,
	IN_CANCEL = 1 << 1,
};

/* RFC 5546 §3.2.3, §3.2.5, §3.4.3, §3.4.5; what is written anew (DTSTAMP, STATUS) is not here. */
static const struct kept {
	const char *name;
	unsigned methods;
} kept_rows[] = {
	{"UID", IN_REPLY | IN_CANCEL},
	{"SUMMARY", IN_REPLY | IN_CANCEL},
	{"SEQUENCE", IN_REPLY | IN_CANCEL},
	{"ORGANIZER", IN_REPLY | IN_CANCEL},
	{"LOCATION", IN_CANCEL},
	{"COMPLETED", IN_REPLY}, /* a task's progress is part of the answer (§3.4.3) */
	{"PERCENT-COMPLETE", IN_REPLY},
};

/* Their times change from instance to instance. */
static const char *const time_names[] = {"DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID"};

/* What one component gives to all its instances; read once. */
struct source {
	bool is_read, has_sequence;
	struct text head;	  /* kept lines, as bytes */
	struct text times;	  /* the lines of time_names, as bytes */
	struct text duration;	  /* the line of DURATION, as bytes */
	struct text start_params; /* of DTSTART, or DUE: TZID, VALUE */
	struct text attendee;	  /* the recipient's or replier's line, unfolded; empty: none */
};

struct part {
	struct arena *arena;
	const struct ical_object *object;
	struct itip_clock clock;
	struct itip_instances instances;
	const struct itip_user *user; /* whose ATTENDEE line is kept */
	unsigned method;
	struct text partstat;		  /* empty: as it stands */
	const struct ical_object *before; /* NULL: no COMMENT is told */
	struct text *comments;		  /* in it, sorted, as they are meant */
	size_t comment_count;
	bool and_future; /* the instance that is written, and all that follow */
	struct text dtstamp;
	struct source *sources;
	struct itip_zones zones;
	struct buf body;
	size_t written;
};

static bool is_kept(const struct part *p, const struct ical_line *l)
{
	for (size_t i = 0; i < ARRAY_LEN(kept_rows); i++)
		if ((kept_rows[i].methods & p->method) && ical_line_is(l, kept_rows[i].name))
			return true;
	return false;
}

static bool is_time(const struct ical_line *l)
{
	for (size_t i = 0; i < ARRAY_LEN(time_names); i++)
		if (ical_line_is(l, time_names[i]))
			return true;
	return false;
}

/* ---- people ------------------------------------------------------------------------------- */

/*
 * The line with this PARTSTAT. RSVP goes: who has answered is not asked again (interop §1), and
 * neither is who was uninvited.
 */
static struct text attendee_line(struct part *p, const struct ical_line *l, struct text partstat)
{
	struct text params = l->params, name, raw;
	struct buf b;

	buf_init(&b, p->arena, l->end - l->begin + 64, ICAL_MAX_LINE_BYTES + 64);
	buf_put_lit(&b, "ATTENDEE");
	if (partstat.len > 0) {
		buf_put_lit(&b, ";PARTSTAT=");
		ical_put_param(&b, partstat);
	}
	while (itip_next_param(&params, &name, &raw)) {
		bool is_replaced = partstat.len > 0 && text_equal_nocase(name, TEXT("PARTSTAT"));

		if (itip_is_told_param(name) && !is_replaced &&
		    !text_equal_nocase(name, TEXT("RSVP")))
			buf_put_text(&b, raw);
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, l->value);
	return buf_text(&b);
}

/* For whom the object no longer names. */
static struct text bare_attendee(struct part *p)
{
	struct text address = p->user->addresses[0];
	bool has_scheme = text_find_char(address, ':', 0) > 0;

	return text_from(arena_printf(p->arena, "ATTENDEE:%s%.*s",
				      has_scheme ? "" : "mailto:", TEXT_ARG(address)));
}

/* ---- what the attendee says ---------------------------------------------------------------- */

static int compare_texts(const void *left, const void *right)
{
	return text_compare(*(const struct text *)left, *(const struct text *)right);
}

static size_t count_lines(struct text t)
{
	size_t lines = 0;

	for (size_t i = 0; i < t.len; i++)
		lines += t.at[i] == '\n';
	return lines;
}

static void read_comments(struct part *p, const struct ical_object *before)
{
	struct ical_walk w;
	struct ical_line l;

	p->before = before;
	p->comments =
		arena_alloc_array(p->arena, count_lines(before->raw) + 1, sizeof(*p->comments));
	for (size_t i = 0; i < before->item_count; i++) {
		ical_walk_begin(&w, p->arena, before->raw, &before->blocks, before->items[i].block);
		while (ical_walk_line(&w, &l))
			if (ical_line_is(&l, "COMMENT"))
				p->comments[p->comment_count++] =
					ical_text_unescape(p->arena, l.value);
	}
	qsort(p->comments, p->comment_count, sizeof(*p->comments), compare_texts);
}

/* §3.2.3: a message to the organizer; what the organizer wrote is none. */
static bool is_said(struct part *p, const struct ical_line *l)
{
	struct text says;

	if (!p->before || !ical_line_is(l, "COMMENT"))
		return false;
	says = ical_text_unescape(p->arena, l->value);
	return p->comment_count == 0 ||
	       !bsearch(&says, p->comments, p->comment_count, sizeof(*p->comments), compare_texts);
}

/* ---- one component, read ------------------------------------------------------------------ */

static void keep_line(struct part *p, struct source *s, const struct ical_line *l, struct buf *head,
		      struct buf *times)
{
	struct text raw = text_sub(p->object->raw, l->begin, l->end - l->begin), told;

	if (is_time(l)) {
		buf_put_text(times, raw);
		if (ical_line_is(l, "DURATION"))
			s->duration = raw;
		if (ical_line_is(l, "DTSTART") ||
		    (ical_line_is(l, "DUE") && s->start_params.len == 0))
			s->start_params = l->params;
	} else if (ical_line_is(l, "ATTENDEE")) {
		if (s->attendee.len == 0 &&
		    ical_address_is_among(p->arena, l->value, p->user->addresses, p->user->count))
			s->attendee = attendee_line(p, l, p->partstat);
	} else if (is_kept(p, l) || is_said(p, l)) {
		s->has_sequence = s->has_sequence || ical_line_is(l, "SEQUENCE");
		if (itip_told_line(p->arena, l, &told))
			ical_put_line(head, told);
		else
			buf_put_text(head, raw);
	}
}

static const struct source *source_of(struct part *p, const struct ical_item *item)
{
	struct source *s = &p->sources[item - p->object->items];
	struct buf head, times;
	struct ical_walk w;
	struct ical_line l;

	if (s->is_read)
		return s;
	s->is_read = true;
	buf_init(&head, p->arena, 256, ICAL_MAX_SIZE_BYTES);
	buf_init(&times, p->arena, 128, ICAL_MAX_SIZE_BYTES);
	ical_walk_begin(&w, p->arena, p->object->raw, &p->object->blocks, item->block);
	while (ical_walk_line(&w, &l))
		if (l.value.at)
			keep_line(p, s, &l, &head, &times);
	s->head = buf_text(&head);
	s->times = buf_text(&times);
	return s;
}

/* ---- one instance, written ---------------------------------------------------------------- */

/* A time of the series in the form of its DTSTART; in the second pass of a fold, UTC. */
static void put_time(struct part *p, const struct source *s, const char *name, int64_t id)
{
	const struct itip_clock *c = &p->clock;
	int64_t local;
	bool is_utc;
	struct buf b;

	/* A long instance of a far year may end after all that can be written. */
	id = max64(TIME_MIN + DAY_SECONDS, min64(id, TIME_MAX - 2 * DAY_SECONDS));
	local = itip_clock_local(c, id);
	is_utc = c->form == TIME_UTC || itip_clock_bind(c, local) != id;
	buf_init(&b, p->arena, 128, ICAL_MAX_LINE_BYTES);
	buf_put_str(&b, name);
	if (!is_utc || c->form == TIME_UTC)
		buf_put_text(&b, s->start_params);
	buf_put_char(&b, ':');
	if (c->form == TIME_DATE)
		time_put_date(&b, local);
	else if (is_utc)
		time_put_utc(&b, id);
	else
		time_put_local(&b, local);
	ical_put_line(&p->body, buf_text(&b));
}

/* The times of an instance that its component has no lines for. */
static void put_shown_times(struct part *p, const struct ical_item *item, int64_t id)
{
	const struct source *s = source_of(p, item);
	/* A range may be told in another form than the series; its lines tell RECURRENCE-ID apart.
	 */
	const struct source *own = p->object->has_master ? source_of(p, &p->object->items[0]) : s;
	int64_t start, end;

	itip_shown_at(&p->clock, item, id, &start, &end);
	if (item->dtstart.present)
		put_time(p, own, "DTSTART", start);
	if (item->dtend.present)
		put_time(p, own, "DTEND", end);
	if (item->due.present)
		put_time(p, own, "DUE", end);
	buf_put_text(&p->body, s->duration);
	put_time(p, own, p->and_future ? "RECURRENCE-ID;RANGE=THISANDFUTURE" : "RECURRENCE-ID", id);
}

static struct text attendee_of(struct part *p, const struct source *s)
{
	if (s->attendee.len > 0 || p->method == IN_REPLY)
		return s->attendee;
	if (p->object->has_master && source_of(p, &p->object->items[0])->attendee.len > 0)
		return source_of(p, &p->object->items[0])->attendee;
	return bare_attendee(p);
}

static void put_item(struct part *p, const struct ical_item *item, bool is_own, int64_t id)
{
	const struct source *s = source_of(p, item);
	struct text attendee = attendee_of(p, s);
	const char *name = ical_component_name(item->type);

	/* A REPLY is the answer of somebody who was asked. */
	if (attendee.len == 0)
		return;
	itip_zones_note_times(&p->zones, item);
	if (!is_own && p->object->has_master)
		itip_zones_note_times(&p->zones, &p->object->items[0]);
	buf_printf(&p->body, "BEGIN:%s\r\n", name);
	buf_put_text(&p->body, p->dtstamp);
	buf_put_text(&p->body, s->head);
	if (is_own)
		buf_put_text(&p->body, s->times);
	else
		put_shown_times(p, item, id);
	ical_put_line(&p->body, attendee);
	if (!s->has_sequence)
		buf_put_lit(&p->body, "SEQUENCE:0\r\n");
	if (p->method == IN_CANCEL)
		buf_put_lit(&p->body, "STATUS:CANCELLED\r\n");
	else
		buf_put_lit(&p->body, "REQUEST-STATUS:2.0;Success\r\n");
	buf_printf(&p->body, "END:%s\r\n", name);
	p->written++;
}

/* What was cut out by an EXDATE is told by the master. */
static void put_instance(struct part *p, int64_t id, bool and_future)
{
	const struct itip_instance *i = itip_instance_find(&p->instances, id);

	if (!i)
		return;
	p->and_future = and_future;
	if (i->item)
		put_item(p, i->item, i->id == id && (!and_future || i->item->this_and_future), id);
	else if (p->object->has_master)
		put_item(p, &p->object->items[0], false, id);
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* RFC 5546 §3.5 has no REPLY for a VJOURNAL; other components have no instances. */
static bool is_written_of(unsigned method, enum ical_component type)
{
	unsigned types = COMP_VEVENT | COMP_VTODO | (method == IN_CANCEL ? COMP_VJOURNAL : 0);

	return (types & type) != 0;
}

static const struct fault *begin_part(struct part *p, struct arena *a, const struct ical_object *o,
				      const struct itip_user *user, unsigned method,
				      int64_t dtstamp)
{
	struct buf stamp;

	if (!is_written_of(method, o->type))
		return fault_make(a, FAULT_BAD_REQUEST, "METHOD",
				  "No such message is sent about a %s.",
				  ical_component_name(o->type));
	*p = (struct part){.arena = a, .object = o, .user = user, .method = method};
	p->clock = itip_clock_of(o);
	p->zones.arena = a;
	p->sources = arena_alloc_array(a, o->item_count, sizeof(*p->sources));
	buf_init(&p->body, a, 1024, ICAL_MAX_SIZE_BYTES);
	buf_init(&stamp, a, 32, 64);
	buf_put_lit(&stamp, "DTSTAMP:");
	time_put_utc(&stamp, dtstamp);
	buf_put_lit(&stamp, "\r\n");
	p->dtstamp = buf_text(&stamp);
	return NULL;
}

static const struct fault *end_part(struct part *p, const char *method, struct text *out)
{
	struct buf b;

	if (p->written == 0)
		return fault_make(p->arena, FAULT_NOT_FOUND, NULL,
				  "There is no such instance, or they are not in it.");
	buf_init(&b, p->arena, p->body.len + 1024, 2 * ICAL_MAX_SIZE_BYTES);
	buf_printf(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\nMETHOD:%s\r\n",
		   method);
	itip_zones_write(&p->zones, p->object, &b);
	buf_put_text(&b, buf_text(&p->body));
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	if (p->body.overflow || b.overflow)
		return fault_make(p->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				  "A message about so many instances is too large.");
	*out = itip_with_crlf(p->arena, buf_text(&b));
	return arena_check(p->arena);
}

const struct fault *itip_message_cancel_instances(struct arena *a, const struct ical_object *o,
						  struct text recipient,
						  const struct itip_which *which, int64_t dtstamp,
						  struct text *out)
{
	struct text address = ical_address(a, recipient);
	struct itip_user user = {.addresses = &address, .count = 1};
	const struct fault *f;
	struct part p;

	if ((f = begin_part(&p, a, o, &user, IN_CANCEL, dtstamp)))
		return f;
	if (which->instances)
		p.instances = *which->instances;
	else
		itip_instances(a, o, &p.instances);
	for (size_t i = 0; i < which->count && !p.body.overflow; i++)
		put_instance(&p, which->ids[i], which->and_future && which->and_future[i]);
	return end_part(&p, "CANCEL", out);
}

const struct fault *itip_message_reply(struct arena *a, const struct ical_object *o,
				       const struct itip_user *attendee,
				       const struct itip_answered *what, int64_t dtstamp,
				       struct text *out)
{
	const struct fault *f;
	struct part p;

	if ((f = begin_part(&p, a, o, attendee, IN_REPLY, dtstamp)))
		return f;
	p.partstat = what->partstat;
	if (what->ids)
		itip_instances(a, o, &p.instances);
	if (what->before)
		read_comments(&p, what->before);
	for (size_t i = 0; what->ids && i < what->count && !p.body.overflow; i++)
		put_instance(&p, what->ids[i], false);
	for (size_t i = 0; !what->ids && i < o->item_count && !p.body.overflow; i++)
		put_item(&p, &o->items[i], true, 0);
	return end_part(&p, "REPLY", out);
}

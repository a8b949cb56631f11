/*
 * message - METHODs, written; see message.h
 */
#include "itip/message.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/message_priv.h"
#include "itip/range_priv.h"
#include "itip/told_priv.h"

/* ---- METHODs ---- */

/* Views of a whole object; REPLY and CANCEL of single instances are written in message_part.c. */
enum {
	IS_CANCEL = 1 << 0,
	HAS_SEQUENCE = 1 << 1, /* also where it is 0 */
	FOR_ANYBODY = 1 << 2,  /* the recipient need not be in it, and nobody is shown */
	HAS_SUMMARY = 1 << 3,  /* "can be null"; of a to-do PRIORITY, too */
};

static const struct method_row {
	const char *method;
	unsigned components;
	unsigned flags;
} method_rows[] = {
	/* RFC 5546 §3.2.1, §3.4.1, §3.5.1 */
	{"PUBLISH", COMP_VEVENT | COMP_VTODO | COMP_VJOURNAL, FOR_ANYBODY | HAS_SUMMARY},
	/* §3.2.2, §3.4.2; instances that were added are told by it as well, never by ADD */
	{"REQUEST", COMP_VEVENT | COMP_VTODO, HAS_SUMMARY},
	/* §3.2.5, §3.4.5, §3.5.3 */
	{"CANCEL", COMP_VEVENT | COMP_VTODO | COMP_VJOURNAL, IS_CANCEL | HAS_SEQUENCE},
	/* §3.2.7, §3.4.7: the object as it is proposed */
	{"COUNTER", COMP_VEVENT | COMP_VTODO, HAS_SEQUENCE | HAS_SUMMARY},
	/* §3.2.8, §3.4.8: the object as it stays */
	{"DECLINECOUNTER", COMP_VEVENT | COMP_VTODO, HAS_SEQUENCE},
};

/* What RFC 5546 §3 wants in a message and users need not write: what stands for nothing said. */
static const struct needed {
	const char *name, *line;
	unsigned flag, components;
} needed_rows[] = {
	{"SEQUENCE", "SEQUENCE:0", HAS_SEQUENCE, COMP_VEVENT | COMP_VTODO | COMP_VJOURNAL},
	{"SUMMARY", "SUMMARY:", HAS_SUMMARY, COMP_VEVENT | COMP_VTODO},
	{"PRIORITY", "PRIORITY:0", HAS_SUMMARY, COMP_VTODO},
};

static const struct method_row *find_method(struct text method, unsigned component)
{
	for (size_t i = 0; i < ARRAY_LEN(method_rows); i++)
		if ((method_rows[i].components & component) &&
		    text_equal_nocase(method, text_from(method_rows[i].method)))
			return &method_rows[i];
	return NULL;
}

static const struct fault *unknown_method(struct arena *a, struct text method)
{
	return fault_make(a, FAULT_BAD_REQUEST, "METHOD",
			  "METHOD:%.*s is none that is sent about such an object.",
			  TEXT_ARG(ical_brief(method)));
}

/* ---- writing ---- */

struct writer {
	struct arena *arena;
	const struct ical_object *object;
	struct ical_edit *edit;
	const struct method_row *row;
	struct itip_user recipient;
	struct text dtstamp; /* the whole line */
	struct itip_zones zones;
};

/* ORGANIZER and ATTENDEE without what the server and clients noted for themselves. */
static void strip_params(struct writer *w, const struct ical_line *l)
{
	struct text told;

	if (itip_told_line(w->arena, l, &told))
		ical_edit_replace_line(w->edit, l->begin, l->end, told);
}

static bool is_recipient(struct writer *w, struct text address)
{
	return ical_address_is_among(w->arena, address, w->recipient.addresses, w->recipient.count);
}

static bool is_person(const struct ical_line *l)
{
	return ical_line_is(l, "ATTENDEE") || ical_line_is(l, "ORGANIZER");
}

/* Who is uninvited hears of nobody else (interop §6); what anybody may read names nobody. */
static bool is_hidden(struct writer *w, const struct ical_line *l)
{
	if (!ical_line_is(l, "ATTENDEE"))
		return false;
	if (w->row->flags & FOR_ANYBODY)
		return true;
	return (w->row->flags & IS_CANCEL) && !is_recipient(w, l->value);
}

/* The component's own lines; what is inside it is taken out. Of what is needed, what it has. */
static void strip_item(struct writer *w, const struct ical_item *item, bool *has_out)
{
	const struct ical_blocks *blocks = &w->object->blocks;
	struct ical_walk walk;
	struct ical_line l;
	size_t inner;

	ical_walk_begin(&walk, w->arena, w->object->raw, blocks, item->block);
	while (ical_walk_next(&walk, &l, &inner)) {
		if (inner)
			ical_edit_remove(w->edit, blocks->at[inner].begin, blocks->at[inner].end);
		else if (!itip_is_told(l.name) || is_hidden(w, &l))
			ical_edit_remove(w->edit, l.begin, l.end);
		else if (is_person(&l))
			strip_params(w, &l);
		for (size_t i = 0; !inner && i < ARRAY_LEN(needed_rows); i++)
			has_out[i] |= ical_line_is(&l, needed_rows[i].name);
	}
}

static void set_property(struct writer *w, const struct ical_item *item, const char *name,
			 struct text line)
{
	ical_edit_set_property(w->edit, &w->object->blocks, item->block, name, line);
}

static void write_item(struct writer *w, const struct ical_item *item)
{
	bool has[ARRAY_LEN(needed_rows)] = {false};

	strip_item(w, item, has);
	itip_zones_note_item(&w->zones, item);
	set_property(w, item, "DTSTAMP", w->dtstamp);
	if (w->row->flags & IS_CANCEL)
		set_property(w, item, "STATUS", TEXT("STATUS:CANCELLED"));
	for (size_t i = 0; i < ARRAY_LEN(needed_rows); i++) {
		const struct needed *n = &needed_rows[i];

		if ((w->row->flags & n->flag) && (n->components & item->type) && !has[i])
			set_property(w, item, n->name, text_from(n->line));
	}
}

/* The EXDATE that says the same as a RECURRENCE-ID. */
static struct text exdate_line(struct writer *w, const struct ical_line *recurrence_id)
{
	struct text tzid = ical_line_param(w->arena, recurrence_id, "TZID");
	struct text type = ical_line_param(w->arena, recurrence_id, "VALUE");
	struct buf b;

	buf_init(&b, w->arena, 128, ICAL_MAX_LINE_BYTES);
	buf_put_lit(&b, "EXDATE");
	if (tzid.len > 0) {
		buf_put_lit(&b, ";TZID=");
		ical_put_param(&b, tzid);
	}
	if (type.len > 0) {
		buf_put_lit(&b, ";VALUE=");
		ical_put_param(&b, type);
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, recurrence_id->value);
	return buf_text(&b);
}

/* An override that leaves the recipient out, as they see it: the instance is not there. */
static void exclude_item(struct writer *w, const struct ical_item *item,
			 const struct ical_item *master)
{
	const struct ical_blocks *blocks = &w->object->blocks;
	const struct ical_block *b = &blocks->at[item->block];
	struct ical_walk walk;
	struct ical_line l;

	ical_edit_remove(w->edit, b->begin, b->end);
	if (!master || item->this_and_future)
		return;
	itip_zones_note(&w->zones, &item->recurrence_id);
	ical_walk_begin(&walk, w->arena, w->object->raw, blocks, item->block);
	while (ical_walk_line(&walk, &l)) {
		if (!ical_line_is(&l, "RECURRENCE-ID"))
			continue;
		ical_edit_insert_line(w->edit, blocks->at[master->block].body_end,
				      exdate_line(w, &l));
		return;
	}
}

/* METHOD in, the file's own private properties out. */
static void write_head(struct writer *w)
{
	const struct ical_blocks *blocks = &w->object->blocks;
	char *line = arena_printf(w->arena, "METHOD:%s", w->row->method);
	struct ical_walk walk;
	struct ical_line l;

	ical_edit_insert_line(w->edit, blocks->at[0].body, text_from(line));
	ical_walk_begin(&walk, w->arena, w->object->raw, blocks, 0);
	while (ical_walk_line(&walk, &l))
		if (!itip_is_told(l.name) || ical_line_is(&l, "METHOD"))
			ical_edit_remove(w->edit, l.begin, l.end);
}

struct text itip_with_crlf(struct arena *a, struct text t)
{
	size_t bare = 0, len = 0;
	char *out;

	for (size_t i = 0; i < t.len; i++)
		bare += t.at[i] == '\n' && (i == 0 || t.at[i - 1] != '\r');
	if (bare == 0)
		return t;
	out = arena_alloc(a, t.len + bare);
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] == '\n' && (i == 0 || t.at[i - 1] != '\r'))
			out[len++] = '\r';
		out[len++] = t.at[i];
	}
	return text_of(out, len);
}

static bool concerns(struct writer *w, const struct ical_item *item)
{
	if (w->row->flags & FOR_ANYBODY)
		return true;
	if (item->has_organizer && is_recipient(w, item->organizer.address))
		return true;
	for (size_t i = 0; i < item->attendee_count; i++)
		if (is_recipient(w, item->attendees[i].address))
			return true;
	return false;
}

static bool concerns_recipient(void *ctx, const struct ical_item *item)
{
	return concerns(ctx, item);
}

/* The series, if the recipient is in it and no THISANDFUTURE leaves them out of all of it. */
static bool concerns_series(struct writer *w, const struct ical_item *master)
{
	struct itip_target_edit to = {w->edit, w->object->blocks.at[master->block].begin};
	struct itip_instances all;
	struct itip_part series;

	if (!concerns(w, master))
		return false;
	if (w->row->flags & FOR_ANYBODY)
		return true;
	itip_instances(w->arena, w->object, &all);
	itip_part_begin(&series, w->arena, w->object, master);
	return itip_series_leave(&series, to, &all, concerns_recipient, w);
}

static const struct fault *write_items(struct writer *w)
{
	const struct ical_object *o = w->object;
	const struct ical_item *master = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_item *item = &o->items[i];
		bool is_series = i == 0 && o->has_master;

		if (is_series ? !concerns_series(w, item) : !concerns(w, item)) {
			exclude_item(w, item, item->recurrence_id.present ? master : NULL);
			continue;
		}
		if (is_series)
			master = item;
		write_item(w, item);
		kept++;
	}
	if (kept == 0)
		return fault_make(w->arena, FAULT_NOT_FOUND, NULL,
				  "The recipient is neither organizer nor attendee.");
	itip_zones_edit(&w->zones, o, w->edit);
	return arena_check(w->arena);
}

static struct text dtstamp_line(struct arena *a, int64_t dtstamp)
{
	struct buf b;

	buf_init(&b, a, 32, 64);
	buf_put_lit(&b, "DTSTAMP:");
	time_put_utc(&b, dtstamp);
	return buf_text(&b);
}

const struct fault *itip_message_write_of(struct arena *a, const struct ical_object *o,
					  struct text method, const struct itip_user *recipient,
					  int64_t dtstamp, struct text *out)
{
	struct writer w = {
		.arena = a,
		.object = o,
		.row = find_method(method, o->type),
		.zones.arena = a,
		.edit = ical_edit_begin(a, o->raw),
		.recipient = *recipient,
		.dtstamp = dtstamp_line(a, dtstamp),
	};
	const struct fault *f;

	if (!w.row)
		return unknown_method(a, method);
	write_head(&w);
	if ((f = write_items(&w)))
		return f;
	*out = itip_with_crlf(a, ical_edit_apply(w.edit));
	return arena_check(a);
}

const struct fault *itip_message_write(struct arena *a, struct text object, struct text method,
				       struct text recipient, int64_t dtstamp, struct text *out)
{
	struct text address = ical_address(a, recipient);
	struct itip_user user = {.addresses = &address, .count = 1};
	struct ical_object *o;
	const struct fault *f = ical_object_parse(a, object, ICAL_FROM_STORE, &o);

	return f ? f : itip_message_write_of(a, o, method, &user, dtstamp, out);
}

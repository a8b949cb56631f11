/*
 * message - METHODs, written and checked; see message.h
 */
#include "itip/message.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/edit.h"
#include "ical/guard.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "ical/time.h"
#include "itip/address.h"

/* ---- what each METHOD needs ---- */

enum {
	HAS_ATTENDEE = 1 << 0,
	HAS_DTSTAMP = 1 << 1,
	HAS_DTSTART = 1 << 2,
	HAS_DTEND = 1 << 3,
	HAS_ORGANIZER = 1 << 4,
	HAS_UID = 1 << 5,
	HAS_RECURRENCE_ID = 1 << 6,
	HAS_RRULE = 1 << 7,
	HAS_RDATE = 1 << 8,
	HAS_EXDATE = 1 << 9,
};

static const char *const property_names[] = {"ATTENDEE",  "DTSTAMP", "DTSTART",	      "DTEND",
					     "ORGANIZER", "UID",     "RECURRENCE-ID", "RRULE",
					     "RDATE",	  "EXDATE"};

#define HAS_SERIES (HAS_RRULE | HAS_RDATE | HAS_EXDATE | HAS_RECURRENCE_ID)

/* clang-format off */
static const struct method_row {
	const char *method;
	unsigned components;
	unsigned needed;    /* presence 1 or 1+ */
	unsigned forbidden; /* presence 0 */
	const char *section;
} method_rows[] = {
  /* method           components                 needed                                                             forbidden     RFC 5546 */
  {"PUBLISH",         COMP_VEVENT,               HAS_DTSTAMP | HAS_DTSTART | HAS_ORGANIZER | HAS_UID,               HAS_ATTENDEE, "3.2.1"},
  {"REQUEST",         COMP_VEVENT,               HAS_ATTENDEE | HAS_DTSTAMP | HAS_DTSTART | HAS_ORGANIZER | HAS_UID, 0,           "3.2.2"},
  {"REPLY",           COMP_VEVENT | COMP_VTODO,  HAS_ATTENDEE | HAS_DTSTAMP | HAS_UID,                              0,            "3.2.3"},
  {"ADD",             COMP_VEVENT,               HAS_DTSTAMP | HAS_DTSTART | HAS_ORGANIZER | HAS_UID,               HAS_SERIES,   "3.2.4"},
  {"CANCEL",          COMP_VEVENT | COMP_VTODO | COMP_VJOURNAL, HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,              0,            "3.2.5"},
  {"REFRESH",         COMP_VEVENT | COMP_VTODO,  HAS_ATTENDEE | HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,              0,            "3.2.6"},
  {"COUNTER",         COMP_VEVENT,               HAS_DTSTAMP | HAS_DTSTART | HAS_ORGANIZER | HAS_UID,               0,            "3.2.7"},
  {"DECLINECOUNTER",  COMP_VEVENT | COMP_VTODO,  HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,                             0,            "3.2.8"},
  {"PUBLISH",         COMP_VFREEBUSY,            HAS_DTSTAMP | HAS_DTSTART | HAS_DTEND | HAS_ORGANIZER,             HAS_ATTENDEE, "3.3.1"},
  {"REQUEST",         COMP_VFREEBUSY,            HAS_ATTENDEE | HAS_DTSTAMP | HAS_DTSTART | HAS_DTEND | HAS_ORGANIZER | HAS_UID, 0, "3.3.2"},
  {"REPLY",           COMP_VFREEBUSY,            HAS_ATTENDEE | HAS_DTSTAMP | HAS_DTSTART | HAS_DTEND | HAS_ORGANIZER | HAS_UID, 0, "3.3.3"},
  {"PUBLISH",         COMP_VTODO,                HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,                             HAS_ATTENDEE, "3.4.1"},
  {"REQUEST",         COMP_VTODO,                HAS_ATTENDEE | HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,              0,            "3.4.2"},
  {"ADD",             COMP_VTODO,                HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,                             HAS_SERIES,   "3.4.4"},
  {"COUNTER",         COMP_VTODO,                HAS_ATTENDEE | HAS_DTSTAMP | HAS_ORGANIZER | HAS_UID,              0,            "3.4.7"},
  {"PUBLISH",         COMP_VJOURNAL,             HAS_DTSTAMP | HAS_DTSTART | HAS_ORGANIZER | HAS_UID,               HAS_ATTENDEE, "3.5.1"},
  {"ADD",             COMP_VJOURNAL,             HAS_DTSTAMP | HAS_DTSTART | HAS_ORGANIZER | HAS_UID,               HAS_SERIES,   "3.5.2"},
};
/* clang-format on */

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
			  "METHOD:%.*s is none that such a message can have (RFC 5546 §3).",
			  TEXT_ARG(ical_brief(method)));
}

static unsigned properties_of(const struct ical_item *i)
{
	unsigned has = 0;

	has |= i->attendee_count > 0 ? HAS_ATTENDEE : 0;
	has |= i->dtstamp.present ? HAS_DTSTAMP : 0;
	has |= i->dtstart.present ? HAS_DTSTART : 0;
	has |= i->dtend.present || i->has_duration ? HAS_DTEND : 0;
	has |= i->has_organizer ? HAS_ORGANIZER : 0;
	has |= i->uid.len > 0 ? HAS_UID : 0;
	has |= i->recurrence_id.present ? HAS_RECURRENCE_ID : 0;
	has |= i->has_rule ? HAS_RRULE : 0;
	has |= i->rdates.count > 0 || (i->period_count > 0 && i->type != COMP_VFREEBUSY) ? HAS_RDATE
											 : 0;
	has |= i->exdates.count > 0 ? HAS_EXDATE : 0;
	return has;
}

static const char *lowest_name(unsigned bits)
{
	return property_names[__builtin_ctz(bits)];
}

const struct fault *itip_message_check(struct arena *a, const struct ical_object *o,
				       struct text method)
{
	const struct method_row *row = find_method(method, o->type);

	if (!row)
		return unknown_method(a, method);
	for (size_t i = 0; i < o->item_count; i++) {
		unsigned has = properties_of(&o->items[i]);
		unsigned missing = row->needed & ~has, extra = row->forbidden & has;

		if (missing)
			return fault_make(a, FAULT_BAD_OBJECT, lowest_name(missing),
					  "A %s needs %s (RFC 5546 §%s).", row->method,
					  lowest_name(missing), row->section);
		if (extra)
			return fault_make(a, FAULT_BAD_OBJECT, lowest_name(extra),
					  "A %s may not hold %s (RFC 5546 §%s).", row->method,
					  lowest_name(extra), row->section);
	}
	return NULL;
}

/* ---- writing ---- */

struct writer {
	struct arena *arena;
	const struct ical_object *object;
	struct ical_edit *edit;
	const struct method_row *row;
	struct text dtstamp; /* the whole line */
};

/* Properties that stay with their owner. */
static bool is_private(const struct ical_line *l)
{
	static const char *const names[] = {"COLOR", "REQUEST-STATUS", "ACKNOWLEDGED"};

	if (text_starts_nocase(l->name, TEXT("X-")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(l, names[i]))
			return true;
	return false;
}

static bool is_private_param(struct text name)
{
	return text_starts_nocase(name, TEXT("SCHEDULE-")) || text_starts_nocase(name, TEXT("X-"));
}

/* ORGANIZER and ATTENDEE without what the server and clients noted for themselves. */
static void strip_params(struct writer *w, const struct ical_line *l)
{
	size_t from = 0;
	bool stripped = false;
	struct buf b;

	buf_init(&b, w->arena, l->end - l->begin, ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, l->name);
	while (from < l->params.len) {
		size_t end = from + 1, equals;
		bool quoted = false;
		struct text param;

		for (; end < l->params.len && (quoted || l->params.at[end] != ';'); end++)
			quoted = quoted != (l->params.at[end] == '"');
		param = text_of(l->params.at + from + 1, end - from - 1);
		equals = 0;
		while (equals < param.len && param.at[equals] != '=')
			equals++;
		if (is_private_param(text_sub(param, 0, equals)))
			stripped = true;
		else
			buf_put(&b, l->params.at + from, end - from);
		from = end;
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, l->value);
	if (stripped && !b.overflow)
		ical_edit_replace_line(w->edit, l->begin, l->end, buf_text(&b));
}

static bool is_person(const struct ical_line *l)
{
	return ical_line_is(l, "ATTENDEE") || ical_line_is(l, "ORGANIZER");
}

/* The lines of the component's own level; those inside it are passed over or taken out. */
static void strip_item(struct writer *w, const struct ical_item *item, bool *has_sequence_out)
{
	struct text within = text_of(w->object->raw.at, item->end);
	size_t pos = item->begin, inner = 0;
	struct ical_line l;
	int depth = 0;

	*has_sequence_out = false;
	while (ical_line_next(w->arena, within, &pos, &l)) {
		if (ical_line_is(&l, "BEGIN") && ++depth == 2)
			inner = l.begin;
		if (ical_line_is(&l, "END") && --depth == 1)
			ical_edit_remove(w->edit, inner, l.end);
		if (depth != 1 || ical_line_is(&l, "BEGIN") || ical_line_is(&l, "END"))
			continue;
		if (is_private(&l))
			ical_edit_remove(w->edit, l.begin, l.end);
		else if (is_person(&l))
			strip_params(w, &l);
		else if (ical_line_is(&l, "SEQUENCE"))
			*has_sequence_out = true;
	}
}

static void write_item(struct writer *w, const struct ical_item *item)
{
	bool has_sequence, is_cancel = text_equal(text_from(w->row->method), TEXT("CANCEL"));

	strip_item(w, item, &has_sequence);
	ical_edit_set_property(w->edit, item->begin, item->end, "DTSTAMP", w->dtstamp);
	if (!is_cancel)
		return;
	ical_edit_set_property(w->edit, item->begin, item->end, "STATUS", TEXT("STATUS:CANCELLED"));
	if (!has_sequence)
		ical_edit_set_property(w->edit, item->begin, item->end, "SEQUENCE",
				       TEXT("SEQUENCE:0"));
}

/* Where the master's END line begins: the last line of its range. */
static size_t own_end_of(struct writer *w, const struct ical_item *master)
{
	struct text within = text_of(w->object->raw.at, master->end);
	size_t pos = master->begin, at = 0;
	struct ical_line l;

	while (ical_line_next(w->arena, within, &pos, &l))
		at = l.begin;
	return at;
}

/* An override that leaves the recipient out, as they see it: the instance is not there. */
static void exclude_item(struct writer *w, const struct ical_item *item,
			 const struct ical_item *master)
{
	struct text within = text_of(w->object->raw.at, item->end);
	size_t pos = item->begin;
	struct ical_line l;
	struct buf b;

	ical_edit_remove(w->edit, item->begin, item->end);
	if (!master)
		return;
	while (ical_line_next(w->arena, within, &pos, &l)) {
		struct text tzid, type;

		if (!ical_line_is(&l, "RECURRENCE-ID"))
			continue;
		tzid = ical_line_param(w->arena, &l, "TZID");
		type = ical_line_param(w->arena, &l, "VALUE");
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
		buf_put_text(&b, l.value);
		ical_edit_insert_line(w->edit, own_end_of(w, master), buf_text(&b));
		return;
	}
}

/* METHOD in, the file's own private properties out. */
static void write_head(struct writer *w, const struct ical_block *root)
{
	struct text within = text_of(w->object->raw.at, root->body_end);
	char *line = arena_printf(w->arena, "METHOD:%s", w->row->method);
	size_t pos = root->body;
	struct ical_line l;
	int depth = 0;

	ical_edit_insert_line(w->edit, root->body, text_from(line));
	while (ical_line_next(w->arena, within, &pos, &l)) {
		if (ical_line_is(&l, "BEGIN"))
			depth++;
		else if (ical_line_is(&l, "END"))
			depth--;
		else if (depth == 0 && (is_private(&l) || ical_line_is(&l, "METHOD")))
			ical_edit_remove(w->edit, l.begin, l.end);
	}
}

/* Every line of a message ends with CRLF (RFC 5545 §3.1), whatever the client stored. */
static struct text with_crlf(struct arena *a, struct text t)
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

static const struct fault *write_items(struct writer *w, struct text recipient)
{
	const struct ical_object *o = w->object;
	const struct ical_item *master = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_item *item = &o->items[i];
		bool concerns = itip_is_organizer(w->arena, item, &recipient, 1) ||
				itip_find_attendee(w->arena, item, &recipient, 1) >= 0;

		if (!concerns) {
			exclude_item(w, item, item->recurrence_id.present ? master : NULL);
			continue;
		}
		if (i == 0 && o->has_master)
			master = item;
		write_item(w, item);
		kept++;
	}
	if (kept == 0)
		return fault_make(w->arena, FAULT_NOT_FOUND, NULL,
				  "The recipient is neither organizer nor attendee.");
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

const struct fault *itip_message_write(struct arena *a, struct text object, struct text method,
				       struct text recipient, int64_t dtstamp, struct text *out)
{
	struct ical_object *o;
	struct ical_blocks blocks;
	struct writer w = {.arena = a};
	const struct fault *f;

	if ((f = ical_object_parse(a, object, ICAL_FROM_STORE, &o)) ||
	    (f = ical_guard_blocks(a, object, true, SIZE_MAX, &blocks)))
		return f;
	w.object = o;
	w.row = find_method(method, o->type);
	if (!w.row)
		return unknown_method(a, method);
	w.edit = ical_edit_begin(a, object);
	w.dtstamp = dtstamp_line(a, dtstamp);
	write_head(&w, &blocks.at[0]);
	if ((f = write_items(&w, recipient)))
		return f;
	*out = with_crlf(a, ical_edit_apply(w.edit));
	return arena_check(a);
}

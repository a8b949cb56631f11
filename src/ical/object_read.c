/*
 * object_read - one content line into values, by a table of properties
 *
 * A row says how a property is read, which value types it may have (RFC 5545
 * §3.8), in which components it means something, and how often it may stand
 * there. Names that have no row are passed over: their bytes are kept, and
 * nothing here depends on them. Readers of dates and numbers are in
 * object_values.c, those of words and people here.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/object_priv.h"

/* Where a property means something to us. */
enum {
	IN_EVENT = COMP_VEVENT,
	IN_TODO = COMP_VTODO,
	IN_JOURNAL = COMP_VJOURNAL,
	IN_BUSY = COMP_VFREEBUSY,
	IN_AVAIL = COMP_VAVAILABILITY,
	IN_DATED = IN_EVENT | IN_TODO | IN_JOURNAL,
	IN_ALL = IN_DATED | IN_BUSY | IN_AVAIL | COMP_VPOLL,
	IN_NONE = 0, /* checked where it stands (VALARM, VTIMEZONE), kept nowhere */
};

/* ---- words and people ---- */

static const struct fault *read_text(struct reader *r, const struct prop_row *row,
				     const struct ical_line *l, unsigned type, void *field)
{
	(void)r;
	(void)row;
	(void)type;
	if (field)
		*(struct text *)field = l->value;
	return NULL;
}

static const struct fault *read_status(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	static const char *const words[] = {
		[STATUS_TENTATIVE] = "TENTATIVE",
		[STATUS_CONFIRMED] = "CONFIRMED",
		[STATUS_CANCELLED] = "CANCELLED",
	};
	struct text value = text_trim(l->value);

	(void)r;
	(void)row;
	(void)type;
	if (!field)
		return NULL;
	*(enum ical_status *)field = STATUS_OTHER;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i] && text_equal_nocase(value, text_from(words[i])))
			*(enum ical_status *)field = (enum ical_status)i;
	return NULL;
}

static const struct fault *read_transp(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	(void)r;
	(void)row;
	(void)type;
	if (field)
		*(bool *)field = text_equal_nocase(text_trim(l->value), TEXT("TRANSPARENT"));
	return NULL;
}

/* Parameters of ATTENDEE and ORGANIZER that mean something here; most lines have three or four. */
static const struct person_param {
	const char *name;
	size_t field;
} person_params[] = {
	{"PARTSTAT", offsetof(struct ical_attendee, partstat)},
	{"CN", offsetof(struct ical_attendee, cn)},
	{"CUTYPE", offsetof(struct ical_attendee, cutype)},
	{"ROLE", offsetof(struct ical_attendee, role)},
	{"SENT-BY", offsetof(struct ical_attendee, sent_by)},
	{"DELEGATED-TO", offsetof(struct ical_attendee, delegated_to)},
	{"DELEGATED-FROM", offsetof(struct ical_attendee, delegated_from)},
	{"SCHEDULE-FORCE-SEND", offsetof(struct ical_attendee, force_send)},
	{"SCHEDULE-STATUS", offsetof(struct ical_attendee, schedule_status)},
};

static void take_param(struct text name, struct text value, void *ctx)
{
	struct ical_attendee *p = ctx;

	for (size_t i = 0; i < ARRAY_LEN(person_params); i++) {
		struct text *field = (struct text *)((char *)p + person_params[i].field);

		/* The first value counts; those of a list come one by one. */
		if (!field->at && text_equal_nocase(name, text_from(person_params[i].name)))
			*field = value;
	}
	if (text_equal_nocase(name, TEXT("RSVP")))
		p->rsvp = text_equal_nocase(value, TEXT("TRUE"));
	if (text_equal_nocase(name, TEXT("SCHEDULE-AGENT")))
		p->agent = text_equal_nocase(value, TEXT("SERVER"))   ? AGENT_SERVER
			   : text_equal_nocase(value, TEXT("CLIENT")) ? AGENT_CLIENT
								      : AGENT_NONE;
}

static void read_person(struct reader *r, const struct ical_line *l, struct ical_attendee *p)
{
	*p = (struct ical_attendee){
		.address = text_trim(l->value), .begin = l->begin, .end = l->end};
	ical_line_params_each(r->arena, l, take_param, p);
}

static const struct fault *read_organizer(struct reader *r, const struct prop_row *row,
					  const struct ical_line *l, unsigned type, void *field)
{
	(void)row;
	(void)type;
	if (!field)
		return NULL;
	read_person(r, l, field);
	r->item->has_organizer = true;
	return NULL;
}

static const struct fault *read_attendee(struct reader *r, const struct prop_row *row,
					 const struct ical_line *l, unsigned type, void *field)
{
	struct ical_item *item = r->item;

	(void)row;
	(void)type;
	if (!field)
		return NULL;
	if (item->attendee_count == ICAL_MAX_ATTENDEES)
		return fault_make(r->arena, FAULT_TOO_MANY_ATTENDEES, NULL,
				  "One event has more than %d attendees.", ICAL_MAX_ATTENDEES);
	item->attendees = object_grow(r, item->attendees, item->attendee_count, &r->attendee_cap,
				      sizeof(*item->attendees));
	read_person(r, l, &item->attendees[item->attendee_count++]);
	return arena_check(r->arena);
}

/* A file that a server keeps; all other attachments are none of ours. */
static const struct fault *read_attach(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	struct ical_object *o = r->object;
	struct text id = field ? ical_line_param(r->arena, l, "MANAGED-ID") : TEXT_NONE;

	(void)row;
	(void)type;
	if (id.len == 0)
		return NULL;
	for (size_t i = 0; i < o->managed_count; i++)
		if (text_equal(o->managed[i], id))
			return NULL;
	if (o->managed_count == ICAL_MAX_ATTACHMENTS)
		return fault_make(r->arena, FAULT_TOO_MANY_ATTACHMENTS, NULL,
				  "One resource has more than %d attachments.",
				  ICAL_MAX_ATTACHMENTS);
	o->managed =
		object_grow(r, o->managed, o->managed_count, &r->managed_cap, sizeof(*o->managed));
	o->managed[o->managed_count++] = id;
	return arena_check(r->arena);
}

/* ---- the table ---- */

#define AT(field)   offsetof(struct ical_item, field)
#define V_WHEN	    (V_DATE | V_DATE_TIME)
#define V_WHENEVER  (V_DATE | V_DATE_TIME | V_PERIOD)
#define V_TRIGGERED (V_DURATION | V_DATE_TIME)

/* Sorted by name, for the search. */
/* clang-format off */
static const struct prop_row rows[] = {
  /* name                read                value types   default       means something in              often  field */
  {"ATTACH",             read_attach,        V_TEXT,       V_TEXT,       IN_ALL,                         MANY,  0},
  {"ATTENDEE",           read_attendee,      V_TEXT,       V_TEXT,       IN_ALL,                         MANY,  AT(attendees)},
  {"COMPLETED",          object_read_utc,           V_WHEN,       V_DATE_TIME,  IN_TODO,                        FIRST, AT(completed)},
  {"CREATED",            object_read_utc,           V_WHEN,       V_DATE_TIME,  IN_ALL,                         FIRST, AT(created)},
  {"DESCRIPTION",        read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(description)},
  {"DTEND",              object_read_time,          V_WHEN,       V_DATE_TIME,  IN_EVENT | IN_BUSY | IN_AVAIL,  ONCE,  AT(dtend)},
  {"DTSTAMP",            object_read_utc,           V_WHEN,       V_DATE_TIME,  IN_ALL,                         FIRST, AT(dtstamp)},
  {"DTSTART",            object_read_time,          V_WHEN,       V_DATE_TIME,  IN_ALL,                         ONCE,  AT(dtstart)},
  {"DUE",                object_read_time,          V_WHEN,       V_DATE_TIME,  IN_TODO,                        ONCE,  AT(due)},
  {"DURATION",           object_read_duration,      V_DURATION,   V_DURATION,   IN_EVENT | IN_TODO | IN_AVAIL,  ONCE,  AT(duration)},
  {"EXDATE",             object_read_dates,         V_WHEN,       V_DATE_TIME,  IN_DATED,                       MANY,  AT(exdates)},
  {"EXRULE",             object_read_exrule,        V_TEXT,       V_TEXT,       IN_DATED,                       MANY,  0},
  {"FREEBUSY",           object_read_freebusy,      V_PERIOD,     V_PERIOD,     IN_BUSY,                        MANY,  AT(periods)},
  {"GEO",                object_read_geo,           V_FLOAT,      V_FLOAT,      IN_NONE,                        FIRST, 0},
  {"LAST-MODIFIED",      object_read_utc,           V_WHEN,       V_DATE_TIME,  IN_ALL,                         FIRST, AT(last_modified)},
  {"LOCATION",           read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(location)},
  {"ORGANIZER",          read_organizer,     V_TEXT,       V_TEXT,       IN_ALL,                         ONCE,  AT(organizer)},
  {"PERCENT-COMPLETE",   object_read_integer,       V_INTEGER,    V_INTEGER,    IN_NONE,                        FIRST, 0},
  {"PRIORITY",           object_read_integer,       V_INTEGER,    V_INTEGER,    IN_NONE,                        FIRST, 0},
  {"RDATE",              object_read_dates,         V_WHENEVER,   V_DATE_TIME,  IN_DATED,                       MANY,  AT(rdates)},
  {"RECURRENCE-ID",      object_read_recurrence_id, V_WHEN,       V_DATE_TIME,  IN_DATED,                       ONCE,  AT(recurrence_id)},
  {"REPEAT",             object_read_integer,       V_INTEGER,    V_INTEGER,    IN_NONE,                        FIRST, 0},
  {"RRULE",              object_read_rule,          V_RECUR,      V_RECUR,      IN_DATED,                       ONCE,  AT(rule)},
  {"SEQUENCE",           object_read_integer,       V_INTEGER,    V_INTEGER,    IN_ALL,                         FIRST, AT(sequence)},
  {"STATUS",             read_status,        V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(status)},
  {"SUMMARY",            read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(summary)},
  {"TRANSP",             read_transp,        V_TEXT,       V_TEXT,       IN_EVENT,                       FIRST, AT(transparent)},
  {"TRIGGER",            object_read_trigger,       V_TRIGGERED,  V_DURATION,   IN_NONE,                        FIRST, 0},
  {"TZOFFSETFROM",       object_read_offset,        V_UTC_OFFSET, V_UTC_OFFSET, IN_NONE,                        FIRST, 0},
  {"TZOFFSETTO",         object_read_offset,        V_UTC_OFFSET, V_UTC_OFFSET, IN_NONE,                        FIRST, 0},
  {"UID",                read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         ONCE,  AT(uid)},
  {"URL",                read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(url)},
  {"X-MICROSOFT-CDO-BUSYSTATUS", read_text,  V_TEXT,       V_TEXT,       IN_EVENT,                       FIRST, AT(busy_status)},
};
/* clang-format on */

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static int compare_name(const void *key, const void *element)
{
	const struct text *name = key;
	const char *row = ((const struct prop_row *)element)->name;

	for (size_t i = 0; i < name->len; i++) {
		int difference = (unsigned char)upper(name->at[i]) - (unsigned char)row[i];

		if (difference != 0 || row[i] == '\0')
			return difference;
	}
	return row[name->len] == '\0' ? 0 : -1;
}

/* The value type in force on this line. */
static const struct fault *value_type(struct reader *r, const struct prop_row *row,
				      const struct ical_line *l, unsigned *out)
{
	static const struct {
		const char *name;
		unsigned type;
	} names[] = {
		{"DATE", V_DATE},	  {"DATE-TIME", V_DATE_TIME}, {"PERIOD", V_PERIOD},
		{"DURATION", V_DURATION}, {"INTEGER", V_INTEGER},     {"UTC-OFFSET", V_UTC_OFFSET},
		{"RECUR", V_RECUR},	  {"FLOAT", V_FLOAT},
	};
	struct text value;

	*out = row->normal;
	if (row->types == V_TEXT || l->params.len == 0)
		return NULL;
	value = ical_line_param(r->arena, l, "VALUE");
	if (!value.at)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!text_equal_nocase(value, text_from(names[i].name)))
			continue;
		*out = names[i].type;
		if (row->types & names[i].type)
			return NULL;
	}
	return fault_make(r->arena, FAULT_BAD_DATA, row->name,
			  "%s cannot have VALUE=%.*s (RFC 5545 §3.8).", row->name,
			  TEXT_ARG(ical_brief(value)));
}

/* Whether the line counts on the item's own level, by the row's columns. */
static const struct fault *may_keep(struct reader *r, const struct prop_row *row, bool *keep_out)
{
	uint64_t bit = UINT64_C(1) << (row - rows);

	*keep_out = false;
	if (!r->item)
		return NULL;
	if (row->often != MANY && (r->seen & bit)) {
		if (row->often == ONCE)
			return fault_make(r->arena, FAULT_BAD_OBJECT, row->name,
					  "%s stands more than once in one component.", row->name);
		object_note(r, "%s stands more than once; the first one counts.", row->name);
		return NULL;
	}
	r->seen |= bit;
	if (row->components == IN_NONE)
		return NULL;
	*keep_out = (row->components & r->item->type) != 0;
	if (!*keep_out)
		object_note(r, "%s has no meaning in a %s.", row->name,
			    ical_component_name(r->item->type));
	return NULL;
}

const struct fault *object_read_line(struct reader *r, const struct ical_line *l)
{
	const struct prop_row *row =
		bsearch(&l->name, rows, ARRAY_LEN(rows), sizeof(rows[0]), compare_name);
	const struct fault *f;
	unsigned type;
	bool keep;

	_Static_assert(ARRAY_LEN(rows) <= 64, "reader.seen has a bit for each row");
	if (!row)
		return NULL;
	if ((f = may_keep(r, row, &keep)) || (f = value_type(r, row, l, &type)))
		return f;
	f = row->read(r, row, l, type, keep ? (char *)r->item + row->field : NULL);
	if (!f && row->types != V_TEXT && row->types != V_RECUR && !r->is_lenient)
		object_judge_line(r, l);
	return f;
}

/*
 * object_read - one content line into values, by a table of properties
 *
 * A row says how a property is read, which value types it may have (RFC 5545
 * §3.8), in which components it means something, and how often it may stand
 * there. Names that have no row are passed over: their bytes are kept, and
 * nothing here depends on them.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/object_priv.h"
#include "ical/zone.h"

/* Value types, RFC 5545 §3.3. */
enum {
	V_TEXT = 0, /* any; not looked at */
	V_DATE = 1 << 0,
	V_DATE_TIME = 1 << 1,
	V_PERIOD = 1 << 2,
	V_DURATION = 1 << 3,
	V_INTEGER = 1 << 4,
	V_UTC_OFFSET = 1 << 5,
	V_RECUR = 1 << 6,
	V_FLOAT = 1 << 7,
};

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

enum how_often {
	MANY,
	FIRST, /* should stand once; the first counts, more are noted */
	ONCE,  /* a second one is refused: readers would not agree which one holds */
};

struct prop_row;

/* Read the value into the item's field, which is NULL where the line is only checked. */
typedef const struct fault *(*read_fn)(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field);

struct prop_row {
	const char *name;
	read_fn read;
	unsigned types; /* the default is the lowest bit of `normal` */
	unsigned normal;
	unsigned components;
	enum how_often often;
	size_t field; /* offset in struct ical_item */
};

static const struct fault *bad_value(struct reader *r, const struct ical_line *l, const char *what)
{
	return fault_make(r->arena, FAULT_BAD_DATA, text_cstr(r->arena, ical_brief(l->name)),
			  "%.*s is %s: \"%.*s\".", TEXT_ARG(ical_brief(l->name)), what,
			  TEXT_ARG(ical_brief(l->value)));
}

/* Make room for one more element in an array of the arena. */
static void *grow(struct reader *r, void *at, size_t count, size_t *cap, size_t size)
{
	size_t wanted = *cap ? *cap * 2 : 4;
	void *bigger;

	if (count < *cap)
		return at;
	bigger = arena_alloc_array(r->arena, wanted, size);
	if (count > 0)
		memcpy(bigger, at, count * size);
	*cap = wanted;
	return bigger;
}

/* ---- dates ---- */

/* A time as the line writes it; zone is what its TZID names, NULL without one. */
static const struct fault *read_time_value(struct reader *r, const struct ical_line *l,
					   struct text value, unsigned type,
					   const struct zone_slot *zone, struct ical_time *out)
{
	*out = (struct ical_time){.present = true};
	if (!time_parse(value, &out->seconds, &out->form))
		return bad_value(r, l, "no date or time");
	if (type == V_DATE && out->form != TIME_DATE)
		return bad_value(r, l, "no DATE, although it says so");
	if (type == V_DATE_TIME && out->form == TIME_DATE)
		object_note(r, "%.*s is a date without VALUE=DATE.", TEXT_ARG(l->name));
	if (zone && out->form == TIME_FLOATING) {
		out->form = TIME_ZONED;
		out->tzid = zone->tzid;
		out->zone = zone->zone;
	}
	return NULL;
}

static const struct fault *zone_of_line(struct reader *r, const struct ical_line *l,
					struct zone_slot **out)
{
	struct text tzid = l->params.len > 0 ? ical_line_param(r->arena, l, "TZID") : TEXT_NONE;

	*out = NULL;
	return tzid.at ? object_zone(r, tzid, out) : NULL;
}

/* A VTIMEZONE that moves this very time is worth a word to whoever reads the log. */
static void compare_declared(struct reader *r, struct zone_slot *slot, const struct ical_time *t)
{
	if (!slot || !slot->declared || slot->is_contradicted || t->form != TIME_ZONED)
		return;
	if (zone_to_utc(slot->zone, t->seconds) == zone_to_utc(slot->declared, t->seconds))
		return;
	slot->is_contradicted = true;
	object_note(r, "The VTIMEZONE of %.*s contradicts the zone database and is not followed.",
		    TEXT_ARG(ical_brief(slot->tzid)));
}

static const struct fault *read_time(struct reader *r, const struct prop_row *row,
				     const struct ical_line *l, unsigned type, void *field)
{
	struct zone_slot *zone;
	struct ical_time t;
	const struct fault *f;

	(void)row;
	if ((f = zone_of_line(r, l, &zone)) ||
	    (f = read_time_value(r, l, l->value, type, zone, &t)))
		return f;
	if (!field)
		return NULL;
	compare_declared(r, zone, &t);
	*(struct ical_time *)field = t;
	return NULL;
}

/* DTSTAMP, CREATED, LAST-MODIFIED, COMPLETED: UTC by §3.8.7 and §3.8.2.1. */
static const struct fault *read_utc(struct reader *r, const struct prop_row *row,
				    const struct ical_line *l, unsigned type, void *field)
{
	struct ical_time t;
	const struct fault *f;

	if ((f = read_time(r, row, l, type, &t)))
		return f;
	if (t.form != TIME_UTC)
		object_note(r, "%s is not in UTC.", row->name);
	if (field)
		*(struct ical_time *)field = t;
	return NULL;
}

static const struct fault *read_recurrence_id(struct reader *r, const struct prop_row *row,
					      const struct ical_line *l, unsigned type, void *field)
{
	struct text range = l->params.len > 0 ? ical_line_param(r->arena, l, "RANGE") : TEXT_NONE;
	const struct fault *f = read_time(r, row, l, type, field);

	if (f || !field || !range.at)
		return f;
	if (text_equal_nocase(range, TEXT("THISANDFUTURE")))
		r->item->this_and_future = true;
	else
		object_note(r, "RANGE=%.*s is not followed (RFC 5545 §3.2.13).",
			    TEXT_ARG(ical_brief(range)));
	return NULL;
}

/* "start/end" or "start/duration", RFC 5545 §3.3.9. */
static const struct fault *read_period_value(struct reader *r, const struct ical_line *l,
					     struct text value, const struct zone_slot *zone,
					     struct ical_period *out)
{
	ptrdiff_t slash = text_find_char(value, '/', 0);
	struct text second;
	const struct fault *f;

	*out = (struct ical_period){0};
	if (slash < 0)
		return bad_value(r, l, "no period");
	second = text_sub(value, (size_t)slash + 1, value.len);
	if ((f = read_time_value(r, l, text_sub(value, 0, (size_t)slash), 0, zone, &out->start)))
		return f;
	if (out->start.form == TIME_DATE)
		return bad_value(r, l, "no period of times");
	if (second.len > 0 && (second.at[0] == 'P' || second.at[0] == '+')) {
		if (!duration_parse(second, &out->duration) || out->duration.days < 0 ||
		    out->duration.seconds < 0)
			return bad_value(r, l, "no period with a positive duration");
		return NULL;
	}
	out->has_end = true;
	if ((f = read_time_value(r, l, second, 0, zone, &out->end)))
		return f;
	if (out->end.form != out->start.form || out->end.seconds < out->start.seconds)
		return bad_value(r, l, "no period from a start to a later end");
	return NULL;
}

static const struct fault *add_period(struct reader *r, const struct ical_line *l,
				      struct text value, const struct zone_slot *zone, bool keep)
{
	struct ical_item *item = r->item;
	struct ical_period p;
	const struct fault *f = read_period_value(r, l, value, zone, &p);

	if (f || !keep)
		return f;
	item->periods =
		grow(r, item->periods, item->period_count, &r->period_cap, sizeof(*item->periods));
	item->periods[item->period_count++] = p;
	return NULL;
}

static const struct fault *count_date(struct reader *r)
{
	if (++r->date_count > ICAL_MAX_DATES)
		return fault_make(r->arena, FAULT_TOO_MANY_INSTANCES, NULL,
				  "There are more than %d dates in RDATE, EXDATE and FREEBUSY.",
				  ICAL_MAX_DATES);
	return NULL;
}

/* RDATE and EXDATE: a list, of periods also (RDATE), in one zone. */
static const struct fault *read_dates(struct reader *r, const struct prop_row *row,
				      const struct ical_line *l, unsigned type, void *field)
{
	bool excluded = row->field == offsetof(struct ical_item, exdates);
	size_t *cap = excluded ? &r->exdate_cap : &r->rdate_cap;
	struct ical_dates *dates = field;
	struct text rest = l->value, value;
	struct zone_slot *zone;
	const struct fault *f;

	if ((f = zone_of_line(r, l, &zone)))
		return f;
	while (text_next(&rest, ',', &value)) {
		struct ical_time t;

		if ((f = count_date(r)))
			return f;
		if (type == V_PERIOD)
			f = add_period(r, l, value, zone, field != NULL);
		else
			f = read_time_value(r, l, value, type, zone, &t);
		if (f)
			return f;
		if (type == V_PERIOD || !field)
			continue;
		dates->at = grow(r, dates->at, dates->count, cap, sizeof(*dates->at));
		dates->at[dates->count++] = t;
	}
	return arena_check(r->arena);
}

static const struct fault *read_freebusy(struct reader *r, const struct prop_row *row,
					 const struct ical_line *l, unsigned type, void *field)
{
	struct text rest = l->value, value;
	const struct fault *f;

	(void)row;
	(void)type;
	while (text_next(&rest, ',', &value)) {
		if ((f = count_date(r)) || (f = add_period(r, l, value, NULL, field != NULL)))
			return f;
		if (!field)
			continue;
		struct ical_period *p = &r->item->periods[r->item->period_count - 1];

		p->fbtype = ical_line_param(r->arena, l, "FBTYPE");
		if (p->start.form != TIME_UTC)
			object_note(r, "FREEBUSY is not in UTC.");
	}
	return NULL;
}

/* ---- durations, numbers, rules ---- */

static const struct fault *read_duration(struct reader *r, const struct prop_row *row,
					 const struct ical_line *l, unsigned type, void *field)
{
	struct duration d;

	(void)row;
	(void)type;
	if (!duration_parse(l->value, &d))
		return bad_value(r, l, "no duration");
	/* "PT2D" and weeks with days are read, but are no DURATION by §3.3.6. */
	if (text_find_char(l->value, 'D', 0) > text_find_char(l->value, 'T', 0) &&
	    text_find_char(l->value, 'T', 0) >= 0)
		object_note(r, "DURATION:%.*s is read as days.", TEXT_ARG(ical_brief(l->value)));
	else if (text_find_char(l->value, 'W', 0) >= 0 && !text_ends(l->value, TEXT("W")))
		r->is_lenient = true;
	if (field) {
		*(struct duration *)field = d;
		r->item->has_duration = true;
	}
	return NULL;
}

/* TRIGGER, §3.8.6.3: a duration, or a time when VALUE says so. */
static const struct fault *read_trigger(struct reader *r, const struct prop_row *row,
					const struct ical_line *l, unsigned type, void *field)
{
	(void)field;
	if (type == V_DATE_TIME)
		return read_utc(r, row, l, type, NULL);
	return read_duration(r, row, l, type, NULL);
}

/* PRIORITY, PERCENT-COMPLETE, REPEAT: only checked; SEQUENCE is kept. */
static const struct fault *read_integer(struct reader *r, const struct prop_row *row,
					const struct ical_line *l, unsigned type, void *field)
{
	struct text value = text_trim(l->value);
	int64_t n;

	(void)type;
	if (value.len == 0) {
		object_note(r, "%s is empty.", row->name);
		return NULL;
	}
	if (value.at[0] == '+')
		value = text_sub(value, 1, value.len);
	if (!text_to_int64(value, INT32_MIN, INT32_MAX, &n))
		return bad_value(r, l, "no number");
	if (n < 0)
		object_note(r, "%s is negative.", row->name);
	if (field)
		*(int32_t *)field = (int32_t)max64(n, 0);
	return NULL;
}

static bool is_float(struct text t)
{
	size_t digits = 0, dots = 0;

	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] >= '0' && t.at[i] <= '9')
			digits++;
		else if (t.at[i] == '.' && i > 0)
			dots++;
		else if (i > 0 || (t.at[i] != '-' && t.at[i] != '+'))
			return false;
	}
	return digits > 0 && dots <= 1;
}

/* GEO, §3.8.1.6: where it cannot be read, no meeting is at another time. */
static const struct fault *read_geo(struct reader *r, const struct prop_row *row,
				    const struct ical_line *l, unsigned type, void *field)
{
	ptrdiff_t cut = text_find_char(l->value, ';', 0);

	(void)row;
	(void)type;
	(void)field;
	if (cut < 0 || !is_float(text_sub(l->value, 0, (size_t)cut)) ||
	    !is_float(text_sub(l->value, (size_t)cut + 1, l->value.len)))
		object_note(r, "GEO cannot be read.");
	return NULL;
}

static const struct fault *read_offset(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	int seconds;

	(void)type;
	(void)field;
	if (utc_offset_parse(l->value, &seconds))
		return NULL;
	/* "-0000" is forbidden by §3.3.14, but means Greenwich in many files. */
	if (!text_equal(l->value, TEXT("-0000")) && !text_equal(l->value, TEXT("-000000")))
		return bad_value(r, l, "no UTC offset");
	object_note(r, "%s is -0000.", row->name);
	return NULL;
}

static const struct fault *read_rule(struct reader *r, const struct prop_row *row,
				     const struct ical_line *l, unsigned type, void *field)
{
	bool is_strict = field && r->source == ICAL_FROM_CLIENT;
	struct recur rule;
	const struct fault *f =
		recur_parse(r->arena, l->value, is_strict ? RECUR_STRICT : RECUR_LENIENT, &rule);

	(void)row;
	(void)type;
	if (f || !field)
		return f;
	*(struct recur *)field = rule;
	r->item->has_rule = true;
	return NULL;
}

static const struct fault *read_exrule(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	(void)row;
	(void)l;
	(void)type;
	(void)field;
	object_note(r, "EXRULE is not followed (RFC 5545 §8.3.2 retired it).");
	return NULL;
}

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

static void read_person(struct reader *r, const struct ical_line *l, struct ical_attendee *p)
{
	struct text rsvp = ical_line_param(r->arena, l, "RSVP");

	p->address = text_trim(l->value);
	p->partstat = ical_line_param(r->arena, l, "PARTSTAT");
	p->role = ical_line_param(r->arena, l, "ROLE");
	p->cn = ical_line_param(r->arena, l, "CN");
	p->cutype = ical_line_param(r->arena, l, "CUTYPE");
	p->schedule_agent = ical_line_param(r->arena, l, "SCHEDULE-AGENT");
	p->schedule_status = ical_line_param(r->arena, l, "SCHEDULE-STATUS");
	p->rsvp = text_equal_nocase(rsvp, TEXT("TRUE"));
	p->begin = l->begin;
	p->end = l->end;
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
	item->attendees = grow(r, item->attendees, item->attendee_count, &r->attendee_cap,
			       sizeof(*item->attendees));
	read_person(r, l, &item->attendees[item->attendee_count++]);
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
  {"ATTENDEE",           read_attendee,      V_TEXT,       V_TEXT,       IN_ALL,                         MANY,  AT(attendees)},
  {"COMPLETED",          read_utc,           V_WHEN,       V_DATE_TIME,  IN_TODO,                        FIRST, AT(completed)},
  {"CREATED",            read_utc,           V_WHEN,       V_DATE_TIME,  IN_ALL,                         FIRST, AT(created)},
  {"DESCRIPTION",        read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(description)},
  {"DTEND",              read_time,          V_WHEN,       V_DATE_TIME,  IN_EVENT | IN_BUSY | IN_AVAIL,  ONCE,  AT(dtend)},
  {"DTSTAMP",            read_utc,           V_WHEN,       V_DATE_TIME,  IN_ALL,                         FIRST, AT(dtstamp)},
  {"DTSTART",            read_time,          V_WHEN,       V_DATE_TIME,  IN_ALL,                         ONCE,  AT(dtstart)},
  {"DUE",                read_time,          V_WHEN,       V_DATE_TIME,  IN_TODO,                        ONCE,  AT(due)},
  {"DURATION",           read_duration,      V_DURATION,   V_DURATION,   IN_EVENT | IN_TODO | IN_AVAIL,  ONCE,  AT(duration)},
  {"EXDATE",             read_dates,         V_WHEN,       V_DATE_TIME,  IN_DATED,                       MANY,  AT(exdates)},
  {"EXRULE",             read_exrule,        V_TEXT,       V_TEXT,       IN_DATED,                       MANY,  0},
  {"FREEBUSY",           read_freebusy,      V_PERIOD,     V_PERIOD,     IN_BUSY,                        MANY,  AT(periods)},
  {"GEO",                read_geo,           V_FLOAT,      V_FLOAT,      IN_NONE,                        FIRST, 0},
  {"LAST-MODIFIED",      read_utc,           V_WHEN,       V_DATE_TIME,  IN_ALL,                         FIRST, AT(last_modified)},
  {"LOCATION",           read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(location)},
  {"ORGANIZER",          read_organizer,     V_TEXT,       V_TEXT,       IN_ALL,                         ONCE,  AT(organizer)},
  {"PERCENT-COMPLETE",   read_integer,       V_INTEGER,    V_INTEGER,    IN_NONE,                        FIRST, 0},
  {"PRIORITY",           read_integer,       V_INTEGER,    V_INTEGER,    IN_NONE,                        FIRST, 0},
  {"RDATE",              read_dates,         V_WHENEVER,   V_DATE_TIME,  IN_DATED,                       MANY,  AT(rdates)},
  {"RECURRENCE-ID",      read_recurrence_id, V_WHEN,       V_DATE_TIME,  IN_DATED,                       ONCE,  AT(recurrence_id)},
  {"REPEAT",             read_integer,       V_INTEGER,    V_INTEGER,    IN_NONE,                        FIRST, 0},
  {"RRULE",              read_rule,          V_RECUR,      V_RECUR,      IN_DATED,                       ONCE,  AT(rule)},
  {"SEQUENCE",           read_integer,       V_INTEGER,    V_INTEGER,    IN_ALL,                         FIRST, AT(sequence)},
  {"STATUS",             read_status,        V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(status)},
  {"SUMMARY",            read_text,          V_TEXT,       V_TEXT,       IN_ALL,                         FIRST, AT(summary)},
  {"TRANSP",             read_transp,        V_TEXT,       V_TEXT,       IN_EVENT,                       FIRST, AT(transparent)},
  {"TRIGGER",            read_trigger,       V_TRIGGERED,  V_DURATION,   IN_NONE,                        FIRST, 0},
  {"TZOFFSETFROM",       read_offset,        V_UTC_OFFSET, V_UTC_OFFSET, IN_NONE,                        FIRST, 0},
  {"TZOFFSETTO",         read_offset,        V_UTC_OFFSET, V_UTC_OFFSET, IN_NONE,                        FIRST, 0},
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

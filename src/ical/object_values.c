/*
 * object_values - readers of dates, periods, durations, numbers and rules
 *
 * Each is named in the table of object_read.c. Every field of every value is
 * checked here, by time.h and recur.h, before another library sees it.
 */
#include "base/arena.h"
#include "ical/ical.h"
#include "ical/object_priv.h"
#include "ical/zone.h"

static const struct fault *bad_value(struct reader *r, const struct ical_line *l, const char *what)
{
	return fault_make(r->arena, FAULT_BAD_DATA, text_cstr(r->arena, ical_brief(l->name)),
			  "%.*s is %s: \"%.*s\".", TEXT_ARG(ical_brief(l->name)), what,
			  TEXT_ARG(ical_brief(l->value)));
}

/* ---- dates ---- */

/*
 * Past the bounds that are told to clients, as far as UTC (RFC 4791 §5.2.6, §5.2.7). From others
 * the year 0 is a value that cannot be read, like any.
 */
static const struct fault *out_of_reach(struct reader *r, const struct ical_line *l,
					enum fault_code code, struct text value)
{
	return fault_make(r->arena, code, NULL, "%.*s is not within the years 1 to 9999: \"%.*s\".",
			  TEXT_ARG(ical_brief(l->name)), TEXT_ARG(ical_brief(value)));
}

static const struct fault *check_reach(struct reader *r, const struct ical_line *l,
				       struct text value, const struct ical_time *t)
{
	int64_t utc;

	if (r->source != ICAL_FROM_CLIENT || t->form != TIME_ZONED || !t->zone ||
	    (t->seconds >= TIME_MIN + DAY_SECONDS && t->seconds < TIME_MAX - DAY_SECONDS))
		return NULL;
	utc = zone_to_utc(t->zone, t->seconds);
	if (utc < TIME_MIN)
		return out_of_reach(r, l, FAULT_TOO_EARLY, value);
	return utc >= TIME_MAX ? out_of_reach(r, l, FAULT_TOO_LATE, value) : NULL;
}

static const struct fault *unreadable_time(struct reader *r, const struct ical_line *l,
					   struct text value)
{
	if (r->source == ICAL_FROM_CLIENT && time_precedes_all(value))
		return out_of_reach(r, l, FAULT_TOO_EARLY, value);
	return bad_value(r, l, "no date or time");
}

/* A time as the line writes it; zone is what its TZID names, NULL without one. */
static const struct fault *read_time_value(struct reader *r, const struct ical_line *l,
					   struct text value, unsigned type,
					   const struct zone_slot *zone, struct ical_time *out)
{
	*out = (struct ical_time){.present = true};
	if (!time_parse(value, &out->seconds, &out->form))
		return unreadable_time(r, l, value);
	if (type == V_DATE && out->form != TIME_DATE)
		return bad_value(r, l, "no DATE, although it says so");
	if (type == V_DATE_TIME && out->form == TIME_DATE)
		object_note(r, "%.*s is a date without VALUE=DATE.", TEXT_ARG(l->name));
	if (zone && out->form == TIME_FLOATING) {
		out->form = TIME_ZONED;
		out->tzid = zone->tzid;
		out->zone = zone->zone;
	}
	return check_reach(r, l, value, out);
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

const struct fault *object_read_time(struct reader *r, const struct prop_row *row,
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
const struct fault *object_read_utc(struct reader *r, const struct prop_row *row,
				    const struct ical_line *l, unsigned type, void *field)
{
	struct ical_time t;
	const struct fault *f;

	if ((f = object_read_time(r, row, l, type, &t)))
		return f;
	if (t.form != TIME_UTC)
		object_note(r, "%s is not in UTC.", row->name);
	if (field)
		*(struct ical_time *)field = t;
	return NULL;
}

const struct fault *object_read_recurrence_id(struct reader *r, const struct prop_row *row,
					      const struct ical_line *l, unsigned type, void *field)
{
	struct text range = l->params.len > 0 ? ical_line_param(r->arena, l, "RANGE") : TEXT_NONE;
	const struct fault *f = object_read_time(r, row, l, type, field);

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
		/* No length is no length; libical takes it for an error. */
		if (out->duration.days == 0 && out->duration.seconds == 0)
			r->is_lenient = true;
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
	item->periods = object_grow(r, item->periods, item->period_count, &r->period_cap,
				    sizeof(*item->periods));
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
const struct fault *object_read_dates(struct reader *r, const struct prop_row *row,
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
		dates->at = object_grow(r, dates->at, dates->count, cap, sizeof(*dates->at));
		dates->at[dates->count++] = t;
	}
	return arena_check(r->arena);
}

const struct fault *object_read_freebusy(struct reader *r, const struct prop_row *row,
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

const struct fault *object_read_duration(struct reader *r, const struct prop_row *row,
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
const struct fault *object_read_trigger(struct reader *r, const struct prop_row *row,
					const struct ical_line *l, unsigned type, void *field)
{
	(void)field;
	if (type == V_DATE_TIME)
		return object_read_utc(r, row, l, type, NULL);
	return object_read_duration(r, row, l, type, NULL);
}

/* PRIORITY, PERCENT-COMPLETE, REPEAT: only checked; SEQUENCE is kept. */
const struct fault *object_read_integer(struct reader *r, const struct prop_row *row,
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
	if (!text_to_int64(value, INT32_MIN, INT64_MAX, &n) ||
	    (n > INT32_MAX && r->source == ICAL_FROM_CLIENT))
		return bad_value(r, l, "no number");
	/* Google has counted SEQUENCE in milliseconds; what is past the range is its end (§3.3.8).
	 */
	if (n > INT32_MAX)
		object_note(r, "%s is past the range of numbers.", row->name);
	if (n < 0)
		object_note(r, "%s is negative.", row->name);
	if (field)
		*(int32_t *)field = (int32_t)min64(max64(n, 0), INT32_MAX);
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
const struct fault *object_read_geo(struct reader *r, const struct prop_row *row,
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

const struct fault *object_read_offset(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	/* "-0000" is forbidden by §3.3.14, but means Greenwich in many files. */
	bool is_greenwich =
		text_equal(l->value, TEXT("-0000")) || text_equal(l->value, TEXT("-000000"));
	int seconds;

	(void)type;
	(void)field;
	if (is_greenwich)
		object_note(r, "%s is -0000.", row->name);
	else if (!utc_offset_parse(l->value, &seconds))
		return bad_value(r, l, "no UTC offset");
	return NULL;
}

const struct fault *object_read_rule(struct reader *r, const struct prop_row *row,
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

const struct fault *object_read_exrule(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field)
{
	(void)row;
	(void)l;
	(void)type;
	(void)field;
	object_note(r, "EXRULE is not followed (RFC 5545 §8.3.2 retired it).");
	return NULL;
}

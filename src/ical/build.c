/*
 * build - calendar objects that the server itself makes; see build.h
 *
 * The VEVENT is made and printed by libical; the VCALENDAR around it and the
 * VTIMEZONE are ours, because libical's zones are long and partly wrong.
 */
#include "ical/build.h"

#include <libical/ical.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/time.h"
#include "ical/zone.h"

enum { MAX_NAME_BYTES = 1000 };

static const struct fault *check_person(struct arena *a, const struct build_person *p)
{
	if (!email_is_valid(p->address))
		return fault_make(a, FAULT_UNPROCESSABLE, "address",
				  "This is not an address that mail can go to.");
	if (p->name.len > MAX_NAME_BYTES || text_has_control(p->name) || !text_is_utf8(p->name))
		return fault_make(a, FAULT_UNPROCESSABLE, "name",
				  "The name is too long or holds control characters.");
	if (text_has_control(p->partstat))
		return fault_make(a, FAULT_UNPROCESSABLE, "partstat", "The PARTSTAT is no word.");
	return NULL;
}

static const struct fault *check_event(struct arena *a, const struct build_event *e)
{
	const struct text plain[] = {e->summary, e->description, e->location, e->uid,
				     e->conference};
	bool is_meeting = e->organizer.address.len > 0 || e->attendee_count > 0;
	const struct fault *f = is_meeting ? check_person(a, &e->organizer) : NULL;

	for (size_t i = 0; !f && i < e->attendee_count; i++)
		f = check_person(a, &e->attendees[i]);
	for (size_t i = 0; !f && i < ARRAY_LEN(plain); i++)
		if (!text_is_utf8(plain[i]) ||
		    (plain[i].len > 0 && memchr(plain[i].at, 0, plain[i].len)))
			f = fault_make(a, FAULT_UNPROCESSABLE, "text", "A text is not UTF-8.");
	if (!f && (e->uid.len == 0 || text_has_control(e->uid)))
		f = fault_make(a, FAULT_UNPROCESSABLE, "uid",
			       "The UID is empty or no single line.");
	if (!f && (e->end < e->start || e->start < TIME_MIN || e->end > TIME_MAX))
		f = fault_make(a, FAULT_UNPROCESSABLE, "time",
			       "The event ends before it starts, or lies outside of the calendar.");
	return f;
}

/* Plain text without the control characters that no TEXT may hold (RFC 5545 §3.3.11). */
static const char *clean(struct arena *a, struct text t)
{
	char *out = arena_alloc(a, t.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (c == '\r')
			c = i + 1 < t.len && t.at[i + 1] == '\n' ? '\0' : '\n';
		if ((unsigned char)c >= 0x20 ? c != 0x7F : c == '\n' || c == '\t')
			out[len++] = c;
	}
	return out;
}

static icaltimetype utc_time(int64_t utc)
{
	struct civil c;
	icaltimetype t = icaltime_null_time();

	civil_from_local(utc, &c);
	t.year = c.year;
	t.month = c.month;
	t.day = c.day;
	t.hour = c.hour;
	t.minute = c.minute;
	t.second = c.second;
	t.zone = icaltimezone_get_utc_timezone();
	return t;
}

static icaltimetype local_time(int64_t local)
{
	icaltimetype t = utc_time(local);

	t.zone = NULL;
	return t;
}

static bool is_plain_utc(const struct zone *z)
{
	return !z || zone_is_same(z, zone_utc());
}

/* Wall clock and TZID name this instant only outside the second pass of a fold (decisions 14). */
static bool is_said_locally(const struct zone *z, int64_t utc)
{
	return !is_plain_utc(z) && zone_to_utc(z, zone_to_local(z, utc)) == utc;
}

static void add_when(struct arena *a, icalcomponent *event, icalproperty_kind kind,
		     const struct build_event *e, int64_t utc, bool locally)
{
	icalproperty *p = icalproperty_new(kind);

	if (locally) {
		char *tzid = text_cstr(a, zone_name(e->zone));

		icalproperty_set_value(
			p, icalvalue_new_datetime(local_time(zone_to_local(e->zone, utc))));
		icalproperty_add_parameter(p, icalparameter_new_tzid(tzid));
	} else {
		icalproperty_set_value(p, icalvalue_new_datetime(utc_time(utc)));
	}
	icalcomponent_add_property(event, p);
}

/*
 * CN as a parameter value. libical quotes it and writes quotes and newlines with
 * carets, but leaves a caret of the name's own alone, which would then be read
 * as one of those; so it is doubled beforehand (RFC 6868 §3).
 */
static void add_name(struct arena *a, icalproperty *p, struct text name)
{
	struct buf b;

	if (name.len == 0)
		return;
	buf_init(&b, a, name.len + 16, 2 * (size_t)MAX_NAME_BYTES);
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] == '^')
			buf_put_char(&b, '^');
		buf_put_char(&b, name.at[i]);
	}
	icalproperty_add_parameter(p, icalparameter_new_cn(b.at));
}

static const char *mailto(struct arena *a, struct text address)
{
	return arena_printf(a, "mailto:%.*s", TEXT_ARG(address));
}

static void add_organizer(struct arena *a, icalcomponent *event, const struct build_person *o)
{
	icalproperty *p = icalproperty_new_organizer(mailto(a, o->address));

	add_name(a, p, o->name);
	icalcomponent_add_property(event, p);
}

static void add_attendee(struct arena *a, icalcomponent *event, const struct build_person *who)
{
	icalproperty *p = icalproperty_new_attendee(mailto(a, who->address));
	icalparameter_partstat partstat = ICAL_PARTSTAT_NEEDSACTION;
	icalparameter_cutype cutype = ICAL_CUTYPE_INDIVIDUAL;

	if (who->partstat.len > 0)
		partstat = (icalparameter_partstat)icalparameter_string_to_enum(
			text_cstr(a, who->partstat));
	if (who->cutype.len > 0)
		cutype = (icalparameter_cutype)icalparameter_string_to_enum(
			text_cstr(a, who->cutype));
	add_name(a, p, who->name);
	icalproperty_add_parameter(p, icalparameter_new_cutype(cutype));
	icalproperty_add_parameter(p, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
	icalproperty_add_parameter(p, icalparameter_new_partstat(partstat));
	if (who->rsvp)
		icalproperty_add_parameter(p, icalparameter_new_rsvp(ICAL_RSVP_TRUE));
	icalcomponent_add_property(event, p);
}

static icalcomponent *make_event(struct arena *a, const struct build_event *e, bool locally)
{
	icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);

	icalcomponent_add_property(event, icalproperty_new_uid(text_cstr(a, e->uid)));
	icalcomponent_add_property(event, icalproperty_new_dtstamp(utc_time(e->stamp)));
	icalcomponent_add_property(event, icalproperty_new_created(utc_time(e->stamp)));
	icalcomponent_add_property(event, icalproperty_new_lastmodified(utc_time(e->stamp)));
	icalcomponent_add_property(event, icalproperty_new_sequence(e->sequence));
	add_when(a, event, ICAL_DTSTART_PROPERTY, e, e->start, locally);
	add_when(a, event, ICAL_DTEND_PROPERTY, e, e->end, locally);
	icalcomponent_add_property(event, icalproperty_new_summary(clean(a, e->summary)));
	if (e->description.len > 0)
		icalcomponent_add_property(event,
					   icalproperty_new_description(clean(a, e->description)));
	if (e->location.len > 0)
		icalcomponent_add_property(event, icalproperty_new_location(clean(a, e->location)));
	icalcomponent_add_property(event,
				   icalproperty_new_status(e->tentative ? ICAL_STATUS_TENTATIVE
									: ICAL_STATUS_CONFIRMED));
	icalcomponent_add_property(event,
				   icalproperty_new_transp(e->transparent ? ICAL_TRANSP_TRANSPARENT
									  : ICAL_TRANSP_OPAQUE));
	if (e->organizer.address.len > 0)
		add_organizer(a, event, &e->organizer);
	for (size_t i = 0; i < e->attendee_count; i++)
		add_attendee(a, event, &e->attendees[i]);
	return event;
}

/* The lines that libical does not write, or would parse first, before the end of the event. */
static void put_with_more(struct arena *a, struct buf *b, struct text event,
			  const struct build_event *e)
{
	ptrdiff_t at = text_find(event, TEXT("END:VEVENT"));
	struct text rest = e->recurrence, line;

	assert(at >= 0);
	buf_put_text(b, text_sub(event, 0, (size_t)at));
	while (text_next(&rest, '\n', &line))
		if (line.len > 0)
			ical_put_line(b, line);
	if (e->conference.len > 0)
		ical_put_line(b, text_from(arena_printf(a, "CONFERENCE;VALUE=URI:%.*s",
							TEXT_ARG(e->conference))));
	buf_put_text(b, text_sub(event, (size_t)at, event.len));
}

const struct fault *ical_build_event(struct arena *a, const struct build_event *e, struct text *out)
{
	bool locally = is_said_locally(e->zone, e->start) && is_said_locally(e->zone, e->end);
	const struct fault *f = check_event(a, e);
	icalcomponent *event;
	char *printed;
	struct buf b;

	if (f)
		return f;
	event = make_event(a, e, locally);
	printed = icalcomponent_as_ical_string_r(event);
	icalcomponent_free(event);
	if (!printed)
		return fault_make(a, FAULT_INTERNAL, NULL, "The event could not be written.");
	buf_init(&b, a, 4096, ICAL_MAX_SIZE_BYTES);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID
			"\r\nCALSCALE:GREGORIAN\r\n");
	if (locally)
		zone_put_vtimezone(&b, e->zone, zone_name(e->zone), e->start);
	put_with_more(a, &b, text_from(printed), e);
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	icalmemory_free_buffer(printed);
	if (b.overflow)
		return fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL, "The event is too large.");
	*out = buf_text(&b);
	return arena_check(a);
}

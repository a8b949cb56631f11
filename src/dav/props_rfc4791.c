/*
 * props_rfc4791 - calendars, and their time zone by reference (RFC 7809)
 *
 * The limits are those that ical/ keeps, each with a precondition of its own. An endless rule is
 * stored whatever max-instances says, and answered within a work budget.
 */

#include "dav/caldata.h"
#include "dav/outbox.h"
#include "dav/props.h"
#include "dav/timezone.h"
#include "ical/ical.h"
#include "ical/jcal.h"
#include "ical/zone.h"

/* ---- where, and what it takes -------------------------------------------------------------- */

static const struct fault *get_home(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_href(out, DAV_HOME, &v->whose, TEXT_NONE, TEXT_NONE);
	return NULL;
}

/* What calendars may hold; a calendar that nobody restricted takes all of them. */
static const enum ical_component storable[] = {COMP_VEVENT, COMP_VTODO, COMP_VJOURNAL,
					       COMP_VFREEBUSY};

static void put_comp(struct buf *out, enum ical_component c)
{
	xml_tag(out, NS_CALDAV, "comp");
	xml_put_attr(out, "name", text_from(ical_component_name(c)));
	xml_tag_empty(out);
}

static const struct fault *get_components(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	/* Only questions are sent from an outbox (RFC 6638 §5). */
	if (v->kind == DAV_OUTBOX) {
		put_comp(out, COMP_VFREEBUSY);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(storable); i++)
		if (v->collection->components & storable[i])
			put_comp(out, storable[i]);
	return NULL;
}

/* Any set is taken; these are the ones a client should offer. */
static const struct fault *get_component_sets(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	for (size_t i = 0; i < ARRAY_LEN(storable) && storable[i] != COMP_VFREEBUSY; i++) {
		xml_open(out, NS_CALDAV, "supported-calendar-component-set");
		put_comp(out, storable[i]);
		xml_close(out, NS_CALDAV, "supported-calendar-component-set");
	}
	return NULL;
}

static unsigned find_storable(struct text name)
{
	for (size_t i = 0; i < ARRAY_LEN(storable); i++)
		if (text_equal_nocase(name, text_from(ical_component_name(storable[i]))))
			return storable[i];
	return 0;
}

static const struct fault *set_components(struct dav_patch *p, const struct xml_node *value)
{
	unsigned components = 0;

	for (const struct xml_node *n = xml_child(value, NS_CALDAV, "comp"); n; n = xml_next(n)) {
		struct text name = TEXT_NONE;
		unsigned one = xml_attr(n, "name", &name) ? find_storable(name) : 0;

		if (!one)
			return fault_make(p->dr->arena, FAULT_BAD_COMPONENT, NULL,
					  "No calendar takes this kind of component.");
		components |= one;
	}
	if (!components)
		return fault_make(p->dr->arena, FAULT_BAD_COMPONENT, NULL,
				  "A calendar takes some kind of component.");
	p->set_components = true;
	p->components = components;
	return NULL;
}

static const struct fault *get_media(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	buf_put_lit(out, "<C:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>"
			 "<C:calendar-data content-type=\"" JCAL_MEDIA_TYPE "\" version=\"2.0\"/>");
	return NULL;
}

/* As filter.c compares. */
static const struct fault *get_collations(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	xml_element_text(out, NS_CALDAV, "supported-collation", TEXT("i;ascii-casemap"));
	xml_element_text(out, NS_CALDAV, "supported-collation", TEXT("i;octet"));
	return NULL;
}

/* None: RSCALE=GREGORIAN is taken for what it says, but SKIP is not followed (RFC 7529 §4.1). */
static const struct fault *get_rscales(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)out;
	(void)found_out;
	return NULL;
}

static const struct fault *get_min_time(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	time_put_utc(out, TIME_MIN);
	return NULL;
}

static const struct fault *get_max_time(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	time_put_utc(out, TIME_MAX - 1);
	return NULL;
}

static const struct fault *get_max_instances(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	buf_put_int(out, ICAL_MAX_INSTANCES);
	return NULL;
}

static const struct fault *get_max_size(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	buf_put_int(out, ICAL_MAX_SIZE_BYTES);
	return NULL;
}

static const struct fault *get_max_attendees(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	buf_put_int(out, v->kind == DAV_OUTBOX ? DAV_OUTBOX_ATTENDEES : ICAL_MAX_ATTENDEES);
	return NULL;
}

/* ---- the time zone ----------------------------------------------------------------------------
 */

/* What a client sent is kept as it came; a zone given by its id is written out (RFC 7809 §5.2). */
static const struct fault *get_timezone(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct zone *zone = zone_find(v->collection->timezone);

	*found_out = zone != NULL;
	if (zone)
		xml_put_text(out, dav_timezone_write(v->arena, zone, v->dr->rq->now));
	return NULL;
}

static const struct fault *set_timezone(struct dav_patch *p, const struct xml_node *value)
{
	struct text setting = TEXT_NONE;
	const struct fault *f =
		value ? dav_timezone_read(p->dr->arena, xml_text_of(value), &setting) : NULL;

	if (f)
		return f;
	p->set_timezone = true;
	p->timezone = setting;
	return dav_keep(p, value);
}

static const struct fault *get_timezone_id(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text setting = v->collection->timezone;

	/* Rules without a name have no id. */
	*found_out = setting.len > 0 && !text_starts_nocase(setting, TEXT("BEGIN:"));
	if (*found_out)
		xml_put_text(out, setting);
	return NULL;
}

/* None: zones are those of the zone database, which no time zone service was asked for. */
static const struct fault *get_zone_services(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)out;
	(void)found_out;
	return NULL;
}

/* The VTIMEZONE that was sent before says another zone now: it goes. */
static const struct fault *set_timezone_id(struct dav_patch *p, const struct xml_node *value)
{
	struct text name = xml_token_of(value);

	if (value && !zone_find(name))
		return fault_make(p->dr->arena, FAULT_UNKNOWN_TIMEZONE, NULL,
				  "This is not the name of a time zone.");
	p->set_timezone = true;
	p->timezone = name;
	dav_keep_named(p, xml_ns_uri(NS_CALDAV), TEXT("calendar-timezone"), TEXT_NONE);
	return NULL;
}

/* ---- what an object says, for REPORTs (§9.6) ---- */

static const struct fault *get_data(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct zone *floating;
	struct stored_object *o;
	struct text data;
	const struct fault *f = dav_view_object(v, true, &o);

	*found_out = o != NULL;
	if (f || !o)
		return f;
	data = o->data;
	if (v->dr->calendar_data) {
		f = dav_floating_zone(v->dr, v->collection, &floating);
		if (!f)
			f = dav_caldata_cut(dav_scratch(v->dr), v->dr->calendar_data, o->data,
					    floating, &data);
		/* The memory is what one object may take, so it is this one that is too much. */
		if (fault_is(f, FAULT_OUT_OF_MEMORY))
			f = fault_static(FAULT_TOO_MANY_MATCHES);
	}
	if (!f)
		xml_put_text(out, data);
	return f;
}

/* Where texts are searched for: what calendar-query can be asked of. */
#define DAV_QUERIED (DAV_HOME | DAV_CALENDAR | DAV_INBOX | DAV_OBJECT)

/* What holds for the messages in a box, too (RFC 6638 §2.1, §2.2). */
#define SCHEDULED (DAV_CALENDAR | DAV_BOXES)

/* clang-format off */
const struct dav_prop dav_props_rfc4791[] = {
	/* ns         name                                on            flags        get                 set              section */
	{ NS_CALDAV, "calendar-home-set",                DAV_PRINCIPAL, 0,           get_home,           NULL,            "RFC 4791 §6.2.1" },
	{ NS_CALDAV, "calendar-description",             DAV_CALENDAR,  PROP_KEPT,   NULL,               dav_keep,        "RFC 4791 §5.2.1" },
	{ NS_CALDAV, "calendar-timezone",                DAV_CALENDAR | DAV_INBOX,  PROP_KEPT,   get_timezone,       set_timezone,    "RFC 4791 §5.2.2" },
	{ NS_CALDAV, "supported-calendar-component-set", SCHEDULED,  PROP_CREATE, get_components,     set_components,  "RFC 4791 §5.2.3" },
	{ NS_CALDAV, "supported-calendar-component-sets", DAV_HOME,     0,           get_component_sets, NULL,            "Calendar Server"    },
	{ NS_CALDAV, "supported-calendar-data",          SCHEDULED,  0,           get_media,          NULL,            "RFC 4791 §5.2.4" },
	{ NS_CALDAV, "max-resource-size",                SCHEDULED,  0,           get_max_size,       NULL,            "RFC 4791 §5.2.5" },
	{ NS_CALDAV, "min-date-time",                    SCHEDULED,  0,           get_min_time,       NULL,            "RFC 4791 §5.2.6" },
	{ NS_CALDAV, "max-date-time",                    SCHEDULED,  0,           get_max_time,       NULL,            "RFC 4791 §5.2.7" },
	{ NS_CALDAV, "max-instances",                    DAV_CALENDAR | DAV_INBOX,  0,           get_max_instances,  NULL,            "RFC 4791 §5.2.8" },
	{ NS_CALDAV, "max-attendees-per-instance",       SCHEDULED,  0,           get_max_attendees,  NULL,            "RFC 4791 §5.2.9" },
	{ NS_CALDAV, "supported-collation-set",          DAV_QUERIED,   0,           get_collations,     NULL,            "RFC 4791 §7.5.1" },
	{ NS_CALDAV, "calendar-data",                    DAV_OBJECT,    PROP_REPORT | PROP_ROW | PROP_TYPED, get_data, NULL, "RFC 4791 §9.6" },
	{ NS_CALDAV, "supported-rscale-set",             DAV_CALENDAR | DAV_HOME, 0, get_rscales,        NULL,            "RFC 7529 §9" },
	{ NS_CALDAV, "timezone-service-set",             DAV_HOME | DAV_CALENDAR, 0, get_zone_services,  NULL,            "RFC 7809 §5.1" },
	{ NS_CALDAV, "calendar-timezone-id",             DAV_CALENDAR | DAV_INBOX,  0,           get_timezone_id,    set_timezone_id, "RFC 7809 §5.2" },
	{ 0 }
};
/* clang-format on */

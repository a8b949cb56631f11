/*
 * mkcalendar - a new calendar: MKCALENDAR (RFC 4791 §5.3.1), extended MKCOL (RFC 5689)
 *
 * Both take properties, all or none; they differ in the body that they read and
 * in the form of the answer when a property is refused.
 */

#include "dav/lock.h"
#include "dav/props.h"

enum {
	ALL_COMPONENTS = COMP_VEVENT | COMP_VTODO | COMP_VJOURNAL | COMP_VFREEBUSY,
	CALENDARS_MAX = 1000, /* of one user; a home is listed in one page */
};

struct state {
	struct dav_patch patch;
	struct dav_outcomes outcomes;
	struct change_collection change;
};

/* ---- may it be made here? ------------------------------------------------------------------- */

static const struct fault *check_place(struct dav_request *dr)
{
	if (dr->kind == DAV_MISNAMED)
		return dav_bad_name(dr);
	if (dr->kind & (DAV_FREE_OBJECT | DAV_MISPLACED))
		return fault_make(dr->arena, FAULT_BAD_LOCATION, NULL,
				  "Calendars are made in the home of calendars, not here.");
	if (dr->kind == DAV_ORPHAN)
		return fault_make(dr->arena, FAULT_CONFLICT, NULL,
				  "The collection around it does not exist.");
	if (dr->kind != DAV_FREE_CALENDAR)
		return fault_make(dr->arena, FAULT_NOT_EMPTY_PLACE, NULL,
				  "There is something here already.");
	return dav_check_condition(dr, false);
}

static const struct fault *check_count(struct dav_request *dr)
{
	struct collection *all;
	size_t count;
	const struct fault *f = collection_list(dr->db, dr->arena, dr->owner_id, &all, &count);

	if (!f && count >= CALENDARS_MAX)
		f = fault_make(dr->arena, FAULT_STORE_FULL, NULL,
			       "A user has at most %d calendars.", CALENDARS_MAX);
	return f;
}

/* ---- properties ---------------------------------------------------------------------------------
 */

static const struct fault *read_properties(struct dav_request *dr, struct state *s)
{
	const struct fault *f = NULL;

	s->patch = (struct dav_patch){
		.dr = dr,
		.kind = DAV_CALENDAR,
		.creating = true,
		.components = ALL_COMPONENTS,
	};
	if (dr->body && dr->body->first_child)
		f = dav_patch_read(&s->patch, dr->body, false, &s->outcomes);
	return f;
}

/* <C:mkcalendar> and <D:mkcol>; other bodies are not understood (RFC 4918 §9.3). */
static const struct fault *check_body(struct dav_request *dr, enum xml_ns ns, const char *name)
{
	if (!dr->body || xml_is(dr->body, ns, name))
		return NULL;
	return fault_make(dr->arena, FAULT_BAD_MEDIA_TYPE, NULL,
			  "The body of this method is a %s element.", name);
}

/* ---- the answer ---- */

static const struct fault *made(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;

	(void)state;
	if (!f)
		http_answer(dr->rq, 201, NULL, TEXT_NONE);
	return f;
}

static const struct fault *make(struct dav_request *dr, struct state *s)
{
	const struct dav_patch *p = &s->patch;
	struct change *c = change_open(dr->house->calendar, dr->arena, CHANGE_CLIENT, dr->rq->now);
	const struct fault *f;

	s->change = (struct change_collection){
		.owner = dr->owner_id,
		.name = dr->collection_name,
		.kind = COLLECTION_CALENDAR,
		.components = p->components,
		.transparent = p->transparent,
		.timezone = p->timezone,
		.properties = p->kept,
		.property_count = p->kept_count,
	};
	f = change_make_collection(c, &s->change);
	if (!f)
		f = dav_guard(dr, c, dr, TOUCH_CONTENT | TOUCH_NAME);
	if (!f)
		dav_commit(dr, c, made, s);
	return f;
}

/* The status of the first instruction that was refused. */
static int first_status(const struct dav_outcomes *o)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->at[i].fault)
			return fault_row(o->at[i].fault->code)->http_status;
	return 403;
}

/* RFC 5689 §3: a status of its own, with the propstats in DAV:mkcol-response. */
static const struct fault *refuse_mkcol(struct dav_request *dr, const struct dav_outcomes *o)
{
	struct buf out;

	buf_init(&out, dr->arena, 1024, 1024 * 1024);
	xml_root(&out, NS_DAV, "mkcol-response");
	dav_put_outcomes(dr, o, &out);
	xml_close(&out, NS_DAV, "mkcol-response");
	http_answer(dr->rq, first_status(o), DAV_XML_TYPE, buf_text(&out));
	return NULL;
}

/* RFC 4791 §5.3.1.1: 207, as PROPPATCH has it. */
static const struct fault *refuse_mkcalendar(struct dav_request *dr, const struct dav_outcomes *o)
{
	struct buf out;

	buf_init(&out, dr->arena, 1024, 1024 * 1024);
	xml_root(&out, NS_DAV, "multistatus");
	xml_open(&out, NS_DAV, "response");
	dav_put_href(&out, DAV_CALENDAR, &dr->whose, dr->collection_name, TEXT_NONE);
	dav_put_outcomes(dr, o, &out);
	xml_close(&out, NS_DAV, "response");
	xml_close(&out, NS_DAV, "multistatus");
	http_answer(dr->rq, 207, DAV_XML_TYPE, buf_text(&out));
	return NULL;
}

/* ---- the methods ---- */

static const struct fault *prepare(struct dav_request *dr, struct state *s, enum xml_ns ns,
				   const char *name)
{
	const struct fault *f;

	http_set_header(dr->rq, "Cache-Control", TEXT("no-cache"));
	f = check_place(dr);
	if (!f)
		f = check_body(dr, ns, name);
	if (!f)
		f = read_properties(dr, s);
	return f ? f : check_count(dr);
}

const struct fault *dav_mkcalendar(struct dav_request *dr)
{
	struct state *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f = prepare(dr, s, NS_CALDAV, "mkcalendar");

	if (f)
		return f;
	return s->outcomes.failed ? refuse_mkcalendar(dr, &s->outcomes) : make(dr, s);
}

const struct fault *dav_mkcol(struct dav_request *dr)
{
	struct state *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f = prepare(dr, s, NS_DAV, "mkcol");

	if (f)
		return f;
	if (s->outcomes.failed)
		return refuse_mkcol(dr, &s->outcomes);
	if (!s->patch.is_calendar)
		return fault_make(dr->arena, FAULT_BAD_RESOURCE_TYPE, NULL,
				  "Only calendars can be made here.");
	return make(dr, s);
}

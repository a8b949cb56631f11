/*
 * mkcalendar - a new calendar: MKCALENDAR (RFC 4791 §5.3.1), extended MKCOL (RFC 5689); and a new
 * plain collection, by MKCOL (RFC 4918 §9.3) or extended MKCOL
 *
 * All take properties, all or none; they differ in the body that they read and
 * in the form of the answer when a property is refused.
 */

#include "dav/lock.h"
#include "dav/props.h"

enum {
	ALL_COMPONENTS = COMP_VEVENT | COMP_VTODO | COMP_VJOURNAL | COMP_VFREEBUSY,
};

struct state {
	struct dav_patch patch;
	struct dav_outcomes outcomes;
	struct change_collection change;
};

/* ---- may it be made here? ------------------------------------------------------------------- */

/* RFC 4791 §4.2: no calendar stands within another one, nor, here, in a plain collection. */
static const struct fault *check_place(struct dav_request *dr, enum dav_kind kind)
{
	enum dav_kind free = kind == DAV_PLAIN ? DAV_FREE_FILE : DAV_FREE_CALENDAR;

	if (dr->kind == DAV_MISNAMED)
		return dav_bad_name(dr);
	if (dr->kind != free && (dr->kind & (DAV_FREE_OBJECT | DAV_FREE_FILE | DAV_MISPLACED)))
		return fault_make(dr->arena, FAULT_BAD_LOCATION, NULL,
				  "Collections are not made here; calendars are, in the home.");
	if (dr->kind == DAV_ORPHAN)
		return fault_make(dr->arena, FAULT_CONFLICT, NULL,
				  "The collection around it does not exist.");
	if (!(dr->kind & (free | DAV_FREE_CALENDAR)))
		return fault_make(dr->arena, FAULT_NOT_EMPTY_PLACE, NULL,
				  "There is something here already.");
	return dav_check_condition(dr, false);
}

/* ---- properties ---------------------------------------------------------------------------------
 */

/* What can be set depends on it, wherever in the body it is said. */
static enum dav_kind kind_of_body(const struct xml_node *body)
{
	for (const struct xml_node *n = body ? body->first_child : NULL; n; n = n->next) {
		const struct xml_node *prop = xml_child(n, NS_DAV, "prop");
		const struct xml_node *type = prop ? xml_child(prop, NS_DAV, "resourcetype") : NULL;

		if (type && xml_child(type, NS_CALDAV, "calendar"))
			return DAV_CALENDAR;
	}
	return DAV_PLAIN;
}

static const struct fault *read_properties(struct dav_request *dr, struct state *s,
					   enum dav_kind kind)
{
	const struct fault *f = NULL;

	s->patch = (struct dav_patch){
		.dr = dr,
		.kind = kind,
		.creating = true,
		.components = kind == DAV_CALENDAR ? ALL_COMPONENTS : 0,
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

/* As the store calls it (store/collection.h). */
static struct text name_of_new(struct dav_request *dr)
{
	if (dr->kind != DAV_FREE_FILE)
		return dr->collection_name;
	return path_join(dr->arena, dr->collection_name, dr->object_name);
}

static const struct fault *make(struct dav_request *dr, struct state *s)
{
	const struct dav_patch *p = &s->patch;
	struct change *c = dav_change(dr);
	const struct fault *f;

	s->change = (struct change_collection){
		.owner = dr->owner_id,
		.name = name_of_new(dr),
		.kind = p->kind == DAV_CALENDAR ? COLLECTION_CALENDAR : COLLECTION_FOLDER,
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
				   const char *name, enum dav_kind kind)
{
	const struct fault *f;

	http_set_header(dr->rq, "Cache-Control", TEXT("no-cache"));
	f = check_place(dr, kind);
	if (!f)
		f = check_body(dr, ns, name);
	if (!f)
		f = read_properties(dr, s, kind);
	return f;
}

const struct fault *dav_mkcalendar(struct dav_request *dr)
{
	struct state *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f = prepare(dr, s, NS_CALDAV, "mkcalendar", DAV_CALENDAR);

	if (f)
		return f;
	return s->outcomes.failed ? refuse_mkcalendar(dr, &s->outcomes) : make(dr, s);
}

const struct fault *dav_mkcol(struct dav_request *dr)
{
	struct state *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f = prepare(dr, s, NS_DAV, "mkcol", kind_of_body(dr->body));

	if (f)
		return f;
	return s->outcomes.failed ? refuse_mkcol(dr, &s->outcomes) : make(dr, s);
}

/*
 * outbox - when are others busy? (RFC 6638 §5)
 *
 * A client posts a VFREEBUSY REQUEST and is told of each attendee in one answer, from the cached
 * timelines. Nothing is sent anywhere: of people elsewhere nothing is known. Everybody with an
 * account may ask everybody else (decisions 22), unless an entry at the other's home denies it, or
 * the other is asked by nobody but those to whom an entry grants it; calendars that are transparent
 * do not count. Invitations are not posted: they follow from what is stored (§3).
 */
#include "dav/outbox.h"

#include "dav/filter.h"
#include "dav/post.h"
#include "dav/report.h"
#include "freebusy/cache.h"
#include "freebusy/collect.h"
#include "freebusy/vfreebusy.h"
#include "ical/address.h"
#include "ical/time.h"
#include "itip/freebusy.h"
#include "itip/person.h"

enum {
	OUTBOX_MAX_BYTES = 16 * 1024 * 1024,
	/* A meeting of a few people is answered where it comes in. */
	OUTBOX_QUICK_ATTENDEES = 10,
	/* A year of each of the most that may be asked. */
	OUTBOX_DAYS_MAX = 366 * DAV_OUTBOX_ATTENDEES,
};

/* REQUEST-STATUS (RFC 5546 §3.6). */
#define STATUS_SUCCESS	    "2.0;Success"
#define STATUS_UNKNOWN	    "3.7;Invalid calendar user"
#define STATUS_NO_AUTHORITY "3.8;No authority"
#define STATUS_NO_CALENDAR  "5.3;No scheduling support for user"

/* One question, and who of those who are asked is who. */
struct question {
	struct itip_freebusy_request request;
	struct text *addresses; /* of its attendees, as ical_address() makes them */
	struct owner_match *known;
	size_t known_count;
	struct text *own; /* addresses of whose outbox it is */
	size_t own_count;
};

/* ---- the question ----------------------------------------------------------------------- */

/* §5.2.2: it is asked in the name of whose outbox it is. */
static const struct fault *check_organizer(struct dav_request *dr, struct question *q)
{
	struct text organizer = q->request.organizer;
	struct dav_shape shape = dav_shape_of_href(dr->arena, organizer);
	const struct fault *f =
		owner_addresses(dr->db, dr->arena, dr->owner_id, &q->own, &q->own_count);

	if (f || (shape.kind == DAV_PRINCIPAL && text_equal(shape.whose.name, dr->owned_by.name)) ||
	    ical_address_is_among(dr->arena, organizer, q->own, q->own_count))
		return f;
	return fault_make(dr->arena, FAULT_BAD_ORGANIZER, NULL,
			  "ORGANIZER is not an address of whose outbox it is.");
}

static const struct fault *check_size(struct dav_request *dr, const struct itip_freebusy_request *r)
{
	int64_t days = (r->to - r->from) / DAY_SECONDS + 1;

	if (r->attendee_count > DAV_OUTBOX_ATTENDEES)
		return fault_make(dr->arena, FAULT_TOO_MANY_ATTENDEES, NULL,
				  "At most %d attendees are asked about at once.",
				  DAV_OUTBOX_ATTENDEES);
	if (days * (int64_t)r->attendee_count > OUTBOX_DAYS_MAX)
		return fault_make(dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
				  "Of so many attendees a shorter time can be asked about.");
	return NULL;
}

static const struct fault *read_question(struct dav_request *dr, struct text body,
					 struct question *q)
{
	struct itip_freebusy_request *r = &q->request;
	const struct fault *f = dav_need(dr, dr->kind, DAV_MAY_SEND_FREE_BUSY);

	if (!f)
		f = itip_freebusy_read(dr->arena, body, r);
	if (!f)
		f = check_size(dr, r);
	return f ? f : check_organizer(dr, q);
}

static const struct fault *match_attendees(struct dav_request *dr, struct question *q)
{
	const struct itip_freebusy_request *r = &q->request;

	q->addresses = arena_alloc_array(dr->arena, r->attendee_count, sizeof(*q->addresses));
	for (size_t i = 0; i < r->attendee_count; i++)
		q->addresses[i] = ical_address(dr->arena, r->attendees[i]);
	return owner_match_addresses(dr->db, dr->arena, q->addresses, r->attendee_count, &q->known,
				     &q->known_count);
}

/* ---- one attendee ----------------------------------------------------------------------- */

/* A meeting type has an address of its own: whoever is asked there is its owner. */
static const struct fault *find_by_type(struct dav_request *dr, struct text address,
					struct owner **out)
{
	struct owner_type *t;
	const struct fault *f = owner_find_type_at(dr->db, dr->arena, address, &t);

	return f || !t ? f : owner_get(dr->db, dr->arena, t->owner, out);
}

/* By an address, or by the path of a principal, which calendar-user-address-set tells too. */
static const struct fault *find_attendee(struct dav_request *dr, const struct question *q, size_t i,
					 struct owner **out)
{
	struct dav_shape shape;

	*out = NULL;
	for (size_t k = 0; k < q->known_count; k++)
		if (text_equal(q->known[k].address, q->addresses[i]))
			return owner_get(dr->db, dr->arena, q->known[k].id, out);
	shape = dav_shape_of_href(dr->arena, q->request.attendees[i]);
	if (shape.kind == DAV_PRINCIPAL)
		return owner_find(dr->db, dr->arena, shape.whose.name, out);
	return find_by_type(dr, q->addresses[i], out);
}

/*
 * The meeting that is to be moved, where the attendee has it; 0: it is not theirs who ask. Of
 * anything else two questions would tell whether the attendee has it, and when.
 */
static const struct fault *find_masked(struct dav_request *dr, const struct question *q,
				       const struct owner *o, int64_t *out)
{
	struct arena *scratch = dav_scratch(dr);
	struct stored_object *found, *whole = NULL;
	const struct ical_attendee *organizer;
	struct ical_object *object;
	const struct fault *f =
		object_find_uid_anywhere(dr->db, dr->arena, o->id, q->request.mask_uid, 0, &found);

	*out = 0;
	if (!f && found)
		f = object_get(dr->db, scratch, o->id, found->id, &whole);
	if (f || !whole || ical_object_parse(scratch, whole->data, ICAL_FROM_STORE, &object))
		return f;
	organizer = itip_organizer_of(object);
	if (o->id == dr->owner_id ||
	    (organizer && ical_address_is_among(scratch, organizer->address, q->own, q->own_count)))
		*out = found->id;
	return NULL;
}

static const struct fault *collect_masked(struct dav_request *dr, const struct question *q,
					  const struct owner *o, struct vfreebusy *v)
{
	struct timeline *t = timeline_create(dr->arena, v->start, v->end);
	int64_t masked;
	const struct fault *f = find_masked(dr, q, o, &masked);

	if (!f)
		f = freebusy_collect_owner_but(dr->db, dr->arena, o, masked, v->start, v->end, t);
	if (!f)
		f = freebusy_collect_hours(dr->db, dr->arena, o->id, v->start, v->end, t);
	v->periods = timeline_periods(t, &v->count);
	return f;
}

static const struct fault *collect(struct dav_request *dr, const struct question *q,
				   const struct owner *o, struct vfreebusy *v)
{
	if (q->request.mask_uid.len > 0)
		return collect_masked(dr, q, o, v);
	return freebusy_shown(dr->house->timelines, dr->db, dr->arena, o, NULL, v->start, v->end,
			      &v->periods, &v->count);
}

const struct fault *dav_outbox_is_denied(struct dav_request *dr, const struct owner *o, bool *out)
{
	unsigned may;
	const struct fault *f =
		dav_is_denied(dr, o->id, DAV_MAY_QUERY_FREE_BUSY | DAV_MAY_READ_FREE_BUSY, out);

	if (f || *out || o->free_busy != FREE_BUSY_NOBODY)
		return f;
	f = dav_access(dr, o->id, 0, &may);
	*out = !(may & (DAV_MAY_QUERY_FREE_BUSY | DAV_MAY_READ_FREE_BUSY));
	return f;
}

static const struct fault *judge(struct dav_request *dr, const struct owner *o, const char **out)
{
	bool denied = false;
	const struct fault *f = NULL;

	*out = STATUS_UNKNOWN;
	if (!o)
		return NULL;
	if (o->id != dr->rq->user.owner)
		f = dav_outbox_is_denied(dr, o, &denied);
	*out = denied			? STATUS_NO_AUTHORITY
	       : o->kind == OWNER_GROUP ? STATUS_NO_CALENDAR
					: STATUS_SUCCESS;
	return f;
}

static void put_data(struct dav_request *dr, const struct vfreebusy *v, struct buf *out)
{
	struct buf data;

	buf_init(&data, dr->arena, 512 + 64 * v->count, OUTBOX_MAX_BYTES);
	vfreebusy_write(&data, v);
	out->overflow = out->overflow || data.overflow;
	xml_element_text(out, NS_CALDAV, "calendar-data", buf_text(&data));
}

/* §10.2 */
static const struct fault *put_response(struct dav_request *dr, const struct question *q, size_t i,
					struct buf *out)
{
	struct vfreebusy v = {
		.start = q->request.from,
		.end = q->request.to,
		.stamp = dr->rq->now,
		.uid = q->request.uid,
		.organizer = q->request.organizer,
		.attendee = q->request.attendees[i],
		.method = TEXT("REPLY"),
	};
	struct owner *o;
	const char *status;
	const struct fault *f = find_attendee(dr, q, i, &o);
	bool is_well;

	if (!f)
		f = judge(dr, o, &status);
	if (f)
		return f;
	is_well = strcmp(status, STATUS_SUCCESS) == 0;
	if (is_well && (f = collect(dr, q, o, &v)))
		return f;
	xml_open(out, NS_CALDAV, "response");
	xml_open(out, NS_CALDAV, "recipient");
	xml_element_text(out, NS_DAV, "href", v.attendee);
	xml_close(out, NS_CALDAV, "recipient");
	xml_element_text(out, NS_CALDAV, "request-status", text_from(status));
	if (is_well)
		put_data(dr, &v, out);
	xml_close(out, NS_CALDAV, "response");
	return NULL;
}

/* ---- the answer ------------------------------------------------------------------------- */

static const struct fault *answer(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	struct question *q = state;
	struct buf out;

	if (!f)
		f = dav_reader(dr);
	if (!f)
		f = match_attendees(dr, q);
	if (f)
		return f;
	buf_init(&out, dr->arena, 4096, OUTBOX_MAX_BYTES);
	xml_root(&out, NS_CALDAV, "schedule-response");
	for (size_t i = 0; i < q->request.attendee_count && !f; i++)
		f = put_response(dr, q, i, &out);
	xml_close(&out, NS_CALDAV, "schedule-response");
	if (!f && out.overflow)
		f = fault_make(dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
			       "There are too many busy periods in this range.");
	if (!f)
		http_answer(dr->rq, 200, DAV_XML_TYPE, buf_text(&out));
	return f;
}

static bool is_slow(const struct dav_request *dr, const struct itip_freebusy_request *r)
{
	struct dav_range range = {r->from, r->to};

	return r->attendee_count > OUTBOX_QUICK_ATTENDEES || r->mask_uid.len > 0 ||
	       dav_range_looks_slow(dr, &range);
}

const struct fault *dav_outbox(struct dav_request *dr)
{
	struct question *q = arena_alloc(dr->arena, sizeof(*q));
	enum itip_method method;
	struct text body;
	const struct fault *f = dav_read_calendar(dr, &body);

	if (f)
		return f;
	method = dav_outbox_method(dr->arena, body);
	if (method == ITIP_COUNTER || method == ITIP_DECLINECOUNTER)
		return dav_outbox_message(dr, method, body);
	f = read_question(dr, body, q);
	if (f || !is_slow(dr, &q->request))
		return f ? f : answer(dr, q, NULL);
	http_go_slow_with(dr->rq, answer, dr, q);
	return NULL;
}

/*
 * slots - GET /api/availability/slots
 *
 * The question that is asked most: everything comes from memory when nothing was
 * committed since, and the answer is written digit by digit into one buffer.
 */
#include "api/api_priv.h"

#include "api/fresh.h"
#include "api/query.h"
#include "api/slot_write.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "booking/reserve.h"

enum {
	MAX_DAYS = 62,
	MAX_SLOTS = 20000, /* some 2 MB: each five minutes of 62 days have fewer */
	HEAD_BYTES = 256,
	DAY_BYTES = 40,
};

/* What is asked for, as it came. */
struct question {
	struct api_type_name type;
	struct text date, from, to, timezone, duration, link, hold, full, token;
	/* … and what it means */
	const struct host *host;
	const struct booking_type *booking_type;
	const struct booking *moves; /* that is to be at another time; NULL: a new one */
	const struct zone *zone;
	int32_t duration_min;
	int64_t first_day, last_day;
};

/* ---- who and what ------------------------------------------------------------------------ */

const struct fault *api_find_type_host(struct api_request *ar, const struct api_type_name *n,
				       const struct host **out)
{
	int64_t owner;

	*out = NULL;
	if (n->id.len == 0)
		return host_find(ar->desk, ar->db, ar->arena, n->host, out);
	if (!secret_id_owner(&ar->desk->calendar->key, n->id, &owner))
		return NULL;
	return host_get(ar->desk, ar->db, ar->arena, owner, out);
}

const struct fault *api_find_type(struct api_request *ar, const struct api_type_name *n,
				  const struct host **host_out,
				  const struct booking_type **type_out)
{
	const struct fault *f;

	if (n->id.len == 0 && (n->host.len == 0 || n->slug.len == 0))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "meeting_type_id",
				  "Say which meeting: meeting_type_id, or host and type.");
	f = api_find_type_host(ar, n, host_out);
	if (f)
		return f;
	*type_out = NULL;
	if (*host_out)
		*type_out = n->id.len > 0 ? host_type_by_id(*host_out, n->id)
					  : host_type_by_slug(*host_out, n->slug);
	return *type_out ? NULL
			 : fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				      "There is no such meeting type.");
}

const struct fault *api_find_zone(struct arena *a, struct text name, const struct host *host,
				  const struct booking_type *type, const struct zone **out)
{
	const struct booking_schedule *s;

	if (name.len > 0) {
		*out = zone_find(name);
		return *out ? NULL
			    : fault_make(a, FAULT_UNKNOWN_ZONE, "timezone",
					 "This is no time zone; give a name like Europe/Berlin.");
	}
	s = host_schedule(host, type->schedule);
	*out = s ? s->hours.zone : zone_utc();
	return NULL;
}

/* ---- when ----------------------------------------------------------------------------------- */

static const struct fault *bad_date(struct arena *a, const char *about)
{
	return fault_make(a, FAULT_BAD_REQUEST, about,
			  "Give date=2027-01-18, or from= and to= of at most 62 days.");
}

static const struct fault *read_days(struct arena *a, struct question *q)
{
	if (q->date.len > 0) {
		if (q->from.len > 0 || q->to.len > 0)
			return bad_date(a, "date");
		if (!day_parse(q->date, &q->first_day))
			return bad_date(a, "date");
		q->last_day = q->first_day;
		return NULL;
	}
	if (!day_parse(q->from, &q->first_day))
		return bad_date(a, q->from.len > 0 ? "from" : "date");
	if (!day_parse(q->to, &q->last_day) || q->last_day < q->first_day ||
	    q->last_day - q->first_day >= MAX_DAYS)
		return bad_date(a, "to");
	return NULL;
}

static const struct fault *read_duration(struct arena *a, struct question *q)
{
	int64_t minutes = 0;

	if (q->duration.len > 0 && !text_to_int64(q->duration, 1, RULES_MAX_MINUTES, &minutes))
		return fault_make(a, FAULT_BAD_REQUEST, "duration_minutes",
				  "A length is a whole number of minutes, at most 1440.");
	return slot_choose_duration(a, q->booking_type, (int32_t)minutes, &q->duration_min);
}

/*
 * Which time is not in the way of a booking that moves: its own, named as in slot_ask.but. That of
 * several places is others', too.
 */
static struct text own_time(const struct booking_type *type, const struct booking *b)
{
	return b && type && type->seats <= 1 ? booking_holder(b) : TEXT_NONE;
}

/* The booking that the token opens, if it is one of this type and stands. */
static const struct fault *find_moves(struct api_request *ar, struct question *q)
{
	struct text id;
	enum book_role role;
	struct booking *b = NULL;
	const struct fault *f = NULL;

	if (book_token_check(ar->desk, ar->arena, q->token, ar->rq->now, &id, &role))
		f = booking_find(ar->db, ar->arena, q->host->owner.id, id, &b);
	if (f)
		return f;
	if (!b || !booking_stands(b) || !text_equal(b->type, q->booking_type->id))
		return fault_make(ar->arena, FAULT_NOT_FOUND, "token",
				  "There is no such booking of this meeting type.");
	q->moves = b;
	return NULL;
}

/* Who has booked a type is in it: a link that is spent since was theirs. */
static const struct fault *require_way_in(struct api_request *ar, struct question *q)
{
	struct text link;

	return q->token.len > 0 ? find_moves(ar, q)
				: api_check_link(ar, q->host, q->booking_type, q->link, &link);
}

static const struct fault *read_question(struct api_request *ar, struct question *q)
{
	const struct query_param params[] = {
		{TEXT("meeting_type_id"), &q->type.id},
		{TEXT("host"), &q->type.host},
		{TEXT("type"), &q->type.slug},
		{TEXT("date"), &q->date},
		{TEXT("from"), &q->from},
		{TEXT("to"), &q->to},
		{TEXT("timezone"), &q->timezone},
		{TEXT("duration_minutes"), &q->duration},
		{TEXT("link"), &q->link},
		{TEXT("hold"), &q->hold},
		{TEXT("full"), &q->full},
		{TEXT("token"), &q->token},
	};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f)
		f = api_find_type(ar, &q->type, &q->host, &q->booking_type);
	if (!f)
		f = require_way_in(ar, q);
	if (!f)
		f = read_days(ar->arena, q);
	if (!f)
		f = api_find_zone(ar->arena, q->timezone, q->host, q->booking_type, &q->zone);
	return f ? f : read_duration(ar->arena, q);
}

/* ---- the answer --------------------------------------------------------------------------------
 */

static int64_t day_begin(const struct zone *z, int64_t day)
{
	return zone_to_utc(z, day * DAY_SECONDS);
}

/* The slots of [begin, end) as a list; at is moved past them. */
static void put_slots(struct buf *b, struct slot_writer *w, const struct slot **at,
		      const struct slot *last, int64_t end)
{
	const struct slot *first = *at;

	buf_put_lit(b, "\"slots\":[");
	for (; *at < last && (*at)->start < end; (*at)++) {
		if (*at > first)
			buf_put_char(b, ',');
		slot_write(w, b, *at);
	}
	buf_put_char(b, ']');
}

static void put_days(struct buf *b, struct slot_writer *w, const struct question *q,
		     const struct slot *at, const struct slot *last)
{
	buf_put_lit(b, "\"days\":[");
	for (int64_t day = q->first_day; day <= q->last_day; day++) {
		if (day > q->first_day)
			buf_put_char(b, ',');
		buf_put_lit(b, "{\"date\":\"");
		day_put(b, day);
		buf_put_lit(b, "\",");
		put_slots(b, w, &at, last, day_begin(q->zone, day + 1));
		buf_put_char(b, '}');
	}
	buf_put_char(b, ']');
}

/* Names of hosts, slugs, ids and zones hold nothing that JSON would escape. */
static void put_question(struct buf *b, const struct question *q)
{
	buf_put_lit(b, "\"timezone\":\"");
	buf_put_text(b, zone_name(q->zone));
	buf_put_lit(b, "\",\"meeting_type_id\":\"");
	buf_put_text(b, q->booking_type->id);
	buf_put_lit(b, "\",\"host\":\"");
	buf_put_text(b, q->host->owner.name);
	buf_put_lit(b, "\",\"type\":\"");
	buf_put_text(b, q->booking_type->slug);
	buf_put_lit(b, "\",\"duration_minutes\":");
	buf_put_int(b, q->duration_min);
	buf_put_char(b, ',');
}

static void put_answer(struct buf *b, const struct question *q, const struct slot *at, size_t count)
{
	struct slot_writer w;

	slot_writer_init(&w, q->zone);
	w.tells_seats = q->booking_type->seats > 1;
	buf_put_char(b, '{');
	if (q->date.len > 0) {
		buf_put_lit(b, "\"date\":\"");
		day_put(b, q->first_day);
		buf_put_lit(b, "\",");
	}
	put_question(b, q);
	if (q->date.len > 0)
		put_slots(b, &w, &at, at + count, INT64_MAX);
	else
		put_days(b, &w, q, at, at + count);
	buf_put_char(b, '}');
}

/* What somebody has reserved or booked is open to who shows the token (booking cases E7, E12). */
static struct slot_ask ask_of(const struct api_request *ar, const struct question *q)
{
	struct slot_ask ask = {
		.host = q->host,
		.type = q->booking_type,
		.duration_min = q->duration_min,
		.from = day_begin(q->zone, q->first_day),
		.to = day_begin(q->zone, q->last_day + 1),
		.now = ar->rq->now,
		.with_full = q->booking_type->waiting_list && text_equal(q->full, TEXT("true")),
		.but = own_time(q->booking_type, q->moves),
	};

	if (reserve_is_of(q->hold, q->booking_type))
		ask.but = q->hold;
	return ask;
}

static const struct fault *list(struct api_request *ar, const struct slot_ask *ask,
				struct slot **slots, size_t *count)
{
	const struct fault *f = slots_list(ar->desk, ar->db, ar->arena, ask, slots, count);

	if (!f && *count > MAX_SLOTS)
		f = fault_make(ar->arena, FAULT_BAD_REQUEST, "to",
			       "These are more than %d slots; ask for fewer dates.", MAX_SLOTS);
	return f;
}

static const struct fault *answer(struct api_request *ar)
{
	struct question q = {.host = NULL};
	struct slot_ask ask;
	struct slot *slots;
	size_t count;
	struct buf body;
	bool waits = false;
	const struct fault *f = read_question(ar, &q);

	if (f)
		return f;
	ask = ask_of(ar, &q);
	f = fresh_wait_list(ar, &ask, answer, &waits);
	if (!f && !waits)
		f = list(ar, &ask, &slots, &count);
	if (f || waits)
		return f;
	buf_init(&body, ar->arena,
		 HEAD_BYTES + count * (SLOT_BYTES + 1) +
			 (size_t)(q.last_day - q.first_day + 1) * DAY_BYTES,
		 API_ANSWER_MAX);
	put_answer(&body, &q, slots, count);
	api_answer(ar, 200, &body);
	metrics_observe(METRIC_SLOTS_SECONDS, 0, clock_monotonic_ns() - ar->rq->begun_ns);
	return NULL;
}

const struct fault *api_slots(struct api_request *ar)
{
	const struct fault *f = api_count_question(ar);

	return f ? f : answer(ar);
}

const struct fault *api_answer_taken(struct api_request *ar, const struct fault *taken,
				     const struct api_offer *o)
{
	const struct zone *z = o->zone ? o->zone : zone_utc();
	int64_t day = floor_div(zone_to_local(z, o->instant), DAY_SECONDS);
	const struct slot_ask ask = {
		.host = o->host,
		.type = o->type,
		.duration_min = o->duration_min,
		.from = day_begin(z, day),
		.to = day_begin(z, day + 1),
		.now = ar->rq->now,
		.but = own_time(o->type, o->moves),
	};
	struct slot *slots = NULL;
	const struct slot *at;
	struct slot_writer w;
	struct api_problem p;
	size_t count = 0;
	const struct fault *f = NULL;

	if (o->type)
		f = slots_list(ar->desk, ar->db, ar->arena, &ask, &slots, &count);
	if (f)
		return f;
	api_problem_begin(&p, ar->rq, taken);
	json_key(&p.w, "timezone");
	json_add_text(&p.w, zone_name(z));
	buf_put_char(&p.body, ',');
	slot_writer_init(&w, z);
	w.tells_seats = o->type && o->type->seats > 1;
	at = slots;
	put_slots(&p.body, &w, &at, slots + count, INT64_MAX);
	api_problem_send(&p);
	return NULL;
}

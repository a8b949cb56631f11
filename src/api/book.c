/* book - POST /api/bookings */
#include "api/api_priv.h"

#include "api/fresh.h"
#include "api/members.h"
#include "api/page_lang.h"
#include "base/metrics.h"
#include "ical/zone.h"

/* The request, and what was made of it, until it is committed. */
struct booking_call {
	struct book_request request;
	struct book_outcome outcome;
	int attempts;
};

/* ---- reading ------------------------------------------------------------------------------ */

struct booking_body {
	struct api_type_name type;
	struct text start_time, name, email, timezone, language;
	struct text hold, link;
	struct member_int duration, seats;
	const struct json *answers, *series;
};

static const struct member booking_members[] = {
	{"meeting_type_id", JSON_KIND_TEXT, offsetof(struct booking_body, type.id)},
	{"host", JSON_KIND_TEXT, offsetof(struct booking_body, type.host)},
	{"type", JSON_KIND_TEXT, offsetof(struct booking_body, type.slug)},
	{"start_time", JSON_KIND_TEXT, offsetof(struct booking_body, start_time)},
	{"duration_minutes", JSON_KIND_INT, offsetof(struct booking_body, duration)},
	{"invitee_name", JSON_KIND_TEXT, offsetof(struct booking_body, name)},
	{"invitee_email", JSON_KIND_TEXT, offsetof(struct booking_body, email)},
	{"invitee_timezone", JSON_KIND_TEXT, offsetof(struct booking_body, timezone)},
	{"language", JSON_KIND_TEXT, offsetof(struct booking_body, language)},
	{"answers", JSON_KIND_NONE, offsetof(struct booking_body, answers)},
	{"seats", JSON_KIND_INT, offsetof(struct booking_body, seats)},
	{"hold", JSON_KIND_TEXT, offsetof(struct booking_body, hold)},
	{"link", JSON_KIND_TEXT, offsetof(struct booking_body, link)},
	{"series", JSON_KIND_NONE, offsetof(struct booking_body, series)},
};

/*
 * What invitees are written to in: as they say, else as their browser prefers; else their host's,
 * which is decided when a letter is written.
 */
static const struct fault *read_language(struct api_request *ar, struct text said, struct text *out)
{
	const struct page_lang *l =
		said.at ? page_lang_find(said)
			: page_lang_accepted(http_header(ar->rq, "Accept-Language"));

	if (said.at && !l)
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "language",
				  "Letters are in English (en), German (de), French (fr) or "
				  "Spanish (es).");
	*out = text_from(l ? l->tag : NULL);
	return NULL;
}

/* Is there more than zeros behind the point of an RFC 3339 instant? */
static bool has_fraction(struct text value)
{
	ptrdiff_t point = text_find_char(value, '.', 0);

	for (size_t i = (size_t)(point + 1); point >= 0 && i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
		if (value.at[i] != '0')
			return true;
	}
	return false;
}

const struct fault *api_read_start(struct arena *a, struct text value, int64_t *out)
{
	if (!time_parse_rfc3339(value, out))
		return fault_make(a, FAULT_BAD_REQUEST, "start_time",
				  "Give an instant with its offset, like 2027-01-18T14:00:00Z.");
	return has_fraction(value) ? slot_verdict_fault(a, SLOT_NOT_ON_GRID) : NULL;
}

const struct fault *api_read_duration(struct arena *a, const struct member_int *said, int32_t *out)
{
	*out = 0;
	if (!said->said)
		return NULL;
	if (said->value < 1 || said->value > RULES_MAX_MINUTES)
		return slot_verdict_fault(a, SLOT_DURATION);
	*out = (int32_t)said->value;
	return NULL;
}

struct answer_writer {
	struct json_writer w;
	bool refused;
};

static bool put_answer(struct text key, const struct json *value, void *ctx)
{
	struct answer_writer *aw = ctx;
	struct text t;
	int64_t n;
	double real;
	bool yes;

	json_key_text(&aw->w, key);
	if (json_text(value, &t))
		json_add_text(&aw->w, t);
	else if (json_int(value, &n))
		json_add_int(&aw->w, n);
	else if (json_number(value, &real))
		json_add_raw(&aw->w, text_from(arena_printf(aw->w.out->arena, "%.15g", real)));
	else if (json_bool(value, &yes))
		json_add_bool(&aw->w, yes);
	else
		aw->refused = true;
	return !aw->refused;
}

/* As they are kept: one flat object. */
static const struct fault *read_answers(struct arena *a, const struct json *answers,
					struct text *out)
{
	struct answer_writer aw = {.refused = false};
	struct buf b;

	if (json_kind(answers) == JSON_KIND_NONE)
		return NULL;
	buf_init(&b, a, 256, JSON_BODY_MAX);
	aw.w.out = &b;
	json_begin_object(&aw.w);
	json_for_each(answers, put_answer, &aw);
	json_end_object(&aw.w);
	if (json_kind(answers) != JSON_KIND_OBJECT || aw.refused || b.overflow)
		return fault_make(a, FAULT_UNPROCESSABLE, "answers",
				  "Answers are an object of text, numbers, true or false.");
	*out = buf_text(&b);
	return NULL;
}

static const struct fault *read_seats(struct arena *a, const struct member_int *said, int32_t *out)
{
	*out = 1;
	if (!said->said)
		return NULL;
	if (said->value < 1 || said->value > RULES_MAX_SEATS)
		return fault_make(a, FAULT_UNPROCESSABLE, "seats",
				  "Places are a whole number from 1 on.");
	*out = (int32_t)said->value;
	return NULL;
}

/* What it says of itself. */
static const struct fault *read_request(struct api_request *ar, struct booking_body *body,
					struct book_request *out)
{
	const struct fault *f = members_read(ar->arena, ar->body, booking_members,
					     ARRAY_LEN(booking_members), body);

	if (!f)
		f = api_read_start(ar->arena, body->start_time, &out->start);
	if (!f)
		f = api_read_duration(ar->arena, &body->duration, &out->duration_min);
	if (!f)
		f = read_answers(ar->arena, body->answers, &out->answers);
	if (!f)
		f = read_seats(ar->arena, &body->seats, &out->seats);
	if (!f)
		f = api_read_series(ar->arena, body->series, &out->series);
	if (!f)
		f = read_language(ar, body->language, &out->language);
	out->hold = body->hold;
	out->invitee_name = body->name;
	out->invitee_email = body->email;
	out->invitee_timezone = body->timezone;
	out->key = http_header(ar->rq, "Idempotency-Key");
	out->body = ar->rq->body;
	out->now = ar->rq->now;
	return f;
}

/* What it is about, as it is now. */
static const struct fault *find_offer(struct api_request *ar, const struct booking_body *body,
				      struct book_request *out)
{
	const struct fault *f = api_find_type(ar, &body->type, &out->host, &out->type);

	return f ? f : api_check_link(ar, out->host, out->type, body->link, &out->link);
}

const struct fault *api_read_book_request(struct api_request *ar, struct book_request *out)
{
	struct booking_body body = {.answers = NULL};
	const struct fault *f = read_request(ar, &body, out);

	return f ? f : find_offer(ar, &body, out);
}

/*
 * A request that was answered before is, whatever has become of its type since, and of the link
 * that it used up (booking case E9).
 */
static const struct fault *find_replay(struct api_request *ar, const struct booking_body *body,
				       struct booking_call *call, bool *found_out)
{
	const struct fault *f = NULL;

	*found_out = false;
	if (call->request.key.len > 0)
		f = api_find_type_host(ar, &body->type, &call->request.host);
	if (f || !call->request.host)
		return f;
	return book_find_replay(ar->db, ar->arena, &call->request, &call->outcome, found_out);
}

/* ---- answering ------------------------------------------------------------------------------ */

static void answer_made(struct api_request *ar, const struct booking_call *call)
{
	const struct booking *b = &call->outcome.booking;
	const struct api_booking at = {
		.booking = b, .host = call->request.host, .role = BOOK_INVITEE};

	metrics_add(METRIC_BOOKINGS, call->outcome.replayed ? BOOKING_REPLAYED : BOOKING_CONFIRMED,
		    1);
	if (call->outcome.replayed)
		http_set_header(ar->rq, "Idempotent-Replayed", TEXT("true"));
	http_set_header(ar->rq, "Location",
			text_from(arena_printf(ar->arena, "/api/bookings/%.*s", TEXT_ARG(b->id))));
	api_answer_booking(ar, 201, &at);
}

static void count_refusal(const struct fault *f)
{
	int label = f->code == FAULT_SLOT_TAKEN	   ? BOOKING_TAKEN
		    : f->code == FAULT_NOT_OFFERED ? BOOKING_NOT_OFFERED
						   : BOOKING_FAILED;

	metrics_add(METRIC_BOOKINGS, label, 1);
}

/* After the commit that took the time, so that it is not among what is still open. */
static const struct fault *answer_refused(struct api_request *ar, const struct booking_call *call,
					  const struct fault *f)
{
	const struct book_request *rq = &call->request;
	struct api_offer offer = {
		.host = rq->host,
		.type = rq->type,
		.instant = rq->start,
	};
	const struct fault *failed;

	count_refusal(f);
	if (call->outcome.clash_count > 0 && call->request.series.count > 1 &&
	    fault_is(f, FAULT_SLOT_TAKEN))
		return api_answer_clashes(ar, f, &call->outcome);
	if (!fault_is(f, FAULT_SLOT_TAKEN))
		return f;
	/* The host as prepared with may be a version old: its calendar has moved on since. */
	failed = host_get(ar->desk, ar->db, ar->arena, rq->host->owner.id, &offer.host);
	if (failed)
		return failed;
	offer.type = offer.host ? host_type_by_id(offer.host, rq->type->id) : NULL;
	if (offer.type)
		failed = api_find_zone(ar->arena, rq->invitee_timezone, offer.host, offer.type,
				       &offer.zone);
	if (!failed && offer.type)
		failed = slot_choose_duration(ar->arena, offer.type, rq->duration_min,
					      &offer.duration_min);
	return failed ? failed : api_answer_taken(ar, f, &offer);
}

/* ---- making ---------------------------------------------------------------------------------- */

static const struct fault *make(struct api_request *ar, struct booking_call *call);

/* Another request with the same key may have been quicker: then its booking is the answer. */
static const struct fault *made(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct booking_call *call = state;
	const struct fault *failed = NULL;
	bool found = false;

	if (!f) {
		answer_made(ar, call);
		return NULL;
	}
	api_uncount_mail(ar, call->request.host->owner.id, call->request.invitee_email);
	failed = api_reader(ar);
	/* Others came to the same event, or left it. */
	if (!failed && fault_is(f, FAULT_PRECONDITION) && call->attempts < API_ATTEMPTS)
		return make(ar, call);
	if (!failed && (fault_is(f, FAULT_CONFLICT) || fault_is(f, FAULT_SLOT_TAKEN)))
		failed =
			book_find_replay(ar->db, ar->arena, &call->request, &call->outcome, &found);
	if (failed)
		return failed;
	if (!found)
		return answer_refused(ar, call, f);
	answer_made(ar, call);
	return NULL;
}

/* What was wanted, by the rules as they are by now. */
static const struct fault *read_again(struct api_request *ar, struct book_request *rq)
{
	const struct host *host;
	const struct booking_type *type;
	const struct fault *f = host_get(ar->desk, ar->db, ar->arena, rq->host->owner.id, &host);

	if (f)
		return f;
	type = host ? host_type_by_id(host, rq->type->id) : NULL;
	if (!type)
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				  "This meeting is not offered any more.");
	rq->host = host;
	rq->type = type;
	return NULL;
}

/*
 * In one snapshot, as it is some twenty reads, of which each would take and leave SQLite's file
 * locks by itself. What is known of the hosts of a team is kept, and so is read as of now.
 */
static const struct fault *prepare(struct api_request *ar, struct booking_call *call,
				   struct change **out)
{
	bool whole = !store_waits(ar->desk->calendar->store) &&
		     call->request.type->team.mode == TEAM_NONE;
	const struct fault *f = whole ? store_snapshot_begin(ar->db, ar->arena) : NULL;

	if (f)
		return f;
	f = book_prepare(ar->desk, ar->db, ar->arena, &call->request, out, &call->outcome);
	if (whole)
		store_snapshot_end(ar->db);
	return f;
}

static const struct fault *make(struct api_request *ar, struct booking_call *call)
{
	struct change *c;
	const struct fault *f = NULL;

	if (call->attempts++ > 0)
		f = read_again(ar, &call->request);
	if (f)
		return f;
	f = prepare(ar, call, &c);
	if (!f && c)
		f = api_count_mail(ar, call->request.host->owner.id, call->request.invitee_email);
	if (fault_is(f, FAULT_PRECONDITION) && call->attempts < API_ATTEMPTS)
		return make(ar, call);
	if (f)
		return answer_refused(ar, call, f);
	if (c)
		api_commit(ar, c, made, call);
	else
		answer_made(ar, call);
	return NULL;
}

const struct fault *api_booking_make(struct api_request *ar)
{
	struct booking_call *call = arena_alloc(ar->arena, sizeof(*call));
	struct booking_body body = {.answers = NULL};
	bool found = false, waits = false;
	const struct fault *f = read_request(ar, &body, &call->request);

	if (!f)
		f = find_replay(ar, &body, call, &found);
	if (!f && found) {
		answer_made(ar, call);
		return NULL;
	}
	if (!f)
		f = find_offer(ar, &body, &call->request);
	if (!f)
		f = fresh_wait(ar, call->request.host, call->request.type, api_booking_make,
			       &waits);
	return f || waits ? f : make(ar, call);
}

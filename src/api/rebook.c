/* rebook - cancelling and moving a booking (decisions 39, 40) */
#include "api/api_priv.h"

#include "api/fresh.h"
#include "api/members.h"
#include "api/query.h"
#include "booking/team.h"
#include "ical/zone.h"

struct rebooking {
	struct api_edit edit;
	struct api_booking at;
	struct book_outcome outcome;
	int64_t start;	      /* of a move */
	int32_t duration_min; /* of a move; 0: as long as it was */
	struct text reason;
	struct text from, to;	       /* hosts of a team */
	bool decline;		       /* of what is to be confirmed: no */
	const struct booking *counted; /* whose mail is counted in the caps; NULL: none */
};

static struct rebooking *rebooking_of(struct api_edit *e)
{
	return (struct rebooking *)e;
}

/* The wanted time is taken: what is open on that day, in the invitee's zone. */
static const struct fault *answer_taken(struct api_request *ar, const struct rebooking *r,
					const struct fault *taken)
{
	const struct booking *b = r->at.booking;
	struct api_offer offer = {
		.host = r->at.host,
		.type = host_type_by_id(r->at.host, b->type),
		.duration_min = r->duration_min,
		.instant = r->start,
		.zone = zone_find(b->invitee_timezone),
		.moves = b,
	};

	if (offer.duration_min == 0)
		offer.duration_min = (int32_t)((b->end - b->start) / 60);
	return api_answer_taken(ar, taken, &offer);
}

static struct book_by by_of(const struct api_request *ar, const struct rebooking *r)
{
	return (struct book_by){
		.who = r->at.role == BOOK_HOST ? BOOKING_BY_HOST : BOOKING_BY_INVITEE,
		.reason = r->reason,
		.now = ar->rq->now,
	};
}

static const struct fault *rebooking_finish(struct api_request *ar, struct api_edit *e,
					    const struct fault *f)
{
	const struct rebooking *r = rebooking_of(e);

	/* Refused, or another request has moved it there meanwhile: no mail of this one. */
	if (r->counted && (f || !e->change))
		api_uncount_mail(ar, r->counted->owner, r->counted->invitee_email);
	if (fault_is(f, FAULT_SLOT_TAKEN) && r->outcome.clash_count > 0 &&
	    r->outcome.booking.rule.len > 0)
		return api_answer_clashes(ar, f, &r->outcome);
	if (fault_is(f, FAULT_SLOT_TAKEN))
		return answer_taken(ar, r, f);
	if (!f) {
		struct api_booking now = r->at;

		now.booking = &r->outcome.booking;
		api_answer_booking(ar, 200, &now);
	}
	return f;
}

/* Why, and of which version. */
struct decision_body {
	struct text reason;
	const struct json *version; /* see api_read_version() */
};

static const struct member decision_members[] = {
	{"reason", JSON_KIND_TEXT, offsetof(struct decision_body, reason)},
	{"version", JSON_KIND_NONE, offsetof(struct decision_body, version)},
};

/* ---- cancel ------------------------------------------------------------------------------- */

/* What is cancelled stays so: a second time is no mistake, whatever the version. */
static const struct fault *prepare_cancel(struct api_request *ar, struct api_edit *e)
{
	struct rebooking *r = rebooking_of(e);
	const struct fault *f = api_find_booking(ar, &r->at);
	struct book_by by;

	if (!f)
		f = api_require_decider(ar, &r->at);
	if (!f && booking_stands(r->at.booking))
		f = api_check_version(ar, e, r->at.booking->version);
	if (f)
		return f;
	by = by_of(ar, r);
	return book_prepare_cancel(ar->desk, ar->db, ar->arena, r->at.booking, &by, &e->change,
				   &r->outcome.booking);
}

/* A reason may be said either way, as some programs send no body with a DELETE. */
static const struct fault *read_cancel(struct api_request *ar, struct rebooking *r)
{
	struct decision_body body = {.version = NULL};
	const struct query_param params[] = {{TEXT("reason"), &r->reason}};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f && ar->body)
		f = members_read(ar->arena, ar->body, decision_members, ARRAY_LEN(decision_members),
				 &body);
	if (!f && r->reason.len > 0 && body.reason.len > 0)
		f = fault_make(ar->arena, FAULT_BAD_REQUEST, "reason",
			       "Give one reason: in the body, or as ?reason=.");
	if (body.reason.len > 0)
		r->reason = body.reason;
	return f ? f : api_read_version(ar, &r->edit.version);
}

const struct fault *api_booking_cancel(struct api_request *ar)
{
	struct rebooking *r = arena_alloc(ar->arena, sizeof(*r));
	const struct fault *f = read_cancel(ar, r);

	r->edit.prepare = prepare_cancel;
	r->edit.finish = rebooking_finish;
	return f ? f : api_edit_run(ar, &r->edit);
}

/* ---- move --------------------------------------------------------------------------------- */

struct move_body {
	struct text start_time, reason;
	struct member_int duration;
	const struct json *version; /* see api_read_version() */
};

static const struct member move_members[] = {
	{"start_time", JSON_KIND_TEXT, offsetof(struct move_body, start_time)},
	{"duration_minutes", JSON_KIND_INT, offsetof(struct move_body, duration)},
	{"reason", JSON_KIND_TEXT, offsetof(struct move_body, reason)},
	{"version", JSON_KIND_NONE, offsetof(struct move_body, version)},
};

static const struct fault *read_move(struct api_request *ar, struct rebooking *r)
{
	struct move_body body = {.version = NULL};
	const struct fault *f =
		members_read(ar->arena, ar->body, move_members, ARRAY_LEN(move_members), &body);

	if (!f)
		f = api_read_start(ar->arena, body.start_time, &r->start);
	if (!f)
		f = api_read_duration(ar->arena, &body.duration, &r->duration_min);
	r->reason = body.reason;
	return f ? f : api_read_version(ar, &r->edit.version);
}

/* Each move sends a mail: a guest who moves to and fro is held to the caps of booking. */
static const struct fault *prepare_move(struct api_request *ar, struct api_edit *e)
{
	struct rebooking *r = rebooking_of(e);
	const struct fault *f = api_find_booking(ar, &r->at);
	struct book_by by;

	if (!f)
		f = api_require_decider(ar, &r->at);
	if (!f)
		f = api_check_version(ar, e, r->at.booking->version);
	if (f)
		return f;
	by = by_of(ar, r);
	f = book_prepare_reschedule(ar->desk, ar->db, ar->arena, r->at.booking, r->start,
				    r->duration_min, &by, &e->change, &r->outcome);
	if (f || !e->change || r->at.role == BOOK_HOST || r->counted)
		return f;
	f = api_count_mail(ar, r->at.booking->owner, r->at.booking->invitee_email);
	if (!f)
		r->counted = r->at.booking;
	return f;
}

const struct fault *api_booking_move(struct api_request *ar)
{
	struct rebooking *r = arena_alloc(ar->arena, sizeof(*r));
	bool waits = false;
	const struct fault *f = read_move(ar, r);

	if (!f)
		f = fresh_wait_booking(ar, api_booking_move, &waits);
	r->edit.prepare = prepare_move;
	r->edit.finish = rebooking_finish;
	return f || waits ? f : api_edit_run(ar, &r->edit);
}

/* ---- confirm, decline ----------------------------------------------------------------------- */

static const struct fault *prepare_decision(struct api_request *ar, struct api_edit *e)
{
	struct rebooking *r = rebooking_of(e);
	const struct fault *f = api_find_booking(ar, &r->at);
	struct book_by by;

	if (!f && r->at.role != BOOK_HOST)
		f = fault_make(ar->arena, FAULT_FORBIDDEN, NULL, "Its host decides on it.");
	if (!f)
		f = api_require_decider(ar, &r->at);
	if (!f && r->at.booking->status == BOOKING_IS_PENDING)
		f = api_check_version(ar, e, r->at.booking->version);
	if (f)
		return f;
	/* Were it taken: what else is open on that day can be offered. */
	r->start = r->at.booking->start;
	by = by_of(ar, r);
	if (r->decline)
		return book_prepare_decline(ar->desk, ar->db, ar->arena, r->at.booking, &by,
					    &e->change, &r->outcome.booking);
	return book_prepare_confirm(ar->desk, ar->db, ar->arena, r->at.booking, ar->rq->now,
				    &e->change, &r->outcome.booking);
}

static const struct fault *decide(struct api_request *ar, bool decline)
{
	struct rebooking *r = arena_alloc(ar->arena, sizeof(*r));
	struct decision_body body = {.version = NULL};
	const struct fault *f = members_read(ar->arena, ar->body, decision_members,
					     ARRAY_LEN(decision_members), &body);

	if (!f)
		f = api_read_version(ar, &r->edit.version);
	r->edit.prepare = prepare_decision;
	r->edit.finish = rebooking_finish;
	r->reason = body.reason;
	r->decline = decline;
	return f ? f : api_edit_run(ar, &r->edit);
}

const struct fault *api_booking_confirm(struct api_request *ar)
{
	bool waits;
	const struct fault *f = fresh_wait_booking(ar, api_booking_confirm, &waits);

	return f || waits ? f : decide(ar, false);
}

const struct fault *api_booking_decline(struct api_request *ar)
{
	return decide(ar, true);
}

/* The link in the mail, and nothing else, says that the mail was read. */
static const struct fault *prepare_address(struct api_request *ar, struct api_edit *e)
{
	struct rebooking *r = rebooking_of(e);
	const struct fault *f = api_find_booking(ar, &r->at);

	if (!f && r->at.role != BOOK_ADDRESS)
		f = fault_make(ar->arena, FAULT_FORBIDDEN, NULL,
			       "An address is confirmed by the link in the mail to it.");
	if (!f && booking_awaits_invitee(r->at.booking))
		f = api_check_version(ar, e, r->at.booking->version);
	if (f)
		return f;
	r->start = r->at.booking->start;
	return book_prepare_confirm_address(ar->desk, ar->db, ar->arena, r->at.booking, ar->rq->now,
					    &e->change, &r->outcome.booking);
}

const struct fault *api_booking_confirm_address(struct api_request *ar)
{
	struct rebooking *r = arena_alloc(ar->arena, sizeof(*r));
	const struct json *version = NULL; /* see api_read_version() */
	const struct member members[] = {{"version", JSON_KIND_NONE, 0}};
	bool waits = false;
	const struct fault *f = members_read(ar->arena, ar->body, members, 1, &version);

	if (!f)
		f = api_read_version(ar, &r->edit.version);
	if (!f)
		f = fresh_wait_booking(ar, api_booking_confirm_address, &waits);
	r->edit.prepare = prepare_address;
	r->edit.finish = rebooking_finish;
	return f || waits ? f : api_edit_run(ar, &r->edit);
}

/* ---- another host of a team ------------------------------------------------------------------ */

struct reassign_body {
	struct text from, to, reason;
	const struct json *version; /* see api_read_version() */
};

static const struct member reassign_members[] = {
	{"from", JSON_KIND_TEXT, offsetof(struct reassign_body, from)},
	{"to", JSON_KIND_TEXT, offsetof(struct reassign_body, to)},
	{"reason", JSON_KIND_TEXT, offsetof(struct reassign_body, reason)},
	{"version", JSON_KIND_NONE, offsetof(struct reassign_body, version)},
};

/* Whoever comes only hands on that alone which is theirs. */
static const struct fault *require_own_part(struct api_request *ar, struct rebooking *r)
{
	const struct host *self;
	const struct fault *f;

	if (!r->at.comes_only)
		return NULL;
	f = api_find_self(ar, &self);
	if (f)
		return f;
	if (r->from.len > 0 && !text_equal(r->from, self->owner.name))
		return fault_make(ar->arena, FAULT_FORBIDDEN, "from",
				  "You hand on your own part alone; its owner decides on others.");
	r->from = self->owner.name;
	return NULL;
}

static const struct fault *prepare_reassign(struct api_request *ar, struct api_edit *e)
{
	struct rebooking *r = rebooking_of(e);
	struct team_reassignment *wish = arena_alloc(ar->arena, sizeof(*wish));
	const struct fault *f = api_find_booking(ar, &r->at);

	if (!f && r->at.role != BOOK_HOST)
		f = fault_make(ar->arena, FAULT_FORBIDDEN, NULL, "Its host decides on it.");
	if (!f)
		f = require_own_part(ar, r);
	if (!f)
		f = api_check_version(ar, e, r->at.booking->version);
	if (f)
		return f;
	r->start = r->at.booking->start;
	*wish = (struct team_reassignment){r->from, r->to, by_of(ar, r)};
	return team_prepare_reassign(ar->desk, ar->db, ar->arena, r->at.booking, wish, &e->change,
				     &r->outcome.booking);
}

const struct fault *api_booking_reassign(struct api_request *ar)
{
	struct rebooking *r = arena_alloc(ar->arena, sizeof(*r));
	struct reassign_body body = {.version = NULL};
	const struct fault *f = members_read(ar->arena, ar->body, reassign_members,
					     ARRAY_LEN(reassign_members), &body);

	if (!f)
		f = api_read_version(ar, &r->edit.version);
	r->edit.prepare = prepare_reassign;
	r->edit.finish = rebooking_finish;
	r->from = body.from;
	r->to = body.to;
	r->reason = body.reason;
	return f ? f : api_edit_run(ar, &r->edit);
}

/* proposals - other times for meetings: /api/meetings/UID/counter, /api/proposals */
#include "api/api_priv.h"

#include "calendar/proposal.h"
#include "json/write.h"

enum { COMMENT_MAX_BYTES = 2000 };

/* ---- out ------------------------------------------------------------------------------------- */

/* An instant, a date where whole days are meant, or a time that is bound to no zone. */
static void put_moment(struct json_writer *w, struct arena *a, const char *key,
		       enum proposal_form form, int64_t at)
{
	struct buf b;

	buf_init(&b, a, 32, 64);
	json_key(w, key);
	switch (form) {
	case PROPOSAL_UTC: time_put_rfc3339(&b, at); break;
	case PROPOSAL_DAYS: day_put(&b, at / DAY_SECONDS); break;
	case PROPOSAL_LOCAL:
		time_put_rfc3339(&b, at);
		b.len -= b.len > 0; /* without its Z */
		break;
	case PROPOSAL_NO_TIME: json_add_null(w); return;
	}
	json_add_plain(w, buf_text(&b));
}

static void put_word(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	if (value.len > 0)
		json_add_text(w, value);
	else
		json_add_null(w);
}

static void put_members(struct json_writer *w, struct arena *a, const struct proposal *p)
{
	enum proposal_form form = p->instance == INT64_MIN ? PROPOSAL_NO_TIME : PROPOSAL_UTC;

	if (form == PROPOSAL_UTC && p->was.form != PROPOSAL_NO_TIME)
		form = p->was.form;
	put_word(w, "id", p->id);
	put_word(w, "uid", p->uid);
	put_moment(w, a, "recurrence_id", form, p->instance);
	put_word(w, "attendee", p->attendee);
	put_word(w, "partstat", p->partstat);
	put_moment(w, a, "start_time", p->is.form, p->is.start);
	put_moment(w, a, "end_time", p->is.form, p->is.end);
	put_moment(w, a, "original_start_time", p->was.form, p->was.start);
	put_moment(w, a, "original_end_time", p->was.form, p->was.end);
	put_word(w, "location", p->location);
	put_word(w, "comment", p->comment);
	put_moment(w, a, "received_at", PROPOSAL_UTC, p->at);
	put_moment(w, a, "expires_at", PROPOSAL_UTC, p->expires);
}

/* What became of a message: status as in SCHEDULE-STATUS (RFC 6638 §3.2.9), and why. */
static void put_delivery(struct json_writer *w, const struct proposal_answer *answer)
{
	put_word(w, "recipient", answer->recipient);
	put_word(w, "delivery_status", text_from(answer->status));
	put_word(w, "detail", text_from(answer->why));
}

/* ---- listed ---------------------------------------------------------------------------------- */

const struct fault *api_proposals_list(struct api_request *ar)
{
	bool is_of_one = text_equal(api_segment(ar, 0), TEXT("meetings"));
	struct proposal *all;
	struct json_writer w;
	struct buf body;
	size_t count;
	const struct fault *f = proposal_list(ar->db, ar->arena, ar->rq->user.owner,
					      is_of_one ? api_segment(ar, 1) : TEXT_NONE,
					      ar->rq->now, &all, &count);

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "proposals");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++) {
		json_begin_object(&w);
		put_members(&w, ar->arena, &all[i]);
		json_end_object(&w);
	}
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* ---- in -------------------------------------------------------------------------------------- */

struct proposal_body {
	struct text start_time, end_time, recurrence_id, comment;
	struct member_int duration;
};

static const struct member counter_members[] = {
	{"start_time", JSON_KIND_TEXT, offsetof(struct proposal_body, start_time)},
	{"end_time", JSON_KIND_TEXT, offsetof(struct proposal_body, end_time)},
	{"duration_minutes", JSON_KIND_INT, offsetof(struct proposal_body, duration)},
	{"recurrence_id", JSON_KIND_TEXT, offsetof(struct proposal_body, recurrence_id)},
	{"comment", JSON_KIND_TEXT, offsetof(struct proposal_body, comment)},
};

static const struct member decline_members[] = {
	{"comment", JSON_KIND_TEXT, offsetof(struct proposal_body, comment)},
};

static const struct fault *read_moment(struct arena *a, struct text value, const char *about,
				       enum time_form *form_out, int64_t *out)
{
	*form_out = TIME_UTC;
	if (time_parse_rfc3339(value, out))
		return NULL;
	*form_out = TIME_DATE;
	if (day_parse(value, out)) {
		*out *= DAY_SECONDS;
		return NULL;
	}
	return fault_make(a, FAULT_BAD_REQUEST, about,
			  "Give an instant with its offset, like 2027-01-18T14:00:00Z, or of what "
			  "takes whole days a date.");
}

static const struct fault *check_comment(struct arena *a, struct text comment)
{
	if (comment.len <= COMMENT_MAX_BYTES)
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "comment", "A comment has at most %d bytes.",
			  COMMENT_MAX_BYTES);
}

static const struct fault *read_end(struct arena *a, const struct proposal_body *b,
				    struct change_propose *out)
{
	enum time_form form;
	int32_t minutes;
	const struct fault *f;

	out->has_end = b->end_time.at || b->duration.said;
	if (b->end_time.at && b->duration.said)
		return fault_make(a, FAULT_UNPROCESSABLE, "duration_minutes",
				  "Give the end or the duration, not both.");
	if (b->end_time.at) {
		f = read_moment(a, b->end_time, "end_time", &form, &out->end);
		if (!f && form != out->form)
			f = fault_make(a, FAULT_UNPROCESSABLE, "end_time",
				       "Start and end are both instants, or both dates.");
		return f;
	}
	f = api_read_duration(a, &b->duration, &minutes);
	if (!f)
		out->end = out->start + INT64_C(60) * minutes;
	return f;
}

static const struct fault *read_counter(struct api_request *ar, struct change_propose *out)
{
	struct proposal_body b = {.comment = TEXT_NONE};
	enum time_form form;
	const struct fault *f =
		members_read(ar->arena, ar->body, counter_members, ARRAY_LEN(counter_members), &b);

	*out = (struct change_propose){
		.owner = ar->rq->user.owner,
		.uid = api_segment(ar, 1),
		.comment = b.comment,
		.has_instance = b.recurrence_id.at != NULL,
	};
	if (!f)
		f = check_comment(ar->arena, b.comment);
	if (!f)
		f = read_moment(ar->arena, b.start_time, "start_time", &out->form, &out->start);
	if (!f && out->has_instance)
		f = read_moment(ar->arena, b.recurrence_id, "recurrence_id", &form, &out->instance);
	return f ? f : read_end(ar->arena, &b, out);
}

/* ---- made ------------------------------------------------------------------------------------ */

static const struct fault *counter_done(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct change_propose *p = state;
	struct json_writer w;
	struct buf body;

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	put_word(&w, "uid", p->uid);
	put_delivery(&w, &p->answer);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

const struct fault *api_proposal_make(struct api_request *ar)
{
	struct change_propose *p = arena_alloc(ar->arena, sizeof(*p));
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	const struct fault *f = read_counter(ar, p);

	if (!f)
		f = change_propose(c, p);
	if (!f)
		api_commit(ar, c, counter_done, p);
	return f;
}

/* ---- decided on ------------------------------------------------------------------------------ */

struct deciding {
	struct api_edit edit;
	const struct proposal *proposal; /* as it was before */
	struct change_accept accept;
	struct change_decline decline;
	bool is_accepted;
};

/* Who cannot come then, as far as that is known: rooms answer at once. */
static void put_declined(struct json_writer *w, const struct change_accept *x)
{
	json_key(w, "declined");
	json_begin_list(w);
	for (size_t i = 0; i < x->declined_count; i++)
		json_add_text(w, x->declined[i]);
	json_end_list(w);
}

static void answer_decision(struct api_request *ar, const struct deciding *d)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	put_members(&w, ar->arena, d->proposal);
	json_key(&w, "decision");
	json_add_str(&w, d->is_accepted ? "accepted" : "declined");
	if (d->is_accepted)
		put_declined(&w, &d->accept);
	else
		put_delivery(&w, &d->decline.answer);
	json_end_object(&w);
	api_answer(ar, 200, &body);
}

static const struct fault *decide(struct api_request *ar, struct api_edit *e)
{
	struct deciding *d = (struct deciding *)e;
	struct proposal *p;
	const struct fault *f = proposal_get(ar->db, ar->arena, ar->rq->user.owner,
					     api_segment(ar, 1), ar->rq->now, &p);

	if (f)
		return f;
	d->proposal = p;
	e->change = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	d->accept.owner = d->decline.owner = ar->rq->user.owner;
	d->accept.id = d->decline.id = api_segment(ar, 1);
	return d->is_accepted ? change_accept(e->change, &d->accept)
			      : change_decline(e->change, &d->decline);
}

static const struct fault *decided(struct api_request *ar, struct api_edit *e,
				   const struct fault *f)
{
	if (fault_is(f, FAULT_PRECONDITION))
		return fault_make(ar->arena, FAULT_CONFLICT, NULL,
				  "The meeting is being changed by others.");
	if (!f)
		answer_decision(ar, (const struct deciding *)e);
	return f;
}

static const struct fault *run_decision(struct api_request *ar, struct deciding *d)
{
	d->edit.prepare = decide;
	d->edit.finish = decided;
	return api_edit_run(ar, &d->edit);
}

const struct fault *api_proposal_accept(struct api_request *ar)
{
	struct deciding *d = arena_alloc(ar->arena, sizeof(*d));
	const struct fault *f = members_read(ar->arena, ar->body, NULL, 0, NULL);

	d->is_accepted = true;
	return f ? f : run_decision(ar, d);
}

const struct fault *api_proposal_decline(struct api_request *ar)
{
	struct deciding *d = arena_alloc(ar->arena, sizeof(*d));
	struct proposal_body b = {.comment = TEXT_NONE};
	const struct fault *f =
		members_read(ar->arena, ar->body, decline_members, ARRAY_LEN(decline_members), &b);

	if (!f)
		f = check_comment(ar->arena, b.comment);
	d->decline.comment = b.comment;
	return f ? f : run_decision(ar, d);
}

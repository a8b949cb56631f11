/* holds - POST /api/holds, DELETE /api/holds/TOKEN: a time kept for who fills in a form */
#include "api/api_priv.h"

#include "booking/reserve.h"
#include "json/write.h"

struct hold_call {
	struct reserve_request request;
	struct text token;
	int64_t expires_at;
};

struct hold_body {
	struct api_type_name type;
	struct text start_time, hold, link;
	struct member_int duration;
};

static const struct member hold_members[] = {
	{"meeting_type_id", JSON_KIND_TEXT, offsetof(struct hold_body, type.id)},
	{"host", JSON_KIND_TEXT, offsetof(struct hold_body, type.host)},
	{"type", JSON_KIND_TEXT, offsetof(struct hold_body, type.slug)},
	{"start_time", JSON_KIND_TEXT, offsetof(struct hold_body, start_time)},
	{"duration_minutes", JSON_KIND_INT, offsetof(struct hold_body, duration)},
	{"hold", JSON_KIND_TEXT, offsetof(struct hold_body, hold)},
	{"link", JSON_KIND_TEXT, offsetof(struct hold_body, link)},
};

static const struct fault *read_hold(struct api_request *ar, struct reserve_request *out)
{
	struct hold_body body = {.start_time = TEXT_NONE};
	struct text link;
	const struct fault *f =
		members_read(ar->arena, ar->body, hold_members, ARRAY_LEN(hold_members), &body);

	if (!f)
		f = api_read_start(ar->arena, body.start_time, &out->start);
	if (!f)
		f = api_read_duration(ar->arena, &body.duration, &out->duration_min);
	if (!f)
		f = api_find_type(ar, &body.type, &out->host, &out->type);
	if (!f)
		f = api_check_link(ar, out->host, out->type, body.link, &link);
	out->token = body.hold;
	out->now = ar->rq->now;
	return f;
}

static const struct fault *held(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct hold_call *call = state;
	struct json_writer w;
	struct buf body;

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	api_put_text(&w, "hold", call->token);
	api_put_time(&w, "start_time", call->request.start);
	api_put_time(&w, "expires_at", call->expires_at);
	json_end_object(&w);
	api_answer(ar, 201, &body);
	return NULL;
}

const struct fault *api_hold_make(struct api_request *ar)
{
	struct hold_call *call = arena_alloc(ar->arena, sizeof(*call));
	struct change *c;
	const struct fault *f = read_hold(ar, &call->request);

	if (!f)
		f = reserve_prepare(ar->desk, ar->arena, &call->request, &c, &call->token,
				    &call->expires_at);
	if (!f)
		f = api_count_hold(ar);
	if (!f)
		api_commit(ar, c, held, call);
	return f;
}

/* What has expired, or never was, is released as well: nothing is told of other holds. */
const struct fault *api_hold_release(struct api_request *ar)
{
	struct text token = api_segment(ar, 1), type;
	struct change *c;
	int64_t owner;
	const struct fault *f;

	if (!reserve_type_of(token, &type) ||
	    !secret_id_owner(&ar->desk->calendar->key, type, &owner))
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such hold.");
	c = change_open(ar->house->calendar, ar->arena, CHANGE_BOOKING, ar->rq->now);
	f = change_release_hold(c, owner, token);
	if (!f)
		api_commit(ar, c, api_answer_none, NULL);
	return f;
}

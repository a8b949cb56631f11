/* holds - POST /api/holds, DELETE /api/holds/TOKEN: a time kept for who fills in a form */
#include "api/api_priv.h"

#include "api/fresh.h"
#include "booking/reserve.h"
#include "json/write.h"

struct hold_call {
	struct reserve_request request;
	struct reservation made;
	int attempts;
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

static void answer_held(struct api_request *ar, const struct hold_call *call)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	api_put_text(&w, "hold", call->made.token);
	api_put_time(&w, "start_time", call->request.start);
	api_put_time(&w, "expires_at", call->made.expires_at);
	json_end_object(&w);
	api_answer(ar, 201, &body);
}

static const struct fault *hold(struct api_request *ar, struct hold_call *call);

/* One of the hosts that were chosen may have been taken meanwhile: others are. */
static const struct fault *held(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct hold_call *call = state;
	const struct fault *failed;

	if (!f) {
		answer_held(ar, call);
		return NULL;
	}
	if (!fault_is(f, FAULT_PRECONDITION) || call->attempts >= API_ATTEMPTS)
		return f;
	failed = api_reader(ar);
	return failed ? failed : hold(ar, call);
}

static const struct fault *hold(struct api_request *ar, struct hold_call *call)
{
	struct change *c;
	const struct fault *f;

	call->attempts++;
	f = reserve_prepare(ar->desk, ar->db, ar->arena, &call->request, &c, &call->made);
	if (!f)
		api_commit(ar, c, held, call);
	return f;
}

const struct fault *api_hold_make(struct api_request *ar)
{
	struct hold_call *call = arena_alloc(ar->arena, sizeof(*call));
	bool waits = false;
	const struct fault *f = read_hold(ar, &call->request);

	if (!f)
		f = fresh_wait(ar, call->request.host, call->request.type, api_hold_make, &waits);
	if (f || waits)
		return f;
	f = api_count_hold(ar);
	return f ? f : hold(ar, call);
}

/* What has expired, or never was, is released as well: nothing is told of other holds. */
const struct fault *api_hold_release(struct api_request *ar)
{
	struct text token = api_segment(ar, 1), type;
	struct change *c;
	int64_t owner;
	const struct fault *f = api_count_question(ar);

	if (f)
		return f;
	if (!reserve_type_of(token, &type) ||
	    !secret_id_owner(&ar->desk->calendar->key, type, &owner))
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such hold.");
	f = reserve_prepare_release(ar->desk, ar->db, ar->arena, token, ar->rq->now, &c);
	if (!f && c)
		api_commit(ar, c, api_answer_none, NULL);
	return f || c ? f : api_answer_none(ar, NULL, NULL);
}

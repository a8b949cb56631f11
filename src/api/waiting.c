/* waiting - who would take a place: POST, GET /api/waiting, DELETE /api/waiting/ID */
#include "booking/waiting.h"

#include "api/api_priv.h"
#include "api/page_lang.h"
#include "api/query.h"
#include "json/write.h"

struct waiting_call {
	struct book_request request;
	struct waiting waiting;
	size_t place;
};

static const struct fault *joined(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct waiting_call *call = state;
	struct json_writer w;
	struct buf body;

	if (f) {
		api_uncount_mail(ar, call->waiting.owner, call->waiting.email);
		return f;
	}
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	api_put_text(&w, "id", call->waiting.id);
	api_put_time(&w, "start_time", call->waiting.start);
	json_key(&w, "place");
	json_add_int(&w, (int64_t)call->place);
	json_end_object(&w);
	api_answer(ar, 201, &body);
	return NULL;
}

const struct fault *api_waiting_join(struct api_request *ar)
{
	struct waiting_call *call = arena_alloc(ar->arena, sizeof(*call));
	struct change *c;
	const struct fault *f = api_read_book_request(ar, &call->request);

	if (!f)
		f = waiting_prepare(ar->desk, ar->db, ar->arena, &call->request,
				    text_from(page_lang(ar->rq)->tag), &c, &call->waiting,
				    &call->place);
	/* A place that is free will be told by mail, to whatever address waits. */
	if (!f)
		f = api_count_mail(ar, call->waiting.owner, call->waiting.email);
	if (!f)
		api_commit(ar, c, joined, call);
	return f;
}

static void put_waiting(struct json_writer *w, const struct waiting *x)
{
	json_begin_object(w);
	api_put_text(w, "id", x->id);
	json_key(w, "seats");
	json_add_int(w, x->seats);
	api_put_text(w, "invitee_name", x->name);
	api_put_text(w, "invitee_email", x->email);
	api_put_text(w, "invitee_timezone", x->timezone);
	api_put_time(w, "created_at", x->created);
	if (x->told_at > 0)
		api_put_time(w, "told_at", x->told_at);
	json_end_object(w);
}

/* Its host's, of one type and one start. */
const struct fault *api_waiting_list(struct api_request *ar)
{
	struct text type, start;
	const struct query_param params[] = {{TEXT("meeting_type_id"), &type},
					     {TEXT("start_time"), &start}};
	struct waiting *all;
	struct json_writer w;
	struct buf body;
	size_t count;
	int64_t at = 0;
	const struct fault *f = api_need_user(ar);

	if (!f)
		f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));
	if (!f)
		f = api_read_start(ar->arena, start, &at);
	if (!f)
		f = waiting_list(ar->db, ar->arena, ar->rq->user.owner, type, at, &all, &count);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "waiting");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++)
		put_waiting(&w, &all[i]);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* The id is known to who waits and to the host alone, and nobody guesses it. */
const struct fault *api_waiting_leave(struct api_request *ar)
{
	struct text id = api_segment(ar, 1);
	struct change *c;
	int64_t owner;
	const struct fault *f;

	if (!secret_id_owner(&ar->desk->calendar->key, id, &owner))
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				  "Nobody waits under this name.");
	c = change_open(ar->house->calendar, ar->arena, CHANGE_BOOKING, ar->rq->now);
	f = change_remove_waiting(c, owner, id);
	if (!f)
		api_commit(ar, c, api_answer_none, NULL);
	return f;
}

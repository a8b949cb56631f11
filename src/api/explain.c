/* explain - GET /api/availability/explain: why a time is not offered, for its host */
#include "api/api_priv.h"

#include "api/query.h"
#include "booking/explain.h"
#include "json/write.h"

struct question {
	struct api_type_name type;
	struct text start, duration;
	struct slot_ask ask;
};

static const struct fault *read_ask(struct api_request *ar, struct question *q)
{
	struct slot_ask *ask = &q->ask;
	int64_t minutes = 0;

	if (!time_parse_rfc3339(q->start, &ask->from))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "start_time",
				  "A time like 2027-01-18T09:00:00Z is needed.");
	ask->to = ask->from + 1;
	ask->now = ar->rq->now;
	if (q->duration.len > 0 && !text_to_int64(q->duration, 1, RULES_MAX_MINUTES, &minutes))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "duration_minutes",
				  "A length is a whole number of minutes, at most 1440.");
	/* Any length may be asked for: that it is not offered is an answer here. */
	ask->duration_min = minutes > 0 ? (int32_t)minutes : ask->type->durations_min[0];
	return NULL;
}

static const struct fault *read_question(struct api_request *ar, struct question *q)
{
	const struct query_param params[] = {
		{TEXT("meeting_type_id"), &q->type.id},
		{TEXT("host"), &q->type.host},
		{TEXT("type"), &q->type.slug},
		{TEXT("start_time"), &q->start},
		{TEXT("duration_minutes"), &q->duration},
	};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f)
		f = api_need_user(ar);
	if (!f)
		f = api_find_type(ar, &q->type, &q->ask.host, &q->ask.type);
	if (!f)
		f = api_require_host(ar, q->ask.host->owner.id);
	return f ? f : read_ask(ar, q);
}

static void put_time(struct json_writer *w, const char *key, int64_t utc)
{
	struct buf b;

	buf_init(&b, w->out->arena, 24, 32);
	time_put_rfc3339(&b, utc);
	json_key(w, key);
	json_add_plain(w, buf_text(&b));
}

static void put_obstacle(struct json_writer *w, const struct explain_obstacle *o)
{
	json_begin_object(w);
	json_key(w, "kind");
	json_add_str(w, o->kind);
	json_key(w, "id");
	json_add_text(w, o->id);
	json_key(w, "title");
	json_add_text(w, o->title);
	put_time(w, "start_time", o->start);
	put_time(w, "end_time", o->end);
	json_end_object(w);
}

static void put_answer(struct json_writer *w, const struct slot_ask *ask,
		       const struct explanation *e)
{
	json_begin_object(w);
	put_time(w, "start_time", ask->from);
	put_time(w, "end_time", ask->from + (int64_t)ask->duration_min * 60);
	json_key(w, "reason");
	json_add_str(w, slot_verdict_word(e->why.verdict));
	json_key(w, "detail");
	json_add_str(w, slot_verdict_sentence(e->why.verdict));
	json_key(w, "rule");
	json_add_str(w, e->why.rule);
	if (e->why.host)
		api_put_text(w, "host", e->why.host->owner.name);
	if (e->why.end > e->why.start) {
		json_key(w, "because_of");
		json_begin_object(w);
		put_time(w, "start_time", e->why.start);
		put_time(w, "end_time", e->why.end);
		json_end_object(w);
	}
	json_key(w, "obstacles");
	json_begin_list(w);
	for (size_t i = 0; i < e->count; i++)
		put_obstacle(w, &e->obstacles[i]);
	json_end_list(w);
	json_end_object(w);
}

const struct fault *api_explain(struct api_request *ar)
{
	struct question q = {.ask = {.host = NULL}};
	struct explanation e;
	struct json_writer w;
	struct buf body;
	const struct fault *f = read_question(ar, &q);

	if (!f)
		f = explain_slot(ar->db, ar->arena, &q.ask, &e);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_answer(&w, &q.ask, &e);
	api_answer(ar, 200, &body);
	return NULL;
}

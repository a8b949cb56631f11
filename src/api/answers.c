/* answers - mail that waits for its host: /api/answers */
#include "api/api_priv.h"

#include "api/query.h"
#include "post/kept.h"
#include "json/write.h"

enum { ANSWERS_PAGE = 50 };

/* ---- out ------------------------------------------------------------------------------------- */

static void put_word(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	if (value.len > 0)
		json_add_text(w, value);
	else
		json_add_null(w);
}

static void put_members(struct json_writer *w, const struct kept *k)
{
	put_word(w, "id", k->id);
	api_put_time(w, "received_at", k->at);
	put_word(w, "reason", k->reason);
	put_word(w, "sender", k->sender);
	put_word(w, "subject", k->subject);
	put_word(w, "method", k->method);
	put_word(w, "uid", k->uid);
}

/* What it claims, and nobody vouches for. */
static void put_says(struct json_writer *w, const struct kept_says *s)
{
	json_key(w, "says");
	json_begin_object(w);
	json_key(w, "has_calendar");
	json_add_bool(w, s->has_calendar);
	put_word(w, "title", s->title);
	put_word(w, "organizer", s->organizer);
	put_word(w, "attendee", s->attendee);
	put_word(w, "partstat", s->partstat);
	if (s->has_start)
		api_put_time(w, "start_time", s->start);
	put_word(w, "text", s->words);
	json_end_object(w);
}

static void begin(struct api_request *ar, struct buf *body, struct json_writer *w)
{
	buf_init(body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	*w = (struct json_writer){.out = body};
	json_begin_object(w);
}

static const struct fault *no_such(struct api_request *ar)
{
	return fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "No message waits under this id.");
}

/* ---- listed, shown, dropped --------------------------------------------------------------------
 */

const struct fault *api_answers_list(struct api_request *ar)
{
	struct text after = TEXT_NONE;
	const struct query_param params[] = {{TEXT("after"), &after}};
	struct json_writer w;
	struct kept *all;
	struct buf body;
	size_t count;
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f)
		f = kept_list(ar->house->post, ar->arena, ar->rq->user.owner, after,
			      ANSWERS_PAGE + 1, &all, &count);
	if (f)
		return f;
	begin(ar, &body, &w);
	json_key(&w, "answers");
	json_begin_list(&w);
	for (size_t i = 0; i < count && i < ANSWERS_PAGE; i++) {
		json_begin_object(&w);
		put_members(&w, &all[i]);
		json_end_object(&w);
	}
	json_end_list(&w);
	put_word(&w, "next", count > ANSWERS_PAGE ? all[ANSWERS_PAGE - 1].id : TEXT_NONE);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

const struct fault *api_answer_get(struct api_request *ar)
{
	struct kept_says says;
	struct json_writer w;
	struct kept *k;
	struct buf body;
	const struct fault *f =
		kept_find(ar->house->post, ar->arena, ar->rq->user.owner, api_segment(ar, 1), &k);

	if (f || !k)
		return f ? f : no_such(ar);
	kept_read(ar->arena, k, &says);
	begin(ar, &body, &w);
	put_members(&w, k);
	put_says(&w, &says);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* A write waits, which no event thread may. */
static const struct fault *drop(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	bool found = false;

	(void)state;
	if (!f)
		f = kept_drop(ar->house->post, ar->arena, ar->rq->user.owner, api_segment(ar, 1),
			      &found);
	if (!f && !found)
		f = no_such(ar);
	return f ? f : api_answer_none(who, NULL, NULL);
}

const struct fault *api_answer_drop(struct api_request *ar)
{
	http_go_slow_with(ar->rq, drop, ar, NULL);
	return NULL;
}

/* ---- taken in ---------------------------------------------------------------------------------
 */

static const struct fault *accept_now(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct intake_result result;
	struct json_writer w;
	struct buf body;

	(void)state;
	if (!f)
		f = kept_accept(ar->house->post, ar->arena, ar->rq->user.owner, api_segment(ar, 1),
				ar->rq->now, &result);
	if (f)
		return f;
	begin(ar, &body, &w);
	put_word(&w, "outcome", text_from(intake_outcome_words[result.outcome]));
	put_word(&w, "detail", result.why);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

const struct fault *api_answer_accept(struct api_request *ar)
{
	http_go_slow_with(ar->rq, accept_now, ar, NULL);
	return NULL;
}

/* webhooks - whom a host has told of bookings: /api/webhooks (calendar/hooks.h) */
#include "calendar/hooks.h"

#include "api/api_priv.h"
#include "api/query.h"
#include "base/codec.h"
#include "net/url.h"
#include "store/job.h"
#include "json/write.h"

enum { ALL_EVENTS = (1u << BOOKING_EVENT_COUNT) - 1 };

/* ---- showing --------------------------------------------------------------------------------- */

static void put_events(struct json_writer *w, unsigned events)
{
	json_key(w, "events");
	json_begin_list(w);
	for (size_t i = 0; i < BOOKING_EVENT_COUNT; i++)
		if (events & 1u << i)
			json_add_str(w, hooks_words[i]);
	json_end_list(w);
}

static void put_secret(struct json_writer *w, struct api_request *ar, const struct webhook *h)
{
	struct text secret = hooks_secret(ar->arena, &ar->desk->calendar->key, h, h->secret_no);
	struct buf b;

	buf_init(&b, ar->arena, 2 * secret.len, 4 * secret.len);
	buf_put_lit(&b, "whsec_");
	codec_put_base64(&b, secret.at, secret.len);
	api_put_text(w, "secret", buf_text(&b));
}

static void put_webhook(struct json_writer *w, struct api_request *ar, const struct webhook *h,
			bool is_new)
{
	json_begin_object(w);
	api_put_text(w, "id", h->id);
	api_put_text(w, "url", h->url);
	put_events(w, h->events);
	api_put_time(w, "created_at", h->created);
	json_key(w, "disabled");
	json_add_bool(w, h->disabled);
	if (h->failing_since != 0)
		api_put_time(w, "failing_since", h->failing_since);
	if (h->last_error.len > 0)
		api_put_text(w, "last_error", h->last_error);
	if (is_new)
		put_secret(w, ar, h);
	json_end_object(w);
}

const struct fault *api_webhooks_list(struct api_request *ar)
{
	struct webhook *all;
	struct json_writer w;
	struct buf body;
	size_t count;
	const struct fault *f = webhook_list(ar->db, ar->arena, ar->rq->user.owner, &all, &count);

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "webhooks");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++)
		put_webhook(&w, ar, &all[i], false);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* ---- making -----------------------------------------------------------------------------------
 */

struct webhook_body {
	struct text url;
	const struct json *events;
};

static const struct member webhook_members[] = {
	{"url", JSON_KIND_TEXT, offsetof(struct webhook_body, url)},
	{"events", JSON_KIND_NONE, offsetof(struct webhook_body, events)},
};

/* Where its name leads is judged when it is told (daemon/job_webhook.c). */
static const struct fault *check_url(struct api_request *ar, struct text url)
{
	bool is_plain = url.len <= HOOKS_URL_MAX && text_find_char(url, '#', 0) < 0;
	const struct fault *f;

	for (size_t i = 0; i < url.len && is_plain; i++)
		is_plain = url.at[i] > 0x20 && url.at[i] < 0x7F;
	if (!is_plain)
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "url",
				  "Give an address like https://example.org/hook, of at most 2000 "
				  "bytes.");
	f = net_url_check(ar->arena, url, ar->house->webhooks_private);
	if (!f || fault_is(f, FAULT_OUT_OF_MEMORY))
		return f;
	return fault_make(ar->arena, FAULT_UNPROCESSABLE, "url", "%s", f->message);
}

/* 0: there is no such event. */
static unsigned read_event(const struct json *value)
{
	struct text word;

	for (size_t i = 0; i < BOOKING_EVENT_COUNT; i++)
		if (json_text(value, &word) && text_equal(word, text_from(hooks_words[i])))
			return 1u << i;
	return 0;
}

static const struct fault *read_events(struct arena *a, const struct json *said, unsigned *out)
{
	size_t count = json_kind(said) == JSON_KIND_LIST ? json_item_count(said) : 0;
	bool known = count > 0;

	*out = json_kind(said) == JSON_KIND_NONE ? ALL_EVENTS : 0;
	for (size_t i = 0; i < count; i++) {
		unsigned event = read_event(json_item(said, i));

		*out |= event;
		known &= event != 0;
	}
	if (known || *out == ALL_EVENTS)
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "events",
			  "Events are a list of: created, requested, confirmed, declined, lapsed, "
			  "rescheduled, cancelled, reassigned, host_declined, reminder, "
			  "invitee_declined.");
}

static const struct fault *read_webhook(struct api_request *ar, struct webhook *out)
{
	struct webhook_body body = {.events = NULL};
	const struct fault *f = members_read(ar->arena, ar->body, webhook_members,
					     ARRAY_LEN(webhook_members), &body);

	if (!f)
		f = check_url(ar, body.url);
	if (!f)
		f = read_events(ar->arena, body.events, &out->events);
	*out = (struct webhook){.events = out->events};
	out->owner = ar->rq->user.owner;
	out->id = secret_id_make(ar->arena, &ar->desk->calendar->key, out->owner);
	out->url = body.url;
	out->created = ar->rq->now;
	return f;
}

static void answer_webhook(struct api_request *ar, int status, const struct webhook *h,
			   bool with_secret)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_webhook(&w, ar, h, with_secret);
	api_answer(ar, status, &body);
}

static const struct fault *made(void *who, void *state, const struct fault *f)
{
	if (!f)
		answer_webhook(who, 201, state, true);
	return f;
}

const struct fault *api_webhook_make(struct api_request *ar)
{
	struct webhook *hook = arena_alloc(ar->arena, sizeof(*hook));
	struct change *c;
	const struct fault *f = read_webhook(ar, hook);

	if (f)
		return f;
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_add_webhook(c, hook);
	if (!f)
		api_commit(ar, c, made, hook);
	return f;
}

const struct fault *api_webhook_delete(struct api_request *ar)
{
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	const struct fault *f = change_remove_webhook(c, ar->rq->user.owner, api_segment(ar, 1));

	if (!f)
		api_commit(ar, c, api_answer_none, NULL);
	return f;
}

/* ---- minding ---------------------------------------------------------------------------------
 */

static const struct fault *minded(void *who, void *state, const struct fault *f)
{
	const struct change_webhook *w = state;

	if (!f)
		answer_webhook(who, 200, &w->is, w->deed == WEBHOOK_RENEWED);
	return f;
}

static const struct fault *mind(struct api_request *ar, enum webhook_deed deed)
{
	struct change_webhook *w = arena_alloc(ar->arena, sizeof(*w));
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	const struct fault *f;

	*w = (struct change_webhook){
		.owner = ar->rq->user.owner, .id = api_segment(ar, 1), .deed = deed};
	f = change_webhook(c, w);
	if (!f)
		api_commit(ar, c, minded, w);
	return f;
}

const struct fault *api_webhook_renew(struct api_request *ar)
{
	return mind(ar, WEBHOOK_RENEWED);
}

const struct fault *api_webhook_enable(struct api_request *ar)
{
	return mind(ar, WEBHOOK_ENABLED);
}

static const struct fault *tested(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	(void)state;
	if (!f)
		http_answer(ar->rq, 202, NULL, TEXT_NONE);
	return f;
}

const struct fault *api_webhook_test(struct api_request *ar)
{
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	const struct fault *f = change_test_webhook(c, ar->rq->user.owner, api_segment(ar, 1));

	if (!f)
		api_commit(ar, c, tested, NULL);
	return f;
}

/* ---- what waits ------------------------------------------------------------------------------
 */

enum { DELIVERIES_MAX = 100 };

static void put_delivery(struct json_writer *w, struct api_request *ar, const struct job *j)
{
	json_begin_object(w);
	api_put_text(w, "id", hooks_message_id(ar->arena, j));
	json_key(w, "payload");
	json_add_raw(w, j->payload);
	json_key(w, "attempts");
	json_add_int(w, j->attempts);
	json_key(w, "given_up");
	json_add_bool(w, j->given_up);
	if (!j->given_up)
		api_put_time(w, "next_attempt_at", j->ready_at);
	api_put_text(w, "last_error", j->last_error);
	json_end_object(w);
}

static void answer_deliveries(struct api_request *ar, const struct job *all, size_t count)
{
	size_t shown = count > DELIVERIES_MAX ? DELIVERIES_MAX : count;
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "deliveries");
	json_begin_list(&w);
	for (size_t i = 0; i < shown; i++)
		put_delivery(&w, ar, &all[i]);
	json_end_list(&w);
	if (count > shown)
		api_put_text(
			&w, "next_cursor",
			text_from(arena_printf(ar->arena, "%lld", (long long)all[shown - 1].id)));
	json_end_object(&w);
	api_answer(ar, 200, &body);
}

static const struct fault *read_cursor(struct api_request *ar, int64_t *out)
{
	struct text cursor = TEXT_NONE;
	const struct query_param params[] = {{TEXT("cursor"), &cursor}};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	*out = 0;
	if (f || cursor.len == 0 || text_to_int64(cursor, 1, INT64_MAX, out))
		return f;
	return fault_make(ar->arena, FAULT_BAD_REQUEST, "cursor", "This is no next_cursor.");
}

/* Tellings that have not arrived: done ones are gone. */
const struct fault *api_webhook_deliveries(struct api_request *ar)
{
	int64_t owner = ar->rq->user.owner, after;
	struct text id = api_segment(ar, 1);
	struct webhook *hook = NULL;
	struct job *all;
	size_t count;
	const struct fault *f = read_cursor(ar, &after);

	if (!f)
		f = webhook_find(ar->db, ar->arena, owner, id, &hook);
	if (!f && !hook)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such webhook.");
	if (!f)
		f = job_list(ar->db, ar->arena, owner, TEXT("webhook"),
			     text_from(arena_printf(ar->arena, "%.*s/", TEXT_ARG(id))), after,
			     DELIVERIES_MAX + 1, &all, &count);
	if (!f)
		answer_deliveries(ar, all, count);
	return f;
}

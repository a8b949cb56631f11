/* webhooks - whom a host has told of bookings: /api/webhooks (calendar/hooks.h) */
#include "calendar/hooks.h"

#include "api/api_priv.h"
#include "base/codec.h"
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

static void put_secret(struct json_writer *w, struct api_request *ar, struct text id)
{
	struct text secret = hooks_secret(ar->arena, &ar->desk->calendar->key, id);
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
	if (is_new)
		put_secret(w, ar, h->id);
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

static const struct fault *check_url(struct arena *a, struct text url)
{
	bool is_web = text_starts(url, TEXT("https://")) || text_starts(url, TEXT("http://"));

	for (size_t i = 0; i < url.len && is_web; i++)
		is_web = url.at[i] > 0x20 && url.at[i] < 0x7F;
	if (is_web && url.len <= HOOKS_URL_MAX && text_find_char(url, '#', 0) < 0)
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "url",
			  "Give an address like https://example.org/hook, of at most 2000 bytes.");
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
			  "rescheduled, cancelled, reassigned.");
}

static const struct fault *read_webhook(struct api_request *ar, struct webhook *out)
{
	struct webhook_body body = {.events = NULL};
	const struct fault *f = members_read(ar->arena, ar->body, webhook_members,
					     ARRAY_LEN(webhook_members), &body);

	if (!f)
		f = check_url(ar->arena, body.url);
	if (!f)
		f = read_events(ar->arena, body.events, &out->events);
	out->owner = ar->rq->user.owner;
	out->id = secret_id_make(ar->arena, &ar->desk->calendar->key, out->owner);
	out->url = body.url;
	out->created = ar->rq->now;
	return f;
}

static const struct fault *made(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct json_writer w;
	struct buf body;

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_webhook(&w, ar, state, true);
	api_answer(ar, 201, &body);
	return NULL;
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

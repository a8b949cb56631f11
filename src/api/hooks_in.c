/*
 * hooks_in - /hooks/google, /hooks/outlook: providers tell that something has changed
 * (federation/notify.h)
 *
 * Whoever tells is answered alike, whether it is believed or not, and within the few seconds that
 * providers wait; no limit of this room holds for these, as all messages of a provider come from
 * few addresses. Whether it shows its secret is judged by the thread that took it; what does not is
 * answered there. A message that could not be noted is answered as a failure: it comes again.
 */
#include "api/api_priv.h"

#include "api/query.h"
#include "federation/notify.h"

enum {
	HOOK_TOKEN_MAX = 4096, /* bytes of a validation token */
	GOOGLE_STATUS = 204,
	OUTLOOK_STATUS = 202,
};

/* What is told of, and how a message of this kind is answered. */
struct heard {
	struct notify_look *looks;
	size_t count;
	int status;
};

static const struct fault *look_up(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct heard *h = state;

	if (!f)
		f = api_reader(ar);
	if (!f)
		f = notify_find(ar->db, ar->arena, h->looks, &h->count);
	if (!f && h->count > 0)
		f = notify_apply(ar->house->federation, ar->arena, h->looks, h->count, ar->rq->now);
	if (!f)
		http_answer(ar->rq, h->status, NULL, TEXT_NONE);
	return f;
}

/* Only what has its secret is worth a worker. */
static const struct fault *settle(struct api_request *ar, struct notify_look *looks, size_t count,
				  int status)
{
	struct heard *h;

	if (count == 0) {
		http_answer(ar->rq, status, NULL, TEXT_NONE);
		return NULL;
	}
	h = arena_alloc(ar->arena, sizeof(*h));
	*h = (struct heard){looks, count, status};
	http_go_slow_with(ar->rq, look_up, ar, h);
	return NULL;
}

/* ---- Google ----------------------------------------------------------------------------------
 */

static const struct fault *handle_google(struct api_request *ar)
{
	const struct notify_google told = {
		.channel = http_header(ar->rq, "X-Goog-Channel-ID"),
		.token = http_header(ar->rq, "X-Goog-Channel-Token"),
		.resource = http_header(ar->rq, "X-Goog-Resource-ID"),
		.state = http_header(ar->rq, "X-Goog-Resource-State"),
	};
	struct notify_look *look = arena_alloc(ar->arena, sizeof(*look));
	bool fits = notify_google(ar->house->federation, ar->arena, &told, look);

	return settle(ar, look, fits, GOOGLE_STATUS);
}

/* ---- Outlook ----------------------------------------------------------------------------------
 */

/*
 * While a subscription is being made Graph asks whether its address answers, and wants its word
 * back, decoded (webhooks, "Notification endpoint validation"). This thread answers, so that it
 * waits for no worker. It is a stranger's text: shown as nothing but text, by nobody kept.
 */
static const struct fault *say_back(struct api_request *ar, struct text token)
{
	if (token.len > HOOK_TOKEN_MAX || !text_is_plain(token, ""))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "validationToken",
				  "This is no validation token.");
	http_set_header(ar->rq, "Content-Security-Policy", TEXT("default-src 'none'; sandbox"));
	http_set_header(ar->rq, "Cache-Control", TEXT("no-store"));
	http_answer(ar->rq, 200, "text/plain; charset=utf-8", token);
	return NULL;
}

static const struct fault *handle_outlook(struct api_request *ar)
{
	struct text token = TEXT_NONE;
	const struct query_param params[] = {{TEXT("validationToken"), &token}};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));
	struct notify_look *looks;
	size_t count;

	if (f)
		return f;
	if (token.at)
		return say_back(ar, token);
	f = notify_outlook(ar->house->federation, ar->arena, ar->rq->body, &looks, &count);
	return f ? f : settle(ar, looks, count, OUTLOOK_STATUS);
}

/* ---- both -------------------------------------------------------------------------------------
 */

static const struct fault *handle(struct api_request *ar)
{
	const struct http_request *rq = ar->rq;
	struct text provider = rq->segment_count == 2 ? rq->segments[1] : TEXT_NONE;

	if (text_equal(provider, text_from(provider_words[PROVIDER_OUTLOOK])))
		return handle_outlook(ar);
	if (!text_equal(provider, text_from(provider_words[PROVIDER_GOOGLE])))
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
	return handle_google(ar);
}

void api_hook(struct http_request *rq)
{
	api_begin(rq, handle);
}

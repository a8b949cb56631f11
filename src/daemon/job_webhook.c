/*
 * job_webhook - a program is told what became of a booking (calendar/hooks.h)
 *
 * Signed as Standard Webhooks has it: HMAC-SHA256 over the id of the message, the time of this
 * attempt and the body. The id is the same at every attempt, so that a receiver that has seen it
 * knows. A webhook is an address that a host gave: it is spoken to over https alone, and never in
 * a private network, unless webhook.private is on; of its answer only the status counts.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "calendar/calendar.h"
#include "calendar/hooks.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "net/fetch.h"
#include "store/job.h"
#include "store/store.h"

enum {
	WEBHOOK_CONNECT_MS = 3000,
	WEBHOOK_TOTAL_MS = 8000, /* within which a job ends, also at a stop */
	WEBHOOK_ANSWER_MAX = 64 * 1024,
	STATUS_GONE = 410,
};

/* "WEBHOOK/BOOKING/VERSION"; NULL: it was removed meanwhile. */
static const struct fault *find_hook(struct job_context *x, const struct job *j,
				     struct webhook **out)
{
	struct text rest = j->key, id = TEXT_NONE;
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	*out = NULL;
	if (f || !text_next(&rest, '/', &id))
		return f;
	return webhook_find(db, x->arena, j->owner, id, out);
}

static struct text signature(struct job_context *x, const struct webhook *w, struct text id,
			     struct text at, struct text body)
{
	struct text key = hooks_secret(x->arena, &x->house->calendar->key, w->id), mac;
	struct buf b;

	buf_init(&b, x->arena, id.len + at.len + body.len + 2, HOOKS_PAYLOAD_MAX + 1024);
	buf_put_text(&b, id);
	buf_put_char(&b, '.');
	buf_put_text(&b, at);
	buf_put_char(&b, '.');
	buf_put_text(&b, body);
	mac = secret_hmac_sha256(x->arena, key, buf_text(&b));
	return text_from(arena_printf(x->arena, "v1,%.*s", TEXT_ARG(mac)));
}

/* What a receiver refuses today it may take tomorrow, when it has been mended; but one that says
 * that it is gone for good is believed (RFC 9110 §15.5.11). */
static enum job_result result_of(int status)
{
	if (status >= 200 && status < 300)
		return JOB_DONE;
	return status == STATUS_GONE ? JOB_NEVER : JOB_UNSURE;
}

static enum job_result send(struct job_context *x, const struct job *j, const struct webhook *w,
			    struct text *why_out)
{
	struct arena *a = x->arena;
	struct text id = secret_digest_hex(a, j->key);
	struct text at = text_from(arena_printf(a, "%lld", (long long)x->now));
	const struct net_header headers[] = {
		{TEXT("Content-Type"), TEXT("application/json")},
		{TEXT("Webhook-Id"), id},
		{TEXT("Webhook-Timestamp"), at},
		{TEXT("Webhook-Signature"), signature(x, w, id, at, j->payload)},
	};
	const struct net_request request = {
		.method = "POST",
		.url = w->url,
		.headers = headers,
		.header_count = ARRAY_LEN(headers),
		.body = j->payload,
		.connect_ms = WEBHOOK_CONNECT_MS,
		.total_ms = WEBHOOK_TOTAL_MS,
		.body_max = WEBHOOK_ANSWER_MAX,
		.no_redirects = true,
		.allow_private = x->house->webhooks_private,
	};
	struct net_response response;
	const struct fault *f;

	if (!request.allow_private && !text_starts(w->url, TEXT("https://"))) {
		*why_out = TEXT("Webhooks are told over https alone.");
		return JOB_NEVER;
	}
	f = net_fetch(a, &request, &response);
	if (!f) {
		*why_out = text_from(
			arena_printf(a, "The webhook was answered with %d.", response.status));
		return result_of(response.status);
	}
	*why_out = text_from(f->message);
	return fault_is(f, FAULT_FORBIDDEN) || fault_is(f, FAULT_BAD_REQUEST) ? JOB_NEVER
									      : JOB_UNSURE;
}

enum job_result job_webhook(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct webhook *w;
	const struct fault *f = find_hook(x, j, &w);

	if (f) {
		*why_out = text_from(f->message);
		return JOB_LATER;
	}
	return w ? send(x, j, w, why_out) : JOB_DONE;
}

/*
 * job_webhook - a program is told what became of a booking (calendar/hooks.h)
 *
 * Signed as Standard Webhooks has it: HMAC-SHA256 over the id of the message, the time of this
 * attempt and the body. The id is the same at every attempt, so that a receiver that has seen it
 * knows. A webhook is an address that a host gave: it is spoken to over https alone, and never in
 * a private network, unless webhook.private is on; of its answer only the status counts. Whether it
 * may be spoken to is judged where the connection is made (net/fetch.h), and it is sent nowhere
 * else by a redirect.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "calendar/change.h"
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

/* *out NULL: it was removed meanwhile. */
static const struct fault *find_hook(struct job_context *x, const struct job *j,
				     struct webhook **out)
{
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	*out = NULL;
	return f ? f : webhook_find(db, x->arena, j->owner, hooks_webhook_of(j), out);
}

static void put_signature(struct buf *out, struct job_context *x, const struct webhook *w,
			  int64_t secret_no, struct text said)
{
	struct text key = hooks_secret(x->arena, &x->house->calendar->key, w, secret_no);

	if (out->len > 0)
		buf_put_char(out, ' ');
	buf_put_lit(out, "v1,");
	buf_put_text(out, secret_hmac_sha256(x->arena, key, said));
}

/* With both secrets, so that a receiver has a day to learn the new one. */
static struct text signatures(struct job_context *x, const struct webhook *w, struct text id,
			      struct text at, struct text body)
{
	struct buf said, out;

	buf_init(&said, x->arena, id.len + at.len + body.len + 2, HOOKS_PAYLOAD_MAX + 1024);
	buf_put_text(&said, id);
	buf_put_char(&said, '.');
	buf_put_text(&said, at);
	buf_put_char(&said, '.');
	buf_put_text(&said, body);
	buf_init(&out, x->arena, 128, 256);
	put_signature(&out, x, w, w->secret_no, buf_text(&said));
	if (w->secret_no > 0 && x->now < w->secret_since + HOOKS_SECRET_S)
		put_signature(&out, x, w, w->secret_no - 1, buf_text(&said));
	return buf_text(&out);
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
	struct text id = hooks_message_id(a, j);
	struct text at = text_from(arena_printf(a, "%lld", (long long)x->now));
	const struct net_header headers[] = {
		{TEXT("Content-Type"), TEXT("application/json")},
		{TEXT("Webhook-Id"), id},
		{TEXT("Webhook-Timestamp"), at},
		{TEXT("Webhook-Signature"), signatures(x, w, id, at, j->payload)},
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

/* ---- how it goes ----------------------------------------------------------------------------- */

static void note(struct job_context *x, const struct webhook *w, enum webhook_deed deed,
		 struct text why)
{
	struct change_webhook deeds = {.owner = w->owner, .id = w->id, .deed = deed, .why = why};
	struct change *c = change_open(x->house->calendar, x->arena, CHANGE_CLIENT, x->now);
	const struct fault *f = change_webhook(c, &deeds);

	if (!f)
		f = change_run(c);
	if (f && !fault_is(f, FAULT_NOT_FOUND))
		log_event(LOG_ERROR, "webhook-note", LOG_TEXT("webhook", w->id),
			  LOG_STR("why", f->message));
}

/* One that works costs no transaction. */
static void note_result(struct job_context *x, const struct webhook *w, enum job_result result,
			struct text why)
{
	if (result != JOB_DONE)
		note(x, w, WEBHOOK_FAILED, why);
	else if (w->failing_since != 0)
		note(x, w, WEBHOOK_ANSWERED, TEXT_NONE);
}

/*
 * An address that does not answer costs each attempt seconds of a thread, which others wait for; so
 * however much it is to be told, one attempt is made now and then, and the rest waits.
 */
enum job_result job_webhook(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct webhook *w;
	enum job_result result;
	const struct fault *f = find_hook(x, j, &w);

	if (f) {
		*why_out = text_from(f->message);
		return JOB_LATER;
	}
	if (!w)
		return JOB_DONE;
	if (!hooks_is_test(j) && (w->disabled || x->now < w->retry_at)) {
		*why_out = w->last_error;
		return w->disabled ? JOB_NEVER : JOB_LATER;
	}
	result = send(x, j, w, why_out);
	note_result(x, w, result, *why_out);
	/* Whoever asked for a test looks at what became of it, and asks for another one. */
	return result != JOB_DONE && hooks_is_test(j) ? JOB_NEVER : result;
}

/* After days of trying, or as it says that it is gone: until its host wants it again. */
void job_webhook_end(struct job_context *x, const struct job *j, bool is_refused, struct text why)
{
	struct webhook *w;

	if (hooks_is_test(j) || find_hook(x, j, &w) || !w || w->disabled)
		return;
	log_event(LOG_WARN, "webhook-disabled", LOG_TEXT("webhook", w->id), LOG_TEXT("why", why),
		  LOG_INT("refused", is_refused));
	note(x, w, WEBHOOK_DISABLED, why);
}

/*
 * oauth_ask - the token endpoint of a provider, and what its answers mean (RFC 6749 §5)
 *
 * An answer is read with care for what it decides: that consent is gone is final, and believed only
 * where the provider says so in a word that means just that. Anything else leaves the account as it
 * is.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/metrics.h"
#include "calendar/calendar.h"
#include "federation/gate.h"
#include "federation/oauth_priv.h"
#include "net/fetch.h"
#include "json/json.h"

enum {
	ASK_ANSWER_MAX = 64 * 1024,
	ASK_WORD_MAX = 64,
	ASK_TOTAL_MS = 20 * 1000,
	LIFETIME_S = 3600, /* where none is said (RFC 6749 §5.1): that of both providers */
	LIFETIME_MAX_S = 90 * 86400,
};

/*
 * What a provider says in "error". The first are final for the account; the others are about how
 * this server was registered, and no fault of the account's. What stands in no row is tried again
 * later.
 */
static const struct {
	struct text error;
	enum oauth_word means;
} errors[] = {
	/* RFC 6749 §5.2; Microsoft, "Handling error codes in your application" */
	{TEXT_INIT("invalid_grant"), OAUTH_REFUSED},
	{TEXT_INIT("interaction_required"), OAUTH_REFUSED},
	{TEXT_INIT("consent_required"), OAUTH_REFUSED},
	{TEXT_INIT("login_required"), OAUTH_REFUSED},
	{TEXT_INIT("access_denied"), OAUTH_REFUSED},
	{TEXT_INIT("invalid_token"), OAUTH_REFUSED}, /* of one that is given back */
	/* Google: the organisation has shut the service for this application. */
	{TEXT_INIT("admin_policy_enforced"), OAUTH_REFUSED},
	{TEXT_INIT("invalid_client"), OAUTH_CLIENT},
	{TEXT_INIT("unauthorized_client"), OAUTH_CLIENT},
	{TEXT_INIT("invalid_request"), OAUTH_CLIENT},
	{TEXT_INIT("invalid_scope"), OAUTH_CLIENT},
	{TEXT_INIT("unsupported_grant_type"), OAUTH_CLIENT},
	{TEXT_INIT("redirect_uri_mismatch"), OAUTH_CLIENT},
	{TEXT_INIT("deleted_client"), OAUTH_CLIENT},
	{TEXT_INIT("disabled_client"), OAUTH_CLIENT},
	{TEXT_INIT("org_internal"), OAUTH_CLIENT},
};

/* A token is put into a header: of visible ASCII, and not too long. */
static bool is_token(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] <= ' ' || t.at[i] > '~')
			return false;
	return t.len > 0 && t.len <= OAUTH_TOKEN_MAX;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Microsoft has said it as text. */
static int64_t read_lifetime(const struct json *v)
{
	struct text digits;
	int64_t s;

	if (json_int(v, &s) || (json_text(v, &digits) && text_to_int64(digits, 0, INT64_MAX, &s)))
		return max64(0, min64(s, LIFETIME_MAX_S));
	return LIFETIME_S;
}

static bool read_optional(const struct json *v, struct text *out)
{
	*out = TEXT_NONE;
	return json_kind(v) == JSON_KIND_NONE || json_kind(v) == JSON_KIND_NULL ||
	       json_text(v, out);
}

static enum oauth_word read_tokens(const struct json *o, struct oauth_question *q)
{
	struct oauth_tokens *t = &q->tokens;
	struct text type;

	q->why = TEXT("The provider's answer holds no token.");
	if (!json_text(json_get(o, "access_token"), &t->access) || !is_token(t->access) ||
	    !read_optional(json_get(o, "refresh_token"), &t->refresh) ||
	    (t->refresh.len > 0 && !is_token(t->refresh)) ||
	    !read_optional(json_get(o, "scope"), &t->scope) || t->scope.len > OAUTH_SCOPE_MAX ||
	    !read_optional(json_get(o, "token_type"), &type) ||
	    (type.len > 0 && !text_equal_nocase(type, TEXT("Bearer"))))
		return OAUTH_BROKEN;
	t->expires_at = q->now + read_lifetime(json_get(o, "expires_in"));
	q->why = TEXT_NONE;
	return OAUTH_GRANTED;
}

/* A word of the provider's that may be shown and logged: nothing but letters of such words. */
static struct text read_word(const struct json *v)
{
	struct text t;

	if (!json_text(v, &t) || t.len > ASK_WORD_MAX)
		return TEXT_NONE;
	for (size_t i = 0; i < t.len; i++)
		if ((t.at[i] < 'a' || t.at[i] > 'z') && (t.at[i] < '0' || t.at[i] > '9') &&
		    t.at[i] != '_')
			return TEXT_NONE;
	return t;
}

/* Microsoft says what is missing here as well, in plain JSON. */
static struct text read_claims(struct arena *a, const struct json *v)
{
	struct text t;

	return json_text(v, &t) ? oauth_claims_kept(a, t) : TEXT_NONE;
}

static enum oauth_word read_error(struct arena *a, const struct json *o, struct oauth_question *q,
				  int status)
{
	struct text error = read_word(json_get(o, "error"));
	struct text more = read_word(json_get(o, "error_subtype")); /* Google's */

	if (more.len == 0)
		more = read_word(json_get(o, "suberror")); /* Microsoft's */
	q->claims = read_claims(a, json_get(o, "claims"));
	if (error.len == 0) {
		q->why = text_from(
			arena_printf(a, "The provider gave no token and answered %d.", status));
		return OAUTH_LATER;
	}
	q->why = text_from(arena_printf(a, "The provider gave no token: %.*s%s%.*s.",
					TEXT_ARG(error), more.len > 0 ? ", " : "", TEXT_ARG(more)));
	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (text_equal(errors[i].error, error))
			return errors[i].means;
	return OAUTH_LATER;
}

static enum oauth_word read_answer(struct arena *a, const struct net_response *r,
				   struct oauth_question *q)
{
	const struct json *o = NULL;
	/* What is no JSON has no members either. */
	bool is_json = !json_parse(a, r->body, ASK_ANSWER_MAX, &o);

	if (r->status >= 200 && r->status < 300) {
		if (q->ends)
			return OAUTH_GRANTED;
		if (is_json)
			return read_tokens(o, q);
		q->why = TEXT("The provider's answer is not JSON.");
		return OAUTH_BROKEN;
	}
	if (r->status >= 400 && r->status < 500 && r->status != 429)
		return read_error(a, is_json ? o : NULL, q, r->status);
	q->why = text_from(arena_printf(
		a, "The provider answered %d when it was asked for a token.", r->status));
	return OAUTH_LATER;
}

/* ---- asking -----------------------------------------------------------------------------------
 */

void oauth_put_field(struct buf *out, const char *name, struct text value)
{
	if (out->len > 0)
		buf_put_char(out, '&');
	buf_put_str(out, name);
	buf_put_char(out, '=');
	codec_put_query(out, value);
}

static enum oauth_word no_way_in(struct oauth_question *q, int64_t retry_ns)
{
	int64_t wait_s = (retry_ns - clock_monotonic_ns()) / 1000000000;

	q->why = TEXT("The provider is being left alone for a while.");
	q->retry_at = q->now + max64(1, wait_s);
	return OAUTH_LATER;
}

static const struct fault *fetch(const struct federation *fed, struct arena *a,
				 const struct oauth_question *q, struct net_response *out)
{
	static const struct net_header headers[] = {
		{TEXT_INIT("Content-Type"), TEXT_INIT("application/x-www-form-urlencoded")},
		{TEXT_INIT("Accept"), TEXT_INIT("application/json")},
	};
	int64_t left_ms = (q->until_ns - clock_monotonic_ns()) / 1000000;
	const struct net_request request = {
		.method = "POST",
		.url = q->url,
		.headers = headers,
		.header_count = ARRAY_LEN(headers),
		.body = buf_text(q->form),
		.stop = &fed->calendar->stopping,
		.total_ms = max64(1, min64(left_ms, ASK_TOTAL_MS)),
		.body_max = ASK_ANSWER_MAX,
		.no_redirects = true,
		.allow_private = fed->allow_private,
		.ca_file = fed->ca_file,
	};

	/* The secret of the application and the host's tokens go to nobody who listens. */
	if (!fed->allow_private && !text_starts_nocase(q->url, TEXT("https://")))
		return fault_make(a, FAULT_FORBIDDEN, NULL,
				  "Tokens are asked for over https alone.");
	return net_fetch(a, &request, out);
}

/* How each word is counted. */
static const int counts_as[] = {
	[OAUTH_GRANTED] = ASKED_OK,	[OAUTH_REFUSED] = ASKED_CONSENT,
	[OAUTH_CLIENT] = ASKED_REFUSED, [OAUTH_LATER] = ASKED_FAILED,
	[OAUTH_BROKEN] = ASKED_FAILED,
};

static enum oauth_word ask_inside(const struct federation *fed, struct arena *a,
				  struct oauth_question *q, enum gate_outcome *outcome_out)
{
	int64_t asked_ns = clock_monotonic_ns();
	struct net_response response;
	const struct fault *f = fetch(fed, a, q, &response);

	metrics_observe(METRIC_PROVIDER_SECONDS, metrics_pair((int)q->provider, ASKED_FOR_TOKEN),
			clock_monotonic_ns() - asked_ns);
	*outcome_out = GATE_FAILED;
	if (f) {
		q->why = text_from(f->message);
		return OAUTH_LATER;
	}
	if (response.status == 429)
		*outcome_out = GATE_SLOWED;
	else if (response.status < 500)
		*outcome_out = GATE_WELL;
	return read_answer(a, &response, q);
}

enum oauth_word oauth_ask(const struct federation *fed, struct arena *a, struct oauth_question *q)
{
	const struct federation_app *app = &fed->apps[q->provider];
	/* The token endpoint has limits of its own, so at the gate who asks for a token is another
	 * one than the account that uses it; a breaker that is open holds for both. */
	const struct gate_visitor who = {
		.provider = q->provider,
		.owner = q->owner,
		.connection = text_from(arena_printf(a, "token %.*s", TEXT_ARG(q->account))),
	};
	enum gate_outcome outcome;
	enum oauth_word word;
	int64_t retry_ns = 0;

	q->retry_at = q->now + OAUTH_LATER_S;
	/* RFC 6749 §2.3.1: in the body, as both providers document it. */
	if (!q->ends) {
		oauth_put_field(q->form, "client_id", app->client_id);
		oauth_put_field(q->form, "client_secret", app->secret);
	}
	if (q->form->overflow) {
		q->why = TEXT("What would be sent for a token is too long.");
		return OAUTH_BROKEN;
	}
	if (gate_enter(fed->gate, &who, q->until_ns, &retry_ns) != GATE_OPEN) {
		call_count(q->provider, ASKED_FOR_TOKEN, ASKED_HELD);
		return no_way_in(q, retry_ns);
	}
	word = ask_inside(fed, a, q, &outcome);
	call_count(q->provider, ASKED_FOR_TOKEN,
		   outcome == GATE_SLOWED ? ASKED_SLOWED : counts_as[word]);
	(void)gate_leave(fed->gate, &who, outcome,
			 clock_monotonic_ns() + OAUTH_LATER_S * INT64_C(1000000000));
	if (word == OAUTH_CLIENT) {
		q->retry_at = q->now + OAUTH_CLIENT_S;
		log_event(LOG_ERROR, "oauth-application",
			  LOG_STR("provider", provider_words[q->provider]),
			  LOG_TEXT("why", q->why));
	}
	return word;
}

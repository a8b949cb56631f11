/*
 * oauth - where a browser is sent to consent, what comes back, and how it is kept
 *
 * Nothing is kept of a consent that is under way: its state is a sealed note to ourselves. See
 * oauth.h; tokens are had in oauth_ask.c and renewed in oauth_access.c.
 */
#include "federation/oauth.h"

#include "base/arena.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/oauth_priv.h"
#include "json/json.h"

enum {
	VERIFIER_BYTES = 32, /* 43 characters: RFC 7636 §4.1 */
	STATE_MAX = 2048,
	URL_MAX = 16 * 1024,
	KEPT_MAX = 2 * OAUTH_TOKEN_MAX + OAUTH_SCOPE_MAX + 1024,
	REDEEM_S = 20,
};

/* What a provider wants to hear, and what it has to grant. */
struct custom {
	struct text callback; /* below server.url */
	struct text scope;    /* as it is asked for */
	struct text needed;   /* of these, what must be granted */
	struct text extra;    /* further fields of the consent request */
};

/*
 * Google gives a refresh token for access_type=offline alone, and a second time only after the
 * user was asked again; of what it is asked for the user may grant a part. Microsoft gives one for
 * the scope offline_access, which it does not name among those that were granted.
 */
static const struct custom customs[PROVIDER_COUNT] = {
	[PROVIDER_GOOGLE] =
		{
			TEXT_INIT("/oauth/google/callback"),
			TEXT_INIT("https://www.googleapis.com/auth/calendar.events "
				  "https://www.googleapis.com/auth/calendar.calendarlist.readonly"),
			TEXT_INIT("https://www.googleapis.com/auth/calendar.events "
				  "https://www.googleapis.com/auth/calendar.calendarlist.readonly"),
			TEXT_INIT("&access_type=offline&prompt=consent"),
		},
	[PROVIDER_OUTLOOK] =
		{
			TEXT_INIT("/oauth/outlook/callback"),
			TEXT_INIT("offline_access openid email User.Read MailboxSettings.Read "
				  "Calendars.ReadWrite"),
			TEXT_INIT("User.Read Calendars.ReadWrite"),
			TEXT_INIT("&response_mode=query&prompt=select_account"),
		},
};

/* Where the browser comes back to. */
static struct text callback(const struct federation *fed, struct arena *a,
			    enum provider_kind provider)
{
	return text_from(arena_printf(a, "%.*s%.*s", TEXT_ARG(fed->url),
				      TEXT_ARG(customs[provider].callback)));
}

/* ---- the state --------------------------------------------------------------------------------
 */

static struct text seal_state(const struct federation *fed, struct arena *a,
			      const struct oauth_start *start, struct text verifier, int64_t until)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, 256, STATE_MAX);
	w = (struct json_writer){.out = &b};
	json_begin_object(&w);
	json_key(&w, "owner");
	json_add_int(&w, start->owner);
	json_key(&w, "provider");
	json_add_int(&w, (int64_t)start->provider);
	json_key(&w, "by_command");
	json_add_bool(&w, start->by_command);
	json_key(&w, "connection");
	json_add_text(&w, start->connection);
	json_key(&w, "verifier");
	json_add_text(&w, verifier);
	json_key(&w, "until");
	json_add_int(&w, until);
	json_end_object(&w);
	return secret_seal(a, &fed->calendar->key, "oauth state", TEXT_NONE, buf_text(&b));
}

const struct fault *oauth_find_claims(struct db *db, struct arena *a, struct oauth_start *start)
{
	struct connection *known = NULL;
	const struct fault *f = NULL;

	if (start->connection.len > 0)
		f = connection_get(db, a, start->owner, start->connection, &known);
	if (known && known->provider == start->provider)
		start->claims = known->claims;
	return f;
}

const struct fault *oauth_url(const struct federation *fed, struct arena *a,
			      const struct oauth_start *start, int64_t now, struct text *url_out)
{
	const struct federation_app *app = &fed->apps[start->provider];
	struct text verifier = secret_token(a, VERIFIER_BYTES);
	struct buf fields, url;

	if (start->provider == PROVIDER_CALDAV || app->client_id.len == 0)
		return fault_make(a, FAULT_NOT_FOUND, "provider",
				  "This server is not set up for this provider.");
	buf_init(&fields, a, 1024, URL_MAX);
	oauth_put_field(&fields, "response_type", TEXT("code"));
	oauth_put_field(&fields, "client_id", app->client_id);
	oauth_put_field(&fields, "redirect_uri", callback(fed, a, start->provider));
	oauth_put_field(&fields, "scope", customs[start->provider].scope);
	oauth_put_field(&fields, "state", seal_state(fed, a, start, verifier, now + OAUTH_STATE_S));
	oauth_put_field(&fields, "code_challenge", secret_sha256(a, verifier));
	oauth_put_field(&fields, "code_challenge_method", TEXT("S256"));
	if (start->claims.len > 0)
		oauth_put_field(&fields, "claims", start->claims);
	buf_put_text(&fields, customs[start->provider].extra);

	/* An address of the operator's own may have a query already. */
	buf_init(&url, a, app->auth_url.len + fields.len + 1, URL_MAX);
	buf_put_text(&url, app->auth_url);
	buf_put_char(&url, text_find_char(app->auth_url, '?', 0) < 0 ? '?' : '&');
	buf_put_text(&url, buf_text(&fields));
	if (fields.overflow || url.overflow)
		return fault_make(
			a, FAULT_INTERNAL, NULL,
			"The addresses of this provider in the configuration are too long.");
	*url_out = buf_text(&url);
	return NULL;
}

static bool read_state(const struct json *o, struct oauth_start *out, struct text *verifier_out,
		       int64_t *until_out)
{
	int64_t provider;

	if (!json_int(json_get(o, "owner"), &out->owner) ||
	    !json_int(json_get(o, "provider"), &provider) ||
	    !json_bool(json_get(o, "by_command"), &out->by_command) ||
	    !json_text(json_get(o, "connection"), &out->connection) ||
	    !json_text(json_get(o, "verifier"), verifier_out) ||
	    !json_int(json_get(o, "until"), until_out))
		return false;
	out->provider = (enum provider_kind)provider;
	return provider >= 0 && provider < PROVIDER_CALDAV;
}

const struct fault *oauth_state_read(const struct federation *fed, struct arena *a,
				     struct text state, int64_t now, struct oauth_start *out,
				     struct text *verifier_out)
{
	const struct json *o;
	struct text said;
	int64_t until = 0;

	if (state.len > STATE_MAX * 2 ||
	    !secret_open(a, &fed->calendar->key, "oauth state", TEXT_NONE, state, &said) ||
	    json_parse(a, said, STATE_MAX, &o) || !read_state(o, out, verifier_out, &until))
		return fault_make(a, FAULT_FORBIDDEN, "state",
				  "This consent was not asked for by this server.");
	if (now > until)
		return fault_make(a, FAULT_FORBIDDEN, "state",
				  "This took too long. Please connect once more.");
	return NULL;
}

/* ---- a code is traded ------------------------------------------------------------------------
 */

/* Scopes of Graph may come back as whole addresses, and in other letters. */
static bool is_granted(struct text granted, struct text scope)
{
	struct text rest = granted, one;

	while (text_next(&rest, ' ', &one))
		if (text_equal_nocase(one, scope) ||
		    (one.len > scope.len && one.at[one.len - scope.len - 1] == '/' &&
		     text_equal_nocase(text_sub(one, one.len - scope.len, scope.len), scope)))
			return true;
	return false;
}

/* RFC 6749 §5.1: a scope that is not named is the one that was asked for. */
static const struct fault *check_granted(struct arena *a, enum provider_kind provider,
					 const struct oauth_tokens *tokens)
{
	struct text rest = customs[provider].needed, scope;

	while (tokens->scope.at && text_next(&rest, ' ', &scope))
		if (!is_granted(tokens->scope, scope))
			return fault_make(a, FAULT_UNPROCESSABLE, "scope",
					  "Not all that is needed was granted: please connect "
					  "once more and leave every box ticked.");
	if (tokens->refresh.len == 0)
		return fault_make(a, FAULT_UNPROCESSABLE, "refresh_token",
				  "The provider grants access for an hour only. Please connect "
				  "once more.");
	return NULL;
}

static const struct fault *redeem_fault(struct arena *a, enum oauth_word word, struct text why)
{
	if (word == OAUTH_REFUSED)
		return fault_make(a, FAULT_FORBIDDEN, "code",
				  "The provider does not take its own answer back: please connect "
				  "once more.");
	return fault_make(a, FAULT_UNAVAILABLE, NULL, "%.*s", TEXT_ARG(why));
}

const struct fault *oauth_redeem(struct federation *fed, struct arena *a,
				 enum provider_kind provider, struct text code,
				 struct text verifier, int64_t now, struct oauth_tokens *out)
{
	struct oauth_question q = {
		.provider = provider,
		.url = fed->apps[provider].token_url,
		.account = verifier,
		.now = now,
		.until_ns = clock_monotonic_ns() + REDEEM_S * INT64_C(1000000000),
	};
	enum oauth_word word;
	struct buf form;

	if (code.len == 0 || code.len > OAUTH_CODE_MAX)
		return fault_make(a, FAULT_FORBIDDEN, "code", "This is no answer of a provider.");
	buf_init(&form, a, 1024, OAUTH_FORM_MAX);
	oauth_put_field(&form, "grant_type", TEXT("authorization_code"));
	oauth_put_field(&form, "code", code);
	oauth_put_field(&form, "redirect_uri", callback(fed, a, provider));
	oauth_put_field(&form, "code_verifier", verifier);
	q.form = &form;
	word = oauth_ask(fed, a, &q);
	if (word != OAUTH_GRANTED)
		return redeem_fault(a, word, q.why);
	*out = q.tokens;
	return check_granted(a, provider, out);
}

/* ---- as it is kept ---------------------------------------------------------------------------
 */

/* What is sealed for one account opens for no other. */
static struct text about(struct arena *a, const struct connection *c)
{
	return text_from(arena_printf(a, "%lld %.*s", (long long)c->owner, TEXT_ARG(c->id)));
}

struct text oauth_seal(const struct federation *fed, struct arena *a, const struct connection *c,
		       const struct oauth_tokens *tokens)
{
	struct json_writer w;
	struct buf b;

	/* Room for a password of nothing but controls, each of which is six letters in JSON. */
	buf_init(&b, a, 1024, 6 * KEPT_MAX);
	w = (struct json_writer){.out = &b};
	json_begin_object(&w);
	json_key(&w, "access");
	json_add_text(&w, tokens->access);
	json_key(&w, "refresh");
	json_add_text(&w, tokens->refresh);
	json_key(&w, "expires_at");
	json_add_int(&w, tokens->expires_at);
	json_key(&w, "scope");
	json_add_text(&w, tokens->scope);
	json_end_object(&w);
	return secret_seal(a, &fed->calendar->key, "connection", about(a, c), buf_text(&b));
}

const struct fault *oauth_open(const struct federation *fed, struct arena *a,
			       const struct connection *c, struct oauth_tokens *out)
{
	const struct json *o;
	struct text said;

	*out = (struct oauth_tokens){.expires_at = 0};
	if (secret_open(a, &fed->calendar->key, "connection", about(a, c), c->secret, &said) &&
	    !json_parse(a, said, 6 * KEPT_MAX, &o) &&
	    json_text(json_get(o, "access"), &out->access) &&
	    json_text(json_get(o, "refresh"), &out->refresh) &&
	    json_int(json_get(o, "expires_at"), &out->expires_at) &&
	    json_text(json_get(o, "scope"), &out->scope))
		return NULL;
	return fault_make(a, FAULT_INTERNAL, NULL,
			  "What is kept of this account was sealed with another key "
			  "(secrets.key_file).");
}

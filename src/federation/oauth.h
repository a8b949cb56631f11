/*
 * oauth - consent and tokens (RFC 6749, code flow with PKCE, RFC 7636)
 *
 * The state that goes out with a consent request is sealed: whose it is, for which provider, until
 * when, and the verifier of PKCE, so that nothing need be kept. A token is renewed by one process
 * at a time: a lease in the store, committed before the provider is asked; the new one is stored
 * before it is used. A refusal counts only if the store still has the secret that was refused.
 */
#ifndef FEDERATION_OAUTH_H
#define FEDERATION_OAUTH_H

#include "federation/call.h"

enum { OAUTH_STATE_S = 15 * 60 };

/* Who wants to connect. */
struct oauth_start {
	int64_t owner;
	enum provider_kind provider; /* GOOGLE or OUTLOOK */
	bool by_command;	     /* `fasti connect`: whoever comes back need not be signed in */
	struct text connection;	     /* to be connected anew, or empty */
	struct text claims;	     /* that this one wants of a consent, or empty */
};

/* start->claims: what the provider has said that it wants of the next consent to this account. */
MUST_CHECK const struct fault *oauth_find_claims(struct db *db, struct arena *a,
						 struct oauth_start *start);
/* Where to send the browser. NOT_FOUND: this provider is not configured. */
MUST_CHECK const struct fault *oauth_url(const struct federation *fed, struct arena *a,
					 const struct oauth_start *start, int64_t now,
					 struct text *url_out);
/* Read a state that came back. FORBIDDEN: it is none of ours, or too old. */
MUST_CHECK const struct fault *oauth_state_read(const struct federation *fed, struct arena *a,
						struct text state, int64_t now,
						struct oauth_start *out, struct text *verifier_out);

/* What an account's secret is, opened. */
struct oauth_tokens {
	struct text access, refresh; /* of CalDAV: name and password */
	int64_t expires_at;
	struct text scope;
};

/* Trade a code for tokens. FORBIDDEN: refused; UNPROCESSABLE: too little was granted. */
MUST_CHECK const struct fault *oauth_redeem(struct federation *fed, struct arena *a,
					    enum provider_kind provider, struct text code,
					    struct text verifier, int64_t now,
					    struct oauth_tokens *out);

/* Sealed, for connection.secret; bound to owner and id. */
struct text oauth_seal(const struct federation *fed, struct arena *a, const struct connection *c,
		       const struct oauth_tokens *tokens);
/* INTERNAL: another key sealed it. */
MUST_CHECK const struct fault *oauth_open(const struct federation *fed, struct arena *a,
					  const struct connection *c, struct oauth_tokens *out);

/*
 * An access token that is good for a minute at least; `refused` is one that the provider has just
 * refused (empty: none). v->connection is brought up to date. CALL_CONSENT: the account was marked,
 * its owner is told once, by mail.
 */
enum call_end oauth_access(struct visit *v, struct text refused, struct text *token_out);

/*
 * What is kept of the account was refused, and nothing can be had in its place: a password, a token
 * that wants more consent, with these claims (or empty). CALL_CONSENT as above; CALL_LATER: there
 * is another secret by now.
 */
enum call_end oauth_lost(struct visit *v, struct text why, struct text claims);

/*
 * Does a refusal (WWW-Authenticate) ask for claims? *claims_out are those, in JSON, where they can
 * be handed on.
 */
bool oauth_claims_asked(struct arena *a, struct text challenge, struct text *claims_out);

/* Tell the provider that it is over, where it can be told (Google). */
enum call_end oauth_revoke(struct visit *v);

#endif

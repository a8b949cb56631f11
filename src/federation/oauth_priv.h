/*
 * oauth_priv - what the files of consent and tokens share
 *
 * oauth.c seals and opens, and says where browsers are sent; oauth_ask.c speaks to a provider's
 * token endpoint; oauth_access.c renews a token, one process at a time; oauth_claims.c reads what
 * the next consent has to bring.
 */
#ifndef FEDERATION_OAUTH_PRIV_H
#define FEDERATION_OAUTH_PRIV_H

#include "base/buf.h"
#include "federation/oauth.h"

enum {
	OAUTH_TOKEN_MAX = 16 * 1024, /* bytes; Microsoft's have several thousand */
	OAUTH_CODE_MAX = 4 * 1024,
	OAUTH_SCOPE_MAX = 4 * 1024,
	OAUTH_FORM_MAX = 64 * 1024,
	OAUTH_CLAIMS_MAX = 2 * 1024, /* three times as long in a URL, at most */
	OAUTH_LATER_S = 60,	     /* where the provider does not say */
	OAUTH_CLIENT_S = 10 * 60,    /* until the operator may have mended what we are called */
};

enum oauth_word {
	OAUTH_GRANTED,
	OAUTH_REFUSED, /* this code or token is good for nothing any more */
	OAUTH_CLIENT,  /* we are not taken for who we say: our configuration */
	OAUTH_LATER,
	OAUTH_BROKEN, /* an answer that cannot be understood */
};

struct oauth_question {
	enum provider_kind provider;
	struct text url;     /* token_url or revoke_url */
	bool ends;	     /* a token is given back, and none is wanted */
	struct buf *form;    /* fields, but for who we are */
	int64_t owner;	     /* of the account, for the gate … */
	struct text account; /* … which tells apart by this who has none yet */
	int64_t now, until_ns;
	/* results */
	struct oauth_tokens tokens; /* of GRANTED; what was not said is empty */
	struct text why;	    /* one sentence; no secret */
	struct text claims;	    /* of REFUSED: what the next consent has to bring; or empty */
	int64_t retry_at;	    /* of LATER and CLIENT */
};

/* Append "name=value", percent-encoded, behind an '&' where it is not the first. */
void oauth_put_field(struct buf *out, const char *name, struct text value);

/* Ask the token endpoint. For who may block. */
enum oauth_word oauth_ask(const struct federation *fed, struct arena *a, struct oauth_question *q);

/* JSON that may be handed on, as it is; else empty. */
struct text oauth_claims_kept(struct arena *a, struct text claims);

#endif

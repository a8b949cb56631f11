/*
 * connect_priv - an account that is about to be kept; shared by the ways to come by one
 */
#ifndef FEDERATION_CONNECT_PRIV_H
#define FEDERATION_CONNECT_PRIV_H

#include "federation/connect.h"
#include "federation/oauth.h"

enum {
	CONNECT_S = 30, /* for all that is asked before it is kept */
	CONNECT_URL_MAX = 2000,
	CONNECT_NAME_MAX = 320,
};

struct connect_account {
	/* owner, id, provider, url, created; the rest is filled in. id: of the one that was known,
	   if it was. */
	struct connection connection;
	struct oauth_tokens tokens;
	struct text anew;  /* it has to be this one; or empty */
	struct text start; /* of CalDAV: what its owner knows of where it is */
	int64_t until_ns;
};

/*
 * Ask for the account's name and calendars, and keep it: as a new one, or anew where it is known.
 * CONFLICT: it is another one than has to be connected anew. UNPROCESSABLE, of CalDAV: there is
 * none at `start` (about: "url"), or name or password are wrong ("password").
 */
MUST_CHECK const struct fault *connect_keep(struct federation *fed, struct arena *a,
					    struct connect_account *account, int64_t now);

#endif

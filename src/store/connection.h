/*
 * connection - accounts at providers of calendars, by which an owner's other calendars are reached
 *
 * Tokens and passwords are kept sealed (base/secret.h); the key is not in the store. Whoever renews
 * an access token holds a lease that is committed before the provider is asked (decisions 4), and
 * puts the new one in only where the secret is still the one that it was renewed from.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_CONNECTION_H
#define STORE_CONNECTION_H

#include "store/db.h"

enum { CONNECTIONS_MAX = 20 }; /* of one owner */

/* The numbers are stored. */
enum provider_kind { PROVIDER_GOOGLE, PROVIDER_OUTLOOK, PROVIDER_CALDAV, PROVIDER_COUNT };
/* "google", "outlook", "caldav": in the API, on the command line, in metrics (decisions 28). */
extern const char *const provider_words[PROVIDER_COUNT];

enum connection_state {
	CONNECTION_WORKS,
	CONNECTION_FAILS,     /* the provider does not answer, or not as it should */
	CONNECTION_RECONNECT, /* consent is gone: nothing is asked until the owner gives it anew */
	CONNECTION_STATE_COUNT
};
extern const char *const connection_state_words[CONNECTION_STATE_COUNT];

struct connection {
	int64_t owner;
	struct text id; /* public id */
	enum provider_kind provider;
	struct text account;  /* address or name there, as people know it */
	struct text subject;  /* what the provider calls it, for life */
	struct text url;      /* CalDAV: the calendar home */
	struct text timezone; /* IANA name; empty: not known */
	struct text secret;   /* sealed */
	int64_t secret_no;    /* raised with each new one */
	int64_t expires_at;   /* of the access token; 0: it has no end */
	int64_t lease_until;
	struct text lease_holder;
	enum connection_state state;
	int64_t state_since;
	struct text last_error;
	struct text claims;  /* the provider's JSON, for the next consent; empty: none */
	int64_t write_after; /* nothing is written there before; 0: at any time */
	int64_t created;
};

/* NULL in *out when there is none. */
MUST_CHECK const struct fault *connection_get(struct db *db, struct arena *a, int64_t owner,
					      struct text id, struct connection **out);
/* Is there one of this account, of whomever? */
MUST_CHECK const struct fault *connection_is_known(struct db *db, struct arena *a,
						   enum provider_kind provider, struct text subject,
						   bool *out);
/* The oldest first. */
MUST_CHECK const struct fault *connection_list(struct db *db, struct arena *a, int64_t owner,
					       struct connection **out, size_t *count_out);
/* [tx] STORE_FULL: the owner has CONNECTIONS_MAX of them. CONFLICT: this account is connected. */
MUST_CHECK const struct fault *connection_add(struct db *db, struct arena *a,
					      const struct connection *c);
/*
 * [tx] Whoever asks for a new token holds it until then, unless another does or the secret is not
 * the one of secret_no any more: *got_out says so.
 */
MUST_CHECK const struct fault *connection_lease(struct db *db, struct arena *a,
						const struct connection *c, struct text holder,
						int64_t now, int64_t until, bool *got_out);
/*
 * [tx] Another secret (secret, expires_at; account, url, timezone too) where the stored one is
 * still that of c->secret_no; the number rises, and the lease ends.
 */
MUST_CHECK const struct fault *connection_set_secret(struct db *db, struct arena *a,
						     const struct connection *c, bool *set_out);
/* [tx] state, state_since, last_error, claims, write_after; the lease of this holder ends (empty:
 * none). */
MUST_CHECK const struct fault *connection_set_state(struct db *db, struct arena *a,
						    const struct connection *c, struct text holder);
/* [tx] With its calendars' rows, events, copies and watches; their collections are the caller's. */
MUST_CHECK const struct fault *connection_delete(struct db *db, struct arena *a, int64_t owner,
						 struct text id, bool *deleted_out);

#endif

/*
 * connect - accounts come and go
 */
#ifndef FEDERATION_CONNECT_H
#define FEDERATION_CONNECT_H

#include "federation/provider.h"

struct change_choice;
struct leaving;

/*
 * Somebody comes back with a code: tokens, the account's name and calendars. The account's own
 * calendar counts from now on, and takes bookings if the owner has none yet that does. An account
 * that is known is connected anew. For a worker. Faults: see oauth.h; UNAVAILABLE.
 */
MUST_CHECK const struct fault *connect_finish(struct federation *fed, struct arena *a,
					      struct text state, struct text code,
					      int64_t signed_in, int64_t now, int64_t *owner_out,
					      struct text *connection_out);

/* A CalDAV account: an address of the account or of its server, a name, a password. */
struct connect_caldav {
	int64_t owner;
	struct text url; /* https://…, a mail address, or a domain: discovery (RFC 6764) */
	struct text name, password;
	struct text connection; /* to be connected anew, or empty */
};
MUST_CHECK const struct fault *connect_caldav(struct federation *fed, struct arena *a,
					      const struct connect_caldav *who, int64_t now,
					      struct text *connection_out);

/* Which calendars count, and which one takes bookings: change_choose(). */
MUST_CHECK const struct fault *connect_choose(struct federation *fed, struct arena *a,
					      int64_t owner, struct text connection,
					      struct change_choice *choices, size_t count,
					      int64_t now);

/*
 * Forget all that came from there; copies of bookings stay where they are. No provider is asked:
 * that is for a job (calendar/leaving.h).
 */
MUST_CHECK const struct fault *connect_end(struct federation *fed, struct arena *a, int64_t owner,
					   struct text connection, int64_t now);

/*
 * What was left of such an account at its provider: watches are taken back, and consent is given
 * back if nobody here has the same account connected, as it is one for all of them. Whatever it
 * says for good is the end of it, CALL_OK; else why not, in *why_out. For a worker.
 */
enum call_end connect_leave(struct federation *fed, struct arena *a, const struct leaving *left,
			    int64_t now, struct text *why_out);

#endif

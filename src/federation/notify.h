/*
 * notify - a provider tells that something has changed
 *
 * What it tells is believed only with the secret of the watch, and only as a reason to look: the
 * calendar is to be read at once, and many such are one reading. Whoever tells is answered
 * quickly, and learns nothing.
 *
 * The secret of a watch is a MAC of its id: nothing is kept, and any server can check it. So it is
 * judged where the message arrives, and a forged one costs neither a worker nor a look at the
 * store; only what fits is looked up.
 */
#ifndef FEDERATION_NOTIFY_H
#define FEDERATION_NOTIFY_H

#include "federation/federation.h"

struct db;

enum { NOTIFY_BODY_MAX = 1024 * 1024, NOTIFY_TOLD_MAX = 1000 };

enum notify_word { NOTIFY_READ, NOTIFY_RENEW, NOTIFY_REMOVED };

/* What is to be looked at, once by its watch's number, then by its row. */
struct notify_look {
	int64_t owner;
	struct text watch;
	enum provider_kind provider; /* who tells … */
	struct text known_as;	     /* … and what it calls the watch: Google its resource */
	enum notify_word word;
	int64_t calendar; /* from its row */
};

/* Google's headers (X-Goog-…). */
struct notify_google {
	struct text channel, token, resource, state;
};
/* False: it has not the secret, or nothing is to be done ("sync"). */
bool notify_google(const struct federation *fed, struct arena *a, const struct notify_google *told,
		   struct notify_look *out);
/* Graph's body, of changes or of life; what has not the secret is left out. BAD_REQUEST: it is
   none. */
MUST_CHECK const struct fault *notify_outlook(const struct federation *fed, struct arena *a,
					      struct text body, struct notify_look **out,
					      size_t *count_out);

/* Those that are watches of ours, in the place of all; fewer, if there are others. */
MUST_CHECK const struct fault *notify_find(struct db *db, struct arena *a,
					   struct notify_look *looks, size_t *count_inout);
/* Commit that these are looked at, and wake whoever looks. For a worker. */
MUST_CHECK const struct fault *notify_apply(struct federation *fed, struct arena *a,
					    const struct notify_look *looks, size_t count,
					    int64_t now);

#endif

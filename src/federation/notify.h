/*
 * notify - a provider tells that something has changed
 *
 * What it tells is believed only with the secret of the watch, and only as a reason to look: the
 * calendar is to be read at once, and many such are one reading. Whoever tells is answered
 * quickly, and learns nothing.
 *
 * The secret of a watch is a MAC of its id: nothing is kept, and any server can check it.
 */
#ifndef FEDERATION_NOTIFY_H
#define FEDERATION_NOTIFY_H

#include "federation/federation.h"

struct db;

struct text notify_token(const struct federation *fed, struct arena *a, struct text watch);

enum { NOTIFY_BODY_MAX = 1024 * 1024, NOTIFY_TOLD_MAX = 1000 };

/* What is to be looked at; filled in by the readers, submitted by notify_apply(). */
struct notify_look {
	int64_t owner;
	int64_t calendar;
	struct text watch;
	enum { NOTIFY_READ, NOTIFY_RENEW, NOTIFY_REMOVED } word;
};

/*
 * Google's headers (X-Goog-…). *fits_out false: it is not to be believed; count 0: nothing is to
 * be done ("sync").
 */
struct notify_google {
	struct text channel, token, resource, state;
};
MUST_CHECK const struct fault *notify_google(const struct federation *fed, struct db *db,
					     struct arena *a, const struct notify_google *told,
					     struct notify_look *out, size_t *count_out,
					     bool *fits_out);
/* Graph's body, of changes or of life; what does not fit is left out. BAD_REQUEST: it is none. */
MUST_CHECK const struct fault *notify_outlook(const struct federation *fed, struct db *db,
					      struct arena *a, struct text body,
					      struct notify_look **out, size_t *count_out);

/* Commit that these are looked at, and wake whoever looks. For a worker. */
MUST_CHECK const struct fault *notify_apply(struct federation *fed, struct arena *a,
					    const struct notify_look *looks, size_t count,
					    int64_t now);

#endif

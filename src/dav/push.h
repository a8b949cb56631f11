/*
 * push - clients are told of changes instead of asking again and again (WebDAV-Push)
 *
 * A client registers a push resource (RFC 8030) at a calendar, a box or its home by POST, and ends
 * that by DELETE of the address that it was given. What happens there is noted by the change
 * itself (calendar/change.h), and a job sends what dav_push_message() writes. Cited by the
 * sections of draft-bitfire-webdav-push-00.
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef DAV_PUSH_H
#define DAV_PUSH_H

#include "base/secret.h"
#include "store/push.h"

/* What is shown to clients. */
struct dav_push {
	struct text public_key; /* by which push services know the server (RFC 8292), base64url */
	struct text url;	/* public base of addresses, without a slash at its end */
	bool allow_private;	/* push services over http and at private addresses: for tests */
};

enum {
	DAV_PUSH_MIN_S = 3 * 24 * 3600, /* what a server must allow, §3.4 */
	DAV_PUSH_USUAL_S = 7 * 24 * 3600,
	DAV_PUSH_MAX_S = 30 * 24 * 3600,
};

/* What a place is called to clients, and to nobody else (§2.1). */
struct text dav_push_topic(struct arena *a, const struct secret_key *key, int64_t owner,
			   int64_t collection);

/*
 * The push-message of what is new at a registration's place (§4.1): bits of enum push_news. Empty:
 * the place is gone, or its subscriber may no longer read there.
 */
MUST_CHECK const struct fault *dav_push_message(struct db *db, struct arena *a,
						const struct secret_key *key, const struct push *p,
						unsigned news, struct text *out);

#endif

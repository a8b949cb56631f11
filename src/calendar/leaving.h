/*
 * leaving - an account elsewhere is disconnected, and its provider is still to be told
 *
 * Disconnecting forgets an account at once, in one transaction, in which one job of kind "leave"
 * takes over what is needed to end the consent and the watches there (federation/connect.h): the
 * secret as it was sealed, and the watches. It belongs to nobody, so that it outlives its user.
 * Past a time it is dropped, and the secret with it: watches end by themselves, and whoever doubts
 * can end the consent at the provider.
 */
#ifndef CALENDAR_LEAVING_H
#define CALENDAR_LEAVING_H

#include "store/connection.h"
#include "store/outside.h"

struct change;
struct job;

struct leaving {
	struct connection connection; /* owner, id, provider, subject, secret, expires_at */
	struct outside_watch *watches;
	size_t watch_count;
	int64_t until; /* the provider is told until then, seconds UTC */
};

/* [tx] Before its rows are deleted. Nobody is to be told of CalDAV, nor where consent is gone. */
MUST_CHECK const struct fault *leaving_queue(struct change *c, struct db *db,
					     const struct connection *account);
/* [tx] All that an owner has. */
MUST_CHECK const struct fault *leaving_queue_all(struct change *c, struct db *db, int64_t owner);

/* BAD_REQUEST: it is none of ours. */
MUST_CHECK const struct fault *leaving_read(struct arena *a, const struct job *j,
					    struct leaving *out);

#endif

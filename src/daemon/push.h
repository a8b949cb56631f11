/*
 * push - how clients are told of changes: what serve.c sets up and job_push.c sends with
 */
#ifndef DAEMON_PUSH_H
#define DAEMON_PUSH_H

#include "dav/push.h"
#include "net/webpush.h"

struct config;

struct push_sender {
	struct webpush_key key;
	struct text contact; /* mailto: or https:; empty: none */
	struct dav_push shown;
};

/*
 * Settings, and the server's key, which follows from its key file; url is the public base of all
 * addresses. *out is NULL when push.enabled is off. BAD_REQUEST: push.contact is no address.
 */
MUST_CHECK const struct fault *push_sender_create(struct arena *a, const struct config *config,
						  const struct secret_key *server,
						  struct push_sender **out);

#endif

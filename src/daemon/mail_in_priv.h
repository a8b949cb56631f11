/*
 * mail_in_priv - what the parts of mail_in share
 *
 *	mail_in_watch.c a mailbox, read as long as the server runs
 *	mail_in_tries.c which of its messages are the trouble themselves
 */
#ifndef DAEMON_MAIL_IN_PRIV_H
#define DAEMON_MAIL_IN_PRIV_H

#include "base/text.h"
#include "daemon/mail_in.h"

/* ---- mail_in_tries.c ---------------------------------------------------------------------------
 */

/*
 * How many rounds each message could not be taken in, by UID. Of more than there is room for the
 * first are counted, and others once those are settled. Zeros: none was met.
 */
enum { MAIL_TRIES_MAX = 64 };
struct mail_tries {
	struct mail_try {
		uint32_t uid; /* 0: free (RFC 3501 §2.3.1.1: it is never one) */
		int rounds;
	} of[MAIL_TRIES_MAX];
};

/* The rounds with this one; 0: it is not counted. All up to `settled` are forgotten. */
int mail_tries_add(struct mail_tries *t, uint32_t uid, int64_t settled);
void mail_tries_forget(struct mail_tries *t, uint32_t uid);

/* ---- mail_in_watch.c ---------------------------------------------------------------------------
 */

struct mail_watch;

/* A thread that watches; holder is who it is to other servers. */
MUST_CHECK const struct fault *mail_watch_start(struct arena *a, const struct post *post,
						const struct mail_in_settings *s,
						struct text holder, struct mail_watch **out);
/* Accepts NULL. */
void mail_watch_stop(struct mail_watch *w);

#endif

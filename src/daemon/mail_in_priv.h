/* mail_in_priv - between starting and watching */
#ifndef DAEMON_MAIL_IN_PRIV_H
#define DAEMON_MAIL_IN_PRIV_H

#include "base/text.h"
#include "daemon/mail_in.h"

struct mail_watch;

/* A thread that watches; holder is who it is to other servers. */
MUST_CHECK const struct fault *mail_watch_start(struct arena *a, const struct post *post,
						const struct mail_in_settings *s,
						struct text holder, struct mail_watch **out);
/* Accepts NULL. */
void mail_watch_stop(struct mail_watch *w);

#endif
